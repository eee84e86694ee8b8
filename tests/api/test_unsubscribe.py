"""The unsubscribe link."""

from collections.abc import Callable
from typing import Any

import pytest

from cam.leads import reading
from cam.mail.suppression import suppressed
from cam.model.models import Campaign, LeadStatus
from cam.platform import tokens
from tests.api.client import Client
from tests.api.test_leads import insert


@pytest.fixture
def link(api: Client, campaign: Callable[..., Campaign]) -> str:
    """The link in the first mail to Ann."""
    lead = insert(campaign(settings={"sending": {"sender_name": "Ada & Co"}}), email="ann@acme.example")
    return "/u/" + tokens.lead_reference(1, 0, lead, 0)


def status() -> LeadStatus:
    found, _ = reading.page(1, 1, {}, 1)
    return found[0].status


def test_opening_the_link_asks_and_changes_nothing(api: Client, link: str) -> None:
    for _ in range(3):
        answer = api.get(link)
        assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert b"Ada &amp; Co" in answer.body
    assert b'method="post"' in answer.body
    assert status() is LeadStatus.NEW
    assert not suppressed(["ann@acme.example"])


@pytest.mark.parametrize(
    "body", [b"List-Unsubscribe=One-Click", b"", b"anything", b"\xff"], ids=["one-click", "none", "other", "bytes"]
)
def test_posting_unsubscribes_whatever_the_body(api: Client, link: str, body: bytes) -> None:
    answer = api.post(link, body=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 200
    assert status() is LeadStatus.UNSUBSCRIBED
    assert suppressed(["Ann@acme.example"])


def test_unsubscribing_again_is_as_once(api: Client, link: str) -> None:
    first, second = api.post(link), api.post(link, headers={"Idempotency-Key": "k"})
    assert (first.status, first.body) == (second.status, second.body)
    found, _ = reading.page(1, 1, {}, 1)
    assert [change.event for change in found[0].history].count("unsubscribed") == 1
    assert "idempotent-replayed" not in api.post(link, headers={"Idempotency-Key": "k"}).headers


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_not_ours_is_a_page_with_404(api: Client, link: str, method: str) -> None:
    stranger = "/u/" + tokens.lead_reference(1, 0, "nobody", 0)
    no_campaign = "/u/" + tokens.lead_reference(9, 0, "nobody", 0)
    for path in ("/u/x", link[:-1], no_campaign, *([stranger] if method == "POST" else [])):
        answer = api.request(method, path)
        assert answer.status == 404
        assert answer.headers["content-type"].startswith("text/html")
    assert status() is LeadStatus.NEW


def test_the_page_is_kept_nowhere_and_leaks_to_nobody(api: Client, link: str) -> None:
    headers = api.get(link).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_the_log_does_not_name_the_link(api: Client, link: str, caplog: pytest.LogCaptureFixture) -> None:
    for behind in ("", "/", "/x/", "."):
        api.get(link + behind)
        fields: dict[str, Any] = caplog.records[-1].__dict__
        assert fields["route"] == "/u/{token}"
        assert link.removeprefix("/u/") not in str(fields)


@pytest.mark.parametrize("behind", [".", ">", "/", ")", ">.", ",", '"', "/ ", "!", "\0", "\ufffd"])
def test_what_stands_behind_a_link_does_not_belong_to_it(api: Client, link: str, behind: str) -> None:
    assert api.get(link + behind).status == 200
    assert api.post(link + behind).status == 200
    assert status() is LeadStatus.UNSUBSCRIBED


@pytest.mark.parametrize("behind", ["/x", "x", "./x"])
def test_another_link_is_none_of_ours(api: Client, link: str, behind: str) -> None:
    assert (api.get(link + behind).status, api.post(link + behind).status) == (404, 404)
    assert status() is LeadStatus.NEW


def test_looking_whether_the_link_leads_somewhere_changes_nothing(api: Client, link: str) -> None:
    found, lost = api.request("HEAD", link), api.request("HEAD", "/u/x")

    assert (found.status, lost.status, found.body, lost.body) == (200, 404, b"", b"")
    assert found.headers["cache-control"] == "no-store"
    assert status() is LeadStatus.NEW
