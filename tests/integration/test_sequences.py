"""Sequences of one's own: who gets which, in which version, and what happens when one is gone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cam.campaigns.forecasts import Forecast
from cam.leads import reading
from cam.mail import sequences
from cam.mail.sequences import SequenceDraft
from cam.model.errors import Conflict, Invalid, NotFound
from cam.model.models import LeadStatus, Scope, Stage
from cam.platform import keys, tables, tallies
from cam.platform.environment import campaigns_table
from cam.text import clock
from functions.forecast.handler import reckon
from tests.integration import pipeline
from tests.integration.test_nurture import SHARD, Outside, nurture, outside, sends

__all__ = ["outside"]  # a fixture

NAME = "aggressive_close"


def draft(words: str, days: tuple[int, ...] = (0, 1), **first: Any) -> SequenceDraft:
    touches = [{"subject": f"{words} {step}", "text": f"{words}, touch {step}."} for step in range(len(days))]
    touches[0] |= first
    return SequenceDraft.model_validate({"days": days, "length_days": days[-1] + 2, "touches": touches})


@pytest.fixture
def routed(campaign: Any) -> Callable[..., list[str]]:
    """A campaign whose ladder has one rung, and leads that are routed by it."""

    def make(count: int, name: str = NAME) -> list[str]:
        sending = {"ignore_window": True, "warm_up": None, "daily_cap": 1000}
        routing = {"ladder": [{"sequence": name, "min_score": 0}]}
        campaign(settings={"sending": sending, "routing": routing})
        return route(count, "setup")

    return make


def route(count: int, run: str, first: int = 0) -> list[str]:
    people = [f"ada{number}@company{number}.example" for number in range(first, first + count)]
    ids = [pipeline.add_leads(SHARD, 1, email=email)[0] for email in people]
    pipeline.pipeline(1, run, stages=["SCORE", "QUALIFY", "ROUTE"])
    return ids


def routing(lead_id: str) -> tuple[str, Scope, int]:
    found = reading.read(1, 1, lead_id)[0].routing
    assert found
    return found.sequence, found.scope, found.version


def subjects(lead_id: str) -> list[str]:
    return [send.subject for send in sorted(sends(), key=lambda one: one.step) if send.lead_id == lead_id]


def test_the_campaigns_own_goes_before_the_accounts_and_that_before_the_built_in(routed: Any) -> None:
    (built_in,) = routed(1)
    now = clock.now()
    sequences.save(None, NAME, draft("ours"), now)
    (account,) = route(1, "run-2", 1)
    sequences.save(1, NAME, draft("mine"), now)
    sequences.save(2, NAME, draft("theirs"), now)
    (own,) = route(1, "run-3", 2)

    assert routing(built_in) == (NAME, Scope.BUILT_IN, 1)
    assert routing(account) == (NAME, Scope.LIBRARY, 1)
    assert routing(own) == (NAME, Scope.CAMPAIGN, 1)


def test_a_lead_keeps_its_version_with_its_texts_and_days_and_new_leads_get_the_newest(
    routed: Any, outside: Outside
) -> None:
    now = clock.now()
    sequences.save(1, NAME, draft("old", (0, 1, 2)), now)
    (early,) = routed(1)
    nurture("run-1")
    sequences.save(1, NAME, draft("new", (0, 2)), now)
    (late,) = route(1, "run-2", 1)
    # Taken when both are routed: on a slow machine the first moment lies seconds before that.
    start = clock.now()

    for day in range(5):
        nurture(f"day-{day}", start + timedelta(days=day))

    assert (routing(early), routing(late)) == ((NAME, Scope.CAMPAIGN, 1), (NAME, Scope.CAMPAIGN, 2))
    assert subjects(early) == ["old 0", "old 1", "old 2"]
    assert subjects(late) == ["new 0", "new 1"]
    assert {reading.read(1, 1, one)[0].status for one in (early, late)} == {LeadStatus.COMPLETED}
    assert set(tallies.of_sequence(1, 1, NAME)) == {
        *(("campaign.1", step, "a") for step in range(3)), *(("campaign.2", step, "a") for step in range(2))
    }  # fmt: skip


def test_a_lead_of_a_sequence_that_was_deleted_goes_on_and_the_name_means_what_it_meant(
    routed: Any, outside: Outside
) -> None:
    now = clock.now()
    sequences.save(1, NAME, draft("mine"), now)
    (early,) = routed(1)
    nurture("run-1")
    sequences.remove(1, NAME, now)
    (late,) = route(1, "run-2", 1)

    nurture("run-3", now + timedelta(days=1))

    assert subjects(early) == ["mine 0", "mine 1"]
    assert routing(late) == (NAME, Scope.BUILT_IN, 1)
    assert sequences.save(1, NAME, draft("mine again"), now).version == 2


def test_leads_whose_sequence_does_not_exist_wait_and_the_run_says_for_what(routed: Any) -> None:
    sequences.save(None, "hello", draft("hello"), clock.now())
    routed(0, "hello")
    sequences.remove(None, "hello", clock.now())

    pipeline.add_leads(SHARD, 2)
    _, results = pipeline.pipeline(1, "run-1", stages=["SCORE", "QUALIFY", "ROUTE"])
    sequences.save(1, "hello", draft("hello"), clock.now())
    _, later = pipeline.pipeline(1, "run-2", stages=["ROUTE"])

    assert "hello" in (results[Stage.ROUTE].note or "")
    assert results[Stage.ROUTE].counts.get("routed", 0) == 0
    assert later[Stage.ROUTE].counts["routed"] == 2


def test_a_version_that_cannot_be_read_fails_its_lead_and_not_its_shard(routed: Any, outside: Outside) -> None:
    sequences.save(1, NAME, draft("mine"), clock.now())
    (broken,) = routed(1)
    sequences.remove(1, NAME, clock.now())
    (whole,) = route(1, "run-2", 1)
    tables.write(tables.update(campaigns_table(), keys.sequence(1, NAME, 1), put={"sequence": "{}"}))
    sequences._stored.cache_clear()

    result = nurture("run-3")

    assert (result.counts["sent"], result.counts["failed"]) == (1, 1)
    assert [send.lead_id for send in sends()] == [whole]
    assert "cannot be read" in str(reading.read(1, 1, broken)[0].history)


def test_each_lead_gets_the_text_of_its_variant_and_the_ledger_says_which(routed: Any, outside: Outside) -> None:
    other = {"name": "b", "subject": "Other words", "text": "Quite other words."}
    sequences.save(1, NAME, draft("own words", variants=[other]), clock.now())
    ids = routed(16)

    nurture("run-1")

    sequence = sequences.version(1, NAME, Scope.CAMPAIGN, 1)
    wanted = {one: sequences.variant_of(1, sequence, 0, one) for one in ids}
    assert set(wanted.values()) == {"a", "b"}
    assert {one: subjects(one) for one in ids} == {
        one: ["Other words" if variant == "b" else "own words 0"] for one, variant in wanted.items()
    }
    counted = tallies.of_sequence(1, 1, NAME)
    assert {place[2]: found["sent"] for place, found in counted.items()} == {
        name: list(wanted.values()).count(name) for name in "ab"
    }


def test_a_version_is_read_once_by_a_worker_however_many_leads_have_it(
    routed: Any, outside: Outside, operations: Any
) -> None:
    sequences.save(1, NAME, draft("mine"), clock.now())
    routed(15)
    read: list[Any] = []
    tables.client().meta.events.register(
        "before-call.dynamodb.GetItem", lambda params, **_: read.append(params["body"])
    )

    nurture("run-1")

    assert sum(b"SEQUENCE#" in body for body in read) == 1


def test_saving_the_same_again_is_no_version(aws: None) -> None:
    first = sequences.save(1, NAME, draft("mine"), clock.now())
    assert sequences.save(1, NAME, draft("mine"), clock.now()) == first
    assert sequences.save(1, NAME, draft("other"), clock.now()).version == 2


def test_of_two_who_save_at_once_one_is_told(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sequences.save(1, NAME, draft("first"), clock.now())
    real, before = tables.get, [True]

    def then_another(*arguments: Any, **more: Any) -> Any:
        found = real(*arguments, **more)
        if before:
            before.clear()
            sequences.save(1, NAME, draft("the other"), clock.now())
        return found

    monkeypatch.setattr(tables, "get", then_another)

    with pytest.raises(Conflict):
        sequences.save(1, NAME, draft("mine"), clock.now())
    assert sequences.version(1, NAME, Scope.CAMPAIGN, 2).touches[0].subject == "the other 0"


def test_a_sequence_that_no_item_can_hold_is_refused(aws: None) -> None:
    long = SequenceDraft.model_validate(
        {"days": range(20), "length_days": 20, "touches": [{"subject": "A", "text": "ä" * 20_000}] * 20}
    )
    with pytest.raises(Invalid, match="the limit is 300,000"):
        sequences.save(1, NAME, long, clock.now())


def test_a_version_that_there_is_not_is_not_found(aws: None) -> None:
    with pytest.raises(NotFound):
        sequences.version(1, NAME, Scope.CAMPAIGN, 3)
    with pytest.raises(NotFound):
        sequences.remove(1, NAME, clock.now())


def foretold() -> int:
    now = clock.now()
    return sum(day.touches for day in reckon(Forecast("f", 1, now, 10, tuple(range(0, 1440, 60)), now)).days)


@pytest.mark.parametrize("owner", [1, None])
@pytest.mark.parametrize("name", [NAME, "mine"])
def test_a_forecast_knows_whose_sequence_a_lead_has(routed: Any, owner: int | None, name: str) -> None:
    sequences.save(owner, name, draft("mine", (0, 1, 2, 3)), clock.now())
    routed(1, name)

    assert foretold() == 4


def test_a_forecast_tells_sequences_of_one_name_apart(routed: Any) -> None:
    routed(1)
    sequences.save(None, NAME, draft("ours", (0, 1, 2, 3)), clock.now())
    route(1, "run-2", 1)

    assert foretold() == 3 + 4
