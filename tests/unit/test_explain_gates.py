"""Verdicts and routings in sentences, and as they are stored."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.leads.lead_items import lead_of, qualification_item, routing_item
from cam.model.models import Decision, Gate, LeadStatus, Qualification, Review, Routing, Step
from cam.model.settings.campaign import CampaignSettings
from cam.model.settings.qualification import QualificationRules
from cam.model.settings.routing import RoutingRules
from cam.platform.tables import pack, unpack
from cam.rules.explain_gates import gate_sentence, route_sentence, step_sentence
from cam.rules.gates import qualify
from cam.rules.routing import choose
from cam.rules.scoring import score
from tests.unit.example_leads import NOW, lead
from tests.unit.item_size import attributes
from tests.unit.test_examples import CAMPAIGN, harvest

RULES = QualificationRules()
RIVALS = QualificationRules(blocked_domains=("rival.com",), block_free_email=True)
# 300 bytes for what explains a verdict and a sequence; the verdict, its reasons and the sequence themselves come to it.
MOST_BYTES = 300
DECISIONS = {
    "qualification": {"status", "reasons", "intent"},
    "routing": {"sequence", "boosted", "reason", "start_at", "version"},
}


def sentence(name: str, rules: QualificationRules = RULES, **known: Any) -> str:
    """What is said of one gate."""
    found = qualify(lead(**known), rules, suppressed=False)
    return next(gate_sentence(gate, found) for gate in found.gates if gate.gate == name)


@pytest.mark.parametrize(
    ("name", "known", "says"),
    [
        ("low_score", {"score": 0.63}, "The score, 0.63, is at least 0.40."),
        ("low_score", {"score": 0.399}, "The score, 0.399, is below 0.400."),
        ("low_score", {"score": None}, "The lead has no score; the minimum is 0.40."),
        ("missing_email", {"email": None}, "The lead has no email address."),
        ("role_account", {"email": None}, "Not checked: there is no address."),
        ("disposable_email", {"email": None}, "Not checked: there is no address."),
        (
            "invalid_email",
            {"email": "jane"},
            "Not a valid email address: no @.",
        ),
        (
            "invalid_email",
            {"enrichment": {"email_status": "invalid"}},
            "A provider reported the address as invalid.",
        ),
        (
            "role_account",
            {"email": "info@acme.com"},
            "“info” is a role account, not a person.",
        ),
        (
            "automated_address",
            {"email": "bot@acme.com"},
            "“bot” marks an automated address: nobody reads its email.",
        ),
        ("disposable_email", {"email": "x@mailinator.com"}, "mailinator.com is a disposable domain."),
        ("competitor", {"email": "x@a.rival.com"}, "rival.com is one of the campaign's blocked domains."),
        ("free_email", {"email": "x@gmail.com"}, "gmail.com is a free-mail domain, and the campaign blocks those."),
        ("suppressed", {"do_not_contact": True}, "The person asked a provider not to be contacted."),
        (
            "suppressed",
            {"do_not_contact": True, "stop_note": "column Email Opt Out: 1"},
            "The person must not be emailed: column Email Opt Out: 1.",
        ),
        (
            "invalid_email",
            {"bounced": True, "stop_note": "column Email Bounced: TRUE"},
            "The address accepts no email: column Email Bounced: TRUE.",
        ),
        ("invalid_email", {"bounced": True}, "The address has bounced before."),
        ("low_intent", {"score": 0.1}, "Not checked: another gate already rejects the lead."),
        ("low_intent", {"enrichment": {"company_hiring": True}}, "The intent, 0.20, is at least 0.20."),
        (
            "low_intent",
            {"enrichment": {"is_decision_maker": True}},
            "The intent, 0.10, is below 0.20, but the signal is_decision_maker is true.",
        ),
        (
            "low_intent",
            {"role": "Head of IT", "enrichment": {"company_hiring": False}},
            "The intent, 0.00, is below 0.20, but “head” in the role or job level shows that the person decides.",
        ),
        (
            "low_intent",
            {"enrichment": {"company_hiring": False}, "review": Review(decision=Decision.APPROVE, at=NOW)},
            "The intent, 0.00, is below 0.20, but a person approved the lead in review.",
        ),
        (
            "low_intent",
            {"enrichment": {"recent_activity": True}},
            "The intent, 0.15, is below 0.20, and nothing shows that the person decides: sent to review.",
        ),
    ],
)
def test_the_sentence_of_a_gate(name, known, says):
    assert sentence(name, RIVALS, **known) == says


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("competitor", "Not checked: the campaign blocks no domains."),
        ("disposable_email", "Not checked: disposable addresses are allowed."),
        ("free_email", "Not checked: free-mail addresses are allowed."),
        ("no_mail_server", "Not checked: check_mx is off."),
        ("low_intent", "Not checked: review_low_intent is off."),
    ],
)
def test_a_gate_that_is_off_says_so(name, says):
    rules = QualificationRules(block_disposable=False, review_low_intent=False)

    assert sentence(name, rules) == says


def test_an_exception_says_who_lets_the_lead_in():
    rules = QualificationRules.model_validate({"role_names": {"remove": ["hello"]}})

    text = sentence("role_account", rules, email="hello@acme.com")

    assert text == "“hello” is a role account, but the campaign allows it."


def test_a_gate_that_is_not_known_here_still_has_a_sentence():
    gate = Gate(gate="no_moon", passed=False, value="acme.com")

    text = gate_sentence(gate, Qualification(status=LeadStatus.REJECTED, gates=(gate,)))

    assert text == "Failed: no moon for acme.com."


def routed(number: float, signals: int, rules: RoutingRules | None = None) -> Routing:
    """The routing of a lead with that score and so many true signals."""
    names = ("recent_job_change", "company_hiring", "recent_activity", "is_decision_maker")[:signals]
    return choose(lead(score=number, enrichment=dict.fromkeys(names, True)), rules or RoutingRules())


@pytest.mark.parametrize(
    ("routing", "says"),
    [
        (
            routed(0.6, 3),
            "The score, 0.60, plus 0.15 because 3 of the 6 signals are true, is 0.75. It reaches regular_nurture, "
            "which begins at 0.70.",
        ),
        (
            routed(0.985, 3),
            "The score, 0.985, plus 0.015 because 3 of the 6 signals are true, is 1.000. It reaches aggressive_close, "
            "which begins at 0.85.",
        ),
        (
            routed(0.6, 1),
            "The score, 0.60, reaches long_term_nurture, which begins at 0.50. "
            "1 of the 6 signals is true, which adds nothing.",
        ),
        (
            routed(1.0, 4),
            "The score, 1.00, reaches aggressive_close, which begins at 0.85. "
            "4 of the 6 signals are true, but a score cannot exceed 1.",
        ),
        (
            Routing(sequence="cold_outreach", boosted=False, reason="score 0.30"),
            "cold_outreach was chosen because of score 0.30.",
        ),
    ],
)
def test_the_sentence_of_a_routing(routing, says):
    assert route_sentence(routing) == says


def test_the_sentences_of_the_ladder_hold_the_score_against_each_rung():
    routing = routed(0.6, 3)

    assert [step_sentence(step, routing) for step in routing.ladder] == [
        "0.75 is below 0.85, where aggressive_close begins.",
        "0.75 is at least 0.70, where regular_nurture begins.",
    ]


def stored(**decided: Any) -> Any:
    """A lead with these attributes, as it is read from the table."""
    item = {"id": "l", "shard": 0, "source": "csv", "created_at": NOW.isoformat(), "updated_at": NOW.isoformat()}
    return lead_of({**item, **{name: unpack(pack(value)) for name, value in decided.items()}})


VALUES = st.none() | st.integers(0, 10**9).map(lambda number: number / 10**9) | st.text(max_size=20)


@given(
    names=st.lists(
        st.tuples(st.sampled_from(["low_score", "role_account", "no_mail_server"]), st.none() | st.booleans())
    ),
    value=VALUES,
    limit=VALUES,
)
def test_gates_are_read_as_they_were_stored(names, value, limit):
    gates = tuple(Gate(gate=name, passed=passed, value=value, limit=limit) for name, passed in names)
    found = Qualification(status=LeadStatus.REJECTED, reasons=("low_score",), gates=gates, settings_version=3)

    assert stored(qualification=qualification_item(found)).qualification == found


@given(number=st.floats(0, 1), signals=st.integers(0, 4))
def test_a_routing_is_read_as_it_was_stored(number, signals):
    found = routed(round(number, 9), signals).model_copy(update={"start_at": NOW, "version": 2, "settings_version": 3})

    assert stored(routing=routing_item(found)).routing == found


def test_what_was_stored_without_gates_and_ladder_is_read():
    verdict = {"status": "REJECTED", "reasons": ["duplicate"], "intent": None}
    routing = {"sequence": "cold_outreach", "boosted": False, "reason": "score 0.30", "version": 1}

    found = stored(qualification=verdict, routing=routing)

    assert (found.qualification.gates, found.routing.ladder, found.routing.effective) == ((), (), None)


def test_a_gate_that_passed_takes_its_code_and_a_long_text_is_cut_between_words():
    gates = (
        Gate(gate="role_account", passed=True),
        Gate(gate="free_email", passed=None),
        Gate(gate="suppressed", passed=False),
        Gate(gate="invalid_email", passed=False, value="jane", limit="syntax", fault="many words " * 9),
    )

    rows = qualification_item(Qualification(status=LeadStatus.REJECTED, gates=gates))["gates"]

    assert rows == [
        "ra",
        ["fe"],
        ["su", 0],
        ["ie", 0, "jane", "syntax", "many words many words many words many words many words…"],
    ]


def test_the_lowest_rung_of_a_stored_ladder_is_the_sequence():
    found = routing_item(routed(0.6, 0))

    assert found["ladder"] == ["aggressive_close", 0.85, "regular_nurture", 0.7, 0.5]
    assert stored(routing=found).routing.ladder[-1] == Step(sequence="long_term_nurture", min_score=0.5)


@pytest.mark.parametrize("settings", [CAMPAIGN.settings, CampaignSettings()], ids=["example", "default"])
def test_the_explanation_of_verdict_and_sequence_takes_at_most_300_bytes(settings):
    sizes = sorted(_explanation(one, settings) for one in harvest("leads.csv")[0])

    assert sizes[len(sizes) * 99 // 100] <= MOST_BYTES
    assert sizes[0] > 0


def _explanation(one: Any, settings: CampaignSettings) -> int:
    """The bytes that explaining adds to a lead, by what its attributes take without it."""
    known = one.model_copy(update={"score": score(one, settings.icp, settings.scoring).score})
    verdict = qualify(known, settings.qualification, suppressed=False).model_copy(update={"settings_version": 12})
    item = {"qualification": qualification_item(verdict)}
    if verdict.status is LeadStatus.QUALIFIED:
        chosen = choose(known, settings.routing)
        item["routing"] = routing_item(chosen.model_copy(update={"start_at": NOW, "settings_version": 12}))
    bare = {
        name: {key: value for key, value in whole.items() if key in DECISIONS[name]} for name, whole in item.items()
    }
    return attributes(item) - attributes(bare)
