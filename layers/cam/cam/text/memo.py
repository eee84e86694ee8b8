"""Remember what was made of settings, by identity: made once, used for every lead."""

from collections.abc import Callable
from typing import Any

# A Lambda meets few campaigns at a time; the bound keeps one that lives for days from growing.
_MOST = 64


def memoized[*Given, Made](make: Callable[[*Given], Made]) -> Callable[[*Given], Made]:
    """Remember what `make` made of the very objects that it was given, which never change.

    By identity: to compare or to hash large settings for every lead costs more than remembering saves.
    """
    # The objects are kept with what was made of them, so that no other takes their place in memory.
    made: dict[tuple[int, ...], tuple[Any, Made]] = {}

    def remembered(*given: *Given) -> Made:
        key = tuple(map(id, given))
        found = made.get(key)
        if found is None:
            if len(made) >= _MOST:
                made.clear()
            found = made[key] = (given, make(*given))
        return found[1]

    return remembered
