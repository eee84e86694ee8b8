"""Dropcontact: finds and verifies business addresses, in batches that are collected later (docs/sources.md)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from cam.model.models import Enrichment, Lead, LeadDraft, amount
from cam.platform.environment import required
from cam.providers import providers
from cam.providers.providers import Limits, Provider, Window
from cam.text.matching import fold
from functions.harvest.clients.outcomes import Answer, Keep, Refused, Unsure, text_of

if TYPE_CHECKING:
    from functions.harvest.clients.http import Line

MOST_RECORDS = 250
LIMITS: dict[str, Limits] = {"submit": {Window.SECOND: 60}, "collect": {Window.SECOND: 60}}
_AGAIN = re.compile(r"\b(\d{1,4}) seconds")
# A record may have 15 kB: nine fields of letters that take four bytes each stay far below it.
_MOST_SIGNS = 250
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_FORBIDDEN = {"do_not_contact", "ne_pas_contacter"}
_NAMED = {"nominative", "nominatif"}
_CATCH_ALL = {"catch-all", "catch_all"}
_THROWAWAY = {"disposable", "jetable"}


class Found(NamedTuple):
    """What Dropcontact knows of one lead: the draft of what it adds, or that the person must not be written to.

    `paid`: it has given an address, of whatever worth, and taken a credit for it.
    """

    reference: str
    draft: LeadDraft
    forbidden: tuple[str, ...] = ()
    forbids: bool = False
    paid: bool = False


class Later(NamedTuple):
    """The batch is not ready, or was never known: both look alike. Seconds to wait, as the provider says."""

    seconds: int


def connect(key: str) -> "Line":
    """The line to Dropcontact."""
    from functions.harvest.clients.http import Line  # an HTTP client, for those who ask

    return Line(
        Provider.DROPCONTACT, "Dropcontact", required("DROPCONTACT_URL"), "X-Access-Token", key, LIMITS,
        lambda: providers.secrets().get(Provider.DROPCONTACT),
    )  # fmt: skip


def askable(lead: Lead) -> bool:
    """Whether Dropcontact could know whom we mean: a name with a company, an address, or a LinkedIn page."""
    named = lead.name or (lead.first_name and lead.last_name)
    return bool(lead.email or lead.linkedin_url or (named and (lead.company or lead.company_domain)))


def record(lead: Lead, reference: str) -> dict[str, Any]:
    """A lead as a record of a batch; `reference` comes back with the answer."""
    fields = {
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "full_name": lead.name,
        "email": lead.email,
        "linkedin": lead.linkedin_url,
        "job": lead.role,
        "company": lead.company,
        "website": lead.company_domain,
        "country": lead.enrichment.country,
    }
    known: dict[str, Any] = {name: value[:_MOST_SIGNS] for name, value in fields.items() if value}
    return known | {"custom_fields": {"lead": reference}}


def submit(line: "Line", records: Sequence[Mapping[str, Any]], keep: Keep) -> tuple[str, int | None]:
    """Hand in a batch of at most 250; `keep` has the receipt before it is used.

    Its request id, and the credits left in the account (None: not said). Raises what the line raises.
    """
    body = {"data": list(records), "siren": False, "language": "en"}
    takes = frozenset({200, 201})
    answer = line.ask("submit", "POST", "/v1/enrich/all", body=body, paid=True, keep=keep, takes=takes).body
    request_id = receipt(answer)
    if request_id is None:
        if isinstance(answer, dict) and answer.get("success") is False:
            reason = line.said(answer)
            raise Refused(f"Dropcontact did not accept the batch{f': {reason}' if reason else ''}", 200)
        raise Unsure("Dropcontact accepted the batch without returning a request ID")
    left = answer.get("credits_left")
    return request_id, left if isinstance(left, int) and not isinstance(left, bool) else None


def receipt(body: Any) -> str | None:
    """The request id of a batch that was taken; None when the body is no receipt."""
    request_id = body.get("request_id") if isinstance(body, dict) and body.get("success") else None
    return request_id if isinstance(request_id, str) and _REQUEST_ID.fullmatch(request_id) else None


def collect(line: "Line", request_id: str, keep: Keep) -> Answer | Later:
    """The answer to a batch when it is ready; `keep` has it before it is used.

    A request that Dropcontact does not know (any more) is not ready either: one batch must not stop the others.
    """
    takes = frozenset({200, 400, 404, 422})
    answer = line.ask("collect", "GET", f"/v1/enrich/all/{request_id}", takes=takes)
    if ready(answer.body):
        keep(answer.raw)
        return answer
    reason = answer.body.get("reason") if isinstance(answer.body, dict) else None
    again = _AGAIN.search(reason) if isinstance(reason, str) else None
    return Later(max(1, int(again[1])) if again else 30)


def ready(body: Any) -> bool:
    """Whether a body is the answer to a batch."""
    return isinstance(body, dict) and bool(body.get("success")) and isinstance(body.get("data"), list)


def found(body: Any) -> Iterator[Found]:
    """What an answer says of each lead that we named in it."""
    for one in body["data"] if ready(body) else ():
        own = one.get("custom_fields") if isinstance(one, dict) else None
        reference = own.get("lead") if isinstance(own, dict) else None
        if isinstance(reference, str):
            yield _found(reference, one)


def _found(reference: str, one: Mapping[str, Any]) -> Found:
    entries = one.get("email")
    kinds = [
        (address, *_kind(entry.get("qualification")))
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and (address := text_of(entry.get("email"))) and "@" in address
    ]
    forbidden = tuple(address for address, local, _ in kinds if local in _FORBIDDEN)
    address, status = next(_usable(kinds), (None, None))
    known = {
        "email_status": status,
        "employee_count": amount(one.get("nb_employees")),
        "annual_revenue": amount(one.get("company_turnover")),
        "job_level": text_of(one.get("job_level")),
        "country": text_of(one.get("country")),
        "phone": text_of(one.get("phone")),
        "company_linkedin_url": text_of(one.get("company_linkedin")),
        "civility": text_of(one.get("civility")),
    }
    draft = LeadDraft(
        first_name=text_of(one.get("first_name")),
        last_name=text_of(one.get("last_name")),
        name=text_of(one.get("full_name")),
        email=address,
        company=text_of(one.get("company")),
        company_domain=text_of(one.get("website")),
        role=text_of(one.get("job")),
        linkedin_url=text_of(one.get("linkedin")),
        enrichment=Enrichment.model_validate({name: value for name, value in known.items() if value is not None}),
    )
    # An answer that forbids one address of the person forbids the person.
    return Found(reference, draft if not forbidden else LeadDraft(), forbidden, bool(forbidden), bool(kinds))


def _kind(qualification: Any) -> tuple[str, str]:
    """`nominative@pro` is the kind of the part before the @ and of the domain, in lower case."""
    local, _, domain = fold(qualification if isinstance(qualification, str) else "").partition("@")
    return local, domain


def _usable(kinds: Sequence[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """Addresses of a person and what they are worth, the best first: no role accounts, guesses, throw-aways."""
    sound = [one for one in kinds if one[2] not in _THROWAWAY]
    yield from ((address, "verified") for address, local, domain in sound if local in _NAMED and domain != "perso")
    yield from ((address, "verified") for address, local, domain in sound if local in _NAMED and domain == "perso")
    yield from ((address, "catch_all") for address, local, _ in sound if local in _CATCH_ALL)
