"""A sender that has passed its check, for tests that are about other things: no DNS is asked."""

from datetime import datetime

from cam.mail import senders
from cam.model.settings.sending import Sending
from cam.model.transports import Transport
from cam.rules import sender_check
from cam.rules.sender_check import Finding, Identity, Sender
from cam.text import clock
from local.nameserver import DKIM, DMARC, SPF


def findings(domain: str, transport: Transport, now: datetime) -> tuple[Finding, ...]:
    """What a check of a domain finds where all is right."""
    sender = Sender(domain, domain, transport, identity=Identity(domain))
    answers = {domain: [SPF], f"_dmarc.{domain}": [DMARC], f"mail._domainkey.{domain}": [DKIM]}
    return sender_check.evaluate(sender, answers, now)


def vouch(domain: str = "agency.example") -> None:
    """Store a check that the domain has just passed, by either transport."""
    now = clock.now()
    for transport in Transport:
        sending = Sending(sender_email=f"ada@{domain}", transport=transport)
        senders.keep(sending, findings(domain, transport, now), now)
