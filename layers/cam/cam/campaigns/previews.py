"""Previews: what a campaign's leads would be under other settings. Each shard keeps how far it has come, for a week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cam.campaigns import versions
from cam.model.errors import NotFound
from cam.model.settings.campaign import CampaignSettings
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock

_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Preview:
    """What is looked at: all leads of a campaign, as they are and as `settings` would have them.

    `settings_version` and `leads` are the campaign's when it was asked for.
    """

    preview_id: str
    campaign_id: int
    shards: int
    settings: CampaignSettings
    settings_version: int
    leads: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a shard up to the sort key `after` (None: to its end, when `done`): a summary as JSON text."""

    summary: str | None = None
    leads: int = 0
    after: str | None = None
    done: bool = False
    at: datetime | None = None


def begin(preview: Preview) -> None:
    """Write down what is asked. Again, under the same id, changes nothing. Raises Invalid: too many settings."""
    item = {
        **keys.preview(preview.campaign_id, preview.preview_id),
        "preview_id": preview.preview_id,
        "campaign_id": preview.campaign_id,
        "shards": preview.shards,
        "settings": versions.stored(preview.settings),
        "settings_version": preview.settings_version,
        "leads": preview.leads,
        "started_at": clock.iso(preview.started_at),
        "expires_at": _expiry(preview.started_at),
    }
    try:
        tables.write(tables.put(campaigns_table(), item, missing=["pk"]))
    except tables.Refused:
        return


def _expiry(moment: datetime) -> int:
    return int((moment + _KEPT).timestamp())


def read(campaign_id: int, preview_id: str) -> Preview:
    """What was asked. Raises NotFound."""
    item = tables.get(campaigns_table(), keys.preview(campaign_id, preview_id))
    if item is None:
        raise NotFound(f"Campaign {campaign_id} has no preview {preview_id}. Previews are kept for {_KEPT.days} days.")
    return _preview(item)


def _preview(item: Mapping[str, Any]) -> Preview:
    return Preview(
        preview_id=item["preview_id"],
        campaign_id=item["campaign_id"],
        shards=item["shards"],
        settings=CampaignSettings.model_validate_json(item["settings"]),
        settings_version=item["settings_version"],
        leads=item["leads"],
        started_at=clock.parse(item["started_at"]),
    )


def found(preview: Preview) -> list[Found]:
    """What each shard has come to so far. One read."""
    places = [keys.preview_shard(preview.campaign_id, preview.preview_id, shard) for shard in range(preview.shards)]
    items = tables.get_many(campaigns_table(), places)
    return [_found(items.get((key["pk"], key["sk"]))) for key in places]


def in_shard(preview: Preview, shard: int) -> Found:
    """What a shard has come to so far."""
    return _found(tables.get(campaigns_table(), keys.preview_shard(preview.campaign_id, preview.preview_id, shard)))


def _found(item: Mapping[str, Any] | None) -> Found:
    if item is None:
        return Found()
    return Found(item["summary"], item["leads"], item.get("after"), item["done"], clock.parse(item["at"]))


def keep(preview: Preview, shard: int, before: Found, now: Found) -> bool:
    """Keep how far a shard has come, with its place, in one write. False: another worker has gone on from `before`."""
    moment = clock.now()
    update = tables.update(
        campaigns_table(),
        keys.preview_shard(preview.campaign_id, preview.preview_id, shard),
        put={
            "summary": now.summary,
            "leads": now.leads,
            "after": now.after,
            "done": now.done,
            "at": clock.iso(moment),
            "expires_at": _expiry(moment),
        },
        equal={"after": before.after, "done": False} if before.after else {},
        missing=[] if before.after else ["summary"],
    )
    try:
        tables.write(update)
    except tables.Refused:
        return False
    return True
