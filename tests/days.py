"""The days that tests take place on: one plain day, and those on which calendars are known to bite.

Each test begins at its day's moment, whatever the real clock says; from there its clock runs on.
"""

from datetime import UTC, date, datetime

DEFAULT = "plain"
DAYS = {
    "plain": "2027-06-09T10:00Z",  # a Wednesday, far from any end
    "month-end": "2027-04-30T23:40Z",  # 20 minutes before the next month, and a Friday
    "leap-day": "2028-02-29T12:00Z",
    "spring-dst": "2028-03-26T00:50Z",  # Europe's clocks go forward at 01:00 UTC
    "spring-dst-us": "2028-03-12T06:50Z",  # New York's at 07:00 UTC, Los Angeles' at 10:00
    "autumn-dst": "2028-10-29T00:50Z",  # Europe's clocks go back at 01:00 UTC
    "autumn-dst-us": "2028-11-05T05:50Z",  # New York's at 06:00 UTC, Los Angeles' at 09:00
    "year-end": "2027-12-31T20:00Z",  # the next year already in Asia
}
HARD = [name for name in DAYS if name != DEFAULT]


def moment(day: str) -> datetime:
    """The moment that a name of `DAYS` stands for, or that ISO 8601 states. Raises ValueError."""
    found = datetime.fromisoformat(DAYS.get(day, day))
    if found.tzinfo is None:
        raise ValueError(f"{day!r} has no time zone: write it as 2028-02-29T12:00Z")
    return found.astimezone(UTC)


def in_turn(today: date) -> str:
    """The hard day whose turn it is: another one each day."""
    return HARD[today.toordinal() % len(HARD)]
