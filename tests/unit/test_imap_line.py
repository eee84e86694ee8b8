"""What a mail server may send, and the poll still ends: within time and memory, and as something that it can name."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest

from cam.model.errors import CamError, Throttled
from cam.platform.environment import ImapServer, Tls
from cam.platform.logins import Login
from functions.inbox import imap_line, mailbox
from functions.inbox.imap_line import Imap

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
# What it says to a command; `%t` stands for the command's tag.
USUAL = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n%t OK done\r\n",
    "LOGIN": b"%t OK done\r\n",
    "EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] fine\r\n%t OK [READ-ONLY] done\r\n",
    "UID SEARCH": b"* SEARCH 1 2 3\r\n%t OK done\r\n",
    "UID FETCH": b"%t OK done\r\n",
    "LOGOUT": b"* BYE\r\n%t OK done\r\n",
}
Said = dict[str, bytes | Callable[[socket.socket, bytes], None]]


@contextmanager
def server(said: Said, commands: list[str] | None = None) -> Iterator[ImapServer]:
    """Speaks IMAP as the table says; a function in it sends for itself."""
    table: Said = {**USUAL, **said}
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            line, _ = listener.accept()
            with line, line.makefile("rb") as asked:
                _say(line, table.get("greeting", b"* OK hello\r\n"), b"")
                for command in asked:
                    tag, _, rest = command.strip().partition(b" ")
                    if commands is not None:
                        commands.append(rest.decode())
                    name = next(name for name in USUAL if rest.startswith(name.encode()))
                    _say(line, table[name], tag)

    speaking = threading.Thread(target=serve, daemon=True)
    speaking.start()
    try:
        yield ImapServer("127.0.0.1", listener.getsockname()[1], Tls.NONE, "INBOX")
    finally:
        listener.close()
        speaking.join(10)


def _say(line: socket.socket, what: bytes | Callable[[socket.socket, bytes], None], tag: bytes) -> None:
    if callable(what):
        what(line, tag)
    else:
        line.sendall(what.replace(b"%t", tag))


def endless(piece: bytes, pause: float = 0) -> Callable[[socket.socket, bytes], None]:
    def send(line: socket.socket, tag: bytes) -> None:
        while True:
            line.sendall(piece)
            time.sleep(pause)

    return send


def fetched(
    said: Said, uids: tuple[int, ...] = (1, 2, 3), commands: list[str] | None = None
) -> dict[int, bytes | None]:
    with server(said, commands) as at, mailbox.opened(at, Login("a", "b")) as box:
        return {uid: mail.raw if mail else None for uid, mail in box.fetch(uids, NOW).items()}


def literal(uid: int, raw: bytes, more: bytes = b"") -> bytes:
    return b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%b%b)\r\n" % (uid, len(raw), raw, more)


@pytest.mark.parametrize("name", ["greeting", "EXAMINE", "UID FETCH"])
@pytest.mark.parametrize(
    "send",
    [
        endless(b"x" * 100_000),
        endless(b"* 1 EXISTS\r\n" * 10_000),
        endless(b"* OK", 0.01),
        endless(b"* 1 EXISTS\r\n", 0.01),
    ],
)
def test_a_server_without_end_is_left(
    monkeypatch: pytest.MonkeyPatch, name: str, send: Callable[[socket.socket, bytes], None]
) -> None:
    monkeypatch.setattr(imap_line, "_MOST_SECONDS", 0.3)
    monkeypatch.setattr(imap_line, "_MOST_BYTES", 5_000_000)
    monkeypatch.setattr(imap_line, "_MOST_OF_LINE", 1_000_000)

    with pytest.raises(Throttled):
        fetched({name: send})


@pytest.mark.parametrize("name", USUAL)
@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xff\xfe\r\n",
        b"* \xff\xfe\r\n%t OK done\r\n",
        b"%t\r\n",
        b"X9 OK done\r\n",
        b"* SEARCH a -1 \xd9\xa3 " + b"9" * 6_000 + b"\r\n%t OK done\r\n",
        b"* OK [UIDVALIDITY " + b"9" * 6_000 + b"] x\r\n%t OK [READ-ONLY] done\r\n",
        b"* OK [UIDVALIDITY] x\r\n%t OK done\r\n",
        b"* 1 FETCH (UID " + b"9" * 6_000 + b" BODY[] {2}\r\nab)\r\n%t OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[] {" + b"9" * 6_000 + b"}\r\nab)\r\n%t OK done\r\n",
        b"* 1 FETCH (UID 1 BODY[] {999999999}\r\nab)\r\n%t OK done\r\n",
        b"+ go on\r\n",
        b"* CAPABILITY\r\n%t OK done\r\n",
        b"* BYE\r\n%t BAD what\r\n",
    ],
)
def test_what_is_no_imap_is_an_error_that_has_a_name(monkeypatch: pytest.MonkeyPatch, name: str, said: bytes) -> None:
    monkeypatch.setattr(imap_line, "_MOST_SECONDS", 0.3)
    monkeypatch.setattr(mailbox, "_TIME_OUT", 0.3)

    with suppress(CamError), server({name: said}) as at, mailbox.opened(at, Login("a", "b")) as box:
        box.newer(0)
        box.fetch([1, 2], NOW)


def test_of_a_literal_beyond_the_limit_the_beginning_is_kept_and_the_rest_is_read() -> None:
    said = literal(1, b"x" * 3_000_000) + literal(2, b"two") + b"%t OK done\r\n"

    found = fetched({"UID FETCH": said}, (1, 2))

    assert found == {1: b"x" * Imap.most_of_literal, 2: b"two"}


def test_a_mail_may_come_as_a_string_or_as_nothing() -> None:
    said = b'* 1 FETCH (UID 1 BODY[]<0> "a \\"b\\"")\r\n* 2 FETCH (BODY[]<0> NIL UID 2)\r\n%t OK done\r\n'
    assert fetched({"UID FETCH": said}, (1, 2)) == {1: b'a "b"', 2: b""}


def test_mails_that_nobody_asked_for_are_not_taken() -> None:
    assert fetched({"UID FETCH": literal(1, b"one") + literal(9, b"nine") + b"%t OK done\r\n"}) == {1: b"one"}


def test_a_server_that_gives_out_less_than_it_was_asked_for_is_asked_again() -> None:
    commands: list[str] = []

    def less(line: socket.socket, tag: bytes) -> None:
        asked = re.findall(r"\d+", commands[-1].split()[2])
        line.sendall(literal(int(asked[0]), asked[0].encode()) + tag + b" OK done\r\n")

    assert fetched({"UID FETCH": less}, (1, 2), commands) == {1: b"1", 2: b"2"}
    assert len([one for one in commands if "FETCH" in one]) == 2


def test_the_numbers_of_a_hundred_thousand_mails_are_read() -> None:
    numbers = range(4_000_000_000, 4_000_200_000)
    said = b"* SEARCH " + " ".join(map(str, numbers)).encode() + b"\r\n%t OK done\r\n"
    with server({"UID SEARCH": said}) as at, mailbox.opened(at, Login("a", "b")) as box:
        assert box.newer(4_000_000_000) == list(numbers)[1:]
