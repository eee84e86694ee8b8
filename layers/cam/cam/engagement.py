"""What people do with our mail. Each event is recorded once, counted apart from the workers, and stops what it must."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cam import clock, keys, outbox, outcomes, safety, suppression, tables, tallies
from cam.addresses import normalise
from cam.environment import leads_table
from cam.errors import NotFound, Throttled
from cam.models import LeadStatus
from cam.outcomes import Outcome

_ATTEMPTS = 6
# Ids of providers never begin so: what CAM records by itself is not mistaken for theirs.
OWN = "#"


class EventType(StrEnum):
    """What can happen to a mail, or to whoever got it (spec §6)."""

    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    REPLIED = "replied"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a lead at `at`, by touch `step` if that is known. The id is the provider's.

    A `replied` with the detail "positive" is a positive reply; a `bounced` whose detail begins with "soft" is a soft
    bounce, any other a hard one.
    """

    event_id: str
    type: EventType
    at: datetime
    step: int | None = None
    detail: str = ""

    @property
    def soft(self) -> bool:
        """Whether the mail came back for now only."""
        return self.type is EventType.BOUNCED and self.detail.strip().casefold().startswith("soft")

    @property
    def harmful(self) -> bool:
        """Whether it counts against the campaign: too many of them pause it (spec §6)."""
        return self.type is EventType.COMPLAINED or (self.type is EventType.BOUNCED and not self.soft)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What it says about how the lead did."""
        match self.type:
            case EventType.REPLIED if self.detail.strip().casefold() == "positive":
                return (Outcome.REPLIED, Outcome.POSITIVE)
            case EventType.REPLIED:
                return (Outcome.REPLIED,)
            case EventType.BOUNCED if not self.soft:
                return (Outcome.BOUNCED,)
            case EventType.COMPLAINED | EventType.UNSUBSCRIBED:
                return (Outcome.UNSUBSCRIBED,)
        return ()


_BECOMES = {
    Outcome.REPLIED: LeadStatus.REPLIED,
    Outcome.BOUNCED: LeadStatus.INVALID,
    Outcome.UNSUBSCRIBED: LeadStatus.UNSUBSCRIBED,
}
# Each stays when one before it comes later: events arrive in any order and must come to the same.
_LASTING = (LeadStatus.INVALID, LeadStatus.REPLIED, LeadStatus.UNSUBSCRIBED, LeadStatus.ERASED)


def unsubscribe(campaign_id: int, shard: int, lead_id: str, step: int, now: datetime) -> None:
    """Take a person out of every sequence of the account by the link in a mail (RFC 8058). Again changes nothing.

    Raises NotFound.
    """
    detail = f"by the link in touch {step + 1}"
    record(campaign_id, shard, lead_id, Event(f"{OWN}link", EventType.UNSUBSCRIBED, now, step, detail), now)


def record(campaign_id: int, shard: int, lead_id: str, event: Event, now: datetime) -> bool:
    """Record an event of a lead with all that follows from it; False when its id was recorded before.

    One read (two for another name of a lead) and one transaction: the event, the lead and its queue, the counts, the
    suppression of its address. A hard bounce or a complaint may pause the campaign (`safety.watch`). Raises NotFound,
    and Throttled when the lead keeps changing meanwhile.
    """
    recorded = _record(campaign_id, shard, lead_id, event, now)
    if event.harmful:
        # Also for one that was recorded before: whoever recorded it may have died right after.
        safety.watch(campaign_id, max(event.at, now))
    return recorded


def _record(campaign_id: int, shard: int, lead_id: str, event: Event, now: datetime) -> bool:
    for _ in range(_ATTEMPTS):
        lead, first = _read(campaign_id, shard, lead_id)
        try:
            tables.transact(_actions(campaign_id, lead, first, event, now))
            return True
        except tables.Cancelled as cancelled:
            if 0 in cancelled.refused:
                return False
    raise Throttled("the lead keeps being changed by somebody else")


def _read(campaign_id: int, shard: int, lead_id: str) -> tuple[tables.Item, tables.Item | None]:
    """A lead as stored, and the ledger entry of its first touch."""
    for _ in range(2):
        own, touch = keys.lead(campaign_id, shard, lead_id), keys.send(campaign_id, shard, lead_id, 0)
        found = tables.get_many(leads_table(), [own, touch])
        lead = found.get((own["pk"], own["sk"]))
        if lead is None:
            break
        if lead["kind"] == "lead":
            return lead, found.get((touch["pk"], touch["sk"]))
        shard, lead_id = lead["shard"], lead["lead_id"]
    raise NotFound(f"Campaign {campaign_id} has no lead {lead_id}.")


def _actions(
    campaign_id: int, lead: tables.Item, first: tables.Item | None, event: Event, now: datetime
) -> list[tables.Action]:
    shard, lead_id = int(lead["shard"]), str(lead["id"])
    erased = lead["status"] == LeadStatus.ERASED
    stored = {
        **keys.event(campaign_id, shard, lead_id, event.event_id),
        "kind": "event",
        "type": event.type,
        "at": clock.iso(event.at),
        "recorded_at": clock.iso(now),
        "step": event.step,
        # Nothing more is written down about somebody who was erased.
        "detail": None if erased else event.detail or None,
    }
    fresh = [one for one in event.outcomes if _flag(one) not in lead]
    counts = {"soft_bounced" if event.soft else event.type.value: 1}
    touch = outbox.Touch(keys.Shard(campaign_id, "", shard), lead_id, 0)
    ledger, cohort = outbox.came_back(touch, first, fresh) if fresh else ((), ())
    for one in fresh:
        counts |= outcomes.counts(one, cohort)
    actions = [
        tables.put(leads_table(), stored, missing=["pk"]),
        _changed(keys.lead(campaign_id, shard, lead_id), lead, event, fresh, now),
        tables.update(leads_table(), keys.engagement_tally(campaign_id), add=counts),
        *ledger,
    ]
    if event.harmful:
        actions.append(tallies.of_day(campaign_id, None, max(event.at, now), {event.type.value: 1}))
    if lead.get("email") and {Outcome.BOUNCED, Outcome.UNSUBSCRIBED}.intersection(event.outcomes):
        actions.append(suppression.add(normalise(lead["email"]), event.type, now, campaign_id))
    return actions


def _flag(outcome: Outcome) -> str:
    """The attribute of a lead that says that, and when, it came to this: each is counted once."""
    return f"{outcome}_at"


def _changed(
    key: keys.Key, lead: Mapping[str, Any], event: Event, fresh: Sequence[Outcome], now: datetime
) -> tables.Action:
    """The lead out of its queue, in its new status; for an event that stops nothing, that it is still what was read."""
    seen = {"status": lead["status"]}
    if not event.outcomes:
        return tables.check(leads_table(), key, equal=seen)
    status = _after(LeadStatus(lead["status"]), event)
    note = [clock.iso(event.at), event.type, event.detail or _by(event)]
    # An address that becomes known meanwhile has to be suppressed, too.
    email = lead.get("email")
    return tables.update(
        leads_table(),
        key,
        put={
            "status": status,
            "todo": None,
            "updated_at": clock.iso(now),
            **{_flag(one): clock.iso(event.at) for one in fresh},
        },
        append={"history": [note]} if status != lead["status"] else None,
        equal={**seen, **({"email": email} if email else {})},
        missing=[*map(_flag, fresh), *(() if email else ("email",))],
    )


def _by(event: Event) -> str:
    return f"touch {event.step + 1}" if event.step is not None else ""


def _after(status: LeadStatus, event: Event) -> LeadStatus:
    """What a lead becomes: out of any queue into one of the statuses that last, the further of both."""
    becomes = next((_BECOMES[one] for one in event.outcomes if one in _BECOMES), status)
    reached = _LASTING.index(status) if status in _LASTING else -1
    return becomes if reached < _LASTING.index(becomes) else status
