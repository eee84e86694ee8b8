"""What a reply quotes, and what stands below it, is not what somebody says, whichever program and company wrote it."""

from datetime import UTC, datetime

import pytest

from inbound import quoting
from inbound.replies import Kind, classify
from tests.unit.example_answers import mail
from tests.unit.example_quotations import CLOSINGS, UNMARKED

MONDAY = datetime(2026, 9, 14, 9, tzinfo=UTC)
REPLY = "Sounds good, call me on Tuesday.\n\nKim"
OURS = "Hi Kim,\n\nwould a call suit you? Please remove me from your list.\n\nSam\nTo unsubscribe, click https://a.example/u"
SENTENCES = [line for line in UNMARKED.values() if "\n" not in line]


@pytest.mark.parametrize("program", UNMARKED)
def test_a_quotation_is_cut_off(program: str) -> None:
    text = f"{REPLY}\n\n{UNMARKED[program]}\n\n{OURS}"

    assert quoting.without_quotes(text) == REPLY
    assert classify(mail(text), MONDAY).kind is Kind.HUMAN


@pytest.mark.parametrize("line", SENTENCES)
def test_what_stands_below_a_marked_quotation_is_said(line: str) -> None:
    text = f"{line}\n\n> Hi Kim\n> would a call suit you?\n\nNo. Please remove me from your list.\n"

    assert quoting.without_quotes(text) == "No. Please remove me from your list."


@pytest.mark.parametrize("line", SENTENCES)
def test_a_reply_right_above_a_quotation_is_kept(line: str) -> None:
    assert quoting.without_quotes(f"{REPLY}\n{line}\n> Hi Kim\n> Please remove me from your list") == REPLY


def test_answers_between_quoted_lines_are_said() -> None:
    text = "On 7 Sep 2026, at 09:00, Sam wrote:\n> Does it suit you?\n\nNo.\n\n> May I write again?\n\nNever."

    assert quoting.without_quotes(text).split() == ["No.", "Never."]


@pytest.mark.parametrize("closing", CLOSINGS.values(), ids=CLOSINGS)
def test_what_stands_below_a_reply_is_not_said(closing: str) -> None:
    found = classify(mail(f"{REPLY}\n\n{closing}"), MONDAY)

    assert (found.kind, found.certain) == (Kind.HUMAN, True)
    assert classify(mail(f"Please remove me from your list.\n\nKim\n\n{closing}"), MONDAY).kind is Kind.UNSUBSCRIBE


@pytest.mark.parametrize(
    "text",
    [
        "On the other hand, we wrote our own tool.",
        "From what I see, it may suit us.\nTo be sure, I ask Ann.",
        "Thanks,\nplease send the offer.",
        "We met on 7 September 2026 and you wrote a proposal.",
        "Best is Tuesday at 10.",
    ],
)
def test_what_only_looks_like_a_quotation_stays(text: str) -> None:
    assert quoting.without_quotes(text) == text


def test_a_postscript_is_said() -> None:
    assert "list" in quoting.without_quotes("No.\n\nBest regards,\nKim\n\nP.S. Please remove me from your list.")
