"""Hunter: whether an address exists, one address at a time."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cam.model.errors import CamError, ProviderFailed
from cam.model.models import Enrichment, Lead, LeadDraft, Stage
from cam.platform import tallies
from cam.providers import credits, providers
from cam.providers.credits import Call, CallState, Spent
from cam.providers.providers import Provider
from cam.text import clock
from functions.harvest import provider_responses
from functions.harvest.clients import dropcontact, hunter
from functions.harvest.clients.outcomes import Refused, Unsure, Wait
from functions.harvest.enrichment import changes, waiting_leads
from functions.harvest.enrichment.enrichment_run import LONGEST_PAUSE, PATIENCE, EnrichmentRun, pause

if TYPE_CHECKING:
    from functions.harvest.clients.http import Line

# Statuses with which Hunter refuses one address.
_OF_ONE = frozenset({400, 422})


def ask(enriching: EnrichmentRun) -> Iterator[None]:
    """Ask about one address after the other, a step each. Raises Wait, ProviderFailed."""
    for call in credits.open_calls(enriching.run.campaign_id, Provider.HUNTER):
        if call.state is CallState.CLAIMED:
            body = provider_responses.kept(call)
            if body is None:
                enriching.unsure(call, "the worker stopped before Hunter's response was stored")
            else:
                _verified(enriching, call, hunter.verdict(body))
            yield
    if Provider.HUNTER not in enriching.able:
        return
    line = hunter.connect(providers.secrets().get(Provider.HUNTER, ""))
    pending, refused = 0, Counter[str]()
    for lead in waiting_leads.wanting(enriching, Provider.HUNTER):
        enriching.tried(Provider.HUNTER)
        try:
            pending += not _verify(enriching, line, lead)
        except Spent as error:
            # Nobody is asked any more: who has an address goes on with it.
            enriching.able -= {Provider.HUNTER}
            enriching.hint("unverified", f"Addresses continue unverified: {error}.")
            break
        except Refused as error:
            # One address that Hunter does not take must not stop the others; a few say that it is not the address.
            refused[str(error)] += 1
            if error.status not in _OF_ONE or refused.total() == providers.FAILURES:
                raise
        yield
    if refused:
        raise ProviderFailed(next(iter(refused)))
    if pending:
        since = clock.now() - enriching.run.started_at
        if since <= PATIENCE:
            raise Wait(pause(since, LONGEST_PAUSE))
        enriching.not_ready(Provider.HUNTER, pending)


def _verify(enriching: EnrichmentRun, line: "Line", lead: Lead) -> bool:
    """Ask about one address; False: Hunter is still at it. Raises Spent: nothing is left of our credits or the plan."""
    call = credits.claim(enriching.run, Provider.HUNTER, "verify", [[lead.shard, lead.id]], 1)
    try:
        verdict = hunter.verify(line, lead.email or "", lambda raw: provider_responses.keep(call, raw))
    except hunter.UsedUp as error:
        credits.refuse(call, str(error))
        raise Spent(str(error)) from error
    except Unsure as error:
        enriching.unsure(call, str(error))
        raise ProviderFailed(f"{error}: one address and credit are UNSURE, resolve them at …/calls") from error
    except CamError as error:  # nothing was spent
        credits.refuse(call, str(error))
        raise
    return _verified(enriching, call, verdict)


def _verified(enriching: EnrichmentRun, call: Call, verdict: hunter.Verdict) -> bool:
    """Store a verdict; False: there is none yet, and the credit is free again."""
    if verdict.pending:
        credits.refuse(call, "Hunter had not finished")
        return False
    ((_, one),) = call.what
    draft = LeadDraft(enrichment=Enrichment(email_status=verdict.status))
    brought = dropcontact.Found("", draft, forbids=verdict.forbids, paid=not verdict.forbids)
    changes.change(enriching, {str(one): brought}, Provider.HUNTER, call)
    spent = int(brought.paid)
    counted = tallies.actions(enriching.shard, Stage.HARVEST, {"credits_spent": spent})
    credits.settle(call, spent, CallState.DONE, counted, applied=1)
    return True
