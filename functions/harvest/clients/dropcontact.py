"""Dropcontact: finds and verifies business addresses, in batches that are collected later (docs/sources.md)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cam import providers
from cam.environment import required
from cam.models import Enrichment, Lead, LeadDraft, amount
from cam.providers import Limits, Provider, Window
from cam.words import fold
from functions.harvest.clients.http import Answer, Keep, Line, Refused

MOST_RECORDS = 250
LIMITS: dict[str, Limits] = {"submit": {Window.SECOND: 60}, "collect": {Window.SECOND: 60}}
_AGAIN = re.compile(r"(\d+) seconds")
_FORBIDDEN = {"do_not_contact", "ne_pas_contacter"}
_NAMED = {"nominative", "nominatif"}
_CATCH_ALL = {"catch-all", "catch_all"}
_THROWAWAY = {"disposable", "jetable"}


class Found(NamedTuple):
    """What Dropcontact knows of one lead: the draft of what it adds, or that the person must not be written to.

    `costs`: it named an address, which costs a credit whatever the address is worth.
    """

    reference: str
    draft: LeadDraft
    forbidden: tuple[str, ...]
    forbids: bool
    costs: bool = True


class Later(NamedTuple):
    """The batch is not ready, or was never known: both look alike. Seconds to wait, as the provider says."""

    seconds: int


def connect(key: str) -> Line:
    """The line to Dropcontact."""
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
    known: dict[str, Any] = {name: value for name, value in fields.items() if value}
    return known | {"custom_fields": {"lead": reference}}


def submit(line: Line, records: Sequence[Mapping[str, Any]]) -> tuple[str, int | None]:
    """Hand in a batch of at most 250. Its request id, and the credits left in the account. Raises Refused, Unsure."""
    body = {"data": list(records), "siren": False, "language": "en"}
    answer = line.ask("submit", "POST", "/v1/enrich/all", body=body, paid=True, takes=frozenset({200, 201})).body
    request_id = answer.get("request_id") if isinstance(answer, dict) else None
    if not isinstance(request_id, str) or not answer.get("success"):
        reason = answer.get("reason") if isinstance(answer, dict) else None
        raise Refused(f"Dropcontact did not take the batch{f': {reason}' if reason else ''}", 200)
    left = answer.get("credits_left")
    return request_id, left if isinstance(left, int) else None


def collect(line: Line, request_id: str, keep: Keep) -> Answer | Later:
    """The answer to a batch when it is ready; `keep` has it before it is used."""
    answer = line.ask("collect", "GET", f"/v1/enrich/all/{request_id}")
    if isinstance(answer.body, dict) and answer.body.get("success") and isinstance(answer.body.get("data"), list):
        keep(answer.raw)
        return answer
    reason = str(answer.body.get("reason") or "") if isinstance(answer.body, dict) else ""
    again = _AGAIN.search(reason)
    return Later(int(again[1]) if again else 30)


def found(body: Any) -> Iterator[Found]:
    """What an answer says of each lead that we named in it."""
    for one in body.get("data", ()) if isinstance(body, dict) else ():
        own = one.get("custom_fields") if isinstance(one, dict) else None
        reference = own.get("lead") if isinstance(own, dict) else None
        if isinstance(reference, str):
            yield _found(reference, one)


def _found(reference: str, one: Mapping[str, Any]) -> Found:
    entries = [entry for entry in one.get("email") or () if isinstance(entry, dict) and _text(entry.get("email"))]
    kinds = [(_text(entry["email"]) or "", *_kind(entry.get("qualification"))) for entry in entries]
    forbidden = tuple(address for address, local, _ in kinds if local in _FORBIDDEN)
    address, status = next(_usable(kinds), (None, None))
    known = {
        "email_status": status,
        "employee_count": amount(one.get("nb_employees")),
        "annual_revenue": amount(one.get("company_turnover")),
        "job_level": _text(one.get("job_level")),
        "country": _text(one.get("country")),
        "phone": _text(one.get("phone")),
        "company_linkedin_url": _text(one.get("company_linkedin")),
        "civility": _text(one.get("civility")),
    }
    draft = LeadDraft(
        first_name=_text(one.get("first_name")),
        last_name=_text(one.get("last_name")),
        name=_text(one.get("full_name")),
        email=address,
        company=_text(one.get("company")),
        company_domain=_text(one.get("website")),
        role=_text(one.get("job")),
        linkedin_url=_text(one.get("linkedin")),
        enrichment=Enrichment.model_validate({name: value for name, value in known.items() if value is not None}),
    )
    # An answer that forbids one address of the person forbids the person.
    return Found(reference, draft if not forbidden else LeadDraft(), forbidden, bool(forbidden), costs=bool(entries))


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


def _text(value: Any) -> str | None:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text[:500] or None
