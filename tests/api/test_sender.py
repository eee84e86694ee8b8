"""The sender check over the API: what it shows, who may override it, and for which domain."""

from collections.abc import Iterator

import boto3
import pytest

from cam.mail import senders
from cam.model.settings.sending import Sending
from cam.model.transports import Transport
from cam.text import clock
from local.nameserver import Domain, NameServer
from tests.api.client import Client, assert_problem
from tests.senders import findings

SENDER = "/campaigns/1/sender"
OURS = {"domain": "agency.example", "by": "Ann", "reason": "our own receivers"}


@pytest.fixture
def names(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    with NameServer() as running:
        host, port = running.address
        monkeypatch.setenv("DNS_SERVERS", f"{host}:{port}")
        yield running


@pytest.fixture
def made(api: Client) -> Client:
    assert api.post("/campaigns", {"name": "One"}).status == 201
    return api


def test_a_sender_that_was_never_looked_at_may_not_send_yet(made: Client) -> None:
    found = made.get(SENDER).json()

    assert (found["domain"], found["checked_at"], found["may_send"]) == ("agency.example", None, False)


def test_a_check_shows_each_record_and_what_to_do(made: Client, names: NameServer) -> None:
    names.domains["agency.example"] = Domain.UNSIGNED

    found = made.post(f"{SENDER}/check").json()

    by_check = {one["check"]: one for one in found["findings"]}
    assert {name: one["status"] for name, one in by_check.items()} == {
        "spf": "warning",
        "dkim": "fail",
        "dmarc": "fail",
    }
    assert (
        by_check["dmarc"]["example"] == '_dmarc.agency.example TXT "v=DMARC1; p=none; rua=mailto:dmarc@agency.example"'
    )
    assert made.get(SENDER).json() == found


def test_a_check_asks_again_although_the_last_is_fresh(made: Client, names: NameServer) -> None:
    sending = Sending(sender_email="ada@agency.example")
    senders.keep(sending, findings("agency.example", Transport.SES, clock.now()), clock.now())
    assert made.get(SENDER).json()["may_send"]

    assert not made.post(f"{SENDER}/check").json()["may_send"]  # SES knows no such domain


def test_mended_records_pass(made: Client, names: NameServer) -> None:
    boto3.client("sesv2").create_email_identity(
        EmailIdentity="agency.example",
        DkimSigningAttributes={"DomainSigningSelector": "s", "DomainSigningPrivateKey": "key"},
    )

    found = made.post(f"{SENDER}/check").json()

    assert found["may_send"]
    assert {one["status"] for one in found["findings"]} == {"pass"}


def test_somebody_answers_for_the_domain_and_takes_it_back(made: Client) -> None:
    overridden = made.put(f"{SENDER}/override", OURS)
    assert overridden.status == 200
    assert overridden.json()["may_send"]
    assert overridden.json()["override"]["by"] == "Ann"

    for _ in range(2):
        assert made.request("DELETE", f"{SENDER}/override").status == 204
    assert not made.get(SENDER).json()["may_send"]


def test_an_override_names_the_senders_own_domain(made: Client) -> None:
    refused = made.put(f"{SENDER}/override", {**OURS, "domain": "other.example"})

    assert_problem(refused, 422, "domain", says="agency.example")


@pytest.mark.parametrize("field", ["domain", "by", "reason"])
def test_an_override_is_made_by_name_and_for_a_reason(made: Client, field: str) -> None:
    assert made.put(f"{SENDER}/override", {**OURS, field: " "}).status == 422


def test_a_campaign_without_a_sender_has_nothing_to_check(made: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDER_EMAIL", "")

    assert made.get(SENDER).json()["sender_email"] is None
    assert made.post(f"{SENDER}/check").status == 422
    assert made.put(f"{SENDER}/override", OURS).status == 422


def test_selectors_are_names_under_domainkey(made: Client) -> None:
    for wrong in ("mail._domainkey.agency.example", "a b", "-a", ""):
        answer = made.put("/campaigns/1", {"name": "One", "settings": {"sending": {"dkim_selectors": [wrong]}}})
        assert answer.status == 422, wrong
