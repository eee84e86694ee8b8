"""How many rows of an Apollo export become lead drafts in a second of CPU on one core.

Run: `PYTHONPATH=.:layers/cam python -m tests.bench.bench_intake [rows]`. Every company and address in it is different,
so no cache helps. The CSV parser's share is shown apart.
"""

import csv
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cam.leads import columns, csvfile, intake
from cam.model.models import LeadDraft

EXAMPLE = Path(__file__).parents[2] / "examples" / "leads.csv"


def sample(count: int) -> bytes:
    """`count` rows in the shape of the example file, each with its own person and company."""
    example = EXAMPLE.read_bytes()
    facts = csvfile.check(example)
    meaning = columns.mapping(facts.header)
    good = [
        dict(zip(facts.header, row.cells, strict=False))
        for row in csvfile.rows(example, facts)
        if row.error is None and isinstance(intake.draft(row.cells, meaning), LeadDraft)
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, facts.header)
    writer.writeheader()
    for number in range(count):
        values = dict(good[number % len(good)])
        values |= {
            "Email": f"person{number}@company-{number}.example",
            "Website": f"https://www.company-{number}.example",
        }
        writer.writerow(values)
    return out.getvalue().encode()


def timed(work: Callable[[], object]) -> float:
    """The least CPU seconds of three turns."""
    turns = []
    for _ in range(3):
        start = time.process_time()
        work()
        turns.append(time.process_time() - start)
    return min(turns)


def measure(count: int) -> dict[str, float]:
    """Rows per CPU second: `check` alone, `read` alone, and `drafts`, which is read and draft together."""
    data = sample(count)
    facts = csvfile.check(data)
    meaning = columns.mapping(facts.header)

    def drafts() -> None:
        for row in csvfile.rows(data, facts):
            assert isinstance(intake.draft(row.cells, meaning), LeadDraft)

    return {
        "check": count / timed(lambda: csvfile.check(data)),
        "read": count / timed(lambda: sum(1 for _ in csvfile.rows(data, facts))),
        "drafts": count / timed(drafts),
    }


if __name__ == "__main__":
    for what, rate in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000).items():
        print(f"{what:<8}{rate:>10,.0f} rows/s")
