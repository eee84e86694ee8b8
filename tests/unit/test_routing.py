import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.mail.sequences import LIBRARY
from cam.model.models import SIGNALS
from cam.model.settings.routing import RoutingRules, Rung
from cam.rules.routing import choose
from tests.unit.example_leads import lead

RULES = RoutingRules()


def signals(number: int) -> dict[str, bool | None]:
    """That many true signals; of the others one is unknown, the rest are false."""
    values = [True] * number + [None] + [False] * 6
    return dict(zip(SIGNALS, values, strict=False))


@pytest.mark.parametrize(
    ("score", "sequence"),
    [
        (1.0, "aggressive_close"),
        (0.85, "aggressive_close"),
        (0.8499, "regular_nurture"),
        (0.70, "regular_nurture"),
        (0.70 - 1e-12, "regular_nurture"),
        (0.6999, "long_term_nurture"),
        (0.50, "long_term_nurture"),
        (0.4999, "cold_outreach"),
        (0.0, "cold_outreach"),
    ],
)
def test_a_score_leads_to_its_sequence(score, sequence):
    assert choose(lead(score=score), RULES).sequence == sequence


@pytest.mark.parametrize(
    ("score", "sequence"), [(0.70, "aggressive_close"), (0.55, "regular_nurture"), (0.35, "long_term_nurture")]
)
def test_three_true_signals_boost_the_score(score, sequence):
    routing = choose(lead(score=score, enrichment=signals(3)), RULES)

    assert (routing.sequence, routing.boosted) == (sequence, True)


def test_two_true_signals_boost_nothing():
    routing = choose(lead(score=0.70, enrichment=signals(2)), RULES)

    assert (routing.sequence, routing.boosted) == ("regular_nurture", False)


def test_the_boost_can_be_turned_off():
    routing = choose(lead(score=0.70, enrichment=signals(6)), RoutingRules(intent_boost=False))

    assert (routing.sequence, routing.boosted) == ("regular_nurture", False)


def test_the_ladder_and_the_boost_can_be_set():
    rules = RoutingRules(
        ladder=(Rung(sequence="aggressive_close", min_score=0.9), Rung(sequence="cold_outreach", min_score=0)),
        boost=0.5,
        boost_signals=1,
    )

    assert choose(lead(score=0.4, enrichment=signals(1)), rules).sequence == "aggressive_close"
    assert choose(lead(score=0.4), rules).sequence == "cold_outreach"


def test_the_boost_never_lifts_a_score_over_1():
    rules = RoutingRules(
        ladder=(Rung(sequence="aggressive_close", min_score=1.0), Rung(sequence="cold_outreach", min_score=0))
    )

    assert choose(lead(score=0.95, enrichment=signals(6)), rules).sequence == "aggressive_close"


def test_the_reason_names_the_score():
    assert choose(lead(score=0.7), RULES).reason == "score 0.70"


def test_the_reason_of_a_boost_names_the_signals():
    assert choose(lead(score=0.7, enrichment=signals(4)), RULES).reason == "score 0.70, 4 signals"


def test_a_lead_without_a_score_has_no_sequence():
    with pytest.raises(ValueError, match="no score"):
        choose(lead(score=None), RULES)


@given(score=st.floats(0, 1), number=st.integers(0, 6))
def test_every_score_finds_a_sequence_of_the_library(score, number):
    assert choose(lead(score=score, enrichment=signals(number)), RULES).sequence in LIBRARY


@given(number=st.integers(0, 10_000), true=st.integers(0, 6))
def test_a_better_score_never_leads_to_a_lower_rung(number, true):
    rungs = [rung.sequence for rung in RULES.ladder]
    lower = choose(lead(score=number / 10_001, enrichment=signals(true)), RULES).sequence
    higher = choose(lead(score=(number + 1) / 10_001, enrichment=signals(true)), RULES).sequence

    assert rungs.index(higher) <= rungs.index(lower)


def test_a_routing_tells_what_was_added_and_the_rungs_down_to_its_own():
    found = choose(lead(score=0.6, enrichment=signals(3)), RULES)

    assert (found.effective, found.boost, found.signals) == (0.75, 0.15, 3)
    assert [(step.sequence, step.min_score) for step in found.ladder] == [
        ("aggressive_close", 0.85),
        ("regular_nurture", 0.7),
    ]


def test_without_a_boost_nothing_is_added():
    found = choose(lead(score=0.6, enrichment=signals(2)), RULES)

    assert (found.effective, found.boost, found.signals) == (0.6, 0.0, 2)


@given(score=st.floats(0, 1), number=st.integers(0, 6))
def test_the_score_and_what_was_added_are_the_effective_score(score, number):
    found = choose(lead(score=score, enrichment=signals(number)), RULES)

    effective = found.effective or 0.0
    assert effective == pytest.approx(score + found.boost, abs=1e-8)
    assert found.ladder[-1].sequence == found.sequence
    assert effective >= found.ladder[-1].min_score
    assert all(effective < step.min_score for step in found.ladder[:-1])
