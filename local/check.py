"""`make check`: everything that finds a mistake without running the product, side by side where that is faster."""

import os
import subprocess
import sys
import time

from local.samcli import venv
from local.setup import ROOT

CHECKS = {
    "lint": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "types": ["mypy", "functions", "layers", "local", "tests"],
    "imports": ["lint-imports", "--no-cache"],  # who may import whom: pyproject.toml
    "template": ["cfn-lint", "template.yaml"],
    "project": ["pytest", "tests/project", "-q"],  # state machines, documents, requirements
}
# lint-imports looks for the packages on the path.
SOURCES = [str(ROOT), str(ROOT / "layers" / "cam"), str(ROOT / "layers" / "inbound")]


def start(command: list[str]) -> subprocess.Popen[str]:
    program = [str(venv("project") / command[0]), *command[1:]]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(SOURCES)}
    return subprocess.Popen(
        program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def main() -> int:
    running = {name: (time.monotonic(), start(command)) for name, command in CHECKS.items()}
    failed = []
    for name, (started, process) in running.items():
        said, _ = process.communicate()
        if process.returncode:
            failed.append(name)
            print(said.rstrip())
        print(f"{name:<10}{'failed' if process.returncode else 'ok':<8}{time.monotonic() - started:5.1f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
