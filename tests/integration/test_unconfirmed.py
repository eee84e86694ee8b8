"""Calls of which nobody knows what came: left alone until a person decides, and what the next harvest does then."""

from collections.abc import Iterator
from typing import Any

import pytest
import stamina

from cam.leads import lead_queue
from cam.model.models import JobStatus
from cam.providers import credits
from cam.providers.credits import Call, CallState
from tests.api.client import Client
from tests.fakes.apollo import Apollo
from tests.fakes.dropcontact import Dropcontact
from tests.fakes.people import population
from tests.integration import pipeline
from tests.integration.providers import Time, asked, harvest, settings

# Three people whom a lack of an address keeps from Score.
NAMELESS = "name,company,company domain,role\n" + "".join(
    f"{name},Acme {name[:3]},{name[:3].lower()}.example,CEO\n" for name in ("Ada Lovelace", "Bob Byrne", "Eve Essex")
)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Time]:
    """A clock that jumps over waits; retries do not pause."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield Time(monkeypatch)


@pytest.fixture
def apollo(aws: None, time: Time, monkeypatch: pytest.MonkeyPatch) -> Iterator[Apollo]:
    """Apollo with its key stored; what it answers to the first match is lost on the way."""
    with Apollo() as running, asked(time, monkeypatch, "apollo", running, "fake-apollo-key"):
        running.fault("bulk_match", "reset_after")
        yield running


@pytest.fixture
def dropcontact(aws: None, time: Time, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dropcontact]:
    """Dropcontact with its key stored; its receipt for the first batch is lost on the way."""
    with Dropcontact() as running, asked(time, monkeypatch, "dropcontact", running, "fake-dropcontact-key"):
        running.fault("POST /v1/enrich", "reset_after")
        yield running


def unsure() -> Call:
    (call,) = [one for one in credits.open_calls(1) if one.state is CallState.UNSURE]
    return call


def settle(outcome: str) -> None:
    path = f"/campaigns/1/calls/{unsure().call_id}/settle"
    assert Client().post(path, {"outcome": outcome}).status == 200


def test_a_search_that_begins_anew_does_not_pay_again_for_whom_nobody_knows(
    campaign: Any, aws: None, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign(settings=settings(icp={"location": "United States"}))
    fit = [one for one in population(200) if one.organization.country == "United States"]
    crowd = [one for one in fit if one.email_status == "verified"][:20]
    with Apollo(crowd) as apollo, asked(time, monkeypatch, "apollo", apollo, "fake-apollo-key"):
        apollo.fault("bulk_match", "reset_after")
        for name in ("run-1", "run-2"):
            harvest(time, 1, name)
        time.wait(8 * 86_400)

        harvest(time, 1, "run-3")

        assert apollo.meter.count("api_search") == 2
        assert len(unsure().what) == 10
        assert max(apollo.meter.paid.values()) == 1


def test_people_who_are_asked_for_again_come_with_the_next_harvest(campaign: Any, apollo: Apollo, time: Time) -> None:
    campaign(settings=settings())
    harvest(time, 1, "run-1", 10)
    lost = {str(one) for one in unsure().what}
    settle("ask_again")

    _, result = harvest(time, 1, "run-2", 10)

    assert result.counts["inserted"] == len({one for one in lost if apollo.meter.paid[one] == 2}) > 0


def test_people_who_are_dropped_never_come(campaign: Any, apollo: Apollo, time: Time) -> None:
    campaign(settings=settings())
    harvest(time, 1, "run-1", 10)
    settle("drop")

    _, result = harvest(time, 1, "run-2", 10)

    assert result.counts["inserted"] == 10
    assert max(apollo.meter.paid.values()) == 1


@pytest.mark.parametrize(("outcome", "batches"), [("ask_again", 2), ("drop", 1)])
def test_leads_of_a_lost_batch_wait_until_somebody_decides_and_then_go_on(
    campaign: Any, dropcontact: Dropcontact, time: Time, outcome: str, batches: int
) -> None:
    campaign(settings=settings(sources=["csv"], icp={}))
    pipeline.upload(1, NAMELESS)
    _, first = harvest(time, 1, "run-1")
    harvest(time, 1, "run-2")
    assert first.status is JobStatus.PARTIAL
    assert lead_queue.queued(1, 1, "enrich") == 3
    assert dropcontact.meter.count("POST /v1/enrich") == 1
    settle(outcome)

    harvest(time, 1, "run-3")

    assert dropcontact.meter.count("POST /v1/enrich") == batches
    assert (lead_queue.queued(1, 1, "enrich"), lead_queue.queued(1, 1, "score")) == (0, 3)
