"""The four sequences of spec §5: on which day each touch goes out. Their texts lie with the nurture stage."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sequence:
    """A row of touches. `days[n]` is the day of touch n, counted from the sequence's start; strictly rising, from 0."""

    name: str
    version: int
    days: tuple[int, ...]
    length_days: int
    aim: str


LIBRARY = {
    sequence.name: sequence
    for sequence in (
        Sequence("aggressive_close", 1, (0, 2, 5), 7, "a meeting within a week"),
        Sequence("regular_nurture", 1, (0, 3, 7, 10), 14, "interest and need"),
        Sequence("long_term_nurture", 1, (0, 5, 10, 15, 20, 25), 30, "value, a relationship"),
        Sequence("cold_outreach", 1, (0, 7, 14, 21, 28, 35, 42, 49), 60, "introduction, credibility"),
    )
}
