"""Which enriched fields a campaign's leads have, so that a scoring part on a misspelt one is refused.

A list per campaign that only grows: a name is there before the first lead that has it, and stays when the last is gone.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache

from cam.model.models import Enrichment, Lead
from cam.model.settings.scoring import Scoring
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.rules import evaluator

# An item takes 400 KB. With so many names the list may not be complete, and nothing is refused for lack of one.
MOST = 1000
_LONGEST = 100
_NAMED = 10
_OWN = frozenset({*evaluator.OWN, *Enrichment.model_fields})


def known(campaign_id: int) -> frozenset[str]:
    """The names of all enriched fields that leads of the campaign have or had. One read."""
    item = tables.get(leads_table(), keys.fields(campaign_id))
    return item["names"] if item else frozenset()


def note(campaign_id: int, names: Iterable[str]) -> None:
    """Put the names on the campaign's list. Call it before writing leads that have them; again changes nothing.

    A process reads the list once per campaign, and writes only names that it has not seen.
    """
    wanted = frozenset(names)
    if not wanted:
        return
    noted = _noted(campaign_id)
    new = frozenset(name for name in wanted - noted if name.strip() == name and 0 < len(name) <= _LONGEST)
    if new and len(noted) < MOST:
        new = frozenset(sorted(new)[: MOST - len(noted)])
        tables.write(
            tables.update(leads_table(), keys.fields(campaign_id), first={"kind": "fields"}, add={"names": new})
        )
        noted |= new


# Of as many campaigns as a process meets at a time.
@lru_cache(maxsize=64)
def _noted(campaign_id: int) -> set[str]:
    return set(known(campaign_id))


def unknown(campaign_id: int, scoring: Scoring, before: Scoring | None = None) -> list[tuple[str, str]]:
    """The scoring parts whose field no lead of the campaign has: the path of each within the campaign, and a message.

    Parts that were there `before` are left alone. A campaign without leads takes any name. At most one read.
    """
    old = before.parts if before else ()
    asked = {
        f"settings.scoring.parts[{at}].field": part.field
        for at, part in enumerate(scoring.parts)
        if part not in old and evaluator.enriched(part.field) is not None and evaluator.enriched(part.field) not in _OWN
    }
    names = known(campaign_id) if asked else frozenset()
    if not names or len(names) >= MOST:
        return []
    return [(path, _message(field, names)) for path, field in asked.items() if evaluator.enriched(field) not in names]


def _message(field: str, names: frozenset[str]) -> str:
    folded = {name.casefold(): name for name in sorted(names | _OWN)}
    near = get_close_matches(field.casefold(), folded, n=1)
    if near:
        return f"No lead has the field {field!r}. Did you mean {folded[near[0]]!r}?"
    others = sorted(names - _OWN)
    listed = ", ".join(others[:_NAMED]) + (f" and {len(others) - _NAMED} more" if len(others) > _NAMED else "")
    have = f"CAM's fields, and {listed}" if listed else "CAM's fields only"
    return f"No lead has the field {field!r}. Leads have {have}."


def missing(scoring: Scoring, leads: Sequence[Lead]) -> list[str]:
    """The fields of scoring parts in which none of these leads has anything. Pure."""
    has = evaluator.presence(dict.fromkeys(part.field for part in scoring.parts))
    return [field for field, in_lead in has.items() if leads and not any(map(in_lead, leads))]
