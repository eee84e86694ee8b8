"""Time zones as people write them, and the zone that follows from a place. Pure, without a clock.

What is known of spellings and places lies in tables beside this module, made by `local/zone_tables.py`, which says from
what. They are read when they are first asked for: an IANA name as it should be needs none of them.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class ZoneSource(StrEnum):
    """What a lead's time zone follows from. Without any, the campaign's zone holds."""

    STATED = "stated"
    STATE = "state"
    CITY = "city"
    COUNTRY = "country"


class Zone(NamedTuple):
    """An IANA time zone, and what it follows from."""

    name: str
    source: ZoneSource


class Place(NamedTuple):
    """Where somebody is, as far as it is said."""

    country: str | None = None
    state: str | None = None
    city: str | None = None


# The longest names of zones in any system have some 80 characters.
_MOST = 120
_TABLES = Path(__file__).parent
_WORLD = ""
# Names in the IANA database that are no zone anybody lives in.
_NO_ZONES = frozenset({"Factory", "localtime", "posixrules"})
# Letters that Unicode does not take apart, and signs that stand for a minus.
_LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss"})
_SIGNS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "＋": "+", "\\": "/"})
# HubSpot's names of zones: america_slash_port_hyphen_au_hyphen_prince.
_SPELLED_OUT = {"_slash_": "/", "_hyphen_": "-", "_minus_": "-", "_plus_": "+"}
_OFFSET = re.compile(r"(?:UTC|GMT|Z)?\s*([+-])\s*(\d{1,2})(?:[:.h]?([0-5]\d))?(?:\s*(?:h|hrs?|hours?))?", re.IGNORECASE)
# `(UTC-05:00) Eastern Time`, `GMT+2 Cairo`, `UTC: Dublin`.
_OFFSET_FIRST = re.compile(
    r"\(?\s*(?:(?:UTC|GMT)\s*(?:([+-])\s*(\d{1,2})(?:[:.]?([0-5]\d))?)?|([+-])(\d{1,2}):?([0-5]\d))\s*(?:\)|(?=\s|:|,|\())"
    r"[\s:,-]*(.*[^\W\d].*)",
    re.IGNORECASE,
)
_IANA = re.compile(r"[A-Za-z_]+/[A-Za-z_-]+(?:/[A-Za-z_-]+)?")
_BRACKETS = re.compile(r"^(.*?)[(\[]([^()\[\]]+)[)\]](.*)$")
_APART = re.compile(r"\s+-\s+|\s*[,;|/]\s*")
# Both halves of a year: what a zone's clock shows in winter and in summer.
_SEASONS = (datetime(2026, 1, 1), datetime(2026, 7, 1))
# Abbreviation → the zone that most people mean by it. None: no one zone is meant by most.
_ABBREVIATIONS: dict[str, str | None] = {
    **dict.fromkeys(("EST", "EDT", "ET"), "America/New_York"),
    **dict.fromkeys(("CST", "CDT", "CT"), "America/Chicago"),
    **dict.fromkeys(("MST", "MDT", "MT"), "America/Denver"),
    **dict.fromkeys(("PST", "PDT", "PT"), "America/Los_Angeles"),
    **dict.fromkeys(("AKST", "AKDT", "AKT"), "America/Anchorage"),
    **dict.fromkeys(("HST", "HAST", "HDT"), "Pacific/Honolulu"),
    **dict.fromkeys(("AST", "ADT"), "America/Halifax"),
    **dict.fromkeys(("NST", "NDT"), "America/St_Johns"),
    **dict.fromkeys(("UTC", "Z", "UCT", "ZULU"), "UTC"),
    "GMT": "Etc/GMT",
    **dict.fromkeys(("WET", "WEST"), "Europe/Lisbon"),
    "BST": "Europe/London",
    **dict.fromkeys(("CET", "CEST", "MET", "MEST", "MEZ", "MESZ"), "Europe/Berlin"),
    **dict.fromkeys(("EET", "EEST", "OEZ", "OESZ"), "Europe/Athens"),
    "MSK": "Europe/Moscow",
    "TRT": "Europe/Istanbul",
    "GST": "Asia/Dubai",
    "IRST": "Asia/Tehran",
    "PKT": "Asia/Karachi",
    "NPT": "Asia/Kathmandu",
    "BDT": "Asia/Dhaka",
    "ICT": "Asia/Bangkok",
    "WIB": "Asia/Jakarta",
    "WITA": "Asia/Makassar",
    "WIT": "Asia/Jayapura",
    "HKT": "Asia/Hong_Kong",
    "SGT": "Asia/Singapore",
    "MYT": "Asia/Kuala_Lumpur",
    "PHT": "Asia/Manila",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AWST": "Australia/Perth",
    **dict.fromkeys(("ACST", "ACDT"), "Australia/Adelaide"),
    **dict.fromkeys(("AEST", "AEDT", "AET"), "Australia/Sydney"),
    **dict.fromkeys(("NZST", "NZDT", "NZT"), "Pacific/Auckland"),
    "SAST": "Africa/Johannesburg",
    "CAT": "Africa/Maputo",
    "EAT": "Africa/Nairobi",
    "WAT": "Africa/Lagos",
    **dict.fromkeys(("BRT", "BRST"), "America/Sao_Paulo"),
    "ART": "America/Argentina/Buenos_Aires",
    **dict.fromkeys(("CLT", "CLST"), "America/Santiago"),
    "COT": "America/Bogota",
    "PET": "America/Lima",
    "VET": "America/Caracas",
    # India, Israel or Ireland.
    "IST": None,
}
# Offsets off the full hour that one zone keeps all year, or as its standard time.
_ODD_OFFSETS = {
    -570: "Pacific/Marquesas",
    -210: "America/St_Johns",
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    525: "Australia/Eucla",
    570: "Australia/Darwin",
    630: "Australia/Lord_Howe",
    765: "Pacific/Chatham",
}
# Countries with parts that have codes of their own, and are written as their states.
_APART_FROM = {
    "AU": ("CC", "CX", "NF"),
    "CN": ("HK", "MO"),
    "DK": ("FO", "GL"),
    "FI": ("AX",),
    "FR": ("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"),
    "GB": ("AI", "BM", "FK", "GG", "GI", "IM", "JE", "KY", "MS", "SH", "TC", "VG"),
    "NL": ("AW", "BQ", "CW", "SX"),
    "NO": ("SJ",),
    "NZ": ("CK", "NU", "TK"),
    "US": ("AS", "GU", "MP", "PR", "VI"),
}
_STATE_WORDS = re.compile(
    r"^(?:(?:estado|provincia|província) d[eo]|(?:state|province|commonwealth) of)\s+"
    r"|\s+(?:state|province|region|oblast|krai|kray|region|district)$",
    re.IGNORECASE,
)
_CITY_WORDS = re.compile(
    r"^(?:greater|city of|town of)\s+|\s+(?:(?:bay|metropolitan|metro)\s+)?(?:area|region|metroplex)$"
    r"|,?\s+(?:city|d\.?c\.?)$",
    re.IGNORECASE,
)
_SAINT = re.compile(r"^saint(?=\s)", re.IGNORECASE)


def named(text: str, there: str | None = None) -> str | None:
    """The IANA zone that a text names: as IANA spells it, in Windows' words, Rails', a CRM's, or as an offset.

    `there` is the zone of the place where the person is. An abbreviation or an offset means that zone if it fits it:
    `MST` is America/Phoenix in Arizona. Deprecated names become those that took their place. None when no zone is
    meant, or nobody can tell which: `IST`, without a place.
    """
    return _named(_tidy(text), there)


def near(text: str) -> str | None:
    """The IANA name that a misspelt one looks like."""
    known = {folded(name): name for name in _iana().values()}
    found = get_close_matches(folded(text[:_MOST]), known, n=1, cutoff=0.8)
    return canonical(known[found[0]]) if found else None


@lru_cache(maxsize=8192)
def placed(place: Place) -> Zone | None:
    """The zone of a place where it is certain: in a country with one clock, a state with one, or a city that is known.

    A country or a state counts as having one clock when 98 of 100 people live by it; the cities of the others are known
    apart. None when the place may have another clock: Texas, or Portland without a state.
    """
    if any(said and len(said) > _MOST for said in place):
        return None
    country = _country(place.country)
    if place.country and not country:
        return None
    if country and place.state and (part := _country(place.state)) and part in _APART_FROM.get(country, ()):
        return _in_country(part, Place(city=place.city))
    return _in_country(country, place) if country else _anywhere(place)


@lru_cache(maxsize=16_384)
def of(stated: str | None, person: Place, company: Place, location: str | None) -> Zone | None:
    """The zone of a person: the stated one, else that of the person's place, else that of the company's.

    `location` is the company's place in one line. Where the person's own city or state is said and does not tell, the
    company's does not tell either: the person is somewhere else.
    """
    person = person._replace(country=person.country or company.country)
    there = placed(person)
    if there is None and not person.city and not person.state:
        at_work = placed(company) or (located(location) if location else None)
        there = at_work if at_work and _within(at_work.name, person.country) else None
    if stated and (name := named(stated, there.name if there else None)):
        return Zone(name, ZoneSource.STATED)
    return there


@lru_cache(maxsize=8192)
def located(text: str) -> Zone | None:
    """The zone of a place in one line: `San Francisco, California, United States`, `Austin, TX`, `Germany`."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or len(text) > _MOST:
        return None
    *before, last = parts
    city = before[0] if before else None
    if len(before) == 1 and (found := _of_city_and_state(before[0], last)):
        return found
    country = _country(last)
    if country is None:
        return placed(Place(None, last if before else None, city or last)) or placed(Place(state=last))
    if len(before) < 2 and folded_state(last) in _places().states_named:
        # Georgia is a country and a state; `IN` is India and Indiana.
        known = placed(Place(city=city)) if city else None
        found = placed(Place(last, None, city))
        return found if found and (found.source is ZoneSource.CITY or (known and known.name == found.name)) else None
    if len(before) > 1:
        return placed(Place(last, before[-1], city))
    return placed(Place(last, None, city)) or placed(Place(last, city, None))


def available() -> frozenset[str]:
    """Every name in the IANA database."""
    return frozenset(_iana().values())


def canonical(name: str) -> str:
    """The present name of an IANA zone: Asia/Kolkata for Asia/Calcutta. A name that is in use stays as it is."""
    return _present().get(name, name)


@lru_cache(maxsize=1024)
def exists(name: str) -> bool:
    """Whether there is an IANA zone of exactly this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def folded(text: str) -> str:
    """A name reduced to what is compared: its letters and digits, without case and accents."""
    if text.isascii():
        return "".join(sign for sign in text.lower() if sign.isalnum())
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(sign for sign in plain if sign.isalnum() and unicodedata.category(sign) != "Lm")


def folded_state(text: str) -> str:
    """The same for a state: `State of New York` is `newyork`."""
    return folded(_STATE_WORDS.sub("", text.strip()))


def folded_city(text: str) -> str:
    """The same for a city: `Greater Boston Area` is `boston`, `Saint Louis` is `stlouis`."""
    text, before = text.strip(), ""
    while text != before:
        text, before = _CITY_WORDS.sub("", text), text
    return folded(_SAINT.sub("St", text))


def _tidy(text: str) -> str:
    text = " ".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).split()).strip("'\" ")
    for word, sign in _SPELLED_OUT.items():
        text = re.sub(word, sign, text, flags=re.IGNORECASE) if word in text.lower() else text
    return text


@lru_cache(maxsize=4096)
def _named(text: str, there: str | None) -> str | None:
    if not text or len(text) > _MOST:
        return None
    short = text.upper().replace(".", "")
    if short in _ABBREVIATIONS:
        return _abbreviated(short, there)
    if found := _OFFSET.fullmatch(text):
        return _fixed(_minutes(*found.groups()), there)
    if name := _known(text):
        return name
    if (inside := _IANA.search(text)) and (name := _known(inside.group())):
        return name
    if found := _OFFSET_FIRST.fullmatch(text):
        *offset, rest = found.groups()
        # An offset in front of a name may be that of another season, or of years ago.
        if name := _known(rest):
            return name
        sign, hours, minutes = offset[:3] if offset[1] else offset[3:]
        shift = _minutes(sign, hours, minutes) if hours else 0
        fits = (name for name in _parts(rest, there) if shift in _offsets(name))
        return next(fits, None) or (_fixed(shift, there) if hours else None)
    return next(_parts(text, there, alone=True), None)


def _parts(text: str, there: str | None, alone: bool = False) -> Iterator[str]:
    """The zones that the parts of a text name, the most telling first.

    `alone`: no offset stands in front of them to tell which is right. Then words between commas must agree, or
    `Paris, Texas` would be in France.
    """
    if name := _known(text) or _city(text):
        yield name
    if boxed := _BRACKETS.match(text):
        before, inner, behind = boxed.groups()
        for part in (inner, f"{before} {behind}"):
            if name := _word(part.strip(), there):
                yield name
        text = before
    words = [word for word in _APART.split(text) if word]
    if len(words) > 1:
        found = [_word(word, there) for word in words]
        if not alone or (all(found) and len({_clock(name) for name in found if name}) == 1):
            yield from (name for name in found if name)


def _word(text: str, there: str | None) -> str | None:
    short = text.upper()
    if short in _ABBREVIATIONS:
        return _abbreviated(short, there)
    return _known(text) or _city(text)


def _known(text: str) -> str | None:
    name = _iana().get(text.lower().replace(" ", "_")) or _names().get(folded(text))
    return canonical(name) if name else None


def _city(text: str) -> str | None:
    zone = placed(Place(city=text))
    if zone is None and folded_state(text) not in _places().states_named:
        zone = placed(Place(country=text))
    return zone.name if zone else None


def _abbreviated(short: str, there: str | None) -> str | None:
    usual = _ABBREVIATIONS[short]
    # Australians write EST for AEST.
    if there and (short in _abbreviations(there) or f"A{short}" in _abbreviations(there)):
        return there
    return there if there and usual and _clock(there) == _clock(usual) else usual


def _fixed(minutes: int, there: str | None) -> str | None:
    """The zone of an offset. IANA counts its own westwards: Etc/GMT+5 is 5 hours behind UTC."""
    if there and minutes in _offsets(there):
        return there
    hours, rest = divmod(minutes, 60)
    if rest:
        return _ODD_OFFSETS.get(minutes)
    if not minutes:
        return "UTC"
    return f"Etc/GMT{-hours:+d}" if -12 <= hours <= 14 else None


def _minutes(sign: str, hours: str, minutes: str | None) -> int:
    shift = 60 * int(hours) + int(minutes or 0)
    return -shift if sign == "-" else shift


@cache
def _offsets(name: str) -> frozenset[int]:
    return frozenset(_clock(name))


@cache
def _clock(name: str) -> tuple[int, ...]:
    """A zone's minutes before UTC in January and in July."""
    shifts = (ZoneInfo(name).utcoffset(moment) for moment in _SEASONS)
    return tuple(int(shift.total_seconds() // 60) if shift is not None else 0 for shift in shifts)


@cache
def _abbreviations(name: str) -> frozenset[str | None]:
    return frozenset(ZoneInfo(name).tzname(moment) for moment in _SEASONS)


def _in_country(country: str, place: Place) -> Zone | None:
    known = _places()
    state = _state(country, place.state) if place.state else None
    own = _cities().get(state or country, {}).get(folded_city(place.city)) if place.city else None
    whole = known.zones.get(state or country)
    if own and (not whole or _clock(own) != _clock(whole)):
        return Zone(own, ZoneSource.CITY)
    return Zone(whole, ZoneSource.STATE if state else ZoneSource.COUNTRY) if whole else None


def _anywhere(place: Place) -> Zone | None:
    """The zone of a place without a country: a state whose name no other has, or a city beyond mistaking."""
    if not place.state:
        name = _cities()[_WORLD].get(folded_city(place.city)) if place.city else None
        return Zone(name, ZoneSource.CITY) if name else None
    if place.city and (found := _of_city_and_state(place.city, place.state)):
        return found
    state = _places().lone_states.get(folded_state(place.state))
    return _in_country(state[:2], place) if state else None


def _of_city_and_state(city: str, state: str) -> Zone | None:
    """The zone of a city that is known in a state of this name or code: `Atlanta, GA` is not in Gabon."""
    name, wanted = folded_city(city), folded_state(state)
    found = {
        _in_country(code[:2], Place(code[:2], state, city))
        for code in _places().states_named.get(wanted, ())
        if name in _cities().get(code, ())
    }
    return found.pop() if len(found) == 1 else None


def _within(name: str, country: str | None) -> bool:
    """Whether a country has the clock of a zone: a company somewhere else does not tell where the person is."""
    return country is None or _clock(name) in _clocks().get(_country(country) or "", ())


@cache
def _clocks() -> dict[str, set[tuple[int, ...]]]:
    found: dict[str, set[tuple[int, ...]]] = {}
    for line in resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            found.setdefault(code, set()).add(_clock(zone))
    return found


def _country(text: str | None) -> str | None:
    return _places().countries.get(folded(text)) if text else None


def _state(country: str, text: str) -> str | None:
    """The code of a state of this country, such as US-CA, by its name, its code, or both codes."""
    name = folded_state(text)
    named = _places().states_named
    for wanted in (name, name.removeprefix(country.lower())):
        for code in named.get(wanted, ()):
            if code[:2] == country:
                return code
    return None


@cache
def _iana() -> dict[str, str]:
    """Every name of the IANA database, by its lower case."""
    names = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {name.lower(): name for name in names if name not in _NO_ZONES}


def _table(name: str) -> Iterator[list[str]]:
    for line in (_TABLES / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


@cache
def _present() -> dict[str, str]:
    """Deprecated names of zones, with those that took their place."""
    return {old: zone for zone, olds, _ in _table("zone_names.tsv") for old in olds.split(",") if old}


@cache
def _names() -> dict[str, str]:
    """What else zones are called, folded."""
    return {name: zone for zone, _, names in _table("zone_names.tsv") for name in names.split(",") if name}


class _Places(NamedTuple):
    """Countries by name, states by name or code, those with a name of their own, and the zones of one-clock places."""

    countries: dict[str, str]
    states_named: dict[str, tuple[str, ...]]
    lone_states: dict[str, str]
    zones: dict[str, str]


@cache
def _places() -> _Places:
    known = _Places({}, {}, {}, {})
    for code, zone, lone, shared in _table("zone_places.tsv"):
        if zone:
            known.zones[code] = zone
        if len(code) == 2:
            known.countries.update(dict.fromkeys(lone.split(","), code))
            continue
        known.lone_states.update(dict.fromkeys(filter(None, lone.split(",")), code))
        for name in {*lone.split(","), *shared.split(","), code[3:].lower()} - {""}:
            known.states_named[name] = (*known.states_named.get(name, ()), code)
    return known


@cache
def _cities() -> dict[str, dict[str, str]]:
    """Zones of cities by the state's code, those beyond mistaking in their country by its, and in the world by none."""
    known: dict[str, dict[str, str]] = {_WORLD: {}}
    for code, zone, worldwide, nationwide, others in _table("zone_cities.tsv"):
        groups = [names.split(",") if names else [] for names in (worldwide, nationwide, others)]
        known[_WORLD].update(dict.fromkeys(groups[0], zone))
        known.setdefault(code[:2], {}).update(dict.fromkeys(groups[0] + groups[1], zone))
        known.setdefault(code, {}).update(dict.fromkeys(groups[0] + groups[1] + groups[2], zone))
    return known
