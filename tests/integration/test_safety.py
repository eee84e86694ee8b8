"""What stops mail: the account's switch, a campaign's pause, and too much that came back."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest

from cam.mail import engagement, ledger, safety, settlement
from cam.mail.engagement import Event, EventType
from cam.mail.settlement import Settlement
from cam.mail.touch_timing import GROUP
from cam.model.models import JobStatus, SendStatus, Stage
from cam.model.settings.sending import Sending
from cam.platform import alerts, keys, tables, tallies
from cam.platform.environment import leads_table
from cam.text import clock
from functions.nurture.transports.errors import Unsure
from tests.integration import pipeline
from tests.integration.test_nurture import SHARD, Outside, nurture, outside, routed, sends

__all__ = ["outside", "routed"]  # fixtures

ANY_TIME = Sending(ignore_window=True)
BOUNCED, COMPLAINED = EventType.BOUNCED, EventType.COMPLAINED


class Inbox:
    """Whoever has subscribed to the alerts."""

    def __init__(self) -> None:
        topic = boto3.client("sns").create_topic(Name="cam-alerts")["TopicArn"]
        queues = boto3.client("sqs")
        self.url = queues.create_queue(QueueName="inbox")["QueueUrl"]
        arn = queues.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def read(self) -> list[str]:
        found = boto3.client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        return [json.loads(one["Body"])["Message"] for one in found.get("Messages", [])]


@pytest.fixture
def inbox(aws: None) -> Inbox:
    return Inbox()


@pytest.fixture
def leads_there(campaign: Callable[..., Any]) -> list[str]:
    """A campaign with ten leads, and a hundred mails on its books."""
    campaign()
    ids = pipeline.add_leads(SHARD, 10)
    count({"sent": 100})
    return ids


def count(counts: dict[str, int], days_ago: int = 0) -> None:
    tables.write(tallies.of_day(1, 0, clock.now() - timedelta(days=days_ago), counts))


def come_back(ids: list[str], kind: EventType, detail: str = "") -> None:
    now = clock.now()
    for lead_id in ids:
        engagement.record(1, 0, lead_id, Event(f"{kind}-{detail}", kind, now, 0, detail), now)


def test_nothing_leaves_while_the_account_is_stopped_and_the_job_says_who_and_why(
    routed: Any, outside: Outside
) -> None:
    routed(3)
    safety.stop("a wrong list", "Ann", clock.now())

    stopped = nurture("run-1")
    safety.release()
    goes_on = nurture("run-2")

    assert "sent" not in stopped.counts
    assert stopped.status is JobStatus.SKIPPED
    assert "stopped by Ann" in (stopped.error_message or "")
    assert "a wrong list" in (stopped.error_message or "")
    assert goes_on.counts["sent"] == 3


def test_a_stop_in_the_middle_of_a_run_ends_it_with_its_group(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed(2 * GROUP + 1)
    send = outside.send

    def stop_then_send(*arguments: Any) -> str:
        safety.stop("a doubt", None, clock.now())
        return send(*arguments)

    monkeypatch.setattr(outside, "send", stop_then_send)

    result = nurture("run-1")

    assert len(outside.taken) == GROUP
    assert result.status is JobStatus.COMPLETED
    assert "a doubt" in (result.note or "")


def test_a_paused_campaign_sends_nothing_and_another_does(routed: Any, outside: Outside, campaign: Any) -> None:
    routed(2)
    safety.pause(2, "another", None, clock.now())
    assert nurture("run-1").counts["sent"] == 2

    safety.pause(1, "new texts", "Bob", clock.now())
    paused = nurture("run-2", clock.now() + timedelta(days=2))
    safety.resume(1, 1, clock.now())
    resumed = nurture("run-3", clock.now() + timedelta(days=2))

    assert "POST /campaigns/1/resume" in (paused.error_message or "")
    assert paused.counts.get("sent", 0) == 0
    assert resumed.counts["sent"] == 2


def test_whoever_stops_first_is_named(aws: None, campaign: Any) -> None:
    campaign()
    now = clock.now()
    for name in ("Ann", "Bob"):
        safety.stop(name, name, now)
        safety.pause(1, name, name, now)

    assert [halt and halt.by for halt in (safety.stopped(), safety.paused(1))] == ["Ann", "Ann"]


def test_looking_for_a_stop_costs_no_call_more(routed: Any, outside: Outside, operations: Any) -> None:
    routed(1)
    state = pipeline.start(1, stages=["NURTURE"])
    operations.clear()

    pipeline.stage(Stage.NURTURE, state)

    # The stop, the pause and the sender's check with the run and its campaign; suppressions; companies that replied.
    assert operations["BatchGetItem"] == 3


@pytest.mark.parametrize(("kind", "enough"), [(BOUNCED, 6), (COMPLAINED, 1)])
def test_a_campaign_whose_mails_come_back_pauses_by_itself_and_alerts_once(
    leads_there: list[str], inbox: Inbox, kind: EventType, enough: int
) -> None:
    come_back(leads_there[: enough - 1], kind)
    assert safety.paused(1) is None

    come_back(leads_there[enough - 1 :], kind)

    halt = safety.paused(1)
    assert halt is not None
    assert halt.automatic
    assert halt.reason.startswith(f"{enough} of 100 emails of the last 7 days")
    (message,) = inbox.read()
    assert "POST /campaigns/1/resume" in message


def test_soft_bounces_and_the_same_event_again_count_nothing(leads_there: list[str], inbox: Inbox) -> None:
    come_back(leads_there, BOUNCED, "soft: full")
    for _ in range(3):
        come_back(leads_there[:5], BOUNCED)

    assert safety.paused(1) is None
    assert tallies.of_days(1, 1, [clock.now().date().isoformat()])["bounced"] == 5


def test_what_was_sent_before_the_last_seven_days_does_not_count(campaign: Any, inbox: Inbox) -> None:
    campaign()
    ids = pipeline.add_leads(SHARD, 4)
    count({"sent": 10_000}, days_ago=7)
    count({"sent": 60}, days_ago=6)

    come_back(ids, BOUNCED)

    halt = safety.paused(1)
    assert halt is not None
    assert halt.reason.startswith("4 of 60 emails")


def test_what_came_back_before_somebody_let_it_go_on_does_not_pause_it_again(
    leads_there: list[str], inbox: Inbox
) -> None:
    come_back(leads_there[:6], BOUNCED)
    safety.resume(1, 1, clock.now())

    come_back(leads_there[6:], BOUNCED)
    quiet = safety.paused(1)
    count({"sent": 60})
    (later,) = pipeline.add_leads(SHARD, 1, email="later@company.example")
    come_back([later], BOUNCED)

    assert quiet is None
    halt = safety.paused(1)
    assert halt is not None
    assert halt.reason.startswith("5 of 60 emails")


def test_resuming_twice_is_as_once(leads_there: list[str], inbox: Inbox) -> None:
    come_back(leads_there[:6], BOUNCED)
    safety.resume(1, 1, clock.now())
    count({"sent": 60})
    safety.resume(1, 1, clock.now())

    come_back(leads_there[6:], BOUNCED)

    assert safety.paused(1) is not None


@pytest.mark.parametrize("point", ["before it pauses", "before it alerts", "before it knows that it alerted"])
def test_whoever_dies_after_recording_is_made_good_by_the_same_event_again(
    leads_there: list[str], inbox: Inbox, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    come_back(leads_there[:5], BOUNCED)
    with monkeypatch.context() as dying:
        if point == "before it pauses":
            dying.setattr(safety, "watch", _die)
        elif point == "before it alerts":
            dying.setattr(alerts, "publish", _die)
        else:
            publish = alerts.publish
            dying.setattr(alerts, "publish", lambda *said: publish(*said) and _die())
        with pytest.raises(KeyboardInterrupt):
            come_back(leads_there[5:6], BOUNCED)

    for _ in range(3):
        come_back(leads_there[5:6], BOUNCED)

    assert safety.paused(1) is not None
    # An alert that may have gone out goes out again: twice is better than never.
    assert len(inbox.read()) == (2 if point == "before it knows that it alerted" else 1)


def _die(*_: Any) -> bool:
    raise KeyboardInterrupt


def test_an_alert_that_does_not_go_out_stops_nobody(leads_there: list[str]) -> None:
    come_back(leads_there[:6], BOUNCED)
    assert safety.paused(1) is not None


def test_a_pause_by_hand_stays_one_and_nobody_is_alerted(leads_there: list[str], inbox: Inbox) -> None:
    safety.pause(1, "new texts", "Ann", clock.now())

    come_back(leads_there, BOUNCED)

    halt = safety.paused(1)
    assert halt is not None
    assert (halt.by, halt.automatic, inbox.read()) == ("Ann", False, [])


def test_the_mails_of_a_day_are_what_the_ledger_says(routed: Any, outside: Outside) -> None:
    routed(4)
    outside.troubles = [None, Unsure("timeout"), Unsure("timeout")]
    first = clock.now()
    nurture("run-0", first)
    sent, not_sent = sends_unsure()
    settlement.settle(sent, Settlement.SENT, "", ANY_TIME, clock.now())
    settlement.settle(not_sent, Settlement.NOT_SENT, "", ANY_TIME, clock.now())

    nurture("run-2", first + timedelta(days=2))

    days = [(first + timedelta(days=day)).date().isoformat() for day in (0, 2)]
    assert [tallies.of_days(1, 1, [day])["sent"] for day in days] == [3, 4]
    assert tables.get(leads_table(), keys.day(1, 0, days[0])) is not None


def sends_unsure() -> list[ledger.Touch]:
    return [settlement.find(1, 1, send.send_id) for send in sends(SendStatus.UNCONFIRMED)]
