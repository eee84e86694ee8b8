"""Time as CAM stores it: UTC, ISO 8601, fixed width, so that text order is time order."""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%dT%H:%M:%S"
# Between them every calendar can reckon: time zones, leap days and a sequence of a year fit in, whatever is added.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """The present moment, in UTC, to the millisecond (what `iso` keeps)."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def reckoned[Other](moment: datetime, otherwise: Other) -> datetime | Other:
    """The moment in UTC, which it is in without a zone; `otherwise` for one that no calendar reckons with."""
    try:
        utc = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return otherwise
    return utc if EARLIEST <= utc <= LATEST else otherwise


def iso(moment: datetime) -> str:
    """`2026-11-23T08:00:00.000Z`: 24 characters for every moment."""
    utc = moment.astimezone(UTC)
    return f"{utc.strftime(_FORMAT)}.{utc.microsecond // 1000:03d}Z"


def parse(text: str) -> datetime:
    """The moment that `iso` wrote. Raises ValueError for anything that is not ISO 8601 with a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)
