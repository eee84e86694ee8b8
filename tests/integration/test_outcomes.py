"""Outcomes and events: each counted once, in any order, under the score that the lead was written to with."""

from collections import Counter
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from cam.leads import reading
from cam.mail import engagement, ledger, suppression
from cam.mail.engagement import Event, EventType
from cam.model.errors import NotFound
from cam.model.models import LeadStatus, SendStatus, Stage
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.rules import outcomes
from cam.rules.results import Counted
from cam.text import clock
from functions.nurture.transports.errors import Refused, Unsure
from tests.integration import pipeline
from tests.integration.test_nurture import SHARD, Outside, nurture, outside, read, routed, sends

__all__ = ["outside", "routed"]  # fixtures

REPLIED, POSITIVE = (EventType.REPLIED, ""), (EventType.REPLIED, "Positive")
HARD, SOFT = (EventType.BOUNCED, "hard: no such user"), (EventType.BOUNCED, "Soft: mailbox full")
UNSUBSCRIBED, COMPLAINED = (EventType.UNSUBSCRIBED, ""), (EventType.COMPLAINED, "")


def happen(lead_id: str, what: tuple[EventType, str], event_id: str = "") -> bool:
    kind, detail = what
    now = clock.now()
    return engagement.record(1, 0, lead_id, Event(event_id or f"{kind}-{detail}", kind, now, 0, detail), now)


def recount() -> Counter[str]:
    """What the ledger and the leads come to, without any counter."""
    items = list(tables.query_all(leads_table(), SHARD.pk, begins="LEAD#"))
    by_id = {item["id"]: item for item in items if item["kind"] == "lead"}
    found: Counter[str] = Counter()
    for item in items:
        if item["kind"] == "send" and item["step"] == 0 and item["status"] == SendStatus.SENT:
            came = [one for one in outcomes.Outcome if f"{one}_at" in by_id[item["lead_id"]]]
            for name in (outcomes.SENT, *came):
                found.update(outcomes.counts(name, item["cohort"]))
    return found


def of_deciles(outcome: str) -> int:
    counted = tallies.of_outcomes(1, 1)
    return sum(counted[f"{outcome}@d{number}"] for number in range(10))


def change(lead_id: str, **values: Any) -> None:
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead_id), put=values))


def test_a_lead_counts_once_however_many_mails_it_gets(routed: Any, outside: Outside) -> None:
    routed(3)
    first = clock.now()

    for day in (0, 2, 5, 7):
        nurture(f"run-{day}", first + timedelta(days=day))

    assert len(outside.taken) == 9
    assert of_deciles("sent") == 3
    assert tallies.of_outcomes(1, 1) == recount()


def test_a_lead_counts_in_its_decile_and_in_a_bucket_of_each_part(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)

    nurture("run-1")

    counted = tallies.of_outcomes(1, 1)
    score = read(lead_id).score
    assert counted[f"sent@d{int(score * 10)}"] == 1
    assert counted["sent@seniority.high"] == counted["sent@signals.mid"] == counted["sent@title.untargeted"] == 1
    assert sum(counted.values()) == 8


def test_buckets_are_no_part_of_the_funnel_nor_of_a_run(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)

    result = nurture("run-1")
    happen(lead_id, REPLIED)

    run, _ = tallies.of_run(1, 1, "run-1")
    shown = [*result.counts, *run, *tallies.of_campaign(1, 1)]
    assert [name for name in shown if "@" in name] == []


def test_a_lead_counts_under_the_score_that_it_was_written_to_with(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    written = tallies.of_outcomes(1, 1)

    change(lead_id, score=0.05, explanation=[])
    happen(lead_id, REPLIED)

    replied = {name: number for name, number in tallies.of_outcomes(1, 1).items() if name.startswith("replied@")}
    assert replied == {name.replace("sent@", "replied@"): 1 for name in written}


def test_a_worker_that_dies_right_after_recording_counts_a_lead_once(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed(2)
    mark = ledger.mark_sent
    state = pipeline.start(1, stages=["NURTURE"])

    def then_die(*arguments: Any) -> None:
        mark(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(ledger, "mark_sent", then_die)
        with pytest.raises(KeyboardInterrupt):
            pipeline.stage(Stage.NURTURE, state)
    pipeline.stage(Stage.NURTURE, state)

    assert of_deciles("sent") == tallies.of_campaign(1, 1)["sent"] == 2
    assert tallies.of_outcomes(1, 1) == recount()


def test_an_unsure_mail_counts_when_it_turns_out_to_be_sent_and_then_once(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    outside.troubles = [Unsure("timeout")]
    nurture("run-1")
    assert of_deciles("sent") == 0

    for _ in range(2):
        ledger.mark_sent(ledger.Touch(SHARD, lead_id, 0), "message-1", clock.now())

    assert of_deciles("sent") == 1
    assert tallies.of_campaign(1, 1)["unconfirmed"] == 0
    assert tallies.of_outcomes(1, 1) == recount()


def test_a_mail_that_was_refused_counts_when_it_is_sent_at_last(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    outside.troubles = [Refused("no")]
    now = clock.now()

    nurture("run-1", now)
    change(lead_id, score=0.05)
    nurture("run-2", now + timedelta(days=1))

    assert tallies.of_outcomes(1, 1)["sent@d0"] == of_deciles("sent") == 1


@pytest.mark.parametrize("known", [True, False], ids=["its worker records it", "it is settled later"])
def test_a_reply_between_claim_and_record_is_counted_once_it_is_certain_that_the_mail_left(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    (lead_id,) = routed(1)
    send = outside.send

    def replied_at_once(*arguments: Any) -> str:
        happen(lead_id, POSITIVE)
        happen(lead_id, UNSUBSCRIBED)
        assert of_deciles("replied") == 0
        if not known:
            raise Unsure("timeout")
        return send(*arguments)

    monkeypatch.setattr(outside, "send", replied_at_once)

    nurture("run-1")
    if not known:
        assert of_deciles("replied") == 0
    for _ in range(2):
        ledger.mark_sent(ledger.Touch(SHARD, lead_id, 0), "message-1", clock.now())

    assert [of_deciles(one) for one in ("sent", "replied", "positive", "unsubscribed")] == [1, 1, 1, 1]
    assert tallies.of_outcomes(1, 1) == recount()
    assert read(lead_id).status is LeadStatus.UNSUBSCRIBED
    assert read(lead_id).todo is None


def test_a_reply_between_send_and_settle_stops_the_sequence(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = routed(1)
    mark, now = ledger.mark_sent, clock.now()

    def then_reply(*arguments: Any) -> None:
        mark(*arguments)
        happen(lead_id, REPLIED)

    monkeypatch.setattr(ledger, "mark_sent", then_reply)

    nurture("run-1", now)
    nurture("run-2", now + timedelta(days=2))

    assert len(outside.taken) == 1
    assert (read(lead_id).status, read(lead_id).todo) == (LeadStatus.REPLIED, None)
    assert of_deciles("replied") == 1


def test_a_reply_between_reading_and_claiming_wins(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = routed(1)
    claim = ledger.claim

    def reply_first(*arguments: Any) -> Any:
        happen(lead_id, REPLIED)
        return claim(*arguments)

    monkeypatch.setattr(ledger, "claim", reply_first)

    nurture("run-1")

    assert (outside.taken, sends()) == ([], [])
    assert read(lead_id).status is LeadStatus.REPLIED
    assert tallies.of_outcomes(1, 1) == Counter()


@pytest.mark.parametrize("moment", ["claimed", "sent"])
def test_an_event_that_loses_a_race_with_the_worker_looks_again(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Between its read and its write, the touch is claimed, or recorded as sent."""
    (lead_id,) = routed(1)
    touch, lead, now = ledger.Touch(SHARD, lead_id, 0), read(lead_id), clock.now()
    cohort = outcomes.cohort(lead)

    def claim() -> None:
        assert ledger.claim(touch, lead.todo, lead.email, "s", "subject", now, cohort).won

    counted = Counted("s", cohort=cohort)
    steps = [claim] if moment == "claimed" else [lambda: ledger.mark_sent(touch, "message-1", now, counted)]
    if moment == "sent":
        claim()
    real = engagement._read

    def then_overtaken(*arguments: Any) -> Any:
        found = real(*arguments)
        if steps:
            steps.pop()()
        return found

    monkeypatch.setattr(engagement, "_read", then_overtaken)

    assert happen(lead_id, REPLIED)
    ledger.mark_sent(touch, "message-1", now, counted)

    assert (of_deciles("sent"), of_deciles("replied")) == (1, 1)
    assert tallies.of_outcomes(1, 1) == recount()


def test_events_come_to_the_same_in_any_order_and_each_once(routed: Any, outside: Outside) -> None:
    orders = list(permutations((REPLIED, POSITIVE, HARD, COMPLAINED)))
    ids = routed(len(orders))
    nurture("run-1")

    for lead_id, order in zip(ids, orders, strict=True):
        assert [happen(lead_id, one) for one in order] == [True] * 4
        assert [happen(lead_id, one) for one in order] == [False] * 4

    assert {read(lead_id).status for lead_id in ids} == {LeadStatus.UNSUBSCRIBED}
    assert [of_deciles(one) for one in ("sent", *outcomes.Outcome)] == [24] * 5
    assert tallies.of_outcomes(1, 1) == recount()
    funnel = tallies.of_campaign(1, 1)
    assert (funnel["replied"], funnel["bounced"], funnel["complained"]) == (48, 24, 24)


@pytest.mark.parametrize(
    ("status", "what", "expected"),
    [
        (LeadStatus.NEW, REPLIED, LeadStatus.REPLIED),
        (LeadStatus.MANUAL_REVIEW, REPLIED, LeadStatus.REPLIED),
        (LeadStatus.CONTACTED, REPLIED, LeadStatus.REPLIED),
        (LeadStatus.COMPLETED, REPLIED, LeadStatus.REPLIED),
        (LeadStatus.INVALID, REPLIED, LeadStatus.REPLIED),
        (LeadStatus.UNSUBSCRIBED, REPLIED, LeadStatus.UNSUBSCRIBED),
        (LeadStatus.ERASED, REPLIED, LeadStatus.ERASED),
        (LeadStatus.CONTACTED, HARD, LeadStatus.INVALID),
        (LeadStatus.REPLIED, HARD, LeadStatus.REPLIED),
        (LeadStatus.UNSUBSCRIBED, HARD, LeadStatus.UNSUBSCRIBED),
        (LeadStatus.REPLIED, COMPLAINED, LeadStatus.UNSUBSCRIBED),
        (LeadStatus.INVALID, UNSUBSCRIBED, LeadStatus.UNSUBSCRIBED),
        (LeadStatus.ERASED, UNSUBSCRIBED, LeadStatus.ERASED),
    ],
)
def test_what_lasts_is_not_undone(routed: Any, status: LeadStatus, what: Any, expected: LeadStatus) -> None:
    (lead_id,) = routed(1)
    change(lead_id, status=status)

    assert happen(lead_id, what)

    assert (read(lead_id).status, read(lead_id).todo) == (expected, None)


@pytest.mark.parametrize(
    ("what", "expected"), [(REPLIED, False), (HARD, True), (SOFT, False), (COMPLAINED, True), (UNSUBSCRIBED, True)]
)
def test_who_bounced_or_said_no_is_suppressed_for_the_account(routed: Any, what: Any, expected: bool) -> None:
    (lead_id,) = routed(1)

    happen(lead_id, what)

    assert bool(suppression.suppressed(["ada0@company0.example"])) is expected


@pytest.mark.parametrize("what", [SOFT, (EventType.DELIVERED, ""), (EventType.OPENED, ""), (EventType.CLICKED, "")])
def test_what_stops_nothing_is_counted_and_kept_and_leaves_the_lead_as_it_is(
    routed: Any, outside: Outside, what: Any
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    before = read(lead_id)

    happen(lead_id, what)

    lead, entries = reading.read(1, 1, lead_id)
    assert lead == before
    assert [item["type"] for item in entries if item["kind"] == "event"] == [what[0]]
    assert tallies.of_campaign(1, 1)["soft_bounced" if what is SOFT else what[0]] == 1
    assert of_deciles("bounced") == 0


def test_a_later_positive_reply_counts_as_positive_once(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    happen(lead_id, REPLIED, "1")
    happen(lead_id, POSITIVE, "2")
    happen(lead_id, POSITIVE, "3")

    assert (of_deciles("replied"), of_deciles("positive")) == (1, 1)


def test_nothing_is_written_down_about_somebody_who_was_erased(routed: Any) -> None:
    (lead_id,) = routed(1)
    change(lead_id, status=LeadStatus.ERASED, email=None)

    happen(lead_id, (EventType.REPLIED, "it is me, Ann"), "1")

    lead, entries = reading.read(1, 1, lead_id)
    assert "Ann" not in f"{lead}{entries}"


def test_the_link_unsubscribes_though_an_event_of_the_same_kind_came_before(routed: Any) -> None:
    (lead_id,) = routed(1)
    happen(lead_id, (EventType.DELIVERED, ""), "unsubscribed")

    engagement.unsubscribe(1, 0, lead_id, 0, clock.now())

    assert read(lead_id).status is LeadStatus.UNSUBSCRIBED


def test_an_event_of_nobody_is_refused(routed: Any) -> None:
    routed(1)
    with pytest.raises(NotFound):
        happen("nobody", REPLIED)


def test_an_event_takes_a_read_and_a_write(routed: Any, outside: Outside, operations: Any) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    operations.clear()

    happen(lead_id, REPLIED)

    assert operations == {"BatchGetItem": 1, "TransactWriteItems": 1}


def test_a_first_mail_costs_no_more_calls_than_another(routed: Any, outside: Outside, operations: Any) -> None:
    routed(6)
    now = clock.now()
    costs = []
    for day in (0, 2):
        state = pipeline.start(1, f"run-{day}", stages=["NURTURE"], as_of=clock.iso(now + timedelta(days=day)))
        operations.clear()
        pipeline.stage(Stage.NURTURE, state)
        costs.append((operations["TransactWriteItems"], operations["GetItem"]))
        pipeline.end(state)

    assert len(outside.taken) == 12
    assert costs[0] == costs[1]
