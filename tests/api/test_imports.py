"""Imports over HTTP."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from cam import files, tables
from cam.files import RowError
from cam.models import Campaign
from functions.api.routes.imports import MOST_BYTES, name
from tests.api.client import Answer, Client, assert_problem

Make = Callable[..., Campaign]
CSV = b"name,email\nAnn Lee,ann@acme.example\nBob Ray,bob@acme.example\n"


def upload(api: Client, body: bytes = CSV, **more: Any) -> Answer:
    headers = {"Content-Type": "text/csv", **more.pop("headers", {})}
    return api.post("/campaigns/1/imports", body=body, headers=headers, **more)


def form(*parts: tuple[str, str | None, bytes], boundary: str = "xyz") -> dict[str, Any]:
    """A multipart body: (field, filename, content)."""
    body = b""
    for field, filename, content in parts:
        named = f'; filename="{filename}"' if filename else ""
        body += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"{named}\r\n\r\n'.encode()
            + content
            + b"\r\n"
        )
    return {
        "body": body + f"--{boundary}--\r\n".encode(),
        "headers": {"Content-Type": f"multipart/form-data; boundary={boundary}"},
    }


def test_a_file_is_stored_byte_by_byte_and_waits(api: Client, campaign: Make) -> None:
    campaign()
    body = "name,email\nJürgen,j@acme.example\n".encode("cp1252")

    answer = upload(api, body, query={"filename": "leads.csv"})

    assert answer.status == 201
    one = answer.json()
    assert {key: one[key] for key in ("filename", "status", "rows", "rows_read", "inserted", "percent", "errors")} == {
        "filename": "leads.csv", "status": "PENDING", "rows": 1, "rows_read": 0, "inserted": 0, "percent": 0,
        "errors": [],
    }  # fmt: skip
    assert answer.location == f"/campaigns/1/imports/{one['import_id']}"
    assert api.get(answer.location).json() == one
    stored = boto3.client("s3").get_object(Bucket="cam-imports", Key=f"imports/1/{one['import_id']}.csv")
    assert stored["Body"].read() == body


def test_a_file_comes_in_a_form_too(api: Client, campaign: Make) -> None:
    campaign()
    answer = api.post("/campaigns/1/imports", **form(("note", None, b"hi"), ("file", r"C:\tmp\leads.csv", CSV)))
    assert (answer.status, answer.json()["filename"], answer.json()["rows"]) == (201, "leads.csv", 2)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('attachment; filename="a.csv"', "a.csv"),
        ("attachment; filename*=UTF-8''M%C3%A4rz.csv", "März.csv"),
        ("attachment", "upload.csv"),
    ],
)
def test_the_filename_may_come_as_content_disposition(api: Client, campaign: Make, header: str, expected: str) -> None:
    campaign()
    assert upload(api, headers={"Content-Disposition": header}).json()["filename"] == expected


def test_a_filename_is_one_line_without_folders() -> None:
    assert name("../../etc/x\n.csv") == "x.csv"
    assert name("a\\b\\c.csv") == "c.csv"
    assert name("a\x85b\u202evsc.exe\u2066") == "abvsc.exe"
    assert name("..\x00/") == name("..") == "upload.csv"
    assert name("x" * 300) == "x" * 255
    assert name(None) == name("") == name("/") == "upload.csv"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"name,email\n", "no rows"),
        (b"colour,shape\nred,round\n", "No column"),
        (b"PK\x03\x04 and more", "Excel"),
    ],
)
def test_a_file_is_checked_before_it_is_kept(api: Client, campaign: Make, body: bytes, says: str) -> None:
    campaign()
    assert_problem(upload(api, body), 422, "file", says=says)
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="cam-imports")


def test_a_file_may_have_5_mb_and_no_more(api: Client, campaign: Make) -> None:
    campaign()
    row = b"Ann Lee,ann@acme.example,%s\n" % (b"x" * 20_000)
    whole = b"name,email,notes\n" + row * (MOST_BYTES // len(row) + 1)

    assert_problem(upload(api, whole[: MOST_BYTES + 1]), 413)
    assert_problem(api.post("/campaigns/1/imports", **form(("file", "a.csv", whole[: MOST_BYTES + 1]))), 413)
    assert_problem(api.post("/campaigns/1/imports", **form(("file", "a.csv", whole + b"x" * 100_000))), 413)
    assert upload(api, whole[:MOST_BYTES]).status == 201


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""])
def test_other_types_are_refused_with_those_that_are_taken(api: Client, campaign: Make, kind: str) -> None:
    campaign()
    answer = api.post("/campaigns/1/imports", body=b'{"filename": "a.csv", "size": 9}', headers={"Content-Type": kind})
    assert_problem(answer, 415, says="text/csv")


def test_a_form_without_a_file_says_so(api: Client, campaign: Make) -> None:
    campaign()
    assert_problem(api.post("/campaigns/1/imports", **form(("file", None, CSV))), 422, "file")
    assert_problem(api.post("/campaigns/1/imports", **form(("a", "a.csv", CSV), ("b", "b.csv", CSV))), 400)
    broken = api.post("/campaigns/1/imports", body=CSV, headers={"Content-Type": "multipart/form-data"})
    assert_problem(broken, 400)


def test_an_inactive_campaign_accepts_files_and_a_missing_one_does_not(api: Client, campaign: Make) -> None:
    campaign(active=False)
    assert upload(api).status == 201
    assert_problem(api.post("/campaigns/2/imports", body=CSV, headers={"Content-Type": "text/csv"}), 404)
    assert_problem(api.get("/campaigns/1/imports/nothing"), 404)
    assert_problem(api.get("/campaigns/2/imports"), 404)


def test_progress_and_refused_rows_are_shown(api: Client, campaign: Make) -> None:
    campaign()
    before = files.read(1, upload(api).json()["import_id"])
    after, action = files.advance(before, 1, 0, 0, [RowError(line=2, field="email", message="is missing")], 1, False)
    tables.write(action)

    shown = api.get(f"/campaigns/1/imports/{after.import_id}").json()

    assert (shown["status"], shown["rows_read"], shown["percent"], shown["refused"]) == ("RUNNING", 1, 50, 1)
    assert shown["errors"] == [{"line": 2, "field": "email", "message": "is missing"}]


def test_imports_are_listed_newest_first(api: Client, campaign: Make) -> None:
    campaign()
    made = [files.store(1, f"{number}.csv", CSV, 2, f"import-{number}").import_id for number in range(3)]

    first = api.get("/campaigns/1/imports", {"limit": 2}).json()
    rest = api.get("/campaigns/1/imports", {"limit": 2, "cursor": first["next_cursor"]}).json()

    assert [one["import_id"] for one in (*first["items"], *rest["items"])] == made[::-1]
    assert rest["next_cursor"] is None
