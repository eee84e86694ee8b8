"""After the sources: what leads still lack is asked of Dropcontact and Hunter, within the run's credits.

Who is asked for, and whose answer is not there yet, is written in open calls; a lead in one of them is not asked for
again.
"""

from collections.abc import Iterator

from cam.model.errors import ProviderFailed
from cam.model.models import Stage
from cam.platform import tallies, telemetry
from cam.providers.providers import Provider
from functions.harvest.clients.outcomes import Wait
from functions.harvest.enrichment import batches, verification, waiting_leads
from functions.harvest.enrichment.enrichment_run import EnrichmentRun


def steps(enriching: EnrichmentRun) -> Iterator[None]:
    """Ask for everything that may be asked for, a step each. Raises Wait when a provider needs time."""
    waits: list[Wait] = []
    for provider, ask in ((Provider.DROPCONTACT, batches.ask), (Provider.HUNTER, verification.ask)):
        if provider in enriching.failed:
            continue
        try:
            yield from ask(enriching)
        except ProviderFailed as failure:
            telemetry.logger.warning("provider failed", source=provider)
            tallies.note(enriching.shard, Stage.HARVEST, f"source.{provider}", str(failure))
            enriching.failed[provider] = str(failure)
        except Wait as wait:
            waits.append(wait)
    yield from waiting_leads.release(enriching, pending=bool(waits))
    if waits:
        raise min(waits, key=lambda wait: wait.seconds)
