"""Step Functions, where ministack is more lenient than AWS or refuses what AWS accepts."""

import json
import random
from typing import Any

import ministack.services.cloudformation.provisioners as templates
import ministack.services.stepfunctions as service
import yaml

# Not even States.ALL matches these two: docs.aws.amazon.com/step-functions, "Handling errors".
TERMINAL = {"States.Runtime", "States.DataLimitExceeded"}


def mend() -> None:
    mend_definitions()
    mend_paths()
    mend_start()
    mend_errors()
    mend_retries()


def mend_definitions() -> None:
    """CloudFormation takes a state machine in YAML and hands JSON to Step Functions; ministack passes YAML through."""
    stock = templates._sfn_definition

    def definition(properties: dict[str, Any]) -> Any:
        text = stock(properties)
        try:
            json.loads(text)
        except ValueError:
            return json.dumps(yaml.safe_load(text))
        return text

    templates._sfn_definition = definition


def mend_paths() -> None:
    """A JSONPath that finds nothing, or a Map over no array, fails the execution; ministack would go on with null."""
    lenient, stock_rule, stock_map = service._resolve_path, service._evaluate_rule, service._run_map_items

    def strict(path: Any, data: Any) -> Any:
        value = lenient(path, data)
        if value is None and isinstance(path, str) and path.startswith("$."):
            parent, _, leaf = path.rpartition(".")
            holder = lenient(parent, data)
            if "[" not in leaf and not (isinstance(holder, dict) and leaf in holder):
                cause = f"The JSONPath '{path}' could not be found in the input '{json.dumps(data)[:500]}'"
                raise service._ExecutionError("States.Runtime", cause)
        return value

    def rule(test: dict[str, Any], data: Any, context: Any = None) -> Any:
        """Only IsPresent may ask for what is missing."""
        if "IsPresent" not in test:
            return stock_rule(test, data, context)
        path = test["Variable"]
        value = lenient(path[1:], context or {}) if path.startswith("$$.") else lenient(path, data)
        return (value is not None) == test["IsPresent"]

    def map_items(state: dict[str, Any], data: Any, execution: Any, context: Any) -> Any:
        if "ItemsPath" in state:
            items = service._resolve_path_or_ctx(
                state["ItemsPath"], service._apply_input_path(state, data, context), context
            )
            if not isinstance(items, list):
                raise service._ExecutionError(
                    "States.Runtime", f"Reference path '{state['ItemsPath']}' must point to array."
                )
        return stock_map(state, data, execution, context)

    service._resolve_path, service._evaluate_rule, service._run_map_items = strict, rule, map_items


def mend_start() -> None:
    """StartExecution again with the name and input of a running execution answers with that execution."""
    stock = service._start_execution

    def start(data: dict[str, Any]) -> Any:
        machine = service._resolve_state_machine_arn(data.get("stateMachineArn", "").partition("#")[0])
        if machine and data.get("name"):
            arn = machine.replace(":stateMachine:", ":execution:") + ":" + data["name"]
            running = service._executions.get(arn)
            if running and running["status"] == "RUNNING" and running["input"] == data.get("input", "{}"):
                return service.json_response({"executionArn": arn, "startDate": running["startDate"]})
        return stock(data)

    service._start_execution = start


def mend_errors() -> None:
    """A throttled Lambda has AWS's error name, and no Retry or Catch swallows a terminal error."""
    stock_matches, stock_call = service._error_matches, service._call_lambda

    def matches(names: list[str], error: str) -> bool:
        return error not in TERMINAL and bool(stock_matches(names, error))

    def call(function: str, event: Any) -> Any:
        try:
            return stock_call(function, event)
        except service._ExecutionError as failure:
            if failure.error == "Lambda.Unknown" and "TooManyRequestsException" in failure.cause:
                raise service._ExecutionError("Lambda.TooManyRequestsException", failure.cause) from failure
            raise

    service._error_matches, service._call_lambda = matches, call


def mend_retries() -> None:
    """JitterStrategy FULL waits between nothing and the whole delay, and MaxDelaySeconds caps it, before the jitter."""
    stock = service._find_matching_retrier

    def find(retriers: list[dict[str, Any]], error: str, counts: dict[int, int]) -> Any:
        found, index = stock(retriers, error, counts)
        if found is None:
            return found, index
        delay = found.get("IntervalSeconds", 1) * found.get("BackoffRate", 2.0) ** counts.get(index, 0)
        delay = min(delay, found.get("MaxDelaySeconds", delay))
        wait = random.uniform(0, delay) if found.get("JitterStrategy") == "FULL" else delay
        return {**found, "IntervalSeconds": wait, "BackoffRate": 1.0}, index

    service._find_matching_retrier = find
