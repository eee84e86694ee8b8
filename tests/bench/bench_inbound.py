"""What a folder of real emails is read as, how that compares with their labels, and how long each takes.

Run: `PYTHONPATH=.:layers/cam:layers/inbound python -m tests.bench.bench_inbound FOLDER [--labels FILE] [--wrong]
[--received 2026-09-14]`. Every file below the folder is an email. The labels are a JSON list of objects with `file`,
the name without its folder, and `expected`: the kind, then `hard` or `soft`, a code, or `until` and a day, where they
matter (`bounce hard 5.1.1`). `|` separates what is equally right.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from inbound.replies import Kind, Reply, classify

_SLOWEST = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file was read as, in how many CPU seconds; `found` is the error's name when it could not be read."""

    path: Path
    found: str
    seconds: float


def described(reply: Reply) -> str:
    """A reply in the words of the labels."""
    match reply.kind:
        case Kind.BOUNCE:
            return f"bounce {'hard' if reply.hard else 'soft'} {reply.status}"
        case Kind.OUT_OF_OFFICE:
            return f"out_of_office until {reply.until}"
    return reply.kind.value


def is_right(found: str, expected: str) -> bool:
    """Whether what was found is one of what a label allows. What the label leaves open does not matter."""
    words = found.split()
    return any(words[: len(one.split())] == one.split() for one in expected.split("|"))


def readings(folder: Path, received: datetime) -> Iterator[Reading]:
    """Every file below the folder, read once."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.suffix != ".json"):
        raw = path.read_bytes()
        started = time.process_time()
        try:
            found = described(classify(raw, received))
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        yield Reading(path, found, time.process_time() - started)


def _coarse(words: str) -> str:
    return " ".join(words.split()[:2]) if words.startswith("bounce") else words.split(" ")[0]


def main() -> None:
    parser = argparse.ArgumentParser(description="Read a folder of emails and compare what they are with labels.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--received", type=datetime.fromisoformat, default=datetime(2026, 9, 14, 12, tzinfo=UTC))
    parser.add_argument("--wrong", action="store_true", help="list the files that differ from their labels")
    asked = parser.parse_args()
    read = list(readings(asked.folder, asked.received))
    if not read:
        parser.error(f"{asked.folder} has no files.")
    print(f"{len(read)} emails")
    for found, count in Counter(_coarse(one.found) for one in read).most_common():
        print(f"  {count:5}  {found}")
    print(f"CPU time: {1000 * sum(one.seconds for one in read) / len(read):.1f} ms on average; the slowest:")
    for one in sorted(read, key=lambda one: -one.seconds)[:_SLOWEST]:
        print(f"  {1000 * one.seconds:7.1f} ms  {one.path.name}")
    if asked.labels:
        expected = {one["file"]: one["expected"] for one in json.loads(asked.labels.read_text())}
        _compare([one for one in read if one.path.name in expected], expected, asked.wrong)


def _compare(read: list[Reading], expected: dict[str, str], wrong: bool) -> None:
    print(f"{len(read)} with a label")
    for label in sorted({expected[one.path.name] for one in read}):
        found = Counter(_coarse(one.found) for one in read if expected[one.path.name] == label)
        right = sum(is_right(one.found, label) for one in read if expected[one.path.name] == label)
        shares = ", ".join(f"{kind} {count}" for kind, count in found.most_common())
        print(f"  {label}: {right} of {found.total()} right ({right / found.total():.1%}); read as {shares}")
    for one in read if wrong else ():
        if not is_right(one.found, expected[one.path.name]):
            print(f"  {one.path.name}: {one.found}, not {expected[one.path.name]}")


if __name__ == "__main__":
    main()
