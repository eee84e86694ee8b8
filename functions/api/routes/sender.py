"""The sender check: whether a campaign's sender may send, by SPF, DKIM and DMARC of its domain."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import StringConstraints

from cam.campaigns import campaigns
from cam.mail import senders
from cam.mail.senders import Standing
from cam.model.errors import Invalid
from cam.model.models import Legible
from cam.model.settings.kinds import Frozen
from cam.model.settings.sending import Sending
from cam.model.transports import Transport
from cam.platform import environment
from cam.rules.sender_check import Check, Status
from cam.text import clock
from functions.api import problems
from functions.api.parameters import CampaignId, Moment

router = APIRouter(prefix="/campaigns/{campaign_id}/sender", tags=["safety"], responses=problems.documented(404))


class FindingView(Frozen):
    """One of the three checks. `name` is the name that was looked up, `record` what it has, `example` what it could
    have.

    `warning` does not block sending. `unknown`: DNS or SES did not respond; an earlier pass counts for 7 days after
    `seen_at`.
    """

    check: Check
    status: Status
    name: str
    record: str | None
    sentence: str
    example: str | None
    seen_at: Moment | None


class OverrideView(Frozen):
    """Who allows the domain to send although its check fails, why, and since when."""

    by: str
    reason: str
    at: Moment


class SenderView(Frozen):
    """The state of a campaign's sender. `checked_at` is null until its domain is checked; the first run does that."""

    sender_email: str | None
    domain: str | None
    transport: Transport
    checked_at: Moment | None
    may_send: bool
    findings: tuple[FindingView, ...]
    override: OverrideView | None


class Override(Frozen):
    """Who takes responsibility for a failing domain. `domain` repeats the sender's domain as a confirmation."""

    domain: Annotated[str, StringConstraints(strip_whitespace=True, max_length=253)]
    by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Legible]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), Legible]


def _sending(campaign_id: int) -> Sending:
    return environment.sender(campaigns.read(campaign_id).settings.sending)


def _named(campaign_id: int) -> Sending:
    """The settings of a campaign that has a sender. Raises Invalid."""
    sending = _sending(campaign_id)
    if not sending.sender_email:
        raise Invalid(
            "There is no sender. Set settings.sending.sender_email, or the stack parameter SenderEmail.",
            "settings.sending.sender_email",
        )
    return sending


def _view(sending: Sending, found: Standing) -> SenderView:
    return SenderView(
        sender_email=sending.sender_email,
        domain=found.domain,
        transport=found.transport,
        checked_at=found.checked_at,
        may_send=found.may_send,
        findings=tuple(
            FindingView(**{name: getattr(one, name) for name in FindingView.model_fields}) for one in found.findings
        ),
        override=found.override
        and OverrideView(by=found.override.by, reason=found.override.reason, at=found.override.at),
    )


@router.get("", summary="Read the sender check")
async def read(campaign_id: CampaignId) -> SenderView:
    """Read what the last check found about the sender's domain, and what to do. Nothing is looked up."""
    sending = _sending(campaign_id)
    if not sending.sender_email:
        return SenderView(
            sender_email=None, domain=None, transport=sending.transport, checked_at=None, may_send=False, findings=(),
            override=None,
        )  # fmt: skip
    return _view(sending, senders.read(sending))


@router.post("/check", summary="Check the sender now")
async def check(campaign_id: CampaignId) -> SenderView:
    """Look up SPF, DKIM and DMARC of the sender's domain, and with SES how it signs. This takes up to 10 seconds.

    Runs check automatically once a day; call this after you have fixed a record.
    """
    sending = _named(campaign_id)
    return _view(sending, senders.check(sending, clock.now(), again=True))


@router.put("/override", summary="Allow a failing domain to send")
async def override(campaign_id: CampaignId, body: Override) -> SenderView:
    """Allow the domain to send although its check fails, on the responsibility of `by`. Applies to all its campaigns.

    The override applies to this domain only, until it is withdrawn.
    """
    sending = _named(campaign_id)
    domain = senders.domain_of(sending)
    if body.domain.rstrip(".").casefold() != domain:
        raise Invalid(f"The campaign sends from {domain}. Give that domain, or change the sender first.", "domain")
    return _view(sending, senders.override(sending, body.by, body.reason, clock.now()))


@router.delete("/override", summary="Withdraw the override", status_code=204, response_class=Response)
async def withdraw(campaign_id: CampaignId) -> None:
    """Withdraw the override: the check of the sender's domain decides again."""
    senders.withdraw(_named(campaign_id))
