"""Sequences: what a campaign, or the whole account, can send, and their versions."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response
from pydantic import BeforeValidator, ConfigDict

from cam.mail import sequences
from cam.mail.sequences import Sequence, SequenceDraft, TouchTexts
from cam.model.errors import Conflict
from cam.model.models import Scope
from cam.model.settings.kinds import Frozen
from cam.model.settings.routing import sequence_name
from cam.text import clock
from cam.text.matching import any_case
from functions.api import problems, sequence_check
from functions.api.parameters import CampaignId, Cursor, Digits, Id, Limit, Moment, Page, page, place
from functions.api.problems import FieldError, InvalidFields
from functions.api.sequence_owners import (
    ACCOUNT,
    Owner,
    checked_scope,
    current_head,
    newest_head,
    owner_of,
    stored_version,
)

router = APIRouter(tags=["sequences"], responses=problems.documented(404))

# What GET shows beyond a draft: it may come back in a PUT, and changes nothing.
_GIVEN_BY_CAM = ("name", "scope", "version")
_DRAFT: dict[str, Any] = {
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/SequenceDraft"}}}}
}
Number = Annotated[int | None, Digits, Query(ge=1, description="Version number; default: the newest")]
Where = Annotated[
    Scope | None,
    BeforeValidator(any_case),
    Query(description="Owner of the sequence; default: the owner whose sequence is in use"),
]


class HeadView(Frozen):
    """A sequence that can be used, without its texts. Touch n is sent on `days[n]`; `at` is null if it is built in."""

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
    """A version in a list; `at` is null if it is built in."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    at: Moment | None
    days: tuple[int, ...]
    length_days: int
    aim: str


@router.get("/campaigns/{campaign_id}/sequences", summary="List a campaign's sequences")
async def index(campaign_id: CampaignId, limit: Limit = 25, cursor: Cursor = None) -> Page[HeadView]:
    """List every sequence that the campaign can use, by name: its own, else the account's, else the built-in one."""
    return _index(owner_of(campaign_id), limit, cursor)


@router.get("/campaigns/{campaign_id}/sequences/{name}", summary="Read a campaign's sequence")
async def read(campaign_id: CampaignId, name: Id, version: Number = None, scope: Where = None) -> SequenceView:
    """Read the sequence that the campaign uses under a name, with all texts. `scope` reads one that it overrides or
    deleted.
    """
    return _read(owner_of(campaign_id), name, version, scope)


@router.put("/campaigns/{campaign_id}/sequences/{name}", summary="Save a campaign's sequence", openapi_extra=_DRAFT)
async def save(campaign_id: CampaignId, name: Id, draft: Annotated[dict[str, Any], Body()]) -> SequenceView:
    """Save a sequence as the campaign's own. This creates a new version, unless nothing differs.

    The response of GET is accepted as a body. Leads that have started keep their version. 422 lists everything that is
    wrong. 409: another request saved the sequence at the same time.
    """
    return _save(owner_of(campaign_id), name, draft)


@router.delete(
    "/campaigns/{campaign_id}/sequences/{name}",
    summary="Delete a campaign's own sequence",
    status_code=204,
    response_class=Response,
)
async def remove(campaign_id: CampaignId, name: Id) -> None:
    """Delete the campaign's own sequence. The account's or the built-in one takes its place; leads that have started
    keep their version.

    409: the campaign's ladder uses it, and no other sequence has this name.
    """
    owner = owner_of(campaign_id)
    assert owner.campaign
    used = any(rung.sequence == name for rung in owner.campaign.settings.routing.ladder)
    if used and name not in sequences.newest(None, [name]) and name in sequences.newest(campaign_id, [name]):
        raise Conflict(
            f"settings.routing.ladder uses {name!r}, and no other sequence has that name. Change the ladder first."
        )
    sequences.remove(campaign_id, name, clock.now())


@router.get("/campaigns/{campaign_id}/sequences/{name}/versions", summary="List versions of a campaign's sequence")
async def versions(
    campaign_id: CampaignId, name: Id, scope: Where = None, limit: Limit = 25, cursor: Cursor = None
) -> Page[VersionView]:
    """List all versions of a sequence, newest first. `scope` lists those of one that is overridden or deleted."""
    return _versions(owner_of(campaign_id), name, scope, limit, cursor)


@router.get("/sequences", summary="List account sequences")
async def library(limit: Limit = 25, cursor: Cursor = None) -> Page[HeadView]:
    """List every sequence that a new campaign can use, by name: the account's, else the built-in one."""
    return _index(ACCOUNT, limit, cursor)


@router.get("/sequences/{name}", summary="Read an account sequence")
async def library_read(name: Id, version: Number = None, scope: Where = None) -> SequenceView:
    """Read the sequence that the account uses under a name, with all texts. `scope` reads one that it overrides or
    deleted.
    """
    return _read(ACCOUNT, name, version, scope)


@router.put("/sequences/{name}", summary="Save an account sequence", openapi_extra=_DRAFT)
async def library_save(name: Id, draft: Annotated[dict[str, Any], Body()]) -> SequenceView:
    """Save a sequence for all campaigns without an own one of that name. This creates a new version, unless nothing
    differs.

    The response of GET is accepted as a body. Leads that have started keep their version. 422 lists everything that is
    wrong. 409: another request saved the sequence at the same time.
    """
    return _save(ACCOUNT, name, draft)


@router.delete("/sequences/{name}", summary="Delete an account sequence", status_code=204, response_class=Response)
async def library_remove(name: Id) -> None:
    """Delete an account sequence. The built-in one, if any, takes its place; leads that have started keep their
    version.
    """
    sequences.remove(None, name, clock.now())


@router.get("/sequences/{name}/versions", summary="List versions of an account sequence")
async def library_versions(
    name: Id, scope: Where = None, limit: Limit = 25, cursor: Cursor = None
) -> Page[VersionView]:
    """List versions of an account sequence, newest first. `scope` lists those of one that is overridden or deleted."""
    return _versions(ACCOUNT, name, scope, limit, cursor)


def _index(owner: Owner, limit: int, cursor: str | None) -> Page[HeadView]:
    scope = f"sequences|{owner.id}"
    after = place(scope, cursor, 1)
    found = [head for head in sequences.usable(owner.id) if after is None or head.name > after[0]]
    shown = [HeadView.model_validate(head) for head in found[:limit]]
    return page(scope, shown, [shown[-1].name] if len(found) > limit else None)


def _read(owner: Owner, name: str, version: int | None, scope: Scope | None) -> SequenceView:
    return _view(stored_version(owner, name, version, scope))


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


def _save(owner: Owner, name: str, given: dict[str, Any]) -> SequenceView:
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
        yield FieldError(field="name", message=f"This must be {name!r}, the sequence in the path, or be omitted.")


def _versions(owner: Owner, name: str, scope: Scope | None, limit: int, cursor: str | None) -> Page[VersionView]:
    if scope is None:
        scope = current_head(owner, name).scope
    listed = f"sequence|{owner.id}|{scope}|{name}"
    after = place(listed, cursor, 1)
    if checked_scope(owner, scope) is Scope.BUILT_IN:
        return page(listed, [VersionView.model_validate(newest_head(owner, name, scope))], None)
    whose = owner.id if scope is Scope.CAMPAIGN else None
    found, last = sequences.versions(whose, name, limit, after[0] if after else None)
    if not found and after is None:
        newest_head(owner, name, scope)
    return page(listed, [VersionView.model_validate(one) for one in found], [last] if last else None)
