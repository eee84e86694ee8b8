"""Dates as other tools write them into their lists: ISO 8601, RFC 5322, epoch seconds, with the day or month first.

Pure. A date without a zone is in UTC.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from cam.text import clock

_ZERO = re.compile(r"0{4}-00-00.*|0|null|none|n/?a|-+", re.IGNORECASE)
# 03/04/2024, 3.4.24, 03-04-2024, with a time or without.
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:,?[ T]+(.+))?")
_YEAR_FIRST = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})(?:,?[ T]+(.+))?")
_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?\s*([ap]\.?m\.?)?.*", re.IGNORECASE)
_WORDED = re.compile(
    r"(?:(?P<day>\d{1,2})[ -](?P<month>[a-z]{3,9})\.?|(?P<first>[a-z]{3,9})\.? (?P<second>\d{1,2}))"
    r"[ ,-]+(?P<year>\d{4})(?:,? (?:at )?(?P<time>\d[^+-]*))?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONE = re.compile(r"(?<=[\d ])\s*(?:UTC|GMT|Z)$|(?<=\d)(?P<offset>\s*[+-]\d{2}:?\d{2})\s*(?:UTC|GMT)$", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{8}(?:T|$)")
# Days since 30 December 1899, of 2000 to 2099; seconds and milliseconds since 1970.
_SERIAL = re.compile(r"(3[67]|[45]\d|6\d|7[0-2])\d{3}(\.\d+)?")
_EPOCH = re.compile(r"(\d{10})(\d{3})?(?:\.0+)?")
_NO_DAY = datetime(1899, 12, 30, tzinfo=UTC)


class Order(StrEnum):
    """What comes first in dates such as 03/04/2024."""

    DAY = "day"
    MONTH = "month"


def order(texts: Iterable[str]) -> Order | None:
    """What comes first in the dates of a column, by those that can be read in one way only; None: they do not say."""
    days = months = 0
    for text in texts:
        found = _NUMERIC.fullmatch(text.strip())
        if found and found[2] != ".":
            days += int(found[1]) > 12 >= int(found[3])
            months += int(found[3]) > 12 >= int(found[1])
    return None if days == months else Order.DAY if days > months else Order.MONTH


def ambiguous(text: str) -> bool:
    """Whether a date could be read with the day or with the month first."""
    found = _NUMERIC.fullmatch(text.strip())
    if not found or found[2] == ".":
        return False
    one, other = int(found[1]), int(found[3])
    return one != other and one <= 12 and other <= 12


def zero(text: str) -> bool:
    """Whether a cell says that there is no date."""
    return _ZERO.fullmatch(text.strip()) is not None


def looks_so(text: str) -> bool:
    """Whether a cell holds a date."""
    return moment(text, None) is not None


def moment(text: str, first: Order | None) -> datetime | None:
    """The moment that a cell names, from 2000 on; None when it names none.

    `first`: what comes first in its column; the day, when that is not known.
    """
    text = text.strip()
    found = _numbers(text) or _numeric(text, first) or _iso(text) or _words(text)
    return clock.reckoned(found, None) if found else None


def _numbers(text: str) -> datetime | None:
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    return _NO_DAY + timedelta(days=float(text)) if _SERIAL.fullmatch(text) else None


def _iso(text: str) -> datetime | None:
    if not _ISO.match(text):
        return None
    try:
        return datetime.fromisoformat(_ZONE.sub(lambda zone: (zone["offset"] or "+00:00").strip(), text))
    except ValueError:
        # 2024-5-1: not as ISO 8601 would have it.
        found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(.+))?", text)
        return _made(int(found[1]), int(found[2]), int(found[3]), found[4]) if found else None


def _numeric(text: str, first: Order | None) -> datetime | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return _made(int(found[1]), int(found[3]), int(found[4]), found[5])
    found = _NUMERIC.fullmatch(text)
    if not found:
        return None
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    year += 2000 if year < 100 else 0
    day_first = first is not Order.MONTH or found[2] == "."
    day, month = (one, other) if day_first else (other, one)
    # A single date in the other order is still that date.
    return _made(year, month, day, found[5]) or _made(year, day, month, found[5])


def _made(year: int, month: int, day: int, time: str | None) -> datetime | None:
    hour = minute = second = 0
    if time:
        found = _CLOCK.fullmatch(time.strip())
        if not found:
            return None
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        if found[4]:
            hour = hour % 12 + (12 if found[4][0].lower() == "p" else 0)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _words(text: str) -> datetime | None:
    """`Thu, 13 Oct 2011 18:02:00 UTC`, `October 13, 2011 6:02 PM`, `13-Oct-2011 18:02`."""
    if found := _WORDED.fullmatch(text):
        month = (found["month"] or found["first"])[:3].lower()
        if month not in _MONTHS:
            return None
        return _made(int(found["year"]), _MONTHS.index(month) + 1, int(found["day"] or found["second"]), found["time"])
    try:
        return parsedate_to_datetime(text) if any(map(str.isalpha, text)) else None
    except ValueError:
        return None
