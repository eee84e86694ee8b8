"""How much a person decides, from 0 to 1, read off the role or the job level (spec §3)."""

import re
from typing import NamedTuple

from cam.words import fold, words


class Seniority(NamedTuple):
    """`points` 0–1, the `word` that gave them (None: none did), and where it stood: role, job_level, unknown."""

    points: float
    word: str | None
    source: str


_POINTS = {
    word: points
    for points, listed in (
        (1.00, "ceo cfo cto coo cmo cio cro cpo ciso founder cofounder owner"),
        (0.95, "president vp svp evp partner executive"),
        (0.90, "director head"),
        (0.70, "manager"),
        (0.65, "lead"),
        (0.60, "senior principal staff"),
    )
    for word in listed.split()
}
# "vice president" and "co-founder" need no line: their last word gives the same points.
_PHRASES = (
    (" c level ", "c-level", 1.00),
    (" c suite ", "c-suite", 1.00),
    (" managing director ", "managing director", 0.95),
)
_CHIEF_OFFICER = re.compile(r" chief (?:\S+ )*officer ")
_JUNIOR = frozenset({"assistant", "intern", "trainee"})
_JUNIOR_POINTS = 0.30
UNKNOWN = Seniority(0.5, None, "unknown")


def seniority(role: str | None, job_level: str | None) -> Seniority:
    """The best match of spec §3's words in the role, else in the job level, else 0.5 (unknown).

    Assistants, interns and trainees are 0.30 whatever else the text holds.
    """
    return (role and _best(role, "role")) or (job_level and _best(job_level, "job_level")) or UNKNOWN


def _best(text: str, source: str) -> Seniority | None:
    phrase = words(fold(text))
    held = phrase.split()
    if not _JUNIOR.isdisjoint(held):
        return Seniority(_JUNIOR_POINTS, next(word for word in held if word in _JUNIOR), source)
    points, best = 0.0, ""
    for word in held:
        worth = _POINTS.get(word, 0.0)
        if worth > points:
            points, best = worth, word
    for sought, word, worth in _PHRASES:
        if worth > points and sought in phrase:
            points, best = worth, word
    if points < 1 and " chief " in phrase and _CHIEF_OFFICER.search(phrase):
        points, best = 1.00, "chief … officer"
    return Seniority(points, best, source) if points else None
