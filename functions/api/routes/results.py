"""Results of a sequence: what came back of its mails, by touch and variant, and which variant is better."""

from fastapi import APIRouter

from cam.campaigns import campaigns
from cam.mail import sequences
from cam.model.errors import NotFound
from cam.model.settings.kinds import Frozen
from cam.platform import tallies
from cam.rules import results
from cam.rules.results import Feedback
from functions.api import problems
from functions.api.parameters import CampaignId, Id
from functions.api.routes.outcomes import RateView

router = APIRouter(
    prefix="/campaigns/{campaign_id}/sequences/{name}/results", tags=["sequences"], responses=problems.documented(404)
)


class FeedbackRates(Frozen):
    """Each as a share of the mails sent; clicks as a share of the mails opened (whoever clicks has opened)."""

    delivered: RateView
    opened: RateView
    machine_opened: RateView
    clicked: RateView
    replied: RateView
    bounced: RateView
    complained: RateView
    unsubscribed: RateView


class Came(Frozen):
    """Mails that were sent, and of how many something came back; each mail counts once for each."""

    sent: int
    delivered: int
    opened: int
    machine_opened: int
    clicked: int
    replied: int
    bounced: int
    complained: int
    unsubscribed: int


class VariantView(Came):
    """The mails of one text of a touch."""

    variant: str
    rates: FeedbackRates


class TouchView(Frozen):
    """A touch of a sequence (`step` from 0), and in one sentence which of its variants is better; null for only one."""

    step: int
    variants: tuple[VariantView, ...]
    statement: str | None


class EditionView(Frozen):
    """The mails of a version of a sequence: `built_in.1`, `library.3`, `campaign.2`."""

    edition: str
    touches: tuple[TouchView, ...]


class ResultsView(Frozen):
    """How the mails of a sequence did in a campaign; no edition before its first mail."""

    campaign_id: int
    sequence: str
    editions: tuple[EditionView, ...]


def _variant(one: results.Variant) -> VariantView:
    rates = {feedback.value: RateView.of(results.rate(one.counted, feedback)) for feedback in Feedback}
    return VariantView(
        variant=one.name,
        sent=one.sent,
        **{feedback.value: one.counted.get(feedback, 0) for feedback in Feedback},
        rates=FeedbackRates(**rates),
    )


def _edition(one: results.EditionResults) -> EditionView:
    touches = (
        TouchView(step=touch.step, variants=tuple(map(_variant, touch.variants)), statement=touch.statement)
        for touch in one.touches
    )
    return EditionView(edition=one.edition, touches=tuple(touches))


@router.get("", summary="Read the results of a sequence")
async def read(campaign_id: CampaignId, name: Id) -> ResultsView:
    """Of each edition, touch and variant: mails sent, what came back of them, rates in percent with their intervals.

    Rates are of mails, not of events: a mail that is opened ten times counts once. One query for each shard.
    """
    campaign = campaigns.read(campaign_id)
    counted: results.Counters = tallies.of_sequence(campaign_id, campaign.shards, name)
    if not counted and not sequences.was_ever(campaign_id, name):
        raise NotFound(f"Campaign {campaign_id} has no sequence {name!r} and has sent no email of it.")
    return ResultsView(campaign_id=campaign_id, sequence=name, editions=tuple(map(_edition, results.report(counted))))
