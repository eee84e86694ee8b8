"""The forms that rules have (spec §3), as data, and the one evaluator of them. Pure; no text of a campaign is run.

A rule names fields of a lead and a form; `compiled` makes a function of it that gives a value in 0–1 and says why.
Whatever stands in a field: what a form cannot compare is unknown, never an error.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter
from typing import Any, NamedTuple

from cam.model.models import Enrichment, Lead, amount, signal
from cam.text.matching import fold, words

Plain = str | float | bool
# Fields of a lead itself, beside those of its enrichment.
OWN = ("role", "company", "company_domain", "tags", "source")
_ENRICHED = "enrichment."
# Longer text is cut when it is kept with a score: a lead's explanation stays below 1 KB.
SHOWN = 44
# A hundred targets would be copied into every lead's explanation.
_TARGETS_SHOWN = 5
_LIST_SHOWN = 56
# No longer text is a number.
_LONGEST_NUMBER = 64
_MOST = 1e30


class Outcome(NamedTuple):
    """A value in 0–1, the code of the reason, and what of the lead and which target gave it."""

    value: float
    code: str
    lead_value: Plain | None = None
    target: str | None = None


Judge = Callable[[Sequence[Any]], Outcome]


@dataclass(frozen=True, slots=True)
class Match:
    """One value against targets: `equal`, `contains` as whole words (None: not asked), else `otherwise`.

    `either_way`: a target may also hold the words of the lead's value. Without targets it is worth `untargeted`
    (None: unknown). Of a list, the item that fits best counts.
    """

    targets: tuple[Plain, ...]
    equal: float
    contains: float | None
    otherwise: float
    unknown: float
    either_way: bool = False
    untargeted: float | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """A number between bounds, both included; None is open.

    Outside, it is worth `inside` × its ratio to the bound, at least `floor`; without a floor, `outside`.
    """

    low: float | None
    high: float | None
    inside: float
    floor: float | None
    outside: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Scale:
    """A name among ordered ones: 1 less `step` for each step from the target, at least `floor`.

    `bands` give the name of a number that stands in another of the fields: (least, name), the highest first.
    """

    names: tuple[str, ...]
    target: str | None
    step: float
    floor: float
    unknown: float
    bands: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The best of these phrases in the first field that holds one; `…` in a phrase stands for any words between.

    A longer phrase hides the words in it. A field that holds one of `lowest` is worth `lowest_points`, whatever else
    it holds.
    """

    points: tuple[tuple[str, float], ...]
    lowest: tuple[str, ...]
    lowest_points: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Flags:
    """`base`, and what each of the fields adds that is true, at most 1."""

    base: float
    points: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Whether there is anything in the field."""

    hit: float
    miss: float


Form = Match | Between | Scale | Words | Flags | Known


@dataclass(frozen=True, slots=True)
class Rule:
    """One part of a score: its name, its group, its share of the whole score, and how its fields are judged."""

    part: str
    group: str
    weight: float
    fields: tuple[str, ...]
    form: Form


def compiled(rule: Rule) -> Callable[[Lead], Outcome]:
    """The rule as a function of a lead: what does not depend on the lead is prepared once."""
    decide, read = judge(rule.form, rule.fields), reader(rule.fields)
    return lambda lead: decide(read(lead))


def reader(fields: Sequence[str]) -> Callable[[Lead], Sequence[Any]]:
    """Gives the values of the fields of a lead in this order; None where there is nothing."""
    paths = [_path(field) for field in fields]
    if None not in paths:
        get = attrgetter(*filter(None, paths))
        return get if len(paths) > 1 else lambda lead: (get(lead),)
    names = [field.removeprefix(_ENRICHED) for field in fields]
    gets = [attrgetter(path) if path else _extra(name) for path, name in zip(paths, names, strict=True)]
    return lambda lead: [get(lead) for get in gets]


def enriched(field: str) -> str | None:
    """The name in a lead's enrichment that a rule's field means; None: it is a field of the lead itself."""
    return None if field in OWN else field.removeprefix(_ENRICHED)


def _path(field: str) -> str | None:
    """Where a field is an attribute; None: it is one of the names that CAM does not know."""
    name = enriched(field)
    if name is None:
        return field
    return _ENRICHED + name if name in Enrichment.model_fields else None


def _extra(name: str) -> Callable[[Lead], Any]:
    return lambda lead: (lead.enrichment.model_extra or {}).get(name)


def blank(value: Any) -> bool:
    """Whether there is nothing in a field. False and 0 are something, not-a-number is not."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list | tuple):
        return all(map(blank, value))
    return value is None or value == {} or value != value


def number(value: Any) -> float | None:
    """A number, or the number that a text gives (`$1,200,000`, `-5`, `51-200`: its lower end); else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) <= _MOST else None
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER:
        return None
    text = value.strip()
    if text[:1] in ("-", "\u2212"):
        below = amount(text[1:])
        return None if below is None else -below
    return amount(text)


def shown(value: Any) -> Plain | None:
    """A value as it is kept with a score: text cut to 44 bytes, a number; None for what is neither."""
    if isinstance(value, str):
        return cut(value)
    return value if isinstance(value, bool) else number(value)


def cut(text: str, room: int = SHOWN) -> str:
    """The text, when it takes no more than `room` bytes in UTF-8; else its beginning and "…"."""
    if len(text) <= room and text.isascii():
        return text
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= room else raw[: room - 3].decode("utf-8", "ignore").rstrip() + "…"


def span(low: float | None, high: float | None) -> str | None:
    """A range in words: `1,000 to 5,000`, `from 10`, `up to 2.5`; None when it is open on both sides."""
    if low is None and high is None:
        return None
    if high is None:
        return f"from {written(low)}"
    return f"up to {written(high)}" if low is None else f"{written(low)} to {written(high)}"


def written(value: Plain | None) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if value == round(value) else f"{value:,.10f}".rstrip("0").rstrip(".")


def _listed(targets: Sequence[Plain]) -> str | None:
    named = ", ".join(map(written, targets[:_TARGETS_SHOWN]))
    more = len(targets) - _TARGETS_SHOWN
    tail = f" and {more} more" if more > 0 else ""
    room = SHOWN if len(targets) == 1 else _LIST_SHOWN - len(tail)
    return cut(named, room) + tail if targets else None


def judge(form: Form, fields: Sequence[str]) -> Judge:
    """The form as a function of the values of its fields."""
    match form:
        case Match():
            return _match(form)
        case Between():
            return _between(form)
        case Scale():
            return _scale(form)
        case Words():
            return _words(form, fields)
        case Flags():
            return _flags(form, fields)
        case Known():
            return _known(form)


def _match(form: Match) -> Judge:
    listed = _listed(form.targets)
    texts = {fold(one): cut(one) for one in form.targets if isinstance(one, str)}
    numbers = {one: written(one) for one in form.targets if isinstance(one, float)}
    flags = {one: written(one) for one in form.targets if isinstance(one, bool)}
    # "yes" in a list of texts means a signal, too.
    said = {meant: text for folded, text in texts.items() if (meant := signal(folded)) is not None} | flags
    phrases: list[tuple[str, str]] = []
    if form.contains is not None:
        phrases = [(spoken, text) for folded, text in texts.items() if (spoken := words(folded))]
    contains, otherwise = form.contains or 0.0, form.otherwise
    in_words, either_way = form.contains is not None, form.either_way
    missing = Outcome(form.unknown, "unknown", None, listed)

    def text(value: str) -> Outcome:
        folded = fold(value)
        spoken = words(folded) if in_words else folded
        if not spoken:
            return Outcome(form.unknown, "unknown", cut(value) or None, listed)
        if not texts and not numbers and not flags:
            if form.untargeted is None:
                return Outcome(form.unknown, "unknown", cut(value))
            return Outcome(form.untargeted, "untargeted", cut(value))
        if folded in texts:
            return Outcome(form.equal, "equal", cut(value), texts[folded])
        if numbers or flags:
            return as_number_or_flag(value)
        for phrase, target in phrases:
            if phrase in spoken or (either_way and spoken in phrase):
                return Outcome(contains, "contains", cut(value), target)
        return Outcome(otherwise, "other", cut(value), listed)

    def as_number_or_flag(value: str) -> Outcome:
        amounts, meant = number(value) if numbers else None, signal(value) if flags else None
        if amounts in numbers:
            return Outcome(form.equal, "equal", cut(value), numbers[amounts])
        if meant in flags:
            return Outcome(form.equal, "equal", cut(value), flags[meant])
        # Text is compared with text; where there is none to compare it with, it says nothing.
        comparable = texts or amounts is not None or meant is not None
        return Outcome(
            otherwise if comparable else form.unknown, "other" if comparable else "unknown", cut(value), listed
        )

    def plain(value: Any) -> Outcome:
        if isinstance(value, str):
            return text(value)
        if isinstance(value, bool):
            if value in said:
                return Outcome(form.equal, "equal", value, said[value])
            comparable = said or texts
            return Outcome(otherwise, "other", value, listed) if comparable else missing
        found = number(value)
        if found is None:
            return missing
        if found in numbers:
            return Outcome(form.equal, "equal", found, numbers[found])
        if texts:
            return text(_digits(found))._replace(lead_value=found)
        return Outcome(otherwise, "other", found, listed) if numbers else missing

    def decide(found: Sequence[Any]) -> Outcome:
        for value in found:
            if isinstance(value, str):
                if value:
                    return text(value)
            elif isinstance(value, list | tuple):
                if value:
                    return min(map(plain, value), key=_rank)
            elif value is not None:
                return plain(value)
        return missing

    return decide


_RANKS = {"equal": 0, "contains": 1, "other": 2, "untargeted": 2, "unknown": 3}


def _rank(outcome: Outcome) -> int:
    return _RANKS[outcome.code]


def _digits(value: float) -> str:
    return str(int(value)) if value == round(value) else repr(value)


def _between(form: Between) -> Judge:
    low = -math.inf if form.low is None else form.low
    high = math.inf if form.high is None else form.high
    target = span(form.low, form.high)
    target = cut(target, _LIST_SHOWN) if target else None
    missing = Outcome(form.unknown, "unknown", None, target)

    def outside(ratio: float) -> float:
        return form.outside if form.floor is None else max(form.floor, form.inside * ratio)

    def plain(value: Any) -> Outcome:
        found = number(value)
        if found is None:
            return Outcome(form.unknown, "unknown", cut(value) if isinstance(value, str) else None, target)
        if target is None:
            return Outcome(form.unknown, "unknown", found)
        # Of a number and a bound that are not both above 0, there is no proportion.
        if found < low:
            return Outcome(outside(found / low if found > 0 else 0.0), "below", found, target)
        if found > high:
            return Outcome(outside(high / found if high > 0 else 0.0), "above", found, target)
        return Outcome(form.inside, "inside", found, target)

    def decide(found: Sequence[Any]) -> Outcome:
        for value in found:
            if isinstance(value, list | tuple):
                if value:
                    return max(map(plain, value), key=_nearest)
            elif value is not None and value != "":
                return plain(value)
        return missing

    return decide


def _nearest(outcome: Outcome) -> tuple[bool, bool, float]:
    return outcome.code == "inside", outcome.code != "unknown", outcome.value


def _scale(form: Scale) -> Judge:
    ready = {name: _step(form, name) for name in form.names}

    def decide(found: Sequence[Any]) -> Outcome:
        text = found[0]
        if isinstance(text, str):
            outcome = ready.get(fold(text))
            if outcome is not None:
                return outcome
        # No name, or a word that is none: the number says it, if there is one.
        for value in found:
            count = number(value)
            if count is not None:
                name = next((name for least, name in form.bands if count >= least), None)
                if name:
                    return ready[name]
        return Outcome(form.unknown, "unknown", shown(text) if text else None, form.target)

    return decide


def _step(form: Scale, name: str) -> Outcome:
    if form.target is None:
        return Outcome(form.unknown, "unknown", name)
    steps = abs(form.names.index(name) - form.names.index(form.target))
    value = max(form.floor, 1 - form.step * steps) if steps else 1.0
    return Outcome(value, ("equal", "near")[steps] if steps < 2 else "far", name, form.target)


_GAP = re.compile(r"\s*(?:…|\.\.\.)\s*")


def _words(form: Words, fields: Sequence[str]) -> Judge:
    single: dict[str, tuple[float, str]] = {}
    phrases: list[tuple[str, float, str]] = []
    gaps: list[tuple[str, re.Pattern[str], float, str]] = []
    for word, points in form.points:
        parts = [spoken for part in _GAP.split(word) if (spoken := words(fold(part)))]
        if len(parts) > 1:
            inner = r"(?:\S+ )*".join(re.escape(part.lstrip()) for part in parts)
            gaps.append((parts[0], re.compile(f" {inner}"), points, word))
        elif parts and " " in parts[0].strip():
            phrases.append((parts[0], points, word))
        elif parts:
            single[parts[0].strip()] = (points, word)
    phrases.sort(key=lambda one: -len(one[0]))
    lowest = {words(fold(word)).strip(): word for word in form.lowest}
    lowest_words = frozenset(lowest)
    lowest_phrases = [word for word in lowest if " " in word]
    unknown = Outcome(form.unknown, "unknown")

    def best(text: str, code: str) -> Outcome | None:
        phrase = words(fold(text))
        held = phrase.split()
        if not lowest_words.isdisjoint(held):
            word = next(word for word in held if word in lowest)
            return Outcome(form.lowest_points, code, cut(text), word)
        for several in lowest_phrases:
            if f" {several} " in phrase:
                return Outcome(form.lowest_points, code, cut(text), several)
        points, word = 0.0, ""
        for sought, worth, name in phrases:
            if sought in phrase:
                phrase = phrase.replace(sought, " ")
                held = phrase.split()
                if worth > points:
                    points, word = worth, name
        for one in held:
            if one in single and single[one][0] > points:
                points, word = single[one]
        for start, pattern, worth, name in gaps:
            if worth > points and start in phrase and pattern.search(phrase):
                points, word = worth, name
        return Outcome(points, code, cut(text), word) if points else None

    def decide(found: Sequence[Any]) -> Outcome:
        for text, code in zip(found, fields, strict=True):
            if isinstance(text, str) and (outcome := best(text, code.removeprefix(_ENRICHED))):
                return outcome
        return unknown

    return decide


def _flags(form: Flags, fields: Sequence[str]) -> Judge:
    points, base = form.points, form.base
    unknown, none = Outcome(base, "unknown"), Outcome(base, "none")

    def decide(found: Sequence[Any]) -> Outcome:
        true = [value is True for value in found]
        if True not in true:
            return none if False in found else unknown
        value = min(1.0, base + math.fsum(compress(points, true)))
        return Outcome(value, "true", ", ".join(compress(fields, true)))

    return decide


def _known(form: Known) -> Judge:
    def decide(found: Sequence[Any]) -> Outcome:
        for value in found:
            if not blank(value):
                return Outcome(form.hit, "known", _glimpse(value))
        return Outcome(form.miss, "absent")

    return decide


def _glimpse(value: Any) -> Plain | None:
    if isinstance(value, list | tuple):
        return shown(next((one for one in value if not blank(one)), None))
    return shown(value)


def presence(fields: Iterable[str]) -> dict[str, Callable[[Lead], bool]]:
    """For each of the fields, whether a lead has anything in it."""
    return {field: _has(reader((field,))) for field in fields}


def _has(read: Callable[[Lead], Sequence[Any]]) -> Callable[[Lead], bool]:
    return lambda lead: not blank(read(lead)[0])
