"""`make fuzz` says what it tried, and prints what it found as a case to add."""

import subprocess
import sys
from pathlib import Path

import pytest

from local import fuzz
from local.setup import ROOT

ONE = """tests/unit/test_a.py:4: in test_a
    assert a < 50000
E   AssertionError: assert 50000 < 50000
E   Failing test case: test_a(
E       a=50000,
E       b='0',  # or any other generated value
E   )
"""
TWO = """  + Exception Group Traceback (most recent call last):
  +-+---------------- 1 ----------------
    | KeyError
    | Failing test case: test_b(
    |     a=-11,
    | )
    +---------------- 2 ----------------
    | ValueError
    | Failing explicit example: test_b(
    |     a=11,
    | )
"""
PROPERTIES = """
from hypothesis import given, strategies as st

@given(st.integers())
def test_always(number):
    assert number == number

@given(st.integers())
def test_never(number):
    assert number < 1000
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ONE, ("@example(\n    a=50000,\n    b='0',  # or any other generated value\n",)),
        (TWO, ("@example(\n    a=-11,\n", "@example(\n    a=11,\n")),
        ("E   KeyError", ()),
    ],
)
def test_what_was_found_is_a_case_to_add(text: str, found: tuple[str, ...]) -> None:
    assert fuzz.cases(text) == tuple(f"{one})" for one in found)


def test_a_run_shows_the_examples_of_each_property_and_what_falsified_one(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # As the suites have it: with the conftest of all tests.
    module = tmp_path / "test_numbers.py"
    module.write_text(PROPERTIES)
    report = tmp_path / "report.xml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.conftest",
        "-q",
        str(module),
        "-m",
        "hypothesis",
        "--tb=short",
    ]
    command += ["--hypothesis-profile=fuzz", "--hypothesis-seed=1", f"--junitxml={report}", f"--rootdir={ROOT}"]
    subprocess.run([*command, "-c", str(ROOT / "pyproject.toml")], cwd=ROOT, check=False)

    always, never = fuzz.properties(report)

    assert (always.tried, always.failed, always.cases) == (1000, False, ())
    assert (never.failed, never.cases) == (True, ("@example(\n    number=1000,\n)",))
    assert fuzz.shown([always, never]).splitlines()[-1].endswith("1 falsified")
    capfd.readouterr()


def test_a_run_without_a_report_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "run", lambda given, report: 0)

    assert fuzz.main([]) == 1
