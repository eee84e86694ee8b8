"""What if over HTTP: preview and rescore. The state machine of the fixture starts and does nothing: tests drive it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cam.leads import lead_queue
from cam.model.models import Campaign, JobStatus, Stage
from cam.platform import keys
from cam.runs import executions, runs
from functions.api import calculations
from functions.whatif import handler as whatif
from tests.api.client import Client, assert_problem
from tests.conftest import PREVIEW_ARN
from tests.integration.pipeline import CONTEXT, add_leads, end, stage, start

PREVIEW = "/campaigns/1/preview"


@pytest.fixture
def scored(campaign: Callable[..., Campaign], monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """A campaign of six routed leads."""
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    one = campaign()
    add_leads(keys.Shard(1, "run-0", 0), 6)
    state = start(1, "run-0", stages=["SCORE", "QUALIFY", "ROUTE"])
    for name in (Stage.SCORE, Stage.QUALIFY, Stage.ROUTE):
        stage(name, state)
    end(state)
    return one


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every execution of a preview is over at once."""

    def start_preview(arn: str, campaign_id: int, preview_id: str, shards: int) -> None:
        for shard in range(shards):
            whatif.preview({"campaign_id": campaign_id, "preview_id": preview_id, "shard": shard}, CONTEXT)

    monkeypatch.setattr(executions, "start_preview", start_preview)


@pytest.mark.usefixtures("looked_at")
def test_a_preview_shows_now_and_then_and_why(api: Client, scored: Campaign) -> None:
    answer = api.post(PREVIEW, {"settings": {"qualification": {"min_score": 0.9}}})

    assert answer.status == 200
    told = answer.json()
    assert (told["status"], told["percent"], told["leads"], told["moved"]) == ("COMPLETED", 100, 6, 6)
    assert told["verdict"]["now"] == {"QUALIFIED": 6}
    assert told["verdict"]["then"] == {"REJECTED": 6}
    assert told["verdict"]["table"] == [{"now": "QUALIFIED", "then": "REJECTED", "leads": 6}]
    assert told["tier"]["now"] == told["tier"]["then"]
    move = next(move for move in told["moves"] if move["what"] == "verdict")
    assert (move["leads"], move["because"], move["sentence"]) == (6, ["+low_score"], "“low score” now applies.")
    assert told["cost"]["mails"]["then"] == 0
    assert told["cost"]["mails"]["difference"] == -told["cost"]["mails"]["now"] < 0
    assert told["cost"]["leads_rewritten"] == 6


@pytest.mark.usefixtures("looked_at")
def test_examples_name_the_lead_its_scores_and_the_part_that_moved_it(api: Client, scored: Campaign) -> None:
    told = api.post(PREVIEW, {"settings": {"icp": {"roles": ["CTO"]}}}).json()

    example = told["examples"][0]
    assert example["name"].startswith("Ada Number")
    assert example["score"]["then"] > example["score"]["now"]
    assert example["sentence"] == "The score changes, mostly because of title."
    assert not example["kept"]
    # Five of a kind show what there is to see.
    assert len(told["examples"]) == 5


@pytest.mark.usefixtures("looked_at")
def test_settings_that_are_left_out_are_the_campaigns_own(api: Client, scored: Campaign) -> None:
    told = api.post(PREVIEW, {"settings": {}}).json()

    assert (told["moved"], told["moves"], told["examples"], told["cost"]["leads_rewritten"]) == (0, [], [], 0)


@pytest.mark.usefixtures("looked_at")
def test_a_campaign_without_leads_has_nothing_to_show(api: Client, campaign: Callable[..., Campaign]) -> None:
    campaign()

    told = api.post(PREVIEW, {"settings": {}}).json()

    assert (told["status"], told["leads"], told["tier"]) == ("COMPLETED", 0, {"now": {}, "then": {}, "table": []})


def test_a_preview_that_takes_longer_is_followed_by_its_address(api: Client, scored: Campaign) -> None:
    started = api.post(PREVIEW, {"settings": {"qualification": {"min_score": 0.9}}}, query={"wait": 0})
    preview_id = started.json()["preview_id"]

    assert started.status == 202
    assert (started.json()["status"], started.json()["percent"]) == ("RUNNING", 0)
    assert started.location == f"/campaigns/1/previews/{preview_id}"
    whatif.preview({"campaign_id": 1, "preview_id": preview_id, "shard": 0}, CONTEXT)
    assert api.get(started.location).json()["status"] == "COMPLETED"


def test_a_preview_whose_execution_died_has_failed(
    api: Client, scored: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = api.post(PREVIEW, {"settings": {}}, query={"wait": 0})
    monkeypatch.setattr(executions, "alive", lambda arn, name: False)
    assert api.get(started.location).json()["status"] == "RUNNING"
    monkeypatch.setattr(calculations, "_GRACE", timedelta())

    told = api.get(started.location).json()

    assert told["status"] == "FAILED"
    assert "Try again" in told["error_message"]


def test_a_machine_that_cannot_be_started_is_said(api: Client, scored: Campaign, pipeline: Any) -> None:
    pipeline.delete_state_machine(stateMachineArn=PREVIEW_ARN)

    assert_problem(api.post(PREVIEW, {"settings": {}}), 503)


def test_a_preview_refuses_what_a_campaign_would_refuse(api: Client, scored: Campaign) -> None:
    wrong = api.post(PREVIEW, {"settings": {"qualification": {"min_scor": 0.5}}})
    heavy = api.post(PREVIEW, {"settings": {"scoring": {"weights": {"icp": 0.9}}}})

    assert_problem(wrong, 422, "settings.qualification.min_scor", says="Did you mean 'min_score'?")
    assert_problem(heavy, 422, "settings.scoring.weights", says="sum to 1")


def test_the_same_idempotency_key_is_one_preview(api: Client, scored: Campaign) -> None:
    headers = {"Idempotency-Key": "one"}

    first = api.post(PREVIEW, {"settings": {}}, query={"wait": 0}, headers=headers)
    second = api.post(PREVIEW, {"settings": {}}, query={"wait": 0}, headers=headers)

    assert first.json()["preview_id"] == second.json()["preview_id"]


def test_what_is_not_there_is_not_found(api: Client, scored: Campaign) -> None:
    assert_problem(api.post("/campaigns/9/preview", {"settings": {}}), 404)
    assert_problem(api.get("/campaigns/1/previews/none"), 404, says="no preview")
    assert_problem(api.get("/campaigns/9/previews/none"), 404)
    assert_problem(api.post("/campaigns/9/rescore"), 404)


def test_rescoring_starts_a_run_that_decides_and_does_not_mail(api: Client, scored: Campaign) -> None:
    started = api.post("/campaigns/1/rescore")

    assert started.status == 202
    run = started.json()
    assert (run["rescore"], run["status"]) == (True, "RUNNING")
    assert [stage["type"] for stage in run["stages"]] == ["SCORE", "QUALIFY", "ROUTE"]
    assert started.location == f"/campaigns/1/runs/{run['run_id']}"
    assert runs.frozen(1, run["run_id"]).rescore


def test_one_run_at_a_time(api: Client, scored: Campaign) -> None:
    api.post("/campaigns/1/rescore")

    assert_problem(api.post("/campaigns/1/rescore"), 409)


def test_an_inactive_campaign_is_not_rescored(api: Client, scored: Campaign) -> None:
    api.put("/campaigns/1", {"name": "Off", "active": False})

    assert_problem(api.post("/campaigns/1/rescore"), 422, "active")


def test_a_stack_without_time_travel_refuses_a_moment(api: Client, scored: Campaign) -> None:
    assert_problem(api.post("/campaigns/1/rescore", {"as_of": "2026-12-01T10:00:00Z"}), 422, "as_of")


def test_the_run_of_a_rescoring_tells_what_it_did(api: Client, scored: Campaign) -> None:
    api.put("/campaigns/1", {"name": scored.name, "settings": {"qualification": {"min_score": 0.9}}})
    run_id = api.post("/campaigns/1/rescore").json()["run_id"]
    state = start(1, run_id)
    whatif.rescore({"campaign_id": 1, "run_id": run_id, "shard": 0, "after": ""}, CONTEXT)
    end(state)

    run = api.get(f"/campaigns/1/runs/{run_id}").json()

    assert run["status"] == JobStatus.COMPLETED
    assert run["stages"][1]["counts"]["low_score"] == 6
    lead = api.get("/campaigns/1/leads").json()["items"][0]
    entry = api.get(f"/campaigns/1/leads/{lead['id']}").json()["timeline"][-1]
    assert entry["event"] == "rescored"
    assert "rejected (low_score" in entry["detail"]
    assert lead_queue.queued(1, 1, "nurture") == 0
