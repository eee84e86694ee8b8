"""Who is away, and until when, as out-of-office replies say it in English, German, French and Spanish. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_AWAY = re.compile(
    "|".join(
        (
            r"\bout[ -]of[ -](?:the[ -])?office\b",
            r"\booo\b",
            r"\baway from (?:the office|my (?:desk|e-?mail|inbox))\b",
            r"\bon (?:annual |parental |maternity |paternity |sick |medical )?(?:leave|vacation|holidays?|pto)\b",
            r"\b(?:currently|am|be|i['’]m) (?:away|travelling|traveling|unavailable|on leave)\b",
            r"\b(?:will be|i['’]ll be|am|be) back (?:on|in)\b",
            r"\blimited access to (?:my )?e-?mail\b",
            r"\bi (?:will )?return (?:on|to)\b",
            r"\b(?:vacation|annual leave)\b",
            r"\babwesen|\burlaub\b|\b(?:im|in) elternzeit\b|\bau(?:ß|ss)er haus\b",
            r"\bnicht (?:im (?:büro|hause?)|erreichbar|am platz)\b",
            r"\bwieder (?:erreichbar|im (?:büro|haus)|für sie da|zurück)\b",
            r"\babsen(?:t|te|ce)\b|\ben (?:congés?|vacances|déplacement)\b|\bde retour\b|\bhors du bureau\b",
            r"\bfuera de (?:la |mi )?oficina\b|\bde vacaciones\b|\bausen(?:te|cia)\b",
            r"\bregres(?:o|aré)\b|\bvolveré\b",
        )
    ),
    re.IGNORECASE,
)
# Behind these words stands the last day away, or the first one back.
_BEHIND = re.compile(
    r"\b(?:until|till|through|thru|to|on|back|return(?:ing)?|again|from|as of|and|resume|after"
    r"|bis|ab|zurück|am|wieder|und|zum"
    r"|jusqu['’]au|jusqu['’]à|jusque|au|retour|partir du|et|le"
    r"|hasta|al|regres(?:o|aré|ar)|vuelvo|volveré|partir del|y|el)\b",
    re.IGNORECASE,
)
_WINDOW = 60
_MOST_READ = 4_000
_MOST_PLACES = 200
# Nobody is away for longer, and says so by mail; a day long past is a signature's, or last year's.
_LONGEST = timedelta(days=366)
_PAST = timedelta(days=1)
# A day without its year lies at most so far ahead: in December, 7 January is next year's; yesterday is not.
_AHEAD = timedelta(days=183)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene",
            "february feb februar février févr fevrier febrero",
            "march mar märz mrz maerz mars marzo",
            "april apr avril avr abril abr",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet juil julio",
            "august aug août aout agosto ago",
            "september sep sept septembre septiembre setiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez décembre déc decembre diciembre dic",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi lunes",
            "tuesday dienstag mardi martes",
            "wednesday mittwoch mercredi miércoles",
            "thursday donnerstag jeudi jueves",
            "friday freitag vendredi viernes",
            "saturday samstag sonnabend samedi sábado",
            "sunday sonntag dimanche domingo",
        )
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})(?:\2(20\d\d|\d\d)?)?(?![\d:])")
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s+(?:of\s+|de\s+)?({_MONTH})\b\.?,?(?:\s+(?:de\s+|del\s+)?(20\d\d))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:),?(?:\s+(20\d\d))?", re.IGNORECASE)
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})\b", re.IGNORECASE)


def says_away(subject: str, text: str) -> bool:
    """Whether an automatic answer is about an absence."""
    return bool(_AWAY.search(subject) or _AWAY.search(" ".join(text[:_MOST_READ].split())))


def until(text: str, today: date) -> date | None:
    """The latest day that an absence is said to end on, or after; None when it states none.

    Of `03/04` both readings count, where both are possible. A day without its year is the nearest one; a weekday
    alone is the next of that name.
    """
    flat = " ".join(text[:_MOST_READ].split())
    places = [found.end() for found in _BEHIND.finditer(flat)][:_MOST_PLACES]
    days = {day for place in places for day in _days(flat[place : place + _WINDOW], today)}
    stated = [day for day in days if today - _PAST <= day <= today + _LONGEST]
    if stated:
        return max(stated)
    named = [
        found[1].lower() for place in places if (found := _WEEKDAY.match(flat[place : place + _WINDOW].lstrip(" ,")))
    ]
    return max((_next(_WEEKDAYS[name], today) for name in named), default=None)


def _next(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _days(text: str, today: date) -> Iterator[date]:
    for year, month, day in _ISO.findall(text):
        yield from _day(year, int(month), int(day), today)
    for day, month, year in _DAY_FIRST.findall(text):
        yield from _day(year, _MONTHS[month.lower()], int(day), today)
    for month, day, year in _MONTH_FIRST.findall(text):
        yield from _day(year, _MONTHS[month.lower()], int(day), today)
    for first, mark, second, year in _NUMBERS.findall(text):
        yield from _day(year, int(second), int(first), today)
        if mark != ".":
            yield from _day(year, int(first), int(second), today)


def _day(year: str, month: int, day: int, today: date) -> Iterator[date]:
    try:
        if year:
            yield date(int(year) + (2000 if len(year) == 2 else 0), month, day)
            return
        this = date(today.year, month, day)
        following = date(today.year + 1, month, day)
        yield following if following - today <= _AHEAD else this
    except ValueError:
        return
