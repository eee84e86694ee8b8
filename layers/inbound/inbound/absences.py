"""Who is away, and until when, and who has left, as automatic replies say it in thirteen languages. Pure.

The words stand in `absence_words`, the days in `days`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from inbound import closings, days
from inbound.absence_words import AWAY, FROM, INSTEAD, IS_BACK, LEFT, OF_A_MAIL, RETURNS, UNTIL, UNTIL_BEHIND
from inbound.day_words import ARTICLES, RANGE, SHORT_WEEKDAYS, WEEKDAYS
from inbound.days import Named
from inbound.plain_letters import fold

_MOST_READ = 4_000
_MOST_SENTENCE = 600
_BEFORE = 44
# A weekday stands so near before its date, or behind it.
_BESIDE, _BRACKETED = 8, 3
# Nobody is away for longer, and says so by mail; a day long past is a signature's, or last year's.
_LONGEST = timedelta(days=366)
_PAST = timedelta(days=1)
# Two absences with no more than a weekend between them are one.
_PAUSE = timedelta(days=4)
# So long after the last day away a day back still belongs to it.
_BACK_WITHIN = timedelta(days=14)
_AWAY = re.compile("|".join(AWAY))
_RETURNS = re.compile(RETURNS)
_IS_BACK = re.compile(IS_BACK)
_LEFT = re.compile("|".join(LEFT))
_INSTEAD = re.compile(INSTEAD)
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}(?![\w-])")
_WEEKDAY = "|".join(sorted({*WEEKDAYS, *SHORT_WEEKDAYS}, key=len, reverse=True))
# Between a word that leads to a day and the day may stand an article, a weekday, a bracket.
_BETWEEN = rf"(?:[ ,(:.]{{0,3}}(?:{ARTICLES}|{_WEEKDAY})\b){{0,4}}[ ,(:.]{{0,4}}$"
_UNTIL = re.compile(rf"(?<![\w-]){UNTIL}{_BETWEEN}")
_FROM = re.compile(rf"(?<![\w-]){FROM}{_BETWEEN}")
_OF_A_MAIL = re.compile(rf"(?<![\w-]){OF_A_MAIL}{_BETWEEN}")
_UNTIL_BEHIND = re.compile(UNTIL_BEHIND)
_JOINS = re.compile(
    rf"[ .,]{{0,3}}(?:{RANGE}|bis|until)"
    rf"(?:[ ,.]{{1,2}}(?:{ARTICLES}|{_WEEKDAY}|einschl\w*|inkl\.?|incl\w*)){{0,3}}[ .,]{{0,3}}"
)
_LEADS = re.compile(
    rf"(?<![\w-])(?:{UNTIL}|(?:back|return|returning|zuruck|wieder|retour|regreso|vuelvo|terug|tillbaka|tilbage|tilbake)"
    r"(?: on| am| le| el| op| den| ab dem)?)(?= )"
)
_ENDS = re.compile(r"[.!?;]+\s+(?=[a-z\"(])|\n\s*\n|\n(?=[-*•])")
# Behind these a full stop ends no sentence: `25. september`, `sept. 25`, `z. b. mo. 14`.
_SHORTENED = re.compile(
    r"(?:(?<!\d)\d{1,2}|\b(?:\w|[a-z]{2}|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|jun|jul|aug|sept?|oct|okt|nov|dec|dez"
    r"|dic|lun|mer|jeu|ven|sam|dim|mie|jue|vie|sab|dom|gio|janv|fevr|avr|juil|incl|inkl|einschl|approx|tel|nr))$"
)


class _Role(Enum):
    UNTIL = 1
    RETURN = 2
    START = 3
    NAMED = 4


@dataclass(frozen=True, slots=True)
class _Absence:
    end: date
    start: date | None


def says_away(subject: str, text: str) -> bool:
    """Whether an automatic answer is about an absence."""
    return bool(_AWAY.search(fold(subject[:300])) or _AWAY.search(" ".join(fold(text[:_MOST_READ]).split())))


def says_back(text: str) -> bool:
    """Whether somebody tells of an absence that is over."""
    return bool(_IS_BACK.search(" ".join(fold(text[:_MOST_READ]).split())))


def says_left(text: str) -> bool:
    """Whether somebody says that they do not work there any more."""
    return bool(_LEFT.search(" ".join(fold(closings.without_closing(text)[:_MOST_READ]).split())))


def successor(text: str, sender: str) -> str | None:
    """The address to write to in somebody's place: in a sentence that says so, at their company if there is one."""
    flat = " ".join(fold(text[:_MOST_READ]).split())
    named = [one for one in _ADDRESS.finditer(flat) if one[0].strip(".") != sender.lower()]
    told = [one for one in named if _INSTEAD.search(flat, max(0, one.start() - 200), one.start())]
    domain = sender.lower().rpartition("@")[2]
    found = [one[0].strip(".") for one in told or named]
    return next((one for one in found if one.endswith(f"@{domain}")), found[0] if found else None)


def until(text: str, today: date) -> date | None:
    """The last day of the absence that an automatic reply tells of, or the day on which somebody is back.

    None when it states none. Days that other things happen on do not count. Of `03/04` the later reading counts, unless
    another day of the text shows which way its days are written, or its language does.
    """
    own = closings.without_closing(text[:_MOST_READ])
    return _until(own, today) or (_until(text[:_MOST_READ], today) if own != text.strip() else None)


def _until(text: str, today: date) -> date | None:
    folded = days.cleaned(fold(text))
    american = days.month_first(folded)
    if american is None and _foreign(folded):
        american = False
    absences: list[_Absence] = []
    returns: list[date] = []
    named: list[_Absence] = []
    aside: list[_Absence] = []
    for sentence in _sentences(folded):
        away = bool(_AWAY.search(sentence))
        back = bool(_RETURNS.search(sentence))
        for role, one in _roles(sentence, today, american, back):
            if not today - _PAST <= one.day <= today + _LONGEST:
                continue
            if role is _Role.RETURN:
                returns.append(one.day)
            elif role is _Role.UNTIL:
                (absences if away else aside).append(_Absence(one.day, one.start))
            elif role is _Role.NAMED and away:
                named.append(_Absence(one.day, one.start))
    ends = _current(absences or ([] if returns else named or aside), today)
    back_on = [day for day in returns if ends is None or ends <= day <= ends + _BACK_WITHIN]
    return max(back_on, default=ends) if ends else min(returns, default=None)


def _foreign(text: str) -> bool:
    """Whether a text is in a language that writes the day before the month: in all but English."""
    english = re.search(AWAY[0], text)
    return not english and any(re.search(one, text) for one in AWAY[1:])


def _current(absences: Sequence[_Absence], today: date) -> date | None:
    """When the absence of today ends; when somebody is there today, the last one of those to come."""
    if not absences:
        return None
    now = [one.end for one in absences if one.start is not None and one.start <= today <= one.end]
    if not now:
        return max(one.end for one in absences)
    end = max(now)
    for one in sorted(absences, key=lambda one: one.end):
        if one.start is None or one.start - end <= _PAUSE:
            end = max(end, one.end)
    return end


def _sentences(text: str) -> Iterator[str]:
    begin = 0
    for end in _ENDS.finditer(text):
        if end[0][0] == "." and _SHORTENED.search(text[max(begin, end.start() - 10) : end.start()]):
            continue
        yield " ".join(text[begin : end.start()].split())[:_MOST_SENTENCE]
        begin = end.end()
    yield " ".join(text[begin:].split())[:_MOST_SENTENCE]


def _roles(sentence: str, today: date, american: bool | None, back: bool) -> list[tuple[_Role, Named]]:
    """The days of a sentence, and what each is in it."""
    found = days.named(sentence, today, american)
    for lead in _LEADS.finditer(sentence):
        lone = days.lone_day(sentence, lead.end(), today)
        if lone and not any(one.begin < lone.end and lone.begin < one.end for one in found):
            found.append(lone)
    found = _without_weekdays(sorted(found, key=lambda one: one.begin), sentence)
    found = _joined(found, sentence)
    roles = []
    for number, one in enumerate(found):
        if _OF_A_MAIL.search(_lead(one, sentence)):
            continue
        since = found[number - 1].end if number else 0
        last = number + 1 == len(found)
        # A day back stands behind the word for it, or before it when no other day follows.
        told = _RETURNS.search(sentence, since, one.begin) or (last and _RETURNS.search(sentence, one.end))
        is_back = back and bool(told)
        roles.append((_role(one, sentence, is_back), one))
    return roles


def _lead(one: Named, sentence: str) -> str:
    return sentence[max(0, one.begin - _BEFORE) : one.begin]


def _role(one: Named, sentence: str, is_back: bool) -> _Role:
    if one.start is not None:
        return _Role.UNTIL
    lead = _lead(one, sentence)
    if _UNTIL.search(lead) or _UNTIL_BEHIND.match(sentence, one.end):
        return _Role.UNTIL
    if is_back:
        return _Role.RETURN
    return _Role.START if _FROM.search(lead) else _Role.NAMED


def _without_weekdays(found: list[Named], sentence: str) -> list[Named]:
    """Weekdays beside their date say nothing more: `Friday, 25 September`, `25.9. (Freitag)`."""
    kept = []
    for number, one in enumerate(found):
        beside = [*found[max(0, number - 1) : number], *found[number + 1 : number + 2]]
        dated = (
            other
            for other in beside
            if not other.relative and other.begin - one.end <= _BESIDE and one.begin - other.end <= _BRACKETED
        )
        if one.relative and sentence[one.begin : one.end].rpartition(" ")[2] in WEEKDAYS and next(dated, None):
            continue
        kept.append(one)
    return kept


def _joined(found: list[Named], sentence: str) -> list[Named]:
    """Two days with "to" between them are a range."""
    kept: list[Named] = []
    for one in found:
        before = kept[-1] if kept else None
        if (
            before
            and before.start is None
            and one.start is None
            and before.day <= one.day
            and _JOINS.fullmatch(sentence, before.end, one.begin)
        ):
            kept[-1] = Named(before.begin, one.end, one.day, before.day)
        elif before and before.begin == one.begin and before.end == one.end:
            # The later one of two readings.
            kept[-1] = max(before, one, key=lambda either: either.day)
        else:
            kept.append(one)
    return kept
