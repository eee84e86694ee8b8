"""Trouble at the worst moment: between two writes, between two people, between two workers."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from cam.campaigns import campaigns
from cam.leads import imports, lead_queue
from cam.mail import engagement, ledger, render, suppression
from cam.model.errors import Throttled
from cam.model.models import CampaignDraft, JobStatus, LeadDraft, SendStatus, Stage, Trigger
from cam.platform import keys, tables, tallies
from cam.platform.environment import campaigns_table, leads_table
from cam.runs import executions, runs
from cam.text import clock
from functions.nurture.transports.errors import Refused, Unavailable, Unsure
from functions.run.handler import finish
from tests.conftest import BUCKET, Context
from tests.integration import pipeline
from tests.integration.test_nurture import Outside, nurture, outside, read, routed, sends

__all__ = ["outside", "routed"]  # fixtures


def until_done(state: dict[str, Any], attempts: int = 8) -> None:
    """Work Nurture off as the state machine does: again after Throttled."""
    for _ in range(attempts):
        try:
            pipeline.stage(Stage.NURTURE, state)
        except Throttled:
            continue
        return


def used_places() -> int:
    found = tables.get(leads_table(), keys.campaign_sends(1, clock.now().date().isoformat())) or {}
    return int(found.get("used", 0))


def test_a_mail_is_counted_though_the_person_unsubscribes_before_its_lead_moves_on(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = routed(1)
    mark = ledger.mark_sent

    def then_unsubscribe(*arguments: Any) -> None:
        mark(*arguments)
        engagement.unsubscribe(1, 0, lead_id, 0, clock.now())

    monkeypatch.setattr(ledger, "mark_sent", then_unsubscribe)

    nurture("run-1")

    assert len(sends(SendStatus.SENT)) == tallies.of_campaign(1, 1)["sent"] == 1


def test_the_claim_of_a_dead_worker_is_listed_though_its_lead_unsubscribed(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    outside.troubles = [KeyboardInterrupt()]
    state = pipeline.start(1, stages=["NURTURE"])
    with pytest.raises(KeyboardInterrupt):
        pipeline.stage(Stage.NURTURE, state)
    engagement.unsubscribe(1, 0, lead_id, 0, clock.now())

    pipeline.stage(Stage.NURTURE, state)

    assert len(sends(SendStatus.UNCONFIRMED)) == tallies.of_campaign(1, 1)["unconfirmed"] == 1


def test_an_unsure_mail_is_listed_though_its_lead_unsubscribed_meanwhile(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = routed(1)

    def send(*_: Any) -> str:
        engagement.unsubscribe(1, 0, lead_id, 0, clock.now())
        raise Unsure("timeout")

    monkeypatch.setattr(outside, "send", send)

    nurture("run-1")

    assert len(sends(SendStatus.UNCONFIRMED)) == 1


def test_a_claim_that_was_given_up_too_early_turns_out_to_be_sent(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    now = clock.now()
    touch = ledger.Touch(keys.Shard(1, "run-1", 0), lead_id, 0)
    assert ledger.claim(touch, read(lead_id).todo, "ada0@company0.example", "s", "subject", now).won
    ledger.give_up_claims(touch.shard, now)

    ledger.mark_sent(touch, "message-1", now)

    funnel = tallies.of_campaign(1, 1)
    assert (funnel["sent"], funnel["unconfirmed"]) == (1, 0)
    assert [send.status for send in sends()] == [SendStatus.SENT]


def test_a_daily_cap_holds_though_recording_is_throttled(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed(8, {"daily_cap": 4})
    mark, troubles = ledger.mark_sent, [Throttled("no answer")] * 3

    def flaky(*arguments: Any) -> None:
        if troubles:
            raise troubles.pop()
        mark(*arguments)

    monkeypatch.setattr(ledger, "mark_sent", flaky)

    until_done(pipeline.start(1, stages=["NURTURE"]))

    assert len(outside.taken) <= 4
    assert len(sends(SendStatus.UNCONFIRMED)) == 3


def test_places_are_given_back_though_settling_is_throttled(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed(3, {"daily_cap": 4})
    outside.troubles = [Refused("x"), Refused("y")]
    settle, troubles = lead_queue.settle, [Throttled("busy")]

    def flaky(*arguments: Any, **named: Any) -> Any:
        if troubles:
            raise troubles.pop()
        return settle(*arguments, **named)

    monkeypatch.setattr(lead_queue, "settle", flaky)

    until_done(pipeline.start(1, stages=["NURTURE"]))

    assert used_places() == len(outside.taken)


def test_a_campaign_that_is_switched_off_sends_no_more(routed: Any, outside: Outside) -> None:
    routed(3)
    state = pipeline.start(1, stages=["NURTURE"])
    given = campaigns.read(1)
    campaigns.replace(given, CampaignDraft(name=given.name, active=False, settings=given.settings))

    pipeline.stage(Stage.NURTURE, state)

    assert outside.taken == []


def test_somebody_who_unsubscribes_elsewhere_while_others_are_mailed_is_not(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed(3)
    send = outside.send

    def all_unsubscribe(*arguments: Any) -> str:
        for number in range(3):
            tables.write(suppression.add(f"ada{number}@company{number}.example", "unsubscribed", clock.now()))
        return send(*arguments)

    monkeypatch.setattr(outside, "send", all_unsubscribe)

    nurture("run-1")

    assert len(outside.taken) == 1


def test_a_sender_that_nobody_verified_loses_no_leads_and_the_job_says_so(routed: Any, outside: Outside) -> None:
    routed(3)
    outside.troubles = [Unavailable("MessageRejected: Email address is not verified")]

    broken = nurture("run-1")
    mended = nurture("run-2")

    assert broken.status is JobStatus.FAILED
    assert "ada@agency.example" in (broken.error_message or "")
    assert mended.counts["sent"] == 3


def test_a_busy_transport_neither_costs_nor_grants_an_attempt(routed: Any, outside: Outside) -> None:
    routed(1)
    first = clock.now()
    for day in range(4):
        outside.troubles = [Throttled("busy"), Refused("no")]
        state = pipeline.start(1, f"run-{day}", stages=["NURTURE"], as_of=clock.iso(first + timedelta(days=day)))
        until_done(state)
        pipeline.end(state)

    assert max(send.attempts for send in sends() if send.step == 0) == 3


def test_a_skip_does_not_overwrite_what_was_sent(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = routed(1)
    now = clock.now()
    touch = ledger.Touch(keys.Shard(1, "run-1", 0), lead_id, 0)
    ledger.claim(touch, read(lead_id).todo, "ada0@company0.example", "s", "subject", now)
    ledger.mark_sent(touch, "message-1", now)

    before = ledger.record_skipped(touch, "ada0@company0.example", "s", "a reason", now)

    assert before is not None
    assert [send.status for send in sends()] == [SendStatus.SENT]


def test_a_mail_that_cannot_be_written_does_not_stop_the_others(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, *_ = sorted(routed(5))
    real = render.render

    def poisoned(sequence: Any, step: int, lead: Any, *rest: Any) -> Any:
        if lead.id == bad:
            raise TypeError(lead.email)
        return real(sequence, step, lead, *rest)

    monkeypatch.setattr(render, "render", poisoned)

    result = nurture("run-1")

    said = " ".join(str(record.__dict__) for record in caplog.records)
    assert len(outside.taken) == used_places() == 4
    assert result.counts["failed"] == 1
    assert "TypeError" in said
    assert "@company" not in said, "an address reached the log"


def test_a_senders_cap_holds_over_campaigns_of_two_time_zones(campaign: Any, outside: Outside) -> None:
    for number, zone in enumerate(("Pacific/Kiritimati", "Pacific/Niue"), 1):
        campaign(settings={"sending": {"ignore_window": True, "warm_up": None, "daily_cap": 4, "time_zone": zone}})
        pipeline.add_leads(keys.Shard(number, "setup", 0), 6)
        pipeline.pipeline(number, "run-1", stages=["SCORE", "QUALIFY", "ROUTE", "NURTURE"])

    assert len(outside.taken) == 4


def test_a_job_says_that_a_cap_is_reached(routed: Any, outside: Outside) -> None:
    routed(3, {"daily_cap": 1})

    result = nurture("run-1")

    assert result.status is JobStatus.COMPLETED
    assert "1 emails a day" in (result.note or "")


def test_a_file_that_is_gone_does_not_block_the_others(campaign: Any) -> None:
    campaign()
    gone = pipeline.upload(1, pipeline.csv(2), "gone.csv")
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=imports.read(1, gone).object_key)
    pipeline.upload(1, pipeline.csv(2, first=10), "good.csv")

    pipeline.pipeline(1, stages=["HARVEST"])

    assert tallies.of_campaign(1, 1)["leads"] == 2


def test_a_failed_source_stays_failed_when_the_reader_hands_over(campaign: Any) -> None:
    campaign()
    gone = pipeline.upload(1, pipeline.csv(2), "gone.csv")
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=imports.read(1, gone).object_key)
    imports.queue(1, [(f"lead{n}", LeadDraft(email=f"a{n}@b{n}.example")) for n in range(60)])
    state = pipeline.start(1, stages=["HARVEST"])

    pipeline.stage(Stage.HARVEST, state, Context(milliseconds=1000))

    assert pipeline.end(state)[1][Stage.HARVEST].counts["sources_failed"] == 1


def test_98_leads_of_the_widest_rows_fit_a_transaction_of_4_mb(campaign: Any) -> None:
    campaign()
    columns = [f"column {number}" for number in range(50)]
    pipeline.upload(1, f"email,{','.join(columns)}\na@b.example," + ",".join(["漢" * 500] * 50) + "\n")

    pipeline.pipeline(1, stages=["HARVEST"])

    (item,) = tables.query_all(leads_table(), keys.leads_pk(1, 0), begins="LEAD#")
    assert 98 * len(json.dumps(item, ensure_ascii=False).encode()) < 4 * 1024 * 1024


def test_a_lead_by_hand_that_is_too_large_or_too_deep_is_refused() -> None:
    deep: Any = 1
    for _ in range(10):
        deep = {"a": deep}

    for extra in ({"text": "漢" * 10_000}, {"deep": deep}):
        with pytest.raises(ValueError, match=r"enrichment|bytes"):
            LeadDraft.model_validate({"email": "a@b.example", "enrichment": extra})


@pytest.mark.parametrize("number", [1e-200, -1e-140, 1e200, float("inf"), float("nan"), 10**40])
def test_any_number_is_stored_in_a_form_that_dynamodb_takes(number: float) -> None:
    ((kind, text),) = tables.pack(number).items()

    assert kind == "S" or float(text) == 0 or 1e-130 <= abs(float(text)) < 1e126


def test_a_lock_that_outlived_its_run_is_freed(campaign: Any) -> None:
    made = campaign()
    run = runs.open_run(runs.fresh(made, "forgotten", Trigger.API, list(Stage), made.settings), {})
    tables.write(tables.update(campaigns_table(), keys.run_lock(1), put={"since": "2020-01-01T00:00:00.000Z"}))
    for key in (keys.frozen(1, "forgotten"), keys.run(1, run.started_at, "forgotten")):
        tables.write(tables.delete(campaigns_table(), key))

    pipeline.start(1, "new", stages=["SCORE"])

    assert runs.holder(1) == "new"


def test_an_execution_that_failed_before_it_did_anything_makes_a_failed_run(campaign: Any) -> None:
    campaign()
    pipeline.start(1, "run-1", stages=["SCORE"])
    detail = {"input": json.dumps({"campaign_id": 1}), "name": "run-1", "status": "FAILED"}

    assert finish({"detail": detail}, pipeline.CONTEXT)["status"] == JobStatus.FAILED


def test_a_run_that_was_stopped_before_it_did_anything_is_skipped(campaign: Any) -> None:
    campaign()
    pipeline.start(1, "run-1", stages=["SCORE"])

    assert executions.end(runs.frozen(1, "run-1"), "Stopped on request.", died=False) is JobStatus.SKIPPED


def test_an_execution_that_was_started_with_nonsense_is_no_event_to_retry(aws: None) -> None:
    answer = finish({"detail": {"input": "{}", "name": "x", "status": "FAILED"}}, pipeline.CONTEXT)

    assert answer["status"] == JobStatus.FAILED
