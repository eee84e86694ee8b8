"""The real state machine definitions, executed: what the stages do together, also when one of them dies."""

from collections import Counter
from typing import Any

import pytest

from cam.campaigns import campaigns
from cam.leads import reading
from cam.model.errors import Throttled
from cam.model.models import CampaignDraft, JobStatus, LeadStatus, Run, Stage, Trigger
from cam.platform import tallies
from cam.runs import runs
from tests.integration.pipeline import csv, upload
from tests.pipeline.conftest import EXECUTION, Machines

OPEN = {"sending": {"ignore_window": True, "warm_up": None, "daily_cap": 1000}}
BAD = "No Mail,,Nobody,Intern,,\ninfo,info@a.example,A,CEO,opt_in,yes\n"


def results(run_id: str = "run-1") -> tuple[Run, dict[Stage, Any]]:
    run, jobs = runs.read(1, run_id)
    return run, {job.type: job for job in jobs}


def test_a_run_from_the_console_takes_leads_from_the_file_to_the_mail(campaign: Any, machines: Machines) -> None:
    campaign(settings=OPEN)
    upload(1, csv(8) + BAD)

    ended = machines.run({"campaign_id": 1})

    run, jobs = results()
    assert ended["status"] == "SUCCEEDED"
    assert (run.status, run.trigger) == (JobStatus.COMPLETED, Trigger.CONSOLE)
    assert [jobs[stage].leads_qualified for stage in Stage] == [9, 9, 8, 8, 8]


def test_the_tallies_equal_a_recount_of_the_leads(campaign: Any, machines: Machines) -> None:
    campaign(settings=OPEN)
    upload(1, csv(8) + BAD)

    machines.run({"campaign_id": 1})

    found, _ = reading.page(1, 1, {}, 100)
    status = Counter(lead.status for lead in found)
    funnel = tallies.of_campaign(1, 1)
    assert status == {LeadStatus.CONTACTED: 8, LeadStatus.REJECTED: 1}
    assert (funnel["leads"], funnel["qualified"], funnel["routed"], funnel["sent"]) == (9, 8, 8, 8)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_stage_that_is_throttled_once_loses_nothing(campaign: Any, machines: Machines, stage: Stage) -> None:
    campaign(settings=OPEN)
    upload(1, csv(3))
    troubles = [Throttled("busy")]

    def before(name: str, event: dict[str, Any]) -> None:
        if name == f"{stage.title()}Function" and troubles:
            raise troubles.pop()

    machines.before = before
    machines.run({"campaign_id": 1})

    assert results()[0].status is JobStatus.COMPLETED
    assert results()[1][Stage.NURTURE].leads_qualified == 3


@pytest.mark.parametrize("stage", list(Stage))
def test_a_stage_that_fails_does_not_stop_the_next(campaign: Any, machines: Machines, stage: Stage) -> None:
    campaign(settings=OPEN)
    upload(1, csv(2))
    machines.run({"campaign_id": 1, "stages": ["HARVEST", "SCORE", "QUALIFY", "ROUTE"]}, "before")
    broken = f"{stage.title()}Function"

    def before(name: str, event: dict[str, Any]) -> None:
        if name == broken:
            raise RuntimeError("a bug")

    machines.before = before
    ended = machines.run({"campaign_id": 1}, "run-1")

    run, jobs = results()
    assert ended["status"] == "SUCCEEDED"
    assert run.status is JobStatus.PARTIAL
    assert jobs[stage].status is JobStatus.FAILED
    assert {job.status for other, job in jobs.items() if other is not stage} == {JobStatus.COMPLETED}
    assert "a bug" not in (run.error_message or "")


def test_a_run_in_which_everything_fails_is_failed_and_so_is_its_execution(campaign: Any, machines: Machines) -> None:
    campaign(settings=OPEN)
    upload(1, csv(1))

    def before(name: str, event: dict[str, Any]) -> None:
        if name == "ScoreFunction":
            raise RuntimeError

    machines.before = before
    ended = machines.run({"campaign_id": 1, "stages": ["SCORE"]})

    assert ended["status"] == "FAILED"
    assert results()[0].status is JobStatus.FAILED
    assert runs.holder(1) is None


def test_shards_that_go_on_leave_the_stage_partial(campaign: Any, machines: Machines) -> None:
    campaign(settings={**OPEN, "expected_leads": 8000})
    upload(1, csv(12))

    def before(name: str, event: dict[str, Any]) -> None:
        if name == "ScoreFunction" and event["shard"] == 1:
            raise RuntimeError

    machines.before = before
    machines.run({"campaign_id": 1})

    _, jobs = results()
    assert jobs[Stage.SCORE].status is JobStatus.PARTIAL
    assert "1 of 2 shards" in (jobs[Stage.SCORE].error_message or "")
    assert 0 < jobs[Stage.NURTURE].leads_qualified < 12


def test_the_next_run_picks_up_what_a_failed_shard_left(campaign: Any, machines: Machines) -> None:
    campaign(settings=OPEN)
    upload(1, csv(3))

    def before(name: str, event: dict[str, Any]) -> None:
        if name == "QualifyFunction":
            raise RuntimeError

    machines.before = before
    machines.run({"campaign_id": 1}, "run-1")
    machines.before = lambda name, event: None
    machines.run({"campaign_id": 1}, "run-2")

    assert results("run-2")[1][Stage.NURTURE].leads_qualified == 3


def test_an_unknown_campaign_fails_the_execution(machines: Machines) -> None:
    assert machines.run({"campaign_id": 7})["status"] == "FAILED"


def test_no_lead_travels_in_a_payload(campaign: Any, machines: Machines) -> None:
    campaign(settings={**OPEN, "expected_leads": 100_000})
    upload(1, csv(5))

    machines.run({"campaign_id": 1})

    assert max(size for _, size in machines.invoked) < 4096


def test_a_run_takes_at_most_40_transitions_for_a_shard(campaign: Any, machines: Machines) -> None:
    campaign(settings=OPEN)
    upload(1, csv(2))
    machines.run({"campaign_id": 1})

    events = machines.client.get_execution_history(executionArn=f"{EXECUTION}:run-1", maxResults=1000)["events"]

    assert sum(event["type"].endswith("StateEntered") for event in events) <= 40


def test_a_rescoring_from_the_console_decides_again_and_mails_nobody(campaign: Any, machines: Machines) -> None:
    one = campaign(settings={"sending": {**OPEN["sending"], "daily_cap": 2}})
    upload(1, csv(6))
    machines.run({"campaign_id": 1})
    draft = {"name": one.name, "settings": {**OPEN, "qualification": {"min_score": 0.9}}}
    campaigns.replace(one, CampaignDraft.model_validate(draft))

    ended = machines.run({"campaign_id": 1, "rescore": True}, "run-2")

    run, jobs = results("run-2")
    assert ended["status"] == "SUCCEEDED"
    assert (run.status, run.rescore, run.stages) == (JobStatus.COMPLETED, True, runs.DECIDING)
    assert jobs[Stage.QUALIFY].counts["rejected"] == 4
    found, _ = reading.page(1, 1, {}, 100)
    assert Counter(lead.status for lead in found) == {LeadStatus.CONTACTED: 2, LeadStatus.REJECTED: 4}
    assert tallies.of_campaign(1, 1)["sent"] == 2


def test_a_rescoring_that_fails_says_so_and_the_stages_go_on(campaign: Any, machines: Machines) -> None:
    campaign(settings=OPEN)
    upload(1, csv(2))
    machines.run({"campaign_id": 1})

    def before(name: str, event: dict[str, Any]) -> None:
        if name == "RescoreFunction":
            raise RuntimeError("a bug")

    machines.before = before
    machines.run({"campaign_id": 1, "rescore": True}, "run-2")

    run, jobs = results("run-2")
    assert jobs[Stage.SCORE].status is JobStatus.FAILED
    assert run.status is JobStatus.PARTIAL
    assert "SCORE" in (run.error_message or "")
