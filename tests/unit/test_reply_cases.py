"""Replies as people and programs write them, in `tests/cases/inbound/`: each is read as its label says.

A name begins with the letter of its kind: `a` replies in the words of an opt-out, `e` automatic replies, `f` days of
return, `g` opt-outs, `p` people's mails that look like programs', `q` quotations of our own text.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbound.replies import Kind, Reply, classify

CASES = Path(__file__).parents[1] / "cases" / "inbound"
KINDS = ("a", "e", "f", "g", "p", "q")
RECEIVED = datetime(2026, 9, 14, 9, tzinfo=UTC)
EXPECTED = {
    one["file"]: one["expected"]
    for one in json.loads((CASES / "cases.json").read_text(encoding="utf-8"))
    if one["file"].startswith(KINDS)
}


def said(reply: Reply) -> str:
    """What a reply is, as the labels say it."""
    return f"{reply.kind} until {reply.until}" if reply.kind is Kind.OUT_OF_OFFICE else reply.kind.value


@pytest.mark.parametrize(("file", "expected"), EXPECTED.items())
def test_a_reply_is_what_its_label_says(file: str, expected: str) -> None:
    assert said(classify((CASES / file).read_bytes(), RECEIVED)) == expected
