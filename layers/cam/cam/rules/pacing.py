"""When a touch may leave (spec §6): send windows in the lead's own time, holidays, days between touches, daily caps.

Every moment goes in and comes out in UTC. A local time that a clock change leaves out moves forward (PEP 495, fold 0).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from cam.model.settings.sending import Sending, Weekday
from cam.text.calendars import holiday

_WEEK = tuple(Weekday)
_DAY = timedelta(days=1)


def inside(now: datetime, sending: Sending, lead_zone: str | None) -> bool:
    """Whether mail may leave for this lead at this moment. Always, when the campaign ignores its window."""
    return sending.ignore_window or _open(now, sending, sending.zone(lead_zone))


def next_opening(after: datetime, sending: Sending, lead_zone: str | None) -> datetime:
    """The first start of a window at or after this moment; the moment itself when the campaign ignores its window."""
    if sending.ignore_window:
        return after.astimezone(UTC)
    zone = sending.zone(lead_zone)
    # A day on which a clock change leaves out the whole window has no opening: the search goes on.
    days = (after.astimezone(zone).date() + number * _DAY for number in count())
    openings = (_moment(day, sending.window.start, zone) for day in days)
    return next(opening for opening in openings if opening >= after and _open(opening, sending, zone))


def first_touch(now: datetime, sending: Sending, lead_zone: str | None) -> datetime:
    """When the touch of day 0 is due: now when the window is open, else at its next opening."""
    return now.astimezone(UTC) if inside(now, sending, lead_zone) else next_opening(now, sending, lead_zone)


def next_touch(
    sent_at: datetime, start_at: datetime, day_sent: int, day_next: int, sending: Sending, lead_zone: str | None
) -> datetime:
    """When the touch of `day_next` is due, now that the one of `day_sent` has left.

    The later of two days of the lead's calendar: the sequence's own (start + day), and the sent touch's plus the gap
    between both. So a late touch moves those after it, and no day has two. Due when that day's window opens, or the
    next open day's; at midnight when the campaign ignores its window.
    """
    zone = sending.zone(lead_zone)
    planned = start_at.astimezone(zone).date() + day_next * _DAY
    spaced = sent_at.astimezone(zone).date() + (day_next - day_sent) * _DAY
    midnight = _moment(max(planned, spaced), time(), zone)
    return next_opening(midnight, sending, lead_zone)


def daily_cap(first_send_day: date | None, today: date, sending: Sending) -> int:
    """How many mails may leave on this day. A new sender warms up: fewer on its first day, a step more each day after.

    `first_send_day` None: nothing was ever sent, today is the first day.
    """
    if sending.warm_up is None:
        return sending.daily_cap
    days = max(0, (today - (first_send_day or today)).days)
    return min(sending.daily_cap, sending.warm_up.start + sending.warm_up.step * days)


def places(wanted: int, counted: Iterable[tuple[int, int]]) -> int:
    """How many of `wanted` mails counters admit that are each at (used, limit)."""
    return max(0, min(wanted, *(limit - used for used, limit in counted)))


def _open(now: datetime, sending: Sending, zone: ZoneInfo) -> bool:
    local = now.astimezone(zone)
    window = sending.window
    return (
        _WEEK[local.weekday()] in window.days
        and window.start <= local.time() < window.end
        and not (sending.holidays and holiday(local.date(), sending.holidays))
    )


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
