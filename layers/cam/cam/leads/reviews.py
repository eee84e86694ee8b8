"""Leads that wait for a person (spec §4): the queue over all shards, oldest first, and settling each exactly once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cam.leads import lead_items
from cam.model.errors import AlreadyDecided, Conflict, NotFound, Throttled
from cam.model.models import Decision, Lead, LeadStatus, Review, Stage
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.text import clock

QUEUE = "review"
_FIRST = f"{QUEUE}#"
# `~` sorts behind every digit, and so behind every moment.
_LAST = f"{QUEUE}#~"
_ATTEMPTS = 5
# Nobody needs a lead's long parts to decide about it, and a page reads up to 32 shards.
_LONG = ("explanation", "history", "provenance")
_SHOWN = ("sk", *(name for name in Lead.model_fields if name not in _LONG))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lead that waits for a person, since when. `lead` is None when its item cannot be read as a lead.

    Its timeline, origins and explanation are not read.
    """

    lead_id: str
    since: datetime
    lead: Lead | None


@dataclass(frozen=True, slots=True)
class Ageing:
    """How many wait, since when the oldest does, and how many wait for longer than a day and than seven."""

    waiting: int = 0
    oldest_since: datetime | None = None
    over_1_day: int = 0
    over_7_days: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a lead. `lead_id` is its own id, whatever it was asked for by."""

    lead_id: str
    status: LeadStatus
    review: Review


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: LeadStatus
    event: str
    reason: str
    counted: str


_OUTCOMES = {
    Decision.APPROVE: _Outcome(LeadStatus.QUALIFIED, "approved in review", "approved_in_review", "qualified"),
    Decision.REJECT: _Outcome(LeadStatus.REJECTED, "rejected in review", "rejected_in_review", "rejected"),
}


def page(campaign_id: int, shards: int, limit: int, after: str | None) -> tuple[list[Waiting], str | None]:
    """Leads that wait, strictly oldest first over all shards, and the index key to go on from (None: that was all).

    One read for each shard. A page may be short while there is more: of long leads a read holds fewer than `limit`.
    """
    # No id goes on with a space: it sorts right behind `after`, which itself was on the page before.
    first = f"{after} " if after else _FIRST
    found: list[tables.Item] = []
    ends: list[str] = []
    for shard in range(shards):
        pk = keys.leads_pk(campaign_id, shard)
        # One more than wanted: DynamoDB stops at its limit without looking whether anything follows.
        items, last = tables.query(
            leads_table(), pk, index=tables.TODO, between=(first, _LAST), limit=limit + 1, only=_SHOWN
        )
        found += items
        if last:
            ends.append(items[-1]["todo"])
    # Behind the end of a shard that has more, there may be some of it before what the others hold.
    end = min(ends, default=_LAST)
    shown = sorted((item for item in found if item["todo"] <= end), key=lambda item: str(item["todo"]))[:limit]
    more = bool(ends) or len(found) > len(shown)
    return [_waiting(item) for item in shown], shown[-1]["todo"] if more else None


def _waiting(item: Mapping[str, Any]) -> Waiting:
    return Waiting(item["sk"].removeprefix("LEAD#"), _since(item["todo"]), lead_items.readable(item))


def _since(todo: str) -> datetime:
    return clock.parse(todo.split("#")[1])


def ageing(campaign_id: int, shards: int, waiting: int, now: datetime) -> Ageing:
    """How long the `waiting` leads of a campaign have waited. One read for each shard, of up to 1 MB.

    The oldest is exact; of those older than a day or seven, at least so many as one read of each shard holds.
    """
    older = dict.fromkeys((1, 7), 0)
    limits = {days: f"{_FIRST}{clock.iso(now - timedelta(days=days))}" for days in older}
    oldest: str | None = None
    for shard in range(shards):
        pk = keys.leads_pk(campaign_id, shard)
        items, _ = tables.query(leads_table(), pk, index=tables.TODO, begins=_FIRST, only=("todo",))
        for item in items:
            todo = item["todo"]
            oldest = todo if oldest is None else min(oldest, todo)
            for days, limit in limits.items():
                older[days] += todo < limit
    return Ageing(waiting, _since(oldest) if oldest else None, older[1], older[7])


def settle(
    campaign_id: int,
    shards: int,
    lead_id: str,
    decision: Decision,
    reviewer: str | None,
    note: str,
    now: datetime,
) -> Settled:
    """Let a lead that waits for review go on to Route, or reject it; with what a person said, counted, exactly once.

    Two reads at most, and one transaction on the condition that the lead still waits as it was read. Raises NotFound;
    AlreadyDecided when somebody has settled it; Conflict when it does not wait for review for another reason.
    """
    for _ in range(_ATTEMPTS):
        item = _read(campaign_id, shards, lead_id)
        if not str(item.get("todo", "")).startswith(_FIRST):
            raise _refusal(item)
        review = Review(decision=decision, at=now, reviewer=reviewer, note=note)
        try:
            tables.transact(_actions(campaign_id, item, review))
        except tables.Cancelled:
            continue
        return Settled(item["id"], _OUTCOMES[decision].status, review)
    raise Throttled("the lead is being changed by other workers")


def _read(campaign_id: int, shards: int, lead_id: str) -> tables.Item:
    """The stored item, so that one that cannot be read as a lead can be settled too. Raises NotFound."""
    item = tables.get(leads_table(), keys.lead(campaign_id, keys.shard_of(lead_id, shards), lead_id))
    if item and item["kind"] == "alias":
        item = tables.get(leads_table(), keys.lead(campaign_id, item["shard"], item["lead_id"]))
    if item is None or item["kind"] != "lead":
        raise NotFound(f"Campaign {campaign_id} has no lead {lead_id}.")
    return item


def _refusal(item: Mapping[str, Any]) -> Conflict:
    status = item["status"]
    if "review" not in item:
        return Conflict(
            f"Lead {item['id']} is not waiting for review: it is {status}. Only MANUAL_REVIEW can be decided."
        )
    review = Review.model_validate(item["review"])
    by = f" by {review.reviewer}" if review.reviewer else ""
    said = (
        f"Lead {item['id']} was {_OUTCOMES[review.decision].event}{by} at {clock.iso(review.at)}; it is now {status}."
    )
    return AlreadyDecided(said, review)


def _actions(campaign_id: int, item: Mapping[str, Any], review: Review) -> list[tables.Action]:
    outcome = _OUTCOMES[review.decision]
    approved = review.decision is Decision.APPROVE
    moment = clock.iso(review.at)
    said = ": ".join(text for text in (review.reviewer and f"by {review.reviewer}", review.note) if text)
    stored = item.get("qualification")
    # Laid over what is stored: what else Qualify has kept about the verdict stays as it is.
    verdict = stored if isinstance(stored, Mapping) else {}
    qualification = {**verdict, "status": outcome.status, "reasons": [*verdict.get("reasons", ()), outcome.reason]}
    return [
        tables.update(
            leads_table(),
            {"pk": item["pk"], "sk": item["sk"]},
            put={
                "status": outcome.status,
                "qualification": qualification,
                "review": {**review.model_dump(mode="json", exclude_none=True), "at": moment},
                "todo": keys.todo(Stage.ROUTE, review.at, item["id"]) if approved else None,
                "updated_at": moment,
            },
            append={"history": [[moment, outcome.event, said]]},
            equal={"todo": item["todo"]},
        ),
        # Not on the tallies of the shards: workers write those all the time.
        tables.update(
            leads_table(),
            keys.engagement_tally(campaign_id),
            add={
                "review": -1,
                outcome.counted: 1,
                **({"paid_qualified": 1} if approved and item.get("credits", 0) > 0 else {}),
            },
        ),
    ]
