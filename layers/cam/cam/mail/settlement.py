"""What a person says of an UNCONFIRMED touch: it left, or it did not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cam.leads import lead_items
from cam.mail import contacts, touch_timing
from cam.mail.ledger import ATTEMPTS, Send, Touch, all_or_none, left_actions, onward, open_entry, outcome_action, read
from cam.model.errors import Conflict, NotFound, Throttled
from cam.model.models import LeadStatus, SendStatus, Stage
from cam.model.settings.sending import Sending
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.rules import pacing
from cam.text import clock


class Settlement(StrEnum):
    """The outcome of an unconfirmed touch."""

    SENT = "sent"
    NOT_SENT = "not_sent"


_STATES = {
    SendStatus.CLAIMED: "a worker is sending it or has stopped; the next run finds out",
    SendStatus.SENT: "it was sent",
    SendStatus.FAILED: "it was not sent, and is retried",
    SendStatus.SKIPPED: "it was skipped",
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
    for _ in range(ATTEMPTS):
        place = keys.lead(touch.shard.campaign_id, touch.shard.number, touch.lead_id)
        found = tables.get_many(leads_table(), [touch.key, place])
        entry = found.get((touch.key["pk"], touch.key["sk"]))
        if entry is None:
            raise _no_touch(touch.shard.campaign_id, touch.send_id)
        if entry["status"] != SendStatus.UNCONFIRMED:
            status = SendStatus(entry["status"])
            raise Conflict(
                f"Touch {touch.send_id} is {status} ({_STATES[status]}): only an UNCONFIRMED touch can be resolved."
            )
        if message_id:
            entry = {**entry, "message_id": message_id}
        said = f"{outcome.replace('_', ' ')}{': ' if note else ''}{note}"
        item = found.get((place["pk"], place["sk"]))
        settled = _settled(touch, entry, outcome, f"resolved as {said}", (item or {}).get("linkedin_url"))
        lead = _freed(touch, entry, item, outcome, said, sending, now)
        if all_or_none([*settled, lead]):
            return read(tables.get(leads_table(), touch.key) or entry)
    raise Throttled("the touch is being changed by other workers")


def _settled(
    touch: Touch, entry: Mapping[str, Any], outcome: Settlement, reason: str, linkedin_url: str | None
) -> list[tables.Action]:
    """The ledger and the counts, apart from the workers' tallies, on condition that the entry is as it was read.

    Of one that was not sent, its person no longer counts as written to: one read for each name.
    """
    claimed_at = clock.parse(entry["claimed_at"])
    if outcome is Settlement.SENT:
        put = {"reason": reason, "message_id": entry.get("message_id")}
        return left_actions(touch, open_entry(entry), claimed_at, put, by_person=True)
    tally = keys.engagement_tally(touch.shard.campaign_id)
    return [
        outcome_action(touch, SendStatus.FAILED, claimed_at, {"reason": reason}, {"status": SendStatus.UNCONFIRMED}),
        tables.update(leads_table(), tally, add={"unconfirmed": -1}),
        *contacts.not_left(entry["to"], linkedin_url, touch.shard.campaign_id, touch.lead_id, touch.step),
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
