"""Faults around a mail that are easily taken for something else."""

from datetime import timedelta
from typing import Any

import pytest

from cam.leads import lead_queue
from cam.mail import engagement, settlement
from cam.mail.engagement import Event, EventType
from cam.mail.settlement import Settlement
from cam.model.errors import Throttled
from cam.model.models import LeadStatus, SendStatus, Stage
from cam.model.settings.sending import Sending
from cam.platform import keys, tables, tallies, tokens
from cam.platform.environment import leads_table
from cam.text import clock
from functions.nurture import mailing
from functions.nurture.transports.errors import Unsure
from inbound import recording, replies
from inbound.recording import Mail
from tests.integration import pipeline
from tests.integration.test_events import happen
from tests.integration.test_nurture import Outside, nurture, outside, read, routed, sends

__all__ = ["outside", "routed"]  # fixtures


def bounce(lead_id: str, status: str) -> None:
    """A mail server's report about the first touch of a lead, as it comes to the mailbox."""
    reference = tokens.lead_reference(1, 0, lead_id, 0)
    raw = (
        f"From: MAILER-DAEMON@mx.example\r\nTo: sam@agency.example\r\nMessage-ID: <{status}@mx.example>\r\n"
        "Subject: Delivery Status Notification (Failure)\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; ada0@company0.example\r\nAction: failed\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nX-CAM-Ref: {reference}\r\nSubject: x\r\n\r\nhi\r\n--b--\r\n"
    ).encode()
    now = clock.now()
    recording.record(Mail(raw, now), replies.classify(raw, now), lambda name: name)


def test_leads_wait_when_the_secret_of_their_links_cannot_be_read_for_a_moment(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed(3)
    real = tokens._secret

    def busy() -> bytes:
        raise Throttled("the signing secret cannot be read")

    monkeypatch.setattr(tokens, "_secret", busy)
    state = pipeline.start(1, "run-1", stages=["NURTURE"])
    with pytest.raises(Throttled):
        pipeline.stage(Stage.NURTURE, state)
    monkeypatch.setattr(tokens, "_secret", real)
    pipeline.stage(Stage.NURTURE, state)

    assert len(outside.taken) == 3


def test_a_bounce_that_two_tell_of_counts_once_against_the_campaign(routed: Any, outside: Outside) -> None:
    """SES's event, and SES's mail to the sender."""
    (lead_id,) = routed(1)
    nurture("run-1")

    happen(lead_id, "Bounce")
    bounce(lead_id, "5.1.1")

    assert tallies.of_days(1, 1, [clock.now().date().isoformat()])["bounced"] == 1


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        ("5.1.1", LeadStatus.INVALID), ("5.0.0", LeadStatus.CONTACTED), ("5.7.1", LeadStatus.CONTACTED),
        ("5.2.2", LeadStatus.CONTACTED), ("4.2.2", LeadStatus.CONTACTED),
    ],
)  # fmt: skip
def test_a_list_that_blocks_us_or_a_full_mailbox_is_no_mailbox_that_is_gone(
    routed: Any, outside: Outside, status: str, becomes: LeadStatus
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    bounce(lead_id, status)

    assert read(lead_id).status is becomes


def test_whoever_is_away_stays_so_when_a_person_says_that_the_touch_did_not_leave(
    routed: Any, outside: Outside
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    later = clock.now() + timedelta(days=2)
    outside.troubles = [Unsure("timeout")]
    nurture("run-2", later)
    absence = Event("o-1", EventType.OUT_OF_OFFICE, later, 0, "", (later + timedelta(days=30)).date())
    engagement.record(1, 0, lead_id, absence, later)
    (unsure,) = sends(SendStatus.UNCONFIRMED)
    settlement.settle(
        settlement.find(1, 1, unsure.send_id), Settlement.NOT_SENT, "", Sending(ignore_window=True), later
    )

    nurture("run-3", later + timedelta(days=1))

    assert len(outside.taken) == 1


def test_what_is_told_of_a_lead_that_cannot_be_read_is_recorded(routed: Any, outside: Outside) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    tables.write(tables.update(leads_table(), keys.lead(1, 0, lead_id), put={"icp_score": "none"}))

    bounce(lead_id, "5.1.1")

    assert (tables.get(leads_table(), keys.lead(1, 0, lead_id)) or {})["status"] == LeadStatus.INVALID


def test_a_touch_that_was_left_out_by_a_worker_that_died_is_told_and_counted(
    routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lead_id,) = routed(1, email="müller@company0.example")
    state = pipeline.start(1, "run-1", stages=["NURTURE"])
    real = lead_queue.settle

    def dies(*_: Any, **__: Any) -> Any:
        raise Throttled("busy")

    monkeypatch.setattr(lead_queue, "settle", dies)
    with pytest.raises(Throttled):
        pipeline.stage(Stage.NURTURE, state)
    monkeypatch.setattr(lead_queue, "settle", real)
    pipeline.stage(Stage.NURTURE, state)
    _, results = pipeline.end(state)

    assert results[Stage.NURTURE].counts["skipped"] == 1
    assert read(lead_id).status is LeadStatus.ROUTED
    assert read(lead_id).history[-1].event == "skipped"


def test_each_group_has_its_own_moment(routed: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = mailing.Mailing.send

    def spy(self: Any, group: Any, now: Any) -> bool:
        seen.append(now)
        return real(self, group, now)

    monkeypatch.setattr(mailing.Mailing, "send", spy)
    routed(25)

    nurture("run-1")

    assert len(set(seen)) == len(seen) == 3
