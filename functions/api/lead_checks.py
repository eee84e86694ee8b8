"""What a lead that a client sends must be before it can wait for the harvest."""

from collections.abc import Iterator, Mapping
from typing import Any

from cam.leads import intake
from cam.model.addresses import lead_id
from cam.model.models import (
    SIGNALS,
    Enrichment,
    LeadDraft,
)
from cam.rules import merging
from cam.text import zones
from cam.text.zone_places import ZoneSource
from functions.api import problems
from functions.api.problems import FieldError, InvalidFields

_MOST_NAME = 255
# 100 of them go into one transaction, which takes 4 MB.
MOST_BYTES = 30_000
_MOST_AMOUNT = 1e15
NUMBER = f"This must be a number from 0 to {_MOST_AMOUNT:,.0f}."
_NUMBERS = ("employee_count", "annual_revenue")
_NO_TEXTS = ("tags", "enrichment", "do_not_contact", "bounced")
_NOBODY = "Give an email address, a LinkedIn URL, or a name with a company domain."


def joined(first: LeadDraft, second: LeadDraft) -> LeadDraft:
    """Two of a list about one person; the first alone, when both are more than a lead may hold."""
    both = merging.merged(first, second)
    return both if len(both.model_dump_json()) <= MOST_BYTES else first


def checked_draft(value: Any) -> LeadDraft:
    """A lead that harvest can take in; text that says nothing is blank. Raises InvalidFields."""
    draft, errors = _checked(value)
    if id_of(0, draft) is None:
        errors.append(FieldError(field="email", message=_NOBODY))
    if errors:
        raise InvalidFields(errors)
    return draft


def checked_part(value: Any) -> LeadDraft:
    """Some fields of a lead, as `checked_draft` takes them, whoever it is. Raises InvalidFields."""
    draft, errors = _checked(value)
    if errors:
        raise InvalidFields(errors)
    return draft


def _checked(value: Any) -> tuple[LeadDraft, list[FieldError]]:
    if isinstance(value, dict):
        value = intake.without_blanks(value)
    errors = list(_unlike_a_file(value)) if isinstance(value, Mapping) else []
    try:
        draft = problems.checked(LeadDraft, value)
    except InvalidFields as error:
        # Rules about a lead as a whole are about its size, which is that of its enrichment.
        placed = [
            one.model_copy(update={"field": "enrichment"})
            if one.field == "body" and isinstance(value, Mapping)
            else one
            for one in error.errors
        ]
        raise InvalidFields([*placed, *errors]) from error
    stated = draft.enrichment.time_zone
    draft = intake.zoned(draft)
    if stated and draft.enrichment.time_zone_from is not ZoneSource.STATED:
        errors.append(FieldError(field="enrichment.time_zone", message=zones.unknown(stated)))
    if len(_name(draft) or "") > _MOST_NAME:
        errors.append(FieldError(field="name", message=f"A name may have at most {_MOST_NAME} characters."))
    if len(draft.model_dump_json()) > MOST_BYTES:
        errors.append(FieldError(field="enrichment", message=f"A lead may have at most {MOST_BYTES:,} bytes."))
    return draft, errors


def _unlike_a_file(lead: Mapping[str, Any]) -> Iterator[FieldError]:
    """What JSON can hold and a file cannot: read as leniently as a file, it would get lost without a word."""
    given = lead.get("enrichment")
    more = given if isinstance(given, Mapping) else {}
    texts = {name: lead.get(name) for name in LeadDraft.model_fields if name not in _NO_TEXTS}
    texts |= {f"enrichment.{name}": more.get(name) for name in Enrichment.model_fields}
    for field, value in texts.items():
        name = field.rpartition(".")[2]
        if name in _NUMBERS:
            if isinstance(value, bool | list | dict) or (
                isinstance(value, int | float) and not 0 <= value <= _MOST_AMOUNT
            ):
                yield FieldError(field=field, message=NUMBER)
        elif name in SIGNALS:
            if isinstance(value, list | dict):
                yield FieldError(field=field, message="This must be true or false.")
        elif name != "lawful_basis" and isinstance(value, bool | list | dict):
            yield FieldError(field=field, message="This must be text.")


def id_of(campaign_id: int, draft: LeadDraft) -> str | None:
    return lead_id(campaign_id, draft.email, draft.linkedin_url, _name(draft), draft.company_domain)


def _name(draft: LeadDraft) -> str | None:
    return draft.name or " ".join(part for part in (draft.first_name, draft.last_name) if part) or None
