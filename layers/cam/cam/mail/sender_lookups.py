"""Asks DNS and SES what `cam.rules.sender_check` needs to know of a sender. Loads dnspython: import it late."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from dns.exception import DNSException
from dns.nameserver import Do53Nameserver
from dns.rdatatype import RdataType
from dns.resolver import NXDOMAIN, Resolver
from publicsuffixlist import PublicSuffixList

from cam.model.transports import TRANSPORTS, Transport
from cam.platform import telemetry
from cam.rules import sender_check
from cam.rules.sender_check import Finding, Identity, Sender

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

# Seconds for all questions about one sender: the API must answer within ten, also when nobody answers it.
SECONDS = 6.0
_LONGEST, _TRY = 2.5, 1.0
_AT_ONCE = 16


@cache
def _ses() -> "SESV2Client":
    config = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client("sesv2", config=config)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def ask(
    domain: str,
    transport: Transport,
    selectors: Sequence[str],
    servers: Collection[tuple[str, int]],
    now: datetime,
    seconds: float = SECONDS,
) -> tuple[Finding, ...]:
    """What SPF, DKIM and DMARC of a domain (ASCII) are like. `servers` as in `environment.dns_servers`.

    Takes `seconds`, and a little more; what nobody told by then is unknown.
    """
    until = monotonic() + seconds
    organisation = _suffixes().privatesuffix(domain) or domain
    identity, said = _identity(domain, organisation, until) if TRANSPORTS[transport].has_identities else (None, True)
    sender = Sender(domain, organisation, transport, tuple(selectors), identity, said)
    answers: dict[str, Sequence[str] | None] = {}
    try:
        resolver = _resolver(servers)
    except DNSException:  # the machine has no name server
        return sender_check.evaluate(sender, answers, now)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        # Each round follows the includes of the one before, of which there are ten at most.
        while monotonic() < until and (names := sorted(sender_check.wanted(sender, answers))):
            answers |= zip(names, pool.map(lambda name: _texts(name, resolver, until), names), strict=True)
    return sender_check.evaluate(sender, answers, now)


def _texts(name: str, resolver: Resolver, until: float) -> Sequence[str] | None:
    """The TXT records at a name, through CNAMEs; None: DNS did not say."""
    left = min(_LONGEST, until - monotonic())
    if left <= 0:
        return None
    try:
        found = resolver.resolve(f"{name}.", RdataType.TXT, search=False, raise_on_no_answer=False, lifetime=left)
    except NXDOMAIN:
        return ()
    except (DNSException, UnicodeError, ValueError):
        return None
    return [b"".join(record.strings).decode("utf-8", "replace") for record in found.rrset or ()]


def _identity(domain: str, organisation: str, until: float) -> tuple[Identity | None, bool]:
    """The identity of SES that signs for a domain, its own or a parent's, and whether SES could be asked."""
    try:
        for name in _parents(domain, organisation):
            if monotonic() > until:
                return None, False
            try:
                found = _ses().get_email_identity(EmailIdentity=name)
            except ClientError as error:
                if error.response["Error"]["Code"] == "NotFoundException":
                    continue
                raise
            dkim, mail_from = found.get("DkimAttributes", {}), found.get("MailFromAttributes", {})
            verified = mail_from.get("MailFromDomainStatus") == "SUCCESS"
            return Identity(
                domain=name,
                dkim=dkim.get("Status", "NOT_STARTED"),
                signing=dkim.get("SigningEnabled", False),
                tokens=tuple(dkim.get("Tokens", ())),
                mail_from=mail_from.get("MailFromDomain") if verified else None,
            ), True
    except (BotoCoreError, ClientError) as error:
        telemetry.unexpected("the SES signing status could not be read", error)
        return None, False
    return None, True


def _parents(domain: str, organisation: str) -> Iterator[str]:
    while True:
        yield domain
        if domain == organisation or "." not in domain:
            return
        domain = domain.partition(".")[2]


def _resolver(servers: Collection[tuple[str, int]]) -> Resolver:
    resolver = Resolver(configure=not servers)
    if servers:
        resolver.nameservers = [Do53Nameserver(address, port) for address, port in servers]
    resolver.timeout = _TRY
    return resolver
