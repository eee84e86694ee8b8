"""Time zones from spellings and from places."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cam.text import zone_tables, zones
from cam.text.zone_places import Place, Zone, ZoneSource, located, placed

NEW_YORK, CHICAGO, DENVER = "America/New_York", "America/Chicago", "America/Denver"
LOS_ANGELES, BERLIN, KOLKATA = "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata"

SPELLINGS = [
    # IANA, in any spelling
    ("Europe/Berlin", BERLIN),
    ("America/New York", NEW_YORK),
    ("america/new_york", NEW_YORK),
    ("AMERICA/NEW_YORK", NEW_YORK),
    ("  America / New_York ", NEW_YORK),
    ("America/\u00a0New\u00a0York", NEW_YORK),
    ("America\\New_York", NEW_YORK),
    ("'America/New_York'", NEW_YORK),
    ("New York", NEW_YORK),
    ("Berlin", BERLIN),
    ("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"),
    # its deprecated names
    ("Asia/Calcutta", KOLKATA),
    ("US/Pacific", LOS_ANGELES),
    ("us/pacific", LOS_ANGELES),
    ("Europe/Kiev", "Europe/Kyiv"),
    ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
    ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("America/Godthab", "America/Nuuk"),
    ("Canada/Eastern", "America/Toronto"),
    ("Japan", "Asia/Tokyo"),
    ("Iceland", "Atlantic/Reykjavik"),
    ("GB", "Europe/London"),
    ("EST5EDT", NEW_YORK),
    ("PST8PDT", LOS_ANGELES),
    # names in use that share a clock stay
    ("Europe/Amsterdam", "Europe/Amsterdam"),
    ("Europe/Stockholm", "Europe/Stockholm"),
    ("Australia/Lord_Howe", "Australia/Lord_Howe"),
    # HubSpot
    ("america_slash_new_york", NEW_YORK),
    ("us_slash_eastern", NEW_YORK),
    ("america_slash_port_hyphen_au_hyphen_prince", "America/Port-au-Prince"),
    # Windows and Outlook
    ("Eastern Standard Time", NEW_YORK),
    ("Eastern Daylight Time", NEW_YORK),
    ("W. Europe Standard Time", BERLIN),
    ("Romance Standard Time", "Europe/Paris"),
    ("GMT Standard Time", "Europe/London"),
    ("India Standard Time", KOLKATA),
    ("Arabian Standard Time", "Asia/Dubai"),
    ("E. Australia Standard Time", "Australia/Brisbane"),
    ("Central Standard Time (Mexico)", "America/Mexico_City"),
    ("US Mountain Standard Time", "America/Phoenix"),
    ("(UTC-05:00) Eastern Time (US & Canada)", NEW_YORK),
    ("(GMT-05:00) Eastern Time (US & Canada)", NEW_YORK),
    ("(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", BERLIN),
    ("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", "Europe/Paris"),
    ("(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", KOLKATA),
    ("(GMT+00:00) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London", "Europe/London"),
    # Salesforce, Google, JavaScript
    ("(GMT-05:00) Eastern Standard Time (America/New_York)", NEW_YORK),
    ("(GMT+02:00) Central European Summer Time (Europe/Berlin)", BERLIN),
    ("(GMT-08:00) Pacific Time - Los Angeles", LOS_ANGELES),
    ("GMT-0500 (Eastern Standard Time)", NEW_YORK),
    ("America/Los_Angeles (PST)", LOS_ANGELES),
    # Rails
    ("Eastern Time (US & Canada)", NEW_YORK),
    ("Pacific Time (US & Canada)", LOS_ANGELES),
    ("Indiana (East)", "America/Indiana/Indianapolis"),
    ("Arizona", "America/Phoenix"),
    ("Mumbai", KOLKATA),
    ("Canberra", "Australia/Sydney"),
    # what people say
    ("Pacific Time", LOS_ANGELES),
    ("Eastern", NEW_YORK),
    ("US Central", CHICAGO),
    ("Japan Standard Time", "Asia/Tokyo"),
    ("British Summer Time", "Europe/London"),
    ("Mitteleuropäische Zeit", BERLIN),
    ("Heure d’Europe centrale", "Europe/Paris"),
    ("Germany", BERLIN),
    # abbreviations
    ("EST", NEW_YORK),
    ("edt", NEW_YORK),
    ("ET", NEW_YORK),
    ("PST/PDT", LOS_ANGELES),
    ("CST", CHICAGO),
    ("MST", DENVER),
    ("CET", BERLIN),
    ("MEZ", BERLIN),
    ("BST", "Europe/London"),
    ("JST", "Asia/Tokyo"),
    ("AEST", "Australia/Sydney"),
    ("Central European Time (CET)", BERLIN),
    # offsets, which IANA counts westwards
    ("UTC-05:00", "Etc/GMT+5"),
    ("UTC−05:00", "Etc/GMT+5"),
    ("GMT+2", "Etc/GMT-2"),
    ("+0100", "Etc/GMT-1"),
    ("-5", "Etc/GMT+5"),
    ("UTC+14", "Etc/GMT-14"),
    ("etc/gmt+5", "Etc/GMT+5"),
    ("+0530", KOLKATA),
    ("UTC+5:45", "Asia/Kathmandu"),
    ("+5.5", KOLKATA),
    ("-0500", "Etc/GMT+5"),
    ("-500", "Etc/GMT+5"),
    ("UTC-03:30", "America/St_Johns"),
    ("UTC", "UTC"),
    ("Z", "UTC"),
    ("Etc/UTC", "UTC"),
    ("UTC+00:00", "UTC"),
    ("Coordinated Universal Time", "UTC"),
    ("GMT", "Etc/GMT"),
    ("(UTC-03:00) Somewhere", "Etc/GMT+3"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "zone"), SPELLINGS)
def test_a_spelling_is_its_zone(text, zone):
    assert zones.named(text) == zone


@pytest.mark.parametrize(
    "text",
    ["", "   ", "Mars/Base", "Not a zone", "5", "UTC+15", "GMT+5:99", "+5.2", "IST", "Paris, Texas", "Georgia",
     "Factory", "localtime", "../etc/passwd", "\0", "x" * 40_000],
)  # fmt: skip
def test_what_nobody_can_tell_is_no_zone(text):
    assert zones.named(text) is None


@pytest.mark.parametrize(
    ("text", "there", "zone"),
    [
        ("MST", "America/Phoenix", "America/Phoenix"),
        ("CST", "Asia/Shanghai", "Asia/Shanghai"),
        ("IST", "Europe/Dublin", "Europe/Dublin"),
        ("IST", "Asia/Jerusalem", "Asia/Jerusalem"),
        ("IST", KOLKATA, KOLKATA),
        ("EST", "Australia/Brisbane", "Australia/Brisbane"),
        ("CET", "Europe/Madrid", "Europe/Madrid"),
        ("GMT", "Europe/London", "Europe/London"),
        ("EST", BERLIN, NEW_YORK),
        ("UTC-05:00", NEW_YORK, NEW_YORK),
        ("UTC-04:00", NEW_YORK, NEW_YORK),
        ("UTC+2", NEW_YORK, "Etc/GMT-2"),
        ("America/Chicago", NEW_YORK, CHICAGO),
    ],
)
def test_the_place_makes_an_abbreviation_or_an_offset_exact(text, there, zone):
    assert zones.named(text, there) == zone


@pytest.mark.parametrize(
    ("text", "meant"),
    [("Europe/Berln", BERLIN), ("Americas/New_York", NEW_YORK), ("Asia/Calcuta", KOLKATA), ("Mars/Base", None)],
)
def test_a_misspelt_zone_is_suggested(text, meant):
    assert zones.near(text) == meant


def test_every_iana_name_is_known_in_every_spelling_and_keeps_its_clock():
    moments = [datetime(2027, month, 1, tzinfo=UTC) for month in (1, 7)]
    # Fixed at the zone's standard time: whoever writes them means the zone.
    wrong = set(zone_tables.available()) - {"EST", "MST"}
    for name in sorted(wrong):
        zone = zones.named(name)
        spelled = [
            name.lower(),
            name.upper(),
            name.replace("_", " "),
            name.replace("/", "_slash_").replace("-", "_hyphen_"),
        ]
        if zone and {zones.named(text) for text in spelled} == {zone}:
            same = [
                one.astimezone(ZoneInfo(name)).utcoffset() == one.astimezone(ZoneInfo(zone)).utcoffset()
                for one in moments
            ]
            if all(same):
                wrong.discard(name)

    assert not wrong


def city(zone):
    return Zone(zone, ZoneSource.CITY)


def state(zone):
    return Zone(zone, ZoneSource.STATE)


def country(zone):
    return Zone(zone, ZoneSource.COUNTRY)


PLACES = [
    # one clock in the country, whatever it is called
    (("Japan", None, "Tokyo"), country("Asia/Tokyo")),
    (("Germany", "Bavaria", "Munich"), country(BERLIN)),
    (("Deutschland", None, None), country(BERLIN)),
    (("DEU", None, None), country(BERLIN)),
    (("de", None, None), country(BERLIN)),
    (("UK", None, None), country("Europe/London")),
    (("Scotland", None, None), country("Europe/London")),
    (("United Arab Emirates", None, None), country("Asia/Dubai")),
    (("Korea, Republic of", None, None), country("Asia/Seoul")),
    (("Österreich", None, None), country("Europe/Vienna")),
    (("日本", None, None), country("Asia/Tokyo")),
    (("India", "Karnataka", "Bengaluru"), country(KOLKATA)),
    (("Netherlands", None, None), country("Europe/Amsterdam")),
    (("New Zealand", None, None), country("Pacific/Auckland")),
    (("Portugal", None, None), country("Europe/Lisbon")),
    (("Portugal", None, "Ponta Delgada"), city("Atlantic/Azores")),
    (("Kosovo", None, None), country("Europe/Belgrade")),
    # one clock in the state
    (("United States", "California", "San Francisco"), state(LOS_ANGELES)),
    (("US", "CA", None), state(LOS_ANGELES)),
    (("USA", "US-CA", None), state(LOS_ANGELES)),
    (("United States", "New York State", None), state(NEW_YORK)),
    (("U.S.A.", "Washington", "Seattle"), state(LOS_ANGELES)),
    (("US", "DC", "Washington"), state(NEW_YORK)),
    (("US", "Arizona", None), state("America/Phoenix")),
    (("US", "HI", None), state("Pacific/Honolulu")),
    (("US", "Puerto Rico", "San Juan"), country("America/Puerto_Rico")),
    (("Canada", "Québec", None), state("America/Toronto")),
    (("Canada", "ON", "Toronto"), state("America/Toronto")),
    (("Canada", "Saskatchewan", None), state("America/Regina")),
    (("Australia", "NSW", None), state("Australia/Sydney")),
    (("Australia", "Queensland", "Brisbane"), state("Australia/Brisbane")),
    (("Brazil", "SP", "São Paulo"), state("America/Sao_Paulo")),
    (("Brasil", "Minas Gerais", None), state("America/Sao_Paulo")),
    (("Mexico", "Baja California", None), state("America/Tijuana")),
    (("México", "CDMX", None), state("America/Mexico_City")),
    (("Russia", "Novosibirsk Oblast", None), state("Asia/Novosibirsk")),
    (("Spain", "Canary Islands", None), state("Atlantic/Canary")),
    (("España", "Cataluña", None), state("Europe/Madrid")),
    (("Indonesia", "Bali", None), state("Asia/Makassar")),
    # a city in a state with two clocks
    (("US", "TX", "Austin"), city(CHICAGO)),
    (("US", "Texas", "El Paso"), city(DENVER)),
    (("US", "Tennessee", "Nashville"), city(CHICAGO)),
    (("US", "TN", "Knoxville"), city(NEW_YORK)),
    (("US", "Indiana", "Gary"), city(CHICAGO)),
    (("US", "Florida", "Pensacola"), city(CHICAGO)),
    (("US", "FL", "Miami"), city(NEW_YORK)),
    (("US", "Idaho", "Boise"), city("America/Boise")),
    (("US", "Oregon", "Ontario"), city("America/Boise")),
    (("Canada", "Newfoundland and Labrador", "St. John's"), city("America/St_Johns")),
    # a city that is alone in its country
    (("US", None, "Chicago"), city(CHICAGO)),
    (("US", None, "New York City"), city(NEW_YORK)),
    ((None, "MO", "Saint Louis"), state(CHICAGO)),
    (("Russia", None, "Moskau"), city("Europe/Moscow")),
    (("Россия", None, "Москва"), city("Europe/Moscow")),
    (("Spain", None, "Madrid"), city("Europe/Madrid")),
    (("Mongolia", None, "Ulaanbaatar"), city("Asia/Ulaanbaatar")),
    # without a country
    ((None, "California", None), state(LOS_ANGELES)),
    ((None, "CA", "San Francisco"), state(LOS_ANGELES)),
    ((None, "GA", "Atlanta"), state(NEW_YORK)),
    ((None, None, "Tokyo"), city("Asia/Tokyo")),
    ((None, None, "London"), city("Europe/London")),
    # nobody can tell
    (("US", None, None), None),
    (("US", "TX", None), None),
    (("US", "Tennessee", "Nowhereville"), None),
    (("US", None, "Portland"), None),
    (("US", None, "Springfield"), None),
    (("Canada", None, None), None),
    (("Spain", None, None), None),
    (("Narnia", None, "Berlin"), None),
    ((None, "Georgia", None), None),
    ((None, "CA", None), None),
    ((None, None, "Portland"), None),
    ((None, None, None), None),
    (("x" * 40_000, None, None), None),
]  # fmt: skip


@pytest.mark.parametrize(("place", "zone"), PLACES)
def test_a_place_has_a_zone_where_it_is_certain(place, zone):
    assert placed(Place(*place)) == zone


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        ("San Francisco, California, United States", LOS_ANGELES),
        ("London, England, United Kingdom", "Europe/London"),
        ("Munich, Germany", BERLIN),
        ("California, United States", LOS_ANGELES),
        ("Germany", BERLIN),
        ("Berlin", BERLIN),
        ("Austin, TX", CHICAGO),
        ("El Paso, TX, USA", DENVER),
        ("Chicago, Illinois", CHICAGO),
        ("Paris, Texas", CHICAGO),
        ("Toronto, ON", "America/Toronto"),
        ("New York City Metropolitan Area", NEW_YORK),
        # a code or a name that is a country's and a state's
        ("Berlin, DE", BERLIN),
        ("Wilmington, DE", NEW_YORK),
        ("Madrid, ES", "Europe/Madrid"),
        ("Atlanta, GA", NEW_YORK),
        ("Tbilisi, Georgia", "Asia/Tbilisi"),
        ("Smallville, IN", None),
        ("Georgia", None),
        ("Portland", None),
        ("Remote", None),
        ("United States", None),
        (", ,", None),
    ],
)
def test_a_place_in_one_line_has_a_zone_where_it_is_certain(line, zone):
    found = located(line)
    assert (found.name if found else None) == zone


NOWHERE = Place()


@pytest.mark.parametrize(
    ("stated", "person", "company", "location", "zone"),
    [
        (BERLIN, Place("Japan"), NOWHERE, None, Zone(BERLIN, ZoneSource.STATED)),
        ("MST", Place("US", "AZ"), NOWHERE, None, Zone("America/Phoenix", ZoneSource.STATED)),
        ("Mars/Base", Place("Japan"), NOWHERE, None, country("Asia/Tokyo")),
        ("Mars/Base", NOWHERE, NOWHERE, None, None),
        (None, Place("US", "CA"), Place("US", "NY"), None, state(LOS_ANGELES)),
        (None, NOWHERE, Place("US", "NY"), None, state(NEW_YORK)),
        (None, Place("US"), Place("US", "NY"), None, state(NEW_YORK)),
        (None, Place(None, "CA", "San Francisco"), Place("US"), None, state(LOS_ANGELES)),
        (None, Place("US"), NOWHERE, "Austin, TX", city(CHICAGO)),
        # The company is somewhere else than the person.
        (None, Place("US"), Place("Germany"), None, None),
        (None, Place("US"), NOWHERE, "Berlin, Germany", None),
        (None, Place("US", "TX"), Place("US", "NY"), None, None),
    ],
)
def test_the_stated_zone_goes_first_then_the_person_s_place_then_the_company_s(stated, person, company, location, zone):
    assert zones.of(stated, person, company, location) == zone


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("D", "Europe/Berlin"), ("BRD", "Europe/Berlin"), ("Germany (DE)", "Europe/Berlin"),
        ("DE - Germany", "Europe/Berlin"), ("🇩🇪", "Europe/Berlin"), ("Germany 🇩🇪", "Europe/Berlin"),
        ("Oesterreich", "Europe/Vienna"), ("Rumaenien", "Europe/Bucharest"), ("Großbritannien", "Europe/London"),
        ("Grande-Bretagne", "Europe/London"), ("Hong Kong SAR", "Asia/Hong_Kong"), ("السعودية", "Asia/Riyadh"),
        ("Germany (AT)", None), ("Congo / Gabon", None), ("()", None),
    ],
)  # fmt: skip
def test_a_country_in_other_spellings(country: str, zone: str | None) -> None:
    found = placed(Place(country=country))

    assert (found.name if found else None) == zone


@pytest.mark.parametrize(
    ("country", "state", "zone"),
    [
        ("Portugal", "Açores", "Atlantic/Azores"),
        ("Spanien", "Kanarische Inseln", "Atlantic/Canary"),
        ("United States", "California (CA)", "America/Los_Angeles"),
        ("United States", "NY - New York", "America/New_York"),
        ("Estados Unidos", "Nueva York", "America/New_York"),
        ("EE. UU.", "Hawái", "Pacific/Honolulu"),
    ],
)
def test_a_state_in_other_spellings(country: str, state: str, zone: str) -> None:
    found = placed(Place(country=country, state=state))

    assert found
    assert found.name == zone


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("548 Market St, San Francisco, California, United States, 94104", "America/Los_Angeles"),
        ("Houston, TX 77002", "America/Chicago"),
        ("10115 Berlin, Germany", "Europe/Berlin"),
        ("94104", None),
    ],
)
def test_a_postal_address_is_a_place(text: str, zone: str | None) -> None:
    found = located(text)

    assert (found.name if found else None) == zone


@pytest.mark.parametrize(
    ("text", "there", "zone"),
    [
        ("BST", "Asia/Dhaka", "Asia/Dhaka"),
        ("BST", "Europe/London", "Europe/London"),
        ("BST", None, "Europe/London"),
        ("AST", "Asia/Riyadh", "Asia/Riyadh"),
        ("AST", "America/Puerto_Rico", "America/Puerto_Rico"),
        ("WEZ", None, "Europe/Lisbon"),
    ],
)
def test_an_abbreviation_has_another_meaning_elsewhere(text: str, there: str | None, zone: str) -> None:
    assert zones.named(text, there) == zone
