"""Settings over HTTP: what is refused, where, and with which words."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.model.settings.campaign import CampaignSettings
from cam.model.settings.routing import Rung
from cam.model.settings.scoring import GroupWeights, IcpWeights
from tests.api.client import Answer, Client, assert_problem


def nested(path: str, value: Any) -> Any:
    """`nested("routing.auto", 1)` is `{"routing": {"auto": 1}}`."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


def created(api: Client, path: str, value: Any) -> Answer:
    return api.post("/campaigns", {"name": "A", "settings": nested(path, value)})


def kept(api: Client, path: str, value: Any) -> Any:
    answer = created(api, path, value)
    assert answer.status == 201, answer.body
    found = answer.json()["settings"]
    for name in path.split("."):
        found = found[name]
    return found


def rungs(*steps: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"sequence": sequence, "min_score": score} for sequence, score in steps]


@pytest.mark.parametrize(
    ("path", "value", "field", "says"),
    [
        ("scoring.weights", {"icp": 1.5, "opportunity": -0.5}, "scoring.weights.icp", "at most 1"),
        ("scoring.weights", {"icp": 1.5, "opportunity": -0.5}, "scoring.weights.opportunity", "at least 0"),
        ("scoring.weights", {"icp": 0.6}, "scoring.weights", "must sum to 1, not 1.1"),
        ("scoring.weights", {"icp": 0.50000001}, "scoring.weights", "must sum to 1, not 1.00000001"),
        ("scoring.icp.size", 0.4, "scoring.icp", "must sum to 1, not 1.1"),
        ("scoring.opportunity.title", 0, "scoring.opportunity", "must sum to 1, not 0.65"),
        ("qualification.intent.recent_activity", 0.2, "qualification.intent", "must sum to 1, not 1.05"),
        ("scoring.tiers", {"hot": 0.6}, "scoring.tiers", "must decrease"),
        ("scoring.tiers", {"cool": 0.7}, "scoring.tiers", "must decrease"),
        ("scoring.tiers.hot", 1.1, "scoring.tiers.hot", "at most 1"),
        ("routing.ladder", [], "routing.ladder", "at least 1 item"),
        ("routing.ladder", rungs(("cold_outreach", 0)) * 200, "routing.ladder", "at most 20 items"),
        ("routing.ladder", rungs(("cold_outreach", 0.5), ("cold_outreach", 0)), "routing.ladder", "keep one of them"),
        ("routing.ladder", rungs(("regular_nurture", 0.5), ("cold_outreach", 0.5)), "routing.ladder", "must decrease"),
        ("routing.ladder", rungs(("regular_nurture", 0), ("cold_outreach", 0.5)), "routing.ladder", "must decrease"),
        ("routing.ladder", rungs(("cold_outreach", 0.1)), "routing.ladder", "last rung"),
        ("routing.ladder", rungs(("cold_outrech", 0)), "routing.ladder[0].sequence", "Did you mean 'cold_outreach'?"),
        ("routing.ladder", rungs(("x" * 200, 0)), "routing.ladder[0].sequence", "at most 40 characters"),
        ("routing.ladder", [{"sequence": "cold_outreach"}], "routing.ladder[0].min_score", "required"),
        ("routing.ladder", ["cold_outreach"], "routing.ladder[0]", "must be an object"),
        ("routing.ladder", {}, "routing.ladder", "must be a list"),
        ("routing.boost_signals", 7, "routing.boost_signals", "at most 6"),
        ("routing.boost_signals", True, "routing.boost_signals", "must be a number"),
        ("qualification.min_score", True, "qualification.min_score", "must be a number"),
        ("qualification.min_score", "much", "qualification.min_score", "must be a number"),
        ("qualification.min_score", None, "qualification.min_score", "must be a number"),
        ("qualification.min_score", -0.1, "qualification.min_score", "at least 0"),
        ("qualification.min_score", 1.01, "qualification.min_score", "at most 1"),
        ("qualification.min_score", [0.4], "qualification.min_score", "must be a number"),
        ("qualification.block_free_email", 7, "qualification.block_free_email", "true or false"),
        ("qualification.blocked_domains", "acme.com", "qualification.blocked_domains", "must be a list"),
        ("qualification.blocked_domains", [5], "qualification.blocked_domains[0]", "must be text"),
        ("qualification.blocked_domains", ["a.com"] * 1001, "qualification.blocked_domains", "at most 1,000 items"),
        ("icp.revenue_min", False, "icp.revenue_min", "must be a number"),
        ("icp", {"revenue_min": 2, "revenue_max": 1}, "icp", "revenue_min is greater"),
        ("sending.window", {"days": []}, "sending.window.days", "at least 1 item"),
        ("sending.window", {"start": 9}, "sending.window.start", "time of day"),
        ("sending.window", {"start": "32400"}, "sending.window.start", "time of day"),
        ("sending.window", {"end": "08:00"}, "sending.window", "before its end"),
        ("sending.daily_cap", True, "sending.daily_cap", "must be a number"),
        ("sending.warm_up.start", 10**30, "sending.warm_up.start", "at most 1,000,000"),
        ("sources", [], "sources", "at least 1 item"),
        ("credits_per_run", 1.5, "credits_per_run", "whole number"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_named(api: Client, path: str, value: Any, field: str, says: str) -> None:
    problem = assert_problem(created(api, path, value), 422, f"settings.{field}")
    said = [error["message"] for error in problem["errors"] if error["field"] == f"settings.{field}"]
    assert says in said[0]


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("qualificaton", "qualification"),
        ("icp.industri", "industry"),
        ("scoring.tier", "tiers"),
        ("scoring.weights.opportunty", "opportunity"),
        ("scoring.icp.sizes", "size"),
        ("scoring.signals.recent_activty", "recent_activity"),
        ("qualification.minscore", "min_score"),
        ("qualification.intent.company_hirng", "company_hiring"),
        ("routing.boots", "boost"),
        ("harvest.huntr", "hunter"),
        ("sending.dayly_cap", "daily_cap"),
        ("sending.window.starts", "start"),
        ("sending.warm_up.steps", "step"),
    ],
)
def test_an_unknown_name_is_refused_at_every_depth(api: Client, path: str, near: str) -> None:
    assert_problem(created(api, path, 0.5), 422, f"settings.{path}", says=f"Did you mean '{near}'?")


def test_an_unknown_name_on_a_rung_is_refused(api: Client) -> None:
    rung = {"sequence": "cold_outreach", "min_score": 0, "min_scor": 0}
    field = "settings.routing.ladder[0].min_scor"
    assert_problem(created(api, "routing.ladder", [rung]), 422, field, says="Did you mean 'min_score'?")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize(
    "path", ["qualification.min_score", "scoring.tiers.hot", "icp.revenue_max", "scoring.icp.size"]
)
def test_numbers_are_finite(api: Client, number: str, path: str) -> None:
    body = json.dumps({"name": "A", "settings": nested(path, "?")}).replace('"?"', number).encode()
    answer = api.post("/campaigns", body=body, headers={"Content-Type": "application/json"})
    assert_problem(answer, 422, f"settings.{path}", says="finite number")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("http://acme.com", "'http://acme.com' is a URL, not a domain: write 'acme.com'"),
        ("HTTPS://www.acme.com:8080/a?b#c", "write 'www.acme.com'"),
        ("//acme.com/", "write 'acme.com'"),
        ("acme.com/about", "'acme.com/about' is more than a domain: write 'acme.com'"),
        ("jane@acme.com", "'jane@acme.com' is more than a domain: write 'acme.com'"),
        ("@acme.com", "write 'acme.com'"),
        ("*.acme.com", "a domain includes its subdomains): write 'acme.com'"),
        (".acme.com", "a domain includes its subdomains): write 'acme.com'"),
        ("acme", "'acme' is not a domain: it has no dot"),
        ("a b.com", "'a b.com' is not a domain: it contains a space"),
        ("192.0.2.1", "its last part is a number"),
        ("a_b.com", "'a_b.com' is not a domain such as 'acme.com'"),
        ("-a.com", "is not a domain"),
        ("a..com", "is not a domain"),
        ("", "is not a domain"),
        ("x" * 64 + ".com", "is not a domain"),
        ("x." * 200 + "com", "more than 253 characters"),
    ],
)
def test_what_is_no_domain_is_told_why(api: Client, text: str, says: str) -> None:
    answer = created(api, "qualification.blocked_domains", ["good.com", text])
    problem = assert_problem(answer, 422, "settings.qualification.blocked_domains[1]")
    assert says in problem["errors"][0]["message"]


def test_a_domain_is_kept_once_in_its_plain_form(api: Client) -> None:
    given = ["Acme.com", "acme.com.", " ACME.COM ", "müller.de", "xn--mller-kva.de", "MÜLLER.de", "other.com"]
    assert kept(api, "qualification.blocked_domains", given) == ["acme.com", "xn--mller-kva.de", "other.com"]


@pytest.mark.parametrize("score", [0, 1, 0.0, 1.0])
def test_the_ends_of_a_range_are_allowed(api: Client, score: float) -> None:
    assert kept(api, "qualification.min_score", score) == score


def test_a_day_named_twice_is_kept_once(api: Client) -> None:
    assert kept(api, "sending.window.days", ["Monday", "mon", "FRI"]) == ["mon", "fri"]


def test_one_rung_is_a_ladder(api: Client) -> None:
    assert kept(api, "routing.ladder", rungs((" cold_outreach ", 0))) == rungs(("cold_outreach", 0))


@pytest.mark.parametrize(
    "weights",
    [
        {"size": 0.1, "industry": 0.2, "revenue": 0.3, "location": 0.4},
        {"size": 0.3333333333, "industry": 0.3333333333, "revenue": 0.3333333333, "location": 0},
        {"size": 1, "industry": 0, "revenue": 0, "location": 0},
    ],
)
def test_weights_may_be_short_of_1_by_what_floats_lose(api: Client, weights: dict[str, float]) -> None:
    assert kept(api, "scoring.icp", weights) == weights


@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=4).filter(any))
def test_shares_of_a_whole_are_weights(parts: list[int]) -> None:
    size, industry, revenue, location = (part / sum(parts) for part in parts)
    IcpWeights(size=size, industry=industry, revenue=revenue, location=location)


@given(st.floats(0, 1))
def test_weights_within_the_tolerance_pass_and_others_do_not(icp: float) -> None:
    GroupWeights(icp=icp, opportunity=1 - icp)
    with pytest.raises(ValueError, match="sum to 1"):
        GroupWeights.model_validate({"icp": icp, "opportunity": 1 - icp + (-1e-6 if icp < 0.5 else 1e-6)})


def test_settings_come_back_from_json_as_they_were() -> None:
    made = CampaignSettings.model_validate(
        {"routing": {"ladder": [Rung(sequence="cold_outreach", min_score=0)]}, "sending": {"warm_up": None}}
    )
    assert CampaignSettings.model_validate_json(made.model_dump_json()) == made
