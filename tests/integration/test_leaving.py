"""Leads that a stage leaves in its queue: read past, counted once, told of, and there for the next run."""

from typing import Any

import pytest

from cam.leads import lead_queue, reading
from cam.leads.lead_queue import Decided, Left
from cam.model.models import Stage
from cam.platform import keys, tallies
from cam.runs.worker import work
from tests.conftest import Context
from tests.integration import pipeline

SHARD = keys.Shard(1, "run-1", 0)
EVENT = {"campaign_id": 1, "run_id": "run-1", "shard": 0}


def leave(*names: str, context: Any = pipeline.CONTEXT) -> bool:
    """Work through Score and leave the leads of these first and last names; whether there is more."""

    def decide(lead: Any, due: Any, now: Any) -> Decided | Left:
        if lead.name in names:
            return Left({"left": 1}, {"why": "Leads that wait: {left}."})
        return Decided(due, None, "scored", counts={"scored": 1})

    return work(Stage.SCORE, EVENT, lambda run, page: decide, context, leaves=lambda run: True)["more"]


def test_leads_that_stay_are_read_past_and_left_untouched(campaign, monkeypatch):
    monkeypatch.setattr(lead_queue, "PAGE", 2)
    campaign()
    state = pipeline.start(1)
    stay, *_ = pipeline.add_leads(SHARD, 5)
    before = reading.read(1, 1, stay)

    assert not leave("Ada Number0")

    _, results = pipeline.end(state)
    assert reading.read(1, 1, stay) == before
    assert results[Stage.SCORE].counts["scored"] == 4
    assert results[Stage.SCORE].leads_processed == 4
    assert results[Stage.SCORE].note == "Leads that wait: 1."


def test_a_worker_that_is_always_short_of_time_still_comes_to_an_end(campaign, monkeypatch):
    monkeypatch.setattr(lead_queue, "PAGE", 2)
    campaign()
    pipeline.start(1)
    pipeline.add_leads(SHARD, 6)
    late: Any = Context(milliseconds=1)

    calls = 1
    while leave(*(f"Ada Number{number}" for number in range(6)), context=late):
        calls += 1

    assert calls == 4
    assert pipeline.tally(1, "run-1", "score.left") == 6


def test_a_run_that_is_called_twice_counts_what_stays_once_and_the_next_run_anew(campaign):
    campaign()
    pipeline.start(1)
    pipeline.add_leads(SHARD, 3)

    for _ in range(2):
        leave("Ada Number0", "Ada Number1")

    assert pipeline.tally(1, "run-1", "score.left") == 2
    assert len(lead_queue.due(SHARD, Stage.SCORE, None)[0]) == 2


@pytest.mark.parametrize("seen", [None, "score#1"])
def test_of_two_workers_at_the_same_place_one_counts(aws, seen):
    if seen:
        tallies.passed(SHARD, Stage.SCORE, seen, None, {}, {})

    for _ in range(2):
        tallies.passed(SHARD, Stage.SCORE, "score#2", seen, {"left": 3}, {})

    assert pipeline.tally(1, "run-1", "score.left") == 3
    assert tallies.place(SHARD, Stage.SCORE) == "score#2"
