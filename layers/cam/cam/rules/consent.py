"""Where mail that nobody asked for needs prior consent also between businesses, and whether a lead may get it. Pure.

The table is no legal advice. Where a law leaves named people at work in doubt, or we could not be sure, the country is
in it: a lead that waits can still be written to, a mail cannot be taken back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cam.model.addresses import email_domain
from cam.model.models import LawfulBasis, Lead
from cam.model.settings.sending import Sending, UnknownCountry
from cam.text import calendars

_LOOKED_AT = date(2026, 11, 25)
# Rows that were compared with no source.
_UNCHECKED = frozenset(["AU", "BG", "CH", "CN", "CY", "ES", "HR", "IL", "IS", "KR", "LI", "LT", "LU", "MT", "NZ", "SI"])


@dataclass(frozen=True, slots=True)
class Rule:
    """A country's rule. `customers`: it has the soft opt-in of ePrivacy Art. 13 (2), or the like.

    `certain` False: the law has exceptions for businesses that we could not rule out for the people whom CAM writes to.
    """

    country: str
    law: str
    note: str = ""
    customers: bool = True
    certain: bool = True

    @property
    def looked_at(self) -> date | None:
        """When the row was compared with a source; None: never, so have it checked before you rely on it."""
        return None if self.country in _UNCHECKED else _LOOKED_AT


RULES: dict[str, Rule] = {
    rule.country: rule
    for rule in (
        # European Union
        Rule("AT", "TKG 2021 § 174 (3), (4)"),
        Rule("BE", "Code of economic law XII.13; royal decree of 4 April 2003, Art. 1", "except impersonal addresses"),
        Rule("BG", "Electronic Communications Act, Art. 261", "legal persons may opt out instead", certain=False),
        Rule("CY", "Law 112(I)/2004, Section 106", "protects natural persons, also at work", certain=False),
        Rule("CZ", "Act 480/2004 Coll., § 7 (2), (3)"),
        Rule("DE", "UWG § 7 (2) no. 2, (3)"),
        Rule("DK", "Markedsføringsloven § 10 (1), (2)"),
        Rule("ES", "LSSI (Ley 34/2002) Art. 21"),
        Rule("GR", "Law 3471/2006, Art. 11 (1), (3)"),
        Rule("HR", "Electronic Communications Act (NN 76/2022)", "legal persons may opt out", certain=False),
        Rule(
            "HU", "Act XLVIII of 2008, § 6 (1)", "named persons; no exception for customers", customers=False,
            certain=False,
        ),
        Rule("IT", "Codice privacy (D.lgs. 196/2003) Art. 130 (1), (2), (4)"),
        Rule("LT", "Law on Electronic Communications, Art. 81", "legal persons may opt out instead", certain=False),
        Rule("LU", "Law of 30 May 2005, Art. 11", "protects natural persons, also at work", certain=False),
        Rule("MT", "S.L. 586.01, Reg. 9", certain=False),
        Rule("NL", "Telecommunicatiewet Art. 11.7 (1), (3)", "except addresses published for it"),
        Rule("PL", "Prawo komunikacji elektronicznej Art. 398", "no exception for customers", customers=False),
        Rule("RO", "Law 365/2002, Art. 6; Law 506/2004, Art. 12"),
        Rule("SI", "ZEKom-2, Art. 226", "legal persons may opt out instead", certain=False),
        Rule("SK", "Act 452/2021 Coll., § 116", "except published contacts of businesses", certain=False),
        # the rest of Europe
        Rule("CH", "UWG Art. 3 (1) lit. o"),
        Rule("IS", "Electronic Communications Act 70/2022", certain=False),
        Rule("LI", "Communications Act (KomG)", certain=False),
        Rule("NO", "Markedsføringsloven § 15 (1), (3)", "natural persons, also at work; not addresses such as post@"),
        Rule("RU", "Federal Law 38-FZ on Advertising, Art. 18 (1)", "no exception for customers", customers=False),
        # elsewhere
        Rule("AU", "Spam Act 2003, s. 16 and Schedule 2", "consent may be inferred from a published address"),
        Rule("CA", "CASL (S.C. 2010, c. 23) s. 6, 10", "customers for two years; published addresses"),
        Rule(
            "CN", "Measures for Internet E-mail Services (2006), Art. 13", "no exception for customers",
            customers=False,
        ),
        Rule("IL", "Communications Law 5742-1982, § 30A", "a business may be asked once for consent"),
        Rule("JP", "Act on Specified Electronic Mail, Art. 3", "except addresses that a business has published"),
        Rule("KR", "Network Act, Art. 50 (1)", "customers for six months"),
        Rule("NZ", "Unsolicited Electronic Messages Act 2007, s. 9", "consent may be deemed for a published address"),
        Rule("ZA", "POPIA s. 69", "also protects legal persons"),
    )
}  # fmt: skip

# Names that are no English ones, or others than the library knows.
_ALSO = {
    "deutschland": "DE", "bundesrepublik deutschland": "DE", "federal republic of germany": "DE",
    "allemagne": "DE", "alemania": "DE", "österreich": "AT", "oesterreich": "AT", "autriche": "AT",
    "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "svizra": "CH", "italia": "IT", "italie": "IT",
    "españa": "ES", "espana": "ES", "espagne": "ES", "spanien": "ES", "polska": "PL", "polen": "PL", "pologne": "PL",
    "danmark": "DK", "dänemark": "DK", "norge": "NO", "noreg": "NO", "norwegen": "NO", "česko": "CZ",
    "česká republika": "CZ", "czech republic": "CZ", "tschechien": "CZ", "slovensko": "SK", "slovak republic": "SK",
    "slowakei": "SK", "slovenija": "SI", "magyarország": "HU", "ungarn": "HU", "nederland": "NL",
    "the netherlands": "NL", "holland": "NL", "niederlande": "NL", "pays-bas": "NL", "belgië": "BE", "belgique": "BE",
    "belgien": "BE", "ελλάδα": "GR", "hellas": "GR", "românia": "RO", "българия": "BG", "hrvatska": "HR",
    "lietuva": "LT", "lëtzebuerg": "LU", "ísland": "IS", "россия": "RU", "russian federation": "RU",
    "republic of korea": "KR", "korea, republic of": "KR", "대한민국": "KR", "people's republic of china": "CN",
    "p.r. china": "CN", "pr china": "CN", "mainland china": "CN", "中国": "CN", "日本": "JP",
    "united states of america": "US", "u.s.": "US", "u.s.a.": "US", "great britain": "GB", "england": "GB",
    "scotland": "GB", "wales": "GB", "northern ireland": "GB", "frankreich": "FR",
}  # fmt: skip
# Country domains under which the whole world has its addresses: they say nothing of where somebody is.
_EVERYBODYS = frozenset({
    "ac", "ag", "ai", "am", "bz", "cc", "cd", "co", "cx", "dj", "eu", "fm", "gg", "gl", "gs", "im", "io", "je",
    "la", "ly", "me", "ms", "mu", "nu", "pw", "sc", "sh", "so", "st", "tc", "tk", "tl", "to", "tv", "vc", "vg",
    "vu", "ws",
})  # fmt: skip


def required(lead: Lead, sending: Sending) -> bool:
    """Whether a lead may be written to only after an opt-in that nobody has recorded."""
    if lead.lawful_basis is LawfulBasis.OPT_IN:
        return False
    where = country(lead)
    if where is None:
        # A customer's soft opt-in is what most countries have.
        known = lead.lawful_basis is LawfulBasis.EXISTING_CUSTOMER
        return sending.unknown_country is UnknownCountry.HOLD and not known
    own = sending.opt_in_countries
    if where in own.remove or (where not in RULES and where not in own.add):
        return False
    rule = RULES.get(where)
    return not (lead.lawful_basis is LawfulBasis.EXISTING_CUSTOMER and (rule is None or rule.customers))


def country(lead: Lead) -> str | None:
    """Where a lead is, in two letters (ISO 3166-1): its own country, its company's, its address's; None if unknown."""
    return next((code for text in _places(lead) if (code := _code(text))), None)


def _places(lead: Lead) -> Iterator[str]:
    if lead.enrichment.country:
        yield lead.enrichment.country
    if lead.enrichment.company_location:
        yield lead.enrichment.company_location.rpartition(",")[2]
    if lead.email:
        last = email_domain(lead.email).rpartition(".")[2]
        if len(last) == 2 and last not in _EVERYBODYS:
            yield last


@lru_cache(maxsize=4096)
def _code(text: str) -> str | None:
    name = " ".join(text.split()).strip(".").casefold()
    # Two letters that have a rule need not load the library's names.
    if name.upper() in RULES:
        return name.upper()
    return _ALSO.get(name) or _ALSO.get(f"{name}.") or calendars.code(name)
