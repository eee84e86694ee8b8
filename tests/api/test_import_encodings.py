"""The encoding of an uploaded file over HTTP: found out, stated, or asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from cam.model.models import Campaign
from tests.api.client import Answer, Client, assert_problem

Make = Callable[..., Campaign]
PATHS = ("/campaigns/1/imports", "/campaigns/1/imports/preview")
TEXT = "Email;First Name;Company\nj@x.example;Jürgen;Müller & Söhne GmbH, Köln\n"
# Reads well in two encodings.
UNCERTAIN = "name,email\nKöln,k@x.example\n".encode("mac-roman")


def upload(api: Client, path: str, body: bytes, **query: str) -> Answer:
    return api.post(path, body=body, headers={"Content-Type": "text/csv"}, query=query)


def form(body: bytes, **fields: str) -> dict[str, Any]:
    parts = b"".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    )
    file = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + body + b"\r\n--b--\r\n"
    return {"body": parts + file, "headers": {"Content-Type": "multipart/form-data; boundary=b"}}


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("cp1252", "Windows-1252"),
        ("mac-roman", "Mac Roman"),
        ("cp850", "CP850"),
        ("ascii", "ASCII"),
    ],
)
def test_upload_and_preview_say_the_encoding_that_was_taken(api: Client, campaign: Make, codec: str, name: str) -> None:
    campaign()
    data = TEXT.encode(codec, "ignore")

    stored, shown = (upload(api, path, data).json() for path in PATHS)
    read = api.get(f"/campaigns/1/imports/{stored['import_id']}").json()

    assert (stored["encoding"], shown["encoding"], read["encoding"]) == (name, name, name)
    assert shown["leads"][0]["lead"]["first_name"] == ("Jrgen" if codec == "ascii" else "Jürgen")


@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_certain_is_asked_and_can_be_said(api: Client, campaign: Make, path: str) -> None:
    campaign()

    question = upload(api, path, UNCERTAIN)
    answers = [
        upload(api, path, UNCERTAIN, encoding="x-mac-roman"),
        api.post(path, **form(UNCERTAIN, encoding="macintosh")),
    ]

    assert_problem(question, 422, "encoding", says="encoding=mac_roman if it should read “Köln”")
    assert_problem(question, 422, "encoding", says="encoding=windows-1252 if it should read “Kšln”")
    for answer in answers:
        assert answer.status in (200, 201), answer.body
        assert answer.json()["encoding"] == "Mac Roman"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("klingon", "'klingon' is not an encoding that CAM reads. Send one of: utf-8"),
        ("utf-7", "Send one of: utf-8"),
        ("utf-8", "Line 2 cannot be read as UTF-8"),
        ("shift_jis", "Line 2 cannot be read as Shift_JIS"),
    ],
)
def test_an_encoding_that_is_none_or_does_not_fit_is_refused(
    api: Client, campaign: Make, path: str, encoding: str, says: str
) -> None:
    campaign()

    answer = upload(api, path, b"name,email\nJ\x9f,j@x.example\n", encoding=encoding)

    assert_problem(answer, 422, "encoding", says=says)


def test_a_large_file_is_announced_with_its_encoding_and_can_be_looked_at(api: Client, campaign: Make) -> None:
    campaign()
    asked = {"filename": "a.csv", "size": len(UNCERTAIN)}
    one = api.post("/campaigns/1/imports", {**asked, "encoding": "mac_roman"}).json()
    open_one = api.post("/campaigns/1/imports", asked).json()
    for each in (one, open_one):
        key = f"imports/1/{each['import_id']}.csv"
        boto3.client("s3").put_object(Bucket="cam-imports", Key=key, Body=UNCERTAIN)

    shown = api.post("/campaigns/1/imports/preview", {"import_id": one["import_id"]}).json()
    question = api.post("/campaigns/1/imports/preview", {"import_id": open_one["import_id"]})
    said = api.post("/campaigns/1/imports/preview", {"import_id": open_one["import_id"], "encoding": "mac_roman"})

    assert (one["encoding"], open_one["encoding"]) == ("Mac Roman", None)
    assert shown["leads"][0]["lead"]["name"] == said.json()["leads"][0]["lead"]["name"] == "Köln"
    assert_problem(question, 422, "encoding", says="not certain")
    assert_problem(
        api.post("/campaigns/1/imports", {**asked, "encoding": "klingon"}), 422, "encoding", says="Send one of"
    )


def test_columns_that_nobody_knows_and_numbers_that_are_open_are_shown(api: Client, campaign: Make) -> None:
    campaign()
    data = "Vorname;Nachname;Firma;E-Mail-Adresse;Umsatz;Anrede\nZoé;Lee;Acme;z@acme.example;1.200;Frau\n".encode()

    stored, shown = (upload(api, path, data).json() for path in PATHS)

    assert stored["unknown_columns"] == shown["unknown_columns"] == ["Anrede"]
    (sample,) = shown["leads"]
    assert (sample["lead"]["first_name"], sample["lead"]["last_name"]) == ("Zoé", "Lee")
    assert sample["warnings"][0]["field"] == "annual_revenue"


def test_text_that_was_encoded_twice_is_repaired_and_said(api: Client, campaign: Make) -> None:
    campaign()

    stored, shown = (upload(api, path, "name,email\nJÃ¼rgen Lee,j@x.example\n".encode()).json() for path in PATHS)

    assert shown["leads"][0]["lead"]["first_name"] == "Jürgen"
    for answer in (stored, shown):
        assert any("“JÃ¼rgen”: CAM reads it as “Jürgen”" in warning for warning in answer["warnings"])


def test_the_examples_say_their_encoding(api: Client, campaign: Make) -> None:
    campaign()
    data = (Path(__file__).parents[2] / "examples" / "leads.csv").read_bytes()

    assert upload(api, PATHS[1], data).json()["encoding"] == "UTF-8"
