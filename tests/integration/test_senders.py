"""The sender check: a domain that fails sends nothing, an outage of DNS neither approves nor forbids anybody."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from cam.campaigns.campaigns import read as campaign_of
from cam.mail import sender_lookups, senders
from cam.model.models import Stage
from cam.model.settings.sending import Sending
from cam.model.transports import Transport
from cam.rules.sender_check import Check, Status
from cam.runs import preconditions
from cam.text import clock
from local.nameserver import Domain, NameServer
from tests.integration import pipeline
from tests.integration.test_nurture import Outside, nurture, outside, routed

__all__ = ["outside", "routed"]  # fixtures

DOMAIN = "new.example"
SENDER = {"sender_email": f"ada@{DOMAIN}", "sender_name": "Ada"}
OF = Sending(sender_email=f"ada@{DOMAIN}")


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    """A name server with all that a sender needs; SES signs for the domain."""
    # As long as a slow machine needs for an answer.
    monkeypatch.setattr(sender_lookups, "_LONGEST", 60.0)
    monkeypatch.setattr(sender_lookups, "_TRY", 20.0)
    boto3.client("sesv2").create_email_identity(
        EmailIdentity=DOMAIN, DkimSigningAttributes={"DomainSigningSelector": "s", "DomainSigningPrivateKey": "key"}
    )
    with NameServer() as running:
        host, port = running.address
        monkeypatch.setenv("DNS_SERVERS", f"{host}:{port}")
        yield running


@pytest.fixture
def impatient(names: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """For answers that never come."""
    monkeypatch.setattr(sender_lookups, "_LONGEST", 0.4)
    monkeypatch.setattr(sender_lookups, "_TRY", 0.1)


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moment = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_domain_with_all_records_sends_and_is_asked_once(routed: Any, outside: Outside, names: NameServer) -> None:
    routed(3, SENDER)

    first = nurture("run-1")
    asked = names.queries.total()
    second = nurture("run-2", clock.now() + timedelta(days=2))

    assert (first.counts["sent"], second.counts["sent"]) == (3, 3)
    assert names.queries.total() == asked > 0


def test_a_failing_domain_sends_nothing_and_the_job_says_which_record(
    routed: Any, outside: Outside, names: NameServer
) -> None:
    names.domains[DOMAIN] = Domain.UNSIGNED
    routed(3, SENDER)

    result = nurture("run-1")

    assert outside.taken == []
    assert "DMARC: there is no record at _dmarc.new.example" in (result.note or "")
    assert "POST …/sender/check" in (result.note or "")


def test_runs_after_a_failure_say_so_without_asking_until_an_hour_has_passed(
    routed: Any, outside: Outside, names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names.domains[DOMAIN] = Domain.UNSIGNED
    routed(2, SENDER)
    nurture("run-1")
    asked = names.queries.total()

    blocked = pipeline.start(1, "run-2", stages=["NURTURE"])
    pipeline.end(blocked)
    assert blocked["work"]["nurture"] == []
    assert names.queries.total() == asked

    del names.domains[DOMAIN]
    later(monkeypatch, timedelta(hours=1))
    assert nurture("run-3").counts["sent"] == 2


def test_touches_that_waited_leave_after_an_override_and_wait_again_without(
    routed: Any, outside: Outside, names: NameServer
) -> None:
    names.domains[DOMAIN] = Domain.UNSIGNED
    routed(2, SENDER)
    nurture("run-1")

    for _ in range(2):
        senders.override(OF, "Ann", "the receiver is ours", clock.now())
    overridden = nurture("run-2")
    for _ in range(2):
        senders.withdraw(OF)
    after = nurture("run-3", clock.now() + timedelta(days=2))

    assert overridden.counts["sent"] == 2
    assert after.counts.get("sent", 0) == 0


@pytest.mark.parametrize("trouble", [Domain.SILENCE, Domain.SERVFAIL])
def test_an_outage_before_the_first_check_lets_touches_wait_for_the_next_run(
    routed: Any, outside: Outside, names: NameServer, request: pytest.FixtureRequest, trouble: Domain
) -> None:
    if trouble is Domain.SILENCE:
        request.getfixturevalue("impatient")
    names.domains[DOMAIN] = trouble
    routed(2, SENDER)

    dark = nurture("run-1")
    del names.domains[DOMAIN]
    light = nurture("run-2")

    assert dark.counts.get("sent", 0) == 0
    assert "could not be checked" in (dark.note or "")
    assert light.counts["sent"] == 2


@pytest.mark.parametrize(("days", "sent"), [(6, 2), (8, 0)])
def test_in_an_outage_the_last_pass_counts_for_a_week(
    routed: Any, outside: Outside, names: NameServer, monkeypatch: pytest.MonkeyPatch, days: int, sent: int
) -> None:
    routed(2, SENDER)
    senders.check(OF, clock.now())
    names.domains[DOMAIN] = Domain.SERVFAIL
    later(monkeypatch, timedelta(days=days))

    result = nurture("run-1")

    assert result.counts.get("sent", 0) == sent


def test_the_smtp_transport_looks_for_the_selectors_that_are_named(names: NameServer) -> None:
    names.otherwise = Domain.UNSIGNED
    names.texts = {
        DOMAIN: ["v=spf1 a -all"],
        f"_dmarc.{DOMAIN}": ["v=DMARC1; p=none"],
        f"ours._domainkey.{DOMAIN}": ["v=DKIM1; p=MIGf"],
    }
    of = Sending(sender_email=f"ada@{DOMAIN}", transport=Transport.SMTP)

    usual = senders.check(of, clock.now())
    named = senders.check(of.model_copy(update={"dkim_selectors": ("ours",)}), clock.now())

    assert [one.check for one in usual.findings if not one.holds] == [Check.DKIM]
    assert named.may_send


def test_a_name_server_that_drops_everything_is_given_up(names: NameServer, impatient: None) -> None:
    names.otherwise = Domain.SILENCE

    standing = senders.check(OF, clock.now())

    assert {one.status for one in standing.findings} == {Status.UNKNOWN, Status.WARNING, Status.PASS}


def test_a_check_that_is_fresh_costs_one_read(names: NameServer, operations: Any) -> None:
    senders.check(OF, clock.now())
    operations.clear()

    senders.check(OF, clock.now())

    assert dict(operations) == {"BatchGetItem": 1}


def test_a_stored_failure_blocks_the_start_and_with_it_the_forecast(campaign: Any, names: NameServer) -> None:
    names.domains[DOMAIN] = Domain.UNSIGNED
    campaign(settings={"sending": SENDER})
    found = campaign_of(1)
    assert preconditions.blocked(found, preconditions.settings(found), (Stage.NURTURE,)) == {}

    senders.check(OF, clock.now())

    assert "DMARC" in preconditions.blocked(found, preconditions.settings(found), (Stage.NURTURE,))[Stage.NURTURE]
