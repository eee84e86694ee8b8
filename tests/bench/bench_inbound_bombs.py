"""Classifying emails that are made to stop us: at most 1 s for any, at most 50 ms for an ordinary one, linear in size.

Run: `PYTHONPATH=.:layers/cam:layers/inbound python tests/bench/bench_inbound_bombs.py`. Every kind of bomb has 10 MB.
CPU time; the best of three, which a shared machine disturbs least. `ratio` is that of 2 MB, which is what is read, to
1 MB.
"""

import sys
import time
from datetime import UTC, datetime

from inbound import judging
from inbound.replies import classify
from tests.unit import example_answers as answers
from tests.unit.mail_bombs import KINDS, ODD

MOST, MOST_ORDINARY, MOST_RATIO = 1.0, 0.05, 3.0
# Below it a ratio says nothing.
TOO_SHORT = 0.02
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def cpu(raw: bytes) -> float:
    """CPU seconds of one email."""
    found = []
    for _ in range(3):
        start = time.process_time()
        classify(raw, MONDAY)
        found.append(time.process_time() - start)
    return min(found)


def main() -> int:
    """Print the figures; 1 when a bar is missed."""
    missed = 0
    rows = []
    for kind, made in KINDS.items():
        whole, half = cpu(made(10_000_000)), cpu(made(1_000_000))
        ratio = whole / half if whole > TOO_SHORT else 1.0
        rows.append((whole, kind, ratio))
        missed += whole > MOST or ratio > MOST_RATIO
    for whole, kind, ratio in sorted(rows, reverse=True):
        print(f"{kind:32} {whole * 1000:8.1f} ms   ratio {ratio:.1f}")
    odd = max(cpu(raw) for raw in ODD.values())
    ordinary = max(cpu(raw) for raw in vars(answers).values() if isinstance(raw, bytes))
    print(f"\n{'odd ones, the slowest':32} {odd * 1000:8.1f} ms")
    print(f"{'ordinary ones, the slowest':32} {ordinary * 1000:8.1f} ms")
    judging.judge(answers.GMAIL, MONDAY)
    start = time.perf_counter()
    for _ in range(200):
        judging.judge(answers.GMAIL, MONDAY)
    passed = (time.perf_counter() - start) / 200
    print(f"{'an ordinary one, by the child':32} {passed * 1000:8.1f} ms (wall)")
    missed += odd > MOST_ORDINARY or ordinary > MOST_ORDINARY or passed > MOST_ORDINARY
    print("fine" if not missed else f"{missed} bars missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
