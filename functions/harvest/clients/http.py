"""One line to a provider: time-outs, retries, windows, circuit, and the difference between "no" and "nobody knows"."""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx
import stamina

from cam.model.errors import CamError, ProviderFailed, Throttled
from cam.providers import providers
from cam.providers.providers import Limits, Provider, State, Window
from cam.text import clock
from cam.text.characters import read_json
from functions.harvest.clients.outcomes import Answer, Keep, Refused, Unsure, Wait

# The longest pause that is worth holding a run for; longer ones are a failure of the source.
LONGEST_PAUSE = timedelta(minutes=15)
# Seconds until an answer begins, and again until it has ended; who has waited so long in all does not ask again.
PATIENCE = 30.0
_CONNECT = 5.0
# A body that never ends is given up after so many bytes.
_MOST_BYTES = 20_000_000
_PACKED = frozenset({"identity", "gzip"})
_ATTEMPTS = 3
_LONGEST_WAIT = 10 * 86_400
_MOST_DIGITS = 9
_MOST_TEXT = 200
# A gateway does not say what those behind it did.
_GATEWAYS = frozenset({502, 504})
_ADDRESS = re.compile(r"[^\s@\"'<>]+@[^\s@\"'<>]+")
# Both spellings of the day.
_WINDOWS = {Window.MINUTE: ("minute",), Window.HOUR: ("hourly",), Window.DAY: ("24-hour", "daily")}
# httpx writes every URL into its log, and a URL may hold an address.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)
# So does stamina with the arguments of what it tries again.
stamina.instrumentation.set_on_retry_hooks([])


class _Failed(Exception):
    """An attempt that failed. `certain`: the provider did nothing; `resting`: it is not to be asked again."""

    def __init__(self, message: str, certain: bool, resting: bool = False) -> None:
        super().__init__(message)
        self.certain = certain
        self.resting = resting


@cache
def _client() -> httpx.Client:
    """One client per process. No proxy and no .netrc of the environment: keys go to the provider and nowhere else.

    A connection is used once: one that was idle while the Lambda was frozen may be dead, and a paid request that goes
    into a dead connection is one of which nobody knows whether it arrived.
    """
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(trust_env=False, follow_redirects=False, limits=limits)


@dataclass(slots=True)
class Line:
    """A provider and the key to it. `limits` are the documented ones, by endpoint; `busy` the statuses that mean 429.

    `rekey` reads the key again: one that was replaced a moment ago is used without a new deployment.
    """

    provider: Provider
    title: str
    base: str
    header: str
    key: str
    limits: Mapping[str, Limits]
    rekey: Callable[[], str | None]
    busy: frozenset[int] = frozenset({429})
    state: State = field(init=False)
    # Endpoints that the provider's plan does not include: asked once, not for each person.
    closed: dict[str, Refused] = field(default_factory=dict)

    def ask(
        self,
        endpoint: str,
        method: str,
        path: str,
        *,
        params: Sequence[tuple[str, str]] = (),
        body: Any = None,
        paid: bool = False,
        keep: Keep | None = None,
        takes: frozenset[int] = frozenset({200}),
        patience: float | None = None,
    ) -> Answer:
        """One request, as often as it may be tried. A `paid` one is made again only when nothing can have been spent.

        `keep` is given the body of an answer that is taken as soon as it is there. `patience`: other than `PATIENCE`.

        Raises Wait; Refused (a status that is not in `takes`); ProviderFailed (it rests, or is out of reach: nothing
        was spent); Unsure (paid requests only).
        """
        if endpoint in self.closed:
            raise self.closed[endpoint]
        self.state = providers.state(self.provider)
        if until := self.state.resting(clock.now()):
            raise ProviderFailed(
                f"{self.title} is not called until {until:%H:%M} UTC, after {providers.FAILURES} failures in a row; "
                f"last error: {self.state.last_error}"
            )

        def again(error: Exception) -> bool:
            return isinstance(error, _Failed) and not error.resting and (error.certain or not paid)

        if not (self.key.isascii() and self.key.isprintable()):
            raise self._refused(f"{self.title}'s API key contains invalid characters. Store a valid key", 401)
        patience = PATIENCE if patience is None else patience
        request = self._request(method, path, params, body, patience)
        try:
            for attempt in stamina.retry_context(
                on=again, attempts=_ATTEMPTS, timeout=patience, wait_initial=0.2, wait_max=2.0, wait_jitter=0.2
            ):
                with attempt:
                    answer = self._once(endpoint, request, keep, takes, patience)
        except _Failed as failure:
            if paid and not failure.certain:
                raise Unsure(str(failure)) from failure
            raise ProviderFailed(str(failure)) from failure
        if answer.status == 401 and (key := self.rekey()) and key != self.key:
            self.key = key
            return self.ask(
                endpoint, method, path,
                params=params, body=body, paid=paid, keep=keep, takes=takes, patience=patience,
            )  # fmt: skip
        if answer.status in takes:
            with _noted():
                providers.succeeded(self.provider, self.state, clock.now())
            return answer
        refused = self._refused(self._refusal(answer), answer.status)
        if answer.status == httpx.codes.FORBIDDEN:
            self.closed[endpoint] = refused
        raise refused

    def _request(
        self, method: str, path: str, params: Sequence[tuple[str, str]], body: Any, patience: float
    ) -> httpx.Request:
        headers = {
            self.header: self.key,
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": "cam",
        }
        url = httpx.URL(self.base + path, params=tuple(params)) if params else httpx.URL(self.base + path)
        timeout = httpx.Timeout(patience, connect=_CONNECT)
        return _client().build_request(method, url, json=body, headers=headers, timeout=timeout)

    def _once(
        self, endpoint: str, request: httpx.Request, keep: Keep | None, takes: frozenset[int], patience: float
    ) -> Answer:
        now = clock.now()
        wait = providers.take(self.provider, endpoint, self.limits[endpoint], self.state, now)
        if wait:
            if timedelta(seconds=wait) > LONGEST_PAUSE:
                with _noted():  # so that people see until when
                    providers.pause(self.provider, endpoint, now + timedelta(seconds=wait))
            raise self._pause(wait)
        try:
            response, raw = _exchange(request, 2 * patience)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise self._failed("could not be reached", certain=True) from error
        except httpx.TimeoutException as error:
            raise self._failed("did not respond in time", certain=False) from error
        except httpx.HTTPError as error:
            raise self._failed("closed the connection before the response was complete", certain=False) from error
        if keep and (response.is_success or response.status_code in takes):
            keep(raw)
        with _noted():
            providers.told(self.provider, endpoint, _told(response.headers), self.state)
        if response.status_code in self.busy:
            wait = _retry_after(response.headers)
            with _noted():
                providers.pause(self.provider, endpoint, now + timedelta(seconds=wait))
            raise self._pause(wait)
        if response.status_code >= 500:
            certain = response.status_code not in _GATEWAYS
            raise self._failed(f"returned a server error ({response.status_code})", certain)
        try:
            return Answer(response.status_code, read_json(raw), raw)
        except ValueError as error:
            if response.status_code >= 400:
                return Answer(response.status_code, None, raw)
            raise self._failed("returned a response that is not JSON", certain=False) from error

    def _pause(self, wait: float) -> CamError:
        if timedelta(seconds=wait) <= LONGEST_PAUSE:
            return Wait(wait)
        until = clock.now() + timedelta(seconds=wait)
        return ProviderFailed(f"{self.title} accepts no more requests until {until:%Y-%m-%d %H:%M} UTC")

    def _failed(self, what: str, certain: bool) -> _Failed:
        message = f"{self.title} {what}"
        now = clock.now()
        with _noted():
            self.state = providers.failed(self.provider, message, now)
        return _Failed(message, certain, resting=self.state.resting(now) is not None)

    def _refusal(self, answer: Answer) -> str:
        if answer.status == 401:
            return f"{self.title} rejected its API key (401). Store a valid key; CAM uses it from the next call on"
        said = self.said(answer.body)
        return f"{self.title} rejected the request ({answer.status}{': ' + said if said else ''})"

    def _refused(self, text: str, status: int) -> Refused:
        with _noted():
            providers.refused(self.provider, text, clock.now())
        return Refused(text, status)

    def said(self, body: Any) -> str:
        """The provider's own words of a refusal, without addresses, without our key and without length."""
        text = _words(body)
        return " ".join(_ADDRESS.sub("…", text.replace(self.key, "…") if self.key else text).split())[:_MOST_TEXT]


def _noted() -> AbstractContextManager[None]:
    """Around what is written down about a provider: that it cannot be written must not hide what the provider said."""
    return suppress(Throttled)


def _exchange(request: httpx.Request, within: float) -> tuple[httpx.Response, bytes]:
    """The response and its body, within a bound of seconds and size."""
    until = time.monotonic() + within
    response = _client().send(request, stream=True)
    try:
        # A body that is packed twice outgrows all memory while its first piece is unpacked.
        if response.headers.get("content-encoding", "identity").strip().lower() not in _PACKED:
            raise httpx.DecodingError("the response uses an unsupported content encoding", request=request)
        parts, size = [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > _MOST_BYTES:
                raise httpx.ReadError("the response is too large", request=request)
            if time.monotonic() > until:
                raise httpx.ReadTimeout("the response took too long", request=request)
        return response, b"".join(parts)
    finally:
        response.close()


def _words(body: Any) -> str:
    if not isinstance(body, Mapping):
        return ""
    text = next(
        (body[name] for name in ("error", "reason", "detail", "message") if isinstance(body.get(name), str)), ""
    )
    errors = body.get("errors")
    if not text and isinstance(errors, list) and errors and isinstance(errors[0], Mapping):
        text = str(errors[0].get("details", ""))
    return text


def _told(headers: httpx.Headers) -> dict[Window, int | None]:
    """The limits that the headers name; an empty header says that the window is unlimited."""
    found: dict[Window, int | None] = {}
    for window, names in _WINDOWS.items():
        text = next((headers[f"x-rate-limit-{name}"] for name in names if f"x-rate-limit-{name}" in headers), None)
        if text is not None and (_is_number(text.strip()) or not text.strip()):
            found[window] = int(text) if text.strip() else None
    return found


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _MOST_DIGITS


def _retry_after(headers: httpx.Headers) -> float:
    """Seconds to wait (RFC 9110 §10.2.3: a number or a date), ten days at most; a minute when nothing is said."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        wait = float(text) if _is_number(text) else _LONGEST_WAIT
    else:
        try:
            wait = (parsedate_to_datetime(text) - clock.now()).total_seconds()
        except (TypeError, ValueError, OverflowError):
            wait = 60.0
    return min(max(1.0, wait), _LONGEST_WAIT)
