"""Leads: add, list, read with the explanation and the timeline."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field, SkipValidation
from pydantic_core import PydanticSerializationError

from cam.campaigns import campaigns
from cam.leads import adding, imports, intake, reading
from cam.mail import sequences, touch_timing
from cam.model.addresses import lead_id
from cam.model.models import (
    SIGNALS,
    Campaign,
    Decision,
    Enrichment,
    Gate,
    LawfulBasis,
    Lead,
    LeadDraft,
    LeadStatus,
    Part,
    Scope,
    SendStatus,
    Step,
    Tier,
)
from cam.model.settings import routing
from cam.model.settings.kinds import Frozen, time_zone
from cam.platform import tables
from cam.rules import explain, merging
from cam.rules.explain_gates import gate_sentence, reached, route_sentence, step_sentence
from cam.text import clock
from cam.text.clock import parse
from functions.api import problems
from functions.api.parameters import AnyCase, CampaignId, Cursor, Id, Limit, Moment, Page, page, place
from functions.api.problems import FieldError, InvalidFields, one_of

router = APIRouter(prefix="/campaigns/{campaign_id}/leads", tags=["leads"], responses=problems.documented(404))

MOST = 500
_MOST_NAME = 255
# 100 of them go into one transaction, which takes 4 MB.
_MOST_BYTES = 30_000
_MOST_AMOUNT = 1e15
_NUMBERS = ("employee_count", "annual_revenue")
_NOBODY = "Give an e-mail address, a LinkedIn URL, or a name with a company domain."


Waits = Literal["enrich", "verify", "score", "qualify", "route", "nurture", "review", "unconfirmed"]


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


class QualificationView(Frozen):
    """The verdict, every reason for it, and the intent."""

    model_config = ConfigDict(from_attributes=True)

    status: LeadStatus
    reasons: tuple[str, ...]
    intent: float | None
    settings_version: int | None


class GateView(Gate):
    """A gate in words: what of the lead decided, and what it was held against. Not passed (null): not asked."""

    sentence: str


class WholeQualification(QualificationView):
    """The verdict with all gates, in their order."""

    gates: tuple[GateView, ...]


class RoutingView(Frozen):
    """Which sequence, and why."""

    model_config = ConfigDict(from_attributes=True)

    sequence: str
    boosted: bool
    reason: str
    start_at: Moment | None
    version: int
    scope: Scope
    settings_version: int | None


class StepView(Step):
    """A rung of the ladder, and whether the effective score reaches it."""

    reached: bool
    sentence: str


class WholeRouting(RoutingView):
    """Which sequence, with what was added to the score for true signals, and the ladder down to the rung taken."""

    effective: float | None
    boost: float
    signals: int
    ladder: tuple[StepView, ...]
    sentence: str


class ReviewView(Frozen):
    """What a person decided about the lead in review."""

    model_config = ConfigDict(from_attributes=True)

    decision: Decision
    reviewer: str | None
    note: str
    at: Moment


class LeadView(Frozen):
    """A lead with its scores and decisions, and what it waits for: from `due_at` on that is done by the next run.

    In `nurture` that is its next touch; `held` says why none can leave as things are, such as `opt_in_required`.
    `review` and `unconfirmed` wait for a person, since `due_at`.
    """

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
    basis_note: str | None
    icp_score: float | None
    opportunity_score: float | None
    score: float | None
    tier: Tier | None
    qualification: QualificationView | None
    routing: RoutingView | None
    sequence: str | None
    waits_for: Waits | None = None
    due_at: Moment | None = None
    held: str | None = None
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
    at: Moment
    detail: str | None = None


class PossibleDuplicate(Frozen):
    """Another lead that may be the same person, and why. They are not merged: one name may be two people."""

    model_config = ConfigDict(from_attributes=True)

    lead_id: str
    name: str | None
    email: str | None
    company: str | None
    because: tuple[str, ...]


class Entry(Frozen):
    """Something that happened to a lead."""

    at: Moment
    event: str
    detail: str


class WholeLead(LeadView):
    """A lead with everything that is known about how it came to be where it is."""

    qualification: WholeQualification | None
    review: ReviewView | None
    routing: WholeRouting | None
    score_settings_version: int | None
    explanation: tuple[PartView, ...]
    provenance: dict[str, Origin]
    timeline: tuple[Entry, ...]
    possible_duplicates: tuple[PossibleDuplicate, ...]


@router.post("", summary="Add leads")
async def add(campaign_id: CampaignId, body: NewLeads) -> Added:
    """Leads wait for the next harvest. Valid ones are taken although others are refused.

    Duplicates are those that are twice in the list, wait already, or are leads of the campaign. What they know fills
    the blanks of the one in the list, or of the lead, and overwrites nothing.
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
        drafts[one] = _joined(drafts[one], draft) if one in drafts else draft
    now = clock.now()
    whole = {one: intake.complete(draft) for one, draft in drafts.items()}
    known = adding.merge(campaign_id, campaign.shards, whole, "manual", f"added by hand at {clock.iso(now)}", now)
    new = [(one, draft) for one, draft in drafts.items() if one not in known]
    queued = imports.queue(campaign_id, new)
    return Added(queued=queued, duplicates=duplicates + len(drafts) - queued, refused=tuple(refused))


def _joined(first: LeadDraft, second: LeadDraft) -> LeadDraft:
    """Two of a list about one person; the first alone, when both are more than a lead may hold."""
    both = merging.merged(first, second)
    return both if len(both.model_dump_json()) <= _MOST_BYTES else first


def _draft(value: Any) -> LeadDraft:
    """A lead that harvest can take in. Raises InvalidFields."""
    errors = list(_unlike_a_file(value)) if isinstance(value, Mapping) else []
    try:
        draft = problems.checked(LeadDraft, value)
    except InvalidFields as error:
        # Rules about a lead as a whole are about its size, which is that of its enrichment.
        placed = [
            one.model_copy(update={"field": "enrichment"})
            if one.field == "body" and isinstance(value, Mapping)
            else one
            for one in error.errors
        ]
        raise InvalidFields([*placed, *errors]) from error
    zone = draft.enrichment.time_zone
    if zone and time_zone(zone) is None:
        message = "This is not an IANA time zone, such as Europe/Berlin or America/New_York."
        errors.append(FieldError(field="enrichment.time_zone", message=message))
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


def _unlike_a_file(lead: Mapping[str, Any]) -> Iterator[FieldError]:
    """What JSON can hold and a file cannot: read as leniently as a file, it would get lost without a word."""
    given = lead.get("enrichment")
    more = given if isinstance(given, Mapping) else {}
    texts = {name: lead.get(name) for name in LeadDraft.model_fields if name not in ("tags", "enrichment")}
    texts |= {f"enrichment.{name}": more.get(name) for name in Enrichment.model_fields}
    for field, value in texts.items():
        name = field.rpartition(".")[2]
        if name in _NUMBERS:
            if isinstance(value, bool | list | dict) or (
                isinstance(value, int | float) and not 0 <= value <= _MOST_AMOUNT
            ):
                yield FieldError(field=field, message=f"This must be a number from 0 to {_MOST_AMOUNT:,.0f}.")
        elif name in SIGNALS:
            if isinstance(value, list | dict):
                yield FieldError(field=field, message="This must be true or false.")
        elif name != "lawful_basis" and isinstance(value, bool | list | dict):
            yield FieldError(field=field, message="This must be text.")
    places: list[tuple[tuple[str | int, ...], Any]] = [((name,), value) for name, value in lead.items()]
    while places:
        place, value = places.pop()
        if isinstance(value, dict):
            places += [((*place, name), one) for name, one in value.items()]
        elif isinstance(value, list):
            places += [((*place, index), one) for index, one in enumerate(value)]
        elif isinstance(value, float) and not math.isfinite(value) and place[-1] not in _NUMBERS:
            yield FieldError(field=problems.path(place), message="This must be a finite number.")


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
    return page(scope, [_view(lead, campaign) for lead in found], position)


def _sequence(campaign_id: int, given: str) -> str:
    name = given.strip().casefold()
    # A key has no room for a longer one.
    if len(name) > routing.LONGEST_NAME or not sequences.was_ever(campaign_id, name):
        known = [one.name for one in sequences.usable(campaign_id)]
        raise InvalidFields([FieldError(field="sequence", message=one_of(given, known))])
    return name


def _view(lead: Lead, campaign: Campaign) -> LeadView:
    stage, due_at = waits(lead.todo)
    held = touch_timing.hold(lead, campaign.settings.sending) if stage == "nurture" else None
    return LeadView.model_validate(lead).model_copy(update={"waits_for": stage, "due_at": due_at, "held": held})


def waits(todo: str | None) -> tuple[Waits | None, datetime | None]:
    """What a lead waits for, and from when on, out of its index key (`keys.todo`)."""
    stage, _, rest = (todo or "").partition("#")
    found = next((known for known in get_args(Waits) if known == stage), None)
    return (found, parse(rest.partition("#")[0])) if found else (None, None)


@router.get("/{lead_id}", summary="Read a lead")
async def read(campaign_id: CampaignId, lead_id: Id) -> WholeLead:
    """A lead with the reasons for its score, verdict and sequence, its fields' origins, and all that happened to it.

    An id under which the lead was found later answers it too.
    """
    campaign = campaigns.read(campaign_id)
    lead, entries = reading.read(campaign_id, campaign.shards, lead_id)
    view = dict(_view(lead, campaign)) | {"qualification": _qualification(lead), "routing": _routing(lead)}
    return WholeLead(
        **view,
        review=lead.review and ReviewView.model_validate(lead.review),
        score_settings_version=lead.score_settings_version,
        explanation=tuple(_part(part) for part in lead.explanation),
        provenance={name: Origin.model_validate(origin) for name, origin in lead.provenance.items()},
        timeline=tuple(timeline(lead, entries)),
        possible_duplicates=tuple(
            PossibleDuplicate.model_validate(one) for one in reading.possible_duplicates(campaign_id, lead)
        ),
    )


def _qualification(lead: Lead) -> WholeQualification | None:
    found = lead.qualification
    if found is None:
        return None
    gates = [GateView(**dict(gate), sentence=gate_sentence(gate, found)) for gate in found.gates]
    return WholeQualification(**dict(QualificationView.model_validate(found)), gates=tuple(gates))


def _routing(lead: Lead) -> WholeRouting | None:
    found = lead.routing
    if found is None:
        return None
    ladder = [
        StepView(**dict(step), reached=reached(step, found), sentence=step_sentence(step, found))
        for step in found.ladder
    ]
    return WholeRouting(
        **dict(RoutingView.model_validate(found)),
        effective=found.effective,
        boost=found.boost,
        signals=found.signals,
        ladder=tuple(ladder),
        sentence=route_sentence(found),
    )


def _part(part: Part) -> PartView:
    return PartView(**part.model_dump(exclude={"code"}), sentence=explain.sentence(part))


def timeline(lead: Lead, entries: Sequence[tables.Item]) -> list[Entry]:
    """The lead's own history, its mails and what came back, oldest first. What the history tells is not told twice."""
    told = [Entry(at=change.at, event=change.event, detail=change.detail) for change in lead.history]
    known = {(entry.at, entry.event) for entry in told}
    left_out = {(entry.event, entry.detail.partition(":")[0]) for entry in told}
    more = [
        _mail(item)
        for item in entries
        if item["kind"] == "send" and (_TOLD_AS.get(item["status"]), f"touch {item['step'] + 1}") not in left_out
    ]
    events = [_event(item) for item in entries if item["kind"] == "event"]
    more += [entry for entry in events if (entry.at, entry.event) not in known]
    return sorted([*told, *more], key=lambda one: one.at)


# How the history calls a touch that was not sent; where a worker died before it wrote that, only the ledger tells.
_TOLD_AS = {SendStatus.SKIPPED: "skipped", SendStatus.FAILED: "refused", SendStatus.UNCONFIRMED: "unconfirmed"}


def _mail(item: tables.Item) -> Entry:
    said = item.get("reason") or item.get("subject") or ""
    detail = f"touch {item['step'] + 1} of {item['sequence']}" + (f": {said}" if said else "")
    return Entry(
        at=parse(item.get("sent_at") or item["claimed_at"]), event=f"mail {item['status'].lower()}", detail=detail
    )


def _event(item: tables.Item) -> Entry:
    detail = item.get("detail") or (f"touch {item['step'] + 1}" if "step" in item else "")
    return Entry(at=parse(item["at"]), event=item["type"], detail=str(detail))
