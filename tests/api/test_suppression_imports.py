"""Suppression lists over HTTP: previewed, imported, followed; refused rows; twice the same as once."""

import csv
import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import boto3
import pytest

from cam.leads import stored_files
from cam.mail import suppression, suppression_imports
from cam.text import clock
from functions.suppressions.handler import handler
from tests.api.client import Answer, Client, assert_problem
from tests.conftest import BUCKET, SUPPRESSIONS_ARN, Context

PATH = "/suppressions/imports"
CSV = {"Content-Type": "text/csv"}
LIST = "Email,Reason,Date\nAnn+x@Acme.example,spam,2024-05-01\nrival.example,,\nnobody,x,\ngmail.com,,\n"


def upload(api: Client, text: str = LIST, path: str = PATH, **more: Any) -> Answer:
    return api.post(path, body=text.encode(), headers={**CSV, **more.pop("headers", {})}, **more)


def work(import_id: str, milliseconds: int = 300_000) -> Mapping[str, Any]:
    """What the state machine calls."""
    found: Mapping[str, Any] = handler({"import_id": import_id}, Context(milliseconds))  # type: ignore[arg-type]
    return found


def imported(api: Client, text: str = LIST, **more: Any) -> dict[str, Any]:
    one = upload(api, text, **more).json()
    while work(one["import_id"])["more"]:
        pass
    found: dict[str, Any] = api.get(f"{PATH}/{one['import_id']}").json()
    return found


def announce(api: Client, size: int = 100, **more: Any) -> Answer:
    return api.post(PATH, {"filename": "big.csv", "size": size, **more})


def put(import_id: str, data: bytes) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key=f"suppressions/{import_id}.csv", Body=data)


def listed(api: Client) -> list[tuple[str, str, str]]:
    found = api.get("/suppressions", {"limit": 100}).json()["items"]
    return sorted((one["address"] or one["domain"] or one["hash"], one["reason"], one["since"][:10]) for one in found)


def test_a_preview_shows_how_a_list_is_read_and_stores_nothing(api: Client) -> None:
    found = upload(api, path=f"{PATH}/preview").json()

    assert [column["field"] for column in found["columns"]] == ["address", "reason", "date"]
    assert found["rows"][0] == {
        "line": 2, "address": "ann@acme.example", "domain": None, "hash": None, "reason": "spam",
        "since": "2024-05-01T00:00:00.000Z", "errors": [],
    }  # fmt: skip
    assert found["rows"][1]["domain"] == "rival.example"
    assert [error["line"] for error in found["errors"]] == [4, 5]
    assert {name: found[name] for name in ("addresses", "domains", "hashes", "refused", "rows_in_preview")} == {
        "addresses": 1, "domains": 1, "hashes": 0, "refused": 2, "rows_in_preview": 4,
    }  # fmt: skip
    assert (found["encoding"], found["delimiter"], found["header"]) == ("ASCII", ",", True)
    assert listed(api) == []
    assert api.get(PATH).json()["items"] == []


def test_an_import_suppresses_whom_the_list_names_and_says_what_it_refused(api: Client) -> None:
    answer = upload(api, query={"filename": "old tool.csv", "reason": "opt-out in the old tool"})
    import_id = answer.json()["import_id"]
    began = api.get(answer.location).json()

    assert work(import_id) == {"more": False, "wait": 0}

    found = api.get(answer.location).json()
    assert (answer.status, began["status"], found["status"], found["percent"]) == (201, "PENDING", "COMPLETED", 100)
    assert {name: found[name] for name in ("added", "already_suppressed", "refused", "rows_read")} == {
        "added": 2, "already_suppressed": 0, "refused": 2, "rows_read": 4,
    }  # fmt: skip
    assert [(error["line"], error["field"]) for error in found["errors"]] == [(4, "address"), (5, "address")]
    assert listed(api) == [
        ("ann@acme.example", "spam", "2024-05-01"),
        ("rival.example", "opt-out in the old tool", clock.iso(clock.now())[:10]),
    ]
    assert suppression.suppressed(["ANN@acme.example", "bob@mail.rival.example", "eve@gmail.com"]) == {
        "ANN@acme.example",
        "bob@mail.rival.example",
    }
    assert api.get(PATH).json()["items"] == [found]


def test_a_list_that_is_imported_again_changes_nothing(api: Client) -> None:
    imported(api)
    before = listed(api)

    again = imported(api, LIST.replace("spam", "another reason"))

    assert (again["added"], again["already_suppressed"]) == (0, 2)
    assert listed(api) == before


def test_somebody_whom_a_list_names_twice_is_suppressed_once(api: Client) -> None:
    found = imported(api, "email\nann@acme.example\nANN+2@acme.example\n")
    assert (found["addresses"], found["added"], found["already_suppressed"]) == (2, 1, 1)


def test_a_worker_that_is_called_again_goes_on_where_the_last_one_stopped(api: Client) -> None:
    text = "email\n" + "".join(f"p{number}@acme{number}.example\n" for number in range(250))
    import_id = upload(api, text).json()["import_id"]

    calls = 0
    while work(import_id, milliseconds=1)["more"]:
        calls += 1

    found = api.get(f"{PATH}/{import_id}").json()
    assert calls == 2
    assert (found["status"], found["added"], found["rows_read"]) == ("COMPLETED", 250, 250)
    assert len(suppression.suppressed(f"p{number}@acme{number}.example" for number in range(250))) == 250
    assert work(import_id) == {"more": False, "wait": 0}
    assert api.get(f"{PATH}/{import_id}").json() == found


def test_of_two_workers_one_goes_on_and_nobody_counts_twice(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "email\n" + "".join(f"p{number}@acme{number}.example\n" for number in range(150))
    import_id = upload(api, text).json()["import_id"]
    stale = suppression_imports.read(import_id)
    work(import_id, milliseconds=1)
    with monkeypatch.context() as patched:
        reads = iter([stale])
        read = suppression_imports.read
        patched.setattr(suppression_imports, "read", lambda import_id: next(reads, None) or read(import_id))
        assert work(import_id) == {"more": False, "wait": 0}

    found = api.get(f"{PATH}/{import_id}").json()
    assert (found["status"], found["added"], found["already_suppressed"]) == ("COMPLETED", 150, 0)


def test_a_file_that_the_client_uploads_is_waited_for_and_taken_in(api: Client) -> None:
    answer = announce(api)
    one = answer.json()
    waits = work(one["import_id"])
    early = api.post(f"{PATH}/preview", {"import_id": one["import_id"]})
    put(one["import_id"], LIST.encode())
    shown = api.post(f"{PATH}/preview", {"import_id": one["import_id"]})

    assert work(one["import_id"]) == {"more": False, "wait": 0}

    assert (answer.status, one["status"], one["upload_headers"]) == (201, "PENDING", {"Content-Length": "100"})
    assert f"/suppressions/{one['import_id']}.csv" in one["upload_url"]
    assert waits == {"more": True, "wait": 3}
    assert_problem(early, 409, says="not been uploaded")
    assert shown.json()["addresses"] == 1
    found = api.get(answer.location).json()
    assert (found["status"], found["added"]) == ("COMPLETED", 2)


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "empty"), (b"Kontakt\nabc\n", "such as"), (b"email\n", "no rows"), (b"PK\x03\x04", "Excel")],
)
def test_an_uploaded_file_that_cannot_be_read_fails_and_says_why(api: Client, data: bytes, says: str) -> None:
    one = announce(api).json()
    put(one["import_id"], data)

    assert work(one["import_id"]) == {"more": False, "wait": 0}

    found = api.get(f"{PATH}/{one['import_id']}").json()
    assert found["status"] == "FAILED"
    assert says in found["errors"][0]["message"]
    assert found["errors"][0]["field"] == "file"


def test_a_file_that_never_comes_is_given_up_after_a_day(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    one = announce(api).json()
    moment = clock.now()
    waits = []
    for after in (timedelta(hours=1), timedelta(hours=23), timedelta(hours=25)):
        monkeypatch.setattr(clock, "now", lambda after=after: moment + after)
        waits.append(work(one["import_id"]))

    assert [wait["wait"] for wait in waits] == [180, 300, 0]
    found = api.get(f"{PATH}/{one['import_id']}").json()
    assert (found["status"], found["errors"][0]["message"].split(":")[0]) == ("FAILED", "the file was never uploaded")


def test_an_import_whose_execution_is_over_before_its_end_has_failed(
    api: Client, monkeypatch: pytest.MonkeyPatch, pipeline: Any
) -> None:
    text = "email\n" + "".join(f"p{number}@acme{number}.example\n" for number in range(150))
    one = upload(api, text).json()
    work(one["import_id"], milliseconds=1)
    moment = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: moment)
    lives = api.get(f"{PATH}/{one['import_id']}").json()
    pipeline.stop_execution(executionArn=f"{SUPPRESSIONS_ARN.replace('stateMachine', 'execution')}:{one['import_id']}")

    found = api.get(f"{PATH}/{one['import_id']}").json()

    assert lives["status"] == "RUNNING"
    assert found["status"] == "FAILED"
    assert found["added"] == 98
    assert "upload the file again" in found["errors"][0]["message"]


def test_a_repeated_request_imports_once(api: Client) -> None:
    once = {"Idempotency-Key": "monday"}
    first = upload(api, headers=once).json()
    again = upload(api, headers=once).json()

    assert first["import_id"] == again["import_id"]
    assert len(api.get(PATH).json()["items"]) == 1


def test_a_form_carries_mapping_and_reason(api: Client) -> None:
    parts = {"mapping": '{"Kontakt": "address"}', "reason": "from the old CRM"}
    body = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{t}\r\n' for n, t in parts.items())
    body += (
        '--b\r\nContent-Disposition: form-data; name="file"; filename="old.csv"\r\n\r\nKontakt\nann@acme.example\n\r\n'
    )
    answer = api.post(
        PATH, body=f"{body}--b--\r\n".encode(), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )

    work(answer.json()["import_id"])

    assert answer.json()["filename"] == "old.csv"
    assert answer.json()["mapping"] == {"Kontakt": "address"}
    assert [one[:2] for one in listed(api)] == [("ann@acme.example", "from the old CRM")]


@pytest.mark.parametrize(
    ("text", "query", "field", "says"),
    [
        ("", {}, "file", "empty"),
        ("email\n", {}, "file", "no rows"),
        ("Kontakt\nabc\n", {}, "file", "such as"),
        ("Kontakt\nann@acme.example\n", {"mapping": '{"Kontakt": "adress"}'}, "mapping.Kontakt", "'address'"),
        ("email\nann@acme.example\n", {"mapping": '{"Mail": "address"}'}, "mapping", "no column 'Mail'"),
        ("email\nann@acme.example\n", {"mapping": "[]"}, "mapping", "JSON object"),
        ("email\nann@acme.example\n", {"reason": "x" * 201}, "reason", "200 characters"),
        ("email\nann@acme.example\n", {"resaon": "x"}, "resaon", "'reason'"),
    ],
)
def test_what_cannot_be_imported_is_refused_and_the_answer_says_what_to_do(
    api: Client, text: str, query: dict[str, str], field: str, says: str
) -> None:
    assert_problem(upload(api, text, query=query), 422, field, says=says)
    assert api.get(PATH).json()["items"] == []


def test_a_file_that_is_too_large_or_of_another_kind_is_refused(api: Client) -> None:
    assert_problem(announce(api, size=suppression_imports.MOST_BYTES + 1), 422, "size")
    assert_problem(upload(api, "email\n" + "x" * (5 << 20)), 413, says="upload")
    assert_problem(api.post(PATH, body=b"x", headers={"Content-Type": "text/plain"}), 415)
    assert_problem(api.get(f"{PATH}/nothing"), 404)
    assert_problem(api.get(f"{PATH}/nothing/errors.csv"), 404)


def test_all_refused_rows_can_be_downloaded(api: Client) -> None:
    one = imported(api, "email\n" + "".join(f"={number}\n" for number in range(150)))

    answer = api.get(f"{PATH}/{one['import_id']}/errors.csv")

    rows = list(csv.reader(io.StringIO(answer.body.decode())))
    assert (one["refused"], len(one["errors"]), len(rows)) == (150, 100, 151)
    assert rows[0] == ["line", "field", "message"]
    assert rows[150][0] == "151"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''upload-errors.csv"


def test_nobody_is_named_in_the_log(api: Client, caplog: pytest.LogCaptureFixture) -> None:
    imported(api)
    assert not [record for record in caplog.records if "ann" in str(vars(record)).lower().replace("channel", "")]


def test_a_file_is_read_part_by_part(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_files, "_FEW", 700)
    monkeypatch.setattr(stored_files, "_MANY", 900)
    text = "ünsere Sperren\r\n" + "".join(f"p{number}@acme{number}.example\r\n" for number in range(300))
    one = announce(api, size=len(text.encode())).json()
    put(one["import_id"], text.encode())

    while work(one["import_id"], milliseconds=1)["more"]:
        pass

    found = api.get(f"{PATH}/{one['import_id']}").json()
    assert (found["added"], found["refused"], found["status"]) == (300, 0, "COMPLETED")
