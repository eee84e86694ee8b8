"""Classifying emails in a child process: no email stops the parent, and none is blamed for what is not its fault."""

import os
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cam.model.errors import Throttled
from inbound import judging
from inbound.replies import Kind, classify
from tests.unit import example_answers as answers
from tests.unit.example_answers import mail

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
TAGGED = mail("Please remove me.")
# The real program, with a reader that a certain email is too much for.
PROGRAM = """
import os, time
from inbound import judge, replies
classify = replies.classify
def hurt(raw, received, *, sparingly=False):
    if b"4711" in raw and (not sparingly or b"always" in raw):
        {}
    return classify(raw, received, sparingly=sparingly)
replies.classify = hurt
judge._MOST_SECONDS = 0.2
judge.main()
"""
HARMS = {
    "while True: pass": "took too long",
    "raise ValueError": "ValueError",
    "raise RecursionError": "RecursionError",
    "bytearray(1 << 34)": "MemoryError",
    "os._exit(1)": "crashed",
    "os.kill(os.getpid(), 11)": "crashed",
    "time.sleep(60)": "took too long",
    "replies.re.match(r'(a|a)*b', 'a' * 60)": "took too long",
}


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """The child of these tests is nobody else's."""
    judging.end()
    yield
    judging.end()


def program(monkeypatch: pytest.MonkeyPatch, harm: str) -> None:
    monkeypatch.setattr(judging, "_COMMAND", (sys.executable, "-c", PROGRAM.format(harm)))


@pytest.mark.parametrize(
    "raw", [answers.GMAIL, answers.EXCHANGE_OOO, answers.POSTFIX, answers.FEEDBACK_REPORT, b"", b"\xff\x00" * 1000]
)
def test_the_child_says_what_classification_says(raw: bytes) -> None:
    assert judging.judge(raw, MONDAY) == judging.Judgement(classify(raw, MONDAY))
    assert judging.judge(raw, MONDAY, sparingly=True).reply == classify(raw, MONDAY, sparingly=True)


def test_a_large_email_passes_through_the_pipes() -> None:
    raw = mail("Yes.") + b"x" * 5_000_000
    assert judging.judge(raw, MONDAY).reply == classify(raw, MONDAY)


@pytest.mark.parametrize("harm", HARMS)
def test_an_email_that_is_too_much_for_its_reader_is_read_sparingly(monkeypatch: pytest.MonkeyPatch, harm: str) -> None:
    program(monkeypatch, harm)
    monkeypatch.setattr(judging, "_PATIENCE", 3.0)
    bomb = mail("Please remove me.", "4711")

    found = [judging.judge(raw, MONDAY) for raw in (TAGGED, bomb, TAGGED)]

    assert found[0] == found[2] == judging.Judgement(classify(TAGGED, MONDAY))
    assert found[1].reply == classify(bomb, MONDAY, sparingly=True)
    assert found[1].reply.kind is Kind.UNSUBSCRIBE
    assert HARMS[harm] in found[1].trouble


def test_an_email_that_cannot_even_be_read_sparingly_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    program(monkeypatch, "while True: pass")

    found = judging.judge(mail("always", "4711"), MONDAY)

    assert (found.reply, found.trouble) == (None, "it took too long")
    assert judging.judge(TAGGED, MONDAY).trouble == ""


def test_a_child_that_ended_meanwhile_is_no_email_s_fault() -> None:
    judging.judge(TAGGED, MONDAY)
    process = judging._child()._process
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    assert judging.judge(TAGGED, MONDAY).trouble == ""


@pytest.mark.parametrize("command", [("/no/such/program",), (sys.executable, "-c", "1 / 0")])
def test_without_a_child_no_email_is_judged(monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.setattr(judging, "_COMMAND", command)
    with pytest.raises(Throttled):
        judging.judge(TAGGED, MONDAY)


def test_a_parent_that_is_interrupted_gets_no_response_of_another_email(monkeypatch: pytest.MonkeyPatch) -> None:
    stock = judging._Child._wait

    def interrupted(self: judging._Child, pipe: int, *arguments: float) -> None:
        if pipe == self._out:
            raise KeyboardInterrupt
        stock(self, pipe, *arguments)  # type: ignore[arg-type]

    judging.judge(TAGGED, MONDAY)
    with monkeypatch.context() as once:
        once.setattr(judging._Child, "_wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            judging.judge(mail("Yes."), MONDAY)

    assert judging.judge(TAGGED, MONDAY).reply == classify(TAGGED, MONDAY)


def test_the_child_has_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert "AWS_SECRET_ACCESS_KEY" not in judging._environment()
