"""Outcomes: whether the score predicts anything."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Self

from fastapi import APIRouter
from pydantic import Field

from cam.campaigns import campaigns
from cam.model.settings.kinds import Frozen
from cam.platform import tallies
from cam.rules import outcomes
from cam.rules.outcomes import Bucket, Outcome, Rate
from functions.api import problems
from functions.api.parameters import CampaignId

router = APIRouter(prefix="/campaigns/{campaign_id}/outcomes", tags=["outcomes"], responses=problems.documented(404))


class RateView(Frozen):
    """A rate in percent with its 95 % confidence interval (Wilson)."""

    rate: float
    low: float
    high: float

    @classmethod
    def of(cls, rate: Rate) -> Self:
        """A rate as it is shown."""
        return cls(**{name: round(100 * share, 2) for name, share in asdict(rate).items()})


class Rates(Frozen):
    """Each outcome as a share of the leads emailed."""

    replied: RateView
    positive: RateView
    unsubscribed: RateView
    bounced: RateView


class Numbers(Frozen):
    """Leads whose first email was sent, and how many of them replied, …; each lead counts once. Without leads,
    intervals are 0 to 100.
    """

    sent: int
    replied: int
    positive: int
    unsubscribed: int
    bounced: int
    rates: Rates


class DecileView(Numbers):
    """Leads whose score was at least `from` and less than `to` at their first email; the last one includes 1.0."""

    start: float = Field(serialization_alias="from")
    end: float = Field(serialization_alias="to")


class BucketView(Numbers):
    """Leads for which a part of the score had the same result at their first email."""

    bucket: str
    label: str


class PartView(Frozen):
    """A part of the score: how leads responded by its result, and whether it predicts replies."""

    part: str
    buckets: tuple[BucketView, ...]
    statement: str


class OutcomesView(Frozen):
    """How leads responded by their score and its parts, and one sentence on whether the score predicts replies."""

    campaign_id: int
    sent: int
    deciles: tuple[DecileView, ...]
    parts: tuple[PartView, ...]
    statement: str

    @classmethod
    def of(cls, campaign_id: int, report: outcomes.Report) -> Self:
        """The report as it is shown."""
        tenth = 1 / len(report.deciles)
        return cls(
            campaign_id=campaign_id,
            sent=report.sent,
            deciles=tuple(
                DecileView(start=round(at * tenth, 1), end=round((at + 1) * tenth, 1), **dict(_numbers(bucket)))
                for at, bucket in enumerate(report.deciles)
            ),
            parts=tuple(
                PartView(
                    part=one.part,
                    buckets=tuple(
                        BucketView(bucket=bucket.name, label=bucket.label, **dict(_numbers(bucket)))
                        for bucket in one.buckets
                    ),
                    statement=one.statement,
                )
                for one in report.parts
            ),
            statement=report.statement,
        )


def _numbers(bucket: Bucket) -> Numbers:
    return Numbers(
        sent=bucket.sent, **{one.value: bucket.hits[one] for one in Outcome}, rates=Rates(**dict(_rates(bucket)))
    )


def _rates(bucket: Bucket) -> Iterator[tuple[str, RateView]]:
    for outcome in Outcome:
        yield outcome.value, RateView.of(bucket.rate(outcome))


@router.get("", summary="Read the outcomes")
async def read(campaign_id: CampaignId) -> OutcomesView:
    """Read how many leads were emailed and how they responded, by tenths of the score and by each part of it.

    A lead counts under the score that it had at its first email, whatever it is scored later.
    """
    campaign = campaigns.read(campaign_id)
    return OutcomesView.of(campaign_id, outcomes.report(tallies.of_outcomes(campaign_id, campaign.shards)))
