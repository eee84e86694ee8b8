"""What tests of the providers share: their keys in SSM, the fakes' addresses, a clock that jumps over waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import boto3
import pytest

from cam.model.models import JobResult, Run, Stage
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.text import clock
from functions.harvest.handler import handler
from tests.fakes.server import Fake
from tests.integration import pipeline

# A campaign whose ideal customer is that of the fakes' people, and which asks nobody but Apollo.
ICP = {
    "company_size": "small",
    "industry": "Marketing & Advertising",
    "revenue_min": 1_000_000,
    "revenue_max": 20_000_000,
    "location": "United States",
    "roles": ["Founder", "CEO", "Managing Director", "Head of Growth", "VP Marketing"],
}


def settings(**more: Any) -> dict[str, Any]:
    """Settings of a campaign for Apollo's people."""
    return {"icp": ICP, "sources": ["apollo"], "harvest": {"job_postings": False}, **more}


def store_key(name: str, value: str) -> None:
    """Put a provider's key where the stack looks for it."""
    boto3.client("ssm").put_parameter(Name=f"/cam/keys/{name}", Value=value, Type="SecureString", Overwrite=True)


def monthly(campaign_id: int = 1) -> list[tables.Item]:
    """The counters of credits of every month that a campaign had calls in."""
    any_month = keys.month_credits(campaign_id, "2")  # of this millennium: the counters of runs have no year
    return list(tables.query_all(leads_table(), any_month["pk"], begins=any_month["sk"]))


def spent(campaign_id: int = 1) -> int:
    """The credits that a campaign's calls have taken, in whichever month: tests jump over the ends of months."""
    return sum(int(counter["used"]) for counter in monthly(campaign_id))


class Time:
    """The present moment, which tests move."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        self.waits: list[int] = []
        self.fakes: list[Fake[Any]] = []
        stock = clock.now
        monkeypatch.setattr(clock, "now", lambda: stock() + self.ahead)

    def wait(self, seconds: float) -> None:
        """Jump, CAM and the providers alike."""
        self.ahead += timedelta(seconds=seconds)
        for fake in self.fakes:
            fake.set(clock_offset=self.ahead.total_seconds())


def harvest(
    time: Time, campaign_id: int, name: str, max_leads: int | None = None, context: Any = None
) -> tuple[Run, JobResult]:
    """One run of HARVEST, as the state machine does it: called again while there is more, waits jumped over."""
    state = pipeline.start(campaign_id, name, stages=["HARVEST"], max_leads=max_leads)
    for _ in range(500):
        if not state["work"]["harvest"]:
            break
        answer = handler({"campaign_id": campaign_id, "run_id": name, "shard": 0}, context or pipeline.CONTEXT)
        if answer["wait"]:
            time.waits.append(int(answer["wait"]))
            time.wait(answer["wait"])
        elif not answer["more"]:
            break
    run, results = pipeline.end(state)
    return run, results[Stage.HARVEST]


@contextmanager
def asked(time: Time, monkeypatch: pytest.MonkeyPatch, name: str, fake: Fake[Any], key: str) -> Iterator[Fake[Any]]:
    """A fake that the functions ask, with its key stored."""
    base = getattr(fake, "base_url", fake.url)
    monkeypatch.setenv(f"{name.upper()}_URL", base)
    store_key(name, key)
    time.fakes.append(fake)
    yield fake
