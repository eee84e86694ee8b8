"""How many examples a property is tried with, when it is not as many as others."""

from typing import Any

from hypothesis import settings

_USUAL = 100


def examples(number: int, **more: Any) -> settings:
    """So many in `make test`, and as many times more in `make fuzz` as for every property. `more` as in `settings`."""
    return settings(max_examples=number * settings().max_examples // _USUAL, **more)
