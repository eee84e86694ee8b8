"""What people do with our mail. Each event is recorded once, counted apart from the workers, and stops what it must."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cam.campaigns import campaigns
from cam.mail import ledger, replies, safety, suppression, touch_timing
from cam.mail.replies import Written
from cam.model.addresses import companies, normalise
from cam.model.errors import NotFound, Throttled
from cam.model.models import Lead, LeadStatus, Stage
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.rules.merging import BY_HAND
from cam.rules.outcomes import Outcome
from cam.rules.results import Feedback
from cam.text import clock

_ATTEMPTS = 6
# Ids of providers never begin so: what CAM records by itself is not mistaken for theirs.
OWN = "#"
# Soft bounces of so many touches in a row, without a delivery between them, are as a hard one (spec §6).
SOFT_IN_A_ROW = 3
# So many touches are looked through when an event does not say which of them it belongs to.
_MOST_TOUCHES = 20
_DUE = f"{Stage.NURTURE.lower()}#"


class EventType(StrEnum):
    """What can happen to an email or its recipient (spec §6)."""

    DELIVERED = "delivered"
    OPENED = "opened"
    CLICKED = "clicked"
    REPLIED = "replied"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    OUT_OF_OFFICE = "out_of_office"
    AUTO_REPLIED = "auto_replied"
    LEFT_COMPANY = "left_company"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a lead at `at`, by touch `step` if that is known. The id is the provider's.

    A `replied` with the detail "positive" is a positive reply; a `bounced` whose detail begins with "soft" is a soft
    bounce, any other a hard one; an `opened` whose detail begins with "machine" was no person. `until` is the day
    until which whoever sent an `out_of_office` is away. `suspected` is what a `replied` may be instead, for a person to
    decide, and `successor` the address to which somebody who has left the company refers. `written` is kept for people
    to read when it came by mail.
    """

    event_id: str
    type: EventType
    at: datetime
    step: int | None = None
    detail: str = ""
    until: date | None = None
    suspected: str | None = None
    successor: str | None = None
    written: Written | None = None

    @property
    def machine(self) -> bool:
        """Whether a program opened the mail, and nobody need have seen it."""
        return self.type is EventType.OPENED and self.detail.strip().casefold().startswith("machine")

    @property
    def counter(self) -> str:
        """What of the campaign's tally counts it."""
        if self.machine:
            return "machine_opened"
        return "soft_bounced" if self.soft else self.type.value

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

    @property
    def feedback(self) -> tuple[Feedback, ...]:
        """What it says about its mail. Whoever clicks has opened it, whether or not its image was loaded."""
        match self.type:
            case EventType.OPENED if self.machine:
                return (Feedback.MACHINE_OPENED,)
            case EventType.CLICKED:
                return (Feedback.CLICKED, Feedback.OPENED)
            case EventType.BOUNCED if self.soft:
                return ()
            case EventType.OUT_OF_OFFICE | EventType.AUTO_REPLIED | EventType.LEFT_COMPANY:
                return ()
        return (Feedback(self.type.value),)


_BECOMES = {
    Outcome.REPLIED: LeadStatus.REPLIED,
    Outcome.BOUNCED: LeadStatus.INVALID,
    Outcome.UNSUBSCRIBED: LeadStatus.UNSUBSCRIBED,
}
# Each stays when one before it comes later: events arrive in any order and must come to the same.
_LASTING = (LeadStatus.INVALID, LeadStatus.REPLIED, LeadStatus.UNSUBSCRIBED, LeadStatus.ERASED)


def unsubscribe(campaign_id: int, shard: int, lead_id: str, step: int, now: datetime) -> None:
    """Take a person out of every sequence of the account by the link in a mail (RFC 8058).

    Every click is an act of its own: again changes nothing while the first one holds, and takes effect anew when its
    suppression was removed meanwhile. Raises NotFound.
    """
    event = Event(f"{OWN}link", EventType.UNSUBSCRIBED, now, step, f"through the link in touch {step + 1}")
    if not record(campaign_id, shard, lead_id, event, now) and not _left_out(campaign_id, shard, lead_id):
        record(campaign_id, shard, lead_id, replace(event, event_id=f"{event.event_id}-{clock.iso(now)}"), now)


def _left_out(campaign_id: int, shard: int, lead_id: str) -> bool:
    """Whether a lead is unsubscribed, waits for nothing, and its address is suppressed. Two reads."""
    lead, _ = _read(campaign_id, shard, lead_id, 0)
    if lead["status"] == LeadStatus.ERASED:
        return True
    stopped = lead["status"] == LeadStatus.UNSUBSCRIBED and not lead.get("todo")
    return stopped and (not lead.get("email") or suppression.listed(lead["email"]))


def record(campaign_id: int, shard: int, lead_id: str, event: Event, now: datetime) -> bool:
    """Record an event of a lead with all that follows from it; False when its id was recorded before.

    One read (two for another name of a lead) and one transaction: the event, the lead and its queue, the counts, the
    touch that it belongs to (the last that left, when `step` is None), the suppression of its address. A hard bounce
    or a complaint may pause the campaign (`safety.watch`). Raises NotFound, and Throttled when the lead keeps changing
    meanwhile.
    """
    recorded = _record(campaign_id, shard, lead_id, event, now)
    if event.harmful:
        # Also for one that was recorded before: whoever recorded it may have died right after.
        safety.watch(campaign_id, max(event.at, now))
    return recorded


def _record(campaign_id: int, shard: int, lead_id: str, event: Event, now: datetime) -> bool:
    for _ in range(_ATTEMPTS):
        lead, entries = _read(campaign_id, shard, lead_id, event.step)
        try:
            tables.transact(_actions(campaign_id, lead, entries, event, now))
            return True
        except tables.Cancelled as cancelled:
            if 0 in cancelled.refused:
                return False
    raise Throttled("the lead is being changed by other workers")


def companies_replied(campaign_id: int, leads: Iterable[Lead], free: Collection[str] = ()) -> set[str]:
    """Ids of those leads of whose company somebody has replied in this campaign. One read for up to 50 leads.

    `free` are domains that say nothing about a company, beside those that everybody knows.
    """
    wanted = {lead.id: company_replies(campaign_id, lead, free) for lead in leads}
    asked = [key for several in wanted.values() for key in several]
    found = tables.get_many(leads_table(), asked, only=("at",)) if asked else {}
    return {lead_id for lead_id, several in wanted.items() if any((key["pk"], key["sk"]) in found for key in several)}


def company_replies(campaign_id: int, lead: Lead, free: Collection[str] = ()) -> list[keys.Key]:
    """Where it says that somebody of the lead's company has replied; at most two places."""
    return [
        keys.company_reply(campaign_id, domain)
        for domain in companies(lead.email, lead.company_domain)
        if domain not in free
    ]


def delivered_at(campaign_id: int, shard: int, lead_id: str, step: int) -> datetime | None:
    """When a touch was first delivered; None when nobody has said so. One read."""
    lead = tables.get(leads_table(), keys.lead(campaign_id, shard, lead_id)) or {}
    moments = [one.partition("#")[2] for one in lead.get(_DELIVERED, ()) if one.startswith(f"{step:03d}#")]
    return clock.parse(min(moments)) if moments else None


def _read(campaign_id: int, shard: int, lead_id: str, step: int | None) -> tuple[tables.Item, dict[int, tables.Item]]:
    """A lead as stored, and the ledger entries, by step, of its first touch and of `step`; without one, of all."""
    steps = range(_MOST_TOUCHES) if step is None else sorted({0, step})
    for _ in range(2):
        own = keys.lead(campaign_id, shard, lead_id)
        places = {one: keys.send(campaign_id, shard, lead_id, one) for one in steps}
        found = tables.get_many(leads_table(), [own, *places.values()])
        lead = found.get((own["pk"], own["sk"]))
        if lead is None:
            break
        if lead["kind"] == "lead":
            entries = {one: found.get((key["pk"], key["sk"])) for one, key in places.items()}
            return lead, {one: entry for one, entry in entries.items() if entry}
        shard, lead_id = lead["shard"], lead["lead_id"]
    raise NotFound(f"Campaign {campaign_id} has no lead {lead_id}.")


def _actions(
    campaign_id: int, lead: tables.Item, entries: Mapping[int, tables.Item], event: Event, now: datetime
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
        "until": event.until.isoformat() if event.until else None,
    }
    if not erased:
        found = {"suspected": event.suspected, "successor": event.successor}
        stored |= {name: value for name, value in found.items() if value}
    step = event.step if event.step is not None else ledger.last_left(entries)
    own = normalise(lead["email"]) if lead.get("email") else None
    to = entries.get(step, {}).get("to") if step is not None else None
    written = normalise(to) if to else own
    # The touch went to an address that has been corrected since.
    earlier = written != own and not erased and corrected(lead)
    came = () if earlier and event.type is EventType.BOUNCED else _outcomes(lead, event)
    fresh = [one for one in came if _flag(one) not in lead]
    counts = {event.counter: 1}
    if event.written and not erased:
        counts[replies.counter(event.written.kind)] = 1
    of_touches: list[tables.Action] = []
    for one in sorted({0, step if step is not None else 0}):
        touch = ledger.Touch(keys.Shard(campaign_id, "", shard), lead_id, one)
        feedback = event.feedback if one == step else ()
        writes, counted = ledger.came_back(touch, entries.get(one), () if one else fresh, feedback, event.at)
        of_touches += writes
        counts |= counted
    actions = [
        tables.put(leads_table(), stored, missing=["pk"]),
        _changed(keys.lead(campaign_id, shard, lead_id), lead, event, came, fresh, now, earlier),
        tables.update(leads_table(), keys.engagement_tally(campaign_id), add=counts),
        *of_touches,
    ]
    # SES and the mailbox may both tell of the same bounce.
    told = step is not None and any(one.flag in entries.get(step, {}) for one in event.feedback)
    if event.harmful and not told:
        actions.append(tallies.of_day(campaign_id, None, max(event.at, now), {event.type.value: 1}))
    stopped = [one for one in (written if earlier else own,) if one and Outcome.BOUNCED in event.outcomes]
    if Outcome.UNSUBSCRIBED in event.outcomes:
        stopped = opted_out(lead, to)
    actions += [suppression.add(one, event.type, now, campaign_id) for one in stopped]
    if Outcome.REPLIED in came:
        actions += company_stops(campaign_id, lead, event.at)
    if event.written and not erased:
        actions.append(replies.put(campaign_id, lead, event, step, stopped, now))
    return actions


def opted_out(lead: Mapping[str, Any], to: str | None) -> list[str]:
    """The addresses that an opt-out suppresses: the lead's, and `to` of its touch if it was corrected since."""
    earlier = lead["status"] != LeadStatus.ERASED and corrected(lead)
    return sorted({normalise(one) for one in (lead.get("email"), to if earlier else None) if one})


def company_stops(campaign_id: int, lead: Mapping[str, Any], at: datetime) -> list[tables.Action]:
    """The writes that stop the mail to colleagues of a lead that has replied, and keep who has."""
    first, who = {"kind": "company", "at": clock.iso(at)}, {"leads": frozenset({str(lead["id"])})}
    return [
        action
        for domain in companies(lead.get("email"), lead.get("company_domain"))
        for action in (
            tables.update(leads_table(), keys.company_reply(campaign_id, domain), first=first),
            tables.update(leads_table(), keys.company_repliers(campaign_id, domain), first=first, add=who),
        )
    ]


def corrected(lead: Mapping[str, Any]) -> bool:
    """Whether a person has corrected the lead's address."""
    return any(source == BY_HAND and "email" in names for source, _, _, names in lead.get("origins", ()))


def _outcomes(lead: Mapping[str, Any], event: Event) -> tuple[Outcome, ...]:
    """What an event says about how the lead did, with those before it: soft bounces come to a hard one."""
    if not event.soft:
        return event.outcomes
    soft = {*lead.get(_SOFT, ()), _step(lead, event)}
    delivered = {one.partition("#")[0] for one in lead.get(_DELIVERED, ())} - soft
    in_a_row = [step for step in soft if not delivered or step > max(delivered)]
    return (Outcome.BOUNCED,) if len(in_a_row) >= SOFT_IN_A_ROW else ()


# Attributes of a lead: `<step>#<moment>` of touches that were delivered, and the steps of those that came back for now.
# A touch that was accepted first and came back later is in both, and counts as come back.
_DELIVERED, _SOFT = "delivered", "soft_bounced"
# Those that are about its address, and not about the next one.
OF_ADDRESS = (_SOFT,)


def _step(lead: Mapping[str, Any], event: Event) -> str:
    """The touch that an event belongs to; when it does not say so, the last one. Texts of one width sort as numbers."""
    step = event.step if event.step is not None else max(0, int(lead.get("step", 0)) - 1)
    return f"{step:03d}"


def _flag(outcome: Outcome) -> str:
    """The attribute of a lead that says that, and when, it came to this: each is counted once."""
    return f"{outcome}_at"


def _changed(
    key: keys.Key,
    lead: Mapping[str, Any],
    event: Event,
    came: Sequence[Outcome],
    fresh: Sequence[Outcome],
    now: datetime,
    earlier: bool,
) -> tables.Action:
    """The lead out of its queue, in its new status; for an event that stops nothing, what it leaves on the lead.

    `earlier`: it is about a touch to an address that was corrected since; that it is dead says nothing of the lead.
    """
    seen = {"status": lead["status"]}
    if earlier and event.type in (EventType.BOUNCED, EventType.LEFT_COMPANY):
        known = {"email": lead["email"]} if "email" in lead else {}
        return tables.check(leads_table(), key, equal={**seen, **known})
    if event.type is EventType.OUT_OF_OFFICE:
        return _held(key, lead, event, now)
    if event.type is EventType.LEFT_COMPANY:
        return _ended(key, lead, event, now)
    noted = _noted(lead, event)
    # What the streak of soft bounces was reckoned from must still be so.
    compared = (_DELIVERED, _SOFT) if event.soft else ()
    unchanged = {name: lead[name] for name in compared if name in lead}
    absent = [name for name in compared if name not in lead]
    if not came:
        if not noted:
            return tables.check(leads_table(), key, equal=seen)
        return tables.update(leads_table(), key, add=noted, equal={**seen, **unchanged}, missing=absent)
    status = _after(LeadStatus(lead["status"]), came)
    note = [clock.iso(event.at), event.type, event.detail or _by(event)]
    # An address that becomes known meanwhile has to be suppressed, too; and a company's reply to be told.
    known = {name: lead[name] for name in ("email", "company_domain") if name in lead}
    return tables.update(
        leads_table(),
        key,
        put={
            "status": status,
            "todo": None,
            "updated_at": clock.iso(now),
            **{_flag(one): clock.iso(event.at) for one in fresh},
        },
        add=noted,
        append={"history": [note]} if status != lead["status"] else None,
        equal={**seen, **unchanged, **known},
        missing=[*map(_flag, fresh), *absent, *({"email", "company_domain"} - known.keys())],
    )


def _noted(lead: Mapping[str, Any], event: Event) -> dict[str, frozenset[str]]:
    """What later events of the lead are judged by."""
    if event.soft:
        return {_SOFT: frozenset({_step(lead, event)})}
    if event.type is EventType.DELIVERED and event.step is not None:
        return {_DELIVERED: frozenset({f"{_step(lead, event)}#{clock.iso(event.at)}"})}
    return {}


def _held(key: keys.Key, lead: Mapping[str, Any], event: Event, now: datetime) -> tables.Action:
    """The lead waits for its touch until whoever was away is back; never for less time than before."""
    sending = campaigns.read(int(lead["campaign_id"])).settings.sending
    back = touch_timing.back(event.at, event.until, sending, lead.get("enrichment", {}).get("time_zone"))
    hold = max(clock.iso(back), str(lead.get("hold_until", "")))
    todo = str(lead.get("todo", ""))
    waits = keys.todo(Stage.NURTURE, clock.parse(hold), str(lead["id"]))
    later = todo.startswith(_DUE) and waits > todo
    note = [clock.iso(event.at), event.type, f"held until {hold[:10]}"]
    return tables.update(
        leads_table(),
        key,
        put={"hold_until": hold, "updated_at": clock.iso(now), **({"todo": waits} if later else {})},
        append={"history": [note]} if later else None,
        equal={"status": lead["status"], **({"todo": todo} if todo else {})},
        missing=[] if todo else ["todo"],
    )


def _ended(key: keys.Key, lead: Mapping[str, Any], event: Event, now: datetime) -> tables.Action:
    """The lead INVALID: nobody reads its mail any more. The address may be given to somebody else: no suppression."""
    seen = {"status": lead["status"]}
    if lead["status"] in _LASTING:
        return tables.check(leads_table(), key, equal=seen)
    note = [clock.iso(event.at), event.type, event.detail or _by(event)]
    known = {"email": lead["email"]} if "email" in lead else {}
    return tables.update(
        leads_table(),
        key,
        put={"status": LeadStatus.INVALID, "todo": None, "updated_at": clock.iso(now)},
        append={"history": [note]},
        equal={**seen, **known},
    )


def _by(event: Event) -> str:
    return f"touch {event.step + 1}" if event.step is not None else ""


def _after(status: LeadStatus, came: Sequence[Outcome]) -> LeadStatus:
    """What a lead becomes: out of any queue into one of the statuses that last, the further of both."""
    becomes = next((_BECOMES[one] for one in came if one in _BECOMES), status)
    reached = _LASTING.index(status) if status in _LASTING else -1
    return becomes if reached < _LASTING.index(becomes) else status
