"""`make test` counts what pytest ran, and never takes a broken run for a good one."""

from pathlib import Path

import pytest

from local import test as runner

REPORT = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/></testsuites>'


def test_a_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "unit.xml"
    report.write_text(REPORT)

    assert runner.counted("unit", 1, 2.0, report) == runner.Outcome("unit", 2.0, passed=2, failed=2, skipped=1)


def test_a_run_that_wrote_no_report_failed(tmp_path: Path) -> None:
    assert runner.counted("unit", 3, 2.0, tmp_path / "none.xml").failed == 1


def test_a_failing_run_without_failed_tests_failed(tmp_path: Path) -> None:
    report = tmp_path / "unit.xml"
    report.write_text('<testsuites><testsuite tests="1" failures="0" errors="0" skipped="0"/></testsuites>')

    assert runner.counted("unit", 2, 1.0, report).failed == 1


def test_the_last_line_is_the_plain_sum(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(runner, "run", lambda suite, report, day: runner.Outcome(suite, 1.5, passed=2, skipped=1))

    assert runner.main(["unit"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed, 1 skipped"


def test_no_test_at_all_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "run", lambda suite, report, day: runner.Outcome(suite, 0.1))

    assert runner.main(["unit"]) == 1


def test_the_slowest_tests_of_all_suites_are_shown_the_slowest_first(tmp_path: Path) -> None:
    report = tmp_path / "unit.xml"
    cases = "".join(f'<testcase classname="tests.unit.test_a" name="test_{n}" time="{n}.25"/>' for n in range(12))
    report.write_text(f'<testsuites><testsuite tests="12">{cases}</testsuite></testsuites>')

    one = runner.counted("unit", 0, 2.0, report)
    other = runner.Outcome("e2e", 9.0, slowest=(runner.Took(10.5, "e2e/test_b.py::test_x"),))

    lines = runner.slowest([one, other]).splitlines()
    assert len(lines) == 1 + runner.SLOWEST
    assert lines[1:3] == ["   11.2  unit/test_a.py::test_11", "   10.5  e2e/test_b.py::test_x"]


def test_the_day_is_said_and_given_to_every_suite(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = []

    def run(suite: str, report: Path, day: str) -> runner.Outcome:
        given.append(day)
        return runner.Outcome(suite, 1.0, 1)

    monkeypatch.setattr(runner, "run", run)

    runner.main(["unit", "api", "--day", "leap-day"])

    assert given == ["leap-day", "leap-day"]
    assert "2028-02-29 12:00 UTC. The same again: make test DAY=leap-day" in capsys.readouterr().out


@pytest.mark.parametrize("day", ["someday", "2028-02-29T12:00"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(SystemExit, match="--day: "):
        runner.main(["unit", "--day", day])


def test_an_unknown_suite_is_refused() -> None:
    with pytest.raises(SystemExit, match="no such suite: nonsense"):
        runner.main(["nonsense"])
