"""Public holidays, by the library `holidays`: loaded for campaigns that name countries, and for no other."""

from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


def country(text: str) -> str:
    """The ISO code of a country (3166-1) or a part of one (3166-2) whose holidays are known: `DE`, `US-CA`.

    Its English name and its three letters do as well. Raises ValueError that says what was probably meant.
    """
    name, _, part = text.strip().partition("-")
    code = _codes().get(_folded(name))
    if code is None:
        near = get_close_matches(_folded(name), _codes(), n=1, cutoff=0.8) if len(name) > 3 else []
        hint = f" Did you mean {_codes()[near[0]]!r}?" if near else ""
        raise ValueError(
            f"{text!r} is not a country with known holidays: give its two-letter code, such as 'DE'.{hint}"
        )
    whole = f"{code}-{part.strip().upper()}" if part.strip() else code
    try:
        _calendar(whole)
    except NotImplementedError:
        raise ValueError(f"{text!r} is not a part of {code} (ISO 3166-2). Use a code such as 'US-CA'") from None
    return whole


def code(text: str) -> str | None:
    """The two letters of a country (ISO 3166-1), by its English name or its two or three letters; None for others."""
    return _codes().get(_folded(text))


def holiday(day: date, countries: tuple[str, ...]) -> bool:
    """Whether a day is a public holiday in one of these countries (`country`)."""
    return any(day in _calendar(code) for code in countries)


def _folded(name: str) -> str:
    return name.strip().casefold().replace("_", " ")


@cache
def _codes() -> dict[str, str]:
    """Every name of a country, folded, with its two letters."""
    # Loading the library takes a tenth of a second: not at the start of functions that never ask.
    from holidays.registry import COUNTRIES

    return {
        _folded(name): names[1]
        for key, names in COUNTRIES.items()
        for name in (key, *names)
        if not name.startswith("Hol")
    }


@cache
def _calendar(code: str) -> "HolidayBase":
    import holidays

    name, _, part = code.partition("-")
    return holidays.country_holidays(name, subdiv=part or None)
