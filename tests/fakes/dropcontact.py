"""Dropcontact: addresses found or verified in batches, asked for first and fetched later.

Where its documentation is silent: one record that breaks a rule refuses the batch (400, the reason names it), and so
does an account that cannot pay for all that would be found. What is found depends on the record alone.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.people import Person, draw, linkedin_page, population, slug
from tests.fakes.server import Fake, Reply, Request, Settings, answer, route

RECORDS, RECORD_BYTES = 250, 15_000
NOT_READY = {"success": False, "reason": "Request not ready yet, try again in 30 seconds"}

_FIELDS = frozenset(
    ("first_name", "last_name", "full_name", "email", "linkedin", "job", "company", "website", "company_linkedin",
     "phone", "country", "custom_fields")
)  # fmt: skip
_ENOUGH = ("company", "website", "company_linkedin", "email", "linkedin")
_FRENCH = {
    "nominative": "nominatif",
    "catch-all": "catch_all",
    "generic": "generique",
    "Do_Not_Contact": "Ne_Pas_Contacter",
    "disposable": "jetable",
}
_ROLES = frozenset(("info", "contact", "hello", "sales", "office", "support", "admin", "team", "jobs", "press"))
_PERSONAL = frozenset(("gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "gmx.de", "orange.fr"))
_RESERVED = (".test", ".example", ".invalid", ".localhost")


@dataclass(frozen=True)
class DropcontactSettings(Settings):
    """`polls_until_ready` and `ready_after` (seconds on the fake's clock) must both have passed for an answer.

    `answers`: what is found for somebody whatever the record says: a name or address in lower case → a qualification
    (such as `catch-all@pro`) or `none`. `credits`: what the account may spend altogether.
    """

    keys: Sequence[str] = ("fake-dropcontact-key",)
    credits: int = 100_000
    polls_until_ready: int = 1
    ready_after: float = 0.0
    requests_per_second: int = 60
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Batch:
    """A request that was paid for and waits to be fetched."""

    records: list[dict[str, Any]]
    asked_at: float
    polls: int = 0


class Dropcontact(Fake[DropcontactSettings]):
    """`with Dropcontact() as fake:` serves `fake.url` to whoever has the key `fake-dropcontact-key`."""

    key_header = "x-access-token"

    def __init__(self, people: Sequence[Person] | None = None, *, port: int = 0, **settings: Any) -> None:
        known = population() if people is None else people
        self.known = {f"{person.name.casefold()} {person.organization.domain}": person.address for person in known}
        self.known |= {linkedin_page(person.linkedin_url): person.address for person in known}
        self.batches: dict[str, Batch] = {}
        super().__init__(DropcontactSettings(**settings), port)

    def forget(self) -> None:
        self.batches.clear()

    def refuse(self, status: int, headers: Mapping[str, str] | None = None) -> Reply:
        match status:
            case 404:
                return answer(404, {"detail": "Not Found"})
            case 401:
                return _error(401, "The access token is missing or wrong.")
            case 429:
                return _error(429, "Too many requests: 60 a second are allowed.", headers)
            case 422 | 500:
                return answer(status, {"detail": f"Dropcontact says {status}."}, headers)
        return _error(status, f"Dropcontact says {status}.", headers)

    def guard(self, name: str, request: Request) -> Reply | None:
        if self.windows.used("all", "second") >= self.settings.requests_per_second:
            return self.refuse(429)
        self.windows.count("all", "second")
        if request.query:
            return _error(400, f"There is no parameter {request.query[0][0]}.")
        return None

    def enrich(self, request: Request) -> Reply:
        try:
            body = request.json()
        except ValueError:
            return answer(422, {"detail": "The body is no JSON."})
        if reason := _wrong(body):
            return _error(400, reason)
        found = [self._enriched(record, body.get("language", "en")) for record in body["data"]]
        paid = [entry["email"] for record in found for entry in record["email"]]
        if self.meter.credits + len(paid) > self.settings.credits:
            return _error(400, "There are not enough credits.")
        for address in paid:
            self.meter.spend(address)
        request_id = f"fake{draw(f'request {len(self.batches)}', 10**12):012d}"
        self.batches[request_id] = Batch(found, self.clock.now())
        left = self.settings.credits - self.meter.credits
        return answer(200, {"request_id": request_id, "credits_left": left, "error": False, "success": True})

    def fetch(self, request: Request, request_id: str) -> Reply:
        batch = self.batches.get(request_id)
        if batch is None:
            return answer(200, NOT_READY)
        if (
            batch.polls < self.settings.polls_until_ready
            or self.clock.now() < batch.asked_at + self.settings.ready_after
        ):
            batch.polls += 1
            return answer(200, NOT_READY)
        return answer(200, {"data": batch.records, "success": True, "error": False})

    def _enriched(self, record: Mapping[str, Any], language: str) -> dict[str, Any]:
        """The record as Dropcontact gives it back: with what it found, and all of `custom_fields`."""
        first, last = record.get("first_name") or "", record.get("last_name") or ""
        name = (record.get("full_name") or f"{first} {last}").strip()
        company, given = record.get("company") or "", (record.get("email") or "").strip()
        site = _site(record)
        page = linkedin_page(record.get("linkedin") or "")
        known_as = self.known.get(page) or self.known.get(f"{name.casefold()} {site}")
        address = given or known_as or _guess(name, site)
        wanted = self.settings.answers
        qualification = wanted.get(name.casefold()) or wanted.get(address.casefold()) or verdict(address, given)
        found = [] if qualification == "none" or not address else [{"email": address, "qualification": qualification}]
        if language == "fr":
            found = [entry | {"qualification": _in_french(entry["qualification"])} for entry in found]
        luck = draw(f"company {site}", 1000)
        known: dict[str, Any] = {
            "civility": ("Mr", "Mrs")[draw(name, 2)],
            "first_name": first or name.partition(" ")[0],
            "last_name": last or name.partition(" ")[2],
            "full_name": name,
            "job": record.get("job"),
            "job_level": ("C-level", "Director", "Manager")[draw(name, 3)],
            "company": company or site.partition(".")[0].title() or None,
            "website": f"www.{site}" if site else None,
            "linkedin": record.get("linkedin"),
            "company_linkedin": f"https://www.linkedin.com/company/fake-{slug(company or site)}" if site else None,
            "nb_employees": ("1-10", "11-50", "51-200", "1001-5000")[luck % 4],
            "company_turnover": f"{luck * 10_000} USD" if luck % 3 else None,
            "phone": record.get("phone"),
            "country": record.get("country"),
        }
        told = {key: value for key, value in known.items() if value}
        return told | {"email": found, "custom_fields": record.get("custom_fields") or {}}

    routes = (
        route("POST", "/v1/enrich/all", enrich),
        route("GET", "/v1/enrich/all/{request_id}", fetch),
    )


def _error(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Reply:
    return answer(status, {"error": True, "reason": reason, "success": False}, headers)


def _wrong(body: Any) -> str | None:
    """What is wrong with a batch, or None."""
    if not isinstance(body, dict) or not isinstance(body.get("data"), list) or not body["data"]:
        return "data must be a list of records."
    if unknown := body.keys() - {"data", "siren", "language", "custom_callback_url"}:
        return f"There is no field {min(unknown)}."
    if body.get("language", "en") not in ("en", "fr"):
        return "language is en or fr."
    if not isinstance(body.get("siren", False), bool):
        return "siren is true or false."
    if not isinstance(body.get("custom_callback_url", ""), str):
        return "custom_callback_url must be text."
    if len(body["data"]) > RECORDS:
        return f"There can be at most {RECORDS} records."
    return next((f"data[{place}]: {why}" for place, record in enumerate(body["data"]) if (why := _flaw(record))), None)


def _flaw(record: Any) -> str | None:
    if not isinstance(record, dict):
        return "a record is an object."
    if unknown := record.keys() - _FIELDS:
        return f"there is no field {min(unknown)}."
    if not isinstance(record.get("custom_fields", {}), dict):
        return "custom_fields is an object."
    for name, value in record.items():
        if name != "custom_fields" and value is not None and not isinstance(value, str):
            return f"{name} must be text."
    if len(json.dumps(record, ensure_ascii=False).encode()) > RECORD_BYTES:
        return "a record can have at most 15 kB."
    if not any((record.get(name) or "").strip() for name in _ENOUGH):
        return "a record needs company, website or company_linkedin, or email, or linkedin."
    return None


def _site(record: Mapping[str, Any]) -> str:
    """The company's domain; one that could belong to somebody real gives way to one in `.test`."""
    website = (record.get("website") or "").strip().lower()
    host = re.sub(r"^(https?://)?(www\.)?", "", website).partition("/")[0]
    if host.endswith(_RESERVED):
        return host
    stem = slug(record.get("company") or host.partition(".")[0] or record.get("company_linkedin") or "")
    return f"{stem[:60]}.test" if stem else ""


def _guess(name: str, site: str) -> str:
    first, _, last = name.partition(" ")
    local = ".".join(part for part in (slug(first), slug(last)) if part)
    return f"{local}@{site}" if local and site else ""


def verdict(address: str, given: str) -> str:
    """What an address is worth. Of a hundred about four must not be written to, and of those not given 17 not found."""
    if not address:
        return "none"
    local, _, domain = address.casefold().partition("@")
    kind = "perso" if domain in _PERSONAL else "disposable" if domain.startswith("mailinator.") else "pro"
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", address):
        return "invalid@pro"
    if local in _ROLES:
        return f"generic@{kind}"
    luck = draw(f"dropcontact {address.casefold()}", 100)
    for below, word in ((4, "Do_Not_Contact"), (16, "catch-all"), (18, "random"), (83, "nominative")):
        if luck < below:
            return f"{word}@{kind}"
    if not given:
        return "none"
    return f"invalid@{kind}" if luck >= 93 else f"nominative@{kind}"


def _in_french(qualification: str) -> str:
    local, _, domain = qualification.partition("@")
    return f"{_FRENCH.get(local, local)}@{_FRENCH.get(domain, domain)}"
