"""Nurture: a touch is sent at most once, inside its window, under every cap, to people who may be written to."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cam.leads import lead_queue, reading
from cam.mail import engagement, ledger, suppression
from cam.model.errors import Throttled
from cam.model.models import Enrichment, JobStatus, LawfulBasis, LeadStatus, SendStatus, Stage
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.text import clock
from functions.nurture.transports.errors import Refused, Unsure
from tests.fakes.transport import FakeTransport, use
from tests.integration import pipeline

SHARD = keys.Shard(1, "setup", 0)


class Outside(FakeTransport):
    """The world outside: takes mails, or raises what it was told to, one by one."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.troubles: list[BaseException | None] = []

    def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble:
            raise trouble
        self.taken.append(send_id)
        return f"message-{len(self.taken)}"


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    world = Outside()
    use(monkeypatch, "ses", world)
    return world


@pytest.fixture
def routed(campaign: Any) -> Callable[..., list[str]]:
    """A campaign whose leads are routed and wait for their first touch."""

    def make(count: int, sending: dict[str, Any] | None = None, **fields: Any) -> list[str]:
        settings: dict[str, Any] = {}
        settings["sending"] = {"ignore_window": True, "warm_up": None, "daily_cap": 1000, **(sending or {})}
        settings["routing"] = {"ladder": [{"sequence": "aggressive_close", "min_score": 0}]}
        campaign(settings=settings)
        ids = pipeline.add_leads(SHARD, count, **fields)
        pipeline.pipeline(1, "setup", stages=["SCORE", "QUALIFY", "ROUTE"])
        return ids

    return make


def nurture(name: str, as_of: datetime | None = None, max_leads: int | None = None) -> Any:
    asked = {"stages": ["NURTURE"], "max_leads": max_leads, "as_of": clock.iso(as_of) if as_of else None}
    return pipeline.pipeline(1, name, **asked)[1][Stage.NURTURE]


def sends(status: SendStatus | None = None) -> list[ledger.Send]:
    return ledger.page(1, 1, status, 100, None)[0]


def read(lead_id: str) -> Any:
    return reading.read(1, 1, lead_id)[0]


def test_a_colleague_who_replies_before_the_claim_spares_the_next_one(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are in one group, which was looked at before the reply came."""
    routed(2, company_domain="acme.example")
    send = outside.send

    def answered(*arguments: Any) -> str:
        message_id = send(*arguments)
        one = next(send for send in sends(SendStatus.CLAIMED))
        now = clock.now()
        engagement.record(1, 0, one.lead_id, engagement.Event("e-1", engagement.EventType.REPLIED, now, 0), now)
        return message_id

    monkeypatch.setattr(outside, "send", answered)

    first, second = nurture("run-1"), nurture("run-2")

    assert len(outside.taken) == 1
    assert first.counts["sent"] == 1
    assert second.counts["company_replied"] == 1


def test_who_does_not_want_colleagues_spared_has_both_mailed(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = routed(2, {"stop_on_company_reply": False}, company_domain="acme.example")
    now = clock.now()
    engagement.record(1, 0, ids[0], engagement.Event("e-1", engagement.EventType.REPLIED, now), now)

    assert nurture("run-1").counts["sent"] == 1
    assert len(outside.taken) == 1


def test_ses_takes_the_mails(routed: Any) -> None:
    routed(2)

    result = nurture("run-1")

    assert result.counts["sent"] == 2
    assert {send.status for send in sends()} == {SendStatus.SENT}
    assert all(send.message_id for send in sends())


def test_the_same_day_again_sends_nothing(routed: Any, outside: Outside) -> None:
    routed(3)

    for number in range(3):
        nurture(f"run-{number}")

    assert len(outside.taken) == 3


def test_two_days_later_exactly_the_touches_of_that_day_go_out(routed: Any, outside: Outside) -> None:
    routed(2)
    first = clock.now()
    nurture("run-0")

    sent = [nurture(f"run-{day}", first + timedelta(days=day)).counts.get("sent", 0) for day in (1, 2, 3, 4, 5, 6)]

    # aggressive_close: days 0, 2, 5
    assert sent == [0, 2, 0, 0, 2, 0]
    assert len(set(outside.taken)) == 6


def test_a_sequence_that_is_over_completes_its_leads(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    first = clock.now()
    for day in (0, 2, 5, 7):
        nurture(f"run-{day}", first + timedelta(days=day))

    assert read(lead_id).status is LeadStatus.COMPLETED
    assert len(outside.taken) == 3


def test_after_a_gap_touches_keep_their_distance(routed: Any, outside: Outside) -> None:
    routed(1)
    first = clock.now()
    nurture("run-0", first)

    sent = [nurture(f"run-{day}", first + timedelta(days=day)).counts.get("sent", 0) for day in (20, 21, 22, 23, 24)]

    assert sent == [1, 0, 0, 1, 0]


def test_a_worker_that_dies_while_sending_leaves_one_touch_unsure(routed: Any, outside: Outside) -> None:
    routed(3)
    outside.troubles = [None, KeyboardInterrupt()]
    state = pipeline.start(1, stages=["NURTURE"])
    with pytest.raises(KeyboardInterrupt):
        pipeline.stage(Stage.NURTURE, state)

    pipeline.stage(Stage.NURTURE, state)
    _, results = pipeline.end(state)

    assert results[Stage.NURTURE].counts["sent"] == 2
    assert len(sends(SendStatus.UNCONFIRMED)) == 1
    assert len(outside.taken) == len(set(outside.taken)) == 2


def test_an_unsure_touch_is_never_sent_again_by_itself(routed: Any, outside: Outside) -> None:
    routed(1)
    outside.troubles = [Unsure("ReadTimeoutError")]
    first = clock.now()

    for day in range(8):
        nurture(f"run-{day}", first + timedelta(days=day))

    assert outside.taken == []
    assert [send.reason for send in sends(SendStatus.UNCONFIRMED)] == ["ReadTimeoutError"]


def test_a_worker_that_dies_before_it_counts_is_counted_once(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed(2)
    state = pipeline.start(1, stages=["NURTURE"])
    with monkeypatch.context() as broken:
        broken.setattr(lead_queue, "settle", _dies)
        with pytest.raises(KeyboardInterrupt):
            pipeline.stage(Stage.NURTURE, state)

    pipeline.stage(Stage.NURTURE, state)

    assert pipeline.tally(1, "run-1", "nurture.sent") == 2
    assert tallies.of_campaign(1, 1)["sent"] == 2
    assert len(outside.taken) == 2


def _dies(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


def test_an_unsubscribe_between_reading_and_claiming_wins(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = routed(1)
    claim = ledger.claim

    def unsubscribe_first(*arguments: Any) -> Any:
        engagement.unsubscribe(1, 0, lead_id, 0, clock.now())
        return claim(*arguments)

    monkeypatch.setattr(ledger, "claim", unsubscribe_first)

    nurture("run-1")

    assert outside.taken == []
    assert sends() == []
    assert read(lead_id).status is LeadStatus.UNSUBSCRIBED


def test_a_lead_that_leaves_its_queue_between_reading_and_claiming_is_not_mailed(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = routed(1)
    claim = ledger.claim

    def stopped_first(*arguments: Any) -> Any:
        tables.write(tables.update(leads_table(), keys.lead(1, 0, lead_id), put={"todo": None}))
        return claim(*arguments)

    monkeypatch.setattr(ledger, "claim", stopped_first)

    nurture("run-1")

    assert (outside.taken, sends()) == ([], [])


def test_an_unsubscribe_again_changes_nothing(routed: Any) -> None:
    (lead_id,) = routed(1)

    engagement.unsubscribe(1, 0, lead_id, 0, clock.now())
    engagement.unsubscribe(1, 0, lead_id, 0, clock.now())

    assert tallies.of_campaign(1, 1)["unsubscribed"] == 1
    assert [change.event for change in read(lead_id).history].count("unsubscribed") == 1


def test_somebody_who_unsubscribed_elsewhere_is_stopped_before_the_touch(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    tables.write(suppression.add("ada0@company0.example", "unsubscribed", clock.now()))

    result = nurture("run-1")

    assert outside.taken == []
    assert result.counts["suppressed"] == 1
    assert read(lead_id).todo is None


def test_a_busy_transport_costs_no_touch(routed: Any, outside: Outside) -> None:
    routed(3)
    outside.troubles = [None, Throttled("slow down")]
    state = pipeline.start(1, stages=["NURTURE"])
    with pytest.raises(Throttled):
        pipeline.stage(Stage.NURTURE, state)

    pipeline.stage(Stage.NURTURE, state)

    assert len(set(outside.taken)) == len(outside.taken) == 3
    assert {send.attempts for send in sends(SendStatus.SENT)} == {1}


def test_a_refused_touch_is_tried_on_three_days_then_left_out(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    outside.troubles = [Refused("MessageRejected")] * 5
    first = clock.now()

    refused = [nurture(f"run-{day}", first + timedelta(days=day)).counts.get("refused", 0) for day in range(4)]
    outside.troubles = []
    nurture("later", first + timedelta(days=4))

    assert refused == [1, 1, 1, 0]
    assert read(lead_id).step == 2
    assert [send.step for send in sends(SendStatus.SENT)] == [1]


def test_a_transport_that_refuses_everything_is_left_alone(routed: Any, outside: Outside) -> None:
    routed(8)
    outside.troubles = [Refused("MessageRejected")] * 8

    result = nurture("run-1")

    assert result.counts["refused"] == 3
    assert result.status is JobStatus.FAILED
    assert len(lead_queue.due(SHARD, Stage.NURTURE, clock.now())[0]) == 5


@pytest.mark.parametrize(
    ("sending", "max_leads", "expected"),
    [({"daily_cap": 4}, None, 4), ({"warm_up": {"start": 3, "step": 2}}, None, 3), ({}, 5, 5)],
)
def test_no_cap_is_exceeded(
    routed: Any, outside: Outside, sending: dict[str, Any], max_leads: int | None, expected: int
) -> None:
    routed(12, sending)

    nurture("run-1", max_leads=max_leads)

    assert len(outside.taken) == expected


def test_a_daily_cap_holds_over_all_runs_of_the_day_and_ends_with_it(routed: Any, outside: Outside) -> None:
    routed(9, {"daily_cap": 4})
    noon = (clock.now() + timedelta(days=1)).replace(hour=12)

    sent = [nurture(f"run-{number}", noon + timedelta(days=number // 2)).counts.get("sent", 0) for number in range(4)]

    assert sent == [4, 0, 4, 0]


def test_a_sender_warms_up_by_the_day(routed: Any, outside: Outside) -> None:
    routed(12, {"warm_up": {"start": 2, "step": 3}})
    noon = (clock.now() + timedelta(days=1)).replace(hour=12)

    sent = [nurture(f"run-{day}", noon + timedelta(days=day)).counts.get("sent", 0) for day in range(2)]

    assert sent == [2, 5]


def test_places_that_were_not_used_are_given_back(routed: Any, outside: Outside) -> None:
    routed(4, {"daily_cap": 4}, first_name=None, name=None)
    outside.troubles = [Refused("MessageRejected"), Refused("MessageRejected")]

    nurture("run-1")

    used = tables.get(leads_table(), keys.campaign_sends(1, date.today().isoformat())) or {}
    assert used["used"] == len(outside.taken) == 2


def test_outside_the_window_a_touch_waits_for_its_opening(routed: Any, outside: Outside) -> None:
    saturday = datetime.fromisoformat("2026-11-28T12:00:00+00:00")
    (lead_id,) = routed(1, {"ignore_window": False})
    tables.write(
        tables.update(leads_table(), keys.lead(1, 0, lead_id), put={"todo": keys.todo("nurture", saturday, lead_id)})
    )

    result = nurture("run-1", saturday)

    assert outside.taken == []
    assert result.counts["postponed"] == 1
    assert (read(lead_id).todo or "").startswith("nurture#2026-11-30T09:00:00.000Z")


def test_ses_is_not_asked_to_carry_mail_that_nobody_asked_for(routed: Any, outside: Outside) -> None:
    routed(1, lawful_basis=LawfulBasis.LEGITIMATE_INTEREST)

    result = nurture("run-1")

    assert outside.taken == []
    assert result.counts["basis_not_allowed_on_ses"] == 1


@pytest.mark.parametrize("transport", ["ses", "smtp"])
def test_where_mail_needs_an_opt_in_a_cold_lead_waits_and_is_looked_at_again_the_next_day(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
    use(monkeypatch, "smtp", outside)
    cold = {"lawful_basis": LawfulBasis.LEGITIMATE_INTEREST, "enrichment": Enrichment(country="Germany")}
    (one,) = routed(1, {"transport": transport, "allow_cold_on_ses": True}, **cold)
    now = clock.now()

    first = nurture("run-1", now)
    again = nurture("run-2", now)
    tomorrow = nurture("run-3", now + timedelta(days=1))

    assert outside.taken == []
    assert [result.counts.get("opt_in_required") for result in (first, again, tomorrow)] == [1, None, 1]
    shown = reading.read(1, 1, one)[0]
    assert (shown.status, shown.step) == (LeadStatus.ROUTED, 0)


def test_the_owner_can_allow_cold_mail_and_the_sequence_begins_at_its_beginning(routed: Any, outside: Outside) -> None:
    routed(1, {"allow_cold_on_ses": True}, lawful_basis=LawfulBasis.UNKNOWN)

    nurture("run-1")

    assert [send.step for send in sends(SendStatus.SENT)] == [0]


def test_a_touch_that_cannot_be_written_is_skipped_with_its_reason(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1, email="józef@company.example")

    result = nurture("run-1")

    assert result.counts["needs_smtputf8"] == 1
    assert [send.reason for send in sends(SendStatus.SKIPPED)] == ["needs_smtputf8"]
    assert read(lead_id).step == 1


def test_a_mail_costs_at_most_three_calls_to_dynamodb(routed: Any, outside: Outside, operations: Any) -> None:
    routed(20)
    state = pipeline.start(1, stages=["NURTURE"])
    operations.clear()

    pipeline.stage(Stage.NURTURE, state)

    assert operations.total() <= 3 * len(outside.taken)
