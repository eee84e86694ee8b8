"""Health and statistics of the stack."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from cam.model.errors import Throttled
from cam.model.models import Campaign, Run, Stage
from cam.platform import tables
from cam.runs import executions
from functions.api.routes import system
from tests.api.client import Client

Make = Callable[..., Campaign]


def test_a_working_stack_is_healthy(api: Client) -> None:
    answer = api.get("/health")
    assert answer.status == 200
    shown = answer.json()
    assert shown.pop("timestamp").endswith("Z")
    assert shown == {
        "status": "healthy",
        "components": {"database": "healthy", "api": "healthy", "orchestrator": "healthy"},
        "database_connected": True, "cache_available": False, "message": "All components are healthy.",
    }  # fmt: skip


def test_a_broken_part_makes_it_503_without_saying_why(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise Throttled("table cam-campaigns: password wrong")

    monkeypatch.setattr(tables, "get", broken)
    answer = api.get("/health")
    assert answer.status == 503
    assert (answer.json()["status"], answer.json()["database_connected"]) == ("degraded", False)
    assert answer.json()["components"]["orchestrator"] == "healthy"
    assert b"password" not in answer.body


def test_a_missing_state_machine_is_noticed(aws: None) -> None:
    answer = Client().get("/health")
    assert (answer.status, answer.json()["components"]["orchestrator"]) == (503, "unavailable")


def test_a_part_that_does_not_answer_in_time_has_failed(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "_CHECK_SECONDS", 0.05)

    def slow(pipeline_arn: str) -> bool:
        time.sleep(0.3)
        return True

    monkeypatch.setattr(executions, "reachable", slow)
    assert api.get("/health").status == 503


def test_statistics_are_of_all_campaigns(api: Client, campaign: Make, past_run: Callable[..., Run]) -> None:
    for one in (campaign(), campaign(active=False), campaign(settings={"expected_leads": 10_000})):
        past_run(
            one, list(Stage),
            {Stage.HARVEST: {"inserted": 10}, Stage.QUALIFY: {"qualified": 6}, Stage.ROUTE: {"routed": 1}},
        )  # fmt: skip
    shown = api.get("/stats").json()
    assert shown.pop("timestamp").endswith("Z")
    assert shown == {
        "total_campaigns": 3, "total_leads": 30, "qualified_leads": 18, "qualified_percentage": 60.0, "routed_leads": 3,
        "routed_percentage": 10.0,
    }  # fmt: skip


def test_statistics_of_nothing_are_zero(api: Client) -> None:
    shown = api.get("/stats").json()
    assert (shown["total_campaigns"], shown["total_leads"], shown["qualified_percentage"]) == (0, 0, 0.0)


def test_statistics_take_a_read_for_a_hundred_shards(api: Client, campaign: Make, operations: Any) -> None:
    for _ in range(5):
        campaign()
    operations.clear()
    api.get("/stats")
    assert operations == {"Query": 1, "BatchGetItem": 1}
