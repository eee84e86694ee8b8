"""What a preview adds up: tables of now and then, what moves whom, a few examples. More leads make it no larger."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

WHAT = ("tier", "verdict", "sequence")
# Of each move, and in all: they are for reading.
_EXAMPLES_OF_A_MOVE = 5
MOST_EXAMPLES = 100
# Custom parts make codes of their own; beyond these, moves are counted together.
_MOST_MOVES = 500
_OTHER = ("other",)

Move = tuple[str, str, str, tuple[str, ...]]


@dataclass(slots=True)
class Summary:
    """Of some leads of a campaign.

    `counts` holds plain sums by name, `tables` (now, then) pairs by what they are of, `moves` how many leads move from
    where to where and the codes of why. An example is `{lead_id, score, tier, verdict, sequence (each [now, then]),
    because: {what: codes}, kept}`.
    """

    counts: Counter[str] = field(default_factory=Counter)
    tables: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: {what: Counter() for what in WHAT})
    moves: Counter[Move] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)
    _shown: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def move(self, what: str, now: str, then: str, why: tuple[str, ...], leads: int = 1) -> None:
        """Count leads that move."""
        move = (what, now, then, why)
        if move not in self.moves and len(self.moves) >= _MOST_MOVES:
            move = (what, now, then, _OTHER)
        self.moves[move] += leads

    def show(self, example: Mapping[str, Any]) -> None:
        """Keep an example, unless there are enough of its moves."""
        moves = [(what, *example[what]) for what in example["because"]]
        if len(self.examples) < MOST_EXAMPLES and any(self._shown[move] < _EXAMPLES_OF_A_MOVE for move in moves):
            self._shown.update(moves)
            self.examples.append(dict(example))

    def merge(self, other: Self) -> None:
        """Add what another one counted."""
        self.counts.update(other.counts)
        for what in WHAT:
            self.tables[what].update(other.tables[what])
        for move, leads in other.moves.items():
            self.move(*move, leads)
        for example in other.examples:
            self.show(example)

    def dumped(self) -> str:
        """As JSON text."""
        return json.dumps(
            {
                "counts": self.counts,
                "tables": {what: [[*pair, leads] for pair, leads in self.tables[what].items()] for what in WHAT},
                "moves": [[*move, leads] for move, leads in self.moves.items()],
                "examples": self.examples,
            },
            separators=(",", ":"),
        )

    @classmethod
    def loaded(cls, text: str | None) -> Self:
        """From JSON text; an empty one from None."""
        found = cls()
        if text is None:
            return found
        given = json.loads(text)
        found.counts.update(given["counts"])
        for what in WHAT:
            found.tables[what].update({(now, then): leads for now, then, leads in given["tables"][what]})
        found.moves.update({(what, now, then, tuple(why)): leads for what, now, then, why, leads in given["moves"]})
        for example in given["examples"]:
            found.show(example)
        return found
