"""Adding leads and filling their blanks. Each write counts in the same transaction."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from cam.campaigns import known_fields
from cam.leads.lead_items import alike_keys, unchanged
from cam.leads.lead_queue import Cap, take
from cam.leads.reading import matches
from cam.model.addresses import normalise
from cam.model.errors import Throttled
from cam.model.models import (
    LawfulBasis,
    Lead,
    LeadDraft,
    LeadStatus,
    Stage,
)
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.rules import merging
from cam.rules.merging import Filled
from cam.text import clock

_ATTEMPTS = 5
# A lead that is filled to the brim has 60 KB, a transaction takes 4 MB.
_FILLS = 50
# Named in the timeline; provenance has them all.
_MOST_NAMED = 20
# Why the address of somebody is suppressed who was added with `do_not_contact`.
BY_HAND = "do not contact: a lead added by hand"


@dataclass(frozen=True, slots=True)
class Brought:
    """What one row, or one call to a provider, adds to a lead: its values, its source and its place there.

    `event` is what the timeline calls it: `filled`, or `updated` where it may have replaced other values.
    """

    filled: Filled
    source: str
    detail: str
    event: str = "filled"


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
    # No is what nothing there means, too.
    blank: tuple[Any, ...] = (None, [], {}, "", False)
    known = {name: value for name, value in draft.model_dump(mode="json").items() if value not in blank}
    enrichment = {name: value for name, value in known.pop("enrichment", {}).items() if value is not None}
    stated = [name for name in known if name != "lawful_basis" or draft.lawful_basis is not LawfulBasis.UNKNOWN]
    later = {name for one in found.later for name in one.filled.names}
    names = [name for name in (*stated, *map(merging.enriched, enrichment)) if name not in later]
    stop = _stop({name: known[name] for name in merging.STOPS if name in names}, found.detail, moment)
    return {
        **keys.lead(campaign_id, shard, found.lead_id),
        "todo": keys.todo(found.queue, now, found.lead_id),
        "credits": found.credits or None,
        "person": keys.person(person) if person else None,
        **alike_keys(campaign_id, draft),
        "kind": "lead",
        "id": found.lead_id,
        "shard": shard,
        "campaign_id": campaign_id,
        **known,
        "enrichment": enrichment,
        "source": found.source,
        "status": LeadStatus.NEW,
        "origins": [[found.source, moment, found.detail, names], *_origins(found.later, moment)],
        "history": [[moment, "harvested", found.detail], *stop, *_notes(found.later, moment)],
        "created_at": moment,
        "updated_at": moment,
    }


def _origins(brought: Sequence[Brought], moment: str) -> list[list[Any]]:
    return [[one.source, moment, one.detail, list(one.filled.names)] for one in brought]


def _notes(brought: Sequence[Brought], moment: str) -> list[list[str]]:
    notes: list[list[str]] = []
    for one in brought:
        names = [name for name in one.filled.names if name not in merging.STOPS]
        if names:
            notes.append([moment, one.event, f"{_listed(names)} from {one.detail}"])
        notes += _stop(one.filled.fields, one.detail, moment)
    return notes


def _stop(said: Mapping[str, Any], detail: str, moment: str) -> list[list[str]]:
    """Why somebody must not be written to, for the timeline; nothing when they may."""
    events = {"do_not_contact": "do not contact", "bounced": "bounced"}
    event = next((text for name, text in events.items() if said.get(name)), None)
    note = said.get("stop_note")
    return [[moment, event, f"{note}, {detail}" if note else detail]] if event else []


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def fill(
    campaign_id: int,
    lead: Lead,
    brought: Sequence[Brought],
    now: datetime,
    put: Mapping[str, Any] | None = None,
    note: tuple[str, str] | None = None,
) -> tables.Action:
    """Fill blanks of a lead (`merging.blanks`), or update it (`merging.updated`); note it in its timeline and with the
    fields' origins.

    A lead whose address takes no mail is INVALID, as after a hard bounce, and waits for nothing any more.
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
            **dict.fromkeys((tables.LINKEDIN, tables.NAMESAKE)),
            **alike_keys(campaign_id, whole),
            **(put or {}),
            **({"status": LeadStatus.INVALID, "todo": None} if changed.get("bounced") and open_to_bounce(lead) else {}),
            "updated_at": _later(lead, now),
        },
        append={
            "origins": _origins(brought, moment),
            "history": [*_notes(brought, moment), *([[moment, *note]] if note else ())],
        },
        **unchanged(lead),
    )


def _later(lead: Lead, now: datetime) -> str:
    # Always later than what was read, also within its millisecond: of two writers that read the same, one wins.
    return clock.iso(max(now, lead.updated_at + timedelta(milliseconds=1)))


def correct(
    campaign_id: int,
    lead: Lead,
    after: Lead,
    names: Sequence[str],
    notes: Sequence[tuple[str, str]],
    now: datetime,
    put: Mapping[str, Any],
) -> tables.Action:
    """Write a lead as a person has corrected it: `after` for `lead`, as it was read.

    `names` are those of the corrected fields as in provenance, `notes` are events and their details for the timeline;
    `put` holds more attributes to set (None removes). Refused when the lead has changed since it was read.
    """
    known_fields.note(campaign_id, (name for name, value in after.enrichment if value is not None))
    changed = {name: value for name in LeadDraft.model_fields if (value := getattr(after, name)) != getattr(lead, name)}
    if "enrichment" in changed:
        known = after.enrichment.model_dump(mode="json")
        changed["enrichment"] = {name: value for name, value in known.items() if value is not None}
    if "email" in changed:
        changed["person"] = keys.person(normalise(after.email)) if after.email else None
    moment = clock.iso(now)
    return tables.update(
        leads_table(),
        keys.lead(campaign_id, lead.shard, lead.id),
        put={
            **changed,
            **dict.fromkeys((tables.LINKEDIN, tables.NAMESAKE)),
            **alike_keys(campaign_id, after),
            **put,
            "updated_at": _later(lead, now),
        },
        append={
            "origins": [[merging.BY_HAND, moment, "corrected over the API", list(names)]],
            "history": [[moment, *note] for note in notes],
        },
        **unchanged(lead),
    )


def open_to_bounce(lead: Lead) -> bool:
    """Whether nothing has come to pass that a bounce does not change."""
    return lead.status not in (LeadStatus.REPLIED, LeadStatus.UNSUBSCRIBED, LeadStatus.ERASED)


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
    raise Throttled("the same leads are being changed by other workers")


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
    life: tallies.Counts | None = None,
) -> None:
    """Write new leads (each with the person's normalised address), count, and move the source on, in one transaction.

    `life` is what else changes in the counts of the campaign's life (`tallies.actions`).

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
    actions += [*also, *tallies.actions(shard, Stage.HARVEST, counts, life)]
    if cap and found:
        actions.append(take(cap, len(found)))
    tables.transact(actions)
