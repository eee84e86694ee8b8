"""Dropcontact's client, the parts without a network: records, receipts, and what an answer says of a lead."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.models import LeadDraft
from cam.text import clock
from functions.harvest import reachable_score
from functions.harvest.clients import dropcontact
from tests.fakes import dropcontact as fake
from tests.unit.garbage import anything, scalars, shaped

KINDS = st.sampled_from(["nominative@pro", "catch-all@pro", "Do_Not_Contact@pro", "@", ""])
RECORD = shaped(
    {
        **dict.fromkeys(
            ("first_name", "last_name", "full_name", "job", "job_level", "company", "website", "linkedin", "phone",
             "nb_employees", "company_turnover", "company_linkedin", "country", "civility")
        ),
        "email": st.lists(shaped({"email": None, "qualification": KINDS}), max_size=3),
        "custom_fields": st.fixed_dictionaries({"lead": st.just("0.a") | scalars}),
    }
)  # fmt: skip


def of(*entries: tuple[str, str], **more: Any) -> dropcontact.Found:
    email = [{"email": address, "qualification": kind} for address, kind in entries]
    record = {"email": email, "custom_fields": {"lead": "0.a"}, **more}
    (one,) = dropcontact.found({"success": True, "data": [record]})
    return one


@pytest.mark.parametrize(
    ("kind", "address", "status"),
    [
        ("nominative@pro", "ann@a.test", "verified"),
        ("nominatif@pro", "ann@a.test", "verified"),
        ("Nominative@perso", "ann@a.test", "verified"),
        ("nominative@school", "ann@a.test", "verified"),
        ("catch-all@pro", "ann@a.test", "catch_all"),
        ("catch_all@pro", "ann@a.test", "catch_all"),
        *((f"{word}@pro", None, None) for word in ("generic", "generique", "random", "invalid", "new word")),
        ("nominative@disposable", None, None),
        ("nominatif@jetable", None, None),
        ("catch-all@jetable", None, None),
        ("", None, None),
    ],
)
def test_both_languages_say_what_an_address_is_worth(kind: str, address: str | None, status: str | None) -> None:
    one = of(("ann@a.test", kind))

    assert (one.draft.email, one.draft.enrichment.email_status) == (address, status)
    assert one.paid
    assert not one.forbids


@pytest.mark.parametrize("kind", ["Do_Not_Contact@pro", "Ne_Pas_Contacter@pro", "do_not_contact"])
def test_one_forbidden_address_forbids_the_person(kind: str) -> None:
    one = of(("other@a.test", "nominative@pro"), ("ann@a.test", kind), full_name="Ann Able")

    assert (one.forbids, one.forbidden) == (True, ("ann@a.test",))
    assert one.draft == LeadDraft()


def test_the_best_of_several_addresses_is_taken() -> None:
    kinds = [("c@a.test", "catch-all@pro"), ("p@a.test", "nominative@perso"), ("b@a.test", "nominative@pro")]

    assert of(*kinds).draft.email == "b@a.test"
    assert of(*kinds[:2]).draft.email == "p@a.test"
    assert of(*kinds[:1]).draft.email == "c@a.test"


def test_text_that_is_no_address_is_none() -> None:
    one = of(("not found", "nominative@pro"))

    assert (one.draft.email, one.paid) == (None, False)


def test_who_was_not_found_costs_nothing() -> None:
    assert not of().paid


def test_numbers_in_words_are_read() -> None:
    known = of(nb_employees="11-50", company_turnover="1,200,000", job_level="C-level").draft.enrichment

    assert (known.employee_count, known.annual_revenue, known.job_level) == (11, 1_200_000, "C-level")


@given(anything | shaped({"success": None, "data": st.lists(RECORD | anything, max_size=3)}))
def test_whatever_an_answer_holds_is_read_without_an_error(body: Any) -> None:
    for one in dropcontact.found(body):
        one.draft.model_dump_json().encode()


@given(st.lists(RECORD, max_size=3))
def test_whatever_a_record_holds_is_a_draft(records: list[Any]) -> None:
    for one in dropcontact.found({"success": True, "data": records}):
        one.draft.model_dump_json().encode()
        assert one.draft.email is None or "@" in one.draft.email


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"success": True}, {"success": True, "data": None}, {"success": False, "data": []},
     {"success": True, "request_id": "abc"}],
)  # fmt: skip
def test_what_is_no_answer_to_a_batch_is_not_ready(body: Any) -> None:
    assert not dropcontact.ready(body)
    assert list(dropcontact.found(body)) == []


@pytest.mark.parametrize(
    ("body", "request_id"),
    [
        ({"request_id": "abc-1", "success": True}, "abc-1"),
        ({"request_id": "abc", "success": False}, None),
        ({"request_id": "../keys", "success": True}, None),
        ({"request_id": 5, "success": True}, None),
        ({"success": True, "data": []}, None),
        ([], None),
        (None, None),
    ],
)
def test_a_receipt_names_a_request(body: Any, request_id: str | None) -> None:
    assert dropcontact.receipt(body) == request_id


@pytest.mark.parametrize(
    ("fields", "askable"),
    [
        ({"name": "Ann Able", "company": "Able"}, True),
        ({"name": "Ann Able", "company_domain": "able.test"}, True),
        ({"first_name": "Ann", "last_name": "Able", "company": "Able"}, True),
        ({"email": "ann@able.test"}, True),
        ({"linkedin_url": "https://www.linkedin.com/in/ann"}, True),
        ({"name": "Ann Able"}, False),
        ({"first_name": "Ann", "company": "Able"}, False),
        ({"company": "Able", "company_domain": "able.test"}, False),
    ],
)
def test_who_is_named_well_enough_can_be_asked_about(fields: Any, askable: bool) -> None:
    lead = reachable_score.lead(LeadDraft(**fields), clock.now())

    assert dropcontact.askable(lead) is askable
    if askable:
        assert fake._wrong({"data": [dropcontact.record(lead, "0.a")]}) is None


def test_the_longest_lead_is_a_record_that_is_taken() -> None:
    sign = "𝒜"
    fields = ("name", "first_name", "last_name", "email", "company", "company_domain", "role", "linkedin_url")
    lead = reachable_score.lead(LeadDraft(**dict.fromkeys(fields, sign * 500)), clock.now())

    record = dropcontact.record(lead, "31.abcdefghijklmnopqrstuvwxyz")

    assert len(json.dumps(record, ensure_ascii=False).encode()) < fake.RECORD_BYTES
    assert fake._wrong({"data": [record] * dropcontact.MOST_RECORDS}) is None
