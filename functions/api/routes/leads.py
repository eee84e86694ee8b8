"""Leads: add, list, read with the explanation and the timeline."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field, SkipValidation
from pydantic_core import PydanticSerializationError

from cam import campaigns, explain, files, leads, tables
from cam.addresses import lead_id
from cam.clock import parse
from cam.models import (
    Enrichment,
    LawfulBasis,
    Lead,
    LeadDraft,
    LeadStatus,
    Part,
    Qualification,
    Routing,
    Tier,
)
from cam.settings import Frozen
from functions.api import problems
from functions.api.inputs import AnyCase, CampaignId, Cursor, Limit, Moment, Page, page, place
from functions.api.problems import FieldError, InvalidFields

router = APIRouter(prefix="/campaigns/{campaign_id}/leads", tags=["leads"], responses=problems.documented(404))

MOST = 500
_MOST_NAME = 255
# 100 of them go into one transaction, which takes 4 MB.
_MOST_BYTES = 30_000
_NOBODY = "Give an e-mail address, a LinkedIn URL, or a name with a company domain."


class NewLeads(Frozen):
    """Leads to add, at most 500. Each is checked by itself."""

    leads: tuple[SkipValidation[LeadDraft], ...] = Field(max_length=MOST)


class RefusedLead(Frozen):
    """A lead that was not taken, by its place in the list, and everything that is wrong with it."""

    index: int
    errors: tuple[FieldError, ...]


class Added(Frozen):
    """What became of the leads."""

    queued: int
    duplicates: int
    refused: tuple[RefusedLead, ...]


class RoutingView(Routing):
    """Which sequence, and why."""

    model_config = ConfigDict(from_attributes=True)

    start_at: Moment | None = None


class LeadView(Frozen):
    """A lead with its scores and decisions."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    company: str | None
    company_domain: str | None
    role: str | None
    linkedin_url: str | None
    source: str
    status: LeadStatus
    tags: tuple[str, ...]
    enrichment: Enrichment
    lawful_basis: LawfulBasis
    icp_score: float | None
    opportunity_score: float | None
    score: float | None
    tier: Tier | None
    qualification: Qualification | None
    routing: RoutingView | None
    sequence: str | None
    created_at: Moment
    updated_at: Moment


class PartView(Frozen):
    """One line of the explanation. All contributions add up to the score."""

    part: str
    group: str
    value: float
    weight: float
    contribution: float
    lead_value: str | float | bool | None
    target: str | float | None
    sentence: str


class Origin(Frozen):
    """Where a field came from: the source, when, and the place within it."""

    source: str
    at: str
    detail: str | None = None


class Entry(Frozen):
    """Something that happened to a lead."""

    at: Moment
    event: str
    detail: str


class WholeLead(LeadView):
    """A lead with everything that is known about how it came to be where it is."""

    explanation: tuple[PartView, ...]
    provenance: dict[str, Origin]
    timeline: tuple[Entry, ...]


@router.post("", summary="Add leads")
async def add(campaign_id: CampaignId, body: NewLeads) -> Added:
    """Leads wait for the next harvest. Valid ones are taken although others are refused.

    Duplicates are those that are twice in the list, wait already, or are leads of the campaign.
    """
    campaign = campaigns.read(campaign_id)
    drafts: dict[str, LeadDraft] = {}
    duplicates, refused = 0, []
    for index, value in enumerate(body.leads):
        try:
            draft = _draft(value)
        except InvalidFields as error:
            refused.append(RefusedLead(index=index, errors=error.errors))
            continue
        one = _id(campaign_id, draft)
        assert one is not None
        duplicates += one in drafts
        drafts.setdefault(one, draft)
    known = leads.known(campaign_id, campaign.shards, drafts)
    new = [(one, draft) for one, draft in drafts.items() if one not in known]
    queued = files.queue(campaign_id, new)
    return Added(queued=queued, duplicates=duplicates + len(drafts) - queued, refused=tuple(refused))


def _draft(value: Any) -> LeadDraft:
    """A lead that harvest can take in. Raises InvalidFields."""
    draft = problems.checked(LeadDraft, value)
    errors = []
    if _id(0, draft) is None:
        errors.append(FieldError(field="email", message=_NOBODY))
    if len(_name(draft) or "") > _MOST_NAME:
        errors.append(FieldError(field="name", message=f"A name has at most {_MOST_NAME} characters."))
    try:
        size = len(draft.model_dump_json())
    except PydanticSerializationError:
        errors.append(FieldError(field="enrichment", message="This holds text that is not Unicode."))
    else:
        if size > _MOST_BYTES:
            errors.append(FieldError(field="enrichment", message=f"A lead has at most {_MOST_BYTES:,} bytes."))
    if errors:
        raise InvalidFields(errors)
    return draft


def _id(campaign_id: int, draft: LeadDraft) -> str | None:
    return lead_id(campaign_id, draft.email, draft.linkedin_url, _name(draft), draft.company_domain)


def _name(draft: LeadDraft) -> str | None:
    return draft.name or " ".join(part for part in (draft.first_name, draft.last_name) if part) or None


@router.get("", summary="List leads")
async def index(
    campaign_id: CampaignId,
    status: Annotated[LeadStatus | None, AnyCase, Query()] = None,
    tier: Annotated[Tier | None, AnyCase, Query()] = None,
    sequence: Annotated[str | None, Query(max_length=255)] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Page[LeadView]:
    """Leads of a campaign. With a filter, a page may be short, or empty, while there is more: go on by its cursor."""
    campaign = campaigns.read(campaign_id)
    wanted = {"status": status, "tier": tier, "sequence": sequence.strip().casefold() if sequence else None}
    filters = {name: str(value) for name, value in wanted.items() if value}
    scope = f"leads|{campaign_id}|{filters}"
    after = place(scope, cursor, 2)
    found, position = leads.page(campaign_id, campaign.shards, filters, limit, (after[0], after[1]) if after else None)
    return page(scope, [LeadView.model_validate(lead) for lead in found], position)


@router.get("/{lead_id}", summary="Read a lead")
async def read(campaign_id: CampaignId, lead_id: str) -> WholeLead:
    """A lead with the explanation of its score, where each field came from, and all that happened to it."""
    campaign = campaigns.read(campaign_id)
    lead, entries = leads.read(campaign_id, campaign.shards, lead_id)
    return WholeLead(
        **dict(LeadView.model_validate(lead)),
        explanation=tuple(_part(part) for part in lead.explanation),
        provenance={name: Origin.model_validate(origin) for name, origin in lead.provenance.items()},
        timeline=tuple(timeline(lead, entries)),
    )


def _part(part: Part) -> PartView:
    return PartView(**part.model_dump(exclude={"code"}), sentence=explain.sentence(part))


def timeline(lead: Lead, entries: Sequence[tables.Item]) -> list[Entry]:
    """The lead's own history, its mails and what came back, oldest first. What the history tells is not told twice."""
    told = [Entry(at=change.at, event=change.event, detail=change.detail) for change in lead.history]
    known = {(entry.at, entry.event) for entry in told}
    more = [_mail(item) if item["kind"] == "send" else _event(item) for item in entries]
    return sorted([*told, *(entry for entry in more if (entry.at, entry.event) not in known)], key=lambda one: one.at)


def _mail(item: tables.Item) -> Entry:
    said = item.get("subject") or item.get("reason") or ""
    detail = f"touch {item['step'] + 1} of {item['sequence']}" + (f": {said}" if said else "")
    return Entry(
        at=parse(item.get("sent_at") or item["claimed_at"]), event=f"mail {item['status'].lower()}", detail=detail
    )


def _event(item: tables.Item) -> Entry:
    detail = item.get("detail") or (f"touch {item['step'] + 1}" if "step" in item else "")
    return Entry(at=parse(item["at"]), event=item["type"], detail=str(detail))
