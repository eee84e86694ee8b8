"""Who must not be written to, over HTTP: what a preview and an import say, and leads that are added by hand."""

import json
from collections.abc import Callable
from typing import Any

from cam.model.models import Campaign
from tests.api.client import Answer, Client, assert_problem
from tests.integration import pipeline

Make = Callable[..., Campaign]
HEADERS = {"Content-Type": "text/csv"}
FILE = b"""First Name,Email,Email Opt Out,Email Bounced,Email Status
Ann,ann@acme.example,1,,valid
Bob,bob@acme.example,0,TRUE,valid
Cy,cy@acme.example,0,,banana
Di,di@acme.example,0,,spamtrap
"""
MARKS = {
    "do_not_contact": 1,
    "bounced": 1,
    "do_not_contact_columns": [
        {"column": "Email Opt Out", "says": "do_not_contact", "people": 1},
        {"column": "Email Bounced", "says": "bounced", "people": 1},
    ],
    "email_statuses": {"deliverable": 2, "risky": 0, "undeliverable": 1, "unknown": 1},
    "summary": [
        "1 of 4 people must not be written to: column Email Opt Out.",
        "1 of 4 people have an address that takes no email: column Email Bounced.",
        "1 of 4 addresses are undeliverable by what the file says of them.",
    ],
    "warnings": ["What the file says of addresses is not known and counts as unknown: “banana”."],
}


def preview(api: Client, body: bytes = FILE, **more: Any) -> Answer:
    return api.post("/campaigns/1/imports/preview", body=body, headers=HEADERS, **more)


def upload(api: Client, body: bytes = FILE, **more: Any) -> Answer:
    return api.post("/campaigns/1/imports", body=body, headers=HEADERS, **more)


def marks(answer: Answer) -> dict[str, Any]:
    found = answer.json()
    return {name: found[name] for name in MARKS}


def test_a_preview_says_how_many_must_not_be_written_to_and_by_which_column(api: Client, campaign: Make) -> None:
    campaign()

    answer = preview(api)

    assert marks(answer) == MARKS
    columns = {one["header"]: (one["field"], one["kept_as"]) for one in answer.json()["columns"]}
    assert columns["Email Opt Out"] == ("do_not_contact", "email_opt_out")
    assert columns["Email Bounced"] == ("bounced", "email_bounced")
    ann, bob = (one["lead"] for one in answer.json()["leads"][:2])
    assert (ann["do_not_contact"], ann["stop_note"]) == (True, "column Email Opt Out: 1")
    assert (bob["bounced"], bob["stop_note"]) == (True, "column Email Bounced: TRUE")


def test_an_import_says_it_when_its_rows_have_been_read(api: Client, campaign: Make) -> None:
    campaign()
    new = upload(api)
    assert (new.json()["do_not_contact"], new.json()["summary"], new.json()["warnings"]) == (0, [], [])

    pipeline.pipeline(1, "run-1", stages=["HARVEST"])

    assert marks(api.get(new.location)) == MARKS
    assert marks(api.post("/campaigns/1/imports/preview", {"import_id": new.json()["import_id"]})) == MARKS


def test_a_count_covers_all_rows_of_a_preview_not_only_those_shown(api: Client, campaign: Make) -> None:
    campaign()
    rows = "".join(f"p{at}@acme.example,{int(at % 5 == 0)}\n" for at in range(60))

    answer = preview(api, f"email,Email Opt Out\n{rows}".encode())

    assert answer.json()["summary"] == ["12 of 60 people must not be written to: column Email Opt Out."]


def test_several_columns_are_named_with_their_counts(api: Client, campaign: Make) -> None:
    campaign()
    body = b"email,Unsubscribed,Stage\na@x.example,,Do Not Contact\nb@x.example,1,\nc@x.example,1,Do Not Contact\n"

    (sentence,) = preview(api, body).json()["summary"]

    assert sentence == "3 of 3 people must not be written to: columns Unsubscribed (2), Stage (1)."


def test_a_column_that_looks_so_is_pointed_out_before_anything_is_sent(api: Client, campaign: Make) -> None:
    campaign()
    body = b"email,Sperre\na@x.example,ja\n"
    expected = [
        "Column Sperre looks as if it says who must not be written to, but is not read so. If it does, map it: "
        '{"Sperre": "do_not_contact"}.'
    ]

    assert preview(api, body).json()["warnings"] == expected
    new = upload(api, body)
    assert new.json()["warnings"] == expected
    assert api.get(new.location).json()["warnings"] == expected


def test_a_mapping_may_name_such_columns(api: Client, campaign: Make) -> None:
    campaign()
    mapping = json.dumps({"Sperre": "do_not_contact", "Fehler": "bounced"})
    body = b"email,Sperre,Fehler\na@x.example,ja,\nb@x.example,nein,550\nc@x.example,nein,\n"

    answer = preview(api, body, query={"mapping": mapping})

    assert (answer.json()["do_not_contact"], answer.json()["bounced"], answer.json()["warnings"]) == (1, 1, [])
    assert upload(api, body, query={"mapping": mapping}).status == 201
    pipeline.pipeline(1, "run-1", stages=["HARVEST"])
    found = {one["email"]: one for one in api.get("/campaigns/1/leads").json()["items"]}
    assert found["a@x.example"]["do_not_contact"]
    assert found["b@x.example"]["bounced"]
    assert not found["c@x.example"]["do_not_contact"]


def test_a_misspelt_target_is_refused_with_a_suggestion(api: Client, campaign: Make) -> None:
    campaign()
    mapping = json.dumps({"Sperre": "do_not_contct"})

    assert_problem(preview(api, b"email,Sperre\na@x.example,1\n", query={"mapping": mapping}), 422, "mapping.Sperre")


def test_whoever_is_added_by_hand_with_do_not_contact_is_suppressed_at_once(api: Client, campaign: Make) -> None:
    campaign()
    people = {
        "leads": [{"name": "Ann", "email": "Ann+x@Acme.example", "do_not_contact": True, "stop_note": "by phone"}]
    }

    assert api.post("/campaigns/1/leads", people).json()["queued"] == 1

    (one,) = api.get("/suppressions").json()["items"]
    assert (one["address"], one["reason"]) == ("ann@acme.example", "do not contact: a lead added by hand")
    pipeline.pipeline(1, "run-1", stages=["HARVEST"])
    (lead,) = api.get("/campaigns/1/leads").json()["items"]
    assert (lead["do_not_contact"], lead["stop_note"]) == (True, "by phone")


def test_a_known_lead_that_is_added_again_with_do_not_contact_learns_of_it(api: Client, campaign: Make) -> None:
    campaign()
    api.post("/campaigns/1/leads", {"leads": [{"name": "Ann", "email": "ann@acme.example"}]})
    pipeline.pipeline(1, "run-1", stages=["HARVEST"])

    again = {"leads": [{"email": "ann@acme.example", "role": "CTO", "do_not_contact": True}]}
    assert api.post("/campaigns/1/leads", again).json()["duplicates"] == 1

    (lead,) = api.get("/campaigns/1/leads").json()["items"]
    assert (lead["do_not_contact"], lead["role"]) == (True, None)


def test_do_not_contact_is_true_or_false(api: Client, campaign: Make) -> None:
    campaign()

    answer = api.post("/campaigns/1/leads", {"leads": [{"email": "ann@acme.example", "do_not_contact": "perhaps"}]})

    (refused,) = answer.json()["refused"]
    assert [error["field"] for error in refused["errors"]] == ["do_not_contact"]
