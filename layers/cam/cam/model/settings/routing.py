"""The ladder of sequences (spec §5)."""

import re
from collections import Counter
from itertools import pairwise
from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
)

from cam.model.settings.kinds import Frozen, Share, Whole

LONGEST_NAME = 40
_SLUG = re.compile(r"[a-z0-9_-]{1,40}")
# Route counts each sequence by its name, beside these.
_COUNTS = re.compile("failed|from|hint|kept|left|moved|no_sequence|note|place|processed|routed|skipped|until")


def sequence_name(text: str) -> str:
    """The text, if a sequence can have that name; whether there is one, nobody knows here. Raises ValueError."""
    if not _SLUG.fullmatch(text):
        raise ValueError("A sequence name must have 1 to 40 characters: a to z, 0 to 9, _ and -.")
    if _COUNTS.fullmatch(text):
        raise ValueError(f"The sequence name {text!r} is reserved: runs count something else under it.")
    return text


SequenceName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NAME), AfterValidator(sequence_name)
]


class Rung(Frozen):
    """The sequence for effective scores from `min_score` on."""

    sequence: SequenceName
    min_score: Share


def _ladder(rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """Every lead finds one rung, and each rung is found by some. Raises ValueError."""
    times = Counter(rung.sequence for rung in rungs)
    twice = next((name for name, found in times.items() if found > 1), None)
    if twice:
        raise ValueError(f"{twice!r} is on more than one rung of the ladder: keep one of them")
    # As Route compares them.
    if any(round(upper.min_score, 9) <= round(lower.min_score, 9) for upper, lower in pairwise(rungs)):
        raise ValueError("min_score must decrease from one rung of the ladder to the next")
    if rungs[-1].min_score != 0:
        raise ValueError("the last rung of the ladder must have min_score 0")
    return rungs


# Route tries the rungs one by one, for every lead.
Ladder = Annotated[tuple[Rung, ...], Field(min_length=1, max_length=20), AfterValidator(_ladder)]


class RoutingRules(Frozen):
    """The ladder of spec §5. The last rung starts at 0, so that every lead gets a sequence."""

    auto: bool = True
    ladder: Ladder = (
        Rung(sequence="aggressive_close", min_score=0.85),
        Rung(sequence="regular_nurture", min_score=0.70),
        Rung(sequence="long_term_nurture", min_score=0.50),
        Rung(sequence="cold_outreach", min_score=0.0),
    )
    intent_boost: bool = True
    boost: Share = 0.15
    boost_signals: Whole = Field(default=3, ge=1, le=6)
