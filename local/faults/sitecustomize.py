"""Lets a test make a Lambda die at one AWS call. On the path only when the emulator was started with `--faults`.

A test writes a JSON file into the folder named by CAM_FAULTS:

    {"function": "Score", "operation": "TransactWriteItems", "when": "before", "nth": 3, "action": "exit"}

The third such call of a function whose name contains "Score" then ends the process, once: the file becomes
`<name>.used` first, and holds the process id. `when` is "before" or "after" the call, `action` "exit", "hang" (ten
minutes, time for a SIGKILL) or "lose" (no answer comes). Calls are counted over all processes of the function together,
from the moment the file is written.
"""

import contextlib
import importlib
import json
import os
import sys
import time
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

HANG = 600  # seconds


def faults(operation: str, when: str) -> list[tuple[Path, dict[str, Any]]]:
    """What tests ask of this function at this call."""
    found = []
    for path in sorted(Path(os.environ["CAM_FAULTS"]).glob("*.json")):
        with contextlib.suppress(FileNotFoundError):
            fault = json.loads(path.read_text())
            here = fault["function"] in os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
            if here and fault["operation"] == operation and fault["when"] == when:
                found.append((path, fault))
    return found


def number(path: Path) -> int:
    """How many calls there were with this one; appending one byte counts over all processes."""
    counter = os.open(path.with_suffix(".calls"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        os.write(counter, b".")
        return os.lseek(counter, 0, os.SEEK_CUR)
    finally:
        os.close(counter)


def strike(operation: str, when: str) -> None:
    """End or halt this process, or lose the answer, if a fault falls on this call. The rename lets one process win."""
    for path, fault in faults(operation, when):
        if number(path) != fault.get("nth", 1):
            continue
        with contextlib.suppress(FileNotFoundError):
            claimed = path.rename(path.with_suffix(".claimed"))
            # Not into the same file: another process may be reading it.
            written = path.with_suffix(".written")
            written.write_text(json.dumps(fault | {"pid": os.getpid()}))
            written.rename(path.with_suffix(".used"))
            claimed.unlink()
            if fault["action"] == "exit":
                os._exit(9)
            if fault["action"] == "lose":
                raise importlib.import_module("botocore.exceptions").ReadTimeoutError(endpoint_url=operation)
            time.sleep(HANG)


def patch(client: ModuleType) -> None:
    stock = client.BaseClient._make_api_call

    def call(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        strike(operation, "before")
        answer = stock(self, operation, arguments)
        strike(operation, "after")
        return answer

    client.BaseClient._make_api_call = call


class Finder(MetaPathFinder):
    """Patches botocore.client when the function imports it, so that a function without the SDK stays without."""

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != "botocore.client":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = Patching(spec.loader)
        return spec


class Patching(Loader):
    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.loader.exec_module(module)
        patch(module)


if "CAM_FAULTS" in os.environ:
    sys.meta_path.insert(0, Finder())
