"""Dashboard and status over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from cam.model.models import Campaign, Run, Stage
from cam.runs import runs
from cam.text import clock
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]


def test_a_new_campaign_has_an_empty_dashboard(api: Client, campaign: Make) -> None:
    campaign(name="Autumn")
    shown = api.get("/campaigns/1/dashboard").json()
    assert shown.pop("last_updated").endswith("Z")
    jobs = shown.pop("jobs")
    assert set(shown.pop("engagement").values()) == {0}
    assert shown == {
        "campaign_id": 1, "campaign_name": "Autumn", "total_leads_harvested": 0, "total_leads_qualified": 0,
        "leads_routed_to_sequence": 0, "emails_sent": 0, "pipeline_health": "unknown", "notices": [],
        "review": {"waiting": 0, "oldest_since": None, "oldest_days": 0.0, "over_1_day": 0, "over_7_days": 0},
    }  # fmt: skip
    assert [job["job_type"] for job in jobs] == ["HARVEST", "SCORE", "QUALIFY", "ROUTE", "NURTURE", "FULL_PIPELINE"]
    assert jobs[0] == {
        "job_type": "HARVEST", "total_runs": 0, "successful_runs": 0, "failed_runs": 0, "success_rate": 0.0,
        "lead_success_rate": 0.0, "health_status": "unknown", "consecutive_failures": 0,
        "average_duration_seconds": 0.0, "last_run_at": None, "next_run_at": None,
    }  # fmt: skip


def test_the_funnel_counts_over_the_campaigns_life(api: Client, campaign: Make, past_run: Callable[..., Run]) -> None:
    one = campaign()
    counts = {
        Stage.HARVEST: {"discovered": 12, "inserted": 10}, Stage.QUALIFY: {"processed": 10, "qualified": 6},
        Stage.ROUTE: {"processed": 6, "routed": 6}, Stage.NURTURE: {"processed": 6, "sent": 5},
    }  # fmt: skip
    for _ in range(2):
        past_run(one, list(Stage), counts)

    shown = api.get("/campaigns/1/dashboard").json()

    names = ("total_leads_harvested", "total_leads_qualified", "leads_routed_to_sequence", "emails_sent")
    assert [shown[name] for name in names] == [20, 12, 12, 10]
    qualify = shown["jobs"][2]
    assert (qualify["total_runs"], qualify["lead_success_rate"], qualify["success_rate"]) == (2, 60.0, 100.0)


def test_the_dashboard_says_what_the_newest_run_of_a_job_has_to_say(
    api: Client, campaign: Make, past_run: Callable[..., Run]
) -> None:
    one = campaign()
    past_run(one, [Stage.HARVEST], failed=True)
    run = past_run(one, [Stage.SCORE, Stage.HARVEST], {Stage.SCORE: {"processed": 1, "scored": 1}}, failed=True)

    harvest, score = api.get("/campaigns/1/dashboard").json()["notices"]

    assert (harvest["job_type"], harvest["run_id"], score["job_type"]) == ("HARVEST", run.run_id, "SCORE")
    assert "Lambda.Unknown" in harvest["message"]


def test_three_failures_in_a_row_make_the_pipeline_failed(
    api: Client, campaign: Make, past_run: Callable[..., Run]
) -> None:
    one = campaign()
    past_run(one, [Stage.SCORE])
    for _ in range(3):
        past_run(one, [Stage.ROUTE], failed=True)

    shown = api.get("/campaigns/1/dashboard").json()

    assert shown["pipeline_health"] == "failed"
    assert shown["jobs"][3]["consecutive_failures"] == 3
    status = api.get("/campaigns/1/status").json()
    assert (status["is_healthy"], status["health_status"]) == (False, "failed")


def test_the_dashboard_takes_three_reads(
    api: Client, campaign: Make, past_run: Callable[..., Run], operations: Any
) -> None:
    past_run(campaign(), list(Stage))
    operations.clear()
    api.get("/campaigns/1/dashboard")
    assert operations == {"BatchGetItem": 2, "Query": 1}


def test_the_status_of_a_new_campaign(api: Client, campaign: Make) -> None:
    one = campaign(name="Autumn")
    assert api.get("/campaigns/1/status").json() == {
        "campaign_id": 1, "campaign_name": "Autumn", "is_healthy": True, "health_status": "unknown",
        "current_job": None, "current_run_id": None, "next_scheduled_job": None, "hours_until_next_job": None,
        "job_history": [],
        "created_at": clock.iso(one.created_at),
    }  # fmt: skip


def test_the_status_names_the_stage_that_runs_and_those_that_ran(
    api: Client, campaign: Make, past_run: Callable[..., Run], count: Callable[..., None]
) -> None:
    past_run(campaign(), [Stage.HARVEST, Stage.SCORE])
    run_id = api.post("/campaigns/1/runs", {"stages": ["SCORE", "QUALIFY"]}).json()["run_id"]
    count(runs.frozen(1, run_id), Stage.QUALIFY, {"processed": 1})

    shown = api.get("/campaigns/1/status").json()

    assert (shown["current_job"], shown["current_run_id"]) == ("QUALIFY", run_id)
    assert [job["type"] for job in shown["job_history"]] == ["SCORE", "HARVEST"]


def test_the_fleet_says_what_comes_next(api: Client, campaign: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign()
    campaign(active=False)
    monkeypatch.setenv("FLEET_ENABLED", "true")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 23, 1, 30, tzinfo=UTC))

    shown = api.get("/campaigns/1/status").json()

    assert (shown["next_scheduled_job"], shown["hours_until_next_job"]) == ("HARVEST", 0.5)
    jobs = api.get("/campaigns/1/dashboard").json()["jobs"]
    assert [job["next_run_at"] for job in jobs][:2] == ["2026-11-23T02:00:00.000Z", "2026-11-23T03:00:00.000Z"]
    assert jobs[5]["next_run_at"] is None
    assert api.get("/campaigns/2/status").json()["next_scheduled_job"] is None


def test_a_missing_campaign_has_neither(api: Client) -> None:
    assert_problem(api.get("/campaigns/1/dashboard"), 404)
    assert_problem(api.get("/campaigns/1/status"), 404)
