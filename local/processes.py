"""Ports, locks and child processes: what running programs side by side takes."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

STOP_LIMIT = 30  # seconds


class Failed(Exception):
    """The local AWS cannot go on; the text says why, and what to do."""


def free_port(preferred: int | None) -> int:
    """The preferred port on 127.0.0.1 when nobody listens on it, else any free one."""
    for port in (preferred, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            if port is not None:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    raise Failed("no port is free on 127.0.0.1")


def listen(preferred: int | None) -> socket.socket:
    """Listen on the preferred port of 127.0.0.1, or on any free one when somebody has it.

    For a child that is handed the socket: nobody else can take the port before the child uses it, and connections wait.
    """
    for port in (preferred, 0):
        if port is None:
            continue
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
            server.listen()  # two may have bound the port until one of them listens
        except OSError:
            server.close()
        else:
            return server
    raise Failed("no port is free on 127.0.0.1")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextlib.contextmanager
def lock(path: Path, waiting: str | None = None) -> Iterator[None]:
    """Hold a lock file. With `waiting`, say so and wait for it; without, a lock that is taken is an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting is None:
                raise Failed(f"{path.parent} is in use by another local AWS: stop that one first") from None
            print(waiting, flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def base_environment() -> dict[str, str]:
    """For programs that we start: without the caller's AWS settings, and those of the make that started us."""
    dropped = ("AWS_", "SAM_", "PYTHON", "MAKE", "MFLAGS", "VIRTUAL_ENV")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    return kept | {"PYTHONUNBUFFERED": "1", "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


def finish(process: subprocess.Popen[bytes], seconds: float = STOP_LIMIT) -> None:
    """End a process and all that it started, gently first."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()
