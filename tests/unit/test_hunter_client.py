"""Hunter's client, the part without a network: what a verdict says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.harvest.clients import hunter
from tests.fakes.hunter import STATUSES
from tests.unit.garbage import anything, shaped


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("valid", "verified"),
        ("accept_all", "catch_all"),
        ("invalid", "invalid"),
        ("webmail", "webmail"),
        ("disposable", "disposable"),
        ("unknown", "unknown"),
        ("a new word", "unknown"),
        ("x" * 5000, "unknown"),
        (None, "unknown"),
        (5, "unknown"),
    ],
)
def test_hunters_words_become_ours(said: Any, status: str) -> None:
    assert hunter.verdict({"data": {"status": said}}) == hunter.Verdict(status)


def test_every_status_of_hunter_has_a_word() -> None:
    assert {hunter.verdict({"data": {"status": one}}).pending for one in STATUSES} == {False}


def test_a_202_that_was_kept_is_still_pending() -> None:
    assert hunter.verdict({"data": None, "meta": {}}).pending


def test_an_objection_that_was_kept_still_forbids() -> None:
    found = hunter.verdict({"errors": [{"id": "claimed_email", "code": 451}]})

    assert found.forbids
    assert not found.pending


@given(anything | shaped({"data": shaped({"status": None}), "errors": st.lists(anything | shaped({"code": None}))}))
def test_whatever_hunter_says_is_a_verdict(body: Any) -> None:
    found = hunter.verdict(body)

    assert found.status is None or len(found.status) < 20
