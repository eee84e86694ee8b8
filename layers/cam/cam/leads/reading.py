"""Reading leads: one with all that belongs to it, pages of them, who is known already, who may be the same person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cam.leads.lead_items import alike_keys, lead_of, readable
from cam.leads.lead_queue import PAGE
from cam.model.addresses import earlier_id
from cam.model.errors import NotFound
from cam.model.models import Lead, LeadDraft, LeadStatus
from cam.platform import keys, tables
from cam.platform.environment import leads_table

# Shown on a lead; who has more namesakes at one company has none worth looking at.
MOST_ALIKE = 20


def known(campaign_id: int, shards: int, lead_ids: Collection[str]) -> set[str]:
    """Which of these leads the campaign has already. One read for each 100."""
    wanted = [keys.lead(campaign_id, keys.shard_of(lead_id, shards), lead_id) for lead_id in lead_ids]
    found = tables.get_many(leads_table(), wanted, only=("id",))
    return {item["id"] for item in found.values()}


def matches(campaign_id: int, shards: int, drafts: Mapping[str, LeadDraft]) -> dict[str, Lead | None]:
    """The leads that the campaign has of these people (by id), by the id; None: it cannot be read as a lead.

    Also those that an earlier version added under another id. One read for each 100 ids, and one more for each 100
    that are another name of a lead.
    """
    return _matches(campaign_id, shards, drafts, earlier_ids(campaign_id, drafts))


def earlier_ids(campaign_id: int, drafts: Mapping[str, LeadDraft]) -> dict[str, str]:
    """Under which ids an earlier version would have added these people, where it is another than theirs now."""
    before = {one: earlier_id(campaign_id, draft.email) for one, draft in drafts.items()}
    return {one: other for one, other in before.items() if other and other != one}


def _matches(
    campaign_id: int, shards: int, lead_ids: Collection[str], earlier: Mapping[str, str]
) -> dict[str, Lead | None]:
    places = {one: keys.lead(campaign_id, keys.shard_of(one, shards), one) for one in {*lead_ids, *earlier.values()}}
    items = _items(places)
    items = {one: items[at] for one in lead_ids for at in (one, earlier.get(one, one)) if at in items}
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


def existing(campaign_id: int, shards: int, lead_ids: Collection[str]) -> dict[str, Lead]:
    """The leads that stand behind these ids, by the id asked for; those that cannot be read are left out."""
    found = _matches(campaign_id, shards, lead_ids, {})
    return {one: lead for one, lead in found.items() if lead}


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


def read(campaign_id: int, shards: int, lead_id: str) -> tuple[Lead, list[tables.Item]]:
    """A lead with its sends and events, in one read; in two when it is asked for by another name. Raises NotFound."""
    key = keys.lead(campaign_id, keys.shard_of(lead_id, shards), lead_id)
    for _ in range(2):
        items = list(tables.query_all(leads_table(), key["pk"], begins=key["sk"]))
        own = next((item for item in items if item["sk"] == key["sk"]), None)
        if own is None:
            break
        if own["kind"] == "lead":
            return lead_of(own), [item for item in items if item["sk"].startswith(f"{key['sk']}#")]
        key = keys.lead(campaign_id, own["shard"], own["lead_id"])
    raise NotFound(f"Campaign {campaign_id} has no lead {lead_id}.")


def get(campaign_id: int, shard: int, lead_id: str) -> Lead | None:
    """A lead by its whole key, or None; also for a key that is another name of a lead, and one that cannot be read."""
    item = tables.get(leads_table(), keys.lead(campaign_id, shard, lead_id))
    return readable(item) if item and item["kind"] == "lead" else None


def behind(campaign_id: int, shard: int, lead_id: str) -> Lead | None:
    """The lead by its whole key, or by that of another name of it; None when there is none, or it cannot be read."""
    item = tables.get(leads_table(), keys.lead(campaign_id, shard, lead_id))
    if item and item["kind"] == "alias":
        item = tables.get(leads_table(), keys.lead(campaign_id, item["shard"], item["lead_id"]))
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
    wanted = alike_keys(campaign_id, lead)
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
            found.append(lead_of(item))
            if len(found) == limit:
                return found, (shard, item["sk"])
        if last:
            start = last["sk"]
        elif shard + 1 < shards:
            shard, start = shard + 1, None
        else:
            return found, None
    return found, (shard, start or "LEAD#")
