"""The fakes in a process of their own, commanded over HTTP: `with running(people=200) as fakes: …`."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
STOP_LIMIT = 30  # seconds
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the fakes speak http; httpx would load every certificate it knows


@dataclass(frozen=True)
class Fakes:
    """What `tests.fakes.control` offers, as methods. `urls`: apollo, dropcontact, hunter, control."""

    urls: dict[str, str]
    process: subprocess.Popen[str]
    client: httpx.Client

    def meter(self, provider: str) -> dict[str, Any]:
        """What that provider has seen: requests, credits, paid, highest, concurrent."""
        return dict(self._say("GET", "/meter").json()[provider])

    def fault(self, provider: str, path_contains: str, kind: str, times: int | None = 1, **options: Any) -> None:
        """As `Fake.fault`."""
        fault = {"provider": provider, "path_contains": path_contains, "kind": kind, "times": times}
        self._say("POST", "/fault", fault | options)

    def set(self, provider: str, **settings: Any) -> None:
        """As `Fake.set`."""
        self._say("POST", "/settings", {provider: settings})

    def reset(self) -> None:
        """As `Fake.reset`, for all."""
        self._say("POST", "/reset")

    def release(self) -> None:
        """As `Fake.release`, for all."""
        self._say("POST", "/release")

    def _say(self, method: str, path: str, body: Any = None) -> httpx.Response:
        answer = self.client.request(method, self.urls["control"] + path, json=body)
        if answer.status_code == 400:
            raise ValueError(answer.json()["error"])
        return answer.raise_for_status()


@contextmanager
def running(**options: Any) -> Iterator[Fakes]:
    """Start `python -m tests.fakes` with options such as `apollo_port=8101`, `people=200`, and end it again."""
    given = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    command = [sys.executable, "-m", "tests.fakes", *given]
    with (
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
        httpx.Client(trust_env=False, verify=NO_TLS, timeout=10) as client,
    ):
        try:
            assert process.stdout
            line = process.stdout.readline()
            if not line:
                raise RuntimeError("the fakes did not start; standard error says why")
            yield Fakes(json.loads(line), process, client)
        finally:
            process.terminate()
            process.wait(STOP_LIMIT)
