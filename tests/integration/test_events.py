"""SES's events: recorded once, in any order; unsure touches settled; people who bounced or said no left alone."""

from datetime import datetime, timedelta
from email import message_from_bytes
from itertools import permutations
from typing import Any

import pytest

from cam.leads import reading
from cam.mail import engagement, ledger, suppression
from cam.model.models import LeadStatus, SendStatus, Stage
from cam.platform import keys, tables, tallies, tokens
from cam.platform.environment import leads_table
from cam.text import clock
from functions.events.handler import handler
from functions.nurture.transports.errors import Unsure
from tests.events import event
from tests.integration import pipeline
from tests.integration.test_nurture import SHARD, Outside, nurture, outside, read, routed, sends

__all__ = ["outside", "routed"]  # fixtures

MAIL: dict[str, Any] = event("ses_bounce")["detail"]["mail"]


def ses(lead_id: str, kind: str, step: int = 0, at: datetime | None = None, campaign: int = 1, **about: Any) -> Any:
    """An event of a lead's touch, as SES tells it."""
    moment = clock.iso(at or clock.now())
    reference = tokens.lead_reference(campaign, 0, lead_id, step)
    mail = {
        **MAIL,
        "messageId": f"0100-{campaign}-{lead_id}-{step}",
        "timestamp": moment,
        "headers": [{"name": "X-CAM-Ref", "value": reference}],
    }
    who = [{"emailAddress": "ada0@company0.example", "status": "5.1.1"}]
    known: dict[str, Any] = {
        "Delivery": {"recipients": ["ada0@company0.example"]},
        "Bounce": {"bounceType": "Permanent", "bouncedRecipients": who, "feedbackId": f"b{step}"},
        "Complaint": {"complainedRecipients": who, "feedbackId": f"c{step}"},
    }
    own = known.get(kind, {})
    detail = {"eventType": kind, "mail": mail, kind.lower(): {"timestamp": moment, **own, **about}}
    return {"source": "aws.ses", "detail": detail}


def happen(*arguments: Any, **more: Any) -> Any:
    return handler(ses(*arguments, **more), pipeline.CONTEXT)


def soft(lead_id: str, step: int) -> Any:
    return happen(lead_id, "Bounce", step, bounceType="Transient", feedbackId=f"s{step}")


def counted() -> Any:
    return tallies.of_campaign(1, 1)


@pytest.fixture
def unsure(routed: Any, outside: Outside) -> str:
    """A lead whose first touch is unconfirmed."""
    (lead_id,) = routed(1)
    outside.troubles = [Unsure("timeout")]
    nurture("run-1")
    assert counted()["unconfirmed"] == 1
    return str(lead_id)


@pytest.mark.parametrize("kind", ["Send", "Delivery", "Open", "Click", "DeliveryDelay"])
def test_an_unsure_touch_turns_out_sent_and_its_lead_goes_on(unsure: str, outside: Outside, kind: str) -> None:
    now = clock.now()

    for _ in range(2):
        happen(unsure, kind, at=now)

    (send,) = sends()
    lead = read(unsure)
    assert (send.status, send.message_id, send.sent_at) == (SendStatus.SENT, f"0100-1-{unsure}-0", now)
    assert (lead.status, lead.step, lead.todo[:18]) == (
        LeadStatus.CONTACTED,
        1,
        keys.todo("nurture", now + timedelta(days=2), "")[:18],
    )
    assert (counted()["sent"], counted()["unconfirmed"]) == (1, 0)
    assert pipeline.tally(1, "run-1", "nurture.sent") == 1


def test_its_next_touch_follows_the_mail_that_was_sent_after_all(unsure: str, outside: Outside) -> None:
    now = clock.now()
    (send,) = sends()
    happen(unsure, "Delivery", at=now)
    written: list[bytes] = []

    def keep(raw: bytes, *_: str) -> str:
        written.append(raw)
        return "message-2"

    outside.send = keep  # type: ignore[method-assign,assignment]
    nurture("run-2", now + timedelta(days=2))

    (mail,) = map(message_from_bytes, written)
    assert mail["In-Reply-To"] == f"<0100-1-{unsure}-0@email.amazonses.com>"
    assert read(unsure).thread.subject == send.subject


def test_the_next_touch_then_leaves_on_its_day(unsure: str, outside: Outside) -> None:
    now = clock.now()
    happen(unsure, "Send", at=now)

    sent = [nurture(f"run-{day}", now + timedelta(days=day)).counts.get("sent", 0) for day in (1, 2, 3)]

    assert sent == [0, 1, 0]
    assert [one[-2:] for one in outside.taken] == ["-1"]


def test_a_touch_that_ses_rejected_is_tried_again_on_another_day(unsure: str, outside: Outside) -> None:
    now = clock.now()

    for _ in range(2):
        happen(unsure, "Reject", reason="Bad content")

    assert [send.reason for send in sends(SendStatus.FAILED)] == ["SES did not send the email: Bad content"]
    assert (counted()["sent"], counted()["unconfirmed"]) == (0, 0)
    sent = [nurture(f"again-{day}", now + timedelta(days=day)).counts.get("sent", 0) for day in (0, 1, 2)]
    assert sent == [0, 1, 0]
    assert [send.attempts for send in sends(SendStatus.SENT)] == [2]


def test_a_rejected_touch_of_which_a_send_was_told_stays_as_it_came_first(unsure: str, outside: Outside) -> None:
    happen(unsure, "Send")
    happen(unsure, "Reject", reason="Bad content")

    assert [send.status for send in sends()] == [SendStatus.SENT]
    assert counted()["sent"] == 1


@pytest.mark.parametrize("trouble", [None, Unsure("timeout")])
@pytest.mark.parametrize("kind", ["Delivery", "Reject"])
def test_an_event_before_the_send_is_recorded_settles_it_and_the_worker_agrees(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch, trouble: Exception | None, kind: str
) -> None:
    (lead_id,) = routed(1)
    send, now = outside.send, clock.now()

    def told_at_once(*arguments: Any) -> str:
        happen(lead_id, kind, at=now)
        if trouble:
            raise trouble
        return send(*arguments)

    monkeypatch.setattr(outside, "send", told_at_once)
    nurture("run-1")

    sent = kind == "Delivery"
    assert [one.status for one in sends()] == [SendStatus.SENT if sent else SendStatus.FAILED]
    assert (counted()["sent"], counted()["unconfirmed"]) == (int(sent), 0)
    assert read(lead_id).todo.startswith("nurture#")


def test_an_event_between_giving_up_and_settling_leaves_no_lead_behind(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = routed(1)
    outside.troubles = [Unsure("timeout")]
    mark = ledger.mark_unconfirmed

    def then_told(*arguments: Any) -> Any:
        found = mark(*arguments)
        happen(lead_id, "Delivery")
        return found

    monkeypatch.setattr(ledger, "mark_unconfirmed", then_told)
    nurture("run-1")

    assert (read(lead_id).step, read(lead_id).todo[:8]) == (1, "nurture#")


def test_a_lead_that_a_first_attempt_left_behind_is_moved_by_the_second(unsure: str) -> None:
    touch = ledger.Touch(keys.Shard(1, "run-1", 0), unsure, 0)
    assert ledger.mark_sent(touch, "message-1", clock.now()) is SendStatus.UNCONFIRMED

    happen(unsure, "Delivery")

    assert read(unsure).step == 1
    assert counted()["sent"] == 1


def test_events_come_to_the_same_in_any_order_and_each_once(routed: Any, outside: Outside) -> None:
    kinds = ("Send", "Delivery", "Open", "Complaint")
    orders = list(permutations(kinds))[::5]
    ids = routed(len(orders))
    nurture("run-1")
    now = clock.now() + timedelta(hours=1)

    for lead_id, order in zip(ids, orders, strict=True):
        for kind in (*order, *order):
            happen(lead_id, kind, at=now)

    assert {read(lead_id).status for lead_id in ids} == {LeadStatus.UNSUBSCRIBED}
    found = counted()
    assert [found[name] for name in ("sent", "delivered", "complained")] == [len(orders)] * 3


def test_a_hard_bounce_makes_the_lead_invalid_and_suppresses_it(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    first, second = happen(lead_id, "Bounce"), happen(lead_id, "Bounce")

    assert (first, second) == ({"recorded": 1}, {"duplicate": 1})
    assert (read(lead_id).status, read(lead_id).todo) == (LeadStatus.INVALID, None)
    assert suppression.suppressed(["ada0@company0.example"])


def test_a_soft_bounce_waits_for_the_next_touch_and_three_in_a_row_are_enough(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    now = clock.now()
    for step, day in enumerate((0, 2, 5)):
        assert nurture(f"run-{day}", now + timedelta(days=day)).counts["sent"] == 1
        assert read(lead_id).status is LeadStatus.CONTACTED
        for _ in range(2):
            soft(lead_id, step)

    assert (read(lead_id).status, read(lead_id).todo) == (LeadStatus.INVALID, None)
    assert not suppression.suppressed(["ada0@company0.example"])
    assert counted()["soft_bounced"] == 3


def test_a_delivery_between_soft_bounces_starts_the_count_anew(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)

    for step in (0, 1):
        soft(lead_id, step)
    happen(lead_id, "Delivery", 2)
    for step in (3, 4):
        soft(lead_id, step)
    assert read(lead_id).status is LeadStatus.ROUTED
    soft(lead_id, 5)

    assert read(lead_id).status is LeadStatus.INVALID


def test_the_same_touch_coming_back_three_times_is_one(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    for number in range(4):
        happen(lead_id, "Bounce", bounceType="Transient", feedbackId=f"again-{number}")

    assert read(lead_id).status is LeadStatus.CONTACTED


def test_a_delivered_touch_that_comes_back_later_counts_as_come_back(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    for step in (0, 1, 2):
        happen(lead_id, "Delivery", step)
        soft(lead_id, step)

    assert read(lead_id).status is LeadStatus.INVALID


@pytest.mark.parametrize("kind", ["Complaint", "Subscription"])
def test_who_said_no_in_one_campaign_is_not_written_to_by_another(
    routed: Any, campaign: Any, outside: Outside, kind: str
) -> None:
    (lead_id,) = routed(1)
    sending = {"ignore_window": True, "warm_up": None}
    campaign(settings={"sending": sending, "routing": {"ladder": [{"sequence": "aggressive_close", "min_score": 0}]}})
    (other,) = pipeline.add_leads(keys.Shard(2, "setup", 0), 1)
    pipeline.pipeline(2, "setup", stages=["SCORE", "QUALIFY", "ROUTE"])

    happen(lead_id, kind, newTopicPreferences={"unsubscribeAll": True})
    result = pipeline.pipeline(2, "run-1", stages=["NURTURE"])[1][Stage.NURTURE]

    assert (outside.taken, result.counts["suppressed"]) == ([], 1)
    assert reading.read(2, 1, other)[0].status is LeadStatus.UNSUBSCRIBED


def test_opens_by_machines_are_counted_apart(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    delivered = clock.now()
    sent = delivered - timedelta(minutes=5)
    asked = ses(lead_id, "Delivery", at=sent)
    asked["detail"]["delivery"]["timestamp"] = clock.iso(delivered)
    handler(asked, pipeline.CONTEXT)

    for seconds, agent in ((2, "Thunderbird"), (3600, "Mozilla/5.0"), (3601, "Thunderbird")):
        moment = clock.iso(delivered + timedelta(seconds=seconds))
        happen(lead_id, "Open", at=sent, timestamp=moment, userAgent=agent)

    assert (counted()["machine_opened"], counted()["opened"]) == (2, 1)


@pytest.mark.parametrize(
    "reference",
    [
        None,
        "",
        "12.0.a1b2c3.0.forged",
        "WzEsMCwiYSIsMF0.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_a_forged_or_missing_reference_is_refused(routed: Any, outside: Outside, reference: str | None) -> None:
    (lead_id,) = routed(1)
    asked = ses(lead_id, "Complaint")
    asked["detail"]["mail"]["headers"] = [{"name": "X-CAM-Ref", "value": reference}]

    assert handler(asked, pipeline.CONTEXT) == {"unknown": 1}
    assert read(lead_id).status is LeadStatus.ROUTED


def test_a_lead_or_campaign_that_is_gone_is_unknown(routed: Any) -> None:
    routed(1)
    assert happen("nobody", "Bounce") == {"unknown": 1}
    assert happen("nobody", "Bounce", campaign=99) == {"unknown": 1}


def test_an_event_that_nobody_understands_does_nothing(aws: None) -> None:
    assert handler({"detail": {"eventType": "Levitation"}}, pipeline.CONTEXT) == {}


def test_an_event_of_a_touch_that_was_sent_costs_four_calls(routed: Any, outside: Outside, operations: Any) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    operations.clear()

    happen(lead_id, "Delivery")

    assert operations == {"GetItem": 2, "BatchGetItem": 1, "TransactWriteItems": 1}


def absent(lead_id: str, until: Any, heard: datetime) -> bool:
    away = engagement.Event(f"a-{until}-{heard}", engagement.EventType.OUT_OF_OFFICE, heard, 0, "", until)
    return engagement.record(1, 0, lead_id, away, clock.now())


def test_an_absence_holds_the_sequence_until_a_business_day_later(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    heard = clock.now()
    friday = heard.date() + timedelta(days=(4 - heard.date().weekday()) % 7 + 7)

    assert [absent(lead_id, friday, heard), absent(lead_id, friday, heard)] == [True, False]

    monday = friday + timedelta(days=3)
    assert read(lead_id).todo.startswith(f"nurture#{monday}T00:00")
    assert (read(lead_id).status, read(lead_id).step) == (LeadStatus.CONTACTED, 1)
    days = [(friday - heard.date()).days, (monday - heard.date()).days]
    sent = [nurture(f"later-{day}", heard + timedelta(days=day)).counts.get("sent", 0) for day in days]
    assert sent == [0, 1]


def test_an_absence_without_a_day_holds_for_a_week_and_never_moves_a_touch_forward(
    routed: Any, outside: Outside
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    heard = clock.now()
    absent(lead_id, None, heard)
    held = read(lead_id).todo
    assert held.startswith(f"nurture#{(heard + timedelta(days=7)).date()}")

    absent(lead_id, heard.date(), heard)

    assert read(lead_id).todo == held


def test_an_absence_told_before_the_touch_is_settled_holds_the_next_one(unsure: str, outside: Outside) -> None:
    heard = clock.now()
    absent(unsure, None, heard)
    assert read(unsure).todo.startswith("unconfirmed#")

    happen(unsure, "Send")

    assert read(unsure).todo.startswith(f"nurture#{(heard + timedelta(days=7)).date()}")


def test_an_absence_brings_nobody_back(routed: Any) -> None:
    (lead_id,) = routed(1)
    happen(lead_id, "Complaint")
    absent(lead_id, None, clock.now())
    assert (read(lead_id).status, read(lead_id).todo) == (LeadStatus.UNSUBSCRIBED, None)


def replied(lead_id: str) -> None:
    event = engagement.Event("r", engagement.EventType.REPLIED, clock.now())
    engagement.record(1, 0, lead_id, event, clock.now())


def colleagues(*addresses: str, **fields: Any) -> list[str]:
    ids = [pipeline.add_leads(SHARD, 1, email=address, **fields)[0] for address in addresses]
    pipeline.pipeline(1, "colleagues", stages=["SCORE", "QUALIFY", "ROUTE"])
    return ids


def test_when_somebody_replies_their_colleagues_are_left_alone(routed: Any, outside: Outside) -> None:
    routed(1)
    ann, bob, cid = colleagues(
        "ann@acme.example", "bob@acme.example", "cid@eu.acme.example", company_domain="acme.example"
    )
    replied(ann)

    result = nurture("run-1")

    assert (result.counts["company_replied"], result.counts["sent"]) == (2, 1)
    assert {read(one).status for one in (bob, cid)} == {LeadStatus.COMPLETED}
    assert read(bob).todo is None


def test_free_mail_is_no_company(routed: Any, outside: Outside) -> None:
    routed(1)
    ann, _ = colleagues("ann.a@gmail.com", "bob.b@gmail.com")
    replied(ann)

    assert nurture("run-1").counts["sent"] == 2


def test_a_campaign_may_write_on_to_colleagues(routed: Any, outside: Outside) -> None:
    routed(1, {"stop_on_company_reply": False})
    ann, _ = colleagues("ann@acme.example", "bob@acme.example")
    replied(ann)

    assert nurture("run-1").counts["sent"] == 2


def test_what_a_company_said_holds_no_address(routed: Any) -> None:
    routed(1)
    (ann,) = colleagues("ann@acme.example")
    replied(ann)

    (item,) = tables.query_all(leads_table(), keys.intake_pk(1), begins="REPLIED#")
    assert item.keys() == {"pk", "sk", "kind", "at"}
    assert "acme" not in f"{item}"
