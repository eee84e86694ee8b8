"""The link of every mail: GET shows a page with a button and changes nothing, POST unsubscribes (RFC 8058)."""

import os
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator
from starlette.responses import HTMLResponse, Response

from cam.campaigns import campaigns
from cam.mail import engagement
from cam.model.errors import NotFound
from cam.platform import tokens
from cam.text import clock
from functions.api.pages import unsubscribe

router = APIRouter(prefix="/u", tags=["unsubscribe"])


# What programs that make links out of text take for the end of one, or leave at it. No token holds them at its end.
_BEHIND = ".,;:!?)>]}'\"/ "


def _token(given: str) -> str:
    return given.rstrip(_BEHIND)


# Of the whole rest of the path, so that a slash behind it is no other address.
Token = Annotated[str, AfterValidator(_token)]


@router.get("/{token:path}", summary="Show the unsubscribe page", response_class=HTMLResponse)
async def ask(token: Token) -> HTMLResponse:
    """Show the page with the unsubscribe button. Opening the link unsubscribes nobody, so link scanners do no harm."""
    try:
        campaign_id, _, _, _ = tokens.read_lead_reference(token)
        return _page("ask", campaign_id)
    except NotFound:
        return _page("unknown")


@router.head("/{token:path}", include_in_schema=False)
async def look(token: Token) -> Response:
    """What `ask` answers, without the page, to programs that look whether a link leads somewhere."""
    page = await ask(token)
    return Response(status_code=page.status_code, headers=unsubscribe.headers(), media_type=page.media_type)


@router.post("/{token:path}", summary="Unsubscribe", response_class=HTMLResponse)
async def do(token: Token) -> HTMLResponse:
    """Unsubscribe, by the button of the page or of the email client. The body is ignored; again changes nothing."""
    try:
        campaign_id, shard, lead_id, step = tokens.read_lead_reference(token)
        engagement.unsubscribe(campaign_id, shard, lead_id, step, clock.now())
        return _page("done", campaign_id)
    except NotFound:
        return _page("unknown")


def _page(state: unsubscribe.State, campaign_id: int | None = None) -> HTMLResponse:
    sender = None
    if campaign_id is not None:
        sending = campaigns.read(campaign_id).settings.sending
        sender = sending.sender_name or os.environ.get("SENDER_NAME") or None
    return HTMLResponse(
        unsubscribe.page(state, sender), 404 if state == "unknown" else 200, headers=unsubscribe.headers()
    )
