"""Sequences: what a campaign, or the whole account, can send; versions, and each touch as a lead would get it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, Query, Response
from pydantic import BeforeValidator, ConfigDict, StringConstraints, model_validator

from cam.campaigns import campaigns
from cam.leads import intake, reading
from cam.mail import render, sequences
from cam.mail.render import CampaignView
from cam.mail.sequences import DEFAULT, Head, Sequence, SequenceDraft, TouchTexts
from cam.mail.skip_reasons import Skip
from cam.model.errors import Conflict, NotFound
from cam.model.models import Campaign, Enrichment, LawfulBasis, Lead, LeadDraft, Scope, Thread
from cam.model.settings.kinds import Frozen
from cam.model.settings.routing import sequence_name
from cam.model.settings.sending import Sending
from cam.platform.environment import sender
from cam.text import clock
from cam.text.matching import any_case
from functions.api import problems, sequence_check
from functions.api.parameters import CampaignId, Cursor, Digits, Id, Limit, Moment, Page, page, place
from functions.api.problems import FieldError, InvalidFields

router = APIRouter(tags=["sequences"], responses=problems.documented(404))

# What GET shows beyond a draft: it may come back in a PUT, and changes nothing.
_GIVEN_BY_CAM = ("name", "scope", "version")
_DRAFT: dict[str, Any] = {
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/SequenceDraft"}}}}
}
_EXAMPLE_LINK = "https://example.com/u/this-lead-alone"
_NO_SENDER = (
    "There is no sender or no postal address yet, so nothing would leave: the ones shown here are examples. Set "
    "settings.sending.sender_name, sender_email and postal_address."
)
_EXAMPLE_DRAFT = LeadDraft(
    name="Ada Lovelace",
    first_name="Ada",
    last_name="Lovelace",
    email="ada@acme.example",
    company="Acme",
    company_domain="acme.example",
    role="Head of Marketing",
    lawful_basis=LawfulBasis.OPT_IN,
    enrichment=Enrichment(industry="Software", company_location="Berlin", country="Germany"),
)
Number = Annotated[int | None, Digits, Query(ge=1, description="A version; by default the newest")]
Where = Annotated[
    Scope | None,
    BeforeValidator(any_case),
    Query(description="Whose sequence of that name; by default the one that the name means now"),
]


class HeadView(Frozen):
    """A sequence that can be used, without its texts. Touch n goes out on `days[n]`; `at` null: it is built in."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    scope: Scope
    version: int
    days: tuple[int, ...]
    length_days: int
    aim: str
    at: Moment | None


class SequenceView(Frozen):
    """A version of a sequence with its texts, as `PUT` takes it."""

    name: str
    scope: Scope
    version: int
    days: tuple[int, ...]
    length_days: int
    aim: str
    touches: tuple[TouchTexts, ...]


class VersionView(Frozen):
    """A version in a list; `at` null: it is built in."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    at: Moment | None
    days: tuple[int, ...]
    length_days: int
    aim: str


Variant = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class LibraryPreview(Frozen):
    """For whom to fill in the touches: somebody made up as `lead`, else an example.

    `sequence`: texts that nobody has saved, instead of the stored ones. `variant`: this one where a touch has it.
    """

    lead: LeadDraft | None = None
    sequence: SequenceDraft | None = None
    variant: Variant | None = None


class CampaignPreview(LibraryPreview):
    """For whom to fill in the touches: a lead of the campaign, somebody made up as `lead`, else an example.

    `sequence`: texts that nobody has saved, instead of the stored ones. `variant`: this one where a touch has it.
    """

    lead_id: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None

    @model_validator(mode="after")
    def _one_lead(self) -> Self:
        if self.lead_id is not None and self.lead is not None:
            raise ValueError("Give either lead_id or lead: here are both.")
        return self


class TouchView(Frozen):
    """A touch as the lead would get it. `skipped`: why it would get none; then there are no texts."""

    step: int
    day: int
    variant: str
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    skipped: str | None = None


class PreviewView(Frozen):
    """All touches of a sequence, filled in. `scope` and `version` null: nobody has saved it."""

    name: str
    scope: Scope | None
    version: int | None
    lead_id: str | None
    touches: tuple[TouchView, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose sequences a route is about: a campaign's, or the account's (None)."""

    campaign: Campaign | None

    @property
    def id(self) -> int | None:
        return self.campaign.id if self.campaign else None


_ACCOUNT = _Owner(None)


def _of(campaign_id: int) -> _Owner:
    return _Owner(campaigns.read(campaign_id))


@router.get("/campaigns/{campaign_id}/sequences", summary="List a campaign's sequences")
async def index(campaign_id: CampaignId, limit: Limit = 25, cursor: Cursor = None) -> Page[HeadView]:
    """Every sequence that the campaign can use, by name: its own, else the account's, else the built-in one."""
    return _index(_of(campaign_id), limit, cursor)


@router.get("/campaigns/{campaign_id}/sequences/{name}", summary="Read a campaign's sequence")
async def read(campaign_id: CampaignId, name: Id, version: Number = None, scope: Where = None) -> SequenceView:
    """What a name means to the campaign, with all texts. `scope` reads one behind it, or one that was deleted."""
    return _read(_of(campaign_id), name, version, scope)


@router.put("/campaigns/{campaign_id}/sequences/{name}", summary="Save a campaign's sequence", openapi_extra=_DRAFT)
async def save(campaign_id: CampaignId, name: Id, draft: Annotated[dict[str, Any], Body()]) -> SequenceView:
    """The whole sequence, as the campaign's own: a new version, or the same one when nothing differs.

    The answer of GET is taken as it is. Leads that have begun go on with their version. 422 names everything that is
    wrong; 409: somebody else has saved it at the same moment.
    """
    return _save(_of(campaign_id), name, draft)


@router.delete(
    "/campaigns/{campaign_id}/sequences/{name}",
    summary="Delete a campaign's own sequence",
    status_code=204,
    response_class=Response,
)
async def remove(campaign_id: CampaignId, name: Id) -> None:
    """Let the name mean the account's sequence again, or the built-in one. Leads that have begun keep their version.

    409: the campaign's ladder leads to it, and nothing else has this name.
    """
    owner = _of(campaign_id)
    assert owner.campaign
    used = any(rung.sequence == name for rung in owner.campaign.settings.routing.ladder)
    if used and name not in sequences.newest(None, [name]) and name in sequences.newest(campaign_id, [name]):
        raise Conflict(
            f"settings.routing.ladder leads to {name!r}, and there is no other sequence of that name. Change the "
            "ladder first."
        )
    sequences.remove(campaign_id, name, clock.now())


@router.get("/campaigns/{campaign_id}/sequences/{name}/versions", summary="List versions of a campaign's sequence")
async def versions(
    campaign_id: CampaignId, name: Id, scope: Where = None, limit: Limit = 25, cursor: Cursor = None
) -> Page[VersionView]:
    """All versions of what the name means to the campaign, newest first; with `scope`, of one behind it or deleted."""
    return _versions(_of(campaign_id), name, scope, limit, cursor)


@router.post("/campaigns/{campaign_id}/sequences/{name}/preview", summary="Preview a campaign's sequence")
async def preview(campaign_id: CampaignId, name: Id, body: CampaignPreview) -> PreviewView:
    """Each touch as a lead would get it, with the campaign's sender and an example of the unsubscribe link.

    Nothing is sent or saved. A lead of the campaign gets its own variants.
    """
    owner = _of(campaign_id)
    assert owner.campaign
    lead = None
    if body.lead_id is not None:
        lead, _ = reading.read(campaign_id, owner.campaign.shards, body.lead_id)
    return _preview(owner, name, body, lead)


@router.get("/sequences", summary="List the account's sequences")
async def library(limit: Limit = 25, cursor: Cursor = None) -> Page[HeadView]:
    """Every sequence that a new campaign can use, by name: the account's, else the built-in one."""
    return _index(_ACCOUNT, limit, cursor)


@router.get("/sequences/{name}", summary="Read a sequence of the account")
async def library_read(name: Id, version: Number = None, scope: Where = None) -> SequenceView:
    """What a name means to the account, with all texts. `scope` reads one behind it, or one that was deleted."""
    return _read(_ACCOUNT, name, version, scope)


@router.put("/sequences/{name}", summary="Save a sequence of the account", openapi_extra=_DRAFT)
async def library_save(name: Id, draft: Annotated[dict[str, Any], Body()]) -> SequenceView:
    """The whole sequence, for all campaigns that have none of that name: a new version, or the same if nothing differs.

    The answer of GET is taken as it is. Leads that have begun go on with their version. 422 names everything that is
    wrong; 409: somebody else has saved it at the same moment.
    """
    return _save(_ACCOUNT, name, draft)


@router.delete(
    "/sequences/{name}", summary="Delete a sequence of the account", status_code=204, response_class=Response
)
async def library_remove(name: Id) -> None:
    """Let the name mean the built-in sequence again, or nothing. Leads that have begun keep their version."""
    sequences.remove(None, name, clock.now())


@router.get("/sequences/{name}/versions", summary="List versions of a sequence of the account")
async def library_versions(
    name: Id, scope: Where = None, limit: Limit = 25, cursor: Cursor = None
) -> Page[VersionView]:
    """All versions of what the name means to the account, newest first; with `scope`, of one behind it or deleted."""
    return _versions(_ACCOUNT, name, scope, limit, cursor)


@router.post("/sequences/{name}/preview", summary="Preview a sequence of the account")
async def library_preview(name: Id, body: LibraryPreview) -> PreviewView:
    """Each touch as a lead would get it, with the stack's sender and an example of the unsubscribe link."""
    return _preview(_ACCOUNT, name, body, None)


def _index(owner: _Owner, limit: int, cursor: str | None) -> Page[HeadView]:
    scope = f"sequences|{owner.id}"
    after = place(scope, cursor, 1)
    found = [head for head in sequences.usable(owner.id) if after is None or head.name > after[0]]
    shown = [HeadView.model_validate(head) for head in found[:limit]]
    return page(scope, shown, [shown[-1].name] if len(found) > limit else None)


def _head(owner: _Owner, name: str) -> Head:
    """What the name means to the owner. Raises NotFound, with the name that may have been meant."""
    found = sequences.newest(owner.id, [name]).get(name)
    if found is None:
        known = [head.name for head in sequences.usable(owner.id)]
        raise NotFound(f"There is no sequence {name!r}.{problems.near(name, known)}")
    return found


def _stored(owner: _Owner, name: str, version: int | None, scope: Scope | None) -> Sequence:
    if scope is None or version is None:
        head = _head_of(owner, name, scope) if scope else _head(owner, name)
        scope, version = head.scope, version or head.version
    if scope is Scope.BUILT_IN and version != _head_of(owner, name, scope).version:
        raise NotFound(f"There is no version {version} of the built-in sequence {name!r}.")
    return sequences.version(owner.id, name, _allowed(owner, scope), version)


def _head_of(owner: _Owner, name: str, scope: Scope) -> Head:
    """The newest version of one scope, whatever lies before it, and whether it is deleted or not."""
    if _allowed(owner, scope) is Scope.BUILT_IN:
        found = sequences.LIBRARY.get(name)
        if found is None:
            raise NotFound(f"There is no built-in sequence {name!r}.{problems.near(name, list(sequences.LIBRARY))}")
        return Head(name, scope, found.version, found.days, found.length_days, found.aim)
    newest, _ = sequences.versions(owner.id if scope is Scope.CAMPAIGN else None, name, 1)
    if not newest:
        raise NotFound(f"There is no sequence {name!r} in the scope {scope}.")
    one = newest[0]
    return Head(name, scope, one.version, one.days, one.length_days, one.aim, one.at)


def _allowed(owner: _Owner, scope: Scope) -> Scope:
    if scope is Scope.CAMPAIGN and owner.campaign is None:
        message = "The account has no campaign's sequences. Ask below /campaigns/{campaign_id}."
        raise InvalidFields([FieldError(field="scope", message=message)])
    return scope


def _read(owner: _Owner, name: str, version: int | None, scope: Scope | None) -> SequenceView:
    return _view(_stored(owner, name, version, scope))


def _view(found: Sequence) -> SequenceView:
    return SequenceView(
        name=found.name,
        scope=found.scope,
        version=found.version,
        days=found.days,
        length_days=found.length_days,
        aim=found.aim,
        touches=sequences.texts(found),
    )


def _save(owner: _Owner, name: str, given: dict[str, Any]) -> SequenceView:
    errors = list(_misnamed(name, given))
    try:
        draft = problems.checked(SequenceDraft, {key: given[key] for key in given if key not in _GIVEN_BY_CAM})
        ready = sequence_check.ready(draft)
    except InvalidFields as error:
        raise InvalidFields([*errors, *error.errors]) from error
    if errors:
        raise InvalidFields(errors)
    head = sequences.save(owner.id, name, ready, clock.now())
    return SequenceView(name=name, scope=head.scope, version=head.version, **ready.model_dump())


def _misnamed(name: str, given: dict[str, Any]) -> Iterator[FieldError]:
    try:
        sequence_name(name)
    except ValueError as error:
        yield FieldError(field="name", message=str(error))
    if given.get("name", name) != name:
        yield FieldError(field="name", message=f"The path says {name!r}.")


def _versions(owner: _Owner, name: str, scope: Scope | None, limit: int, cursor: str | None) -> Page[VersionView]:
    if scope is None:
        scope = _head(owner, name).scope
    listed = f"sequence|{owner.id}|{scope}|{name}"
    after = place(listed, cursor, 1)
    if _allowed(owner, scope) is Scope.BUILT_IN:
        return page(listed, [VersionView.model_validate(_head_of(owner, name, scope))], None)
    whose = owner.id if scope is Scope.CAMPAIGN else None
    found, last = sequences.versions(whose, name, limit, after[0] if after else None)
    if not found and after is None:
        _head_of(owner, name, scope)
    return page(listed, [VersionView.model_validate(one) for one in found], [last] if last else None)


def _preview(owner: _Owner, name: str, body: LibraryPreview, lead: Lead | None) -> PreviewView:
    if body.sequence is not None:
        sequence = sequences.drafted(name, sequence_check.ready(body.sequence, ("sequence",)))
    else:
        sequence = _stored(owner, name, None, None)
    _refuse_unknown_variant(sequence, body.variant)
    campaign = render.view(owner.campaign) if owner.campaign else CampaignView("An example", "software", "marketing")
    sending, note = _sender(owner)
    return PreviewView(
        name=name,
        scope=None if body.sequence else sequence.scope,
        version=None if body.sequence else sequence.version,
        lead_id=lead.id if lead else None,
        touches=tuple(_touches(owner, sequence, lead or _made_up(body.lead), campaign, sending, body.variant)),
        note=note,
    )


def _refuse_unknown_variant(sequence: Sequence, variant: str | None) -> None:
    known = list(dict.fromkeys(name for touch in sequences.texts(sequence) for name in touch.all))
    if variant is not None and variant not in known:
        raise InvalidFields([FieldError(field="variant", message=problems.one_of(variant, known))])


def _sender(owner: _Owner) -> tuple[Sending, str | None]:
    """The identity that mails carry; where something of it is missing, examples, and a word about it."""
    sending = sender(owner.campaign.settings.sending if owner.campaign else Sending())
    example = {
        "sender_name": sending.sender_name or "Your name",
        "sender_email": sending.sender_email or "you@your-company.example",
        "postal_address": sending.postal_address or "Your postal address",
    }
    whole = sending.sender_name and sending.sender_email and sending.postal_address
    return sending.model_copy(update=example), None if whole else _NO_SENDER


def _made_up(draft: LeadDraft | None) -> Lead:
    now = clock.now()
    whole = intake.complete(draft or _EXAMPLE_DRAFT)
    known = {field: getattr(whole, field) for field in LeadDraft.model_fields}
    return Lead(id="example", shard=0, source="manual", created_at=now, updated_at=now, **known)


def _touches(
    owner: _Owner, sequence: Sequence, lead: Lead, campaign: CampaignView, sending: Sending, wanted: str | None
) -> Iterator[TouchView]:
    """Each touch; a follow-up without a subject replies to the first one, as if that had left."""
    texts = sequences.texts(sequence)

    def variant(step: int) -> str:
        own = sequences.variant_of(owner.id or 0, sequence, step, lead.id)
        return own if wanted is None else wanted if wanted in texts[step].all else DEFAULT

    opening = render.compiled(texts[0].of(variant(0)))
    for step, day in enumerate(sequence.days):
        chosen = variant(step)
        touch = render.compiled(texts[step].of(chosen))
        try:
            mail = render.fill(touch, lead, campaign, sending, _EXAMPLE_LINK, opening)
        except Skip as skip:
            yield TouchView(step=step, day=day, variant=chosen, skipped=skip.reason)
            continue
        if step == 0 and lead.thread is None:
            lead = lead.model_copy(update={"thread": Thread(message_id="<first@example.com>", subject=mail.subject)})
        yield TouchView(step=step, day=day, variant=chosen, subject=mail.subject, text=mail.text, html=mail.html)
