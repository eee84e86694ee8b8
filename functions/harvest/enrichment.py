"""After the sources: what leads still lack is asked of Dropcontact and Hunter, within the run's credits.

Leads without an address wait in the queue `enrich`, leads whose address nobody vouches for in `verify`. Who is asked
for, and whose answer is not there yet, is written in open calls; a lead in one of them is not asked for again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from cam import clock, credits, intake, keys, leads, merging, providers, suppression, tables, tallies, telemetry
from cam.addresses import lead_id, normalise
from cam.credits import Call, CallState, Spent
from cam.errors import CamError, ProviderFailed, Throttled
from cam.leads import Brought
from cam.merging import Filled
from cam.models import Lead, LeadDraft, LeadStatus, Qualification, Run, Stage
from cam.providers import Provider
from functions.harvest import answers, waterfall
from functions.harvest.clients import dropcontact, hunter
from functions.harvest.clients.http import Unsure, Wait

# How long one run waits for a batch, and how long a batch is worth asking for at all.
PATIENCE = timedelta(minutes=10)
_GIVEN_UP = timedelta(hours=24)
_SLICE = 20
# A transaction holds a slice's leads, their new names, and so many suppressed addresses of each.
_MOST_FORBIDDEN = 2
_ATTEMPTS = 5
_NO_CREDITS = "No credits are left ({}): {} leads without an address wait for the next run."


@dataclass(slots=True)
class Enrichment:
    """One run's asking for what leads lack. `able`: the providers that have a key and did not fail in this run."""

    shard: keys.Shard
    run: Run
    able: frozenset[Provider]
    counts: Counter[str] = field(default_factory=Counter)
    failed: dict[Provider, str] = field(default_factory=dict)

    def steps(self) -> Iterator[None]:
        """Ask for everything that may be asked for, a step each. Raises Wait when a batch is not ready yet."""
        waits: list[Wait] = []
        for provider, ask in ((Provider.DROPCONTACT, self._dropcontact), (Provider.HUNTER, self._hunter)):
            if provider in self.failed:
                continue
            try:
                yield from ask()
            except ProviderFailed as failure:
                telemetry.logger.warning("provider failed", source=provider)
                tallies.note(self.shard, Stage.HARVEST, f"source.{provider}", str(failure))
                self.failed[provider] = str(failure)
            except Wait as wait:
                waits.append(wait)
        yield from self._release()
        if waits:
            raise min(waits, key=lambda wait: wait.seconds)

    # ------------------------------------------------------------ Dropcontact: batches

    def _dropcontact(self) -> Iterator[None]:
        calls = credits.open_calls(self.run.campaign_id, Provider.DROPCONTACT)
        usable = Provider.DROPCONTACT in self.able
        if not usable and not calls:
            return
        line = dropcontact.connect(providers.secrets().get(Provider.DROPCONTACT, ""))
        later: list[tuple[Call, int]] = []
        for call in calls:
            if call.state is CallState.CLAIMED:
                _unsure(self.shard, call, "the worker died before Dropcontact's receipt was written down")
            elif call.state in (CallState.WAITING, CallState.ANSWERED):
                seconds = self._collect(line, call)
                if seconds:
                    later.append((call, seconds))
                yield
        while usable and (batch := self._wanting(Provider.DROPCONTACT, dropcontact.MOST_RECORDS)):
            submitted = self._submit(line, batch)
            if submitted is None:
                break
            later.append((submitted, 5))
            yield
        self._await(later)

    def _await(self, later: Sequence[tuple[Call, int]]) -> None:
        """Wait for the batches that are not ready: shortly at first, and not for ever."""
        if not later:
            return
        now = clock.now()
        oldest = max(min(call.claimed_at for call, _ in later), self.run.started_at)
        if now - oldest > PATIENCE:
            number = sum(len(call.what) for call, _ in later)
            minutes = PATIENCE.total_seconds() / 60
            hint = f"Dropcontact is not ready after {minutes:.0f} minutes: {number} leads wait for the next run."
            tallies.note(self.shard, Stage.HARVEST, "hint", hint)
            return
        waited = (now - oldest).total_seconds()
        raise Wait(min(max(seconds for _, seconds in later), max(5.0, waited / 2)))

    def _submit(self, line: Any, batch: Sequence[Lead]) -> Call | None:
        """Hand in a batch, the credits for it taken before. None: no credits are left."""
        purse = credits.left(self.run)
        batch = batch[: purse.left]
        if not batch:
            self._out_of_credits(purse.tightest)
            return None
        what = [[lead.shard, lead.id] for lead in batch]
        tallies.note(self.shard, Stage.HARVEST, f"source.{Provider.DROPCONTACT}", "ok", keep=True)
        call = self._claim(Provider.DROPCONTACT, "enrich", what, len(batch))
        try:
            records = [dropcontact.record(lead, f"{lead.shard}.{lead.id}") for lead in batch]
            request_id, left = dropcontact.submit(line, records)
        except Unsure as error:
            _unsure(self.shard, call, str(error))
            raise ProviderFailed(f"{error}: {len(batch)} leads and credits are unsure, and wait for you") from error
        except CamError as error:
            credits.refuse(call, str(error))
            raise
        call = credits.move(call, CallState.WAITING, request_id=request_id)
        if left is not None:
            providers.credits_left(Provider.DROPCONTACT, left, line.state)
        return call

    def _claim(self, provider: Provider, kind: str, what: Sequence[Any], number: int) -> Call:
        try:
            return credits.claim(self.run, provider, kind, what, number)
        except Spent as error:
            raise Throttled("the budget was taken meanwhile") from error

    def _out_of_credits(self, budget: str) -> None:
        waiting = sum(len(page) for page in self._pages("enrich"))
        if waiting:
            tallies.note(self.shard, Stage.HARVEST, "hint", _NO_CREDITS.format(budget, waiting))

    def _collect(self, line: Any, call: Call) -> int:
        """Use the answer to a batch, when it is there. Else the seconds that the provider wants to be left alone."""
        body = answers.kept(call) if call.state is CallState.ANSWERED else None
        if body is None and call.request_id:
            answer = dropcontact.collect(line, call.request_id, lambda raw: answers.keep(call, raw))
            if isinstance(answer, dropcontact.Later):
                if credits.expired(call, clock.now(), _GIVEN_UP):
                    self._give_up(call)
                    return 0
                return answer.seconds
            body = answer.body
        self._apply(call, body)
        return 0

    def _give_up(self, call: Call) -> None:
        """A day without an answer: the leads go on as they are, the credits stay taken."""
        self._asked(call, Provider.DROPCONTACT)
        counted = tallies.actions(self.shard, Stage.HARVEST, {"credits_spent": call.credits})
        message = "Dropcontact gave no answer within a day"
        tables.transact([*credits.settled(call, call.credits, CallState.EXPIRED, message=message), *counted])

    def _asked(self, call: Call, provider: Provider) -> None:
        """Write on a call's leads that the provider was asked about them, in vain."""
        for part in batched(call.what, _SLICE, strict=False):
            self._change({str(one): None for _, one in part}, provider, call, 0)

    def _apply(self, call: Call, body: Any) -> None:
        """Store what a batch brought, slice by slice; the call knows how far. What was not found is given back."""
        by_reference = {one.reference: one for one in dropcontact.found(body)}
        found = sum(one.costs for one in by_reference.values())
        if not call.settled:
            spent = min(found, call.credits)
            counted = tallies.actions(
                self.shard, Stage.HARVEST, {"credits_spent": spent, "not_found": len(call.what) - spent}
            )
            tables.transact([*credits.settled(call, spent, CallState.ANSWERED), *counted])
            call = call.model_copy(update={"state": CallState.ANSWERED, "settled": True})
        rest = call.what[call.applied :]
        for part in batched(rest, _SLICE, strict=False):
            brought = {str(one): by_reference.get(f"{shard}.{one}") for shard, one in part}
            self._change(brought, Provider.DROPCONTACT, call, 1)
            call = credits.move(call, CallState.ANSWERED, applied=call.applied + len(part))
        credits.move(call, CallState.DONE)

    # ------------------------------------------------------------ Hunter: one address at a time

    def _hunter(self) -> Iterator[None]:
        for call in credits.open_calls(self.run.campaign_id, Provider.HUNTER):
            if call.state is CallState.CLAIMED:
                body = answers.kept(call)
                if body is None:
                    _unsure(self.shard, call, "the worker died before Hunter's answer was kept")
                else:
                    self._verified(call, hunter.verdict(body))
        if Provider.HUNTER not in self.able:
            return
        line = hunter.connect(providers.secrets().get(Provider.HUNTER, ""))
        while batch := self._wanting(Provider.HUNTER, _SLICE):
            tallies.note(self.shard, Stage.HARVEST, f"source.{Provider.HUNTER}", "ok", keep=True)
            for lead in batch:
                if not credits.left(self.run).left or not self._verify(line, lead):
                    self.able -= {Provider.HUNTER}
                    return
                yield

    def _verify(self, line: Any, lead: Lead) -> bool:
        """Ask about one address. False: nothing is left, in our budget or in the plan."""
        try:
            call = credits.claim(self.run, Provider.HUNTER, "verify", [[lead.shard, lead.id]], 1)
        except Spent:
            return False
        try:
            verdict = hunter.verify(line, lead.email or "", lambda raw: answers.keep(call, raw))
        except hunter.UsedUp as error:
            credits.refuse(call, str(error))
            tallies.note(self.shard, Stage.HARVEST, "hint", f"{error}: addresses go on unverified.")
            return False
        except Unsure as error:
            _unsure(self.shard, call, str(error))
            raise ProviderFailed(str(error)) from error
        except CamError as error:
            credits.refuse(call, str(error))
            raise
        if verdict.status is None and not verdict.forbids:
            # 202: Hunter is still at it, and asking again is the same request.
            credits.refuse(call, "Hunter was not ready")
            if clock.now() - self.run.started_at > PATIENCE:
                raise ProviderFailed("Hunter keeps asking for more time")
            raise Wait(5)
        self._verified(call, verdict)
        return True

    def _verified(self, call: Call, verdict: hunter.Verdict) -> None:
        ((_, one),) = call.what
        draft = LeadDraft.model_validate({"enrichment": {"email_status": verdict.status}})
        brought = dropcontact.Found("", draft, (), verdict.forbids)
        self._change({str(one): brought}, Provider.HUNTER, call, 1)
        counted = tallies.actions(self.shard, Stage.HARVEST, {"credits_spent": 1})
        tables.transact([*credits.settled(call, 1, CallState.DONE, applied=1), *counted])

    # ------------------------------------------------------------ leads

    def _pages(self, queue: str) -> Iterator[list[Lead]]:
        """The leads that wait in a queue, shard by shard, the oldest of each."""
        for number in range(self.run.shards):
            shard = keys.Shard(self.run.campaign_id, self.run.run_id, number)
            due, _ = leads.due(shard, queue, None)
            yield [one.lead for one in due if one.lead]

    def _wanting(self, provider: Provider, most: int) -> list[Lead]:
        """Leads about which this provider is to be asked next, those without an address first."""
        busy = {str(one) for call in credits.open_calls(self.run.campaign_id) for _, one in _leads(call)}
        found: list[Lead] = []
        for queue in leads.INCOMPLETE:
            for page in self._pages(queue):
                for lead in page:
                    if len(found) == most:
                        return found
                    if lead.id not in busy and self._next(lead) is provider:
                        found.append(lead)
        return found

    def _next(self, lead: Lead) -> Provider | None:
        return waterfall.following(lead, self.run.settings, self.able)

    def _release(self) -> Iterator[None]:
        """Let those go on to Score about whom nobody is to be asked any more, or with an address and no credits left.

        A provider that is down keeps its leads: an outage approves nobody.
        """
        for queue in leads.INCOMPLETE:
            for page in self._pages(queue):
                if page:
                    for part in batched(self._free(page), 90, strict=False):
                        leads.forward(self.run.campaign_id, part, self._now())
                        yield

    def _free(self, page: Sequence[Lead]) -> list[Lead]:
        busy = {str(one) for call in credits.open_calls(self.run.campaign_id) for _, one in _leads(call)}
        poor = not self.failed and credits.left(self.run).left < 1
        return [
            lead for lead in page if lead.id not in busy and (self._next(lead) is None or (poor and bool(lead.email)))
        ]

    def _now(self) -> datetime:
        return self.run.as_of or clock.now()

    def _change(
        self, brought: Mapping[str, dropcontact.Found | None], provider: Provider, call: Call, cost: int
    ) -> None:
        """Write what a provider brought to its leads, in one transaction; a lead that moved meanwhile is read again."""
        for _ in range(_ATTEMPTS):
            known = leads.existing(self.run.campaign_id, self.run.shards, brought)
            # Asked and answered before: the worker died between the leads and the call.
            open_leads = {one: lead for one, lead in known.items() if provider not in lead.asked}
            changes = Changes(self.run, provider, call, cost, self.able, self._now())
            actions = changes.of([(lead, brought[one]) for one, lead in open_leads.items()])
            if not actions:
                return
            try:
                tables.transact([*actions, *tallies.actions(self.shard, Stage.HARVEST, changes.counts)])
                self.counts.update(changes.counts)
                return
            except tables.Cancelled:
                continue
        raise Throttled("these leads keep being changed by somebody else")


@dataclass(slots=True)
class Changes:
    """The writes of one answer to its leads."""

    run: Run
    provider: Provider
    call: Call
    cost: int
    able: frozenset[Provider]
    now: datetime
    counts: Counter[str] = field(default_factory=Counter)
    actions: list[tables.Action] = field(default_factory=list)

    def of(self, brought: Sequence[tuple[Lead, dropcontact.Found | None]]) -> list[tables.Action]:
        """One write a lead, one for each new name of a lead, and one for each address that is suppressed."""
        filled = [(lead, what, *_filled(lead, what)) for lead, what in brought]
        others = {lead.id: self._other(lead, new) for lead, _, new, _ in filled}
        taken = leads.known(self.run.campaign_id, self.run.shards, {other for other in others.values() if other})
        stopped: set[str] = set()
        for lead, what, new, verified in filled:
            other = others[lead.id]
            put: dict[str, Any] = {"asked": (*lead.asked, self.provider)}
            if what and what.forbids:
                stopped |= self._forbidden(lead, what)
                self.counts["suppressed"] += 1
                self._fill(lead, Filled(), {**put, "do_not_contact": True, **self._paid(lead)})
            elif other and other in taken:
                self._duplicate(lead, other, {**put, **self._paid(lead)})
            else:
                if other:
                    # The next one in this answer with the same address is the same person.
                    taken.add(other)
                    self.actions.append(leads.alias(self.run.campaign_id, self.run.shards, other, lead))
                found = "email" in new.fields
                self.counts.update({"enriched": int(found), "verified": int(verified)})
                self._fill(lead, new, {**put, **(self._paid(lead) if what and what.costs else {})})
        why = f"{self.provider}: do not contact"
        return [*self.actions, *(suppression.add(address, why, self.now) for address in sorted(stopped))]

    def _paid(self, lead: Lead) -> dict[str, int]:
        self.counts["paid"] += int(self.cost > 0 and not lead.credits)
        return {"credits": lead.credits + self.cost}

    def _other(self, lead: Lead, filled: Filled) -> str | None:
        """The id under which somebody with the new address would come."""
        email = filled.fields.get("email")
        other = lead_id(self.run.campaign_id, email, None, None, None) if email else None
        return other if other != lead.id else None

    def _forbidden(self, lead: Lead, what: dropcontact.Found) -> set[str]:
        own = [lead.email] if lead.email else []
        return {normalise(address) for address in (*own, *what.forbidden[:_MOST_FORBIDDEN])}

    def _fill(self, lead: Lead, filled: Filled, put: dict[str, Any]) -> None:
        """The write of one lead, with the queue in which it waits from then on, if it waited in one of ours."""
        after = merging.filled(lead, filled).model_copy(update=put)
        if lead.todo and lead.todo.partition("#")[0] in leads.INCOMPLETE:
            queue = waterfall.queue(after, self.run.settings, self.able)
            put = {**put, "todo": keys.todo(queue, self.now, lead.id)}
        brought = [Brought(filled, self.provider, f"{self.provider}, call {self.call.call_id}")] if filled.names else []
        self.actions.append(leads.fill_all(self.run.campaign_id, lead, brought, self.now, put))

    def _duplicate(self, lead: Lead, other: str, put: dict[str, Any]) -> None:
        """The address that was found is that of a lead which the campaign has: nobody is written to twice."""
        self.counts["same_person"] += 1
        verdict = Qualification(status=LeadStatus.REJECTED, reasons=("duplicate",))
        put |= {"status": LeadStatus.REJECTED, "qualification": verdict.model_dump(mode="json"), "todo": None}
        note = ("rejected", f"duplicate: {self.provider} found the address of lead {other}")
        self.actions.append(leads.fill_all(self.run.campaign_id, lead, [], self.now, put, note))


def _leads(call: Call) -> Iterable[Any]:
    return call.what if call.kind in ("enrich", "verify") else ()


def _unsure(shard: keys.Shard, call: Call, message: str) -> None:
    counts = {"credits_spent": call.credits, "credits_unsure": call.credits}
    credits.unsure(call, message, tallies.actions(shard, Stage.HARVEST, counts))


def _filled(lead: Lead, what: dropcontact.Found | None) -> tuple[Filled, bool]:
    """What a provider adds, and whether it vouches for the address. Of an address, the latest word counts."""
    if what is None or what.forbids:
        return Filled(), False
    draft = what.draft
    whole = intake.complete(draft)
    filled = merging.blanks(lead, whole) or Filled()
    status = draft.enrichment.email_status
    address = filled.fields.get("email") or lead.email
    same = bool(address) and (not draft.email or normalise(draft.email) == normalise(address or ""))
    enrichment = {name: value for name, value in filled.enrichment.items() if name != "email_status"}
    if status and same:
        enrichment["email_status"] = status
    elif draft.email and not same:
        # Another address than the one we have: kept beside it, never in its place.
        enrichment.setdefault("other_email", draft.email)
    return Filled(filled.fields, enrichment), bool(status == "verified" and same)
