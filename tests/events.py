"""The sample events of `events/`."""

import json
from pathlib import Path
from typing import Any


def event(name: str) -> Any:
    """The sample event of that name."""
    return json.loads((Path(__file__).parents[1] / "events" / f"{name}.json").read_text())
