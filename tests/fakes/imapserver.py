"""A mailbox: real IMAP (pymap, in a process of its own) behind a line that tests listen to, answer for and cut."""

import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

USER, PASSWORD = "answers@agency.example", 's3cret "wo\\rd'
_PLACE = b"X-In-Place-Of: "
_START_LIMIT = 60  # seconds
# It ends with the tests, however they end.
_PROGRAM = """
import os, sys, threading
from pymap.main import main
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
main()
"""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Mailbox:
    """Listens on `port`. With a certificate it offers STARTTLS, or is `implicit`.

    `answers` says what is answered to a command that holds a text, instead of what the server would, as in
    `{"UID FETCH 7": "NO [UNAVAILABLE] later"}`. `cut` drops the next connection after so many bytes from the server;
    `hide` is a word that it never says.
    """

    pem: Path | None = None
    implicit: bool = False
    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    hide: str = ""
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    # What is given out in place of mails that the server itself could not parse, by what it has in their place.
    _given_out: dict[bytes, bytes] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._behind = _free_port()
        command = [sys.executable, "-c", _PROGRAM, "--host", "127.0.0.1"]
        command += ["--port", str(self._behind), "--no-service", "admin", "--no-service", "sieve"]
        secured = self.pem and not self.implicit
        command += ["--cert", str(self.pem), "--key", str(self.pem)] if secured else ["--no-tls"]
        command += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        deadline = time.monotonic() + _START_LIMIT
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._behind), 1):
                return self
            assert self._process.poll() is None, "pymap did not start"
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def __exit__(self, *_: object) -> None:
        # Without it, accept would go on.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        # It waits for its connections to end, and has nothing to save.
        self._process.kill()
        self._process.communicate(timeout=10)

    def folder(self, name: str) -> None:
        """An empty folder of that name; a new one, with numbers of its own (UIDVALIDITY), when there was one."""
        line = self._inside()
        line.delete(name)
        assert line.create(name)[0] == "OK"
        line.logout()

    def put(self, *mails: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Let mails lie in a folder since `at`, or since now by the tests' clock, in one command (RFC 3502)."""
        when = f"{imaplib.Time2Internaldate(at or time.time())} "
        literals = " ".join(f"{when}{{{len(mail)}+}}\r\n{mail.decode('latin-1')}" for mail in mails)
        with socket.create_connection(("127.0.0.1", self._behind), 60) as line:
            if self.pem and not self.implicit:
                return self._put_by_tls(line, folder, literals)
            _say(line, _login(), f"a APPEND {folder} {literals}".encode("latin-1"))

    def put_as_they_are(self, *mails: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """The same for mails that this server could not parse: it has others of their lengths, and never sees them."""
        places = []
        for mail in mails:
            place = (b"%b%d\r\n\r\n" % (_PLACE, len(self._given_out))).ljust(len(mail), b"x")
            self._given_out[place] = mail
            places.append(place)
        self.put(*places, folder=folder, at=at)

    def _put_by_tls(self, line: socket.socket, folder: str, literals: str) -> None:
        _say(line, b"a STARTTLS")
        context = ssl.create_default_context()
        with context.wrap_socket(line, server_hostname="127.0.0.1") as secured:
            _say(secured, _login(), f"a APPEND {folder} {literals}".encode("latin-1"), greeted=True)

    def flags(self, folder: str = "INBOX") -> Sequence[bytes]:
        """The flags of every mail of a folder."""
        line = self._inside()
        line.select(folder, readonly=True)
        found = [one for one in line.fetch("1:*", "(FLAGS)")[1] if isinstance(one, bytes)]
        line.logout()
        return found

    def _inside(self) -> imaplib.IMAP4:
        line = imaplib.IMAP4("127.0.0.1", self._behind, timeout=20)
        if self.pem and not self.implicit:
            line.starttls(ssl.create_default_context())
        line.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        return line

    def _accept(self) -> None:
        context = None
        if self.pem and self.implicit:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.pem)
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            client.settimeout(60)
            try:
                client = context.wrap_socket(client, server_side=True) if context else client
                behind = socket.create_connection(("127.0.0.1", self._behind), 60)
            except OSError:
                client.close()
                continue
            for way in (self._ask, self._answer):
                threading.Thread(target=way, args=(client, behind), daemon=True).start()

    def _ask(self, client: socket.socket, behind: socket.socket) -> None:
        """From the client to the server, command by command: imaplib sends each at once."""
        with suppress(OSError), client, behind:
            while asked := client.recv(65536):
                self.commands.append(asked.decode("latin-1").strip())
                answer = next((said for text, said in self.answers.items() if text.encode() in asked), None)
                if answer is None:
                    behind.sendall(asked)
                else:
                    client.sendall(asked.split()[0] + f" {answer}\r\n".encode())

    def _answer(self, client: socket.socket, behind: socket.socket) -> None:
        left, self.cut = self.cut, None
        held = b""
        with suppress(OSError), client, behind:
            while said := behind.recv(65536):
                said, held = self._replaced(held + said)
                said = said.replace(self.hide.encode(), b"X" * len(self.hide)) if self.hide else said
                client.sendall(said if left is None else said[:left])
                if left is not None:
                    left -= len(said)
                    if left <= 0:
                        client.shutdown(socket.SHUT_RDWR)
                        return

    def _replaced(self, said: bytes) -> tuple[bytes, bytes]:
        """What is given out of what the server has said, and what is held back because more of it is to come."""
        for place, mail in self._given_out.items():
            said = said.replace(place, mail)
        begun = said.rfind(_PLACE)
        if begun < 0:
            begun = next((at for at in range(-len(_PLACE) + 1, 0) if _PLACE.startswith(said[at:])), len(said))
        return said[:begun], said[begun:]


def _login() -> bytes:
    password = PASSWORD.encode()
    return b'a LOGIN "%b" {%d+}\r\n%b' % (USER.encode(), len(password), password)


def _say(line: socket.socket, *commands: bytes, greeted: bool = False) -> None:
    """Commands of the tag `a`, each of which must be done."""
    with line.makefile("rb") as answers:
        if not greeted:
            answers.readline()
        for command in commands:
            line.sendall(command + b"\r\n")
            while not (answer := answers.readline()).startswith(b"a "):
                assert answer, command[:80]
            assert answer.startswith(b"a OK"), answer
