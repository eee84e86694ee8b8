"""Apollo.io: people search for nothing, enrichment for credits, and job postings.

Where providers' documentation is silent: a search without a filter finds everybody; a person asked for twice in one
call is paid for once; an organization that nobody knows has no path (404).
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.fakes.people import SENIORITIES, TODAY, Organization, Person, linkedin_page, population
from tests.fakes.server import Fake, Reply, Request, Settings, answer, plain, route

PER_PAGE, PAGES, DETAILS = 100, 500, 10
MOBILE_CREDITS = 8

Limits = Mapping[str, int | None]
_PAID_PLAN: Mapping[str, Limits] = {
    "search": {"minute": 200, "hour": 6_000, "day": 50_000},
    "enrichment": {"minute": 1_000, "hour": None, "day": None},
    "job_postings": {"minute": 1_000, "hour": None, "day": None},
}


@dataclass(frozen=True)
class ApolloSettings(Settings):
    """`limits`: group → window (minute, hour, day) → requests, None for no limit; a group left out has none.

    `credits`: what the account may still spend altogether, None for no end. `pagination`: `total_entries` or
    `pagination`, the two shapes of a search's answer. `inaccessible`: parts of paths that the key's plan does not
    include. `daily_spelling`: the older names of the day's headers.
    """

    keys: Sequence[str] = ("fake-apollo-key",)
    limits: Mapping[str, Limits] = field(default_factory=lambda: _PAID_PLAN)
    credits: int | None = None
    pagination: str = "total_entries"
    inaccessible: Sequence[str] = ()
    daily_spelling: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.pagination not in ("total_entries", "pagination"):
            raise ValueError("pagination is total_entries or pagination")


class Refused(Exception):
    """A request that Apollo answers with 422; the text says why."""


class Apollo(Fake[ApolloSettings]):
    """`with Apollo() as fake:` serves `fake.url + "/api/v1"` to whoever has the key `fake-apollo-key`."""

    key_header = "x-api-key"

    def __init__(
        self, people: Sequence[Person] | None = None, *, today: date = TODAY, port: int = 0, **settings: Any
    ) -> None:
        self.people = tuple(population(today=today) if people is None else people)
        self.today = today
        self.organizations = {person.organization.id: person.organization for person in self.people}
        self._found: dict[str, list[Person]] = {}
        self._index = _index(self.people)
        super().__init__(ApolloSettings(**settings), port)

    @property
    def base_url(self) -> str:
        """What stands for `https://api.apollo.io/api/v1`."""
        return f"{self.url}/api/v1"

    def refuse(self, status: int, headers: Mapping[str, str] | None = None) -> Reply:
        match status:
            case 401:
                return plain(401, "Invalid access credentials.")
            case 403:
                error = {
                    "error": "The plan of this key does not include the endpoint.",
                    "error_code": "API_INACCESSIBLE",
                }
                return answer(403, error)
            case 429:
                return answer(429, {"message": "The maximum number of api calls was reached."}, headers)
        return answer(status, {"error": f"Apollo says {status}."}, headers)

    def guard(self, name: str, request: Request) -> Reply | None:
        if any(part in name for part in self.settings.inaccessible):
            return self.refuse(403)
        for window, limit in self.settings.limits.get(_GROUPS[name], {}).items():
            if limit is not None and self.windows.used(name, window) >= limit:
                wait = {"retry-after": str(self.windows.seconds_left(window))}
                return self.refuse(429, wait | self._limit_headers(name))
        for window in ("minute", "hour", "day"):
            self.windows.count(name, window)
        return None

    def _limit_headers(self, name: str) -> dict[str, str]:
        limits = self.settings.limits.get(_GROUPS[name], {})
        day = "daily" if self.settings.daily_spelling else "24-hour"
        headers = {}
        for window, limit_word, left_word in (("minute",) * 3, ("hour", "hourly", "hourly"), ("day", day, day)):
            limit = limits.get(window)
            left = "" if limit is None else str(max(0, limit - self.windows.used(name, window)))
            headers[f"x-rate-limit-{limit_word}"] = "" if limit is None else str(limit)
            headers[f"x-{left_word}-requests-left"] = left
        return headers

    def _checked(self, name: str, work: Callable[[], Any]) -> Reply:
        try:
            content = work()
        except Refused as error:
            return answer(422, {"error": str(error)}, self._limit_headers(name))
        if content is None:
            return self.refuse(404)
        return answer(200, content, self._limit_headers(name))

        allowed = self.settings.credits
        if allowed is not None and self.meter.credits + credits > allowed:
            raise Refused("You have insufficient credits to perform this request.")

    def _afford(self, credits: int) -> None:
        allowed = self.settings.credits
        if allowed is not None and self.meter.credits + credits > allowed:
            raise Refused("You have insufficient credits to perform this request.")

    def search(self, request: Request) -> Reply:
        return self._checked(_SEARCH, lambda: self._search(request))

    def _search(self, request: Request) -> dict[str, Any]:
        _empty(request)
        given = _parameters(request, _FILTERS, single=_SINGLE)
        page = _whole(given, "page", 1, PAGES)
        per_page = _whole(given, "per_page", 25, PER_PAGE)
        asked = repr(sorted((name, values) for name, values in given.items() if name not in _PAGING))
        if asked not in self._found:
            fits = _filter(given)
            self._found[asked] = [person for person in self.people if fits(person)]
        found = self._found[asked]
        people = [_found_person(person) for person in found[(page - 1) * per_page : page * per_page]]
        if self.settings.pagination == "total_entries":
            return {"total_entries": len(found), "people": people}
        pages = {"page": page, "per_page": per_page, "total_entries": len(found)}
        return {"pagination": pages | {"total_pages": math.ceil(len(found) / per_page)}, "people": people}

    def bulk_match(self, request: Request) -> Reply:
        return self._checked(_BULK_MATCH, lambda: self._bulk_match(request))

    def _bulk_match(self, request: Request) -> dict[str, Any]:
        mobile = _flags(_parameters(request, _FLAGS, single=_FLAGS))
        body = _object(request)
        details = body.get("details")
        if body.keys() - {"details"} or not isinstance(details, list) or not details:
            raise Refused("The body must hold details, and nothing else.")
        if len(details) > DETAILS:
            raise Refused(f"There can be at most {DETAILS} details.")
        for detail in details:
            if not isinstance(detail, dict) or detail.keys() - _DETAIL:
                raise Refused(f"A detail may have {', '.join(sorted(_DETAIL))}.")
            if not all(isinstance(value, str) for value in detail.values() if value is not None):
                raise Refused("What a detail says must be text.")
        matches = [self._match(detail) for detail in details]
        unique = {person.id: person for person in matches if person}
        prices = {person.id: _price(person, mobile) for person in unique.values()}
        self._afford(sum(prices.values()))
        for paid, price in prices.items():
            self.meter.spend(paid, price)
        return {
            "status": "success",
            "error_code": None,
            "error_message": None,
            "total_requested_enrichments": len(details),
            "unique_enriched_records": len(unique),
            "missing_records": sum(person is None for person in matches),
            "credits_consumed": sum(prices.values()),
            "matches": [person and _whole_person(person) for person in matches],
        }

    def match(self, request: Request) -> Reply:
        return self._checked(_MATCH, lambda: self._one(request))

    def _one(self, request: Request) -> dict[str, Any]:
        _empty(request)
        given = _parameters(request, _DETAIL | _FLAGS, single=_DETAIL | _FLAGS)
        mobile = _flags({name: values for name, values in given.items() if name in _FLAGS})
        person = self._match({name: values[0] for name, values in given.items() if name not in _FLAGS})
        if person is None:
            return {}
        price = _price(person, mobile)
        self._afford(price)
        self.meter.spend(person.id, price)
        return {"person": _whole_person(person)}

    def _match(self, detail: Mapping[str, str | None]) -> Person | None:
        """By id, else address, else LinkedIn page, else name with domain or organization: the first that is given."""
        said = {name: value.strip().casefold() for name, value in detail.items() if value and value.strip()}
        for name in ("id", "email", "linkedin_url"):
            if name in said:
                return self._known(self._index.get((name, linkedin_page(said[name]))))
        name = said.get("name") or " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
        for place in ("domain", "organization_name"):
            if place in said:
                return self._known(self._index.get((place, f"{name} {said[place].removeprefix('www.')}")))
        return None

    @staticmethod
    def _known(person: Person | None) -> Person | None:
        return person if person and person.enrichable else None

    def job_postings(self, request: Request, organization: str) -> Reply:
        return self._checked(_JOB_POSTINGS, lambda: self._job_postings(request, organization))

    def _job_postings(self, request: Request, organization: str) -> dict[str, Any] | None:
        given = _parameters(request, _PAGING, single=_PAGING)
        page = _whole(given, "page", 1, PAGES)
        per_page = _whole(given, "per_page", 25, PER_PAGE)
        if organization not in self.organizations:
            return None
        firm = self.organizations[organization]
        numbers = range(firm.postings)[(page - 1) * per_page : page * per_page]
        if numbers:
            self._afford(1)
            self.meter.spend(firm.id)
        return {"organization_job_postings": [_posting(firm, number, self.today) for number in numbers]}

    routes = (
        route("POST", "/api/v1/mixed_people/api_search", search),
        route("POST", "/api/v1/people/bulk_match", bulk_match),
        route("POST", "/api/v1/people/match", match),
        route("GET", "/api/v1/organizations/{id}/job_postings", job_postings),
    )


_SEARCH, _BULK_MATCH, _MATCH, _JOB_POSTINGS = (name for _, _, name, _ in Apollo.routes)
_GROUPS = {_SEARCH: "search", _BULK_MATCH: "enrichment", _MATCH: "enrichment", _JOB_POSTINGS: "job_postings"}
_DETAIL = frozenset(
    ("id", "first_name", "last_name", "name", "email", "organization_name", "domain", "linkedin_url")
)  # fmt: skip
_FLAGS = frozenset(("reveal_personal_emails", "reveal_phone_number"))
_PAGING = frozenset(("page", "per_page"))
_SINGLE = _PAGING | {"include_similar_titles", "q_keywords", "revenue_range[min]", "revenue_range[max]"}
_FILTERS = _SINGLE | {
    "person_titles[]",
    "person_locations[]",
    "person_seniorities[]",
    "organization_locations[]",
    "q_organization_domains_list[]",
    "contact_email_status[]",
    "organization_num_employees_ranges[]",
}
_EMAIL_STATUSES = ("verified", "guessed", "unavailable")


def _parameters(request: Request, known: frozenset[str], single: frozenset[str]) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name, value in request.query:
        if name not in known:
            raise Refused(f"There is no parameter {name}.")
        if name in given and name in single:
            raise Refused(f"{name} can be given once.")
        given.setdefault(name, []).append(value)
    return given


def _object(request: Request) -> dict[str, Any]:
    try:
        body = request.json()
    except ValueError:
        raise Refused("The body is no JSON.") from None
    if not isinstance(body, dict):
        raise Refused("The body is no object.")
    return body


def _empty(request: Request) -> None:
    if _object(request):
        raise Refused("What is asked goes into the query; the body stays empty.")


def _whole(given: Mapping[str, list[str]], name: str, default: int, highest: int) -> int:
    text = given.get(name, [str(default)])[0]
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= highest:
        raise Refused(f"{name} must be a number from 1 to {highest}.")
    return int(text)


def _flag(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise Refused(f"{name} is true or false.")
    return text == "true"


def _flags(given: Mapping[str, list[str]]) -> bool:
    """Whether mobile numbers are asked for."""
    return {name: _flag(name, values[0]) for name, values in given.items()}.get("reveal_phone_number", False)


def _price(person: Person, mobile: bool) -> int:
    return 1 + (MOBILE_CREDITS if mobile and person.mobile else 0)


def _amount(given: Mapping[str, list[str]], name: str) -> float | None:
    if name not in given:
        return None
    if not re.fullmatch(r"[0-9]+", given[name][0]):
        raise Refused(f"{name} must be a whole number.")
    return int(given[name][0])


def _range(text: str) -> range:
    found = re.fullmatch(r"([0-9]{1,9}),([0-9]{1,9})", text)
    if not found or int(found[1]) > int(found[2]):
        raise Refused("organization_num_employees_ranges[] must be such as 1,10.")
    return range(int(found[1]), int(found[2]) + 1)


def _filter(given: Mapping[str, list[str]]) -> Callable[[Person], bool]:
    """Who fits what a search asks for. Raises Refused for values that Apollo does not know."""
    titles = [title.casefold().strip() for title in given.get("person_titles[]", [])]
    similar = _flag("include_similar_titles", given.get("include_similar_titles", ["true"])[0])
    holding = [re.compile(rf"(?<!\w){re.escape(title)}(?!\w)") for title in titles]
    seniorities = given.get("person_seniorities[]", [])
    statuses = given.get("contact_email_status[]", [])
    for name, values, known in (
        ("person_seniorities[]", seniorities, SENIORITIES),
        ("contact_email_status[]", statuses, _EMAIL_STATUSES),
    ):
        if unknown := set(values) - set(known):
            raise Refused(f"{name} cannot be {min(unknown)}.")
    ranges = [_range(text) for text in given.get("organization_num_employees_ranges[]", [])]
    least, most = _amount(given, "revenue_range[min]"), _amount(given, "revenue_range[max]")
    if least is not None and most is not None and least > most:
        raise Refused("revenue_range[min] is greater than revenue_range[max].")
    living = [place.casefold() for place in given.get("person_locations[]", [])]
    working = [place.casefold() for place in given.get("organization_locations[]", [])]
    domains = {domain.casefold() for domain in given.get("q_organization_domains_list[]", [])}
    keywords = given.get("q_keywords", [""])[0].casefold()

    def fits(person: Person) -> bool:
        firm, title = person.organization, person.title.casefold()
        return (
            (not titles or (any(word.search(title) for word in holding) if similar else title in titles))
            and (not seniorities or person.seniority in seniorities)
            and (not statuses or person.email_status in statuses)
            and (not ranges or any(firm.employees in heads for heads in ranges))
            and ((least is None and most is None) or _within(firm.revenue, least, most))
            and (not living or any(place in person.place.casefold() for place in living))
            and (not working or any(place in _place(firm).casefold() for place in working))
            and (not domains or firm.domain in domains)
            and (not keywords or any(keywords in text for text in (firm.industry, *firm.keywords)))
        )

    return fits


def _within(revenue: int | None, least: float | None, most: float | None) -> bool:
    return revenue is not None and (least or 0) <= revenue <= (math.inf if most is None else most)


def _place(firm: Organization) -> str:
    return f"{firm.city}, {firm.state}, {firm.country}"


def _index(people: Sequence[Person]) -> dict[tuple[str, str], Person]:
    """Every way to ask for a person. Of two who answer to the same, the first is found."""
    found: dict[tuple[str, str], Person] = {}
    for person in people:
        name, firm = person.name.casefold(), person.organization
        found.setdefault(("id", person.id), person)
        found.setdefault(("email", person.address.casefold()), person)
        found.setdefault(("linkedin_url", linkedin_page(person.linkedin_url)), person)
        found.setdefault(("domain", f"{name} {firm.domain}"), person)
        found.setdefault(("organization_name", f"{name} {firm.name.casefold()}"), person)
    return found


def _found_person(person: Person) -> dict[str, Any]:
    """What a search tells of a person: no address, and not all of the name."""
    firm, last = person.organization, person.last_name
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name_obfuscated": f"{last[:2]}***{last[-1]}",
        "title": person.title,
        "last_refreshed_at": f"{person.refreshed_on}T04:00:00.000+00:00",
        "has_email": person.has_email,
        "has_city": True,
        "has_state": True,
        "has_country": True,
        "has_direct_phone": "Yes" if person.mobile else "Maybe: please request direct dial via people/bulk_match",
        "organization": {
            "name": firm.name,
            "has_industry": True,
            "has_phone": False,
            "has_city": True,
            "has_state": True,
            "has_country": True,
            "has_zip_code": False,
            "has_revenue": firm.revenue is not None,
            "has_employee_count": True,
        },
    }


def _whole_person(person: Person) -> dict[str, Any]:
    """What enrichment tells of a person."""
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": person.name,
        "linkedin_url": person.linkedin_url,
        "title": person.title,
        "email": person.address if person.has_email else None,
        "email_status": person.email_status,
        "headline": f"{person.title} at {person.organization.name}",
        "employment_history": [
            {
                "title": job.title,
                "organization_name": job.organization,
                "start_date": f"{job.started}",
                "end_date": job.ended and f"{job.ended}",
                "current": job.ended is None,
            }
            for job in person.jobs
        ],
        "city": person.city,
        "state": person.state,
        "country": person.country,
        "seniority": person.seniority,
        "departments": ["c_suite" if person.seniority in _C_SUITE else "master_marketing"],
        "organization": person.organization.as_json(),
    }


_C_SUITE = ("owner", "founder", "c_suite", "partner")


def _posting(firm: Organization, number: int, today: date) -> dict[str, Any]:
    posted = today - timedelta(days=7 * number + 3)
    return {
        "id": f"{firm.id[:16]}{number:08x}",
        "title": ("Paid Media Specialist", "Account Manager", "Web Designer")[number % 3],
        "url": f"https://www.{firm.domain}/jobs/{number}",
        "city": firm.city,
        "state": firm.state,
        "country": firm.country,
        "last_seen_at": f"{today}T00:00:00.000+00:00",
        "posted_at": f"{posted}T00:00:00.000+00:00",
    }
