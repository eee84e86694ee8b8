"""Calculations that run behind the API, such as previews and forecasts: start one, wait for it, say how it stands."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import Request, Response

from cam.model.errors import Throttled
from cam.model.models import JobStatus
from cam.platform.telemetry import logger
from cam.runs import executions
from cam.text import clock
from functions.api.run_and_wait import seconds_left

# Step Functions may not know yet what it has just begun.
_GRACE = timedelta(seconds=60)


def begin(start: Callable[[], object], name: str, calculation_id: str) -> None:
    """Start an execution. `name` is what people call it: `preview`. Raises Throttled when it cannot be started."""
    try:
        start()
    except (ClientError, BotoCoreError) as error:
        logger.exception(f"the {name} could not be started", calculation_id=calculation_id)
        raise Throttled(f"The {name} could not be started. Try again.") from error


def standing[Found](
    look: Callable[[], Found],
    done: Callable[[Found], bool],
    started_at: Callable[[Found], datetime],
    state_machine: str,
    calculation_id: str,
) -> tuple[Found, JobStatus]:
    """What is there, and whether that is all: complete when `done`, failed when the execution is over before.

    One read, and a second one when the execution is over.
    """
    found = look()
    if done(found):
        return found, JobStatus.COMPLETED
    if clock.now() - started_at(found) < _GRACE or executions.alive(state_machine, calculation_id):
        return found, JobStatus.RUNNING
    # It may have ended between the two reads.
    found = look()
    return found, JobStatus.COMPLETED if done(found) else JobStatus.FAILED


async def finished[Found](
    request: Request, response: Response, location: str, wait: float, stands: Callable[[], tuple[Found, JobStatus]]
) -> tuple[Found, JobStatus]:
    """The calculation when it is over, or when the seconds, or the function's own, are: then with status 202."""
    until, pause = time.monotonic() + seconds_left(request, wait), 0.1
    while True:
        found, status = stands()
        left = until - time.monotonic()
        if status is not JobStatus.RUNNING or left <= 0:
            break
        await asyncio.sleep(max(0.0, min(pause, left)))
        pause = min(1.0, 1.5 * pause)
    response.headers["Location"] = location
    if status is JobStatus.RUNNING:
        response.status_code = 202
    return found, status
