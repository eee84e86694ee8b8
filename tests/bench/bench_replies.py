"""How many replies are read right, by language. Run: `python tests/bench/bench_replies.py [FOLDER …]`.

Without a folder: the examples of the unit tests. Each folder holds emails that people wrote, one a file, such as the
`easy_ham` of SpamAssassin's public corpus: list headers are taken off, and whatever is no person's reply is listed.
The bars are 0.2 % opt-outs in such a folder, and 50 ms an email; leaves with status 1 above them.
"""

import sys
import time
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "cam"), str(ROOT / "layers" / "inbound")]

from inbound.replies import Kind, Reply, classify  # noqa: E402
from tests.unit.example_absences import ABSENCES, LEFT  # noqa: E402
from tests.unit.example_answers import mail  # noqa: E402
from tests.unit.example_quotations import CLOSINGS, UNMARKED  # noqa: E402
from tests.unit.example_wishes import ORDINARY, UNSURE, WISHES  # noqa: E402

RECEIVED = datetime(2026, 9, 14, 9, tzinfo=UTC)
MOST_OPT_OUTS = 0.002
MOST_SECONDS = 0.05
OURS = "\n\nHi Kim, please remove me from your list.\nTo unsubscribe, click https://a.example/u"
OF_LISTS = ("precedence", "x-mailman-version", "x-beenthere", "mailing-list", "return-path", "errors-to")
took: list[float] = []


def read(raw: bytes) -> Reply:
    """What an email is, with the time it takes noted."""
    started = time.perf_counter()
    found = classify(raw, RECEIVED)
    took.append(time.perf_counter() - started)
    return found


def show(what: str, right: list[bool]) -> None:
    """One line of the table."""
    print(f"{what:<44} {sum(right):>5} of {len(right):>5}  {100 * sum(right) / len(right):5.1f} %")


def examples() -> None:
    """The tables of the unit tests."""
    for language, texts in WISHES.items():
        show(f"opt-outs, {language}", [read(mail(text)).kind is Kind.UNSUBSCRIBE for text in texts])
    show("ordinary replies", [read(mail(text)).kind is Kind.HUMAN for text in ORDINARY])
    show("unsure opt-outs, shown to a person", [read(mail(text)).suspected is Kind.UNSUBSCRIBE for text in UNSURE])
    for language, absences in ABSENCES.items():
        found = [(read(mail(text, subject)), until) for subject, text, until in absences]
        show(f"absences with their day, {language}", [(r.kind, r.until) == (Kind.OUT_OF_OFFICE, d) for r, d in found])
    left = [(read(mail(text, "Automatic reply: A question")), successor) for text, successor in LEFT]
    show("people who have left, and who follows", [(r.kind, r.successor) == (Kind.LEFT_COMPANY, s) for r, s in left])
    quoted = [read(mail(f"Call me.\n\n{line}{OURS}")) for line in UNMARKED.values()]
    show("quotations cut off", [found.kind is Kind.HUMAN for found in quoted])
    closed = [read(mail(f"Call me.\n\nKim\n\n{text}")) for text in CLOSINGS.values()]
    show("signatures and disclaimers cut off", [found.kind is Kind.HUMAN and found.certain for found in closed])


def folder(place: Path) -> float:
    """The share of opt-outs in a folder of emails."""
    kinds: Counter[str] = Counter()
    for path in sorted(one for one in place.rglob("*") if one.is_file()):
        message = message_from_bytes(path.read_bytes())
        for name in {one for one in message if one.lower().startswith("list-") or one.lower() in OF_LISTS}:
            del message[name]
        try:
            raw = message.as_bytes()
        except (ValueError, LookupError):  # a mail that the standard library cannot write again
            raw = path.read_bytes()
        found = read(raw)
        kinds[found.kind.value if found.certain else f"{found.kind} ({found.suspected}?)"] += 1
        if found.kind is not Kind.HUMAN:
            print(f"  {found.kind:<14} {path.name}")
    print(f"{place.name}: {dict(kinds.most_common())}")
    return kinds[Kind.UNSUBSCRIBE] / max(1, kinds.total())


def main() -> int:
    """Print the tables; 1 above a bar."""
    examples()
    shares = [folder(Path(one)) for one in sys.argv[1:]]
    mean, worst = sum(took) / len(took), max(took)
    print(f"time: {1000 * mean:.1f} ms an email, {1000 * worst:.0f} ms the slowest")
    return int(mean > MOST_SECONDS or any(share > MOST_OPT_OUTS for share in shares))


if __name__ == "__main__":
    sys.exit(main())
