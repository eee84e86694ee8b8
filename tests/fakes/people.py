"""The people whom the fakes know: invented, the same for the same seed, at domains that RFC 2606 reserves (`.test`).

About a quarter of them are whom examples/campaign.json looks for: they decide in small marketing agencies in the
United States with a revenue of 1 to 20 million. The others each miss at least one of those marks.
"""

import hashlib
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

TODAY = date(2026, 11, 25)
SENIORITIES = (
    "owner", "founder", "c_suite", "partner", "vp", "head", "director", "manager", "senior", "entry", "intern",
)  # fmt: skip

# First and last names of one culture belong together.
_NAMES = (
    (
        "Hannah Marcus Denise Calvin Joanna Reed Tessa Dwight Corinne Russell",
        "Ellsworth Harlan Pruitt Kendrick Lowell Marsh Tolliver Beckwith Garrity",
    ),
    (
        "Adriana Esteban Paloma Joaquín Itzel Rodrigo Marisol Gonzalo Ximena",
        "Villaseñor Carrasco Ibáñez Montoya Ordóñez Saavedra Núñez Bustamante Zúñiga",
    ),
    (
        "Magdalena Krzysztof Jagoda Wojciech Bożena Stanisław Grażyna Michał Wanda",
        "Kaczmarczyk Lewicki Mróz Sikorzyński Ząbek Pawlak Gwóźdź Jaśkiewicz Wrona",
    ),
    (
        "Annegret Florian Lotte Matthäus Wiebke Torsten Bärbel Götz Ulrike",
        "Bäumler Eichhorst Krüßmann Rösler Steinhöfel Vogtländer Jäger Schönfeld Wüst",
    ),
    (
        "Ifeoma Obinna Yetunde Segun Amarachi Babatunde Chiamaka Kelechi",
        "Akinwale Ibekwe Nwachukwu Oyelaran Udechukwu Bankole Eze Fashola Onyekachi",
    ),
    (
        "Kavya Rohan Sunita Aditya Lakshmi Neha Sanjay Deepika Harish",
        "Banerjea Kulkarne Pillaiyar Subramani Vaidyan Chatterji Gokhale Naidu Rathore",
    ),
    (
        "Naoko Ryōta Emi Daichi Chiyo Satoshi Michiko Kōhei Ayumi",
        "Asakura Fujimoto Kurosawa Nishikata Ōmori Hayashida Mizuno Takeuchi Uchida",
    ),
    ("Hạnh Tuấn Mai Khánh Ngọc Dũng Trang Hùng", "Bùi Dương Lâm Phan Vương Đinh Hồ Mạc Tạ"),
    (
        "Samira Khalid Rania Yusuf Dalia Farid Hala Karim Salma",
        "Al-Farsi Benmoussa Haddad El-Sayegh Qasimi Bouzid Najjar Shadid Tawfik",
    ),
    (
        "Océane Thibault Noémie Rémi Aurélie Gaëtan Solène Loïc",
        "Baudoin Carpentier Delaunay Fourneaux Hébrard Lemaître Péron Rousselet Vasseur",
    ),
    (
        "Ingrid Sverre Maja Anders Tove Gunnar Signe Leif",
        "Brække Dahlgren Holmström Nygaard Sørlie Åkerblom Friis Lund Thorsen",
    ),
    ("Wen Li Fang Tao Jing Bo Yun Ning", "周 孙 Huang Liang Tang Zheng Xu Guo"),
    (
        "Zeynep Burak Elif Kerem Nilüfer Serkan Defne Ozan",
        "Aksoy Çelikkol Demirhan Özkaya Tunalı Erdoğmuş Kılıçer Şahinbaş Yalçınkaya",
    ),
    ("Leilani Kekoa Malia Keoni Noelani Ikaika Pua", "Kahananui Nakamoa Palakiko Kealoha Akana Mahoe Kanahele"),
    (
        "Sinéad Cormac Niamh Aoife Declan Róisín Eoghan",
        "O'Donoghue MacGiolla Ní-Bhriain Fitzmaurice Breathnach Cusack Devane",
    ),
)
_STEMS = (
    "Amberwick", "Bluecairn", "Cinderpath", "Driftmoor", "Elmhollow", "Foxglen", "Greywater", "Hazelport", "Inkwell",
    "Jasperfield", "Kitebridge", "Larkspire", "Maplegrove", "Nightharbor", "Orchardline", "Pinecrest", "Quarrystone",
    "Ravenmill", "Sunmeadow", "Tallgrass", "Upland", "Violetbay", "Wrenfield", "Yewbank", "Zinnia",
)  # fmt: skip
_HOME = (
    ("Austin", "Texas"), ("Portland", "Oregon"), ("Boston", "Massachusetts"), ("Denver", "Colorado"),
    ("Chicago", "Illinois"), ("Atlanta", "Georgia"), ("Honolulu", "Hawaii"),
)  # fmt: skip
_ABROAD = (
    ("Köln", "Nordrhein-Westfalen", "Germany"), ("Łódź", "Łódzkie", "Poland"), ("Sendai", "Miyagi", "Japan"),
    ("Lyon", "Auvergne-Rhône-Alpes", "France"), ("Pune", "Maharashtra", "India"), ("Lagos", "Lagos", "Nigeria"),
    ("Toronto", "Ontario", "Canada"), ("London", "England", "United Kingdom"),
)  # fmt: skip
_AGENCY = ("marketing & advertising",)
_OTHER = ("construction", "hospital & health care", "logistics & supply chain", "higher education", "insurance")
_KEYWORDS = ("saas", "b2b", "seo", "paid social", "brand", "lifecycle email", "content", "web design", "analytics")
_TECHNOLOGIES = ("Hubspot", "Google Analytics", "Webflow", "Segment", "Slack", "WordPress.org", "Cloudflare DNS")
_STAGES = ("Seed", "Series A", "Series B", "Venture (Round not Specified)")

_WITH_EMAIL = ("verified", "verified", "verified", "guessed")

Titles = tuple[tuple[str, str], ...]
_LEADERS: Titles = (
    ("Founder", "founder"), ("CEO", "c_suite"), ("Founder & CEO", "founder"), ("Co-Founder", "founder"),
    ("Managing Director", "c_suite"), ("Head of Growth", "head"), ("VP Marketing", "vp"),
)  # fmt: skip
_OTHERS: Titles = (
    ("Owner", "owner"), ("Marketing Manager", "manager"), ("Senior Strategist", "senior"), ("Art Director", "director"),
    ("Account Executive", "entry"), ("Copywriter", "entry"), ("Design Intern", "intern"), ("Partner", "partner"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Kind:
    """How large a share of the people, what their companies look like, and what they are called there."""

    share: float
    business: str
    industries: tuple[str, ...]
    home: bool
    employees: tuple[int, int]
    revenue: tuple[int, int]
    titles: Titles


_SMALL, _TO_TWENTY_MILLION = (10, 49), (1_000_000, 20_000_000)
_KINDS = (
    _Kind(0.25, "Growth Studio", _AGENCY, True, _SMALL, _TO_TWENTY_MILLION, _LEADERS),
    _Kind(0.15, "Growth Studio", _AGENCY, True, _SMALL, _TO_TWENTY_MILLION, _OTHERS),
    _Kind(0.20, "Media", _AGENCY, False, _SMALL, _TO_TWENTY_MILLION, _LEADERS),
    _Kind(0.15, "Digital", _AGENCY, True, (60, 900), (21_000_000, 90_000_000), (*_LEADERS, *_OTHERS)),
    _Kind(0.25, "Works", _OTHER, True, (5, 4_000), (500_000, 900_000_000), (*_LEADERS, *_OTHERS)),
)


@dataclass(frozen=True, slots=True)
class Organization:
    """A company as Apollo knows it. `postings` is how many jobs it offers."""

    id: str
    name: str
    domain: str
    industry: str
    keywords: tuple[str, ...]
    employees: int
    revenue: int | None
    city: str
    state: str
    country: str
    funded_on: date | None
    funding_stage: str | None
    technologies: tuple[str, ...]
    postings: int

    def as_json(self) -> dict[str, Any]:
        """The organization of an enriched person."""
        return {
            "id": self.id,
            "name": self.name,
            "website_url": f"http://www.{self.domain}",
            "linkedin_url": f"http://www.linkedin.com/company/fake-{self.id}",
            "primary_domain": self.domain,
            "industry": self.industry,
            "keywords": list(self.keywords),
            "estimated_num_employees": self.employees,
            "annual_revenue": self.revenue,
            "city": self.city,
            "state": self.state,
            "country": self.country,
            "latest_funding_round_date": self.funded_on and f"{self.funded_on}T00:00:00.000+00:00",
            "latest_funding_stage": self.funding_stage,
            "technology_names": list(self.technologies),
        }


@dataclass(frozen=True, slots=True)
class Job:
    """A station of a career; the last one has no end."""

    title: str
    organization: str
    started: date
    ended: date | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody. `address` is where mail would reach them; Apollo tells it only when `has_email`.

    `enrichable`: Apollo finds them in a search, but not always when it is asked to enrich them.
    """

    id: str
    first_name: str
    last_name: str
    title: str
    seniority: str
    address: str
    has_email: bool
    email_status: str
    enrichable: bool
    mobile: bool
    city: str
    state: str
    country: str
    linkedin_url: str
    refreshed_on: date
    jobs: tuple[Job, ...]
    organization: Organization

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def place(self) -> str:
        return f"{self.city}, {self.state}, {self.country}"


@lru_cache(maxsize=8)
def population(count: int = 1200, seed: int = 7, today: date = TODAY) -> tuple[Person, ...]:
    """So many people. `today` moves only dates: when they changed jobs, when their companies were funded."""
    chance = random.Random(seed)
    plan = chance.choices(_KINDS, [kind.share for kind in _KINDS], k=count)
    companies = {business: list(_companies(business, count, seed, today)) for business in {k.business for k in _KINDS}}
    supply = _names(chance)
    made: list[Person] = []
    addresses: set[str] = set()
    for number, kind in enumerate(plan):
        # Now and then two people share a name.
        namesake = number % 60 == 59
        first, last = (made[-20].first_name, made[-20].last_name) if namesake else next(supply)
        title, seniority = chance.choice(kind.titles)
        firm = chance.choice(companies[kind.business])
        local = f"{slug(first) or 'person'}.{slug(last) or number}"
        if f"{local}@{firm.domain}" in addresses:
            local = f"{local}{number}"
        addresses.add(f"{local}@{firm.domain}")
        has_email = chance.random() < 0.8
        made.append(
            Person(
                id=identifier("person", seed, number),
                first_name=first,
                last_name=last,
                title=title,
                seniority=seniority,
                address=f"{local}@{firm.domain}",
                has_email=has_email,
                email_status=chance.choice(("verified", "verified", "verified", "guessed"))
                if has_email
                else "unavailable",
                enrichable=chance.random() < 0.96,
                mobile=chance.random() < 0.3,
                city=firm.city,
                state=firm.state,
                country=firm.country,
                linkedin_url=f"http://www.linkedin.com/in/fake-{slug(first)}-{slug(last)}-{number:05d}",
                refreshed_on=today - timedelta(days=chance.randint(1, 60)),
                jobs=_jobs(title, firm.name, today, chance),
                organization=firm,
            )
        )
    return tuple(made)


def _companies(business: str, count: int, seed: int, today: date) -> Iterator[Organization]:
    """Companies of one kind, about one for each ten people of the population."""
    kind = next(kind for kind in _KINDS if kind.business == business)
    chance = random.Random(f"{seed} {business}")
    for number in range(max(2, count // 10)):
        stem = _STEMS[number % len(_STEMS)]
        name = f"{stem} {business}" if number < len(_STEMS) else f"{stem} {business} {number // len(_STEMS) + 1}"
        place = (*chance.choice(_HOME), "United States") if kind.home else chance.choice(_ABROAD)
        ago = chance.choice((20, 75, 150, 400, 900))
        funded = chance.random() < 0.4
        employees, revenue = chance.randint(*kind.employees), chance.randint(*kind.revenue) // 1000 * 1000
        wanted = _KINDS[0].business == business
        yield Organization(
            id=identifier("organization", f"{seed} {business}", number),
            name=name,
            domain=f"{slug(name)}.test",
            industry=chance.choice(kind.industries),
            keywords=tuple(chance.sample(_KEYWORDS, 3)),
            employees=employees,
            revenue=revenue if wanted or chance.random() < 0.9 else None,
            city=place[0],
            state=place[1],
            country=place[2],
            funded_on=today - timedelta(days=ago) if funded else None,
            funding_stage=chance.choice(_STAGES) if funded else None,
            technologies=tuple(chance.sample(_TECHNOLOGIES, 3)),
            postings=chance.choice((0, 0, 1, 3, 12)),
        )


def _jobs(title: str, company: str, today: date, chance: random.Random) -> tuple[Job, ...]:
    """The present job first. A third of the people took it in the last three months."""
    days = chance.randint(5, 85) if chance.random() < 0.33 else chance.randint(200, 3000)
    since = today - timedelta(days=days)
    jobs = [Job(title, company, since, None)]
    for _ in range(chance.randint(0, 2)):
        ended = jobs[-1].started - timedelta(days=chance.randint(0, 60))
        started = ended - timedelta(days=chance.randint(300, 1500))
        jobs.append(Job(chance.choice(_OTHERS)[0], f"{chance.choice(_STEMS)} Partners", started, ended))
    return tuple(jobs)


def _names(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Every first name with every last name of its culture in a mixed order, and again from the start."""
    pairs = [(first, last) for firsts, lasts in _NAMES for first in firsts.split() for last in lasts.split()]
    while True:
        chance.shuffle(pairs)
        yield from pairs


def identifier(what: str, seed: object, number: int) -> str:
    """24 hexadecimal digits, as Apollo's ids have."""
    return hashlib.sha256(f"{what} {seed} {number}".encode()).hexdigest()[:24]


_UNMARKED = str.maketrans({"ł": "l", "ß": "ss", "ø": "o", "æ": "ae", "đ": "d", "ı": "i"})


def slug(text: str) -> str:
    """ASCII letters and digits for an address. Signs that have no plain letter are left out."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_UNMARKED)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", plain)


def draw(text: str, sides: int) -> int:
    """A number from 0 to `sides` - 1 that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % sides


def linkedin_page(text: str) -> str:
    """A LinkedIn page however it is written; anything else only in lower case."""
    text = text.strip().casefold()
    return re.sub(r"^https?://(www\.)?", "", text).rstrip("/") if "linkedin.com/" in text else text
