"""What if: what other settings would change, over all leads of a campaign. Nothing is written on a lead."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from cam.campaigns import campaigns, previews
from cam.campaigns.previews import Found, Preview
from cam.leads import reading
from cam.model.models import Campaign, JobStatus
from cam.model.settings.campaign import CampaignSettings
from cam.model.settings.kinds import Frozen
from cam.platform import tallies
from cam.platform.environment import required
from cam.rules.preview_summary import Summary
from cam.runs import executions
from cam.text import clock
from functions.api import calculations, idempotency, problems
from functions.api.parameters import CampaignId, Decimal, Id, Moment
from functions.api.routes.campaigns import merged, refuse_unknown_fields, refuse_unknown_sequences

router = APIRouter(prefix="/campaigns/{campaign_id}", tags=["what if"], responses=problems.documented(404))

_GOES_ON: dict[int | str, dict[str, Any]] = {202: {"description": "The preview continues: follow it at `Location`"}}
# SES, list price of us-east-1: $0.10 for 1,000 mails.
_USD_PER_MAIL = 0.0001
Wait = Annotated[float, Decimal, Query(ge=0, le=25, description="Seconds to wait for the preview to finish")]


class PreviewRequest(Frozen):
    """Settings to try. Omitted settings, at any depth, are those of the campaign; a list is replaced."""

    settings: dict[str, Any] = Field(default_factory=dict)


class _Tried(Frozen):
    settings: CampaignSettings


class Cell(Frozen):
    """How many leads move from `now` to `then`."""

    now: str
    then: str
    leads: int


class Table(Frozen):
    """How many leads are in each tier, verdict or sequence `now` and `then`, and how they move between them."""

    now: dict[str, int]
    then: dict[str, int]
    table: tuple[Cell, ...]


class Move(Frozen):
    """Leads that move in the same way for the same reason. `because` has the codes of the reason."""

    what: str
    now: str
    then: str
    leads: int
    because: tuple[str, ...]
    sentence: str


class Texts(Frozen):
    """A value with the current settings (`now`) and with the previewed ones (`then`)."""

    now: str
    then: str


class Scores(Frozen):
    """The score with the current settings (`now`) and with the previewed ones (`then`)."""

    now: float | None
    then: float | None


class Example(Frozen):
    """A lead that moves. `kept`: it has been emailed, so it keeps its verdict and sequence."""

    lead_id: str
    name: str | None
    company: str | None
    score: Scores
    tier: Texts
    verdict: Texts
    sequence: Texts
    kept: bool
    sentence: str


class Amounts(Frozen):
    """A number with the current settings (`now`) and with the previewed ones (`then`)."""

    now: int
    then: int
    difference: int


class Cost(Frozen):
    """What the change costs, for leads that have not been emailed.

    `mails`: touches of their sequences if nobody replies; `mails_usd`: what SES charges for the difference. `review`:
    leads that a person must review. `credits_on_rejected`: credits spent on leads that are rejected. `leads_rewritten`:
    leads that a rescore would change.
    """

    mails: Amounts
    mails_usd: float
    review: Amounts
    credits_on_rejected: Amounts
    leads_rewritten: int


class PreviewView(Frozen):
    """What other settings would change. While RUNNING, the numbers are those of the leads processed so far.

    `undecided` leads have no verdict yet; the tables show the verdict under the new settings. `kept` leads have been
    emailed, so they keep verdict and sequence; `kept_would_differ` of them would get others today.
    """

    preview_id: str
    campaign_id: int
    status: JobStatus
    percent: int
    settings_version: int
    leads: int
    undecided: int
    moved: int
    kept: int
    kept_would_differ: int
    tier: Table
    verdict: Table
    sequence: Table
    moves: tuple[Move, ...]
    examples: tuple[Example, ...]
    cost: Cost
    started_at: Moment
    completed_at: Moment | None
    error_message: str | None


@router.post("/preview", summary="Preview other settings", responses=_GOES_ON)
async def start(
    campaign_id: CampaignId, request: Request, response: Response, body: PreviewRequest, wait: Wait = 25
) -> PreviewView:
    """Preview what other settings would change: 200 with the result, or 202 if it takes longer than `wait`. Writes
    nothing.
    """
    campaign = campaigns.read(campaign_id)
    kept = campaign.settings.model_dump(mode="json")
    tried = problems.checked(_Tried, {"settings": merged(kept, body.settings)}).settings
    refuse_unknown_fields(campaign, tried)
    refuse_unknown_sequences(campaign_id, tried)
    wanted = _begun(campaign, tried, idempotency.run_id(request))
    location = f"./previews/{wanted.preview_id}"
    found, status = await calculations.finished(request, response, location, wait, partial(_state, wanted))
    return _view(wanted, status, found)


def _begun(campaign: Campaign, settings: CampaignSettings, preview_id: str) -> Preview:
    funnel = tallies.of_campaign(campaign.id, campaign.shards)
    wanted = Preview(
        preview_id=preview_id,
        campaign_id=campaign.id,
        shards=campaign.shards,
        settings=settings,
        settings_version=campaign.settings_version,
        leads=funnel["leads"],
        started_at=clock.now(),
    )
    previews.begin(wanted)
    start = partial(executions.start_preview, required("PREVIEW_ARN"), campaign.id, preview_id, campaign.shards)
    calculations.begin(start, "preview", preview_id)
    return wanted


def _state(wanted: Preview) -> tuple[list[Found], JobStatus]:
    """Complete when every shard is."""
    return calculations.standing(
        partial(previews.found, wanted),
        lambda found: all(shard.done for shard in found),
        lambda _: wanted.started_at,
        required("PREVIEW_ARN"),
        wanted.preview_id,
    )


@router.get("/previews/{preview_id}", summary="Read a preview")
async def read(campaign_id: CampaignId, preview_id: Id) -> PreviewView:
    """Read a preview, complete or in progress. Previews are kept for a week."""
    campaigns.read(campaign_id)
    wanted = previews.read(campaign_id, preview_id)
    found, status = _state(wanted)
    return _view(wanted, status, found)


def _view(wanted: Preview, status: JobStatus, found: list[Found]) -> PreviewView:
    total = Summary()
    for shard in found:
        total.merge(Summary.loaded(shard.summary))
    looked_at = sum(shard.leads for shard in found)
    counts = total.counts
    done = status is JobStatus.COMPLETED
    return PreviewView(
        preview_id=wanted.preview_id,
        campaign_id=wanted.campaign_id,
        status=status,
        percent=100 if done else min(99, 100 * looked_at // max(1, wanted.leads)),
        settings_version=wanted.settings_version,
        leads=counts["leads"],
        undecided=counts["undecided"],
        moved=counts["moved"],
        kept=counts["kept"],
        kept_would_differ=counts["kept_would_differ"],
        **{what: _table(total, what) for what in total.tables},
        moves=tuple(_moves(total)),
        examples=tuple(_examples(wanted, total)),
        cost=_cost(total),
        started_at=wanted.started_at,
        completed_at=max((shard.at for shard in found if shard.at), default=None) if done else None,
        error_message="The preview did not finish. Try again." if status is JobStatus.FAILED else None,
    )


def _table(total: Summary, what: str) -> Table:
    now: dict[str, int] = {}
    then: dict[str, int] = {}
    cells = sorted(total.tables[what].items())
    for (before, after), number in cells:
        now[before] = now.get(before, 0) + number
        then[after] = then.get(after, 0) + number
    return Table(now=now, then=then, table=tuple(Cell(now=a, then=b, leads=number) for (a, b), number in cells))


def _moves(total: Summary) -> Iterator[Move]:
    """The largest first."""
    for (what, now, then, why), number in sorted(total.moves.items(), key=lambda one: (-one[1], one[0])):
        yield Move(what=what, now=now, then=then, leads=number, because=why, sentence=_sentence(why))


def _examples(wanted: Preview, total: Summary) -> Iterator[Example]:
    known = reading.existing(wanted.campaign_id, wanted.shards, [one["lead_id"] for one in total.examples])
    for one in total.examples:
        lead = known.get(one["lead_id"])
        codes = dict.fromkeys(code for why in one["because"].values() for code in why)
        yield Example(
            lead_id=one["lead_id"],
            name=lead.name if lead else None,
            company=lead.company if lead else None,
            **{what: {"now": one[what][0], "then": one[what][1]} for what in ("score", *total.tables)},
            kept=one["kept"],
            sentence=_sentence(tuple(codes)),
        )


_CODES = {
    "cut_offs": "the tier cut-offs changed",
    "ladder": "the sequence ladder changed",
    "boost": "the boost changed",
    "undecided": "the lead had failed before anything was decided",
    "other": "for several reasons",
}


def _sentence(codes: tuple[str, ...]) -> str:
    """Why leads move: "low score now applies", "the score changes, mostly because of title"."""
    texts = []
    for code in codes:
        if code[0] in "+-":
            verb = "now applies" if code[0] == "+" else "no longer applies"
            texts.append(f"“{code[1:].replace('_', ' ')}” {verb}")
        elif code.startswith("score:"):
            texts.append(f"the score changes, mostly because of {code.removeprefix('score:').replace('_', ' ')}")
        else:
            texts.append(_CODES.get(code, code))
    text = "; ".join(texts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _cost(total: Summary) -> Cost:
    counts = total.counts

    def amounts(name: str) -> Amounts:
        now, then = counts[f"{name}_now"], counts[f"{name}_then"]
        return Amounts(now=now, then=then, difference=then - now)

    mails = amounts("mails")
    return Cost(
        mails=mails,
        mails_usd=round(mails.difference * _USD_PER_MAIL, 4),
        review=amounts("review"),
        credits_on_rejected=amounts("credits_rejected"),
        leads_rewritten=counts["rewritten"],
    )
