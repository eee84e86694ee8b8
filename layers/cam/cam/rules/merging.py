"""The same person again: what a duplicate adds to a lead, or changes of it (spec §2). Pure.

Blanks are filled. Only a file that is to update leads overwrites, and never what a person has corrected.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cam.model.addresses import normalise
from cam.model.models import MOST_EXTRA, Enrichment, LawfulBasis, Lead, LeadDraft, LeadStatus
from cam.model.settings.icp import CompanySize, size_of
from cam.text import person_names, zones
from cam.text.matching import fold
from cam.text.zone_places import ZoneSource

_ALONE = ("email", "company", "role", "linkedin_url")
_ZONE = ("time_zone", "time_zone_from")
_SIZES = ("company_size", "employee_count")
_NAMES = ("name", "first_name", "last_name")
# What stops the mail to somebody, and why.
STOPS = ("do_not_contact", "bounced", "stop_note")
# The source of a value that a person has corrected, or removed: nothing else fills or replaces it.
BY_HAND = "by hand"
# What belongs together: whoever states one of these fields speaks of all of them.
GROUPS = (_NAMES, _ZONE, _SIZES)
# From these a location and a time zone follow.
PLACES = frozenset({"company_location", "company_city", "company_state", "company_country", "city", "state", "country"})
# They left, or asked to be left alone: nothing more is collected about them.
_CLOSED = frozenset({LeadStatus.ERASED, LeadStatus.UNSUBSCRIBED})


@dataclass(frozen=True, slots=True)
class Filled:
    """What a duplicate brought: values of a lead's own fields, and of its enrichment."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    enrichment: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which provenance knows them: the lead's own fields, then those of its enrichment."""
        return (*self.fields, *map(enriched, self.enrichment))


def enriched(name: str) -> str:
    """The name of an enriched field in provenance: its own, unless that is the name of a lead's own field."""
    return f"enrichment.{name}" if name in LeadDraft.model_fields else name


def closed(lead: Lead) -> bool:
    """Whether a lead is left as it is, whatever else becomes known: erased, unsubscribed, not to be contacted."""
    return lead.status in _CLOSED or lead.do_not_contact


def blanks(lead: Lead, draft: LeadDraft) -> Filled | None:
    """What the draft knows and the lead does not; None when that is nothing, or when the lead is closed.

    The caller knows that both are the same person. What would contradict the lead is left out: parts of another name,
    the domain of another company, a head count that does not fit its size, the status of another address. Of somebody
    who must not be contacted, nothing but that is added.
    """
    if closed(lead):
        return None
    found = _blanks(lead, draft)
    return found and _without(found, corrected(lead))


def corrected(lead: Lead) -> frozenset[str]:
    """The names, as in provenance, of what a person has corrected or removed."""
    return frozenset(name for name, origin in lead.provenance.items() if origin.get("source") == BY_HAND)


def _without(found: Filled, kept: Collection[str]) -> Filled | None:
    """What is left of it when these stay as they are. An opt-out is never left out."""
    if not kept or "do_not_contact" in found.fields:
        return found
    fields = {name: value for name, value in found.fields.items() if name not in kept}
    enrichment = {name: value for name, value in found.enrichment.items() if enriched(name) not in kept}
    if "email" in found.fields and "email" in kept:
        # What is said of that address is said of none that the lead has.
        fields.pop("bounced", None)
        enrichment.pop("email_status", None)
    if "bounced" not in fields:
        fields.pop("stop_note", None)
    return Filled(fields, enrichment) if fields or enrichment else None


def merged(first: LeadDraft, second: LeadDraft) -> LeadDraft:
    """Two rows about one person as one: the first, with what only the second knows."""
    return filled(first, added(first, second) or Filled())


def added(first: LeadDraft, second: LeadDraft) -> Filled | None:
    """What `merged` takes from the second row; None: nothing."""
    return _blanks(first, second)


def filled[Known: (Lead, LeadDraft)](known: Known, by: Filled) -> Known:
    """The lead, or the draft, with its blanks filled."""
    enrichment = known.enrichment.model_copy(update=dict(by.enrichment))
    return known.model_copy(update={**by.fields, "enrichment": enrichment})


def _blanks(known: Lead | LeadDraft, draft: LeadDraft) -> Filled | None:
    if known.do_not_contact:
        return None
    if draft.do_not_contact:
        return Filled({"do_not_contact": True, **_why(draft)})
    fields = {name: getattr(draft, name) for name in _ALONE if _adds(getattr(known, name), getattr(draft, name))}
    fields |= _names(known, draft) | _bounced(known, draft)
    if _adds(known.company_domain, draft.company_domain) and _agree(known.company, draft.company):
        fields["company_domain"] = draft.company_domain
    if draft.tags and not known.tags:
        fields["tags"] = draft.tags
    if known.lawful_basis is LawfulBasis.UNKNOWN and draft.lawful_basis is not LawfulBasis.UNKNOWN:
        # A stated basis stays as it is, whether the other one is weaker or stronger.
        fields["lawful_basis"] = draft.lawful_basis
    if (
        draft.basis_note
        and not known.basis_note
        and draft.lawful_basis is fields.get("lawful_basis", known.lawful_basis)
    ):
        fields["basis_note"] = draft.basis_note
    enrichment = dict(_own(known, draft)) | dict(_zone(known.enrichment, draft.enrichment))
    enrichment |= dict(_extra(known.enrichment, draft.enrichment))
    return Filled(fields, enrichment) if fields or enrichment else None


def updated(known: Lead | LeadDraft, draft: LeadDraft, stated: Collection[str]) -> tuple[Filled | None, Filled]:
    """What a row of a file that updates leads brings: it fills blanks, and its values replace others.

    Also what it would replace if a person had not corrected it. `stated`: the fields for which the row has a value of
    its own; what only follows from others (the domain of an address) fills blanks and replaces nothing. An address
    never changes, nor does a lawful basis that is known, and no value is removed. As with `blanks`, the caller knows
    that both are the same person; an opt-out or a bounce is added, and never withdrawn.
    """
    closes = closed(known) if isinstance(known, Lead) else known.do_not_contact
    if closes:
        return None, Filled()
    filled_in = _blanks(known, draft) or Filled()
    if draft.do_not_contact:
        return filled_in, Filled()
    fields = {**filled_in.fields, **dict(_replaced(known, draft, stated))}
    enrichment = {**filled_in.enrichment, **dict(_replaced_enrichment(known.enrichment, draft.enrichment, stated))}
    status = draft.enrichment.email_status
    if status and "email_status" in stated and status != known.enrichment.email_status and _same_address(known, draft):
        enrichment["email_status"] = status
    whole = Filled(fields, enrichment)
    kept = corrected(known) if isinstance(known, Lead) else frozenset()
    change = _without(whole, kept) if whole.names else None
    if not kept:
        return change, Filled()
    if draft.email and not _same_address(known, draft):
        whole = Filled({"email": draft.email, **fields}, enrichment)
    return change, _stated(whole, kept, stated)


def _stated(whole: Filled, kept: Collection[str], stated: Collection[str]) -> Filled:
    """Of what is kept as a person corrected it, what the row itself has another value for."""
    return Filled(
        {name: value for name, value in whole.fields.items() if name in kept and name in stated},
        {
            name: value
            for name, value in whole.enrichment.items()
            if enriched(name) in kept and (name in stated or name not in Enrichment.model_fields)
        },
    )


def _replaced(known: Lead | LeadDraft, draft: LeadDraft, stated: Collection[str]) -> Iterator[tuple[str, Any]]:
    """The lead's own fields for which the row has another value."""
    for name in ("company", "role", "linkedin_url", "company_domain", "tags"):
        value = getattr(draft, name)
        if name in stated and not _blank(value) and value != getattr(known, name):
            yield name, value
    given = {name: getattr(draft, name) for name in _NAMES if name in stated}
    if any(given.values()):
        before = {name: getattr(known, name) for name in _NAMES}
        after = renamed(before, {name: value for name, value in given.items() if value})
        yield from ((name, value) for name, value in after.items() if value != before[name])


def renamed(before: Mapping[str, str | None], given: Mapping[str, str | None]) -> dict[str, str | None]:
    """A person's name in its three fields, when some of them are given anew: the others follow from these.

    With a new whole name, the parts follow from it; with new parts, the whole name does.
    """
    parts = ("first_name", "last_name")
    known: dict[str, Any] = dict(given) if given.get("name") else {**{one: before[one] for one in parts}, **given}
    person_names.complete(known)
    return {name: known.get(name) for name in _NAMES}


def _replaced_enrichment(known: Enrichment, draft: Enrichment, stated: Collection[str]) -> Iterator[tuple[str, Any]]:
    """What of an enrichment the row has another value for. What follows from a place, or a size, comes with it."""
    own = {*stated} - {*_ZONE, "email_status"}
    if not own.isdisjoint(_SIZES):
        own |= {*_SIZES}
    if not own.isdisjoint(PLACES):
        own.add("company_location")
    if "company_country" in own:
        own.add("country")
    for name in Enrichment.model_fields:
        value = getattr(draft, name)
        if name in own and not _blank(value) and value != getattr(known, name):
            yield name, value
    if "company_size" in own and draft.employee_count is None and counted_otherwise(known, draft.company_size):
        # A size without a head count: the one that is known is of another time.
        yield "employee_count", None
    zone = (draft.time_zone, draft.time_zone_from)
    says = draft.time_zone_from is ZoneSource.STATED or (
        known.time_zone_from is not ZoneSource.STATED and not own.isdisjoint(PLACES)
    )
    if draft.time_zone and says and zone != (known.time_zone, known.time_zone_from):
        yield from zip(_ZONE, zone, strict=True)
    yield from _extra(known, draft, replace=True)


def counted_otherwise(known: Enrichment, size: str | None) -> bool:
    """Whether the head count that is known belongs to another size of company than this one."""
    counted = size_of(known.employee_count) if known.employee_count is not None else None
    return counted is not None and fold(size) in CompanySize and fold(size) != counted


def _bounced(known: Lead | LeadDraft, draft: LeadDraft) -> dict[str, Any]:
    """That the address which both have takes no mail."""
    fresh = draft.bounced and not known.bounced and _same_address(known, draft)
    return {"bounced": True, **_why(draft)} if fresh else {}


def _why(draft: LeadDraft) -> dict[str, Any]:
    return {"stop_note": draft.stop_note} if draft.stop_note else {}


def _same_address(known: Lead | LeadDraft, draft: LeadDraft) -> bool:
    return bool(draft.email) and (not known.email or normalise(known.email) == normalise(draft.email or ""))


def _own(known: Lead | LeadDraft, draft: LeadDraft) -> Iterator[tuple[str, Any]]:
    """What fills the fields of an enrichment that CAM knows."""
    for name in Enrichment.model_fields:
        if name in _ZONE:
            continue
        before, value = getattr(known.enrichment, name), getattr(draft.enrichment, name)
        if name == "email_status":
            if value is not None and draft.email and _status_is_new(known, draft.email):
                yield name, value
        elif _adds(before, value) and (name not in _SIZES or _fits(known.enrichment, draft.enrichment)):
            yield name, value


def _zone(known: Enrichment, draft: Enrichment) -> Iterator[tuple[str, Any]]:
    """A zone comes with its source. A stated zone replaces a derived one, and one that cannot be read."""
    derived = known.time_zone_from not in (None, ZoneSource.STATED)
    stated = draft.time_zone_from is ZoneSource.STATED
    if draft.time_zone and (not known.time_zone or (derived and stated) or zones.named(known.time_zone) is None):
        yield "time_zone", draft.time_zone
        yield "time_zone_from", draft.time_zone_from


def _status_is_new(known: Lead | LeadDraft, email: str) -> bool:
    # What was said without an address was said about none: the address brings its own status.
    return not known.email or (known.enrichment.email_status is None and normalise(known.email) == normalise(email))


def _fits(known: Enrichment, draft: Enrichment) -> bool:
    """Whether the draft's size or head count fits what is known of the other; a size in other words fits any."""
    if known.company_size is None and known.employee_count is None:
        return True
    size = fold(known.company_size or draft.company_size)
    heads = draft.employee_count if known.employee_count is None else known.employee_count
    counted = size_of(heads) if heads is not None else None
    return counted is None or size not in CompanySize or size == counted


def _names(known: Lead | LeadDraft, draft: LeadDraft) -> dict[str, str]:
    """Names are parts of one: first and last come together, and only from a name that holds all that is known."""
    missing = {name: getattr(draft, name) for name in _NAMES if _adds(getattr(known, name), getattr(draft, name))}
    if not any(getattr(known, name) for name in _NAMES):
        return missing
    if not draft.first_name or not draft.last_name:
        missing = {name: value for name, value in missing.items() if name == "name"}
    agree = _agree(known.first_name, draft.first_name) and _agree(known.last_name, draft.last_name)
    return missing if agree and _words(known) <= _words(draft) else {}


def _words(who: Lead | LeadDraft) -> set[str]:
    return {word for name in _NAMES for word in fold(getattr(who, name)).split()}


def _extra(known: Enrichment, draft: Enrichment, replace: bool = False) -> Iterator[tuple[str, Any]]:
    """What fills the enrichment beyond CAM's own fields, as long as there is room for it; `replace`: or changes it."""
    extra = dict(known.model_extra or {})
    size = _bytes(extra)
    for name, value in (draft.model_extra or {}).items():
        before = extra.get(name)
        if not (_adds(before, value) or (replace and not _blank(value) and before != value)):
            continue
        whole = {**extra, name: value}
        # One entry takes as much behind another as it takes by itself, braces and all: ", " for "{}".
        after = size + _bytes({name: value}) if extra and name not in extra else _bytes(whole)
        if after <= MOST_EXTRA:
            extra, size = whole, after
            yield name, value


def _bytes(extra: Mapping[str, Any]) -> int:
    return len(json.dumps(extra, ensure_ascii=False, default=str).encode("utf-8", "replace"))


def _adds(before: Any, value: Any) -> bool:
    return _blank(before) and not _blank(value)


def _blank(value: Any) -> bool:
    # False and 0 are known.
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def _agree(one: str | None, other: str | None) -> bool:
    return not one or not other or fold(one) == fold(other)
