"""Starting, watching and stopping runs over HTTP."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cam.leads import imports
from cam.model.models import Campaign, JobResult, JobStatus, LeadDraft, Run, Stage, Trigger
from cam.platform import keys, tables
from cam.runs import executions, runs
from cam.text import clock
from functions.api import idempotency, views
from tests.api.client import Client, assert_problem
from tests.conftest import PIPELINE_ARN

Make = Callable[..., Campaign]
RUNS = "/campaigns/1/runs"


@pytest.fixture
def ready(campaign: Make) -> Campaign:
    """A campaign of which every stage can run: a lead waits, and the stack has a sender."""
    one = campaign()
    imports.queue(one.id, [("lead", LeadDraft(email="ann@acme.example"))])
    return one


def waiting(states: Any) -> list[str]:
    """The executions that have been started."""
    return [one["name"] for one in states.list_executions(stateMachineArn=PIPELINE_ARN)["executions"]]


def test_a_run_of_all_five_stages_is_started(api: Client, ready: Campaign, pipeline: Any) -> None:
    answer = api.post(RUNS)

    assert answer.status == 202
    assert answer.headers["retry-after"] == "1"
    run = answer.json()
    assert answer.location == f"{RUNS}/{run['run_id']}"
    assert (run["status"], run["trigger"], run["max_leads"], run["percent"]) == ("RUNNING", "api", None, 0)
    assert [(stage["type"], stage["status"]) for stage in run["stages"]] == [
        ("HARVEST", "RUNNING"), ("SCORE", "PENDING"), ("QUALIFY", "PENDING"), ("ROUTE", "PENDING"),
        ("NURTURE", "PENDING"),
    ]  # fmt: skip
    assert waiting(pipeline) == [run["run_id"]]
    assert api.get(answer.location).json() == run


def test_stages_come_in_any_case_and_run_in_their_order(api: Client, ready: Campaign) -> None:
    run = api.post(RUNS, {"stages": ["Route", "score"], "max_leads": 5}).json()
    assert [stage["type"] for stage in run["stages"]] == ["SCORE", "ROUTE"]
    assert run["max_leads"] == 5
    assert runs.frozen(1, run["run_id"]).max_leads == 5


def test_full_pipeline_is_a_name_for_all_five(api: Client, ready: Campaign) -> None:
    assert len(api.post(RUNS, {"stages": ["full_pipeline"]}).json()["stages"]) == 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"stages": ["HARVST"]}, "stages[0]"),
        ({"stages": []}, "stages"),
        ({"stages": "SCORE"}, "stages"),
        ({"max_leads": 0}, "max_leads"),
        ({"max_lead": 5}, "max_lead"),
        ({"as_of": "2026-11-23T10:00:00"}, "as_of"),
        ({"as_of": "2026-11-23T10:00:00Z"}, "as_of"),
        ({"max_leads": "1_0"}, "max_leads"),
        ({"max_leads": True}, "max_leads"),
    ],
)
def test_wrong_fields_of_a_run_are_named(api: Client, ready: Campaign, body: dict[str, Any], field: str) -> None:
    assert_problem(api.post(RUNS, body), 422, field)
    assert runs.holder(1) is None


def test_a_stack_that_allows_it_lets_a_run_choose_its_moment(
    api: Client, ready: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOW_TIME_TRAVEL", "true")
    run = api.post(RUNS, {"as_of": "2026-11-23T10:00:00+01:00"}).json()
    assert run["as_of"] == "2026-11-23T09:00:00.000Z"


@pytest.mark.parametrize(
    "as_of",
    [
        "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1999-12-31T23:59:59Z",
        "2100-01-01T00:00:01Z", 1_700_000_000, 1_700_000_000.5, "1700000000", True, "2026-11-23", "soon", [],
    ],
)  # fmt: skip
def test_a_moment_is_written_out_and_lies_in_this_century(
    api: Client, ready: Campaign, monkeypatch: pytest.MonkeyPatch, as_of: Any
) -> None:
    monkeypatch.setenv("ALLOW_TIME_TRAVEL", "true")
    assert_problem(api.post(RUNS, {"as_of": as_of}), 422, "as_of")
    assert runs.holder(1) is None


def test_an_unknown_stage_is_one_error(api: Client, ready: Campaign) -> None:
    problem = assert_problem(api.post(RUNS, {"stages": ["HARVST"]}), 422, "stages[0]", says="Did you mean 'HARVEST'?")
    assert len(problem["errors"]) == 1


def test_a_second_run_is_refused_with_the_id_of_the_first(api: Client, ready: Campaign) -> None:
    first = api.post(RUNS).json()["run_id"]
    for path in (RUNS, "/campaigns/1/execute/harvest", "/campaigns/1/execute/full-pipeline"):
        assert assert_problem(api.post(path), 409)["run_id"] == first


def test_an_inactive_campaign_runs_nothing(api: Client, campaign: Make) -> None:
    campaign(active=False)
    for path in (RUNS, "/campaigns/1/execute/harvest", "/campaigns/1/execute/full-pipeline"):
        assert_problem(api.post(path), 422, says="inactive")
    assert_problem(api.post("/campaigns/2/runs"), 404)


def test_stages_that_cannot_run_are_skipped_with_the_reason(
    api: Client, campaign: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTAL_ADDRESS", "")
    campaign()
    run = api.post(RUNS).json()
    skipped = {stage["type"]: stage["error_message"] for stage in run["stages"] if stage["status"] == "SKIPPED"}
    assert set(skipped) == {"HARVEST", "NURTURE"}
    assert "source" in skipped["HARVEST"]
    assert "settings.sending.postal_address is not set" in skipped["NURTURE"]
    assert [stage["status"] for stage in run["stages"]] == ["SKIPPED", "RUNNING", "PENDING", "PENDING", "SKIPPED"]


def test_a_run_of_which_nothing_can_run_is_refused_with_every_reason(
    api: Client, campaign: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTAL_ADDRESS", "")
    campaign()
    assert_problem(
        api.post(RUNS, {"stages": ["NURTURE"]}), 422, "stages", says="settings.sending.postal_address is not set"
    )
    assert_problem(api.post(RUNS, {"stages": ["HARVEST"]}), 422, "stages", says="source")
    both = assert_problem(api.post(RUNS, {"stages": ["HARVEST", "NURTURE"]}), 422, says="source")
    assert "settings.sending.postal_address is not set" in both["detail"]
    assert_problem(api.post("/campaigns/1/execute/harvest"), 422, says="source")
    assert runs.holder(1) is None


def test_a_campaign_that_wants_a_mail_server_of_a_stack_without_one_is_told(
    api: Client, campaign: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign(settings={"sending": {"transport": "smtp"}})
    assert_problem(api.post(RUNS, {"stages": ["NURTURE"]}), 422, "stages", says="SmtpHost")
    monkeypatch.setenv("SMTP_HOST", "mail.example")
    assert api.post(RUNS, {"stages": ["NURTURE"]}).status == 202


def test_an_open_run_shows_what_it_has_done_so_far(api: Client, ready: Campaign, count: Callable[..., None]) -> None:
    started = api.post(RUNS).json()
    run = runs.frozen(1, started["run_id"])
    count(run, Stage.HARVEST, {"discovered": 8, "inserted": 7})
    count(run, Stage.SCORE, {"processed": 3, "scored": 3})

    shown = api.get(f"{RUNS}/{run.run_id}").json()

    assert [stage["status"] for stage in shown["stages"]] == ["COMPLETED", "RUNNING", "PENDING", "PENDING", "PENDING"]
    assert [stage["leads_processed"] for stage in shown["stages"]] == [8, 3, 0, 0, 0]
    assert shown["stages"][0]["counts"]["inserted"] == 7
    assert (shown["status"], shown["percent"], shown["completed_at"]) == ("RUNNING", 20, None)


def test_a_finished_run_shows_its_results(
    api: Client, ready: Campaign, count: Callable[..., None], close: Callable[..., JobStatus]
) -> None:
    run = runs.frozen(1, api.post(RUNS, {"stages": ["SCORE", "QUALIFY"]}).json()["run_id"])
    count(run, Stage.SCORE, {"processed": 3, "scored": 3, "icp_sum": 1_500_000})
    close(run, failed=(Stage.QUALIFY,))

    shown = api.get(f"{RUNS}/{run.run_id}").json()

    assert (shown["status"], shown["percent"]) == ("PARTIAL", 100)
    assert shown["completed_at"].endswith("Z")
    assert [stage["status"] for stage in shown["stages"]] == ["COMPLETED", "FAILED"]
    assert shown["stages"][0]["counts"] == {"processed": 3, "scored": 3, "average_icp": 0.5}
    assert '"processed":3,' in api.get(f"{RUNS}/{run.run_id}").body.decode()


def test_runs_are_listed_newest_first_page_by_page(api: Client, ready: Campaign, past_run: Callable[..., Run]) -> None:
    made = [past_run(ready, [Stage.SCORE]).run_id for _ in range(3)]
    made.append(api.post(RUNS, {"stages": ["SCORE"]}).json()["run_id"])

    first = api.get(RUNS, {"limit": 2}).json()
    rest = api.get(RUNS, {"limit": 2, "cursor": first["next_cursor"]}).json()

    assert [run["run_id"] for run in (*first["items"], *rest["items"])] == made[::-1]
    assert first["items"][0]["status"] == "RUNNING"
    assert rest["next_cursor"] is None


def test_an_open_run_is_stopped_and_the_campaign_is_free(
    api: Client, ready: Campaign, pipeline: Any, count: Callable[..., None]
) -> None:
    run_id = api.post(RUNS).json()["run_id"]
    count(runs.frozen(1, run_id), Stage.HARVEST, {"discovered": 1, "inserted": 1})

    stopped = api.post(f"{RUNS}/{run_id}/stop")

    assert stopped.status == 200
    assert stopped.json()["status"] == "PARTIAL"
    assert "Stopped on request" in stopped.json()["error_message"]
    assert runs.holder(1) is None
    assert_problem(api.post(f"{RUNS}/{run_id}/stop"), 409, says="already finished")
    assert_problem(api.post(f"{RUNS}/nothing/stop"), 404)
    assert api.post(RUNS).status == 202


def test_what_is_to_be_known_is_shown_while_a_run_is_open_and_after(
    api: Client, ready: Campaign, past_run: Callable[..., Run]
) -> None:
    note = "the daily cap of 10 mails is reached; the rest waits"
    result = JobResult(type=Stage.NURTURE, status=JobStatus.COMPLETED, started_at=clock.now(), run_id="r", note=note)
    assert views.job(result).note == note
    assert views._live(result, Stage.NURTURE, list(Stage)).note == note
    assert views._live(result, Stage.SCORE, list(Stage)).note is None
    run = past_run(ready, list(Stage))
    assert views.whole(run, [result]).note == f"NURTURE: {note}"
    assert api.get(f"{RUNS}/{run.run_id}").json()["stages"][0]["note"] is None


def test_a_missing_run_is_404(api: Client, campaign: Make) -> None:
    campaign()
    assert_problem(api.get(f"{RUNS}/nothing"), 404)
    assert_problem(api.get("/campaigns/2/runs"), 404)


def test_a_run_that_died_does_not_block_the_campaign(api: Client, ready: Campaign) -> None:
    dead = runs.fresh(ready, "dead", Trigger.API, [Stage.SCORE], ready.settings)
    runs.open_run(dead.model_copy(update={"started_at": clock.now() - timedelta(minutes=5)}), {})

    assert api.post(RUNS).status == 202
    assert api.get(f"{RUNS}/dead").json()["status"] != "RUNNING"


def test_a_run_that_cannot_be_started_is_failed_and_frees_the_campaign(
    api: Client, ready: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "arn:aws:states secret"}}, "StartExecution")

    with monkeypatch.context() as broken:
        broken.setattr(executions, "start", refuse)
        answer = api.post(RUNS, headers={"Idempotency-Key": "k"})

    assert_problem(answer, 503)
    assert answer.headers["retry-after"]
    assert runs.holder(1) is None
    (failed,) = api.get(RUNS).json()["items"]
    assert (failed["status"], failed["error_message"]) == ("FAILED", "The run could not be started. Try again.")
    assert api.post(RUNS, headers={"Idempotency-Key": "k"}).status == 202


def test_a_retry_after_a_crash_carries_on_with_the_same_run(
    api: Client, ready: Campaign, pipeline: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first attempt dies between opening the run and starting it, without giving its key back."""

    def die(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as crash:
        crash.setattr(executions, "start", die)
        crash.setattr(idempotency, "_release", lambda claim: None)
        api.post(RUNS, headers={"Idempotency-Key": "k"})
    opened = runs.holder(1)
    assert opened
    assert waiting(pipeline) == []
    assert_problem(api.post(RUNS, headers={"Idempotency-Key": "k"}), 409, says="Idempotency-Key")

    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    retried = api.post(RUNS, headers={"Idempotency-Key": "k"})

    assert (retried.status, retried.json()["run_id"]) == (202, opened)
    assert waiting(pipeline) == [opened]


def test_the_execution_gets_ids_only(api: Client, ready: Campaign, pipeline: Any) -> None:
    api.post(RUNS)
    (one,) = pipeline.list_executions(stateMachineArn=PIPELINE_ARN)["executions"]
    assert json.loads(pipeline.describe_execution(executionArn=one["executionArn"])["input"]) == {"campaign_id": 1}


def test_starting_a_run_is_a_handful_of_operations(api: Client, ready: Campaign, operations: Any) -> None:
    operations.clear()
    api.post(RUNS)
    assert operations["TransactWriteItems"] == 1
    assert operations["PutItem"] == operations["UpdateItem"] == 0
    assert operations.total() <= 14


def test_the_frozen_settings_hold_the_stacks_sender(api: Client, ready: Campaign) -> None:
    run = runs.frozen(1, api.post(RUNS).json()["run_id"])
    assert run.settings.sending.sender_email == "ada@agency.example"
    assert tables.get("cam-campaigns", keys.campaign(1))
