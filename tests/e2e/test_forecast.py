"""The forecast over HTTP, and what the runs of those days then do when nobody answers: equal, day by day."""

import itertools
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from zoneinfo import ZoneInfo

import pytest

from local.stack import Stack, verify
from tests.e2e.client import Api, Json
from tests.e2e.test_sixty_days import KINDS

BERLIN = ZoneInfo("Europe/Berlin")
# A Monday. Clocks change on the last Sunday of the month; Good Friday is April 19, Easter Monday the 22nd.
START, DAYS = date(2030, 3, 18), 38
EACH = 8
DAY = timedelta(days=1)


def at(day: date, hour: int, minute: int = 0) -> str:
    """A moment of a day in Berlin, in UTC."""
    return datetime.combine(day, clock(hour, minute), BERLIN).astimezone(UTC).isoformat()


def csv(mark: str) -> str:
    rows = [
        f"Ada Number{number},p{number}@c{number}.{mark}.example,c{number}.{mark}.example,{kind},opt_in,yes"
        for number, kind in enumerate(itertools.chain.from_iterable([kind] * EACH for kind in KINDS.values()))
    ]
    header = "name,email,company,role,company size,industry,location,lawful basis,is_decision_maker"
    return "\n".join([header, *rows]) + "\n"


@pytest.fixture(scope="module")
def campaign(api: Api, stack: Stack) -> int:
    """Leads of four sequences who wait for their first touch. Of the fleet's moments one a day lies in the window."""
    mark = f"fore{uuid.uuid4().hex[:8]}"
    sender = f"ada@{mark}.example"
    verify(stack.client("sesv2"), sender)
    sending = {
        "sender_email": sender, "sender_name": "Ada", "postal_address": "1 Example Street, Exampleton",
        "window": {"days": ["mon", "tue", "wed", "thu", "fri"], "start": "12:00", "end": "13:00"},
        "time_zone": "Europe/Berlin", "holidays": ["DE"], "daily_cap": 9, "warm_up": {"start": 3, "step": 1},
    }  # fmt: skip
    icp = {"company_size": "small", "industry": "Software", "location": "Berlin", "roles": ["CEO"]}
    made = api.campaign(settings={"icp": icp, "sending": sending})
    api.upload(made, csv(mark))
    run = api.run(made, stages=["HARVEST", "SCORE", "QUALIFY", "ROUTE"], as_of=at(START, 6))
    assert run["status"] == "COMPLETED", run
    return made


def test_what_is_foretold_is_what_then_leaves_day_by_day(api: Api, campaign: int) -> None:
    answer = api.post(f"/campaigns/{campaign}/forecast", json={"days": DAYS, "as_of": at(START, 7)})
    assert answer.status_code == 200, answer.text
    foretold: Json = answer.json()

    left: Counter[str] = Counter()
    steps: Counter[tuple[str, str, int]] = Counter()
    for number in range(DAYS):
        day = START + number * DAY
        # The fleet's next run puts off those who found no place. Its other runs of a day find nobody.
        for hour in (12, 13) if day.weekday() < 5 else ():
            run = api.run(campaign, stages=["NURTURE"], as_of=at(day, hour, 30))
            assert run["status"] == "COMPLETED", run
    for send in api.pages(f"/campaigns/{campaign}/sends", status="SENT"):
        day = datetime.fromisoformat(send["sent_at"]).astimezone(BERLIN).date()
        left[day.isoformat()] += 1
        steps[day.isoformat(), send["sequence"], send["step"]] += 1

    print("\nday          cap  foretold  left")
    for one in foretold["days"]:
        if one["touches"] or left[one["date"]]:
            print(f"{one['date']}  {one['cap']:>4}  {one['touches']:>8}  {left[one['date']]:>4}")
    assert {one["date"]: one["touches"] for one in foretold["days"] if one["touches"]} == dict(left)
    assert {
        (one["date"], sequence, int(step)): number
        for one in foretold["days"]
        for sequence, several in one["by_step"].items()
        for step, number in several.items()
        if number
    } == dict(steps)
    assert foretold["total"] == sum(left.values()) > 4 * EACH
    assert left[START.isoformat()] == 3
    assert max(left.values()) == 9
    assert not any(left[day] for day in ("2030-04-19", "2030-04-22"))
    # After the last of the days nothing is left that is not foretold for later.
    again = api.post(f"/campaigns/{campaign}/forecast", json={"days": 60, "as_of": at(START + DAYS * DAY, 7)}).json()
    assert again["total"] + foretold["total"] == EACH * (3 + 4 + 6 + 8)
