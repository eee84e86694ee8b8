"""Leads: add, list, read with the explanation and the timeline."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, SkipValidation

from cam.campaigns import campaigns
from cam.leads import adding, imports, intake, reading
from cam.mail import sequences
from cam.model.models import (
    LeadDraft,
    LeadStatus,
    Tier,
)
from cam.model.settings import routing
from cam.model.settings.kinds import Frozen
from cam.text import clock
from functions.api import objections, problems
from functions.api.lead_checks import checked_draft, id_of, joined
from functions.api.lead_views import LeadView, WholeLead, views_of, whole
from functions.api.parameters import AnyCase, CampaignId, Cursor, Id, Limit, Page, page, place
from functions.api.problems import FieldError, InvalidFields, one_of

router = APIRouter(prefix="/campaigns/{campaign_id}/leads", tags=["leads"], responses=problems.documented(404))

MOST = 500


class NewLeads(Frozen):
    """Leads to add, at most 500. Each is checked separately."""

    leads: tuple[SkipValidation[LeadDraft], ...] = Field(max_length=MOST)


class RefusedLead(Frozen):
    """A lead that was refused, by its index in the list, and everything that is wrong with it."""

    index: int
    errors: tuple[FieldError, ...]


class Added(Frozen):
    """How many leads were queued, were duplicates or were refused."""

    queued: int
    duplicates: int
    refused: tuple[RefusedLead, ...]


@router.post("", summary="Add leads")
async def add(campaign_id: CampaignId, body: NewLeads) -> Added:
    """Queue leads for the next harvest. Valid leads are accepted even if others are refused.

    A duplicate is a lead that is in the list twice, is queued already, or is a lead of the campaign. Its values fill
    blank fields of the existing one and overwrite nothing. A person with `do_not_contact` is suppressed for the whole
    account at once.
    """
    campaign = campaigns.read(campaign_id)
    drafts: dict[str, LeadDraft] = {}
    duplicates, refused = 0, []
    for index, value in enumerate(body.leads):
        try:
            draft = checked_draft(value)
        except InvalidFields as error:
            refused.append(RefusedLead(index=index, errors=error.errors))
            continue
        one = id_of(campaign_id, draft)
        assert one is not None
        duplicates += one in drafts
        drafts[one] = joined(drafts[one], draft) if one in drafts else draft
    now = clock.now()
    whole = {one: intake.complete(draft) for one, draft in drafts.items()}
    objections.suppress(campaign, whole, now)
    known = adding.merge(campaign_id, campaign.shards, whole, "manual", f"added by hand at {clock.iso(now)}", now)
    new = [(one, draft) for one, draft in drafts.items() if one not in known]
    queued = imports.queue(campaign_id, new)
    return Added(queued=queued, duplicates=duplicates + len(drafts) - queued, refused=tuple(refused))


@router.get("", summary="List leads")
async def index(
    campaign_id: CampaignId,
    status: Annotated[LeadStatus | None, AnyCase, Query()] = None,
    tier: Annotated[Tier | None, AnyCase, Query()] = None,
    sequence: Annotated[str | None, Query(max_length=255)] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[LeadView]:
    """List leads of a campaign. With a filter, a page may be short or empty although more follow: continue with its
    cursor.
    """
    campaign = campaigns.read(campaign_id)
    wanted = {
        "status": status,
        "tier": tier,
        "sequence": None if sequence is None else _sequence(campaign_id, sequence),
    }
    filters = {name: str(value) for name, value in wanted.items() if value}
    scope = f"leads|{campaign_id}|{filters}"
    after = place(scope, cursor, 2)
    found, position = reading.page(
        campaign_id, campaign.shards, filters, limit, (after[0], after[1]) if after else None
    )
    return page(scope, views_of(found, campaign), position)


def _sequence(campaign_id: int, given: str) -> str:
    name = given.strip().casefold()
    # A key has no room for a longer one.
    if len(name) > routing.LONGEST_NAME or not sequences.was_ever(campaign_id, name):
        known = [one.name for one in sequences.usable(campaign_id)]
        raise InvalidFields([FieldError(field="sequence", message=one_of(given, known))])
    return name


@router.get("/{lead_id}", summary="Read a lead")
async def read(campaign_id: CampaignId, lead_id: Id) -> WholeLead:
    """Read a lead: the reasons for its score, verdict and sequence, the origin of its fields, and its timeline.

    An ID under which the lead was found later works, too.
    """
    campaign = campaigns.read(campaign_id)
    lead, entries = reading.read(campaign_id, campaign.shards, lead_id)
    return whole(lead, campaign, entries, reading.possible_duplicates(campaign_id, lead))
