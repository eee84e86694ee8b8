"""Two campaigns, one person, over HTTP: the second email waits for the gap, and the forecast knew the day."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from local.stack import Stack
from tests.e2e.client import OPEN, Api, csv, mails

DECIDE = ["HARVEST", "SCORE", "QUALIFY", "ROUTE"]
# A Tuesday.
START = datetime(2031, 1, 7, 10, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def gap(api: Api) -> Iterator[None]:
    """The account's gap as it is by default."""
    api.ask("PUT", "/settings", json={"contact_gap_days": 3})
    yield
    api.ask("PUT", "/settings", json={"contact_gap_days": 0})


def campaigns(api: Api, mark: str, count: int) -> list[int]:
    """Two campaigns with the same people, who wait for their first touch."""
    routing = {"ladder": [{"sequence": "aggressive_close", "min_score": 0}]}
    made = [api.campaign(settings={"sending": OPEN, "routing": routing}) for _ in range(2)]
    for one in made:
        api.upload(one, csv(count, mark))
        run = api.run(one, stages=DECIDE, as_of=START.isoformat())
        assert run["status"] == "COMPLETED", run
    return made


def nurture(api: Api, campaign: int, at: datetime) -> int:
    run = api.run(campaign, stages=["NURTURE"], as_of=at.isoformat())
    assert run["status"] == "COMPLETED", run
    return int(run["stages"][-1]["counts"].get("sent", 0))


def foretold(api: Api, campaign: int, at: datetime) -> dict[str, int]:
    told = api.ask("POST", f"/campaigns/{campaign}/forecast", json={"days": 12, "as_of": at.isoformat()})
    return {day["date"]: day["touches"] for day in told["days"] if day["touches"]}


@pytest.mark.usefixtures("gap")
def test_the_second_email_waits_and_the_forecast_knew_the_day(api: Api, stack: Stack) -> None:
    mark = f"gap{uuid.uuid4().hex[:8]}"
    first, second = campaigns(api, mark, 1)
    assert nurture(api, first, START) == 1

    days = foretold(api, second, START + timedelta(minutes=1))
    left = {}
    for number in range(10):
        at = START + number * DAY
        left[at.date().isoformat()] = nurture(api, second, at)
        if not number:
            (lead,) = api.pages(f"/campaigns/{second}/leads")
            print(f"\n{lead['held']}: {lead['held_note']}")
            assert (lead["held"], lead["due_at"][:10]) == ("contacted_recently", "2031-01-10")
            assert f"Another campaign, {first}, wrote to this address on 2031-01-07" in lead["held_note"]

    print(f"foretold {days}")
    assert {day: number for day, number in left.items() if number} == days
    assert min(days) == "2031-01-10"
    assert len(mails(stack.outbox, mark)) == 1 + sum(days.values())


@pytest.mark.usefixtures("gap")
def test_both_campaigns_at_once_send_each_person_one_email(api: Api, stack: Stack) -> None:
    mark = f"gap{uuid.uuid4().hex[:8]}"
    both = campaigns(api, mark, 30)

    with ThreadPoolExecutor(2) as threads:
        sent = list(threads.map(partial(nurture, api, at=START), both))

    assert sum(sent) == 30
    assert len({mail["To"] for mail in mails(stack.outbox, mark)}) == len(mails(stack.outbox, mark)) == 30
    held = [lead for one in both for lead in api.pages(f"/campaigns/{one}/leads") if lead["held"]]
    assert [lead["held"] for lead in held] == ["contacted_recently"] * 30
