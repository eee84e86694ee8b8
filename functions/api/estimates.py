"""What a harvest would bring and cost, from what lies ready and from what happened before. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cam.leads.imports import Import
from cam.model.settings.kinds import Frozen
from cam.model.sources import SOURCES, Source
from cam.providers.credits import Purse
from cam.providers.search_progress import Place

_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Supply:
    """How many a source has (None: not known yet), whether it is configured, whether it was read to its end.

    `unaimed`: it would be asked if it were known for whom.
    """

    number: int | None
    there: bool = True
    ended: bool = False
    unaimed: bool = False


class Expected(Frozen):
    """What one source would contribute to a run; `enrichment` is the cost of completing leads."""

    source: str
    leads: int
    credits: int


class Estimate(Frozen):
    """An estimate of a harvest. Leads are upper bounds: duplicates and bad rows are found only when they are read.

    Credits for people are based on what the campaign's leads have cost so far, one each before the first; those for
    completing leads are an upper bound. `credits_left` is the most that the run may spend, and `limited_by` the budget
    that sets it. The rates are those of the campaign's life; null while there is no data.
    """

    max_leads: int
    sources: tuple[Expected, ...]
    expected_leads: int
    expected_credits: int
    expected_qualified: int | None
    credits_left: int
    limited_by: str
    credits_per_lead: float | None
    credits_per_qualified_lead: float | None
    note: str | None = None


def people(place: Place, life: Mapping[str, int]) -> Supply:
    """What is left of a search: who waits for a credit, and who is on the pages to come, less those passed over."""
    if place.ended_at:
        return Supply(len(place.waiting), ended=not place.waiting)
    if place.total is None:
        return Supply(None)
    unread = max(0, place.total - (place.page - 1) * _PER_PAGE)
    searched = life.get("searched", 0)
    worth = 1 - life.get("passed_over", 0) / searched if searched else 1.0
    return Supply(len(place.waiting) + round(unread * worth))


def rows_left(one: Import) -> int | None:
    """The rows of a file that are not read yet: counted, or as many as the rows so far suggest; None before any."""
    if one.rows is not None:
        return one.rows - one.row
    return math.ceil((one.size - one.offset) * one.row / one.offset) if one.row else None


def per_qualified(life: Mapping[str, int]) -> float | None:
    """Credits that a qualified lead has cost, of those who cost any."""
    return round(life["credits"] / life["paid_qualified"], 2) if life.get("paid_qualified") else None


def estimate(
    max_leads: int,
    supplies: Sequence[tuple[Source, Supply]],
    purse: Purse,
    life: Mapping[str, int],
    incomplete: int,
    askers: int,
) -> Estimate:
    """A run's leads and credits, source by source in the order of trying, each filling up what is still missing.

    `incomplete` leads of the campaign lack something, and `askers` providers are asked about what leads lack.
    """
    paid = life.get("paid", 0)
    per_lead = life.get("credits", 0) / paid if paid else None
    price = max(1.0, per_lead or 1.0)
    left, credits, found, notes = max_leads, purse.left, [], []
    for source, supply in supplies:
        if supply.unaimed:
            notes.append(f"{source.title()} is skipped: settings.icp is empty, so there is nobody to search for.")
        if not supply.there:
            continue
        number = left if supply.number is None else min(left, supply.number)
        cost, declared = 0, SOURCES[source]
        if supply.number is None and declared.unread:
            notes.append(declared.unread)
        if declared.credits:
            number = min(number, math.floor(credits / price))
            cost = min(credits, math.ceil(number * price))
        else:
            incomplete += number
        credits -= cost
        left -= number
        found.append(Expected(source=source, leads=number, credits=cost))
    if completing := min(credits, incomplete * askers):
        found.append(Expected(source="enrichment", leads=0, credits=completing))
    leads = sum(one.leads for one in found)
    decided = sum(life.get(verdict, 0) for verdict in ("qualified", "review", "rejected"))
    return Estimate(
        max_leads=max_leads,
        sources=tuple(found),
        expected_leads=leads,
        expected_credits=sum(one.credits for one in found),
        expected_qualified=round(leads * life.get("qualified", 0) / decided) if decided else None,
        credits_left=purse.left,
        limited_by=purse.tightest,
        credits_per_lead=None if per_lead is None else round(per_lead, 2),
        credits_per_qualified_lead=per_qualified(life),
        note=" ".join(dict.fromkeys(notes)) or None,
    )
