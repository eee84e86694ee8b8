"""Whether the score predicts anything: cohorts, Wilson intervals and what is said about them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.models import Lead, Part
from cam.rules import outcomes
from cam.rules.outcomes import LEAST, Outcome, cohort, counts, report, wilson

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


def lead(score: float | None, *parts: tuple[str, str, float]) -> Lead:
    explanation = tuple(
        Part(part=part, group="icp", value=value, weight=0.1, contribution=value * 0.1, code=code)
        for part, code, value in parts
    )
    return Lead(
        id="1", shard=0, source="csv", score=score, explanation=explanation, created_at=MOMENT, updated_at=MOMENT
    )


def counted(**buckets: tuple[int, int]) -> dict[str, int]:
    """Counters of buckets, each (sent, replied); `__` stands for the dot."""
    found: dict[str, int] = {}
    for name, (sent, replied) in buckets.items():
        bucket = name.replace("__", ".")
        found |= {f"sent@{bucket}": sent, f"replied@{bucket}": replied}
    return found


# R: binom::binom.confint(x, n, methods = "wilson")
@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (10, 100, 0.0552, 0.1744),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (0, 0, 0.0, 1.0),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_wilson_intervals_are_those_of_the_books(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.rate == (hits / of if of else 0)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.floats(0.5, 0.9999))
def test_an_interval_holds_the_rate_and_lies_within_0_and_1(one: int, other: int, confidence: float) -> None:
    hits, of = sorted((one, other))
    found = wilson(hits, of, confidence)
    assert 0 <= found.low <= found.rate <= found.high <= 1
    assert (found.low == 0) is (hits == 0)
    assert (found.high == 1) is (hits == of)


@given(st.integers(1, 1000), st.integers(2, 50))
def test_more_of_the_same_makes_an_interval_narrower(of: int, times: int) -> None:
    few, many = wilson(of // 3, of), wilson(of // 3 * times, of * times)
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(
    ("score", "decile"),
    [(0.0, "d0"), (0.0999999999, "d0"), (0.1, "d1"), (0.1 + 0.2, "d3"), (0.3, "d3"), (0.7, "d7"), (0.8 - 1e-12, "d8"),
     (0.95, "d9"), (1.0, "d9")],
)  # fmt: skip
def test_a_decile_begins_with_its_lower_bound_and_1_is_in_the_last(score: float, decile: str) -> None:
    assert cohort(lead(score)) == (decile,)


def test_a_cohort_has_a_bucket_of_each_part() -> None:
    one = lead(
        0.62, ("title", "equal", 1.0), ("size", "near", 0.8), ("revenue", "below", 0.55), ("seniority", "role", 0.9),
        ("signals", "true", 0.6), ("location", "unknown", 0.5), ("stack", "above", 0.1),
    )  # fmt: skip
    assert cohort(one) == (
        "d6", "title.equal", "size.near", "revenue.below.mid", "seniority.high", "signals.mid", "location.unknown",
        "stack.above.low",
    )  # fmt: skip


def test_a_lead_without_a_score_belongs_nowhere() -> None:
    assert cohort(lead(None, ("title", "equal", 1.0))) == ()


def test_nothing_sent_is_ten_empty_deciles_and_says_so() -> None:
    found = report({})
    assert (found.sent, found.parts, found.statement) == (0, (), "Nothing has been sent yet.")
    assert [bucket.sent for bucket in found.deciles] == [0] * 10


def test_counters_come_back_where_they_belong() -> None:
    found = report(
        counts("sent", ("d4", "title.equal", "seniority.low"))
        | counts(Outcome.REPLIED, ("d4", "title.equal", "seniority.low"))
        | counts(Outcome.POSITIVE, ("d4", "title.equal", "seniority.low"))
        | {"sent": 9, "leads": 100}
    )
    assert found.sent == 1
    assert found.deciles[4].hits == {"replied": 1, "positive": 1, "unsubscribed": 0, "bounced": 0}
    assert [one.part for one in found.parts] == ["title", "seniority"]
    assert found.parts[0].buckets[0].label == "equal to a target"


def test_parts_of_cam_come_first_and_unknown_buckets_last() -> None:
    found = report(counted(d5=(4, 0), a__unknown=(1, 0), a__equal=(1, 0), signals__none=(1, 0), size__far=(1, 0)))
    assert [one.part for one in found.parts] == ["size", "signals", "a"]
    assert [bucket.name for bucket in found.parts[2].buckets] == ["a.equal", "a.unknown"]


@pytest.mark.parametrize(
    ("buckets", "says"),
    [
        ({"d4": (200, 4), "d8": (200, 24)}, "The score predicts replies: of leads scored 0.8 to 0.9, 24 of 200"),
        ({"d4": (200, 24), "d8": (200, 4)}, "Higher scores get fewer replies"),
        ({"d4": (200, 10), "d8": (200, 14)}, "There is no evidence yet"),
        ({"d4": (LEAST - 1, 0), "d8": (200, 100)}, "Not enough data: fewer than 50 emails"),
        ({"d4": (LEAST, 0), "d8": (200, 100)}, "The score predicts replies"),
        ({"d4": (500, 4)}, "All emails went to leads scored 0.4 to 0.5"),
        # The thirds are those of the deciles that hold mails: here two of six.
        (
            {"d4": (60, 0), "d5": (60, 0), "d6": (60, 9), "d7": (60, 9), "d8": (60, 20), "d9": (60, 20)},
            "of leads scored 0.8 to 1.0, 40 of 120 replied (33.3 %, between 25.5 and 42.2 % at 95 %); "
            "of those scored 0.4 to 0.6, 0 of 120 replied",
        ),
    ],
)
def test_the_statement_says_what_the_intervals_allow(buckets: dict[str, tuple[int, int]], says: str) -> None:
    assert says in report(counted(**buckets)).statement


@pytest.mark.parametrize(
    ("buckets", "says"),
    [
        ({"title__equal": (200, 24), "title__other": (200, 4)}, "title predicts replies: of “equal to"),
        ({"title__equal": (200, 4), "title__other": (200, 24)}, "title predicts replies: of “not one of"),
        ({"title__equal": (200, 14), "title__other": (200, 10)}, "There is no evidence yet that title"),
        ({"title__equal": (200, 24), "title__other": (49, 0)}, "Not enough data"),
    ],
)
def test_a_part_is_said_to_tell_leads_apart_only_when_it_does(buckets: dict[str, tuple[int, int]], says: str) -> None:
    (part,) = report(counted(d5=(400, 28), **buckets)).parts
    assert says in part.statement


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=10, max_size=10))
def test_every_campaign_gets_one_sentence(numbers: list[tuple[int, int]]) -> None:
    buckets = {f"d{at}": (max(pair), min(pair)) for at, pair in enumerate(numbers)}
    found = report(counted(**buckets))
    assert found.sent == sum(map(max, numbers))
    assert found.statement.endswith(".")


def test_only_counters_of_buckets_are_taken_for_such() -> None:
    assert [name for name in ("sent", "sent@d7", "replied") if outcomes.is_count(name)] == ["sent@d7"]
