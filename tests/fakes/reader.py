"""The program that reads emails, for which certain words are too much: what a bomb would do that nobody knows yet."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from inbound import judging

# 4711 raises, 4712 ends the process, 4713 goes on for ever; the first two only where the email is read in full.
_PROGRAM = """
import os
from inbound import judge, replies
classify = replies.classify
def hurt(raw, received, *, sparingly=False):
    if b"4711" in raw and not sparingly:
        raise ValueError("4711")
    if b"4712" in raw and not sparingly:
        os._exit(1)
    while b"4713" in raw:
        pass
    return classify(raw, received, sparingly=sparingly)
replies.classify = hurt
judge._MOST_SECONDS = 0.2
judge.main()
"""


@contextmanager
def hurt(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Emails are read by this program, until the block ends."""
    judging.end()
    with monkeypatch.context() as patched:
        patched.setattr(judging, "_COMMAND", (sys.executable, "-c", _PROGRAM))
        yield
        judging.end()
