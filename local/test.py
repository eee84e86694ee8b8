"""`make test`: every suite in its own pytest, and a table of what each took. Exits non-zero when any test failed.

Arguments are suites, as in `python -m local.test unit api`; without any, all of them run.
"""

import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn
from xml.etree import ElementTree

from local.setup import ROOT

SUITES = ("unit", "integration", "api", "pipeline", "project", "e2e")
SIDE_BY_SIDE = {"unit", "integration", "api", "pipeline", "e2e"}  # one worker per core; the others share something
# Much of it is waiting: two stacks wait at the same time. A module's tests share what they have put on theirs.
BY_MODULE = {"e2e"}
NOTHING_COLLECTED = 5  # pytest's exit code


@dataclass(frozen=True)
class Outcome:
    suite: str
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def counted(suite: str, code: int, seconds: float, report: Path) -> Outcome:
    """What pytest's JUnit report says. A run that broke before it could write one counts as one failure."""
    if code == NOTHING_COLLECTED:
        return Outcome(suite, seconds)
    try:
        root = ElementTree.parse(report).getroot()
    except (OSError, ElementTree.ParseError):
        return Outcome(suite, seconds, failed=1)
    sums = {
        name: sum(int(part.get(name, 0)) for part in root.iter("testsuite"))
        for name in ("tests", "failures", "errors", "skipped")
    }
    failed = sums["failures"] + sums["errors"]
    passed = max(sums["tests"] - failed - sums["skipped"], 0)
    return Outcome(suite, seconds, passed, max(failed, 1) if code else failed, sums["skipped"])


def run(suite: str, report: Path) -> Outcome:
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", f"tests/{suite}", "-q", f"--junitxml={report}"]
    command += ["--numprocesses=auto"] if suite in SIDE_BY_SIDE else []
    command += ["--dist=loadfile", "--maxprocesses=2"] if suite in BY_MODULE else []
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        code = process.wait()
    except BaseException:
        process.send_signal(signal.SIGINT)  # lets fixtures stop what they started
        process.wait()
        raise
    return counted(suite, code, time.monotonic() - started, report)


def table(outcomes: list[Outcome]) -> str:
    lines = [f"{'suite':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}"]
    lines += [f"{o.suite:<12}{o.passed:>8}{o.failed:>8}{o.skipped:>9}{o.seconds:>9.1f}" for o in outcomes]
    return "\n".join(lines)


def end(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def main(suites: list[str]) -> int:
    if unknown := set(suites) - set(SUITES):
        sys.exit(f"no such suite: {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        for suite in suites or SUITES:
            if any((ROOT / "tests" / suite).glob("**/test_*.py")):
                print(f"--- {suite}", flush=True)
                outcomes.append(run(suite, Path(folder) / f"{suite}.xml"))
    passed, failed, skipped = (sum(getattr(o, field) for o in outcomes) for field in ("passed", "failed", "skipped"))
    print(f"\n{table(outcomes)}\n\n{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
