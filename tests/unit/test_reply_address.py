"""Reply addresses that name a touch: signed, short enough, and only where the answers come to CAM."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.errors import NotFound
from cam.platform import tokens
from functions.nurture.addressing import reply_address

LEAD = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_secret", lambda: "a secret for tests")


@pytest.mark.parametrize(
    ("address", "domain", "expected"),
    [
        ("replies@in.example", "in.example", "replies+tag@in.example"),
        ("Sam@IN.example", "in.example", "Sam+tag@IN.example"),
        ("sam+sales@in.example", "in.example", "sam+tag@in.example"),
        ("sam@other.example", "in.example", None),
        ("sam@in.example", "", None),
        ("", "in.example", None),
        ("x" * 61 + "@in.example", "in.example", None),
    ],
)
def test_only_addresses_whose_mail_comes_here_are_tagged(address: str, domain: str, expected: str | None) -> None:
    assert reply_address(address, domain, "tag") == expected


def test_the_tag_of_the_longest_campaign_leaves_room_for_a_name() -> None:
    assert reply_address("replies@in.example", "in.example", tokens.reply_tag(9999, 31, LEAD, 7))


@given(st.integers(1, 10**9 - 1), st.integers(0, 255), st.integers(0, 999))
def test_a_tag_names_its_touch_in_whatever_case(campaign: int, shard: int, step: int) -> None:
    tokens_of = tokens.reply_tag
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "_secret", lambda: "a secret for tests")
        assert tokens.read_reply_tag(tokens_of(campaign, shard, LEAD, step).upper()) == (campaign, shard, LEAD, step)


@pytest.mark.parametrize("forged", ["", "1.0.a.0", "1.0.a.0.", "1.0.a.0.aaaaaaaaaaaa", "x.0.a.0.aaaaaaaaaaaa", "ä.é"])
def test_what_we_did_not_sign_is_refused(forged: str) -> None:
    with pytest.raises(NotFound):
        tokens.read_reply_tag(forged)


def test_a_tag_of_another_touch_is_refused() -> None:
    tag = tokens.reply_tag(1, 0, LEAD, 0)
    with pytest.raises(NotFound):
        tokens.read_reply_tag(tag.replace("1.0.", "2.0.", 1))
