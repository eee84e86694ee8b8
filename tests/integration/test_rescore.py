"""What if and rescoring on the template's tables: nobody is mailed twice, and a recount always agrees."""

from collections import Counter
from functools import partial
from typing import Any

import boto3
import pytest

from cam.campaigns import campaigns, previews
from cam.leads import lead_items, lead_queue, reading, reviews
from cam.leads.verdicts import counted
from cam.mail import engagement, ledger
from cam.model.models import Campaign, CampaignDraft, Decision, Lead, LeadStatus, Qualification, SendStatus, Stage
from cam.model.settings.campaign import CampaignSettings
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.runs import runs
from cam.text import clock
from functions.whatif import handler as whatif
from tests.conftest import CAMPAIGNS, LEADS, Context
from tests.integration import pipeline
from tests.integration.conftest import OPEN

SHARD = keys.Shard(1, "run-1", 0)
NAMES = "name,email,company,role,lawful basis,is_decision_maker\n"
LOW = """Bob Role,sales@b.example,B,CEO,opt_in,yes
info,info@a.example,A,CEO,opt_in,yes
Eve Doe,eve@a.example,A,Clerk,opt_in,no
"""
SHORT: Any = Context(milliseconds=1000)
FOUND = ("leads", "scored", "qualified", "review", "rejected", "routed", "sent")


def settings(**changes: Any) -> dict[str, Any]:
    return {"sending": {**OPEN["sending"], "daily_cap": 3}, **changes}


def set_to(one: Campaign, **changes: Any) -> Campaign:
    """The campaign with other settings."""
    draft = CampaignDraft.model_validate({"name": one.name, "settings": settings(**changes)})
    return campaigns.replace(campaigns.read(one.id), draft)


def everybody() -> dict[str, Lead]:
    found, _ = reading.page(1, 1, {}, 1000)
    return {lead.email or "": lead for lead in found}


def recount() -> dict[str, int]:
    """The funnel as the leads and the ledger tell it."""
    totals: Counter[str] = Counter()
    for lead in everybody().values():
        totals.update({"leads": 1, **counted(lead)})
    totals["sent"] = len(ledger.page(1, 1, SendStatus.SENT, 1000, None)[0])
    return {name: totals[name] for name in FOUND}


def funnel() -> dict[str, int]:
    counts = tallies.of_campaign(1, 1)
    return {name: counts[name] for name in FOUND}


def all_sends() -> list[Any]:
    return ledger.page(1, 1, None, 1000, None)[0]


def items(table: str) -> list[Any]:
    found: list[Any] = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


@pytest.fixture
def one(campaign: Any) -> Campaign:
    """A campaign after its first run: eight good leads of whom three were mailed, two rejected, one in review."""
    made: Campaign = campaign(settings=settings())
    pipeline.upload(1, pipeline.csv(8) + LOW)
    pipeline.pipeline(1)
    status = Counter(lead.status for lead in everybody().values())
    assert status == {"CONTACTED": 3, "ROUTED": 5, "REJECTED": 2, "MANUAL_REVIEW": 1}
    return made


def test_who_was_mailed_keeps_sequence_and_touches_whatever_the_settings(one: Campaign) -> None:
    before, sends = everybody(), all_sends()
    set_to(one, qualification={"min_score": 0.9})

    pipeline.rescored(1)

    after = everybody()
    mailed = [email for email, lead in before.items() if lead.status is LeadStatus.CONTACTED]
    assert len(mailed) == 3
    for email in mailed:
        for name in ("status", "qualification", "routing", "sequence", "step", "todo"):
            assert getattr(after[email], name) == getattr(before[email], name), name
    assert all_sends() == sends


def test_who_was_not_mailed_yet_leaves_the_sequence(one: Campaign) -> None:
    set_to(one, qualification={"min_score": 0.9})

    _, results = pipeline.rescored(1)
    pipeline.pipeline(1, "later", stages=["NURTURE"], as_of="2027-01-10T10:00:00Z")

    status = Counter(lead.status for lead in everybody().values())
    assert status == {"CONTACTED": 3, "REJECTED": 8}
    assert results[Stage.QUALIFY].counts["low_score"] == 8
    assert {send.lead_id for send in all_sends()} == {
        lead.id for lead in everybody().values() if lead.status is LeadStatus.CONTACTED
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"qualification": {"min_score": 0.9}},
        {"qualification": {"min_score": 0.0, "review_low_intent": False}},
        {"icp": {"roles": ["Clerk"], "industry": "SaaS"}},
        {"routing": {"ladder": [{"sequence": "cold_outreach", "min_score": 0}]}},
        {"routing": {"auto": False}},
        {"scoring": {"tiers": {"hot": 0.6, "warm": 0.55, "cool": 0.5}}},
        {"qualification": {"blocked_domains": ["company1.example", "company7.example"]}},
    ],
)
def test_a_preview_says_what_rescoring_then_does_and_every_count_agrees(one: Campaign, changes: Any) -> None:
    wanted = CampaignSettings.model_validate(settings(**changes))
    told = pipeline.preview(one, wanted)
    set_to(one, **changes)

    pipeline.rescored(1)

    for what, standing in (
        ("tier", lambda lead: lead.tier),
        ("verdict", lambda lead: lead.qualification.status),
        ("sequence", lambda lead: lead.routing.sequence if lead.routing else "NONE"),
    ):
        then: Counter[str] = Counter()
        for (_, after), number in told.tables[what].items():
            then[after] += number
        assert then == Counter(standing(lead) for lead in everybody().values()), what
    assert funnel() == recount()


def test_a_preview_writes_nothing_on_leads(one: Campaign) -> None:
    before = items(LEADS)

    pipeline.preview(one, CampaignSettings.model_validate(settings(qualification={"min_score": 0.9})))

    assert items(LEADS) == before
    assert all("PREVIEW#" in item["sk"]["S"] for item in items(CAMPAIGNS) if "summary" in item)


def test_a_preview_names_what_moves_whom(one: Campaign) -> None:
    told = pipeline.preview(one, CampaignSettings.model_validate(settings(qualification={"min_score": 0.9})))

    assert told.moves["verdict", "QUALIFIED", "REJECTED", ("+low_score",)] == 5
    assert told.moves["verdict", "MANUAL_REVIEW", "REJECTED", ("+low_score",)] == 1
    assert (told.counts["kept"], told.counts["kept_would_differ"]) == (3, 3)
    assert told.counts["mails_now"] > 0
    assert told.counts["mails_then"] == 0
    assert (told.counts["review_now"], told.counts["review_then"]) == (1, 0)


def test_a_preview_that_dies_is_gone_on_with_and_counts_each_lead_once(
    one: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "stretch", partial(reading.stretch, limit=4))
    keep, left = previews.keep, [2]

    def dies(*given: Any) -> Any:
        if not left[0]:
            left[0] = 99
            raise KeyboardInterrupt
        left[0] -= 1
        return keep(*given)

    monkeypatch.setattr(previews, "keep", dies)
    with pytest.raises(KeyboardInterrupt):
        pipeline.preview(one, one.settings)

    total = pipeline.preview(one, one.settings)

    assert total.counts["leads"] == 11
    assert sum(total.tables["tier"].values()) == 11


def test_two_workers_on_one_shard_count_each_lead_once(one: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "stretch", partial(reading.stretch, limit=4))
    keep = previews.keep
    inside: list[int] = []

    def overtaken(*given: Any) -> Any:
        if not inside:
            inside.append(1)
            whatif.preview({"campaign_id": 1, "preview_id": "preview-1", "shard": 0}, pipeline.CONTEXT)
        return keep(*given)

    monkeypatch.setattr(previews, "keep", overtaken)

    assert pipeline.preview(one, one.settings).counts["leads"] == 11


def test_a_worker_short_of_time_hands_over_its_place(one: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "stretch", partial(reading.stretch, limit=4))
    set_to(one, qualification={"min_score": 0.9})
    state = pipeline.start(1, "again-1", rescore=True)
    event = {"campaign_id": 1, "run_id": "again-1", "shard": 0, "after": ""}

    first = whatif.rescore(event, SHORT)
    pipeline.rescore(state, SHORT)

    assert first["more"]
    assert first["after"].startswith("LEAD#")
    assert Counter(lead.status for lead in everybody().values()) == {"CONTACTED": 3, "REJECTED": 8}


def test_rejected_leads_and_leads_in_review_come_back(one: Campaign) -> None:
    set_to(one, qualification={"min_score": 0.0, "review_low_intent": False})

    pipeline.rescored(1)

    eve = everybody()["eve@a.example"]
    assert eve.status is LeadStatus.ROUTED
    assert eve.qualification
    assert eve.qualification.reasons == ()
    assert eve.qualification.settings_version == campaigns.read(1).settings_version
    assert eve.todo
    assert eve.todo.startswith("nurture#")
    assert funnel() == recount()


def test_the_timeline_tells_what_rescoring_did(one: Campaign) -> None:
    set_to(one, qualification={"min_score": 0.9}, icp={"industry": "SaaS"})

    pipeline.rescored(1)

    told = {lead.status: lead.history[-1] for lead in everybody().values()}
    assert told[LeadStatus.REJECTED].event == "rescored"
    assert "→" in told[LeadStatus.REJECTED].detail
    assert "rejected (low_score" in told[LeadStatus.REJECTED].detail


def test_a_second_time_changes_nothing(one: Campaign) -> None:
    set_to(one, qualification={"min_score": 0.9}, icp={"roles": ["Clerk"]})
    pipeline.rescored(1)
    before, counts = everybody(), funnel()

    _, results = pipeline.rescored(1, "again-2")

    assert everybody() == before
    assert funnel() == counts
    assert [result.leads_processed for result in results.values()] == [0, 0, 0]


def test_a_retried_shard_counts_each_lead_once(one: Campaign) -> None:
    set_to(one, qualification={"min_score": 0.9})
    state = pipeline.start(1, "again-1", rescore=True)

    pipeline.rescore(state)
    pipeline.rescore(state)
    _, results = pipeline.end(state)

    assert results[Stage.QUALIFY].counts["rejected"] == 8
    assert funnel() == recount()


def test_a_lead_whose_first_touch_was_claimed_by_a_dead_worker_keeps_its_sequence(one: Campaign) -> None:
    lead = next(lead for lead in everybody().values() if lead.status is LeadStatus.ROUTED)
    touch = ledger.Touch(SHARD, lead.id, 0)
    assert ledger.claim(touch, lead.todo or "", lead.email or "", lead.sequence or "", "Hello", clock.now()).won
    set_to(one, qualification={"min_score": 0.9})

    pipeline.rescored(1)

    after = everybody()[lead.email or ""]
    assert (after.status, after.sequence, after.todo) == (lead.status, lead.sequence, lead.todo)


def test_a_lead_whose_sequence_stays_keeps_its_day(one: Campaign) -> None:
    before = {lead.id: lead for lead in everybody().values() if lead.status is LeadStatus.ROUTED}
    set_to(one, icp={"roles": ["Pilot"]}, routing={"ladder": [{"sequence": "long_term_nurture", "min_score": 0}]})

    pipeline.rescored(1)

    kept = [lead for lead in everybody().values() if lead.id in before and before[lead.id].routing]
    for lead in kept:
        was = before[lead.id]
        assert was.routing
        assert lead.routing
        assert lead.sequence == was.sequence == "long_term_nurture"
        assert lead.score != was.score
        assert (lead.todo, lead.routing.start_at) == (was.todo, was.routing.start_at)
    assert len(kept) == 5


def test_who_unsubscribes_meanwhile_is_left_alone(one: Campaign) -> None:
    set_to(one, qualification={"min_score": 0.9})
    run = runs.frozen(1, pipeline.start(1, "again-1", rescore=True)["run_id"])
    stale = [lead for lead in everybody().values() if lead.status is LeadStatus.ROUTED]
    revised = list(whatif._revisions(SHARD, run, stale, clock.now(), whatif._known(1, run.settings)))
    assert len(revised) == 5
    engagement.unsubscribe(1, 0, stale[0].id, 0, clock.now())

    written = lead_queue.revise(keys.Shard(1, "again-1", 0), revised, clock.now())

    assert written == 4
    assert everybody()[stale[0].email or ""].status is LeadStatus.UNSUBSCRIBED


def test_what_a_person_decided_in_review_stays(one: Campaign) -> None:
    pipeline.upload(1, NAMES + "Kim Doe,kim@a.example,A,Clerk,opt_in,no\n")
    pipeline.pipeline(1, "more", stages=["HARVEST", "SCORE", "QUALIFY"])
    for email, decision in (("eve@a.example", Decision.APPROVE), ("kim@a.example", Decision.REJECT)):
        reviews.settle(1, 1, everybody()[email].id, decision, None, "", clock.now())
    set_to(one, icp={"roles": ["Clerk"]}, qualification={"min_score": 0.3})

    pipeline.rescored(1)

    eve, kim = everybody()["eve@a.example"], everybody()["kim@a.example"]
    assert (eve.status, kim.status) == (LeadStatus.ROUTED, LeadStatus.REJECTED)
    assert eve.qualification
    assert kim.qualification
    assert (eve.qualification.reasons, kim.qualification.reasons) == (("approved_in_review",), ("rejected_in_review",))
    assert funnel() == recount()


def test_an_approval_does_not_outlast_a_gate_that_rejects(one: Campaign) -> None:
    reviews.settle(1, 1, everybody()["eve@a.example"].id, Decision.APPROVE, None, "", clock.now())
    set_to(one, qualification={"min_score": 0.9})

    pipeline.rescored(1)

    assert everybody()["eve@a.example"].status is LeadStatus.REJECTED
    assert funnel() == recount()


def test_leads_whose_domain_nobody_has_asked_about_go_back_to_qualify(
    one: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody answers there: DNS is down.
    monkeypatch.setenv("DNS_SERVERS", "127.0.0.1:9")
    set_to(one, qualification={"check_mx": True})

    _, results = pipeline.rescored(1)

    status = Counter(lead.status for lead in everybody().values())
    assert status == {"CONTACTED": 3, "SCORED": 6, "REJECTED": 2}
    assert results[Stage.QUALIFY].counts["mx_unknown"] == 6
    assert funnel() == recount()
    set_to(one)
    pipeline.rescored(1, "again-2")
    assert Counter(lead.status for lead in everybody().values())[LeadStatus.ROUTED] == 5
    assert funnel() == recount()


def test_a_lead_that_had_failed_is_tried_again(one: Campaign) -> None:
    lead = everybody()["eve@a.example"]
    tables.write(
        tables.update(
            leads_table(),
            keys.lead(1, 0, lead.id),
            put={"todo": None, "status": LeadStatus.SCORED, "qualification": None},
        )
    )
    tables.write(tables.update(leads_table(), keys.tally(1, 0), add={"review": -1}))

    pipeline.rescored(1)

    assert everybody()["eve@a.example"].status is LeadStatus.MANUAL_REVIEW
    assert funnel() == recount()


def test_a_lead_that_failed_in_nurture_waits_for_its_first_touch_again(one: Campaign) -> None:
    lead = next(lead for lead in everybody().values() if lead.status is LeadStatus.ROUTED)
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead.id), put={"todo": None}))
    told = pipeline.preview(one, one.settings)

    pipeline.rescored(1)

    after = everybody()[lead.email or ""]
    assert after.todo
    assert after.todo.startswith("nurture#")
    assert after.sequence == lead.sequence
    assert told.counts["rewritten"] == 1
    assert funnel() == recount()


def test_who_goes_on_waiting_for_a_person_has_waited_since_then(one: Campaign) -> None:
    before = everybody()["eve@a.example"]
    set_to(one, icp={"roles": ["Pilot"]}, qualification={"min_score": 0.1})

    pipeline.rescored(1)

    after = everybody()["eve@a.example"]
    assert after.status is LeadStatus.MANUAL_REVIEW
    assert after.score != before.score
    assert after.todo == before.todo


def test_a_reply_before_the_score_is_counted_as_a_recount_does(one: Campaign) -> None:
    pipeline.upload(1, pipeline.csv(1, first=70))
    pipeline.pipeline(1, "more", stages=["HARVEST"])
    lead = everybody()["ada70@company70.example"]
    replied = engagement.Event(event_id="r1", type=engagement.EventType.REPLIED, at=clock.now())
    assert engagement.record(1, 0, lead.id, replied, clock.now())

    pipeline.rescored(1)

    assert everybody()["ada70@company70.example"].status is LeadStatus.REPLIED
    assert funnel() == recount()


def test_a_duplicate_that_a_provider_found_stays_one(one: Campaign) -> None:
    lead = everybody()["eve@a.example"]
    verdict = Qualification(status=LeadStatus.REJECTED, reasons=("duplicate",))
    put = {"status": LeadStatus.REJECTED, "qualification": lead_items.qualification_item(verdict), "todo": None}
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead.id), put=put))
    set_to(one, icp={"roles": ["Clerk"]}, qualification={"min_score": 0.1})

    pipeline.rescored(1)

    assert everybody()["eve@a.example"].qualification == verdict


def test_a_preview_counts_leads_that_failed_before_they_had_a_verdict(one: Campaign) -> None:
    lead = everybody()["ada7@company7.example"]
    put = {"todo": None, "status": LeadStatus.SCORED, "qualification": None, "routing": None, "sequence": None}
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead.id), put=put))

    told = pipeline.preview(one, one.settings)

    assert told.counts["rewritten"] == 1
    assert told.moves["verdict", "UNDECIDED", "QUALIFIED", ("undecided",)] == 1
    assert told.counts["mails_then"] > told.counts["mails_now"]


def test_leads_that_wait_are_decided_in_the_same_run(one: Campaign) -> None:
    pipeline.upload(1, pipeline.csv(2, first=50))
    pipeline.pipeline(1, "more", stages=["HARVEST"])

    pipeline.rescored(1)

    assert everybody()["ada50@company50.example"].status is LeadStatus.ROUTED
    assert funnel() == recount()


def test_an_erased_lead_is_not_looked_at(one: Campaign) -> None:
    lead = everybody()["eve@a.example"]
    erased = {"status": LeadStatus.ERASED, "todo": None}
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead.id), put=erased))
    set_to(one, icp={"roles": ["Clerk"]})

    pipeline.rescored(1)

    assert everybody()["eve@a.example"].score == lead.score


def test_rescoring_a_shard_costs_the_calls_of_the_data_model(one: Campaign, operations: Counter[str]) -> None:
    set_to(one, qualification={"min_score": 0.9})
    pipeline.start(1, "again-1", rescore=True)
    operations.clear()

    whatif.rescore({"campaign_id": 1, "run_id": "again-1", "shard": 0, "after": ""}, pipeline.CONTEXT)

    # The run, the lock; a page; the ladder's names, suppressions and first touches; the verdicts.
    assert operations == {"GetItem": 2, "Query": 1, "BatchGetItem": 3, "TransactWriteItems": 1}
