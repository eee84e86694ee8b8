"""A mail server over SMTP (RFC 5321): one connection for a worker's mails, opened at the first one.

Until the server has our final dot it may not deliver anything (§4.1.1.4): whatever breaks before is definitely not
sent. From then on only its answer counts, and a connection that breaks without one is an `Unsure`.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from cam.mail.rate import Quota
from cam.model.errors import Invalid, Throttled
from cam.platform import logins
from cam.platform.environment import NO_SERVER, SmtpServer, Tls, required, smtp_rate, smtp_server
from cam.platform.logins import Login
from cam.text.bounce_codes import Command, Reason, judge
from functions.nurture.transports.errors import Deferred, Refused, Unavailable, Unsure, told

_CLOSING = 421
# The server wants a login that we did not give, or not this one (RFC 4954 §6).
_LOGIN_WANTED = frozenset({530, 534, 535, 538})
_TOO_LARGE = frozenset({552, 523})
_MESSAGE_ID = re.compile(rb"^Message-ID: <([^>\r\n]+)>\r\n", re.MULTILINE | re.IGNORECASE)
_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(slots=True)
class Smtp:
    """The transport `smtp`. `login` is asked at each connection; None: the server wants none.

    Time-outs in seconds: for the connection and each answer, and for the answer to a whole mail, which servers check
    before they answer. RFC 5321 §4.5.3.2 asks for minutes; a worker has five for all its mails.
    """

    server: SmtpServer
    login: Callable[[], Login | None]
    time_out: float = 20.0
    final_time_out: float = 60.0
    _line: smtplib.SMTP | None = None

    def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
        """Hand over one message; its own Message-ID. Errors as in `transports.Sender`."""
        line = self._begin(sender, len(raw))
        try:
            code, words = line.rcpt(to)
            if code // 100 != 2:
                self._turned_down(code, words, recipient=True)
            code, words = line.docmd("DATA")
            if code != 354:
                self._turned_down(code, words)
            line.send(_DOT.sub(b"..", raw) + (b"" if raw.endswith(b"\r\n") else b"\r\n"))
        except OSError as error:
            self.close()
            raise Deferred(f"the connection was lost before the email was complete ({_kind(error)})") from error
        code, words = self._end(line)
        if code // 100 != 2:
            self._turned_down(code, words)
        return own_id(raw) or told(words.decode("utf-8", "replace"))

    def own_id(self, raw: bytes) -> str | None:
        """The email's own Message-ID: SMTP keeps it."""
        return own_id(raw)

    def close(self) -> None:
        """Say goodbye, if there is a connection. Whether the server still hears it does not matter."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                if line.sock is not None:
                    line.sock.settimeout(1)
                line.quit()
            line.close()

    def _begin(self, sender: str, size: int) -> smtplib.SMTP:
        """A connection on which the server has taken the sender. A kept one may have died meanwhile: then a new one."""
        if self._line is not None:
            with suppress(OSError):
                code, words = _mail(self._line, sender, size)
                if code != _CLOSING:
                    return self._admitted(self._line, code, words)
            self.close()
        line = self._line = self._open(sender)
        try:
            code, words = _mail(line, sender, size)
        except OSError as error:
            self.close()
            raise Throttled(f"The mail server closed the connection ({_kind(error)}).") from error
        return self._admitted(line, code, words)

    def _admitted(self, line: smtplib.SMTP, code: int, words: bytes) -> smtplib.SMTP:
        if code // 100 == 2:
            return line
        self.close()
        if code in _TOO_LARGE:
            raise Refused(_reason(code, words))
        _about_us(code, words)

    def _open(self, sender: str) -> smtplib.SMTP:
        """A new connection: secured, and logged in."""
        # Before the connection: it is read from elsewhere, and no password goes over an open line.
        login = None if self.server.tls is Tls.NONE else self.login()
        line: smtplib.SMTP | None = None
        try:
            line = self._dial(sender)
            self._greet(line)
            if self.server.tls is Tls.STARTTLS:
                self._secure(line)
            if login:
                _log_in(line, login)
            return line
        except BaseException as error:
            if line is not None:
                line.close()
            if isinstance(error, OSError):
                _no_connection(error)
            raise

    def _dial(self, sender: str) -> smtplib.SMTP:
        host, port = self.server.host, self.server.port
        # We have no host name of our own, and asking for one may take seconds.
        name = sender.rpartition("@")[2]
        if self.server.tls is Tls.IMPLICIT:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, local_hostname=name, timeout=self.time_out, context=context)
        return smtplib.SMTP(host, port, local_hostname=name, timeout=self.time_out)

    def _greet(self, line: smtplib.SMTP) -> None:
        code, words = line.ehlo()
        if code != 250:
            _about_us(code, words)

    def _secure(self, line: smtplib.SMTP) -> None:
        if not line.has_extn("starttls"):
            raise Unavailable("the mail server does not offer STARTTLS: check SmtpTls")
        line.starttls(context=ssl.create_default_context())
        # What it offers over the open line does not count any more (RFC 3207 §4.2).
        self._greet(line)

    def _end(self, line: smtplib.SMTP) -> tuple[int, bytes]:
        """The final dot, and what the server says to it. Without an answer nobody knows whether it has the mail."""
        try:
            if line.sock is not None:
                line.sock.settimeout(self.final_time_out)
            line.send(b".\r\n")
            code, words = line.getreply()
            if not 200 <= code < 600:
                raise smtplib.SMTPResponseException(code, words)
            if line.sock is not None:
                line.sock.settimeout(self.time_out)
        except OSError as error:
            # Not even a QUIT: the server may still be at work on the mail.
            self._line = None
            line.close()
            raise Unsure(f"the mail server did not respond after receiving the email ({_kind(error)})") from error
        return code, words

    def _turned_down(self, code: int, words: bytes, recipient: bool = False) -> NoReturn:
        """What a refusal says about this mail. The connection is kept for the next one, if the server keeps it."""
        if code == _CLOSING:
            self.close()
        elif self._line is not None:
            try:
                kept = self._line.rset()[0] == 250
            except OSError:
                kept = False
            if not kept:
                self.close()
        reason = _reason(code, words)
        if code // 100 != 5:
            raise Deferred(reason)
        command = Command.RECIPIENT if recipient else Command.DATA
        judged = judge(f"{code} {words.decode('utf-8', 'replace')}", command=command)
        if judged.hard:
            raise Refused(reason, bounced=True)
        if code in _LOGIN_WANTED or (recipient and judged.reason is Reason.RELAY):
            raise Unavailable(reason)
        raise Refused(reason)


def own_id(raw: bytes) -> str:
    """The Message-ID that a mail was built with, without its brackets; empty when it has none."""
    found = _MESSAGE_ID.search(raw.partition(b"\r\n\r\n")[0] + b"\r\n")
    return found[1].decode("ascii") if found else ""


def connect(configuration_set: str | None) -> Smtp:
    """The stack's mail server; nothing is asked of it yet. Raises Invalid when the stack has none.

    A configuration set is a matter of SES.
    """
    server = smtp_server()
    if server is None:
        raise Invalid(NO_SERVER, "settings.sending.transport")
    return Smtp(server, stored_login)


def quota() -> Quota | None:
    """What the stack says about its mail server: SMTP has no way to ask."""
    rate = smtp_rate()
    return Quota(rate) if rate else None


def stored_login() -> Login | None:
    """The login that lies in SSM below `SMTP_LOGIN`. None: there is none.

    Raises Unavailable when half of it is missing, Throttled when it cannot be read.
    """
    try:
        return logins.stored(required("SMTP_LOGIN"))
    except Invalid as error:
        raise Unavailable(str(error)) from error


def _mail(line: smtplib.SMTP, sender: str, size: int) -> tuple[int, bytes]:
    return line.mail(sender, [f"size={size}"] if line.has_extn("size") else [])


def _log_in(line: smtplib.SMTP, login: Login) -> None:
    """The server's own words may repeat what it was told: of them only the codes are passed on."""
    try:
        line.login(login.user, login.password)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code // 100 == 4:
            raise Throttled(f"The mail server cannot check the login at the moment ({error.smtp_code}).") from None
        raise Unavailable(f"the mail server rejected the login ({error.smtp_code})") from None
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, UnicodeError, ValueError):
        raise Unavailable("the mail server offers no supported login method") from None


def _no_connection(error: OSError) -> NoReturn:
    """Why no connection came about: what passes by itself, and what somebody has to put right."""
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        _about_us(error.smtp_code, words if isinstance(words, bytes) else words.encode())
    if isinstance(error, ssl.SSLCertVerificationError):
        raise Unavailable(f"TLS: the mail server's certificate is not valid ({error.verify_message})") from error
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        raise Unavailable(
            f"the TLS handshake failed ({error.reason}): SmtpTls and SmtpPort must match the server"
        ) from error
    if isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
        raise Unavailable("the mail server's host name cannot be resolved: check SmtpHost") from error
    raise Throttled(f"The mail server could not be reached ({_kind(error)}).") from error


def _about_us(code: int, words: bytes) -> NoReturn:
    """An answer before any recipient was named: a 5xx lasts until somebody puts it right."""
    if code // 100 == 5:
        raise Unavailable(_reason(code, words))
    raise Throttled(f"The mail server does not accept email at the moment ({_reason(code, words)}).")


def _reason(code: int, words: bytes) -> str:
    return told(f"{code} {words.decode('utf-8', 'replace')}")


def _kind(error: OSError) -> str:
    """What broke, without what was said: smtplib hides a time-out behind its own class."""
    cause = error.__context__ if isinstance(error, smtplib.SMTPServerDisconnected) else None
    return type(cause or error).__name__
