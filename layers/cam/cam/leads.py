"""Leads: adding, reading what is due, settling verdicts. Each write counts in the same transaction."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cam import clock, keys, tables, tallies
from cam.environment import leads_table
from cam.errors import NotFound
from cam.models import LawfulBasis, Lead, LeadDraft, LeadStatus, Part, Stage

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


def parts_item(parts: Sequence[Part]) -> list[list[Any]]:
    """An explanation as it is stored: codes and numbers; sentences are made when it is read."""
    return [[p.part, p.group, p.value, p.weight, p.code, p.lead_value, p.target] for p in parts]


def _part(row: Sequence[Any]) -> Part:
    part, group, value, weight, code, lead_value, target = row
    return Part(
        part=part,
        group=group,
        value=value,
        weight=weight,
        contribution=round(value * weight, 12),
        code=code,
        lead_value=lead_value,
        target=target,
    )


def _lead(item: Mapping[str, Any]) -> Lead:
    fields = dict(item)
    fields["explanation"] = [_part(row) for row in item.get("explanation", ())]
    fields["history"] = [{"at": at, "event": event, "detail": detail} for at, event, detail in item.get("history", ())]
    fields["provenance"] = {
        name: {"source": source, "at": at, "detail": detail}
        for source, at, detail, names in item.get("origins", ())
        for name in names
    }
    return Lead.model_validate(fields)


@dataclass(frozen=True, slots=True)
class Found:
    """A new lead out of a source: who, and where from."""

    lead_id: str
    draft: LeadDraft
    source: str
    detail: str


def _new_item(campaign_id: int, shards: int, found: Found, person: str | None, now: datetime) -> dict[str, Any]:
    shard = keys.shard_of(found.lead_id, shards)
    draft = found.draft
    moment = clock.iso(now)
    known = {name: value for name, value in draft.model_dump(mode="json").items() if value not in (None, [], {}, "")}
    enrichment = {name: value for name, value in known.pop("enrichment", {}).items() if value is not None}
    stated = [name for name in known if name != "lawful_basis" or draft.lawful_basis is not LawfulBasis.UNKNOWN]
    names = [*stated, *enrichment]
    return {
        **keys.lead(campaign_id, shard, found.lead_id),
        "todo": keys.todo(Stage.SCORE, now, found.lead_id),
        "person": keys.person(person) if person else None,
        "kind": "lead",
        "id": found.lead_id,
        "shard": shard,
        "campaign_id": campaign_id,
        **known,
        "enrichment": enrichment,
        "source": found.source,
        "status": LeadStatus.NEW,
        "origins": [[found.source, moment, found.detail, names]],
        "history": [[moment, "harvested", found.detail]],
        "created_at": moment,
        "updated_at": moment,
    }


def known(campaign_id: int, shards: int, lead_ids: Collection[str]) -> set[str]:
    """Which of these leads the campaign has already. One read for each 100."""
    wanted = [keys.lead(campaign_id, keys.shard_of(lead_id, shards), lead_id) for lead_id in lead_ids]
    found = tables.get_many(leads_table(), wanted, only=("id",))
    return {item["id"] for item in found.values()}


def add(
    shard: keys.Shard,
    shards: int,
    found: Sequence[tuple[Found, str | None]],
    counts: tallies.Counts,
    now: datetime,
    also: Sequence[tables.Action],
    cap: Cap | None,
) -> None:
    """Write new leads (each with the person's normalised address), count, and move the source on, in one transaction.

    `also` holds what moves the source on; with it at most 100 actions. Raises tables.Cancelled when a lead came to
    exist meanwhile, or the source was moved, or the cap is reached: read again and try with what is left.
    """
    actions = [
        tables.put(leads_table(), _new_item(shard.campaign_id, shards, one, person, now), missing=["pk"])
        for one, person in found
    ]
    actions += [*also, *tallies.actions(shard, Stage.HARVEST, counts)]
    if cap and found:
        actions.append(_take(cap, len(found)))
    tables.transact(actions)


def room(cap: Cap | None, wanted: int) -> int:
    """How many of `wanted` leads the cap still admits."""
    if cap is None:
        return wanted
    used = int((tables.get(leads_table(), cap.key) or {}).get("used", 0))
    return max(0, min(wanted, cap.limit - used))


def _take(cap: Cap, number: int) -> tables.Action:
    return tables.update(
        leads_table(),
        cap.key,
        add={"used": number},
        at_most={"used": cap.limit - number},
        first={"expires_at": tallies.expiry(clock.now())},
    )


def due(shard: keys.Shard, stage: Stage, by: datetime | None, limit: int = PAGE) -> tuple[list[Due], bool]:
    """Leads of a shard that are due at `stage` (`by` None: all that wait), oldest first; whether there is more.

    One consistent read of the index: what the stage before has just settled is there.
    """
    prefix = f"{stage.lower()}#"
    # `~` sorts behind every digit, and behind every lead id of that moment.
    last_key = f"{prefix}{clock.iso(by)}#~" if by else f"{prefix}~"
    items, last = tables.query(leads_table(), shard.pk, index=tables.TODO, between=(prefix, last_key), limit=limit)
    return [_due(item) for item in items], last is not None


def _due(item: Mapping[str, Any]) -> Due:
    try:
        lead = _lead(item)
    except (ValueError, TypeError):
        lead = None
    return Due(item["sk"].removeprefix("LEAD#"), item["todo"], lead)


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
        budget = [_take(cap, len(left))] if cap else []
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


def read(campaign_id: int, shards: int, lead_id: str) -> tuple[Lead, list[tables.Item]]:
    """A lead with its sends and events, in one read. Raises NotFound."""
    shard = keys.shard_of(lead_id, shards)
    key = keys.lead(campaign_id, shard, lead_id)
    items = list(tables.query_all(leads_table(), key["pk"], begins=key["sk"]))
    own = [item for item in items if item["sk"] == key["sk"]]
    if not own:
        raise NotFound(f"Campaign {campaign_id} has no lead {lead_id}.")
    return _lead(own[0]), [item for item in items if item["sk"].startswith(f"{key['sk']}#")]


def get(campaign_id: int, shard: int, lead_id: str) -> Lead | None:
    """A lead by its whole key, or None."""
    item = tables.get(leads_table(), keys.lead(campaign_id, shard, lead_id))
    return _lead(item) if item else None


def page(
    campaign_id: int,
    shards: int,
    filters: Mapping[str, str],
    limit: int,
    after: tuple[int, str] | None = None,
) -> tuple[list[Lead], tuple[int, str] | None]:
    """Leads of a campaign, shard by shard, and (shard, sort key) to go on from (None: that was all).

    `filters` holds wanted values of status, tier or sequence. Reads on until the page is full or ten reads are done,
    so a page may be short, or empty, while there is more.
    """
    found: list[Lead] = []
    shard, start = after or (0, None)
    for _ in range(10):
        items, last = tables.query(
            leads_table(),
            keys.leads_pk(campaign_id, shard),
            begins="LEAD#",
            after={"pk": keys.leads_pk(campaign_id, shard), "sk": start} if start else None,
            limit=max(100, 4 * limit),
            equal={"kind": "lead", **filters},
        )
        for item in items:
            found.append(_lead(item))
            if len(found) == limit:
                return found, (shard, item["sk"])
        if last:
            start = last["sk"]
        elif shard + 1 < shards:
            shard, start = shard + 1, None
        else:
            return found, None
    return found, (shard, start or "LEAD#")
