"""What `sam build` has built, as a Lambda finds it: the function's folder first, then its layers."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.template import TEMPLATE, properties

FUNCTIONS = [name for name, body in TEMPLATE["Resources"].items() if body["Type"] == "AWS::Serverless::Function"]


def paths(function: str, build: Path) -> list[str]:
    """The folders that a function imports from."""
    layers = [*TEMPLATE["Globals"]["Function"]["Layers"], *properties(function).get("Layers", ())]
    return [str(build / function), *(str(build / layer / "python") for layer in layers)]


def handler(function: str) -> str:
    """The module of its handler."""
    return str(properties(function)["Handler"]).rpartition(".")[0]


def environment(function: str) -> dict[str, str]:
    """The variables of the template, whatever their values, and those of the runtime."""
    common = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    own: dict[str, Any] = properties(function).get("Environment", {}).get("Variables", {})
    given = dict.fromkeys([*common, *own], "1") | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    return given | {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_LAMBDA_FUNCTION_NAME": function,
        "POWERTOOLS_SERVICE_NAME": "cam",
    }


# What of the standard library is compiled is not ours.
_START = """
import importlib.machinery, json, sys, time
paths, module = json.loads(sys.argv[1])
sys.path[:0] = paths
compiled = []
stock = importlib.machinery.SourceFileLoader.source_to_code
def source_to_code(self, data, path, **more):
    compiled.append(str(path))
    return stock(self, data, path, **more)
importlib.machinery.SourceFileLoader.source_to_code = source_to_code
began = time.process_time_ns()
if module:
    importlib.import_module(module)
import boto3
boto3.client("dynamodb")
spent = time.process_time_ns() - began
print(json.dumps([spent, [path for path in compiled if path.startswith(tuple(paths))]]))
"""


def start(path: Sequence[str], module: str, environment: dict[str, str]) -> tuple[int, list[str]]:
    """A cold start: a module imported, and the first client made. Its CPU time in ns, and what it had to compile."""
    command = [sys.executable, "-I", "-S", "-B", "-c", _START, json.dumps([path, module])]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    spent, compiled = json.loads(done.stdout.splitlines()[-1])
    return spent, compiled
