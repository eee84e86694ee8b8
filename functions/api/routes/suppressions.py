"""Suppressions: addresses and domains that no campaign of the account writes to."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import AfterValidator, StringConstraints

from cam.mail import suppression
from cam.mail.suppression import Suppression
from cam.model.addresses import normalise
from cam.model.errors import NotFound
from cam.model.models import Legible
from cam.model.settings import kinds
from cam.model.settings.kinds import Domain, Frozen
from cam.text import clock
from functions.api import problems
from functions.api.parameters import Cursor, Limit, Moment, Page, page, place
from functions.api.problems import FieldError, InvalidFields

router = APIRouter(prefix="/suppressions", tags=["suppressions"])

_SCOPE = "suppressions"


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


# An address has at most 64 and 253 characters and the @ (RFC 5321 §4.5.3.1).
_LONGEST = 320


@router.delete(
    "/{name}",
    summary="Remove a suppression",
    status_code=204,
    responses=problems.documented(404),
    response_class=Response,
)
async def remove(
    name: Annotated[str, Path(description="Address, domain, or the hash of either")],
) -> None:
    """Allow email to an address or a domain again. Leads that were stopped stay stopped. 404: it is not suppressed."""
    suppression.remove(_named(name))


def _named(text: str) -> str:
    """As it is stored; what is neither an address nor a domain may be a hash. Raises NotFound: too long for any."""
    if len(text) > _LONGEST:
        raise NotFound("There is no suppression with this name.")
    if "@" in normalise(text):
        return text
    try:
        return kinds.domain(text)
    except ValueError:
        return text.strip().lower()
