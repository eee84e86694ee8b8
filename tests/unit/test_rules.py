import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cam.leads.lead_items import _part, parts_item
from cam.model.models import SIGNALS, Lead, Part
from cam.model.settings.icp import Icp
from cam.model.settings.scoring import Scoring, SeniorityValues
from cam.rules.explain import sentence
from cam.rules.scoring import rules_of, score
from cam.rules.seniority import seniority
from tests.properties import examples
from tests.unit import garbage
from tests.unit.example_leads import lead

ICP = Icp(company_size="medium", industry="technology", revenue_min=100, location="US", roles=("CTO",))
LIGHTER = {"size": 0.3, "industry": 0.3, "revenue": 0.25, "location": 0.05}


def scoring(*parts: dict[str, Any], **more: Any) -> Scoring:
    """Rules with own parts of weight 0.1 together, taken from the location's."""
    weight = 0.1 / max(1, len(parts))
    own = [{"name": f"p{at}", "group": "icp", "weight": weight, **part} for at, part in enumerate(parts)]
    return Scoring.model_validate({"parts": own, **({"icp": LIGHTER} if parts else {}), **more})


def own(test: dict[str, Any], value: Any, field: str = "tools") -> Part:
    """The line of a part with this test on a lead with this value."""
    rules = scoring({"field": field, "hit": 0.9, "miss": 0.1, "unknown": 0.4, **test})
    return next(one for one in score(lead(enrichment={field: value}), ICP, rules).explanation if one.part == "p0")


@pytest.mark.parametrize(
    ("wanted", "value", "code"),
    [
        ("PHP", " php ", "equal"),
        ("PHP", "PHP, MySQL", "other"),
        ("A+", "a+", "equal"),
        ("A+", "a-", "other"),
        ("PHP", ["Perl", "php"], "equal"),
        ("PHP", ["Perl", {"php": 1}], "other"),
        ("PHP", [], "unknown"),
        ("PHP", "  ", "unknown"),
        ("PHP", None, "unknown"),
        ("PHP", {"php": True}, "unknown"),
        ("5", 5, "equal"),
        ("2.5", 2.5, "equal"),
        ("true", True, "equal"),
        ("yes", True, "equal"),
        ("PHP", True, "other"),
        (5, 5, "equal"),
        (5, "5.0", "equal"),
        (1200, "$1,200", "equal"),
        (-5, "-5", "equal"),
        (5, 6, "other"),
        (5, "five", "unknown"),
        (1, True, "unknown"),
        (5, float("nan"), "unknown"),
        (5, "NaN", "unknown"),
        (5, 10**400, "unknown"),
        (True, True, "equal"),
        (True, "Yes", "equal"),
        (True, False, "other"),
        (True, "no", "other"),
        (True, "perhaps", "unknown"),
        (True, 1, "unknown"),
    ],
)
def test_equals_compares_what_can_be_compared(wanted, value, code):
    found = own({"test": "equals", "value": wanted}, value)

    assert (found.code, found.value) == (code, {"equal": 0.9, "other": 0.1, "unknown": 0.4}[code])


def test_a_signal_is_true_or_false():
    found = [own({"test": "equals", "value": True}, value, "company_hiring").code for value in ("y", False, None)]

    assert found == ["equal", "other", "unknown"]


@pytest.mark.parametrize(
    ("value", "code"),
    [("php", "equal"), (7, "equal"), (False, "equal"), ("perl", "other"), (8, "other"), (True, "other")],
)
def test_a_list_may_hold_values_of_all_kinds(value, code):
    assert own({"test": "in_list", "values": ["PHP", 7, False]}, value).code == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("Google Cloud, PHP", "equal"),
        ("php", "equal"),
        ("PHPUnit", "other"),
        (["Java", "Old PHP code"], "equal"),
        ("---", "unknown"),
        (7, "other"),
        (True, "other"),
        ({"php": 1}, "unknown"),
    ],
)
def test_contains_words_looks_for_whole_words(value, code):
    found = own({"test": "contains_words", "values": ["php", "ruby on rails"]}, value)

    assert found.value == {"equal": 0.9, "other": 0.1, "unknown": 0.4}[code]


@pytest.mark.parametrize(
    ("bounds", "value", "worth"),
    [
        ({"min": 10, "max": 20}, 10, 0.9),
        ({"min": 10, "max": 20}, "20", 0.9),
        ({"min": 10, "max": 20}, 5, 0.45),
        ({"min": 10, "max": 20}, 40, 0.45),
        ({"min": 10, "floor": 0.6}, 1, 0.6),
        ({"min": 10, "floor": None}, 9.9, 0.1),
        ({"max": 20, "floor": None}, 21, 0.1),
        ({"max": 20}, -5, 0.9),
        ({"min": 10}, -5, 0.0),
        ({"min": -10, "max": -5}, -20, 0.0),
        ({"min": -10, "max": -5}, 3, 0.0),
        ({"min": 10, "max": 20}, [3, "15", None], 0.9),
        ({"min": 10, "max": 20}, [], 0.4),
        ({"min": 10, "max": 20}, "many", 0.4),
        ({"min": 10, "max": 20}, True, 0.4),
        ({"min": 10, "max": 20}, float("inf"), 0.4),
        ({"min": 10, "max": 20}, 10**400, 0.4),
    ],
)
def test_a_number_outside_the_bounds_falls_with_its_ratio_to_them(bounds, value, worth):
    assert own({"test": "number_between", **bounds}, value).value == pytest.approx(worth)


@pytest.mark.parametrize(
    ("value", "worth"), [("x", 0.9), (0, 0.9), (False, 0.9), ({"a": 1}, 0.9), ("  ", 0.1), ([""], 0.1), ({}, 0.1)]
)
def test_false_and_0_are_known(value, worth):
    rules = scoring({"field": "tools", "test": "known", "hit": 0.9, "miss": 0.1})

    found = next(
        one for one in score(lead(enrichment={"tools": value}), ICP, rules).explanation if one.part == "p0"
    )  # fmt: skip
    assert found.value == worth


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("role", {"role": "CTO"}),
        ("company", {"company": "cto"}),
        ("company_domain", {"company_domain": "CTO"}),
        ("tags", {"tags": ("a", "cto")}),
        ("source", {"source": "cto"}),
        ("job_level", {"enrichment": {"job_level": "CTO"}}),
        ("enrichment.source", {"enrichment": {"source": "CTO"}}),
    ],
)
def test_a_part_may_ask_for_a_field_of_the_lead_itself(field, fields):
    rules = scoring({"field": field, "test": "equals", "value": "CTO"})

    assert next(one for one in score(lead(**fields), ICP, rules).explanation if one.part == "p0").code == "equal"


def test_own_parts_come_behind_the_built_in_ones_of_their_group():
    rules = Scoring.model_validate(
        {
            "parts": [
                {"name": "b", "group": "opportunity", "weight": 0.1, "field": "x", "test": "known"},
                {"name": "a", "group": "ICP", "weight": 0.1, "field": "x", "test": "Known"},
            ],
            "icp": LIGHTER,
            "opportunity": {"title": 0.35, "seniority": 0.25, "signals": 0.3},
        }
    )

    names = [part.part for part in score(lead(), ICP, rules).explanation]
    assert names == ["size", "industry", "revenue", "location", "a", "title", "seniority", "signals", "b"]


def test_true_and_1_are_two_values_for_the_cache_of_rules():
    flag, one = (scoring({"field": "x", "test": "equals", "value": value}) for value in (True, 1))

    assert flag != one
    codes = [score(lead(enrichment={"x": True}), ICP, rules).explanation[4].code for rules in (flag, one)]
    assert codes == ["equal", "unknown"]


@pytest.mark.parametrize(
    ("values", "part", "known", "worth"),
    [
        ({"size": {"step": 0.4, "floor": 0.1}}, "size", {"company_size": "small"}, 0.6),
        ({"size": {"step": 0.4, "floor": 0.7}}, "size", {"company_size": "small"}, 0.7),
        ({"size": {"unknown": 0.2}}, "size", {}, 0.2),
        ({"industry": {"equal": 0.9}}, "industry", {"industry": "technology"}, 0.9),
        ({"industry": {"contains": 0.7}}, "industry", {"industry": "technology x"}, 0.7),
        ({"industry": {"other": 0.1}}, "industry", {"industry": "retail"}, 0.1),
        ({"industry": {"unknown": 0.6}}, "industry", {}, 0.6),
        ({"revenue": {"floor": 0.05}}, "revenue", {"annual_revenue": 10}, 0.1),
        ({"revenue": {"unknown": 0.6}}, "revenue", {}, 0.6),
        ({"location": {"equal": 0.9}}, "location", {"country": "us"}, 0.9),
        ({"location": {"contains": 0.7}}, "location", {"country": "us x"}, 0.7),
        ({"location": {"other": 0.1}}, "location", {"country": "uk"}, 0.1),
        ({"location": {"unknown": 0.6}}, "location", {}, 0.6),
        ({"title": {"equal": 0.9}}, "title", {"role": "CTO"}, 0.9),
        ({"title": {"contains": 0.7}}, "title", {"role": "CTO x"}, 0.7),
        ({"title": {"other": 0.1}}, "title", {"role": "Baker"}, 0.1),
        ({"title": {"unknown": 0.6}}, "title", {}, 0.6),
        ({"seniority": {"unknown": 0.6}}, "seniority", {}, 0.6),
        ({"seniority": {"junior": 0.1}}, "seniority", {"role": "CTO intern"}, 0.1),
        ({"seniority": {"junior_words": ["apprentice"]}}, "seniority", {"role": "CTO intern"}, 1.0),
        ({"seniority": {"words": [{"word": "partner", "points": 0.2}]}}, "seniority", {"role": "Partner"}, 0.2),
        ({"seniority": {"words": [{"word": "Geschäftsführer", "points": 1}]}}, "seniority",
         {"role": "geschäftsführer"}, 1.0),
    ],
)  # fmt: skip
def test_every_number_of_the_built_in_parts_can_be_set(values, part, known, worth):
    role = known.pop("role", None) if (known := dict(known)) else None

    scored = score(lead(role=role, enrichment=known), ICP, Scoring.model_validate({"values": values}))

    assert next(one for one in scored.explanation if one.part == part).value == pytest.approx(worth)


def test_a_role_without_targets_can_be_set_too():
    rules = Scoring.model_validate({"values": {"title": {"untargeted": 0.25}}})

    assert score(lead(role="Baker"), Icp(), rules).explanation[4].value == 0.25


@pytest.mark.parametrize(
    ("word", "points", "role", "worth"),
    [
        ("vice president", 0.7, "Vice President, Sales", 0.7),
        ("vice president", 0.7, "President and Vice President", 0.95),
        ("executive", 0.0, "Account Executive", 0.5),
        ("chief … officer", 0.8, "Chief Happiness Officer", 0.8),
        ("head … office", 0.2, "Head of the Office", 0.9),
        ("directeur ... ventes", 0.75, "Directeur général des ventes", 0.75),
        ("c level", 0.6, "C-Level", 0.6),
    ],
)
def test_a_campaign_s_word_goes_before_the_list(word, points, role, worth):
    values = SeniorityValues.model_validate({"words": [{"word": word, "points": points}]})

    assert seniority(role, None, values).points == worth


@pytest.mark.parametrize(
    "values",
    [
        {"words": [{"word": "intern", "points": 0.5}]},
        {"words": [{"word": "a", "points": 0.5}, {"word": "A", "points": 0.6}]},
        {"words": [{"word": "a … b … c", "points": 0.5}]},
        {"words": [{"word": "…", "points": 0.5}]},
        {"junior_words": ["trainee", "Trainee"]},
    ],
)
def test_words_are_there_once_and_hold_a_word(values):
    with pytest.raises(ValidationError):
        SeniorityValues.model_validate(values)


@pytest.mark.parametrize(
    ("test", "value", "text"),
    [
        ({"test": "equals", "value": True}, "yes", "Part “p0”: “yes” is the target, “true”: 0.90 of 1, weight 0.05"),
        ({"test": "equals", "value": "PHP"}, "perl", "Part “p0”: “perl” is not one of the targets (PHP): 0.10"),
        (
            {"test": "contains_words", "values": ["php"]},
            "Old PHP",
            "Part “p0”: “Old PHP” contains the words “php”: 0.90",
        ),
        (
            {"test": "number_between", "min": 2.5, "max": 8},
            1.25,
            "Part “p0”: 1.25 is below the target, 2.5 to 8: 0.45",
        ),
        ({"test": "number_between", "min": 3}, 1, "Part “p0”: 1 is below the target, from 3: 0.30"),
        ({"test": "number_between", "min": 9}, 4, "Part “p0”: 4 is below the target, from 9: 0.40"),
        (
            {"test": "number_between", "min": 9},
            "many",
            "Part “p0”: the lead has no value that can be compared with the target, from 9 (“many”): 0.40",
        ),
        ({"test": "number_between", "min": 7}, 1, "Part “p0”: 1 is below the target, from 7: 0.1286 of 1"),
    ],
)
def test_an_own_part_has_its_sentence(test, value, text):
    assert sentence(own(test, value)).startswith(text)


@pytest.mark.parametrize(("value", "text"), [("x", "the lead has a value (“x”)"), (None, "the lead has no value")])
def test_what_is_known_has_its_sentence(value, text):
    rules = scoring({"field": "tools", "test": "known"})

    assert f"Part “p0”: {text}: " in sentence(score(lead(enrichment={"tools": value}), ICP, rules).explanation[4])


def test_what_is_stored_reads_as_it_was():
    signals: Any = dict.fromkeys(SIGNALS[:3], True)
    rules = scoring(
        {"field": "tools", "test": "equals", "value": True}, {"field": "n", "test": "number_between", "min": 3}
    )
    parts = score(lead(role="CTO", enrichment={"tools": True, "n": 2.5, **signals}), ICP, rules).explanation

    assert tuple(_part(row) for row in parts_item(parts)) == parts


# Any JSON, and the words and numbers that rules look for.
Value = garbage.anything | st.sampled_from(
    [
        *("NaN", "1e400", "9" * 10_000, "a " * 5_000, "\u202e\u2066CTO", "\x00", "yes", "PHP", "…", "chief " * 50),
        *(True, False, 5, 10**400, -(10**400), float("nan"), float("inf")),
        *([[["PHP"]]], ["PHP", 5, None], {"PHP": 1}),
    ]
)
FIELDS = ("tools", "n", "company_hiring", "industry", "company_size", "annual_revenue", "job_level", "country")
Enriched = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), Value, max_size=8)
Share = st.floats(0, 1)
# Rules are drawn anew for each lead, which takes longer than judging it.
FEW = examples(40)


def taken(known: dict[str, Any], role: str | None = None) -> Lead:
    """The lead that holds this, as far as it can be stored; what it refuses, it refuses by the field's name."""
    errors = []
    try:
        return lead(role=role, enrichment=known)
    except ValidationError as error:
        errors = error.errors()
    wrong = {error["loc"][1] for error in errors if error["loc"][0] == "enrichment"}
    assert len(wrong) == len(errors)
    return lead(role=role, enrichment={name: value for name, value in known.items() if name not in wrong})


@st.composite
def own_parts(draw: st.DrawFn, rising: bool = False) -> list[dict[str, Any]]:
    """Valid parts without weights; `rising`: a hit is never worth less than the rest."""
    tests: list[dict[str, Any]] = [
        {"test": "equals", "value": draw(st.booleans() | st.floats(-1e9, 1e9) | st.sampled_from(["PHP", "yes", "5"]))},
        {"test": "in_list", "values": ["PHP", 5, True, "no"]},
        {"test": "contains_words", "values": ["php", "chief officer"]},
        {"test": "number_between", "min": draw(st.floats(-1e9, 1e9)), "floor": None},
        {"test": "number_between", "max": draw(st.floats(-1e9, 1e9)), "floor": 0},
        {"test": "known"},
    ]
    if rising:
        # Whoever wants a signal to be false is glad when it is not true.
        tests = [{"test": "equals", "value": True}, {"test": "in_list", "values": ["yes", 5]}, *tests[3:]]
    found = []
    for at, test in enumerate(draw(st.lists(st.sampled_from(tests), max_size=6))):
        low, middle, high = (
            sorted(draw(st.tuples(Share, Share, Share))) if rising else draw(st.tuples(Share, Share, Share))
        )
        group = draw(st.sampled_from(["icp", "opportunity"]))
        part = {
            **test,
            "name": f"p{at}",
            "group": group,
            "field": draw(st.sampled_from(FIELDS)),
            "miss": low,
            "hit": high,
        }
        found.append(part if test["test"] == "known" else {**part, "unknown": middle})
    return found


@st.composite
def scorings(draw: st.DrawFn, rising: bool = False) -> Scoring:
    """Valid rules: any weights that sum to 1, any values, own parts."""
    parts = draw(own_parts(rising))
    given: dict[str, Any] = {"parts": parts, "values": draw(st.fixed_dictionaries({}, optional={
        "industry": st.fixed_dictionaries({"other": Share, "unknown": Share}),
        "size": st.fixed_dictionaries({"step": Share, "floor": Share, "unknown": Share}),
        "revenue": st.fixed_dictionaries({"floor": Share}),
        "seniority": st.fixed_dictionaries({"junior": Share, "words": st.just([{"word": "chief … x", "points": 0.3}])}),
    }))}  # fmt: skip
    built_in = {"icp": ["size", "industry", "revenue", "location"], "opportunity": ["title", "seniority", "signals"]}
    for group, names in built_in.items():
        inside = [part for part in parts if part["group"] == group]
        numbers = draw(
            st.lists(st.integers(0, 999), min_size=len(names) + len(inside), max_size=len(names) + len(inside)).filter(
                any
            )
        )
        shares = [number / sum(numbers) for number in numbers]
        given[group] = dict(zip(names, shares, strict=False))
        for part, share in zip(inside, shares[len(names) :], strict=True):
            part["weight"] = share
    whole = draw(st.integers(0, 100))
    given["weights"] = {"icp": whole / 100, "opportunity": 1 - whole / 100}
    return Scoring.model_validate(given)


@FEW
@given(known=Enriched, role=st.none() | st.text(max_size=60), rules=scorings())
def test_whatever_a_lead_holds_its_score_is_between_0_and_1_and_explained(known, role, rules):
    scored = score(taken(known, role), ICP, rules)

    numbers = [scored.icp_score, scored.opportunity_score, scored.score, *(part.value for part in scored.explanation)]
    assert all(0 <= number <= 1 for number in numbers)
    assert abs(math.fsum(part.contribution for part in scored.explanation) - scored.score) <= 1e-9
    assert all(sentence(part).endswith(".") for part in scored.explanation)


@FEW
@given(known=Enriched, rules=scorings())
def test_what_is_stored_sums_to_the_score(known, rules):
    scored = score(taken(known), ICP, rules)

    stored = [_part(row) for row in parts_item(scored.explanation)]
    assert abs(math.fsum(part.contribution for part in stored) - scored.score) <= 1e-9


@FEW
@given(known=Enriched, rules=scorings(), data=st.data())
def test_the_order_of_the_fields_does_not_matter(known, rules, data):
    shuffled = dict(data.draw(st.permutations(list(known.items()))))

    assert score(taken(shuffled), ICP, rules) == score(taken(known), ICP, rules)


@FEW
@given(known=Enriched, rules=scorings(rising=True), signal=st.sampled_from(SIGNALS))
def test_a_signal_that_becomes_true_lowers_no_score(known, rules, signal):
    before = score(taken({**known, signal: None}), ICP, rules)
    after = score(taken({**known, signal: True}), ICP, rules)

    assert after.score >= before.score


@FEW
@given(rules=scorings())
def test_the_weights_of_all_parts_sum_to_1(rules):
    assert math.fsum(rule.weight for rule in rules_of(ICP, rules)) == pytest.approx(1, abs=1e-9)
