"""After the sources: what leads still lack is asked of Dropcontact and Hunter, within the run's credits.

Leads without an address wait in the queue `enrich`, leads whose address nobody vouches for in `verify`. Who is asked
for, and whose answer is not there yet, is written in open calls; a lead in one of them is not asked for again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from cam import clock, credits, intake, keys, leads, merging, providers, suppression, tables, tallies, telemetry
from cam.addresses import lead_id, normalise
from cam.credits import Call, CallState, Spent
from cam.errors import CamError, ProviderFailed, Throttled
from cam.leads import Brought, Due
from cam.merging import Filled
from cam.models import Enrichment as EmailStatus
from cam.models import Lead, LeadDraft, LeadStatus, Qualification, Run, Stage
from cam.providers import Provider
from functions.harvest import answers, waterfall
from functions.harvest.clients import dropcontact, hunter
from functions.harvest.clients.http import Answer, Line, Refused, Unsure, Wait

# How long one run waits for a batch, and how long a batch is worth asking for at all.
PATIENCE = timedelta(minutes=10)
_GIVEN_UP = timedelta(hours=24)
MOST_RECORDS = dropcontact.MOST_RECORDS
_FIRST_PAUSE, _LONGEST_PAUSE = 5, 30
_SLICE = 20
# Statuses with which Hunter refuses one address.
_OF_ONE = frozenset({400, 422})
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
        line = dropcontact.connect(providers.secrets().get(Provider.DROPCONTACT, "")) if usable else None
        later: list[tuple[Call, int]] = []
        for call in calls:
            if call.state is CallState.UNSURE:
                continue
            received = self._received(call)
            if received:
                seconds = self._collect(line, received)
                if seconds:
                    later.append((received, seconds))
                yield
        if line:
            for batch in batched(self._wanting(Provider.DROPCONTACT), MOST_RECORDS, strict=False):
                submitted = self._submit(line, batch)
                if submitted is None:
                    break
                later.append((submitted, _FIRST_PAUSE))
                yield
        self._await(later)

    def _await(self, later: Sequence[tuple[Call, int]]) -> None:
        """Wait for the batches that are not ready: shortly at first, and not for ever."""
        if not later:
            return
        now = clock.now()
        waited = [(now - max(call.claimed_at, self.run.started_at), seconds) for call, seconds in later]
        if young := [one for one in waited if one[0] <= PATIENCE]:
            raise Wait(_pause(min(since for since, _ in young), max(seconds for _, seconds in young)))
        self._not_ready(Provider.DROPCONTACT, sum(len(call.what) for call, _ in later))

    def _not_ready(self, provider: Provider, number: int) -> None:
        minutes = PATIENCE.total_seconds() / 60
        hint = f"{provider.title()} is not ready after {minutes:.0f} minutes: {number} leads wait for the next run."
        tallies.note(self.shard, Stage.HARVEST, "hint", hint)

    def _submit(self, line: Line, batch: Sequence[Lead]) -> Call | None:
        """Hand in a batch, the credits for it taken before. None: no credits are left."""
        purse = credits.left(self.run)
        batch = batch[: purse.left]
        if not batch:
            self._out_of_credits(purse.tightest)
            return None
        what = [[lead.shard, lead.id] for lead in batch]
        self._tried(Provider.DROPCONTACT)
        try:
            call = credits.claim(self.run, Provider.DROPCONTACT, "enrich", what, len(batch))
        except Spent as error:
            raise Throttled("the budget was taken meanwhile") from error
        try:
            records = [dropcontact.record(lead, f"{lead.shard}.{lead.id}") for lead in batch]
            request_id, left = dropcontact.submit(line, records, lambda raw: answers.keep(call, raw))
        except Unsure as error:
            _unsure(self.shard, call, str(error))
            raise ProviderFailed(f"{error}: {len(batch)} leads and credits are unsure, and wait for you") from error
        except CamError as error:  # nothing was spent
            credits.refuse(call, str(error))
            raise
        call = credits.move(call, CallState.WAITING, request_id=request_id)
        if left is not None:
            providers.credits_left(Provider.DROPCONTACT, left, line.state)
        return call

    def _received(self, call: Call) -> Call | None:
        """A batch that was handed in for sure: its receipt was kept, if the worker died before it was noted."""
        if call.state is not CallState.CLAIMED:
            return call
        request_id = dropcontact.receipt(answers.kept(call))
        if request_id:
            return credits.move(call, CallState.WAITING, request_id=request_id)
        _unsure(self.shard, call, "the worker died before Dropcontact's receipt was kept")
        return None

    def _tried(self, provider: Provider) -> None:
        tallies.note(self.shard, Stage.HARVEST, f"source.{provider}", "ok", keep=True)

    def _out_of_credits(self, budget: str) -> None:
        busy = self._busy()
        number = sum(due.lead_id not in busy for _, page in self._pages("enrich") for due in page)
        if number:
            tallies.note(self.shard, Stage.HARVEST, "hint", _NO_CREDITS.format(budget, number))

    def _collect(self, line: Line | None, call: Call) -> int:
        """Use the answer to a batch, when it is there. Else the seconds that the provider wants to be left alone.

        Without a line (the key is gone) and when the provider is down, a batch is still given up after a day.
        """
        body = answers.kept(call) if call.state is CallState.ANSWERED else None
        if dropcontact.ready(body):
            self._apply(call, body)
            return 0
        over = credits.expired(call, clock.now(), _GIVEN_UP)
        try:
            answer = self._ask_for(line, call) if line and call.request_id else None
        except (ProviderFailed, Wait):
            if not over:
                raise
            answer = None
        if isinstance(answer, Answer):
            self._apply(call, answer.body)
            return 0
        if over:
            self._give_up(call)
            return 0
        return answer.seconds if answer else 0

    def _ask_for(self, line: Line, call: Call) -> Answer | dropcontact.Later:
        self._tried(Provider.DROPCONTACT)
        return dropcontact.collect(line, str(call.request_id), lambda raw: answers.keep(call, raw))

    def _give_up(self, call: Call) -> None:
        """A day without an answer: the leads go on as they are, the credits stay taken."""
        for part in batched(call.what, _SLICE, strict=False):
            self._change({str(one): None for _, one in part}, Provider.DROPCONTACT, call)
        message = "Dropcontact gave no answer within a day"
        spent = call.credits if call.spent is None else call.spent
        counts = {} if call.settled else {"credits_spent": spent}
        counted = tallies.actions(self.shard, Stage.HARVEST, counts)
        credits.settle(call, spent, CallState.EXPIRED, counted, applied=len(call.what), message=message)
        tallies.note(self.shard, Stage.HARVEST, "hint", f"{message}: {len(call.what)} leads go on without it.")

    def _apply(self, call: Call, body: Any) -> None:
        """Store what a batch brought, slice by slice; the call knows how far. What was not found is given back."""
        known = {one.reference: one for one in dropcontact.found(body)}
        found = [(str(one), known.get(f"{shard}.{one}")) for shard, one in call.what]
        if not call.settled:
            spent = sum(what.paid for _, what in found if what)
            counts = {"credits_spent": spent, "not_found": len(found) - spent}
            counted = tallies.actions(self.shard, Stage.HARVEST, counts)
            call = credits.settle(call, spent, CallState.ANSWERED, counted)
        for part in batched(found[call.applied :], _SLICE, strict=False):
            self._change(dict(part), Provider.DROPCONTACT, call)
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
                yield
        if Provider.HUNTER not in self.able:
            return
        line = hunter.connect(providers.secrets().get(Provider.HUNTER, ""))
        pending, refused = 0, Counter[str]()
        for lead in self._wanting(Provider.HUNTER):
            self._tried(Provider.HUNTER)
            try:
                pending += not self._verify(line, lead)
            except Spent:
                # Nobody is asked any more: who has an address goes on with it.
                self.able -= {Provider.HUNTER}
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
            since = clock.now() - self.run.started_at
            if since <= PATIENCE:
                raise Wait(_pause(since, _LONGEST_PAUSE))
            self._not_ready(Provider.HUNTER, pending)

    def _verify(self, line: Line, lead: Lead) -> bool:
        """Ask for one address; False: Hunter is still at it. Raises Spent: nothing is left, of ours or in the plan."""
        call = credits.claim(self.run, Provider.HUNTER, "verify", [[lead.shard, lead.id]], 1)
        try:
            verdict = hunter.verify(line, lead.email or "", lambda raw: answers.keep(call, raw))
        except hunter.UsedUp as error:
            credits.refuse(call, str(error))
            tallies.note(self.shard, Stage.HARVEST, "hint", f"{error}: addresses go on unverified.")
            raise Spent(str(error)) from error
        except Unsure as error:
            _unsure(self.shard, call, str(error))
            raise ProviderFailed(f"{error}: one address and credit are unsure, and wait for you") from error
        except CamError as error:  # nothing was spent
            credits.refuse(call, str(error))
            raise
        return self._verified(call, verdict)

    def _verified(self, call: Call, verdict: hunter.Verdict) -> bool:
        """Store a verdict; False: there is none yet, and the credit is free again."""
        if verdict.pending:
            credits.refuse(call, "Hunter was not ready")
            return False
        ((_, one),) = call.what
        draft = LeadDraft(enrichment=EmailStatus(email_status=verdict.status))
        brought = dropcontact.Found("", draft, forbids=verdict.forbids, paid=not verdict.forbids)
        self._change({str(one): brought}, Provider.HUNTER, call)
        spent = int(brought.paid)
        counted = tallies.actions(self.shard, Stage.HARVEST, {"credits_spent": spent})
        credits.settle(call, spent, CallState.DONE, counted, applied=1)
        return True

    # ------------------------------------------------------------ leads

    def _pages(self, queue: str) -> Iterator[tuple[keys.Shard, list[Due]]]:
        """All that wait in a queue, shard by shard, the oldest of each first."""
        for number in range(self.run.shards):
            shard = keys.Shard(self.run.campaign_id, self.run.run_id, number)
            yield from ((shard, page) for page in leads.waiting(shard, queue) if page)

    def _busy(self) -> set[str]:
        """The leads of calls that are not over."""
        calls = credits.open_calls(self.run.campaign_id)
        return {str(one) for call in calls if call.kind in ("enrich", "verify") for _, one in call.what}

    def _wanting(self, provider: Provider) -> Iterator[Lead]:
        """Leads about which this provider is to be asked next, those without an address first; each once."""
        busy = self._busy()
        for queue in leads.INCOMPLETE:
            for _, page in self._pages(queue):
                for due in page:
                    if due.lead and due.lead_id not in busy and self._next(due.lead) is provider:
                        busy.add(due.lead_id)
                        yield due.lead

    def _next(self, lead: Lead) -> Provider | None:
        return waterfall.following(lead, self.run.settings, self.able)

    def _release(self) -> Iterator[None]:
        """Let those go on to Score about whom nobody is to be asked any more, or with an address and no credits left.

        A provider that is down keeps its leads: an outage approves nobody.
        """
        for queue in leads.INCOMPLETE:
            for shard, page in self._pages(queue):
                busy, poor = self._busy(), credits.left(self.run).left < 1
                free = [due for due in page if due.lead_id not in busy and self._free(due.lead, poor)]
                for part in batched(free, 90, strict=False):
                    leads.forward(shard, part, self._now())
                    yield

    def _free(self, lead: Lead | None, poor: bool) -> bool:
        # What cannot be read as a lead is Score's to fail.
        following = self._next(lead) if lead else None
        if lead is None or following is None:
            return True
        return poor and following not in self.failed and bool(lead.email)

    def _now(self) -> datetime:
        return self.run.as_of or clock.now()

    def _change(self, brought: Mapping[str, dropcontact.Found | None], provider: Provider, call: Call) -> None:
        """Write what a provider brought to its leads, in one transaction; a lead that moved meanwhile is read again."""
        for _ in range(_ATTEMPTS):
            known = leads.existing(self.run.campaign_id, self.run.shards, brought)
            # Asked and answered before: the worker died between the leads and the call.
            open_leads = {one: lead for one, lead in known.items() if provider not in lead.asked}
            changes = Changes(self.run, provider, call, self.able, self._now())
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
            if what and what.paid:
                put["credits"] = lead.credits + 1
                self.counts["paid"] += not lead.credits
            if what and what.forbids:
                stopped |= self._forbidden(lead, what)
                self.counts["suppressed"] += 1
                note = ("do not contact", f"the person asked {self.provider.title()} not to be contacted")
                self._fill(lead, Filled(), {**put, "do_not_contact": True}, note)
            elif other and other in taken:
                self._duplicate(lead, other, put)
            else:
                if other:
                    # The next one in this answer with the same address is the same person.
                    taken.add(other)
                    self.actions.append(leads.alias(self.run.campaign_id, self.run.shards, other, lead))
                self.counts.update({"enriched": int("email" in new.fields), "verified": int(verified)})
                self._fill(lead, new, put)
        why = f"{self.provider}: do not contact"
        return [*self.actions, *(suppression.add(address, why, self.now) for address in sorted(stopped))]

    def _other(self, lead: Lead, filled: Filled) -> str | None:
        """The id under which somebody with the new address would come."""
        email = filled.fields.get("email")
        other = lead_id(self.run.campaign_id, email, None, None, None) if email else None
        return other if other != lead.id else None

    def _forbidden(self, lead: Lead, what: dropcontact.Found) -> set[str]:
        own = [lead.email] if lead.email else []
        return {normalise(address) for address in (*own, *what.forbidden[:_MOST_FORBIDDEN])}

    def _fill(self, lead: Lead, filled: Filled, put: dict[str, Any], note: tuple[str, str] | None = None) -> None:
        """The write of one lead, with the queue in which it waits from then on, if it waited in one of ours."""
        after = merging.filled(lead, filled).model_copy(update=put)
        if lead.todo and lead.todo.partition("#")[0] in leads.INCOMPLETE:
            queue = waterfall.queue(after, self.run.settings, self.able)
            put = {**put, "todo": keys.todo(queue, self.now, lead.id)}
        brought = [Brought(filled, self.provider, f"{self.provider}, call {self.call.call_id}")] if filled.names else []
        self.actions.append(leads.fill_all(self.run.campaign_id, lead, brought, self.now, put, note))

    def _duplicate(self, lead: Lead, other: str, put: dict[str, Any]) -> None:
        """The address that was found is that of a lead which the campaign has: nobody is written to twice."""
        self.counts["same_person"] += 1
        verdict = Qualification(status=LeadStatus.REJECTED, reasons=("duplicate",))
        put |= {"status": LeadStatus.REJECTED, "qualification": verdict.model_dump(mode="json"), "todo": None}
        note = ("rejected", f"duplicate: {self.provider} found the address of lead {other}")
        self.actions.append(leads.fill_all(self.run.campaign_id, lead, [], self.now, put, note))


def _pause(waited: timedelta, longest: float) -> float:
    """Seconds until the next question: a few at first, then half of what was waited already."""
    return min(longest, max(_FIRST_PAUSE, waited.total_seconds() / 2))


def _unsure(shard: keys.Shard, call: Call, message: str) -> None:
    counts = {"credits_spent": call.credits, "credits_unsure": call.credits}
    credits.unsure(call, message, tallies.actions(shard, Stage.HARVEST, counts))


def _filled(lead: Lead, what: dropcontact.Found | None) -> tuple[Filled, bool]:
    """What a provider adds, and whether it vouches for the address. Of an address, the latest word counts."""
    if what is None or what.forbids or merging.closed(lead):
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
