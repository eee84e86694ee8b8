"""Apollo.io: people search without credits, enrichment of ten at a time, job postings (docs/sources.md)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from cam.leads import intake
from cam.leads.intake import Refusal
from cam.model.models import Enrichment, LeadDraft, amount
from cam.model.settings.icp import CompanySize, Icp
from cam.platform.environment import required
from cam.providers import providers
from cam.providers.providers import Limits, Provider, Window
from cam.text import blanks
from functions.harvest.clients.outcomes import Answer, Keep, text_of

if TYPE_CHECKING:
    from functions.harvest.clients.http import Line

PER_PAGE = 100
MOST_PAGES = 500
MOST_MATCHES = 10
# Of a paid plan; the headers of each answer say what really holds.
LIMITS: dict[str, Limits] = {
    "search": {Window.MINUTE: 200, Window.HOUR: 6_000, Window.DAY: 50_000},
    "match": {Window.MINUTE: 1_000},
    "postings": {Window.MINUTE: 200},
}
_HEADS = {
    CompanySize.STARTUP: "1,9",
    CompanySize.SMALL: "10,49",
    CompanySize.MEDIUM: "50,499",
    CompanySize.ENTERPRISE: "500,1000000",
}
_DECIDES = {"owner", "founder", "c_suite", "partner", "vp", "head", "director"}
_FOLLOWS = {"manager", "senior", "entry", "intern"}
# A role is new for half a year, a funding round for one.
_NEW_ROLE = timedelta(days=183)
_NEW_FUNDING = timedelta(days=365)
_MOST_WORDS = 20
# Ids are of hexadecimal digits; whatever else comes must not lead a path astray, or outgrow a key.
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# A company's postings are worth one credit, not half a minute for each of ten people.
_SHORT = 8.0


class Page(NamedTuple):
    """A page of a search: candidates, and how many people there are in all (None: not said)."""

    people: tuple["Candidate", ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a search tells without credits: enough to see whether the person is worth one."""

    person_id: str
    role: str | None
    company: str | None
    has_email: bool


class Matches(NamedTuple):
    """The people of a bulk match, in the order asked for (None: not found), and the credits that they cost."""

    people: tuple[dict[str, Any] | None, ...]
    credits: int


def connect(key: str) -> "Line":
    """The line to Apollo."""
    from functions.harvest.clients.http import Line  # an HTTP client, for those who ask

    return Line(
        Provider.APOLLO, "Apollo", required("APOLLO_URL"), "x-api-key", key, LIMITS,
        lambda: providers.secrets().get(Provider.APOLLO),
    )  # fmt: skip


def filters(icp: Icp, verified_only: bool) -> list[tuple[str, str]]:
    """The ideal customer as query parameters of the search. What the campaign leaves open is not filtered."""
    found = [("person_titles[]", role) for role in icp.roles]
    if icp.roles:
        # A title that holds a target scores 0.8 (spec §3).
        found.append(("include_similar_titles", "true"))
    if icp.company_size:
        found.append(("organization_num_employees_ranges[]", _HEADS[icp.company_size]))
    if icp.revenue_min is not None:
        found.append(("revenue_range[min]", f"{icp.revenue_min:.0f}"))
    if icp.revenue_max is not None:
        found.append(("revenue_range[max]", f"{icp.revenue_max:.0f}"))
    if icp.location:
        found.append(("organization_locations[]", icp.location))
    if icp.industry:
        found.append(("q_keywords", icp.industry))
    if verified_only:
        found.append(("contact_email_status[]", "verified"))
    return found


def search(line: "Line", wanted: Sequence[tuple[str, str]], page: int) -> Page:
    """One page of people, 100 of them. Costs nothing."""
    params = [*wanted, ("page", str(page)), ("per_page", str(PER_PAGE))]
    body = line.ask("search", "POST", "/mixed_people/api_search", params=params).body
    return Page(tuple(_candidates(body)), _total(body))


def _candidates(body: Any) -> Iterator[Candidate]:
    people = body.get("people") if isinstance(body, dict) else None
    for person in people if isinstance(people, list) else ():
        if isinstance(person, dict) and _is_id(person.get("id")):
            organisation = person.get("organization")
            yield Candidate(
                person["id"],
                text_of(person.get("title")),
                text_of(organisation.get("name")) if isinstance(organisation, dict) else None,
                # Older answers do not say it: then the match tells.
                person.get("has_email") is not False,
            )


def _total(body: Any) -> int | None:
    """`total_entries`, or that of the older `pagination`."""
    older = body.get("pagination") if isinstance(body, dict) else None
    found = body.get("total_entries") if isinstance(body, dict) else None
    if found is None and isinstance(older, dict):
        found = older.get("total_entries")
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def match(line: "Line", ids: Sequence[str], keep: Keep) -> Answer:
    """Ask for at most ten people whole: a credit for each that is found. Read the answer with `matches`."""
    params = [("reveal_personal_emails", "false"), ("reveal_phone_number", "false")]
    body = {"details": [{"id": one} for one in ids]}
    return line.ask("match", "POST", "/people/bulk_match", params=params, body=body, paid=True, keep=keep)


def readable(body: Any, asked: int) -> bool:
    """Whether the answer to a bulk match is of the documented shape: `matches` takes it."""
    found = body.get("matches") if isinstance(body, dict) else None
    return isinstance(found, list) and len(found) == asked


def matches(body: Any, asked: int) -> Matches:
    """The people of a bulk match. Raises ValueError when the answer is not of the documented shape."""
    if not readable(body, asked):
        raise ValueError("Apollo's response does not have an entry for each person requested")
    people = tuple(one if isinstance(one, dict) else None for one in body["matches"])
    said = body.get("credits_consumed")
    counted = sum(one is not None for one in people)
    told = isinstance(said, int) and not isinstance(said, bool) and said >= 0
    return Matches(people, min(asked, said) if told else counted)


def hires(line: "Line", organisation_id: str, keep: Keep) -> bool:
    """Whether an organisation has job postings. A credit when it has any."""
    params = [("page", "1"), ("per_page", "1")]
    path = f"/organizations/{organisation_id}/job_postings"
    return posted(line.ask("postings", "GET", path, params=params, paid=True, keep=keep, patience=_SHORT).body)


def posted(body: Any) -> bool:
    """Whether an answer, which may have been kept, holds any job postings."""
    return isinstance(body, dict) and bool(body.get("organization_job_postings"))


def draft(person: dict[str, Any], today: date) -> LeadDraft | Refusal:
    """A person of Apollo as a lead, or every reason why there is none."""
    organisation = person.get("organization")
    company: dict[str, Any] = organisation if isinstance(organisation, dict) else {}
    level = (text_of(person.get("seniority")) or "").casefold()
    domain = text_of(company.get("primary_domain")) or text_of(company.get("website_url"))
    enrichment = {
        "employee_count": amount(company.get("estimated_num_employees")),
        "industry": text_of(company.get("industry")),
        "annual_revenue": amount(company.get("annual_revenue")),
        "company_location": _place(company, "city", "state", "country"),
        "country": text_of(person.get("country")),
        "job_level": text_of(person.get("seniority")),
        "email_status": text_of(person.get("email_status")) if person.get("email") else None,
        "recent_job_change": _since(_role_start(person), today, _NEW_ROLE),
        "company_funded_recently": _since(_day(company.get("latest_funding_round_date")), today, _NEW_FUNDING),
        "is_decision_maker": True if level in _DECIDES else False if level in _FOLLOWS else None,
        "headline": text_of(person.get("headline")),
        "city": text_of(person.get("city")),
        "state": text_of(person.get("state")),
        "departments": _listed(person.get("departments")),
        "keywords": _listed(company.get("keywords")),
        "technologies": _listed(company.get("technology_names")),
        "latest_funding_stage": text_of(company.get("latest_funding_stage")),
        "company_linkedin_url": text_of(company.get("linkedin_url")),
        "apollo_id": text_of(person.get("id")),
        "apollo_organization_id": company["id"] if _is_id(company.get("id")) else None,
    }
    try:
        whole = intake.complete(
            LeadDraft(
                name=text_of(person.get("name")),
                first_name=text_of(person.get("first_name")),
                last_name=text_of(person.get("last_name")),
                email=_email(person.get("email")),
                company=text_of(company.get("name")),
                company_domain=domain,
                role=text_of(person.get("title")),
                linkedin_url=text_of(person.get("linkedin_url")),
                enrichment=Enrichment.model_validate({k: v for k, v in enrichment.items() if v is not None}),
            )
        )
    except ValueError as error:
        return Refusal((intake.Problem("person", f"Apollo's response cannot be parsed: {type(error).__name__}"),))
    problems = intake.problems(whole)
    return Refusal(problems) if problems else whole


def _email(value: Any) -> str | None:
    """The address; not the stand-in that Apollo shows for one that was not revealed."""
    text = text_of(value)
    return None if text and text.casefold().startswith("email_not_unlocked@") else text


def _place(of: dict[str, Any], *parts: str) -> str | None:
    said = {part: text for part in parts if (text := text_of(of.get(part)))}
    named = dict.fromkeys(text for part, text in said.items() if not blanks.blank(part, text, said))
    return ", ".join(named)[:500] or None


def _listed(values: Any) -> str | None:
    found = [text for one in values if (text := text_of(one))] if isinstance(values, list) else []
    return ", ".join(found[:_MOST_WORDS])[:500] or None


def _role_start(person: dict[str, Any]) -> date | None:
    """When the present role began, by the employment history."""
    history = person.get("employment_history")
    present = [
        start
        for one in (history if isinstance(history, list) else ())
        if isinstance(one, dict) and one.get("current") is True and (start := _day(one.get("start_date")))
    ]
    return max(present, default=None)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _since(moment: date | None, today: date, within: timedelta) -> bool | None:
    """Whether that was lately; unknown stays unknown, and a day to come is no fact."""
    return None if moment is None or moment > today else today - moment <= within
