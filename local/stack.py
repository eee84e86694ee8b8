"""The project's stack on the emulator: start, build, deploy, stop.

    with Stack(state_dir=folder) as stack:      # starts the emulator and the mailbox
        stack.deploy()                          # sam build, sam deploy
        stack.api_url, stack.api_key, stack.outbox

Every stack keeps its state in a folder of its own, so several run side by side; the build is shared under a lock.
"""

import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local import samcli
from local.nameserver import NameServer
from local.processes import Failed, base_environment, finish, listen, lock
from local.setup import LOCAL, ROOT

NAME = "cam"
PORT, SMTP_PORT, DNS_PORT = 4566, 2525, 4553  # of `make run`, when they are free
BUCKET = "cam-local-artifacts"
DEPLOYED = "/cam-local/deployed"
START_LIMIT, ABORT_LIMIT = 60, 10  # seconds


# Whom campaigns without a sender of their own write as. Not the example's: a sender's daily cap is shared.
SENDER = {
    "SenderName": "Sam Example",
    "SenderEmail": "sam@sender.example",
    "ReplyTo": "",
    "PostalAddress": "1 Example Street, Exampleton",
}

# Where the providers really are: an update of a stack keeps the parameters that it is not given.
PROVIDERS = {
    "ApolloUrl": "https://api.apollo.io/api/v1",
    "DropcontactUrl": "https://api.dropcontact.com",
    "HunterUrl": "https://api.hunter.io",
}


def example_senders() -> list[str]:
    """The addresses that the example campaigns write as."""
    campaigns = [json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "examples").glob("*campaign.json"))]
    return [str(campaign["settings"]["sending"]["sender_email"]) for campaign in campaigns]


def connect(endpoint: str, service: str) -> Any:
    """A boto3 client of an emulator."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        region_name=samcli.REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 2}, read_timeout=120),
    )


def verify(mail: Any, sender: str) -> None:
    """Let the emulated SES send as this address, and as its whole domain. `mail` is a client of SES v2."""
    for identity in (sender, sender.rpartition("@")[2]):
        with contextlib.suppress(mail.exceptions.AlreadyExistsException):
            mail.create_email_identity(EmailIdentity=identity)


class Stack:
    """One emulator with its mailbox, and the project's stack on it. Not thread-safe."""

    def __init__(
        self,
        state_dir: Path = LOCAL,
        port: int | None = None,
        faults_dir: Path | None = None,
        parameters: dict[str, str] | None = None,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.state = state_dir
        self.port = port
        self.faults = faults_dir
        self.parameters = parameters or {}
        self.say = say
        self.outbox = state_dir / "outbox"
        self.smtp_port = 0
        # Whom the functions ask instead of DNS. `names.domains["bad.example"] = Domain.UNSIGNED` makes a sender fail.
        self.names: NameServer | None = None
        self.endpoint = ""
        self.api_url = ""
        self.api_key = ""
        self.outputs: dict[str, str] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._held = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Start the mailbox and the emulator, and wait until both answer. Prefers the ports of the last time."""
        self._held.enter_context(lock(self.state / "run.lock"))
        (self.state / "stack.json").unlink(missing_ok=True)  # of a process that was killed
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self) -> None:
        remembered = self.state / "ports.json"
        before = json.loads(remembered.read_text()) if remembered.exists() else {}
        default = (PORT, SMTP_PORT) if self.state == LOCAL else (None, None)
        # Each child inherits its socket: whoever answers on these ports is ours.
        smtp = self._held.enter_context(listen(before.get("smtp", default[1])))
        aws = self._held.enter_context(listen(self.port or before.get("aws", default[0])))
        smtp_port, port = smtp.getsockname()[1], aws.getsockname()[1]
        self.smtp_port = smtp_port
        self.names = self._held.enter_context(NameServer(port=before.get("dns", DNS_PORT if default[0] else None)))
        remembered.write_text(json.dumps({"aws": port, "smtp": smtp_port, "dns": self.names.address[1]}))
        scratch = self.state / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        environment = base_environment() | {"TMPDIR": str(scratch)}
        python = samcli.venv("emulator") / "python"
        self._launch([python, "-m", "local.mailbox", "--fd", smtp.fileno(), "--outbox", self.outbox], environment, smtp)
        command = [python, "-m", "local.emulator", "--fd", aws.fileno(), "--state", self.state]
        command += ["--smtp-port", smtp_port, "--lambda-python", samcli.venv("lambda") / "python"]
        if self.faults:
            self.faults.mkdir(parents=True, exist_ok=True)
            command += ["--faults", self.faults]
        self._launch(command, environment, aws)
        self.endpoint = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + START_LIMIT
        while not self._healthy():
            if time.monotonic() > deadline or not self.alive():
                tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-30:])
                raise Failed(f"{tail}\nThe emulator did not start; all of what it said is in {self._log}")
            time.sleep(0.1)

    @property
    def _log(self) -> Path:
        return self.state / "emulator.log"

    def _launch(self, command: list[Any], environment: dict[str, str], listening: socket.socket) -> None:
        """Start a child, and leave the socket to it alone: when it ends, nobody answers there any more.

        Each child watches its standard input, which closes with this process however it ends.
        """
        with self._log.open("ab" if self._processes else "wb") as written:
            self._processes.append(
                subprocess.Popen(
                    [str(part) for part in command],
                    cwd=ROOT,
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=written,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=[listening.fileno()],
                )
            )
        listening.close()

    def _healthy(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=5):
            return self.alive()
        return False

    def alive(self) -> bool:
        """Whether the emulator and the mailbox still run."""
        return bool(self._processes) and all(process.poll() is None for process in self._processes)

    def stop(self) -> None:
        """Stop what was started, the emulator first: it saves its state and its Lambdas end."""
        if self.outputs and self._healthy():
            self._abort_executions()
        (self.state / "stack.json").unlink(missing_ok=True)
        while self._processes:
            finish(self._processes.pop())
        self._held.close()

    def _abort_executions(self) -> None:
        """End what still runs as a person would in the console: an emulator that is gone cannot finish it later."""
        with contextlib.suppress(BotoCoreError, ClientError, OSError):
            states = self.client("stepfunctions")
            stopped = [
                states.stop_execution(executionArn=execution["executionArn"], cause="the local AWS was stopped")
                for machine in states.list_state_machines()["stateMachines"]
                for execution in states.list_executions(
                    stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING"
                )["executions"]
            ]
            deadline = time.monotonic() + ABORT_LIMIT
            while stopped and time.monotonic() < deadline:
                time.sleep(1)  # a rule may start a Lambda that closes the run
                stopped = stopped if any(worker["busy"] for worker in self._workers()) else []

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator."""
        return connect(self.endpoint, service)

    def deploy(self) -> None:
        """Build and deploy what is in the repository, unless this stack already runs exactly that."""
        with lock(LOCAL / "sam" / "lock", waiting="  waiting for another build to end"):
            self.say("sam build")
            built = samcli.build()
            parameters = {
                "AwsEndpoint": self.endpoint,
                "Architecture": samcli.architecture(),
                "AllowTimeTravel": "true",
                "FleetEnabled": "false",
                "PublicUrl": "",
                # The mailbox is the mail server of the transport smtp, too.
                "SmtpHost": "127.0.0.1",
                "SmtpPort": str(self.smtp_port),
                "SmtpTls": "none",
                # No mailbox to read, whatever an earlier deployment had.
                "ImapHost": "",
                "ImapDomain": "",
                # Senders of examples and tests are at domains that nobody owns.
                "DnsServers": f"127.0.0.1:{self.names.address[1]}" if self.names else "",
                **SENDER,
                **PROVIDERS,
                **self.parameters,
            }
            wanted = hashlib.sha256(json.dumps([built, parameters], sort_keys=True).encode()).hexdigest()
            if self._deployed() != wanted:
                self.say("sam deploy")
                self._deploy(parameters)
                self.client("ssm").put_parameter(Name=DEPLOYED, Value=wanted, Type="String", Overwrite=True)
        self._open_mail(parameters["SenderEmail"], *example_senders())
        self._describe()

    def _deployed(self) -> str | None:
        """What identifies the deployed stack. Kept in the emulator itself, so it is lost whenever the stack is."""
        try:
            stacks = self.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"]
            stored = self.client("ssm").get_parameter(Name=DEPLOYED)["Parameter"]["Value"]
        except ClientError:
            return None
        return str(stored) if stacks[0]["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"} else None

    def _deploy(self, parameters: dict[str, str]) -> None:
        storage = self.client("s3")
        with contextlib.suppress(storage.exceptions.BucketAlreadyOwnedByYou):
            storage.create_bucket(Bucket=BUCKET)
        # What earlier deployments uploaded is in the emulated Lambda by now.
        for uploaded in storage.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            storage.delete_object(Bucket=BUCKET, Key=uploaded["Key"])
        overrides = [
            f"ParameterKey={key},ParameterValue={json.dumps(value, ensure_ascii=False)}"
            for key, value in parameters.items()
        ]
        samcli.sam(
            "deploy",
            *("--template-file", LOCAL / "sam" / "build" / "template.yaml", "--stack-name", NAME),
            *("--s3-bucket", BUCKET, "--s3-prefix", NAME, "--region", samcli.REGION, "--no-confirm-changeset"),
            *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"),
            *("--no-fail-on-empty-changeset", "--no-progressbar", "--parameter-overrides", *overrides),
            log=self.state / "deploy.log",
            environment=samcli.aws_environment(self.endpoint),
        )

    def _open_mail(self, *senders: str) -> None:
        """Verify the senders and leave the SES sandbox, which on AWS a person does once."""
        mail = self.client("sesv2")
        for sender in senders:
            verify(mail, sender)
        mail.put_account_details(MailType="MARKETING", WebsiteURL="https://example.com", ProductionAccessEnabled=True)

    def _describe(self) -> None:
        """Read the addresses from the stack's outputs, and write them to stack.json for other programs."""
        described = self.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
        self.api_url = f"{self.endpoint}/_aws/execute-api/{self.outputs['ApiId']}/{self.outputs['ApiStage']}"
        key = self.client("apigateway").get_api_key(apiKey=self.outputs["ApiKeyId"], includeValue=True)
        self.api_key = key["value"]
        written = self.state / "stack.json"
        written.unlink(missing_ok=True)
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(self.addresses(), file, indent=2)

    def addresses(self) -> dict[str, Any]:
        """Where everything of the running stack is."""
        return {
            "api_url": self.api_url,
            "api_key": self.api_key,
            "aws_endpoint_url": self.endpoint,
            "dashboard_url": f"{self.api_url}/api/v1/cam/campaigns/1/dashboard",
            "outbox": str(self.outbox),
            "outputs": self.outputs,
        }

    def workers(self, function: str = "") -> list[int]:
        """The process ids of running Lambdas whose function name contains `function`."""
        return [worker["pid"] for worker in self._workers() if function in worker["function"]]

    def _workers(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.endpoint}/_cam/workers", timeout=10) as answer:
            listed: list[dict[str, Any]] = json.load(answer)
        return listed

    def fault(self, function: str, operation: str, when: str = "before", nth: int = 1, action: str = "exit") -> Path:
        """Make a Lambda end, hang or lose the answer at one AWS call, once.

        The returned file exists when it has, and holds its pid.
        """
        if self.faults is None:
            raise Failed("this stack was started without faults_dir")
        asked = self.faults / f"{time.time_ns()}.part"
        asked.write_text(
            json.dumps({"function": function, "operation": operation, "when": when, "nth": nth, "action": action})
        )
        asked.rename(asked.with_suffix(".json"))
        return asked.with_suffix(".used")
