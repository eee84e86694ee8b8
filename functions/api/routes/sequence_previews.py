"""Previews of sequences: each touch as a lead would get it. Nothing is sent or saved."""

from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import ConfigDict, StringConstraints, model_validator

from cam.leads import reading
from cam.mail import render, sequence_preview, sequences
from cam.mail.sequences import Sequence, SequenceDraft
from cam.model.models import Lead, LeadDraft, Scope
from cam.model.settings.kinds import Frozen
from cam.model.settings.sending import Sending
from cam.platform.environment import sender
from cam.runs import preconditions
from functions.api import problems, sequence_check
from functions.api.parameters import CampaignId, Id
from functions.api.problems import FieldError, InvalidFields
from functions.api.sequence_owners import ACCOUNT, Owner, owner_of, stored_version

router = APIRouter(tags=["sequences"], responses=problems.documented(404))

Variant = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class LibraryPreview(Frozen):
    """Whom to render the touches for: a made-up `lead`, or an example.

    `sequence`: unsaved texts to use instead of the stored ones. `variant`: the variant to use where a touch has it.
    """

    lead: LeadDraft | None = None
    sequence: SequenceDraft | None = None
    variant: Variant | None = None


class CampaignPreview(LibraryPreview):
    """Whom to render the touches for: a lead of the campaign (`lead_id`), a made-up `lead`, or an example.

    `sequence`: unsaved texts to use instead of the stored ones. `variant`: the variant to use where a touch has it.
    """

    lead_id: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None

    @model_validator(mode="after")
    def _one_lead(self) -> Self:
        if self.lead_id is not None and self.lead is not None:
            raise ValueError("Give either lead_id or lead, not both.")
        return self


class TouchView(Frozen):
    """A touch as the lead would get it. `skipped`: why it would be skipped; then there are no texts."""

    model_config = ConfigDict(from_attributes=True)

    step: int
    day: int
    variant: str
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    skipped: str | None = None


class PreviewView(Frozen):
    """All touches of a sequence, rendered. `scope` and `version` are null if it is not saved."""

    name: str
    scope: Scope | None
    version: int | None
    lead_id: str | None
    touches: tuple[TouchView, ...]
    note: str | None


@router.post("/campaigns/{campaign_id}/sequences/{name}/preview", summary="Preview a campaign's sequence")
async def preview(campaign_id: CampaignId, name: Id, body: CampaignPreview) -> PreviewView:
    """Preview each touch as a lead would get it, with the campaign's sender and an example of the unsubscribe link.

    Nothing is sent or saved. A lead of the campaign gets its own variants.
    """
    owner = owner_of(campaign_id)
    assert owner.campaign
    lead = None
    if body.lead_id is not None:
        lead, _ = reading.read(campaign_id, owner.campaign.shards, body.lead_id)
    return _preview(owner, name, body, lead)


@router.post("/sequences/{name}/preview", summary="Preview an account sequence")
async def library_preview(name: Id, body: LibraryPreview) -> PreviewView:
    """Preview each touch as a lead would get it, with the stack's sender and an example of the unsubscribe link."""
    return _preview(ACCOUNT, name, body, None)


def _preview(owner: Owner, name: str, body: LibraryPreview, lead: Lead | None) -> PreviewView:
    if body.sequence is not None:
        sequence = sequences.drafted(name, sequence_check.ready(body.sequence, ("sequence",)))
    else:
        sequence = stored_version(owner, name, None, None)
    _refuse_unknown_variant(sequence, body.variant)
    campaign = render.view(owner.campaign) if owner.campaign else sequence_preview.EXAMPLE_CAMPAIGN
    own = owner.campaign.settings.sending if owner.campaign else Sending()
    known = sender(own)
    sending, lacks = sequence_preview.with_examples(known)
    shown = lead or sequence_preview.made_up(body.lead)
    touches = sequence_preview.preview(sequence, shown, campaign, sending, owner.id or 0, body.variant)
    return PreviewView(
        name=name,
        scope=None if body.sequence else sequence.scope,
        version=None if body.sequence else sequence.version,
        lead_id=lead.id if lead else None,
        touches=tuple(TouchView.model_validate(touch) for touch in touches),
        note=f"{preconditions.no_sender(known)} The sender shown here is an example." if lacks else None,
    )


def _refuse_unknown_variant(sequence: Sequence, variant: str | None) -> None:
    known = list(dict.fromkeys(name for touch in sequences.texts(sequence) for name in touch.all))
    if variant is not None and variant not in known:
        raise InvalidFields([FieldError(field="variant", message=problems.one_of(variant, known))])
