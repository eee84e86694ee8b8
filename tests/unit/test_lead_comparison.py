"""Where settings would have a lead stand, and what moves it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cam.model.models import LeadStatus, Qualification
from cam.model.settings.campaign import CampaignSettings
from cam.rules.preview_summary import MOST_EXAMPLES, Summary
from functions.whatif import lead_comparison, preview_counts
from tests.unit.example_leads import lead

PLAIN = CampaignSettings()


def settings(**changes: Any) -> CampaignSettings:
    return CampaignSettings.model_validate(changes)


def decided(by: CampaignSettings = PLAIN, **fields: Any) -> Any:
    """A lead with the decisions of these settings."""
    one = lead(**{"role": "CTO", "enrichment": {"is_decision_maker": True}, **fields})
    judged = lead_comparison.judge(one, by, suppressed=False)
    return one.model_copy(
        update={
            **{name: getattr(judged.scored, name) for name in ("score", "icp_score", "opportunity_score", "tier")},
            "explanation": judged.scored.explanation,
            "qualification": judged.qualification,
            "routing": judged.routing,
            "sequence": judged.routing.sequence if judged.routing else None,
            "todo": "nurture#2026-03-02T08:00:00.000Z#l1",
            "status": LeadStatus.ROUTED if judged.routing else judged.qualification.status,
        }
    )


def why(one: Any, by: CampaignSettings) -> dict[str, tuple[str, ...]]:
    return dict(lead_comparison.because(one, lead_comparison.judge(one, by, suppressed=False)))


def test_the_same_settings_move_nothing():
    one = decided()

    assert why(one, PLAIN) == {}
    assert lead_comparison.decided_alike(one, lead_comparison.judge(one, PLAIN, suppressed=False))


def test_a_lead_that_failed_in_a_stage_does_not_come_out_alike():
    one = decided().model_copy(update={"todo": None})

    assert not lead_comparison.decided_alike(one, lead_comparison.judge(one, PLAIN, suppressed=False))


def test_what_is_final_is_not_decided_again():
    duplicate = Qualification(status=LeadStatus.REJECTED, reasons=("duplicate",))

    assert lead_comparison.final(lead(status=LeadStatus.ERASED))
    assert lead_comparison.final(lead(status=LeadStatus.REJECTED, qualification=duplicate))
    assert not lead_comparison.final(lead(status=LeadStatus.REJECTED))


def test_a_domain_that_takes_no_mail_is_asked_about_again():
    gates = ({"gate": "no_mail_server", "passed": False},)
    one = lead(
        role="CEO", score=0.6, qualification={"status": "REJECTED", "reasons": ["no_mail_server"], "gates": gates}
    )
    by = settings(qualification={"check_mx": True})

    judged = lead_comparison.judge(one, by, suppressed=False)

    assert (judged.qualification.reasons, judged.unchecked) == (("no_mail_server",), True)


def test_a_reason_that_now_applies_moves_verdict_and_sequence():
    assert why(decided(), settings(qualification={"min_score": 0.9})) == {
        "verdict": ("+low_score",),
        "sequence": ("+low_score",),
    }


def test_a_reason_that_no_longer_applies_brings_a_lead_back():
    one = decided(settings(qualification={"min_score": 0.9}))

    assert why(one, PLAIN)["verdict"] == ("-low_score",)


def test_the_part_that_changes_most_moves_the_tier():
    assert why(decided(), settings(icp={"roles": ["CTO"]}))["tier"] == ("score:title",)


def test_cut_offs_move_tiers_while_the_score_stays():
    assert why(decided(), settings(scoring={"tiers": {"hot": 0.6, "warm": 0.5}})) == {"tier": ("cut_offs",)}


def test_a_ladder_moves_sequences_while_the_score_stays():
    ladder = [{"sequence": "cold_outreach", "min_score": 0}]

    assert why(decided(), settings(routing={"ladder": ladder})) == {"sequence": ("ladder",)}


def test_the_boost_moves_sequences_while_the_score_stays():
    assert why(decided(), settings(routing={"boost_signals": 1})) == {"sequence": ("boost",)}


def test_routing_by_hand_takes_sequences_away():
    one = decided()
    judged = lead_comparison.judge(one, settings(routing={"auto": False}), suppressed=False)

    assert judged.routing is None
    assert lead_comparison.then(one, judged, kept=False).sequence == lead_comparison.NONE


def test_a_suppressed_person_is_rejected():
    judged = lead_comparison.judge(decided(), PLAIN, suppressed=True)

    assert judged.qualification.reasons == ("suppressed",)


def test_a_lead_that_is_kept_keeps_verdict_and_sequence_and_gets_the_new_score():
    one = decided()
    judged = lead_comparison.judge(
        one, settings(qualification={"min_score": 0.9}, icp={"roles": ["CTO"]}), suppressed=False
    )

    then = lead_comparison.then(one, judged, kept=True)

    assert (then.verdict, then.sequence) == ("QUALIFIED", one.sequence)
    assert then.score == judged.scored.score != one.score


def test_who_has_been_written_to():
    told = [
        lead_comparison.written_to(lead(status=LeadStatus.CONTACTED)),
        lead_comparison.written_to(lead(status=LeadStatus.ROUTED, step=1)),
        lead_comparison.written_to(lead(status=LeadStatus.ROUTED, todo="unconfirmed#2026#l1")),
        lead_comparison.written_to(lead(status=LeadStatus.ROUTED, todo="nurture#2026#l1")),
        lead_comparison.written_to(lead(status=LeadStatus.REJECTED)),
    ]

    assert told == [True, True, True, False, False]


def test_a_lead_without_decisions_is_undecided():
    assert lead_comparison.now(lead(score=None)) == lead_comparison.Standing(None, "UNDECIDED", "UNDECIDED", "NONE")


def test_a_standing_in_words():
    standing = lead_comparison.Standing(0.714, "WARM", "MANUAL_REVIEW", "NONE")

    assert lead_comparison.described(standing, ("low_intent",)) == "WARM 0.71, manual review (low_intent)"


@given(
    first=st.floats(0, 1), second=st.floats(0, 1), boost=st.integers(1, 6),
    signals=st.lists(st.sampled_from([True, False, None]), min_size=6, max_size=6),
)  # fmt: skip
def test_what_is_decided_again_comes_out_alike_the_second_time(first, second, boost, signals):
    known = dict(zip(("recent_job_change", "company_hiring", "has_budget_authority"), signals, strict=False))
    one = decided(settings(qualification={"min_score": first}), enrichment=known)
    by = settings(qualification={"min_score": second}, routing={"boost_signals": boost})

    assert lead_comparison.decided_alike(
        decided(by, enrichment=known), lead_comparison.judge(one, by, suppressed=False)
    )


def test_a_summary_outlives_its_text_and_adds_up():
    one, by = decided(), settings(qualification={"min_score": 0.9})
    both, half = Summary(), Summary()
    for summary, times in ((both, 6), (half, 3)):
        for _ in range(times):
            preview_counts.add(summary, one, lead_comparison.judge(one, by, suppressed=False), False, {})

    again = Summary.loaded(half.dumped())
    again.merge(Summary.loaded(half.dumped()))

    assert (again.counts, again.tables, again.moves) == (both.counts, both.tables, both.moves)


def test_a_summary_does_not_grow_with_leads():
    summary = Summary()
    for number in range(3000):
        summary.move("tier", f"now {number}", "then", (f"score:part_{number}",))
        moved = {"lead_id": str(number), "because": {"tier": ["x"]}, "tier": [str(number), "HOT"]}
        summary.show({**moved, "score": [0, 1], "verdict": ["a", "b"], "sequence": ["a", "b"], "kept": False})

    assert len(summary.examples) == MOST_EXAMPLES
    assert sum(summary.moves.values()) == 3000
    assert len({move for move in summary.moves if move[3] != ("other",)}) == 500


def test_costs_count_what_is_still_to_be_sent_and_looked_at():
    one = decided(credits=2)
    summary = Summary()
    preview_counts.add(
        summary,
        one,
        lead_comparison.judge(one, settings(qualification={"min_score": 0.9}), suppressed=False),
        False,
        {},
    )
    preview_counts.add(summary, one, lead_comparison.judge(one, PLAIN, suppressed=False), True, {})

    counts = summary.counts
    assert (counts["mails_now"], counts["mails_then"]) == (6, 0)
    assert (counts["credits_rejected_now"], counts["credits_rejected_then"]) == (0, 2)
    assert (counts["kept"], counts["rewritten"]) == (1, 1)
