"""Campaigns: list, create, read, replace."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response

from cam.campaigns import campaigns, known_fields
from cam.mail import sequences
from cam.model.models import Campaign, CampaignDraft
from cam.model.settings.campaign import CampaignSettings
from functions.api import problems
from functions.api.parameters import CampaignId, Digits, Moment
from functions.api.problems import FieldError, InvalidFields, near

router = APIRouter(prefix="/campaigns", tags=["campaigns"])

# What GET shows beyond a draft: it may come back in a PUT, and changes nothing.
_GIVEN_BY_CAM = ("id", "created_at", "updated_at", "settings_version")
_MOST_NAMED = 20


class CampaignView(Campaign):
    """A campaign with all of its settings."""

    created_at: Moment
    updated_at: Moment


@router.get("", summary="List campaigns", response_model=list[CampaignView])
async def index(
    response: Response,
    skip: Annotated[int, Digits, Query(ge=0, le=1_000_000_000)] = 0,
    limit: Annotated[int, Digits, Query(ge=1, le=100)] = 10,
    active_only: bool = False,
) -> list[Campaign]:
    """List campaigns, oldest first. The header `X-Total-Count` has the total."""
    found, total = campaigns.page(skip, limit, active_only)
    response.headers["X-Total-Count"] = str(total)
    return found


@router.post("", summary="Create a campaign", status_code=201, response_model=CampaignView)
async def create(draft: CampaignDraft, response: Response) -> Campaign:
    """Create a campaign. Omitted settings get their defaults. 409: the name is taken."""
    refuse_unknown_sequences(None, draft.settings)
    campaign = campaigns.create(draft)
    # Relative (RFC 9110 §10.2.2): right whatever stage, domain or proxy is in front.
    response.headers["Location"] = f"./campaigns/{campaign.id}"
    return campaign


@router.get(
    "/{campaign_id}", summary="Read a campaign", response_model=CampaignView, responses=problems.documented(404)
)
async def read(campaign_id: CampaignId) -> Campaign:
    """Read a campaign with all its settings."""
    return campaigns.read(campaign_id)


@router.put(
    "/{campaign_id}",
    summary="Replace a campaign",
    response_model=CampaignView,
    responses=problems.documented(404),
    openapi_extra={
        "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/CampaignDraft"}}}}
    },
)
async def replace(campaign_id: CampaignId, draft: Annotated[dict[str, Any], Body()]) -> Campaign:
    """Replace a campaign. `active` and settings that are omitted, at any depth, keep their values; a list is replaced.

    The response of GET is accepted as a body: `id` must match the path, and the fields that CAM sets are ignored
    (`created_at`, `updated_at`, `settings_version`). A new scoring part on a field that no lead of the campaign has is
    refused.
    """
    before = campaigns.read(campaign_id)
    given = draft.get("id", campaign_id)
    if given != campaign_id or isinstance(given, bool):
        raise InvalidFields(
            [FieldError(field="id", message=f"This must be {campaign_id}, the campaign in the path, or be omitted.")]
        )
    own = {name: value for name, value in draft.items() if name not in _GIVEN_BY_CAM}
    kept = {"active": before.active, "settings": before.settings.model_dump(mode="json")}
    after = problems.checked(CampaignDraft, merged(kept, own))
    refuse_unknown_fields(before, after.settings)
    refuse_unknown_sequences(campaign_id, after.settings, before.settings)
    return campaigns.replace(before, after)


def refuse_unknown_fields(campaign: Campaign, wanted: CampaignSettings) -> None:
    """Raise InvalidFields when a new scoring part asks for a field that no lead of the campaign has."""
    if wrong := known_fields.unknown(campaign.id, wanted.scoring, campaign.settings.scoring):
        raise InvalidFields([FieldError(field=field, message=message) for field, message in wrong])


def refuse_unknown_sequences(
    campaign_id: int | None, wanted: CampaignSettings, before: CampaignSettings | None = None
) -> None:
    """Raise InvalidFields when a rung of the ladder names a sequence that there is not, and was none `before` either.

    `campaign_id` None: a campaign that is new, and has none of its own.
    """
    names = [rung.sequence for rung in wanted.routing.ladder]
    old = [rung.sequence for rung in before.routing.ladder] if before else []
    if lacking := sequences.unknown(campaign_id, names, old):
        known = [one.name for one in sequences.usable(campaign_id)]
        raise InvalidFields(
            [
                FieldError(
                    field=f"settings.routing.ladder[{names.index(name)}].sequence",
                    message=f"There is no sequence {name!r}. Available: {_listed(known)}.{near(name, known)}",
                )
                for name in lacking
            ]
        )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def merged(kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept, with what is given laid over it, object by object. Pure."""
    return {**kept} | {
        name: merged(kept[name], value) if isinstance(value, Mapping) and isinstance(kept.get(name), Mapping) else value
        for name, value in given.items()
    }
