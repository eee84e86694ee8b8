"""Whether receivers can tell that a sender's mail is its own: SPF, DKIM and DMARC of its domain. Pure.

Gmail and Yahoo want all three of whoever sends much. DNS answers come in, findings go out: `wanted` names what is still
to be looked up, `evaluate` says what it means.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_network

from cam.model.transports import TRANSPORTS, Declared, Transport

# What DNS said: the TXT records at each name, () for none, None when it did not say.
Answers = Mapping[str, Sequence[str] | None]

# A pass is looked at again every day, a failure by the first run of the next hour: somebody may have mended it.
FRESH, FRESH_FAILURE = timedelta(hours=24), timedelta(hours=1)
# How long the last pass counts while DNS does not answer.
REMEMBERED = timedelta(days=7)
# Under these names the usual mail services keep their DKIM keys: asked when `sending.dkim_selectors` names none.
USUAL_SELECTORS = (
    "default", "dkim", "google", "k1", "k2", "k3", "key1", "mail", "mandrill", "mx", "s1", "s2", "selector1",
    "selector2", "smtp", "zoho",
)  # fmt: skip
# RFC 7208 §4.6.4.
MOST_LOOKUPS = 10
_LONGEST_RECORD = 500
_SPF = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
_MECHANISM = re.compile(r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:(?=/)|:|$)(.*)", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
_ASKS = frozenset({"include", "a", "mx", "ptr", "exists"})
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class Check(StrEnum):
    """The record that is checked."""

    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"


class Status(StrEnum):
    """The result of a check. `WARNING` does not block sending; `UNKNOWN`: DNS or SES did not respond."""

    PASS = "pass"
    WARNING = "warning"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Identity:
    """What SES knows of a verified domain: whether it signs, with which keys, and a MAIL FROM domain of its own."""

    domain: str
    dkim: str = "SUCCESS"
    signing: bool = True
    tokens: tuple[str, ...] = ()
    mail_from: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose mail it is. `organisation` is the registrable domain (RFC 7489 §3.2), the domain itself or a parent.

    For a transport that has identities (SES): `identity` None is a domain that it
    does not know, `ses_said` False that it did not answer.
    """

    domain: str
    organisation: str
    transport: Transport
    selectors: tuple[str, ...] = ()
    identity: Identity | None = None
    ses_said: bool = True

    @property
    def service(self) -> Declared:
        """What is declared of its transport."""
        return TRANSPORTS[self.transport]


@dataclass(frozen=True, slots=True)
class Finding:
    """One of the three: the name that was looked at, its record, what it means and what to do, and since when known."""

    check: Check
    status: Status
    name: str
    sentence: str
    record: str | None = None
    example: str | None = None
    seen_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether mail may leave for all that it says."""
        return self.status in (Status.PASS, Status.WARNING)


def may_send(findings: Sequence[Finding]) -> bool:
    """Whether all three are known, and none fails."""
    return {one.check for one in findings} == set(Check) and all(one.holds for one in findings)


def fresh(findings: Sequence[Finding], checked_at: datetime, now: datetime) -> bool:
    """Whether there is no need to ask again: all was known at that time, and it is not long ago."""
    if any(one.status is Status.UNKNOWN or one.seen_at != checked_at for one in findings):
        return False
    return abs(now - checked_at) < (FRESH if may_send(findings) else FRESH_FAILURE)


def remembered(before: Sequence[Finding], found: Sequence[Finding], now: datetime) -> tuple[Finding, ...]:
    """What was found; where nobody could be asked, what held before, for up to 7 days."""
    known = {
        one.check: one for one in before if one.holds and one.seen_at is not None and now - one.seen_at <= REMEMBERED
    }
    return tuple(known.get(one.check, one) if one.status is Status.UNKNOWN else one for one in found)


def wanted(sender: Sender, answers: Answers) -> set[str]:
    """The names whose TXT records are still to be looked up. Empty: all is known that can be."""
    names = {*_dmarc_names(sender), *_dkim_names(sender)}
    walk = _Walk()
    if sender.ses_said or not sender.service.has_identities:
        _walk(_envelope(sender), answers, walk)
    return {name for name in names if name not in answers} | walk.missing


def evaluate(sender: Sender, answers: Answers, now: datetime) -> tuple[Finding, ...]:
    """What the answers say about a sender: SPF, DKIM, DMARC. What is not among them is unknown."""
    found = (_spf(sender, answers), _dkim(sender, answers), _dmarc(sender, answers))
    return tuple(replace(one, seen_at=now, record=one.record and one.record[:_LONGEST_RECORD]) for one in found)


def _envelope(sender: Sender) -> str:
    """The domain to which bounces go, whose SPF receivers look at."""
    return (sender.identity and sender.identity.mail_from) or sender.domain


def _default_mail_from(sender: Sender) -> bool:
    return sender.service.has_identities and not (sender.identity and sender.identity.mail_from)


class _PermanentError(Exception):
    """A record that receivers reject as a whole; says what is wrong with it."""


@dataclass(slots=True)
class _Walk:
    """What following a record's includes has met."""

    lookups: int = 0
    names: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    unknown: bool = False
    everybody: str | None = None
    problem: str | None = None


def _spf_records(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if _SPF.match(text)]


def _walk(name: str, answers: Answers, walk: _Walk) -> None:
    """Follow the record at a name through its includes, as far as the answers go; the first problem is kept."""
    walk.names.append(name)
    if name not in answers:
        walk.missing.add(name)
        return
    texts = answers[name]
    if texts is None:
        walk.unknown = True
        return
    try:
        _follow(name, _spf_records(texts), answers, walk)
    except _PermanentError as error:
        walk.problem = walk.problem or str(error)


def _follow(name: str, records: Sequence[str], answers: Answers, walk: _Walk) -> None:
    if not records:
        if len(walk.names) > 1:
            # RFC 7208 §5.2.
            raise _PermanentError(f"{name}, which it includes, has no SPF record: remove it")
        return
    if len(records) > 1:
        raise _PermanentError(f"{name} has {len(records)} SPF records, but only one is allowed: merge them")
    ends = False
    redirect = None
    for term in records[0].split()[1:]:
        if found := _MECHANISM.fullmatch(term):
            kind = found[2].lower()
            ends = ends or kind == "all"
            _mechanism(name, term, found[1], kind, found[3], answers, walk)
        elif found := _MODIFIER.fullmatch(term):
            redirect = found[2] if found[1].lower() == "redirect" else redirect
        else:
            raise _PermanentError(f"{name} has {term[:60]!r}, which is not valid in SPF: correct it")
    if redirect and not ends:
        _ask(walk)
        if "%" not in redirect:
            _walk(redirect.rstrip(".").lower(), answers, walk)


def _mechanism(name: str, term: str, sign: str, kind: str, value: str, answers: Answers, walk: _Walk) -> None:
    if kind == "all" and sign in ("", "+"):
        walk.everybody = name
    if kind in ("ip4", "ip6"):
        try:
            version = ip_network(value, strict=False).version
        except ValueError:
            version = None
        if version != int(kind[-1]):
            raise _PermanentError(f"{name} has {term[:60]!r}, which is not an {kind} address: correct it")
    if kind in ("include", "exists") and not value:
        raise _PermanentError(f"{name} has {term[:60]!r} without a domain: correct it")
    if kind in _ASKS:
        _ask(walk)
    # Names with macros depend on each mail.
    if kind == "include" and "%" not in value:
        _walk(value.rstrip(".").lower(), answers, walk)


def _ask(walk: _Walk) -> None:
    walk.lookups += 1
    if walk.lookups > MOST_LOOKUPS:
        raise _PermanentError(
            f"the record requires more than {MOST_LOOKUPS} DNS lookups, the limit of receivers: remove includes that "
            "you do not need"
        )


def _spf(sender: Sender, answers: Answers) -> Finding:
    name = _envelope(sender)
    if not sender.ses_said:
        return Finding(
            Check.SPF, Status.UNKNOWN, name, "SES did not return its MAIL FROM domain: the next run tries again."
        )
    walk = _Walk()
    _walk(name, answers, walk)
    records = _spf_records(answers.get(name) or ())
    record = " | ".join(records) or None
    example = f'{name} TXT "v=spf1 include:{sender.service.spf_include} ~all"'
    problem = walk.problem
    unknown = walk.unknown or bool(walk.missing)
    if not problem and not unknown:
        problem = _spf_problem(sender, name, records, walk)
    if problem:
        sentence = f"SPF: {problem}."
        if _default_mail_from(sender):
            sentence += (
                " This does not block sending: SES uses its own MAIL FROM domain by default, and receivers check the "
                "SPF record of that domain. Fix it anyway, or set up your own MAIL FROM domain in SES."
            )
            return Finding(Check.SPF, Status.WARNING, name, sentence, record, example)
        return Finding(Check.SPF, Status.FAIL, name, sentence, record, example)
    if unknown:
        if _default_mail_from(sender):
            sentence = (
                "DNS did not respond about the SPF record; with SES's default MAIL FROM this does not block sending."
            )
            return Finding(Check.SPF, Status.WARNING, name, sentence, record)
        return Finding(Check.SPF, Status.UNKNOWN, name, "DNS did not respond: the next run tries again.", record)
    more = " Check that it includes the stack's mail server." if not sender.service.has_identities else ""
    return Finding(Check.SPF, Status.PASS, name, f"{name} has an SPF record.{more}", record)


def _spf_problem(sender: Sender, name: str, records: Sequence[str], walk: _Walk) -> str | None:
    if not records:
        return f"{name} has no SPF record: publish one"
    if walk.everybody:
        return f"{walk.everybody} allows every server to send for it (+all): end the record with ~all or -all"
    if records[0].casefold().split()[1:] == ["-all"]:
        return f"{name} allows no server to send for it (only -all): add those that do"
    include = sender.service.spf_include
    if sender.service.has_identities and not _default_mail_from(sender) and include not in walk.names:
        return f"{name} is the SES MAIL FROM domain but does not include {include}: add it"
    return None


def _dkim_names(sender: Sender) -> list[str]:
    """Where a key may be, by selector and domain."""
    if sender.service.has_identities:
        found = sender.identity
        return [_key(token, found.domain) for token in found.tokens] if found else []
    domains = dict.fromkeys((sender.domain, sender.organisation))
    return [_key(selector, one) for one in domains for selector in sender.selectors or USUAL_SELECTORS]


def _key(selector: str, domain: str) -> str:
    return f"{selector}._domainkey.{domain}".lower()


def _tags(text: str) -> dict[str, str]:
    """The tags of a DKIM or DMARC record, in their order (RFC 6376 §3.2)."""
    pairs = (part.partition("=") for part in text.split(";") if part.strip())
    return {name.strip().lower(): "".join(value.split()) for name, mark, value in pairs if mark}


def _keys(texts: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """The records that are DKIM keys, whatever they are worth (RFC 6376 §3.6.1)."""
    found = [(text, _tags(text)) for text in texts]
    return [(text, tags) for text, tags in found if "p" in tags and tags.get("v", "DKIM1") == "DKIM1"]


def _dkim(sender: Sender, answers: Answers) -> Finding:
    if sender.service.has_identities and (found := _ses_signs(sender)):
        return found
    names = _dkim_names(sender)
    if not names:
        return Finding(Check.DKIM, Status.PASS, sender.domain, f"SES signs for {sender.domain}.")
    revoked = wrong = None
    for name in names:
        for text, tags in _keys(answers.get(name) or ()):
            if not tags["p"]:
                revoked = revoked or (name, text)
            elif not _BASE64.fullmatch(tags["p"]) or tags.get("k", "rsa") not in ("rsa", "ed25519"):
                wrong = wrong or (name, text)
            elif "y" in tags.get("t", "").split(":"):
                sentence = "DKIM: the key is in test mode (t=y), and receivers may ignore it: remove t=y."
                return Finding(Check.DKIM, Status.WARNING, name, sentence, text)
            else:
                return Finding(Check.DKIM, Status.PASS, name, f"There is a DKIM key at {name}.", text)
    example = _dkim_example(sender)
    if any(answers.get(name) is None for name in names):
        sentence = "DNS did not respond about the DKIM key: the next run tries again."
        return Finding(Check.DKIM, Status.UNKNOWN, names[0], sentence)
    if revoked or wrong:
        name, text = revoked or wrong or ("", "")
        what = "is revoked (its p= is empty)" if revoked else "cannot be read"
        sentence = f"DKIM: the key at {name} {what}: publish the one that signs your email."
        return Finding(Check.DKIM, Status.FAIL, name, sentence, text, example)
    named = "sending.dkim_selectors names" if sender.selectors else "mail services usually use"
    where = "that SES uses for it" if sender.service.has_identities else f"that {named}"
    hint = (
        ""
        if sender.selectors or sender.service.has_identities
        else (" If your mail server uses another selector, add it to sending.dkim_selectors.")
    )
    sentence = f"DKIM: {sender.domain} has no key under any selector {where}: publish it.{hint}"
    return Finding(Check.DKIM, Status.FAIL, names[0], sentence, None, example)


def _ses_signs(sender: Sender) -> Finding | None:
    """What SES says against it; None when it signs, and the keys are to be looked at."""
    name, found = sender.domain, sender.identity
    if not sender.ses_said:
        return Finding(
            Check.DKIM, Status.UNKNOWN, name, "SES did not return its signing status: the next run tries again."
        )
    if found is None:
        sentence = (
            f"DKIM: SES has no identity for the domain {name}, so it cannot sign for it: verify the domain in SES, "
            "and publish the three CNAME records that SES shows."
        )
        return Finding(Check.DKIM, Status.FAIL, name, sentence, None, _dkim_example(sender))
    if found.dkim == "TEMPORARY_FAILURE":
        return Finding(
            Check.DKIM,
            Status.UNKNOWN,
            found.domain,
            "SES cannot check the DKIM keys of this domain at the moment: the next run tries again.",
        )
    if found.dkim != "SUCCESS":
        sentence = f"DKIM: SES has not found the keys of {found.domain} ({found.dkim}): publish its CNAME records."
        return Finding(Check.DKIM, Status.FAIL, found.domain, sentence, None, _dkim_example(sender))
    if not found.signing:
        sentence = f"DKIM: signing is off in SES for {found.domain}: switch it on (PutEmailIdentityDkimAttributes)."
        return Finding(Check.DKIM, Status.FAIL, found.domain, sentence)
    return None


def _dkim_example(sender: Sender) -> str:
    if sender.service.has_identities:
        domain = sender.identity.domain if sender.identity else sender.domain
        tokens = sender.identity.tokens if sender.identity else ()
        host = sender.service.spf_include
        return " | ".join(f"{one}._domainkey.{domain} CNAME {one}.dkim.{host}" for one in tokens or ("token",))
    return f'{_key((*sender.selectors, "mail")[0], sender.domain)} TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkq…"'


def _dmarc_names(sender: Sender) -> list[str]:
    """The domain's own record, else that of its organisational domain (RFC 7489 §6.6.3)."""
    return [f"_dmarc.{one}" for one in dict.fromkeys((sender.domain, sender.organisation))]


def _dmarc_records(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]


def _dmarc(sender: Sender, answers: Answers) -> Finding:
    names = _dmarc_names(sender)
    example = f'{names[-1]} TXT "v=DMARC1; p=none; rua=mailto:dmarc@{sender.organisation}"'
    for name in names:
        texts = answers.get(name)
        if texts is None:
            return Finding(Check.DMARC, Status.UNKNOWN, name, "DNS did not respond: the next run tries again.")
        records = _dmarc_records(texts)
        record = " | ".join(records) or None
        if len(records) > 1:
            sentence = f"DMARC: {name} has {len(records)} records, so receivers ignore all of them: keep one."
            return Finding(Check.DMARC, Status.FAIL, name, sentence, record, example)
        if records:
            return _policy(sender, name, records[0], example)
    sentence = f"DMARC: there is no record at {' or '.join(names)}, which large receivers require: publish one."
    return Finding(Check.DMARC, Status.FAIL, names[0], sentence, None, example)


def _policy(sender: Sender, name: str, record: str, example: str) -> Finding:
    tags = _tags(record)
    # A record that only asks for reports counts as p=none (RFC 7489 §6.6.3).
    policy = tags.get("p", "none" if "rua" in tags else "").lower()
    if name != f"_dmarc.{sender.domain}":
        policy = tags.get("sp", policy).lower()
    if policy not in ("none", "quarantine", "reject"):
        sentence = f"DMARC: the record at {name} has no policy: add p=none, p=quarantine or p=reject."
        return Finding(Check.DMARC, Status.FAIL, name, sentence, record, example)
    signer = sender.identity.domain if sender.identity else sender.domain
    if tags.get("adkim", "r").lower() == "s" and signer != sender.domain:
        sentence = (
            f"DMARC: {name} requires signatures of exactly {sender.domain} (adkim=s), but SES signs for {signer}: "
            f"verify {sender.domain} in SES, or remove adkim."
        )
        return Finding(Check.DMARC, Status.FAIL, name, sentence, record, example)
    return Finding(Check.DMARC, Status.PASS, name, f"There is a DMARC record with the policy {policy}.", record)
