"""How much a person decides, from 0 to 1, read off the role or the job level (spec §3)."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from cam.model.settings.scoring import SeniorityValues
from cam.rules import evaluator
from cam.text.matching import fold, words
from cam.text.memo import memoized

FIELDS = ("role", "job_level")
# Spec §3. "co-founder" needs no line: its last word gives the same points.
_LIST = (
    *((word, 1.00) for word in ("ceo", "cfo", "cto", "coo", "cmo", "cio", "cro", "cpo", "ciso", "c-level", "c-suite")),
    *((word, 1.00) for word in ("chief … officer", "founder", "cofounder", "owner")),
    *((word, 0.95) for word in ("president", "vice president", "vp", "svp", "evp", "managing director", "partner")),
    *(("executive", 0.95), ("director", 0.90), ("head", 0.90), ("manager", 0.70), ("lead", 0.65)),
    *((word, 0.60) for word in ("senior", "principal", "staff")),
)
_DEFAULT = SeniorityValues()


class Seniority(NamedTuple):
    """`points` 0–1, the `word` that gave them (None: none did), and where it stood: role, job_level, unknown."""

    points: float
    word: str | None
    source: str


def seniority(role: str | None, job_level: str | None, values: SeniorityValues = _DEFAULT) -> Seniority:
    """The best match of spec §3's words in the role, else in the job level, else 0.5 (unknown).

    Assistants, interns and trainees are 0.30 whatever else the text holds. `values`: the campaign's own numbers.
    """
    points, source, _, word = _judge(values)((role, job_level))
    return Seniority(points, word, source)


def form(values: SeniorityValues) -> evaluator.Words:
    """The rule of seniority with a campaign's own words laid over the list, and its junior words taken out of it."""
    own = tuple((one.word, one.points) for one in values.words)
    said = {words(fold(word)) for word in (*(word for word, _ in own), *values.junior_words)}
    kept = tuple((word, points) for word, points in _LIST if words(fold(word)) not in said)
    return evaluator.Words(own + kept, values.junior_words, values.junior, values.unknown)


@memoized
def _judge(values: SeniorityValues) -> Callable[[Sequence[Any]], evaluator.Outcome]:
    return evaluator.judge(form(values), FIELDS)
