"""Every error has one shape, and says nothing that it should not."""

from collections.abc import Callable
from typing import Any

import pytest

from cam.campaigns import campaigns
from cam.model.errors import Throttled
from cam.model.models import Campaign, CampaignDraft
from functions.api import problems
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]


def test_an_unknown_route_is_404(api: Client) -> None:
    for path in ("/nothing", "/campaigns/1/nothing", "/campaigns/", "", "/openapi.json", "/docs"):
        assert_problem(api.get(path), 404)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/campaigns", "GET, POST"),
        ("/campaigns/1", "GET, PUT"),
        ("/campaigns/1/leads", "GET, POST"),
        ("/campaigns/1/runs/x/stop", "POST"),
        ("/u/token", "GET, POST"),
    ],
)
def test_a_wrong_method_is_405_with_all_that_are_possible(api: Client, path: str, allowed: str) -> None:
    answer = api.request("DELETE", path)
    assert_problem(answer, 405, says=allowed)
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("body", [b"{", b'{"name": }', b"name=A", b"\xff\xfe", b"[" * 100_000], ids=range(5))
def test_a_body_that_is_not_json_is_400(api: Client, body: bytes) -> None:
    assert_problem(api.post("/campaigns", body=body, headers={"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("body", ['{"name": "Müller"}'.encode("cp1252"), b'{"name": "\xed\xa0\x80"}'])
def test_json_that_is_not_utf_8_is_400(api: Client, body: bytes, binary: bool) -> None:
    """API Gateway replaces what it cannot read, an emulator may not."""
    answer = api.post("/campaigns", body=body, headers={"Content-Type": "application/json"}, binary=binary)
    assert_problem(answer, 400, says="UTF-8")
    wide = api.post(
        "/campaigns", body='{"name": "A"}'.encode("utf-16"), headers={"Content-Type": "application/json"}, binary=True
    )
    assert_problem(wide, 400, says="UTF-8")


def test_a_replacement_character_may_be_meant(api: Client) -> None:
    answer = api.post("/campaigns", body=b'{"name": "\\ufffd"}', headers={"Content-Type": "application/json"})
    assert (answer.status, answer.json()["name"]) == (201, "\ufffd")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_a_body_of_another_type_is_415(api: Client, kind: str) -> None:
    answer = api.post("/campaigns", body=b'{"name": "A"}', headers={"Content-Type": kind})
    assert_problem(answer, 415, says="application/json")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/vnd.cam+json"])
def test_json_has_several_names(api: Client, kind: str) -> None:
    assert api.post("/campaigns", body=b'{"name": "A"}', headers={"Content-Type": kind}).status == 201


def test_a_missing_body_is_named(api: Client) -> None:
    assert_problem(api.post("/campaigns"), 422, "body")


def test_an_unknown_query_parameter_is_refused_with_the_name_that_was_meant(api: Client) -> None:
    assert_problem(api.get("/campaigns", {"active-only": "true"}), 422, "active-only", says="'active_only'")
    assert_problem(api.get("/health", {"x": "1"}), 422, "x")


def test_a_repeated_query_parameter_is_refused(api: Client) -> None:
    assert_problem(api.get("/campaigns", {"limit": [5, 7]}), 422, "limit", says="more than once")


def test_an_unexpected_error_says_nothing_and_is_logged_once(
    api: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(campaign_id: int) -> Campaign:
        raise KeyError("arn:aws:secret of ann@acme.example")

    monkeypatch.setattr(campaigns, "read", broken)
    answer = api.get("/campaigns/1")

    assert_problem(answer, 500)
    assert b"acme" not in answer.body
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["request failed"]


def test_a_busy_database_is_503_with_a_time_to_try_again(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(draft: CampaignDraft) -> Campaign:
        raise Throttled("DynamoDB is busy: cam-campaigns")

    monkeypatch.setattr(campaigns, "create", busy)
    answer = api.post("/campaigns", {"name": "A"})

    assert_problem(answer, 503)
    assert int(answer.headers["retry-after"]) > 0


def test_each_request_is_one_line_without_what_it_was_about(
    api: Client, campaign: Make, caplog: pytest.LogCaptureFixture
) -> None:
    campaign()
    caplog.clear()
    api.get("/campaigns/1/leads/ann@acme.example", {"nobody": "ann@acme.example"})
    (record,) = caplog.records
    fields: dict[str, Any] = record.__dict__
    assert (fields["message"], fields["method"], fields["status"]) == ("request", "GET", 422)
    assert fields["route"] == "/api/v1/cam/campaigns/{campaign_id}/leads/{lead_id}"
    assert "acme" not in str(fields)
    assert isinstance(fields["ms"], int)


def test_an_unknown_path_is_not_logged(api: Client, caplog: pytest.LogCaptureFixture) -> None:
    api.get("/ann@acme.example")
    assert caplog.records[-1].__dict__["route"] == "none"


def test_answers_are_nobody_elses(api: Client) -> None:
    headers = api.get("/campaigns").headers
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    ("location", "expected"),
    [((), ""), (("name",), "name"), (("a", "b", 0, "c"), "a.b[0].c"), ((0, 1), "[0][1]"), (("a", 0, 1), "a[0][1]")],
)
def test_a_path_is_dotted_and_bracketed(location: tuple[str | int, ...], expected: str) -> None:
    assert problems.path(location) == expected


def test_a_message_is_ours_whatever_is_wrong() -> None:
    assert [problems._bound("{} items", limit) for limit in (1, 500, 1e9, 0.5)] == [
        "1 item", "500 items", "1,000,000,000 items", "0.5 items",
    ]  # fmt: skip
    unheard_of = {"type": "frozen_set_type", "loc": ("a",), "msg": "Input should be a valid frozenset", "input": 1}
    assert problems.fields([unheard_of], None)[0].message == "This value is not valid."


def test_a_meant_name_is_guessed_only_when_it_is_near() -> None:
    assert problems.near("Nmae", ["name", "email"]) == " Did you mean 'name'?"
    assert problems.near("colour", ["name", "email"]) == ""
