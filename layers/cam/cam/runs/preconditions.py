"""What has to be true before a run, or one of its stages, can start. Shared by the API and by Begin."""

from collections.abc import Sequence

from cam.leads import lead_queue
from cam.mail import safety, senders
from cam.model.models import Campaign, Stage
from cam.model.settings.campaign import CampaignSettings
from cam.model.settings.sending import Sending
from cam.model.transports import TRANSPORTS
from cam.platform import environment
from cam.providers import credits, providers
from cam.runs import sources
from cam.text import clock

# The stack's parameter for each part of a sender.
_PARAMETERS = {"sender_name": "SenderName", "sender_email": "SenderEmail", "postal_address": "PostalAddress"}
BY_HAND = "Automatic routing is off for this campaign. Set routing.auto to true."


def settings(campaign: Campaign) -> CampaignSettings:
    """The campaign's settings as a run freezes them: the stack's sender fills in where the campaign has none."""
    own = campaign.settings
    return own.model_copy(update={"sending": environment.sender(own.sending)})


def blocked(campaign: Campaign, frozen: CampaignSettings, stages: tuple[Stage, ...]) -> dict[Stage, str]:
    """Those of `stages` that cannot run now, and what to do about it."""
    found: dict[Stage, str] = {}
    transport = TRANSPORTS[frozen.sending.transport]
    if Stage.HARVEST in stages and not harvestable(campaign):
        found[Stage.HARVEST] = sources.HOW_TO_PROVIDE
    if Stage.ROUTE in stages and not frozen.routing.auto:
        found[Stage.ROUTE] = BY_HAND
    if Stage.NURTURE in stages and not frozen.sending.ready:
        found[Stage.NURTURE] = no_sender(frozen.sending)
    elif Stage.NURTURE in stages and transport.needs_server and not environment.smtp_server():
        found[Stage.NURTURE] = environment.NO_SERVER
    elif Stage.NURTURE in stages and (halted := safety.halted(campaign.id)):
        found[Stage.NURTURE] = halted[0].sentence
    elif Stage.NURTURE in stages and (failed := senders.failed(frozen.sending, campaign.id, clock.now())):
        # Its workers would find the same. What is unknown or long ago is theirs to look up.
        found[Stage.NURTURE] = failed
    return found


def no_sender(sending: Sending) -> str:
    """What is missing of a sender, and where to set it. An address of its own does not borrow the stack's name."""
    lacks = sending.lacks
    missing = _and([f"settings.sending.{name}" for name in lacks])
    text = f"No emails can be sent: {missing} {'is' if len(lacks) == 1 else 'are'} not set. Set "
    text += "it" if len(lacks) == 1 else "them"
    if "sender_email" in lacks or "sender_name" not in lacks:
        text += f", or deploy the stack with {_and([_PARAMETERS[name] for name in lacks])}"
    return f"{text}."


def _and(names: Sequence[str]) -> str:
    return " and ".join([one for one in (", ".join(names[:-1]), *names[-1:]) if one])


def harvestable(campaign: Campaign) -> bool:
    """Whether Harvest has anything to do: a source that has what it needs, or leads whose data is still asked for."""
    settings, able = campaign.settings, providers.configured()
    return (
        any(sources.ready(source, campaign.id, settings, able) for source in sources.chosen(settings))
        or bool(credits.open_calls(campaign.id))
        or lead_queue.incomplete(campaign.id, campaign.shards)
    )
