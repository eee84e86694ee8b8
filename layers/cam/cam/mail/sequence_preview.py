"""Each touch of a sequence as a lead would get it. Nothing is sent or saved."""

from dataclasses import dataclass

from cam.leads import intake
from cam.mail import render, sequences
from cam.mail.render import CampaignView
from cam.mail.sequences import DEFAULT, Sequence
from cam.mail.skip_reasons import Skip
from cam.model.models import Enrichment, LawfulBasis, Lead, LeadDraft, Thread
from cam.model.settings.sending import Sending
from cam.text import clock

_EXAMPLE_LINK = "https://example.com/u/this-lead-alone"
EXAMPLE_CAMPAIGN = CampaignView("An example", "software", "marketing")
_EXAMPLE_LEAD = LeadDraft(
    name="Ada Lovelace",
    first_name="Ada",
    last_name="Lovelace",
    email="ada@acme.example",
    company="Acme",
    company_domain="acme.example",
    role="Head of Marketing",
    lawful_basis=LawfulBasis.OPT_IN,
    enrichment=Enrichment(industry="Software", company_location="Berlin", country="Germany"),
)


@dataclass(frozen=True, slots=True)
class PreviewedTouch:
    """A touch as a lead would get it. `skipped`: why it would get none; then there are no texts."""

    step: int
    day: int
    variant: str
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    skipped: str | None = None


def preview(
    sequence: Sequence,
    lead: Lead,
    campaign: CampaignView,
    sending: Sending,
    campaign_id: int = 0,
    variant: str | None = None,
) -> list[PreviewedTouch]:
    """All touches, filled in for a lead; a follow-up without a subject replies to the first, as if that had left.

    `variant`: this one where a touch has it; None: those that the lead would get in the campaign.
    """
    texts = sequences.texts(sequence)

    def chosen(step: int) -> str:
        if variant is None:
            return sequences.variant_of(campaign_id, sequence, step, lead.id)
        return variant if variant in texts[step].all else DEFAULT

    opening = render.compiled(texts[0].of(chosen(0)))
    found = []
    for step, day in enumerate(sequence.days):
        name = chosen(step)
        try:
            mail = render.fill(render.compiled(texts[step].of(name)), lead, campaign, sending, _EXAMPLE_LINK, opening)
        except Skip as skip:
            found.append(PreviewedTouch(step, day, name, skipped=skip.reason))
            continue
        if step == 0 and lead.thread is None:
            lead = lead.model_copy(update={"thread": Thread(message_id="<first@example.com>", subject=mail.subject)})
        found.append(PreviewedTouch(step, day, name, mail.subject, mail.text, mail.html))
    return found


def made_up(draft: LeadDraft | None) -> Lead:
    """A lead that is stored nowhere, from what is said of it; without that, an example."""
    now = clock.now()
    whole = intake.complete(draft or _EXAMPLE_LEAD)
    known = {field: getattr(whole, field) for field in LeadDraft.model_fields}
    return Lead(id="example", shard=0, source="manual", created_at=now, updated_at=now, **known)


def with_examples(sending: Sending) -> tuple[Sending, bool]:
    """A sender, with examples for what it lacks; whether it lacks anything."""
    example = {
        "sender_name": sending.sender_name or "Your name",
        "sender_email": sending.sender_email or "you@your-company.example",
        "postal_address": sending.postal_address or "Your postal address",
    }
    return sending.model_copy(update=example), not sending.ready
