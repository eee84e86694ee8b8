"""What the template tells a function. Read once; a missing variable fails at the start, by its name."""

import os
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import ValidationError

from cam.model.settings.sending import Sending

NO_SERVER = "sending.transport is smtp, but this stack has no mail server. Deploy it with SmtpHost, or use ses."


def required(name: str) -> str:
    """The variable's value. Raises RuntimeError that names it when it is missing or empty."""
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"the environment variable {name} is not set: check template.yaml")
    return value


@cache
def campaigns_table() -> str:
    """Name of the control table: campaigns, runs, job results, suppressions."""
    return required("CAMPAIGNS_TABLE")


@cache
def leads_table() -> str:
    """Name of the data table: leads, sends, tallies, imports."""
    return required("LEADS_TABLE")


def imports_bucket() -> str:
    """Name of the bucket: imports, providers' answers, mails that came in."""
    return required("IMPORTS_BUCKET")


def replies_topic() -> str | None:
    """ARN of the topic that tells of replies (`Replies` of the template); None: nobody is told of them that way."""
    return os.environ.get("REPLIES_TOPIC") or None


def time_travel() -> bool:
    """Whether a run may say which moment it is (`AllowTimeTravel` of the template)."""
    return os.environ.get("ALLOW_TIME_TRAVEL") == "true"


def credits_per_month() -> int:
    """How many credits all campaigns together may take in a month (`CreditsPerMonth` of the template)."""
    return int(required("CREDITS_PER_MONTH"))


def dns_servers() -> list[tuple[str, int]]:
    """Addresses and ports of the name servers to ask (`DnsServers` of the template); none: the machine's own."""
    listed = os.environ.get("DNS_SERVERS") or ""
    try:
        return [_server(one.strip()) for one in listed.split(",") if one.strip()]
    except ValueError as error:
        raise RuntimeError("DNS_SERVERS must list IP addresses, such as 10.0.0.2:53,[fd00::2]:53") from error


def _server(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    return str(ip_address(parts.hostname or "")), parts.port or 53


class Tls(StrEnum):
    """How the line to the mail server is secured: TLS after STARTTLS, TLS from the first byte, or not at all."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where the transport `smtp` hands mail over."""

    host: str
    port: int
    tls: Tls


def smtp_server() -> SmtpServer | None:
    """The stack's mail server (`SmtpHost`, `SmtpPort`, `SmtpTls` of the template); None: it has none."""
    host = os.environ.get("SMTP_HOST")
    if not host:
        return None
    try:
        return SmtpServer(host, int(os.environ.get("SMTP_PORT") or 587), Tls(os.environ.get("SMTP_TLS") or "starttls"))
    except ValueError as error:
        raise RuntimeError("SMTP_PORT must be a number, and SMTP_TLS starttls, implicit or none") from error


def smtp_rate() -> float | None:
    """How many mails a second the stack's mail server takes (`SmtpRate` of the template); None: it does not say."""
    try:
        rate = float(os.environ.get("SMTP_RATE") or 0)
    except ValueError as error:
        raise RuntimeError("SMTP_RATE must be a number of emails per second") from error
    return rate if rate > 0 else None


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where answers are read from, and in which folder."""

    host: str
    port: int
    tls: Tls
    folder: str


def imap_server() -> ImapServer | None:
    """The mailbox of answers (`ImapHost`, `ImapPort`, `ImapTls`, `ImapFolder` of the template); None: there is none.

    Raises RuntimeError for what is no server, and for one elsewhere that would be told our password over an open line.
    """
    host = os.environ.get("IMAP_HOST")
    if not host:
        return None
    try:
        tls = Tls(os.environ.get("IMAP_TLS") or "implicit")
        port = int(os.environ.get("IMAP_PORT") or 993)
    except ValueError as error:
        raise RuntimeError("IMAP_PORT must be a number, and IMAP_TLS implicit, starttls or none") from error
    if tls is Tls.NONE and not _is_here(host):
        raise RuntimeError("IMAP_TLS none is only for a server on this machine: use implicit or starttls")
    return ImapServer(host, port, tls, os.environ.get("IMAP_FOLDER") or "INBOX")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def sender(sending: Sending) -> Sending:
    """The campaign's sending settings, with the stack's sender where the campaign names none (spec §6).

    The identity goes as one: a campaign with its own address does not borrow the stack's name or reply address.
    """
    own: dict[str, str | None] = (
        {}
        if sending.sender_email
        else {
            "sender_email": os.environ.get("SENDER_EMAIL") or None,
            "sender_name": sending.sender_name or os.environ.get("SENDER_NAME") or None,
            "reply_to": sending.reply_to or os.environ.get("REPLY_TO") or None,
        }
    )
    postal = sending.postal_address or os.environ.get("POSTAL_ADDRESS") or None
    try:
        return Sending.model_validate({**sending.model_dump(), **own, "postal_address": postal})
    except ValidationError:  # the stack's parameters are no identity that mail could carry
        return sending
