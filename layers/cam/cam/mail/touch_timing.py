"""Whether a touch may leave now, and when the next is due: after one has left or was refused, and after the person was
away (spec §6). The worker decides by it, and the forecast. Pure, but that a stored sequence is read once per process.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeIs

from cam.mail import sequences
from cam.mail.sequences import Sequence
from cam.model.errors import NotFound
from cam.model.models import LawfulBasis, Lead
from cam.model.settings.sending import Sending
from cam.model.transports import TRANSPORTS
from cam.rules import consent, pacing

# Looked at, and settled, together.
GROUP = 10
# What another machine has made due may lie ahead of this one's clock.
CLOCKS_DIFFER = timedelta(seconds=2)
# A touch that is refused is tried on so many days; then the sequence goes on without it.
ATTEMPTS = 3
_ASKED_FOR = frozenset({LawfulBasis.OPT_IN, LawfulBasis.EXISTING_CUSTOMER})
_DAY = timedelta(days=1)
# Moments are stored to the millisecond.
_TICK = timedelta(milliseconds=1)
_AWAY = timedelta(days=7)
_SATURDAY = 5


def of(lead: Lead) -> Sequence:
    """The sequence of a lead that has been routed, in the version that it started with. Raises NotFound: it is gone."""
    assert lead.routing
    return sequences.of(lead.campaign_id, lead.routing)


def known(lead: Lead) -> bool:
    """Whether the lead has been routed to a sequence that can be read."""
    try:
        return lead.routing is not None and bool(of(lead))
    except NotFound:
        return False


class Why(StrEnum):
    """Why a lead whose turn it is gets no mail."""

    SUPPRESSED = "suppressed"
    ENDED = "ended"
    CLOSED = "closed"
    HELD = "held"
    CONTACTED = "contacted_recently"
    ANSWERED = "company_replied"


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a lead whose turn it is. `why` None: it is mailed.

    `until`: when it is looked at again; None: its sequence is over. `hold` is the reason of one that is HELD or
    CONTACTED.
    """

    why: Why | None = None
    until: datetime | None = None
    hold: str | None = None


def able(lead: Lead | None) -> TypeIs[Lead]:
    """Whether a stored lead is one that touches can be sent to: it can be read, has an address and a known sequence."""
    return bool(lead and lead.email and known(lead))


def turn(
    lead: Lead,
    now: datetime,
    sending: Sending,
    suppressed: bool,
    answered: bool,
    free_from: datetime | None = None,
) -> Turn:
    """What becomes of a lead that is `able`, now that its touch is due.

    `suppressed`: its address is. `answered`: somebody of its company has replied, and that is to stop it. `free_from`:
    from when on the person may be written to, as another lead's email has reached them (`mail.contacts`).
    """
    if suppressed or lead.do_not_contact:
        return Turn(Why.SUPPRESSED)
    if ended(lead):
        return Turn(Why.ENDED)
    zone = lead.enrichment.time_zone
    if not pacing.inside(now, sending, zone):
        return Turn(Why.CLOSED, pacing.next_opening(now, sending, zone))
    if (reason := hold(lead, sending)) is not None:
        # Looked at again every day: a basis may be recorded, or the owner may decide.
        return Turn(Why.HELD, again(lead, now, sending), reason)
    if answered:
        return Turn(Why.ANSWERED)
    if free_from and free_from > now:
        return Turn(Why.CONTACTED, after_gap(lead, now, free_from, sending), Why.CONTACTED)
    return Turn()


def after_gap(lead: Lead, now: datetime, free_from: datetime, sending: Sending) -> datetime:
    """When a touch may leave whose person is free from then on: at that moment, or when the next window opens."""
    due = pacing.first_touch(free_from, sending, lead.enrichment.time_zone)
    # Not what is taken to be due already: a worker would meet the lead again and again.
    return max(due, now + CLOCKS_DIFFER + _TICK)


def ended(lead: Lead) -> bool:
    """Whether all touches of its sequence have had their turn."""
    return lead.step >= len(of(lead).days)


def hold(lead: Lead, sending: Sending) -> str | None:
    """Why a lead may not be written to as things are, whatever the time; None when it may."""
    if consent.required(lead, sending):
        return "opt_in_required"
    cold = lead.lawful_basis not in _ASKED_FOR
    if cold and TRANSPORTS[sending.transport].solicited_only and not sending.allow_cold_on_ses:
        return "basis_not_allowed_on_ses"
    return None


def following(lead: Lead, at: datetime, sending: Sending) -> datetime:
    """When the lead's next touch, or the end of its sequence, is due, now that its present one has left at `at`.

    At once when its sequence is gone: the next run says so in the timeline.
    """
    assert lead.routing
    if not known(lead):
        return at
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
