"""`PROVIDERS=fake make run`: fakes instead of providers, keys that come and go, and what it prints of costs."""

from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto import mock_aws

from local import demo, paid, providers
from local.processes import Failed
from local.stack import PROVIDERS
from tests.template import TEMPLATE

HARVEST: demo.Json = {
    "type": "HARVEST",
    "counts": {"sources_tried": 1, "searched": 100, "inserted": 60, "credits_spent": 60},
    "note": "No credits are left.",
}


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield boto3.client("ssm", region_name="us-east-1")


def stored(ssm: Any) -> dict[str, str]:
    found = ssm.get_parameters_by_path(Path="/cam/keys/", WithDecryption=True)["Parameters"]
    return {one["Name"]: one["Value"] for one in found}


@pytest.mark.parametrize(("text", "fake"), [("", False), ("fake", True)])
def test_providers_are_the_fakes_or_none(text: str, fake: bool) -> None:
    assert providers.wanted(text) is fake


def test_another_value_of_providers_is_refused_with_what_can_be_said() -> None:
    with pytest.raises(Failed, match=r"'real'.*`fake`"):
        providers.wanted("real")


def test_without_the_fakes_a_stack_leads_to_the_addresses_of_the_template() -> None:
    assert {name: TEMPLATE["Parameters"][name]["Default"] for name in PROVIDERS} == PROVIDERS


def test_the_fakes_come_back_on_the_ports_of_the_last_time(tmp_path: Path) -> None:
    with providers.fakes(tmp_path, people=5) as first:
        pass
    with providers.fakes(tmp_path, people=5) as second:
        found = providers.parameters(second)

        assert found == providers.parameters(first)
        assert found.keys() == PROVIDERS.keys()
        answer = httpx.get(f"{found['ApolloUrl']}/nothing", headers={"x-api-key": providers.KEYS["apollo"]})
        assert answer.status_code == 404
        assert providers.spent(second) == 0


def test_the_fakes_keys_are_stored_and_removed_again(ssm: Any) -> None:
    providers.store_keys(ssm)
    providers.store_keys(ssm)

    assert stored(ssm) == {f"/cam/keys/{name}": f"fake-{name}-key" for name in ("apollo", "dropcontact", "hunter")}
    providers.remove_keys(ssm)
    assert stored(ssm) == {}


def test_a_key_of_ones_own_is_neither_replaced_nor_removed(ssm: Any) -> None:
    ssm.put_parameter(Name="/cam/keys/hunter", Value="mine", Type="SecureString")

    with pytest.raises(Failed, match="/cam/keys/hunter"):
        providers.store_keys(ssm)
    providers.remove_keys(ssm)

    assert stored(ssm) == {"/cam/keys/hunter": "mine"}


def test_costs_are_shown_as_recorded_and_as_metered() -> None:
    credits = {"left_this_month": 940, "per_qualified_lead": 1.2}

    told = paid.costs(HARVEST, {"recorded by CAM": 60, "metered by the fakes": 61}, credits).splitlines()

    assert [line.split()[-1] for line in told if "ed by" in line] == ["60", "61"]
    assert told[-2].split() == ["credits", "per", "qualified", "lead", "1.20"]
    assert told[-1] == "  No credits are left."


def test_records_that_differ_from_the_meters_are_a_problem() -> None:
    counted = {"credits": {"recorded by CAM": 60, "metered by the fakes": 61}}

    assert demo.verdict(counted, {"credits"}) == ["credits: recorded by CAM 60, metered by the fakes 61"]


def test_what_is_optional_may_be_missing() -> None:
    assert demo.verdict({"emailed": {"dashboard": 0, "sends listed": 0}}, {"emailed"}) == []
    assert demo.verdict({"emailed": {"dashboard": 0, "sends listed": 0}}) == ["emailed: none"]


def test_an_estimate_is_a_line_with_its_note() -> None:
    estimate = {
        "expected_leads": 60,
        "expected_credits": 60,
        "credits_left": 60,
        "limited_by": "credits_per_run",
        "note": "Apollo was not searched yet.",
    }

    assert paid.expected(estimate) == (
        "up to 60 leads for 60 credits; 60 credits left (limit: credits_per_run). Apollo was not searched yet."
    )


def test_sources_are_listed_in_columns() -> None:
    row = {"kind": "source", "condition": "ready", "waiting": None, "credits_left": 5, "provider_credits_left": None}
    head, first, second = paid.listed(
        [row | {"name": "apollo", "last_error": "x"}, row | {"name": "csv", "last_error": None}]
    ).splitlines()

    assert head.split()[:3] == ["name", "kind", "condition"]
    assert first.split() == ["apollo", "source", "ready", "-", "5", "-", "x"]
    assert first.index("ready") == second.index("ready") == head.index("condition")
