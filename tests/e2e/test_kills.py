"""A Lambda dies in the middle of its work, on the deployed stack: the run still ends right, nobody is mailed twice."""

import json
import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from local.stack import Stack
from tests.e2e.client import Api, Json, begun, csv, mails

LEADS = 30
# Where a Lambda dies: (function, AWS call, before or after it, which of them, how many touches are unsure then).
POINTS = [
    ("Begin", "GetItem", "after", 1, 0),
    ("Harvest", "TransactWriteItems", "before", 1, 0),
    ("Harvest", "TransactWriteItems", "after", 1, 0),
    ("Score", "Query", "after", 1, 0),
    ("Score", "TransactWriteItems", "before", 1, 0),
    ("Score", "TransactWriteItems", "after", 1, 0),
    ("Qualify", "BatchGetItem", "after", 1, 0),
    ("Qualify", "TransactWriteItems", "after", 1, 0),
    ("Route", "TransactWriteItems", "before", 1, 0),
    ("Route", "TransactWriteItems", "after", 1, 0),
    # The first day of a sender and the rate of SES.
    ("Nurture", "UpdateItem", "before", 1, 0),
    ("Nurture", "UpdateItem", "after", 1, 0),
    ("Nurture", "PutItem", "before", 1, 0),
    ("Nurture", "PutItem", "after", 1, 0),
    # Nurture writes places under the caps (1), claim and outcome of each of ten mails (2 and 3, 4 and 5, …), then their
    # leads (22).
    ("Nurture", "TransactWriteItems", "after", 1, 0),
    ("Nurture", "TransactWriteItems", "before", 4, 0),
    ("Nurture", "TransactWriteItems", "after", 4, 1),
    ("Nurture", "SendEmail", "before", 2, 1),
    ("Nurture", "SendEmail", "after", 2, 1),
    ("Nurture", "TransactWriteItems", "before", 5, 1),
    ("Nurture", "TransactWriteItems", "after", 5, 0),
    ("Nurture", "TransactWriteItems", "before", 22, 0),
    ("Nurture", "TransactWriteItems", "after", 22, 0),
    ("Finish", "TransactWriteItems", "before", 1, 0),
    ("Finish", "TransactWriteItems", "after", 1, 0),
]


def prepared(api: Api) -> tuple[int, str]:
    mark = f"kill{time.time_ns()}"
    campaign = api.campaign()
    api.upload(campaign, csv(LEADS, mark))
    return campaign, mark


def checked(api: Api, stack: Stack, campaign: int, mark: str, run: Json) -> int:
    """The invariants of every kill; how many touches are unsure."""
    taken = Counter(str(mail["To"]) for mail in mails(stack.outbox, mark))
    unsure = list(api.pages(f"/campaigns/{campaign}/sends", status="UNCONFIRMED"))
    sent = list(api.pages(f"/campaigns/{campaign}/sends", status="SENT"))
    assert run["status"] == "COMPLETED", run
    assert api.funnel(campaign) == api.recount(campaign)
    assert api.funnel(campaign)["total_leads_harvested"] == LEADS
    assert max(taken.values()) == 1, "somebody was mailed twice"
    assert len(sent) + len(unsure) == LEADS
    assert {send["to"] for send in sent} <= {to.rpartition("<")[2].strip(">") for to in taken}
    assert len(unsure) <= 1
    return len(unsure)


def happened(used: Path) -> None:
    assert used.exists(), "the fault never struck"


@pytest.mark.parametrize(("function", "operation", "when", "nth", "unsure"), POINTS)
def test_a_lambda_that_exits_loses_nothing(
    api: Api, stack: Stack, function: str, operation: str, when: str, nth: int, unsure: int
) -> None:
    campaign, mark = prepared(api)
    used = stack.fault(f"{function}Function", operation, when, nth)

    run = api.run(campaign)

    happened(used)
    assert checked(api, stack, campaign, mark, run) == unsure


@pytest.mark.parametrize("when", ["before", "after"])
def test_begin_that_exits_around_opening_the_run_opens_one(api: Api, stack: Stack, pipeline: Any, when: str) -> None:
    campaign, mark = prepared(api)
    used = stack.fault("BeginFunction", "TransactWriteItems", when)

    pipeline.start_execution(
        stateMachineArn=stack.outputs["PipelineArn"], name=mark, input=json.dumps({"campaign_id": campaign})
    )

    run = api.ended(campaign, begun(api, campaign, mark))
    happened(used)
    assert checked(api, stack, campaign, mark, run) == 0
    assert len(api.ask("GET", f"/campaigns/{campaign}/runs")["items"]) == 1


@pytest.mark.parametrize(
    ("function", "operation"),
    [("Harvest", "TransactWriteItems"), ("Score", "TransactWriteItems"), ("Qualify", "TransactWriteItems"),
     ("Route", "TransactWriteItems"), ("Nurture", "SendEmail")],
)  # fmt: skip
def test_a_lambda_that_is_killed_from_outside_loses_nothing(
    api: Api, stack: Stack, function: str, operation: str
) -> None:
    campaign, mark = prepared(api)
    used = stack.fault(f"{function}Function", operation, "before", 1, "hang")
    started = api.ask("POST", f"/campaigns/{campaign}/runs", 202, json={"max_leads": None})
    deadline = time.monotonic() + 60
    while not used.exists():
        assert time.monotonic() < deadline, "the fault never struck"
        time.sleep(0.1)

    for pid in stack.workers(f"{function}Function"):
        os.kill(pid, signal.SIGKILL)

    run = api.ended(campaign, started["run_id"])
    assert checked(api, stack, campaign, mark, run) == int(function == "Nurture")
