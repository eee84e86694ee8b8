"""Runs: one at a time, idempotent to open and to close, closed also when their execution dies."""

from typing import Any

import boto3
import pytest

from cam.campaigns import campaigns
from cam.model.errors import Conflict, NotFound, RunInProgress
from cam.model.models import CampaignDraft, JobStatus, LeadDraft, Stage, Trigger
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.runs import executions, runs
from cam.text import clock
from functions.run.handler import begin, finish, fleet
from tests.conftest import PIPELINE_ARN
from tests.events import event
from tests.integration import pipeline
from tests.integration.providers import store_key


def test_the_console_starts_a_run_with_nothing_but_the_campaign(campaign: Any, context: Any) -> None:
    campaign()

    state = begin(event("begin_console"), context)

    assert state["work"]["score"] == [0]
    assert runs.read(1, state["run_id"])[0].trigger is Trigger.CONSOLE


def test_a_rule_runs_only_its_stage(campaign: Any, context: Any) -> None:
    campaign()
    pipeline.upload(1, pipeline.csv(1))

    state = begin(event("begin_rule"), context)

    assert state["work"] == {"harvest": [0], "rescore": [], "score": [], "qualify": [], "route": [], "nurture": []}


def test_begin_twice_opens_one_run(campaign: Any, context: Any) -> None:
    campaign()

    assert begin(event("begin_console"), context) == begin(event("begin_console"), context)
    assert len(runs.page(1, 10)[0]) == 1


def test_a_second_run_at_once_is_skipped_and_says_why(campaign: Any) -> None:
    campaign()
    pipeline.start(1, "run-1")

    state = pipeline.start(1, "run-2")

    run, _ = runs.read(1, "run-2")
    assert not any(state["work"].values())
    assert run.status is JobStatus.SKIPPED
    assert "run-1" in (run.error_message or "")


def test_the_lock_is_taken_once_when_two_begin_together(campaign: Any) -> None:
    made = campaign()
    first = runs.fresh(made, "run-1", Trigger.API, list(Stage), made.settings)
    second = runs.fresh(made, "run-2", Trigger.API, list(Stage), made.settings)
    runs.open_run(first, {})

    with pytest.raises(RunInProgress, match="run-1"):
        runs.open_run(second, {})


def test_an_inactive_campaign_is_skipped(campaign: Any) -> None:
    campaign(active=False)

    run, results = pipeline.pipeline(1)

    assert run.status is JobStatus.SKIPPED
    assert all(result.status is JobStatus.SKIPPED for result in results.values())


def test_an_unknown_campaign_begins_nothing(aws: None, context: Any) -> None:
    with pytest.raises(NotFound):
        begin(event("begin_console"), context)


def test_finish_twice_closes_once(campaign: Any, context: Any) -> None:
    campaign()
    state = pipeline.start(1)
    pipeline.end(state)
    done = runs.read(1, "run-1")

    finish(state, context)

    assert runs.read(1, "run-1") == done
    assert runs.holder(1) is None


def test_a_shard_that_gave_up_makes_its_stage_failed_and_the_run_partial(campaign: Any, context: Any) -> None:
    campaign()
    pipeline.upload(1, pipeline.csv(1))
    begin(event("begin_console"), context)

    answer = finish(event("finish"), context)

    _, results = runs.read(1, answer["run_id"])
    assert answer["status"] == JobStatus.PARTIAL
    assert results[1].status is JobStatus.FAILED
    assert "Throttled" in (results[1].error_message or "")


def test_an_aborted_execution_frees_its_campaign(campaign: Any, context: Any) -> None:
    campaign()
    begin(event("begin_console"), context)

    finish(event("execution_aborted"), context)

    run, results = runs.read(1, event("begin_console")["execution"])
    assert run.status in runs.FINISHED
    assert runs.holder(1) is None
    assert {result.status for result in results} == {JobStatus.SKIPPED}


def test_an_execution_that_ended_before_its_run_was_opened_is_no_error(aws: None, context: Any) -> None:
    assert finish(event("execution_aborted"), context)["status"] == JobStatus.FAILED


def test_a_run_whose_execution_is_gone_is_closed_by_the_next_start(campaign: Any, monkeypatch: Any) -> None:
    campaign()
    pipeline.start(1, "run-1")
    monkeypatch.setattr(executions, "_GRACE", clock.now() - clock.now())

    executions.free(PIPELINE_ARN, 1)

    assert runs.holder(1) is None
    assert runs.read(1, "run-1")[0].status in runs.FINISHED


def test_a_run_that_has_just_been_opened_is_left_alone(campaign: Any) -> None:
    campaign()
    pipeline.start(1, "run-1")

    with pytest.raises(RunInProgress):
        executions.free(PIPELINE_ARN, 1)


def test_nurture_without_a_sender_is_skipped_and_touches_wait(campaign: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("POSTAL_ADDRESS", "")
    campaign()
    pipeline.upload(1, pipeline.csv(2))

    run, results = pipeline.pipeline(1)

    assert results[Stage.NURTURE].status is JobStatus.SKIPPED
    assert "postal" in (results[Stage.NURTURE].error_message or "")
    assert results[Stage.ROUTE].counts["routed"] == 2
    assert run.status is JobStatus.COMPLETED


def test_time_travel_is_refused_unless_the_stack_allows_it(campaign: Any, monkeypatch: Any) -> None:
    campaign()
    monkeypatch.setenv("ALLOW_TIME_TRAVEL", "false")

    with pytest.raises(Exception, match="AllowTimeTravel"):
        pipeline.start(1, as_of="2030-01-01T00:00:00Z")


def test_the_fleet_names_a_run_per_active_campaign_after_its_slot(campaign: Any, context: Any) -> None:
    campaign()
    campaign(active=False)
    campaign()

    page = fleet(event("fleet_rule"), context)

    assert [run["name"] for run in page["runs"]] == [
        "rule-harvest-20261123T020000-1",
        "rule-harvest-20261123T020000-3",
    ]
    assert page["more"] is False


def test_the_fleet_goes_on_where_a_page_stopped(campaign: Any, context: Any, monkeypatch: Any) -> None:
    from functions.run import handler

    for _ in range(3):
        campaign()
    monkeypatch.setattr(handler, "FLEET_PAGE", 2)

    first = fleet(event("fleet_rule"), context)
    second = fleet(first["next"], context)

    assert [run["campaign_id"] for run in (*first["runs"], *second["runs"])] == [1, 2, 3]


def test_campaigns_count_up_from_one_without_gaps(campaign: Any) -> None:
    campaign(name="One")
    with pytest.raises(Conflict):
        campaign(name="ONE ")

    assert campaign(name="Two").id == 2


def test_a_campaign_takes_two_calls_to_create(campaign: Any, operations: Any) -> None:
    campaign()

    assert operations == {"GetItem": 1, "TransactWriteItems": 1}


def test_a_renamed_campaign_frees_its_old_name(campaign: Any) -> None:
    before = campaign(name="Old")
    campaigns.replace(before, CampaignDraft(name="New"))

    assert campaign(name="Old").id == 2


def test_two_changes_of_the_same_campaign_do_not_overwrite_each_other(campaign: Any) -> None:
    before = campaign(name="Old")
    tables.write(tables.update(campaigns_table(), keys.campaign(1), put={"updated_at": "2020-01-01T00:00:00.000Z"}))

    with pytest.raises(Conflict):
        campaigns.replace(before, CampaignDraft(name="New"))


def test_runs_are_listed_newest_first_with_their_jobs(campaign: Any) -> None:
    campaign()
    for number in range(3):
        pipeline.pipeline(1, f"run-{number}")

    (first, second), after = runs.page(1, 2)
    (third,), end = runs.page(1, 2, after)

    assert [run.run_id for run, _ in (first, second, third)] == ["run-2", "run-1", "run-0"]
    assert len(first[1]) == 5
    assert end is None


def test_a_lead_in_line_makes_a_source(campaign: Any) -> None:
    from cam.leads import imports
    from cam.runs import preconditions

    made = campaign()
    before = preconditions.harvestable(made)
    imports.queue(1, [("one", LeadDraft(name="Ada", email="ada@a.example"))])

    assert (before, preconditions.harvestable(made)) == (False, True)


def test_a_key_of_apollo_is_a_source_once_the_campaign_says_whom_to_look_for(campaign: Any) -> None:
    from cam.runs import preconditions

    store_key("apollo", "key")
    everybody, somebody = campaign(name="A"), campaign(name="B", settings={"icp": {"roles": ["CEO"]}})

    assert (preconditions.harvestable(everybody), preconditions.harvestable(somebody)) == (False, True)


def test_a_state_payload_holds_ids_only(campaign: Any) -> None:
    import json

    campaign(settings={"expected_leads": 10_000_000})
    state = pipeline.start(1)

    assert len(state["work"]["score"]) == 32
    assert len(json.dumps(state)) < 4096


@pytest.fixture(autouse=True)
def _machine(aws: None) -> None:
    """The state machine exists, so that asking for an execution says that there is none."""
    boto3.client("stepfunctions").create_state_machine(
        name="cam-pipeline",
        definition='{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
        roleArn="arn:aws:iam::123456789012:role/any",
    )
