"""`Idempotency-Key` on every POST: the first answer is kept for a day and given again; nothing is done twice.

Only what was done is kept. A refusal (4xx) or a failure (5xx) changed nothing, so the same key may try again.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from ulid import ULID

from cam.model.errors import Invalid
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock
from functions.api import problems

HEADER = "idempotency-key"
_KEPT_SECONDS = 24 * 3600
# Longer than API Gateway waits (29 s) and the function lives: whoever held the key is gone.
_BUSY_SECONDS = 60
# An item holds 400 KB.
_MOST_BYTES = 300_000
_KEPT_HEADERS = ("content-type", "location")
_BOUNDARY = re.compile(r'boundary="?([^";]+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """A key held by this request. `run_id` outlives a crash: who takes the key over starts the same run."""

    key: keys.Key
    token: str
    run_id: str


class Idempotency:
    """ASGI middleware for the POST routes below `prefix`."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let the app answer and remember."""
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(self.prefix):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        name = request.headers.get(HEADER)
        if name is None:
            await self.app(scope, receive, send)
            return
        if not 1 <= len(name.strip()) <= 255:
            raise Invalid("An Idempotency-Key must have 1 to 255 characters.", "Idempotency-Key")
        body = await request.body()
        claimed = _claim(keys.replay(_caller(request), name.strip()), fingerprint(request, body))
        if isinstance(claimed, Response):
            await claimed(scope, receive, send)
            return
        scope["cam.run_id"] = claimed.run_id
        heard: list[Message] = []

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def hear(message: Message) -> None:
            heard.append(message)

        done = False
        try:
            await self.app(scope, again, hear)
            done = _keep(claimed, heard)
        finally:
            if not done:
                _release(claimed)
        for message in heard:
            await send(message)


def run_id(request: Request) -> str:
    """The id of the run that this request starts: the same for the same Idempotency-Key, else new."""
    return str(request.scope.get("cam.run_id") or ULID())


def fingerprint(request: Request, body: bytes) -> str:
    """Equal for equal requests. A multipart boundary is drawn anew by each attempt, and does not count.

    Nor does `wait`: how long somebody is willing to wait changes nothing about what is done.
    """
    kind = request.headers.get("content-type", "")
    boundary = _BOUNDARY.search(kind)
    if boundary:
        body = body.replace(boundary[1].encode(), b"")
    query = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "wait"])
    whole = b"\0".join([query.encode(), kind.partition(";")[0].strip().lower().encode(), body])
    return hashlib.sha256(whole).hexdigest()


def _caller(request: Request) -> str:
    event = request.scope.get("aws.event", {})
    identity = event.get("requestContext", {}).get("identity") or {}
    return f"{identity.get('apiKeyId') or ''}|{request.method} {request.url.path}"


def _claim(key: keys.Key, mark: str) -> Claim | Response:
    """The key for this request, or the answer that another one has left, or is about to leave."""
    now = int(clock.now().timestamp())
    claim = Claim(key, str(ULID()), str(ULID()))
    try:
        tables.write(tables.put(campaigns_table(), _busy(claim, mark, now), missing=["pk"]))
        return claim
    except tables.Refused:
        found = tables.get(campaigns_table(), key)
    # TTL deletes late.
    if found and found["expires_at"] > now:
        if found["fingerprint"] != mark:
            raise Invalid("This Idempotency-Key was used for a different request. Use a new one.", "Idempotency-Key")
        if "status" in found:
            return _replay(found)
        if found["busy_until"] > now:
            return _in_progress()
        claim = Claim(key, claim.token, found["run_id"])
    try:
        condition: dict[str, Any] = {"equal": {"token": found["token"]}} if found else {"missing": ["pk"]}
        tables.write(tables.put(campaigns_table(), _busy(claim, mark, now), **condition))
    except tables.Refused:
        return _in_progress()
    return claim


def _busy(claim: Claim, mark: str, now: int) -> dict[str, Any]:
    return {
        **claim.key,
        "token": claim.token,
        "run_id": claim.run_id,
        "fingerprint": mark,
        "busy_until": now + _BUSY_SECONDS,
        "expires_at": now + _KEPT_SECONDS,
    }


def _in_progress() -> Response:
    return problems.respond(
        409,
        "A request with this Idempotency-Key is still in progress. Try again.",
        headers={"Retry-After": str(problems.RETRY_SECONDS)},
    )


def _replay(found: tables.Item) -> Response:
    headers = {**found["headers"], "Idempotent-Replayed": "true"}
    return Response(found["body"].encode(), found["status"], headers=headers)


def _keep(claim: Claim, heard: list[Message]) -> bool:
    """Keep the answer, if it says that something was done. False: there is nothing to keep."""
    start = heard[0]
    body = b"".join(message.get("body", b"") for message in heard[1:])
    if not 200 <= start["status"] < 300 or len(body) > _MOST_BYTES:
        return False
    headers = {
        name.decode().lower(): value.decode()
        for name, value in start["headers"]
        if name.decode().lower() in _KEPT_HEADERS
    }
    stored = {"status": start["status"], "headers": headers, "body": body.decode()}
    _write(tables.update(campaigns_table(), claim.key, put=stored, equal={"token": claim.token}))
    return True


def _release(claim: Claim) -> None:
    _write(tables.delete(campaigns_table(), claim.key, equal={"token": claim.token}))


def _write(action: tables.Action) -> None:
    """A write that gives way to whoever took the key over."""
    try:
        tables.write(action)
    except tables.Refused:
        return
