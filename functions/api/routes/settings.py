"""Versions of a campaign's settings: list them, read one, and see what differs between two."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from cam.campaigns import campaigns, versions
from cam.model.settings.kinds import Frozen
from cam.text.differences import ABSENT, Difference, differences
from functions.api import problems
from functions.api.parameters import CampaignId, Cursor, Digits, Limit, Moment, Page, VersionNumber, page, place

router = APIRouter(
    prefix="/campaigns/{campaign_id}/settings/versions", tags=["settings"], responses=problems.documented(404)
)

Against = Annotated[
    int | None,
    Digits,
    Query(ge=0, description="Version to compare with; default: the previous one; 0: the defaults"),
]


class VersionView(Frozen):
    """A version with the paths that it changed, at most 20, and how many `more` there are."""

    version: int
    at: Moment
    changes: tuple[str, ...]
    more: int


class SettingsView(Frozen):
    """A version with its settings, every default written out."""

    version: int
    at: Moment
    settings: dict[str, Any]


class ChangeView(Frozen):
    """A path that differs.

    `before` is missing if there was no value, `after` if there is none any more. For a long list, `added` and `removed`
    are shown instead.
    """

    path: str
    before: Any = None
    after: Any = None
    added: tuple[Any, ...] = ()
    removed: tuple[Any, ...] = ()


class DiffView(Frozen):
    """What `version` changed compared with `against`; 0 means the defaults."""

    version: int
    against: int
    changes: tuple[ChangeView, ...]


@router.get("", summary="List versions of the settings")
async def index(campaign_id: CampaignId, limit: Limit = 25, cursor: Cursor = None) -> Page[VersionView]:
    """List all versions, newest first. Each change of the settings creates one; version 1 is compared with the
    defaults.
    """
    scope = f"settings|{campaign_id}"
    after = place(scope, cursor, 1)
    found, last = versions.page(campaigns.read(campaign_id), limit, after[0] if after else None)
    views = [VersionView(version=one.version, at=one.at, changes=one.changes, more=one.more) for one in found]
    return page(scope, views, [last] if last else None)


@router.get("/{version}", summary="Read a version of the settings")
async def read(campaign_id: CampaignId, version: VersionNumber) -> SettingsView:
    """Read the settings of one version. To restore them, `PUT` the campaign with them; that creates a new version."""
    found = versions.read(campaigns.read(campaign_id), version)
    return SettingsView(version=found.version, at=found.at, settings=found.settings)


@router.get("/{version}/diff", summary="Compare two versions of the settings", response_model_exclude_unset=True)
async def diff(campaign_id: CampaignId, version: VersionNumber, against: Against = None) -> DiffView:
    """List every path that differs between two versions, with its value before and after."""
    campaign = campaigns.read(campaign_id)
    other = version - 1 if against is None else against
    before, after = (versions.read(campaign, one).settings for one in (other, version))
    return DiffView(version=version, against=other, changes=tuple(_change(one) for one in differences(before, after)))


def _change(one: Difference) -> ChangeView:
    shown = {name: getattr(one, name) for name in ("before", "after", "added", "removed")}
    told = ("added", "removed") if one.added is not None else ("before", "after")
    return ChangeView(path=one.path, **{name: shown[name] for name in told if shown[name] is not ABSENT})
