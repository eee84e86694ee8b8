"""Two workers on one shard, a clock that goes back, data that wants to be headers: on the wire and in the ledger."""

import email
import email.policy
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email.utils import getaddresses
from typing import Any

import pytest

from cam.mail import ledger
from cam.model.models import Enrichment, SendStatus, Stage
from cam.platform import tallies
from cam.text import clock
from functions.nurture.handler import handler
from tests.fakes.mailserver import MailServer
from tests.integration import pipeline
from tests.integration.test_mails import over_smtp, server
from tests.integration.test_nurture import Outside, nurture, outside, routed, sends
from tests.unit.test_message import HEADERS, INJECTIONS

__all__ = ["outside", "over_smtp", "routed", "server"]  # fixtures


def meanwhile(state: dict[str, Any], act: Callable[..., Any], when: str, nth: int) -> Callable[..., Any]:
    """`act`, around whose call of that number another worker does the whole shard."""
    calls = Counter[str]()

    def both(*arguments: Any, **named: Any) -> Any:
        calls["made"] += 1
        ours = calls["made"] == nth
        other = {"campaign_id": 1, "run_id": state["run_id"], "shard": 0}
        if ours and when == "before":
            handler(other, pipeline.CONTEXT)
        answer = act(*arguments, **named)
        if ours and when == "after":
            handler(other, pipeline.CONTEXT)
        return answer

    return both


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("place", ["claim", "send", "record"])
def test_of_two_workers_on_a_shard_one_mails_each_lead(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch, place: str, when: str, nth: int
) -> None:
    routed(4)
    state = pipeline.start(1, stages=["NURTURE"])
    target: Any = {"claim": ledger, "send": outside, "record": ledger}[place]
    name = {"claim": "claim", "send": "send", "record": "mark_sent"}[place]
    monkeypatch.setattr(target, name, meanwhile(state, getattr(target, name), when, nth))

    pipeline.stage(Stage.NURTURE, state)
    pipeline.end(state)

    assert sorted(Counter(outside.taken).values()) == [1, 1, 1, 1]
    assert {send.status for send in sends()} == {SendStatus.SENT}
    funnel = tallies.of_campaign(1, 1)
    assert (funnel["sent"], funnel["unconfirmed"]) == (4, 0)
    assert nurture("run-2", clock.now() + timedelta(days=2)).counts["sent"] == 4


def test_a_clock_that_goes_back_sends_nothing_twice(routed: Any, outside: Outside) -> None:
    routed(3)
    start = clock.now() + timedelta(days=1)

    sent = [
        nurture(f"run-{n}", start + timedelta(days=day)).counts.get("sent", 0) for n, day in enumerate((0, 2, 1, 0, -1))
    ]
    later = [
        nurture(f"then-{n}", start + timedelta(days=day)).counts.get("sent", 0) for n, day in enumerate((2, 4, 5, 5))
    ]

    assert (sent, later) == ([3, 3, 0, 0, 0], [0, 0, 3, 0])
    assert set(Counter(outside.taken).values()) == {1}


def test_a_day_that_comes_again_has_the_cap_that_is_left_of_it(routed: Any, outside: Outside) -> None:
    routed(9, {"daily_cap": 4})
    noon = (clock.now() + timedelta(days=2)).replace(hour=12)

    sent = [nurture(f"run-{n}", noon + timedelta(days=day)).counts.get("sent", 0) for n, day in enumerate((0, 1, 0, 1))]

    assert sent == [4, 4, 0, 0]


def test_a_sender_does_not_warm_up_by_a_clock_that_goes_back(routed: Any, outside: Outside) -> None:
    routed(12, {"warm_up": {"start": 2, "step": 3}})
    noon = (clock.now() + timedelta(days=3)).replace(hour=12)

    sent = [
        nurture(f"run-{n}", noon + timedelta(days=day)).counts.get("sent", 0) for n, day in enumerate((0, -1, 0, 1))
    ]

    # Days before its first one are as the first.
    assert sent == [2, 2, 0, 5]


@pytest.mark.parametrize("evil", [*INJECTIONS, "M" * 10_000, "名" * 10_000])
def test_what_arrives_has_our_headers_and_one_recipient_whatever_a_lead_holds(
    over_smtp: Any, server: MailServer, evil: str
) -> None:
    text = evil.encode("utf-8", "replace").decode()  # a lone surrogate comes over no wire
    held = Enrichment(is_decision_maker=True, industry=text[:200], company_location=text[:200], country=text[:200])
    names = dict.fromkeys(("name", "first_name", "last_name", "company", "role"), text[:500])  # longer ones are refused
    over_smtp(1, enrichment=held, **names)

    nurture("run-1")

    (taken,) = server.taken
    message: Any = email.message_from_bytes(taken.raw, policy=email.policy.default)
    old = email.message_from_bytes(taken.raw)
    assert taken.recipients == ["ada0@company0.example"]
    assert set(message.keys()) <= set(HEADERS)
    assert len(message.keys()) == len(set(message.keys()))
    assert [one for _, one in getaddresses(old.get_all("To", []))] == taken.recipients
    assert taken.raw.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(map(len, taken.raw.split(b"\r\n"))) <= 998
    assert not message.defects
