"""What the functions ask of AWS, and what template.yaml lets them ask: both as (IAM action, ARN)."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import wraps
from importlib import import_module
from typing import Any

import boto3
import pytest

from cam.platform import tokens
from functions.run import handler as run
from tests.conftest import ACCOUNT, BUCKET, CAMPAIGNS, ENVIRONMENT, LEADS, forget
from tests.integration import pipeline
from tests.template import TEMPLATE

Call = tuple[str, str]

FUNCTIONS: dict[str, dict[str, Any]] = {
    name: resource["Properties"]
    for name, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::Serverless::Function"
}

_TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table"
_SES = f"arn:aws:ses:us-east-1:{ACCOUNT}"
# What stands behind the names in the template, when the stack is called `cam`.
_VALUES = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": ACCOUNT,
    "AWS::StackName": "cam",
    "CampaignsTable.Arn": f"{_TABLE}/{CAMPAIGNS}",
    "LeadsTable.Arn": f"{_TABLE}/{LEADS}",
    "ImportsBucket.Arn": f"arn:aws:s3:::{BUCKET}",
    "SigningSecret": ENVIRONMENT["SIGNING_SECRET"],
    "ConfigurationSet": "cam-mail",
    "Alerts": ENVIRONMENT["ALERTS_TOPIC"],
    "Replies": ENVIRONMENT["REPLIES_TOPIC"],
}


def _arn(text: str) -> str:
    """`X.Arn` (of !GetAtt), `X` (of !Ref), or a text with `${X}` in it (of !Sub)."""
    return _VALUES.get(text) or re.sub(r"\$\{(.+?)\}", lambda found: _VALUES[found[1]], text)


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def granted(function: str) -> set[Call]:
    """What the statements of a function allow; ARNs may end in `*`. Of an index, there is nothing but to query it."""
    statements = [statement for policy in FUNCTIONS[function]["Policies"] for statement in policy["Statement"]]
    assert all(statement.keys() == {"Effect", "Action", "Resource"} for statement in statements)
    assert all(statement["Effect"] == "Allow" for statement in statements)
    return {
        (action, _arn(resource))
        for statement in statements
        for action in _several(statement["Action"])
        for resource in _several(statement["Resource"])
        if "/index/" not in resource or action == "dynamodb:Query"
    }


def _needs(service: str, operation: str, asked: Mapping[str, Any]) -> Iterator[Call]:
    """The permissions that a call needs."""
    match service, operation:
        case "dynamodb", "TransactWriteItems" | "TransactGetItems":
            for item in asked["TransactItems"]:
                ((kind, one),) = item.items()
                yield f"dynamodb:{kind}Item", f"{_TABLE}/{one['TableName']}"
        case "dynamodb", "BatchGetItem" | "BatchWriteItem":
            for table in asked["RequestItems"]:
                yield f"dynamodb:{operation}", f"{_TABLE}/{table}"
        case "dynamodb", _:
            index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
            yield f"dynamodb:{operation}", f"{_TABLE}/{asked['TableName']}{index}"
        case "s3", "ListObjectsV2":
            yield "s3:ListBucket", f"arn:aws:s3:::{asked['Bucket']}"
        case "s3", _:
            if operation == "GetObject":
                # Without it, an object that is gone is not NoSuchKey, but AccessDenied.
                yield "s3:ListBucket", f"arn:aws:s3:::{asked['Bucket']}"
            yield f"s3:{operation}", f"arn:aws:s3:::{asked['Bucket']}/{asked['Key']}"
        case "ssm", "GetParameters":
            for name in asked["Names"]:
                yield f"ssm:{operation}", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter{name}"
        case "secretsmanager", _:
            yield f"secretsmanager:{operation}", asked["SecretId"]
        case "states", _:
            yield f"states:{operation}", asked.get("executionArn") or asked["stateMachineArn"]
        case "ses", "GetEmailIdentity":
            yield f"ses:{operation}", f"{_SES}:identity/{asked['EmailIdentity']}"
        case "ses", "GetAccount":
            yield f"ses:{operation}", "*"
        case "sns", "Publish":
            yield f"sns:{operation}", asked["TopicArn"]
        case "ses", "SendEmail" if "Simple" in asked["Content"]:
            yield f"ses:{operation}", f"{_SES}:identity/{asked['FromEmailAddress']}"
        case "ses", "SendEmail":
            # The reference names the one, SES's refusals of raw mail the other.
            for action in ("ses:SendEmail", "ses:SendRawEmail"):
                yield action, f"{_SES}:identity/{asked['FromEmailAddress']}"
                yield action, f"{_SES}:configuration-set/{asked['ConfigurationSetName']}"
        case _:
            raise AssertionError(f"say what {service} {operation} needs")


class Calls:
    """Every call that a handler of the template makes, by function."""

    def __init__(self) -> None:
        self.made: dict[str, set[Call]] = defaultdict(set)
        self._at_work: list[str] = []

    def of(self, function: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        """The handler, with what it calls noted down for `function`."""

        @wraps(handler)
        def watched(event: Any, context: Any) -> Any:
            # Functions share no memory: each reads the secret for itself.
            tokens._secret.cache_clear()
            self._at_work.append(function)
            try:
                return handler(event, context)
            finally:
                self._at_work.pop()

        return watched

    def heard(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        """Botocore's hook; tests' own calls count for nobody."""
        if self._at_work:
            self.made[self._at_work[-1]] |= set(_needs(model.service_model.signing_name, model.name, params))


def watch(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Watch all handlers of the template, and all clients that are made from here on."""
    calls = Calls()
    forget()
    session = boto3.Session()
    session.events.register("provide-client-params", calls.heard)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    for function, properties in FUNCTIONS.items():
        path, _, name = properties["Handler"].rpartition(".")
        module = import_module(path)
        monkeypatch.setattr(module, name, calls.of(function, getattr(module, name)))
    monkeypatch.setattr(pipeline, "begin", run.begin)
    monkeypatch.setattr(pipeline, "finish", run.finish)
    return calls


def mismatches(calls: Calls) -> set[str]:
    """What a function lacks, and what it has and never uses."""
    found = set()
    for function in FUNCTIONS:
        grants, made = granted(function), calls.made[function]
        found |= {f"{function} lacks {_read(one)}" for one in made if not any(_allows(it, one) for it in grants)}
        found |= {f"{function} never uses {_read(it)}" for it in grants if not any(_allows(it, one) for one in made)}
    return found


def _allows(grant: Call, call: Call) -> bool:
    return grant[0] == call[0] and fnmatchcase(call[1], grant[1])


def _read(call: Call) -> str:
    return f"{call[0]} on {call[1].split(':', 5)[-1]}"
