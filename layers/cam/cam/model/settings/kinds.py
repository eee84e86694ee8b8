"""The kinds of values that settings are made of: numbers, domains, addresses, zones, countries, words."""

import math
import re
from collections.abc import Hashable
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from cam.model.addresses import ascii_domain
from cam.text import zones
from cam.text.calendars import country
from cam.text.characters import legible
from cam.text.matching import fold, words


def _number(value: Any) -> Any:
    """Python counts true and false as numbers, and pydantic reads text as one: JSON has numbers of its own."""
    if isinstance(value, bool | str):
        raise ValueError("This must be a number.")
    return value


# The validator comes last: in front of the bounds, it would have them asked before whether the number is finite.
Number = BeforeValidator(_number)
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), Number]
Sum = Annotated[float, Field(ge=0, allow_inf_nan=False), Number]
Whole = Annotated[int, Number]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_HOST = r"([^\s/@:*?#]+\.[^\s/@:*?#]+)"
_MISTAKES = (
    (re.compile(rf"(?:[a-z][a-z0-9+.-]*:)?//{_HOST}(?:[:/?#]\S*)?", re.IGNORECASE), "a URL, not a domain"),
    (re.compile(rf"{_HOST}[:/?#]\S*"), "more than a domain"),
    (re.compile(rf"[^\s/@]*@{_HOST}"), "more than a domain"),
    (re.compile(rf"(?:\*\.|\.){_HOST}"), "not a domain (a domain includes its subdomains)"),
)
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[^@\s<>\"(),:;\[\]\\]{1,253}")


def domain(text: str) -> str:
    """A domain in its ASCII form, lower case. Raises ValueError when it is none, and says why."""
    bare = text.strip().rstrip(".")
    # No form of a domain is longer than its ASCII form, and the long ones take long.
    if len(bare) > 253:
        raise ValueError(f"'{bare[:40]}…' is not a domain: it has more than 253 characters")
    try:
        ascii_form = ascii_domain(bare)
    except UnicodeError as error:
        raise ValueError(_no_domain(bare)) from error
    labels = ascii_form.split(".")
    if len(ascii_form) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(_no_domain(bare))
    if labels[-1].isdigit():
        raise ValueError(f"{bare!r} is not a domain: its last part is a number")
    return ascii_form


def _no_domain(text: str) -> str:
    """What is wrong with it, and what to write instead where that can be told."""
    for form, mistake in _MISTAKES:
        if found := form.fullmatch(text):
            return f"{text!r} is {mistake}: write {found[1]!r}"
    if any(sign.isspace() for sign in text):
        return f"{text!r} is not a domain: it contains a space"
    if text and "." not in text:
        return f"{text!r} is not a domain: it has no dot, as in 'acme.com'"
    return f"{text!r} is not a domain such as 'acme.com'"


@lru_cache(maxsize=1024)
def time_zone(name: str) -> ZoneInfo | None:
    """The zone that a text names in any spelling, or None when there is none."""
    found = zones.named(name)
    return ZoneInfo(found) if found else None


def _zone(name: str) -> str:
    found = zones.named(name)
    if found is None:
        raise ValueError(zones.unknown(name))
    return found


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is not a valid email address")
    if not text.rpartition("@")[0].isascii():
        raise ValueError(
            f"{text!r} has non-ASCII characters before the @, which SES does not support: use an ASCII address"
        )
    domain(text.rpartition("@")[2])
    return text


def _country(text: str) -> str:
    found = country(text)
    if "-" in found:
        raise ValueError(f"{text!r} is part of a country: give the country, such as {found[:2]!r}")
    return found


def once_each[Value: Hashable](values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Each value at its first place: what is named twice counts once."""
    return tuple(dict.fromkeys(values))


Domain = Annotated[str, AfterValidator(domain)]
Domains = Annotated[tuple[Domain, ...], Field(max_length=1000), AfterValidator(once_each)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, StringConstraints(max_length=100), AfterValidator(_country)]
Countries = Annotated[
    tuple[Annotated[str, StringConstraints(max_length=20), AfterValidator(country)], ...],
    Field(max_length=50),
    AfterValidator(once_each),
]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=320), AfterValidator(_address)]
_Line = StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
OneLine = Annotated[str, _Line, AfterValidator(legible)]


class Frozen(BaseModel):
    """A value: never changed in place, unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def sums_to_one(weights: BaseModel) -> None:
    total = math.fsum(weights.__dict__.values())
    if abs(total - 1) > 1e-9:
        raise ValueError(f"the weights must sum to 1, not {total:.10g}")


def _worded(text: str) -> str:
    if not words(fold(text)):
        raise ValueError("this must contain a word")
    return text


# Compared in whole words: a text without any would be in every other, or in none.
Phrase = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(legible),
    AfterValidator(_worded),
]  # fmt: skip
