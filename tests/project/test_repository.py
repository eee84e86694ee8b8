"""Sample events are used, dependencies are pinned, and nothing of a machine is written down."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EVENTS = sorted(path.name for path in (ROOT / "events").glob("*.json"))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("name", EVENTS)
def test_every_sample_event_is_used_by_a_test(name: str) -> None:
    tests = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert any(f'"{name.removesuffix(".json")}"' in text for text in tests)


@pytest.mark.parametrize("name", EVENTS)
def test_every_sample_event_is_json(name: str) -> None:
    assert json.loads((ROOT / "events" / name).read_text())


def test_no_file_names_a_registry_or_this_machine() -> None:
    private = re.compile(r"https?://[^\s\"']*/simple\b|/(?:home|root)/\w|index-url *=")
    texts = [
        path for path in tracked() if path.suffix in {".txt", ".in", ".toml", ".yaml", ".md", ".py", ".sh", ".json", ""}
    ]
    found = [
        path.relative_to(ROOT)
        for path in texts
        if path != Path(__file__) and private.search(path.read_text("utf-8", "replace"))
    ]
    assert not found


def test_runtime_dependencies_are_pinned() -> None:
    for path in ROOT.glob("**/requirements*.txt"):
        if ".aws-sam" in path.parts or ".local" in path.parts:
            continue
        lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
        assert lines
        assert all(re.match(r"^[A-Za-z0-9._\[\],-]+==\S+( ;.*)?$", line) for line in lines), path
