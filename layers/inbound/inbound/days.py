"""Which days a text names: days, ranges, months, weeks, "next Monday", in thirteen languages. Pure."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from inbound import day_words as words

# A day without its year lies at most so far ahead: in December, 7 January is next year's; yesterday is not.
_AHEAD = timedelta(days=183)
_MOST_NAMED = 40
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Named:
    """A day that a text names between two places in it; `start` is the first day of a range. `said` is how."""

    begin: int
    end: int
    day: date
    start: date | None = None
    relative: bool = False


def _any(of: Iterable[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(of, key=len, reverse=True))


_MONTH = _any(words.MONTHS)
_WEEKDAY = _any(words.WEEKDAYS)
_SHORT = _any(words.SHORT_WEEKDAYS)
_PARTS = {text: part for part, texts in words.PARTS_OF_MONTH.items() for text in texts}
_YEAR = r"(?:,? ?(?:de |del |of |di |roku |r\. ?)?(20\d\d)(?!\d))?"
_D = r"(\d{1,2})(?:st|nd|rd|th|er|eme|e|de|ste|:[ae]|\.)?"
_TO = rf" ?{words.RANGE} ?(?:{words.ARTICLES} )?(?:(?:{_WEEKDAY}|{_SHORT})[.,]? ?(?:{words.ARTICLES} )?)?"
_OF = rf"(?: ?{words.OF})?"
_FREE = r"(?<![\w./-])"
_UNBOUND = r"(?![\w:])"

_PHONES = re.compile(
    r"(?:\+|\b00)\d[\d ()/.-]{4,30}"
    r"|\b(?:tel|phone|mobile|mobil|mob|fax|telefon\w*|handy|durchwahl|cell|movil|tfn|tlf|puh|kom)\b[a-z.: ]{0,12}"
    r"[\d+(][\d ()/.-]{3,30}"
    r"|\(0\)[\d /.-]{3,30}|(?<![\d./-])0\d{2,5}[ /-]\d[\d /-]{2,20}|\S{1,80}@\S{1,80}|https?://\S{1,300}|www\.\S{1,300}"
)
_TIMES = re.compile(
    r"\b\d{1,2}:\d{2}(?::\d\d)?(?: ?(?:uhr|h|am|pm|a\.m\.|p\.m\.|hrs))?|\b\d{1,2}(?:[.h]\d\d)? ?(?:uhr|am\b|pm\b"
    r"|a\.m\.|p\.m\.|hrs\b)|\b\d{1,2} ?h ?\d\d\b"
)
# 9/14-9/25 · 14.09.-25.09.2026
_TIGHT = re.compile(r"(\d[/.]\d{1,2}[/.]?(?:20\d\d|\d\d)?)-(?=\d{1,2}[/.]\d)")
# 14-25 september 2026 · 14. bis 25. september · 14 al 25 de septiembre
_DAYS_MONTH = re.compile(rf"{_FREE}{_D}{_TO}{_D}{_OF} ?({_MONTH})\b\.?{_YEAR}")
# september 14-25, 2026, and what else of it follows: `and 28-30`
_MONTH_DAYS = re.compile(rf"\b({_MONTH})\.? {_D}{_TO}{_D}{_UNBOUND}{_YEAR}")
_MORE_DAYS = re.compile(rf"(?:,| and| &| und| et| y| e) {_D}(?:{_TO}{_D})?{_UNBOUND}{_YEAR}")
# 14.-25.9.2026
_DAYS_DOT = re.compile(rf"{_FREE}(\d{{1,2}})\.?{_TO}(\d{{1,2}})\. ?(\d{{1,2}})\.(?: ?(20\d\d|\d\d\b))?")
_ISO = re.compile(r"(?<![\d-])(20\d\d)([-./])(\d{1,2})\2(\d{1,2})\b")
_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})([./-]) ?(\d{1,2})(?:\2 ?(20\d\d|\d\d(?![\d:.])))?(?![\d:])")
_DAY_MONTH = re.compile(rf"{_FREE}{_D}{_OF} ?({_MONTH})\b\.?{_YEAR}")
_MONTH_DAY = re.compile(rf"\b({_MONTH})\.? (?:the )?{_D}{_UNBOUND}{_YEAR}")
_MONTH_ALONE = re.compile(
    rf"\b(?:({_any(_PARTS)})[ -]?(?:of )?)?(?:{words.OF} |{words.ARTICLES} )?({_MONTH})\b\.?{_YEAR}"
)
_CALENDAR_WEEK = re.compile(rf"\b{words.CALENDAR_WEEK} ?(\d{{1,2}})\b(?!\.?\d)")
_NAMED_WEEKDAY = re.compile(rf"\b(?:({_any(words.NEXT)}) )?({_WEEKDAY})\b")
_IN = re.compile(
    rf"\b{words.AHEAD} (?:\w+ )?(\d{{1,2}}|{_any(words.NUMBERS)}) (?:\w+ )?"
    rf"({_any(n for of in words.UNITS.values() for n in of.split())})\b"
)
_FIN_WEEKS = re.compile(r"\b(\d{1,2}|yhden|kahden|kolmen|neljan) (viikon|paivan|kuukauden) (?:kuluttua|paasta|ajan)")
_RELATIVE = re.compile(
    rf"\b(?:(?P<month>{_any(words.END_OF_MONTH)})|(?P<year>{_any(words.END_OF_YEAR)})|(?P<next>{_any(words.NEXT_WEEK)})"
    rf"|(?P<this>{_any(words.THIS_WEEK)})|(?P<today>{_any(words.TODAY)})|(?P<tomorrow>{_any(words.TOMORROW)}))\b"
)
# A day of a month that is not named, behind a word that leads to a day.
_DAY_ALONE = re.compile(
    rf" ?(?:(?:{_WEEKDAY}),? )?(?:(?:{words.ARTICLES}|zum|zur|au|al|ao|dia|o dia|el dia|dzien|d\.) )?(\d{{1,2}})"
    r"(?:st|nd|rd|th|e|ste|\.)?(?![\w/:%-]|[.]\d| \d"
    r"| (?:uhr|h\b|am\b|pm\b|stock|people|days?|weeks?|tag|jour|%|days|hours|stunden|hrs|eur|usd))"
)
_UNIT = {name: unit for unit, names in words.UNITS.items() for name in names.split()}


def cleaned(text: str) -> str:
    """A folded text whose phone numbers, addresses and times are blanked out: their digits are no days."""
    blank = lambda found: " " * len(found[0])  # noqa: E731
    return _TIGHT.sub(r"\1 - ", _TIMES.sub(blank, _PHONES.sub(blank, text)))


def month_first(text: str) -> bool | None:
    """Whether `9/25` is written, or `25/9`, by a number above 12; None when no number says so."""
    pairs = [(int(one[1]), int(one[3])) for one in _NUMBERS.finditer(text) if one[2] == "/"]
    if any(first > 12 for first, _ in pairs):
        return False
    return True if any(second > 12 for _, second in pairs) else None


def named(text: str, today: date, american: bool | None) -> list[Named]:
    """The days that a cleaned text names, in their order; of `9/10` both readings, when `american` is None."""
    taken: list[tuple[int, int]] = []
    found: list[Named] = []
    for one in _all(text, today, american):
        overlaps = any(begin < one.end and one.begin < end for begin, end in taken)
        # Another reading of the same place is as good as the first one.
        if overlaps and (one.begin, one.end) not in taken:
            continue
        taken.append((one.begin, one.end))
        found.append(one)
        if len(found) == _MOST_NAMED:
            break
    return sorted(found, key=lambda one: (one.begin, one.day))


def lone_day(text: str, at: int, today: date) -> Named | None:
    """`the 25th`, `al 25`: the next day of that number, when one stands right at a place in a text."""
    found = _DAY_ALONE.match(text, at)
    if not found:
        return None
    number = int(found[1])
    for months in range(3):
        year, month = divmod(today.month - 1 + months, 12)
        year, month = today.year + year, month + 1
        if 1 <= number <= monthrange(year, month)[1] and date(year, month, number) >= today:
            return Named(found.start(1), found.end(), date(year, month, number))
    return None


def _all(text: str, today: date, american: bool | None) -> Iterator[Named]:
    for one in _DAYS_MONTH.finditer(text):
        yield from _range(one, one[1], one[2], one[3], one[4], today)
    for one in _MONTH_DAYS.finditer(text):
        yield from _range(one, one[2], one[3], one[1], one[4], today)
        yield from _more(text, one, today)
    for one in _DAYS_DOT.finditer(text):
        first, last, month = int(one[1]), int(one[2]), int(one[3])
        for end in _day(one[4], month, last, today):
            yield Named(*one.span(), end, _before(first, end))
    for one in _ISO.finditer(text):
        yield from _single(one, _day(one[1], int(one[3]), int(one[4]), today))
    for one in _DAY_MONTH.finditer(text):
        yield from _single(one, _day(one[3], words.MONTHS[one[2]], int(one[1]), today))
    for one in _MONTH_DAY.finditer(text):
        yield from _single(one, _day(one[3], words.MONTHS[one[1]], int(one[2]), today))
    for one in _NUMBERS.finditer(text):
        yield from _single(one, _of_numbers(one, today, american))
    yield from _without_date(text, today)


def _of_numbers(one: re.Match[str], today: date, american: bool | None) -> Iterator[date]:
    first, mark, second, year = int(one[1]), one[2], int(one[3]), one[4]
    if mark == "-" and not year:
        return
    if american is not True or mark == ".":
        yield from _day(year, second, first, today)
    if american is not False and mark != ".":
        yield from _day(year, first, second, today)


def _without_date(text: str, today: date) -> Iterator[Named]:
    for one in _RELATIVE.finditer(text):
        yield Named(*one.span(), _relative(one.lastgroup or "", today), relative=True)
    for one in (*_IN.finditer(text), *_FIN_WEEKS.finditer(text)):
        number = int(one[1]) if one[1].isdigit() else words.NUMBERS.get(one[1], 1)
        unit = _UNIT[one[2]]
        days = {"days": 1, "weeks": 7, "months": 30}[unit] * number
        yield Named(*one.span(), today + timedelta(days=days), relative=True)
    for one in _CALENDAR_WEEK.finditer(text):
        yield from _of_week(one, int(one[1]), today)
    for one in _NAMED_WEEKDAY.finditer(text):
        weekday = words.WEEKDAYS[one[2]]
        if one[1]:
            # "Next Friday", said on Monday, is the one of the next week.
            day = today + timedelta(days=7 - today.weekday() + weekday)
        else:
            day = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        yield Named(*one.span(), day, relative=True)
    for one in _MONTH_ALONE.finditer(text):
        yield from _of_month(text, one, today)


def _of_week(one: re.Match[str], week: int, today: date) -> Iterator[Named]:
    if not 1 <= week <= 53:
        return
    year = today.year + (week < today.isocalendar().week)
    try:
        yield Named(*one.span(), date.fromisocalendar(year, week, 1), relative=True)
    except ValueError:
        return


def _of_month(text: str, one: re.Match[str], today: date) -> Iterator[Named]:
    month = words.MONTHS[one[2]]
    before = text[max(0, one.start(2) - 12) : one.start(2)].rstrip().rpartition(" ")[2]
    if one[2] in words.AMBIGUOUS_MONTHS and not one[1] and not one[3] and before not in _LEADS_TO_MONTH:
        return
    part = _PARTS.get(one[1] or "", 1)
    year = int(one[3]) if one[3] else today.year + (month < today.month)
    day = part or monthrange(year, month)[1]
    yield Named(*one.span(), date(year, month, day), relative=True)


_MONTH_LEADS = "until till til through in to bis im en hasta jusqu'en fino a tot em ate i do v az w od ab from"
_LEADS_TO_MONTH = frozenset(_MONTH_LEADS.split())


def _relative(kind: str, today: date) -> date:
    friday = today + timedelta(days=max(0, _FRIDAY - today.weekday()))
    match kind:
        case "tomorrow":
            return today + timedelta(days=1)
        case "this":
            return friday
        case "next":
            return today + timedelta(days=7 - today.weekday())
        case "month":
            return today.replace(day=monthrange(today.year, today.month)[1])
        case "year":
            return date(today.year, 12, 31)
    return today


def _single(one: re.Match[str], days: Iterable[date]) -> Iterator[Named]:
    # What looks like a day and is none, as 31 February, is not read as a month either.
    yield from (Named(*one.span(), day) for day in (*days,) or (date.min,))


def _range(one: re.Match[str], first: str, last: str, month: str, year: str | None, today: date) -> Iterator[Named]:
    for end in _day(year, words.MONTHS[month], int(last), today):
        yield Named(*one.span(), end, _before(int(first), end))


def _more(text: str, one: re.Match[str], today: date) -> Iterator[Named]:
    month, year, at = one[1], one[4], one.end()
    while (more := _MORE_DAYS.match(text, at)) and more.end() > at:
        yield from _range(more, more[1], more[2] or more[1], month, more[3] or year, today)
        at = more.end()


def _before(number: int, end: date) -> date | None:
    """The day of that number in the month of the last one, or in the month before."""
    try:
        day = end.replace(day=number)
        return day if day <= end else (end.replace(day=1) - timedelta(days=1)).replace(day=number)
    except ValueError:
        return None


def _day(year: str | None, month: int, day: int, today: date) -> Iterator[date]:
    try:
        if year:
            yield date(int(year) + (2000 if len(year) == 2 else 0), month, day)
            return
        this = date(today.year, month, day)
        following = date(today.year + 1, month, day)
        yield following if following - today <= _AHEAD else this
    except ValueError:
        return
