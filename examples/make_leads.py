"""Writes leads.csv: invented people in the shape of an Apollo export, with all the flaws that real exports have.

Run it as `python examples/make_leads.py`; the same file comes out every time. Every company is invented and every
address is at a domain that RFC 2606 reserves, except those that a campaign must refuse: the disposable ones, and
free-mail ones whose underscore Gmail allows nobody.
"""

import csv
import io
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SIGNALS = (
    "Recent Job Change",
    "Company Funded Recently",
    "Company Hiring",
    "Recent Activity",
    "Is Decision Maker",
    "Has Budget Authority",
)
HEADER = (
    "First Name", "Last Name", "Title", "Company Name", "Company Name for Emails", "Email", "Email Status", "Seniority",
    "Departments", "Stage", "Lists", "# Employees", "Industry", "Keywords", "Person Linkedin Url", "Website",
    "Company Linkedin Url", "Facebook Url", "Twitter Url", "City", "State", "Country", "Company Address",
    "Company City", "Company State", "Company Country", "Company Phone", "Technologies", "Annual Revenue",
    "Total Funding", "Latest Funding", "Latest Funding Amount", "Last Raised At", "Apollo Contact Id",
    "Apollo Account Id", *SIGNALS, "Lawful Basis", "Time Zone",
)  # fmt: skip

# First and last names of one culture belong together.
NAMES = (
    ("Amelia Grace Oliver Harper Wesley", "Whitcombe Ashdown Farrow Pemberley Thackwell"),
    ("José Lucía Ramón Inés Beltrán", "Quintanilla Echeverría Peñalver Arriaga Muñiz"),
    ("Łukasz Agnieszka Zofia Błażej Katarzyna", "Wiśnicki Dąbrówka Żurawel Gołąbek Świerczek"),
    ("Jürgen Käthe Sönke Friederike Björn", "Weißhaupt Großkreutz Mühlbrandt Oßwald Löwenthal"),
    ("Adaeze Chukwuemeka Folasade Tunde Ngozi", "Okwuosa Adeyinka Balewa Ezenwata Olorunda"),
    ("Priya Arjun Meenakshi Vikram Ishaan", "Raghunandan Chettiyar Bhattal Deshmukhe Iyengari"),
    ("Haruka Kenjirō Sayuri Takumi Yūko", "Morikawada Shirogane Tsukimori Aoyagita Hoshikawa"),
    ("Linh Quang Thảo Minh Đức", "Nguyễn Trịnh Đặng Huỳnh Phạm"),
    ("Yasmin Omar Leïla Tariq Nour", "El-Khazen Bensalah Al-Rashidi Haddadin Mansoury"),
    ("Élodie Gaël Chloé Hervé Maëlys", "Beauséjour Lefrançais Châtelet Dubréault Gérardin"),
    ("Søren Astrid Håkon Linnéa Åse", "Kjærgaard Bjørnstad Øvergård Lindström Nygård"),
    ("Mei Jun Xiu Hao Lan", "李 王 陈 赵 Zhao-Whitfield"),
    ("Ayşe Çağlar Gülşen Emre Özge", "Yıldırımlı Karabağ Şentürkan Günaydın Işıkan"),
    ("Ioana Ștefan Măriuca Radu Țuțu", "Brâncovan Șerbănoiu Dumitrașcu Văduva Țepeneag"),
)
STEMS = """
    Quartzfern Lumenhop Birkenlicht Oakenfern Tidalwisp Marrowstone Velvetcrane Copperlark Northquill Saltmeadow
    Brambleworth Glasswren Hollowpine Ivoryfinch Juniperline Kestrelby Lanternroot Mossgable Nettleford Opalthorn
    Pebblewick Quillhaven Rookbury Silverbract Thistlegate Umberfield Vesperlane Willowgrist Yarrowby Zephyrcote
""".split()  # noqa: SIM905
PLACES = {
    "United States": (
        ("Austin", "Texas", "America/Chicago"),
        ("Portland", "Oregon", "America/Los_Angeles"),
        ("Boston", "Massachusetts", "America/New_York"),
        ("Denver", "Colorado", "America/Denver"),
    ),
    "Germany": (("Berlin", "Berlin", "Europe/Berlin"), ("Köln", "Nordrhein-Westfalen", "Europe/Berlin")),
    "Poland": (("Łódź", "Łódzkie", "Europe/Warsaw"),),
    "France": (("Besançon", "Bourgogne-Franche-Comté", "Europe/Paris"),),
    "Japan": (("Sendai", "Miyagi", "Asia/Tokyo"),),
    "India": (("Pune", "Maharashtra", "Asia/Kolkata"),),
    "Brazil": (("São Paulo", "São Paulo", "America/Sao_Paulo"),),
    "Nigeria": (("Lagos", "Lagos", "Africa/Lagos"),),
}
HOME = ("United States",)
ABROAD = tuple(country for country in PLACES if country not in HOME)
# Letters that Unicode does not take apart into a plain one and its mark.
UNMARKED = {"ł": "l", "ß": "ss", "ø": "o", "æ": "ae", "đ": "d", "ı": "i"}
AGENCY = ("Marketing & Advertising",)
NEAR_AGENCY = ("Marketing & Advertising", "Online Marketing & Advertising Services", "Public Relations")
ELSEWHERE = ("Construction", "Hospital & Health Care", "Mining & Metals", "Higher Education", "Logistics")


@dataclass(frozen=True)
class Kind:
    """One kind of lead: how many, what their companies and titles look like, and how many signals are true."""

    count: int
    business: str
    industries: tuple[str, ...]
    countries: tuple[str, ...]
    employees: tuple[int, int]
    revenue: tuple[int, int]
    titles: tuple[tuple[str, str], ...]
    signals: tuple[int, int]


LEADERS = (("Founder", "Founder"), ("CEO", "C suite"), ("Managing Director", "C suite"), ("Head of Growth", "Head"))
NEAR_LEADERS = (
    ("Founder & Creative Director", "Founder"),
    ("Co-Founder", "Founder"),
    ("VP Marketing", "Vp"),
    ("Director of Client Services", "Director"),
    ("Head of Paid Media", "Head"),
)
MIDDLE = (("Marketing Manager", "Manager"), ("Team Lead Content", "Manager"), ("Senior Strategist", "Senior"))
JUNIORS = (("Marketing Intern", "Intern"), ("Assistant to the Director", "Entry"), ("Sales Trainee", "Entry"))
OTHERS = (("Site Engineer", "Entry"), ("Ward Coordinator", "Entry"), ("Librarian", "Entry"), ("Dispatcher", "Entry"))

KINDS = {
    "ideal": Kind(54, "Growth Studio", AGENCY, HOME, (10, 49), (1_200_000, 18_000_000), LEADERS, (3, 6)),
    "good": Kind(92, "Digital", NEAR_AGENCY, (*HOME, *ABROAD), (6, 140), (700_000, 26_000_000), NEAR_LEADERS, (1, 4)),
    "fair": Kind(62, "Media", NEAR_AGENCY, ABROAD, (40, 700), (9_000_000, 90_000_000), MIDDLE, (1, 3)),
    "quiet": Kind(20, "Partners", NEAR_AGENCY, ABROAD, (20, 300), (2_000_000, 50_000_000), MIDDLE, (0, 0)),
    "far": Kind(36, "Works", ELSEWHERE, ABROAD, (800, 9_000), (200_000_000, 900_000_000), OTHERS, (1, 2)),
    "beginners": Kind(18, "Holdings", ELSEWHERE, ABROAD, (900, 9_000), (300_000_000, 900_000_000), JUNIORS, (0, 1)),
}

Row = dict[str, str]


def slug(text: str) -> str:
    """ASCII letters and digits for an address. Signs that have no plain letter are left out."""
    plain = "".join(UNMARKED.get(sign, sign) for sign in text.lower())
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", plain)


def names(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Every first name with every last name of its culture, in a mixed order."""
    pairs = [(first, last) for firsts, lasts in NAMES for first in firsts.split() for last in lasts.split()]
    chance.shuffle(pairs)
    yield from pairs


def company(kind: Kind, stem: str, chance: random.Random) -> Row:
    """The company's columns."""
    name = f"{stem} {kind.business}"
    country = chance.choice(kind.countries)
    city, state, zone = chance.choice(PLACES[country])
    street = f"{chance.randint(1, 99)} Example Street"
    funded = chance.random() < 0.3
    return {
        "Company Name": f"{name}, Inc." if country in HOME else name,
        "Company Name for Emails": name,
        "# Employees": str(chance.randint(*kind.employees)),
        "Industry": chance.choice(kind.industries),
        "Keywords": ", ".join(chance.sample(("saas", "b2b", "seo", "paid social", "brand", "lifecycle", "content"), 3)),
        "Website": f"https://www.{slug(stem)}-{slug(kind.business)}.{chance.choice(('example', 'example', 'test'))}",
        "Company Linkedin Url": f"http://www.linkedin.com/company/cam-example-{slug(name)}",
        "Company Address": f"{street}\n{city}" if funded else f"{street}, {city}, {country}",
        "Company City": city,
        "Company State": state,
        "Company Country": country,
        "Company Phone": f"+1 202-555-01{chance.randint(0, 99):02d}",
        "Technologies": ", ".join(chance.sample(("Hubspot", "Google Analytics", "Webflow", "Segment", "Slack"), 2)),
        "Annual Revenue": str(chance.randint(*kind.revenue) // 1000 * 1000),
        "Total Funding": str(chance.randint(2, 90) * 100_000) if funded else "",
        "Latest Funding": "Seed" if funded else "",
        "Time Zone": zone,
    }


def person(kind: Kind, first: str, last: str, number: int, firm: Row, chance: random.Random) -> Row:
    """The person's columns, in the order in which chance is asked."""
    title, seniority = chance.choice(kind.titles)
    domain = firm["Website"].removeprefix("https://www.")
    true = set(chance.sample(SIGNALS, chance.randint(*kind.signals)))
    basis = chance.choices(
        ("opt_in", "existing_customer", "legitimate_interest", "unknown", ""), (60, 26, 6, 4, 4)
    )[0]  # fmt: skip
    return {
        "First Name": first,
        "Last Name": last,
        "Title": title,
        "Email": f"{slug(first) or 'person'}.{slug(last) or number}@{domain}",
        "Email Status": chance.choice(("Verified", "Verified", "Extrapolated")),
        "Seniority": seniority,
        "Departments": "Marketing",
        "Stage": "Cold",
        "Lists": "SaaS agencies",
        "Person Linkedin Url": f"http://www.linkedin.com/in/cam-example-{number:04d}",
        "City": firm["Company City"],
        "State": firm["Company State"],
        "Country": firm["Company Country"],
        "Apollo Contact Id": f"example-contact-{number:04d}",
        "Apollo Account Id": f"example-account-{slug(firm['Company Name for Emails'])}",
        **{signal: "TRUE" if signal in true else "FALSE" for signal in SIGNALS},
        "Lawful Basis": basis,
    }


def people(chance: random.Random) -> list[Row]:
    """The leads of every kind. Nothing is wrong with them, but some lack what an export often lacks."""
    supply = names(chance)
    rows: list[Row] = []
    for kind in KINDS.values():
        firms = [company(kind, stem, chance) for stem in STEMS]
        for place in range(kind.count):
            first, last = next(supply)
            firm = firms[place % len(firms)]
            rows.append(firm | person(kind, first, last, len(rows), firm, chance))
    for row in chance.sample(rows, 30):
        row.update(
            dict.fromkeys(chance.sample(("Annual Revenue", "# Employees", "Industry", "Time Zone", "Seniority"), 2), "")
        )
    for row in chance.sample(rows, 16):
        row.update(dict.fromkeys(SIGNALS, ""))
    chance.shuffle(rows)
    return rows


def flawed(rows: list[Row], chance: random.Random) -> Iterator[Row]:
    """Copies of good rows, each with one thing that Harvest counts or Qualify refuses."""
    models = iter(chance.sample(rows, 70))

    def local(row: Row) -> str:
        return row["Email"].partition("@")[0]

    def domain(row: Row) -> str:
        return row["Email"].partition("@")[2]

    # The same person again: as is, in capitals, with a tag, with spaces around.
    for spelled in (str, str.upper, str.title, lambda text: text.replace("@", "+news@"), lambda text: f"  {text} "):
        for _ in range(3):
            again = next(models)
            yield again | {"Email": spelled(again["Email"]), "Lists": "Seen before"}
    changes: list[tuple[str, ...]] = [
        *(
            ("role account", f"{name}@")
            for name in ("info", "sales", "office", "no-reply", "jobs.europe", "hello", "Press")
        ),
        *(("automated", f"{name}@") for name in ("mailer-daemon", "alert.bot", "crm_notifications", "spam1")),
        *(("disposable", f"cam-example-{number}@mailinator.com") for number in range(5)),
        *(("free mail", f"cam_example_{number}@gmail.com") for number in range(6)),
        *(("invalid", f"{text}@") for text in ("two words", "dots..inside", ".leading", "comma,inside")),
        ("invalid", "not-an-address"),
        ("invalid", "nobody@no_domain"),
        *(("competitor", f"{name}@rival-agency.example") for name in ("amara.rivers", "teo.brook", "lin.marsh")),
    ]
    for number, (flaw, address) in enumerate(changes):
        row = next(models)
        yield row | {
            "First Name": ("Sam", "Noor", "Kai", "Robin")[number % 4],
            "Last Name": f"Sample{number}",
            "Email": address + domain(row) if address.endswith("@") else address,
            "Person Linkedin Url": "",
            "Lists": flaw,
        }
    # No address: known by the LinkedIn page, by name and company, or not at all.
    for number in range(4):
        yield next(models) | {"Email": "", "Person Linkedin Url": f"http://www.linkedin.com/in/cam-example-x{number}"}
    for number in range(3):
        yield next(models) | {"Email": "", "Person Linkedin Url": "", "Last Name": f"Sample-{number}"}
    for _ in range(3):
        yield next(models) | {"Email": "", "Person Linkedin Url": "", "Website": ""}
    # What Harvest cannot accept, and what it cleans.
    row = next(models)
    yield row | {"Email": f"x.{local(row)}@{domain(row)}", "Lawful Basis": "met once"}
    row = next(models)
    yield row | {"Email": f"y.{local(row)}@{domain(row)}", "First Name": "Maximiliane " * 25}
    row = next(models)
    yield row | {"Email": f"z.{local(row)}@{domain(row)}", "Title": "Founder\r\nand owner", "Keywords": "long, " * 200}


def cells(rows: list[Row]) -> Iterator[list[str]]:
    """The table: three of its rows have more cells than the header, and there is a blank line."""
    yield list(HEADER)
    for number, row in enumerate(rows):
        found = [row.get(name, "") for name in HEADER]
        yield [*found, "one", "too many"] if number in (40, 170, 290) else found
        if number == 99:
            yield []


def leads() -> bytes:
    """The file, in UTF-8."""
    chance = random.Random(20260105)
    good = people(chance)
    flaws = list(flawed(good, chance))
    chance.shuffle(flaws)
    # Whoever is there twice is there first as a good row: flaws follow in the last two thirds.
    start = len(good) // 3
    rows = good[:start]
    rest = good[start:] + flaws
    chance.shuffle(rest)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(cells(rows + rest))
    return out.getvalue().encode()


if __name__ == "__main__":
    (HERE / "leads.csv").write_bytes(leads())
