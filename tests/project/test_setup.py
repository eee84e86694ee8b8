"""The set-up: pinned, the same on every machine, and documented by itself."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local import lock, setup
from local.setup import ROOT

PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^\s;]+( ; [^@]+)?")
REQUIREMENTS = [ROOT / path for paths in setup.VENVS.values() for path in paths]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_requirement_is_pinned_and_names_no_host_or_path(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]

    assert lines
    assert not [line for line in lines if not PINNED.fullmatch(line)]


@pytest.mark.parametrize("name", lock.FILES)
def test_every_wanted_package_is_pinned(name: str) -> None:
    def packages(text: str) -> set[str]:
        lines = (line.split("#")[0].strip() for line in text.splitlines())
        return {re.split(r"[=\[;<>\s]", line)[0].lower().replace("_", "-") for line in lines if line}

    wanted = packages((ROOT / lock.FILES[name][0]).read_text())

    assert wanted <= packages((ROOT / f"{name}.txt").read_text())


def test_every_requirements_file_can_be_locked_again() -> None:
    assert {ROOT / f"{name}.txt" for name in lock.FILES} == set(REQUIREMENTS)


def test_the_tests_run_with_what_the_layers_hold() -> None:
    pins: dict[str, str] = {}
    for path in setup.VENVS["project"]:
        for line in (ROOT / path).read_text().splitlines():
            name, _, version = line.partition(";")[0].strip().partition("==")
            assert pins.setdefault(name, version) == version, f"{path} pins another {name}"


def test_set_up_needs_only_the_standard_library_of_python_3_9() -> None:
    tree = ast.parse((ROOT / "local" / "setup.py").read_text(), feature_version=(3, 9))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported <= set(sys.stdlib_module_names)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Match)]


def test_every_target_of_make_has_its_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    said = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert {line.split()[1] for line in said.splitlines()} == targets
    assert {"run", "test", "check", "build", "deploy", "help"} <= targets


def test_ci_runs_the_tests() -> None:
    script = ROOT / ".ci" / "run"

    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text()


def test_what_is_made_on_the_way_is_not_kept_in_git() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()

    assert {".local/", ".aws-sam/", "__pycache__/"} <= set(ignored)


def test_a_shim_that_cannot_run_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, script in (("shims", "echo broken >&2; exit 127"), ("bin", "echo uv 1.0")):
        (tmp_path / folder).mkdir()
        program = tmp_path / folder / "uv"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "shims"), str(tmp_path / "bin"), os.environ["PATH"]]))

    assert setup.find_uv() == str(tmp_path / "bin" / "uv")


def test_an_environment_is_current_until_its_requirements_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "LOCAL", tmp_path / ".local")
    monkeypatch.setattr(setup, "VENVS", {"one": ["requirements.txt"]})
    (tmp_path / "requirements.txt").write_text("a==1\n")
    venv = tmp_path / ".local" / "venv" / "one"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    assert not setup.current("one")

    (venv / ".stamp").write_text(setup.stamp("one"))
    assert setup.current("one")

    (tmp_path / "requirements.txt").write_text("a==2\n")
    assert not setup.current("one")
