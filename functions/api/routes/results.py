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
    """Each rate as a share of the emails sent; clicks as a share of the emails opened (a click implies an open)."""

    delivered: RateView
    opened: RateView
    machine_opened: RateView
    clicked: RateView
    replied: RateView
    bounced: RateView
    complained: RateView
    unsubscribed: RateView


class Came(Frozen):
    """Emails that were sent, and how many of them were delivered, opened, …; an email counts once for each."""

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
    """The emails of one variant of a touch."""

    variant: str
    rates: FeedbackRates


class TouchView(Frozen):
    """A touch of a sequence (`step` from 0), and one sentence on which variant is better; null if there is only one."""

    step: int
    variants: tuple[VariantView, ...]
    statement: str | None


class EditionView(Frozen):
    """The emails of one version of a sequence: `built_in.1`, `library.3`, `campaign.2`."""

    edition: str
    touches: tuple[TouchView, ...]


class ResultsView(Frozen):
    """The results of a sequence's emails in a campaign; no editions before the first email."""

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
    """Read, for each edition, touch and variant, the emails sent, what came back, and rates in percent with intervals.

    Rates count emails, not events: an email that is opened ten times counts once.
    """
    campaign = campaigns.read(campaign_id)
    counted: results.Counters = tallies.of_sequence(campaign_id, campaign.shards, name)
    if not counted and not sequences.was_ever(campaign_id, name):
        raise NotFound(f"Campaign {campaign_id} has no sequence {name!r} and has sent no email of it.")
    return ResultsView(campaign_id=campaign_id, sequence=name, editions=tuple(map(_edition, results.report(counted))))
