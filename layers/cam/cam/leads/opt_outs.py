"""Who must not be written to, by the file that names them: which columns say so, and which of their values. Pure.

A column is known by its header, or by the words in it, of the exports of CRMs and of tools that send email, in English,
German, French, Spanish, Italian and Dutch. docs/sources.md shows what is understood.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum, StrEnum
from functools import lru_cache, partial
from typing import Any, NamedTuple

from cam.leads.headers import key

# Fields of a lead, and targets of a mapping: what a column can say.
TARGETS = ("do_not_contact", "bounced")
_LONGEST = 100


class Says(StrEnum):
    """What a cell says: the person objected to email, or the address takes none."""

    DO_NOT_CONTACT = "do_not_contact"
    BOUNCED = "bounced"


class Kind(IntEnum):
    """How a column is read, the plainest first: of several that say so, the first one is named."""

    # Anything but a clear no is an opt-out.
    OPT_OUT = 1
    # A clear no is an opt-out; a blank cell is nothing.
    CONSENT = 2
    # Anything but a clear no is a bounce, unless it is a soft one.
    BOUNCE = 3
    # A clear no is a bounce.
    VALID = 4
    # The state of a person, or of anything: only some words say so.
    PERSON_STATUS = 5
    OTHER_STATUS = 6
    # A verifier's word (cam.rules.deliverability), in whose place mailing tools write what the person wants.
    EMAIL_STATUS = 7
    TAGS = 8


# How it is read → whose header it is, and where that is documented → the headers. They are compared by `_plain`.
HEADERS: tuple[tuple[Kind, str, tuple[str, ...]], ...] = (
    (Kind.OPT_OUT, "Salesforce, field reference of Lead and Contact", ("Email Opt Out", "HasOptedOutOfEmail")),
    (Kind.OPT_OUT, "Salesforce Account Engagement, prospect fields", ("Opted Out", "Do Not Email", "DoNotEmail")),
    (Kind.OPT_OUT, "HubSpot, contact properties and export of unsubscribes and bounces",
     ("Unsubscribed from all email", "hs_email_optout", "Portal Unsubscribe", "Portal Spam Report",
      "Is globally ineligible", "hs_email_is_ineligible", "Email address quarantined", "hs_email_quarantined")),
    (Kind.OPT_OUT, "Apollo, contact export", ("Do Not Contact",)),
    (Kind.OPT_OUT, "Mailchimp, audience export",
     ("UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_REASON", "UNSUB_REASON_OTHER", "Unsubscribe Date")),
    (Kind.OPT_OUT, "Brevo, contact export",
     ("Email blacklisted", "EMAIL_BLACKLIST", "Email blocklisted", "emailBlacklisted")),
    (Kind.OPT_OUT, "Instantly, Smartlead, lemlist, Reply",
     ("Unsubscribed", "is_unsubscribed", "Opted out", "OptedOut")),
    (Kind.OPT_OUT, "Outreach, Salesloft", ("Email Opted Out", "Opted Out At", "Do Not Contact", "do_not_contact")),
    (Kind.OPT_OUT, "Zoho CRM", ("Email Opt Out", "Unsubscribed Mode", "Unsubscribed Time")),
    (Kind.OPT_OUT, "Dynamics 365, contact entity",
     ("Do not allow Emails", "Do not allow Bulk Emails", "donotemail", "donotbulkemail", "donotsendmm",
      "E-Mails nicht zulassen", "Massen-E-Mails nicht zulassen")),
    (Kind.OPT_OUT, "Intercom, contact attributes",
     ("Unsubscribed from Emails", "unsubscribed_from_emails", "Marked email as spam", "marked_email_as_spam")),
    (Kind.OPT_OUT, "Klaviyo, profile export", ("Email Suppressions", "Suppressed", "Suppression reason")),
    (Kind.OPT_OUT, "Marketo, person fields",
     ("Unsubscribed", "Unsubscribed Reason", "Black Listed", "Block Listed", "Marketing Suspended")),
    (Kind.OPT_OUT, "Eloqua", ("Globally Unsubscribed", "Global Unsubscribe")),
    (Kind.OPT_OUT, "Freshsales", ("Do not disturb",)),
    (Kind.OPT_OUT, "Mautic", ("doNotContact", "DNC")),
    (Kind.OPT_OUT, "MailUp, Mailjet, AWeber, Campaign Monitor",
     ("OptOut_Date", "IsExcludedFromCampaigns", "Is excluded from campaigns", "Excluded from campaigns")),
    (Kind.OPT_OUT, "SugarCRM, SuiteCRM, Odoo, Insightly, CiviCRM",
     ("email_opt_out", "opted_out", "is_blacklisted", "Blacklisted", "opt_out", "No Bulk Emails", "Do Not Mail")),
    (Kind.OPT_OUT, "plain words",
     ("No email", "No emails", "No mailing", "No mailings", "No marketing", "No contact", "Do not mail",
      "Do not market", "Do not solicit", "Do not send", "Email blocked", "Is blocked", "Blocked", "Complained",
      "Complaint", "Spam complaint", "Marked as spam", "Reported spam", "Spam report", "Spam", "Junk",
      "Consent withdrawn", "Consent revoked", "Objected to marketing", "Objection to marketing", "Email disabled")),
    (Kind.OPT_OUT, "German",
     ("Abgemeldet", "Abgemeldet am", "Abmeldedatum", "Abmeldung", "Widerspruch", "Widersprochen", "Werbewiderspruch",
      "Widerruf", "Werbesperre", "Werbeverbot", "Mailsperre", "E-Mail-Sperre", "Kontaktsperre", "Newslettersperre",
      "Versandsperre", "Mailingsperre", "Sperrvermerk", "Sperrliste", "Gesperrt", "Nicht kontaktieren",
      "Nicht anschreiben", "Nicht mailen", "Keine Werbung", "Keine E-Mail", "Keine E-Mails", "Keine Mailings",
      "Keine Kontaktaufnahme", "Robinsonliste")),
    (Kind.OPT_OUT, "French",
     ("Désabonné", "Désabonné le", "Date de désabonnement", "Désabonnement", "Désinscrit", "Date de désinscription",
      "Désinscription", "Ne pas contacter", "Ne pas envoyer d'e-mail", "Ne pas solliciter", "Liste noire",
      "Opposition", "Opposition e-mail", "Stop pub", "Stop email", "Bloqué")),
    (Kind.OPT_OUT, "Spanish and Portuguese",
     ("Dado de baja", "De baja", "Baja", "Fecha de baja", "Baja newsletter", "No contactar", "No enviar",
      "No enviar correos", "No enviar emails", "Lista negra", "Desuscrito", "Cancelado", "Bloqueado",
      "Descadastrado", "Não contatar", "Não contactar", "Cancelou inscrição", "Lista Robinson")),
    (Kind.OPT_OUT, "Italian",
     ("Disiscritto", "Data disiscrizione", "Disiscrizione", "Cancellato", "Non contattare", "Non inviare email",
      "Non scrivere", "Lista nera", "Opposizione", "Bloccato")),
    (Kind.OPT_OUT, "Dutch",
     ("Uitgeschreven", "Uitgeschreven op", "Uitschrijfdatum", "Uitschrijving", "Afgemeld", "Afgemeld op",
      "Niet contacteren", "Niet benaderen", "Niet mailen", "Geen e-mail", "Geen mailing", "Zwarte lijst",
      "Geblokkeerd", "Bezwaar")),
    (Kind.CONSENT, "Shopify, Klaviyo, Squarespace, customer exports",
     ("Accepts Marketing", "Accepts Email Marketing", "Accepts Emails", "Email Accepted")),
    (Kind.CONSENT, "Eloqua, Drip, rasa.io, plain words",
     ("Subscribed", "Is Subscribed", "Subscriber", "Email Subscribed", "Subscribed to email", "Subscribed to emails",
      "Subscribed to marketing", "Email opt in", "Email opted in", "Opt in", "Opted in", "Is opted in", "is_opt_in",
      "Marketing opt in", "Opt in email", "Opt in marketing", "Email marketing opt in", "Opt in to email",
      "Opt in to marketing", "Email consent", "Marketing consent", "Consent", "Consent to email",
      "Consent to marketing", "GDPR consent", "GDPR marketing consent", "Consent given", "Can email", "Can be emailed",
      "Can contact", "Can be contacted", "May contact", "May be contacted", "OK to email", "OK to contact",
      "Okay to email", "Allow email", "Allow emails", "Allow bulk email", "Allow marketing", "Allow contact",
      "Email allowed", "Emails allowed", "Email permission", "Marketing permission", "Permission to email",
      "Permission to contact", "Contactable", "Emailable", "Mailable", "Is mailable", "Marketable", "Is marketable",
      "Receives emails", "Receive emails", "Receive marketing emails", "Wants emails", "Send emails", "Send email",
      "Send marketing materials", "Email marketing", "Agreed to marketing")),
    (Kind.CONSENT, "German, French, Spanish, Italian, Dutch",
     ("Abonniert", "Angemeldet", "Einwilligung", "E-Mail-Einwilligung", "Werbeeinwilligung", "Einwilligung E-Mail",
      "Einwilligung Werbung", "Werbung erlaubt", "E-Mail erlaubt", "Kontakt erlaubt", "Darf kontaktiert werden",
      "Kontaktaufnahme erlaubt", "Abonné", "Inscrit", "Consentement", "Consentement e-mail", "Accepte les e-mails",
      "Accepte le marketing", "E-mail autorisé", "Suscrito", "Consentimiento", "Acepta marketing", "Acepta correos",
      "Acepta emails", "Acepta publicidad", "Iscritto", "Consenso", "Consenso marketing", "Accetta marketing",
      "Accetta email", "Ingeschreven", "Aangemeld", "Geabonneerd", "Toestemming", "Toestemming e-mail",
      "Mag gemaild worden", "Mag benaderd worden")),
    (Kind.BOUNCE, "Apollo, contact export", ("Email Bounced",)),
    (Kind.BOUNCE, "HubSpot, contact properties and export of unsubscribes and bounces",
     ("Email hard bounce reason", "hs_email_hard_bounce_reason", "hs_email_hard_bounce_reason_enum",
      "Invalid email address", "hs_email_bad_address", "Portal Bounce", "Global Bounce", "Email Bounced")),
    (Kind.BOUNCE, "Salesforce, field reference of Lead and Contact",
     ("Email Bounced Reason", "Email Bounced Date", "EmailBouncedReason", "EmailBouncedDate", "Is Email Bounced",
      "IsEmailBounced", "Hard Bounced", "Prospect hard bounced")),
    (Kind.BOUNCE, "Mailchimp, audience export", ("CLEAN_TIME", "CLEAN_CAMPAIGN_TITLE", "Cleaned", "Cleaned at")),
    (Kind.BOUNCE, "Intercom, Eloqua, Marketo, SugarCRM, Odoo",
     ("Has hard bounced", "has_hard_bounced", "Is bounceback", "Email bounceback", "Bounceback", "Email Invalid",
      "Email Invalid Cause", "invalid_email", "Invalid email", "message_bounce", "Email on hold")),
    (Kind.BOUNCE, "plain words",
     ("Bounce", "Bounces", "Hard bounces", "Invalid", "Is invalid",
      "Undeliverable", "Email undeliverable", "Not deliverable", "Bad email",
      "Wrong email", "Invalid address", "Spam trap", "Is spam trap", "Spamtrap", "Unzustellbar", "Rückläufer",
      "E-Mail ungültig", "Ungültige E-Mail", "E-mail invalide", "Adresse invalide", "Rejeté", "Rebotado", "Rebote",
      "Correo inválido", "Email inválido", "Rimbalzato", "Email non valida", "Ongeldig e-mailadres",
      "E-mail ongeldig", "Onbestelbaar")),
    (Kind.VALID, "Clearout, ValidEmailChecker, VeriMails, plain words",
     ("Safe to send", "safe_to_send", "Deliverable", "Is deliverable", "Email deliverable", "Email is valid",
      "Valid email", "Valid", "Is valid", "Is valid email", "Email valid", "Is email valid",
      "Zustellbar", "E-Mail gültig")),
    (Kind.PERSON_STATUS, "Apollo, Outreach, Salesloft",
     ("Stage", "Contact Stage", "Person Stage", "Prospect Stage", "Prospect Status", "Person Status", "Lead Stage")),
    (Kind.PERSON_STATUS, "Mailchimp, ActiveCampaign, MailerLite, Drip, Woodpecker, Reply, Kartra",
     ("Status", "Member Status", "Subscription Status", "Subscriber Status", "Subscriber State", "List Status",
      "Lead Status", "Contact Status", "Contact State", "Global Status")),
    (Kind.PERSON_STATUS, "Pipedrive, Klaviyo, Wix, Shopify, Omnisend, Brevo, Constant Contact, Keap",
     ("Marketing status", "marketing_status", "Email Marketing Status", "Email Marketing Consent",
      "Email Marketing Consent State", "email_marketing_consent.state", "Email Subscription Status",
      "Email Subscriber Status", "Email Permission Status", "Permission Status", "Consent Status", "Opt-in Status",
      "Opt In Status", "Mailing Status", "Newsletter Status", "Email Preference",
      "Communication Preference", "Contact Preference", "Marketing Preference", "Preferences")),
    (Kind.PERSON_STATUS, "lemlist, Smartlead, Instantly",
     ("Last State", "Lead State", "Lead Category", "Campaign Status", "Sequence Status", "Reply Status", "Outcome",
      "Disposition", "Lead Outcome", "Contact Category")),
    (Kind.PERSON_STATUS, "verifiers whose file has no other name for it",
     ("Result", "Email Result", "Quality", "Verdict", "Verification", "Validation", "Reason", "Sub status")),
    (Kind.PERSON_STATUS, "German, French, Spanish, Italian, Dutch",
     ("Kontaktstatus", "Abostatus", "Abonnementstatus", "Anmeldestatus", "Versandstatus", "Statut", "État",
      "Estado", "Stato", "Zustand")),
    # Campaign Monitor calls the status `State`; nowhere in the world is a state called so.
    (Kind.OTHER_STATUS, "Campaign Monitor", ("State",)),
)  # fmt: skip

# Words by which any other header says so, as `_plain` leaves them.
_OPT_OUT = re.compile(
    "opt(?:ed|s)?out|unsub(?!stan|ject|mit)|(?:donot|dont)(?:contact|email|mail|sendemail|bulkemail|allowemail"
    "|allowbulkemail|allowcontact|reach|prospect|market|includein)|exclude(?:d)?from|removed?from|^dne$|unmailable"
    "|unmarketable|(?:e?mails?)blocked|blocked(?:e?mails?)|quarantined|abuse(?:report|complaint)|complaint(?:date|on|at|time)"
    "|blacklist|blocklist|denylist|suppress|spamcomplaint|spamreport|(?:marked|reported|flagged)(?:e?mail)?(?:as)?spam"
    "|complained|withdrawnconsent|consent(?:was|is)?(?:withdrawn|revoked)|revokedconsent"
    "|abgemeldet|abmeldung|abmeldedatum|abbestell|widersproch|widerspruch|werbesperre|mailsperre|mailingsperre"
    "|kontaktsperre|newslettersperre|werbewiderruf|nichtkontaktieren|nichtanschreiben|nichtanmailen|keinewerbung"
    "|keinee?mails?$|keinemailings?|keinnewsletter|keinkontakt|kontaktverbot|mailverbot|werbeverbot|widerrufen"
    "|e?mailgesperrt|sperrvermerk|nichtperemail|robinsonlist"
    "|desabonn|desinscri|nepascontacter|nepasemailer|nepasenvoyer|nepassolliciter|listenoire"
    "|nesouhaiteplus|nesouhaitepas|refuse?(?:prospection|e?mail|contact|pub|demarchage)"
    "|dadodebaja|dadadebaja|fechadebaja|^bajade|bajaemail|bajamail|bajacorreo|nodesea|nomolestar|nocontactar|noenviar|listanegra|desuscri"
    "|descadastr|naocontat|naocontact|naoenviar"
    "|disiscri|disiscriz|noncontattare|noninviare|nondesidera|listanera"
    "|uitgeschreven|uitschrij|afgemeld|nietcontacteren|nietbenaderen|nietmailen|geenmail|geenemail|zwartelijst"
)
_BOUNCE = re.compile(
    "(?:is|has|was)?(?:e?mail|contact|lead|person|prospect|address|marketing|primary)*"
    "(?:hard)?bounced?(?:back)?(?:e?mail)?(?:reason|date|type|time|on|at|code|message|category|status|flag|enum)?"
)
_STATUS = re.compile(
    "status|stage|statut|estado|stato|preference|preferredcontact|(?:member|subscription|subscriber|contact|lead|e?mail)state"
    "|abonnement|suscripcion|iscrizione|inschrijving"
)
_CONSENT = re.compile(
    "(?:is|has)?(?:e?mail|marketing|newsletter|contact|gdpr)*(?:opt|opted)in(?:to|for)?(?:e?mails?|marketing|newsletter)*"
    "|(?:is|prospect|contact|lead|person|e?mail)*(?:mailable|marketable|contactable|emailable)"
    "|(?:e?mail|mailing|marketing|contact|advertising|werbung|kontakt|mails?)(?:is|ist)?(?:allowed|permitted|erlaubt)"
)
# These are not about email, unless email is named, too.
_OTHER_CHANNEL = re.compile(
    "phone|telefon|telefoon|telephone|telefono|mobile|mobil|handy|anruf|sms|fax|whatsapp|viber|postal|postweg"
    "|(?<!news)letter|(?<!nieuws)brief|courrier|donotcall|dontcall|phonecall|^calls?|callopt|^text|textmessage|voice|push|linkedin|donottrack|donotsell"
)
# Numbers about mailings, and links: not the word of a person.
_NO_FLAG = re.compile(
    "rate|percent|quote|taux|tasa|score|count|number|anzahl|nombre|numero|aantal|total|sum$|link|url|token|hash|html"
    "|page|footer|template|soft|visits|website|session|deal|order|project|ticket|invoice|payment"
)
# What a header holds that should be asked about, when nothing else is known of it.
_LOOKS_SO = re.compile(
    "opt(?:ed|s)?out|unsub(?!stan|ject|mit)|donot|dont(?:contact|e?mail|send)|nocontact|noe?mail|^dnc|dnc$|blacklist"
    "|blocklist|blocked|denylist|suppress|bounc|spam|complain|exclude"
    "|abgemeld|abmeld|abbestell|widerspr|widerruf|sperr|robinson|keinee?mail|keinewerb"
    "|desabonn|desinscri|nepas|listenoire|opposition|^baja|baja$|desuscri|noenviar|nocontactar|listanegra|bloquea"
    "|descadastr|disiscri|noncontat|listanera|bloccat|uitgeschr|uitschrij|afgemeld|nietmail|nietcontact|zwartelijst"
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
    "toegestaan", "ok", "okay", "cancontact", "mailable", "contactable", "notoptedout", "notunsubscribed",
    "notsuppressed", "notblacklisted", "notblocklisted", "notblocked", "notbounced", "nobounce", "nooptout",
    "neveroptedout", "neverunsubscribed", "hasnotoptedout", "valid", "deliverable", "nichtabgemeldet", "nichtgesperrt",
    "nondesabonne", "clean", "whitelisted", "notlisted", "good", "send", "sent", "delivered",
})  # fmt: skip
_CLEAR_NO = frozenset({
    "n", "no", "non", "nein", "nee", "nej", "nie", "nao", "f", "false", "falsch", "faux", "falso", "fals", "onwaar",
    "vals", "0", "off", "aus", "never", "optout", "optedout", "unsubscribed", "unsubscribe", "notallowed",
    "donotallow", "donotsend", "donotemail", "donotcontact", "disallowed", "denied", "declined", "refused", "rejected",
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
        "lista negra", "desuscrito", "descadastrado", "nao contatar", "nao contactar", "disiscritto", "disiscritta",
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
            return _phrase(text, _PERSON_WORDS)
        case Kind.OTHER_STATUS:
            return _phrase(text, {})
        case Kind.EMAIL_STATUS:
            words = _words(text)
            found = _phrase(text, {})
            return found if found is Says.DO_NOT_CONTACT and words not in _OF_VERIFIERS else None
        case Kind.TAGS:
            tags = [_phrase(tag, {}) for tag in re.split("[,;|]", text)]
            return next((one for one in Says if one in tags), None)


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
