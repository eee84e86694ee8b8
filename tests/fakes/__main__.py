"""Start the fakes: `python -m tests.fakes --apollo-port N --dropcontact-port N --hunter-port N --control-port N`.

One line of JSON says where they are, as soon as they listen; a port that is not given is a free one. They end on
SIGTERM, on SIGINT, and when standard input closes, so they never outlive the process that started them.
"""

import argparse
import contextlib
import json
import os
import signal
import threading
from datetime import UTC, date, datetime
from typing import Any

from tests.fakes.apollo import Apollo
from tests.fakes.control import Control
from tests.fakes.dropcontact import Dropcontact
from tests.fakes.hunter import Hunter
from tests.fakes.people import population
from tests.fakes.server import Fake


def end_with_parent(ended: threading.Event) -> None:
    """The parent holds the other end of our standard input; when it is gone, so are we."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):  # not sys.stdin: its lock would hold the interpreter when it ends
                pass
        ended.set()

    threading.Thread(target=wait, daemon=True, name="parent-watch").start()


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.fakes")
    for name in ("apollo", "dropcontact", "hunter", "control"):
        parser.add_argument(f"--{name}-port", type=int, default=0)
    parser.add_argument("--people", type=int, default=1200, help="how many people there are")
    parser.add_argument("--seed", type=int, default=7, help="who they are")
    parser.add_argument("--today", type=date.fromisoformat, default=None, help="the day that their dates lie before")
    arguments = parser.parse_args()

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    end_with_parent(ended)

    today = arguments.today or datetime.now(UTC).date()
    people = population(arguments.people, arguments.seed, today)
    fakes: dict[str, Fake[Any]] = {
        "apollo": Apollo(people, today=today, port=arguments.apollo_port),
        "dropcontact": Dropcontact(people, port=arguments.dropcontact_port),
        "hunter": Hunter(port=arguments.hunter_port),
    }
    with contextlib.ExitStack() as running:
        for fake in fakes.values():
            running.enter_context(fake)
        control = running.enter_context(Control(fakes, arguments.control_port))
        print(json.dumps({name: fake.url for name, fake in fakes.items()} | {"control": control.url}), flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
