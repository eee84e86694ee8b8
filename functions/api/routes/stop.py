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
    """Why email is to stop, and who decided it."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), Legible] = "by hand"
    by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Legible] | None = None


class StopView(Frozen):
    """Whether all email is stopped; since when, why and by whom."""

    stopped: bool
    since: Moment | None = None
    reason: str | None = None
    by: str | None = None


def _view(halt: Halt | None) -> StopView:
    return StopView(stopped=True, since=halt.since, reason=halt.reason, by=halt.by) if halt else StopView(stopped=False)


@router.get("", summary="Read the stop switch")
async def read() -> StopView:
    """Read whether all email of the account is stopped."""
    return _view(safety.stopped())


@router.post("", summary="Stop all email")
async def stop(body: Reason | None = None) -> StopView:
    """Stop the emails of all campaigns. Workers check before every ten emails and every ten seconds; other stages
    continue.

    Stopping twice changes nothing: the first reason is kept.
    """
    given = body or Reason()
    return _view(safety.stop(given.reason, given.by, clock.now()))


@router.delete("", summary="Resume all email", status_code=204, response_class=Response)
async def release() -> None:
    """Resume email from the next run on. No touch was lost: they waited."""
    safety.release()
