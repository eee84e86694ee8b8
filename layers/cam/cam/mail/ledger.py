"""The ledger of touches: claim, send, record. A claim whose outcome is unknown is never sent again by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from cam.leads import lead_items
from cam.mail import touch_timing
from cam.model.addresses import normalise
from cam.model.errors import Conflict, NotFound, Throttled
from cam.model.models import Lead, LeadStatus, SendStatus, Stage
from cam.model.settings.kinds import Frozen
from cam.model.settings.sending import Sending
from cam.platform import keys, tables, tallies
from cam.platform.environment import campaigns_table, leads_table
from cam.rules import outcomes, pacing
from cam.rules.outcomes import SENT, Outcome
from cam.rules.results import EDITION, VARIANT, Counted, Feedback
from cam.text import clock, message_ids

_MAY_HAVE_LEFT = frozenset({SendStatus.CLAIMED, SendStatus.SENT, SendStatus.UNCONFIRMED})
# Reason of a touch that the transport was too busy to take: it costs no attempt.
BUSY = "busy"
_ATTEMPTS = 4
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


class Settlement(StrEnum):
    """What turns out about a touch of which nobody knew whether it left."""

    SENT = "sent"
    NOT_SENT = "not_sent"


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

    Neither: the lead moved or was suppressed meanwhile. `counted` is under what a touch that was won counts.
    """

    won: bool
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
) -> Claim:
    """Claim a touch, if its lead still waits under the index key `seen`, and nobody suppressed its address `to`.

    Nor if there is anything at one of the places `unless` among the leads: somebody of the company has replied.

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
        try:
            tables.transact(
                [
                    tables.put(leads_table(), item, **condition),
                    tables.check(leads_table(), lead, equal={"todo": seen}),
                    tables.check(campaigns_table(), keys.suppression(normalise(to)), missing=["pk"]),
                    *(tables.check(leads_table(), place, missing=["pk"]) for place in unless),
                ]
            )
            counted = Counted(sequence, edition, variant, tuple(cohort))
            return Claim(won=True, attempt=attempt, counted=counted)
        except tables.Cancelled as cancelled:
            if 0 not in cancelled.refused:
                return Claim(won=False)
        before = entry(touch)
        if before is None or before.status != SendStatus.FAILED:
            return Claim(won=False, before=before)
    return Claim(won=False)


def onward(
    lead: Lead, left_at: datetime, sending: Sending, message_id: str | None = None, subject: str = ""
) -> tuple[str, dict[str, Any]]:
    """Where a lead waits and what to set on it, now that its touch left: for the next one, or its sequence's end.

    `message_id` and `subject` of a mail that left: the first is kept, so that later ones can follow it.
    """
    due = touch_timing.following(lead, left_at, sending)
    put: dict[str, Any] = {"status": LeadStatus.CONTACTED, "step": lead.step + 1, "held": None}
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


def _outcome(
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
    for _ in range(_ATTEMPTS):
        if opened is None:
            return None
        put = {"reason": None, **({"message_id": message_id} if message_id else {})}
        if _all(_left(touch, opened, at, put)):
            return SendStatus(opened.status)
        opened = _opened(touch)
    raise Throttled("the touch keeps being changed by somebody else")


def _opened(touch: Touch) -> _Open | None:
    item = tables.get(leads_table(), touch.key) or {}
    return _open(item) if item.get("status") in _TURNS_OUT_SENT else None


def _open(item: Mapping[str, Any]) -> _Open:
    return _Open(item["status"], _counted_under(item), tuple(item.get("early", ())))


def _counted_under(item: Mapping[str, Any]) -> Counted:
    return Counted(
        item["sequence"], item.get("edition", EDITION), item.get("variant", VARIANT), tuple(item.get("cohort", ()))
    )


def _left(
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
        _outcome(
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
        counted = _counted_under(entry)
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
    if _count(touch, _outcome(touch, SendStatus.UNCONFIRMED, at, {"reason": reason}), {"unconfirmed": 1}):
        return None
    return entry(touch)


def entry(touch: Touch) -> Send | None:
    """What the ledger says of a touch; None when it was never claimed or left out. One read."""
    found = tables.get(leads_table(), touch.key)
    return read(found) if found else None


def mark_refused(touch: Touch, seen: SendStatus, reason: str, at: datetime) -> SendStatus | None:
    """Record that a claim, or a touch that was unsure, definitely did not leave: the provider said so.

    Returns what it was; None when it was not as `seen`, and nothing was written.
    """
    outcome = _outcome(touch, SendStatus.FAILED, at, {"reason": reason}, {"status": seen})
    counts = {"unconfirmed": -1} if seen is SendStatus.UNCONFIRMED else {}
    return seen if _count(touch, outcome, counts) else None


_STATES = {
    SendStatus.CLAIMED: "a worker is sending it, or has died; the next run finds out",
    SendStatus.SENT: "it left",
    SendStatus.FAILED: "it did not leave, and is tried again",
    SendStatus.SKIPPED: "it was left out",
}
_UNSURE = "unconfirmed"


def find(campaign_id: int, shards: int, send_id: str) -> Touch:
    """The touch of that name; whether it was ever claimed is not looked up. Raises NotFound."""
    shard, _, rest = send_id.partition("-")
    lead_id, _, step = rest.rpartition("-")
    numbers = all(number.isascii() and number.isdecimal() and len(number) <= 3 for number in (shard, step))
    if numbers and lead_id and int(shard) < shards:
        touch = Touch(keys.Shard(campaign_id, "", int(shard)), lead_id, int(step))
        # One touch has one name: not `00-…`.
        if touch.send_id == send_id:
            return touch
    raise _no_touch(campaign_id, send_id)


def _no_touch(campaign_id: int, send_id: str) -> NotFound:
    return NotFound(f"Campaign {campaign_id} has no touch {send_id}. GET …/sends lists them.")


def settle(
    touch: Touch, outcome: Settlement, note: str, sending: Sending, now: datetime, message_id: str | None = None
) -> Send:
    """Put an UNCONFIRMED touch right once it is known whether it left; counted, and told in the lead's timeline.

    A lead that waits for this touch goes on: as if the mail had left when it was claimed, or to the same touch again.
    One that unsubscribed, replied or bounced meanwhile stays where it is. One read and one transaction. Raises
    NotFound; Conflict when the touch is not UNCONFIRMED, or no longer; Throttled when it keeps being changed.
    """
    for _ in range(_ATTEMPTS):
        place = keys.lead(touch.shard.campaign_id, touch.shard.number, touch.lead_id)
        found = tables.get_many(leads_table(), [touch.key, place])
        entry = found.get((touch.key["pk"], touch.key["sk"]))
        if entry is None:
            raise _no_touch(touch.shard.campaign_id, touch.send_id)
        if entry["status"] != SendStatus.UNCONFIRMED:
            status = SendStatus(entry["status"])
            raise Conflict(
                f"Touch {touch.send_id} is {status} ({_STATES[status]}): only an UNCONFIRMED one can be settled."
            )
        if message_id:
            entry = {**entry, "message_id": message_id}
        said = f"{outcome.replace('_', ' ')}{': ' if note else ''}{note}"
        settled = _settled(touch, entry, outcome, f"settled as {said}")
        lead = _freed(touch, entry, found.get((place["pk"], place["sk"])), outcome, said, sending, now)
        if _all([*settled, lead]):
            return read(tables.get(leads_table(), touch.key) or entry)
    raise Throttled("the touch keeps being changed by somebody else")


def _settled(touch: Touch, entry: Mapping[str, Any], outcome: Settlement, reason: str) -> list[tables.Action]:
    """The ledger and the counts, apart from the workers' tallies, on condition that the entry is as it was read."""
    claimed_at = clock.parse(entry["claimed_at"])
    if outcome is Settlement.SENT:
        put = {"reason": reason, "message_id": entry.get("message_id")}
        return _left(touch, _open(entry), claimed_at, put, by_person=True)
    tally = keys.engagement_tally(touch.shard.campaign_id)
    return [
        _outcome(touch, SendStatus.FAILED, claimed_at, {"reason": reason}, {"status": SendStatus.UNCONFIRMED}),
        tables.update(leads_table(), tally, add={"unconfirmed": -1}),
    ]


def _freed(
    touch: Touch,
    entry: Mapping[str, Any],
    item: Mapping[str, Any] | None,
    outcome: Settlement,
    said: str,
    sending: Sending,
    now: datetime,
) -> tables.Action:
    """The lead on its way again, with what its timeline tells, on condition that it is as it was read."""
    key = keys.lead(touch.shard.campaign_id, touch.shard.number, touch.lead_id)
    if item is None:
        return tables.check(leads_table(), key, missing=["pk"])
    seen = {name: item[name] for name in ("status", "todo") if name in item}
    if item["status"] == LeadStatus.ERASED:
        # Nothing more is written down about somebody who was erased.
        return tables.check(leads_table(), key, equal=seen)
    queue = str(item.get("todo", "")).partition("#")[0]
    # In the queue of Nurture it waits when its worker has died, or has not yet come to put it aside.
    waits = queue in (_UNSURE, Stage.NURTURE.lower()) and item.get("step", 0) == touch.step
    return tables.update(
        leads_table(),
        key,
        put={
            "updated_at": clock.iso(now),
            **(_next_place(touch, entry, item, outcome, sending, now) if waits else {}),
        },
        append={"history": [[clock.iso(now), "settled", f"touch {touch.step + 1}: {said}"]]},
        equal=seen,
        missing=[] if "todo" in item else ["todo"],
    )


def _next_place(
    touch: Touch,
    entry: Mapping[str, Any],
    item: Mapping[str, Any],
    outcome: Settlement,
    sending: Sending,
    now: datetime,
) -> dict[str, Any]:
    lead = lead_items.readable(item)
    if lead is None or not touch_timing.known(lead):
        # The next run says in the timeline that it cannot be read.
        return {"todo": keys.todo(Stage.NURTURE, now, touch.lead_id), "step": touch.step + 1}
    if outcome is Settlement.SENT:
        left_at = clock.parse(entry["claimed_at"])
        todo, put = onward(lead, left_at, sending, entry.get("message_id"), entry.get("subject", ""))
        return {**put, "todo": todo}
    due = pacing.first_touch(now, sending, lead.enrichment.time_zone)
    # Whoever is away stays away.
    due = max(due, lead.hold_until) if lead.hold_until else due
    todo = keys.todo(Stage.NURTURE, due, lead.id)
    # A worker that still holds the lead as it was must be refused: the key has to change.
    changed = todo if todo != lead.todo else keys.todo(Stage.NURTURE, due + timedelta(milliseconds=1), lead.id)
    return {"todo": changed}


def mark_failed(touch: Touch, reason: str, at: datetime, counts: tallies.Counts | None = None) -> None:
    """Record that the mail definitely did not leave. `counts` are counted with it, when no verdict does that."""
    failed = _outcome(touch, SendStatus.FAILED, at, {"reason": reason})
    if counts:
        _count(touch, failed, counts)
    else:
        _write(failed)


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
        mark_unconfirmed(touch, "the worker died while it was sending", at)


def _count(touch: Touch, outcome: tables.Action, counts: tallies.Counts) -> bool:
    return _all([outcome, *tallies.actions(touch.shard, Stage.NURTURE, counts)])


def _all(actions: Sequence[tables.Action]) -> bool:
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


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits on the number of mails: of campaign and sender a day, and of the run.

    A campaign's day is that of its own time zone. A sender's is UTC's: it may write for campaigns of several zones.
    """

    campaign_id: int
    sender: str
    day: date
    sender_day: date
    daily: int
    run_key: keys.Key | None = None
    run: int | None = None

    def _counters(self) -> list[tuple[keys.Key, int]]:
        counters = [
            (keys.campaign_sends(self.campaign_id, self.day.isoformat()), self.daily),
            (keys.sender_sends(self.sender, self.sender_day.isoformat()), self.daily),
        ]
        return [*counters, (self.run_key, self.run)] if self.run_key and self.run is not None else counters

    def take(self, wanted: int) -> int:
        """Reserve places for up to `wanted` mails under every limit at once; how many were granted."""
        wanted = min(wanted, *(limit for _, limit in self._counters()))
        while wanted > 0:
            first = {"expires_at": tallies.expiry(clock.now())}
            try:
                tables.transact(
                    [
                        tables.update(
                            leads_table(), key, add={"used": wanted}, at_most={"used": limit - wanted}, first=first
                        )
                        for key, limit in self._counters()
                    ]
                )
                return wanted
            except tables.Cancelled:
                wanted = self._room(wanted)
        return 0

    def give_back(self, places: int) -> None:
        """Return places that were not used."""
        if places:
            tables.transact([tables.update(leads_table(), key, add={"used": -places}) for key, _ in self._counters()])

    def _room(self, wanted: int) -> int:
        used = tables.get_many(leads_table(), [key for key, _ in self._counters()])
        return pacing.places(
            wanted, ((used.get((key["pk"], key["sk"]), {}).get("used", 0), limit) for key, limit in self._counters())
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """What has been counted against the caps: of the campaign's day, of its sender's; and the sender's first day.

    `first` None: it has never sent.
    """

    campaign: int
    sender: int
    first: date | None


def spent(campaign_id: int, day: date, sender: str, sender_day: date) -> Spent:
    """What of the caps of these days is used up. One read."""
    wanted = (
        keys.campaign_sends(campaign_id, day.isoformat()),
        keys.sender_sends(sender, sender_day.isoformat()),
        keys.sender_start(sender),
    )
    found = tables.get_many(leads_table(), wanted)
    ours, its, start = (found.get((key["pk"], key["sk"]), {}) for key in wanted)
    first = start.get("day")
    return Spent(int(ours.get("used", 0)), int(its.get("used", 0)), date.fromisoformat(first) if first else None)


def todays_cap(sender: str, today: date, sending: Sending) -> int:
    """How many mails this sender may send on this day (UTC): warm-up counts from its first day."""
    key = keys.sender_start(sender)
    first = tables.write(tables.update(leads_table(), key, first={"day": today.isoformat()}), answer="ALL_NEW")["day"]
    return pacing.daily_cap(date.fromisoformat(first), today, sending)
