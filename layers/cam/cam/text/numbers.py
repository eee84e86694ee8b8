"""Head counts and sums as people write them: `1.200,50`, `10 000`, `$1.2M`, `5 Mio.`, `51–200`, `10,001+`. Pure.

`1.200` is 1200 in German and 1.2 in English. Other numbers of the same column tell which; without them it is unknown.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

MOST = 1e15
# No number that people write is longer.
_LONGEST = 100


class Decimal(StrEnum):
    """The decimal mark of a column; UNCERTAIN when its numbers leave that open, or contradict each other."""

    POINT = "."
    COMMA = ","
    UNCERTAIN = "?"


_THOUSAND = ("k", "t", "tsd", "tausend", "thousand", "mila", "mil", "duizend", "tys", "tis")
_MILLION = (
    "m", "mm", "mn", "mln", "mio", "mill", "million", "millions", "millionen", "millones", "millón", "millon",
    "milioni", "milione", "miljoen", "milhões", "milhão", "miljoner", "millioner",
)  # fmt: skip
_BILLION = (
    "b", "bn", "bln", "billion", "billions", "mrd", "md", "mds", "mld", "mia", "milliarde", "milliarden", "milliard",
    "milliards", "miliardi", "miliardo", "miljard", "miljarder",
)  # fmt: skip
_UNITS = (
    dict.fromkeys(_THOUSAND, 1e3) | dict.fromkeys(_MILLION, 1e6) | dict.fromkeys(_BILLION, 1e9)
    | {"lakh": 1e5, "crore": 1e7, "cr": 1e7}
)  # fmt: skip
_CURRENCY = re.compile(
    r"[$€£¥₹₽₺฿₪₩]|\b(?:usd|eur|euros?|gbp|chf|sek|nok|dkk|pln|czk|huf|ron|jpy|cny|inr|aud|cad|sgd|brl|mxn|us|fr|kr|zł|kč|"
    r"dollars?|pounds?)\b\.?"
)
_ABOUT = re.compile(
    r"^(?:ca|circa|approx|approximately|about|around|etwa|rund|env|environ|ungefähr|über|over|more than|mehr als|"
    r"plus de|más de|più di|meer dan|at least|mindestens|au moins|from|ab|von|de|da|~|≈|>=?|≥)\.?\s*(?=\d)"
)
_HEADS = re.compile(
    r"\s*(?:employees|employee|people|persons|staff|fte|ftes|headcount|mitarbeiter(?:innen)?|mitarbeitende|"
    r"beschäftigte|ma|salariés|employés|collaborateurs|personnes|empleados|trabajadores|personas|dipendenti|addetti|"
    r"persone|medewerkers|werknemers|personen|mensen|funcionários|colaboradores)\.?$"
)
_RANGE = re.compile(r"\s*(?:-|–|—|−|‐|‑|\bto\b|\bbis\b|\bà\b|\ba\b|\bund\b|\band\b|\btot\b|\.\.\.?|…)\s*")
# `1.2E+07`, as Excel writes large numbers.
_SCIENTIFIC = re.compile(r"(\d+)(?:[.,](\d+))?e\+?(\d{1,2})", re.IGNORECASE)
_NO_CENTS = re.compile(r"[.,](?:[-–—]+)$")
_PART = re.compile(r"(\d[\d.,'’ ]*)\s*([^\W\d_]*)\.?")
_GROUPED = re.compile(r"\d{1,3}(?:([ '’.,])\d{3})(?:\1\d{3})*")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_OPEN = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")


def read(text: str, decimal: Decimal = Decimal.UNCERTAIN, *, whole: bool = False) -> float | None:
    """The number in a text, the lower end of a range; None when it is none, or not certain.

    `whole`: what is counted, such as people: a mark before three digits separates thousands.
    """
    return _read(text[:_LONGEST], decimal, whole)


@lru_cache(maxsize=4096)
def _read(text: str, decimal: Decimal, whole: bool) -> float | None:
    if text.isdecimal():
        number = float(text)
        return number if number <= MOST else None
    if scientific := _SCIENTIFIC.fullmatch(text.strip()):
        number = float(f"{scientific[1]}.{scientific[2] or 0}e{scientific[3]}")
        return number if number <= MOST else None
    parts = _parts(text, whole)
    if not parts:
        return None
    digits, unit = parts[0]
    if not unit and len(parts) > 1:
        # `10-50 Mio`.
        unit = parts[1][1]
    if unit and unit not in _UNITS:
        return None
    found = _value(digits, decimal, whole and not unit)
    number = found * _UNITS.get(unit, 1.0) if found is not None else -1.0
    return number if 0 <= number <= MOST else None


def is_open(text: str) -> bool:
    """Whether a text is a number, or two, by what its mark means."""
    return read(text, Decimal.POINT) is not None and any(_OPEN.fullmatch(digits) for digits, _ in _parts(text, False))


def decimal(texts: Iterable[str]) -> Decimal | None:
    """The decimal mark that a column's numbers show; None when they show none, UNCERTAIN when they contradict."""
    found: set[Decimal] = set()
    for text in texts:
        if "." in text or "," in text:
            found.update(mark for digits, _ in _parts(text, False) if (mark := _shown(digits)))
    return None if not found else found.pop() if len(found) == 1 else Decimal.UNCERTAIN


def _parts(text: str, whole: bool) -> list[tuple[str, str]]:
    """The numbers of a text, at most two of a range, each with its unit. Empty when it says anything else."""
    plain = " ".join(text.replace("_", "").casefold().split())
    plain = _HEADS.sub("", plain)
    if whole and plain.startswith("<") and plain.lstrip("<= ").isdecimal():
        return [("1", "")]
    plain = " ".join(_CURRENCY.sub(" ", plain).split())
    plain = _NO_CENTS.sub("", _ABOUT.sub("", plain).rstrip("+").strip())
    pieces = _RANGE.split(plain)
    if len(pieces) > 2:
        return []
    found = [_PART.fullmatch(piece.rstrip("+").strip()) for piece in pieces]
    return [(part[1].strip(), part[2]) for part in found if part] if all(found) else []


def _shown(digits: str) -> Decimal | None:
    """The decimal mark that one number shows by itself."""
    bare = re.sub("[ '’]", "", digits)
    marks = [sign for sign in bare if sign in ".,"]
    if not marks or _OPEN.fullmatch(bare):
        # After a space or an apostrophe that separates thousands, three digits are decimals.
        return Decimal(marks[0]) if marks and bare != digits and _OPEN.fullmatch(bare) is None else None
    if len(set(marks)) == 2:
        return Decimal(marks[-1])
    if len(marks) > 1:
        return Decimal.COMMA if marks[0] == "." else Decimal.POINT
    return Decimal(marks[0])


def _value(digits: str, decimal: Decimal, whole: bool) -> float | None:
    own = _shown(digits)
    bare = re.sub("[ '’]", "", digits)
    spaced = re.split("[.,]", digits)[0]
    if spaced != re.sub("[ '’]", "", spaced) and not _GROUPED.fullmatch(spaced):
        return None
    mark = own or (None if decimal is Decimal.UNCERTAIN else decimal)
    if "." not in bare and "," not in bare:
        return float(bare)
    if mark is None:
        if not whole:
            return None
        mark = Decimal.COMMA if "." in bare else Decimal.POINT
    if whole and own is None and mark == re.sub(r"\d", "", bare):
        # A point is the column's decimal mark, and nobody employs 1.200 people.
        return None
    thousands = "." if mark is Decimal.COMMA else ","
    head, _, tail = bare.partition(mark)
    if not tail.isdecimal() and mark in bare:
        return None
    if thousands in head and not (_GROUPED.fullmatch(head) or _INDIAN.fullmatch(head)):
        return None
    if thousands in tail:
        return None
    return float(f"{head.replace(thousands, '')}.{tail or 0}")
