"""What a mail server's answers mean for a poll. The server is real (pymap); only its refusals are made."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cam.model.errors import Invalid, Throttled
from cam.platform.environment import ImapServer, Tls, imap_server
from cam.platform.logins import Login
from functions.inbox import mailbox
from tests.fakes.imapserver import PASSWORD, USER, Mailbox
from tests.unit.example_answers import mail
from tests.unit.test_smtp import pem, trusted

__all__ = ["pem", "trusted"]  # fixtures

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LOGIN = Login(USER, PASSWORD)


@pytest.fixture(scope="module")
def plain() -> Iterator[Mailbox]:
    with Mailbox() as running:
        yield running


@pytest.fixture
def box(plain: Mailbox) -> Mailbox:
    plain.answers, plain.cut, plain.commands, plain.hide = {}, None, [], ""
    plain.folder("Answers")
    return plain


def at(box: Mailbox, tls: Tls = Tls.NONE, folder: str = "Answers", host: str = "127.0.0.1") -> ImapServer:
    return ImapServer(host, box.port, tls, folder)


@pytest.mark.parametrize("tls", [Tls.IMPLICIT, Tls.STARTTLS])
def test_a_line_is_secured_before_the_login(pem: Path, tls: Tls) -> None:
    with Mailbox(pem, implicit=tls is Tls.IMPLICIT) as running:
        running.put(mail("Yes."), at=NOW)
        with mailbox.opened(at(running, tls, "INBOX"), LOGIN) as opened:
            assert len(opened.since(NOW.date())) == 1
        plain = " ".join(running.commands[:2])

    assert ("STARTTLS" in plain and "AUTHENTICATE" not in plain) or tls is Tls.IMPLICIT


def test_a_certificate_of_another_name_is_refused(pem: Path) -> None:
    with (
        Mailbox(pem, implicit=True) as running,
        pytest.raises(Invalid, match="certificate"),
        mailbox.opened(at(running, Tls.IMPLICIT, host="localhost"), LOGIN),
    ):
        raise AssertionError("it was opened")


@pytest.mark.parametrize(("tls", "named"), [(Tls.STARTTLS, "STARTTLS"), (Tls.IMPLICIT, "TLS")])
def test_a_server_without_the_tls_that_is_wanted_gets_no_login(box: Mailbox, tls: Tls, named: str) -> None:
    with pytest.raises(Invalid, match=named) as caught, mailbox.opened(at(box, tls), LOGIN):
        raise AssertionError("it was opened")

    assert caught.value.field == "ImapTls"
    assert not [one for one in box.commands if "AUTH" in one or "LOGIN" in one]


@pytest.mark.parametrize("hidden", ["", "AUTH=PLAIN"])
def test_a_login_that_is_refused_is_named_and_not_shown(box: Mailbox, hidden: str) -> None:
    box.hide = hidden

    with pytest.raises(Invalid, match="/imap/user") as caught, mailbox.opened(at(box), Login(USER, "wrong-word")):
        raise AssertionError("it was opened")

    assert "wrong-word" not in str(caught.value)
    assert USER not in str(caught.value)


def test_a_server_that_knows_only_the_old_login_gets_it(box: Mailbox) -> None:
    box.hide = "AUTH=PLAIN"

    with mailbox.opened(at(box), LOGIN) as opened:
        assert opened.validity
    with pytest.raises(Invalid, match="ASCII"), mailbox.opened(at(box), Login(USER, "wörd")):
        raise AssertionError("it was opened")


@pytest.mark.parametrize("command", ["AUTHENTICATE", "EXAMINE", "UID SEARCH", "UID FETCH"])
def test_what_passes_by_itself_is_asked_again_next_time(box: Mailbox, command: str) -> None:
    box.put(mail("Yes."), folder="Answers", at=NOW)
    box.answers = {command: "NO [UNAVAILABLE] later"}

    with pytest.raises(Throttled), mailbox.opened(at(box), LOGIN) as opened:
        opened.fetch(opened.since(NOW.date()), NOW)


def test_a_folder_that_is_not_there_is_named(box: Mailbox) -> None:
    with pytest.raises(Invalid, match="Nowhere") as caught, mailbox.opened(at(box, folder="Nowhere"), LOGIN):
        raise AssertionError("it was opened")

    assert caught.value.field == "ImapFolder"


def test_nobody_there_is_asked_again_next_time(box: Mailbox) -> None:
    with pytest.raises(Throttled), mailbox.opened(ImapServer("127.0.0.1", 9, Tls.NONE, "INBOX"), LOGIN):
        raise AssertionError("it was opened")


def test_a_mail_comes_with_its_bytes_and_its_date_which_is_never_ahead(box: Mailbox) -> None:
    raw, early = mail("Yes.\r\n"), NOW - timedelta(hours=3)
    box.put(raw, folder="Answers", at=early)
    box.put(raw, folder="Answers", at=NOW + timedelta(days=9))

    with mailbox.opened(at(box), LOGIN) as opened:
        found = opened.fetch(opened.since(early.date()), NOW)

    assert [(one.raw, one.received) for one in found.values() if one] == [(raw, early), (raw, NOW)]


def test_of_a_huge_mail_only_the_beginning_is_fetched(box: Mailbox) -> None:
    box.put(mail("Yes.") + b"x" * (mailbox.MOST + 1), folder="Answers", at=NOW)

    with mailbox.opened(at(box), LOGIN) as opened:
        (found,) = opened.fetch(opened.since(NOW.date()), NOW).values()

    assert found
    assert len(found.raw) == mailbox.MOST


def test_a_mail_that_the_server_does_not_give_out_is_told_from_one_that_is_gone(box: Mailbox) -> None:
    box.put(*[mail(f"Yes {number}.") for number in range(3)], folder="Answers", at=NOW)

    with mailbox.opened(at(box), LOGIN) as opened:
        first, second, third = opened.since(NOW.date())
        box.answers = {f"UID FETCH {first},": "NO broken", f"UID FETCH {second} ": "BAD broken"}
        found = opened.fetch([first, second, third, third + 1], NOW)

    assert {uid: mail is not None for uid, mail in found.items()} == {first: True, second: False, third: True}


def test_only_what_is_newer_is_named(box: Mailbox) -> None:
    box.put(*[mail(f"Yes {number}.") for number in range(3)], folder="Answers", at=NOW)

    with mailbox.opened(at(box), LOGIN) as opened:
        first, *others = opened.since(NOW.date())
        assert opened.newer(first) == others
        assert opened.newer(others[-1]) == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, None),
        ({"IMAP_HOST": "m.example"}, ImapServer("m.example", 993, Tls.IMPLICIT, "INBOX")),
        (
            {"IMAP_HOST": "127.0.0.1", "IMAP_PORT": "1143", "IMAP_TLS": "none", "IMAP_FOLDER": "Answers"},
            ImapServer("127.0.0.1", 1143, Tls.NONE, "Answers"),
        ),
    ],
)
def test_the_mailbox_is_that_of_the_template(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: ImapServer | None
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert imap_server() == expected


@pytest.mark.parametrize("host", ["imap.example", "192.0.2.1", "10.0.0.1"])
def test_no_password_goes_over_an_open_line_to_another_machine(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("IMAP_HOST", host)
    monkeypatch.setenv("IMAP_TLS", "none")

    with pytest.raises(RuntimeError, match="IMAP_TLS"):
        imap_server()
