"""Who must not be written to, by the file that names them: which columns say so, and which of their values. Pure.

A column is known by its header, or by the words in it, of the exports of CRMs and of tools that send email, in English,
German, French, Spanish, Italian and Dutch. docs/sources.md shows what is understood.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any, NamedTuple

from cam.leads.headers import key
from cam.leads.opt_out_headers import HEADERS, Kind
from cam.rules import deliverability
from cam.rules.deliverability import Deliverability

# Fields of a lead, and targets of a mapping: what a column can say.
TARGETS = ("do_not_contact", "bounced")
_LONGEST = 100


class Says(StrEnum):
    """What a cell says: the person objected to email, or the address takes none."""

    DO_NOT_CONTACT = "do_not_contact"
    BOUNCED = "bounced"


# Words by which any other header says so, as `_plain` leaves them.
_OPT_OUT = re.compile(
    "opt(?:ed|s)?out|unsub(?!stan|ject|mit)|(?:donot|dont)(?:contact|email|mail|sendemail|bulkemail|allowemail"
    "|allowbulkemail|allowcontact|reach|prospect|market|includein)|^dne$|unmailable"
    "|(?:excluded?|removed?)from(?:all)?(?:the)?(?:e?mail|mailing|newsletter|list|campaign|marketing|sequence|outreach"
    "|contact|communication|send)|^(?:is|on|e?mail)*dnc(?:e?mail|reason|flag|date|on|at)*$"
    "|^never(?:contact|e?mail)(?!ed)|^stop(?:contact|e?mail|mailing)s?$|nolonger(?:want|wish|contact|e?mail|receive)|righttoobject|^gdprobject"
    "|objected(?:to)?(?:contact|e?mail|mailing|marketing|processing)"
    "|unmarketable|(?:e?mails?)blocked|blocked(?:e?mails?)|quarantined|abuse(?:report|complaint)|complaint(?:date|on|at|time)"
    "|blacklist|blocklist|denylist|suppress|spamcomplaint|spamreport|(?:marked|reported|flagged)(?:e?mail)?(?:as)?spam"
    "|complained|withdrawnconsent|consent(?:was|is)?(?:withdrawn|revoked)|revokedconsent"
    "|abgemeldet|abmeldung|abmeldedatum|abbestell|widersproch|widerspruch|werbesperre|mailsperre|mailingsperre"
    "|kontaktsperre|newslettersperre|werbewiderruf|nicht(?:mehr)?(?:kontaktieren|anschreiben|anmailen|mailen|bewerben)"
    "|keinewerbung|(?:kontakt|empfanger|adresse|newsletter)gesperrt"
    "|(?:werbung|e?mails?|mailings?|newsletter|kontakt)(?:ist)?(?:untersagt|unerwunscht|verboten|abgelehnt"
    "|nichterlaubt|nichterwunscht|nichtgewunscht)|keinee?mails?(?:$|mehr|senden|schicken|zusenden|erwunscht)|keinemailings?|keinnewsletter|keinkontakt|kontaktverbot|mailverbot|werbeverbot|widerrufen"
    "|e?mailgesperrt|sperrvermerk|nichtperemail|robinsonlist"
    "|desabonn|desinscri|ne(?:pas|plus)(?:etre)?(?:contact|e?mailer|envoyer|sollicit|relancer|ecrire|demarcher)|listenoire"
    "|nepasautoriser(?:les)?(?:e?mail|courriel)|nesouhaiteplus|nesouhaitepas|(?:refuse?r?|oppose?e?s?|opposition)(?:les?|des?|du|au|aux|ala|a|la|l|d)*"
    "(?:prospection|e?mail|contact|pub|demarchage|newsletter|sollicitation|courriel)"
    "|dadodebaja|dadadebaja|fechadebaja|^bajade|bajaemail|bajamail|bajacorreo"
    "|(?:solicit|pidio|pide)[a-z]*baja|excluid[oa]de(?:los)?(?:envio|correo|e?mail|mailing|campana|lista|newsletter)"
    "|nomas(?:correo|e?mail)|nopermitir(?:los)?(?:correo|e?mail)|suscripcioncancelada(?:a|de)|noquiere(?:recibir|correo|e?mail|publicidad)|nodesea|nomolestar|nocontactar|noenviar|listanegra|desuscri"
    "|descadastr|cancelou[a-z]*inscricao|naodeseja|naopermitire?mail|naoquerreceber|naoperturb|naocontat|naocontact|naoenviar"
    "|disiscri|disiscriz|noncontattare|noninviare|nondesidera|nonconsentire(?:la|le|i)?e?mail|nondisturb|nonvuole|listanera|revoca(?:del|to)?(?:il)?consenso"
    "|consensorevocato|cancellat[oa]da(?:lla|l|lle)?(?:newsletter|lista|mailing|e?mail)"
    "|uitgeschreven|uitschrij|afgemeld|niet(?:meer)?(?:contacteren|benaderen|e?mailen|aanschrijven)|geene?mail|e?mails?niettoestaan|geenreclame|geennieuwsbrief"
    "|geencontact|zwartelijst"
)
_BOUNCE = re.compile(
    "(?:is|has|was|last(?=e?mailhard|hard)|(?:motivo|motif|raison|grund|fecha|data|date)(?:del?|du|des|di|do|fur)*)?(?:e?mail|contact|lead|person|prospect|address|marketing|primary)*"
    "(?:hard)?bounced?(?:back)?(?:e?mail)?(?:reason|date|type|time|on|at|code|message|category|status|flag|enum|grund|datum|motivo|motif|raison|reden|fecha)?"
)
_STATUS = re.compile(
    "status|stage|statut|estado|stato|preference|preferredcontact|permissiontype|(?:member|subscription|subscriber|contact|lead|e?mail|consent)state"
    "|abonnement|suscripcion|iscrizione|inschrijving"
)
_CONSENT = re.compile(
    "(?:is|has)?(?:e?mail|marketing|newsletter|contact|gdpr)*(?:opt|opted)in(?:to|for)?(?:e?mails?|marketing|newsletter)*"
    "|(?:e?mail|marketing|werbe|gdpr|dsgvo)*(?:optin|einwilligung|zustimmung|consent|consentement|consentimiento|consenso"
    "|toestemming)(?:zur|fur|au|alle?|per|para|voor|a)?(?:e?mails?|werbung|marketing|newsletter|kontakt)*"
    "(?:vorhanden|erteilt|liegtvor|gegeben|given|granted|obtained|present|donne|obtenu|dato|dado|otorgado|gegeven)"
    "|(?:can|may)(?:receive|get|besent)(?:e?mails?|marketing|newsletters?)+"
    "|(?:is|prospect|contact|lead|person|e?mail)*(?:mailable|marketable|contactable|emailable)"
    "|(?:e?mail|mailing|marketing|contact|advertising|werbung|kontakt|mails?)(?:is|ist)?(?:allowed|permitted|erlaubt)"
)
# These are not about email, unless email is named, too.
_OTHER_CHANNEL = re.compile(
    "phone|telefon|telefoon|telephone|telefono|mobile|mobil|handy|anruf|sms|fax|whatsapp|viber|postal|postweg"
    "|(?<!news)letter|(?<!nieuws)brief|courrier|donotcall|dontcall|phonecall|^calls?|callopt|out(?:of)?(?:call|text)|^text|textmessage|voice|push|linkedin|donottrack|donotsell"
)
# Numbers about mailings, and links: not the word of a person.
_NO_FLAG = re.compile(
    "rate|percent|quote|taux|tasa|score|count|number|anzahl|nombre|numero|aantal|total|sum$|link|url|token|hash|html"
    "|page|footer|template|soft|visits|website|session|deal|order|project|ticket|invoice|payment"
)
# What a header holds that should be asked about, when nothing else is known of it.
_LOOKS_SO = re.compile(
    "opt(?:ed|s)?out|unsub(?!stan|ject|mit)|donot|nevercontact|nevere?mail|stope?mail|dont(?:contact|e?mail|send)|nocontact|noe?mail|^dnc|dnc$|blacklist"
    "|blocklist|blocked|denylist|suppress|bounc|spam|complain|exclude"
    "|abgemeld|abmeld|abbestell|widerspr|widerruf|sperr|robinson|keinee?mail|keinewerb|untersagt|unerwunscht"
    "|desabonn|desinscri|nepas|listenoire|neplus|opposition|^baja|baja$|desuscri|noenviar|nocontactar|listanegra|bloquea"
    "|descadastr|disiscri|noncontat|nondisturb|listanera|bloccat|uitgeschr|uitschrij|afgemeld|nietmail|nietcontact|zwartelijst"
    "|geblok|bezwaar"
)

_MARKS = frozenset("✓✔✅☑√☒■●✗✘❌✕")
_CROSSES = frozenset("✗✘❌✕☐□○")
_NO = frozenset({
    "n", "no", "non", "nein", "nee", "nej", "ne", "nie", "nao", "f", "false", "falsch", "faux", "falso", "fals",
    "onwaar", "vals", "0", "off", "aus", "none", "null", "nil", "na", "nan", "nv", "undefined", "never", "niemals",
    "jamais", "nunca", "jamas", "mai", "nooit", "nothing", "keine", "keiner", "kein", "aucun", "aucune", "ninguno",
    "ninguna", "nessuno", "geen", "unknown", "unbekannt", "inconnu", "desconocido", "sconosciuto", "onbekend",
    "unchecked", "unset", "notset", "empty", "blank", "optin", "optedin", "in", "subscribed", "subscribe", "active",
    "aktiv", "actif", "activo", "attivo", "actief", "abonniert", "angemeldet", "abonne", "inscrit", "suscrito",
    "iscritto", "ingeschreven", "allow", "allowed", "allows", "erlaubt", "autorise", "permitido", "consentito",
    "toegestaan", "zulassen", "autoriser", "permitir", "consenti", "toestaan",
    "ok", "okay", "cancontact", "mailable", "contactable", "notoptedout", "notunsubscribed",
    "notsuppressed", "notblacklisted", "notblocklisted", "notblocked", "notbounced", "nobounce", "nooptout",
    "neveroptedout", "neverunsubscribed", "hasnotoptedout", "valid", "deliverable", "nichtabgemeldet", "nichtgesperrt",
    "nondesabonne", "clean", "whitelisted", "notlisted", "good", "send", "sent", "delivered",
})  # fmt: skip
_CLEAR_NO = frozenset({
    "n", "no", "non", "nein", "nee", "nej", "nie", "nao", "f", "false", "falsch", "faux", "falso", "fals", "onwaar",
    "vals", "0", "off", "aus", "never", "optout", "optedout", "unsubscribed", "unsubscribe", "notallowed",
    "donotallow", "nichtzulassen", "nepasautoriser", "nopermitir", "nonconsentire", "niettoestaan",
    "donotsend", "donotemail", "donotcontact", "disallowed", "denied", "declined", "refused", "rejected",
    "withdrawn", "revoked", "objected", "optedoutofemail", "blocked", "blacklisted", "blocklisted", "suppressed",
    "widerrufen", "widersprochen", "abgelehnt", "verweigert", "abgemeldet", "nichterlaubt", "refuse", "retire",
    "desabonne", "desinscrit", "denegado", "rechazado", "revocado", "debaja", "rifiutato", "revocato", "disiscritto",
    "geweigerd", "ingetrokken", "uitgeschreven",
})  # fmt: skip
# No moment at all: zero of Unix, .NET and Excel.
_NO_DATE = re.compile(r"(?:0001-01-01|1970-01-01|1900-01-0[01]|0?1/0?[01]/1900|0?1[/.]0?1[/.](?:1970|0001))(?!\d)")
_SOFT = re.compile("soft|transient|tempora|vorubergehend")

# Phrases of a status, as whole words, that mean this wherever they stand.
_PHRASES = {
    Says.DO_NOT_CONTACT: (
        "unsubscribed", "unsubscribe", "unsub", "opted out", "opt out", "optout", "optedout", "do not contact",
        "donotcontact", "dont contact", "do not email", "donotemail", "do not mail", "donotmail", "do not prospect",
        "do not send", "do not market", "dnc", "blacklisted", "blacklist", "black listed", "blocklisted", "blocklist",
        "block listed", "globally suppressed", "user suppressed", "email suppressed", "manually suppressed",
        "spam complaint", "marked as spam", "marked spam", "reported spam", "reported as spam", "spam report",
        "complained", "consent withdrawn", "withdrawn consent", "consent revoked", "unmarketable", "non marketable",
        "abgemeldet", "abbestellt", "widersprochen", "widerspruch", "werbesperre", "kontaktsperre",
        "nicht kontaktieren", "nicht anschreiben", "keine werbung", "keine e mails", "desabonne", "desabonnee",
        "desinscrit", "desinscrite", "ne pas contacter", "liste noire", "dado de baja", "dada de baja", "de baja",
        "no contactar", "no enviar",
        "lista negra", "desuscrito", "suscripcion cancelada",
        "descadastrado", "nao contatar", "nao contactar", "disiscritto", "disiscritta",
        "non contattare", "lista nera", "uitgeschreven", "afgemeld", "niet contacteren", "niet benaderen",
        "niet mailen", "zwarte lijst",
    ),
    Says.BOUNCED: (
        "bounced", "hard bounce", "hardbounce", "hard bounced", "hardbounced", "undeliverable", "spamtrap",
        "spam trap", "invalid email", "invalid email address", "bad email", "email invalid", "mailbox not found",
        "unzustellbar", "rucklaufer", "rebotado", "rimbalzato", "onbestelbaar",
    ),
}  # fmt: skip
# Whole statuses of a person that mean this, and something else where it is not about a person.
_PERSON_WORDS = {
    Says.DO_NOT_CONTACT: (
        "blocked", "suppressed", "spam", "junk", "abuse", "complaint", "complainer", "excluded", "removed",
        "withdrawn", "revoked", "objected", "denied", "stop", "gesperrt", "blockiert", "bloque", "bloqueado", "baja",
        "bloccato", "geblokkeerd", "never contact", "no contact", "no email", "no emails",
    ),
    Says.BOUNCED: (
        "bounce", "bounces", "cleaned", "invalid", "held", "bouncing", "dead email", "ungultig", "invalide",
        "invalido", "non valido", "ongeldig", "toxic", "disposable", "disposable email",
        "temporary email", "throwaway", "disabled mailbox", "email disabled", "rejected email",
        "mailbox does not exist", "dead server", "domain error", "syntax error",
    ),
}  # fmt: skip
# Of a verifier, these words are about the address: `deliverability` has them.
_OF_VERIFIERS = frozenset({"do not mail", "donotmail", "do not send", "blacklisted", "blacklist", "blocklisted",
                           "complained", "spam complaint", "marked spam", "marked as spam", "dnc"})  # fmt: skip
# By these a verifier's word is known as one, wherever it stands.
_OF_MAILBOXES = re.compile("mail|mailbox|inbox|domain|mx|smtp|dns|syntax|spamtrap|deliver|zustell")
# DeBounce's result codes: syntax, spam trap, disposable, invalid.
_BAD_CODES = frozenset("1236")
_NOT = frozenset({"not", "never", "non", "no", "nicht", "nie", "pas", "niet"})
_WORD_ENDS = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")
_ADDRESS = re.compile(r"[^\s,;<>|\"'()]+@[^\s,;<>|\"'()@]+")
_MOST_ADDRESS = 320


class Column(NamedTuple):
    """A column that may say of a person that they must not be written to: how it is read, its place and its header."""

    kind: Kind
    place: int
    header: str


class Said(NamedTuple):
    """What a row says of its person, the column that says it, and its words."""

    says: Says
    column: str
    value: str

    @property
    def fields(self) -> dict[str, Any]:
        """What becomes of it on the lead."""
        return {self.says.value: True, "stop_note": f"column {self.column[:200]}: {self.value}"}


def column(place: int, header: str, field: str | None, stated: bool) -> Column | None:
    """How a column is read, if it can say that somebody must not be written to.

    `field` is what it means; `stated`: by the user's own mapping. A column that the user means for something else, or
    for nothing, says nothing of this.
    """
    if field in TARGETS:
        own = _own_kind(header)
        if own in (None, Kind.OTHER_STATUS):
            own = Kind.OPT_OUT if field == Says.DO_NOT_CONTACT else Kind.BOUNCE
        return Column(own, place, header)
    kind = {"email_status": Kind.EMAIL_STATUS, "tags": Kind.TAGS}.get(field or "")
    if kind is None and not stated and (field is None or field == "state"):
        kind = _own_kind(header)
    return Column(kind, place, header) if kind else None


@lru_cache(maxsize=1024)
def _own_kind(header: str) -> Kind | None:
    """How a column of this header is read."""
    plain = _plain(header)
    if (found := _KINDS.get(plain)) is not None:
        return found
    if _elsewhere(plain) or _NO_FLAG.search(plain):
        return None
    if _BOUNCE.fullmatch(plain):
        return Kind.BOUNCE
    if _OPT_OUT.search(plain):
        return Kind.OPT_OUT
    if _STATUS.search(plain):
        return Kind.OTHER_STATUS
    return Kind.CONSENT if _CONSENT.fullmatch(plain) else None


def listed(header: str) -> bool:
    """Whether the table has a header."""
    return _plain(header) in _KINDS


def target(kind: Kind) -> str | None:
    """The field of a lead that such a column is read into; None: its values decide between several, or nothing."""
    if kind in (Kind.OPT_OUT, Kind.CONSENT):
        return Says.DO_NOT_CONTACT.value
    return Says.BOUNCED.value if kind in (Kind.BOUNCE, Kind.VALID) else None


def looks_so(header: str) -> bool:
    """Whether a header reads as if its column said who must not be written to."""
    plain = _plain(header)
    kind = _KINDS.get(plain)
    if kind is not None:
        return kind <= Kind.VALID
    return not _elsewhere(plain) and not _NO_FLAG.search(plain) and _LOOKS_SO.search(plain) is not None


def about_email(header: str) -> bool:
    """Whether a header can be about email, as far as its words say: `Phone status` is not."""
    return not _elsewhere(_plain(header))


def _elsewhere(plain: str) -> bool:
    return "mail" not in plain and _OTHER_CHANNEL.search(plain) is not None


def said(cells: Sequence[str], columns: Iterable[Column]) -> Said | None:
    """What a row says of its person: an opt-out before a bounce, whichever of the columns it stands in."""
    bounced: Said | None = None
    for kind, place, header in columns:
        text = cells[place]
        if not text:
            continue
        says = _READERS[kind](text if len(text) <= _LONGEST else text[:_LONGEST])
        if says is Says.DO_NOT_CONTACT:
            return Said(says, header, _shown(text))
        if says and not bounced:
            bounced = Said(says, header, _shown(text))
    return bounced


def addresses(text: str) -> list[str]:
    """Every address in a cell."""
    found = (one.removeprefix("mailto:").rstrip(".") for one in _ADDRESS.findall(text))
    return [one for one in found if len(one) <= _MOST_ADDRESS]


def read(kind: Kind, text: str) -> Says | None:
    """What a cell of such a column says."""
    return _READERS[kind](text)


def _read(kind: Kind, text: str) -> Says | None:
    match kind:
        case Kind.OPT_OUT:
            return Says.DO_NOT_CONTACT if _yes(text) else None
        case Kind.BOUNCE:
            return Says.BOUNCED if _yes(text) and not _SOFT.search(_plain(text)) else None
        case Kind.CONSENT:
            return Says.DO_NOT_CONTACT if _clear_no(text) or _phrase(text, {}) is Says.DO_NOT_CONTACT else None
        case Kind.VALID:
            return Says.BOUNCED if _clear_no(text) else None
        case Kind.PERSON_STATUS:
            return _phrase(text, _PERSON_WORDS) or (Says.BOUNCED if _no_mailbox(text) else None)
        case Kind.OTHER_STATUS:
            return _phrase(text, {})
        case Kind.EMAIL_STATUS:
            words = _words(text)
            found = _phrase(text, {})
            return found if found is Says.DO_NOT_CONTACT and words not in _OF_VERIFIERS else None
        case Kind.FURTHER_STATUS:
            bad = deliverability.of(text) is Deliverability.UNDELIVERABLE or deliverability.disposable(text)
            return _read(Kind.EMAIL_STATUS, text) or (Says.BOUNCED if bad else None)
        case Kind.CODE:
            return Says.BOUNCED if text.strip() in _BAD_CODES else None
        case Kind.TAGS:
            tags = [_phrase(tag, {}) for tag in re.split("[,;|]", text)]
            return next((one for one in Says if one in tags), None)


def _no_mailbox(text: str) -> bool:
    """Whether a status that could be about anything is a verifier's, and says that the address is none."""
    return _OF_MAILBOXES.search(_plain(text)) is not None and deliverability.of(text) is Deliverability.UNDELIVERABLE


def _yes(text: str) -> bool:
    """Whether a cell of a column that flags people flags this one: anything but a clear no does."""
    plain = _plain(text)
    if not plain:
        return not _MARKS.isdisjoint(text) and _CROSSES.isdisjoint(text)
    return plain not in _NO and bool(plain.strip("0")) and not _NO_DATE.match(text.strip())


def _clear_no(text: str) -> bool:
    plain = _plain(text)
    return plain in _CLEAR_NO if plain else not _CROSSES.isdisjoint(text)


def _phrase(text: str, more: Mapping[Says, Sequence[str]]) -> Says | None:
    """What a status says: a phrase in it, or all of it as one of `more`. Of a soft bounce, nothing."""
    words = _words(text)
    for says in Says:
        if words in more.get(says, ()):
            return says
        found = _FOUND[says].search(f" {words} ")
        if found and not (says is Says.BOUNCED and " soft " in f" {words} "):
            before = words[: max(0, found.start() - 1)].split()
            if not before or before[-1] not in _NOT:
                return says
    return None


def _words(text: str) -> str:
    """The words of a status, without case and accents: `emailsUnsubscribed` is `emails unsubscribed`."""
    return " ".join(_WORD_ENDS.sub(" ", _unaccented(text).replace("'", "").replace("’", "")).casefold().split())


def _plain(text: str) -> str:
    """Text reduced to what is compared: letters and digits without case and accents."""
    return key(_unaccented(text))


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _shown(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _LONGEST else short[: _LONGEST - 1] + "…"


# By the number of the kind: the hash of an enumeration's member takes longer than all the rest of a look-up.
_READERS = [lru_cache(maxsize=1024)(partial(_read, kind)) for kind in (Kind.OPT_OUT, *Kind)]
_KINDS = {_plain(header): kind for kind, _, headers in reversed(HEADERS) for header in headers}
_FOUND = {
    says: re.compile(f"(?<= )(?:{'|'.join(sorted(map(re.escape, phrases), key=len, reverse=True))})(?= )")
    for says, phrases in _PHRASES.items()
}


def by_column(counts: Mapping[str, int], says: Says) -> dict[str, int]:
    """The columns that said so, and of how many people, the most first."""
    found = {name.removeprefix(f"{says}:"): times for name, times in counts.items() if name.startswith(f"{says}:")}
    return dict(Counter(found).most_common())
