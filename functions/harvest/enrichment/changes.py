"""What a provider brought, written to its leads: each answer once, whoever dies meanwhile."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cam.leads import adding, intake, lead_items, lead_queue, reading
from cam.leads.adding import Brought
from cam.mail import suppression
from cam.model.addresses import lead_id, normalise
from cam.model.errors import Throttled
from cam.model.models import Lead, LeadDraft, LeadStatus, Qualification, Run, Stage
from cam.platform import keys, tables, tallies
from cam.providers.credits import Call
from cam.providers.providers import Provider
from cam.rules import merging
from cam.rules.merging import Filled
from functions.harvest import waterfall
from functions.harvest.clients.dropcontact import Found
from functions.harvest.enrichment.enrichment_run import EnrichmentRun

# A transaction holds a slice's leads, their new names, and so many suppressed addresses of each.
_MOST_FORBIDDEN = 2
_ATTEMPTS = 5


def change(enriching: EnrichmentRun, brought: Mapping[str, Found | None], provider: Provider, call: Call) -> None:
    """Write what a provider brought to its leads, in one transaction; a lead that moved meanwhile is read again."""
    for _ in range(_ATTEMPTS):
        known = reading.existing(enriching.run.campaign_id, enriching.run.shards, brought)
        # Asked and answered before: the worker died between the leads and the call.
        open_leads = {one: lead for one, lead in known.items() if provider not in lead.asked}
        changes = Changes(enriching.run, provider, call, enriching.able, enriching.run.now())
        actions = changes.of([(lead, brought[one]) for one, lead in open_leads.items()])
        if not actions:
            return
        try:
            tables.transact([*actions, *tallies.actions(enriching.shard, Stage.HARVEST, changes.counts)])
            enriching.counts.update(changes.counts)
            return
        except tables.Cancelled:
            continue
    raise Throttled("these leads are being changed by other workers")


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

    def of(self, brought: Sequence[tuple[Lead, Found | None]]) -> list[tables.Action]:
        """One write a lead, one for each new name of a lead, and one for each address that is suppressed."""
        filled = [(lead, what, *_filled(lead, what)) for lead, what in brought]
        others = {lead.id: self._other(lead, new) for lead, _, new, _ in filled}
        taken = self._taken({other: new.fields["email"] for lead, _, new, _ in filled if (other := others[lead.id])})
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
                self._duplicate(lead, taken[other], put)
            else:
                if other:
                    # The next one in this answer with the same address is the same person.
                    taken[other] = other
                    self.actions.append(adding.alias(self.run.campaign_id, self.run.shards, other, lead))
                self.counts.update({"enriched": int("email" in new.fields), "verified": int(verified)})
                self._fill(lead, new, put)
        why = f"{self.provider}: do not contact"
        return [
            *self.actions,
            *(suppression.add(address, why, self.now, self.run.campaign_id) for address in sorted(stopped)),
        ]

    def _other(self, lead: Lead, filled: Filled) -> str | None:
        """The id under which somebody with the new address would come."""
        email = filled.fields.get("email")
        other = lead_id(self.run.campaign_id, email, None, None, None) if email else None
        return other if other != lead.id else None

    def _taken(self, addresses: Mapping[str, str]) -> dict[str, str]:
        """Which lead the campaign has of these ids (each with its address), maybe under an earlier version's id."""
        earlier = reading.earlier_ids(
            self.run.campaign_id, {other: LeadDraft(email=address) for other, address in addresses.items()}
        )
        known = reading.known(self.run.campaign_id, self.run.shards, {*addresses, *earlier.values()})
        return {other: at for other in addresses for at in (earlier.get(other, other), other) if at in known}

    def _forbidden(self, lead: Lead, what: Found) -> set[str]:
        own = [lead.email] if lead.email else []
        return {normalise(address) for address in (*own, *what.forbidden[:_MOST_FORBIDDEN])}

    def _fill(self, lead: Lead, filled: Filled, put: dict[str, Any], note: tuple[str, str] | None = None) -> None:
        """The write of one lead, with the queue in which it waits from then on, if it waited in one of ours."""
        after = merging.filled(lead, filled).model_copy(update=put)
        if lead.todo and lead.todo.partition("#")[0] in lead_queue.INCOMPLETE:
            queue = waterfall.queue(after, self.run.settings, self.able)
            put = {**put, "todo": keys.todo(queue, self.now, lead.id)}
        brought = [Brought(filled, self.provider, f"{self.provider}, call {self.call.call_id}")] if filled.names else []
        self.actions.append(adding.fill(self.run.campaign_id, lead, brought, self.now, put, note))

    def _duplicate(self, lead: Lead, other: str, put: dict[str, Any]) -> None:
        """The address that was found is that of a lead which the campaign has: nobody is written to twice."""
        self.counts["same_person"] += 1
        verdict = Qualification(status=LeadStatus.REJECTED, reasons=("duplicate",))
        put |= {"status": LeadStatus.REJECTED, "qualification": lead_items.qualification_item(verdict), "todo": None}
        note = ("rejected", f"duplicate: {self.provider} found the email address of lead {other}")
        self.actions.append(adding.fill(self.run.campaign_id, lead, [], self.now, put, note))


def _filled(lead: Lead, what: Found | None) -> tuple[Filled, bool]:
    """What a provider adds, and whether it vouches for the address. Of an address, the latest word counts."""
    if what is None or what.forbids or merging.closed(lead):
        return Filled(), False
    draft = what.draft
    whole = intake.complete(draft)
    filled = merging.blanks(lead, whole) or Filled()
    status = draft.enrichment.email_status
    address = filled.fields.get("email") or lead.email
    corrected = merging.corrected(lead)
    if draft.email:
        same = normalise(draft.email) == normalise(address or "")
    else:
        # It was asked about the address that the lead had then.
        same = bool(address) and "email" not in corrected
    enrichment = {name: value for name, value in filled.enrichment.items() if name != "email_status"}
    if status and same and "email_status" not in corrected:
        enrichment["email_status"] = status
    elif draft.email and not same:
        # Another address than the one we have: kept beside it, never in its place.
        enrichment.setdefault("other_email", draft.email)
    return Filled(filled.fields, enrichment), bool(status == "verified" and same)
