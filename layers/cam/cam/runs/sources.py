"""Whether a source can give a campaign leads: what it needs (`cam.model.sources`), and whether that is there."""

from collections.abc import Set as AbstractSet

from cam.leads import imports
from cam.model.settings.campaign import CampaignSettings
from cam.model.sources import SOURCES, Need, Source
from cam.providers.providers import Provider

HOW_TO_PROVIDE = "No source has leads for this campaign: " + "; or ".join(one.provide for one in SOURCES.values()) + "."


def chosen(settings: CampaignSettings) -> tuple[Source, ...]:
    """The campaign's sources in its own order, else all in the order of the registry."""
    return settings.sources if settings.sources is not None else tuple(SOURCES)


def ready(source: Source, campaign_id: int, settings: CampaignSettings, keys: AbstractSet[Provider]) -> bool:
    """Whether a source has all that it needs. `keys`: the providers that have a key. At most one read a need."""
    return all(_met(need, source, campaign_id, settings, keys) for need in SOURCES[source].needs)


def _met(need: Need, source: Source, campaign_id: int, settings: CampaignSettings, keys: AbstractSet[Provider]) -> bool:
    match need:
        case Need.FILE:
            return imports.any_import(campaign_id)
        case Need.LEADS_IN_LINE:
            return bool(imports.waiting(campaign_id, 1))
        case Need.KEY:
            return source.value in keys
        case Need.ICP:
            return not settings.icp.says_nothing
