"""What a provider could send instead of what it promised: any JSON, and bodies whose every field is anything."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

# As `characters.read_json` gives it: whatever else a text may hold, and numbers that no table holds.
scalars: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(
        ["\ufffd", "\u202e", "x" * 600, "ann@a.test", "2026-13-45", "9" * 400, "http://", "1-1-1", "½", [[]], {"a": 1}]
    )
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def shaped(fields: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with these fields, each of which may be missing, be anything, or be as the mapping says."""
    return st.fixed_dictionaries(
        {}, optional={name: scalars if inner is None else scalars | inner for name, inner in fields.items()}
    )
