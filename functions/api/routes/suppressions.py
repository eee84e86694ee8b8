"""Suppressions: addresses and domains that no campaign of the account writes to."""

import time
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AfterValidator, BeforeValidator, StringConstraints

from cam.mail import resubscriptions, suppression
from cam.mail.resubscriptions import ParentSuppressed, Resubscription
from cam.mail.suppression import Suppression
from cam.model.addresses import normalise
from cam.model.errors import NotFound
from cam.model.models import Legible
from cam.model.settings import kinds
from cam.model.settings.kinds import Domain, Frozen, OneLine
from cam.platform import keys, tokens
from cam.text import clock
from functions.api import csv_parts, problems
from functions.api.parameters import Cursor, Limit, Moment, Page, page, place
from functions.api.problems import FieldError, InvalidFields
from functions.api.run_and_wait import seconds_left

router = APIRouter(prefix="/suppressions", tags=["suppressions"])

_SCOPE = "suppressions"
_RESUBSCRIBED = "resubscriptions"
_EXPORT_SECONDS = 10
# Of an export, as an import reads them.
_COLUMNS = ("address", "domain", "hash", "reason", "since", "campaign_id")


def _address(text: str) -> str:
    found = normalise(text)
    local, at, host = found.rpartition("@")
    if not at:
        try:
            kinds.domain(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a valid email address, such as ann@acme.com") from None
        raise ValueError(f"{text!r} is a domain. Give it as 'domain' to suppress it and its subdomains")
    if not local or not {"<", ">"}.isdisjoint(text) or any(sign.isspace() or sign == "@" for sign in local.strip('"')):
        raise ValueError(f"{text!r} is not a valid email address, such as ann@acme.com")
    kinds.domain(host)
    return found


class NewSuppression(Frozen):
    """An address, in any spelling, or a domain with its subdomains, and the reason."""

    address: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=320), Legible, AfterValidator(_address)]
        | None
    ) = None
    domain: Domain | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Legible]


class SuppressionView(Frozen):
    """A suppressed address or domain, since when and why.

    `campaign_id` is the campaign whose email led to an unsubscribe, complaint or bounce; null if a person suppressed
    it. For an erased person only the hash is left.
    """

    address: str | None
    domain: str | None
    hash: str
    reason: str
    since: Moment
    campaign_id: int | None


class Lifting(Frozen):
    """Who lifts a suppression, and why: `asked to come back by phone`, `suppressed by mistake`."""

    by: OneLine
    reason: OneLine


class ResubscriptionView(Frozen):
    """A suppression that was lifted: when, by whom and why. `was` is the suppression as it was.

    `by` and `reason` are null if it was removed without saying so.
    """

    at: Moment
    by: str | None
    reason: str | None
    was: SuppressionView


class Resubscribed(ResubscriptionView):
    """A lifted suppression, and the parent domains that suppress the address or domain all the same."""

    still_suppressed_by: tuple[str, ...]


class Standing(Frozen):
    """Whether an address or a domain is suppressed, by what (itself, its domain, a parent), and how often it came back.

    `resubscriptions` are the lifted suppressions of exactly this address or domain, the latest first.
    """

    suppressed: bool
    suppressions: tuple[SuppressionView, ...]
    resubscriptions: tuple[ResubscriptionView, ...]


def _view(one: Suppression) -> SuppressionView:
    is_address = one.name is not None and "@" in one.name
    return SuppressionView(
        address=one.name if is_address else None,
        domain=None if is_address else one.name,
        hash=one.hash,
        reason=one.reason,
        since=one.since,
        campaign_id=one.campaign_id,
    )


def _lifted(one: Resubscription) -> ResubscriptionView:
    return ResubscriptionView(at=one.at, by=one.by, reason=one.reason, was=_view(one.lifted))


@router.get("", summary="List suppressions")
async def index(limit: Limit = 25, cursor: Cursor = None) -> Page[SuppressionView]:
    """List suppressed addresses and domains, newest first. A new one appears within seconds."""
    after = place(_SCOPE, cursor, 2)
    found, last = suppression.page(limit, (after[0], after[1]) if after else None)
    return page(_SCOPE, [_view(one) for one in found], last)


@router.post("", summary="Suppress an address or a domain", status_code=201)
async def add(body: NewSuppression, response: Response) -> SuppressionView:
    """Suppress an address, or a domain with its subdomains, for all campaigns.

    200: it was already suppressed; its earliest reason and date are kept.
    """
    if (body.address is None) == (body.domain is None):
        message = "Give either an address or a domain." + ("" if body.address is None else " You gave both.")
        raise InvalidFields([FieldError(field="address", message=message)])
    found, new = suppression.suppress(body.address or body.domain or "", body.reason, clock.now())
    if not new:
        response.status_code = 200
    return _view(found)


@router.get(
    "/export.csv",
    summary="Export all suppressions",
    response_class=Response,
    responses=csv_parts.DOCUMENTED,
)
async def export(request: Request, cursor: Cursor = None) -> Response:
    """Download all suppressions as CSV, newest first: address, domain, hash, reason, since and campaign_id.

    Of an erased person only the hash is left. `POST /suppressions/imports` takes the file as it is. Beyond 3 MB (some
    30,000 suppressions) or 10 seconds, a `Link` header points to the next part: append the parts to each other.
    """
    until = time.monotonic() + seconds_left(request, _EXPORT_SECONDS)
    scope = f"{_SCOPE}|export"
    found = place(scope, cursor, 2)
    after = (found[0], found[1]) if found else None
    part = csv_parts.Part(() if after else _COLUMNS)
    while True:
        several, after = suppression.page(None, after)
        for one in map(_view, several):
            part.write((one.address, one.domain, None if one.address or one.domain else one.hash, one.reason,
                        clock.iso(one.since), one.campaign_id))  # fmt: skip
        if after is None or part.full or time.monotonic() > until:
            break
    return part.response("suppressions.csv", "export.csv", tokens.cursor(scope, list(after)) if after else None)


@router.get("/resubscriptions", summary="List resubscriptions")
async def resubscribed(limit: Limit = 25, cursor: Cursor = None) -> Page[ResubscriptionView]:
    """List the suppressions that were lifted, latest first: who did it, when and why. They are kept forever."""
    after = place(_RESUBSCRIBED, cursor, 2)
    found, last = resubscriptions.page(limit, (after[0], after[1]) if after else None)
    return page(_RESUBSCRIBED, [_lifted(one) for one in found], last)


# An address has at most 64 and 253 characters and the @ (RFC 5321 §4.5.3.1).
_LONGEST = 320


def _named(text: str) -> str:
    """An address, a normalised domain, or a hash. Raises NotFound for anything else."""
    if len(text) <= _LONGEST:
        if "@" in normalise(text):
            return text
        with suppress(ValueError):
            return kinds.domain(text)
        if keys.HASH.fullmatch(digest := text.strip().lower()):
            return digest
    raise NotFound("This is not an email address, a domain, or the hash of either.")


NamedBy = Annotated[str, BeforeValidator(_named), Path(description="Address, domain, or the hash of either")]


@router.get("/{name}", summary="Read whether an address or a domain is suppressed")
async def read(name: NamedBy) -> Standing:
    """Read whether email to an address or a domain is suppressed, by what, and whether it was resubscribed before."""
    found = resubscriptions.standing(name)
    return Standing(
        suppressed=bool(found),
        suppressions=tuple(map(_view, found)),
        resubscriptions=tuple(map(_lifted, resubscriptions.history(name))),
    )


@router.post(
    "/{name}/resubscribe",
    summary="Resubscribe an address or a domain",
    responses=problems.documented(404),
)
async def resubscribe(name: NamedBy, body: Lifting) -> Resubscribed:
    """Lift a suppression, for somebody who was suppressed by mistake or asks to come back. Who did it and why is kept.

    Leads that were stopped stay stopped: to write to this person again, add them to a campaign that does not have them
    yet. Later opt-outs, and lists that name them, suppress them again. 404: it is not suppressed. 409: only a parent
    domain is; `still_suppressed_by` names parent domains that suppress it as well.
    """
    one = resubscriptions.lift(name, body.by, body.reason, clock.now())
    above = resubscriptions.standing(one.lifted.name or name)
    return Resubscribed(**dict(_lifted(one)), still_suppressed_by=tuple(each.name for each in above if each.name))


By = Annotated[OneLine | None, Query(description="Who removes it")]
Because = Annotated[OneLine | None, Query(description="Why it is removed")]


@router.delete(
    "/{name}",
    summary="Remove a suppression",
    status_code=204,
    responses=problems.documented(404),
    response_class=Response,
)
async def remove(name: NamedBy, by: By = None, reason: Because = None) -> None:
    """Lift a suppression as `POST /suppressions/{name}/resubscribe` does, without having to say who and why.

    It is recorded as well: `GET /suppressions/resubscriptions`. 404: it is not suppressed, or only a parent domain is.
    """
    try:
        resubscriptions.lift(name, by, reason, clock.now())
    except ParentSuppressed as above:
        raise NotFound(str(above)) from above
