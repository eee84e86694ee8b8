"""What differs between two settings, as people read it: paths, and what was there before and after. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

# A longer list of texts or numbers says what came and what went, rather than all of itself twice.
_SHORT = 10
# Lists of objects are compared entry by entry, when all have one of these names, each with a text of its own.
_NAMING = ("name", "sequence")


class _Absent(Enum):
    """What is at a place where there is nothing: null is a value."""

    ABSENT = "absent"


ABSENT: Final = _Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which two values differ.

    `steps` lead there: names of fields, `[name]` for an entry of a list. Either `before` and `after` are set, each
    ABSENT where the place does not exist; or, for a long list, `added` and `removed` are, and the order is not told.
    """

    steps: tuple[str, ...]
    before: Any = ABSENT
    after: Any = ABSENT
    added: tuple[Any, ...] | None = None
    removed: tuple[Any, ...] | None = None

    @property
    def path(self) -> str:
        """`routing.ladder[cold_outreach].min_score`."""
        return "".join(step if step.startswith("[") else f".{step}" for step in self.steps).removeprefix(".")


def differences(before: Any, after: Any) -> tuple[Difference, ...]:
    """All places at which two JSON values differ, in the order of their fields; empty when they are equal."""
    return tuple(_between(before, after, ()))


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: 1 is 1.0, and no number is true or false."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _between(before: Any, after: Any, steps: tuple[str, ...]) -> Iterator[Difference]:
    if same(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield from _between(before.get(name, ABSENT), after.get(name, ABSENT), (*steps, name))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _between_lists(before, after, steps)
    else:
        yield Difference(steps, before, after)


def _between_lists(before: list[Any], after: list[Any], steps: tuple[str, ...]) -> Iterator[Difference]:
    old, new = _named(before), _named(after)
    if old and new and [name for name in old if name in new] == [name for name in new if name in old]:
        for name in dict.fromkeys([*old, *new]):
            yield from _between(old.get(name, ABSENT), new.get(name, ABSENT), (*steps, f"[{name}]"))
        return
    if max(len(before), len(after)) > _SHORT and all(map(_scalar, [*before, *after])):
        added, removed = _beyond(after, before), _beyond(before, after)
        # Neither: it is the order that changed.
        if added or removed:
            yield Difference(steps, added=added, removed=removed)
            return
    yield Difference(steps, before, after)


def _named(entries: Sequence[Any]) -> dict[str, Any]:
    """The entries by what they call themselves; empty when not all do, or two alike."""
    for naming in _NAMING:
        names = [one[naming] for one in entries if isinstance(one, Mapping) and isinstance(one.get(naming), str)]
        if len(set(names)) == len(entries):
            return dict(zip(names, entries, strict=True))
    return {}


def _scalar(value: Any) -> bool:
    return not isinstance(value, Mapping | list)


def _beyond(these: Iterable[Any], those: Iterable[Any]) -> tuple[Any, ...]:
    """What of these is not among those, as often as it is not."""
    left = Counter((isinstance(value, bool), value) for value in those)
    found = []
    for value in these:
        left[isinstance(value, bool), value] -= 1
        if left[isinstance(value, bool), value] < 0:
            found.append(value)
    return tuple(found)
