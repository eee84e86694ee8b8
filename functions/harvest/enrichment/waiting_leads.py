"""The leads that wait: in `enrich` those without an address, in `verify` those whose address nobody vouches for."""

from collections.abc import Iterator
from itertools import batched

from cam.leads import lead_queue
from cam.leads.lead_queue import Due
from cam.model.models import Lead
from cam.platform import keys
from cam.providers import credits
from cam.providers.providers import Provider
from functions.harvest.enrichment.enrichment_run import EnrichmentRun

# A lead that is filled to the brim has 60 KB, a transaction takes 4 MB.
_MOST = 50


def pages(enriching: EnrichmentRun, queue: str) -> Iterator[tuple[keys.Shard, list[Due]]]:
    """All that wait in a queue, shard by shard, the oldest of each first."""
    for number in range(enriching.run.shards):
        shard = keys.Shard(enriching.run.campaign_id, enriching.run.run_id, number)
        yield from ((shard, page) for page in lead_queue.waiting(shard, queue) if page)


def in_calls(enriching: EnrichmentRun) -> set[str]:
    """The leads of calls that are not over."""
    calls = credits.open_calls(enriching.run.campaign_id)
    return {str(one) for call in calls if call.kind in ("enrich", "verify") for _, one in call.what}


def wanting(enriching: EnrichmentRun, provider: Provider) -> Iterator[Lead]:
    """Leads about which this provider is to be asked next, those without an address first; each once."""
    busy = in_calls(enriching)
    for queue in lead_queue.INCOMPLETE:
        for _, page in pages(enriching, queue):
            for due in page:
                if due.lead and due.lead_id not in busy and enriching.following(due.lead) is provider:
                    busy.add(due.lead_id)
                    yield due.lead


def release(enriching: EnrichmentRun, pending: bool) -> Iterator[None]:
    """Let those go on to Score about whom nobody is to be asked any more, or with an address and no credits left.

    `pending`: an answer is on its way, and may give credits back. A provider that is down keeps its leads: an outage
    approves nobody.
    """
    held = 0
    for queue in lead_queue.INCOMPLETE:
        for shard, page in pages(enriching, queue):
            busy, poor = in_calls(enriching), not pending and credits.left(enriching.run).left < 1
            idle = [due for due in page if due.lead_id not in busy]
            free = [due for due in idle if _free(enriching, due.lead, poor)]
            held += len(idle) - len(free)
            for part in batched(free, _MOST, strict=False):
                lead_queue.forward(shard, part, enriching.run.now())
                yield
    down = " and ".join(one.title() for one in Provider if one in enriching.failed and one is not Provider.APOLLO)
    if held and down:
        enriching.hint("down", f"{held} leads wait for {down}; the next run tries again.")


def _free(enriching: EnrichmentRun, lead: Lead | None, poor: bool) -> bool:
    # What cannot be read as a lead is Score's to fail.
    following = enriching.following(lead) if lead else None
    if lead is None or following is None:
        return True
    return poor and following not in enriching.failed and bool(lead.email)
