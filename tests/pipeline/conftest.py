"""The real pipeline definition, run by moto's interpreter, with our real handlers behind every task.

The fleet's machine starts other machines, which moto 5.2 cannot do: it is tested on the local stack.
"""

import importlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend

from tests.conftest import ACCOUNT, ENVIRONMENT, Context
from tests.senders import vouch
from tests.template import ROOT, TEMPLATE, properties

ARN = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine"
EXECUTION = f"arn:aws:states:us-east-1:{ACCOUNT}:execution:cam-pipeline"
Handler = Callable[[dict[str, Any], Any], Any]


class Machines:
    """The pipeline. `before` is called with the function's name and its event before each invocation."""

    def __init__(self) -> None:
        self.invoked: list[tuple[str, int]] = []
        self.before: Callable[[str, dict[str, Any]], None] = lambda name, event: None
        self.client = boto3.client("stepfunctions")
        self._create("Pipeline")

    def _create(self, logical_id: str) -> None:
        given = properties(logical_id)
        definition = yaml.safe_load((ROOT / given["DefinitionUri"]).read_text())
        text = json.dumps(definition)
        for name in given["DefinitionSubstitutions"]:
            text = text.replace(f"${{{name}}}", name)
        self.client.create_state_machine(
            name="cam-pipeline", definition=text, roleArn=f"arn:aws:iam::{ACCOUNT}:role/states"
        )

    def run(self, given: dict[str, Any], name: str = "run-1") -> dict[str, Any]:
        """Start an execution and wait for its end; `status` and `output` (an object) of it."""
        arn = self.client.start_execution(stateMachineArn=f"{ARN}:cam-pipeline", name=name, input=json.dumps(given))[
            "executionArn"
        ]
        return self.wait(arn)

    def wait(self, arn: str) -> dict[str, Any]:
        """The end of an execution."""
        for _ in range(1200):
            answer = self.client.describe_execution(executionArn=arn)
            if answer["status"] != "RUNNING":
                return {"status": answer["status"], "output": json.loads(answer.get("output") or "null")}
            time.sleep(0.05)
        raise AssertionError("the execution does not end")


def _handlers() -> dict[str, Handler]:
    found: dict[str, Handler] = {}
    for name, body in TEMPLATE["Resources"].items():
        if body["Type"] == "AWS::Serverless::Function" and name != "ApiFunction":
            module, _, function = body["Properties"]["Handler"].rpartition(".")
            found[name] = getattr(importlib.import_module(module), function)
    return found


@pytest.fixture
def machines(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    """The pipeline of the template in moto, its tasks routed to the handlers."""
    for name, value in {"CONFIGURATION_SET": "cam-mail", "PUBLIC_URL": "https://api.example/live"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    handlers = _handlers()
    # moto's transactions are not made for threads, and a Map is threads.
    one_at_a_time = threading.Lock()

    def invoke(
        backend: Any, function_name: str, qualifier: str | None, body: Any, headers: Any, response_headers: Any
    ) -> bytes:
        event = json.loads(body)
        with one_at_a_time:
            made.invoked.append((function_name, len(body)))
            try:
                made.before(function_name, event)
                return json.dumps(handlers[function_name](event, Context())).encode()
            except Exception as error:
                response_headers["x-amz-function-error"] = "Unhandled"
                return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)}).encode()

    monkeypatch.setattr(LambdaSimpleBackend, "invoke", invoke)
    with mock_aws(config={"lambda": {"use_docker": False}, "stepfunctions": {"execute_state_machine": True}}):
        boto3.client("ses").verify_email_identity(EmailAddress=ENVIRONMENT["SENDER_EMAIL"])
        boto3.client("sesv2").create_configuration_set(ConfigurationSetName="cam-mail")
        vouch()
        made = Machines()
        yield made
