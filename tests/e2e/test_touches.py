"""Touches on the deployed stack: caps that workers share, lost answers, Lambdas that die at what comes back."""

import json
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from local.stack import NAME, Stack, verify
from tests.e2e.client import OPEN, Api, Json, csv, mails

DECIDE = ["HARVEST", "SCORE", "QUALIFY", "ROUTE"]
ONE_DAY = timedelta(days=1)


def noon() -> datetime:
    """Noon (UTC) of tomorrow: a run that takes minutes stays within its day."""
    return (datetime.now(UTC) + ONE_DAY).replace(hour=12, minute=0, second=0, microsecond=0)


def arn(stack: Stack, function: str) -> str:
    found = stack.client("cloudformation").describe_stack_resource(StackName=NAME, LogicalResourceId=function)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


@pytest.fixture(scope="module")
def warming_up(api: Api, stack: Stack) -> list[Counter[int]]:
    """What left on the first days: two campaigns of one new sender, eight shards each, both at once."""
    mark = uuid.uuid4().hex[:8]
    sender = f"ada@{mark}.example"
    verify(stack.client("sesv2"), sender)
    identity = {"sender_email": sender, "sender_name": "Ada", "postal_address": "1 Example Street"}
    sending = {**OPEN, **identity, "warm_up": {"start": 10, "step": 5}, "daily_cap": 22}
    campaigns = [api.campaign(settings={"sending": sending, "expected_leads": 32_000}) for _ in range(2)]
    for number, campaign in enumerate(campaigns):
        api.upload(campaign, csv(60, f"{number}.{mark}"))
        api.run(campaign, stages=DECIDE)
    first, days = noon(), []
    for day in range(4):
        moment = (first + day * ONE_DAY).isoformat()
        with ThreadPoolExecutor(2) as threads:
            for _ in range(2 if day < 2 else 1):  # the second time nothing is left of the day's cap
                list(threads.map(partial(api.run, stages=["NURTURE"], as_of=moment), campaigns))
        sends = [send for one in campaigns for send in api.pages(f"/campaigns/{one}/sends", status="SENT")]
        today = [send for send in sends if send["sent_at"][:10] == moment[:10]]
        days.append(Counter(int(send["send_id"].partition("-")[0]) for send in today))
    assert len(mails(stack.outbox, mark)) == sum(day.total() for day in days)
    print("\n".join(f"day {day}: {counts.total()} mails from {len(counts)} shards" for day, counts in enumerate(days)))
    return days


def test_a_sender_that_warms_up_is_never_over_and_not_under_its_cap_whoever_sends(
    warming_up: list[Counter[int]],
) -> None:
    assert [day.total() for day in warming_up] == [10, 15, 20, 22]


def test_several_workers_had_a_part_in_it(warming_up: list[Counter[int]]) -> None:
    assert len(sum(warming_up, Counter())) > 1


@pytest.fixture
def lost(api: Api, stack: Stack) -> tuple[int, str, Json]:
    """A campaign of six, its mark, and the touch that SES took without an answer that arrived."""
    mark = f"lost{time.time_ns()}"
    campaign = api.campaign()
    api.upload(campaign, csv(6, mark))
    used = stack.fault("NurtureFunction", "SendEmail", "after", 3, "lose")
    run = api.run(campaign)
    assert used.exists(), "the fault never struck"
    assert run["status"] == "COMPLETED"
    (unsure,) = api.pages(f"/campaigns/{campaign}/sends", status="UNCONFIRMED")
    return campaign, mark, unsure


def delivery(stack: Stack, unsure: Json) -> Json:
    """What SES tells of that mail, by the header that it carries."""
    (mail,) = mails(stack.outbox, unsure["to"])
    at = unsure["claimed_at"]
    about = {
        "messageId": "0100-e2e", "timestamp": at, "destination": [unsure["to"]],
        "headers": [{"name": "X-CAM-Ref", "value": str(mail["X-CAM-Ref"])}],
    }  # fmt: skip
    detail = {"eventType": "Delivery", "mail": about, "delivery": {"timestamp": at, "recipients": [unsure["to"]]}}
    return {"source": "aws.ses", "detail-type": "Email Delivered", "detail": detail}


def invoke(stack: Stack, event: Json) -> Any:
    """The function that SES's events come to; None when it has died."""
    answer = stack.client("lambda").invoke(FunctionName=arn(stack, "EventsFunction"), Payload=json.dumps(event))
    return None if "FunctionError" in answer else json.loads(answer["Payload"].read())


def test_an_answer_that_is_lost_leaves_its_touch_unsure_and_it_is_never_sent_again(
    api: Api, stack: Stack, lost: tuple[int, str, Json]
) -> None:
    campaign, _, unsure = lost

    for day in (0, 1, 2):
        api.run(campaign, stages=["NURTURE"], as_of=(datetime.now(UTC) + day * ONE_DAY).isoformat())

    assert len(mails(stack.outbox, unsure["to"])) == 1
    assert api.funnel(campaign) == api.recount(campaign)
    assert len(list(api.pages(f"/campaigns/{campaign}/sends", status="UNCONFIRMED"))) == 1


@pytest.mark.parametrize(
    ("operation", "when", "nth"),
    [("TransactWriteItems", "before", 1), ("TransactWriteItems", "after", 1), ("UpdateItem", "before", 1),
     ("UpdateItem", "after", 1), ("TransactWriteItems", "before", 2), ("TransactWriteItems", "after", 2)],
)  # fmt: skip
def test_the_delivery_settles_it_once_though_its_lambda_dies(
    api: Api, stack: Stack, lost: tuple[int, str, Json], operation: str, when: str, nth: int
) -> None:
    campaign, _, unsure = lost
    event = delivery(stack, unsure)
    used = stack.fault("EventsFunction", operation, when, nth)

    died, *others = [invoke(stack, event) for _ in range(3)]

    assert used.exists()
    assert died is None
    assert all(others)
    assert list(api.pages(f"/campaigns/{campaign}/sends", status="UNCONFIRMED")) == []
    assert api.funnel(campaign) == api.recount(campaign)
    assert api.funnel(campaign)["emails_sent"] == 6
    lead = api.ask("GET", f"/campaigns/{campaign}/leads/{unsure['lead_id']}")
    assert lead["status"] == "CONTACTED"
    assert [entry["event"] for entry in lead["timeline"]].count("delivered") == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_event_is_recorded_once_though_the_api_dies(api: Api, stack: Stack, when: str) -> None:
    mark = f"dies{time.time_ns()}"
    campaign = api.campaign()
    api.upload(campaign, csv(2, mark))
    api.run(campaign)
    lead = next(api.pages(f"/campaigns/{campaign}/leads"))
    path = f"/campaigns/{campaign}/leads/{lead['id']}/events"
    body = {"event_id": "r", "type": "replied", "occurred_at": datetime.now(UTC).isoformat(), "step": 0}
    used = stack.fault("ApiFunction", "TransactWriteItems", when)

    died = api.post(path, json=body)
    again = [api.ask("POST", path, json=body)["recorded"] for _ in range(2)]

    assert used.exists()
    assert died.status_code >= 500
    assert again == [when == "before", False]
    assert api.ask("GET", f"/campaigns/{campaign}/leads/{lead['id']}")["status"] == "REPLIED"
