"""Rendering and building a mail against `string.Template` filling in its three texts: at most 5 times, 0 compilations.

Run: `PYTHONPATH=.:layers/cam python tests/bench/bench_mail.py`. Both variants run interleaved in one process, on CPU
time, so that the ratio means something on a shared machine. The best round of each counts.
"""

import itertools
import string
import sys
import time
from collections.abc import Callable
from unittest.mock import patch

from jinja2 import Environment

from cam.mail.render import Rendered
from cam.mail.sequences import LIBRARY
from functions.nurture.message import build, feedback_id
from tests.unit.example_mails import CAMPAIGN, NOW, SENDER, URL, full_lead, render, touch

BAR = 5.0
ROUNDS, MAILS = 10, 300
LEAD = full_lead()
VALUES = {
    "first_name": "Maria",
    "company": "Brightwater Analytics",
    "role": "Head of Marketing",
    "industry": "software",
    "niche": "B2B software companies",
    "service": "conversion audits",
    "sender_name": "Sam Rivera",
    "postal_address": "Northwind Studio, 12 Mill Lane, Leeds LS1 4AP",
    "unsubscribe_url": URL,
}


def plain(mail: Rendered) -> tuple[string.Template, string.Template, string.Template]:
    """The finished mail turned back into three `string.Template`s with the same placeholders."""

    def back(text: str) -> string.Template:
        for name, value in VALUES.items():
            text = text.replace(value, f"${{{name}}}")
        return string.Template(text)

    return back(mail.subject), back(mail.text), back(mail.html)


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one call, the mean over MAILS calls."""
    start = time.process_time()
    for _ in range(MAILS):
        work()
    return (time.process_time() - start) / MAILS


def main() -> int:
    """Print the figures; 1 when a bar is missed."""
    touches = [(sequence.name, step) for sequence in LIBRARY.values() for step in range(len(sequence.days))]
    for name, step in touches:
        touch(name, step)
    with patch.object(Environment, "compile", side_effect=AssertionError("a template was compiled for a mail")):
        mails = [render(name, step, LEAD, CAMPAIGN, SENDER, URL) for name, step in touches]

    numbers = itertools.count()

    def pack(mail: Rendered, sequence: str, step: int) -> bytes:
        """As the worker does: every mail has an address and a reference of its own."""
        number = next(numbers)
        feedback = feedback_id(12, sequence, step, "cam-mail")
        first = "<0102019d@email.amazonses.com>" if step else None
        to = f"maria{number}@brightwater{number}.example"
        return build(mail, SENDER, to, "Maria Lopez", URL, f"12.0.{number}.0.Zx-9_kQ", NOW, feedback, first)

    ours: list[float] = []
    theirs: list[float] = []
    packed: list[float] = []
    for (name, step), mail in zip(touches, mails, strict=True):
        subject, text, html = plain(mail)

        def jinja(name: str = name, step: int = step) -> Rendered:
            return render(name, step, LEAD, CAMPAIGN, SENDER, URL)

        def standard(
            subject: string.Template = subject, text: string.Template = text, html: string.Template = html
        ) -> Rendered:
            return Rendered(subject.substitute(VALUES), text.substitute(VALUES), html.substitute(VALUES))

        assert jinja() == standard() == mail

        def whole(name: str = name, step: int = step) -> bytes:
            return pack(render(name, step, LEAD, CAMPAIGN, SENDER, URL), name, step)

        rounds = [(cpu(jinja), cpu(standard), cpu(whole)) for _ in range(ROUNDS)]
        for times, best in zip((ours, theirs, packed), map(min, zip(*rounds, strict=True)), strict=True):
            times.append(best)

    ratio = sum(packed) / sum(theirs)
    ratios = [whole_time / standard_time for whole_time, standard_time in zip(packed, theirs, strict=True)]
    spread = f"touches {min(ratios):.2f}–{max(ratios):.2f}"
    print(f"render           {sum(ours) / len(ours) * 1e6:6.1f} µs a mail, mean of {len(touches)} touches")
    print(f"render and build {sum(packed) / len(packed) * 1e6:6.1f} µs")
    print(f"string.Template  {sum(theirs) / len(theirs) * 1e6:6.1f} µs")
    print(f"ratio            {ratio:6.2f}  (bar {BAR}; {spread}); 0 compilations per mail")
    return int(ratio > BAR)


if __name__ == "__main__":
    sys.exit(main())
