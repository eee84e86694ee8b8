"""What SES's answers mean for a touch. The answers are given on the wire, below botocore's own parsing and retrying."""

import io
import json
import socket
from base64 import b64encode
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)

from cam.model.errors import Invalid, Throttled
from functions.nurture.transports import connect
from functions.nurture.transports.errors import Refused, Unavailable, Unsure
from functions.nurture.transports.ses import Ses, tag
from tests.unit.example_mails import SENDER

URL = "https://email.eu-west-1.amazonaws.com/v2/email/outbound-emails"
RAW = b"From: sam@northwind.example\r\nSubject: \xff\x00 any bytes\r\n\r\nHello\r\n"


class Body(io.BytesIO):
    def stream(self):
        yield self.read()


@pytest.fixture
def ses(monkeypatch):
    """The transport with its wire in our hands: `answer` says what comes back, `requests` holds what went out."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return Wire(connect("ses", "cam-events"))


class Wire:
    def __init__(self, transport):
        self.transport, self.requests = transport, []
        self.outcome: Any = None
        transport.client.meta.events.register("before-send.sesv2.SendEmail", self.before_send)

    def before_send(self, request, **_):
        self.requests.append(request)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        status, headers, body = self.outcome
        return AWSResponse(request.url, status, headers, Body(body))

    def answer(self, status, code=None, message="no", body=None):
        headers = {"x-amzn-errortype": code} if code else {}
        self.outcome = (status, headers, json.dumps({"message": message}).encode() if body is None else body)

    def send(self, send_id="12.0.a1b2.3"):
        return self.transport.send(RAW, "sam@northwind.example", "maria@brightwater.example", send_id)


def test_an_accepted_mail_gives_its_message_id_and_goes_out_byte_for_byte(ses):
    ses.answer(200, body=b'{"MessageId": "0102-abc"}')

    assert ses.send() == "0102-abc"

    [request] = ses.requests
    sent = json.loads(request.body)
    assert request.url == URL
    assert sent["Content"] == {"Raw": {"Data": b64encode(RAW).decode()}}
    assert sent["FromEmailAddress"] == SENDER.sender_email
    assert sent["Destination"] == {"ToAddresses": ["maria@brightwater.example"]}
    assert sent["ConfigurationSetName"] == "cam-events"
    assert sent["EmailTags"] == [{"Name": "send_id", "Value": "12_0_a1b2_3"}]


def test_no_configuration_set_is_named_when_there_is_none(ses):
    transport = type(ses.transport)(ses.transport.client)
    ses.answer(200, body=b'{"MessageId": "m"}')

    transport.send(RAW, "a@b.example", "c@d.example", "s")

    assert "ConfigurationSetName" not in json.loads(ses.requests[0].body)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "TooManyRequestsException"),
        (400, "TooManyRequestsException"),
        (400, "ThrottlingException"),
        (429, "Unheard"),
    ],
)
def test_being_too_fast_leaves_the_mail_for_later(ses, status, code):
    ses.answer(status, code)

    with pytest.raises(Throttled, match=code):
        ses.send()

    assert len(ses.requests) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "LimitExceededException"),
        (400, "SendingPausedException"),
        (400, "AccountSuspendedException"),
        (400, "MailFromDomainNotVerifiedException"),
        (404, "NotFoundException"),
        (403, "AccessDeniedException"),
        (403, "ExpiredTokenException"),
        (403, "UnrecognizedClientException"),
    ],
)
def test_an_answer_about_us_stops_the_worker_and_not_the_mail(ses, status, code):
    ses.answer(status, code)

    with pytest.raises(Unavailable, match=code):
        ses.send()

    assert len(ses.requests) == 1


def test_an_identity_that_nobody_verified_is_about_us_and_names_no_address(ses):
    ses.answer(400, "MessageRejected", "Email address is not verified: Maria <maria@brightwater.example>")

    with pytest.raises(Unavailable) as caught:
        ses.send()

    assert caught.value.reason == "MessageRejected: Email address is not verified: Maria <…>"


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException", "Unheard"])
def test_an_answer_about_the_mail_refuses_it_without_naming_addresses(ses, code):
    ses.answer(400, code, "No mail for Maria <maria@brightwater.example>")

    with pytest.raises(Refused) as caught:
        ses.send()

    assert caught.value.reason == f"{code}: No mail for Maria <…>"
    assert len(ses.requests) == 1


@pytest.mark.parametrize(
    ("status", "code", "body"),
    [
        (500, "InternalFailure", None),
        (503, "ServiceUnavailable", None),
        (502, None, b"<html>bad gateway</html>"),
        (504, None, b""),
        (200, None, b"{}"),
        (200, None, b"{broken"),
        (302, None, b""),
    ],
)
def test_an_answer_that_settles_nothing_leaves_us_unsure_after_one_try(ses, status, code, body):
    ses.answer(status, code, body=body)

    with pytest.raises(Unsure) as caught:
        ses.send()

    assert caught.value.reason
    assert len(ses.requests) == 1


@pytest.mark.parametrize(
    "broken",
    [
        ReadTimeoutError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
        HTTPClientError(error=OSError("broken")),
        SSLError(endpoint_url=URL, error=OSError("eof")),
        ConnectionResetError(),
        TimeoutError(),
    ],
)
def test_a_connection_that_breaks_leaves_us_unsure_after_one_try(ses, broken):
    ses.outcome = broken

    with pytest.raises(Unsure, match=type(broken).__name__):
        ses.send()

    assert len(ses.requests) == 1


@pytest.mark.parametrize(
    "unreached",
    [
        ConnectTimeoutError(endpoint_url=URL),
        EndpointConnectionError(endpoint_url=URL, error="refused"),
    ],
)
def test_a_connection_that_never_came_about_leaves_the_mail_for_later(ses, unreached):
    ses.outcome = unreached

    with pytest.raises(Throttled):
        ses.send()

    assert len(ses.requests) == 1


def test_missing_credentials_stop_the_worker(ses):
    ses.outcome = NoCredentialsError()

    with pytest.raises(Unavailable):
        ses.send()


def test_a_request_that_botocore_does_not_let_out_is_refused(ses):
    with pytest.raises(Refused):
        ses.transport.send(None, "a@b.example", "c@d.example", "s")

    assert ses.requests == []


def test_nothing_listens_and_nothing_was_sent(monkeypatch, ses):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")

    with pytest.raises(Throttled):
        connect("ses").send(RAW, "a@b.example", "c@d.example", "s")


def test_the_endpoint_comes_from_the_environment(monkeypatch, ses):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")

    transport = connect("ses")

    assert isinstance(transport, Ses)
    assert transport.client.meta.endpoint_url == "http://127.0.0.1:4566"


def test_one_try_and_finite_time_outs(ses):
    config = ses.transport.client.meta.config

    assert config.retries["total_max_attempts"] == 1
    assert 0 < config.connect_timeout <= 5
    assert 0 < config.read_timeout <= 30


@pytest.mark.parametrize(
    ("send_id", "value"), [("a-Z_9", "a-Z_9"), ("1#2.3/ü", "1_2_3__"), ("x" * 300, "x" * 256), ("a\r\nb", "a__b")]
)
def test_a_tag_holds_only_what_ses_allows(send_id, value):
    assert tag(send_id) == value


def test_an_unknown_transport_is_named_with_those_that_exist():
    with pytest.raises(Invalid, match=r"no transport pigeon\. Available: ses"):
        connect("pigeon")
