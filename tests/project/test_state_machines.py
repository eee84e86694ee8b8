"""The state machines, checked as graphs: deploying accepts a broken definition, so this must not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.template import TEMPLATE

ROOT = Path(__file__).parents[2]
NAMES = {
    "Pipeline": "pipeline.asl.yaml",
    "Preview": "preview.asl.yaml",
    "Forecast": "forecast.asl.yaml",
    "Suppressions": "suppressions.asl.yaml",
    "Fleet": "fleet.asl.yaml",
}
RETRIED = {"Throttled", "States.Timeout", "Runtime.ExitError", "Sandbox.Timedout", "Lambda.TooManyRequestsException"}


def definition(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "statemachine" / NAMES[name]).read_text())
    return loaded


def graphs(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The machine and the machines inside its Maps."""
    yield machine
    for state in machine["States"].values():
        if "ItemProcessor" in state:
            yield from graphs(state["ItemProcessor"])


def states(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for graph in graphs(definition(name)):
        yield from graph["States"].items()


def ways(state: dict[str, Any]) -> set[str]:
    """Where a state can lead."""
    found = {state[key] for key in ("Next", "Default") if key in state}
    found |= {choice["Next"] for choice in state.get("Choices", ())}
    return found | {catch["Next"] for catch in state.get("Catch", ())}


@pytest.mark.parametrize("name", NAMES)
def test_every_way_leads_to_a_state_and_every_state_is_reached(name: str) -> None:
    for graph in graphs(definition(name)):
        reached, ahead = set(), {graph["StartAt"]}
        while ahead:
            state = ahead.pop()
            assert state in graph["States"], f"{state} does not exist"
            reached.add(state)
            ahead |= ways(graph["States"][state]) - reached
        assert reached == set(graph["States"])


@pytest.mark.parametrize("name", NAMES)
def test_every_path_ends(name: str) -> None:
    for graph in graphs(definition(name)):
        for title, state in graph["States"].items():
            ends = state.get("End") or state["Type"] in ("Succeed", "Fail") or ways(state)
            assert ends, f"{title} leads nowhere"


@pytest.mark.parametrize("name", NAMES)
def test_every_task_has_a_time_out_and_named_jittered_capped_retries(name: str) -> None:
    for title, state in states(name):
        if state["Type"] != "Task":
            continue
        assert state["TimeoutSeconds"] > 0, title
        for retry in state["Retry"]:
            assert "States.ALL" not in retry["ErrorEquals"], title
            assert retry["JitterStrategy"] == "FULL", title
            assert retry["MaxDelaySeconds"] <= 60, title


def test_a_dead_worker_is_retried_by_name() -> None:
    workers = [state for _, state in states("Pipeline") if "more.$" in state.get("ResultSelector", {})]
    assert len(workers) == 6
    for state in workers:
        assert {error for retry in state["Retry"] for error in retry["ErrorEquals"]} >= RETRIED


@pytest.mark.parametrize("name", NAMES)
def test_every_map_catches_what_its_shards_do_not(name: str) -> None:
    for title, state in states(name):
        if state["Type"] == "Map":
            assert state["Catch"], title


def test_a_task_outlives_its_lambda_so_that_attempts_never_overlap() -> None:
    functions = TEMPLATE["Resources"]
    default = TEMPLATE["Globals"]["Function"]["Timeout"]
    for title, state in [*states("Pipeline"), *states("Fleet"), *states("Suppressions")]:
        called = str(state.get("Parameters", {}).get("FunctionName", ""))
        if called:
            lasts = functions[called.strip("${}")]["Properties"].get("Timeout", default)
            assert state["TimeoutSeconds"] > lasts, title


@pytest.mark.parametrize("name", NAMES)
def test_every_placeholder_is_substituted_and_every_substitution_used(name: str) -> None:
    text = (ROOT / "statemachine" / NAMES[name]).read_text()
    given = TEMPLATE["Resources"][name]["Properties"]["DefinitionSubstitutions"]
    used = {part.partition("}")[0] for part in text.split("${")[1:]}
    assert used == set(given)


@pytest.mark.parametrize("name", NAMES)
def test_a_machine_may_invoke_exactly_the_functions_that_it_names(name: str) -> None:
    properties = TEMPLATE["Resources"][name]["Properties"]
    called = {target for key, target in properties["DefinitionSubstitutions"].items() if key.endswith("Function")}
    allowed = {
        resource
        for policy in properties["Policies"]
        for statement in policy["Statement"]
        if "lambda:InvokeFunction" in statement["Action"]
        for resource in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
    }
    assert allowed == called
