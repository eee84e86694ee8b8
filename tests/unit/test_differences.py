"""What differs between two settings."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.settings.campaign import CampaignSettings
from cam.text.differences import ABSENT, Difference, _named, differences, same

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.text("ab.[]", max_size=2)
# Names are drawn from few, so that two values share some of them.
NAMES = st.sampled_from("abc")
ENTRIES = st.lists(
    st.fixed_dictionaries({"name": NAMES}, optional={"weight": SCALARS}), max_size=4, unique_by=lambda one: one["name"]
)
VALUES = st.recursive(
    SCALARS | st.lists(st.sampled_from("abcdefgh"), max_size=14) | ENTRIES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=3)


def settings(**given: Any) -> Any:
    return CampaignSettings.model_validate(given).model_dump(mode="json")


def shown(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    return {one.path: (one.before, one.after) for one in differences(before, after)}


def applied(value: Any, change: Difference, steps: tuple[str, ...]) -> Any:
    """The value with one change made: at the place to which the steps lead."""
    if not steps:
        if change.added is None or change.removed is None:
            return change.after
        left = list(value)
        for one in change.removed:
            left.remove(one)
        return [*left, *change.added]
    entries = isinstance(value, list)
    inner = {f"[{name}]": one for name, one in _named(value).items()} if entries else dict(value)
    inner[steps[0]] = applied(inner.get(steps[0], ABSENT), change, steps[1:])
    kept = {name: one for name, one in inner.items() if one is not ABSENT}
    return list(kept.values()) if entries else kept


def unordered(value: Any) -> Any:
    """The value with the orders that a difference does not tell put in one order."""
    if isinstance(value, dict):
        return {name: unordered(one) for name, one in value.items()}
    if not isinstance(value, list):
        return value
    if value and _named(value):
        return {name: unordered(one) for name, one in _named(value).items()}
    if len(value) > 4 and all(isinstance(one, str) for one in value):
        return sorted(value)
    return [unordered(one) for one in value]


@given(OBJECTS)
def test_nothing_differs_from_itself(value: Any) -> None:
    assert differences(value, value) == ()


@given(OBJECTS, OBJECTS)
def test_a_value_with_its_differences_made_is_the_other(before: Any, after: Any) -> None:
    made = before
    for change in differences(before, after):
        made = applied(made, change, change.steps)
    assert same(unordered(made), unordered(after))


@given(OBJECTS, OBJECTS)
def test_no_difference_means_equal(before: Any, after: Any) -> None:
    assert bool(differences(before, after)) != same(before, after)


def test_a_number_says_what_it_was_and_what_it_is() -> None:
    assert shown(settings(), settings(qualification={"min_score": 0.5})) == {"qualification.min_score": (0.4, 0.5)}


def test_a_default_written_out_is_no_difference() -> None:
    assert shown(settings(), settings(qualification={"min_score": 0.4}, sending={"window": {"start": "09:00"}})) == {}


def test_what_is_switched_off_was_an_object() -> None:
    assert shown(settings(), settings(sending={"warm_up": None})) == {
        "sending.warm_up": ({"start": 10, "step": 5}, None)
    }


def test_a_short_list_is_shown_whole() -> None:
    assert shown(settings(icp={"roles": ["CEO"]}), settings(icp={"roles": ["CEO", "CTO"]})) == {
        "icp.roles": (["CEO"], ["CEO", "CTO"])
    }


def test_of_a_long_list_what_came_and_what_went_is_shown() -> None:
    names = [f"d{number}.example" for number in range(12)]
    before, after = ({"blocked_domains": some} for some in (names, [*names[1:], "new.example"]))

    assert differences(settings(qualification=before), settings(qualification=after)) == (
        Difference(("qualification", "blocked_domains"), added=("new.example",), removed=("d0.example",)),
    )


def test_a_long_list_in_another_order_is_shown_whole() -> None:
    names = [f"d{number}.example" for number in range(12)]
    assert shown(names, names[::-1]) == {"": (names, names[::-1])}


def test_rungs_are_compared_by_their_sequence() -> None:
    ladder = settings()["routing"]["ladder"]
    moved = [{**ladder[0], "min_score": 0.9}, ladder[1], ladder[3]]

    assert shown(settings(), settings(routing={"ladder": moved})) == {
        "routing.ladder[aggressive_close].min_score": (0.85, 0.9),
        "routing.ladder[long_term_nurture]": (ladder[2], ABSENT),
    }


def test_a_ladder_in_another_order_is_shown_whole() -> None:
    ladder = settings()["routing"]["ladder"]
    swapped = [{**ladder[0], "sequence": "cold_outreach"}, {**ladder[3], "sequence": "aggressive_close"}]
    first = [ladder[0], ladder[3]]
    assert shown({"ladder": first}, {"ladder": swapped}) == {"ladder": (first, swapped)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([{"name": "a"}, {"name": "a"}], [{"name": "a"}]),
        ([{"name": "a"}, 1], [{"name": "a"}]),
        ([{"name": 1}], [{"name": 2}]),
        ([{"name": []}], [{"name": {}}]),
        ([], [{"name": "a"}]),
    ],
)
def test_entries_without_a_name_of_their_own_are_shown_whole(before: Any, after: Any) -> None:
    assert shown(before, after) == {"": (before, after)}


def test_true_is_no_number() -> None:
    assert shown({"a": 1}, {"a": True}) == {"a": (1, True)}
    assert shown({"a": [1]}, {"a": [True]}) == {"a": ([1], [True])}
    assert shown({"a": 1}, {"a": 1.0}) == {}


def test_null_is_a_value() -> None:
    assert shown({"a": None}, {}) == {"a": (None, ABSENT)}
