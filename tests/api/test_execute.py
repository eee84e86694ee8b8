"""The execute routes: start, wait, answer."""

from collections.abc import Callable
from typing import Any

import pytest

from cam.leads import imports
from cam.model.models import Campaign, JobStatus, LeadDraft, Run, Stage
from cam.runs import executions, runs
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]
HARVEST, PIPELINE = "/campaigns/1/execute/harvest", "/campaigns/1/execute/full-pipeline"


@pytest.fixture
def ready(campaign: Make) -> Campaign:
    one = campaign()
    imports.queue(one.id, [("lead", LeadDraft(email="ann@acme.example"))])
    return one


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch, count: Callable[..., None], close: Callable[..., JobStatus]) -> None:
    """Every execution is over at once: each stage worked on two leads, and one of them passed."""
    passed = {
        Stage.HARVEST: ("discovered", "inserted"), Stage.SCORE: ("processed", "scored"),
        Stage.QUALIFY: ("processed", "qualified"), Stage.ROUTE: ("processed", "routed"),
        Stage.NURTURE: ("processed", "sent"),
    }  # fmt: skip

    def start(pipeline_arn: str, run: Run) -> None:
        for stage in run.stages:
            seen, good = passed[stage]
            count(run, stage, {seen: 2, good: 1})
        close(run)

    monkeypatch.setattr(executions, "start", start)


@pytest.mark.usefixtures("instant")
def test_harvest_answers_with_its_finished_result(api: Client, ready: Campaign) -> None:
    answer = api.post(HARVEST)

    assert answer.status == 200
    result = answer.json()
    assert (result["type"], result["status"], result["leads_processed"], result["leads_qualified"]) == (
        "HARVEST", "COMPLETED", 2, 1,
    )  # fmt: skip
    assert {"started_at", "completed_at", "error_message", "duration_seconds", "run_id", "counts"} <= set(result)
    assert result["counts"]["inserted"] == 1
    assert "stages" not in result


@pytest.mark.usefixtures("instant")
def test_the_full_pipeline_answers_with_nurture_and_every_stage(api: Client, ready: Campaign) -> None:
    answer = api.post(PIPELINE, query={"max_leads": 1000})

    assert answer.status == 200
    result = answer.json()
    assert (result["type"], result["status"], result["leads_qualified"]) == ("NURTURE", "COMPLETED", 1)
    assert [stage["type"] for stage in result["stages"]] == ["HARVEST", "SCORE", "QUALIFY", "ROUTE", "NURTURE"]
    assert runs.frozen(1, result["run_id"]).max_leads == 1000


def test_a_run_that_takes_longer_is_answered_with_its_address(api: Client, ready: Campaign) -> None:
    answer = api.post(HARVEST, query={"wait": 0})

    assert (answer.status, answer.headers["retry-after"]) == (202, "1")
    result = answer.json()
    assert (result["type"], result["status"], result["completed_at"]) == ("HARVEST", "RUNNING", None)
    assert answer.location == f"/campaigns/1/runs/{result['run_id']}"
    assert runs.frozen(1, result["run_id"]).max_leads == 100


def test_an_open_full_pipeline_is_running_whatever_nurture_waits_for(api: Client, ready: Campaign) -> None:
    answer = api.post(PIPELINE, query={"wait": 0.2})
    assert answer.status == 202
    assert (answer.json()["type"], answer.json()["status"]) == ("NURTURE", "RUNNING")
    assert [stage["status"] for stage in answer.json()["stages"]][:2] == ["RUNNING", "PENDING"]


def test_waiting_ends_before_the_functions_own_time(api: Client, ready: Campaign) -> None:
    api.context.milliseconds = 2_100
    assert api.post(HARVEST, query={"wait": 25}).status == 202


def test_waiting_ends_when_the_run_does(
    api: Client, ready: Campaign, monkeypatch: pytest.MonkeyPatch, close: Callable[..., JobStatus]
) -> None:
    looks = 0
    holder = runs.holder

    def look(campaign_id: int) -> str | None:
        nonlocal looks
        held = holder(campaign_id)
        looks += held is not None
        if looks == 3 and held:
            close(runs.frozen(campaign_id, held))
        return held

    monkeypatch.setattr(runs, "holder", look)
    assert api.post(HARVEST).status == 200


@pytest.mark.usefixtures("instant")
def test_nurture_without_a_sender_is_skipped_in_a_full_pipeline(
    api: Client, ready: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENDER_EMAIL", "")
    result = api.post(PIPELINE).json()
    assert (result["status"], "sender" in result["error_message"]) == ("SKIPPED", True)
    assert [stage["status"] for stage in result["stages"]][:4] == ["COMPLETED"] * 4


@pytest.mark.parametrize("path", [HARVEST, PIPELINE])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"max_leads": 0}, "max_leads"),
        ({"max_leads": 1001}, "max_leads"),
        ({"max_leads": "all"}, "max_leads"),
        ({"wait": 26}, "wait"),
        ({"wait": -1}, "wait"),
        ({"wait": "nan"}, "wait"),
        ({"wait": "1_0"}, "wait"),
        ({"max_leads": "1_0"}, "max_leads"),
        ({"max_leads": "1.0"}, "max_leads"),
        ({"max_lead": 5}, "max_lead"),
    ],
)
def test_parameters_are_checked(api: Client, ready: Campaign, path: str, query: dict[str, Any], field: str) -> None:
    assert_problem(api.post(path, query=query), 422, field)
    assert runs.holder(1) is None


def test_a_body_is_refused_because_it_would_be_ignored(api: Client, ready: Campaign) -> None:
    assert_problem(api.post(HARVEST, {"max_leads": 5}), 422, "body", says="query")
    assert api.post(HARVEST, {}, query={"wait": 0}).status == 202
