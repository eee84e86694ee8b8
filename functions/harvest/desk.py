"""Where every source hands in what it found. Writing who is new, counting, moving the source on: one transaction."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from cam import clock, keys, leads, tables, worker
from cam.addresses import lead_id, normalise
from cam.errors import Throttled
from cam.intake import Refusal
from cam.leads import Cap, Found
from cam.models import LeadDraft, Run, Stage

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """One row of a source: a draft, or the reasons why there is none; `detail` is its place within the source."""

    draft: LeadDraft | Refusal
    detail: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the first `consumed` offers."""

    consumed: int
    inserted: tuple[Found, ...]
    duplicates: int
    refused: int


@dataclass(slots=True)
class Desk:
    """One run's intake: its cap, its clock, its counts."""

    shard: keys.Shard
    run: Run
    cap: Cap | None
    left: int | None
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, shard: keys.Shard, run: Run) -> Self:
        """The desk of a run; what the run may still take in is read once."""
        cap = worker.cap(run, Stage.HARVEST)
        return cls(shard, run, cap, leads.room(cap, cap.limit) if cap else None)

    @property
    def full(self) -> bool:
        """Whether the run has taken in all that it may."""
        return self.left == 0

    def take(self, source: str, offers: Sequence[Offer], moves: Callable[[Taken], Sequence[tables.Action]]) -> Taken:
        """Take in as many offers as the cap admits; `moves` gives the writes that move the source past them.

        Offers and their moves must fit into a transaction: 96 offers with one move, 48 with one move each. Raises
        Throttled when the source was moved by somebody else: the retry reads on from there.
        """
        for _ in range(_ATTEMPTS):
            taken = self._sort(source, offers)
            counts = {
                "discovered": taken.consumed,
                "inserted": len(taken.inserted),
                "deduplicated": taken.duplicates,
                "refused": taken.refused,
            }
            new = [(one, normalise(one.draft.email) if one.draft.email else None) for one in taken.inserted]
            now = self.run.as_of or clock.now()
            try:
                leads.add(self.shard, self.run.shards, new, counts, now, moves(taken), self.cap)
            except tables.Cancelled as cancelled:
                if any(at >= len(new) and at < len(new) + len(moves(taken)) for at in cancelled.refused):
                    raise Throttled("somebody else reads this source") from cancelled
                if self.cap:
                    self.left = leads.room(self.cap, self.cap.limit)
                continue
            if self.left is not None:
                self.left -= len(taken.inserted)
            self.counts.update(counts)
            return taken
        raise Throttled("the same people keep being added by somebody else")

    def _sort(self, source: str, offers: Sequence[Offer]) -> Taken:
        """Who is new, who is known, who cannot be taken in; stops behind the last lead that the cap admits."""
        ids = [self._id(offer.draft) for offer in offers]
        known = leads.known(self.run.campaign_id, self.run.shards, {one for one in ids if one})
        new: list[Found] = []
        duplicates = refused = consumed = 0
        for offer, one in zip(offers, ids, strict=True):
            if self.left is not None and len(new) >= self.left:
                break
            consumed += 1
            if one is None or isinstance(offer.draft, Refusal):
                refused += 1
            elif one in known:
                duplicates += 1
            else:
                known.add(one)
                new.append(Found(one, offer.draft, source, offer.detail))
        return Taken(consumed, tuple(new), duplicates, refused)

    def _id(self, draft: LeadDraft | Refusal) -> str | None:
        if isinstance(draft, Refusal):
            return None
        return lead_id(self.run.campaign_id, draft.email, draft.linkedin_url, draft.name, draft.company_domain)
