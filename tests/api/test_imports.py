"""Imports over HTTP."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import boto3
import pytest

from cam.leads import csvfile, imports, stored_files
from cam.leads.csvfile import Place
from cam.leads.row_errors import RowError
from cam.model.models import Campaign
from cam.platform import tables
from functions.api.uploaded_files import MOST_BYTES, name
from tests.api.client import Answer, Client, assert_problem

Make = Callable[..., Campaign]
CSV = b"name,email\nAnn Lee,ann@acme.example\nBob Ray,bob@acme.example\n"


def upload(api: Client, body: bytes = CSV, **more: Any) -> Answer:
    headers = {"Content-Type": "text/csv", **more.pop("headers", {})}
    return api.post(more.pop("path", "/campaigns/1/imports"), body=body, headers=headers, **more)


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
        (b"colour,shape\nred,round\n", "No recognised columns"),
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


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_other_types_are_refused_with_those_that_are_taken(api: Client, campaign: Make, kind: str) -> None:
    campaign()
    answer = api.post("/campaigns/1/imports", body=b'{"filename": "a.csv", "size": 9}', headers={"Content-Type": kind})
    assert_problem(answer, 415, says="text/csv")


def test_a_form_may_say_what_columns_mean_as_the_query_may(api: Client, campaign: Make) -> None:
    campaign()
    own = b"Kontakt,Adresse\nAnn Lee,ann@acme.example\n"
    parts = ("file", "a.csv", own), ("mapping", None, b'{"Kontakt": "name", "Adresse": "email"}')

    for path in ("/campaigns/1/imports", "/campaigns/1/imports/preview"):
        assert api.post(path, **form(*parts)).status in (200, 201)
    assert api.get("/campaigns/1/imports").json()["items"][0]["mapping"] == {"Kontakt": "name", "Adresse": "email"}
    wrong = api.post("/campaigns/1/imports", **form(parts[0], ("mapping", None, b'{"Kontakt": "nmae"}')))
    assert_problem(wrong, 422, "mapping.Kontakt", says="Did you mean 'name'?")


def test_the_errors_of_a_file_that_could_not_be_read_say_why(api: Client, campaign: Make) -> None:
    campaign()
    one = imports.read(1, upload(api).json()["import_id"])
    imports.fail(one, "The file is a PDF, not CSV.")

    found = api.get(f"/campaigns/1/imports/{one.import_id}/errors.csv")

    assert found.body.decode().splitlines() == ["line,field,message", '1,file,"The file is a PDF, not CSV."']


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
    before = imports.read(1, upload(api).json()["import_id"])
    place = Place(35, 1, 3, "ascii")
    errors = [RowError(line=2, field="email", message="is missing")]
    after, actions = imports.advance(before, place, 0, 0, errors, 1, finished=False)
    tables.transact(actions)

    shown = api.get(f"/campaigns/1/imports/{after.import_id}").json()

    assert (shown["status"], shown["rows_read"], shown["percent"], shown["refused"]) == ("RUNNING", 1, 57, 1)
    assert shown["errors"] == [{"line": 2, "field": "email", "message": "is missing"}]


def test_imports_are_listed_newest_first(api: Client, campaign: Make) -> None:
    campaign()
    made = [
        imports.store(1, f"{number}.csv", CSV, csvfile.check(CSV), import_id=f"import-{number}").import_id
        for number in range(3)
    ]

    first = api.get("/campaigns/1/imports", {"limit": 2}).json()
    rest = api.get("/campaigns/1/imports", {"limit": 2, "cursor": first["next_cursor"]}).json()

    assert [one["import_id"] for one in (*first["items"], *rest["items"])] == made[::-1]
    assert rest["next_cursor"] is None


def announce(api: Client, size: int = len(CSV), **more: Any) -> dict[str, Any]:
    answer = api.post("/campaigns/1/imports", {"filename": "big.csv", "size": size, **more})
    assert answer.status == 201, answer.body
    said = answer.json()
    assert isinstance(said, dict)
    return said


def put(one: dict[str, Any], body: bytes = CSV) -> str:
    """Upload to the bucket as the client of that import does; the key of the object."""
    key = f"imports/1/{one['import_id']}.csv"
    boto3.client("s3").put_object(Bucket="cam-imports", Key=key, Body=body)
    return key


def test_a_large_file_is_announced_and_gets_an_address_of_its_own(api: Client, campaign: Make) -> None:
    campaign()
    one = announce(api, imports.MOST_BYTES)

    url = urlsplit(one["upload_url"])
    asked = parse_qs(url.query)
    assert (url.scheme, url.netloc) == ("https", "cam-imports.s3.us-east-1.amazonaws.com")
    assert url.path == f"/imports/1/{one['import_id']}.csv"
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert asked["X-Amz-SignedHeaders"] == ["content-length;host"]
    assert asked["X-Amz-Expires"] == ["3600"]
    assert one["upload_headers"] == {"Content-Length": str(imports.MOST_BYTES)}
    created, until = (datetime.fromisoformat(one[name]) for name in ("created_at", "upload_expires_at"))
    assert until - created == timedelta(hours=1)
    assert (one["status"], one["size"], one["rows"], one["percent"]) == ("PENDING", imports.MOST_BYTES, None, 0)
    assert api.get(f"/campaigns/1/imports/{one['import_id']}").json().items() <= one.items()


def test_the_address_is_on_the_emulator_where_there_is_one(
    api: Client, campaign: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign()
    stored_files._s3.cache_clear()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:4566")

    assert announce(api)["upload_url"].startswith("http://127.0.0.1:4566/cam-imports/imports/1/")


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"filename": "a.csv", "size": 0}, "size", "at least 1"),
        ({"filename": "a.csv", "size": (1 << 30) + 1}, "size", "at most 1,073,741,824"),
        ({"filename": "a.csv"}, "size", "required"),
        ({"filename": "a.csv", "sise": 1, "size": 1}, "sise", "Did you mean 'size'?"),
        ({"filename": "a.csv", "size": 1, "mapping": {"Firma": "compny"}}, "mapping.Firma", "Did you mean 'company'?"),
    ],
)
def test_an_announcement_that_cannot_be_is_refused(
    api: Client, campaign: Make, body: dict[str, Any], field: str, says: str
) -> None:
    campaign()
    assert_problem(api.post("/campaigns/1/imports", body), 422, field, says=says)


def test_an_announcement_that_is_no_json_is_refused(api: Client, campaign: Make) -> None:
    campaign()
    answer = api.post("/campaigns/1/imports", body=b"{filename", headers={"Content-Type": "application/json"})
    assert_problem(answer, 400, says="not JSON")


def test_a_harvest_waits_for_the_upload(api: Client, campaign: Make) -> None:
    campaign()
    one = announce(api)
    assert_problem(api.post("/campaigns/1/execute/harvest", query={"wait": 0}), 422, says="upload a CSV")

    put(one)

    assert api.post("/campaigns/1/execute/harvest", query={"wait": 0}).status == 202


EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("filename", "layout", "delimiter", "fields"),
    [
        ("leads.csv", "apollo", ",", {"Company Name for Emails": "company", "# Employees": "employee_count"}),
        ("hubspot.csv", "hubspot", ",", {"Associated Company": "company", "Job Title": "role"}),
        ("salesforce.csv", "salesforce", ",", {"Company / Account": "company", "No. of Employees": "employee_count"}),
        ("plain.csv", "plain", ";", {"company": "company", "role": "role"}),
    ],
)
def test_a_preview_shows_columns_and_the_first_leads_and_stores_nothing(
    api: Client, campaign: Make, filename: str, layout: str, delimiter: str, fields: dict[str, str]
) -> None:
    campaign()
    data = (EXAMPLES / filename).read_bytes()

    answer = upload(api, data, path="/campaigns/1/imports/preview")

    assert answer.status == 200, answer.body
    shown = answer.json()
    facts = csvfile.check(data)
    assert (shown["layout"], shown["delimiter"], shown["encoding"]) == (layout, delimiter, "UTF-8")
    assert shown["rows_in_preview"] == facts.rows
    assert [column["header"] for column in shown["columns"]] == list(facts.header)
    assert fields.items() <= {column["header"]: column["field"] for column in shown["columns"]}.items()
    assert all((column["field"] is None) != (column["kept_as"] is None) for column in shown["columns"])
    assert len(shown["leads"]) == min(10, facts.rows or 0)
    assert all((one["lead"] is None) == bool(one["errors"]) for one in shown["leads"])
    assert shown["leads"][0]["lead"]["company"]
    assert api.get("/campaigns/1/imports").json()["items"] == []
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="cam-imports")


def test_a_part_of_a_file_shows_no_error_of_its_last_row(api: Client, campaign: Make) -> None:
    campaign()
    row = b'J\xc3\xbcrgen,j@acme.example,"a, ""b""\nc"\n'
    data = b"name,email,notes\n" + row * 3

    for cut in range(len(data) - len(row), len(data)):
        if not data[:cut].endswith(b"\n"):
            found = upload(api, data[:cut], path="/campaigns/1/imports/preview").json()["leads"]
            assert [one["errors"] for one in found] == [[]] * len(found), data[:cut]
            assert len(found) in (2, 3)


def test_a_preview_shows_what_is_wrong_with_a_row(api: Client, campaign: Make) -> None:
    campaign()
    body = b"name,email\nAnn,ann@acme.example\nBob,nothing\nCy,c@x.example,1,2\n"

    found = upload(api, body, path="/campaigns/1/imports/preview").json()["leads"]

    assert [(one["line"], [error["field"] for error in one["errors"]]) for one in found] == [
        (2, []), (3, ["email"]), (4, ["row"]),
    ]  # fmt: skip


def test_a_preview_warns_of_a_zone_that_is_unknown_and_shows_where_the_others_come_from(
    api: Client, campaign: Make
) -> None:
    campaign()
    body = b"name,email,time zone,country\nAnn,ann@acme.example,Mars/Base,Japan\nBob,bob@acme.example,EST,\n"

    found = upload(api, body, path="/campaigns/1/imports/preview").json()["leads"]

    assert [([one["field"] for one in row["warnings"]], row["errors"]) for row in found] == [
        (["time_zone"], []),
        ([], []),
    ]
    shown = [row["lead"]["enrichment"] for row in found]
    assert [(one["time_zone"], one["time_zone_from"]) for one in shown] == [
        ("Asia/Tokyo", "country"), ("America/New_York", "stated"),
    ]  # fmt: skip


def test_rows_that_were_imported_in_part_are_shown_and_downloaded(api: Client, campaign: Make) -> None:
    campaign()
    before = imports.read(1, upload(api).json()["import_id"])
    errors = [RowError(line=3, field="email", message="is missing")]
    warnings = [RowError(line=2, field="time_zone", message="is unknown")]
    place = Place(35, 2, 4, "ascii")
    after, actions = imports.advance(before, place, 1, 0, errors, 1, finished=False, warnings=warnings)
    tables.transact(actions)
    path = f"/campaigns/1/imports/{after.import_id}"

    shown = api.get(path).json()

    assert (shown["refused"], shown["warned"]) == (1, 1)
    assert shown["row_warnings"] == [{"line": 2, "field": "time_zone", "message": "is unknown"}]
    assert api.get(f"{path}/errors.csv").body.decode().splitlines() == [
        "line,field,message", "2,time_zone,is unknown", "3,email,is missing",
    ]  # fmt: skip


def test_a_file_of_which_no_column_is_known_can_be_looked_at_and_mapped(api: Client, campaign: Make) -> None:
    campaign()
    body, own = "Vardas;Paštas;Notes\nZoé;zoe@acme.example;hi\n".encode(), {"Vardas": "name", "paštas": "email"}

    blind = upload(api, body, path="/campaigns/1/imports/preview").json()
    shown = upload(api, body, path="/campaigns/1/imports/preview", query={"mapping": json.dumps(own)}).json()
    assert_problem(upload(api, body), 422, "file", says="No recognised columns")
    stored = upload(api, body, query={"mapping": json.dumps(own)})

    assert (blind["layout"], {column["field"] for column in blind["columns"]}) == (None, {None})
    assert [column["field"] for column in shown["columns"]] == ["name", "email", None]
    assert shown["columns"][2] == {"header": "Notes", "field": None, "kept_as": "notes", "sample": "hi"}
    assert shown["leads"][0]["lead"]["email"] == "zoe@acme.example"
    assert (stored.status, stored.json()["mapping"]) == (201, own)


@pytest.mark.parametrize(
    ("mapping", "field", "says"),
    [
        ('{"emial": "email"}', "mapping.emial", "Did you mean 'email'?"),
        ('{"email": "e-mail"}', "mapping.email", "Did you mean 'email'?"),
        ('{"email": 1}', "mapping", "JSON object"),
        ("[]", "mapping", "JSON object"),
        ("{", "mapping", "JSON object"),
    ],
)
@pytest.mark.parametrize("path", ["/campaigns/1/imports", "/campaigns/1/imports/preview"])
def test_a_mapping_that_fits_nothing_is_refused(
    api: Client, campaign: Make, mapping: str, field: str, says: str, path: str
) -> None:
    campaign()
    assert_problem(upload(api, path=path, query={"mapping": mapping}), 422, field, says=says)


def test_a_file_that_lies_in_the_bucket_can_be_looked_at(api: Client, campaign: Make) -> None:
    campaign()
    one = announce(api, mapping={"name": "last_name"})
    asked = {"import_id": one["import_id"]}
    early = api.post("/campaigns/1/imports/preview", asked)
    key = put(one)

    shown = api.post("/campaigns/1/imports/preview", asked).json()
    other = api.post("/campaigns/1/imports/preview", {**asked, "mapping": {"name": None}}).json()
    put(one, b"")
    empty = api.post("/campaigns/1/imports/preview", asked)

    assert_problem(early, 409, says="not been uploaded")
    assert [column["field"] for column in shown["columns"]] == ["last_name", "email"]
    assert [column["field"] for column in other["columns"]] == [None, "email"]
    assert_problem(empty, 409, says="empty")
    assert_problem(api.post("/campaigns/1/imports/preview", {"import_id": "nothing"}), 404)
    assert key


def test_all_errors_can_be_downloaded(api: Client, campaign: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign()
    one = imports.read(1, upload(api, query={"filename": "März=1.csv"}).json()["import_id"])
    for batch in range(3):
        found = [
            RowError(line=2 + batch, field="email", message="'ü' is none"),
            RowError(line=2 + batch, field="name", message="=1+1"),
        ]
        place = Place(10 * batch, batch + 1, 3 + batch, "ascii")
        one, actions = imports.advance(one, place, 0, 0, found, 1, finished=False)
        tables.transact(actions)
    path = f"/campaigns/1/imports/{one.import_id}/errors.csv"

    whole = api.get(path)
    monkeypatch.setattr("functions.api.csv_parts.MOST", 30)
    parts, following = [], path
    while following:
        answer = api.get(following.partition("?")[0], dict(parse_qsl(following.partition("?")[2])))
        parts.append(answer.body)
        link = answer.headers.get("link", "")
        following = link and path + link.partition("errors.csv")[2].partition(">")[0]

    assert whole.headers["content-type"] == "text/csv; charset=utf-8"
    assert whole.headers["content-disposition"] == "attachment; filename*=UTF-8''M%C3%A4rz%3D1-errors.csv"
    assert whole.body.decode().splitlines() == [
        "line,field,message",
        *(text for n in (2, 3, 4) for text in (f"{n},email,'ü' is none", f"{n},name,'=1+1")),
    ]
    assert len(parts) == 3
    assert b"".join(parts) == whole.body
    assert_problem(api.get("/campaigns/1/imports/nothing/errors.csv"), 404)
    assert_problem(api.get(path, {"cursor": "x"}), 422)
