"""What the columns of a file mean: to which fields their cells go, and under which names the rest is kept."""

import dataclasses
import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from difflib import get_close_matches

from cam.leads import opt_outs, verifier_columns
from cam.leads.headers import COLUMNS, KNOWN, Meanings, in_context, key
from cam.leads.opt_out_headers import Kind
from cam.model.errors import Invalid
from cam.model.models import Enrichment
from cam.text.numbers import Decimal

MAX_EXTRA_KEY = 64
# Where a time zone is kept that nobody can tell.
UNKNOWN_ZONE = "time_zone_text"
# Headers that only this system's export has, by `key`.
_TELLTALES = {
    "apollo": {"companynameforemails", "personlinkedinurl", "apollocontactid", "apolloaccountid", "employees"},
    "hubspot": {"associatedcompany", "primaryassociatedcompany", "companynameassociatedcompany", "stateregion",
                "countryregion", "lifecyclestage", "recordid", "contactowner"},
    "salesforce": {"companyaccount", "noofemployees", "stateprovince", "leadowner", "leadsource", "accountname",
                   "leadid"},
}  # fmt: skip
_RANK = {field: rank for rank, field in enumerate(COLUMNS)}
_NOT_KEY = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns of a file mean, by their places.

    `known`: place, field and key of each column that CAM knows, in order of preference; `others`: place and key of the
    rest, in the file's order. The key is the name in `enrichment` under which text is kept that no field takes.
    `stops`: the columns, whatever else they mean, that can say of a person that they must not be written to.
    """

    known: tuple[tuple[int, str, str], ...]
    others: tuple[tuple[int, str], ...]
    stops: tuple[opt_outs.Column, ...] = ()
    # How a column of numbers writes them, by place.
    decimals: MappingOf[int, Decimal] = dataclasses.field(default_factory=dict)


def mapping(
    header: Sequence[str], own: Meanings | None = None, decimals: Iterable[tuple[int, Decimal]] = ()
) -> Mapping:
    """What the columns of a file mean. Headers are compared without case, accents and punctuation; none is refused.

    `own`: the user's word for some headers, a field or None (no field: kept as unknown columns are), goes first.
    `decimals`: how the columns of numbers write them (`FileFacts.decimals`).
    """
    stated = {key(name): field for name, field in (own or {}).items()}
    together = in_context({key(name) for name in header})
    taken = {*Enrichment.model_fields, UNKNOWN_ZONE}
    ranked = []
    others = []
    stops = []
    for place, name in enumerate(header):
        kept = _extra_key(name, place + 1, taken)
        meant = key(name)
        field: str | None
        field, preference = together.get(meant) or KNOWN.get(meant) or _of_verifier(name, meant)
        if meant in stated:
            field, preference = stated[meant], -1
        if stop := opt_outs.column(place, name, field, meant in stated):
            stops.append(stop)
        if field and field not in opt_outs.TARGETS:
            ranked.append((_RANK[field], preference, (place, field, kept)))
        else:
            others.append((place, kept))
    known = tuple(column for _, _, column in sorted(ranked))
    # A lead has one status: that of the first column. Another verifier that calls the address bad is believed as well,
    # but no reason for a verdict: a verifier gives `bounced` as one for `risky`, too.
    statuses = [(preference, place) for _, preference, (place, field, _) in sorted(ranked) if field == "email_status"]
    further = {place for preference, place in statuses[1:] if preference < verifier_columns.REASON}
    stops = [stop._replace(kind=Kind.FURTHER_STATUS) if stop.place in further else stop for stop in stops]
    return Mapping(known, tuple(others), tuple(sorted(stops)), dict(decimals))


def _of_verifier(header: str, meant: str) -> tuple[str | None, int]:
    """The field of a header that no table lists: a verifier's, by its words, or none."""
    found = None if opt_outs.listed(header) else verifier_columns.rank(meant)
    return (None, 0) if found is None else ("email_status", found)


def meant(own: Meanings) -> dict[str, str]:
    """Keys of the headers to which the user gives a field, and that field: they are known, whatever they are called."""
    return {key(name): field for name, field in own.items() if field}


def unknown(header: Sequence[str], own: Meanings | None = None) -> list[str]:
    """The columns that no field takes and that say nothing of who must not be written to."""
    meaning = mapping(header, own)
    stops = {one.place for one in meaning.stops}
    return [header[place] for place, _ in meaning.others if place not in stops]


def fits(own: Meanings, header: Sequence[str]) -> None:
    """Raises Invalid when the user speaks of a column that the file does not have."""
    known = {key(name) for name in header}
    for name in own:
        if key(name) not in known:
            near = get_close_matches(name, header, n=1, cutoff=0.5)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            raise Invalid(f"The file has no column {name!r}.{guess}", f"mapping.{name}")


def layout(header: Sequence[str]) -> str | None:
    """Whose export this is, by headers that nobody else writes; `plain` for columns that CAM knows, else None."""
    keys = {key(name) for name in header}
    found = max(_TELLTALES, key=lambda name: len(keys & _TELLTALES[name]))
    if keys & _TELLTALES[found]:
        return found
    return "plain" if keys & KNOWN.keys() else None


def _extra_key(name: str, number: int, taken: set[str]) -> str:
    """`# Open Deals` is `open_deals`. Never a name that `taken` has, which it joins."""
    base = _NOT_KEY.sub("_", name.lower()).strip("_")[:MAX_EXTRA_KEY] or f"column_{number}"
    own = base
    while own in taken:
        own = f"{base[: MAX_EXTRA_KEY - 7]}_{number}"
        number += 1
    taken.add(own)
    return own
