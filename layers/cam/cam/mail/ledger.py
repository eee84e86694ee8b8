"""The ledger of touches: claim, send, record. A claim whose outcome is unknown is never sent again automatically."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cam.mail import contacts, message_ids, suppression, touch_timing
from cam.mail.contacts import Contact, Known
from cam.model.errors import Throttled
from cam.model.models import Lead, LeadStatus, SendStatus, Stage
from cam.model.settings.kinds import Frozen
from cam.model.settings.sending import Sending
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.rules import outcomes
from cam.rules.outcomes import SENT, Outcome
from cam.rules.results import EDITION, VARIANT, Counted, Feedback
from cam.text import clock

_MAY_HAVE_LEFT = frozenset({SendStatus.CLAIMED, SendStatus.SENT, SendStatus.UNCONFIRMED})
# Reason of a touch that the transport was too busy to take: it costs no attempt.
BUSY = "busy"
ATTEMPTS = 4
# From a claim that stands, or was given up as unsure, to SENT: what that counts.
_TURNS_OUT_SENT: Mapping[str, tallies.Counts] = {
    SendStatus.CLAIMED: {"sent": 1},
    SendStatus.UNCONFIRMED: {"sent": 1, "unconfirmed": -1},
}


class Send(Frozen):
    """One touch of one lead, as spec §9 shows it."""

    send_id: str
    lead_id: str
    to: str
    sequence: str
    step: int
    status: SendStatus
    subject: str = ""
    claimed_at: datetime
    sent_at: datetime | None = None
    message_id: str | None = None
    reason: str | None = None
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Touch:
    """Touch `step` of a lead of a shard."""

    shard: keys.Shard
    lead_id: str
    step: int

    @property
    def key(self) -> keys.Key:
        """Where its ledger entry lies."""
        return keys.send(self.shard.campaign_id, self.shard.number, self.lead_id, self.step)

    @property
    def send_id(self) -> str:
        """Its name for clients: shard, lead and step."""
        return f"{self.shard.number}-{self.lead_id}-{self.step}"


def _listed(status: SendStatus, claimed_at: datetime, touch: Touch) -> str:
    """Index key that lists sends of a shard by status and time."""
    return f"send#{status}#{clock.iso(claimed_at)}#{touch.send_id}"


def read(entry: Mapping[str, Any]) -> Send:
    """A touch by its ledger entry as stored."""
    return Send.model_validate({name: entry[name] for name in Send.model_fields if name in entry})


class Claim(Frozen):
    """What came of claiming a touch: `won`, with the number of the attempt, or the entry that stood there before.

    Neither: the lead moved or was suppressed meanwhile; or, `contacted`, its person was written to. `counted` is under
    what a touch that was won counts.
    """

    won: bool
    contacted: bool = False
    attempt: int = 1
    before: Send | None = None
    counted: Counted | None = None


def claim(
    touch: Touch,
    seen: str,
    to: str,
    sequence: str,
    subject: str,
    now: datetime,
    cohort: Sequence[str] = (),
    variant: str = VARIANT,
    edition: str = EDITION,
    message_id: str | None = None,
    unless: Sequence[keys.Key] = (),
    known: Sequence[Known] = (),
    gap: timedelta = timedelta(),
) -> Claim:
    """Claim a touch, if its lead still waits under the index key `seen`, and nobody suppressed its address `to`,
    or the domain of its company.

    Nor if there is anything at one of the places `unless` among the leads: somebody of the company has replied. Nor,
    if there is a `gap` between emails to one person, when the lead's was written to since that was read as `known`.

    From here on it is sent at most once. A touch that definitely did not leave (FAILED) may be claimed again, no other.
    `cohort`, of a first touch, is kept with it: what the score said when the lead was written to (`rules.outcomes`).
    `variant` and `edition` say which text of the sequence it is (`rules.results`). `message_id` is known before when
    the transport keeps the mail's own: then it is known too of a touch of which nobody hears whether it left.
    """
    before: Send | None = None
    lead = keys.lead(touch.shard.campaign_id, touch.shard.number, touch.lead_id)
    for _ in range(2):
        condition: dict[str, Any] = {"equal": {"status": SendStatus.FAILED}} if before else {"missing": ["pk"]}
        attempt = before.attempts + (before.reason != BUSY) if before else 1
        item = {
            **_entry(touch, SendStatus.CLAIMED, to, sequence, now),
            "subject": subject,
            "run_id": touch.shard.run_id,
            "attempts": attempt,
            "cohort": list(cohort) or None,
            "variant": variant,
            "edition": edition,
            "message_id": message_id,
        }
        first = [
            tables.put(leads_table(), item, **condition),
            tables.check(leads_table(), lead, equal={"todo": seen}),
            *suppression.conditions(to),
            *(tables.check(leads_table(), place, missing=["pk"]) for place in unless),
        ]
        try:
            tables.transact([*first, *contacts.take(known, _contact(touch, now), gap)])
            counted = Counted(sequence, edition, variant, tuple(cohort))
            return Claim(won=True, attempt=attempt, counted=counted)
        except tables.Cancelled as cancelled:
            if 0 not in cancelled.refused:
                return Claim(won=False, contacted=max(cancelled.refused) >= len(first))
        before = entry(touch)
        if before is None or before.status != SendStatus.FAILED:
            return Claim(won=False, before=before)
    return Claim(won=False)


def _contact(touch: Touch, at: datetime) -> Contact:
    return Contact(at, touch.shard.campaign_id, touch.lead_id, touch.step)


def onward(
    lead: Lead, left_at: datetime, sending: Sending, message_id: str | None = None, subject: str = ""
) -> tuple[str, dict[str, Any]]:
    """Where a lead waits and what to set on it, now that its touch left: for the next one, or its sequence's end.

    `message_id` and `subject` of a mail that left: the first is kept, so that later ones can follow it.
    """
    due = touch_timing.following(lead, left_at, sending)
    put: dict[str, Any] = {"status": LeadStatus.CONTACTED, "step": lead.step + 1, "held": None, "contacted": None}
    if message_id and not lead.thread:
        put["thread"] = {"message_id": message_ids.header_id(message_id), "subject": subject}
    return keys.todo(Stage.NURTURE, due, lead.id), put


def begun(campaign_id: int, leads: Sequence[Lead]) -> set[str]:
    """Ids of those of these leads whose first touch has left, or may have. One read for each 100."""
    places = {one.id: keys.send(campaign_id, one.shard, one.id, 0) for one in leads}
    found = tables.get_many(leads_table(), list(places.values()), only=("status",))
    left = {place for place, item in found.items() if item["status"] in _MAY_HAVE_LEFT}
    return {lead_id for lead_id, key in places.items() if (key["pk"], key["sk"]) in left}


def _entry(touch: Touch, status: SendStatus, to: str, sequence: str, at: datetime) -> dict[str, Any]:
    return {
        **touch.key,
        "kind": "send",
        "send_id": touch.send_id,
        "lead_id": touch.lead_id,
        "shard": touch.shard.number,
        "to": to,
        "sequence": sequence,
        "step": touch.step,
        "status": status,
        "claimed_at": clock.iso(at),
        "todo": _listed(status, at, touch),
    }


def outcome_action(
    touch: Touch,
    status: SendStatus,
    at: datetime,
    put: Mapping[str, Any],
    equal: Mapping[str, Any] | None = None,
    missing: Sequence[str] = (),
) -> tables.Action:
    return tables.update(
        leads_table(),
        touch.key,
        put={"status": status, "todo": _listed(status, at, touch), **put},
        equal=equal or {"status": SendStatus.CLAIMED},
        missing=missing,
    )


@dataclass(frozen=True, slots=True)
class _Open:
    """A touch of which it is not yet certain that it left; `early` came back of it, or of its lead, already."""

    status: str
    counted: Counted
    early: tuple[str, ...] = ()


def mark_sent(touch: Touch, message_id: str, at: datetime, counted: Counted | None = None) -> SendStatus | None:
    """Record and count right after the transport took the mail, in one transaction. Twice is as once.

    `message_id` may be empty: whoever answers a mail proves that it left, and does not know the id.
    Returns what the touch was before; None when nobody was unsure of it any more, and nothing was written.

    A claim that somebody has given up as unsure meanwhile turns out to be sent. It counts under what its claim holds;
    whoever knows that saves a read. Raises Throttled when DynamoDB is busy.
    """
    opened = _Open(SendStatus.CLAIMED, counted) if counted else _opened(touch)
    for _ in range(ATTEMPTS):
        if opened is None:
            return None
        put = {"reason": None, **({"message_id": message_id} if message_id else {})}
        if all_or_none(left_actions(touch, opened, at, put)):
            return SendStatus(opened.status)
        opened = _opened(touch)
    raise Throttled("the touch is being changed by other workers")


def _opened(touch: Touch) -> _Open | None:
    item = tables.get(leads_table(), touch.key) or {}
    return open_entry(item) if item.get("status") in _TURNS_OUT_SENT else None


def open_entry(item: Mapping[str, Any]) -> _Open:
    return _Open(item["status"], counted_under(item), tuple(item.get("early", ())))


def counted_under(item: Mapping[str, Any]) -> Counted:
    """Under what a touch counts, by its ledger entry as stored."""
    return Counted(
        item["sequence"], item.get("edition", EDITION), item.get("variant", VARIANT), tuple(item.get("cohort", ()))
    )


def left_actions(
    touch: Touch, opened: _Open, at: datetime, put: Mapping[str, Any], by_person: bool = False
) -> list[tables.Action]:
    """The touch recorded as sent and counted, with what came back early, on condition that it is as `opened` says.

    What a person says is counted apart from the workers' tallies, for no run.
    """
    campaign_id, shard = touch.shard.campaign_id, None if by_person else touch.shard.number
    seen = {"status": opened.status, **({"early": opened.early} if opened.early else {})}
    counts, cohort = _TURNS_OUT_SENT[opened.status], outcomes.counts(SENT, opened.counted.cohort)
    came, names = _of_early(opened)
    if by_person:
        counted, came, names = [], {**counts, **cohort, **came}, [SENT, *names]
    else:
        counted = tallies.actions(touch.shard, Stage.NURTURE, counts, cohort)
        counted.append(tallies.of_touch(campaign_id, shard, opened.counted, touch.step, [SENT]))
    if came:
        counted.append(tables.update(leads_table(), keys.engagement_tally(campaign_id), add=came))
    if names:
        counted.append(tallies.of_touch(campaign_id, None, opened.counted, touch.step, names))
    return [
        outcome_action(
            touch, SendStatus.SENT, at, {"sent_at": clock.iso(at), **put}, seen, () if opened.early else ("early",)
        ),
        *counted,
        tallies.of_day(campaign_id, shard, at, {"sent": 1}),
    ]


def _of_early(opened: _Open) -> tuple[dict[str, int], list[str]]:
    """What came back before it was certain that the touch left: counters of the campaign's tally, and its feedback."""
    counts: dict[str, int] = {}
    names: list[str] = []
    for one in opened.early:
        feedback = Feedback.counted_by(one)
        counts |= {one: 1} if feedback else outcomes.counts(one, opened.counted.cohort)
        names += [feedback] if feedback else []
    return counts, names


def came_back(
    touch: Touch, entry: Mapping[str, Any] | None, found: Sequence[Outcome], feedback: Sequence[Feedback], at: datetime
) -> tuple[list[tables.Action], dict[str, int]]:
    """What to write for feedback on a touch, and for outcomes of its lead if it is the first; and what to count.

    The entry keeps when each kind of feedback first came: a mail counts once for it, and a lead once for an outcome.
    A touch that is not known to have left counts nowhere: its entry keeps what came early, for when it turns out to
    have been sent. The writes are refused when the entry has changed.
    """
    if entry is None:
        return [tables.check(leads_table(), touch.key, missing=["pk"])] if found or feedback else [], {}
    fresh = [one for one in feedback if one.flag not in entry]
    if not found and not fresh:
        return [], {}
    status = entry["status"]
    flags = {one.flag: clock.iso(at) for one in fresh}
    if status == SendStatus.SENT:
        counted = counted_under(entry)
        counts = {name: 1 for one in found for name in outcomes.counts(one, counted.cohort)}
        if not fresh:
            return [], counts
        return [
            tables.update(leads_table(), touch.key, put=flags, equal={"status": status}, missing=list(flags)),
            tallies.of_touch(touch.shard.campaign_id, None, counted, touch.step, fresh),
        ], {**counts, **{one.counter: 1 for one in fresh}}
    if status in _TURNS_OUT_SENT:
        early = [*found, *(one.counter for one in fresh)]
        kept = tables.update(
            leads_table(),
            touch.key,
            put=flags,
            append={"early": early},
            equal={"status": status},
            missing=list(flags),
        )
        return [kept], {}
    return [tables.check(leads_table(), touch.key, equal={"status": status})], {}


def last_left(entries: Mapping[int, Mapping[str, Any]]) -> int | None:
    """Which of these touches of a lead left last, as far as anybody knows; None when none may have."""
    for wanted in ({SendStatus.SENT}, _MAY_HAVE_LEFT):
        if left := [step for step, entry in entries.items() if entry["status"] in wanted]:
            return max(left)
    return None


def mark_unconfirmed(touch: Touch, reason: str, at: datetime) -> Send | None:
    """Record and count that the mail may have left, or not: settled by the provider's event or by a person.

    Returns the entry that stands there when it was no claim any more: an event came first.
    """
    if _count(touch, outcome_action(touch, SendStatus.UNCONFIRMED, at, {"reason": reason}), {"unconfirmed": 1}):
        return None
    return entry(touch)


def entry(touch: Touch) -> Send | None:
    """What the ledger says of a touch; None when it was never claimed or left out. One read."""
    found = tables.get(leads_table(), touch.key)
    return read(found) if found else None


def mark_refused(
    touch: Touch, seen: SendStatus, reason: str, at: datetime, to: str, linkedin_url: str | None
) -> SendStatus | None:
    """Record that a claim, or a touch that was unsure, definitely did not leave: the provider said so.

    Returns what it was; None when it was not as `seen`, and nothing was written. `to` and `linkedin_url` are what its
    person is known by, who no longer counts as written to.
    """
    outcome = outcome_action(touch, SendStatus.FAILED, at, {"reason": reason}, {"status": seen})
    counts = {"unconfirmed": -1} if seen is SendStatus.UNCONFIRMED else {}
    given_back = contacts.not_left(to, linkedin_url, touch.shard.campaign_id, touch.lead_id, touch.step)
    writes = [outcome, *tallies.actions(touch.shard, Stage.NURTURE, counts)]
    return seen if _with_contacts(writes, given_back) else None


def mark_failed(
    touch: Touch, reason: str, at: datetime, counts: tallies.Counts | None = None, known: Sequence[Known] = ()
) -> None:
    """Record that the mail definitely did not leave. `counts` are counted with it, when no verdict does that.

    `at` and `known` are those of its claim: its person counts as written to when that was so before.
    """
    failed = outcome_action(touch, SendStatus.FAILED, at, {"reason": reason})
    counted = tallies.actions(touch.shard, Stage.NURTURE, counts) if counts else []
    _with_contacts([failed, *counted], contacts.give_back(known, _contact(touch, at)))


def _with_contacts(writes: Sequence[tables.Action], given_back: Sequence[tables.Action]) -> bool:
    """All of the writes or none; with what is given back, unless another email has left to the person since."""
    if given_back:
        try:
            tables.transact([*writes, *given_back])
            return True
        except tables.Cancelled as cancelled:
            if min(cancelled.refused) < len(writes):
                return False
    return _write(writes[0]) if len(writes) == 1 else all_or_none(writes)


def record_skipped(touch: Touch, to: str, sequence: str, reason: str, at: datetime) -> Send | None:
    """Record why a touch is left out. One that was claimed before is not overwritten: its entry is returned."""
    item = {**_entry(touch, SendStatus.SKIPPED, to, sequence, at), "reason": reason}
    conditions: tuple[dict[str, Any], ...] = ({"missing": ["pk"]}, {"equal": {"status": SendStatus.FAILED}})
    if any(_write(tables.put(leads_table(), item, **condition)) for condition in conditions):
        return None
    return entry(touch)


def give_up_claims(shard: keys.Shard, at: datetime) -> None:
    """Make every open claim of a shard unsure: its worker died, as a shard has one worker at a time."""
    for item in tables.query_all(leads_table(), shard.pk, index=tables.TODO, begins=f"send#{SendStatus.CLAIMED}#"):
        touch = Touch(shard, item["lead_id"], item["step"])
        mark_unconfirmed(touch, "the worker stopped while sending", at)


def _count(touch: Touch, outcome: tables.Action, counts: tallies.Counts) -> bool:
    return all_or_none([outcome, *tallies.actions(touch.shard, Stage.NURTURE, counts)])


def all_or_none(actions: Sequence[tables.Action]) -> bool:
    try:
        tables.transact(actions)
    except tables.Cancelled:
        return False
    return True


def _write(action: tables.Action) -> bool:
    try:
        tables.write(action)
    except tables.Refused:
        return False
    return True


def page(
    campaign_id: int, shards: int, status: SendStatus | None, limit: int, after: tuple[int, str, str] | None
) -> tuple[list[Send], tuple[int, str, str] | None]:
    """Sends of a campaign by shard, status and time, and (shard, sort key, index key) to go on from."""
    prefix = f"send#{status}#" if status else "send#"
    shard, sk, todo = after or (0, "", "")
    found: list[Send] = []
    while True:
        pk = keys.leads_pk(campaign_id, shard)
        items, last = tables.query(
            leads_table(),
            pk,
            index=tables.TODO,
            begins=prefix,
            limit=limit - len(found),
            after={"pk": pk, "sk": sk, "todo": todo} if sk else None,
        )
        found += [read(item) for item in items]
        if last and len(found) >= limit:
            return found, (shard, last["sk"], last["todo"])
        if last:
            sk, todo = last["sk"], last["todo"]
        elif shard + 1 < shards:
            shard, sk, todo = shard + 1, "", ""
            if len(found) >= limit:
                return found, (shard, "", "")
        else:
            return found, None
