"""Idempotency-Key on POST."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cam.campaigns import campaigns
from cam.leads import imports
from cam.model.models import Campaign
from cam.platform import keys, tables
from cam.runs import runs
from cam.text import clock
from functions.api import idempotency, run_and_wait
from tests.api.client import Answer, Client, assert_problem
from tests.api.test_imports import CSV, form

Make = Callable[..., Campaign]


def create(api: Client, key: str = "k", name: str = "Autumn") -> Answer:
    return api.post("/campaigns", {"name": name}, headers={"Idempotency-Key": key})


def test_the_same_key_gives_the_same_answer_and_does_nothing_twice(api: Client) -> None:
    first, second = create(api), create(api)

    assert (second.status, second.body) == (201, first.body)
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["content-type"] == "application/json"
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert api.get("/campaigns").headers["x-total-count"] == "1"


def test_every_post_route_honours_it(api: Client, campaign: Make) -> None:
    campaign()
    key = {"Idempotency-Key": "k"}
    lead = {"leads": [{"email": "ann@acme.example"}]}
    assert api.post("/campaigns/1/leads", lead, headers=key).json()["queued"] == 1
    assert api.post("/campaigns/1/leads", lead, headers=key).json()["queued"] == 1
    run = api.post("/campaigns/1/runs", {"stages": ["SCORE"]}, headers=key)
    again = api.post("/campaigns/1/runs", {"stages": ["SCORE"]}, headers=key)
    assert (again.status, again.json()["run_id"]) == (202, run.json()["run_id"])
    path = f"/campaigns/1/runs/{run.json()['run_id']}/stop"
    assert api.post(path, headers=key).status == api.post(path, headers=key).status == 200
    harvest = [api.post("/campaigns/1/execute/harvest", headers=key, query={"wait": 0}) for _ in range(2)]
    assert harvest[0].status == 202
    assert harvest[0].body == harvest[1].body


def test_another_request_under_the_same_key_is_refused(api: Client, campaign: Make) -> None:
    create(api)
    assert_problem(create(api, name="Winter"), 422, "Idempotency-Key")
    assert api.get("/campaigns").headers["x-total-count"] == "1"


def test_the_query_is_part_of_the_request(api: Client, campaign: Make) -> None:
    campaign()
    api.post("/campaigns/1/leads", {"leads": [{"email": "ann@acme.example"}]})
    path, key = "/campaigns/1/execute/harvest", {"Idempotency-Key": "k"}
    assert api.post(path, headers=key, query={"wait": 0}).status == 202
    assert_problem(api.post(path, headers=key, query={"wait": 0, "max_leads": 5}), 422, "Idempotency-Key")


def test_how_long_somebody_waits_is_not_part_of_the_request(api: Client, campaign: Make) -> None:
    campaign()
    api.post("/campaigns/1/leads", {"leads": [{"email": "ann@acme.example"}]})
    path, key = "/campaigns/1/execute/harvest", {"Idempotency-Key": "k"}
    first = api.post(path, headers=key, query={"wait": 0, "max_leads": 5})
    again = api.post(path, headers=key, query={"max_leads": 5, "wait": 25})
    assert (again.status, again.body) == (202, first.body)
    assert again.headers["retry-after"] == "1"


def test_keys_of_other_callers_and_routes_are_other_keys(api: Client) -> None:
    create(api)
    assert create(Client(key_id="key-2"), name="Winter").status == 201
    assert api.post("/campaigns/1/leads", {"leads": []}, headers={"Idempotency-Key": "k"}).status == 200
    assert api.post("/campaigns/2/leads", {"leads": []}, headers={"Idempotency-Key": "k"}).status == 200


def test_a_retried_form_has_another_boundary_and_is_the_same_request(api: Client, campaign: Make) -> None:
    campaign()
    made = []
    for boundary in ("abc", "xyz"):
        request = form(("file", "a.csv", CSV), boundary=boundary)
        request["headers"]["Idempotency-Key"] = "k"
        made.append(api.post("/campaigns/1/imports", **request))
    assert made[0].body == made[1].body
    assert len(api.get("/campaigns/1/imports").json()["items"]) == 1


def test_a_refused_request_may_be_put_right_under_the_same_key(api: Client) -> None:
    assert create(api, name="").status == 422
    assert create(api, name="Autumn").status == 201


def test_a_failure_is_not_kept(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(draft: Any) -> Campaign:
        raise KeyError("x")

    with monkeypatch.context() as patch:
        patch.setattr(campaigns, "create", broken)
        assert_problem(create(api), 500)
    assert create(api).status == 201


def hold(api: Client, seconds_ago: int) -> str:
    """A request that took the key so long ago and has not answered."""
    key = keys.replay("key-1|POST /api/v1/cam/campaigns", "k")
    create(api)
    item = tables.get("cam-campaigns", key)
    assert item
    began = int(clock.now().timestamp()) - seconds_ago
    for name in ("status", "body", "headers"):
        del item[name]
    tables.write(tables.put("cam-campaigns", {**item, "busy_until": began + 60}))
    return str(item["run_id"])


def test_a_key_in_use_is_409_with_a_time_to_try_again(api: Client) -> None:
    hold(api, seconds_ago=5)
    answer = create(api)
    assert_problem(answer, 409)
    assert int(answer.headers["retry-after"]) > 0


def test_of_two_that_take_a_key_over_one_is_told_to_come_back(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(api, seconds_ago=61)

    def lose(action: tables.Action, answer: str | None = None) -> None:
        raise tables.Refused

    monkeypatch.setattr(tables, "write", lose)
    answer = create(api)
    assert_problem(answer, 409, says="Idempotency-Key")
    assert int(answer.headers["retry-after"]) > 0


def test_a_key_that_a_crash_left_is_free_after_a_minute(api: Client) -> None:
    run_id = hold(api, seconds_ago=61)
    assert_problem(create(api), 409, says="already exists")
    assert tables.get("cam-campaigns", keys.replay("key-1|POST /api/v1/cam/campaigns", "k")) is None
    assert run_id


def test_a_retry_whose_run_is_over_gets_what_it_came_to(
    api: Client, campaign: Make, close: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first attempt died while it waited; meanwhile the run took in every lead that waited."""
    campaign()
    api.post("/campaigns/1/leads", {"leads": [{"email": "ann@acme.example"}]})

    def die(*_: Any) -> Any:
        raise SystemExit

    path, key = "/campaigns/1/execute/harvest", {"Idempotency-Key": "k"}
    with monkeypatch.context() as crash:
        crash.setattr(run_and_wait, "finished", die)
        crash.setattr(idempotency, "_release", lambda claim: None)
        api.post(path, headers=key)
    run_id = runs.holder(1)
    assert run_id
    close(runs.frozen(1, run_id))
    ((lead_id, _, _),) = imports.waiting(1, 10)
    tables.write(imports.consume(1, lead_id))

    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    retried = api.post(path, headers=key)

    assert (retried.status, retried.json()["run_id"], retried.json()["status"]) == (200, run_id, "COMPLETED")


def test_a_key_is_forgotten_after_a_day(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    create(api)
    stored = tables.get("cam-campaigns", keys.replay("key-1|POST /api/v1/cam/campaigns", "k"))
    assert stored
    assert abs(stored["expires_at"] - clock.now().timestamp() - 24 * 3600) < 60
    tomorrow = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert create(api, name="Winter").json()["name"] == "Winter"


def test_a_late_answer_does_not_replace_the_one_that_took_over(api: Client) -> None:
    late = idempotency.Claim(keys.replay("key-1|POST /api/v1/cam/campaigns", "k"), "old", "run")
    create(api)
    start = {"type": "http.response.start", "status": 201, "headers": []}
    idempotency._keep(late, [start, {"type": "http.response.body", "body": b"late"}])
    idempotency._release(late)
    assert create(api).json()["name"] == "Autumn"


def test_a_huge_answer_is_not_kept(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "_MOST_BYTES", 10)
    create(api)
    assert_problem(create(api), 409, says="already exists")


@pytest.mark.parametrize("key", ["", " ", "x" * 256])
def test_a_key_has_1_to_255_characters(api: Client, key: str) -> None:
    assert_problem(create(api, key), 422, "Idempotency-Key")


def test_reading_needs_no_key_and_ignores_one(api: Client) -> None:
    headers = {"Idempotency-Key": "k"}
    assert "idempotent-replayed" not in api.get("/campaigns", headers=headers).headers
    assert "idempotent-replayed" not in api.get("/campaigns", headers=headers).headers
