"""A lead and the vectors of spec §3 to §5, for the tests of the rules."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cam.model.models import Lead

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "vectors" / "scoring.json").read_text("utf-8"))


def lead(**fields: Any) -> Lead:
    """A lead that nothing speaks against: address given, scored 0.6, nothing else known."""
    plain = {"id": "l1", "shard": 0, "email": "jane.doe@acme.com", "source": "manual", "score": 0.6}
    return Lead.model_validate({**plain, "created_at": NOW, "updated_at": NOW, **fields})
