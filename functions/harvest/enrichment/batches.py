"""Dropcontact: leads are handed in as batches, and what was found is collected when it is ready."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from cam.model.errors import CamError, ProviderFailed, Throttled
from cam.model.models import Lead, Stage
from cam.platform import tallies
from cam.providers import credits, providers
from cam.providers.credits import Call, CallState, Spent
from cam.providers.providers import Provider
from cam.text import clock
from functions.harvest import provider_responses
from functions.harvest.clients import dropcontact
from functions.harvest.clients.outcomes import Answer, Unsure, Wait
from functions.harvest.enrichment import changes, waiting_leads
from functions.harvest.enrichment.enrichment_run import FIRST_PAUSE, PATIENCE, EnrichmentRun, pause

if TYPE_CHECKING:
    from functions.harvest.clients.http import Line

MOST_RECORDS = dropcontact.MOST_RECORDS
SLICE = 20
# How long a batch is worth asking for.
_GIVEN_UP = timedelta(hours=24)
_NO_CREDITS = "No credits are left ({}): {} leads without an email address wait for the next run."


def ask(enriching: EnrichmentRun) -> Iterator[None]:
    """Collect what was handed in, hand in what is wanted, a step each. Raises Wait, ProviderFailed."""
    calls = credits.open_calls(enriching.run.campaign_id, Provider.DROPCONTACT)
    usable = Provider.DROPCONTACT in enriching.able
    if not usable and not calls:
        return
    line = dropcontact.connect(providers.secrets().get(Provider.DROPCONTACT, "")) if usable else None
    later: list[tuple[Call, int]] = []
    for call in calls:
        if call.state is CallState.UNSURE:
            continue
        received = _received(enriching, call)
        if received:
            seconds = _collect(enriching, line, received)
            if seconds:
                later.append((received, seconds))
            yield
    if line:
        for batch in batched(waiting_leads.wanting(enriching, Provider.DROPCONTACT), MOST_RECORDS, strict=False):
            submitted = _submit(enriching, line, batch)
            if submitted is None:
                break
            later.append((submitted, FIRST_PAUSE))
            yield
    else:
        _keyless(enriching)
    _await(enriching, later)


def _keyless(enriching: EnrichmentRun) -> None:
    """Say who waits for an answer that nobody can fetch without a key."""
    calls = credits.open_calls(enriching.run.campaign_id, Provider.DROPCONTACT)
    number = sum(len(call.what) - call.applied for call in calls if call.state is not CallState.UNSURE)
    if number:
        enriching.hint(
            "key",
            f"Dropcontact's API key is missing: {number} leads wait for a result until a key is stored, or for a day.",
        )


def _await(enriching: EnrichmentRun, later: Sequence[tuple[Call, int]]) -> None:
    """Wait for the batches that are not ready: shortly at first, and not for ever."""
    if not later:
        return
    now = clock.now()
    waited = [(now - max(call.claimed_at, enriching.run.started_at), seconds) for call, seconds in later]
    if young := [one for one in waited if one[0] <= PATIENCE]:
        raise Wait(pause(min(since for since, _ in young), max(seconds for _, seconds in young)))
    enriching.not_ready(Provider.DROPCONTACT, sum(len(call.what) for call, _ in later))


def _submit(enriching: EnrichmentRun, line: "Line", batch: Sequence[Lead]) -> Call | None:
    """Hand in a batch, the credits for it taken before. None: no credits are left."""
    purse = credits.left(enriching.run)
    batch = batch[: purse.left]
    if not batch:
        _out_of_credits(enriching, purse.tightest)
        return None
    what = [[lead.shard, lead.id] for lead in batch]
    enriching.tried(Provider.DROPCONTACT)
    try:
        call = credits.claim(enriching.run, Provider.DROPCONTACT, "enrich", what, len(batch))
    except Spent as error:
        raise Throttled("another worker used the remaining budget") from error
    try:
        records = [dropcontact.record(lead, f"{lead.shard}.{lead.id}") for lead in batch]
        request_id, left = dropcontact.submit(line, records, lambda raw: provider_responses.keep(call, raw))
    except Unsure as error:
        enriching.unsure(call, str(error))
        raise ProviderFailed(f"{error}: {len(batch)} leads and credits are UNSURE, resolve them at …/calls") from error
    except CamError as error:  # nothing was spent
        credits.refuse(call, str(error))
        raise
    call = credits.move(call, CallState.WAITING, request_id=request_id)
    if left is not None:
        providers.credits_left(Provider.DROPCONTACT, left, line.state)
    return call


def _received(enriching: EnrichmentRun, call: Call) -> Call | None:
    """A batch that was handed in for sure: its receipt was kept, if the worker died before it was noted."""
    if call.state is not CallState.CLAIMED:
        return call
    request_id = dropcontact.receipt(provider_responses.kept(call))
    if request_id:
        return credits.move(call, CallState.WAITING, request_id=request_id)
    enriching.unsure(call, "the worker stopped before Dropcontact's request ID was stored")
    return None


def _out_of_credits(enriching: EnrichmentRun, budget: str) -> None:
    busy = waiting_leads.in_calls(enriching)
    number = sum(due.lead_id not in busy for _, page in waiting_leads.pages(enriching, "enrich") for due in page)
    if number:
        enriching.hint("credits", _NO_CREDITS.format(budget, number))


def _collect(enriching: EnrichmentRun, line: "Line | None", call: Call) -> int:
    """Use the answer to a batch, when it is there. Else the seconds that the provider wants to be left alone.

    Without a line (the key is gone) and when the provider is down, a batch is still given up after a day.
    """
    body = provider_responses.kept(call) if call.state is CallState.ANSWERED else None
    if dropcontact.ready(body):
        _apply(enriching, call, body)
        return 0
    over = clock.now() - call.claimed_at > _GIVEN_UP
    try:
        answer = _ask_for(enriching, line, call) if line and call.request_id else None
    except (ProviderFailed, Wait):
        if not over:
            raise
        answer = None
    if isinstance(answer, Answer):
        _apply(enriching, call, answer.body)
        return 0
    if over:
        _give_up(enriching, call)
        return 0
    return answer.seconds if answer else 0


def _ask_for(enriching: EnrichmentRun, line: "Line", call: Call) -> Answer | dropcontact.Later:
    enriching.tried(Provider.DROPCONTACT)
    return dropcontact.collect(line, str(call.request_id), lambda raw: provider_responses.keep(call, raw))


def _give_up(enriching: EnrichmentRun, call: Call) -> None:
    """A day without an answer: the leads go on as they are, the credits stay taken."""
    for part in batched(call.what, SLICE, strict=False):
        changes.change(enriching, {str(one): None for _, one in part}, Provider.DROPCONTACT, call)
    message = "Dropcontact returned no result within a day"
    spent = call.credits if call.spent is None else call.spent
    counts = {} if call.settled else {"credits_spent": spent}
    counted = tallies.actions(enriching.shard, Stage.HARVEST, counts)
    credits.settle(call, spent, CallState.EXPIRED, counted, applied=len(call.what), message=message)
    enriching.hint("expired", f"{message}: {len(call.what)} leads continue without it.")


def _apply(enriching: EnrichmentRun, call: Call, body: Any) -> None:
    """Store what a batch brought, slice by slice; the call knows how far. What was not found is given back."""
    known = {one.reference: one for one in dropcontact.found(body)}
    found = [(str(one), known.get(f"{shard}.{one}")) for shard, one in call.what]
    if not call.settled:
        spent = sum(what.paid for _, what in found if what)
        counts = {"credits_spent": spent, "not_found": len(found) - spent}
        counted = tallies.actions(enriching.shard, Stage.HARVEST, counts)
        call = credits.settle(call, spent, CallState.ANSWERED, counted)
    for part in batched(found[call.applied :], SLICE, strict=False):
        changes.change(enriching, dict(part), Provider.DROPCONTACT, call)
        call = credits.move(call, CallState.ANSWERED, applied=call.applied + len(part))
    credits.move(call, CallState.DONE)
