"""Where every source hands in what it found.

Writing who is new, filling the blanks of who is known or updating them, counting, moving the source on: one
transaction.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import Any, Self

from cam.leads import adding, lead_queue, reading
from cam.leads.adding import Brought, Found
from cam.leads.intake import Refusal
from cam.leads.lead_queue import Cap
from cam.mail import following, ledger, suppression
from cam.mail.following import Next, Settings
from cam.model.addresses import lead_id, normalise
from cam.model.errors import Throttled
from cam.model.models import Lead, LeadDraft, Run, Stage
from cam.platform import keys, tables, tallies
from cam.providers.providers import Provider
from cam.rules import merging
from cam.rules.merging import Filled
from cam.runs import worker
from functions.harvest import reachable_score, waterfall

_ATTEMPTS = 5
# How the timeline calls what a duplicate brought.
_FILLED, _UPDATED = "filled", "updated"


@dataclass(frozen=True, slots=True)
class Objection:
    """Somebody who must not be written to by any campaign: their addresses, and the reason that is listed with them."""

    addresses: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One row of a source: a draft, or the reasons why there is none; `detail` is its place within the source.

    `credits` is what it has cost. An `objection` counts whether or not there is a draft. With `stated`, the fields for
    which the row has a value of its own, it updates a lead that the campaign has already; without, it fills blanks.
    """

    draft: LeadDraft | Refusal
    detail: str
    credits: int = 0
    objection: Objection | None = None
    stated: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that a person has corrected and that a row, by its place among the offers, did not replace."""

    offer: int
    field: str
    value: Any
    offered: Any


@dataclass(frozen=True, slots=True)
class Addition:
    """What duplicates bring to a lead that the campaign has: the lead as it was read, and each row's part in order."""

    lead: Lead
    brought: tuple[Brought, ...]

    @property
    def after(self) -> Lead:
        """The lead with all of it."""
        lead = self.lead
        for one in self.brought:
            lead = merging.filled(lead, one.filled)
        return lead


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the first `consumed` offers.

    `merged` of the duplicates knew something that was not known yet, or brought other values; `updated` of these were
    to update their leads. `kept` is what they left as a person has corrected it.

    `objecting` are normalised addresses that nobody may write to, each with its reason.
    """

    consumed: int
    inserted: tuple[Found, ...]
    duplicates: int
    refused: int
    merged: int = 0
    updated: int = 0
    kept: tuple[Kept, ...] = ()
    additions: tuple[Addition, ...] = ()
    objecting: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RunIntake:
    """One run's intake: its cap, its clock, its counts. `able`: the providers that can complete what leads lack."""

    shard: keys.Shard
    run: Run
    cap: Cap | None
    left: int | None
    able: frozenset[Provider] = frozenset()
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, shard: keys.Shard, run: Run, able: frozenset[Provider] = frozenset()) -> Self:
        """The intake of a run; what the run may still take in is read once."""
        cap = worker.cap(run, Stage.HARVEST)
        return cls(shard, run, cap, lead_queue.room(cap, cap.limit) if cap else None, able)

    @property
    def full(self) -> bool:
        """Whether the run has taken in all that it may."""
        return self.left == 0

    def count(self, counts: Mapping[str, int], also: Sequence[tables.Action]) -> None:
        """Count what a source did without offering anybody, in one transaction with `also`. Raises Throttled."""
        try:
            tables.transact([*also, *tallies.actions(self.shard, Stage.HARVEST, counts)])
        except tables.Cancelled as cancelled:
            raise Throttled("another worker is reading this source") from cancelled
        self.counts.update(counts)

    def take(
        self,
        source: str,
        offers: Sequence[Offer],
        moves: Callable[[Taken], Sequence[tables.Action]],
        more: Mapping[str, int] | None = None,
    ) -> Taken:
        """Take in as many offers as the cap admits; `moves` gives the writes that move the source past them.

        `more` are counts of the source's own, written with the rest.

        An offer is one write at most: a new lead, or what it adds to one that is known. Offers and their moves must
        fit into a transaction: 96 offers with one move, 48 with one move each. Raises Throttled when the source was
        moved by somebody else: the retry reads on from there.
        """
        suppressed: set[str] = set()
        for _ in range(_ATTEMPTS):
            taken = self._sort(source, offers)
            self._suppress({one: why for one, why in taken.objecting.items() if one not in suppressed})
            suppressed |= taken.objecting.keys()
            counts = {
                "discovered": taken.consumed,
                "inserted": len(taken.inserted),
                "deduplicated": taken.duplicates,
                "merged": taken.merged,
                "updated": taken.updated,
                "refused": taken.refused,
                "paid": sum(one.credits > 0 for one in taken.inserted),
                **(more or {}),
            }
            new = [(one, normalise(one.draft.email) if one.draft.email else None) for one in taken.inserted]
            now = self.run.now()
            moved = moves(taken)
            fills, life = self._fills(taken.additions, now)
            try:
                adding.add(self.shard, self.run.shards, new, counts, now, [*moved, *fills], self.cap, life)
            except tables.Cancelled as cancelled:
                if any(len(new) <= at < len(new) + len(moved) for at in cancelled.refused):
                    raise Throttled("another worker is reading this source") from cancelled
                if self.cap:
                    self.left = lead_queue.room(self.cap, self.cap.limit)
                continue
            if self.left is not None:
                self.left -= len(taken.inserted)
            self.counts.update(counts)
            return taken
        raise Throttled("the same people are being added or changed by other workers")

    def _sort(self, source: str, offers: Sequence[Offer]) -> Taken:
        """Who is new, who is known and what that adds, who cannot be taken in; stops behind the last the cap admits."""
        ids = [self._id(offer.draft) for offer in offers]
        drafts = {
            one: offer.draft
            for offer, one in zip(offers, ids, strict=True)
            if one and isinstance(offer.draft, LeadDraft)
        }
        known = reading.matches(self.run.campaign_id, self.run.shards, drafts)
        new: dict[str, Found] = {}
        objecting: dict[str, str] = {}
        additions: dict[str, Addition] = {}
        duplicates = refused = consumed = merged = updated = 0
        kept: list[Kept] = []
        for at, (offer, one) in enumerate(zip(offers, ids, strict=True)):
            if self.left is not None and len(new) >= self.left:
                break
            consumed += 1
            if offer.objection:
                objecting = _objecting(offer.objection, known.get(one or "")) | objecting
            if one is None or isinstance(offer.draft, Refusal):
                refused += 1
            elif one in new:
                duplicates += 1
                new[one], more = _joined(new[one], offer, offer.draft, source)
                merged += more
                updated += more and offer.stated is not None
            elif one in known:
                duplicates += 1
                more, left = _add(additions, known[one], offer, offer.draft, source)
                merged += more
                updated += more and offer.stated is not None
                kept += [Kept(at, *one_kept) for one_kept in left]
            else:
                queue = self._queue(offer.draft)
                new[one] = Found(one, offer.draft, source, offer.detail, queue=queue, credits=offer.credits)
        return Taken(
            consumed,
            tuple(new.values()),
            duplicates,
            refused,
            merged,
            updated,
            tuple(kept),
            tuple(additions.values()),
            objecting,
        )

    def _suppress(self, objecting: Mapping[str, str]) -> None:
        """Suppress addresses for the whole account, before their leads are written: nobody mails in between.

        Again changes nothing. Whoever dies right after it leaves a suppression without a lead.
        """
        now = self.run.now()
        for batch in batched(sorted(objecting.items()), tables.MOST, strict=False):
            tables.transact([suppression.add(one, why, now, self.run.campaign_id) for one, why in batch])

    def _queue(self, draft: LeadDraft) -> str:
        """Where a new lead waits. Most campaigns have nobody to ask: then it is not even looked at."""
        if self.able <= {Provider.APOLLO} or draft.do_not_contact or draft.bounced:
            return Stage.SCORE
        return waterfall.queue(reachable_score.lead(draft, self.run.now()), self.run.settings, self.able)

    def _fills(self, additions: Sequence[Addition], now: datetime) -> tuple[list[tables.Action], Counter[str]]:
        """The write of each known lead that changes, and what follows from updates in the counts of the life."""
        updates = [one for one in additions if any(part.event == _UPDATED for part in one.brought)]
        unsure = [one.lead for one in updates if following.may_have_begun(one.lead)]
        begun = ledger.begun(self.run.campaign_id, unsure) if unsure else set()
        settings = Settings(self.run.settings, self.run.settings_version)
        then = {
            one.lead.id: following.following(one.lead, one.after, settings, now, one.lead.id in begun)
            for one in updates
        }
        life: Counter[str] = Counter()
        for each in then.values():
            life.update(each.life)
        nothing = Next()
        return [self._fill(one, then.get(one.lead.id, nothing), now) for one in additions], life

    def _fill(self, one: Addition, then: Next, now: datetime) -> tables.Action:
        return adding.fill(self.run.campaign_id, one.lead, one.brought, now, then.put, then.note)

    def _id(self, draft: LeadDraft | Refusal) -> str | None:
        if isinstance(draft, Refusal):
            return None
        return lead_id(self.run.campaign_id, draft.email, draft.linkedin_url, draft.name, draft.company_domain)


def _objecting(objection: Objection, known: Lead | None) -> dict[str, str]:
    """The normalised addresses of somebody who objects, with that under which the campaign knows them; and why."""
    addresses = [*objection.addresses, *([known.email] if known and known.email else [])]
    return {one: objection.reason for one in map(normalise, addresses) if all(one.rpartition("@")[::2])}


def _joined(found: Found, offer: Offer, draft: LeadDraft, source: str) -> tuple[Found, bool]:
    """Two rows of one batch about a person who is new, as one; whether the second brought anything."""
    if offer.stated is None:
        added = merging.added(found.draft, draft)
    else:
        added, _ = merging.updated(found.draft, draft, offer.stated)
    if not added:
        return found, False
    later = (*found.later, _brought(added, offer, source))
    return replace(found, draft=merging.filled(found.draft, added), later=later), True


def _add(
    additions: dict[str, Addition], lead: Lead | None, offer: Offer, draft: LeadDraft, source: str
) -> tuple[bool, list[tuple[str, Any, Any]]]:
    """Note what a row changes of a known lead, and of the rows before it, under the lead's id; whether it changes
    anything, and what it leaves as a person has corrected it: the field, its value, and the row's.
    """
    if lead is None:
        return False, []
    before = additions.get(lead.id, Addition(lead, ()))
    so_far = before.after
    if offer.stated is None:
        filled, left = merging.blanks(so_far, draft), Filled()
    else:
        filled, left = merging.updated(so_far, draft, offer.stated)
    if filled:
        additions[lead.id] = replace(before, brought=(*before.brought, _brought(filled, offer, source)))
    more = so_far.enrichment.model_dump() if left.enrichment else {}
    kept = [(name, getattr(so_far, name), value) for name, value in left.fields.items()]
    kept += [(name, more.get(name), value) for name, value in left.enrichment.items()]
    return filled is not None, kept


def _brought(filled: Filled, offer: Offer, source: str) -> Brought:
    return Brought(filled, source, offer.detail, _FILLED if offer.stated is None else _UPDATED)
