"""The fakes keep to the providers' contracts, fail as they are told, and count what they are asked and paid."""

import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes import process
from tests.fakes.apollo import Apollo
from tests.fakes.control import Control
from tests.fakes.dropcontact import NOT_READY, Dropcontact, verdict
from tests.fakes.hunter import Hunter, status_of
from tests.fakes.people import SENIORITIES, Person, population

PEOPLE = population()
ICP = json.loads((Path(__file__).parents[2] / "examples" / "campaign.json").read_text())["settings"]["icp"]
SEARCH, BULK, MATCH = "/mixed_people/api_search", "/people/bulk_match", "/people/match"
VERIFY = "/v2/email-verifier"
MINUTE = "x-minute-requests-left"


def client(url: str, key: str = "", header: str = "x-api-key") -> httpx.Client:
    return httpx.Client(base_url=url, headers={header: key}, trust_env=False, verify=process.NO_TLS, timeout=60)


@pytest.fixture
def apollo() -> Iterator[Apollo]:
    with Apollo() as fake:
        fake.clock.freeze()
        yield fake


@pytest.fixture
def asking(apollo: Apollo) -> Iterator[httpx.Client]:
    with client(apollo.base_url, "fake-apollo-key") as made:
        yield made


@pytest.fixture
def dropcontact() -> Iterator[Dropcontact]:
    with Dropcontact() as fake:
        fake.clock.freeze()
        yield fake


@pytest.fixture
def finding(dropcontact: Dropcontact) -> Iterator[httpx.Client]:
    with client(dropcontact.url, "fake-dropcontact-key", "X-Access-Token") as made:
        yield made


@pytest.fixture
def hunter() -> Iterator[Hunter]:
    with Hunter() as fake:
        fake.clock.freeze()
        yield fake


@pytest.fixture
def verifying(hunter: Hunter) -> Iterator[httpx.Client]:
    with client(hunter.url, "fake-hunter-key") as made:
        yield made


def until(fact: Callable[[], bool]) -> None:
    """Wait until something has happened, as long as a slow machine may need."""
    for _ in range(1000):
        if fact():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen")


def enrichable(number: int) -> list[Person]:
    return [person for person in PEOPLE if person.enrichable][:number]


def test_the_same_seed_gives_the_same_people_and_today_moves_only_dates() -> None:
    again = population.__wrapped__()
    later = population(today=date(2027, 11, 25))

    assert again == PEOPLE
    assert [(person.id, person.address, person.title) for person in later] == [
        (person.id, person.address, person.title) for person in PEOPLE
    ]
    assert {(b.jobs[0].started - a.jobs[0].started).days for a, b in zip(PEOPLE, later, strict=True)} == {365}


def test_people_are_told_apart_although_some_share_a_name() -> None:
    assert len({person.id for person in PEOPLE}) == len({person.address for person in PEOPLE}) == len(PEOPLE)
    assert len({person.name for person in PEOPLE}) < len(PEOPLE)
    assert all(person.address.endswith(".test") and person.address.isascii() for person in PEOPLE)


def test_people_are_of_every_seniority_and_lack_what_real_ones_lack() -> None:
    firms = {person.organization for person in PEOPLE}

    assert {person.seniority for person in PEOPLE} == set(SENIORITIES)
    assert 0.75 < sum(person.has_email for person in PEOPLE) / len(PEOPLE) < 0.85
    assert {person.email_status for person in PEOPLE} == {"verified", "guessed", "unavailable"}
    assert 20 < sum(not person.enrichable for person in PEOPLE) < 100
    assert len(firms) < len(PEOPLE) / 2
    assert {firm.funded_on is None for firm in firms} == {True, False}


@pytest.mark.parametrize("count", [0, 1, 30])
def test_a_population_may_be_small(count: int) -> None:
    assert len(population(count)) == count


def test_the_example_campaign_finds_about_three_hundred_people(asking: httpx.Client) -> None:
    found = asking.post(SEARCH, params=wanted()).json()

    assert 250 < found["total_entries"] < 400
    assert len(found["people"]) == 25


def wanted() -> list[tuple[str, str | int | float | bool | None]]:
    return [
        *(("person_titles[]", role) for role in ICP["roles"]),
        ("organization_locations[]", ICP["location"]),
        ("organization_num_employees_ranges[]", "10,49"),
        ("revenue_range[min]", ICP["revenue_min"]),
        ("revenue_range[max]", ICP["revenue_max"]),
        ("q_keywords", ICP["industry"]),
    ]


def test_a_search_is_free_and_tells_neither_address_nor_last_name(apollo: Apollo, asking: httpx.Client) -> None:
    person = asking.post(SEARCH, params={"per_page": 1}, json={}).json()["people"][0]

    assert person.keys() == {
        "id", "first_name", "last_name_obfuscated", "title", "last_refreshed_at", "has_email", "has_city", "has_state",
        "has_country", "has_direct_phone", "organization",
    }  # fmt: skip
    assert PEOPLE[0].last_name not in json.dumps(person, ensure_ascii=False)
    assert "@" not in json.dumps(person)
    assert apollo.meter.credits == 0


def test_the_pages_of_a_search_hold_everybody_once(apollo: Apollo, asking: httpx.Client) -> None:
    seen: list[str] = []
    for page in range(1, 14):
        seen += [
            person["id"] for person in asking.post(SEARCH, params={"page": page, "per_page": 100}).json()["people"]
        ]

    assert seen == [person.id for person in apollo.people]


def test_the_older_shape_of_a_search_has_its_counts_under_pagination(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.set(pagination="pagination")

    found = asking.post(SEARCH, params={"page": 2, "per_page": 100}).json()

    assert found.keys() == {"pagination", "people"}
    assert found["pagination"] == {"page": 2, "per_page": 100, "total_entries": 1200, "total_pages": 12}


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ([("person_titles[]", "ceo")], lambda p: "CEO" in p.title),
        ([("person_titles[]", "CEO"), ("include_similar_titles", "true")], lambda p: "CEO" in p.title),
        ([("person_titles[]", "ceo"), ("include_similar_titles", "false")], lambda p: p.title == "CEO"),
        ([("person_titles[]", "Founder"), ("person_titles[]", "VP Marketing")],
         lambda p: "Founder" in p.title or p.title == "VP Marketing"),
        ([("person_titles[]", "Found")], lambda p: False),
        ([("person_seniorities[]", "vp"), ("person_seniorities[]", "owner")], lambda p: p.seniority in ("vp", "owner")),
        ([("person_locations[]", "texas")], lambda p: p.state == "Texas"),
        ([("organization_locations[]", "Germany")], lambda p: p.organization.country == "Germany"),
        ([("organization_num_employees_ranges[]", "10,49"), ("organization_num_employees_ranges[]", "900,900")],
         lambda p: 10 <= p.organization.employees <= 49 or p.organization.employees == 900),
        ([("revenue_range[min]", "30000000")], lambda p: (p.organization.revenue or 0) >= 30_000_000),
        ([("revenue_range[max]", "2000000")],
         lambda p: p.organization.revenue is not None and p.organization.revenue <= 2_000_000),
        ([("q_keywords", "SEO")], lambda p: "seo" in p.organization.keywords),
        ([("q_organization_domains_list[]", PEOPLE[3].organization.domain)],
         lambda p: p.organization == PEOPLE[3].organization),
        ([("contact_email_status[]", "verified")], lambda p: p.email_status == "verified"),
    ],
)  # fmt: skip
def test_a_filter_filters(asking: httpx.Client, filters: Any, fits: Any) -> None:
    found = asking.post(SEARCH, params=[*filters, ("per_page", 100)]).json()
    expected = [person.id for person in PEOPLE if fits(person)]

    assert found["total_entries"] == len(expected)
    assert [person["id"] for person in found["people"]] == expected[:100]


@pytest.mark.parametrize(
    "query",
    [
        "per_page=101", "per_page=0", "page=501", "page=0", "page=x", "page=1&page=2", "person_seniorities[]=boss",
        "organization_num_employees_ranges[]=10", "organization_num_employees_ranges[]=49,10", "revenue_range[min]=1e6",
        "revenue_range[min]=5&revenue_range[max]=4", "include_similar_titles=yes", "contact_email_status[]=good",
        "person_titles=CEO", "sort=name", "email=a@b.test",
    ],
)  # fmt: skip
def test_a_search_that_apollo_does_not_know_is_422_with_an_error(asking: httpx.Client, query: str) -> None:
    refused = asking.post(f"{SEARCH}?{query}")

    assert refused.status_code == 422
    assert refused.json()["error"]


def test_filters_in_the_body_are_refused(asking: httpx.Client) -> None:
    assert asking.post(SEARCH, json={"page": 2}).status_code == 422
    assert asking.post(SEARCH, content=b"{").status_code == 422


def test_bulk_match_answers_in_order_with_null_for_whom_it_does_not_find(apollo: Apollo, asking: httpx.Client) -> None:
    first, second = enrichable(2)
    lost = next(person for person in PEOPLE if not person.enrichable)
    details = [{"id": second.id}, {"id": lost.id}, {"id": "nobody"}, {"id": first.id}, {"id": second.id}]

    found = asking.post(BULK, json={"details": details}).json()
    matches = found.pop("matches")

    assert [person and person["id"] for person in matches] == [second.id, None, None, first.id, second.id]
    assert found == {
        "status": "success",
        "error_code": None,
        "error_message": None,
        "total_requested_enrichments": 5,
        "unique_enriched_records": 2,
        "missing_records": 2,
        "credits_consumed": 2,
    }
    assert apollo.meter.credits == 2
    assert apollo.meter.paid == {first.id: 1, second.id: 1}


def test_an_enriched_person_has_the_documented_fields(asking: httpx.Client) -> None:
    person = asking.post(BULK, json={"details": [{"id": enrichable(1)[0].id}]}).json()["matches"][0]

    assert person.keys() == {
        "id", "first_name", "last_name", "name", "linkedin_url", "title", "email", "email_status", "headline",
        "employment_history", "city", "state", "country", "seniority", "departments", "organization",
    }  # fmt: skip
    assert person["employment_history"][0].keys() == {"title", "organization_name", "start_date", "end_date", "current"}
    assert [job["current"] for job in person["employment_history"]].count(True) == 1
    assert person["organization"].keys() == {
        "id", "name", "website_url", "linkedin_url", "primary_domain", "industry", "keywords",
        "estimated_num_employees", "annual_revenue", "city", "state", "country",
        "latest_funding_round_date", "latest_funding_stage", "technology_names",
    }  # fmt: skip


def test_whoever_has_no_email_is_enriched_without_one(asking: httpx.Client) -> None:
    bare = next(person for person in PEOPLE if person.enrichable and not person.has_email)

    person = asking.post(BULK, json={"details": [{"id": bare.id}]}).json()["matches"][0]

    assert (person["email"], person["email_status"]) == (None, "unavailable")


@pytest.mark.parametrize(
    "detail",
    [
        lambda p: {"email": p.address.upper()},
        lambda p: {"linkedin_url": p.linkedin_url.replace("http://www.", "https://") + "/"},
        lambda p: {"name": p.name, "domain": p.organization.domain},
        lambda p: {"first_name": p.first_name, "last_name": p.last_name, "organization_name": p.organization.name},
    ],
)
def test_people_are_found_by_whatever_is_given(asking: httpx.Client, detail: Any) -> None:
    person = enrichable(1)[0]

    assert asking.post(BULK, json={"details": [detail(person)]}).json()["matches"][0]["id"] == person.id
    assert asking.post(MATCH, params=detail(person)).json()["person"]["id"] == person.id


@pytest.mark.parametrize(
    "body",
    [
        {"details": [{"id": "x"}] * 11}, {"details": []}, {"details": {}}, {}, [], {"details": ["x"]},
        {"details": [{"phone": "1"}]}, {"details": [{"id": 7}]}, {"details": [{"id": "x"}], "extra": 1},
    ],
)  # fmt: skip
def test_a_bulk_match_that_apollo_does_not_know_is_422_and_free(
    apollo: Apollo, asking: httpx.Client, body: Any
) -> None:
    refused = asking.post(BULK, json=body)

    assert refused.status_code == 422
    assert refused.json()["error"]
    assert apollo.meter.credits == 0


def test_flags_of_enrichment_stand_in_the_query(asking: httpx.Client) -> None:
    details = {"details": [{"id": enrichable(1)[0].id}]}

    assert asking.post(f"{BULK}?reveal_personal_emails=true&reveal_phone_number=false", json=details).is_success
    assert asking.post(f"{BULK}?reveal_phone_number=1", json=details).status_code == 422
    assert asking.post(f"{BULK}?webhook_url=x", json=details).status_code == 422


def test_a_mobile_number_costs_eight_more(apollo: Apollo, asking: httpx.Client) -> None:
    person = next(person for person in PEOPLE if person.enrichable and person.mobile)

    asking.post(f"{BULK}?reveal_phone_number=true", json={"details": [{"id": person.id}]})

    assert apollo.meter.credits == 9


def test_a_match_that_finds_nobody_is_200_and_free(apollo: Apollo, asking: httpx.Client) -> None:
    missed = asking.post(MATCH, params={"id": "nobody"})

    assert (missed.status_code, missed.json()) == (200, {})
    assert apollo.meter.credits == 0


def test_an_account_that_cannot_pay_is_refused_with_422(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.set(credits=3)
    details = [{"id": person.id} for person in enrichable(4)]

    assert asking.post(BULK, json={"details": details}).status_code == 422
    assert asking.post(BULK, json={"details": details[:3]}).status_code == 200
    assert "credits" in asking.post(BULK, json={"details": details[3:]}).json()["error"]
    assert apollo.meter.credits == 3


def test_a_page_of_job_postings_costs_a_credit_and_an_empty_one_nothing(apollo: Apollo, asking: httpx.Client) -> None:
    hiring = next(firm for firm in apollo.organizations.values() if firm.postings == 12)
    quiet = next(firm for firm in apollo.organizations.values() if firm.postings == 0)

    def postings(firm: str, page: int) -> Any:
        params = {"page": page, "per_page": 10}
        return asking.get(f"/organizations/{firm}/job_postings", params=params).json()["organization_job_postings"]

    assert [len(postings(hiring.id, page)) for page in (1, 2, 3)] == [10, 2, 0]
    assert postings(quiet.id, 1) == []
    assert postings(hiring.id, 1)[0].keys() == {
        "id", "title", "url", "city", "state", "country", "last_seen_at", "posted_at"
    }  # fmt: skip
    assert apollo.meter.paid == {hiring.id: 3}
    assert asking.get("/organizations/nobody/job_postings").status_code == 404


def test_a_wrong_key_is_401_in_plain_text_and_keys_can_change(apollo: Apollo) -> None:
    with client(apollo.base_url, "fake-apollo-key") as old, client(apollo.base_url, "new") as new:
        refused = new.post(SEARCH)
        apollo.set(keys=["new"])

        assert refused.status_code == 401
        assert refused.headers["content-type"].startswith("text/plain")
        assert (old.post(SEARCH).status_code, new.post(SEARCH).status_code) == (401, 200)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", SEARCH),
        ("POST", "/mixed_people/search"),
        ("POST", "/people/bulk_match/"),
        ("DELETE", MATCH),
        ("GET", "/"),
    ],
)
def test_a_path_or_method_that_is_not_documented_is_404(asking: httpx.Client, method: str, path: str) -> None:
    assert asking.request(method, path).status_code == 404


def test_an_endpoint_outside_the_plan_is_403(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.set(inaccessible=["bulk_match"])

    refused = asking.post(BULK, json={"details": [{"id": "x"}]})

    assert refused.status_code == 403
    assert refused.json()["error_code"] == "API_INACCESSIBLE"
    assert refused.json()["error"]
    assert asking.post(SEARCH).status_code == 200


def test_limits_are_told_and_an_unlimited_window_has_an_empty_header(asking: httpx.Client) -> None:
    search, match = asking.post(SEARCH).headers, asking.post(MATCH, params={"id": "x"}).headers

    assert (search["x-rate-limit-minute"], search[MINUTE]) == ("200", "199")
    assert (search["x-rate-limit-hourly"], search["x-hourly-requests-left"]) == ("6000", "5999")
    assert (search["x-rate-limit-24-hour"], search["x-24-hour-requests-left"]) == ("50000", "49999")
    assert (match["x-rate-limit-minute"], match["x-rate-limit-hourly"], match["x-hourly-requests-left"]) == (
        "1000",
        "",
        "",
    )


def test_the_older_spelling_of_the_day_is_daily(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.set(daily_spelling=True)

    headers = asking.post(SEARCH).headers

    assert (headers["x-rate-limit-daily"], headers["x-daily-requests-left"]) == ("50000", "49999")
    assert "x-rate-limit-24-hour" not in headers


@pytest.mark.parametrize(("window", "seconds"), [("minute", 60), ("hour", 3600), ("day", 86_400)])
def test_a_full_window_refuses_until_it_has_passed(
    apollo: Apollo, asking: httpx.Client, window: str, seconds: int
) -> None:
    apollo.clock.freeze(86_400.0 * 20_000)
    apollo.set(limits={"search": {window: 2}})
    apollo.clock.advance(10)

    assert [asking.post(SEARCH).status_code for _ in range(3)] == [200, 200, 429]
    refused = asking.post(SEARCH)
    assert refused.json().keys() == {"message"}
    assert refused.headers["retry-after"] == str(seconds - 10)
    assert asking.post(MATCH, params={"id": "x"}).status_code == 200

    apollo.clock.advance(seconds - 10)
    assert asking.post(SEARCH).status_code == 200


def batch(finding: httpx.Client, *records: dict[str, Any], **options: Any) -> httpx.Response:
    return finding.post("/v1/enrich/all", json={"data": list(records), **options})


def fetched(finding: httpx.Client, *records: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    path = f"/v1/enrich/all/{batch(finding, *records, **options).json()['request_id']}"
    finding.get(path)
    return list(finding.get(path).json()["data"])


def records(number: int) -> list[dict[str, Any]]:
    return [
        {"full_name": person.name, "website": person.organization.domain, "custom_fields": {"id": person.id}}
        for person in PEOPLE[:number]
    ]


def test_a_batch_is_promised_then_fetched(dropcontact: Dropcontact, finding: httpx.Client) -> None:
    promised = batch(finding, {"full_name": "Ada Marsh", "company": "Marsh"}, siren=False, language="en").json()
    path = f"/v1/enrich/all/{promised['request_id']}"
    early, ready, again = (finding.get(path) for _ in range(3))

    assert promised.keys() == {"request_id", "credits_left", "error", "success"}
    assert (promised["error"], promised["success"]) == (False, True)
    assert (early.status_code, early.json()) == (200, NOT_READY)
    assert ready.json().keys() == {"data", "success", "error"}
    assert again.json() == ready.json()
    assert promised["credits_left"] == 100_000 - dropcontact.meter.credits


def test_an_unknown_request_answers_like_one_that_is_not_ready(finding: httpx.Client) -> None:
    assert finding.get("/v1/enrich/all/nothing").json() == {
        "success": False,
        "reason": "Request not ready yet, try again in 30 seconds",
    }


def test_a_batch_may_take_time(dropcontact: Dropcontact, finding: httpx.Client) -> None:
    dropcontact.set(polls_until_ready=0, ready_after=30)
    path = f"/v1/enrich/all/{batch(finding, *records(1)).json()['request_id']}"

    assert finding.get(path).json() == NOT_READY
    dropcontact.clock.advance(30)
    assert finding.get(path).json()["success"]


def test_most_people_are_found_some_not_and_some_must_not_be_written_to(
    dropcontact: Dropcontact, finding: httpx.Client
) -> None:
    found = fetched(finding, *records(250))
    said = Counter(record["email"][0]["qualification"] if record["email"] else None for record in found)

    assert [record["custom_fields"]["id"] for record in found] == [person.id for person in PEOPLE[:250]]
    assert said["nominative@pro"] > 125
    assert said["catch-all@pro"] > 10
    assert said[None] > 20
    assert 4 <= said["Do_Not_Contact@pro"] <= 18
    assert dropcontact.meter.credits == 250 - said[None]
    assert {entry["email"] for record in found for entry in record["email"]} <= {person.address for person in PEOPLE}


def test_the_same_record_finds_the_same_and_in_french_in_french(finding: httpx.Client) -> None:
    english, again, french = (fetched(finding, *records(250), language=spoken) for spoken in ("en", "en", "fr"))
    said = {record["email"][0]["qualification"] for record in french if record["email"]}

    assert english == again
    assert {"nominatif@pro", "catch_all@pro", "Ne_Pas_Contacter@pro"} <= said
    assert not any("nominative" in text or "catch-all" in text for text in said)


def test_a_given_address_comes_back_with_its_qualification(dropcontact: Dropcontact, finding: httpx.Client) -> None:
    found = fetched(finding, {"email": "info@marsh.test"}, {"email": "x@gmail.com"}, {"email": "no address"})

    assert found[0]["email"] == [{"email": "info@marsh.test", "qualification": "generic@pro"}]
    assert found[1]["email"][0]["qualification"].endswith("@perso")
    assert found[2]["email"][0]["qualification"] == "invalid@pro"
    assert dropcontact.meter.paid == {"info@marsh.test": 1, "x@gmail.com": 1, "no address": 1}


def test_people_are_known_by_their_linkedin_page(finding: httpx.Client) -> None:
    known = next(person for person in PEOPLE if verdict(person.address, "") == "nominative@pro")

    (found,) = fetched(finding, {"linkedin": known.linkedin_url.replace("http://www.", "https://")})

    assert found["email"] == [{"email": known.address, "qualification": "nominative@pro"}]


def test_what_is_found_can_be_said_beforehand(dropcontact: Dropcontact, finding: httpx.Client) -> None:
    dropcontact.set(answers={"ada marsh": "catch-all@pro", "bo@marsh.test": "none"})

    first, second = fetched(finding, {"full_name": "Ada Marsh", "company": "Marsh"}, {"email": "bo@marsh.test"})

    assert first["email"] == [{"email": "ada.marsh@marsh.test", "qualification": "catch-all@pro"}]
    assert second["email"] == []


def test_a_domain_that_may_belong_to_somebody_gives_way_to_one_for_tests(finding: httpx.Client) -> None:
    (found,) = fetched(finding, {"full_name": "Ada Marsh", "website": "https://www.acme.com/about"})

    assert found["website"] == "www.acme.test"


@pytest.mark.parametrize(
    "body",
    [
        {"data": []}, {}, [], {"data": [{"company": "x"}] * 251}, {"data": [{"first_name": "Ada"}]},
        {"data": [{"company": "x", "custom_fields": {"text": "é" * 8_000}}]}, {"data": [{"company": "x", "age": "7"}]},
        {"data": [{"company": 7}]}, {"data": ["x"]}, {"data": [{"company": "x"}], "language": "de"},
        {"data": [{"company": "x"}], "siren": "no"}, {"data": [{"company": "x"}], "more": 1},
    ],
)  # fmt: skip
def test_a_batch_that_breaks_a_rule_is_400_and_free(dropcontact: Dropcontact, finding: httpx.Client, body: Any) -> None:
    refused = finding.post("/v1/enrich/all", json=body)

    assert refused.status_code == 400
    assert refused.json().keys() == {"error", "reason", "success"}
    assert (refused.json()["error"], refused.json()["success"]) == (True, False)
    assert dropcontact.meter.credits == 0


def test_other_errors_of_dropcontact_have_their_shapes(dropcontact: Dropcontact, finding: httpx.Client) -> None:
    assert finding.get("/v1/enrich").json().keys() == {"detail"}
    assert finding.post("/v1/enrich/all", content=b"{").status_code == 422
    assert finding.get("/v1/enrich/all/x?page=1").status_code == 400
    dropcontact.set(credits=0)
    assert batch(finding, {"email": "a@marsh.test"}).status_code == 400
    with client(dropcontact.url, "wrong", "X-Access-Token") as stranger:
        refused = stranger.get("/v1/enrich/all/x")
    assert (refused.status_code, refused.json()["success"]) == (401, False)


def test_dropcontact_takes_sixty_requests_a_second(dropcontact: Dropcontact, finding: httpx.Client) -> None:
    said = [finding.get("/v1/enrich/all/x").status_code for _ in range(61)]
    dropcontact.clock.advance(1)

    assert said == [200] * 60 + [429]
    assert finding.get("/v1/enrich/all/x").status_code == 200


def test_hunter_says_what_an_address_is_worth(hunter: Hunter, verifying: httpx.Client) -> None:
    hunter.set(answers={"a@x.test": "valid", "b@x.test": "accept_all"}, pending=0)

    def said(email: str) -> Any:
        return verifying.get(VERIFY, params={"email": email}).json()["data"]

    assert (said("A@x.test")["status"], said("b@x.test")["status"]) == ("valid", "accept_all")
    assert (said("a@gmail.com")["status"], said("a@mailinator.com")["status"]) == ("webmail", "disposable")
    assert isinstance(said("a@x.test")["score"], int)
    assert hunter.meter.paid["a@x.test"] == 2


def test_hunter_knows_every_status_among_the_people() -> None:
    said = Counter(status_of(person.address) for person in PEOPLE)

    assert said.keys() == {"valid", "invalid", "accept_all", "unknown", "451"}
    assert said["valid"] > 700


def test_hunter_may_want_to_be_called_again(hunter: Hunter, verifying: httpx.Client) -> None:
    hunter.set(answers={"a@x.test": "valid"}, pending=2)

    said = [verifying.get(VERIFY, params={"email": "a@x.test"}).status_code for _ in range(3)]

    assert said == [202, 202, 200]
    assert hunter.meter.credits == 1


def test_by_default_some_addresses_are_pending_once(hunter: Hunter, verifying: httpx.Client) -> None:
    hunter.set(per_second=1000, per_minute=1000)
    addresses = [person.address for person in PEOPLE[:60]]

    first = Counter(verifying.get(VERIFY, params={"email": address}).status_code for address in addresses)
    second = Counter(verifying.get(VERIFY, params={"email": address}).status_code for address in addresses)

    assert 2 <= first[202] <= 15
    assert second[202] == 0


def test_who_objected_is_451_and_free(hunter: Hunter, verifying: httpx.Client) -> None:
    hunter.set(answers={"a@x.test": "451"})

    assert verifying.get(VERIFY, params={"email": "a@x.test"}).status_code == 451
    assert hunter.meter.credits == 0


def test_hunters_rate_limit_is_403_and_a_used_up_plan_429(hunter: Hunter, verifying: httpx.Client) -> None:
    hunter.set(pending=0, answers={"a@x.test": "valid"}, per_minute=12)

    def said() -> int:
        return verifying.get(VERIFY, params={"email": "a@x.test"}).status_code

    assert [said() for _ in range(11)] == [200] * 10 + [403]
    hunter.clock.advance(1)
    assert [said() for _ in range(3)] == [200, 200, 403]
    hunter.clock.advance(60)
    hunter.set(credits=12)
    assert said() == 429


def test_other_errors_of_hunter(hunter: Hunter, verifying: httpx.Client) -> None:
    assert verifying.get(VERIFY).status_code == 400
    assert verifying.get(f"{VERIFY}?email=a@x.test&api_key=k").status_code == 400
    assert verifying.get("/v2/email-finder?email=a@x.test").status_code == 404
    assert verifying.post(VERIFY, params={"email": "a@x.test"}).status_code == 404
    with client(hunter.url) as stranger:
        assert stranger.get(VERIFY, params={"email": "a@x.test"}).status_code == 401


def buy(asking: httpx.Client, timeout: float = 5) -> httpx.Response:
    return asking.post(BULK, json={"details": [{"id": enrichable(1)[0].id}]}, timeout=timeout)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("status:500", 500), ("status:503", 503), ("401", 401), ("403", 403), ("422", 422), ("429", 429), ("429:7", 429)],
)
def test_a_refusal_on_demand_has_the_providers_shape_and_spends_nothing(
    apollo: Apollo, asking: httpx.Client, kind: str, status: int
) -> None:
    apollo.fault("bulk_match", kind)

    refused = buy(asking)

    assert refused.status_code == status
    assert refused.headers.get("retry-after") == ("7" if kind == "429:7" else None)
    assert apollo.meter.credits == 0
    assert buy(asking).status_code == 200


def test_an_error_may_be_a_page_and_may_come_after_the_credit_is_spent(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.fault("bulk_match", "status:502", body="html", spends=True)

    refused = buy(asking)

    assert (refused.status_code, refused.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert apollo.meter.credits == 1


def test_an_answer_may_be_a_page_instead_of_json(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.fault("bulk_match", "html")

    page = buy(asking)

    assert page.status_code == 200
    assert page.text.startswith("<html>")
    assert apollo.meter.credits == 0


@pytest.mark.parametrize("spends", [None, True, False])
def test_json_may_be_broken_after_the_credit_is_spent(apollo: Apollo, asking: httpx.Client, spends: Any) -> None:
    apollo.fault("bulk_match", "malformed", spends=spends)

    broken = buy(asking)

    assert broken.status_code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        broken.json()
    assert apollo.meter.credits == (0 if spends is False else 1)


def test_an_answer_may_be_cut_off(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.fault("bulk_match", "truncated")

    with pytest.raises(httpx.RemoteProtocolError, match=r"incomplete|peer closed"):
        buy(asking)
    assert (apollo.meter.credits, apollo.meter.count(BULK, "truncated")) == (1, 1)


@pytest.mark.parametrize(("kind", "credits"), [("reset", 0), ("reset_after", 1)])
def test_a_connection_may_be_reset(apollo: Apollo, asking: httpx.Client, kind: str, credits: int) -> None:
    apollo.fault("bulk_match", kind)

    with pytest.raises(httpx.ReadError, match="reset"):
        buy(asking)
    assert apollo.meter.credits == credits
    assert buy(asking).status_code == 200


@pytest.mark.parametrize(("kind", "credits"), [("hang", 0), ("hang_after", 1)])
def test_an_answer_may_never_come(apollo: Apollo, asking: httpx.Client, kind: str, credits: int) -> None:
    apollo.fault("bulk_match", kind)

    with pytest.raises(httpx.ReadTimeout):
        buy(asking, timeout=0.1)
    until(lambda: apollo.meter.count(BULK, kind) == 1)
    assert apollo.meter.credits == credits
    assert buy(asking).status_code == 200


def test_hanging_requests_can_be_released(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.fault("bulk_match", "hang")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(buy, asking)
        until(lambda: apollo.meter.count(BULK, "hang") == 1)
        apollo.release()

        with pytest.raises(httpx.RemoteProtocolError, match="disconnected"):
            waiting.result()


def test_a_fake_stops_although_requests_hang() -> None:
    with Apollo() as fake, ThreadPoolExecutor() as pool, client(fake.base_url, "fake-apollo-key") as asking:
        fake.fault("api_search", "hang")
        waiting = pool.submit(asking.post, SEARCH)
        until(lambda: fake.meter.running == 1)
        fake.stop()

        with pytest.raises(httpx.RemoteProtocolError):
            waiting.result()


def test_an_answer_may_dribble(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.fault("bulk_match", "slow", seconds=0.3)
    started = time.monotonic()

    with asking.stream("POST", BULK, json={"details": [{"id": enrichable(1)[0].id}]}) as answer:
        groups = list(answer.iter_raw())

    assert time.monotonic() - started > 0.25
    assert len(groups) > 1
    assert json.loads(b"".join(groups))["credits_consumed"] == 1


def test_a_fault_may_let_some_pass_first_and_may_stay(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.fault("api_search", "status:500", times=None, after=1)

    assert [asking.post(SEARCH).status_code for _ in range(4)] == [200, 500, 500, 500]
    assert buy(asking).status_code == 200
    apollo.reset()
    assert asking.post(SEARCH).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"kind": "explode"}, {"kind": "slow", "spends": False}, {"kind": "401", "body": "x"}]
)
def test_a_fault_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"fault|spent"):
        Hunter().fault("verifier", **wrong)


def test_the_meter_counts_requests_windows_and_concurrency(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.fault("api_search", "hang", times=4)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(asking.post, SEARCH) for _ in range(4)]
        until(lambda: apollo.meter.count(SEARCH, "hang") == 4)
        apollo.release()
    assert all(request.exception() for request in waiting)
    apollo.clock.advance(60)
    asking.post(SEARCH, params={"page": 0})
    asking.get("/nothing")

    name = f"POST /api/v1{SEARCH}"
    assert apollo.meter.requests == {name: {"hang": 4, "422": 1}, "GET /api/v1/nothing": {"404": 1}}
    assert apollo.meter.highest[name] == {"second": 4, "minute": 4, "hour": 5, "day": 5}
    assert apollo.meter.concurrent == 4
    assert (apollo.meter.count(), apollo.meter.count("search", 422)) == (6, 1)


def test_answers_may_take_a_while(apollo: Apollo, asking: httpx.Client) -> None:
    apollo.set(latency=0.1)
    started = time.monotonic()

    assert asking.post(SEARCH).status_code == 200
    assert time.monotonic() - started >= 0.1


def test_a_setting_that_does_not_exist_is_refused(apollo: Apollo) -> None:
    with pytest.raises(ValueError, match="no setting credit"):
        apollo.set(credit=5)
    with pytest.raises(ValueError, match="list of keys"):
        apollo.set(keys="one")


def test_a_fake_starts_again_on_its_port() -> None:
    fake = Hunter()
    for _ in range(2):
        with fake, client(fake.url, "fake-hunter-key") as verifying:
            assert verifying.get("/").status_code == 404


def test_control_commands_the_fakes(apollo: Apollo, asking: httpx.Client) -> None:
    with Control({"apollo": apollo}) as control, client(control.url) as commanding:
        fault = {"provider": "apollo", "path_contains": "bulk_match", "kind": "status:500", "spends": True}
        assert commanding.post("/fault", json=fault).status_code == 204
        assert buy(asking).status_code == 500
        assert commanding.get("/meter").json()["apollo"]["credits"] == 1

        assert commanding.post("/settings", json={"apollo": {"limits": {"search": {"minute": 1}}}}).status_code == 204
        assert [asking.post(SEARCH).status_code for _ in range(2)] == [200, 429]
        commanding.post("/settings", json={"apollo": {"clock_offset": 60}})
        assert asking.post(SEARCH).status_code == 200

        commanding.post("/reset")
        assert commanding.get("/meter").json()["apollo"]["requests"] == {}
        for path, body in (
            ("/settings", {"apollo": {"speed": 1}}),
            ("/settings", {"clearbit": {}}),
            ("/fault", {"provider": "apollo"}),
            ("/fault", fault | {"kind": "explode"}),
        ):
            assert commanding.post(path, json=body).json()["error"]


def test_the_fakes_run_as_a_process_that_ends_on_sigterm() -> None:
    with process.running(people=20) as fakes, client(fakes.urls["apollo"], "fake-apollo-key") as asking:
        fakes.fault("apollo", "api_search", "429:3")
        said = [asking.post(f"/api/v1{SEARCH}") for _ in range(2)]

        assert [answer.status_code for answer in said] == [429, 200]
        assert said[1].json()["total_entries"] == 20
        assert fakes.meter("apollo")["requests"] == {f"POST /api/v1{SEARCH}": {"429": 1, "200": 1}}
        with pytest.raises(ValueError, match="no setting"):
            fakes.set("hunter", speed=1)
        fakes.process.send_signal(signal.SIGTERM)
        assert fakes.process.wait(30) == 0


def test_the_process_ends_with_whoever_started_it() -> None:
    with process.running(people=0) as fakes:
        assert fakes.process.stdin
        fakes.process.stdin.close()

        assert fakes.process.wait(30) == 0
