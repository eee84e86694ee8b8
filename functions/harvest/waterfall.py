"""Who is asked for what a lead still lacks, in which order: each provider once, and only for what is missing. Pure."""

import re
from collections.abc import Set as AbstractSet

from cam.model.models import Lead
from cam.model.settings.campaign import CampaignSettings
from cam.model.settings.harvesting import Wanted
from cam.providers.providers import Provider
from cam.rules import deliverability, merging
from cam.rules.deliverability import Deliverability
from functions.harvest import reachable_score
from functions.harvest.clients import dropcontact

# What a provider could have an opinion on. Text that is no address is left to Qualify.
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def verified(lead: Lead) -> bool:
    """Whether somebody vouches for the lead's address."""
    return bool(lead.email) and deliverability.of(lead.enrichment.email_status) is Deliverability.DELIVERABLE


def following(lead: Lead, settings: CampaignSettings, able: AbstractSet[Provider]) -> Provider | None:
    """The next provider to ask about a lead; None: nobody, it is as complete as it gets.

    `able`: the providers that have a key. Nobody is asked about a lead that cannot reach `min_score` any more.
    """
    able = able - set(lead.asked) - {Provider.APOLLO}
    if not able or merging.closed(lead):
        return None
    wanted = settings.harvest
    if verified(lead) or _hopeless(lead) or not reachable_score.reachable(lead, settings):
        return None
    lacks = wanted.dropcontact is Wanted.UNVERIFIED or (wanted.dropcontact is Wanted.MISSING and not lead.email)
    if lacks and Provider.DROPCONTACT in able and dropcontact.askable(lead):
        return Provider.DROPCONTACT
    if wanted.hunter and lead.email and Provider.HUNTER in able:
        return Provider.HUNTER
    return None


def _hopeless(lead: Lead) -> bool:
    """Whether the lead has an address that Qualify refuses, whatever anybody says: it is never replaced."""
    if not lead.email:
        return False
    status = lead.enrichment.email_status
    refused = deliverability.of(status) is Deliverability.UNDELIVERABLE or deliverability.disposable(status)
    return lead.bounced or refused or not _ADDRESS.fullmatch(lead.email.strip())


def queue(lead: Lead, settings: CampaignSettings, able: AbstractSet[Provider]) -> str:
    """Where a lead waits: `enrich` without an address, `verify` with one that nobody vouches for, else `score`."""
    if following(lead, settings, able) is None:
        return "score"
    return "verify" if lead.email else "enrich"
