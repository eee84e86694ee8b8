"""What leaves over SMTP, and what comes back: SES's events, mails in the bucket and in the mailbox, on the stack."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

import pytest

from local.stack import Stack
from tests.e2e.client import OPEN, Api, Json, csv, mails
from tests.fakes.imapserver import Mailbox
from tests.unit.example_answers import POSTFIX
from tests.unit.example_answers import mail as answer

REPLY_TO = "answers@in.sender.example"
LIMIT = 60  # seconds for an event to come to its lead


@dataclass(frozen=True, slots=True)
class Written:
    """A campaign of a few leads that have got their first touch, on one transport."""

    campaign: int
    mark: str
    begun: datetime
    mails: dict[int, EmailMessage]
    leads: dict[int, str]


def write(api: Api, stack: Stack, transport: str, count: int, **sending: Any) -> Written:
    mark = f"{transport}{time.time_ns()}"
    campaign = api.campaign(
        settings={
            "sending": {**OPEN, "transport": transport, "reply_to": REPLY_TO, **sending},
            "routing": {"ladder": [{"sequence": "aggressive_close", "min_score": 0}]},
        }
    )
    api.upload(campaign, csv(count, mark))
    begun = datetime.now(UTC)
    assert api.run(campaign)["status"] == "COMPLETED"
    return Written(
        campaign,
        mark,
        begun,
        {number(str(one["To"])): one for one in mails(stack.outbox, mark)},
        {number(one["email"]): one["id"] for one in api.pages(f"/campaigns/{campaign}/leads")},
    )


def number(address: str) -> int:
    found = re.search(r"ada(\d+)@", address)
    assert found
    return int(found[1])


@pytest.fixture(scope="module")
def smtp(api: Api, stack: Stack) -> Written:
    return write(api, stack, "smtp", 8)


@pytest.fixture(scope="module")
def ses(api: Api, stack: Stack) -> Written:
    return write(api, stack, "ses", 5)


def lead(api: Api, written: Written, which: int) -> Json:
    found: Json = api.ask("GET", f"/campaigns/{written.campaign}/leads/{written.leads[which]}")
    return found


def events(api: Api, written: Written, which: int) -> list[str]:
    """What happened to a lead, by its timeline; each event once, however often it was told."""
    return [one["event"] for one in lead(api, written, which)["timeline"] if one["event"] not in _OWN]


_OWN = {"harvested", "scored", "qualified", "routed", "mail sent"}


def becomes(api: Api, written: Written, which: int, status: str) -> Json:
    """The lead, once it has that status."""
    deadline = time.monotonic() + LIMIT
    while (found := lead(api, written, which))["status"] != status:
        assert time.monotonic() < deadline, f"it stays {found['status']}"
        time.sleep(0.2)
    return found


def happens(api: Api, written: Written, which: int, event: str) -> None:
    """Wait until the timeline of a lead tells of it."""
    deadline = time.monotonic() + LIMIT
    while event not in events(api, written, which):
        assert time.monotonic() < deadline, f"no {event}"
        time.sleep(0.2)


def function(stack: Stack, name: str) -> str:
    listed = stack.client("lambda").list_functions(MaxItems=100)["Functions"]
    (found,) = [one["FunctionArn"] for one in listed if name in one["FunctionName"]]
    return str(found)


def invoke(stack: Stack, name: str, event: Json) -> Json:
    """What a function answers; an error of it is one."""
    answered = stack.client("lambda").invoke(FunctionName=function(stack, name), Payload=json.dumps(event))
    said = json.load(answered["Payload"])
    assert "FunctionError" not in answered, said
    return dict(said)


# ---------------------------------------------------------------- what leaves


def test_a_mail_over_smtp_has_its_headers_as_the_server_got_them(api: Api, stack: Stack, smtp: Written) -> None:
    mail = smtp.mails[0]
    reference = str(mail["X-CAM-Ref"])

    assert getaddresses([str(mail["From"])]) == [("Sam Example", "sam@sender.example")]
    assert number(str(mail["To"])) == 0
    assert str(mail["List-Unsubscribe"]) == f"<{stack.api_url}/u/{reference}>"
    assert str(mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert str(mail["Message-ID"]) == str(mail["Reply-To"]).replace("answers+", "<").replace("@in.", "@") + ">"
    assert re.fullmatch(rf"answers\+{smtp.campaign}\.\d+\.{smtp.leads[0]}\.0\.\w{{12}}@in\.sender\.example",
                        str(mail["Reply-To"]))  # fmt: skip
    assert str(mail["Feedback-ID"]).startswith(f"{smtp.campaign}:aggressive_close:0:")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for part in mail.iter_parts():
        text = part.get_content()
        assert reference in text
        assert "1 Example Street, Exampleton" in text
        assert "{{" not in text


# ---------------------------------------------------------------- SES's events


def told(written: Written, which: int, kind: str, about: Json) -> Json:
    """An event of SES about a mail, with what SES says of every mail."""
    mail, now = written.mails[which], datetime.now(UTC).isoformat()
    common = {
        "timestamp": now,
        "messageId": str(mail["Message-ID"]).strip("<>").partition("@")[0],
        "headers": [{"name": "X-CAM-Ref", "value": str(mail["X-CAM-Ref"])}],
        "tags": {"ses:configuration-set": ["cam-mail"]},
    }
    return {"eventType": kind, "mail": common, kind.lower(): {"timestamp": now, "feedbackId": f"f{which}", **about}}


def who(written: Written, which: int, **more: str) -> list[Json]:
    ((_, address),) = getaddresses([str(written.mails[which]["To"])])
    return [{"emailAddress": address, **more}]


@contextmanager
def rule_for(stack: Stack, source: str) -> Iterator[None]:
    """The stack's rule for SES's events listens to another source: nobody but AWS may put events of `aws.…`."""
    client = stack.client("events")
    (rule,) = [one for one in client.list_rules()["Rules"] if '"aws.ses"' in one.get("EventPattern", "")]
    kept = {name: rule[name] for name in ("Name", "EventPattern", "State")}
    client.put_rule(**kept | {"EventPattern": rule["EventPattern"].replace("aws.ses", source)})
    try:
        yield
    finally:
        client.put_rule(**kept)


def test_a_bounce_on_the_bus_stops_and_suppresses_once(api: Api, stack: Stack, ses: Written) -> None:
    bounced = who(ses, 0, status="5.1.1")
    detail = told(ses, 0, "Bounce", {"bounceType": "Permanent", "bouncedRecipients": bounced})
    other_set = {**detail, "mail": {**detail["mail"], "tags": {"ses:configuration-set": ["another"]}}}
    entries = [
        {"Source": "test.ses", "DetailType": "Email Bounced", "Detail": json.dumps(one)}
        for one in (other_set, detail, detail)
    ]

    with rule_for(stack, "test.ses"):
        put = stack.client("events").put_events(Entries=entries)
        assert put["FailedEntryCount"] == 0
        becomes(api, ses, 0, "INVALID")

    again = invoke(stack, "EventsFunction", {"source": "aws.ses", "detail": detail})
    assert again == {"duplicate": 1}
    assert events(api, ses, 0).count("bounced") == 1
    other = api.campaign()
    api.upload(other, f"name,email,role,lawful basis\nAda,{bounced[0]['emailAddress']},CTO,opt_in\n")
    api.run(other)
    assert next(api.pages(f"/campaigns/{other}/leads"))["qualification"]["reasons"] == ["suppressed"]


def test_a_complaint_over_a_topic_unsubscribes_once(api: Api, stack: Stack, ses: Written) -> None:
    topics = stack.client("sns")
    topic = topics.create_topic(Name="mail-events")["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function(stack, "EventsFunction"))
    detail = told(ses, 1, "Complaint", {"complainedRecipients": who(ses, 1)})

    for _ in range(2):
        topics.publish(TopicArn=topic, Message=json.dumps(detail))

    becomes(api, ses, 1, "UNSUBSCRIBED")
    record = {"EventSource": "aws:sns", "Sns": {"TopicArn": topic, "Message": json.dumps(detail)}}
    assert invoke(stack, "EventsFunction", {"Records": [record]}) == {"duplicate": 1}
    assert events(api, ses, 1).count("complained") == 1


# ---------------------------------------------------------------- answers by mail, in the bucket and in the mailbox


def reply(written: Written, which: int, text: str, subject: str = "Re: A question", **headers: str) -> bytes:
    return answer(text, subject, To=str(written.mails[which]["Reply-To"]), **headers)


@contextmanager
def receiving(stack: Stack) -> Iterator[None]:
    """The bucket tells of mails, and the rule listens, as with InboundDomain, which the emulator cannot deploy."""
    events, storage, bucket = stack.client("events"), stack.client("s3"), stack.outputs["ImportsBucket"]
    (rule,) = [one["Name"] for one in events.list_rules()["Rules"] if '"inbound/"' in one.get("EventPattern", "")]
    told: Json = {"EventBridgeConfiguration": {}}
    storage.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)
    events.enable_rule(Name=rule)
    try:
        yield
    finally:
        events.disable_rule(Name=rule)
        storage.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})


def lay(stack: Stack, name: str, raw: bytes) -> Json:
    """A mail in the bucket, as SES lays it there; the event of it."""
    bucket, key = stack.outputs["ImportsBucket"], f"inbound/{name}"
    stack.client("s3").put_object(Bucket=bucket, Key=key, Body=raw)
    detail = {"bucket": {"name": bucket}, "object": {"key": key}}
    return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}


def polled(stack: Stack) -> Json:
    """A poll now; the schedule's own may come before it."""
    return invoke(stack, "InboxFunction", {"source": "aws.events"})


def away(day: datetime) -> str:
    return f"I am out of office until {day:%d %B %Y}."


def test_answers_in_the_bucket_stop_or_hold_their_sequences(api: Api, stack: Stack, ses: Written) -> None:
    friday = datetime.now(UTC) + timedelta(days=(4 - datetime.now(UTC).weekday()) % 7 + 14)
    yes = reply(ses, 2, "Sounds good, call me.")
    absence = reply(ses, 3, away(friday), "Automatic reply: A question", Auto_Submitted="auto-replied")

    with receiving(stack):
        told = lay(stack, f"{ses.mark}-yes", yes)
        lay(stack, f"{ses.mark}-away", absence)
        answered = becomes(api, ses, 2, "REPLIED")
        happens(api, ses, 3, "out_of_office")

    assert answered["due_at"] is None
    assert invoke(stack, "InboundFunction", told) == {"duplicate": 1}
    assert events(api, ses, 2).count("replied") == 1
    held = lead(api, ses, 3)
    assert (held["status"], held["due_at"][:10]) == ("CONTACTED", f"{friday + timedelta(days=3):%Y-%m-%d}")


def test_answers_in_the_mailbox_stop_or_hold_their_sequences(
    api: Api, stack: Stack, smtp: Written, mailbox: Mailbox
) -> None:
    friday = datetime.now(UTC) + timedelta(days=(4 - datetime.now(UTC).weekday()) % 7 + 14)
    yes = reply(smtp, 1, "Sounds good, call me.")
    absence = reply(smtp, 2, away(friday), "Automatic reply: A question", Auto_Submitted="auto-replied")
    no_more = answer(f"Please unsubscribe me.\n\n> {smtp.mails[3]['List-Unsubscribe']}", To="sam@sender.example")
    refers = {"To": "sam@sender.example", "In_Reply_To": str(smtp.mails[5]["Message-ID"])}
    mailbox.put(yes, yes, absence, no_more, bounce(smtp, 4), answer("And who are you?", **refers))
    mailbox.put(answer("Who are you?", To="sam@sender.example"))

    polled(stack)
    again = polled(stack)

    assert again == {"more": False}
    assert [lead(api, smtp, which)["status"] for which in range(1, 6)] == [
        "REPLIED", "CONTACTED", "UNSUBSCRIBED", "INVALID", "REPLIED"
    ]  # fmt: skip
    assert lead(api, smtp, 2)["due_at"][:10] == f"{friday + timedelta(days=3):%Y-%m-%d}"
    assert events(api, smtp, 1).count("replied") == 1
    kept = stack.client("s3").list_objects_v2(Bucket=stack.outputs["ImportsBucket"], Prefix="imap/")["Contents"]
    assert [one for one in kept if one["Key"] in str(lead(api, smtp, 1)["timeline"])]


def bounce(written: Written, which: int) -> bytes:
    """A report (RFC 3464) with the headers of the mail that could not be delivered."""
    raw = written.mails[which].as_bytes(policy=policy.default.clone(refold_source="none"))
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return POSTFIX.replace(b"X-CAM-Ref: WzEyLDAsImExYjJjMyIsMF0.Zx-9_kQ0000000000000000000", head).replace(
        b"Message-ID: <20261123.1@", f"Message-ID: <{written.mark}@".encode()
    )


def test_two_days_later_only_who_did_not_answer_is_written_to_and_the_mail_follows_the_first(
    api: Api, stack: Stack, smtp: Written, ses: Written
) -> None:
    for written, others in ((smtp, {0, 6, 7}), (ses, {4})):
        before = {path.name for path in stack.outbox.glob("*.eml")}
        api.run(written.campaign, as_of=(written.begun + timedelta(days=2)).isoformat())
        later = {number(str(one["To"])): one for one in mails(stack.outbox, written.mark, before)}

        assert later.keys() == others
        for which, second in later.items():
            first = written.mails[which]
            assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
            assert second["Message-ID"] != first["Message-ID"]
            assert str(second["Reply-To"]).partition("@")[0].split(".")[3] == "1"


def test_a_mail_whose_answer_is_lost_is_unsure_until_somebody_answers_it(
    api: Api, stack: Stack, mailbox: Mailbox
) -> None:
    mark = f"unsure{time.time_ns()}"
    campaign = api.campaign(settings={"sending": {**OPEN, "transport": "smtp", "reply_to": REPLY_TO}})
    api.upload(campaign, csv(1, mark))
    # The mail has left; what came of it is not written down.
    used = stack.fault("NurtureFunction", "TransactWriteItems", "before", 3)
    api.run(campaign)
    assert used.exists()
    (unsure,) = api.pages(f"/campaigns/{campaign}/sends")
    (mail,) = mails(stack.outbox, mark)
    mailbox.put(answer("Yes, please.", To=str(mail["Reply-To"])))

    polled(stack)

    (send,) = api.pages(f"/campaigns/{campaign}/sends")
    assert (unsure["status"], send["status"]) == ("UNCONFIRMED", "SENT")
    assert next(api.pages(f"/campaigns/{campaign}/leads"))["status"] == "REPLIED"
    assert len(mails(stack.outbox, mark)) == 1
