"""From what a file or a client says about a person to a lead: pure, one row at a time (spec §2)."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from cam.leads import number_columns, opt_outs
from cam.leads.columns import UNKNOWN_ZONE, Mapping
from cam.model.addresses import email_domain, lead_id, shared
from cam.model.models import MOST_EXTRA, SIGNALS, Enrichment, LawfulBasis, LeadDraft, signal
from cam.model.settings import kinds
from cam.model.settings.icp import CompanySize, size_of
from cam.text import blanks, mojibake, numbers, person_names, zones
from cam.text.characters import UNREADABLE, mended, one_line
from cam.text.cleaning import escaped, unescaped
from cam.text.numbers import Decimal
from cam.text.zone_places import Place, Zone, ZoneSource
from cam.text.zone_tables import MOST

MAX_NAME = 255
MAX_TAGS = 50
MAX_EXTRAS = 50
MAX_EXTRA_TEXT = 500
# Room stays for the texts that are added: three of at most 500 characters, 6 bytes each when JSON escapes them.
MAX_EXTRA_BYTES = MOST_EXTRA - 9_700

_PERSON = ("name", "first_name", "last_name", "email", "company", "company_domain", "role", "linkedin_url")
_IDENTITY = ("email", "linkedin_url", "name", "company_domain")
# These end up in mails and their subjects: one line, nothing that hides or turns text around.
_ONE_LINE = ("name", "first_name", "last_name", "company", "role")
_PLACES = (("company_city", "company_state", "company_country"), ("city", "state", "country"))
# What tells a time zone.
_ZONED = (
    "time_zone", "country", "state", "city", "company_country", "company_state", "company_city", "company_location",
)  # fmt: skip
# Three of them and what joins them are still within every limit of the models.
_PLAIN_LENGTH = 150
_NOTHING_KNOWN: dict[str, Any] = dict(Enrichment())
_NOBODY: dict[str, Any] = dict(LeadDraft())
_signal = lru_cache(maxsize=256)(signal)
_WEB_ADDRESS = re.compile(r"^(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+)", re.IGNORECASE)
_LINKEDIN = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)?linkedin\.com/\S+", re.IGNORECASE)
_PLAIN_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9]{0,62}")
_PLAIN_ADDRESS = re.compile(r"[\w.-]+@[\w-][\w.-]*")
_MAILBOX = re.compile(r"^[^<>]*<([^<>]+)>$")
_AROUND_AT = re.compile(r"\s*@\s*")


class Problem(NamedTuple):
    """What is wrong with a row, and in which field."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot become a lead, with every reason."""

    problems: tuple[Problem, ...]


def draft(cells: Sequence[str], mapping: Mapping) -> LeadDraft | Refusal:
    """The lead of one row, a cell for each column; or every reason why there is none.

    Derived fields are filled in as `complete` does. Text that no field takes is kept in `enrichment`. An address that
    is none is not refused here: Qualify rejects it, with its reason on record. Cells that say nothing are blank
    (`cam.text.blanks`): the next column of the same field is taken.
    """
    lead = _drafted(cells, mapping)
    if mapping.stops and isinstance(lead, LeadDraft) and (said := opt_outs.said(cells, mapping.stops)):
        return lead.model_copy(update=said.fields)
    return lead


def _drafted(cells: Sequence[str], mapping: Mapping) -> LeadDraft | Refusal:
    taken: dict[str, str] = {}
    extras: dict[str, str] = {}
    whole = "|" + "|".join(cells)
    # Most rows are clean: asked once for the row, not for each of its cells.
    if "&" in whole and escaped(whole):
        cells = [*map(unescaped, cells)]
        whole = "|" + "|".join(cells)
    if mojibake.suspicious(whole) and mojibake.repaired(whole) != whole:
        cells = [*map(mojibake.repaired, cells)]
        whole = "|" + "|".join(cells)
    printable = whole.isprintable()
    if printable:
        texts = [*map(str.strip, cells)]
    else:
        texts = [text.strip() if text.isprintable() else _clean(text) for text in cells]
    if suspects := blanks.suspects(texts, whole):
        texts = _without_blanks(texts, mapping, suspects)
    for place, field, own in mapping.known:
        if text := texts[place]:
            if field not in taken:
                taken[field] = text
            elif taken[field] != text:
                extras.setdefault(own, _short(text))
    for place, own in mapping.others:
        if text := texts[place]:
            extras[own] = text if len(text) <= MAX_EXTRA_TEXT else _short(text)
    plain = max(map(len, taken.values()), default=0) <= _PLAIN_LENGTH

    known: dict[str, Any] = {field: taken.pop(field) for field in _PERSON if field in taken}
    problems = []
    if "tags" in taken:
        known["tags"] = tags = _tags(taken.pop("tags"))
        if len(tags) > MAX_TAGS:
            problems.append(Problem("tags", f"has {len(tags)} tags; the limit is {MAX_TAGS}"))
            del known["tags"]
    if "lawful_basis" in taken:
        stated = taken.pop("lawful_basis")
        word = "_".join(stated.casefold().replace("-", " ").replace("_", " ").split())
        if word in LawfulBasis:
            known["lawful_basis"] = LawfulBasis(word)
        elif blanks.not_known(stated):
            known["lawful_basis"] = LawfulBasis.UNKNOWN
        else:
            problems.append(Problem("lawful_basis", f"{stated[:50]!r} is not one of: {', '.join(LawfulBasis)}"))
    zone = _zone(taken if plain else _clipped(taken.items()))
    _locate(taken, extras)
    enrichment: dict[str, Any] = {**taken, **zone}
    for field in number_columns.FIELDS:
        if field in taken:
            text = taken[field]
            counted = field in number_columns.WHOLE
            decimal = Decimal.UNCERTAIN if text.isdecimal() else _decimal(mapping, field, texts)
            enrichment[field] = number = numbers.read(text, decimal, whole=counted)
            if number is None:
                extras.setdefault(f"{field}_text", _short(text))
            elif counted:
                enrichment[field] = int(number)
    if not printable:
        _on_one_line(known)
    if UNREADABLE in whole:
        _without_unreadable(known, extras)
    _fill(known, enrichment)
    problems += _problems(known)
    extras = _bounded(extras)
    if plain and not problems:
        return _made(known, extras, enrichment)
    try:
        lead = LeadDraft.model_validate({**known, "enrichment": extras | enrichment})
    except ValidationError as error:
        problems += _worded(error, problems)
    return Refusal(tuple(problems)) if problems else lead


def _decimal(mapping: Mapping, field: str, texts: Sequence[str]) -> Decimal:
    """The decimal mark of the column that a field's text is taken from."""
    places = (place for place, taken, _ in mapping.known if taken == field and texts[place])
    return mapping.decimals.get(next(places), Decimal.UNCERTAIN)


def _without_unreadable(known: dict[str, Any], extras: dict[str, str]) -> None:
    """Names that somebody before us could not read are kept as text: no mail may print `M\ufffdller`."""
    for field in _ONE_LINE:
        if UNREADABLE in (text := known.get(field) or ""):
            extras.setdefault(f"{field}_text", _short(text))
            del known[field]


def _made(known: dict[str, Any], extras: dict[str, str], enrichment: dict[str, Any]) -> LeadDraft:
    """The lead of plain texts, which the models would take as they are: asking them takes as long as all the rest."""
    for field in SIGNALS:
        if field in enrichment:
            enrichment[field] = _signal(enrichment[field])
    for field in [*enrichment]:
        if field not in _NOTHING_KNOWN:
            extras[field] = enrichment.pop(field)
    more = _assembled(Enrichment, _NOTHING_KNOWN | enrichment, extras, {*enrichment, *extras})
    return _assembled(LeadDraft, _NOBODY | known | {"enrichment": more}, None, {*known, "enrichment"})


def _assembled[Model: BaseModel](
    model: type[Model], values: dict[str, Any], extra: dict[str, str] | None, stated: set[str]
) -> Model:
    """What `model_construct` does with a value for every field, ten times as fast."""
    one = model.__new__(model)
    object.__setattr__(one, "__dict__", values)
    object.__setattr__(one, "__pydantic_fields_set__", stated)
    object.__setattr__(one, "__pydantic_extra__", extra)
    object.__setattr__(one, "__pydantic_private__", None)
    return one


def complete(draft: LeadDraft) -> LeadDraft:
    """The draft with what follows from it: names from one another, the company's domain, its size, clean text.

    Shared by all sources: whoever a lead comes from, text that says nothing is blank from here on. Ask `problems`
    afterwards whether the lead can be taken in.
    """
    draft = _legible(draft)
    known = {field: getattr(draft, field) for field in _PERSON}
    enrichment = dict((draft if draft.enrichment.time_zone_from else zoned(draft)).enrichment)
    _on_one_line(known)
    _fill(known, enrichment)
    changed = {field: value for field, value in known.items() if value != getattr(draft, field)}
    if enrichment != dict(draft.enrichment):
        changed["enrichment"] = draft.enrichment.model_copy(update=enrichment)
    return draft.model_copy(update=changed) if changed else draft


def without_blanks(lead: dict[str, Any]) -> dict[str, Any]:
    """A lead as JSON, without text that says nothing, also in `enrichment` and `tags`, and with entities as characters.

    What is not of the form of a lead stays as it is: the models refuse it.
    """
    more = lead.get("enrichment")
    inner: dict[str, Any] = more if isinstance(more, dict) else {}
    row = {field: text for field, text in (*inner.items(), *lead.items()) if isinstance(text, str)}
    found = _said(lead, row)
    if inner:
        found["enrichment"] = _said(inner, row)
    tags = found.get("tags")
    if isinstance(tags, list | tuple):
        found["tags"] = type(tags)(tag for tag in tags if not (isinstance(tag, str) and blanks.blank("tags", tag, {})))
    return found


def _said(values: dict[str, Any], row: dict[str, str]) -> dict[str, Any]:
    found = {}
    for field, value in values.items():
        text = unescaped(value).strip() if isinstance(value, str) else value
        if not isinstance(text, str) or not blanks.blank(field, text, row):
            found[field] = text
    return found


def _legible(draft: LeadDraft) -> LeadDraft:
    given = draft.model_dump(exclude_unset=True)
    found = without_blanks(given)
    return draft if found == given else LeadDraft.model_validate(found)


def _without_blanks(texts: Sequence[str], mapping: Mapping, suspects: Collection[str]) -> list[str]:
    """The cells of a row, empty where they say nothing."""
    row = {field: texts[place] for place, field, _ in reversed(mapping.known) if texts[place]}
    found = [*texts]
    for place, field, _ in mapping.known:
        if (text := texts[place]) in suspects and blanks.blank(field, text, row):
            found[place] = ""
    for place, own in mapping.others:
        if (text := texts[place]) in suspects and blanks.blank(own, text, row):
            found[place] = ""
    return found


def zoned(draft: LeadDraft) -> LeadDraft:
    """The draft with the time zone that it states, else the one of its place. Its own `time_zone_from` is ignored."""
    found = _zone(_clipped(draft.enrichment)) or {"time_zone_from": None}
    return draft.model_copy(update={"enrichment": draft.enrichment.model_copy(update=found)})


def warnings(draft: LeadDraft) -> tuple[Problem, ...]:
    """The values of an imported row that could not be used: time zones and numbers that are not known, torn names."""
    kept = draft.enrichment.model_extra
    if not kept:
        return ()
    found = []
    if stated := kept.get(UNKNOWN_ZONE):
        zone, source = draft.enrichment.time_zone, draft.enrichment.time_zone_from
        used = f"{zone}, the time zone of its {source}" if zone else "the campaign's time zone"
        found.append(Problem("time_zone", f"{zones.unknown(stated)} The lead is imported with {used}."))
    for field in number_columns.FIELDS:
        text = kept.get(f"{field}_text")
        if isinstance(text, str) and getattr(draft.enrichment, field) is None:
            found.append(Problem(field, _no_number(field, text)))
    for field in _ONE_LINE:
        text = kept.get(f"{field}_text")
        if isinstance(text, str) and UNREADABLE in text:
            message = f"“{text[:50]}” has characters that were lost before the upload. It is kept as {field}_text."
            found.append(Problem(field, message))
    return tuple(found)


def _no_number(field: str, text: str) -> str:
    kept = f"It is kept as {field}_text."
    if numbers.is_open(text):
        return f"“{text[:50]}” may have a decimal mark or thousands, and nothing in the column shows which. {kept}"
    return f"“{text[:50]}” is not a number that CAM understands. {kept}"


def problems(draft: LeadDraft) -> tuple[Problem, ...]:
    """Why a completed draft cannot become a lead: nobody is named, or the name is too long. Empty when it can."""
    return tuple(_problems({field: getattr(draft, field) for field in _PERSON}))


def _clean(text: str) -> str:
    """The text of a cell, trimmed and without control characters; its lines stay lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return mended("".join(sign for sign in text if sign >= " " or sign in "\n\t").replace("\x7f", "")).strip()


def _on_one_line(known: dict[str, Any]) -> None:
    for field in _ONE_LINE:
        text = known.get(field)
        if text and not text.isprintable():
            known[field] = one_line(text) or None


def _fill(known: dict[str, Any], enrichment: dict[str, Any]) -> None:
    """Complete the fields of a person and of their company in place. Links that lead elsewhere become plain text."""
    person_names.complete(known)
    if known.get("email"):
        known["email"] = _address(known["email"]) or None
    link = known.get("linkedin_url")
    if link and not _LINKEDIN.fullmatch(link):
        enrichment.setdefault("linkedin_url_text", _short(link))
        known["linkedin_url"] = None
    stated = known.get("company_domain")
    domain = _company_domain(stated) if stated else None
    if stated and not domain:
        enrichment.setdefault("website_text", _short(stated))
    known["company_domain"] = domain or _mail_domain(known.get("email"))
    _fill_size(enrichment)


def _fill_size(enrichment: dict[str, Any]) -> None:
    """The size by head count (spec §2). A head count or a range in the size's place is read as one."""
    stated, count = enrichment.get("company_size"), enrichment.get("employee_count")
    if stated:
        word = stated.casefold()
        if word in CompanySize:
            enrichment["company_size"] = word
            return
        heads = numbers.read(word, whole=True)
        if heads is None:
            return
        enrichment["company_size"] = None
        if count is None:
            enrichment["employee_count"] = count = int(heads)
    if count is not None:
        size = size_of(count)
        if size is not None:
            enrichment["company_size"] = size.value


def _locate(taken: dict[str, str], extras: dict[str, str]) -> None:
    """One `company_location` of the company's parts, else of the person's. Parts that are not used are kept."""
    whole = taken.get("company_location")
    for places in _PLACES:
        parts = [taken[place] for place in places if place in taken]
        if parts and not whole:
            # A city that is its own state is named once.
            whole = taken["company_location"] = ", ".join(dict.fromkeys(parts))
        elif parts:
            for place in places:
                if place in taken and place != "country":
                    extras.setdefault(place, _short(taken[place]))
    for place in ("company_city", "company_state", "city", "state"):
        taken.pop(place, None)
    company_country = taken.pop("company_country", None)
    if company_country:
        taken.setdefault("country", company_country)


def _zone(said: dict[str, Any]) -> dict[str, Any]:
    """The time zone by what is said of a person and of their company; a zone that nobody can tell is kept as text."""
    texts = [*map(said.get, _ZONED)]
    if not any(texts):
        return {}
    zone, source = _zone_of(*texts)
    found = {"time_zone": zone, "time_zone_from": source}
    if texts[0] and source is not ZoneSource.STATED:
        found[UNKNOWN_ZONE] = _short(texts[0])
    return found


def _clipped(said: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """The texts that tell a zone. What is longer than any name stays too long, but is not remembered whole."""
    return {field: value[: MOST + 1] for field, value in said if field in _ZONED and isinstance(value, str)}


@lru_cache(maxsize=8192)
def _zone_of(stated: str | None, *places: str | None) -> Zone | tuple[None, None]:
    return zones.of(stated, Place(*places[:3]), Place(*places[3:6]), places[6]) or (None, None)


def _short(text: str) -> str:
    return text if len(text) <= MAX_EXTRA_TEXT else text[: MAX_EXTRA_TEXT - 1].rstrip() + "…"


def _bounded(extras: dict[str, str]) -> dict[str, str]:
    """The first of the extras, as many as a lead may hold."""
    if len(extras) > MAX_EXTRAS:
        extras = dict(islice(extras.items(), MAX_EXTRAS))
    if 6 * (sum(map(len, extras)) + sum(map(len, extras.values())) + len(extras)) <= MAX_EXTRA_BYTES:
        return extras
    sizes = accumulate(
        len(json.dumps({own: text}, ensure_ascii=False).encode("utf-8", "replace")) for own, text in extras.items()
    )
    return dict(item for item, size in zip(extras.items(), sizes, strict=True) if size <= MAX_EXTRA_BYTES)


def _tags(text: str) -> tuple[str, ...]:
    found = (tag.strip() for tag in text.replace(";", ",").split(","))
    return tuple(dict.fromkeys(tag for tag in found if tag and not blanks.blank("tags", tag, {})))


def _address(text: str) -> str:
    """The address in a mailbox such as `Ann <ann@acme.example>`, without spaces at its ends and around the @.

    Spaces elsewhere stay: what was meant is anybody's guess, and Qualify refuses it.
    """
    if text.isprintable() and " " not in text and "<" not in text and ":" not in text:
        return text
    text = one_line(text)
    boxed = _MAILBOX.match(text)
    if boxed:
        text = boxed[1].strip()
    if text[:7].casefold() == "mailto:":
        text = text[7:].strip()
    return _AROUND_AT.sub("@", text)


@lru_cache(maxsize=4096)
def _company_domain(text: str) -> str | None:
    """The domain of a web address that a company has to itself, else None."""
    found = _WEB_ADDRESS.match(text.strip())
    if not found:
        return None
    written = found[1].strip()
    host = written.rstrip(".").lower()
    if not _PLAIN_DOMAIN.fullmatch(host):
        try:
            # As it is written: lower case is not the same for all letters (docs/decisions/0016-normal-form.md).
            host = kinds.domain(written)
        except ValueError:
            return None
    return None if shared(host) else host


def _mail_domain(address: str | None) -> str | None:
    """The domain of an address when it belongs to a company."""
    if not address or "@" not in address:
        return None
    domain = address.rpartition("@")[2].lower()
    if not _PLAIN_DOMAIN.fullmatch(domain):
        domain = email_domain(address)
    return _company_domain(domain) if domain else None


def _problems(known: dict[str, Any]) -> Iterator[Problem]:
    email = known.get("email")
    if not _is_plain(email) and lead_id(0, *map(known.get, _IDENTITY)) is None:
        lacks = "requires an email address, a LinkedIn URL, or a name with a company domain"
        if email:
            stated = email if len(email) <= 50 else email[:49] + "…"
            others = "there is no LinkedIn URL and no name with a company domain"
            lacks = f"{stated!r} is not a valid email address, and {others}"
        yield Problem("email", lacks)
    name = known.get("name")
    if name and len(name) > MAX_NAME:
        yield Problem("name", f"has {len(name)} characters; the limit is {MAX_NAME}")


def _is_plain(address: str | None) -> bool:
    """Whether an address is clearly an identity, as nearly all are: the rest take the longer way."""
    return address is not None and address.isascii() and _PLAIN_ADDRESS.fullmatch(address) is not None


def _worded(error: ValidationError, known: Sequence[Problem]) -> Iterator[Problem]:
    """Pydantic's errors in our words, one per field that is not among the known ones."""
    seen = {problem.field for problem in known}
    if "name" in seen:
        seen |= {"first_name", "last_name"}
    for each in error.errors(include_url=False):
        field = ".".join(str(part) for part in each["loc"] if isinstance(part, str) and part != "enrichment")
        if field in seen:
            continue
        seen.add(field)
        if each["type"] == "string_too_long":
            limit = each["ctx"]["max_length"]
            yield Problem(field, f"has {len(each['input'].strip())} characters; the limit is {limit}")
        else:
            yield Problem(field or "enrichment", each["msg"].removeprefix("Value error, "))
