"""What a person decides about a reply: all that follows from it is written in one transaction, and nothing twice."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cam.campaigns import campaigns
from cam.leads import lead_items
from cam.mail import engagement, ledger, replies, resubscriptions, suppression, touch_timing
from cam.mail.engagement import Event, EventType
from cam.mail.following import next_touch
from cam.mail.replies import Certainty, Reply, ReplyKind
from cam.mail.resubscriptions import Resubscription
from cam.model.addresses import companies
from cam.model.errors import Conflict, NotFound, Throttled
from cam.model.models import Lead, LeadStatus, SendStatus, Stage
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table, leads_table
from cam.rules import outcomes, results
from cam.rules.outcomes import Outcome
from cam.text import clock

_ATTEMPTS = 6
_MEANS = {
    ReplyKind.HUMAN: EventType.REPLIED,
    ReplyKind.UNSUBSCRIBE: EventType.UNSUBSCRIBED,
    ReplyKind.OUT_OF_OFFICE: EventType.OUT_OF_OFFICE,
    ReplyKind.AUTO_REPLY: EventType.AUTO_REPLIED,
    ReplyKind.LEFT_COMPANY: EventType.LEFT_COMPANY,
}
_STOPS = {
    EventType.REPLIED: LeadStatus.REPLIED,
    EventType.UNSUBSCRIBED: LeadStatus.UNSUBSCRIBED,
    EventType.COMPLAINED: LeadStatus.UNSUBSCRIBED,
    EventType.LEFT_COMPANY: LeadStatus.INVALID,
}
_FURTHER = (LeadStatus.INVALID, LeadStatus.REPLIED, LeadStatus.UNSUBSCRIBED)
_OPEN = (SendStatus.CLAIMED, SendStatus.UNCONFIRMED)
_NURTURE = f"{Stage.NURTURE.lower()}#"
_BECAUSE = "reply corrected"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says a reply is. `until`: the last day of an absence; `positive`: of a person's reply."""

    kind: ReplyKind
    until: date | None = None
    positive: bool = False
    by: str | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """A reply with all that the decision depends on, as it was read. `others`: the lead's other events."""

    reply: Reply
    decision: Decision
    lead: Lead
    item: tables.Item
    entries: Mapping[int, tables.Item]
    before: Event
    after: Event
    others: Sequence[Event]
    now: datetime

    @property
    def key(self) -> keys.Key:
        return keys.lead(self.reply.campaign_id, self.reply.shard, self.reply.lead_id)

    @property
    def ends(self) -> frozenset[Outcome]:
        """Outcomes of the lead that nothing but this reply had, and that it has no longer."""
        return frozenset(self.before.outcomes) - {*self.after.outcomes} - _came(self.others)


def correct(name: str, decision: Decision, now: datetime) -> Reply:
    """Take a reply for what a person says it is, with all that follows from it. Again changes nothing.

    A sequence goes on only if nothing but this reply has ended it; touches that were sent stay so. Raises NotFound;
    Conflict when the lead was erased, or its sequence cannot go on; Throttled when the lead keeps changing meanwhile.
    """
    for _ in range(_ATTEMPTS):
        reply = replies.read(name)
        if _settled(reply, decision):
            return reply
        case = _case(reply, decision, now)
        lifted = _lifted(case)
        try:
            tables.transact(_actions(case, lifted))
        except tables.Cancelled:
            continue
        for one in lifted:
            # Somebody may have opted out elsewhere meanwhile, when the suppression was still there.
            if one["name"] and _opted_out_elsewhere(case, _hash(one)):
                tables.write(suppression.add(one["name"], EventType.UNSUBSCRIBED, now, reply.campaign_id))
        return replies.read(name)
    raise Throttled("the lead is being changed by other workers")


def _settled(reply: Reply, decision: Decision) -> bool:
    said = (reply.kind, reply.until if reply.kind is ReplyKind.OUT_OF_OFFICE else None, reply.positive)
    return reply.certainty is Certainty.CERTAIN and said == (decision.kind, _until(reply, decision), decision.positive)


def _until(reply: Reply, decision: Decision) -> date | None:
    """The day of an absence that a person states, else the one that was read."""
    return (decision.until or reply.until) if decision.kind is ReplyKind.OUT_OF_OFFICE else None


def _case(reply: Reply, decision: Decision, now: datetime) -> _Case:
    own = keys.lead(reply.campaign_id, reply.shard, reply.lead_id)
    items = {one["sk"]: one for one in tables.query_all(leads_table(), own["pk"], begins=own["sk"])}
    item, key = items.get(own["sk"]), keys.event(reply.campaign_id, reply.shard, reply.lead_id, reply.event_id)
    lead = lead_items.readable(item) if item and item["kind"] == "lead" else None
    if item is None or lead is None or key["sk"] not in items:
        raise NotFound("The lead of this reply no longer exists, or cannot be read.")
    if lead.status is LeadStatus.ERASED:
        raise Conflict(f"Lead {lead.id} was erased: nothing is kept about this person any more.")
    before = _event(items[key["sk"]])
    after = replace(
        before,
        type=_MEANS[decision.kind],
        until=_until(reply, decision),
        detail="positive" if decision.positive else "",
    )
    belong = [one for sk, one in items.items() if sk.startswith(f"{own['sk']}#") and sk != key["sk"]]
    others = [_event(one) for one in belong if one["kind"] == "event"]
    entries = {int(one["step"]): one for one in belong if one["kind"] == "send"}
    return _Case(reply, decision, lead, item, entries, before, after, others, now)


def _event(item: Mapping[str, Any]) -> Event:
    return Event(
        item["sk"].partition("#EVENT#")[2],
        EventType(item["type"]),
        clock.parse(item["at"]),
        item.get("step"),
        "positive" if item.get("positive") else item.get("detail", ""),
        date.fromisoformat(item["until"]) if "until" in item else None,
    )


def _came(events: Iterable[Event]) -> frozenset[Outcome]:
    return frozenset(one for event in events for one in event.outcomes)


def _actions(case: _Case, lifted: Sequence[tables.Item]) -> list[tables.Action]:
    reply, decision, now = case.reply, case.decision, case.now
    opts_out = decision.kind is ReplyKind.UNSUBSCRIBE and reply.kind is not ReplyKind.UNSUBSCRIBE
    to = case.entries.get(reply.step if reply.step is not None else -1, {}).get("to")
    addresses = engagement.opted_out(case.item, to) if opts_out else []
    counts = Counter[str]()
    touches = _of_touches(case, counts)
    if case.before.counter != case.after.counter:
        counts.update({case.after.counter: 1})
        counts.subtract({case.before.counter: 1})
    counts.update({_decided_as(reply.found_as, decision.kind): 1})
    if reply.decided:
        counts.subtract({_decided_as(reply.found_as, reply.kind): 1})
    changed = {name: number for name, number in counts.items() if number}
    tally = keys.engagement_tally(reply.campaign_id)
    return [
        replies.decide(reply, decision.kind, case.after.until, decision.positive, decision.by, addresses, now),
        _of_lead(case),
        _of_event(case),
        *touches,
        *([tables.update(leads_table(), tally, add=changed)] if changed else []),
        *(suppression.add(one, EventType.UNSUBSCRIBED, now, reply.campaign_id) for one in addresses),
        *_liftings(case, lifted),
        *_of_company(case),
    ]


def _decided_as(found_as: ReplyKind, kind: ReplyKind) -> str:
    """What of the campaign's tally counts replies that were read as the first and are the second."""
    return f"decided.{found_as}.{kind}"


def accuracy(counts: Mapping[str, int]) -> dict[ReplyKind, tuple[int, dict[ReplyKind, int]]]:
    """By what replies were read as: how many there are, and how many of them people took for each kind. Pure."""
    return {
        kind: (counts.get(replies.counter(kind), 0), {one: counts.get(_decided_as(kind, one), 0) for one in ReplyKind})
        for kind in ReplyKind
    }


def _of_event(case: _Case) -> tables.Action:
    """The event as it is taken for now; `found_as` keeps its first type."""
    reply = case.reply
    return tables.update(
        leads_table(),
        keys.event(reply.campaign_id, reply.shard, reply.lead_id, reply.event_id),
        put={
            "type": case.after.type,
            "until": case.after.until.isoformat() if case.after.until else None,
            "positive": case.decision.positive or None,
        },
        first={"found_as": case.before.type},
        equal={"type": case.before.type},
    )


def _of_touches(case: _Case, counts: Counter[str]) -> list[tables.Action]:
    """The writes of the touches whose feedback or cohort changes; what they count is added to `counts`."""
    step, actions = case.reply.step, []
    fresh = [one for one in case.after.outcomes if f"{one}_at" not in case.item]
    gone = [one for one in case.ends if f"{one}_at" in case.item]
    heard = {one for event in case.others if event.step in (None, step) for one in event.feedback}
    for number in sorted({0, step if step is not None else 0}):
        entry = case.entries.get(number)
        if entry is None:
            continue
        more = [one for one in case.after.feedback if number == step and one.flag not in entry]
        less = {*case.before.feedback} - {*case.after.feedback} - heard
        less = {one for one in less if number == step and one.flag in entry}
        came, left = (fresh, gone) if number == 0 else ([], [])
        if not (more or less or came or left):
            continue
        flags: dict[str, Any] = {
            **{one.flag: clock.iso(case.reply.at) for one in more},
            **{one.flag: None for one in less},
        }
        touch = ledger.Touch(keys.Shard(case.reply.campaign_id, "", case.reply.shard), case.reply.lead_id, number)
        seen: dict[str, Any] = {"status": entry["status"]}
        if entry["status"] == SendStatus.SENT:
            counted = ledger.counted_under(entry)
            counts.update(Counter(name for one in came for name in outcomes.counts(one, counted.cohort)))
            counts.subtract(Counter(name for one in left for name in outcomes.counts(one, counted.cohort)))
            counts.update(one.counter for one in more)
            counts.subtract(Counter(one.counter for one in less))
            names = {**results.counts(more, counted.variant), **_negative(results.counts(less, counted.variant))}
            if names:
                place = keys.results(case.reply.campaign_id, None, counted.sequence, counted.edition, number)
                first = {"edition": counted.edition, "step": number}
                actions.append(tables.update(leads_table(), place, first=first, add=names))
        elif entry["status"] in _OPEN:
            early = [*entry.get("early", ())]
            for one in (*left, *(one.counter for one in less)):
                if one in early:
                    early.remove(one)
            flags["early"] = [*early, *came, *(one.counter for one in more)]
            seen |= {"early": entry["early"]} if "early" in entry else {}
        if flags:
            missing = [one.flag for one in more] + ([] if "early" in entry or "early" not in flags else ["early"])
            actions.append(tables.update(leads_table(), touch.key, put=flags, equal=seen, missing=missing))
    return actions


def _negative(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: -number for name, number in counts.items()}


def _of_lead(case: _Case) -> tables.Action:
    lead, now = case.lead, case.now
    fresh = [one for one in case.after.outcomes if f"{one}_at" not in case.item]
    put: dict[str, Any] = {f"{one}_at": None for one in case.ends}
    put |= {f"{one}_at": clock.iso(case.reply.at) for one in fresh}
    status = _status(case)
    if status is None:
        put |= _goes_on(case, ends=True)
    elif status in _FURTHER:
        put |= {"status": status, "todo": None}
    elif ReplyKind.OUT_OF_OFFICE in (case.reply.kind, case.decision.kind):
        put |= _goes_on(case, ends=False)
    same = lead_items.unchanged(lead)
    return tables.update(
        leads_table(),
        case.key,
        put={**put, "updated_at": clock.iso(now)},
        append={"history": [[clock.iso(now), *_note(case)]]},
        equal=same["equal"],
        missing=[*same["missing"], *(f"{one}_at" for one in fresh)],
    )


def _note(case: _Case) -> tuple[str, str]:
    by = f"; by {case.decision.by}" if case.decision.by else ""
    of = f"the reply of {clock.iso(case.reply.at)[:16].replace('T', ' ')} UTC"
    positive = ", positive" if case.decision.positive else ""
    if case.decision.kind is case.reply.kind:
        return "reply confirmed", f"{of} is {case.decision.kind}{positive}{by}"
    return "reply corrected", f"{of} is {case.decision.kind}{positive}, not {case.reply.kind}{by}"


def _status(case: _Case) -> LeadStatus | None:
    """The lead's status from now on; None: its sequence goes on, as nothing but this reply has ended it."""
    now = case.lead.status
    stops = [_STOPS[one.type] for one in (*case.others, case.after) if one.type in _STOPS]
    if case.lead.bounced or (f"{Outcome.BOUNCED}_at" in case.item and not engagement.corrected(case.item)):
        stops.append(LeadStatus.INVALID)
    furthest = max(stops, key=_FURTHER.index, default=None)
    if now is _STOPS.get(case.before.type):
        return furthest
    reached = _FURTHER.index(now) if now in _FURTHER else -1
    return furthest if furthest and _FURTHER.index(furthest) > reached else now


def _goes_on(case: _Case, *, ends: bool) -> dict[str, Any]:
    """What to set on a lead whose sequence goes on: `ends`, because its end is taken back; else with another absence.

    Raises Conflict when it cannot go on.
    """
    lead = case.lead
    rules = campaigns.read(case.reply.campaign_id).settings
    zone = lead.enrichment.time_zone
    absences = [one for one in (*case.others, case.after) if one.type is EventType.OUT_OF_OFFICE]
    hold = max((touch_timing.back(one.at, one.until, rules.sending, zone) for one in absences), default=None)
    put: dict[str, Any] = {"hold_until": clock.iso(hold) if hold else None}
    if not ends and not (lead.todo or "").startswith(_NURTURE):
        return put
    if ends:
        _check(case)
        put["status"] = LeadStatus.CONTACTED if lead.step else LeadStatus.ROUTED
    left = [one for one in case.entries.values() if one["status"] == SendStatus.SENT]
    left_at = max((clock.parse(one["sent_at"]) for one in left), default=None)
    free = lead.model_copy(update={"hold_until": None})
    due = next_touch(free, rules, left_at) if lead.step and left_at else case.now
    put["todo"] = keys.todo(Stage.NURTURE, max(one for one in (case.now, due, hold) if one), lead.id)
    return put


def _check(case: _Case) -> None:
    lead = case.lead
    unsure = next((one for one in case.entries.values() if one["status"] in _OPEN), None)
    if unsure is not None:
        raise Conflict(
            f"It is not known whether touch {unsure['step'] + 1} of lead {lead.id} was sent, so its sequence cannot go "
            f"on. Say whether it was: POST …/sends/{unsure['send_id']}/settle. Then send this again."
        )
    if lead.routing is None:
        raise Conflict(f"Lead {lead.id} has no sequence that could go on.")


def _lifted(case: _Case) -> list[tables.Item]:
    """The suppressions that this reply has made, and that nothing else needs, as stored."""
    reply = case.reply
    still = Outcome.UNSUBSCRIBED in {*case.after.outcomes, *_came(case.others)}
    if still or not reply.suppressed:
        return []
    places = [keys.suppression_of_hash(one) for one in reply.suppressed]
    found = tables.get_many(campaigns_table(), places)
    made = {"since": reply.suppressed_at, "reason": EventType.UNSUBSCRIBED, "campaign_id": reply.campaign_id}
    return [
        item for item in found.values() if made.items() <= item.items() and not _opted_out_elsewhere(case, _hash(item))
    ]


def _hash(item: Mapping[str, Any]) -> str:
    return suppression.suppression(item).hash


def _opted_out_elsewhere(case: _Case, digest: str) -> bool:
    """Whether another lead with this address has unsubscribed: of its opt-out, the suppression would show nothing."""
    items, _ = tables.query(leads_table(), digest, index=tables.PERSON)
    places: list[keys.Key] = [{"pk": one["pk"], "sk": one["sk"]} for one in items]
    found = tables.get_many(leads_table(), places, only=("status",))
    found.pop((case.key["pk"], case.key["sk"]), None)
    return any(one.get("status") == LeadStatus.UNSUBSCRIBED for one in found.values())


def _liftings(case: _Case, lifted: Sequence[tables.Item]) -> list[tables.Action]:
    return [
        action
        for item in lifted
        for action in resubscriptions.lifting(
            item, Resubscription(suppression.suppression(item), case.now, case.decision.by, _BECAUSE)
        )
    ]


def _of_company(case: _Case) -> list[tables.Action]:
    """The stop of mail to colleagues made, or taken back unless another lead of the company has replied."""
    campaign_id, lead_id = case.reply.campaign_id, case.lead.id
    if Outcome.REPLIED in case.after.outcomes and Outcome.REPLIED not in case.before.outcomes:
        return engagement.company_stops(campaign_id, case.item, case.reply.at)
    if Outcome.REPLIED not in case.ends:
        return []
    actions: list[tables.Action] = []
    for domain in companies(case.lead.email, case.lead.company_domain):
        stop, who = keys.company_reply(campaign_id, domain), keys.company_repliers(campaign_id, domain)
        found = tables.get_many(leads_table(), [stop, who])
        stopped, repliers = found.get((stop["pk"], stop["sk"])), found.get((who["pk"], who["sk"]))
        # An earlier version kept no repliers: whoever stopped the mail then may not be among them.
        if not stopped or not repliers or stopped["at"] != repliers["at"] or lead_id not in repliers["leads"]:
            continue
        seen, rest = {"leads": repliers["leads"]}, repliers["leads"] - {lead_id}
        if rest:
            actions.append(tables.update(leads_table(), who, put={"leads": rest}, equal=seen))
        else:
            actions += [tables.delete(leads_table(), stop), tables.delete(leads_table(), who, equal=seen)]
    return actions
