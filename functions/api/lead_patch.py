"""A correction of a lead as a client sends it (JSON merge patch, RFC 7396), and the lead that it makes of another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from cam.leads import intake
from cam.leads.columns import UNKNOWN_ZONE
from cam.mail.following import another
from cam.model.addresses import email_domain
from cam.model.models import SIGNALS, Lead, LeadDraft
from cam.rules import gates, merging
from cam.text.zone_places import ZoneSource
from functions.api.lead_checks import MOST_BYTES, NUMBER, checked_part, id_of
from functions.api.lead_views import WholeLead
from functions.api.problems import FieldError, InvalidFields

_NAMES, _ZONE, _ = merging.GROUPS
_NOTHING = LeadDraft()
_SET_BY_CAM = "This field is set by CAM and cannot be corrected."
_NO_FIELDS = "Give at least one field to correct. null removes a value."
_NO_PAGE = "This must be a person's LinkedIn page, such as https://www.linkedin.com/in/ann-lee."
_NO_DOMAIN = "This must be a company's own domain, such as acme.com."
_NOT_READ = {
    **dict.fromkeys(SIGNALS, "This must be true or false."),
    "employee_count": NUMBER,
    "annual_revenue": NUMBER,
}
_NOBODY = "A lead needs an email address, a LinkedIn URL, or a name with a company domain: at least one must be left."


@dataclass(frozen=True, slots=True)
class Patch:
    """A correction: the values to set, None for those that are removed. `enrichment` None removes all of it."""

    fields: Mapping[str, Any]
    enrichment: Mapping[str, Any] | None

    @property
    def stated(self) -> tuple[str, ...]:
        """The names, as in provenance, of what it states."""
        return (*self.fields, *map(merging.enriched, self.enrichment or {}))

    def __call__(self, lead: Lead) -> tuple[Lead, tuple[str, ...]]:
        """The lead with the correction and what follows from it; and what was stated. Raises InvalidFields."""
        fields = _fields(lead, self.fields)
        try:
            draft = intake.complete(LeadDraft.model_validate({**fields, "enrichment": self._enrichment(lead, fields)}))
        except ValidationError as error:
            raise InvalidFields([FieldError(field="enrichment", message=_worded(error))]) from error
        if not self._zoned(lead):
            as_before = {name: getattr(lead.enrichment, name) for name in _ZONE}
            draft = draft.model_copy(update={"enrichment": draft.enrichment.model_copy(update=as_before)})
        errors = [*self._lost(draft), *_faults(draft)]
        if errors:
            raise InvalidFields(errors)
        values = {name: getattr(draft, name) for name in LeadDraft.model_fields}
        return lead.model_copy(update=values), self.stated

    def _zoned(self, lead: Lead) -> bool:
        """Whether the time zone is to be told anew: it is stated, or follows from a place that is."""
        if self.enrichment is None or "time_zone" in self.enrichment:
            return True
        return lead.enrichment.time_zone_from is not ZoneSource.STATED and not {*self.enrichment}.isdisjoint(
            merging.PLACES
        )

    def _enrichment(self, lead: Lead, fields: Mapping[str, Any]) -> dict[str, Any]:
        given = self.enrichment
        after = {} if given is None else merged(lead.enrichment.model_dump(), given)
        given = given or {}
        if another(lead.email, fields["email"]) and "email_status" not in given:
            after.pop("email_status", None)
        if given.get("employee_count") is not None and "company_size" not in given:
            after.pop("company_size", None)
        size = given.get("company_size")
        if size and "employee_count" not in given and merging.counted_otherwise(lead.enrichment, size):
            after.pop("employee_count", None)
        if self._zoned(lead):
            # One that was derived would be read as stated.
            after |= {"time_zone": given.get("time_zone"), "time_zone_from": None, UNKNOWN_ZONE: None}
        return {name: value for name, value in after.items() if value is not None}

    def _lost(self, draft: LeadDraft) -> Iterator[FieldError]:
        """What was stated and could not be taken over as it is: a file keeps it as text, a correction is refused."""
        if self.fields.get("linkedin_url") and not draft.linkedin_url:
            yield FieldError(field="linkedin_url", message=_NO_PAGE)
        domain = self.fields.get("company_domain")
        # In place of one that is none, a lead gets that of its address.
        if domain and not intake.complete(LeadDraft(company_domain=domain)).company_domain:
            yield FieldError(field="company_domain", message=_NO_DOMAIN)
        email = self.fields.get("email")
        if email and (fault := gates.fault(draft.email or email)):
            yield FieldError(field="email", message=f"This is not a valid email address: {fault}.")


def _faults(draft: LeadDraft) -> Iterator[FieldError]:
    if id_of(0, draft) is None:
        yield FieldError(field="email", message=_NOBODY)
    elif problems := intake.problems(draft):
        yield from (FieldError(field=field, message=f"The {field} {text}.") for field, text in problems)
    if len(draft.model_dump_json()) > MOST_BYTES:
        yield FieldError(field="enrichment", message=f"A lead may have at most {MOST_BYTES:,} bytes.")


def _fields(lead: Lead, given: Mapping[str, Any]) -> dict[str, Any]:
    """The lead's own fields after the correction, with what is true of an address only, or follows from it."""
    fields = {name: getattr(lead, name) for name in LeadDraft.model_fields if name != "enrichment"}
    removed = {name: getattr(_NOTHING, name) for name, value in given.items() if value is None}
    fields |= {**given, **removed}
    names = {name: given[name] for name in _NAMES if name in given}
    if names:
        fields |= merging.renamed({name: getattr(lead, name) for name in _NAMES}, names)
    if another(lead.email, fields["email"]):
        if "bounced" not in given:
            fields["bounced"] = False
        if "company_domain" not in given and lead.company_domain == email_domain(lead.email or ""):
            own = intake.complete(LeadDraft(email=fields["email"])).company_domain
            fields["company_domain"] = own or lead.company_domain
    if not fields["bounced"] and not fields["do_not_contact"] and "stop_note" not in given:
        fields["stop_note"] = None
    return fields


def _worded(error: ValidationError) -> str:
    text = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
    return text[:1].upper() + text[1:].rstrip(".") + "."


def merged(target: Any, patch: Any) -> Any:
    """What a merge patch makes of a value (RFC 7396 §2)."""
    if not isinstance(patch, Mapping):
        return patch
    found = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value)
    return found


def checked(value: Any) -> Patch:
    """The correction that a client sends. Text that says nothing removes a value, as null does.

    Raises InvalidFields.
    """
    if not isinstance(value, Mapping):
        raise InvalidFields([FieldError(field="body", message="This must be an object.")])
    if not value or value == {"enrichment": {}}:
        raise InvalidFields([FieldError(field="body", message=_NO_FIELDS)])
    ours = [name for name in value if name in WholeLead.model_fields and name not in LeadDraft.model_fields]
    errors = [FieldError(field=name, message=_SET_BY_CAM) for name in ours]
    given = {name: one for name, one in value.items() if name not in ours}
    said = intake.without_blanks(given)
    try:
        draft = checked_part({name: one for name, one in said.items() if one is not None})
    except InvalidFields as error:
        raise InvalidFields([*errors, *error.errors]) from error
    read = draft.enrichment.model_dump()
    more = said.get("enrichment") or {}
    errors += [
        FieldError(field=f"enrichment.{name}", message=_NOT_READ[name])
        for name, one in more.items()
        if name in _NOT_READ and one is not None and read[name] is None
    ]
    if errors:
        raise InvalidFields(errors)
    fields = {
        name: getattr(draft, name) if said.get(name) is not None else None for name in given if name != "enrichment"
    }
    if given.get("enrichment", {}) is None:
        return Patch(fields, None)
    named = given.get("enrichment", {})
    return Patch(
        fields, {name: None if more.get(name) is None else read[name] for name in named if name != "time_zone_from"}
    )
