"""The account's stop switch: while it is on, no mail of any campaign leaves."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import StringConstraints

from cam.mail import safety
from cam.mail.safety import Halt
from cam.model.models import Legible
from cam.model.settings.kinds import Frozen
from cam.text import clock
from functions.api.parameters import Moment

router = APIRouter(prefix="/stop", tags=["safety"])


class Reason(Frozen):
    """Why mail is to stop, and who says so."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), Legible] = "by hand"
    by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Legible] | None = None


class StopView(Frozen):
    """Whether all mail is stopped; since when, why, and who did it."""

    stopped: bool
    since: Moment | None = None
    reason: str | None = None
    by: str | None = None


def _view(halt: Halt | None) -> StopView:
    return StopView(stopped=True, since=halt.since, reason=halt.reason, by=halt.by) if halt else StopView(stopped=False)


@router.get("", summary="Read the stop switch")
async def read() -> StopView:
    """Whether all mail of the account is stopped."""
    return _view(safety.stopped())


@router.post("", summary="Stop all email")
async def stop(body: Reason | None = None) -> StopView:
    """Let no mail of any campaign leave. Workers look before every ten mails, and every ten seconds; all else works on.

    Again changes nothing: who came first is named.
    """
    given = body or Reason()
    return _view(safety.stop(given.reason, given.by, clock.now()))


@router.delete("", summary="Resume all email", status_code=204, response_class=Response)
async def release() -> None:
    """Let mail go again, from the next run on. Nothing was lost: touches have waited."""
    safety.release()
