"""Every door of the API against what no table holds: a 422 that names the field and the character, and never a 500."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cam.model.models import Campaign
from tests.api.client import Answer, Client, assert_problem
from tests.api.test_wrong_types import BODIES, operations, resolved

LONE, NUL = "\ud800", "\0"
SAID = {LONE: "half of a surrogate pair (U+D800)", NUL: "a control character (U+0000)"}
WHOLE_NUMBERS = ("1e999", "NaN", "-Infinity", "1e200", "9" * 40, "9" * 400, "9" * 4000)
type Path = tuple[str | int, ...]


def examples(schema: dict[str, Any], depth: int = 0) -> Any:
    """A body that has every property of the schema, of the right kind, as far as it goes."""
    schema = resolved(schema)
    if "properties" in schema and depth < 8:
        return {name: examples(inner, depth + 1) for name, inner in schema["properties"].items()}
    if isinstance(schema.get("items"), dict):
        return [examples(schema["items"], depth + 1)]
    if isinstance(schema.get("additionalProperties"), dict) or schema.get("additionalProperties") is True:
        return {"name": "text"}
    return {"integer": 1, "number": 1, "boolean": True, "array": ["text"], "object": {}}.get(
        schema.get("type", ""), "a"
    )


def places(value: Any, place: Path = ()) -> Iterator[Path]:
    """Where a text, or a name, can stand in a body."""
    yield place
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*place, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*place, index))


def at(value: Any, place: Path, new: Any) -> Any:
    """The body with something else at one place."""
    if not place:
        return new
    first, *rest = place
    if isinstance(value, dict):
        return {name: at(inner, tuple(rest), new) if name == first else inner for name, inner in value.items()}
    return [at(inner, tuple(rest), new) if index == first else inner for index, inner in enumerate(value)]


def found(value: Any, place: Path) -> Any:
    for step in place:
        value = value[step]
    return value


def named(place: Path) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def asked(api: Client, method: str, path: str, parameters: Any, body: bytes) -> Answer:
    # What is taken after all is not waited for.
    query = {"wait": "0"} if any(one["name"] == "wait" for one in parameters) else None
    headers = {"Content-Type": "application/json"}
    return api.request(method, re.sub(r"\{\w+\}", "1", path), body=body, headers=headers, query=query)


ROUTES = pytest.mark.parametrize(
    ("method", "path", "schema", "parameters"), BODIES, ids=[f"{method} {path}" for method, path, *_ in BODIES]
)


@ROUTES
def test_no_body_may_hold_a_character_that_cannot_be_stored(
    api: Client, campaign: Callable[..., Campaign], method: str, path: str, schema: Any, parameters: Any
) -> None:
    campaign()
    body = examples(schema)
    for place in places(body):
        for character in (LONE, NUL):
            answer = asked(api, method, path, parameters, json.dumps(at(body, place, f"a{character}")).encode())
            assert_problem(answer, 422, named(place) or "body", says=f"Character 2 is {SAID[character]}")
            if isinstance(inner := found(body, place), dict):
                sent = at(body, place, {**inner, f"b{character}": "a"})
                shown = (*place, "b\ufffd")
                problem = asked(api, method, path, parameters, json.dumps(sent).encode())
                assert_problem(problem, 422, named(shown), says=f"Character 2 is {SAID[character]}")


@ROUTES
def test_no_body_may_hold_a_number_that_cannot_be_stored_or_a_name_twice(
    api: Client, campaign: Callable[..., Campaign], method: str, path: str, schema: Any, parameters: Any
) -> None:
    campaign()
    body = examples(schema)
    for place in places(body):
        mark = json.dumps(at(body, place, "@@"))
        for number in WHOLE_NUMBERS:
            answer = asked(api, method, path, parameters, mark.replace('"@@"', number).encode())
            assert_problem(
                answer, 422, named(place) or "body", says="This must be a finite number with at most 38 digits"
            )
        twice = asked(api, method, path, parameters, mark.replace('"@@"', '{"a": 1, "a": 2}').encode())
        assert_problem(twice, 422, named(place) or "body", says="The name 'a' is given more than once.")


@ROUTES
def test_no_text_and_no_truth_is_taken_for_a_number(
    api: Client, campaign: Callable[..., Campaign], method: str, path: str, schema: Any, parameters: Any
) -> None:
    campaign()
    body = examples(schema)
    numbers = [one for one in places(body) if found(body, one) == 1 and found(body, one) is not True]
    for place in numbers:
        # What is known of a lead is read as in a file.
        if "enrichment" in place or "leads" in place:
            continue
        for given in ("10", True):
            answer = asked(api, method, path, parameters, json.dumps(at(body, place, given)).encode())
            assert_problem(answer, 422)
            fields = [error["field"] for error in answer.json()["errors"]]
            assert any(one.startswith(re.sub(r"\[\d+\]$", "", named(place))) for one in fields), (place, answer.body)


def test_every_route_with_a_body_is_tried() -> None:
    with_body = [one for one in operations("POST", "PUT", "PATCH") if "requestBody" in one[2]]
    assert len(BODIES) == len(with_body) > 15


PARAMETERS = [
    (method, path, one)
    for method, path, operation in operations("GET", "POST", "PUT", "DELETE")
    for one in operation.get("parameters", ())
]


@pytest.mark.parametrize("text", [f"a{LONE}", f"a{NUL}", "a\ufffd"], ids=["lone", "nul", "unreadable"])
def test_no_parameter_may_hold_a_character_that_cannot_be_stored(
    api: Client, campaign: Callable[..., Campaign], text: str
) -> None:
    campaign()
    for method, path, one in PARAMETERS:
        if one["in"] == "path":
            asked_path = re.sub(r"\{\w+\}", "1", path.replace(f"{{{one['name']}}}", text))
            answer = api.request(method, asked_path, {} if method in ("POST", "PUT") else None)
            assert_problem(answer, 404)
        elif one["in"] == "query":
            answer = api.request(method, re.sub(r"\{\w+\}", "1", path), query={one["name"]: text})
            assert_problem(answer, 422, one["name"])


def test_an_unknown_parameter_is_named_readably(api: Client) -> None:
    assert_problem(api.get("/campaigns", {f"a{LONE}": "1"}), 422, "a\ufffd", says="Unknown query parameter")


@pytest.mark.parametrize("key", [f"a{LONE}", f"a{NUL}", "a\ufffd", "é", "\u202e", "\uffff"])
def test_an_idempotency_key_of_any_characters_answers_alike_when_it_is_used_again(api: Client, key: str) -> None:
    first = api.post("/campaigns", {"name": "A"}, headers={"Idempotency-Key": key})
    again = api.post("/campaigns", {"name": "A"}, headers={"Idempotency-Key": key})

    assert (first.status, again.status) == (201, 201)
    assert first.json()["id"] == again.json()["id"]


@pytest.mark.parametrize(
    "body", [b'"\xed\xa0\x80"', b'"\xff"', b'{"name": "a\0"}', b'{"name": "\xef\xbf\xbd"}', b"\xff\xfe"]
)
def test_bytes_that_are_no_text_are_400(api: Client, body: bytes) -> None:
    for binary in (True, False):
        answer = api.post("/campaigns", body=body, headers={"Content-Type": "application/json"}, binary=binary)
        assert_problem(answer, 400)


def test_halves_that_make_a_pair_and_signs_that_people_write_are_taken(api: Client) -> None:
    names = ["\U0001f600", "e\u0301" * 100, "李", "\ufffe\uffff", "می\u200cخواهم"]
    for name in names:
        created = api.post("/campaigns", body=json.dumps({"name": name}).encode(), headers=JSON)
        assert (created.status, created.json()["name"]) == (201, name)


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("name", ["a\u202eb", "a\x1bb", "a\x85b", "a\nb", "\u2066a"])
def test_what_nobody_sees_is_refused_in_a_name(api: Client, name: str) -> None:
    assert_problem(api.post("/campaigns", {"name": name}), 422, "name", says="Remove it.")


@pytest.mark.parametrize(
    "moment", ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_moment_that_no_calendar_reckons_with_is_refused(api: Client, moment: str) -> None:
    tried = [
        (method, path, place, body)
        for method, path, schema, _ in BODIES
        for body in [examples(schema)]
        for place in places(body)
        if place and place[-1] in ("occurred_at", "as_of", "until")
    ]
    assert {place[-1] for *_, place, _ in tried} == {"occurred_at", "as_of", "until"}
    for method, path, place, body in tried:
        answer = api.request(method, re.sub(r"\{\w+\}", "1", path), at(body, place, moment))
        assert_problem(answer, 422, named(place))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (r"\ud800", 1), (r"a\uDFFF", 2), (r"\ud83d\ude00\ude00", 2), (r"\ud83d\ud83d\ude00", 1), (r"\\ud83d\ude00", 7),
        (r"\ud83d\\ude00", 1), (r"\ud83dx\ude00", 1), (r"\u0000", 1), (r"\ud83d", 1), (r"\ude00\ud83d", 1),
        (r"\ud83d\n\ude00", 1), (r"\\\u0000", 2),
    ],
)  # fmt: skip
def test_half_a_character_is_found_however_it_is_escaped(api: Client, text: str, place: int) -> None:
    answer = api.post("/campaigns", body=b'{"name": "' + text.encode() + b'"}', headers=JSON)
    assert_problem(answer, 422, "name", says=f"Character {place} is ")


@pytest.mark.parametrize("text", [r"\ud83d\ude00", r"\\ud83d\\u0000", r"\uD83D\uDE00\uD83D\uDE00", r"\ud7ff\ue000"])
def test_escapes_of_whole_characters_are_taken(api: Client, text: str) -> None:
    answer = api.post("/campaigns", body=b'{"name": "' + text.encode() + b'"}', headers=JSON)
    assert (answer.status, answer.json()["name"]) == (201, json.loads(f'"{text}"'))


def test_a_large_body_is_looked_through_once(api: Client, campaign: Callable[..., Campaign]) -> None:
    campaign()
    leads = [{"email": f"a{number}@acme.example", "enrichment": {"note": "x" * 200}} for number in range(499)]
    sent = {"leads": [*leads, {"email": f"a{LONE}@acme.example"}]}

    assert_problem(api.post("/campaigns/1/leads", sent), 422, "leads[499].email", says=SAID[LONE])


def test_more_faults_than_help_are_not_listed(api: Client) -> None:
    answer = api.post("/campaigns", {"name": "A", "settings": {f"a{number}": LONE for number in range(5_000)}})

    assert len(assert_problem(answer, 422)["errors"]) == 100


def test_a_body_that_is_nested_too_deep_is_refused(api: Client) -> None:
    for body in (b"[" * 100_000, b'{"a":' * 50_000):
        answer = api.post("/campaigns", body=body, headers=JSON)
        assert answer.status == 400
        assert_problem(answer, 400)


CSV = b"name,email\nAnn,ann@acme.example\n"
NAMES = [
    "attachment; filename*=undefined''x", "attachment; filename*=idna''..%ff",
    "attachment; filename*=utf-8''%ED%A0%80", "attachment; filename*=utf-7''%2B2AA-",
    "attachment; filename*=unicode_escape''%5Cud800%5Cx00", "attachment; filename*=raw_unicode_escape''%5Cud800",
    "attachment; filename*=punycode''%ff", "attachment; filename*=''", "attachment; filename*=a'b'c'd",
    "attachment; filename*0*=undefined''x; filename*1=y", 'attachment; filename="a\udcff\0"',
    "attachment; filename==?undefined?q?x?=", "attachment; filename=" + "(" * 3000, 'attachment; filename="',
    "\ud800", ";" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("header", NAMES)
def test_a_file_with_any_name_is_taken_under_one_that_can_be_read(
    api: Client, campaign: Callable[..., Campaign], header: str
) -> None:
    campaign()
    headers = {"Content-Type": "text/csv", "Content-Disposition": header}

    answer = api.post("/campaigns/1/imports", body=CSV, headers=headers)

    assert answer.status == 201, answer.body
    name = answer.json()["filename"]
    assert name
    assert name == name.encode().decode()
    assert api.get("/campaigns/1/imports").json()["items"][0]["filename"] == name
    assert api.get(answer.location + "/errors.csv").status == 200


def form(*parts: tuple[bytes, bytes], charset: str = "") -> tuple[dict[str, str], bytes]:
    body = b"".join(
        b"--b\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + text + b"\r\n" for head, text in parts
    )
    return {"Content-Type": f"multipart/form-data; boundary=b{charset}"}, body + b"--b--\r\n"


FILE = (b'name="file"; filename="a.csv"', CSV)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        (b"basis_note", b"a\0", "control character (U+0000)"),
        (b"basis_note", "a\ufffd".encode(), "could not be decoded"),
        (b"basis_note", "a\u202e".encode(), "without control or invisible characters"),
        (b"mapping", b'{"name\\ud800": "name"}', "half of a surrogate pair (U+D800)"),
        (b"mapping", b'{"name": "name\\u0000"}', "control character (U+0000)"),
        (b"mapping", b'{"name": 1e999}', "finite number"),
        (b"mapping", b'{"name": "name", "name": null}', "given more than once"),
        (b"mapping", b"[" * 100_000, "JSON object"),
        (b"mapping", b"9" * 5_000, "finite number"),
    ],
)
def test_a_text_of_a_form_is_refused_like_one_of_json(
    api: Client, campaign: Callable[..., Campaign], field: bytes, text: bytes, says: str
) -> None:
    campaign()
    headers, body = form(FILE, (b'name="lawful_basis"', b"opt_in"), (b'name="' + field + b'"', text))

    problem = assert_problem(api.post("/campaigns/1/imports", body=body, headers=headers), 422, says=says)

    assert problem["errors"][0]["field"].startswith(field.decode())


def test_the_query_of_an_upload_is_refused_like_its_form(api: Client, campaign: Callable[..., Campaign]) -> None:
    campaign()
    for name, text in (("mapping", '{"name\\ud800": "name"}'), ("mapping", "9" * 5_000), ("basis_note", "a\u202eb")):
        query = {"lawful_basis": "opt_in", "basis_note": "a fair", **{name: text}}
        answer = api.post("/campaigns/1/imports", body=CSV, headers={"Content-Type": "text/csv"}, query=query)
        problem = assert_problem(answer, 422)
        assert problem["errors"][0]["field"].startswith(name)


@pytest.mark.parametrize(
    "charset",
    ["undefined", "idna", "unicode_escape", "raw_unicode_escape", "punycode", "utf-7", "none", "zlib", "utf-16"],
)
def test_a_form_in_any_encoding_is_no_failure(api: Client, campaign: Callable[..., Campaign], charset: str) -> None:
    campaign()
    headers, body = form((b'name="basis_note"', b"\\ud800\\x00\xff+2AA-"), FILE, charset=f"; charset={charset}")

    answer = api.post("/campaigns/1/imports", body=body, headers=headers)

    assert answer.status in (201, 400, 422), answer.body
    if answer.status != 201:
        assert_problem(answer, answer.status)


@pytest.mark.parametrize(
    "head",
    [
        b"name*=undefined''x", b"name=\"file\"; filename*=undefined''x", b"name=\"file\"; filename*=idna''..%ff",
        b"name=\"file\"; filename*=utf-8''%ED%A0%80", b'name="file"; filename="a\0\xff\xed\xa0\x80"',
        b'name="\xff"; filename="a"',
        b'name="file', b"name=file; filename*0*=undefined''x", b"",
    ],
)  # fmt: skip
def test_a_part_of_a_form_with_any_header_is_no_failure(
    api: Client, campaign: Callable[..., Campaign], head: bytes
) -> None:
    campaign()
    headers, body = form((head, CSV))

    answer = api.post("/campaigns/1/imports", body=body, headers=headers)

    assert answer.status in (201, 400, 422), answer.body


@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset=undefined",
        "application/json*=undefined''x",
        "application/\ud800",
        "a\0",
        "multipart/form-data; boundary*=undefined''x",
        "multipart/form-data",
        "text/csv; charset*=undefined''x",
    ],
)
def test_a_body_of_any_type_is_no_failure(api: Client, campaign: Callable[..., Campaign], kind: str) -> None:
    campaign()
    for path in ("/campaigns", "/campaigns/1/leads", "/campaigns/1/imports", "/campaigns/1/imports/preview"):
        for key in ({}, {"Idempotency-Key": "k"}):
            answer = api.post(path, body=b'{"name": "A", "leads": []}', headers={"Content-Type": kind, **key})
            assert answer.status < 500, (path, answer.body)
