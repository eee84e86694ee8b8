"""The tables of time zones, spellings and places. They are read when first needed.

`local/zone_tables.py` makes the files, from data whose licenses are in `zone_tables.licenses.txt`.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

# What is longer names neither a zone nor a place.
MOST = 120
_TABLES = Path(__file__).parent
WORLD = ""
# Names in the IANA database that are no zone anybody lives in.
_NO_ZONES = frozenset({"Factory", "localtime", "posixrules"})
# Letters that Unicode does not take apart, and signs that stand for a minus.
_LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss"})
_STATE_WORDS = (
    r"(?i)^(?:(?:estado|provincia|província) d[eo]|(?:state|province|commonwealth) of)\s+"
    r"|\s+(?:state|province|region|oblast|krai|kray|district)$"
)
_CITY_WORDS = (
    r"(?i)^(?:greater|city of|town of)\s+|\s+(?:(?:bay|metropolitan|metro)\s+)?(?:area|region|metroplex)$"
    r"|,?\s+(?:city|d\.?c\.?)$"
)
_SAINT = r"(?i)^saint(?=\s)"
# Both halves of a year: what a zone's clock shows in winter and in summer.
SEASONS = (datetime(2026, 1, 1), datetime(2026, 7, 1))


def folded(text: str) -> str:
    """A name reduced to what is compared: its letters and digits, without case and accents."""
    if text.isascii():
        return "".join(sign for sign in text.lower() if sign.isalnum())
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(sign for sign in plain if sign.isalnum() and unicodedata.category(sign) != "Lm")


def folded_state(text: str) -> str:
    """The same for a state: `State of New York` is `newyork`."""
    return folded(re.sub(_STATE_WORDS, "", text.strip()))


def folded_city(text: str) -> str:
    """The same for a city: `Greater Boston Area` is `boston`, `Saint Louis` is `stlouis`."""
    text, before = text.strip(), ""
    while text != before:
        text, before = re.sub(_CITY_WORDS, "", text), text
    return folded(re.sub(_SAINT, "St", text))


def available() -> frozenset[str]:
    """Every name in the IANA database."""
    return frozenset(iana().values())


def canonical(name: str) -> str:
    """The present name of an IANA zone: Asia/Kolkata for Asia/Calcutta. A name that is in use stays as it is."""
    return present().get(name, name)


@cache
def clock(name: str) -> tuple[int, ...]:
    """A zone's minutes before UTC in January and in July."""
    shifts = (ZoneInfo(name).utcoffset(moment) for moment in SEASONS)
    return tuple(int(shift.total_seconds() // 60) if shift is not None else 0 for shift in shifts)


@cache
def iana() -> dict[str, str]:
    """Every name of the IANA database, by its lower case."""
    names = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {name.lower(): name for name in names if name not in _NO_ZONES}


@cache
def listed() -> dict[str, set[str]]:
    """The zones of each country."""
    found: dict[str, set[str]] = {}
    for line in resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            found.setdefault(code, set()).add(zone)
    return found


@cache
def present() -> dict[str, str]:
    """Deprecated names of zones, with those that took their place."""
    return {old: zone for zone, olds, _ in _table("zone_names.tsv") for old in olds.split(",") if old}


@cache
def names() -> dict[str, str]:
    """What else zones are called, folded."""
    return {name: zone for zone, _, names in _table("zone_names.tsv") for name in names.split(",") if name}


class Places(NamedTuple):
    """Countries by name, states by name or code, those with a name of their own, and the zones of one-clock places."""

    countries: dict[str, str]
    states_named: dict[str, tuple[str, ...]]
    lone_states: dict[str, str]
    zones: dict[str, str]


@cache
def places() -> Places:
    known = Places({}, {}, {}, {})
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
def cities() -> dict[str, dict[str, str]]:
    """Zones of cities by the state's code, those beyond mistaking in their country by its, and in the world by none."""
    known: dict[str, dict[str, str]] = {WORLD: {}}
    for code, zone, worldwide, nationwide, others in _table("zone_cities.tsv"):
        groups = [names.split(",") if names else [] for names in (worldwide, nationwide, others)]
        known[WORLD].update(dict.fromkeys(groups[0], zone))
        known.setdefault(code[:2], {}).update(dict.fromkeys(groups[0] + groups[1], zone))
        known.setdefault(code, {}).update(dict.fromkeys(groups[0] + groups[1] + groups[2], zone))
    return known


def _table(name: str) -> Iterator[list[str]]:
    for line in (_TABLES / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")
