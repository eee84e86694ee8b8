"""docs/architecture.md names files and functions that exist."""

import ast
import re
from pathlib import Path

import pytest

from local.setup import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
FILE = re.compile(r"`((?:functions|layers|statemachine|tests|docs)/[\w./-]*\w\.\w+|template\.yaml|pyproject\.toml)`")
# A file with the functions or classes behind it: `a.py` `f`, `a.py` `f` and `g`, or | `a.py` | `f` |
NAMED = re.compile(r"`([\w/]+\.py)`(?: \|)? `(\w+)`(?: (?:and|or) `(\w+)`)?")


def defined(path: Path) -> set[str]:
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def named() -> set[tuple[str, str]]:
    return {(path, name) for path, *names in NAMED.findall(PAGE) for name in names if name}


@pytest.mark.parametrize("name", sorted(set(FILE.findall(PAGE))))
def test_every_file_exists(name: str) -> None:
    assert (ROOT / name).is_file()


@pytest.mark.parametrize(("path", "name"), sorted(named()))
def test_every_function_exists(path: str, name: str) -> None:
    assert name in defined(ROOT / path)


def test_each_step_of_a_leads_way_names_a_function() -> None:
    table = PAGE.partition("## A lead's way")[2].partition("##")[0]
    rows = [row for row in table.splitlines() if row.startswith("| ") and "`" in row]
    assert len(rows) == 23
    assert all(NAMED.search(row) for row in rows)


def test_the_registries_are_where_the_page_says() -> None:
    for path, name in [
        ("functions/harvest/sources/__init__.py", "READERS"),
        ("functions/nurture/transports/__init__.py", "SENDERS"),
    ]:
        assert f"`{name}` in `{path}`" in PAGE
        assert name in defined(ROOT / path)


def test_the_diagram_shows_every_package_of_the_kernel() -> None:
    diagram = PAGE.partition("```")[2].partition("```")[0]
    packages = [path.parent.name for path in (ROOT / "layers/cam/cam").glob("*/__init__.py")]
    assert len(packages) == 9
    assert all(re.search(rf"^  {name}\s", diagram, re.MULTILINE) for name in packages)
