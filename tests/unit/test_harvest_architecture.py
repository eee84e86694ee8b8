"""What holds for all of Harvest, whoever adds to it: one way out to the providers, and nobody's data in the logs."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "functions" / "harvest"
MODULES = sorted(ROOT.rglob("*.py"))
LINE = Path("clients/http.py")
# What a log line of Harvest may carry: names that are ours, states and numbers.
SAYABLE = {"source", "call_id", "counts", "error"}
LOGGERS = {"debug", "info", "warning", "error", "exception", "critical", "unexpected", "about"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path) -> set[str]:
    """The top-level packages that a module imports."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def logged(path: Path) -> Iterator[ast.Call]:
    """The calls that write to the log."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            of = ast.unparse(node.func)
            if name in LOGGERS and ("log" in of or "telemetry" in of or name == "unexpected"):
                yield node


def test_only_the_line_speaks_http() -> None:
    speaking = {path.relative_to(ROOT) for path in MODULES if imported(path) & {"httpx", "requests", "urllib", "http"}}
    assert speaking == {LINE}


def test_a_log_line_is_a_fixed_text_and_what_may_be_said() -> None:
    found = [(path, call) for path in MODULES for call in logged(path)]
    assert found
    for path, call in found:
        where = f"{path.name}:{call.lineno}"
        assert isinstance(call.args[0], ast.Constant), where
        # `unexpected` takes the error, and logs its kind and place only.
        assert len(call.args) == 1 or ast.unparse(call.args[1]) == "error", where
        assert {keyword.arg for keyword in call.keywords} <= SAYABLE, where


def test_nothing_in_harvest_prints() -> None:
    calls = [node for path in MODULES for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]


def test_a_harvest_that_asks_no_provider_loads_no_http_client() -> None:
    # It is a third of what the function's cold start takes.
    program = (
        "import functions.harvest.handler, sys; print([name for name in ('httpx', 'stamina') if name in sys.modules])"
    )
    root = ROOT.parents[1]
    path = os.pathsep.join([str(root), str(root / "layers" / "cam")])
    environment = {**os.environ, "PYTHONPATH": path}
    said = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
