"""Whole mails through the handler: over a real mail server, in one thread, and what its refusals do to a lead."""

import email
import email.policy
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from cam.campaigns import campaigns
from cam.leads import lead_queue
from cam.mail import suppression
from cam.model.models import JobStatus, LawfulBasis, LeadStatus, SendStatus, Stage
from cam.platform import tallies
from cam.text import clock
from tests.fakes.mailserver import MailServer
from tests.integration import pipeline
from tests.integration.test_nurture import Outside, nurture, outside, read, routed, sends

__all__ = ["outside", "routed"]  # fixtures

UNKNOWN = "550 5.1.1 user unknown"
GREYLISTED = "450 4.2.0 greylisted"
SMTP = {"transport": "smtp"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer(login=False) as running:
        monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("SMTP_PORT", str(running.port))
        monkeypatch.setenv("SMTP_TLS", "none")
        yield running


@pytest.fixture
def over_smtp(routed: Any, server: MailServer) -> Callable[..., list[str]]:
    return lambda count, **fields: routed(count, SMTP, **fields)


def mails(server: MailServer) -> list[Any]:
    return [email.message_from_bytes(taken.raw, policy=email.policy.default) for taken in server.taken]


def test_people_who_did_not_ask_are_written_to_over_smtp_and_not_over_ses(over_smtp: Any, server: MailServer) -> None:
    over_smtp(2, lawful_basis=LawfulBasis.UNKNOWN)

    result = nurture("run-1")

    assert result.counts["sent"] == 2
    assert {taken.recipients[0] for taken in server.taken} == {"ada0@company0.example", "ada1@company1.example"}
    assert server.connections == 1


def test_later_touches_follow_the_first_mail_by_its_id(over_smtp: Any, server: MailServer) -> None:
    (lead_id,) = over_smtp(1)
    first = clock.now()

    for day in (0, 2, 5):
        nurture(f"run-{day}", first + timedelta(days=day))

    one, two, three = mails(server)
    assert "In-Reply-To" not in one
    assert two["In-Reply-To"] == two["References"] == three["In-Reply-To"] == three["References"] == one["Message-ID"]
    assert [mail["Feedback-ID"] for mail in (one, three)] == [
        "1:aggressive_close:0:cam-mail",
        "1:aggressive_close:2:cam-mail",
    ]
    assert read(lead_id).thread.subject == one["Subject"]


def test_on_ses_they_follow_the_id_that_ses_gave_it(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    assert read(lead_id).thread.message_id == "<message-1@email.amazonses.com>"


def test_a_worker_that_dies_before_its_leads_move_on_breaks_no_thread(
    over_smtp: Any, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    over_smtp(1)
    first = clock.now()
    state = pipeline.start(1, stages=["NURTURE"])
    with monkeypatch.context() as broken:
        broken.setattr(lead_queue, "settle", _dies)
        with pytest.raises(KeyboardInterrupt):
            pipeline.stage(Stage.NURTURE, state)
    pipeline.stage(Stage.NURTURE, state)
    pipeline.end(state)

    nurture("later", first + timedelta(days=2))

    one, two = mails(server)
    assert two["In-Reply-To"] == one["Message-ID"]


def _dies(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


def test_a_mail_after_one_that_was_left_out_begins_the_thread(over_smtp: Any, server: MailServer) -> None:
    over_smtp(1)
    first = clock.now()
    server.answers["BODY"] = "554 5.6.0 no"
    for day in range(3):
        nurture(f"run-{day}", first + timedelta(days=day))
    server.answers.clear()

    for day in (5, 9, 14):
        nurture(f"run-{day}", first + timedelta(days=day))

    two, three = mails(server)
    assert "In-Reply-To" not in two
    assert three["In-Reply-To"] == two["Message-ID"]


def test_a_greylisted_recipient_waits_and_stops_nobody(over_smtp: Any, server: MailServer) -> None:
    over_smtp(3)
    first = clock.now()
    server.answers["RCPT ada1@company1.example"] = GREYLISTED

    result = nurture("run-1", first)
    server.answers.clear()
    again = [nurture(f"run-{later}", first + timedelta(minutes=later)).counts.get("sent", 0) for later in (5, 16, 17)]

    assert (result.counts["sent"], result.counts["deferred"], result.status) == (2, 1, JobStatus.COMPLETED)
    assert again == [0, 1, 0]
    assert len(server.taken) == len({taken.recipients[0] for taken in server.taken}) == 3


def test_a_deferred_mail_is_given_up_after_days_and_the_sequence_goes_on(over_smtp: Any, server: MailServer) -> None:
    (lead_id,) = over_smtp(1)
    moment = clock.now()
    server.answers["RCPT"] = GREYLISTED
    deferred = 0
    for hour in range(24 * 6):
        moment += timedelta(hours=1)
        if read(lead_id).step or _due(lead_id) > moment:
            continue
        deferred += nurture(f"hour-{hour}", moment).counts["deferred"]

    assert deferred == 11
    assert read(lead_id).step == 1
    assert read(lead_id).status is LeadStatus.ROUTED
    assert [(send.status, send.reason) for send in sends()] == [(SendStatus.FAILED, GREYLISTED)]


def _due(lead_id: str) -> datetime:
    return datetime.fromisoformat(read(lead_id).todo.split("#")[1])


def test_a_mailbox_that_does_not_exist_is_a_hard_bounce(over_smtp: Any, server: MailServer) -> None:
    over_smtp(3)
    server.answers["RCPT ada1@company1.example"] = UNKNOWN

    result = nurture("run-1")

    gone = next(send for send in sends(SendStatus.FAILED))
    assert (result.counts["sent"], result.counts["bounced"], result.counts["processed"]) == (2, 1, 3)
    assert gone.reason == UNKNOWN
    assert read(gone.lead_id).status is LeadStatus.INVALID
    assert read(gone.lead_id).todo is None
    assert suppression.suppressed(["ada1@company1.example", "ada0@company0.example"]) == {"ada1@company1.example"}
    assert tallies.of_campaign(1, 1)["bounced"] == 1


def test_a_worker_that_dies_at_a_hard_bounce_finds_it_again_and_counts_the_lead_once(
    over_smtp: Any, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = over_smtp(1)
    server.answers["RCPT"] = UNKNOWN
    state = pipeline.start(1, stages=["NURTURE"])
    with monkeypatch.context() as broken:
        broken.setattr("cam.mail.engagement.record", _dies)
        with pytest.raises(KeyboardInterrupt):
            pipeline.stage(Stage.NURTURE, state)

    for _ in range(2):
        pipeline.stage(Stage.NURTURE, state)

    assert read(lead_id).status is LeadStatus.INVALID
    assert tallies.of_campaign(1, 1)["bounced"] == 1


def test_a_server_that_knows_nobody_is_left_alone_before_it_costs_a_campaign(
    over_smtp: Any, server: MailServer
) -> None:
    over_smtp(6)
    server.answers["RCPT"] = UNKNOWN

    result = nurture("run-1")

    assert result.counts["bounced"] == 3
    assert result.status is JobStatus.FAILED


def test_a_server_that_wants_a_login_costs_no_lead_anything(over_smtp: Any, server: MailServer) -> None:
    ids = over_smtp(3)
    server.answers["MAIL"] = "530 5.7.0 Authentication required"

    result = nurture("run-1")
    server.answers.clear()
    again = nurture("run-2")

    assert result.status is JobStatus.FAILED
    assert "530 5.7.0 Authentication required" in (result.error_message or "")
    assert again.counts["sent"] == 3
    assert {read(one).status for one in ids} == {LeadStatus.CONTACTED}


def test_a_connection_that_breaks_after_the_mail_leaves_one_touch_unsure(over_smtp: Any, server: MailServer) -> None:
    over_smtp(1)
    server.answers["BODY"] = "drop"
    nurture("run-1")
    server.answers.clear()

    nurture("run-2", clock.now() + timedelta(days=3))

    assert len(server.taken) == 1
    assert len(sends(SendStatus.UNCONFIRMED)) == 1


def test_without_a_server_no_touch_leaves_and_the_run_says_what_to_do(campaign: Any) -> None:
    made = campaign(settings={"sending": {"transport": "SMTP"}})
    assert campaigns.read(made.id).settings.sending.transport == "smtp"

    _, results = pipeline.pipeline(made.id)

    assert results[Stage.NURTURE].status is JobStatus.SKIPPED
    assert "SmtpHost" in (results[Stage.NURTURE].error_message or "")
