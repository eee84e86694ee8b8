"""The time zone that follows from a place, where it is certain. Pure."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from cam.text.zone_tables import MOST, WORLD, cities, clock, folded, folded_city, folded_state, listed, places

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
# Flags are two letters of their own.
_FLAGS = {0x1F1E6 + place: chr(ord("A") + place) for place in range(26)}
_BESIDE = r"\s*[()\[\]]\s*|\s+[-–—/|]\s+"
_POSTCODE = r"(?<!\w)\d{4,6}(?:-\d{3,4})?(?!\w)"


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


@lru_cache(maxsize=8192)
def placed(place: Place) -> Zone | None:
    """The zone of a place where it is certain: in a country with one clock, a state with one, or a city that is known.

    A country or a state counts as having one clock when 98 of 100 people live by it; the cities of the others are known
    apart. None when the place may have another clock: Texas, or Portland without a state.
    """
    if any(said and len(said) > MOST for said in place):
        return None
    country = _country(place.country)
    if place.country and not country:
        return None
    if country and place.state and (part := _country(place.state)) and part in _APART_FROM.get(country, ()):
        return _in_country(part, Place(city=place.city))
    return _in_country(country, place) if country else _anywhere(place)


@lru_cache(maxsize=8192)
def located(text: str) -> Zone | None:
    """The zone of a place in one line: `San Francisco, California, United States`, `Austin, TX`, `Germany`."""
    if len(text) > MOST:
        return None
    parts = [part for said in re.sub(_POSTCODE, "", text).split(",") if (part := said.strip())]
    # A street with its number.
    parts = [part for part in parts if not any(map(str.isdigit, part))] if len(parts) > 1 else parts
    if not parts:
        return None
    *before, last = parts
    city = before[0] if before else None
    if len(before) == 1 and (found := _of_city_and_state(before[0], last)):
        return found
    country = _country(last)
    if country is None:
        return placed(Place(None, last if before else None, city or last)) or placed(Place(state=last))
    if len(before) < 2 and folded_state(last) in places().states_named:
        # Georgia is a country and a state; `IN` is India and Indiana.
        known = placed(Place(city=city)) if city else None
        found = placed(Place(last, None, city))
        return found if found and (found.source is ZoneSource.CITY or (known and known.name == found.name)) else None
    if len(before) > 1:
        return placed(Place(last, before[-1], city))
    return placed(Place(last, None, city)) or placed(Place(last, city, None))


def within(name: str, country: str | None) -> bool:
    """Whether a zone is one of a country's: a company somewhere else does not tell where the person is."""
    return country is None or name in listed().get(_country(country) or "", ())


def _in_country(country: str, place: Place) -> Zone | None:
    known = places()
    state = _state(country, place.state) if place.state else None
    own = cities().get(state or country, {}).get(folded_city(place.city)) if place.city else None
    whole = known.zones.get(state or country)
    if own and (not whole or clock(own) != clock(whole)):
        return Zone(own, ZoneSource.CITY)
    return Zone(whole, ZoneSource.STATE if state else ZoneSource.COUNTRY) if whole else None


def _anywhere(place: Place) -> Zone | None:
    """The zone of a place without a country: a state whose name no other has, or a city beyond mistaking."""
    if not place.state:
        name = cities()[WORLD].get(folded_city(place.city)) if place.city else None
        return Zone(name, ZoneSource.CITY) if name else None
    if place.city and (found := _of_city_and_state(place.city, place.state)):
        return found
    state = places().lone_states.get(folded_state(place.state))
    return _in_country(state[:2], place) if state else None


def _of_city_and_state(city: str, state: str) -> Zone | None:
    """The zone of a city that is known in a state of this name or code: `Atlanta, GA` is not in Gabon."""
    name, wanted = folded_city(city), folded_state(state)
    found = {
        _in_country(code[:2], Place(code[:2], state, city))
        for code in places().states_named.get(wanted, ())
        if name in cities().get(code, ())
    }
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=2048)
def _country(text: str | None) -> str | None:
    """The code of a country by its name or code, or by both: `Germany (DE)`, `DE - Germany`; also by its flag."""
    if not text:
        return None
    known = places().countries
    if found := known.get(folded(text)):
        return found
    codes = {known.get(folded(part)) for part in _parts(text.translate(_FLAGS))}
    return codes.pop() if len(codes) == 1 else None


def _parts(text: str) -> list[str]:
    """The parts of a name that are written side by side: `California (CA)` is California and CA."""
    return [part for part in re.split(_BESIDE, text.strip()) if part] if len(text) <= MOST else []


def _state(country: str, text: str) -> str | None:
    """The code of a state of this country, such as US-CA, by its name, its code, or both codes."""
    name = folded_state(text)
    named = places().states_named
    parts = [folded_state(part) for part in _parts(text)]
    for wanted in (name, name.removeprefix(country.lower()), *(parts if len(parts) > 1 else ())):
        for code in named.get(wanted, ()):
            if code[:2] == country:
                return code
    return None
