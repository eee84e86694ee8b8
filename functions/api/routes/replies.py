"""Replies that came by mail: read what people wrote, and decide what it means."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BeforeValidator

from cam.campaigns import campaigns
from cam.mail import replies, reply_corrections
from cam.mail.replies import Certainty, Reply, ReplyKind
from cam.mail.reply_corrections import Decision
from cam.model.models import LeadStatus
from cam.model.settings.kinds import Frozen, OneLine
from cam.platform import keys, tables, tallies
from cam.platform.environment import leads_table
from cam.text import clock
from cam.text.matching import any_case
from functions.api import problems
from functions.api.health import percent
from functions.api.parameters import CampaignId, Cursor, Limit, Moment, Page, findable, page, place
from functions.api.problems import FieldError, InvalidFields
from functions.api.timestamps import Day

router = APIRouter(tags=["replies"])

ReplyId = Annotated[str, BeforeValidator(findable), Path(description="ID of the reply")]
Kind = Annotated[ReplyKind | None, BeforeValidator(any_case), Query(description="Only replies of this kind")]
Sure = Annotated[
    Certainty | None,
    BeforeValidator(any_case),
    Query(description="`unsure`: only replies that wait for a person's decision"),
]


class DecisionView(Frozen):
    """What a person decided last: what the reply was taken for before, who decided, and when."""

    kind_before: ReplyKind
    by: str | None
    at: Moment


class ReplyView(Frozen):
    """A reply: what somebody wrote, without quotations and signature (at most 2,000 characters), and what it means.

    `kind` is what it is taken for, `found_as` what CAM read it as. `certainty` `unsure`: the sequence has ended, and a
    person should decide whether it is `human` or what is `suspected`. `successor` is the address that the reply refers
    to; nothing is sent to it. `step` is the touch (0 is the first), `place` the object of the bucket with the whole
    email. `lead_status`, `name`, `email` and `company` are the lead's of today; null if it no longer exists.
    """

    id: str
    campaign_id: int
    lead_id: str
    name: str | None
    email: str | None
    company: str | None
    lead_status: LeadStatus | None
    step: int | None
    at: Moment
    kind: ReplyKind
    certainty: Certainty
    suspected: ReplyKind | None
    found_as: ReplyKind
    positive: bool
    until: date | None
    successor: str | None
    subject: str
    text: str
    place: str
    corrected: DecisionView | None


class Correction(Frozen):
    """What a reply is. `until` is the last day of an `out_of_office`; `positive` marks a `human` reply as positive.
    `by` is recorded with it.
    """

    kind: Annotated[ReplyKind, BeforeValidator(any_case)]
    until: Day | None = None
    positive: bool = False
    by: OneLine | None = None


class ReadAs(Frozen):
    """Replies that CAM read as one kind since the campaign began: how many there are, how many a person confirmed, and
    how many are something else (`corrected`, by kind in `corrected_to`). `percent_corrected` is of all of them.
    """

    kind: ReplyKind
    replies: int
    confirmed: int
    corrected: int
    corrected_to: dict[ReplyKind, int]
    percent_corrected: float


class Accuracy(Frozen):
    """How often people corrected what CAM read, by kind."""

    items: tuple[ReadAs, ...]


@router.get("/replies", summary="List replies of all campaigns")
async def index(kind: Kind = None, certainty: Sure = None, limit: Limit = 25, cursor: Cursor = None) -> Page[ReplyView]:
    """List replies that came by mail in the last 90 days, latest first. `?certainty=unsure` lists those to decide.

    A new reply appears within seconds. With a filter, a page may be short although more follow: continue with its
    cursor. Bounces and complaints are not listed.
    """
    return _page(None, kind, certainty, limit, cursor)


@router.get(
    "/campaigns/{campaign_id}/replies", summary="List replies of a campaign", responses=problems.documented(404)
)
async def of_campaign(
    campaign_id: CampaignId, kind: Kind = None, certainty: Sure = None, limit: Limit = 25, cursor: Cursor = None
) -> Page[ReplyView]:
    """List replies of one campaign that came by mail in the last 90 days, latest first, like `GET /replies`."""
    campaigns.read(campaign_id)
    return _page(campaign_id, kind, certainty, limit, cursor)


def _page(
    campaign_id: int | None, kind: ReplyKind | None, certainty: Certainty | None, limit: int, cursor: str | None
) -> Page[ReplyView]:
    filters = {name: str(value) for name, value in (("kind", kind), ("certainty", certainty)) if value}
    scope = f"replies|{campaign_id}|{filters}"
    after = place(scope, cursor, 2)
    found, position = replies.page(campaign_id, filters, limit, (after[0], after[1]) if after else None)
    return page(scope, _views(found), position)


@router.get("/replies/accuracy", summary="Read how often replies were corrected")
async def accuracy() -> Accuracy:
    """Read, over all campaigns, how many replies CAM read as each kind and how many of them people corrected."""
    found = reply_corrections.accuracy(tallies.of_campaigns(campaigns.sizes()))
    return Accuracy(items=tuple(_read_as(kind, read, decided) for kind, (read, decided) in found.items()))


def _read_as(kind: ReplyKind, read: int, decided: dict[ReplyKind, int]) -> ReadAs:
    others = {one: number for one, number in decided.items() if one is not kind and number}
    return ReadAs(
        kind=kind,
        replies=read,
        confirmed=decided[kind],
        corrected=sum(others.values()),
        corrected_to=others,
        percent_corrected=percent(sum(others.values()), read),
    )


@router.get("/replies/{reply_id}", summary="Read a reply", responses=problems.documented(404))
async def read(reply_id: ReplyId) -> ReplyView:
    """Read one reply. 404: there is none with this ID; replies are kept for 90 days."""
    return _views([replies.read(reply_id)])[0]


@router.post("/replies/{reply_id}", summary="Decide what a reply is", responses=problems.documented(404))
async def correct(reply_id: ReplyId, body: Correction) -> ReplyView:
    """Say what a reply is: confirm an unsure one, or correct its kind. Counts, rates and the timeline follow.

    - `human`: the lead is REPLIED, its sequence stays ended. If the reply was an `unsubscribe`, the suppression that it
      made is lifted, unless the person opted out elsewhere, too.
    - `unsubscribe`: the lead is UNSUBSCRIBED, its address suppressed for the whole account.
    - `left_company`: the lead is INVALID, nobody is suppressed.
    - `out_of_office`, `auto_reply`: if nothing else has ended the sequence, it goes on: after `until` (without one,
      after 7 days), or with the next touch that is due. Touches that were sent are not sent again. Colleagues are
      written to again if nobody else at the company has replied.

    The same decision again changes nothing. 409: the lead was erased, or it is not known whether its last touch was
    sent.
    """
    wrong = []
    if body.until and body.kind is not ReplyKind.OUT_OF_OFFICE:
        wrong.append(FieldError(field="until", message="Only an out_of_office reply has this. Leave it out."))
    if body.positive and body.kind is not ReplyKind.HUMAN:
        wrong.append(FieldError(field="positive", message="Only a human reply can be positive. Leave it out."))
    if wrong:
        raise InvalidFields(wrong)
    decision = Decision(body.kind, body.until, body.positive, body.by)
    return _views([reply_corrections.correct(reply_id, decision, clock.now())])[0]


def _views(found: Sequence[Reply]) -> list[ReplyView]:
    """Replies with what is known of their leads today. One read for up to 100."""
    places = [keys.lead(one.campaign_id, one.shard, one.lead_id) for one in found]
    leads = tables.get_many(leads_table(), places, only=("name", "email", "company", "status")) if found else {}
    return [_view(one, leads.get((key["pk"], key["sk"]), {})) for one, key in zip(found, places, strict=True)]


def _view(reply: Reply, lead: tables.Item) -> ReplyView:
    decided = reply.decided
    return ReplyView(
        id=reply.id,
        campaign_id=reply.campaign_id,
        lead_id=reply.lead_id,
        name=lead.get("name"),
        email=lead.get("email"),
        company=lead.get("company"),
        lead_status=lead.get("status"),
        step=reply.step,
        at=reply.at,
        kind=reply.kind,
        certainty=reply.certainty,
        suspected=reply.suspected,
        found_as=reply.found_as,
        positive=reply.positive,
        until=reply.until,
        successor=reply.successor,
        subject=reply.subject,
        text=reply.text,
        place=reply.place,
        corrected=decided and DecisionView(kind_before=decided.kind_before, by=decided.by, at=decided.at),
    )
