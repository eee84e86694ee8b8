"""Correcting a lead over HTTP, and files that update leads."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from cam.campaigns import campaigns, known_fields
from cam.leads import imports, reading
from cam.mail import suppression
from cam.model.models import Campaign
from cam.text import clock
from tests.api.client import Answer, Client, assert_problem
from tests.api.test_leads import change, insert

Make = Callable[..., Campaign]
ANN = {"name": "Ann Lee", "first_name": "Ann", "last_name": "Lee", "email": "ann@acmme.example", "company": "Acme"}
MERGE = {"Content-Type": "application/merge-patch+json"}
CSV = {"Content-Type": "text/csv"}


@pytest.fixture
def ann(campaign: Make) -> str:
    """The id of a lead of campaign 1."""
    return insert(campaign(), **ANN, enrichment={"industry": "software", "employee_count": 30, "crm": {"id": 7}})


def correct(api: Client, lead_id: str, value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    path = f"/campaigns/1/leads/{lead_id}"
    if headers is None:
        return api.request("PATCH", path, value)
    return api.request("PATCH", path, body=json.dumps(value).encode(), headers=headers)


@pytest.mark.parametrize("headers", [None, MERGE, {"Content-Type": "application/json; charset=utf-8"}])
def test_what_is_stated_changes_null_removes_and_the_rest_stays(
    api: Client, ann: str, headers: dict[str, str] | None
) -> None:
    value = {"role": " CTO ", "company": None, "enrichment": {"industry": None, "crm": {"name": "x"}, "note": "new"}}

    answer = correct(api, ann, value, headers)

    assert answer.status == 200
    lead = answer.json()
    assert (lead["id"], lead["role"], lead["company"], lead["name"]) == (ann, "CTO", None, "Ann Lee")
    enrichment = lead["enrichment"]
    assert (enrichment["industry"], enrichment["employee_count"]) == (None, 30)
    assert (enrichment["crm"], enrichment["note"]) == ({"id": 7, "name": "x"}, "new")
    assert set(lead["corrected"]) == {"role", "company", "industry", "crm", "note"}
    assert {lead["provenance"][name]["source"] for name in lead["corrected"]} == {"by hand"}
    assert lead["provenance"]["name"]["source"] == "csv"
    assert lead["timeline"][-1]["event"] == "corrected by hand"
    assert lead["warnings"] == []
    assert api.get(f"/campaigns/1/leads/{ann}").json() == {
        name: one for name, one in lead.items() if name not in ("corrected", "warnings")
    }
    assert "note" in known_fields.known(1)


def test_a_corrected_address_keeps_the_lead_which_is_found_under_both(api: Client, ann: str) -> None:
    lead = correct(api, ann, {"email": "ann@acme.example"}).json()

    assert (lead["id"], lead["email"], lead["company_domain"]) == (ann, "ann@acme.example", "acme.example")
    added = api.post(
        "/campaigns/1/leads", {"leads": [{"email": "ann@acme.example"}, {"email": "ANN@acmme.example", "role": "CTO"}]}
    ).json()
    assert (added["queued"], added["duplicates"]) == (0, 2)
    assert api.get(f"/campaigns/1/leads/{ann}").json()["role"] == "CTO"


def test_the_same_correction_again_gives_the_same_lead(api: Client, ann: str) -> None:
    value = {"email": "ann@acme.example", "name": "Anna Lee", "enrichment": {"time_zone": "CET"}}
    first, second = (correct(api, ann, value) for _ in range(2))
    assert first.status == 200
    assert first.json() == second.json()


def test_the_address_of_another_lead_is_409_with_its_id(api: Client, ann: str) -> None:
    bob = insert(campaigns.read(1), email="bob@acme.example", name="Bob Low")

    problem = assert_problem(correct(api, ann, {"email": "Bob+x@ACME.example"}), 409, says=bob)

    assert problem["lead_id"] == bob
    assert api.get(f"/campaigns/1/leads/{ann}").json()["email"] == ANN["email"]


def test_names_follow_from_one_another(api: Client, ann: str) -> None:
    assert correct(api, ann, {"first_name": "Anna"}).json()["name"] == "Anna Lee"
    lead = correct(api, ann, {"name": "Ada King"}).json()
    assert (lead["first_name"], lead["last_name"]) == ("Ada", "King")
    lead = correct(api, ann, {"last_name": None}).json()
    assert (lead["name"], lead["first_name"], lead["last_name"]) == ("Ada", "Ada", None)


def test_a_size_follows_from_a_head_count(api: Client, ann: str) -> None:
    lead = correct(api, ann, {"enrichment": {"employee_count": "5000"}}).json()
    assert (lead["enrichment"]["employee_count"], lead["enrichment"]["company_size"]) == (5000, "enterprise")
    lead = correct(api, ann, {"enrichment": {"company_size": "small"}}).json()
    assert (lead["enrichment"]["employee_count"], lead["enrichment"]["company_size"]) == (None, "small")


@pytest.mark.parametrize(
    ("value", "field", "says"),
    [
        ({}, "body", "at least one field"),
        ({"enrichment": {}}, "body", "at least one field"),
        ([], "body", "object"),
        ("role", "body", "object"),
        (None, "body", ""),
        ({"emial": "x"}, "emial", "Did you mean 'email'?"),
        ({"status": "ROUTED"}, "status", "set by CAM"),
        ({"id": "x", "score": 1}, "score", "set by CAM"),
        ({"role": ["CTO"]}, "role", "text"),
        ({"enrichment": []}, "enrichment", "object"),
        ({"tags": "a"}, "tags", "list"),
        ({"do_not_contact": "perhaps"}, "do_not_contact", "true or false"),
        ({"lawful_basis": "hope"}, "lawful_basis", "opt_in"),
        ({"name": "x" * 256}, "name", "255"),
        ({"email": "ann at acme"}, "email", "no @"),
        ({"email": "ann@"}, "email", "after the @"),
        ({"email": None}, "email", "at least one"),
        ({"linkedin_url": "https://x.com/ann"}, "linkedin_url", "LinkedIn"),
        ({"company_domain": "gmail.com"}, "company_domain", "own domain"),
        ({"enrichment": {"time_zone": "Europe/Berln"}}, "enrichment.time_zone", "Europe/Berlin"),
        ({"enrichment": {"employee_count": "many"}}, "enrichment.employee_count", "number"),
        ({"enrichment": {"employee_count": -1}}, "enrichment.employee_count", "number"),
        ({"enrichment": {"company_hiring": "perhaps"}}, "enrichment.company_hiring", "true or false"),
        ({"enrichment": {"notes": "x" * 31_000}}, "enrichment", "bytes"),
    ],
)
def test_what_cannot_be_a_lead_is_refused_with_its_field(
    api: Client, campaign: Make, value: Any, field: str, says: str
) -> None:
    one = insert(campaign(), email="ann@acme.example")
    before = api.get(f"/campaigns/1/leads/{one}").json()

    assert_problem(correct(api, one, value, MERGE), 422, field, says=says)

    assert api.get(f"/campaigns/1/leads/{one}").json() == before


def test_everything_wrong_is_said_at_once(api: Client, ann: str) -> None:
    value = {"emial": "x", "status": "NEW", "role": [], "enrichment": {"employee_count": -5}}
    assert_problem(correct(api, ann, value), 422, "emial", "status", "role", "enrichment.employee_count")


def test_unknown_leads_and_campaigns_are_404_and_other_bodies_415(api: Client, ann: str) -> None:
    assert_problem(correct(api, "nobody", {"role": "CTO"}), 404)
    assert_problem(api.request("PATCH", "/campaigns/9/leads/x", {"role": "CTO"}), 404)
    assert_problem(correct(api, ann, {"role": "CTO"}, {"Content-Type": "text/plain"}), 415)
    assert_problem(api.request("PATCH", f"/campaigns/1/leads/{ann}", body=b"{", headers=MERGE), 400)


def test_text_that_says_nothing_removes_a_value(api: Client, ann: str) -> None:
    lead = correct(api, ann, {"company": "n/a", "enrichment": {"industry": " - "}}).json()
    assert (lead["company"], lead["enrichment"]["industry"]) == (None, None)


def test_a_suppressed_address_is_taken_over_with_a_warning(api: Client, ann: str) -> None:
    suppression.suppress("acme.example", "by hand", clock.now())
    lead = correct(api, ann, {"email": "ann@acme.example"}).json()
    assert lead["email"] == "ann@acme.example"
    assert "suppressed" in lead["warnings"][0]


def test_do_not_contact_suppresses_and_taking_it_back_leaves_the_suppression(api: Client, ann: str) -> None:
    assert "must not be contacted" in correct(api, ann, {"do_not_contact": True}).json()["warnings"][0]
    assert suppression.suppressed([ANN["email"]])

    lead = correct(api, ann, {"do_not_contact": False}).json()

    assert not lead["do_not_contact"]
    assert "suppressed" in lead["warnings"][0]


def test_an_erased_lead_is_409(api: Client, ann: str) -> None:
    change(campaigns.read(1), ann, status="ERASED")
    assert_problem(correct(api, ann, {"role": "CTO"}), 409, says="erased")


def test_logs_of_a_correction_name_nobody(
    api: Client, ann: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    correct(api, ann, {"email": "secret@acme.example", "name": "Secret Person"})
    assert "secret" not in (capsys.readouterr().out + caplog.text).casefold()


# ---------------------------------------------------------------- on_duplicate


ROWS = b"email,role\nann@acmme.example,CTO\n"


def test_on_duplicate_is_a_query_parameter_a_form_field_or_json(api: Client, campaign: Make) -> None:
    campaign()
    boundary = "x"
    form = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="on_duplicate"\r\n\r\nUpdate\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        f"{ROWS.decode()}\r\n--{boundary}--\r\n"
    )
    path = "/campaigns/1/imports"
    answers = [
        api.post(path, body=ROWS, headers=CSV, query={"on_duplicate": " UPDATE "}),
        api.post(path, body=form.encode(), headers={"Content-Type": f"multipart/form-data; boundary={boundary}"}),
        api.post(path, {"filename": "a.csv", "size": 100, "on_duplicate": "update"}),
    ]

    assert [answer.status for answer in answers] == [201, 201, 201]
    assert [answer.json()["on_duplicate"] for answer in answers] == ["update"] * 3
    assert {imports.read(1, answer.json()["import_id"]).on_duplicate for answer in answers} == {"update"}
    filled = api.post(path, body=ROWS, headers=CSV).json()
    assert (filled["on_duplicate"], filled["updated"]) == ("fill", 0)


def test_another_word_for_it_is_refused(api: Client, campaign: Make) -> None:
    campaign()
    path = "/campaigns/1/imports"
    asked = {"filename": "a.csv", "size": 100, "on_duplicate": "updat"}
    for answer in (api.post(path, body=ROWS, headers=CSV, query={"on_duplicate": "updat"}), api.post(path, asked)):
        assert_problem(answer, 422, "on_duplicate", says="Did you mean 'update'?")
    assert api.get(path).json()["items"] == []


def test_a_lead_that_a_provider_is_asked_about_is_decided_about_with_its_new_address(
    api: Client, campaign: Make
) -> None:
    one = campaign()
    nameless = insert(one, name="Ann Lee", company_domain="acme.example")
    change(one, nameless, todo=f"enrich#2026-11-25T09:00:00.000Z#{nameless}")

    lead = correct(api, nameless, {"role": "CTO"}).json()
    assert lead["waits_for"] == "enrich"
    lead = correct(api, nameless, {"email": "ann@acme.example"}).json()

    assert lead["waits_for"] == "score"
    found = reading.read(1, one.shards, nameless)[0]
    assert found.email == "ann@acme.example"
