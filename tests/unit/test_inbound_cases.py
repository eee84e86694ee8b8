"""Emails as they come in, in `tests/cases/inbound/`: each is read as its label says.

A name begins with the letter of its kind: `b` refusals that look like dead addresses, `c` bounces and reports in
unusual shapes, `d` dead addresses under codes of policy.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbound.replies import classify
from tests.bench.bench_inbound import described, is_right

CASES = Path(__file__).parents[1] / "cases" / "inbound"
KINDS = ("b", "c", "d")
RECEIVED = datetime(2026, 9, 14, 12, tzinfo=UTC)
EXPECTED = {
    one["file"]: one["expected"]
    for one in json.loads((CASES / "cases.json").read_text(encoding="utf-8"))
    if one["file"].startswith(KINDS)
}


@pytest.mark.parametrize(("file", "expected"), EXPECTED.items())
def test_an_email_is_read_as_its_label_says(file: str, expected: str) -> None:
    found = described(classify((CASES / file).read_bytes(), RECEIVED))

    assert is_right(found, expected), found
