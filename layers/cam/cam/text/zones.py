"""Time zones as people write them, and the zone of a person. Pure, without a clock."""

import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from cam.text.zone_places import Place, Zone, ZoneSource, located, placed, within
from cam.text.zone_tables import MOST, SEASONS, canonical, clock, folded, folded_state, iana, names, places

_SIGNS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "＋": "+", "\\": "/"})
# HubSpot's names of zones: america_slash_port_hyphen_au_hyphen_prince.
_SPELLED_OUT = {"_slash_": "/", "_hyphen_": "-", "_minus_": "-", "_plus_": "+"}
# As text, which `re` compiles when it first needs it: a Lambda starts without them.
_OFFSET = r"(?i)(?:UTC|GMT|Z)?\s*([+-])\s*(\d{1,2})(?:[:.h]?([0-5]\d)|[.,](5|25|75))?(?:\s*(?:h|hrs?|hours?))?"
# `(UTC-05:00) Eastern Time`, `GMT+2 Cairo`, `UTC: Dublin`.
_OFFSET_FIRST = (
    r"(?i)\(?\s*(?:(?:UTC|GMT)\s*(?:([+-])\s*(\d{1,2})(?:[:.]?([0-5]\d))?)?|([+-])(\d{1,2}):?([0-5]\d))\s*"
    r"(?:\)|(?=[\s:,(]))[\s:,-]*(.*[^\W\d].*)"
)
_IANA = r"[A-Za-z_]+/[A-Za-z_-]+(?:/[A-Za-z_-]+)?"
_BRACKETS = r"(.*?)[(\[]([^()\[\]]+)[)\]](.*)"
_APART = r"\s+-\s+|\s*[,;|/]\s*"
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
    **dict.fromkeys(("WET", "WEST", "WEZ", "WESZ"), "Europe/Lisbon"),
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
# What some of them mean to people who live by that clock.
_ELSEWHERE = {"AST": "Asia/Riyadh", "BST": "Asia/Dhaka"}
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


def named(text: str, there: str | None = None) -> str | None:
    """The IANA zone that a text names: as IANA spells it, in Windows' words, Rails', a CRM's, or as an offset.

    `there` is the zone of the place where the person is. An abbreviation or an offset means that zone if it fits it:
    `MST` is America/Phoenix in Arizona. Deprecated names become those that took their place. None when no zone is
    meant, or nobody can tell which: `IST`, without a place.
    """
    return _named(_tidy(text), there)


def unknown(text: str) -> str:
    """The error message for a text that `named` does not know."""
    shown = text if len(text) <= 50 else text[:49] + "…"
    if text.strip().upper() == "IST":
        return "'IST' is ambiguous: use Asia/Kolkata, Asia/Jerusalem or Europe/Dublin."
    meant = near(text)
    hint = f"Did you mean {meant}?" if meant else "Use an IANA name, such as Europe/Berlin or America/New_York."
    return f"{shown!r} is not a known time zone. {hint}"


def near(text: str) -> str | None:
    """The IANA name that a misspelt one looks like."""
    own = sorted(iana().values())
    known = {folded(name.rpartition("/")[2]): name for name in own} | {folded(name): name for name in own}
    found = get_close_matches(folded(text[:MOST]), known, n=1, cutoff=0.8)
    return canonical(known[found[0]]) if found else None


def of(stated: str | None, person: Place, company: Place, location: str | None) -> Zone | None:
    """The zone of a person: the stated one, else that of the person's place, else that of the company's.

    `location` is the company's place in one line. Where the person's own city or state is said and does not tell, the
    company's does not tell either: the person is somewhere else.
    """
    person = person._replace(country=person.country or company.country)
    there = placed(person)
    if there is None and not person.city and not person.state:
        at_work = placed(company) or (located(location) if location else None)
        there = at_work if at_work and within(at_work.name, person.country) else None
    if stated and (name := named(stated, there.name if there else None)):
        return Zone(name, ZoneSource.STATED)
    return there


def _tidy(text: str) -> str:
    text = " ".join(unicodedata.normalize("NFKC", text).translate(_SIGNS).split()).strip("'\" ")
    for word, sign in _SPELLED_OUT.items():
        text = re.sub(word, sign, text, flags=re.IGNORECASE) if word in text.lower() else text
    return text


@lru_cache(maxsize=4096)
def _named(text: str, there: str | None) -> str | None:
    if not text or len(text) > MOST:
        return None
    short = text.upper().replace(".", "")
    if short in _ABBREVIATIONS:
        return _abbreviated(short, there)
    if found := re.fullmatch(_OFFSET, text):
        sign, hours, minutes, part = found.groups()
        # Spreadsheets write 5.5 for half past five.
        return _fixed(_minutes(sign, hours, {"5": "30", "25": "15", "75": "45"}.get(part, minutes)), there)
    if name := _known(text):
        return name
    if (inside := re.search(_IANA, text)) and (name := _known(inside.group())):
        return name
    if found := re.fullmatch(_OFFSET_FIRST, text):
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
    if boxed := re.fullmatch(_BRACKETS, text):
        before, inner, behind = boxed.groups()
        for part in (inner, f"{before} {behind}"):
            if name := _word(part.strip(), there):
                yield name
        text = before
    words = [word for word in re.split(_APART, text) if word]
    if len(words) > 1:
        found = [_word(word, there) for word in words]
        if not alone or (all(found) and len({clock(name) for name in found if name}) == 1):
            yield from (name for name in found if name)


def _word(text: str, there: str | None) -> str | None:
    short = text.upper()
    if short in _ABBREVIATIONS:
        return _abbreviated(short, there)
    return _known(text) or _city(text)


def _known(text: str) -> str | None:
    name = iana().get(text.lower().replace(" ", "_")) or names().get(folded(text))
    return canonical(name) if name else None


def _city(text: str) -> str | None:
    zone = placed(Place(city=text))
    if zone is None and len(text) > 1 and folded_state(text) not in places().states_named:
        zone = placed(Place(country=text))
    return zone.name if zone else None


def _abbreviated(short: str, there: str | None) -> str | None:
    usual = _ABBREVIATIONS[short]
    # Australians write EST for AEST.
    if there and (short in _abbreviations(there) or f"A{short}" in _abbreviations(there)):
        return there
    if there and short in _ELSEWHERE and clock(there) == clock(_ELSEWHERE[short]):
        return there
    return there if there and usual and clock(there) == clock(usual) else usual


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
    return frozenset(clock(name))


@cache
def _abbreviations(name: str) -> frozenset[str | None]:
    return frozenset(ZoneInfo(name).tzname(moment) for moment in SEASONS)
