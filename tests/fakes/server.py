"""What the fakes have in common: a real HTTP server with the faults of a network, a meter and a clock that tests move.

A `Service` is a server in threads of its own. A `Fake` is a service that plays a provider: it knows keys and rate
limits, counts what it is asked and what it was paid, and fails when it is told to.
"""

import json
import math
import re
import select
import socket
import struct
import sys
import threading
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

WINDOWS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}  # seconds
_GLANCE = 0.02  # seconds between two looks at whether the client of a hanging request has gone


@dataclass(frozen=True)
class Request:
    """What a client asked. Names of headers are in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body. Raises ValueError when it is no JSON; an empty body is an empty object."""
        return json.loads(self.body) if self.body.strip() else {}


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        return replace(self, headers={**self.headers, **headers})


def answer(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply in JSON."""
    return Reply(status, json.dumps(content, ensure_ascii=False).encode(), headers=headers or {})


def plain(status: int, text: str) -> Reply:
    """A reply in plain text."""
    return Reply(status, text.encode(), "text/plain; charset=utf-8")


def html(status: int) -> Reply:
    """What a proxy in front of a provider says."""
    page = f"<html><head><title>{status}</title></head><body><h1>{HTTPStatus(status).phrase}</h1></body></html>"
    return Reply(status, page.encode(), "text/html; charset=utf-8")


class Clock:
    """Seconds since 1970. It goes with the machine's until `freeze`; `advance` moves it either way."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._frozen: float | None = None

    def now(self) -> float:
        return (time.time() if self._frozen is None else self._frozen) + self.offset

    def freeze(self, at: float = 1_800_000_000.0) -> None:
        """Stand still at that moment; by default at the start of an hour."""
        self._frozen, self.offset = at, 0.0

    def advance(self, seconds: float) -> None:
        self.offset += seconds


class Windows:
    """Requests counted in fixed windows, as providers do: each window is a whole second, minute, hour or day."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}

    def used(self, group: str, window: str) -> int:
        """How many were counted in the window that is open now."""
        place, count = self._counts.get((group, window), (-1, 0))
        return count if place == self._place(window) else 0

    def count(self, group: str, window: str) -> int:
        """One more; how many it makes."""
        made = self.used(group, window) + 1
        self._counts[group, window] = (self._place(window), made)
        return made

    def seconds_left(self, window: str) -> int:
        """Whole seconds until the window that is open now has closed; at least 1."""
        length = WINDOWS[window]
        return max(1, math.ceil((self._place(window) + 1) * length - self.clock.now()))

    def _place(self, window: str) -> int:
        return int(self.clock.now() // WINDOWS[window])


class Meter:
    """What a fake has seen. `paid` counts what was paid for, by what it was paid for (a person's id, an address)."""

    def __init__(self, clock: Clock) -> None:
        self.requests: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.credits = 0
        self.paid: Counter[str] = Counter()
        self.highest: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.concurrent = 0
        self.running = 0
        self._windows = Windows(clock)

    def count(self, path_contains: str = "", status: int | str | None = None) -> int:
        """How many requests to routes such as `POST /api/v1/people/bulk_match` ended with that status (None: any).

        Requests without a whole answer have a word for a status: hang, hang_after, reset, reset_after, truncated.
        """
        return sum(
            number
            for route, by_status in self.requests.items()
            for ended, number in by_status.items()
            if path_contains in route and (status is None or ended == str(status))
        )

    def spend(self, what: str, credits: int = 1) -> None:
        self.credits += credits
        self.paid[what] += 1

    def arrived(self, route: str) -> None:
        self.running += 1
        self.concurrent = max(self.concurrent, self.running)
        for window in WINDOWS:
            made = self._windows.count(route, window)
            self.highest[route][window] = max(made, self.highest[route][window])

    def answered(self, route: str, status: int | str) -> None:
        self.requests[route][str(status)] += 1

    def left(self) -> None:
        self.running -= 1

    def as_json(self) -> dict[str, Any]:
        """The meter as the control server gives it."""
        return {
            "requests": {route: dict(counts) for route, counts in self.requests.items()},
            "credits": self.credits,
            "paid": dict(self.paid),
            "highest": {route: dict(counts) for route, counts in self.highest.items()},
            "concurrent": self.concurrent,
        }


_STATUS = re.compile(r"status:(\d{3})|(401|403|422|429)|429:(\d+)")
_AFTER_WORK = ("malformed", "truncated", "slow", "reset_after", "hang_after")
_KINDS = ("html", "malformed", "truncated", "reset", "reset_after", "hang", "hang_after", "slow")


@dataclass
class Fault:
    """One way to fail, for the next `times` requests (None: all) whose route contains `path`, after `after` good ones.

    Routes are written as in the tables of the fakes: `POST /v1/enrich/all`, `GET /v1/enrich/all/{request_id}`.

    | kind | what the client sees | spends by default |
    |---|---|---|
    | `status:500` (any code) | that status with a body in JSON, or in HTML with `body="html"` | no |
    | `401` `403` `422` `429` `429:7` | the provider's own refusal; with `retry-after: 7` | no |
    | `html` | 200 with a page | no |
    | `malformed` | 200 with half of the JSON | yes |
    | `truncated` | less than Content-Length promises, then the end of the connection | yes |
    | `reset` · `reset_after` | RST before · after the work is done | no · yes |
    | `hang` · `hang_after` | silence, before · after the work, until the client goes or `release()` | no · yes |
    | `slow` | the whole answer, dribbled over `seconds` | yes (always) |

    `spends` says otherwise: with it the provider does the work (and takes its credits) although the client learns
    nothing of it.
    """

    path: str
    kind: str
    times: int | None = 1
    spends: bool | None = None
    body: str = "json"
    seconds: float = 1.0
    after: int = 0

    def __post_init__(self) -> None:
        if self.kind not in _KINDS and not _STATUS.fullmatch(self.kind):
            raise ValueError(f"there is no fault {self.kind!r}; there are {', '.join(_KINDS)}, status:N, 4NN and 429:N")
        if self.body not in ("json", "html"):
            raise ValueError("the body of a fault is json or html")
        if self.kind == "slow" and self.spends is False:
            raise ValueError("a slow answer is a real one: its credits are spent")
        if self.spends is None:
            self.spends = self.kind in _AFTER_WORK

    def takes(self, route: str) -> bool:
        """Whether this request fails; counts it."""
        if self.path not in route or self.times == 0:
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Connection(BaseHTTPRequestHandler):
    """Reads requests, writes replies, and nothing else."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Server"

    def serve(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        if "transfer-encoding" in headers:
            self.close_connection = True
            self.send(plain(411, "Length Required"))
            return
        body = self.rfile.read(int(headers.get("content-length") or 0))
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        self.server.service.serve(Request(self.command, parts.path, query, headers, body), self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = serve

    def send(self, reply: Reply, cut: int = 0, over: float = 0.0) -> None:
        """Write a reply: without its last `cut` bytes, or in groups over `over` seconds."""
        phrase = HTTPStatus(reply.status).phrase if reply.status in set(HTTPStatus) else "Unknown"
        head = [f"HTTP/1.1 {reply.status} {phrase}", f"Date: {self.date_time_string()}"]
        head += [f"Content-Type: {reply.content_type}", f"Content-Length: {len(reply.body)}"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        if self.close_connection:
            head.append("Connection: close")
        start = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")
        body = b"" if self.command == "HEAD" else reply.body[: len(reply.body) - cut]
        if not over:
            self.wfile.write(start + body)
            return
        self.wfile.write(start)
        groups = 8
        size = max(1, math.ceil(len(body) / groups))
        for place in range(0, len(body), size):
            if self.server.service.released.wait(over / groups):
                self.close_connection = True
                return
            self.wfile.write(body[place : place + size])

    def reset(self) -> None:
        """End the connection with RST: nothing lingers, and nothing says goodbye."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.resets.add(self.connection)
        self.close_connection = True

    def hang(self, released: threading.Event) -> None:
        """Say nothing until the client has gone or is released; then end the connection."""
        self.close_connection = True
        while not released.wait(_GLANCE):
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nobody reads it."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, port: int, service: "Service") -> None:
        self.service = service
        self.resets: set[socket.socket] = set()
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Connection)

    def server_bind(self) -> None:
        # HTTPServer asks DNS for the machine's name here, which may take seconds.
        self.allow_reuse_address = True
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        if request in self.resets:
            self.resets.discard(request)
            request.close()
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc()

    def hang_up(self) -> None:
        """Wake the threads that wait for a next request on a connection that is kept alive."""
        for connection in tuple(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was faster


class Service:
    """An HTTP server on 127.0.0.1 with a thread for each connection: `with Service(port=0) as running: running.url`."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.lock = threading.RLock()
        self.released = threading.Event()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Listen, on a free port when none was given."""
        self.released = threading.Event()
        self._server = _Server(self.port, self)
        self.port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name=type(self).__name__, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """End every connection and thread. The port is given back; `start` takes the same one again."""
        if self._server is None or self._thread is None:
            return
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def release(self) -> None:
        """End the connections of all requests that hang now."""
        held, self.released = self.released, threading.Event()
        held.set()

    def serve(self, request: Request, connection: Connection) -> None:
        """Answer one request on its connection."""
        raise NotImplementedError


_STAND_IN = answer(200, {"data": [{"id": 1}]})  # of which a part is sent when no work was done


@dataclass(frozen=True)
class Settings:
    """What tests may change of a fake while it runs. `latency` in seconds is waited before each answer."""

    keys: Collection[str] = frozenset()
    latency: float = 0.0

    def __post_init__(self) -> None:
        if isinstance(self.keys, str):
            raise ValueError("keys is a list of keys")


Route = tuple[str, "re.Pattern[str]", str, Callable[..., Reply]]


def route(method: str, path: str, answers: Callable[..., Reply]) -> Route:
    """An entry of a fake's table: `{id}` in a path is handed to the function after the request."""
    pattern = re.compile(re.sub(r"\{\w+\}", "([^/]+)", path))
    return method, pattern, f"{method} {path}", answers


class Fake[S: Settings](Service):
    """A provider. What a provider adds: its routes, its check of keys, and how it words a refusal."""

    key_header: str
    routes: tuple[Route, ...]

    def __init__(self, settings: S, port: int = 0) -> None:
        super().__init__(port)
        self._first = self.settings = settings
        self.clock = Clock()
        self.faults: list[Fault] = []
        self.reset()

    def reset(self) -> None:
        """As new: settings, clock, faults, meter, and what was remembered of requests. Hanging requests end."""
        with self.lock:
            self.settings = self._first
            self.clock = Clock()
            self.windows = Windows(self.clock)
            self.meter = Meter(self.clock)
            self.faults = []
            self.forget()
        self.release()

    def forget(self) -> None:
        """Drop what the provider remembers of earlier requests."""

    def set(self, **changes: Any) -> None:
        """Change settings. `clock_offset` moves the clock that rate limits and delays are counted on, in seconds."""
        with self.lock:
            if "clock_offset" in changes:
                self.clock.offset = float(changes.pop("clock_offset"))
            unknown = changes.keys() - {known.name for known in fields(self.settings)}
            if unknown:
                raise ValueError(f"{type(self).__name__} has no setting {', '.join(sorted(unknown))}")
            self.settings = replace(self.settings, **changes)

    def fault(self, path_contains: str, kind: str, times: int | None = 1, **options: Any) -> Fault:
        """Fail the next requests: see `Fault`, which names the kinds and options (spends, body, seconds, after)."""
        made = Fault(path_contains, kind, times, **options)
        with self.lock:
            self.faults.append(made)
        return made

    def refuse(self, status: int, headers: Mapping[str, str] | None = None) -> Reply:
        """The provider's own words for that status."""
        raise NotImplementedError

    def guard(self, name: str, request: Request) -> Reply | None:
        """A refusal before the request is looked at (rate limits, plan), or None."""
        raise NotImplementedError

    def serve(self, request: Request, connection: Connection) -> None:
        name, answers, held = self._find(request)
        with self.lock:
            self.meter.arrived(name)
            meter = self.meter
            fault = next((fault for fault in self.faults if fault.takes(name)), None)
        try:
            if self.settings.latency:
                self.released.wait(self.settings.latency)
            if fault is None:
                reply = self._work(name, answers, request, held)
                self._answered(meter, name, reply.status)
                connection.send(reply)
            else:
                done = self._work(name, answers, request, held) if fault.spends else None
                self._fail(fault, done, connection, lambda outcome: self._answered(meter, name, outcome))
        finally:
            with self.lock:
                meter.left()

    def _answered(self, meter: Meter, name: str, outcome: int | str) -> None:
        # Before the client can know, so that a test that has its answer finds it counted.
        with self.lock:
            meter.answered(name, outcome)

    def _find(self, request: Request) -> tuple[str, Callable[..., Reply] | None, tuple[str, ...]]:
        for method, pattern, name, answers in self.routes:
            found = pattern.fullmatch(request.path)
            if found and method == request.method:
                return name, answers, found.groups()
        return f"{request.method} {request.path}", None, ()

    def _work(self, name: str, answers: Callable[..., Reply] | None, request: Request, held: tuple[str, ...]) -> Reply:
        with self.lock:
            try:
                if request.headers.get(self.key_header) not in self.settings.keys:
                    return self.refuse(401)
                if answers is None:
                    return self.refuse(404)
                return self.guard(name, request) or answers(self, request, *held)
            except Exception:
                traceback.print_exc()
                return plain(500, "The fake itself is broken; its traceback is on standard error.")

    def _fail(
        self, fault: Fault, done: Reply | None, connection: Connection, count: Callable[[int | str], None]
    ) -> None:
        """Fail as asked. `done` is the answer to the work when it was done."""
        whole = done or _STAND_IN
        match fault.kind:
            case "reset" | "reset_after":
                count(fault.kind)
                connection.reset()
            case "hang" | "hang_after":
                released = self.released  # before it is counted: whoever sees it counted can release it
                count(fault.kind)
                connection.hang(released)
            case "truncated":
                count(fault.kind)
                connection.close_connection = True
                connection.send(whole, cut=max(1, len(whole.body) // 2))
            case "slow":
                count(whole.status)
                connection.send(whole, over=fault.seconds)
            case "malformed":
                count(200)
                connection.send(Reply(200, whole.body[: max(1, len(whole.body) // 2)]))
            case "html":
                count(200)
                connection.send(html(200))
            case _:
                refusal = self._refusal(fault)
                count(refusal.status)
                connection.send(refusal)

    def _refusal(self, fault: Fault) -> Reply:
        code, _, number = fault.kind.partition(":")
        if fault.body == "html":
            return html(int(number if code == "status" else code))
        if code == "status":
            return self.refuse(int(number))
        return self.refuse(int(code), {"retry-after": number} if number else None)
