"""The program that classifies emails in a process of its own; `inbound.judging` starts it and may kill it.

It reads requests from its standard input, each a line of JSON followed by the email's bytes, and writes a line of JSON
for each. It has no credentials; memory, and processor time for each email, are limited.
"""

import json
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import BinaryIO

from inbound import replies

# Processor seconds for one email; ordinary ones take a few milliseconds. The kernel ends the process after that.
_MOST_SECONDS = 3.0
_MOST_MEMORY = 300_000_000  # bytes of address space; before the first email it has about 40 MB


def main() -> None:
    """Answer requests until the input ends."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    # Only Linux limits it.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    serve(sys.stdin.buffer, sys.stdout.buffer)


def serve(requests: BinaryIO, responses: BinaryIO) -> None:
    """Say that it is ready, then answer requests from one stream on the other."""
    responses.write(b"ready\n")
    responses.flush()
    while line := requests.readline():
        request = json.loads(line)
        raw = requests.read(request["size"])
        signal.setitimer(signal.ITIMER_PROF, _MOST_SECONDS)
        response = _answered(raw, datetime.fromisoformat(request["received"]), request["sparingly"])
        signal.setitimer(signal.ITIMER_PROF, 0)
        responses.write(json.dumps(response, default=str).encode() + b"\n")
        responses.flush()


def _answered(raw: bytes, received: datetime, sparingly: bool) -> dict[str, object]:
    try:
        return {"reply": asdict(replies.classify(raw, received, sparingly=sparingly))}
    except Exception as error:  # the caller then asks for a sparing look, or gives up on it
        return {"failure": type(error).__name__}


if __name__ == "__main__":
    main()
