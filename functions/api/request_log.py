"""Around every request: one line in the log, and a problem instead of an exception."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cam.model.errors import CamError
from cam.platform.telemetry import logger, unexpected
from functions.api import problems

# Everything here is somebody's own data.
_HEADERS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
# 202: the answer is not final; when to look again.
_ACCEPTED = (b"retry-after", b"1")


class Access:
    """ASGI middleware, the outermost one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and log method, route and status. The route's template, not the path: that may name people."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begin, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                more = (*_HEADERS, _ACCEPTED) if status == 202 else _HEADERS
                message["headers"] = [*message["headers"], *(one for one in more if one[0] not in present)]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except CamError as error:
            await problems.answer(error)(scope, receive, watched)
        except Exception as error:
            unexpected("request failed", error)
            await problems.unexpected()(scope, receive, watched)
        logger.info(
            "request",
            method=scope["method"],
            route=template(scope),
            status=status,
            ms=round((time.perf_counter() - begin) * 1000),
        )


def template(scope: Scope) -> str:
    """The route that answered, such as `/api/v1/cam/campaigns/{campaign_id}`."""
    path, values = str(scope["path"]), scope.get("path_params")
    if "route" not in scope or values is None:
        return "none"
    named = {str(value): f"{{{name}}}" for name, value in values.items()}
    for value in [one for one in named if "/" in one]:
        # The rest of a path.
        path = path.removesuffix(value) + named[value]
    return "/".join(named.get(part, part) for part in path.split("/"))
