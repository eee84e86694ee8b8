"""Leads: adding, reading what is due, settling verdicts. Each write counts in the same transaction."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from cam.campaigns import known_fields
from cam.model.addresses import linkedin_page, namesake, normalise
from cam.model.errors import NotFound, Throttled
from cam.model.models import (
    SIGNALS,
    Gate,
    LawfulBasis,
    Lead,
    LeadDraft,
    LeadStatus,
    Part,
    Qualification,
    Routing,
    Scope,
    Stage,
    Step,
)
from cam.model.settings.scoring import Group
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.rules import merging
from cam.rules.merging import Filled
from cam.text import clock

# 100 items a transaction, less two tallies.
BATCH = tables.MOST - 2
PAGE = 10 * BATCH
# Shown on a lead; who has more namesakes at one company has none worth looking at.
MOST_ALIKE = 20
_ATTEMPTS = 5
# A lead that is filled to the brim has 60 KB, a transaction takes 4 MB.
_FILLS = 50
# Named in the timeline; provenance has them all.
_MOST_NAMED = 20


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


def parts_item(parts: Sequence[Part]) -> list[list[Any]]:
    """An explanation as it is stored: codes and numbers; sentences are made when it is read.

    With the scores and the decisions of Qualify and Route it takes no more than 1 KB: groups by their first letter,
    signals by their numbers, and what is None at the end of a row is left out.
    """
    return [_row(part) for part in parts]


_SIGNALS = "signals"
_GROUPS = {text: group.value for group in Group for text in (group.value[0], group.value)}


def _row(part: Part) -> list[Any]:
    lead_value = part.lead_value
    if part.part == _SIGNALS and isinstance(lead_value, str):
        lead_value = "".join(str(SIGNALS.index(name)) for name in lead_value.split(", "))
    row = [part.part, part.group[0], part.value, part.weight, part.code, lead_value, part.target]
    while row[-1] is None:
        row.pop()
    return row


def _part(row: Sequence[Any]) -> Part:
    part, group, value, weight, code, lead_value, target = [*row, None, None][:7]
    if part == _SIGNALS and lead_value:
        lead_value = ", ".join(SIGNALS[int(number)] for number in lead_value)
    return Part(
        part=part,
        group=_GROUPS[group],
        value=value,
        weight=weight,
        contribution=round(value * weight, 12),
        code=code,
        lead_value=lead_value,
        target=target,
    )


# Every lead has all gates. One that is not listed here is stored under its own name.
_GATE_CODES = {
    "low_score": "ls",
    "missing_email": "me",
    "invalid_email": "ie",
    "role_account": "ra",
    "automated_address": "aa",
    "competitor": "co",
    "disposable_email": "de",
    "free_email": "fe",
    "no_mail_server": "ms",
    "suppressed": "su",
    "rejected_in_review": "rr",
    "low_intent": "li",
}
_GATE_NAMES = {code: name for name, code in _GATE_CODES.items()}
_LONGEST_SHOWN = 60


def qualification_item(found: Qualification) -> dict[str, Any]:
    """A verdict as it is stored. A gate is `[code, 1 passed | 0 failed | null not asked, value, limit]`.

    Nulls at the end are cut, and a gate that passed without any values is its code alone.
    """
    return {
        **found.model_dump(mode="json", exclude={"gates"}, exclude_none=True),
        "gates": [_gate_row(gate) for gate in found.gates],
    }


def _gate_row(gate: Gate) -> str | list[Any]:
    code = _GATE_CODES.get(gate.gate, gate.gate)
    if gate.passed and gate.value is None and gate.limit is None:
        return code
    row = [code, None if gate.passed is None else int(gate.passed), _capped(gate.value), _capped(gate.limit)]
    while row[-1] is None:
        row.pop()
    return row


def _capped[Value](value: Value) -> Value | str:
    """A text of an explanation, in the length in which it is kept: whole words as far as they go."""
    if not isinstance(value, str) or len(value) <= _LONGEST_SHOWN:
        return value
    cut = value[: _LONGEST_SHOWN - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def routing_item(found: Routing) -> dict[str, Any]:
    """A routing as it is stored, without what it does not have.

    The ladder is one flat list of sequences and floors, without its last sequence: that is the chosen one.
    """
    flat = [value for step in found.ladder for value in (step.sequence, step.min_score)]
    known = {
        **found.model_dump(mode="json", exclude={"ladder", "start_at", "scope"}),
        "scope": found.scope if found.scope is not Scope.BUILT_IN else None,
        "start_at": clock.iso(found.start_at) if found.start_at else None,
        "boost": found.boost or None,
        "ladder": [*flat[:-2], flat[-1]] if flat else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _qualification(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**item, "gates": [_gate(row) for row in item.get("gates", ())]}


def _gate(row: str | Sequence[Any]) -> Gate:
    if isinstance(row, str):
        return Gate(gate=_GATE_NAMES.get(row, row), passed=True)
    code = row[0]
    passed, value, limit = (*row[1:], None, None, None)[:3]
    return Gate(
        gate=_GATE_NAMES.get(code, code), passed=None if passed is None else bool(passed), value=value, limit=limit
    )


def _routing(item: Mapping[str, Any]) -> dict[str, Any]:
    flat = item.get("ladder") or ()
    names, floors = [*flat[:-1:2], item["sequence"]], [*flat[1:-1:2], *flat[-1:]]
    steps = [Step(sequence=name, min_score=floor) for name, floor in zip(names, floors, strict=False)]
    return {**item, "ladder": steps}


def _lead(item: Mapping[str, Any]) -> Lead:
    fields = dict(item)
    if "pk" in item:
        fields["campaign_id"] = keys.campaign_of(item["pk"])
    if item.get("qualification"):
        fields["qualification"] = _qualification(item["qualification"])
    if item.get("routing"):
        fields["routing"] = _routing(item["routing"])
    fields["explanation"] = [_part(row) for row in item.get("explanation", ())]
    fields["history"] = [{"at": at, "event": event, "detail": detail} for at, event, detail in item.get("history", ())]
    fields["provenance"] = {
        name: {"source": source, "at": at, "detail": detail}
        for source, at, detail, names in item.get("origins", ())
        for name in names
    }
    return Lead.model_validate(fields)


@dataclass(frozen=True, slots=True)
class Brought:
    """What one row, or one call to a provider, adds to a lead: its values, its source and its place there."""

    filled: Filled
    source: str
    detail: str


@dataclass(frozen=True, slots=True)
class Found:
    """A new lead out of a source: who, and where from. `draft` holds what `later` rows about the person brought.

    `queue` is where it waits first, `credits` what it has cost.
    """

    lead_id: str
    draft: LeadDraft
    source: str
    detail: str
    later: tuple[Brought, ...] = ()
    queue: str = Stage.SCORE
    credits: int = 0


def _new_item(campaign_id: int, shards: int, found: Found, person: str | None, now: datetime) -> dict[str, Any]:
    shard = keys.shard_of(found.lead_id, shards)
    draft = found.draft
    moment = clock.iso(now)
    known = {name: value for name, value in draft.model_dump(mode="json").items() if value not in (None, [], {}, "")}
    enrichment = {name: value for name, value in known.pop("enrichment", {}).items() if value is not None}
    stated = [name for name in known if name != "lawful_basis" or draft.lawful_basis is not LawfulBasis.UNKNOWN]
    later = {name for one in found.later for name in one.filled.names}
    names = [name for name in (*stated, *map(merging.enriched, enrichment)) if name not in later]
    return {
        **keys.lead(campaign_id, shard, found.lead_id),
        "todo": keys.todo(found.queue, now, found.lead_id),
        "credits": found.credits or None,
        "person": keys.person(person) if person else None,
        **_alike(campaign_id, draft),
        "kind": "lead",
        "id": found.lead_id,
        "shard": shard,
        "campaign_id": campaign_id,
        **known,
        "enrichment": enrichment,
        "source": found.source,
        "status": LeadStatus.NEW,
        "origins": [[found.source, moment, found.detail, names], *_origins(found.later, moment)],
        "history": [[moment, "harvested", found.detail], *_notes(found.later, moment)],
        "created_at": moment,
        "updated_at": moment,
    }


def _alike(campaign_id: int, lead: Lead | LeadDraft) -> dict[str, str]:
    """The index keys under which leads of a campaign that may be the same person find each other."""
    who = {
        tables.LINKEDIN: linkedin_page(lead.linkedin_url),
        tables.NAMESAKE: namesake(lead.name, lead.company_domain),
    }
    return {index: keys.alike(campaign_id, one) for index, one in who.items() if one}


def _origins(brought: Sequence[Brought], moment: str) -> list[list[Any]]:
    return [[one.source, moment, one.detail, list(one.filled.names)] for one in brought]


def _notes(brought: Sequence[Brought], moment: str) -> list[list[str]]:
    return [[moment, "filled", f"{_listed(one.filled.names)} from {one.detail}"] for one in brought]


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def known(campaign_id: int, shards: int, lead_ids: Collection[str]) -> set[str]:
    """Which of these leads the campaign has already. One read for each 100."""
    wanted = [keys.lead(campaign_id, keys.shard_of(lead_id, shards), lead_id) for lead_id in lead_ids]
    found = tables.get_many(leads_table(), wanted, only=("id",))
    return {item["id"] for item in found.values()}


def matches(campaign_id: int, shards: int, lead_ids: Collection[str]) -> dict[str, Lead | None]:
    """The leads that stand behind these ids, by the id asked for; None: there is one, but it cannot be read as a lead.

    One read for each 100, and one more for each 100 ids that are another name of a lead.
    """
    places = {one: keys.lead(campaign_id, keys.shard_of(one, shards), one) for one in lead_ids}
    items = _items(places)
    other = {
        one: keys.lead(campaign_id, item["shard"], item["lead_id"])
        for one, item in items.items()
        if item["kind"] == "alias"
    }
    if other:
        items |= _items(other)
    return {one: readable(item) for one, item in items.items()}


def _items(places: Mapping[str, keys.Key]) -> dict[str, tables.Item]:
    found = tables.get_many(leads_table(), list(places.values()))
    return {one: found[at] for one, key in places.items() if (at := (key["pk"], key["sk"])) in found}


def readable(item: Mapping[str, Any]) -> Lead | None:
    """The lead of a stored item, whole or in part; None when it cannot be read as one."""
    try:
        return _lead(item)
    except (ValueError, TypeError):
        return None


def existing(campaign_id: int, shards: int, lead_ids: Collection[str]) -> dict[str, Lead]:
    """The leads that stand behind these ids, by the id asked for; those that cannot be read are left out."""
    found = matches(campaign_id, shards, lead_ids)
    return {one: lead for one, lead in found.items() if lead}


def fill(
    campaign_id: int,
    lead: Lead,
    brought: Sequence[Brought],
    now: datetime,
    put: Mapping[str, Any] | None = None,
    note: tuple[str, str] | None = None,
) -> tables.Action:
    """Fill blanks of a lead (`merging.blanks`), note it in its timeline and with the fields' origins.

    New names of enriched fields are written to the campaign's list of them (campaigns.known_fields) before the lead is.

    `brought`: what several rows about one person brought, each to the lead as those before it left it. `put` holds more
    attributes to set in the same write (None removes), such as the next `todo`; `note` is an event and its detail for
    the timeline. Refused when the lead has changed since it was read: read it again and ask again what is blank.
    """
    known_fields.note(campaign_id, (name for one in brought for name in one.filled.enrichment))
    moment = clock.iso(now)
    whole = lead
    for one in brought:
        whole = merging.filled(whole, one.filled)
    changed = {name: getattr(whole, name) for one in brought for name in one.filled.fields}
    if "email" in changed:
        changed["person"] = keys.person(normalise(changed["email"]))
    if any(one.filled.enrichment for one in brought):
        known = whole.enrichment.model_dump(mode="json")
        changed["enrichment"] = {name: value for name, value in known.items() if value is not None}
    return tables.update(
        leads_table(),
        keys.lead(campaign_id, lead.shard, lead.id),
        put={
            **changed,
            **_alike(campaign_id, whole),
            **(put or {}),
            # Always later than what was read, also within its millisecond: of two writers that read the same, one wins.
            "updated_at": clock.iso(max(now, lead.updated_at + timedelta(milliseconds=1))),
        },
        append={
            "origins": _origins(brought, moment),
            "history": [*_notes(brought, moment), *([[moment, *note]] if note else ())],
        },
        **_unchanged(lead),
    )


def merge(
    campaign_id: int, shards: int, drafts: Mapping[str, LeadDraft], source: str, detail: str, now: datetime
) -> set[str]:
    """Fill the blanks of leads that the campaign has already; which of the drafts (complete, by id) are such leads.

    Again changes nothing. Raises Throttled when the leads keep changing.
    """
    for _ in range(_ATTEMPTS):
        found = matches(campaign_id, shards, drafts)
        fills = {
            lead.id: fill(campaign_id, lead, [Brought(filled, source, detail)], now)
            for one, lead in found.items()
            if lead and (filled := merging.blanks(lead, drafts[one]))
        }
        if not fills:
            return {*found}
        for batch in batched(fills.values(), _FILLS, strict=False):
            with suppress(tables.Cancelled):
                tables.transact(batch)
    raise Throttled("the same leads keep being changed by somebody else")


def alias(campaign_id: int, shards: int, other_id: str, lead: Lead) -> tables.Action:
    """Make `other_id` another name of a lead: whoever comes under it later is this lead, and no second one.

    For a lead that was found by LinkedIn page or name, and whose e-mail becomes known: write both in one transaction.
    Refused when there is a lead, or an alias, of that id already: that is a possible duplicate, and both stay.
    """
    item = {"kind": "alias", "id": other_id, "campaign_id": campaign_id, "lead_id": lead.id, "shard": lead.shard}
    key = keys.lead(campaign_id, keys.shard_of(other_id, shards), other_id)
    return tables.put(leads_table(), {**key, **item}, missing=["pk"])


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
    known_fields.note(
        shard.campaign_id, (name for one, _ in found for name, value in one.draft.enrichment if value is not None)
    )
    actions = [
        tables.put(leads_table(), _new_item(shard.campaign_id, shards, one, person, now), missing=["pk"])
        for one, person in found
    ]
    actions += [*also, *tallies.actions(shard, Stage.HARVEST, counts)]
    if cap and found:
        actions.append(take(cap, len(found)))
    tables.transact(actions)


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


def stretch(campaign_id: int, shard: int, after: str | None, limit: int = PAGE) -> tuple[list[Lead], str | None]:
    """Leads of a shard by their ids, behind the sort key `after`, and the sort key to go on from (None: that was all).

    Whatever they wait for. Those that cannot be read as leads are left out. One read of up to 1 MB.
    """
    pk = keys.leads_pk(campaign_id, shard)
    items, last = tables.query(
        leads_table(),
        pk,
        begins="LEAD#",
        after={"pk": pk, "sk": after} if after else None,
        limit=limit,
        equal={"kind": "lead"},
    )
    return [lead for item in items if (lead := readable(item))], last["sk"] if last else None


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
        **_unchanged(lead),
    )


def _unchanged(lead: Lead) -> dict[str, Any]:
    """The conditions under which a lead is what it was when it was read."""
    return {
        # Stages write the run's own time, which may be the same twice: what they change is compared as well.
        "equal": {
            "updated_at": clock.iso(lead.updated_at),
            "status": lead.status,
            **({"todo": lead.todo} if lead.todo else {}),
        },
        "missing": [] if lead.todo else ["todo"],
    }


def read(campaign_id: int, shards: int, lead_id: str) -> tuple[Lead, list[tables.Item]]:
    """A lead with its sends and events, in one read; in two when it is asked for by another name. Raises NotFound."""
    key = keys.lead(campaign_id, keys.shard_of(lead_id, shards), lead_id)
    for _ in range(2):
        items = list(tables.query_all(leads_table(), key["pk"], begins=key["sk"]))
        own = next((item for item in items if item["sk"] == key["sk"]), None)
        if own is None:
            break
        if own["kind"] == "lead":
            return _lead(own), [item for item in items if item["sk"].startswith(f"{key['sk']}#")]
        key = keys.lead(campaign_id, own["shard"], own["lead_id"])
    raise NotFound(f"Campaign {campaign_id} has no lead {lead_id}.")


def get(campaign_id: int, shard: int, lead_id: str) -> Lead | None:
    """A lead by its whole key, or None; also for a key that is another name of a lead, and one that cannot be read."""
    item = tables.get(leads_table(), keys.lead(campaign_id, shard, lead_id))
    return readable(item) if item and item["kind"] == "lead" else None


@dataclass(frozen=True, slots=True)
class Alike:
    """Another lead of the campaign that may be the same person, and why: `linkedin_url`, `name and company domain`."""

    lead_id: str
    name: str | None
    email: str | None
    company: str | None
    because: tuple[str, ...]


_BECAUSE = {tables.LINKEDIN: "linkedin_url", tables.NAMESAKE: "name and company domain"}


def possible_duplicates(campaign_id: int, lead: Lead) -> list[Alike]:
    """Who else may be this person, at most 20, those of the same LinkedIn page first. Nothing is merged by it.

    One read for each of the two that the lead has, and one of the leads found. The indexes are a moment behind.
    """
    wanted = _alike(campaign_id, lead)
    places: dict[tuple[str, str], keys.Key] = {}
    for index, value in wanted.items():
        items, _ = tables.query(leads_table(), value, index=index, limit=MOST_ALIKE + 1)
        places |= {(item["pk"], item["sk"]): {"pk": item["pk"], "sk": item["sk"]} for item in items}
    own = keys.lead(campaign_id, lead.shard, lead.id)
    places.pop((own["pk"], own["sk"]), None)
    if not places:
        return []
    found = tables.get_many(
        leads_table(), list(places.values()), only=("id", "name", "email", "company", "status", *_BECAUSE)
    )
    alike = [
        Alike(
            item["id"],
            item.get("name"),
            item.get("email"),
            item.get("company"),
            tuple(why for index, why in _BECAUSE.items() if index in wanted and item.get(index) == wanted[index]),
        )
        for item in found.values()
        if item["status"] != LeadStatus.ERASED
    ]
    alike = [one for one in alike if one.because]
    return sorted(alike, key=lambda one: (-len(one.because), one.because, one.lead_id))[:MOST_ALIKE]


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
