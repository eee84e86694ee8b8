"""The rate and the quota of SES, from what it says itself to what leaves."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto.sesv2.responses import SESV2Response

from cam.leads import lead_queue
from cam.mail import rate, safety
from cam.mail.rate import Line, Pace, Quota
from cam.model.errors import Throttled
from cam.model.models import JobStatus, SendStatus, Stage
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.text import clock
from functions.nurture import transports
from functions.nurture.handler import handler
from functions.nurture.transports import ses, smtp
from tests.conftest import Context
from tests.integration import pipeline
from tests.integration.test_nurture import SHARD, Outside, nurture, outside, routed, sends

__all__ = ["outside", "routed"]  # fixtures

Grant = Callable[..., None]


@pytest.fixture
def grant(monkeypatch: pytest.MonkeyPatch) -> Grant:
    """What SES says about the account."""

    def says(per_second: float, day: float = -1, sent: float = 0) -> None:
        answer = {"SendQuota": {"Max24HourSend": day, "MaxSendRate": per_second, "SentLast24Hours": sent}}
        monkeypatch.setattr(SESV2Response, "get_account", lambda _: json.dumps(answer))

    return says


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((14, 50_000, 49_990), Quota(14, 10)),
        ((14, 200, 300), Quota(14, -100)),
        ((1, -1, 5), Quota(1, None)),
        ((0, 200, 0), None),
    ],
)
def test_the_quota_is_what_ses_says(aws: None, grant: Grant, said: tuple[float, ...], expected: Quota | None) -> None:
    grant(*said)
    assert ses.quota() == expected


@pytest.mark.parametrize(("said", "expected"), [("0.5", Quota(0.5)), ("0", None), ("", None)])
def test_the_rate_of_a_mail_server_is_what_the_stack_says(
    monkeypatch: pytest.MonkeyPatch, said: str, expected: Quota | None
) -> None:
    monkeypatch.setenv("SMTP_RATE", said)
    assert smtp.quota() == expected


def test_a_transport_that_names_no_quota_has_none(aws: None) -> None:
    assert transports.pace("smtp").wait(0)


def test_bookings_are_kept_and_whoever_comes_second_finds_them(aws: None) -> None:
    for _ in range(2):
        Pace("ses", lambda: Quota(5, 100), now=lambda: 100.0, sleep=lambda _: None, expected=2).wait(100)

    item = tables.get(leads_table(), keys.transport_rate("ses"))
    assert item is not None
    assert (item["first"], int(item["taken"], 16), item["left"], item["version"]) == (498, 0b1111, 96, 2)


def test_of_two_who_book_at_once_one_looks_again(aws: None) -> None:
    key = keys.transport_rate("ses")
    known = rate._Known(Line(14, 7, 5), 3, 1.5, 0)
    assert rate._store(key, known)
    assert not rate._store(key, known)
    assert rate._load(key) == replace(known, version=1)


def test_mails_leave_no_faster_than_the_account_may(routed: Any, outside: Outside, grant: Grant) -> None:
    grant(20)
    routed(12)
    moments: list[float] = []
    send = outside.send

    def noted(*arguments: Any) -> str:
        moments.append(time.time())
        return send(*arguments)

    outside.__dict__["send"] = noted

    nurture("run-1")

    assert len(moments) == 12
    assert moments[-1] - moments[0] >= 11 / 20 - 0.05


def test_a_day_s_quota_that_is_used_up_lets_touches_wait_and_the_job_says_so(
    routed: Any, outside: Outside, grant: Grant
) -> None:
    grant(250, day=200, sent=198)
    ids = routed(5)

    result = nurture("run-1")

    assert len(outside.taken) == 2
    assert result.status is JobStatus.COMPLETED
    assert "24-hour quota is used up" in (result.note or "")
    assert len(lead_queue.due(SHARD, Stage.NURTURE, clock.now())[0]) == len(ids) - 2
    used = tables.get(leads_table(), keys.campaign_sends(1, clock.now().date().isoformat())) or {}
    assert used["used"] == 2


def test_a_worker_without_time_to_wait_hands_back_and_its_next_one_goes_on(
    routed: Any, outside: Outside, grant: Grant
) -> None:
    grant(1)
    routed(3)
    state = pipeline.start(1, stages=["NURTURE"])
    event = {"campaign_id": 1, "run_id": state["run_id"], "shard": 0}
    # Half a second beyond what one more batch may take: perhaps one mail, never three.
    answer = handler(event, Context(milliseconds=30_500))  # type: ignore[arg-type]

    assert answer == {"more": True}
    assert len(outside.taken) <= 1
    assert handler(event, Context()) == {"more": False}  # type: ignore[arg-type]
    assert [send.status for send in sends()] == [SendStatus.SENT] * 3


def test_a_rate_that_cannot_be_booked_costs_neither_a_touch_nor_a_place(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed(2)

    def busy(*_: Any) -> bool:
        raise Throttled("busy")

    with monkeypatch.context() as crowded:
        crowded.setattr(Pace, "wait", busy)
        state = pipeline.start(1, stages=["NURTURE"])
        with pytest.raises(Throttled):
            pipeline.stage(Stage.NURTURE, state)

    used = tables.get(leads_table(), keys.campaign_sends(1, clock.now().date().isoformat())) or {}
    assert (sends(), used["used"]) == ([], 0)


def test_who_waits_long_for_the_rate_looks_again_whether_mail_may_leave(
    routed: Any, outside: Outside, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(0.1)
    routed(5)
    moment = [1_000_000.0]

    def wait(seconds: float) -> None:
        moment[0] += seconds
        if len(outside.taken) == 2:
            safety.stop("a doubt", None, clock.now())

    monkeypatch.setattr(transports, "pace", lambda name: Pace(name, ses.quota, lambda: moment[0], wait))

    result = nurture("run-1")

    assert len(outside.taken) == 2
    assert "DELETE /stop" in (result.note or "")


def test_a_mail_costs_at_most_three_calls_also_with_a_rate(
    routed: Any, outside: Outside, grant: Grant, operations: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(14)
    routed(20)
    # A clock that moves with the waits alone: how long moto takes says nothing.
    moment = [1_000_000.0]

    def wait(seconds: float) -> None:
        moment[0] += seconds

    monkeypatch.setattr(transports, "pace", lambda name: Pace(name, ses.quota, lambda: moment[0], wait))
    state = pipeline.start(1, stages=["NURTURE"])
    operations.clear()

    pipeline.stage(Stage.NURTURE, state)

    assert operations.total() <= 3 * len(outside.taken)


def test_a_quota_that_cannot_be_read_holds_nobody_up(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SESV2Response, "get_account", lambda _: (403, {}, '{"message": "no"}'))
    assert ses.quota() is None


def test_a_run_reads_those_who_are_due_and_at_most_a_page_more_in_each_shard(
    routed: Any, outside: Outside, operations: Any
) -> None:
    """However many wait for a later day."""
    ids = routed(20)
    later = keys.todo(Stage.NURTURE, clock.now() + timedelta(days=3), "")
    lead = tables.get(leads_table(), keys.lead(1, 0, ids[0])) or {}
    for number in range(2_000):
        name = f"later{number:05d}"
        place = keys.lead(1, 0, name)
        tables.write(tables.put(leads_table(), {**lead, **place, "id": name, "todo": f"{later}{name}", "person": None}))
    read: list[int] = []
    tables.client().meta.events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: read.append(parsed["ScannedCount"])
    )
    state = pipeline.start(1, stages=["NURTURE"])
    operations.clear()
    read.clear()

    pipeline.stage(Stage.NURTURE, state)

    assert len(outside.taken) == 20
    # Claims that a dead worker left, those who are due, and nobody else.
    assert sum(read) == 20
    assert operations["Query"] <= 3
