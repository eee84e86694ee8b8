"""Mails that come in: from the bucket to the lead, each once, and only by what CAM has signed."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import boto3
import pytest

from cam.leads import reading
from cam.mail import suppression
from cam.model.models import LeadStatus, SendStatus
from cam.platform import tokens
from cam.text import clock
from functions.events import received_mail
from functions.events.inbound import handler
from functions.nurture.transports.errors import Unsure
from tests.conftest import BUCKET
from tests.events import event
from tests.fakes import reader
from tests.fakes.transport import FakeTransport, use
from tests.integration import pipeline
from tests.integration.test_nurture import Outside, nurture, outside, read, routed, sends
from tests.unit import example_answers as answers
from tests.unit import mail_bombs
from tests.unit.example_answers import mail

__all__ = ["outside", "routed"]  # fixtures

Arrive = Callable[..., Any]


@pytest.fixture
def arrive(aws: None) -> Arrive:
    """Lets a mail arrive: it lies in the bucket, and the function is told."""

    def put(raw: bytes, name: str = "1") -> Any:
        asked = event("inbound_mail")
        asked["detail"]["object"]["key"] = f"inbound/{name}"
        boto3.client("s3").put_object(Bucket=BUCKET, Key=f"inbound/{name}", Body=raw)
        return handler(asked, pipeline.CONTEXT)

    return put


def to(lead_id: str, step: int = 0, campaign: int = 1) -> str:
    return f"replies+{tokens.reply_tag(campaign, 0, lead_id, step)}@in.agency.example"


def told(lead_id: str) -> list[str]:
    return [item["type"] for item in reading.read(1, 1, lead_id)[1] if item["kind"] == "event"]


def test_an_answer_stops_the_sequence_once(routed: Any, outside: Outside, arrive: Arrive) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    answer = mail("Call me.", To=to(lead_id))

    first, again, twice = arrive(answer), arrive(answer), arrive(b"Received: by another\n" + answer, "2")

    assert (first, again, twice) == ({"human": 1}, {"duplicate": 1}, {"duplicate": 1})
    assert (read(lead_id).status, read(lead_id).todo) == (LeadStatus.REPLIED, None)


@pytest.mark.parametrize(
    ("raw", "kind", "status", "waits"),
    [
        (answers.LIST_UNSUBSCRIBE, "unsubscribe", LeadStatus.UNSUBSCRIBED, False),
        (answers.UNDATED_OOO, "out_of_office", LeadStatus.CONTACTED, True),
        (answers.TICKET, "auto_reply", LeadStatus.CONTACTED, True),
    ],
)
def test_each_kind_has_its_effect(
    routed: Any, outside: Outside, arrive: Arrive, raw: bytes, kind: str, status: LeadStatus, waits: bool
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    assert arrive(raw.replace(answers.TO.encode(), to(lead_id).encode())) == {kind: 1}

    assert (read(lead_id).status, bool(read(lead_id).todo)) == (status, waits)


def test_an_absence_by_mail_moves_the_touch(routed: Any, outside: Outside, arrive: Arrive) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    friday = clock.now().date() + timedelta(days=(4 - clock.now().weekday()) % 7 + 14)
    words = f"I am out of office until {friday:%d %B %Y}."

    arrive(mail(words, "Automatic reply: A question", To=to(lead_id)))

    assert read(lead_id).todo.startswith(f"nurture#{friday + timedelta(days=3)}")


def test_who_has_left_the_company_ends_invalid_and_names_who_follows(
    routed: Any, outside: Outside, arrive: Arrive
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    left = mail("I have left the company. Please contact ann@agency.example.", "Automatic reply: A", To=to(lead_id))

    first, again = arrive(left), arrive(left)

    assert (first, again) == ({"left_company": 1}, {"duplicate": 1})
    assert (read(lead_id).status, read(lead_id).todo) == (LeadStatus.INVALID, None)
    assert [entry.event for entry in read(lead_id).history].count("left_company") == 1
    (event,) = (item for item in reading.read(1, 1, lead_id)[1] if item["kind"] == "event")
    assert (event["type"], event["successor"]) == ("left_company", "ann@agency.example")
    assert not suppression.listed(read(lead_id).email or "")


def test_a_reply_after_that_is_still_a_reply(routed: Any, outside: Outside, arrive: Arrive) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    arrive(mail("Kim no longer works here.", "Automatic reply: A", To=to(lead_id)), "1")
    arrive(mail("I took over. Call me.", To=to(lead_id)), "2")

    assert read(lead_id).status is LeadStatus.REPLIED


def test_what_may_be_a_wish_stops_the_sequence_and_suppresses_nobody(
    routed: Any, outside: Outside, arrive: Arrive
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    assert arrive(mail("How did you get my address?", To=to(lead_id))) == {"human": 1}

    (event,) = (item for item in reading.read(1, 1, lead_id)[1] if item["kind"] == "event")
    assert (event["type"], event["suspected"]) == ("replied", "unsubscribe")
    assert (read(lead_id).status, read(lead_id).todo) == (LeadStatus.REPLIED, None)
    assert not suppression.listed(read(lead_id).email or "")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(answers.POSTFIX, LeadStatus.INVALID), (answers.EXCHANGE_BOUNCE, LeadStatus.CONTACTED)],
)
def test_a_bounce_finds_its_lead_by_our_own_header(
    routed: Any, outside: Outside, arrive: Arrive, raw: bytes, expected: LeadStatus
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    reference = tokens.lead_reference(1, 0, lead_id, 0).encode()

    assert arrive(raw.replace(b"WzEyLDAsImExYjJjMyIsMF0.Zx-9_kQ0000000000000000000", reference)) == {"bounce": 1}

    assert read(lead_id).status is expected


def test_an_answer_finds_its_lead_by_the_link_that_it_quotes(routed: Any, outside: Outside, arrive: Arrive) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    link = f"https://cam.example/u/{tokens.lead_reference(1, 0, lead_id, 0)}"

    assert arrive(mail(f"Yes, please.\n\nOn Monday, Ada wrote:\n> {link}", To="ada@agency.example")) == {"human": 1}
    assert read(lead_id).status is LeadStatus.REPLIED


@pytest.mark.parametrize("address", ["replies@in.agency.example", "replies+1.0.abc.0.aaaaaaaaaaaa@in.agency.example"])
def test_a_mail_without_our_signature_is_nobody_s(routed: Any, arrive: Arrive, address: str) -> None:
    (lead_id,) = routed(1)

    assert arrive(mail("unsubscribe\nhttps://cam.example/u/WzEsMCwiYSIsMF0.AAAAAAAAAAAAAAAA", To=address)) == {
        "unknown": 1
    }
    assert told(lead_id) == []


def test_an_answer_to_a_lead_that_is_gone_is_nobody_s(routed: Any, arrive: Arrive) -> None:
    routed(1)
    assert arrive(mail("Yes", To=to("gone"))) == {"unknown": 1}
    assert arrive(mail("Yes", To=to("gone", campaign=99)), "2") == {"unknown": 1}


def test_an_answer_proves_that_an_unsure_touch_has_left(routed: Any, outside: Outside, arrive: Arrive) -> None:
    (lead_id,) = routed(1)
    outside.troubles = [Unsure("timeout")]
    nurture("run-1")

    arrive(mail("Thank you for your message.", To=to(lead_id), Auto_Submitted="auto-replied"))

    assert [(send.status, send.message_id) for send in sends()] == [(SendStatus.SENT, None)]
    assert read(lead_id).step == 1


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (mail("Please remove me.", "4711"), {"unsubscribe": 1, "unreadable": 1}),
        (mail("Please remove me.", "4712"), {"unsubscribe": 1, "unreadable": 1}),
        (mail("Please remove me.", "4713"), {"unreadable": 1}),
    ],
)
def test_a_mail_that_is_too_much_for_its_reader_is_no_dead_letter(
    routed: Any, outside: Outside, arrive: Arrive, monkeypatch: pytest.MonkeyPatch, raw: bytes, found: dict[str, int]
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    raw = raw.replace(answers.TO.encode(), to(lead_id).encode())

    with reader.hurt(monkeypatch):
        first, again = arrive(raw), arrive(raw)

    assert first == found
    assert again == ({"duplicate": 1, "unreadable": 1} if "unsubscribe" in found else found)
    assert (read(lead_id).status is LeadStatus.UNSUBSCRIBED) == ("unsubscribe" in found)


@pytest.mark.parametrize("kind", mail_bombs.ODD)
def test_an_opt_out_in_an_odd_mail_is_recorded(routed: Any, outside: Outside, arrive: Arrive, kind: str) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    raw = mail_bombs.ODD[kind].replace(answers.TO.encode(), to(lead_id).encode())

    found = arrive(raw)

    assert found.get("unsubscribe", 0) == (1 if mail_bombs.WISH in raw else 0) or b"\r" in raw
    assert (read(lead_id).status is LeadStatus.UNSUBSCRIBED) == ("unsubscribe" in found)


def test_of_a_large_mail_only_the_beginning_is_asked_for(routed: Any, outside: Outside, arrive: Arrive) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")

    assert arrive(mail("Yes.", To=to(lead_id)) + b"x" * 5_000_000) == {"human": 1}

    found = received_mail.read("inbound/1")
    assert found
    assert len(found.raw) == 2_000_000


def test_a_mail_that_is_gone_is_let_go(aws: None) -> None:
    assert handler(event("inbound_mail"), pipeline.CONTEXT) == {"gone": 1}


def test_the_shape_of_s3_itself_is_understood_and_other_objects_are_none_of_ours(arrive: Arrive) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key="inbound/a b", Body=b"")
    records = [{"s3": {"object": {"key": key}}} for key in ("inbound/a+b", "imports/1/file.csv")]

    assert handler({"Records": records}, pipeline.CONTEXT) == {"unknown": 1}


def test_nothing_of_a_mail_is_logged_or_kept(
    routed: Any, outside: Outside, arrive: Arrive, capsys: pytest.CaptureFixture[str]
) -> None:
    (lead_id,) = routed(1)
    nurture("run-1")
    capsys.readouterr()

    arrive(mail("My secret is 4711.", "Re: Private matters", To=to(lead_id)))

    seen = capsys.readouterr().out + str(reading.read(1, 1, lead_id)[1])
    assert not [word for word in ("4711", "Private", "maria@", "Maria") if word in seen]


@pytest.mark.parametrize("domain", ["in.agency.example", ""])
def test_mails_ask_for_answers_where_they_are_found(
    routed: Any, arrive: Arrive, monkeypatch: pytest.MonkeyPatch, domain: str
) -> None:
    mails: list[bytes] = []

    class Kept(FakeTransport):
        def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
            mails.append(raw)
            return "message-1"

    monkeypatch.setenv("INBOUND_DOMAIN", domain)
    use(monkeypatch, "ses", Kept())
    ours = {"sender_email": "ada@agency.example", "sender_name": "Ada", "reply_to": "hello@in.agency.example"}
    (lead_id,) = routed(1, ours)
    nurture("run-1")

    address = message_from_bytes(mails[0])["Reply-To"]
    if not domain:
        assert address == "hello@in.agency.example"
        return
    assert arrive(mail("Yes.", To=address)) == {"human": 1}
    assert read(lead_id).status is LeadStatus.REPLIED
