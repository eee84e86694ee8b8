"""Every route against values of the wrong kind: a problem that a user of the API understands, and never a 500."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from cam.model.models import Campaign
from functions.api.app import PREFIX, create_app
from tests.api.client import Answer, Client, assert_problem

DOCUMENT = create_app().openapi()
VALUES: tuple[Any, ...] = (
    None, True, 7, -1, 1.5, float("nan"), 10**30, "", "x", "x" * 3000, "\ud800", [], {}, ["x"], [[]], [None] * 501,
    {"a": 1},
)  # fmt: skip
TEXTS = ("", "x", "nan", "1_0", "01", "-1", "1.0", "9" * 30, "é", "null", "\u202e")
PYTHON = re.compile(
    r"\b(tuple|dict|dictionary|str|string|int|integer|float|bool|boolean|None|NoneType|instance|mapping|datetime|enum"
    r"|pydantic|Input should|unable to|after validation|type=)\b"
)


def operations(*methods: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, found in DOCUMENT["paths"].items():
        for method, operation in found.items():
            if method.upper() in methods and path.startswith(PREFIX):
                yield method.upper(), path.removeprefix(PREFIX), operation


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself; of several that may be null, the one that says something."""
    if "$ref" in schema:
        return resolved(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    several = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return resolved(several[0]) if several else schema


def filled(schema: dict[str, Any], value: Any, depth: int) -> Any:
    """The value, or an object or list that the schema describes with the value everywhere so many levels down."""
    schema = resolved(schema)
    if depth == 0:
        return value
    if "properties" in schema:
        return {name: filled(inner, value, depth - 1) for name, inner in schema["properties"].items()}
    if isinstance(schema.get("items"), dict):
        return [filled(schema["items"], value, depth - 1)]
    return value


def classes(root: type[BaseModel]) -> Iterator[str]:
    for one in root.__subclasses__():
        if one.__module__.startswith(("cam.", "functions.")):
            yield one.__name__
        yield from classes(one)


NAMES = re.compile(rf"\b({'|'.join(sorted(set(classes(BaseModel))))})\b")


def messages(answer: Answer) -> list[dict[str, str]]:
    said = answer.json()
    if not isinstance(said, dict):
        return []
    refused = [error for lead in said.get("refused") or () for error in lead["errors"]]
    return [*(said.get("errors") or ()), *refused]


def assert_plain(answer: Answer, sent: Any) -> None:
    assert answer.status < 500, (sent, answer.body)
    if answer.status >= 400:
        assert_problem(answer, answer.status)
    for error in messages(answer):
        # Of imports, this is a field's name.
        for text in (error["message"], error["field"].removeprefix("mapping")):
            assert not PYTHON.search(text), (sent, error)
            assert not NAMES.search(text), (sent, error)
            assert not re.search(r"\b[A-Z][a-z]+[A-Z]", text.replace("LinkedIn", "")), (sent, error)


BODIES = [
    (method, path, operation["requestBody"]["content"]["application/json"]["schema"], operation.get("parameters", ()))
    for method, path, operation in operations("POST", "PUT", "PATCH")
    if "application/json" in operation.get("requestBody", {}).get("content", {})
]


@pytest.mark.parametrize(
    ("method", "path", "schema", "parameters"), BODIES, ids=[f"{method} {path}" for method, path, *_ in BODIES]
)
@pytest.mark.parametrize("depth", range(6))
def test_bodies_of_the_wrong_kind(
    api: Client, campaign: Callable[..., Campaign], method: str, path: str, schema: Any, parameters: Any, depth: int
) -> None:
    campaign()
    # What is taken after all is not waited for.
    query = {"wait": "0"} if any(one["name"] == "wait" for one in parameters) else None
    for value in VALUES:
        body = filled(schema, value, depth)
        whole = {"email": "a@acme.example", "name": "A"}
        for sent in (body, {**body, **whole} if isinstance(body, dict) else body):
            answer = api.request(
                method,
                re.sub(r"\{\w+\}", "1", path),
                body=json.dumps(sent).encode(),
                headers={"Content-Type": "application/json"},
                query=query,
            )
            assert_plain(answer, sent)


def test_parameters_of_the_wrong_kind(api: Client, campaign: Callable[..., Campaign]) -> None:
    campaign()
    for method, path, operation in operations("GET", "POST", "PUT"):
        for parameter in operation.get("parameters", ()):
            for text in TEXTS:
                if parameter["in"] == "path":
                    asked, query = path.replace(f"{{{parameter['name']}}}", text or "x"), {}
                else:
                    asked, query = path, {parameter["name"]: text}
                answer = api.request(method, re.sub(r"\{\w+\}", "1", asked), query=query)
                assert_plain(answer, (path, parameter["name"], text))
                if text == "1_0" and parameter["schema"].get("type") in ("integer", "number"):
                    assert_problem(answer, 422, parameter["name"])


def test_ids_longer_than_a_key_are_404(api: Client, campaign: Callable[..., Campaign]) -> None:
    campaign()
    tried = set()
    for method, path, operation in operations("GET", "POST", "PUT", "DELETE"):
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                asked = re.sub(r"\{\w+\}", "1", path.replace(f"{{{parameter['name']}}}", "9" * 3000))
                assert_problem(api.request(method, asked), 404)
                tried.add(parameter["name"])
    assert {"campaign_id", "lead_id", "run_id", "import_id"} <= tried
    assert_problem(api.get(f"/campaigns/1/runs/{'ä' * 200}"), 404)


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "message"),
    [
        ("POST", "/campaigns", [], "body", "This must be an object."),
        ("POST", "/campaigns", {"name": "A", "settings": 5}, "settings", "This must be an object."),
        ("POST", "/campaigns", {"name": 5}, "name", "This must be text."),
        ("POST", "/campaigns", {"name": ""}, "name", "This must have at least 1 character."),
        ("POST", "/campaigns", {"name": "A", "active": "perhaps"}, "active", "This must be true or false."),
        ("POST", "/campaigns", {"name": "A", "target_clients": 1.5}, "target_clients", "This must be a whole number."),
        ("POST", "/campaigns", {"name": "A", "target_clients": 0}, "target_clients", "This must be at least 1."),
        ("POST", "/campaigns/1/leads", {"leads": {}}, "leads", "This must be a list."),
        ("POST", "/campaigns/1/leads", {"leads": [{}] * 501}, "leads", "This may have at most 500 items."),
        ("POST", "/campaigns/1/runs", {"stages": []}, "stages", "This must have at least 1 item."),
        ("POST", "/campaigns/1/execute/harvest?wait=nan", None, "wait", "This must be a number, such as 2.5."),
    ],
)
def test_messages_are_plain_english(
    api: Client, campaign: Callable[..., Campaign], method: str, path: str, body: Any, field: str, message: str
) -> None:
    campaign()
    path, _, query = path.partition("?")
    answer = api.request(method, path, body, query=dict([query.split("=")]) if query else None)
    assert assert_problem(answer, 422)["errors"] == [{"field": field, "message": message}]
