"""Campaigns: the only writer of campaign items, their name locks and their counter."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from cam.campaigns import versions
from cam.model.errors import Conflict, NotFound, Throttled
from cam.model.models import Campaign, CampaignDraft
from cam.model.settings.campaign import CampaignSettings
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock

# One shard's worker settles about 1,400 leads a second; ten million leads are spread over 32 of them.
_LEADS_PER_SHARD = 4000
_MOST_SHARDS = 32


def shards_for(expected_leads: int) -> int:
    """1 for up to 4,000 expected leads, doubling to 32. Fixed when the campaign is created."""
    shards = 1
    while shards < _MOST_SHARDS and expected_leads > shards * _LEADS_PER_SHARD:
        shards *= 2
    return shards


def _item(campaign: Campaign) -> dict[str, Any]:
    return {
        **keys.campaign(campaign.id),
        "listed_pk": keys.LISTED_CAMPAIGNS,
        "listed_sk": keys.listed_campaign(campaign.id),
        **campaign.model_dump(mode="json", exclude={"settings"}),
        "shards": campaign.shards,
        "settings": versions.stored(campaign.settings),
        "created_at": clock.iso(campaign.created_at),
        "updated_at": clock.iso(campaign.updated_at),
    }


def _campaign(item: dict[str, Any]) -> Campaign:
    fields = {name: value for name, value in item.items() if name != "settings"}
    campaign = Campaign.model_validate(fields)
    settings = type(campaign.settings).model_validate_json(item["settings"])
    return campaign.model_copy(update={"settings": settings})


def create(draft: CampaignDraft) -> Campaign:
    """A new campaign with the next id; counter, name, campaign and version 1 of its settings are one write.

    Raises Conflict: the name is taken. Raises Invalid: the settings are too large to store.
    """
    for _ in range(20):
        counter = tables.get(campaigns_table(), keys.COUNTER) or {}
        last = counter.get("last", 0)
        moment = clock.now()
        campaign = Campaign(
            **draft.model_dump(exclude={"settings"}),
            settings=draft.settings,
            id=last + 1,
            shards=shards_for(draft.settings.expected_leads),
            created_at=moment,
            updated_at=moment,
        )
        try:
            tables.transact(
                [
                    tables.update(
                        campaigns_table(),
                        keys.COUNTER,
                        put={"last": campaign.id},
                        **({"equal": {"last": last}} if last else {"missing": ["last"]}),
                    ),
                    tables.put(campaigns_table(), {**keys.name_lock(draft.name), "id": campaign.id}, missing=["pk"]),
                    tables.put(campaigns_table(), _item(campaign), missing=["pk"]),
                    versions.added(campaign, CampaignSettings()),
                ]
            )
        except tables.Cancelled as cancelled:
            if 1 in cancelled.refused:
                raise Conflict(f"A campaign named {draft.name!r} already exists.") from cancelled
            continue
        return campaign
    raise Throttled("too many campaigns are being created at the same time")


def read(campaign_id: int) -> Campaign:
    """One campaign. Raises NotFound."""
    item = tables.get(campaigns_table(), keys.campaign(campaign_id))
    if item is None:
        raise NotFound(f"There is no campaign {campaign_id}.")
    return _campaign(item)


def read_with(campaign_id: int, more: Sequence[keys.Key]) -> tuple[Campaign, dict[tuple[str, str], tables.Item]]:
    """One campaign, and other items of the control table by (pk, sk). One read. Raises NotFound."""
    key = keys.campaign(campaign_id)
    found = tables.get_many(campaigns_table(), [key, *more])
    item = found.pop((key["pk"], key["sk"]), None)
    if item is None:
        raise NotFound(f"There is no campaign {campaign_id}.")
    return _campaign(item), found


def replace(before: Campaign, draft: CampaignDraft) -> Campaign:
    """The campaign `before` with the draft's values. Id, shards and creation stay.

    Settings that differ are a new version, in the same write. Raises Conflict when the name is taken, or when somebody
    else changed the campaign since `before` was read; Invalid when the settings are too large to store.
    """
    newer = versions.changed(before.settings, draft.settings)
    after = before.model_copy(
        update={
            **{name: getattr(draft, name) for name in type(draft).model_fields},
            "settings_version": before.settings_version + newer,
            # A change within the same millisecond must still be told from the one before it.
            "updated_at": max(clock.now(), before.updated_at + timedelta(milliseconds=1)),
        }
    )
    actions = [
        tables.put(campaigns_table(), _item(after), equal={"updated_at": clock.iso(before.updated_at)}),
    ]
    renamed = keys.name_lock(before.name) != keys.name_lock(after.name)
    if renamed:
        lock = {**keys.name_lock(after.name), "id": after.id}
        actions += [
            tables.put(campaigns_table(), lock, missing=["pk"]),
            tables.delete(campaigns_table(), keys.name_lock(before.name), equal={"id": before.id}),
        ]
    if newer:
        actions.append(versions.added(after, before.settings))
    try:
        tables.transact(actions)
    except tables.Cancelled as cancelled:
        if renamed and 1 in cancelled.refused:
            raise Conflict(f"A campaign named {draft.name!r} already exists.") from cancelled
        raise Conflict(
            "The campaign was changed by another request at the same time. Read it and try again."
        ) from cancelled
    return after


def page(skip: int, limit: int, active_only: bool) -> tuple[list[Campaign], int]:
    """Campaigns by id, oldest first, and how many there are in all."""
    only = {"active": True} if active_only else None
    total = tables.count(campaigns_table(), keys.LISTED_CAMPAIGNS, index=tables.LISTED, equal=only)
    found: list[Campaign] = []
    if skip >= total:
        return found, total
    for item in tables.query_all(campaigns_table(), keys.LISTED_CAMPAIGNS, index=tables.LISTED, equal=only):
        if skip:
            skip -= 1
            continue
        found.append(_campaign(item))
        if len(found) == limit:
            break
    return found, total


def active_ids(after: int, limit: int) -> tuple[list[int], int | None]:
    """Ids of active campaigns above `after`, at most `limit`, and the id to go on from (None: that was all)."""
    start = {"listed_pk": keys.LISTED_CAMPAIGNS, "listed_sk": keys.listed_campaign(after), **keys.campaign(after)}
    items, last = tables.query(
        campaigns_table(),
        keys.LISTED_CAMPAIGNS,
        index=tables.LISTED,
        after=start if after else None,
        limit=limit,
        only=("id", "active"),
    )
    ids = [item["id"] for item in items if item["active"]]
    return ids, (int(last["listed_sk"]) if last else None)


def active() -> list[Campaign]:
    """Every active campaign, oldest first: the fleet's. One read for each 1 MB."""
    items = tables.query_all(
        campaigns_table(), keys.LISTED_CAMPAIGNS, index=tables.LISTED, equal={"active": True}
    )  # fmt: skip
    return [_campaign(item) for item in items]


def sizes() -> list[tuple[int, int]]:
    """Every campaign's id and number of shards, oldest first."""
    items = tables.query_all(
        campaigns_table(), keys.LISTED_CAMPAIGNS, index=tables.LISTED, only=("id", "shards")
    )  # fmt: skip
    return [(item["id"], item["shards"]) for item in items]
