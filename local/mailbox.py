"""A mail server that keeps every message as a file: `python -m local.mailbox --port 2525 --outbox <folder>`.

It stands behind the emulated SES and behind the SMTP transport, and delivers nothing to anybody. File names sort by
arrival; a message is complete as soon as its name ends in `.eml`.
"""

import argparse
import asyncio
import itertools
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

LIMIT = 40 * 1024 * 1024  # bytes; SES takes mails of up to 40 MB


class Outbox:
    """aiosmtpd's handler: one file for each message, byte for byte as it came."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count()
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(self.numbers):06d}"
        written = self.folder / f"{name}.part"
        written.write_bytes(envelope.original_content)
        written.rename(self.folder / f"{name}.eml")
        return "250 OK"


async def serve(listening: socket.socket, folder: Path) -> None:
    """Take mail until SIGTERM, SIGINT, or the end of standard input."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)

    def wait_for_parent() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_parent, daemon=True, name="parent-watch").start()
    outbox = Outbox(folder)
    server = await loop.create_server(
        lambda: SMTP(outbox, hostname="localhost", data_size_limit=LIMIT, enable_SMTPUTF8=True), sock=listening
    )
    await ended.wait()
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="local.mailbox")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--port", type=int)
    where.add_argument("--fd", type=int, help="a socket that listens, inherited from whoever starts this")
    parser.add_argument("--outbox", type=Path, required=True)
    arguments = parser.parse_args()
    given = (
        socket.create_server(("127.0.0.1", arguments.port)) if arguments.port else socket.socket(fileno=arguments.fd)
    )
    asyncio.run(serve(given, arguments.outbox))
    os._exit(0)  # the thread that watches the parent cannot be woken
