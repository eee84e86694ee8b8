"""Suppression lists on the deployed stack: taken in behind the API, and nobody of them is written to."""

import time
from email.utils import parseaddr
from typing import Any

import httpx

from local.stack import Stack
from tests.e2e.client import OPEN, Api, Json, csv, mails

PATH = "/suppressions/imports"


def ended(api: Api, import_id: str, limit: float = 300) -> Json:
    """The import, once it is over."""
    began = time.monotonic()
    while time.monotonic() - began < limit:
        found: Json = api.ask("GET", f"{PATH}/{import_id}")
        if found["status"] not in ("PENDING", "RUNNING"):
            return found
        time.sleep(0.3)
    raise AssertionError(f"import {import_id} does not end: {found}")


def upload(api: Api, text: str, **query: Any) -> Json:
    headers = {"content-type": "text/csv"}
    found: Json = api.ask("POST", PATH, 201, content=text.encode(), headers=headers, params=query)
    return found


def test_of_10_000_people_in_a_list_one_who_is_harvested_in_another_spelling_is_not_mailed(
    api: Api, stack: Stack
) -> None:
    routing = {"ladder": [{"sequence": "aggressive_close", "min_score": 0}]}
    campaign = api.campaign(settings={"sending": {**OPEN, "transport": "smtp"}, "routing": routing})
    mark = f"list{time.time_ns()}"
    people = "".join(f"ada{number}@company{number}.{mark}.example,unsubscribed\n" for number in range(10_000))
    used = stack.fault("SuppressionsFunction", "TransactWriteItems", "after", 20)

    one = ended(api, upload(api, f"Email,Reason\n{people}", filename="old tool.csv")["import_id"])
    again = ended(api, upload(api, f"Email,Reason\n{people}")["import_id"])
    api.upload(campaign, csv(2, mark).replace("ada1@", "ADA1+Newsletter@"))
    api.upload(campaign, csv(1, mark, first=20_000))
    run = api.run(campaign)

    assert used.exists()
    assert run["status"] == "COMPLETED", str(run)
    assert (one["status"], one["added"], one["already_suppressed"], one["refused"]) == ("COMPLETED", 10_000, 0, 0)
    assert (again["status"], again["added"], again["already_suppressed"]) == ("COMPLETED", 0, 10_000)
    verdicts = [lead["qualification"]["reasons"] for lead in api.pages(f"/campaigns/{campaign}/leads")]
    assert sorted(verdicts) == [[], ["suppressed"], ["suppressed"]]
    assert [parseaddr(str(mail["To"]))[1] for mail in mails(stack.outbox, mark)] == [
        f"ada20000@company20000.{mark}.example"
    ]


def test_a_list_that_the_client_uploads_is_taken_in_by_itself_and_exported(api: Api) -> None:
    mark = f"own{time.time_ns()}"
    data = f"ann@{mark}.example\n*@rival.{mark}.example\ngmail.com\n".encode()
    announced = api.ask("POST", PATH, 201, json={"filename": "plain.csv", "size": len(data)})
    sent = httpx.put(
        announced["upload_url"], content=data, headers=announced["upload_headers"], timeout=60, trust_env=False
    )

    one = ended(api, announced["import_id"])
    back = {"by": "Ann Smith", "reason": "asked to come back"}
    lifted = api.ask("POST", f"/suppressions/ann@{mark}.example/resubscribe", json=back)
    exported = api.get("/suppressions/export.csv")
    errors = api.get(f"{PATH}/{announced['import_id']}/errors.csv")

    assert sent.status_code == 200
    assert (one["status"], one["addresses"], one["domains"], one["refused"]) == ("COMPLETED", 1, 1, 1)
    assert lifted["by"] == "Ann Smith"
    assert f",rival.{mark}.example,," in exported.text
    assert f"ann@{mark}.example" not in exported.text
    assert errors.text.splitlines()[1].startswith('3,address,"gmail.com is the mail provider')
