"""The emulator behaves as AWS does where the project counts on it. Each test talks to it as an AWS SDK would."""

import contextlib
import datetime
import http.server
import io
import json
import os
import signal
import smtplib
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from local.processes import Failed, free_port
from local.samcli import venv
from local.setup import ROOT
from local.stack import Stack, verify

pytestmark = [
    pytest.mark.skipif(not (venv("emulator") / "python").exists(), reason="`make setup` installs the emulator"),
    pytest.mark.real_clock("the emulator is a program of its own, and starts what is due by the machine's clock"),
]

ROLE = "arn:aws:iam::000000000000:role/any"
CODE = """
import os, time
class Throttled(Exception):
    pass
def handler(event, context):
    match event.get("do"):
        case "raise":
            raise Throttled("busy")
        case "exit":
            os._exit(9)
        case "sleep":
            time.sleep(event["seconds"])
        case "call":
            from botocore.client import BaseClient
            return [BaseClient()._make_api_call("PutItem", {}) for _ in range(3)]
    return {"pid": os.getpid(), "environment": sorted(os.environ), "own": os.environ.get("OWN")}
"""
SDK = "class BaseClient:\n    def _make_api_call(self, operation, arguments):\n        return operation\n"


class Anybody(http.server.BaseHTTPRequestHandler):
    """Answers everything, as another emulator on the same port would."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("local aws")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_OF_THE_HOST", "x")
        with Stack(state_dir=folder / "state", faults_dir=folder / "faults") as running:
            yield running


@pytest.fixture(scope="module")
def function(stack: Stack) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in (("app.py", CODE), ("botocore/__init__.py", ""), ("botocore/client.py", SDK)):
            archive.writestr(name, text)
    created = stack.client("lambda").create_function(
        FunctionName="probe",
        Runtime="python3.13",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
        Timeout=2,
        Environment={"Variables": {"OWN": "kept"}},
    )
    return str(created["FunctionArn"])


@pytest.fixture
def invoke(stack: Stack, function: str) -> Callable[..., Any]:
    def call(**event: Any) -> Any:
        return json.load(
            stack.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())["Payload"]
        )

    return call


@pytest.fixture
def execute(stack: Stack) -> Callable[..., dict[str, Any]]:
    """Run a state machine to its end."""
    states = stack.client("stepfunctions")

    def run(definition: dict[str, Any], given: Any) -> dict[str, Any]:
        machine = states.create_state_machine(
            name=f"m{time.time_ns()}", definition=json.dumps(definition), roleArn=ROLE
        )["stateMachineArn"]
        return ended(stack, states.start_execution(stateMachineArn=machine, input=json.dumps(given))["executionArn"])

    return run


def ended(stack: Stack, execution: str) -> dict[str, Any]:
    states = stack.client("stepfunctions")
    for _ in range(2400):
        described: dict[str, Any] = states.describe_execution(executionArn=execution)
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.05)
    raise AssertionError("the execution has not ended")


def task(function: str, **more: Any) -> dict[str, Any]:
    step = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload.$": "$"},
        "End": True,
    }
    return {"StartAt": "Work", "States": {"Work": step | more}}


def test_a_function_sees_its_own_variables_and_none_of_the_host(invoke: Callable[..., Any]) -> None:
    seen = invoke()

    assert seen["own"] == "kept"
    assert "SECRET_OF_THE_HOST" not in seen["environment"]
    assert not {"STATE_DIR", "GATEWAY_PORT", "SMTP_HOST"} & set(seen["environment"])


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"do": "raise"}, "Throttled"),
        ({"do": "exit"}, "Runtime.ExitError"),
        ({"do": "sleep", "seconds": 30}, "Sandbox.Timedout"),
    ],
)
def test_a_failed_function_has_the_error_name_of_aws(
    execute: Callable[..., Any], function: str, event: dict[str, Any], error: str
) -> None:
    assert execute(task(function), event)["error"] == error


def test_a_catch_by_class_name_matches(execute: Callable[..., Any], function: str) -> None:
    definition = task(function, Catch=[{"ErrorEquals": ["Throttled"], "Next": "Caught"}])
    definition["States"]["Caught"] = {"Type": "Pass", "Result": "caught", "End": True}

    assert execute(definition, {"do": "raise"})["output"] == '"caught"'


def test_one_function_runs_as_often_as_a_map_asks_at_once(execute: Callable[..., Any], function: str) -> None:
    inner = task(function, ResultSelector={"pid.$": "$.Payload.pid"})
    states = {"Each": {"Type": "Map", "ItemProcessor": inner, "End": True}}
    answers = json.loads(
        execute({"StartAt": "Each", "States": states}, [{"do": "sleep", "seconds": 0.8}] * 3)["output"]
    )

    assert len({answer["pid"] for answer in answers}) == 3


def test_a_missing_path_fails_the_execution_past_every_catch(execute: Callable[..., Any], function: str) -> None:
    definition = task(
        function,
        Parameters={"FunctionName": function, "Payload": {"x.$": "$.nothing"}},
        Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
    )
    definition["States"]["Caught"] = {"Type": "Pass", "End": True}

    assert execute(definition, {})["error"] == "States.Runtime"


def test_a_map_over_no_array_fails(execute: Callable[..., Any], function: str) -> None:
    states = {"Each": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": task(function), "End": True}}

    assert execute({"StartAt": "Each", "States": states}, {"items": {}})["error"] == "States.Runtime"


def test_is_present_may_ask_for_what_is_missing(execute: Callable[..., Any]) -> None:
    rule = {"Variable": "$.nothing", "IsPresent": False, "Next": "Missing"}
    states = {"Ask": {"Type": "Choice", "Choices": [rule]}, "Missing": {"Type": "Succeed"}}

    assert execute({"StartAt": "Ask", "States": states}, {})["status"] == "SUCCEEDED"


def test_a_machine_waits_the_seconds_at_a_path_and_branches_on_them(execute: Callable[..., Any]) -> None:
    definition = {
        "StartAt": "Any?",
        "States": {
            "Any?": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.result.wait", "NumericGreaterThan": 0, "Next": "Wait"}],
                "Default": "End",
            },
            "Wait": {"Type": "Wait", "SecondsPath": "$.result.wait", "Next": "Waited"},
            "Waited": {"Type": "Pass", "Result": "waited", "End": True},
            "End": {"Type": "Pass", "Result": "not waited", "End": True},
        },
    }

    waited, not_waited = (execute(definition, {"result": {"wait": seconds}}) for seconds in (1, 0))

    assert (waited["output"], not_waited["output"]) == ('"waited"', '"not waited"')
    assert waited["stopDate"] - waited["startDate"] >= datetime.timedelta(seconds=1)


def test_starting_a_running_execution_again_answers_with_it(stack: Stack, function: str) -> None:
    states = stack.client("stepfunctions")
    machine = states.create_state_machine(name="twice", definition=json.dumps(task(function)), roleArn=ROLE)
    start = {"stateMachineArn": machine["stateMachineArn"], "name": "one", "input": '{"do": "sleep", "seconds": 1}'}

    first, second = states.start_execution(**start), states.start_execution(**start)

    assert first["executionArn"] == second["executionArn"]
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(**start | {"input": "{}"})
    ended(stack, first["executionArn"])


def test_a_retry_waits_no_longer_than_its_longest_delay(execute: Callable[..., Any], function: str) -> None:
    retry = {"ErrorEquals": ["Throttled"], "IntervalSeconds": 600, "MaxDelaySeconds": 1, "JitterStrategy": "FULL"}

    done = execute(task(function, Retry=[retry | {"MaxAttempts": 2}]), {"do": "raise"})

    assert (done["status"], done["error"]) == ("FAILED", "Throttled")


def test_a_lambda_dies_at_the_call_that_a_test_names(stack: Stack, invoke: Callable[..., Any]) -> None:
    used = stack.fault("prob", "PutItem", "after", nth=2)

    assert invoke(do="call")["errorType"] == "Runtime.ExitError"
    assert json.loads(used.read_text())["pid"]
    assert invoke(do="call") == ["PutItem"] * 3


def test_a_hanging_lambda_can_be_killed_from_outside(
    stack: Stack, invoke: Callable[..., Any], execute: Callable[..., Any], function: str
) -> None:
    stack.client("lambda").update_function_configuration(FunctionName=function, Timeout=60)
    used = stack.fault("probe", "PutItem", "before", action="hang")
    states = stack.client("stepfunctions")
    machine = states.create_state_machine(name="hang", definition=json.dumps(task(function)), roleArn=ROLE)
    started = states.start_execution(stateMachineArn=machine["stateMachineArn"], input='{"do": "call"}')
    while not used.exists():
        time.sleep(0.05)
    pid = json.loads(used.read_text())["pid"]

    assert pid in stack.workers("probe")
    os.kill(pid, signal.SIGKILL)

    assert ended(stack, started["executionArn"])["error"] == "Runtime.ExitError"
    stack.client("lambda").update_function_configuration(FunctionName=function, Timeout=2)


def test_ses_delivers_a_raw_mail_unchanged_but_for_its_message_id(stack: Stack) -> None:
    mail = EmailMessage(policy=SMTP)
    for name, value in {
        "From": "Ada Example <ada@sender.example>",
        "To": "Bob <bob@client.example>",
        "Subject": "Grüße",
        "Message-ID": "<mine@sender.example>",
        "List-Unsubscribe": "<https://sender.example/u/1>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }.items():
        mail[name] = value
    mail.set_content("Hällo\n.\n..\nbye\n")
    ses = stack.client("sesv2")
    ses.create_email_identity(EmailIdentity="sender.example")

    answer = ses.send_email(
        FromEmailAddress="Ada Example <ada@sender.example>",
        Destination={"ToAddresses": ["bob@client.example"]},
        Content={"Raw": {"Data": mail.as_bytes()}},
    )

    (delivered,) = stack.outbox.glob("*.eml")
    expected = f"<{answer['MessageId']}@email.amazonses.com>".encode()
    assert delivered.read_bytes() == mail.as_bytes().replace(b"<mine@sender.example>", expected)


def test_ses_grants_a_mailbox_on_this_machine_more_than_the_first_14_mails_a_second(stack: Stack) -> None:
    quota = stack.client("sesv2").get_account()["SendQuota"]

    assert quota["MaxSendRate"] == 500
    assert quota["Max24HourSend"] == 1_000_000
    assert "SentLast24Hours" in quota


def test_ses_refuses_a_sender_that_is_not_verified(stack: Stack) -> None:
    ses = stack.client("sesv2")

    with pytest.raises(ses.exceptions.MessageRejected):
        ses.send_email(
            FromEmailAddress="eve@other.example",
            Destination={"ToAddresses": ["bob@client.example"]},
            Content={"Raw": {"Data": b"From: eve@other.example\r\n\r\nhello\r\n"}},
        )


def test_a_sender_may_write_once_it_is_verified(stack: Stack) -> None:
    ses = stack.client("sesv2")
    ses.put_account_details(MailType="MARKETING", WebsiteURL="https://example.com", ProductionAccessEnabled=True)

    for _ in range(2):
        verify(ses, "ann@third.example")

    for sender in ("ann@third.example", "bob@third.example"):
        ses.send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": ["bob@client.example"]},
            Content={"Raw": {"Data": b"From: x\r\n\r\nhello\r\n"}},
        )


def test_a_schedule_keeps_its_time_zone_and_fills_in_the_scheduled_time(stack: Stack) -> None:
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    states = stack.client("stepfunctions")
    machine = states.create_state_machine(name="slot", definition=json.dumps(definition), roleArn=ROLE)[
        "stateMachineArn"
    ]
    soon = (datetime.datetime.now(ZoneInfo("Asia/Tokyo")) + datetime.timedelta(seconds=2)).replace(microsecond=0)
    stack.client("scheduler").create_schedule(
        Name="once",
        ScheduleExpression=f"at({soon:%Y-%m-%dT%H:%M:%S})",
        ScheduleExpressionTimezone="Asia/Tokyo",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={"Arn": machine, "RoleArn": ROLE, "Input": '{"slot": "<aws.scheduler.scheduled-time>"}'},
    )
    executions: list[Any] = []
    for _ in range(80):
        executions = states.list_executions(stateMachineArn=machine)["executions"]
        if executions:
            break
        time.sleep(0.1)

    given = states.describe_execution(executionArn=executions[0]["executionArn"])["input"]
    assert json.loads(given) == {"slot": f"{soon.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"}


def test_a_second_local_aws_on_the_same_folder_is_refused(stack: Stack) -> None:
    with pytest.raises(Failed, match="in use"):
        Stack(state_dir=stack.state).start()


def test_two_local_aws_that_prefer_the_same_ports_do_not_meet(tmp_path: Path) -> None:
    ports = {name: free_port(None) for name in ("aws", "smtp", "dns")}
    stacks = [Stack(state_dir=tmp_path / name) for name in ("one", "two")]
    for stack in stacks:
        stack.state.mkdir()
        (stack.state / "ports.json").write_text(json.dumps(ports))
    with contextlib.ExitStack() as held, ThreadPoolExecutor() as pool:
        for stack in pool.map(Stack.start, stacks):
            held.push(stack)
        for stack in stacks:
            stack.client("ssm").put_parameter(Name=stack.state.name, Value="mine", Type="String")
            with smtplib.SMTP("127.0.0.1", stack.smtp_port, local_hostname="localhost") as server:
                server.sendmail("a@sender.example", ["b@client.example"], f"Subject: {stack.state.name}\r\n\r\nx\r\n")

        for stack in stacks:
            assert [kept["Name"] for kept in stack.client("ssm").describe_parameters()["Parameters"]] == [
                stack.state.name
            ]
            (mail,) = stack.outbox.glob("*.eml")
            assert mail.read_bytes().startswith(f"Subject: {stack.state.name}".encode())
        assert len({stack.names.address for stack in stacks if stack.names}) == 2
        assert ports["aws"] in {int(stack.endpoint.rpartition(":")[2]) for stack in stacks}
        assert ports["smtp"] in {stack.smtp_port for stack in stacks}


def test_an_emulator_that_somebody_ended_is_not_looked_for_in_another(tmp_path: Path) -> None:
    with Stack(state_dir=tmp_path) as stack:
        for process in stack._processes:
            process.kill()
            process.wait()
        with http.server.HTTPServer(("127.0.0.1", int(stack.endpoint.rpartition(":")[2])), Anybody) as other:
            threading.Thread(target=other.handle_request, daemon=True).start()

            assert not stack._healthy()


def test_what_was_stored_is_there_after_a_restart_on_the_same_port(tmp_path: Path) -> None:
    with Stack(state_dir=tmp_path) as first:
        first.client("ssm").put_parameter(Name="kept", Value="yes", Type="String")
        endpoint = first.endpoint
    with Stack(state_dir=tmp_path) as second:
        assert second.endpoint == endpoint
        assert second.client("ssm").get_parameter(Name="kept")["Parameter"]["Value"] == "yes"


def test_the_emulator_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys\nfrom local.stack import Stack\n"
        "stack = Stack(state_dir=pathlib.Path(sys.argv[1])).start()\n"
        "print(*[process.pid for process in stack._processes], flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [venv("project") / "python", "-c", program, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    pids = [int(pid) for pid in done.stdout.split()]

    assert len(pids) == 2
    deadline = time.monotonic() + 20
    while any(running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [pid for pid in pids if running(pid)]


def running(pid: int) -> bool:
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


def test_another_version_of_ministack_is_refused() -> None:
    program = (
        "import importlib.metadata, runpy\nimportlib.metadata.version = lambda name: '9.9.9'\n"
        "runpy.run_module('local.emulator', run_name='__main__')\n"
    )
    done = subprocess.run(
        [venv("emulator") / "python", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode != 0
    assert "9.9.9" in done.stderr
