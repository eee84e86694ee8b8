"""Classifies emails in a child process (`inbound.judge`), so that no email can stop the function that reads them.

Two pipes, not a pool of `multiprocessing`: that needs /dev/shm, which Lambda does not have.
"""

import atexit
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from cam.model.errors import Throttled
from inbound.replies import Reply

_COMMAND = (sys.executable, "-m", "inbound.judge")
# Seconds of waiting for one email. The child's own limit of processor time ends it earlier, except where it waits.
_PATIENCE = 20.0
# For a new child; Lambda gives a function with little memory little processor time.
_PATIENCE_TO_START = 30.0
_MOST_OF_RESPONSE = 1_000_000
_REPLY = TypeAdapter(Reply)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an email is. `trouble` says why it was not read in full; without a reply it could not be read at all."""

    reply: Reply | None
    trouble: str = ""


def judge(raw: bytes, received: datetime, *, sparingly: bool = False) -> Judgement:
    """What an email is, from its headers and the beginning of its text if the whole takes too much time or memory.

    Raises Throttled if no child can be started.
    """
    reply, trouble = (None, "") if sparingly else _asked(raw, received, sparingly=False)
    if reply is None:
        reply, also = _asked(raw, received, sparingly=True)
        trouble = trouble or also
    return Judgement(reply, trouble)


def _asked(raw: bytes, received: datetime, *, sparingly: bool) -> tuple[Reply | None, str]:
    """The child's response, or what was wrong. A child that does not respond is ended; the next email gets another."""
    header = {"size": len(raw), "received": received.isoformat(), "sparingly": sparingly}
    child = _running()
    try:
        said = child.exchange(json.dumps(header).encode() + b"\n" + raw, _PATIENCE)
    except _Ended as ended:
        end()
        return None, str(ended)
    except BaseException:
        # Its response would be taken for that of the next email.
        end()
        raise
    response = json.loads(said)
    if "failure" in response:
        return None, f"it could not be parsed ({response['failure']})"
    return _REPLY.validate_python(response["reply"]), ""


@atexit.register
def end() -> None:
    """End the child, if there is one."""
    if _child.cache_info().currsize:
        _child().end()
        _child.cache_clear()


@cache
def _child() -> "_Child":
    return _Child()


def _running() -> "_Child":
    """The child; another one if it has ended since the last email."""
    if not _child().is_running():
        end()
    return _child()


def _environment() -> dict[str, str]:
    """Where the child finds its modules, and nothing else: no credentials."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "LANG", "TZ") if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(one for one in sys.path if one), "PYTHONDONTWRITEBYTECODE": "1"}


class _Ended(Exception):
    """The child is gone, or was ended because it did not respond."""


class _Child:
    """A running `inbound.judge` and the pipes to it."""

    def __init__(self) -> None:
        try:
            self._process = subprocess.Popen(
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                bufsize=0,
            )
        except OSError as error:
            raise Throttled("the process that reads emails could not be started") from error
        assert self._process.stdin
        assert self._process.stdout
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        try:
            self.exchange(b"", _PATIENCE_TO_START)
        except _Ended as error:
            self.end()
            raise Throttled("the process that reads emails could not be started") from error

    def exchange(self, request: bytes, seconds: float) -> bytes:
        """Send a request; the line that comes back. Raises _Ended."""
        deadline = time.monotonic() + seconds
        left, said = memoryview(request), bytearray()
        try:
            while left:
                self._wait(self._in, selectors.EVENT_WRITE, deadline)
                left = left[os.write(self._in, left) :]
            while not said.endswith(b"\n"):
                self._wait(self._out, selectors.EVENT_READ, deadline)
                more = os.read(self._out, 65_536)
                if not more or len(said) > _MOST_OF_RESPONSE:
                    raise _Ended(self._why())
                said += more
        except TimeoutError:
            raise _Ended("it took too long") from None
        except OSError:
            raise _Ended(self._why()) from None
        return bytes(said)

    def _wait(self, pipe: int, event: int, deadline: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, event)
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError

    def _why(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            if self._process.wait(1) == -signal.SIGPROF:
                return "it took too long"
        return "its reader crashed"

    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def end(self) -> None:
        """Kill the process, unless it has ended, and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
