"""Versions of a campaign's settings: one for each change, kept for good, so that every decision can be traced."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from cam.model.errors import Invalid, NotFound
from cam.model.models import Campaign
from cam.model.settings.campaign import CampaignSettings
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock
from cam.text.differences import differences

# What version 1 came from.
DEFAULTS = 0
# DynamoDB takes 400 KB an item, and the campaign's and the run's hold more than the settings.
MOST_BYTES = 350_000
_MOST_PATHS = 20


@dataclass(frozen=True, slots=True)
class Version:
    """A version in a list: what it changed of the one before, at most 20 paths, and how many `more` there are."""

    version: int
    at: datetime
    changes: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Settings:
    """A version with its settings, as JSON with every default written out."""

    version: int
    at: datetime
    settings: dict[str, Any]


def dump(settings: CampaignSettings) -> dict[str, Any]:
    """Settings as they are compared: as JSON, so that a default written out is no change."""
    return settings.model_dump(mode="json")


def changed(before: CampaignSettings, after: CampaignSettings) -> bool:
    """Whether a version is due."""
    return bool(differences(dump(before), dump(after)))


def stored(settings: CampaignSettings) -> str:
    """Settings as an item holds them. Raises Invalid when there are too many of them."""
    text = settings.model_dump_json()
    size = len(text.encode())
    if size > MOST_BYTES:
        raise Invalid(
            f"The settings have {size:,} bytes; the limit is {MOST_BYTES:,}. Shorten their lists.", "settings"
        )
    return text


def added(campaign: Campaign, before: CampaignSettings) -> tables.Action:
    """The write of the campaign's present version, with what it changed. Refused when its number is taken."""
    paths, more = _changes(before, campaign.settings)
    item = {
        **keys.settings(campaign.id, campaign.settings_version),
        "version": campaign.settings_version,
        "before": campaign.settings_version - 1,
        "at": clock.iso(campaign.updated_at),
        "changes": paths,
        "more": more,
        "settings": stored(campaign.settings),
    }
    return tables.put(campaigns_table(), item, missing=["pk"])


def _changes(before: CampaignSettings, after: CampaignSettings) -> tuple[tuple[str, ...], int]:
    paths = tuple(one.path for one in differences(dump(before), dump(after)))
    return paths[:_MOST_PATHS], max(0, len(paths) - _MOST_PATHS)


def page(campaign: Campaign, limit: int, below: int | None = None) -> tuple[list[Version], int | None]:
    """Versions, newest first, from under `below` on; and the one to go on from (None: that was all)."""
    found: list[Version] = []
    after: Mapping[str, Any] | None = keys.settings(campaign.id, below) if below else None
    while True:
        # A read ends at 1 MB, and large settings fill that with few.
        items, after = tables.query(
            campaigns_table(),
            keys.campaign_pk(campaign.id),
            begins=keys.SETTINGS,
            after=after,
            limit=limit - len(found),
            descending=True,
            only=("version", "at", "changes", "more"),
        )
        found += [Version(one["version"], clock.parse(one["at"]), tuple(one["changes"]), one["more"]) for one in items]
        if after is None or len(found) == limit:
            break
    if below is None and (not found or found[0].version < campaign.settings_version):
        # The campaign is older than versions are.
        found = [
            Version(campaign.settings_version, campaign.updated_at, *_changes(CampaignSettings(), campaign.settings)),
            *found,
        ][:limit]
    return found, (found[-1].version if after else None)


def read(campaign: Campaign, version: int) -> Settings:
    """A version. Raises NotFound. A campaign from before there were versions has its present one."""
    if version == DEFAULTS:
        return Settings(DEFAULTS, campaign.created_at, dump(CampaignSettings()))
    item = tables.get(campaigns_table(), keys.settings(campaign.id, version))
    if item:
        return Settings(version, clock.parse(item["at"]), _settings(item))
    if version == campaign.settings_version:
        return Settings(version, campaign.updated_at, dump(campaign.settings))
    raise NotFound(
        f"There is no version {version} of the settings of campaign {campaign.id}; "
        f"the current one is {campaign.settings_version}."
    )


def _settings(item: Mapping[str, Any]) -> dict[str, Any]:
    """With the defaults of what was added since; as it is where the rules have become stricter since."""
    try:
        return dump(CampaignSettings.model_validate_json(item["settings"]))
    except ValidationError:
        found = json.loads(item["settings"])
        assert isinstance(found, dict)
        return found
