"""`make fuzz`: every property with a fresh seed and ten times the examples of `make test`.

Prints how many examples each property was tried with, and what falsified one as a case to add above its `@given`.
Exits non-zero when anything did.
"""

import argparse
import random
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from local.setup import ROOT
from local.test import end, test_name

SUITES = ("unit", "api", "integration")
MINUTES = 10.0
GRACE = 60  # seconds that pytest has for its report when time is up
# As Hypothesis shows it, behind what pytest and groups of exceptions put before each line.
_MARGIN = re.compile(r"^(?:E {3}| *\| )", re.MULTILINE)
_FALSIFIED = re.compile(r"^Failing (?:test case|explicit example): \w+\(\n(.*?)^\)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Property:
    """A property, how many examples it was tried with, and those that falsified it, as code."""

    name: str
    tried: int
    failed: bool = False
    cases: tuple[str, ...] = ()


def cases(text: str) -> tuple[str, ...]:
    """The falsifying examples in what pytest shows of a failure, each as a decorator."""
    found = _FALSIFIED.findall(_MARGIN.sub("", text))
    return tuple(dict.fromkeys(f"@example(\n{arguments})" for arguments in found))


def properties(report: Path) -> list[Property]:
    """What pytest's JUnit report says; none when it could not write one."""
    try:
        root = ElementTree.parse(report).getroot()
    except (OSError, ElementTree.ParseError):
        return []
    found = []
    for case in root.iter("testcase"):
        if not case.get("name"):
            continue  # one that was under way when time was up
        tried = sum(int(one.get("value", 0)) for one in case.iter("property") if one.get("name") == "examples")
        failures = [*case.iter("failure"), *case.iter("error")]
        text = "\n".join(one.text or "" for one in failures)
        found.append(Property(test_name(case), tried, bool(failures), cases(text)))
    return found


def shown(found: list[Property]) -> str:
    """A line for each property, and then what was found."""
    lines = [f"{'examples':>8}  property"]
    lines += [f"{one.tried:>8}  {one.name}{'  FALSIFIED' if one.failed else ''}" for one in found]
    for one in found:
        if one.failed:
            lines += ["", one.name, *(one.cases or ["it failed without an example: see above"])]
    tried, failed = sum(one.tried for one in found), sum(one.failed for one in found)
    return "\n".join([*lines, "", f"{len(found)} properties, {tried} examples, {failed} falsified"])


def run(given: argparse.Namespace, report: Path) -> int | None:
    """pytest's exit code; None when time was up."""
    paths = given.tests or [f"tests/{suite}" for suite in SUITES]
    command = [sys.executable, "-m", "pytest", *paths, "-m", "hypothesis", "-q", "--tb=short", "--show-capture=no"]
    command += ["--hypothesis-profile=fuzz", f"--hypothesis-seed={given.seed}", f"--junitxml={report}"]
    # What runs in the background ignores SIGINT, and so would pytest: it writes its report when it is interrupted.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen([*command, "--numprocesses=auto"], cwd=ROOT)
    try:
        return process.wait(given.minutes * 60)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m local.fuzz", description="Try every property with a fresh seed and ten times the examples."
    )
    parser.add_argument("tests", nargs="*", help="files, or tests as pytest names them (default: all)")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="stop after so many (default: %(default)g)")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32), help="try what a run before has tried")
    given = parser.parse_args(arguments)
    print(f"The same again: make fuzz SEED={given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "fuzz.xml"
        code = run(given, report)
        found = properties(report)
    if code is None:
        print(f"Stopped after {given.minutes:g} minutes: what is not listed was not tried to the end. Give it more.")
    print(f"\n{shown(found)}", flush=True)
    return 1 if code or not found or any(one.failed for one in found) else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
