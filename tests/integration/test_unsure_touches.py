"""Touches of which nobody knows whether they left: settled by a person, once, and what their leads do then."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Lock, local
from typing import Any

import pytest

from cam.leads import lead_queue
from cam.mail import engagement, ledger, settlement
from cam.mail.engagement import Event, EventType
from cam.mail.settlement import Settlement
from cam.model.errors import Conflict, Throttled
from cam.model.models import LeadStatus, SendStatus, Stage
from cam.model.settings.sending import Sending
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.runs import worker
from cam.text import clock
from functions.nurture.transports import smtp
from functions.nurture.transports.errors import Unsure
from tests.integration import pipeline
from tests.integration.test_nurture import SHARD, Outside, nurture, outside, read, routed, sends
from tests.integration.test_outcomes import of_deciles, recount

__all__ = ["outside", "routed"]  # fixtures

SENT, NOT_SENT = Settlement.SENT, Settlement.NOT_SENT
ANY_TIME = Sending(ignore_window=True)


def settle(outcome: Settlement, note: str = "", sending: Sending = ANY_TIME) -> ledger.Send:
    (unsure,) = sends(SendStatus.UNCONFIRMED)
    return settlement.settle(settlement.find(1, 1, unsure.send_id), outcome, note, sending, clock.now())


def funnel() -> tuple[int, int]:
    counted = tallies.of_campaign(1, 1)
    return counted["sent"], counted["unconfirmed"]


def stored(lead_id: str) -> Any:
    return tables.get(leads_table(), keys.lead(1, 0, lead_id))


@pytest.fixture
def unsure(routed: Callable[..., list[str]], outside: Outside) -> str:
    """A lead whose first touch is UNCONFIRMED."""
    (lead_id,) = routed(1)
    outside.troubles = [Unsure("ReadTimeoutError")]
    nurture("run-1")
    return lead_id


def test_a_mail_that_was_sent_after_all_is_counted_as_one_that_was_recorded_at_once(unsure: str) -> None:
    send = settle(SENT, "SES shows a delivery")

    assert (send.status, send.sent_at, send.reason) == (
        SendStatus.SENT,
        send.claimed_at,
        "resolved as sent: SES shows a delivery",
    )
    assert funnel() == (1, 0)
    assert of_deciles("sent") == 1
    assert tallies.of_outcomes(1, 1) == recount()


def test_its_lead_goes_on_as_if_the_mail_had_left_when_it_was_claimed(unsure: str, outside: Outside) -> None:
    claimed_at = sends()[0].claimed_at
    settle(SENT)

    sent = [nurture(f"day-{day}", claimed_at + timedelta(days=day)).counts.get("sent", 0) for day in (1, 2, 3, 5)]

    assert read(unsure).status is LeadStatus.CONTACTED
    assert sent == [0, 1, 0, 1]


def test_a_mail_that_was_not_sent_leaves_in_the_next_run(unsure: str, outside: Outside) -> None:
    send = settle(NOT_SENT, "SES never saw it")
    assert (send.status, funnel()) == (SendStatus.FAILED, (0, 0))

    nurture("run-2")

    assert [(one.step, one.status) for one in sends()] == [(0, SendStatus.SENT)]
    assert len(outside.taken) == 1
    assert funnel() == (1, 0)
    assert tallies.of_outcomes(1, 1) == recount()


def test_a_mail_that_was_not_sent_waits_for_the_window_of_its_lead(
    unsure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    saturday = datetime.fromisoformat("2026-11-28T12:00:00+00:00")
    monkeypatch.setattr(clock, "now", lambda: saturday)

    settle(NOT_SENT, sending=Sending())

    assert stored(unsure)["todo"] == keys.todo("nurture", datetime.fromisoformat("2026-11-30T09:00:00+00:00"), unsure)


def test_the_timeline_tells(unsure: str) -> None:
    settle(NOT_SENT, "SES never saw it")

    told = [(change.event, change.detail) for change in read(unsure).history]
    assert told[-2:] == [
        ("unconfirmed", "touch 1: ReadTimeoutError"),
        ("settled", "touch 1: not sent: SES never saw it"),
    ]


@pytest.mark.parametrize("first", [SENT, NOT_SENT])
@pytest.mark.parametrize("second", [SENT, NOT_SENT])
def test_a_touch_is_settled_once(unsure: str, first: Settlement, second: Settlement) -> None:
    touch = settlement.find(1, 1, sends()[0].send_id)
    settle(first)
    once = (funnel(), stored(unsure))

    with pytest.raises(Conflict, match="is SENT" if first is SENT else "is FAILED"):
        settlement.settle(touch, second, "", ANY_TIME, clock.now())

    assert (funnel(), stored(unsure)) == once


def test_two_people_at_once_settle_it_once(unsure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    touch = settlement.find(1, 1, sends()[0].send_id)
    transact, one_by_one, read_by_all = tables.transact, Lock(), Barrier(8)
    met = local()

    def at_once(actions: Any) -> None:
        if not hasattr(met, "others"):
            met.others = read_by_all.wait(30)
        # moto's transactions are not made for threads.
        with one_by_one:
            transact(actions)

    monkeypatch.setattr(tables, "transact", at_once)

    def one(outcome: Settlement) -> bool:
        try:
            settlement.settle(touch, outcome, "", ANY_TIME, clock.now())
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as people:
        won = list(people.map(one, [SENT, NOT_SENT] * 4))

    assert won.count(True) == 1
    assert funnel() == (1 if won[0::2].count(True) else 0, 0)


@pytest.mark.parametrize("kind", [EventType.REPLIED, EventType.UNSUBSCRIBED, EventType.BOUNCED])
@pytest.mark.parametrize("outcome", [SENT, NOT_SENT])
def test_a_lead_that_is_out_of_its_sequence_stays_so(
    unsure: str, outside: Outside, kind: EventType, outcome: Settlement
) -> None:
    now = clock.now()
    engagement.record(1, 0, unsure, Event("event-1", kind, now, 0), now)
    before = read(unsure).status

    settle(outcome)
    nurture("run-2")

    assert (read(unsure).status, read(unsure).todo, outside.taken) == (before, None, [])
    assert funnel() == (int(outcome is SENT), 0)
    assert tallies.of_outcomes(1, 1) == recount()


def test_somebody_who_unsubscribes_while_it_is_being_settled_stays_out(
    unsure: str, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    transact, first = tables.transact, [True]

    def unsubscribe_first(actions: Any) -> None:
        if first:
            first.clear()
            engagement.unsubscribe(1, 0, unsure, 0, clock.now())
        transact(actions)

    monkeypatch.setattr(tables, "transact", unsubscribe_first)

    settle(SENT)

    assert (read(unsure).status, read(unsure).todo) == (LeadStatus.UNSUBSCRIBED, None)
    assert funnel() == (1, 0)
    assert tallies.of_outcomes(1, 1) == recount()


def test_nothing_more_is_written_down_about_somebody_who_was_erased(unsure: str) -> None:
    tables.write(tables.update(leads_table(), keys.lead(1, 0, unsure), put={"status": LeadStatus.ERASED, "todo": None}))
    before = stored(unsure)

    settle(SENT)

    assert stored(unsure) == before
    assert funnel() == (1, 0)


@pytest.mark.parametrize("outcome", [SENT, NOT_SENT])
@pytest.mark.parametrize("point", ["before", "after"])
def test_whoever_dies_while_settling_leaves_all_of_it_or_nothing(
    unsure: str, monkeypatch: pytest.MonkeyPatch, outcome: Settlement, point: str
) -> None:
    transact, before = tables.transact, (funnel(), stored(unsure)["todo"])

    def die(actions: Any) -> None:
        if point == "after":
            transact(actions)
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(tables, "transact", die)
        with pytest.raises(KeyboardInterrupt):
            settle(outcome)

    if point == "before":
        assert (funnel(), stored(unsure)["todo"]) == before
        settle(outcome)
    assert funnel() == (int(outcome is SENT), 0)
    assert stored(unsure)["todo"].startswith("nurture#")
    assert tallies.of_outcomes(1, 1) == recount()


def test_a_busy_table_is_told_as_such(unsure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Any) -> None:
        raise tables.Cancelled(frozenset({0}))

    monkeypatch.setattr(tables, "transact", refuse)

    with pytest.raises(Throttled):
        settle(SENT)


@pytest.mark.parametrize("outcome", [SENT, NOT_SENT])
def test_a_worker_that_comes_to_put_the_lead_aside_finds_it_moved_on(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch, outcome: Settlement
) -> None:
    (lead_id,) = routed(1)
    outside.troubles = [Unsure("timeout")]
    put_aside = lead_queue.settle

    def settled_first(*arguments: Any, **named: Any) -> Any:
        settle(outcome)
        return put_aside(*arguments, **named)

    with monkeypatch.context() as racing:
        racing.setattr(lead_queue, "settle", settled_first)
        racing.setattr(worker, "running", _once())
        nurture("run-1")

    # Its next touch, or the same again: it waits for neither a person nor for ever.
    assert stored(lead_id)["todo"].startswith("nurture#")
    assert stored(lead_id).get("step", 0) == int(outcome is SENT)


def _once() -> Callable[[Any], bool]:
    left = [True]
    return lambda _: bool(left and left.pop())


def test_a_touch_whose_worker_died_can_be_settled_before_the_next_one_looks_at_its_lead(
    routed: Any, outside: Outside
) -> None:
    (lead_id,) = routed(1)
    outside.troubles = [KeyboardInterrupt()]
    state = pipeline.start(1, "dies", stages=["NURTURE"])
    with pytest.raises(KeyboardInterrupt):
        pipeline.stage(Stage.NURTURE, state)
    pipeline.end(state)
    ledger.give_up_claims(SHARD, clock.now())

    settle(SENT)
    nurture("run-2")

    assert outside.taken == []
    assert (read(lead_id).step, funnel()) == (1, (1, 0))


def test_a_first_mail_that_was_sent_after_all_by_smtp_is_what_later_ones_follow(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail's own Message-ID is what its readers see, whether or not the mail server's answer was heard."""
    (lead_id,) = routed(1)
    outside.troubles = [Unsure("timeout")]
    monkeypatch.setattr(Outside, "own_id", lambda self, raw: smtp.own_id(raw))
    nurture("run-1")
    (unsure,) = sends(SendStatus.UNCONFIRMED)

    settle(SENT)

    thread = read(lead_id).thread
    assert thread.message_id == f"<{unsure.message_id}>"
    assert (thread.subject, sends()[0].message_id) == (unsure.subject, unsure.message_id)


def test_of_a_mail_whose_id_nobody_knows_there_is_no_thread(unsure: str) -> None:
    settle(SENT)

    assert read(unsure).thread is None
