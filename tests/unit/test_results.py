"""What is said of the texts of a touch: rates of mails, their order, and which variant is better, if that is known."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.rules import results
from cam.rules.outcomes import LEAST
from cam.rules.results import Feedback, Variant, difference, rate, report, statement


def variant(name: str, replied: int, sent: int) -> Variant:
    return Variant(name, {"sent": sent, "replied": replied})


def said(*variants: tuple[int, int]) -> str:
    """The statement about variants a, b, …, each (replied, sent)."""
    return statement([variant(name, *one) for name, one in zip("abcdef", variants, strict=False)]) or ""


# R. G. Newcombe, Statistics in Medicine 17, 1998, table II, method 10.
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_intervals_of_differences_are_those_of_the_paper(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = difference(variant("a", *one), variant("b", *other))
    assert list(found) == pytest.approx([low, high], abs=5e-5)


def test_clicks_are_a_share_of_the_mails_opened_and_all_else_of_those_sent() -> None:
    counted = {"sent": 200} | dict.fromkeys(map(str, Feedback), 20) | {"opened": 50, "clicked": 10}
    assert {str(one): rate(counted, one).rate for one in Feedback} == {
        **dict.fromkeys(map(str, Feedback), 0.1), "opened": 0.25, "clicked": 0.2
    }  # fmt: skip


def test_of_no_mail_every_rate_is_possible() -> None:
    assert (rate({}, Feedback.OPENED).low, rate({}, Feedback.OPENED).high) == (0, 1)


@given(st.dictionaries(st.sampled_from(["sent", *Feedback]), st.integers(0, 10**6)), st.sampled_from(list(Feedback)))
def test_no_share_is_more_than_all_whatever_was_counted(counted: dict[str, int], feedback: Feedback) -> None:
    found = rate(counted, feedback)
    assert 0 <= found.low <= found.rate <= found.high <= 1


def test_a_counter_of_the_campaign_is_known_again() -> None:
    assert [Feedback.counted_by(one.counter) for one in Feedback] == list(Feedback)
    assert Feedback.counted_by("replied") is None


def test_versions_touches_and_variants_come_in_order() -> None:
    places = [("campaign.10", 1, "a"), ("campaign.2", 10, "b"), ("campaign.2", 9, "a"), ("campaign.2", 10, "a"),
              ("built_in.1", 0, "a")]  # fmt: skip

    found = report({place: {"sent": 1} for place in places})

    assert [(one.edition, [(it.step, [v.name for v in it.variants]) for it in one.touches]) for one in found] == [
        ("built_in.1", [(0, ["a"])]), ("campaign.2", [(9, ["a"]), (10, ["a", "b"])]), ("campaign.10", [(1, ["a"])])
    ]  # fmt: skip


@pytest.mark.parametrize("several", [[], [variant("a", 5, 100)]])
def test_one_text_is_compared_with_nothing(several: list[Variant]) -> None:
    assert statement(several) is None


def test_the_better_one_is_named_with_how_much_better_it_is_at_least() -> None:
    assert said((5, 200), (40, 200)) == (
        "Variant b gets more replies, with 95 % confidence: "
        "40 of 200 emails of b got a reply (20.0 %, between 15.0 and 26.1 %); "
        "5 of 200 emails of a got a reply (2.5 %, between 1.1 and 5.7 %); "
        "the difference is at least 11.6 percentage points. Keep it and drop the other."
    )


@pytest.mark.parametrize("few", [LEAST - 1, 1])
def test_fewer_than_fifty_mails_of_a_text_decide_nothing(few: int) -> None:
    assert said((few, few), (0, 1000)).startswith("Not enough data to tell a from b")
    assert said((LEAST, LEAST), (0, 1000)).startswith("Variant a gets more replies")


@pytest.mark.parametrize(
    ("variants", "more"),
    [
        # 4 % and 6 %, 80 % power: n = 7.849 × (0.04 × 0.96 + 0.06 × 0.94) / 0.02² = 1,861
        (((4, 100), (6, 100)), "1,800"),
        # 5 % and 7.5 %: 1,468
        (((10, 200), (10, 200)), "1,300"),
        # Nobody has replied: 1 % and 1.5 %, 7,746
        (((0, 100), (0, 100)), "7,700"),
        (((0, 0), (0, 0)), "7,800"),
    ],
)
def test_not_enough_says_about_how_many_more_mails_it_takes(variants: tuple[tuple[int, int], ...], more: str) -> None:
    found = said(*variants)
    assert found.startswith("Not enough data")
    assert f"about {more} more emails of each" in found


def test_more_texts_need_a_clearer_difference() -> None:
    """A pair that is told apart alone need not be among several: one of many is the best by chance."""
    alone = said((10, 200), (23, 200))
    assert alone.startswith("Variant b gets more replies")
    assert said((10, 200), (23, 200), (9, 200), (10, 200)).startswith("Not enough data to tell b from a")


def test_of_several_texts_those_that_are_certainly_worse_are_named() -> None:
    found = said((60, 300), (55, 300), (3, 300))
    assert found.startswith("Not enough data to tell a from b:")
    assert "Variant c is worse than a." in found
    assert said((90, 300), (30, 300), (3, 300)).startswith("Variant a gets more replies")


@given(st.lists(st.tuples(st.integers(0, 10**5), st.integers(0, 10**5)), min_size=2, max_size=6))
def test_there_is_always_one_thing_to_say_that_ends_with_what_to_do(pairs: list[tuple[int, int]]) -> None:
    found = said(*(tuple(sorted(one)) for one in pairs))  # type: ignore[arg-type]
    assert found.startswith(("Variant ", "Not enough data to tell "))
    assert found.endswith(("drop the other.", "drop the others.", "Check again then."))


@pytest.mark.parametrize("texts", [2, 4])
def test_texts_that_do_as_well_are_told_apart_in_at_most_one_case_of_twenty(texts: int) -> None:
    chance = random.Random(7)
    tries = 600
    wrong = 0
    for _ in range(tries):
        counted = [(sum(chance.random() < 0.1 for _ in range(150)), 150) for _ in range(texts)]
        wrong += said(*counted).startswith("Variant ")
    assert wrong / tries <= 0.05


def test_a_difference_that_is_there_is_found_in_four_of_five_cases_after_as_many_mails_as_were_said() -> None:
    needed = results._needed(variant("a", 100, 1000), variant("b", 50, 1000), 0.95)
    chance = random.Random(7)
    tries = 300
    found = 0
    for _ in range(tries):
        high, low = (sum(chance.random() < share for _ in range(needed)) for share in (0.10, 0.05))
        found += said((high, needed), (low, needed)).startswith("Variant a gets more replies")
    assert 0.72 <= found / tries <= 0.88
