"""Calls the API's Lambda as API Gateway does, and says what a problem looks like."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from tests.conftest import Context

PREFIX = "/api/v1/cam"
# BinaryMediaTypes of the template: their bodies come as base64.
BINARY = ("text/csv", "multipart/form-data")


@dataclass(frozen=True)
class Answer:
    """What came back, the body as bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    path: str

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def location(self) -> str:
        """The path that the Location header leads to, below the prefix."""
        return urljoin(self.path, self.headers["location"]).removeprefix(PREFIX)


@dataclass
class Client:
    """One caller, known by the id of its API key."""

    key_id: str = "key-1"
    context: Context = field(default_factory=lambda: Context(milliseconds=29_000))

    def get(self, path: str, query: Mapping[str, Any] | None = None, **more: Any) -> Answer:
        return self.request("GET", path, query=query, **more)

    def post(self, path: str, value: Any = None, **more: Any) -> Answer:
        return self.request("POST", path, value, **more)

    def put(self, path: str, value: Any = None, **more: Any) -> Answer:
        return self.request("PUT", path, value, **more)

    def request(
        self,
        method: str,
        path: str,
        value: Any = None,
        *,
        body: bytes | None = None,
        query: Mapping[str, str | Sequence[str] | int | float] | None = None,
        headers: Mapping[str, str] | None = None,
        binary: bool | None = None,
    ) -> Answer:
        """`value` goes as JSON, `body` as it is. Paths are below the prefix, unless they begin with `/u/`.

        `binary`: the body comes as base64; by default as the template says.
        """
        from functions.api.handler import handler

        sent = {"Host": "abc.execute-api.us-east-1.amazonaws.com", "X-Forwarded-Proto": "https"}
        if value is not None:
            sent["Content-Type"], body = "application/json", json.dumps(value).encode()
        sent |= headers or {}
        whole = path if path.startswith("/u/") else PREFIX + path
        binary = sent.get("Content-Type", "").partition(";")[0] in BINARY if binary is None else binary
        parameters = {
            name: [values] if isinstance(values, str) else [str(one) for one in _several(values)]
            for name, values in (query or {}).items()
        }
        event = {
            "resource": "/api/v1/cam/{proxy+}",
            "path": whole,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [text] for name, text in sent.items()},
            "queryStringParameters": {name: values[-1] for name, values in parameters.items()} or None,
            "multiValueQueryStringParameters": parameters or None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {
                "stage": "live",
                "path": f"/live{whole}",
                "requestId": "request-1",
                "apiId": "abc",
                "identity": {"sourceIp": "192.0.2.1", "apiKeyId": self.key_id},
            },
            "body": None
            if body is None
            else base64.b64encode(body).decode()
            if binary
            else body.decode("utf-8", "replace"),
            "isBase64Encoded": binary and body is not None,
        }
        result = handler(event, self.context)  # type: ignore[arg-type]
        content = result["body"]
        return Answer(
            result["statusCode"],
            result["headers"],
            base64.b64decode(content) if result["isBase64Encoded"] else content.encode(),
            whole,
        )


def _several(values: Any) -> Sequence[Any]:
    return values if isinstance(values, Sequence) else [values]


def assert_problem(answer: Answer, status: int, *fields: str, says: str = "") -> dict[str, Any]:
    """The one shape of every error (RFC 9457), the fields that a 422 names, and a part of its text."""
    problem = answer.json()
    assert answer.status == status, problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert isinstance(problem["detail"], str)
    assert problem["detail"]
    assert set(problem) <= {"type", "title", "status", "detail", "errors", "run_id", "decided", "lead_id"}
    for name in fields:
        assert name in [error["field"] for error in problem["errors"]], problem
    assert status != 422 or all(set(error) == {"field", "message"} for error in problem["errors"])
    assert says.casefold() in json.dumps(problem, ensure_ascii=False).casefold(), problem
    for leak in ("Traceback", "botocore", "arn:aws", 'File \\"', "cam-campaigns", "C#"):
        assert leak not in answer.body.decode()
    assert isinstance(problem, dict)
    return problem
