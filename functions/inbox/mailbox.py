"""A folder of a mail server over IMAP (RFC 3501), read and never changed: opened by EXAMINE, fetched by BODY.PEEK."""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from cam.model.errors import Invalid, Throttled
from cam.platform.environment import ImapServer, Tls
from cam.platform.logins import Login
from cam.text import clock
from functions.inbox.imap_line import Imap, ImapOverTls
from inbound.recording import Mail

# Bytes of a mail that are fetched; what says who wrote why stands at its beginning.
MOST = Imap.most_of_literal
_TIME_OUT = 20.0  # seconds, for the connection and each piece of an answer
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]{1,60})"')
# A short mail may come as a string, and an empty one as nothing (RFC 3501 §4.3).
_STRING = re.compile(rb'\bBODY\[\](?:<\d{1,10}>)? (?:NIL|"((?:[^"\\]|\\.)*+)")', re.IGNORECASE)
_LARGEST = 2**32 - 1  # of UIDs and UIDVALIDITY
# What imaplib raises for what is no IMAP, beside its own errors.
_NONSENSE = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
# Response codes of what passes by itself (RFC 5530 §3).
_FOR_NOW = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]", re.IGNORECASE)


class Mailbox:
    """The open folder. Any method raises Throttled when the server breaks off."""

    def __init__(self, line: imaplib.IMAP4, validity: int) -> None:
        self._line = line
        self.validity = validity

    def newer(self, uid: int) -> list[int]:
        """UIDs above this one, in their order."""
        # `n:*` names the last mail even when its UID is below n (RFC 3501 §6.4.8).
        return [one for one in self._search("UID", f"{uid + 1}:*") if one > uid]

    def since(self, day: date) -> list[int]:
        """UIDs of mails that came on this day or later, in their order."""
        return self._search("SINCE", f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}")

    def fetch(self, uids: Sequence[int], now: datetime, most: int = MOST) -> dict[int, Mail | None]:
        """Some mails, by their UIDs, and when each came; None for one that the server does not give out.

        One that is gone meanwhile is missing. Of each mail the first `most` bytes are fetched.
        """
        found = self._fetched(uids, now, most)
        if found is not None:
            # Servers have been seen to give out less than they were asked for: what is gone is missing again.
            missing = [uid for uid in uids if uid not in found]
            return found | ((self._fetched(missing, now, most) or {}) if missing else {})
        one_by_one = {uid: self._fetched([uid], now, most) for uid in uids}
        return {uid: alone.get(uid) if alone else None for uid, alone in one_by_one.items() if alone != {}}

    def _search(self, *criteria: str) -> list[int]:
        with _speaking():
            status, answers = self._line.uid("SEARCH", *criteria)
        if status != "OK":
            raise Throttled("The mail server did not run the search.")
        listed = b" ".join(answer for answer in answers if isinstance(answer, bytes)).split()
        return sorted({int(one) for one in listed if one.isdigit() and len(one) <= 10 and 0 < int(one) <= _LARGEST})

    def _fetched(self, uids: Sequence[int], now: datetime, most: int) -> dict[int, Mail | None] | None:
        """None when the server refuses. Raises Throttled when it says that this passes."""
        try:
            with _speaking():
                wanted = f"(UID INTERNALDATE BODY.PEEK[]<0.{most}>)"
                status, answers = self._line.uid("FETCH", ",".join(map(str, uids)), wanted)
        except _Misunderstood as refused:
            status, answers = "NO", [str(refused).encode()]
        if status != "OK":
            if any(isinstance(answer, bytes) and _FOR_NOW.search(_text(answer)) for answer in answers):
                raise Throttled("The mail server does not return emails at the moment.")
            return None
        return {uid: mail for uid, mail in _mails(answers, now, most) if uid in uids}


class _Misunderstood(Throttled):
    """The server answered BAD, or not in IMAP."""


@contextmanager
def opened(server: ImapServer, login: Login) -> Iterator[Mailbox]:
    """The folder, until the block ends; then the connection is closed.

    Raises Invalid for what somebody has to put right (`field` is the template's parameter), Throttled for the rest.
    """
    line = _dial(server)
    try:
        _log_in(line, login)
        yield Mailbox(line, _examine(line, server.folder))
        # Whether the server still hears it does not matter.
        with suppress(OSError, imaplib.IMAP4.error, *_NONSENSE):
            line.logout()
    finally:
        with suppress(OSError):
            line.shutdown()


def _dial(server: ImapServer) -> imaplib.IMAP4:
    """A connection, secured as the server's settings say."""
    line: imaplib.IMAP4 | None = None
    try:
        if server.tls is Tls.IMPLICIT:
            return ImapOverTls(server.host, server.port, ssl_context=ssl.create_default_context(), timeout=_TIME_OUT)
        line = Imap(server.host, server.port, timeout=_TIME_OUT)
        if server.tls is Tls.STARTTLS:
            if "STARTTLS" not in line.capabilities:
                raise Invalid("the mail server does not offer STARTTLS: check ImapTls", "ImapTls")
            line.starttls(ssl.create_default_context())
        return line
    except BaseException as error:
        if line is not None:
            with suppress(OSError):
                line.shutdown()
        if isinstance(error, OSError):
            _no_connection(error)
        if isinstance(error, (imaplib.IMAP4.error, *_NONSENSE)):
            raise Throttled("The mail server sent no greeting.") from error
        raise


def _no_connection(error: OSError) -> NoReturn:
    """Why no connection came about: what passes by itself, and what somebody has to put right."""
    if isinstance(error, ssl.SSLCertVerificationError):
        raise Invalid(
            f"TLS: the mail server's certificate is not valid ({error.verify_message})", "ImapHost"
        ) from error
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        raise Invalid(
            f"the TLS handshake failed ({error.reason}): ImapTls and ImapPort must match the server", "ImapTls"
        ) from error
    if isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
        raise Invalid("the mail server's host name cannot be resolved: check ImapHost", "ImapHost") from error
    raise Throttled(f"The mail server could not be reached ({type(error).__name__}).") from error


def _log_in(line: imaplib.IMAP4, login: Login) -> None:
    """The server's own words may repeat what it was told: they are not passed on."""
    refused = "the mail server rejected the login: check the SSM parameters /<stack>/imap/user and password"
    try:
        if "AUTH=PLAIN" in line.capabilities:
            # imaplib encodes it; unlike LOGIN it takes any characters (RFC 4616).
            line.authenticate("PLAIN", lambda _: f"\0{login.user}\0{login.password}".encode())
        else:
            line.login(_quoted(login.user), login.password)
    except imaplib.IMAP4.abort as error:
        raise Throttled("The mail server closed the connection at login.") from error
    except imaplib.IMAP4.error as error:
        if _FOR_NOW.search(str(error)):
            raise Throttled("The mail server cannot check the login at the moment.") from None
        raise Invalid(refused, "imap/password") from None
    except UnicodeEncodeError:
        raise Invalid("the mail server accepts only ASCII logins", "imap/password") from None
    except _NONSENSE as error:
        raise Throttled(f"The mail server does not respond in IMAP ({type(error).__name__}).") from error
    except OSError as error:
        raise Throttled(f"The mail server closed the connection at login ({type(error).__name__}).") from error


def _examine(line: imaplib.IMAP4, folder: str) -> int:
    """Open the folder so that nothing in it changes; its UIDVALIDITY."""
    with _speaking():
        status, answers = line.select(_quoted(folder), readonly=True)
        if status != "OK":
            if _FOR_NOW.search(_text(answers[0] or b"")):
                raise Throttled("The mail server cannot open the folder at the moment.")
            raise Invalid(f"the mailbox has no folder {folder} that CAM can read: check ImapFolder", "ImapFolder")
        _, validity = line.response("UIDVALIDITY")
    if not validity or not (validity[0] or b"").isdigit() or len(validity[0]) > 10:
        raise Invalid("the mail server gives emails no permanent UIDs (UIDVALIDITY)", "ImapHost")
    return int(validity[0])


@contextmanager
def _speaking() -> Iterator[None]:
    """A server that breaks off is asked again next time."""
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise Throttled("The mail server closed the connection.") from error
    except imaplib.IMAP4.error as error:
        raise _Misunderstood(str(error)) from error
    except _NONSENSE as error:
        raise Throttled(f"The mail server does not respond in IMAP ({type(error).__name__}).") from error
    except OSError as error:
        raise Throttled(f"The mail server closed the connection ({type(error).__name__}).") from error


def _mails(answers: Sequence[Any], now: datetime, most: int) -> Iterator[tuple[int, Mail | None]]:
    """The mails of a FETCH. imaplib gives each as (what stood before its bytes, its bytes), then what stood behind."""
    for at, answer in enumerate(answers):
        if isinstance(answer, tuple):
            behind = answers[at + 1] if at + 1 < len(answers) and isinstance(answers[at + 1], bytes) else b""
            said, raw = answer[0] + b" " + behind, answer[1]
        elif isinstance(answer, bytes) and (string := _STRING.search(answer)):
            said, raw = answer[: string.start()] + answer[string.end() :], re.sub(rb"\\(.)", rb"\1", string[1] or b"")
        else:
            continue
        if uid := _UID.search(said):
            yield int(uid[1]), Mail(raw[:most], _received(_DATE.search(said), now))


def _received(stated: re.Match[bytes] | None, now: datetime) -> datetime:
    """When the server got a mail; never later than now, whatever its clock says."""
    try:
        moment = parsedate_to_datetime(_text(stated[1])) if stated else now
    except (ValueError, OverflowError, LookupError, TypeError):
        return now
    return min(now, clock.reckoned(moment, now))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    if not escaped.isprintable():
        raise Invalid("the mailbox's login or folder contains a line break", "ImapFolder")
    return f'"{escaped}"'


def _text(answer: bytes) -> str:
    return answer.decode("utf-8", "replace")
