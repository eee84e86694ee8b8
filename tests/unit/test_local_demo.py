"""`make run` says that leads went through only when they did."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import demo, verify
from local.processes import Failed

DASHBOARD = {
    "total_leads_harvested": 2,
    "total_leads_qualified": 1,
    "leads_routed_to_sequence": 1,
    "emails_sent": 1,
}
LEADS: list[demo.Json] = [
    {"id": "a", "status": "CONTACTED", "tier": "HOT", "sequence": "aggressive_close", "lawful_basis": "opt_in"},
    {
        "id": "b",
        "status": "REJECTED",
        "tier": "COLD",
        "sequence": None,
        "lawful_basis": "opt_in",
        "qualification": {"reasons": ["low_score", "free_email"]},
    },
]
SENT = [{"lead_id": "a", "status": "SENT", "message_id": "abc", "reason": None}]
MAILS = {"abc": EmailMessage()}


def api(answer: Any) -> demo.Api:
    made = demo.Api.__new__(demo.Api)
    made.http = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://api.example")
    return made


def verdict(
    dashboard: demo.Json, leads: list[demo.Json], sends: list[demo.Json], mails: dict[str, EmailMessage]
) -> list[str]:
    return demo.verdict(demo.figures(dashboard, leads, sends, mails))


def test_a_run_whose_counts_agree_is_right_and_says_which_do() -> None:
    counted = demo.figures(DASHBOARD, LEADS, SENT, MAILS)

    assert demo.verdict(counted) == []
    assert demo.agreement(counted) == (
        "  dashboard = leads recounted: 2 harvested, 1 qualified, 1 routed\n"
        "  dashboard = sends listed = emails in the outbox: 1 emailed"
    )


@pytest.mark.parametrize("field", list(DASHBOARD))
def test_a_dashboard_that_differs_from_the_leads_is_not_right(field: str) -> None:
    assert len(verdict(DASHBOARD | {field: 7}, LEADS, SENT, MAILS)) == 1


def test_a_mail_that_is_not_in_the_outbox_is_not_right() -> None:
    assert verdict(DASHBOARD, LEADS, SENT, {}) == [
        "emailed: none",
        "emailed: dashboard 1, sends listed 1, emails in the outbox 0",
    ]


def test_nothing_at_all_is_not_right() -> None:
    assert len(verdict(dict.fromkeys(DASHBOARD, 0), [], [], {})) == 4


def test_the_funnel_counts_each_reason_of_a_rejected_lead() -> None:
    rows = dict(demo.funnel(LEADS, SENT))

    assert rows["harvested"] == 2
    assert rows["emails sent"] == 1
    assert rows["    low_score"] == rows["    free_email"] == 1
    assert rows["  aggressive_close"] == 1


def test_the_funnel_says_why_a_routed_lead_has_had_no_mail() -> None:
    def lead(which: str, held: str | None = None, status: str = "ROUTED") -> demo.Json:
        return {"id": which, "status": status, "tier": "HOT", "sequence": "cold_outreach", "held": held}

    leads = [*LEADS, lead("c", "opt_in_required"), lead("d"), lead("e"), lead("f", status="UNSUBSCRIBED")]
    skipped = {"lead_id": "d", "status": "SKIPPED", "message_id": None, "reason": "needs_smtputf8"}

    found = demo.unmailed(leads, [*SENT, skipped])

    assert found == {
        "held: opt_in_required": 1,
        "skipped: needs_smtputf8": 1,
        "waiting: not due, or over a cap": 1,
        "unsubscribed": 1,
    }
    rows = dict(demo.funnel(leads, [*SENT, skipped]))
    assert rows["routed"] == rows["routed, no email yet"] + rows["emails sent"] == 5


def test_a_mail_is_shown_to_its_last_line() -> None:
    mail = EmailMessage()
    mail["Subject"] = "S"
    mail.set_content("\n".join(f"line {number}" for number in range(40)) + "\n-- \nUnsubscribe: here\n")

    assert demo.show_mail(mail).endswith("  line 39\n  --\n  Unsubscribe: here")


def test_the_reasons_of_a_lead_add_up_before_the_eye() -> None:
    parts = [{"contribution": 0.25, "sentence": "It fits."}, {"contribution": 0.5, "sentence": "It is near."}]
    lead = {
        "id": "l1", "name": "Ada", "sequence": "regular_nurture", "score": 0.75, "tier": "WARM", "explanation": parts,
        "qualification": {"status": "QUALIFIED"}, "routing": {"sentence": "It reaches regular_nurture."},
    }  # fmt: skip

    assert demo.show_reasons(lead).splitlines()[1:] == [
        "  0.2500  It fits.",
        "  0.5000  It is near.",
        "  0.7500  WARM, qualified",
        "          It reaches regular_nurture.",
    ]


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


@pytest.mark.parametrize("text", ["ada@Acme.example", "Ada <ada@acme.example>", " ada@acme.example "])
def test_the_sender_to_verify_may_be_written_as_in_a_mail(text: str) -> None:
    assert verify.address(text) == "ada@acme.example"


@pytest.mark.parametrize("text", ["", "acme.example", "ada@", "ada@localhost"])
def test_a_sender_that_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Failed, match=r"SENDER=you@your\.example"):
        verify.address(text)


def test_without_a_running_stack_nobody_is_verified(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="make run"):
        verify.running(tmp_path / "stack.json")
