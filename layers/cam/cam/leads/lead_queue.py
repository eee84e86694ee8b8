"""Leads that wait: reading who is due, settling verdicts. Each write counts in the same transaction."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cam.leads.lead_items import readable, unchanged
from cam.model.models import (
    Lead,
    Stage,
)
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.text import clock

# 100 items a transaction, less two tallies.
BATCH = tables.MOST - 2
PAGE = 10 * BATCH


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` leads of a stage in a run, over all shards."""

    key: keys.Key
    limit: int


@dataclass(frozen=True, slots=True)
class Due:
    """A lead whose turn it is. `lead` is None when its item cannot be read as a lead: it is failed, not lost."""

    lead_id: str
    todo: str
    lead: Lead | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a stage decided about one lead: attributes to set, where it waits next (None: nowhere), what to count."""

    due: Due
    todo: str | None
    event: str
    detail: str = ""
    put: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Left:
    """A lead that stays in its queue, untouched, for the next run: what to count, and the hints that say why."""

    counts: Mapping[str, int]
    hints: Mapping[str, str] = field(default_factory=dict)


def room(cap: Cap | None, wanted: int) -> int:
    """How many of `wanted` leads the cap still admits."""
    if cap is None:
        return wanted
    used = int((tables.get(leads_table(), cap.key) or {}).get("used", 0))
    return max(0, min(wanted, cap.limit - used))


def take(cap: Cap, number: int) -> tables.Action:
    """The write that takes `number` of what a cap admits. Refused when there is not so much left."""
    return tables.update(
        leads_table(),
        cap.key,
        add={"used": number},
        at_most={"used": cap.limit - number},
        first={"expires_at": tallies.expiry(clock.now())},
    )


def due(
    shard: keys.Shard, stage: str, by: datetime | None, limit: int = PAGE, behind: str | None = None
) -> tuple[list[Due], bool]:
    """Leads of a shard that are due at `stage` (`by` None: all that wait), oldest first; whether there is more.

    `behind`: the `todo` of a lead; only those after it. One consistent read of the index: what the stage before has
    just settled is there.
    """
    prefix = f"{stage.lower()}#"
    # `~` sorts behind every digit, and behind every lead id of that moment; ids are equally long.
    first_key = f"{behind}~" if behind else prefix
    last_key = f"{prefix}{clock.iso(by)}#~" if by else f"{prefix}~"
    if first_key > last_key:
        return [], False
    items, last = tables.query(leads_table(), shard.pk, index=tables.TODO, between=(first_key, last_key), limit=limit)
    return [_due(item) for item in items], last is not None


def queued(campaign_id: int, shards: int, queue: str) -> int:
    """How many leads of a campaign wait in a queue. One read for each shard and megabyte."""
    return sum(
        tables.count(leads_table(), keys.leads_pk(campaign_id, shard), index=tables.TODO, begins=f"{queue}#")
        for shard in range(shards)
    )


# Where leads wait whose data a provider may complete (spec §2): without an address, and with one nobody vouches for.
INCOMPLETE = ("enrich", "verify")


def incomplete(campaign_id: int, shards: int) -> bool:
    """Whether any lead waits for a provider. Up to two reads for each shard."""
    return any(
        due(keys.Shard(campaign_id, "", shard), queue, None, 1)[0] for shard in range(shards) for queue in INCOMPLETE
    )


def waiting(shard: keys.Shard, queue: str, only: Sequence[str] = ()) -> Iterator[list[Due]]:
    """All that wait in a queue of a shard, the oldest first, page by page. One read for each page.

    `only` names the attributes wanted: with `sk` and `todo`, and all that a lead cannot be read without.
    """
    after: tables.Item | None = None
    while True:
        items, after = tables.query(
            leads_table(), shard.pk, index=tables.TODO, begins=f"{queue}#", after=after, limit=PAGE, only=only
        )
        yield [_due(item) for item in items]
        if after is None:
            return


def forward(shard: keys.Shard, waiting: Sequence[Due], now: datetime) -> None:
    """Let at most 100 that wait for a provider go on to Score. Those that moved meanwhile are left alone."""
    left = list(waiting)
    while left:
        try:
            tables.transact(
                [
                    tables.update(
                        leads_table(),
                        keys.lead(shard.campaign_id, shard.number, one.lead_id),
                        put={"todo": keys.todo(Stage.SCORE, now, one.lead_id)},
                        equal={"todo": one.todo},
                    )
                    for one in left
                ]
            )
            return
        except tables.Cancelled as cancelled:
            left = [one for at, one in enumerate(left) if at not in cancelled.refused]


def _due(item: Mapping[str, Any]) -> Due:
    return Due(item["sk"].removeprefix("LEAD#"), item["todo"], readable(item))


def settle(
    shard: keys.Shard, stage: Stage, decided: Sequence[Decided], now: datetime, cap: Cap | None = None
) -> tuple[int, bool]:
    """Apply verdicts and count them, in one transaction. Leads that moved meanwhile are left alone.

    `now` is the run's own time. Returns how many were applied, and whether the cap admits no more. Raises Throttled
    when DynamoDB is busy: the caller's retry finds the rest. At most 98 verdicts, 97 with a cap.
    """
    left = list(decided[: cap.limit] if cap else decided)
    capped = len(left) < len(decided)
    while left:
        if capped:
            left = left[: room(cap, len(left))]
        if not left:
            break
        counts = Counter({"processed": len(left)})
        for one in left:
            counts.update(one.counts)
        budget = [take(cap, len(left))] if cap else []
        verdicts = [_verdict(shard, one, now) for one in left]
        try:
            tables.transact([*verdicts, *tallies.actions(shard, stage, counts), *budget])
            return len(left), capped
        except tables.Cancelled as cancelled:
            capped = capped or max(cancelled.refused) >= len(left)
            left = [one for at, one in enumerate(left) if at not in cancelled.refused]
    return 0, capped


def _verdict(shard: keys.Shard, one: Decided, now: datetime) -> tables.Action:
    moment = clock.iso(now)
    return tables.update(
        leads_table(),
        {"pk": shard.pk, "sk": f"LEAD#{one.due.lead_id}"},
        put={**one.put, "todo": one.todo, "updated_at": moment},
        append={"history": [[moment, one.event, one.detail]]} if one.event else None,
        equal={"todo": one.due.todo},
    )


@dataclass(frozen=True, slots=True)
class Revised:
    """A decision made again about a lead as it was read: what to set (None removes), what to tell, what to count.

    `counts` are the run's, by their whole names; `life` is what changes in those of the campaign's life.
    """

    lead: Lead
    put: Mapping[str, Any]
    detail: str
    counts: Mapping[str, int]
    life: Mapping[str, int]


def revise(shard: keys.Shard, revised: Sequence[Revised], now: datetime) -> int:
    """Write at most 98 decisions that were made again, and count them, in one transaction; how many were written.

    A lead that has changed since it was read is left alone. Again finds it decided already.
    """
    left = list(revised)
    while left:
        counts: Counter[str] = Counter()
        life: Counter[str] = Counter()
        for one in left:
            counts.update(one.counts)
            life.update(one.life)
        try:
            tables.transact([*(_revision(shard, one, now) for one in left), *tallies.revisions(shard, counts, life)])
            return len(left)
        except tables.Cancelled as cancelled:
            left = [one for at, one in enumerate(left) if at not in cancelled.refused]
    return 0


def _revision(shard: keys.Shard, one: Revised, now: datetime) -> tables.Action:
    lead = one.lead
    return tables.update(
        leads_table(),
        keys.lead(shard.campaign_id, shard.number, lead.id),
        put={**one.put, "updated_at": clock.iso(max(now, lead.updated_at + timedelta(milliseconds=1)))},
        append={"history": [[clock.iso(now), "rescored", one.detail]]},
        **unchanged(lead),
    )
