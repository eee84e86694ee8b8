"""`make run`: the local AWS with the example campaign, until Ctrl-C; with ONCE=1 until the campaign is done.

With PROVIDERS=fake an Apollo campaign follows, with people that the tests' fakes invent.
"""

import contextlib
import functools
import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from local import demo, paid, providers
from local.processes import Failed
from local.setup import LOCAL, ROOT
from local.stack import SENDER, Stack


def interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """SIGTERM and Ctrl-C end the run in the same orderly way; a second one does not disturb the first."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def senders() -> str:
    return (
        f"Campaigns without a sender of their own send as {SENDER['SenderName']} <{SENDER['SenderEmail']}>.\n"
        "To use another sender, verify it first:  make verify SENDER=you@your.example"
    )


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    once = os.environ.get("ONCE", "") not in {"", "0"}
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:4.0f} s] {text}", flush=True)

    up = False
    try:
        wanted = providers.wanted(os.environ.get("PROVIDERS", ""))
        say("starting a local AWS: a third-party emulator on this machine, no AWS account, no Docker")
        with contextlib.ExitStack() as held:
            fakes = held.enter_context(providers.fakes(LOCAL)) if wanted else None
            stack = held.enter_context(Stack(parameters=providers.parameters(fakes) if fakes else None, say=say))
            say(f"local AWS is up at {stack.endpoint}")
            stack.deploy()
            (providers.store_keys if fakes else providers.remove_keys)(stack.client("ssm"))
            spent = functools.partial(providers.spent, fakes) if fakes else None
            passed = demo.main(stack, say, stays=not once, spent=spent)
            if spent:
                passed = paid.main(stack, say, spent) and passed
            if once:
                return 0 if passed else 1
            up = True
            logs = (LOCAL / "emulator.log").relative_to(ROOT)
            if fakes:
                print(f"\nMeters, faults and settings of the fakes (tests/fakes/control.py): {fakes.urls['control']}")
            print(f"\n{senders()}\nPress Ctrl-C to stop; campaigns are kept. Logs: {logs}", flush=True)
            while stack.alive():
                time.sleep(1)
            raise Failed(f"The emulator stopped unexpectedly. See {logs}")
    except KeyboardInterrupt:
        print("\nstopped", flush=True)
        return 0 if up else 130
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
