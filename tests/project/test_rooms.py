"""Who may import whom: the contracts of pyproject.toml hold, and a wrong import turns them red."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.check import SOURCES
from local.setup import ROOT

KERNEL = ROOT / "layers" / "cam" / "cam"
COPIED = ("functions", "layers/cam/cam", "layers/inbound/inbound")


def lint(folder: Path, sources: list[str]) -> tuple[int, str]:
    """What `lint-imports` says of a checkout."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sources)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_every_import_goes_downwards() -> None:
    code, said = lint(ROOT, SOURCES)
    assert code == 0, said
    assert "0 broken" in said


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("layers/cam/cam/text/matching.py", "from cam.model import models", "import downwards only"),
        ("layers/cam/cam/mail/ledger.py", "from cam.providers import credits", "know no provider"),
        ("layers/cam/cam/rules/gates.py", "import boto3", "Rules are pure"),
        ("layers/cam/cam/rules/routing.py", "import time", "Rules are pure"),
        ("layers/cam/cam/runs/runs.py", "from functions.score import handler", "never import functions"),
        ("functions/score/handler.py", "from functions.qualify import checks", "do not import each other"),
    ],
)
def test_a_wrong_import_turns_the_report_red(tmp_path: Path, module: str, line: str, contract: str) -> None:
    for folder in COPIED:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    wrong = tmp_path / module
    docstring, _, rest = wrong.read_text("utf-8").partition("\n\n")
    wrong.write_text(f"{docstring}\n\n{line}\n{rest}", "utf-8")

    code, said = lint(tmp_path, [str(tmp_path), str(tmp_path / "layers/cam"), str(tmp_path / "layers/inbound")])

    assert code == 1, said
    broken = next((one for one in said.splitlines() if contract in one), "")
    assert broken.endswith("BROKEN"), said


def test_rules_never_ask_what_time_it_is() -> None:
    calls = [
        f"{path.name}:{node.lineno}"
        for path in (KERNEL / "rules").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    ]
    assert not calls


def test_every_package_says_what_is_in_it_and_whom_it_asks() -> None:
    for package in sorted(path.parent for path in KERNEL.glob("*/__init__.py")):
        docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or ""
        assert len(docstring.splitlines()) == 3, package.name
        assert "Asks" in docstring or "Imports nothing" in docstring, package.name


def test_no_file_has_more_than_500_lines() -> None:
    files = [*ROOT.glob("functions/**/*.py"), *ROOT.glob("layers/**/*.py")]
    assert not {str(path.relative_to(ROOT)) for path in files if len(path.read_text("utf-8").splitlines()) > 500}
