"""A mail server: real SMTP (aiosmtpd) with TLS, a login, and the refusals and silences that tests give it."""

import asyncio
import datetime
import ipaddress
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, cast

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "cam@relay.example", "s3cret-word"
DROP, HANG = "drop", "hang"


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that the server took: its envelope, and the bytes as they came."""

    sender: str
    recipients: list[str]
    raw: bytes


def certificate(folder: Path) -> Path:
    """A self-signed certificate for this machine, with its key, in one file: trust it by SSL_CERT_FILE."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # OpenSSL asks the machine's clock, which tests do not go by.
        .not_valid_before(datetime.datetime(2000, 1, 1))
        .not_valid_after(datetime.datetime(2100, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*form) + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class MailServer:
    """Listens on a port of its own. `answers` says what it answers to a command instead of taking it.

    Commands are EHLO, AUTH, MAIL, RCPT, DATA (at its beginning) and BODY (when the whole mail is there); an answer is a
    reply, DROP (the connection) or HANG. RCPT can be narrowed to one address: `RCPT bob@b.example`.
    """

    pem: Path | None = None
    implicit: bool = False
    starttls: bool = True
    login: bool = True
    answers: dict[str, str] = field(default_factory=dict)
    once: set[str] = field(default_factory=set)  # commands whose answer is given one time only
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._open: list[asyncio.Transport] = []
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def hang_up(self) -> None:
        """Close every connection, as servers do with idle ones, and wait until that is done."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(10)

    async def _hang_up(self) -> None:
        for one in self._open:
            one.abort()
        self._open.clear()
        await asyncio.sleep(0.05)

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        context = None
        if self.pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.pem)
        serving = self._loop.create_server(
            lambda: _Session(self, None if self.implicit else context),
            "127.0.0.1",
            0,
            ssl=context if self.implicit else None,
        )
        server = self._loop.run_until_complete(serving)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._hang_up())
        pending = asyncio.all_tasks(self._loop)
        for task in pending:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self._loop.close()

    def check(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        """The login, against the one that there is."""
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False, message=None if good else f"535 5.7.8 no {USER} {PASSWORD}")


class _Session(SMTP):
    """One connection."""

    def __init__(self, owner: MailServer, context: ssl.SSLContext | None) -> None:
        self.owner = owner
        super().__init__(
            _Hooks(owner),
            hostname="mail.example",
            data_size_limit=1_000_000,
            tls_context=context if owner.starttls else None,
            # aiosmtpd does not see TLS that was there from the first byte, and warns.
            auth_required=owner.login and not owner.implicit,
            auth_require_tls=not owner.implicit,
            authenticator=owner.check,
        )

    def connection_made(self, transport: Any) -> None:
        # Called again, with another transport, after STARTTLS.
        self.owner.connections += self.transport is None
        super().connection_made(transport)
        self.owner._open.append(transport)

    async def push(self, status: Any) -> None:
        """A connection that was dropped hears nothing more."""
        with suppress(ConnectionError, RuntimeError):
            await super().push(status)

    @property
    def _connection(self) -> asyncio.Transport:
        return cast(asyncio.Transport, self.transport)

    async def _told(self, command: str, argument: str) -> bool:
        """Whether the command was answered as tests want it, and not as the server would."""
        self.owner.commands.append(command)
        answer = self.owner.answers.get(f"{command} {argument}") or self.owner.answers.get(command)
        if answer is None:
            return False
        if command in self.owner.once:
            self.owner.answers.pop(command, None)
        await self.answer(answer)
        return True

    async def answer(self, answer: str) -> None:
        """Reply, drop the connection, or say nothing."""
        if answer == HANG:
            await asyncio.sleep(60)
        elif answer == DROP:
            self._connection.abort()
        else:
            await self.push(answer)
            if answer.startswith("421"):
                self._connection.close()

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self._told("EHLO", hostname):
            await super().smtp_EHLO(hostname)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self._told("AUTH", ""):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str) -> None:
        if not await self._told("MAIL", ""):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:
        if not await self._told("RCPT", arg.partition("<")[2].partition(">")[0]):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if not await self._told("DATA", ""):
            await super().smtp_DATA(arg)


@dataclass
class _Hooks:
    owner: MailServer

    async def handle_DATA(self, server: _Session, session: Any, envelope: Any) -> str:
        answer = self.owner.answers.get("BODY")
        if answer is None or answer in (DROP, HANG):
            self.owner.taken.append(Taken(envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        if answer in (DROP, HANG):
            await server.answer(answer)
        return answer or "250 2.0.0 queued as 4F3A"
