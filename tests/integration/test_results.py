"""What came back of each mail: counted once per send, whatever comes how often and when, by touch and variant."""

from collections import Counter
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from cam.mail import engagement, ledger, settlement
from cam.mail.engagement import Event, EventType
from cam.mail.settlement import Settlement
from cam.model.models import SendStatus
from cam.model.settings.sending import Sending
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.rules.results import Counted, Feedback
from cam.text import clock
from functions.nurture.transports.errors import Unsure
from tests.integration.test_nurture import SHARD, Outside, nurture, outside, routed, sends

__all__ = ["outside", "routed"]  # fixtures

SEQUENCE = "aggressive_close"
ONE_OF_EACH = [
    (EventType.DELIVERED, ""), (EventType.OPENED, "machine: a program"), (EventType.OPENED, ""),
    (EventType.CLICKED, ""), (EventType.REPLIED, ""), (EventType.BOUNCED, "hard"), (EventType.COMPLAINED, ""),
    (EventType.UNSUBSCRIBED, ""),
]  # fmt: skip


def happen(lead_id: str, kind: EventType, step: int | None = 0, detail: str = "", name: str = "") -> bool:
    now = clock.now()
    return engagement.record(1, 0, lead_id, Event(name or f"{kind}-{detail}-{step}", kind, now, step, detail), now)


def entry(lead_id: str, step: int = 0) -> Any:
    return tables.get(leads_table(), keys.send(1, 0, lead_id, step))


def counted(step: int = 0, variant: str = "a", edition: str = "built_in.1") -> dict[str, int]:
    found = tallies.of_sequence(1, 1, SEQUENCE).get((edition, step, variant), {})
    return {name: number for name, number in found.items() if number}


def totals() -> dict[str, int]:
    """What the campaign's tally holds of sends."""
    funnel = tallies.of_campaign(1, 1)
    return {str(one): funnel[one.counter] for one in Feedback if funnel[one.counter]}


def recount() -> tuple[dict[Any, Counter[str]], Counter[str]]:
    """What the ledger comes to, without any counter: by touch, and of the campaign."""
    found: dict[Any, Counter[str]] = {}
    total: Counter[str] = Counter()
    for item in tables.query_all(leads_table(), SHARD.pk, begins="LEAD#"):
        if item["kind"] == "send" and item["status"] == SendStatus.SENT:
            came = [str(one) for one in Feedback if one.flag in item]
            found.setdefault((item["edition"], item["step"], item["variant"]), Counter()).update(["sent", *came])
            total.update(came)
    return found, total


def assert_a_recount_agrees() -> None:
    assert (tallies.of_sequence(1, 1, SEQUENCE), totals()) == recount()


def test_a_mail_counts_once_however_often_it_is_opened(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    assert [happen(lead_id, EventType.OPENED, name=f"open-{number}") for number in range(3)] == [True] * 3

    assert counted() == {"sent": 1, "opened": 1}
    assert totals() == {"opened": 1}
    assert tallies.of_campaign(1, 1)["opened"] == 3
    assert_a_recount_agrees()


def test_the_first_of_several_is_the_one_that_is_dated(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    happen(lead_id, EventType.OPENED, name="first")
    first = entry(lead_id)["opened_at"]

    happen(lead_id, EventType.OPENED, name="second")

    assert entry(lead_id)["opened_at"] == first


@pytest.mark.parametrize(("kind", "detail"), ONE_OF_EACH)
def test_each_kind_counts_once_and_under_its_own_name(
    routed: Any, outside: Outside, kind: EventType, detail: str
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    for name in ("1", "2", "1"):
        happen(lead_id, kind, detail=detail, name=name)

    mine = "machine_opened" if detail.startswith("machine") else kind.value
    came = {mine: 1} | ({"opened": 1} if kind is EventType.CLICKED else {})
    assert counted() == {"sent": 1, **came}
    assert totals() == came
    assert_a_recount_agrees()


@pytest.mark.parametrize("order", list(permutations((EventType.OPENED, EventType.CLICKED))))
def test_who_clicks_has_opened_and_once(routed: Any, outside: Outside, order: tuple[EventType, ...]) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    for kind in order:
        happen(lead_id, kind)

    assert counted() == {"sent": 1, "opened": 1, "clicked": 1}
    assert_a_recount_agrees()


@pytest.mark.parametrize(
    ("kind", "detail"), [(EventType.BOUNCED, "soft"), (EventType.OUT_OF_OFFICE, ""), (EventType.AUTO_REPLIED, "")]
)
def test_what_says_nothing_for_good_counts_for_no_mail(
    routed: Any, outside: Outside, kind: EventType, detail: str
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    happen(lead_id, kind, detail=detail)

    assert counted() == {"sent": 1}


def test_touches_count_apart(routed: Any, outside: Outside) -> None:
    routed(2)
    now = clock.now()
    for day in (0, 2, 5):
        nurture(f"run-{day}", now + timedelta(days=day))
    one, other = sorted({send.lead_id for send in sends()})

    happen(one, EventType.OPENED, 1)
    happen(other, EventType.OPENED, 1)
    happen(one, EventType.OPENED, 2)
    happen(one, EventType.REPLIED, 2)

    assert [counted(step) for step in (0, 1, 2)] == [
        {"sent": 2}, {"sent": 2, "opened": 2}, {"sent": 2, "opened": 1, "replied": 1}
    ]  # fmt: skip
    assert_a_recount_agrees()


@pytest.mark.parametrize("kind", [EventType.REPLIED, EventType.UNSUBSCRIBED])
def test_a_reply_that_names_no_touch_belongs_to_the_last_that_left(
    routed: Any, outside: Outside, kind: EventType
) -> None:
    (lead_id,) = routed(1)
    now = clock.now()
    for day in (0, 2):
        nurture(f"run-{day}", now + timedelta(days=day))
    outside.troubles = [Unsure("timeout")]
    nurture("run-5", now + timedelta(days=5))

    happen(lead_id, kind, None)

    assert [counted(step).get(kind.value, 0) for step in (0, 1, 2)] == [0, 1, 0]
    assert_a_recount_agrees()


def test_what_comes_back_before_any_mail_counts_for_none(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)

    for step in (0, 3, None):
        happen(lead_id, EventType.OPENED, step)
    nurture("run-1")

    assert counted() == {"sent": 1}
    assert_a_recount_agrees()


@pytest.mark.parametrize("settled", ["by its worker", "by an event", "by a person"])
@pytest.mark.parametrize("step", [0, 1])
def test_what_comes_back_before_the_mail_is_recorded_is_counted_when_it_turns_out_to_have_left(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch, settled: str, step: int
) -> None:
    (lead_id,) = routed(1)
    send, now = outside.send, clock.now()
    if step:
        nurture("run-1", now)

    def told_at_once(*arguments: Any) -> str:
        for kind in (EventType.DELIVERED, EventType.CLICKED, EventType.OPENED, EventType.COMPLAINED):
            happen(lead_id, kind, step)
        assert totals() == counted(step) == {}
        if settled != "by its worker":
            raise Unsure("timeout")
        return send(*arguments)

    monkeypatch.setattr(outside, "send", told_at_once)

    nurture("run-2", now + timedelta(days=2 * step))
    touch = ledger.Touch(SHARD, lead_id, step)
    if settled == "by an event":
        for _ in range(2):
            ledger.mark_sent(touch, "", clock.now())
    if settled == "by a person":
        settlement.settle(touch, Settlement.SENT, "", Sending(), clock.now())

    came = dict.fromkeys(("delivered", "clicked", "opened", "complained"), 1)
    assert counted(step) == {"sent": 1, **came}
    assert totals() == came
    assert_a_recount_agrees()


def test_a_mail_that_did_not_leave_after_all_counts_nothing_of_what_came_back(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    outside.troubles = [Unsure("timeout")]
    nurture("run-1")
    happen(lead_id, EventType.OPENED)
    settlement.settle(
        ledger.Touch(SHARD, lead_id, 0), Settlement.NOT_SENT, "", Sending(ignore_window=True), clock.now()
    )

    nurture("run-2")

    assert counted() == {"sent": 1}
    assert_a_recount_agrees()


def test_an_event_that_is_overtaken_by_the_record_of_its_mail_looks_again(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = routed(1)
    outside.troubles = [Unsure("timeout")]
    nurture("run-1")
    real, left = engagement._read, [True]

    def then_recorded(*arguments: Any) -> Any:
        found = real(*arguments)
        if left:
            left.clear()
            ledger.mark_sent(ledger.Touch(SHARD, lead_id, 0), "message-1", clock.now())
        return found

    monkeypatch.setattr(engagement, "_read", then_recorded)

    happen(lead_id, EventType.OPENED)

    assert counted() == {"sent": 1, "opened": 1}
    assert_a_recount_agrees()


def test_two_opens_at_once_count_once(routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    real, other = engagement._read, [True]

    def then_another(*arguments: Any) -> Any:
        found = real(*arguments)
        if other:
            other.clear()
            happen(lead_id, EventType.OPENED, name="the other")
        return found

    monkeypatch.setattr(engagement, "_read", then_another)

    happen(lead_id, EventType.OPENED)

    assert counted() == {"sent": 1, "opened": 1}
    assert tallies.of_campaign(1, 1)["opened"] == 2


def test_variants_and_editions_count_apart(routed: Any, outside: Outside) -> None:
    ids = routed(3)
    now = clock.now()
    for lead_id, variant, edition in zip(ids, "abb", ("campaign.2", "campaign.2", "campaign.10"), strict=True):
        lead = tables.get(leads_table(), keys.lead(1, 0, lead_id)) or {}
        touch = ledger.Touch(SHARD, lead_id, 0)
        claim = ledger.claim(touch, lead["todo"], lead["email"], SEQUENCE, "Hello", now, ("d8",), variant, edition)
        ledger.mark_sent(touch, "message-1", now, claim.counted)
        happen(lead_id, EventType.REPLIED)

    assert tallies.of_sequence(1, 1, SEQUENCE).keys() == {
        ("campaign.2", 0, "a"), ("campaign.2", 0, "b"), ("campaign.10", 0, "b")
    }  # fmt: skip
    assert_a_recount_agrees()


def test_no_run_and_no_funnel_counts_by_variant(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)

    result = nurture("run-1")
    happen(lead_id, EventType.OPENED)

    run, _ = tallies.of_run(1, 1, "run-1")
    outcomes = tallies.of_outcomes(1, 1)
    assert [name for name in (*result.counts, *run, *tallies.of_campaign(1, 1)) if name.endswith("@a")] == []
    assert [name for name in outcomes if "opened" in name] == []


@pytest.mark.parametrize("step", [0, 1, None])
def test_an_event_takes_a_read_and_a_write_whatever_touch_it_belongs_to(
    routed: Any, outside: Outside, operations: Any, step: int | None
) -> None:
    (lead_id,) = routed(1)
    now = clock.now()
    for day in (0, 2):
        nurture(f"run-{day}", now + timedelta(days=day))
    operations.clear()

    happen(lead_id, EventType.OPENED, step)

    assert operations == {"BatchGetItem": 1, "TransactWriteItems": 1}


def test_the_counters_of_a_touch_stay_small_and_those_of_the_campaign_do_not_grow_with_it(
    routed: Any, outside: Outside
) -> None:
    """An item is written as a whole: each kilobyte of it costs every event, and 400 kB are the end."""
    (lead_id,) = routed(1)
    nurture("run-1")
    for kind, detail in ONE_OF_EACH:
        happen(lead_id, kind, detail=detail)
    before = tables.get(leads_table(), keys.engagement_tally(1)) or {}

    for version in range(1, 30):
        under = Counted(SEQUENCE, f"campaign.{version}", "d", ("d8",))
        tables.transact([tallies.of_touch(1, None, under, version, ["sent", *Feedback])])
    for variant in "abcde":
        under = Counted("s" * 40, "campaign.123", variant)
        tables.transact([tallies.of_touch(1, None, under, 19, ["sent", *Feedback])])

    item = tables.get(leads_table(), keys.results(1, None, "s" * 40, "campaign.123", 19)) or {}
    assert sum(len(str(name)) + len(str(value)) for name, value in item.items()) < 1024
    assert tables.get(leads_table(), keys.engagement_tally(1)) == before
