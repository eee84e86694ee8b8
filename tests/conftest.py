"""What tests share: the day they take place on, and AWS in the process (moto) with the tables of template.yaml."""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

# Before anything makes a client or a logger.
os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "cam",
    "POWERTOOLS_METRICS_NAMESPACE": "CAM",
}
os.environ.pop("AWS_ENDPOINT_URL", None)

import boto3
import pytest
import time_machine
from hypothesis import HealthCheck, settings
from moto import mock_aws
from moto.sesv2.responses import SESV2Response

from cam.campaigns import campaigns, known_fields
from cam.leads import stored_files
from cam.mail import sender_lookups, sequences
from cam.model.models import Campaign, CampaignDraft
from cam.platform import alerts, environment, tables, tokens
from cam.providers import providers
from cam.runs import executions
from functions.events import received_mail
from functions.harvest import provider_responses
from functions.harvest.clients import http
from functions.inbox import store
from tests import days, faster
from tests.template import table

# No test fails because the machine is slow, or by luck: every run tries the same examples. `make fuzz` tries others.
settings.register_profile(
    "cam", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)
settings.register_profile(
    "fuzz", settings.get_profile("cam"), derandomize=False, max_examples=10 * settings.get_profile("cam").max_examples
)
settings.load_profile("cam")
TRIED = re.compile(r"(\d+) passing, (\d+) failing, and (\d+) invalid")

DAY = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--day",
        default=os.environ.get("TEST_DAY", days.DEFAULT),
        help=f"when tests take place: {', '.join(days.DAYS)}, or a moment such as 2028-02-29T12:00Z "
        f"(default: TEST_DAY of the environment, or else {days.DEFAULT})",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real_clock(why): takes place now, because it is about the machine's own clock")
    try:
        config.stash[DAY] = days.moment(config.getoption("day")).timestamp()
    except ValueError as error:
        raise pytest.UsageError(f"--day: {error}") from None


# Hooks, as fixtures of a module and `parametrize` read the clock, too. The clock runs on: tests that wait for each
# other, and the rates of transports, would wait for ever at a moment that stays. What keeps the real clock:
# - monotonic clocks, and so time-outs, asyncio and the durations that pytest reports. time-machine leaves them alone.
# - OpenSSL, which is C and judges certificates by the machine's clock: those of tests are valid for a hundred years.
# - Programs that tests start. Tests that talk to one that compares its clock with theirs are marked `real_clock`.
@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Modules and parameters are made on the day of the tests."""
    with time_machine.travel(session.config.stash[DAY]):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Each test begins at the same moment, whenever and after whichever others it runs."""
    if item.get_closest_marker("real_clock"):
        return (yield)
    with time_machine.travel(item.config.stash[DAY]):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Reports say how many examples a property was tried with."""
    try:
        return (yield)
    finally:
        if found := TRIED.findall(getattr(item, "hypothesis_statistics", "")):
            item.user_properties.append(("examples", sum(int(number) for phase in found for number in phase)))


ACCOUNT = "123456789012"
CAMPAIGNS, LEADS, BUCKET = "cam-campaigns", "cam-leads", "cam-imports"
PIPELINE_ARN = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:cam-pipeline"
ALERTS_TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:cam-alerts"
REPLIES_TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:cam-replies"
PREVIEW_ARN = PIPELINE_ARN.replace("-pipeline", "-preview")
FORECAST_ARN = PIPELINE_ARN.replace("-pipeline", "-forecast")
SUPPRESSIONS_ARN = PIPELINE_ARN.replace("-pipeline", "-suppressions")
ENVIRONMENT = {
    "CAMPAIGNS_TABLE": CAMPAIGNS,
    "LEADS_TABLE": LEADS,
    "IMPORTS_BUCKET": BUCKET,
    "SIGNING_SECRET": "cam-signing",
    "PIPELINE_ARN": PIPELINE_ARN,
    "PREVIEW_ARN": PREVIEW_ARN,
    "FORECAST_ARN": FORECAST_ARN,
    "SUPPRESSIONS_ARN": SUPPRESSIONS_ARN,
    "ALERTS_TOPIC": ALERTS_TOPIC,
    "REPLIES_TOPIC": REPLIES_TOPIC,
    "ALLOW_TIME_TRAVEL": "false",
    "FLEET_ENABLED": "false",
    "SENDER_NAME": "Ada Example",
    "SENDER_EMAIL": "ada@agency.example",
    "POSTAL_ADDRESS": "1 Example Street, 12345 Example",
    "PROVIDER_KEYS": "/cam/keys/",
    "SMTP_LOGIN": "/cam/smtp/",
    "IMAP_LOGIN": "/cam/imap/",
    "CREDITS_PER_MONTH": "10000",
    # Nobody answers here: tests that ask DNS start a name server, and those that ask a provider its fake.
    "DNS_SERVERS": "127.0.0.1:9",
    "APOLLO_URL": "http://127.0.0.1:9/api/v1",
    "DROPCONTACT_URL": "http://127.0.0.1:9",
    "HUNTER_URL": "http://127.0.0.1:9",
}
# moto knows no GetAccount. A rate of 0 is none: no test waits for slots, but those that are about them.
SESV2Response.get_account = lambda self: json.dumps(  # type: ignore[attr-defined]
    {"SendQuota": {"Max24HourSend": -1, "MaxSendRate": 0, "SentLast24Hours": 0}}
)
faster.mend()
# What is read once per process, and would outlive a test.
CACHES = (
    tables.client,
    environment.campaigns_table,
    environment.leads_table,
    stored_files._s3,
    executions._client,
    tokens._secret,
    providers._ssm,
    provider_responses._s3,
    received_mail._s3,
    store._s3,
    http._client,
    known_fields._noted,
    alerts._client,
    sender_lookups._ses,
    sequences._stored,
)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Empty tables, bucket and secret, as the template makes them, and the functions' environment."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    forget()
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        dynamodb.create_table(**table("CampaignsTable", CAMPAIGNS))
        dynamodb.create_table(**table("LeadsTable", LEADS))
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        boto3.client("secretsmanager").create_secret(Name="cam-signing", SecretString="a secret for tests")
        yield
    forget()


def forget() -> None:
    """Let clients and all else that is kept be made anew."""
    if http._client.cache_info().currsize:
        http._client().close()
    for cached in CACHES:
        cached.cache_clear()


@pytest.fixture
def operations(aws: None) -> Counter[str]:
    """Counts the calls to DynamoDB by their names from here on: `operations["Query"]`. `clear()` starts again."""
    made: Counter[str] = Counter()

    def called(model: Any, **_: Any) -> None:
        made[model.name] += 1

    tables.client().meta.events.register("before-call.dynamodb", called)
    return made


@pytest.fixture
def campaign(aws: None) -> Callable[..., Campaign]:
    """Makes campaigns: `campaign(name="Q4", settings={...})`."""
    numbers = count(1)

    def make(**overrides: Any) -> Campaign:
        return campaigns.create(CampaignDraft.model_validate({"name": f"Campaign {next(numbers)}", **overrides}))

    return make


@dataclass(slots=True)
class Context:
    """A Lambda context. `milliseconds` is what is left of the function's time."""

    milliseconds: int = 300_000
    function_name: str = "cam-test"
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:cam-test"
    aws_request_id: str = "00000000-0000-4000-8000-000000000000"
    log_group_name: str = "/cam/test"
    log_stream_name: str = "test"

    def get_remaining_time_in_millis(self) -> int:
        """As on Lambda."""
        return self.milliseconds


@pytest.fixture
def context() -> Context:
    """A Lambda context with plenty of time."""
    return Context()
