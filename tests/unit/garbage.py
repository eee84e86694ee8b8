"""What a provider could send instead of what it promised: any JSON, and bodies whose every field is anything."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

# As `json.loads` gives it: also halves of UTF-16 signs, and numbers that are none.
scalars: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats()
    | st.text(st.characters(), max_size=40)
    | st.sampled_from(
        ["\ud800", "\x00", "x" * 600, "ann@a.test", "2026-13-45", "9" * 400, "http://", "1-1-1", "½", [[]], {"a": 1}]
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
