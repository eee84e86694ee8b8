"""Correct a lead by hand."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from cam.campaigns import campaigns
from cam.leads import reading
from cam.mail import corrections
from cam.text import clock
from functions.api import lead_patch, problems
from functions.api.lead_views import WholeLead, whole
from functions.api.parameters import CampaignId, Id

router = APIRouter(prefix="/campaigns/{campaign_id}/leads", tags=["leads"], responses=problems.documented(404))

_LEAD = {"schema": {"$ref": "#/components/schemas/LeadDraft"}}
_PATCH: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/merge-patch+json": _LEAD, "application/json": _LEAD},
    }
}


class CorrectedLead(WholeLead):
    """The lead after its correction. `corrected` names what no file and no provider changes from now on; `warnings`
    say why no email goes to it, if none does.
    """

    corrected: tuple[str, ...]
    warnings: tuple[str, ...]


@router.patch("/{lead_id}", summary="Correct a lead", openapi_extra=_PATCH)
async def correct(campaign_id: CampaignId, lead_id: Id, body: Annotated[Any, Body()]) -> CorrectedLead:
    """Correct a lead by hand (JSON merge patch, RFC 7396): fields that you leave out stay, null removes a value, and
    `enrichment` is merged by name. Fields and checks are those of adding a lead.

    Files and providers neither replace nor fill what was corrected; its `provenance` is `by hand`. A new email address
    keeps the lead, with its ID, its timeline and what was sent: the next touch goes to the new address, and files find
    the lead under both addresses. A lead whose old address bounced gets emails again. A lead that nobody has written to
    is scored, qualified and routed again by the next run if the correction can change that; any other one keeps its
    sequence, and gets a new score. The same correction again changes nothing.

    409: the address belongs to another lead of the campaign (`lead_id`).
    """
    patch = lead_patch.checked(body)
    campaign = campaigns.read(campaign_id)
    done = corrections.correct(campaign, lead_id, patch, clock.now())
    alike = reading.possible_duplicates(campaign_id, done.lead)
    view = dict(whole(done.lead, campaign, done.entries, alike))
    return CorrectedLead(**view, corrected=done.names, warnings=done.warnings)
