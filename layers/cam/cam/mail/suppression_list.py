"""Lists of who must not be written to, as other tools export them: which columns say whom, why and since when. Pure.

A row names an address, a domain, or the hash of either. A file without a header is read by what its first row holds.
docs/suppressions.md shows what is understood.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import NamedTuple

from publicsuffixlist import PublicSuffixList

from cam.leads import csvfile
from cam.leads.csvfile import FileFacts, Place, Row
from cam.leads.headers import Meanings, key
from cam.mail import list_dates
from cam.mail.list_dates import Order
from cam.model.addresses import normalise, shared
from cam.model.errors import Invalid
from cam.model.settings import kinds
from cam.model.settings.kinds import Frozen
from cam.platform.keys import HASH
from cam.text.characters import hidden, mended, one_line
from cam.text.cleaning import clip

MOST_REASON = 200
# An address has at most 64 and 253 characters and the @ (RFC 5321 §4.5.3.1).
_LONGEST = 320
# So many rows are looked at to tell what a column without a header holds, and how its dates are written.
_LOOKED_AT = 2_000
# Spreadsheets take such a cell for a formula; exports put an apostrophe before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

# Field → the headers that mean it, the most telling first. They are compared by `headers.key`, without accents.
COLUMNS: dict[str, tuple[str, ...]] = {
    "address": (
        "Address", "Email", "Email Address", "Mail", "Mail Address", "Recipient", "Recipient Address",
        "Subscriber", "Subscriber Email", "Contact Email", "Work Email", "Lead Email", "Person Email", "To",
        "Suppressed Address", "Suppressed Email", "Blocked Email", "Unsubscribed Email", "Address or Domain",
        "Email or Domain", "Email/Domain", "Emails/Domains", "Emails and Domains", "Emails", "Addresses", "Entry",
        "Value", "Identifier", "Blocklist", "Blacklist", "Block List", "Do Not Contact", "Do Not Email", "Suppression",
        "E-Mail-Adresse", "Mailadresse", "Adresse", "Empfänger", "Empfängeradresse", "E-Mail oder Domain",
        "Sperrliste", "Adresse e-mail", "Adresse mail", "Adresse électronique", "Courriel", "Destinataire", "Mél",
        "Correo", "Correo electrónico", "Dirección de correo", "Dirección de correo electrónico", "Destinatario",
        "Indirizzo", "Indirizzo email", "Indirizzo e-mail", "Indirizzo di posta elettronica", "Posta elettronica",
        "E-mailadres", "Mailadres", "Adres", "Ontvanger",
    ),
    "domain": (
        "Domain", "Domains", "Domain Name", "Blocked Domain", "Suppressed Domain", "Email Domain", "Excluded Domain",
        "Domäne", "Maildomain", "E-Mail-Domain", "Gesperrte Domain", "Domaine", "Nom de domaine", "Dominio",
        "Dominio bloqueado", "Nombre de dominio", "Nome dominio", "Domein", "Domeinnaam",
    ),
    "hash": ("Hash", "SHA-256", "SHA256 Hash", "Email SHA256"),
    "reason": (
        "Reason", "Suppression Reason", "UNSUB_REASON", "UNSUB_REASON_OTHER", "Unsubscribe Reason",
        "Unsubscribed Reason", "Opt-out Reason", "Block Reason", "Bounce Reason", "Complaint Reason",
        "Blocked Reason", "Type", "Suppression Type", "Unsubscribe Type", "Cause", "Category", "Status", "Note",
        "Notes", "Comment", "Comments", "Description", "Error", "Grund", "Abmeldegrund", "Sperrgrund", "Ursache", "Typ",
        "Bemerkung", "Kommentar", "Notiz", "Raison", "Motif", "Motif de désabonnement", "Raison du désabonnement",
        "Commentaire", "Remarque", "Razón", "Motivo", "Motivo de baja", "Causa", "Comentario", "Ragione",
        "Motivazione", "Motivo disiscrizione", "Commento", "Nota", "Reden", "Reden van uitschrijving", "Oorzaak",
        "Opmerking",
    ),
    "date": (
        "Since", "UNSUB_TIME", "CLEAN_TIME", "Unsubscribed At", "Unsubscribed On", "Unsubscribe Date",
        "Unsubscribe Time", "Unsubscribed Date", "Unsubscribed Time", "Unsubscription Date", "Opt-out Date",
        "Opted Out At", "Opted Out On", "Opted Out Date", "OptOut_Date", "Optout Time", "Suppressed At",
        "Suppressed On", "Suppression Date", "Blocked At", "Blocked On", "Bounced At", "Bounce Date", "Complained At",
        "Complaint Date", "Date of Unsubscribe", "Added At", "Added On", "Date Added", "Created", "Created At",
        "Created On", "Creation Date", "Date Created", "Create Date", "Created Date", "Last Update Time",
        "LastUpdateTime", "Date", "Time", "Timestamp", "Datetime", "Ts", "Seit", "Abgemeldet am", "Abmeldedatum",
        "Gesperrt am", "Sperrdatum", "Datum", "Zeitpunkt", "Erstellt am", "Hinzugefügt am", "Depuis", "Désabonné le",
        "Date de désabonnement", "Désinscrit le", "Date de désinscription", "Date de création", "Créé le",
        "Ajouté le", "Desde", "Fecha", "Fecha de baja", "Fecha de creación", "Dado de baja el", "Creado el", "Dal",
        "Data", "Data disiscrizione", "Data di disiscrizione", "Data di creazione", "Disiscritto il", "Creato il",
        "Sinds", "Uitgeschreven op", "Uitschrijfdatum", "Aangemaakt op", "Toegevoegd op",
    ),
}  # fmt: skip
_NAMES = ("address", "domain", "hash")
# Words by which a column without a header is one of reasons, compared as headers are.
_REASON = re.compile(
    "bounc|complain|unsub|optout|optedout|spam|block|invalid|manual|suppress|abus|reject|undeliver|abgemeldet|abmeld"
    "|gesperrt|widerspr|beschwerde|desabonn|desinscri|plainte|baja|queja|disiscri|reclam|uitgeschreven|afgemeld|klacht"
)
# What rows count as.
KINDS = ("addresses", "domains", "hashes", "refused")


def _plain(header: str) -> str:
    """A header as it is compared: case-folded letters and digits without accents."""
    parts = unicodedata.normalize("NFKD", header)
    return key("".join(sign for sign in parts if not unicodedata.combining(sign)))


# Header → (field, rank), with and without accents: csvfile compares with them.
_KNOWN: dict[str, tuple[str, int]] = {
    form: (field, rank)
    for field, headers in COLUMNS.items()
    for rank, header in reversed([*enumerate(headers)])
    for form in (key(header), _plain(header))
}


class Named(NamedTuple):
    """Whom a row names: a normalised address or a domain, or the hash of either (then `name` is empty)."""

    name: str
    hash: str = ""
    reason: str | None = None
    since: datetime | None = None
    # Something about the row's date that people should hear of: "unreadable" or "future".
    doubt: str | None = None


class Problem(NamedTuple):
    """Why a row is refused, and which field is to blame."""

    field: str
    message: str


class Layout(Frozen):
    """What the columns of a file mean: the places of each field, the most telling first; and how dates are written.

    `headed`: whether the first row is a header.
    """

    facts: FileFacts
    places: dict[str, tuple[int, ...]]
    headed: bool
    order: Order | None


def layout(head: bytes, own: Meanings | None = None) -> Layout:
    """How a list is written, by its first megabyte. `own`: what a user says that headers mean, or null for nothing.

    Raises Invalid when no column names an address, a domain or a hash.
    """
    stated = {_plain(header): field for header, field in (own or {}).items()}
    found = csvfile.facts(head, None, likeliest=True)
    meant = {*_KNOWN, *map(key, own or {})}
    places = _places(found.header, stated)
    if places:
        # Now that it has a header, the delimiter that shows the most of it.
        found = csvfile.facts(head, meant, likeliest=True)
        places = _places(found.header, stated)
    unknown = [header for header in own or {} if _plain(header) not in {_plain(one) for one in found.header}]
    if unknown:
        columns = clip(", ".join(found.header), 500)
        raise Invalid(f"The file has no column {unknown[0]!r}. Its columns: {columns}.", "mapping")
    headed = any(name in places for name in _NAMES)
    if not headed:
        if own:
            raise Invalid("Say which column holds the addresses or domains.", "mapping")
        headed, found, places = _by_content(head, found)
    first = _first(head, found)
    dates = [row.cells[place] for row in first for place in places.get("date", ())]
    return Layout(facts=found, places=places, headed=headed, order=list_dates.order(dates))


def _first(head: bytes, facts: FileFacts) -> list[Row]:
    return [row for row in islice(csvfile.rows(head, facts), _LOOKED_AT) if not row.error]


def _places(header: Sequence[str], stated: Meanings) -> dict[str, tuple[int, ...]]:
    ranked = []
    for place, name in enumerate(header):
        plain = _plain(name)
        field, rank = (stated[plain], -1) if plain in stated else _KNOWN.get(plain, (None, 0))
        if field:
            ranked.append((field, rank, place))
    ranked.sort()
    return {field: tuple(place for other, _, place in ranked if other == field) for field, _, _ in ranked}


def _by_content(head: bytes, found: FileFacts) -> tuple[bool, FileFacts, dict[str, tuple[int, ...]]]:
    """A file whose header, if it has one, says nothing: whether it has one, and what its columns hold.

    Raises Invalid when none of them names anybody.
    """
    headed = not any(map(_looks_like_a_name, found.header))
    if not headed:
        found = FileFacts(
            delimiter=found.delimiter,
            header=tuple(f"Column {number}" for number in range(1, len(found.header) + 1)),
            start=Place(0, 0, 1, found.start.encoding),
        )
    first = _first(head, found)
    kinds_of = {"address": _looks_like_a_name, "date": list_dates.looks_so, "reason": _looks_like_a_reason}
    places: dict[str, tuple[int, ...]] = {}
    for field, looks_so in kinds_of.items():
        for place in range(len(found.header)):
            cells = [cell for row in first if (cell := row.cells[place].strip())]
            taken = (place,) in places.values()
            if not taken and field not in places and 2 * sum(map(looks_so, cells)) > len(cells):
                places[field] = (place,)
    if "address" not in places:
        raise Invalid(
            "No column holds addresses or domains. Name one 'email' or 'domain', or send a mapping such as "
            '{"Kontakt": "address"}.'
        )
    return headed, found, places


def _looks_like_a_name(cell: str) -> bool:
    """Whether a cell could be meant as an address or a domain, and be it one that is refused."""
    bare = _inner(_bare(cell))
    if "@" in bare or HASH.fullmatch(bare.lower()):
        return True
    try:
        return bool(kinds.domain(bare.removeprefix("*.").removeprefix(".")))
    except ValueError:
        return False


def _looks_like_a_reason(cell: str) -> bool:
    return _REASON.search(_plain(cell)) is not None


def read(row: Row, how: Layout, now: datetime) -> Named | Problem:
    """Whom a row names, why and since when; or why it is refused. A date in the future counts as `now`."""
    if row.error:
        return Problem("row", row.error)
    for field in _NAMES:
        for place in how.places.get(field, ()):
            text = _bare(row.cells[place])
            if not text:
                continue
            named = _hash(text) if field == "hash" else _named(text, domain=field == "domain")
            return named if isinstance(named, Problem) else _dated(named, row, how, now)
    return Problem("address", "the row has no address and no domain")


def _dated(named: Named, row: Row, how: Layout, now: datetime) -> Named:
    reasons = (_bare(row.cells[place]) for place in how.places.get("reason", ()))
    reason = next((clip(text, MOST_REASON) for text in reasons if text), None)
    since, doubt = None, None
    for place in how.places.get("date", ()):
        text = row.cells[place].strip()
        if not text or list_dates.zero(text):
            continue
        since = list_dates.moment(text, how.order)
        if since and since > now:
            since, doubt = now, "future"
        else:
            doubt = None if since else "unreadable"
        break
    return named._replace(reason=reason, since=since, doubt=doubt)


def _bare(cell: str) -> str:
    """A cell on one line, without the apostrophe that keeps spreadsheets from running it."""
    text = one_line(mended(cell)).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _hash(text: str) -> Named | Problem:
    lower = text.lower()
    if HASH.fullmatch(lower):
        return Named("", lower)
    return Problem("hash", f"{_short(text)} is not a SHA-256 hash: it needs 64 characters 0–9 and a–f")


def _named(text: str, domain: bool = False) -> Named | Problem:
    """The address or domain in a cell. `*@acme.com`, `@acme.com` and `*.acme.com` are the domain."""
    bare = _inner(_bare(text))
    lower = bare.lower()
    if HASH.fullmatch(lower):
        return Named("", lower)
    local, at, host = bare.rpartition("@")
    if at and local not in ("", "*", "%"):
        return _address(bare, local, host)
    name = (host if at else bare).removeprefix("*.").removeprefix(".")
    field = "domain" if domain or at else "address"
    try:
        name = kinds.domain(name)
    except ValueError as error:
        if domain or at:
            return Problem(field, str(error))
        return Problem(field, f"{_short(text)} is neither an email address nor a domain")
    return _whole(name, field) or Named(name)


def _address(bare: str, local: str, host: str) -> Named | Problem:
    if len(bare) > _LONGEST:
        return Problem("address", f"the address has {len(bare)} characters; the limit is {_LONGEST}")
    if any(sign.isspace() or hidden(sign) or sign in "<>@,;" for sign in local.strip('"')):
        return Problem("address", f"{_short(bare)} is not a valid email address: write one address in each row")
    try:
        kinds.domain(host)
    except ValueError as error:
        return Problem("address", f"{_short(bare)} is not a valid email address: {error}")
    return Named(normalise(bare))


def _inner(text: str) -> str:
    """The address in `Ann <ann@acme.com>`, `mailto:ann@acme.com` or quotation marks."""
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    return text[7:].strip() if text[:7].lower() == "mailto:" else text


def _whole(name: str, field: str) -> Problem | None:
    """Why a domain is not taken from a file: it stands for many companies, or for a part of the internet."""
    if shared(name):
        return Problem(
            field,
            f"{name} is the mail provider of many people, who would all be suppressed. List their addresses; "
            "if you do mean everybody there, add it by itself with POST /suppressions",
        )
    if _suffixes().publicsuffix(name) == name:
        return Problem(
            field,
            f"{name} is the ending of many companies' domains, which would all be suppressed. Write the company's "
            "own domain",
        )
    return None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _short(text: str) -> str:
    return repr(clip(text, 80))


def kind(one: Named | Problem) -> str:
    """What a row counts as."""
    if isinstance(one, Problem):
        return "refused"
    return "hashes" if not one.name else "addresses" if "@" in one.name else "domains"
