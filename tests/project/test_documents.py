"""What the documents say is so: settings, routes, commands, links, and the files and modules that they name."""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from cam.model.settings.account import AccountSettings
from cam.model.settings.campaign import CampaignSettings
from cam.model.settings.harvesting import Wanted
from cam.model.settings.icp import CompanySize
from cam.model.settings.sending import UnknownCountry
from cam.model.sources import Source
from cam.model.transports import Transport
from functions.api.app import PREFIX, create_app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")])
FOLDERS = "functions|layers|tests|docs|examples|statemachine|events|local"
SUITES = "unit|integration|api|pipeline|project|e2e|bench"
_CALL = re.compile(r"`(GET|POST|PUT|DELETE|PATCH) ([^` ?]+)[^`]*`")


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def unfenced(text: str) -> str:
    """The page without its blocks of code, in which `#` begins a comment."""
    return re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)


@cache
def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", unfenced(page.read_text("utf-8")), re.MULTILINE):
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        again = next(n for n in range(100) if (f"{anchor}-{n}" if n else anchor) not in found)
        found.add(f"{anchor}-{again}" if again else anchor)
    return found


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", unfenced(page.read_text("utf-8"))):
        path, _, anchor = target.partition("#")
        where = (page.parent / path).resolve() if path else page
        if not where.exists() or (anchor and anchor not in anchors(where)):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    paths = re.findall(rf"`((?:{FOLDERS})/[\w./-]*)`", text)
    paths += [f"tests/{path}" for path in re.findall(rf"`((?:{SUITES})/test_\w+\.py)`", text)]

    assert not [path for path in paths if not (ROOT / path).exists()]


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_module_of_the_kernel_that_a_page_names_exists(page: Path) -> None:
    for name in re.findall(r"`(cam(?:\.\w+)+)", page.read_text("utf-8")):
        assert is_there(name), name


def is_there(name: str) -> bool:
    """Whether a dotted name is a module or package of the kernel, or something that one of its modules defines."""
    path = (ROOT / "layers" / "cam").joinpath(*name.split("."))
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    module = path.parent.with_suffix(".py")
    return module.is_file() and bool(re.search(rf"\b{path.name}\b", module.read_text("utf-8")))


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=shown)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"(?:^ *|`)(?:\w+=\S+ )*make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE))
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert named
    assert named <= targets


def leaves(model: BaseModel, at: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting by its dotted path, with its default as JSON has it."""
    dumped = model.model_dump(mode="json")
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", dumped[name]


def test_every_setting_is_in_the_reference_with_its_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \| `([^`]*)` \|", page, re.MULTILINE)

    assert len(rows) == len(dict(rows))
    wanted = dict(leaves(CampaignSettings())) | dict(leaves(AccountSettings()))
    assert {path: json.loads(default) for path, default in rows} == wanted


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ("icp.company_size", CompanySize),
        ("sources", Source),
        ("harvest.dropcontact", Wanted),
        ("sending.transport", Transport),
        ("sending.unknown_country", UnknownCountry),
    ],
)
def test_the_reference_lists_the_names_that_a_setting_takes(setting: str, names: type[StrEnum]) -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    row = re.search(rf"^\| `{re.escape(setting)}` \|[^|]*\|([^|]*)\|", page, re.MULTILINE)

    assert row
    assert set(re.findall(r"`(\w+)`", row[1])) == set(names)


def documented_calls() -> list[tuple[str, str]]:
    """The calls of README's table, with the names of what a path holds left out."""
    table = (ROOT / "README.md").read_text("utf-8").partition("\n## API\n")[2].partition("\n## ")[0]
    calls = _CALL.findall("\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("|")))
    spelled_out = [(method, path.replace("…", "/campaigns/{id}", 1)) for method, path in calls]
    return [(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in spelled_out]


def test_the_readme_lists_every_route_once_and_no_other() -> None:
    served = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path.removeprefix(PREFIX)))
        for path, methods in create_app().openapi()["paths"].items()
        for method in methods
    }
    documented = documented_calls()

    assert len(documented) == len(set(documented))
    assert set(documented) == served
