"""What has to be true before a run, or one of its stages, can start. Shared by the API and by Begin."""

from cam.leads import lead_queue
from cam.mail import safety, senders
from cam.model.models import Campaign, Stage
from cam.model.settings.campaign import CampaignSettings
from cam.model.transports import TRANSPORTS
from cam.platform import environment
from cam.providers import credits, providers
from cam.runs import sources
from cam.text import clock

NO_SENDER = (
    "No sender identity and postal address: set sending.sender_name, sending.sender_email and sending.postal_address, "
    "or the stack's SenderName, SenderEmail and PostalAddress."
)
BY_HAND = "Routing is by hand for this campaign: routing.auto is false."


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
        found[Stage.NURTURE] = NO_SENDER
    elif Stage.NURTURE in stages and transport.needs_server and not environment.smtp_server():
        found[Stage.NURTURE] = environment.NO_SERVER
    elif Stage.NURTURE in stages and (halted := safety.halted(campaign.id)):
        found[Stage.NURTURE] = halted[0].sentence
    elif Stage.NURTURE in stages and (failed := senders.failed(frozen.sending, campaign.id, clock.now())):
        # Its workers would find the same. What is unknown or long ago is theirs to look up.
        found[Stage.NURTURE] = failed
    return found


def harvestable(campaign: Campaign) -> bool:
    """Whether Harvest has anything to do: a source that has what it needs, or leads whose data is still asked for."""
    settings, able = campaign.settings, providers.configured()
    return (
        any(sources.ready(source, campaign.id, settings, able) for source in sources.chosen(settings))
        or bool(credits.open_calls(campaign.id))
        or lead_queue.incomplete(campaign.id, campaign.shards)
    )
