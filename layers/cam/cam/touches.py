"""When a lead's next touch is due: after one has left or was refused, and after the person was away (spec §6)."""

from datetime import UTC, date, datetime, time, timedelta

from cam import pacing
from cam.models import Lead
from cam.sequences import LIBRARY, Sequence
from cam.settings import Sending

# A touch that is refused is tried on so many days; then the sequence goes on without it.
ATTEMPTS = 3
_DAY = timedelta(days=1)
_AWAY = timedelta(days=7)
_SATURDAY = 5


def of(lead: Lead) -> Sequence:
    """The sequence of a lead that has been routed."""
    assert lead.routing
    return LIBRARY[lead.routing.sequence]


def following(lead: Lead, at: datetime, sending: Sending) -> datetime:
    """When the lead's next touch, or the end of its sequence, is due, now that its present one has left at `at`."""
    assert lead.routing
    touches = of(lead)
    days = (*touches.days, touches.length_days)
    due = pacing.next_touch(
        at,
        lead.routing.start_at or at,
        days[lead.step],
        days[lead.step + 1],
        sending,
        lead.enrichment.time_zone,
    )
    return max(due, lead.hold_until) if lead.hold_until else due


def again(lead: Lead, now: datetime, sending: Sending) -> datetime:
    """When a touch that was refused is tried again: on the next day that has a window."""
    due = pacing.next_touch(now, now, 0, 1, sending, lead.enrichment.time_zone)
    return max(due, lead.hold_until) if lead.hold_until else due


def back(heard: datetime, until: date | None, sending: Sending, lead_zone: str | None) -> datetime:
    """When somebody who was said to be away until a day may be written to: at the first window after that business day.

    One business day later, as spec §6 has it, in the lead's own calendar; a week after it was `heard` when no day was
    stated.
    """
    zone = sending.zone(lead_zone)
    if until is None:
        day = heard.astimezone(zone).date() + _AWAY
    else:
        day = until + _DAY
        while day.weekday() >= _SATURDAY:
            day += _DAY
    return pacing.next_opening(datetime.combine(day, time(), zone).astimezone(UTC), sending, lead_zone)
