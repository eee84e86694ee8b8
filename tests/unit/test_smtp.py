"""What a mail server's answers mean for a touch. The server is real; only its refusals and silences are made."""

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cam.mail import message_ids
from cam.mail.render import Rendered
from cam.model.errors import Invalid, Throttled
from cam.platform.environment import SmtpServer, Tls, smtp_server
from cam.platform.logins import Login
from functions.nurture import transports
from functions.nurture.message import build
from functions.nurture.transports.errors import Deferred, Refused, Unavailable
from functions.nurture.transports.smtp import Smtp
from tests.fakes.mailserver import DROP, HANG, PASSWORD, USER, MailServer, certificate
from tests.unit.example_mails import NOW, REFERENCE, SENDER, URL

FROM = "ada@agency.example"
TO = "maria@brightwater.example"
SENDING = SENDER.model_copy(update={"sender_email": FROM})


def smtp(
    server: MailServer,
    tls: Tls = Tls.STARTTLS,
    login: Login | None = Login(USER, PASSWORD),  # noqa: B008  frozen
    host: str = "127.0.0.1",
    **times: Any,
) -> Smtp:
    return Smtp(SmtpServer(host, server.port, tls), lambda: login, **times)


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))


@pytest.fixture
def server(pem: Path) -> Iterator[MailServer]:
    with MailServer(pem) as running:
        yield running


def mail(reference: str = REFERENCE, text: str = "Hello\n.\n..two\n\n-- \nSam\n", **more: Any) -> bytes:
    rendered = Rendered("Über Prüfungen bei Łódź", text, "<p>Grüße</p>")
    return build(rendered, SENDING, TO, more.pop("name", "Zoë Müller"), URL, reference, NOW, **more)


def read(raw: bytes) -> Any:
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_one_connection_carries_many_mails_and_is_closed_at_the_end(server: MailServer) -> None:
    with_login = smtp(server)

    for number in range(3):
        with_login.send(mail(f"reference-{number}"), FROM, TO, "0-a-0")
    with_login.close()
    with_login.close()

    assert (server.connections, len(server.taken)) == (1, 3)
    assert server.commands.count("AUTH") == 1


@pytest.mark.parametrize("answer", ["421 4.4.2 idle for too long", DROP])
def test_a_server_that_ends_an_idle_connection_gets_the_mail_over_another(server: MailServer, answer: str) -> None:
    one = smtp(server)
    one.send(mail("first"), FROM, TO, "0-a-0")
    server.answers["MAIL"], server.once = answer, {"MAIL"}

    one.send(mail("second"), FROM, TO, "0-a-1")
    one.close()

    assert [read(taken.raw)["X-CAM-Ref"] for taken in server.taken] == ["first", "second"]
    assert server.connections == 2


def test_the_id_of_a_mail_is_the_one_it_was_built_with(server: MailServer) -> None:
    one = smtp(server)
    message_id = one.send(mail(), FROM, TO, "0-a-0")
    one.close()

    assert message_ids.header_id(message_id) == read(server.taken[0].raw)["Message-ID"]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "450 4.2.0 greylisted"),
        ("RCPT", "451 4.7.1 try again"),
        ("RCPT", "452 4.2.2 mailbox full"),
        ("RCPT", "421 4.7.0 too many"),
        ("RCPT", DROP),
        ("RCPT", HANG),
        ("DATA", "451 local error"),
        ("DATA", DROP),
        ("BODY", "452 4.3.1 no space"),
        ("BODY", "421 4.3.0 going down"),
    ],
)
def test_what_is_not_taken_now_waits_and_the_next_recipient_gets_his_mail(
    server: MailServer, command: str, answer: str
) -> None:
    one = smtp(server, time_out=0.5)
    server.answers[command] = answer
    with pytest.raises(Deferred):
        one.send(mail("greylisted"), FROM, TO, "0-a-0")
    server.answers.clear()

    one.send(mail("next"), FROM, "bob@else.example", "0-b-0")
    one.close()

    assert [read(taken.raw)["X-CAM-Ref"] for taken in server.taken] == ["next"]


@pytest.mark.parametrize(
    ("command", "answer", "bounced"),
    [
        ("RCPT", "550 5.1.1 user unknown in relay recipient table", True),
        ("RCPT", "550 5.1.10 null MX", True),
        ("RCPT", "550 5.2.1 mailbox disabled", True),
        ("RCPT", "550 No such user here", True),
        ("RCPT", "553 mailbox name not allowed", True),
        ("RCPT", "550 5.7.1 no such user", True),
        ("RCPT", "550 5.4.1 Recipient address rejected: Access denied", True),
        ("BODY", "550 5.1.1 no such user", True),
        ("RCPT", "552 5.2.2 mailbox full", False),
        ("RCPT", "550 5.2.1 user is receiving mail at a rate that is too high", False),
        ("RCPT", "550 5.1.1 mailbox is over quota", False),
        ("RCPT", "550 5.1.0 sender rejected", False),
        ("RCPT", "550 5.7.1 blocked by policy", False),
        ("BODY", "550 unknown user", False),
        ("RCPT", "550 5.1.8 bad sender", False),
        ("RCPT", "550 Access denied", False),
        ("RCPT", "550 your address is on a blacklist", False),
        ("RCPT", "554 transaction failed", False),
        ("DATA", "554 no valid recipients", False),
        ("BODY", "550 no such thing", False),
        ("BODY", "554 5.7.1 looks like spam", False),
        ("MAIL", "552 5.3.4 too large", False),
    ],
)
def test_a_refusal_for_good_tells_a_missing_mailbox_from_the_rest(
    server: MailServer, command: str, answer: str, bounced: bool
) -> None:
    one = smtp(server)
    server.answers[command] = answer

    with pytest.raises(Refused) as caught:
        one.send(mail(), FROM, TO, "0-a-0")
    one.close()

    assert (caught.value.reason, caught.value.bounced) == (answer, bounced)
    assert server.taken == []


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("EHLO", "554 we do not talk to you"),
        ("MAIL", "530 5.7.0 authentication required"),
        ("MAIL", "553 5.7.1 sender not owned"),
        ("RCPT", "530 5.7.0 authentication required"),
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("RCPT", "550 relaying denied"),
        ("AUTH", "535 5.7.8 no such login"),
    ],
)
def test_what_is_said_of_us_stops_the_worker(server: MailServer, command: str, answer: str) -> None:
    one = smtp(server)
    server.answers[command] = answer

    with pytest.raises(Unavailable, match=answer[:3]):
        one.send(mail(), FROM, TO, "0-a-0")
    one.close()

    assert server.taken == []


@pytest.mark.parametrize(
    ("command", "answer"), [("EHLO", "421 busy"), ("MAIL", DROP), ("MAIL", HANG), ("AUTH", "454 x")]
)
def test_a_server_in_trouble_leaves_the_mail_for_later(server: MailServer, command: str, answer: str) -> None:
    one = smtp(server, time_out=0.5)
    server.answers[command] = answer

    with pytest.raises(Throttled):
        one.send(mail(), FROM, TO, "0-a-0")
    one.close()

    assert server.taken == []


def test_a_wrong_password_is_named_without_it(server: MailServer) -> None:
    one = smtp(server, login=Login(USER, "wrong-word"))

    with pytest.raises(Unavailable) as caught:
        one.send(mail(), FROM, TO, "0-a-0")

    said = f"{caught.value!r} {one!r}"
    assert "535" in caught.value.reason
    assert not [secret for secret in (USER, PASSWORD, "wrong-word") if secret in said]


def test_without_starttls_neither_mail_nor_password_goes_out(pem: Path) -> None:
    with MailServer(pem, starttls=False) as server:
        with pytest.raises(Unavailable, match="STARTTLS"):
            smtp(server).send(mail(), FROM, TO, "0-a-0")

        assert (server.commands, server.taken) == (["EHLO"], [])


def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path)))

    with pytest.raises(Unavailable, match="certificate is not valid"):
        smtp(server).send(mail(), FROM, TO, "0-a-0")

    assert server.taken == []


def test_a_certificate_of_another_host_is_refused(server: MailServer) -> None:
    with pytest.raises(Unavailable, match="certificate is not valid"):
        smtp(server, host="localhost").send(mail(), FROM, TO, "0-a-0")


def test_implicit_tls_carries_mail_and_does_not_fit_a_starttls_port(pem: Path, server: MailServer) -> None:
    with MailServer(pem, implicit=True) as implicit:
        one = smtp(implicit, Tls.IMPLICIT)
        one.send(mail(), FROM, TO, "0-a-0")
        one.close()
        assert len(implicit.taken) == 1

    with pytest.raises(Unavailable, match="TLS"):
        smtp(server, Tls.IMPLICIT).send(mail(), FROM, TO, "0-a-0")


def test_a_plain_local_server_gets_no_login() -> None:
    with MailServer(login=False) as server:
        one = smtp(server, Tls.NONE)
        one.send(mail(), FROM, TO, "0-a-0")
        one.close()

        assert (len(server.taken), "AUTH" in server.commands) == (1, False)


def test_nobody_listens_and_nothing_was_sent(server: MailServer) -> None:
    one = smtp(server)
    server.__exit__()

    with pytest.raises(Throttled, match="ConnectionRefusedError"):
        one.send(mail(), FROM, TO, "0-a-0")


def test_a_host_that_does_not_exist_has_to_be_put_right(server: MailServer) -> None:
    with pytest.raises(Unavailable, match="SmtpHost"):
        smtp(server, host="no-such-host.invalid").send(mail(), FROM, TO, "0-a-0")


def test_a_stack_without_a_server_says_so() -> None:
    with pytest.raises(Invalid, match="SmtpHost"):
        transports.connect("smtp")


def test_the_server_of_the_stack_is_what_the_parameters_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_HOST", "mail.example")
    assert smtp_server() == SmtpServer("mail.example", 587, Tls.STARTTLS)
    monkeypatch.setenv("SMTP_PORT", "465")
    monkeypatch.setenv("SMTP_TLS", "implicit")
    assert smtp_server() == SmtpServer("mail.example", 465, Tls.IMPLICIT)
    monkeypatch.setenv("SMTP_HOST", "")
    assert smtp_server() is None


@pytest.mark.parametrize(("name", "value"), [("SMTP_PORT", "many"), ("SMTP_TLS", "perhaps")])
def test_parameters_that_make_no_server_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("SMTP_HOST", "mail.example")
    monkeypatch.setenv(name, value)

    with pytest.raises(RuntimeError, match=name):
        smtp_server()
