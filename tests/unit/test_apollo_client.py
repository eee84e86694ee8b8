"""Apollo's client, the parts without a network: filters of an ICP, pages, matches, and a person as a lead."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.leads.intake import Refusal
from cam.model.models import LeadDraft
from cam.model.settings.icp import Icp
from functions.harvest.clients import apollo
from tests.fakes.people import population
from tests.unit.garbage import anything, shaped

TODAY = date(2026, 11, 25)
ORGANISATION = shaped(
    dict.fromkeys(
        ("id", "name", "primary_domain", "website_url", "linkedin_url", "industry", "keywords", "annual_revenue",
         "estimated_num_employees", "city", "state", "country", "latest_funding_round_date", "technology_names",
         "latest_funding_stage")
    )
)  # fmt: skip
PERSON = shaped(
    {
        **dict.fromkeys(
            ("id", "first_name", "last_name", "name", "linkedin_url", "title", "email", "email_status", "headline",
             "city", "state", "country", "seniority", "departments", "has_email")
        ),
        "organization": ORGANISATION,
        "employment_history": st.lists(shaped(dict.fromkeys(("current", "start_date", "end_date"))), max_size=3),
    }
)  # fmt: skip


def ann(**fields: Any) -> dict[str, Any]:
    return {"id": "1", "first_name": "Ann", "last_name": "Able", "name": "Ann Able", "email": "ann@a.test", **fields}


def draft(**fields: Any) -> LeadDraft:
    made = apollo.draft(ann(**fields), TODAY)
    assert isinstance(made, LeadDraft)
    return made


@pytest.mark.parametrize(
    ("icp", "wanted"),
    [
        ({}, []),
        (
            {"roles": ["CEO", "Head of Growth"]},
            [
                ("person_titles[]", "CEO"),
                ("person_titles[]", "Head of Growth"),
                ("include_similar_titles", "true"),
            ],
        ),
        ({"company_size": "startup"}, [("organization_num_employees_ranges[]", "1,9")]),
        ({"company_size": "small"}, [("organization_num_employees_ranges[]", "10,49")]),
        ({"company_size": "medium"}, [("organization_num_employees_ranges[]", "50,499")]),
        ({"company_size": "enterprise"}, [("organization_num_employees_ranges[]", "500,1000000")]),
        ({"revenue_min": 1_000_000.5}, [("revenue_range[min]", "1000000")]),
        ({"revenue_max": 2e7}, [("revenue_range[max]", "20000000")]),
        ({"location": "United States"}, [("organization_locations[]", "United States")]),
        ({"industry": "Marketing & Advertising"}, [("q_keywords", "Marketing & Advertising")]),
    ],
)
def test_each_field_of_the_icp_is_a_filter(icp: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert apollo.filters(Icp.model_validate(icp), verified_only=False) == wanted


def test_only_verified_addresses_are_looked_for_when_the_campaign_says_so() -> None:
    assert apollo.filters(Icp(), verified_only=True) == [("contact_email_status[]", "verified")]


def test_a_person_is_a_lead_with_all_that_apollo_knows() -> None:
    person = next(one for one in population() if one.email_status == "verified")
    told = {
        **ann(id=person.id, name=person.name, first_name=person.first_name, last_name=person.last_name),
        "email": person.address,
        "email_status": "verified",
        "title": person.title,
        "organization": person.organization.as_json(),
    }

    made = apollo.draft(told, TODAY)

    assert isinstance(made, LeadDraft)
    assert (made.name, made.email, made.role) == (person.name, person.address, person.title)
    assert (made.company, made.company_domain) == (person.organization.name, person.organization.domain)
    assert made.enrichment.employee_count == person.organization.employees
    assert made.enrichment.company_location == (
        f"{person.organization.city}, {person.organization.state}, {person.organization.country}"
    )
    assert (made.enrichment.model_extra or {})["apollo_id"] == person.id


@pytest.mark.parametrize(
    ("began", "signal"),
    [
        ("2026-11-25", True),
        ("2026-05-26", True),
        ("2026-05-25", False),
        ("2019-01-01T00:00:00.000+00:00", False),
        ("2026-11-26", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_role_is_new_for_183_days(began: Any, signal: bool | None) -> None:
    history = [{"current": True, "start_date": began}, {"current": False, "start_date": "2026-11-01"}]

    assert draft(employment_history=history).enrichment.recent_job_change is signal


def test_of_several_present_roles_the_latest_counts() -> None:
    history = [{"current": True, "start_date": "2011-01-01"}, {"current": True, "start_date": "2026-10-01"}]

    assert draft(employment_history=history).enrichment.recent_job_change is True


@pytest.mark.parametrize(
    ("day", "signal"),
    [("2026-11-25", True), ("2025-11-25", True), ("2025-11-24", False), ("2027-01-01", None), (7, None)],
)
def test_a_funding_round_is_recent_for_a_year(day: Any, signal: bool | None) -> None:
    assert draft(organization={"latest_funding_round_date": day}).enrichment.company_funded_recently is signal


@pytest.mark.parametrize(
    ("seniority", "decides"),
    [
        *((level, True) for level in ("owner", "founder", "c_suite", "partner", "vp", "head", "director", "VP")),
        *((level, False) for level in ("manager", "senior", "entry", "intern")),
        ("guru", None),
        (None, None),
        (5, None),
    ],
)
def test_seniority_says_who_decides(seniority: Any, decides: bool | None) -> None:
    assert draft(seniority=seniority).enrichment.is_decision_maker is decides


@pytest.mark.parametrize("stand_in", ["email_not_unlocked@domain.com", "Email_Not_Unlocked@acme.test", "", None, 5])
def test_the_stand_in_for_an_address_is_none(stand_in: Any) -> None:
    made = draft(email=stand_in, email_status=None, linkedin_url="https://www.linkedin.com/in/ann-able")

    assert made.email is None


def test_what_apollo_does_not_know_is_blank_whatever_it_writes_for_that() -> None:
    made = draft(
        first_name="NULL", title="N/A", organization={"name": "[not provided]", "industry": "unknown", "city": "-",
                                                      "state": "N/A", "country": "Germany"},
    )  # fmt: skip

    assert (made.name, made.first_name, made.role, made.company) == ("Ann Able", "Ann", None, None)
    assert (made.enrichment.industry, made.enrichment.company_location) == (None, "Germany")


def test_the_status_of_no_address_is_not_kept() -> None:
    made = draft(email=None, email_status="verified", linkedin_url="https://www.linkedin.com/in/ann-able")

    assert made.enrichment.email_status is None


def test_who_cannot_be_told_from_others_is_refused_with_the_reason() -> None:
    refused = apollo.draft({"id": "1", "name": "Ann"}, TODAY)

    assert isinstance(refused, Refusal)
    assert refused.problems[0].field == "email"


@given(PERSON | anything.filter(lambda one: isinstance(one, dict)))
def test_whatever_apollo_says_of_a_person_is_a_lead_or_a_refusal(person: Any) -> None:
    made = apollo.draft(person, TODAY)

    assert isinstance(made, LeadDraft | Refusal)
    if isinstance(made, LeadDraft):
        made.model_dump_json().encode()


@given(anything | shaped({"people": st.lists(PERSON, max_size=3), "total_entries": None, "pagination": anything}))
def test_whatever_a_search_answers_is_a_page(body: Any) -> None:
    found = list(apollo._candidates(body))
    total = apollo._total(body)

    assert all(one.person_id.isascii() and len(one.person_id) <= 64 for one in found)
    assert total is None or total >= 0


@pytest.mark.parametrize("person_id", ["../organizations", "a b", "", "x" * 65, "é", 5, None])
def test_an_id_that_could_lead_a_request_astray_is_none(person_id: Any) -> None:
    assert list(apollo._candidates({"people": [{"id": person_id}]})) == []


def test_an_older_page_carries_pagination() -> None:
    assert apollo._total({"pagination": {"total_entries": 5}}) == 5
    assert apollo._total({"total_entries": 7, "pagination": {"total_entries": 5}}) == 7
    assert apollo._total({"total_entries": True}) is None


def test_a_person_whose_address_is_not_spoken_of_may_have_one() -> None:
    people = [{"id": "1"}, {"id": "2", "has_email": False}, {"id": "3", "has_email": True}]

    assert [one.has_email for one in apollo._candidates({"people": people})] == [True, False, True]


@given(anything | shaped({"matches": st.lists(PERSON | st.none(), max_size=3), "credits_consumed": None}))
def test_whatever_a_match_answers_is_people_or_an_error_that_says_so(body: Any) -> None:
    try:
        found = apollo.matches(body, 2)
    except ValueError:
        return
    assert len(found.people) == 2
    assert 0 <= found.credits <= 2


@pytest.mark.parametrize(("said", "credits"), [(1, 1), (0, 0), (9, 3), (-1, 2), ("2", 2), (True, 2), (None, 2)])
def test_a_match_costs_what_apollo_says_and_never_more_than_was_asked_for(said: Any, credits: int) -> None:
    assert apollo.matches({"matches": [ann(), None, ann()], "credits_consumed": said}, 3).credits == credits
