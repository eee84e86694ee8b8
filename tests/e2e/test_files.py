"""Files of any size, on the deployed stack: uploaded to S3 by the client, read from where the last run stopped."""

import threading
import time
from typing import Any

import httpx

from local.stack import Stack
from tests.e2e.client import Api, Json, csv


def put(announced: Json, data: bytes) -> httpx.Response:
    """Upload a file as a client does: no key, only the address."""
    return httpx.put(
        announced["upload_url"], content=data, headers=announced["upload_headers"], timeout=60, trust_env=False
    )


def announce(api: Api, campaign: int, data: bytes, **more: Any) -> Json:
    body = {"filename": "big.csv", "size": len(data), **more}
    answer: Json = api.ask("POST", f"/campaigns/{campaign}/imports", 201, json=body)
    return answer


def test_an_uploaded_file_is_read_over_three_harvests(api: Api, stack: Stack) -> None:
    campaign, mark = api.campaign(), f"file{time.time_ns()}"
    data = csv(250, mark).encode()
    announced = announce(api, campaign, data)
    path = f"/campaigns/{campaign}"
    early = api.post(f"{path}/execute/harvest")
    assert put(announced, data).status_code == 200

    results = [
        api.ask("POST", f"{path}/execute/harvest", params={"max_leads": 100})["leads_qualified"] for _ in range(3)
    ]

    assert early.status_code == 422
    assert results == [100, 100, 50]
    one = api.ask("GET", f"{path}/imports/{announced['import_id']}")
    assert (one["status"], one["rows"], one["inserted"], one["percent"]) == ("COMPLETED", 250, 250, 100)
    assert api.funnel(campaign)["total_leads_harvested"] == api.recount(campaign)["total_leads_harvested"] == 250


def test_two_harvests_at_once_with_different_caps_take_every_person_once(api: Api, stack: Stack) -> None:
    campaign, mark = api.campaign(), f"race{time.time_ns()}"
    api.upload(campaign, csv(250, mark))
    answers: list[httpx.Response] = []

    def start(cap: int) -> None:
        body = {"stages": ["HARVEST"], "max_leads": cap}
        answers.append(api.post(f"/campaigns/{campaign}/runs", json=body))

    threads = [threading.Thread(target=start, args=(cap,)) for cap in (120, 170)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # The second is refused while the first runs; when that was quick, it comes after it.
    assert {answer.status_code for answer in answers} <= {202, 409}
    begun = [answer.json() for answer in answers if answer.status_code == 202]
    taken = [api.ended(campaign, run["run_id"])["stages"][0]["leads_qualified"] for run in begun]
    assert all(number <= run["max_leads"] for number, run in zip(taken, begun, strict=True))
    rest = api.run(campaign, stages=["HARVEST"])["stages"][0]["leads_qualified"]
    assert sum(taken) + rest == 250
    emails = [lead["email"] for lead in api.pages(f"/campaigns/{campaign}/leads")]
    assert len(emails) == len(set(emails)) == 250


def test_a_reader_that_dies_between_batches_loses_no_row(api: Api, stack: Stack) -> None:
    campaign, mark = api.campaign(), f"die{time.time_ns()}"
    data = csv(400, mark).encode()
    assert put(announce(api, campaign, data), data).status_code == 200
    used = stack.fault("HarvestFunction", "TransactWriteItems", "after", 2)

    run = api.run(campaign, stages=["HARVEST"])

    assert used.exists()
    assert (run["status"], run["stages"][0]["counts"]["inserted"]) == ("COMPLETED", 400)
    assert api.recount(campaign)["total_leads_harvested"] == 400


def test_bad_rows_are_downloaded_and_a_preview_stores_nothing(api: Api) -> None:
    campaign, mark = api.campaign(), f"bad{time.time_ns()}"
    data = (csv(3, mark) + "Nobody,,,,,\n" * 3).encode()
    path = f"/campaigns/{campaign}/imports"
    shown = api.ask("POST", f"{path}/preview", content=data, headers={"content-type": "text/csv"})
    assert [lead["line"] for lead in shown["leads"]] == [2, 3, 4, 5, 6, 7]
    assert api.ask("GET", path)["items"] == []
    api.upload(campaign, data)
    api.run(campaign, stages=["HARVEST"])

    (one,) = api.ask("GET", path)["items"]
    errors = api.get(f"{path}/{one['import_id']}/errors.csv")

    assert errors.headers["content-type"].startswith("text/csv")
    assert [line.split(",")[:2] for line in errors.text.splitlines()] == [
        ["line", "field"], ["5", "email"], ["6", "email"], ["7", "email"],
    ]  # fmt: skip


def test_another_number_of_bytes_than_announced_is_refused(api: Api) -> None:
    campaign = api.campaign()
    data = csv(3, "size").encode()

    announced = announce(api, campaign, data)
    # httpx writes the length of what it sends.
    kept = {name: value for name, value in announced["upload_headers"].items() if name.lower() != "content-length"}

    assert put({**announced, "upload_headers": kept}, data + b"more").status_code == 403
