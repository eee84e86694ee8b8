"""The stage handlers on the template's tables: what they settle, count and leave alone, also when they run twice."""

from collections import Counter
from typing import Any

import pytest

from cam.campaigns import campaigns
from cam.leads import lead_queue, reading
from cam.mail import suppression
from cam.model.models import CampaignDraft, JobStatus, LeadStatus, Stage
from cam.platform import keys, tables, tallies
from cam.platform.environment import campaigns_table, leads_table
from cam.runs import runs
from cam.text import clock
from functions.qualify import handler as qualify
from functions.score import handler as score
from tests.conftest import Context
from tests.events import event
from tests.integration import pipeline

SHARD = keys.Shard(1, "run-1", 0)


def waiting(stage: str) -> int:
    items, _ = tables.query(leads_table(), SHARD.pk, index=tables.TODO, begins=f"{stage}#")
    return len(items)


def test_a_retried_shard_counts_each_lead_once(campaign: Any, context: Any) -> None:
    campaign()
    pipeline.start(1)
    pipeline.add_leads(SHARD, 20)
    shard = {**event("shard"), "run_id": "run-1"}

    score.handler(shard, context)
    score.handler(shard, context)

    assert pipeline.tally(1, "run-1", "score.scored") == 20
    assert waiting("score") == 0
    assert waiting("qualify") == 20


def test_a_shard_of_120_leads_is_settled_in_the_calls_of_the_data_model(
    campaign: Any, operations: Counter[str], context: Any
) -> None:
    campaign()
    pipeline.start(1)
    pipeline.add_leads(SHARD, 120)
    operations.clear()

    score.handler({**event("shard"), "run_id": "run-1"}, context)

    # What the run was started with, the lock; one page; 98 and 22 verdicts.
    assert operations == {"GetItem": 2, "Query": 1, "TransactWriteItems": 2}


def test_qualify_looks_up_33_people_in_one_read(campaign: Any, operations: Counter[str], context: Any) -> None:
    campaign()
    state = pipeline.start(1)
    pipeline.add_leads(SHARD, 33)
    pipeline.stage(Stage.SCORE, state)
    operations.clear()

    qualify.handler({**event("shard"), "run_id": "run-1"}, context)

    assert operations["BatchGetItem"] == 1


def test_a_worker_short_of_time_asks_to_be_called_again(campaign: Any) -> None:
    campaign()
    pipeline.start(1)
    pipeline.add_leads(SHARD, 3)
    late: Any = Context(milliseconds=1)

    answer = score.handler({**event("shard"), "run_id": "run-1"}, late)

    assert answer == {"more": True}


def test_a_lead_that_cannot_be_read_is_counted_as_failed_and_the_rest_goes_on(campaign: Any) -> None:
    campaign()
    state = pipeline.start(1)
    broken, *_ = pipeline.add_leads(SHARD, 3)
    tables.write(tables.update(leads_table(), keys.lead(1, 0, broken), put={"enrichment": "no map"}))

    pipeline.stage(Stage.SCORE, state)

    assert pipeline.tally(1, "run-1", "score.failed") == 1
    assert pipeline.tally(1, "run-1", "score.scored") == 2
    assert waiting("score") == 0


def test_a_lead_that_moved_meanwhile_is_left_alone(campaign: Any) -> None:
    campaign()
    pipeline.start(1)
    moved, *_ = pipeline.add_leads(SHARD, 3)
    page, _ = lead_queue.due(SHARD, Stage.SCORE, None)
    tables.write(tables.update(leads_table(), keys.lead(1, 0, moved), put={"todo": None}))
    decided = [lead_queue.Decided(due, None, "scored", counts={"scored": 1}) for due in page]

    applied, _ = lead_queue.settle(SHARD, Stage.SCORE, decided, clock.now())

    assert applied == 2
    assert pipeline.tally(1, "run-1", "score.scored") == 2


def test_a_cap_holds_exactly(campaign: Any) -> None:
    campaign()
    pipeline.add_leads(SHARD, 12)

    _, results = pipeline.pipeline(1, stages=["SCORE"], max_leads=5)

    assert results[Stage.SCORE].counts["scored"] == 5
    assert waiting("score") == 7


def test_a_cap_holds_over_two_workers_that_share_it(campaign: Any) -> None:
    campaign()
    pipeline.start(1, max_leads=5)
    pipeline.add_leads(SHARD, 8)
    page, _ = lead_queue.due(SHARD, Stage.SCORE, None)
    decided = [lead_queue.Decided(due, None, "scored", counts={"scored": 1}) for due in page]
    cap = lead_queue.Cap(keys.budget(1, "run-1", Stage.SCORE), 5)

    first = lead_queue.settle(SHARD, Stage.SCORE, decided[:3], clock.now(), cap)
    second = lead_queue.settle(SHARD, Stage.SCORE, decided[3:], clock.now(), cap)

    assert (first, second) == ((3, False), (2, True))


def test_leads_that_cost_credits_and_qualify_are_counted(campaign: Any) -> None:
    campaign(settings={"qualification": {"blocked_domains": ["company2.example"]}})
    state = pipeline.start(1)
    ids = pipeline.add_leads(SHARD, 4)
    for one in ids[1:3]:
        tables.write(tables.update(leads_table(), keys.lead(1, 0, one), put={"credits": 2}))

    pipeline.stage(Stage.SCORE, state)
    pipeline.stage(Stage.QUALIFY, state)

    assert pipeline.tally(1, "run-1", "qualify.qualified") == 3
    assert pipeline.tally(1, "run-1", "qualify.paid_qualified") == 1
    assert tallies.of_campaign(1, 1)["paid_qualified"] == 1


def test_a_suppressed_person_is_rejected(campaign: Any) -> None:
    campaign()
    state = pipeline.start(1)
    lead_id, *_ = pipeline.add_leads(SHARD, 1)
    tables.write(suppression.add("company0.example", "asked by phone", clock.now()))

    pipeline.stage(Stage.SCORE, state)
    pipeline.stage(Stage.QUALIFY, state)

    lead, _ = reading.read(1, 1, lead_id)
    assert lead.status is LeadStatus.REJECTED
    assert lead.qualification
    assert lead.qualification.reasons == ("suppressed",)


@pytest.mark.parametrize(
    ("decision", "status", "reasons"),
    [
        ("approve", LeadStatus.QUALIFIED, ("approved_in_review",)),
        ("reject", LeadStatus.REJECTED, ("rejected_in_review",)),
    ],
)
def test_what_a_person_decided_holds_when_the_lead_is_qualified_again(
    campaign: Any, decision: str, status: LeadStatus, reasons: tuple[str, ...]
) -> None:
    campaign(settings={"qualification": {"min_score": 0.1}})
    state = pipeline.start(1)
    (lead_id,) = pipeline.add_leads(SHARD, 1, role="Clerk", enrichment={"company_hiring": False})
    review = {"decision": decision, "at": clock.iso(clock.now()), "reviewer": "Bo", "note": ""}
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead_id), put={"review": review}))
    pipeline.stage(Stage.SCORE, state)

    pipeline.stage(Stage.QUALIFY, state)
    pipeline.stage(Stage.QUALIFY, state)

    lead, _ = reading.read(1, 1, lead_id)
    assert lead.qualification
    assert (lead.status, lead.qualification.reasons, lead.qualification.settings_version) == (status, reasons, 1)
    assert pipeline.tally(1, "run-1", f"qualify.{reasons[0]}") == 1


def test_a_settings_change_does_not_reach_a_run_that_has_begun(campaign: Any) -> None:
    from cam.campaigns import campaigns
    from cam.model.models import CampaignDraft

    before = campaign()
    state = pipeline.start(1)
    lead_id, *_ = pipeline.add_leads(SHARD, 1)
    draft = CampaignDraft.model_validate({"name": before.name, "settings": {"qualification": {"min_score": 1}}})
    campaigns.replace(before, draft)

    pipeline.stage(Stage.SCORE, state)
    pipeline.stage(Stage.QUALIFY, state)

    assert reading.read(1, 1, lead_id)[0].status is LeadStatus.QUALIFIED


def test_every_change_of_status_is_in_the_timeline(campaign: Any) -> None:
    campaign()
    lead_id, *_ = pipeline.add_leads(SHARD, 1)

    pipeline.pipeline(1)

    lead, others = reading.read(1, 1, lead_id)
    assert [change.event for change in lead.history] == ["harvested", "scored", "qualified", "routed"]
    assert [item["kind"] for item in others] == ["send"]


def test_a_stopped_run_works_no_further(campaign: Any) -> None:
    campaign()
    state = pipeline.start(1)
    pipeline.add_leads(SHARD, 3)
    tables.write(tables.delete(campaigns_table(), keys.run_lock(1)))

    pipeline.stage(Stage.SCORE, state)

    assert waiting("score") == 3


def test_tallies_equal_a_recount_of_the_leads(campaign: Any) -> None:
    campaign()
    pipeline.upload(1, pipeline.csv(15) + "No Mail,,Nobody,Intern,,\ninfo,info@a.example,A,CEO,opt_in,yes\n")

    pipeline.pipeline(1)

    found, _ = reading.page(1, 1, {}, 100)
    funnel = tallies.of_campaign(1, 1)
    status = Counter(lead.status for lead in found)
    assert funnel["leads"] == len(found) == 16
    assert funnel["rejected"] == status[LeadStatus.REJECTED] == 1
    assert funnel["routed"] == funnel["sent"] == status[LeadStatus.CONTACTED] == 15


@pytest.mark.parametrize("given", [["HARVEST"], ["SCORE", "QUALIFY"], ["NURTURE"]])
def test_a_run_works_only_on_what_was_asked_for(campaign: Any, given: list[str]) -> None:
    campaign()
    pipeline.upload(1, pipeline.csv(1))

    run, results = pipeline.pipeline(1, stages=given)

    assert [stage.value for stage in results] == given
    assert run.status is JobStatus.COMPLETED


def test_a_campaign_of_several_shards_is_worked_off_completely(campaign: Any) -> None:
    made = campaign(settings={"expected_leads": 9000, "sending": {"ignore_window": True, "warm_up": None}})
    pipeline.upload(1, pipeline.csv(20))

    _, results = pipeline.pipeline(1)

    assert made.shards == 4
    assert results[Stage.NURTURE].counts["sent"] == 20
    assert {lead.shard for lead in reading.page(1, 4, {}, 100)[0]} == {0, 1, 2, 3}


def test_runs_read_is_two_calls(campaign: Any, operations: Counter[str]) -> None:
    campaign()
    pipeline.pipeline(1)
    operations.clear()

    runs.read(1, "run-1")

    assert operations == {"GetItem": 1, "Query": 1}


@pytest.mark.parametrize("changed_before", [Stage.SCORE, Stage.QUALIFY, Stage.ROUTE])
def test_settings_changed_while_a_run_goes_on_are_for_the_next_one(campaign: Any, changed_before: Stage) -> None:
    before = campaign()
    tame = {"weights": {"icp": 0, "opportunity": 1}, "signals": {"base": 0}, "tiers": {"hot": 1, "warm": 1, "cool": 1}}
    rung = {"sequence": "aggressive_close", "min_score": 0}
    changed = {"scoring": tame, "qualification": {"min_score": 1}, "routing": {"ladder": [rung], "intent_boost": False}}

    def decided(run: str, meanwhile: CampaignDraft | None = None) -> Any:
        state = pipeline.start(1, run, stages=["SCORE", "QUALIFY", "ROUTE"])
        (one,) = pipeline.add_leads(SHARD, 1, email=f"{run}@company.example")
        for stage in (Stage.SCORE, Stage.QUALIFY, Stage.ROUTE):
            if meanwhile and stage is changed_before:
                campaigns.replace(before, meanwhile)
            pipeline.stage(stage, state)
        pipeline.end(state)
        return reading.read(1, 1, one)[0]

    draft = CampaignDraft.model_validate({"name": before.name, "settings": changed})
    undisturbed, old, new = decided("ada"), decided("bob", draft), decided("cat")

    assert (old.score, old.tier, old.status, old.sequence) == (
        undisturbed.score, undisturbed.tier, LeadStatus.ROUTED, undisturbed.sequence,
    )  # fmt: skip
    assert versions_named(old) == {1}
    assert versions_named(new) == {2}
    assert (new.status, new.tier) == (LeadStatus.REJECTED, "COLD")


def versions_named(lead: Any) -> set[int]:
    """The versions of the settings that a lead's decisions name."""
    decisions = [one.settings_version for one in (lead.qualification, lead.routing) if one]
    return {version for version in (lead.score_settings_version, *decisions) if version is not None}
