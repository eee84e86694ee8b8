"""The lawful basis of a whole file: said at the import, kept on it and on each lead, never in a row's place."""

from typing import Any

import pytest

from tests.api.client import Answer, Client, assert_problem
from tests.integration import pipeline

CSV = {"Content-Type": "text/csv"}
NOTE = "stand at the fair in Essen, 3 May 2026, signed list"
ROWS = """name,email,lawful basis
Ada,ada@company1.example,
Bob,bob@company2.example,legitimate_interest
Cy,cy@company3.example,unknown
"""


@pytest.fixture
def made(api: Client) -> Client:
    assert api.post("/campaigns", {"name": "One"}).status == 201
    return api


def upload(api: Client, body: str = ROWS, **query: Any) -> Answer:
    return api.post("/campaigns/1/imports", query=query, body=body.encode(), headers=CSV)


def harvested(api: Client, name: str = "run-1") -> dict[str, tuple[str, str | None]]:
    pipeline.pipeline(1, name, stages=["HARVEST"])
    items = api.get("/campaigns/1/leads").json()["items"]
    return {one["name"]: (one["lawful_basis"], one["basis_note"]) for one in items}


def test_rows_without_a_basis_get_that_of_the_file_and_others_keep_their_own(made: Client) -> None:
    shown = upload(made, lawful_basis="Opt_In", basis_note=f" {NOTE} ").json()

    assert (shown["lawful_basis"], shown["basis_note"]) == ("opt_in", NOTE)
    assert harvested(made) == {
        "Ada": ("opt_in", NOTE),
        "Bob": ("legitimate_interest", None),
        "Cy": ("unknown", None),
    }


def test_a_leads_provenance_says_by_which_file_its_basis_came(made: Client) -> None:
    upload(made, lawful_basis="opt_in", basis_note=NOTE)
    harvested(made)
    ada = next(one["id"] for one in made.get("/campaigns/1/leads").json()["items"] if one["name"] == "Ada")

    lead = made.get(f"/campaigns/1/leads/{ada}").json()

    assert {lead["provenance"][field]["detail"] for field in ("lawful_basis", "basis_note")} == {"upload.csv line 2"}


def test_a_form_and_json_say_it_too(made: Client) -> None:
    said = {"lawful_basis": "existing_customer", "basis_note": NOTE}
    parts = [*((f'name="{name}"', text) for name, text in said.items()), ('name="file"; filename="a.csv"', ROWS)]
    form = "".join(f"--b0\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n" for head, text in parts)
    sent = {"Content-Type": "multipart/form-data; boundary=b0"}

    by_form = made.post("/campaigns/1/imports", body=f"{form}--b0--\r\n".encode(), headers=sent).json()
    by_json = made.post("/campaigns/1/imports", {"filename": "b.csv", "size": 10, **said}).json()

    for shown in (by_form, by_json):
        assert (shown["lawful_basis"], shown["basis_note"]) == ("existing_customer", NOTE)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"lawful_basis": "consent"}, "lawful_basis"),
        ({"lawful_basis": ""}, "lawful_basis"),
        ({"basis_note": NOTE}, "lawful_basis"),
        ({"lawful_basis": "opt_in"}, "basis_note"),
        ({"lawful_basis": "existing_customer", "basis_note": "  "}, "basis_note"),
        ({"lawful_basis": "opt_in", "basis_note": "x" * 501}, "basis_note"),
        ({"lawful_basis": "opt_in", "basis_note": "a\nb"}, "basis_note"),
    ],
)
def test_a_basis_that_is_none_and_a_consent_that_nobody_can_show_are_refused(
    made: Client, given: dict[str, str], field: str
) -> None:
    assert_problem(upload(made, **given), 422, field)
    assert made.get("/campaigns/1/imports").json()["items"] == []


def test_legitimate_interest_needs_no_note(made: Client) -> None:
    assert upload(made, lawful_basis="legitimate_interest").status == 201
    assert harvested(made)["Ada"] == ("legitimate_interest", None)


@pytest.mark.parametrize(
    ("first", "second", "basis"),
    [
        ("opt_in", "legitimate_interest", ("opt_in", NOTE)),
        ("legitimate_interest", "opt_in", ("legitimate_interest", None)),
        (None, "opt_in", ("opt_in", NOTE)),
    ],
)
def test_a_duplicate_fills_a_basis_and_never_changes_one(
    made: Client, first: str | None, second: str, basis: tuple[str, str | None]
) -> None:
    row = "name,email\nAda,ada@company1.example\n"
    for number, word in enumerate((first, second)):
        note = NOTE if word == "opt_in" else None
        upload(made, row, **({"lawful_basis": word} if word else {}), **({"basis_note": note} if note else {}))
        found = harvested(made, f"run-{number}")

    assert found == {"Ada": basis}


def test_a_lead_by_hand_has_its_own_note(made: Client) -> None:
    lead = {"name": "Ada", "email": "ada@company1.example", "lawful_basis": "opt_in", "basis_note": NOTE}
    assert made.post("/campaigns/1/leads", {"leads": [lead]}).json()["queued"] == 1

    assert harvested(made) == {"Ada": ("opt_in", NOTE)}


def test_a_preview_of_an_uploaded_file_shows_it(made: Client) -> None:
    import_id = upload(made, lawful_basis="opt_in", basis_note=NOTE).json()["import_id"]

    rows = made.post("/campaigns/1/imports/preview", {"import_id": import_id}).json()["leads"]

    assert [row["lead"]["lawful_basis"] for row in rows] == ["opt_in", "legitimate_interest", "unknown"]
