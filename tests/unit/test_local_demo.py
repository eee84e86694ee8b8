"""`make run` says that leads went through only when they did."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import demo
from local.processes import Failed

DASHBOARD = {
    "total_leads_harvested": 2,
    "total_leads_qualified": 1,
    "leads_routed_to_sequence": 1,
    "emails_sent": 1,
}
LEADS: list[demo.Json] = [
    {"status": "CONTACTED", "tier": "HOT", "sequence": "aggressive_close"},
    {"status": "REJECTED", "tier": "COLD", "sequence": None, "qualification": {"reasons": ["low_score", "free_email"]}},
]
SENT = [{"message_id": "abc"}]
MAILS = {"abc": EmailMessage()}


def api(answer: Any) -> demo.Api:
    made = demo.Api.__new__(demo.Api)
    made.http = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://api.example")
    return made


def test_a_run_whose_counts_agree_is_right() -> None:
    assert demo.verdict(DASHBOARD, LEADS, SENT, MAILS) == []


@pytest.mark.parametrize("field", list(DASHBOARD))
def test_a_dashboard_that_differs_from_the_leads_is_not_right(field: str) -> None:
    assert len(demo.verdict(DASHBOARD | {field: 7}, LEADS, SENT, MAILS)) == 1


def test_a_mail_that_is_not_in_the_outbox_is_not_right() -> None:
    assert "no mail was delivered" in demo.verdict(DASHBOARD, LEADS, SENT, {})


def test_nothing_at_all_is_not_right() -> None:
    assert len(demo.verdict(dict.fromkeys(DASHBOARD, 0), [], [], {})) == 4


def test_the_funnel_counts_each_reason_of_a_rejected_lead() -> None:
    rows = dict(demo.funnel(LEADS, 1))

    assert rows["harvested"] == 2
    assert rows["    low_score"] == rows["    free_email"] == 1
    assert rows["  aggressive_close"] == 1


def test_a_campaign_is_found_by_its_name_before_one_is_made() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.method == "GET"
        return httpx.Response(200, json=[{"id": 7, "name": "EXAMPLE"}] if request.url.params["skip"] == "0" else [])

    assert demo.find_or_create(api(answer), {"name": "Example"})["id"] == 7


def test_every_page_of_a_list_is_read() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        last = request.url.params.get("cursor") == "next"
        return httpx.Response(200, json={"items": [{"n": int(last)}], "next_cursor": None if last else "next"})

    assert [item["n"] for item in api(answer).pages("/leads")] == [0, 1]


def test_a_refusal_is_shown_with_the_words_of_the_server() -> None:
    with pytest.raises(Failed, match=r"422.*no such niche"):
        api(lambda _: httpx.Response(422, text="no such niche")).call("POST", "/campaigns", json={})


def test_a_file_is_uploaded_once(tmp_path: Path) -> None:
    uploads: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        uploads.append(request.content)
        return httpx.Response(201, json={})

    leads, imported = tmp_path / "leads.csv", tmp_path / "imported"
    leads.write_bytes(b"name\nJos\xe9\n")
    campaign = {"id": 1, "created_at": "2026-01-01T00:00:00Z"}

    assert demo.upload(api(answer), campaign, leads, imported)
    assert not demo.upload(api(answer), campaign, leads, imported)
    assert demo.upload(api(answer), campaign | {"created_at": "2026-01-02T00:00:00Z"}, leads, imported)
    assert uploads == [b"name\nJos\xe9\n"] * 2


@pytest.mark.parametrize("text", ["<abc@email.amazonses.com>", "abc", " <abc> "])
def test_ses_ids_and_message_ids_are_compared_alike(text: str) -> None:
    assert demo.message_id(text) == "abc"
