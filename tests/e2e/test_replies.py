"""Real replies on the stack, through a mailbox over IMAP and through the bucket: what they mean, who is told of them,
and what a person decides about an unclear one.
"""

import json
import time
from typing import Any

import pytest

from local.stack import Stack
from tests.e2e.client import Api, Json, mails
from tests.e2e.test_answers import Written, lay, polled, receiving, reply, write
from tests.fakes.imapserver import Mailbox
from tests.unit import mail_bombs
from tests.unit.example_answers import TO

DISCLAIMER = """Thanks, this looks interesting. Could you call me on Thursday?

Kim

This e-mail and any attachment are confidential and intended for the named recipient only. If you have received it in
error, please notify the sender and delete this e-mail from your system. Any disclosure or copying is prohibited."""
UNCLEAR = "How did you get my address?"
CLEAR = "Please take me off your list and do not write to me again."
GONE = "I have left the company. Please contact my colleague, lee@successor.example, from now on."
LIMIT = 60  # seconds for a message to come
BOMBS = ("parameters", "spaces in the subject", "tags cut short", "parts within parts", "comments")


class Topic:
    """What the stack's topic for replies tells, heard by a queue."""

    def __init__(self, stack: Stack) -> None:
        self._queues = stack.client("sqs")
        self._url = self._queues.create_queue(QueueName=f"replies-{time.time_ns()}")["QueueUrl"]
        arn = self._queues.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        stack.client("sns").subscribe(TopicArn=stack.outputs["RepliesTopic"], Protocol="sqs", Endpoint=arn)

    def heard(self, count: int) -> list[str]:
        """So many messages, and no more."""
        found: list[str] = []
        deadline = time.monotonic() + LIMIT
        while len(found) < count:
            assert time.monotonic() < deadline, found
            found += self._receive(1)
        return found + self._receive(0)

    def _receive(self, wait: int) -> list[str]:
        received = self._queues.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
        messages = received.get("Messages", [])
        for one in messages:
            self._queues.delete_message(QueueUrl=self._url, ReceiptHandle=one["ReceiptHandle"])
        return [str(json.loads(one["Body"])["Message"]) for one in messages]


def answers(written: Written) -> list[bytes]:
    left: dict[str, Any] = {"subject": "Automatic reply: A question", "Auto_Submitted": "auto-replied"}
    return [
        *(reply(written, which, text) for which, text in enumerate((DISCLAIMER, UNCLEAR, CLEAR))),
        reply(written, 3, GONE, **left),
    ]


def listed(api: Api, written: Written) -> dict[int, Json]:
    """The campaign's replies, by the number of the lead, once all have come."""
    numbers = {lead_id: which for which, lead_id in written.leads.items()}
    deadline = time.monotonic() + LIMIT
    while True:
        found = {numbers[one["lead_id"]]: one for one in api.pages(f"/campaigns/{written.campaign}/replies")}
        if len(found) == 4:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.3)


def statuses(api: Api, written: Written) -> list[str]:
    path = f"/campaigns/{written.campaign}/leads"
    return [api.ask("GET", f"{path}/{written.leads[which]}")["status"] for which in range(4)]


def suppressed(api: Api, written: Written, which: int) -> bool:
    address = str(written.mails[which]["To"]).rpartition("<")[2].strip(">")
    return bool(api.ask("GET", f"/suppressions/{address}")["suppressed"])


@pytest.mark.parametrize("way", ["mailbox", "bucket"])
def test_replies_are_understood_told_of_and_corrected(api: Api, stack: Stack, mailbox: Mailbox, way: str) -> None:
    boss = f"boss@{way}{time.time_ns()}.example"
    written = write(api, stack, "smtp" if way == "mailbox" else "ses", 4, notify=[boss])
    topic = Topic(stack)

    if way == "mailbox":
        mailbox.put(*answers(written))
        polled(stack)
        found = listed(api, written)
    else:
        with receiving(stack):
            for number, raw in enumerate(answers(written)):
                lay(stack, f"{written.mark}-{number}", raw)
            found = listed(api, written)

    assert [(found[n]["kind"], found[n]["certainty"], found[n]["suspected"]) for n in range(4)] == [
        ("human", "certain", None), ("human", "unsure", "unsubscribe"), ("unsubscribe", "certain", None),
        ("left_company", "certain", None),
    ]  # fmt: skip
    assert found[0]["text"].startswith("Thanks, this looks interesting. Could you call me on Thursday?")
    assert "delete" not in found[0]["text"]
    assert found[3]["successor"] == "lee@successor.example"
    assert statuses(api, written) == ["REPLIED", "REPLIED", "UNSUBSCRIBED", "INVALID"]
    assert [suppressed(api, written, n) for n in range(4)] == [False, False, True, False]
    told = topic.heard(3)
    assert len(told) == 3
    assert sorted(n for n in range(4) for one in told if written.leads[n] in one) == [0, 1, 3]
    assert "@" not in "".join(told)
    assert len(mails(stack.outbox, boss)) == (3 if way == "bucket" else 0)

    path = f"/replies/{found[1]['id']}"
    before = api.ask("GET", "/replies/accuracy")
    corrected = api.ask("POST", path, json={"kind": "unsubscribe", "by": "Ann"})
    again = api.ask("POST", path, json={"kind": "unsubscribe", "by": "Ann"})

    assert (corrected["kind"], corrected["certainty"]) == (again["kind"], again["certainty"]) == (
        "unsubscribe", "certain",
    )  # fmt: skip
    assert statuses(api, written) == ["REPLIED", "UNSUBSCRIBED", "UNSUBSCRIBED", "INVALID"]
    assert suppressed(api, written, 1)
    assert api.ask("GET", "/replies/accuracy") != before


def test_bombs_in_the_mailbox_stop_nobody(api: Api, stack: Stack, mailbox: Mailbox) -> None:
    """Emails made to stop whoever parses them, between ordinary replies: one poll reads all."""
    written = write(api, stack, "smtp", len(BOMBS) + 2)
    bombs = [
        mail_bombs.KINDS[kind](1_000_000)
        .replace(TO.encode(), str(written.mails[which]["Reply-To"]).encode())
        .replace(b"<1@b.example>", f"<{which}@{written.mark}.example>".encode())
        for which, kind in enumerate(BOMBS)
    ]
    first, last = (reply(written, which, "Yes, please call me.") for which in range(len(BOMBS), len(BOMBS) + 2))
    mailbox.put(first)
    mailbox.put_as_they_are(*bombs)
    mailbox.put(last)

    counts = polled(stack)
    again = polled(stack)

    assert (counts["shortened"], counts["human"] + counts["unsubscribe"]) == (len(BOMBS), len(BOMBS) + 2)
    assert again == {"more": False}
    leads = {one["id"]: one["status"] for one in api.pages(f"/campaigns/{written.campaign}/leads")}
    assert {*leads.values()} <= {"REPLIED", "UNSUBSCRIBED"}
    assert leads[written.leads[len(BOMBS)]] == leads[written.leads[len(BOMBS) + 1]] == "REPLIED"
