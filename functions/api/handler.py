"""The API's Lambda: API Gateway's events in, the app's answers out."""

import asyncio
import logging
import os
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES

from cam.platform.telemetry import entrypoint
from cam.text.characters import mended_value
from functions.api.app import create_app
from functions.api.problems import MEDIA_TYPE

# Mangum works with the thread's event loop, which Python no longer makes by itself.
asyncio.set_event_loop(asyncio.new_event_loop())
# Its own lines name the path, and with it people.
logging.getLogger("mangum").setLevel(logging.WARNING)

_answer = Mangum(
    create_app(documentation=os.environ.get("API_DOCUMENTATION") == "true"),
    lifespan="off",
    # The path of a custom domain's mapping; the stage is not part of the event's path.
    api_gateway_base_path=os.environ.get("API_BASE_PATH", "/"),
    text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, MEDIA_TYPE],
)


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    # What API Gateway could not read is U+FFFD already, and Mangum fails on halves of characters. The routes refuse it.
    return _answer(mended_value(event), context)  # type: ignore[arg-type]
