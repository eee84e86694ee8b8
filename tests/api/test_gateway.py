"""What API Gateway answers by itself, without the Lambda: the same shape (template.yaml)."""

import json
from typing import Any

import pytest

from tests.template import properties

RESPONSES: dict[str, Any] = properties("CamApi")["GatewayResponses"]


@pytest.mark.parametrize("name", RESPONSES)
def test_every_answer_of_the_gateway_is_a_problem(name: str) -> None:
    one = RESPONSES[name]
    assert one["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'"
    # API Gateway puts a JSON string there, with its quotation marks.
    text = one["ResponseTemplates"]["application/json"].replace("$context.error.messageString", '"Unsupported."')
    problem = json.loads(text)
    assert {"type", "title", "detail"} <= set(problem)
    assert problem.get("status") == one.get("StatusCode")


def test_an_unknown_route_is_404_and_no_riddle_about_tokens() -> None:
    assert {"INVALID_API_KEY", "THROTTLED", "DEFAULT_4XX", "DEFAULT_5XX"} <= set(RESPONSES)
    assert RESPONSES["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"] == 404
