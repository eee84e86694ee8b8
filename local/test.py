"""`make test`: every suite in its own pytest, and tables of what took how long. Exits non-zero when any test failed.

Arguments are suites, as in `python -m local.test unit api`; without any, all of them run. Tests take place on a day
that is hard for calendars (tests/days.py), another one each day of the year; `--day` says which.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import FrameType
from typing import NoReturn
from xml.etree import ElementTree

from local.setup import ROOT
from tests import days

SUITES = ("unit", "integration", "api", "pipeline", "project", "e2e")
SIDE_BY_SIDE = {"unit", "integration", "api", "pipeline", "e2e"}  # one worker per core; the others share something
# Much of it is waiting: two stacks wait at the same time. A module's tests share what they have put on theirs.
BY_MODULE = {"e2e"}
NOTHING_COLLECTED = 5  # pytest's exit code
SLOWEST = 10


@dataclass(frozen=True, order=True)
class Took:
    """One test with its fixtures."""

    seconds: float
    test: str


@dataclass(frozen=True)
class Outcome:
    suite: str
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    slowest: tuple[Took, ...] = ()


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
    took = sorted((Took(float(case.get("time", 0)), test_name(case)) for case in root.iter("testcase")), reverse=True)
    return Outcome(suite, seconds, passed, max(failed, 1) if code else failed, sums["skipped"], tuple(took[:SLOWEST]))


def test_name(case: ElementTree.Element) -> str:
    """A test of a JUnit report: `unit/test_rate.py::test_a_slot_is_one_mail_s`."""
    file = case.get("classname", "").removeprefix("tests.").replace(".", "/")
    return f"{file}.py::{case.get('name')}"


def run(suite: str, report: Path, day: str) -> Outcome:
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", f"tests/{suite}", "-q", f"--junitxml={report}", f"--day={day}"]
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


def slowest(outcomes: list[Outcome]) -> str:
    """The slowest tests of all suites."""
    took = sorted((one for outcome in outcomes for one in outcome.slowest), reverse=True)[:SLOWEST]
    return "\n".join([f"{'seconds':>7}  slowest tests", *(f"{one.seconds:>7.1f}  {one.test}" for one in took)])


def end(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.test", description="Run the tests.")
    parser.add_argument("suites", nargs="*", help=f"{', '.join(SUITES)} (default: all)")
    parser.add_argument(
        "--day", default=days.in_turn(date.today()), help=f"{', '.join(days.DAYS)}, or a moment (default: in turn)"
    )
    given = parser.parse_args(arguments)
    suites, day = given.suites, given.day
    if unknown := set(suites) - set(SUITES):
        sys.exit(f"no such suite: {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
    try:
        print(
            f"The tests' day is {days.moment(day):%Y-%m-%d %H:%M} UTC. The same again: make test DAY={day}", flush=True
        )
    except ValueError as error:
        sys.exit(f"--day: {error}")
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        for suite in suites or SUITES:
            if any((ROOT / "tests" / suite).glob("**/test_*.py")):
                print(f"--- {suite}", flush=True)
                outcomes.append(run(suite, Path(folder) / f"{suite}.xml", day))
    passed, failed, skipped = (sum(getattr(o, field) for o in outcomes) for field in ("passed", "failed", "skipped"))
    print(
        f"\n{table(outcomes)}\n\n{slowest(outcomes)}\n\n{passed} passed, {failed} failed, {skipped} skipped", flush=True
    )
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
