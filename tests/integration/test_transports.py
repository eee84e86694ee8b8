"""What every transport keeps to: `ses` against moto, `smtp` against a real server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from moto.core.models import botocore_stubber
from moto.ses.models import ses_backends

from cam.mail import message_ids
from cam.model.errors import CamError, Throttled
from functions.nurture import transports
from functions.nurture.transports import ses
from functions.nurture.transports.errors import Refused, Unavailable, Unsure
from tests.conftest import ACCOUNT
from tests.fakes.mailserver import DROP, HANG, PASSWORD, USER, MailServer, Taken
from tests.unit.example_mails import REFERENCE
from tests.unit.test_ses import Body
from tests.unit.test_smtp import FROM, TO, mail, pem, read, server, smtp, trusted

__all__ = ["pem", "server", "trusted"]  # fixtures


class World(Protocol):
    """A transport, and what stands behind it."""

    transport: Any

    def taken(self) -> list[Taken]:
        """What has arrived."""

    def refuse(self) -> None:
        """Refuse the next mails for good; the words repeat the addresses."""

    def be_busy(self) -> None:
        """Take nothing from anybody now."""

    def take_and_break(self) -> None:
        """Take the mail and break off before the answer."""

    def take_and_hang(self) -> None:
        """Take the mail and answer nothing."""

    def go_away(self) -> None:
        """Close what is idle."""

    def recover(self) -> None:
        """Be as at the beginning."""


class OnSes:
    """SES as moto plays it; troubles are given on botocore's wire."""

    def __init__(self) -> None:
        self.transport = ses.connect("cam-mail")
        self.trouble: Any = None
        self.envelopes: list[dict[str, Any]] = []
        events: Any = self.transport.client.meta.events
        # Botocore asks all handlers: moto is to see only what gets through.
        events.unregister("before-send", botocore_stubber)
        events.register("before-send.sesv2.SendEmail", self._before_send)

    def _before_send(self, event_name: str, request: Any, **_: Any) -> Any:
        return self.trouble(request) if self.trouble else self._deliver(request)

    def _deliver(self, request: Any) -> Any:
        self.envelopes.append(json.loads(request.body))
        return botocore_stubber("before-send.sesv2.SendEmail", request)

    def taken(self) -> list[Taken]:
        # moto adds the addresses of the headers to the envelope: that is as it was sent.
        messages = ses_backends[ACCOUNT]["us-east-1"].sent_messages
        return [
            Taken(sent["FromEmailAddress"], sent["Destination"]["ToAddresses"], one.raw_data.encode())
            for sent, one in zip(self.envelopes, messages, strict=True)
        ]

    def _answer(self, status: int, code: str, message: str) -> None:
        def trouble(request: Any) -> AWSResponse:
            body = Body(b'{"message": "%b"}' % message.encode())
            return AWSResponse(request.url, status, HTTPHeaders.from_dict({"x-amzn-errortype": code}), body)

        self.trouble = trouble

    def refuse(self) -> None:
        self._answer(400, "MessageRejected", f"no mail for {TO}, others@else.example")

    def be_busy(self) -> None:
        self._answer(429, "TooManyRequestsException", "slow down")

    def _break(self, error: Exception) -> None:
        def trouble(request: Any) -> AWSResponse:
            self._deliver(request)
            raise error

        self.trouble = trouble

    def take_and_break(self) -> None:
        self._break(ConnectionClosedError(endpoint_url="https://ses"))

    def take_and_hang(self) -> None:
        self._break(ReadTimeoutError(endpoint_url="https://ses"))

    def go_away(self) -> None:
        """HTTP's business."""

    def recover(self) -> None:
        self.trouble = None


class OnSmtp:
    """A server with STARTTLS and a login."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.transport = smtp(server, time_out=2.0, final_time_out=0.3)

    def taken(self) -> list[Taken]:
        return self.server.taken

    def refuse(self) -> None:
        self.server.answers["RCPT"] = f"550 5.7.1 no mail for <{TO}>, others@else.example"

    def be_busy(self) -> None:
        self.server.answers["MAIL"] = "451 4.3.2 slow down"

    def take_and_break(self) -> None:
        self.server.answers["BODY"] = DROP

    def take_and_hang(self) -> None:
        self.server.answers["BODY"] = HANG

    def go_away(self) -> None:
        self.server.hang_up()

    def recover(self) -> None:
        self.server.answers.clear()


@pytest.fixture(params=["ses", "smtp"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "ses":
        yield OnSes()
        return
    on_smtp = OnSmtp(request.getfixturevalue("server"))
    yield on_smtp
    on_smtp.transport.close()


def send(world: World, raw: bytes | None = None, to: str = TO) -> str:
    return str(world.transport.send(raw or mail(), FROM, to, "0-a1b2-0"))


@pytest.mark.parametrize(
    "raw",
    [
        mail(),
        mail(text="word " * 20_000 + "\n.\n.hidden\n" + "ü" * 5_000 + "\n"),
        mail(name="山田 太郎, Dr.", feedback_id="1:a:0:cam-mail", in_reply_to="<a@b.example>"),
    ],
    ids=["dots", "long lines", "unicode"],
)
def test_what_arrives_is_what_was_built(world: World, raw: bytes) -> None:
    send(world, raw)

    [arrived] = world.taken()
    assert read(arrived.raw).items() == read(raw).items()
    assert [part.get_content() for part in read(arrived.raw).iter_parts()] == [
        part.get_content() for part in read(raw).iter_parts()
    ]
    assert arrived.raw == raw


def test_the_envelope_has_one_sender_and_one_recipient(world: World) -> None:
    send(world, to="other@brightwater.example")

    [arrived] = world.taken()
    assert (arrived.sender, arrived.recipients) == (FROM, ["other@brightwater.example"])


def test_each_mail_has_an_id_that_a_reply_can_refer_to(world: World) -> None:
    found = {message_ids.header_id(send(world, mail(f"reference-{number}"))) for number in range(2)}

    assert len(found) == 2
    assert all(one.startswith("<") and one.endswith(">") and one.count("@") == 1 for one in found)


def test_two_mails_go_out_one_after_the_other(world: World) -> None:
    for number in range(2):
        send(world, mail(f"reference-{number}"))

    assert [read(one.raw)["X-CAM-Ref"] for one in world.taken()] == ["reference-0", "reference-1"]


def test_a_mail_goes_out_once_after_the_idle_connection_was_closed(world: World) -> None:
    send(world, mail("first"))
    world.go_away()

    send(world, mail("second"))

    assert [read(one.raw)["X-CAM-Ref"] for one in world.taken()] == ["first", "second"]


def test_a_refused_mail_says_why_without_addresses_and_the_next_one_goes_out(world: World) -> None:
    world.refuse()
    with pytest.raises(Refused, match="no mail for") as caught:
        send(world)
    world.recover()

    send(world)

    assert "@" not in caught.value.reason
    assert not caught.value.bounced
    assert len(world.taken()) == 1


def test_being_busy_takes_nothing_and_passes(world: World) -> None:
    world.be_busy()
    with pytest.raises(Throttled):
        send(world)
    assert world.taken() == []
    world.recover()

    send(world)

    assert len(world.taken()) == 1


@pytest.mark.parametrize("trouble", ["take_and_break", "take_and_hang"])
def test_a_mail_that_was_taken_without_an_answer_is_unsure_and_not_repeated(world: World, trouble: str) -> None:
    getattr(world, trouble)()
    with pytest.raises(Unsure):
        send(world)
    assert len(world.taken()) == 1
    world.recover()

    send(world, mail("next"))

    assert [read(one.raw)["X-CAM-Ref"] for one in world.taken()] == [REFERENCE, "next"]


@pytest.mark.parametrize("trouble", ["refuse", "be_busy", "take_and_break", "take_and_hang"])
def test_no_reason_holds_a_secret_or_an_address(world: World, trouble: str) -> None:
    getattr(world, trouble)()

    with pytest.raises(CamError) as caught:
        send(world)

    said = f"{caught.value} {getattr(caught.value, 'reason', '')}"
    assert PASSWORD not in said
    assert "@" not in said
    assert "AKIA" not in said


def test_the_login_comes_from_ssm_as_it_is_now(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("SMTP_PORT", str(server.port))
    ssm = boto3.client("ssm")
    one: Any = transports.connect("smtp")
    ssm.put_parameter(Name="/cam/smtp/user", Value=USER, Type="SecureString")
    with pytest.raises(Unavailable, match="the SSM parameter /cam/smtp/password is missing"):
        one.send(mail(), FROM, TO, "0-a-0")
    ssm.put_parameter(Name="/cam/smtp/password", Value=f"{PASSWORD}\n", Type="SecureString")

    one.send(mail(), FROM, TO, "0-a-0")
    one.close()

    assert len(server.taken) == 1


def test_without_a_login_in_ssm_none_is_tried(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with MailServer(pem, login=False) as server:
        monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("SMTP_PORT", str(server.port))
        one: Any = transports.connect("smtp")
        one.send(mail(), FROM, TO, "0-a-0")
        one.close()

        assert len(server.taken) == 1
