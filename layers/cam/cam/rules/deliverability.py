"""What verifiers' words say of an address: one table, which the gates and the waterfall read. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache


class Deliverability(StrEnum):
    """Whether an address takes email, as far as somebody has checked. RISKY and UNKNOWN pass the gates."""

    DELIVERABLE = "deliverable"
    RISKY = "risky"
    UNDELIVERABLE = "undeliverable"
    UNKNOWN = "unknown"


DELIVERABLE, RISKY, UNDELIVERABLE, UNKNOWN = Deliverability

# Verifier and its documentation → its words, by what they say. Words are compared by `_key`: without case, accents and
# separators, so `Catch-All`, `catch_all` and `catchall` are one. docs/sources.md shows the table.
SOURCES: tuple[tuple[str, str, dict[Deliverability, tuple[str, ...]]], ...] = (
    ("NeverBounce", "developers.neverbounce.com, result codes", {
        DELIVERABLE: ("valid",), RISKY: ("catchall", "accept all (unverifiable)"), UNDELIVERABLE: ("invalid",),
        UNKNOWN: ("unknown",),
    }),
    ("ZeroBounce", "zerobounce.net/docs, v2 status codes", {
        DELIVERABLE: ("valid", "alias_address", "leading_period_removed", "alternate", "gold"),
        RISKY: ("catch-all", "role_based", "role_based_accept_all", "role_based_catch_all", "accept_all"),
        UNDELIVERABLE: ("invalid", "spamtrap", "abuse", "do_not_mail", "toxic", "possible_trap",
                        "possible_traps", "global_suppression", "mailbox_not_found", "no_dns_entries",
                        "failed_syntax_check", "possible_typo", "unroutable_ip_address", "does_not_accept_mail",
                        "mailbox_quota_exceeded", "mx_forward"),
        UNKNOWN: ("unknown", "antispam_system", "greylisted", "mail_server_temporary_error", "forcible_disconnect",
                  "mail_server_did_not_respond", "timeout_exceeded", "failed_smtp_connection", "exception_occurred"),
    }),
    ("Hunter", "hunter.io/api-documentation, email verifier", {
        DELIVERABLE: ("valid", "deliverable"), RISKY: ("accept_all", "webmail", "risky"),
        UNDELIVERABLE: ("invalid", "undeliverable"), UNKNOWN: ("unknown",),
    }),
    ("Kickbox", "docs.kickbox.com, single verification", {
        DELIVERABLE: ("deliverable", "accepted_email"), RISKY: ("risky", "low_quality", "low_deliverability"),
        UNDELIVERABLE: ("undeliverable", "invalid_email", "invalid_domain", "rejected_email"),
        UNKNOWN: ("unknown", "no_connect", "timeout", "invalid_smtp", "unavailable_smtp", "unexpected_error"),
    }),
    ("Bouncer", "docs.usebouncer.com, statuses and reasons", {
        DELIVERABLE: ("deliverable", "accepted_email"), RISKY: ("risky", "low_deliverability", "full mailbox"),
        UNDELIVERABLE: ("undeliverable", "rejected_email", "invalid_domain", "dns_error"),
        UNKNOWN: ("unknown", "unavailable_smtp", "unsupported"),
    }),
    ("MillionVerifier", "help.millionverifier.com, email verification results", {
        DELIVERABLE: ("ok", "good"), RISKY: ("catch_all", "risky"), UNDELIVERABLE: ("invalid", "bad"),
        UNKNOWN: ("unknown", "error", "reverify"),
    }),
    ("Emailable", "help.emailable.com, states and reasons", {
        DELIVERABLE: ("deliverable", "accepted_email"), RISKY: ("risky", "low_quality", "low_deliverability"),
        UNDELIVERABLE: ("undeliverable", "invalid_email", "invalid_domain", "rejected_email"),
        UNKNOWN: ("unknown", "no_connect", "duplicate"),
    }),
    ("DeBounce", "help.debounce.io, result codes", {
        DELIVERABLE: ("deliverable", "safe to send"), RISKY: ("accept-all", "role", "risky"),
        UNDELIVERABLE: ("invalid", "syntax", "spam-trap"), UNKNOWN: ("unknown",),
    }),
    ("Clearout", "clearout.io/help", {
        DELIVERABLE: ("valid", "yes"), RISKY: ("catch-all", "risky"), UNDELIVERABLE: ("invalid", "no"),
        UNKNOWN: ("unknown",),
    }),
    ("Apollo", "knowledge.apollo.io, email status overview, and exports", {
        DELIVERABLE: ("verified", "likely to engage"),
        RISKY: ("guessed", "extrapolated", "extrapolated verified", "questionable", "catch-all", "spam checked"),
        UNDELIVERABLE: ("bounced", "invalid"),
        UNKNOWN: ("unverified", "unavailable", "update required", "user managed", "needs verification", "no email",
                  "pending manual verification", "not verified", "verification pending", "email not unlocked",
                  "new data available"),
    }),
    ("Dropcontact", "support.dropcontact.com, email qualification", {
        DELIVERABLE: ("nominative", "nominatif"), RISKY: ("catch_all", "generic", "générique"),
        UNDELIVERABLE: ("invalid", "invalide", "random", "aléatoire"), UNKNOWN: ("no_validated", "not_validated"),
    }),
    ("Snov", "snov.io/knowledgebase, email statuses", {
        DELIVERABLE: ("valid", "green"), RISKY: ("unverifiable", "catch-all", "yellow"),
        UNDELIVERABLE: ("invalid", "not valid", "red"), UNKNOWN: ("unverified", "can't find email"),
    }),
    ("Findymail, Lusha, Clay", "docs.findymail.com; clay.com/university, email verification statuses", {
        DELIVERABLE: ("verified", "valid", "valid email"), RISKY: ("catch-all", "role-based", "risky"),
        UNDELIVERABLE: ("invalid", "not_found"), UNKNOWN: ("unknown", "unverified"),
    }),
    ("Mailgun", "documentation.mailgun.com, email validation", {
        DELIVERABLE: ("deliverable",), RISKY: ("catch_all",),
        UNDELIVERABLE: ("undeliverable", "do_not_send"), UNKNOWN: ("unknown",),
    }),
    ("Mailfloss", "docs.mailfloss.com, status definitions", {
        DELIVERABLE: ("passed",), RISKY: ("risky", "role", "accept_all", "available"),
        UNDELIVERABLE: ("undeliverable", "nonexistent", "illegit", "inbox_full", "deactivated", "banned", "complained",
                        "blacklisted", "spam", "bounced"),
        UNKNOWN: ("unknown", "unverified", "failed_exchange"),
    }),
    ("EmailListVerify, Bounceless, LeadRocks", "emaillistverify.com/docs, result guide", {
        DELIVERABLE: ("ok",), RISKY: ("ok_for_all", "accept_all"),
        UNDELIVERABLE: ("unknown_email", "email_disabled", "domain_error", "dead_server", "syntax_error", "spam_traps",
                        "attempt_rejected", "invalid_mx", "invalid_syntax"),
        UNKNOWN: ("error", "smtp_error", "smtp_protocol", "relay_error", "antispam_system", "unknown",
                  "error_will_retry"),
    }),
    ("Verify550", "verify550.com/docs, result guide", {
        RISKY: ("threat_string", "threat_domains", "threat_endings", "sleeper_cell", "seed", "department"),
        UNDELIVERABLE: ("hard_bounces", "litigator", "lash", "proof", "mx"),
    }),
    ("Reoon", "reoon.com, email verification statuses", {
        DELIVERABLE: ("safe", "valid"), RISKY: ("catch_all", "role_account", "role"),
        UNDELIVERABLE: ("invalid", "disabled", "inbox_full", "spamtrap"), UNKNOWN: ("unknown",),
    }),
    ("Experian", "docs.experianaperture.io, email validation responses", {
        DELIVERABLE: ("verified",), RISKY: ("accept all",),
        UNDELIVERABLE: ("undeliverable", "unreachable", "illegitimate", "mailbox disabled", "mailbox does not exist",
                        "mailbox full", "syntax failure", "local part spam trap", "typo domain"),
        UNKNOWN: ("unknown", "timeout", "relay denied"),
    }),
    ("MailerCheck", "mailercheck.com/help, statuses", {
        DELIVERABLE: ("valid",), RISKY: ("catch-all", "role based"),
        UNDELIVERABLE: ("syntax error", "typo", "mailbox not found", "mailbox full", "mailbox blocked"),
        UNKNOWN: ("unknown",),
    }),
    ("Listwise", "listwisehq.com/docs, list categories", {
        DELIVERABLE: ("clean",), RISKY: ("suspicious", "catch-all"),
        UNDELIVERABLE: ("no-reply", "no-replies", "bounces", "bad mx", "bad domain", "spam-traps"),
        UNKNOWN: ("unknown", "timeout"),
    }),
    ("Verifalia", "verifalia.com/developers, classifications", {
        DELIVERABLE: ("deliverable", "Success"),
        RISKY: ("risky", "CatchAllConnectionFailure", "CatchAllValidationTimeout", "ServerIsCatchAll"),
        UNDELIVERABLE: ("undeliverable", "MailboxDoesNotExist", "DomainDoesNotExist", "DomainHasNullMx",
                        "DomainIsMisconfigured", "MailboxHasInsufficientStorage", "MailExchangerIsHoneypot",
                        "MailExchangerIsParked", "AtSignNotFound", "DomainPartCompliancyFailure", "DoubleDotSequence",
                        "InvalidAddressLength", "InvalidCharacterInSequence", "InvalidEmptyQuotedWord",
                        "InvalidFoldingWhiteSpaceSequence", "InvalidLocalPartLength", "InvalidWordBoundaryStart",
                        "IspSpecificSyntaxFailure", "UnacceptableDomainLiteral", "UnbalancedCommentParenthesis",
                        "UnexpectedQuotedPairSequence", "UnmatchedQuotedPair"),
        UNKNOWN: ("unknown", "DnsConnectionFailure", "DnsQueryTimeout", "LocalEndPointRejected",
                  "LocalSenderAddressRejected", "MailboxConnectionFailure", "MailboxTemporarilyUnavailable",
                  "MailboxValidationTimeout", "ServerTemporaryUnavailable", "SmtpConnectionFailure",
                  "SmtpConnectionTimeout", "SmtpDialogError", "UnhandledException"),
    }),
    ("QuickEmailVerification, TheChecker, Bouncify", "docs.quickemailverification.com, reasons", {
        DELIVERABLE: ("deliverable", "accepted_email"), RISKY: ("accept-all", "accept_all"),
        UNDELIVERABLE: ("rejected_email", "invalid_email", "invalid_domain", "exceeded_storage", "no_mx_record"),
        UNKNOWN: ("temporarily_blocked", "no_connect", "timeout", "unavailable_smtp", "unexpected_error"),
    }),
    ("Enrichment tools that check catch-all addresses, too", "clay.com/university, and others", {
        RISKY: ("catch_all_valid", "valid_catch_all", "catch_all_verified", "verified_catch_all", "catch_all_safe"),
        UNDELIVERABLE: ("catch_all_invalid", "invalid_catch_all", "catch_all_unsafe"),
    }),
    ("BriteVerify", "knowledge.validity.com, statuses", {
        DELIVERABLE: ("valid",), RISKY: ("accept_all", "accept all"),
        UNDELIVERABLE: ("invalid", "email_domain_invalid", "email_account_invalid", "email_address_invalid"),
        UNKNOWN: ("unknown",),
    }),
    ("Instantly", "developer.instantly.ai, lead", {
        DELIVERABLE: ("verified",), RISKY: ("risky", "catch all", "job change"), UNDELIVERABLE: ("invalid",),
        UNKNOWN: ("pending", "pending verification job"),
    }),
    ("Campaign and CRM tools", "Almabase, Keap, Salesforce Marketing Cloud, Pardot, plain words", {
        DELIVERABLE: ("active", "confirmed", "double opt-in", "opted in", "engaged", "subscribed", "exists",
                      "mailbox exists", "delivered", "true", "marketable"),
        RISKY: ("soft bounce", "soft bounced", "softbounce", "unengaged", "probable", "maybe", "likely"),
        UNDELIVERABLE: ("bounced", "bounce", "hard bounce", "hard bounced", "hardbounce", "bouncing", "cleaned",
                        "held", "email bounced", "invalid email", "invalid address", "bad email", "does not exist",
                        "doesn't exist", "non-existent", "not existing", "inactive mailbox", "disabled", "dead",
                        "undelivered", "not deliverable", "non deliverable", "rejected", "failed", "fail",
                        "do not send", "not safe", "unsafe", "unsafe to send", "expired", "deleted", "no such user",
                        "user unknown",
                        "unknown user", "mailbox unavailable", "no mailbox", "no mx", "no mx record",
                        "domain not found", "invalid domain", "dead domain", "parked domain", "honeypot", "blocked",
                        "blocklisted", "suppressed", "spam complaint", "marked spam", "marked as spam", "junk",
                        "trap", "false", "nonmarketable", "unmarketable", "incorrect", "wrong"),
        UNKNOWN: ("new", "none", "not checked", "unchecked", "not sent", "undetermined", "unsure", "queued",
                  "unconfirmed", "n/a",
                  # These say nothing about the address, but do about the person (cam.leads.opt_outs).
                  "unsubscribed", "opted out", "opt out", "do not contact"),
    }),
    ("German, French, Spanish, Italian, Dutch", "the same words", {
        DELIVERABLE: ("gültig", "zustellbar", "verifiziert", "geprüft", "aktiv", "valide", "vérifié", "délivrable",
                      "válido", "verificado", "entregable", "valido", "verificato", "geldig", "geverifieerd"),
        RISKY: ("riskant", "risikoreich", "risqué", "riesgoso", "arriesgado", "rischioso"),
        UNDELIVERABLE: ("ungültig", "unzustellbar", "nicht zustellbar", "existiert nicht", "rückläufer", "gesperrt",
                        "non délivrable", "non valide", "inexistant", "rejeté", "no válido", "inválido",
                        "no entregable", "rebotado", "non valido", "inesistente", "rimbalzato", "ongeldig",
                        "onbestelbaar", "bestaat niet"),
        UNKNOWN: ("unbekannt", "ungeprüft", "inconnu", "non vérifié", "desconocido", "sin verificar", "sconosciuto",
                  "onbekend"),
    }),
)  # fmt: skip
# Throw-away addresses have a gate of their own, with which a campaign may let them in.
_DISPOSABLE = ("disposable", "disposable email", "disposable address", "temporary", "throwaway", "jetable", "wegwerf",
               "wegwerfadresse", "disposable domain", "is disposable", "domain is well known dea")  # fmt: skip
# Instantly's numbers, `verification_status`.
_CODES = {"1": DELIVERABLE, "11": UNKNOWN, "12": UNKNOWN, "-1": UNDELIVERABLE, "-2": RISKY, "-3": RISKY, "-4": RISKY}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Behind it stands a reason, a share or a kind of domain: `Invalid - mailbox not found`, `nominative@pro`.
_TAIL = re.compile(r"\s*(?: [-–—] |[:;,(/@|]).*", re.DOTALL)
_SHARE = re.compile(r"[\s\d.,%]+$")
_LONGEST = 200


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def _pairs() -> Iterator[tuple[str, Deliverability]]:
    yield from ((_key(word), RISKY) for word in _DISPOSABLE)
    # What one verifier calls bad and another does not know is bad.
    for said in (UNKNOWN, RISKY, DELIVERABLE, UNDELIVERABLE):
        for _, _, words in SOURCES:
            yield from ((_key(word), said) for word in words.get(said, ()))


_WORDS = dict(_pairs())
_THROWAWAY = frozenset(map(_key, _DISPOSABLE))


def of(word: str | None) -> Deliverability:
    """What a verifier's word says of an address. UNKNOWN when there is none, or when nobody knows the word."""
    return (_found(word) if word else None) or UNKNOWN


def known(word: str) -> bool:
    """Whether the table has this word."""
    return _found(word) is not None


def disposable(word: str | None) -> bool:
    """Whether a word says that the address is a throw-away one."""
    return word is not None and _key(word[:_LONGEST]) in _THROWAWAY


# Most files have few words, which come in every row.
@lru_cache(maxsize=1024)
def _found(word: str) -> Deliverability | None:
    text = word[:_LONGEST].strip()
    if text in _CODES:
        return _CODES[text]
    for shorter in (text, _SHARE.sub("", text), _TAIL.sub("", text)):
        if (said := _WORDS.get(_key(shorter))) is not None:
            return said
    return None
