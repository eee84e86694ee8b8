"""Leads, campaigns and senders for the tests of mail."""

from datetime import UTC, datetime
from typing import Any

from cam.mail import render as rendering
from cam.mail.render import CampaignView, Problem, Rendered, Touch
from cam.mail.sequences import DEFAULT, LIBRARY, Texts, split
from cam.model.models import Enrichment, LawfulBasis, Lead
from cam.model.settings.sending import Sending

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
URL = "https://mail.example/u/eyJsIjoiYTEifQ.Zx-9_k"
REFERENCE = "12.0.a1b2c3.0.Zx-9_kQ"
SENDER = Sending(
    sender_name="Sam Rivera",
    sender_email="sam@northwind.example",
    reply_to="replies@northwind.example",
    postal_address="Northwind Studio, 12 Mill Lane, Leeds LS1 4AP",
)
CAMPAIGN = CampaignView("Spring", "B2B software companies", "conversion audits")
BARE_CAMPAIGN = CampaignView("Spring")
TOUCHES = [(sequence.name, step) for sequence in LIBRARY.values() for step in range(len(sequence.days))]


def full_lead(**changes: Any) -> Lead:
    """A lead of whom everything is known."""
    lead = Lead(
        id="a1b2c3",
        shard=0,
        name="Maria Lopez",
        first_name="Maria",
        last_name="Lopez",
        email="maria@brightwater.example",
        company="Brightwater Analytics",
        company_domain="brightwater.example",
        role="Head of Marketing",
        source="csv",
        enrichment=Enrichment(industry="software", company_location="Leeds", country="GB"),
        lawful_basis=LawfulBasis.OPT_IN,
        created_at=NOW,
        updated_at=NOW,
    )
    return lead.model_copy(update=changes)


def bare_lead(**changes: Any) -> Lead:
    """A lead of whom only the address is known."""
    lead = Lead(id="a1b2c4", shard=0, email="x@y.example", source="manual", created_at=NOW, updated_at=NOW)
    return lead.model_copy(update=changes)


def check(source: str, html: str | None = None) -> list[Problem]:
    """What is wrong with a template that is written like the files, and with its HTML part."""
    parts = split(source)
    return [problem for part in (*parts, html) if part is not None for problem in rendering.check(part)]


def parse(source: str, html: str | None = None) -> Touch:
    """A template that is written like the files, compiled."""
    subject, text = split(source)
    return rendering.compiled(Texts(subject=subject, text=text, html=html))


def touch(sequence: str, step: int) -> Touch:
    """A touch of a built-in sequence."""
    return rendering.touch(LIBRARY[sequence], step, DEFAULT)


def render(
    sequence: str, step: int, lead: Lead, campaign: CampaignView, sender: Sending, unsubscribe_url: str
) -> Rendered:
    """A mail of a built-in sequence."""
    return rendering.render(LIBRARY[sequence], step, lead, campaign, sender, unsubscribe_url)
