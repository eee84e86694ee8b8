"""Signed text that leaves CAM and comes back: links in mails, cursors of lists."""

import base64
import hmac
import re
from functools import cache
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from itsdangerous import BadSignature, URLSafeSerializer

from cam.model.errors import Invalid, NotFound, Throttled
from cam.platform.environment import required

# What a list says about a cursor of another list.
WRONG_CURSOR = "This cursor is not valid for this list. Start again without a cursor."
_TAG = re.compile(r"(\d{1,9})\.(\d{1,4})\.([a-z0-9_-]{1,64})\.(\d{1,3})", re.ASCII)


@cache
def _secret() -> str:
    try:
        answer = boto3.client("secretsmanager").get_secret_value(SecretId=required("SIGNING_SECRET"))
    except (BotoCoreError, ClientError) as error:
        raise Throttled("the signing secret cannot be read") from error
    return str(answer["SecretString"])


def _serializer(salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(_secret(), salt=salt)


def lead_reference(campaign_id: int, shard: int, lead_id: str, step: int) -> str:
    """Names a touch of a lead, signed, so that a link or an event finds its lead without an index."""
    return str(_serializer("lead").dumps([campaign_id, shard, lead_id, step]))


def read_lead_reference(token: str) -> tuple[int, int, str, int]:
    """(campaign, shard, lead, step) of a reference that CAM signed. Raises NotFound for anything else."""
    try:
        campaign_id, shard, lead_id, step = _serializer("lead").loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFound("This link is incomplete, or was not issued by this stack.") from error
    return int(campaign_id), int(shard), str(lead_id), int(step)


def reply_tag(campaign_id: int, shard: int, lead_id: str, step: int) -> str:
    """The same for the local part of an address, which has room for 64 characters and may lose its capitals.

    `<campaign>.<shard>.<lead>.<step>.<signature>`, 45 characters and more.
    """
    named = f"{campaign_id}.{shard}.{lead_id}.{step}"
    return f"{named}.{_short_signature(named)}"


def read_reply_tag(tag: str) -> tuple[int, int, str, int]:
    """(campaign, shard, lead, step) of a tag that CAM signed, in whatever case. Raises NotFound for anything else."""
    named, _, signature = tag.lower().rpartition(".")
    parts = _TAG.fullmatch(named)
    if parts is None or not hmac.compare_digest(signature.encode(), _short_signature(named).encode()):
        raise NotFound("This reply address is incomplete, or was not issued by this stack.")
    return int(parts[1]), int(parts[2]), parts[3], int(parts[4])


def _short_signature(named: str) -> str:
    """60 bits: each guess is a mail to us."""
    digest = hmac.digest(_secret().encode(), f"reply:{named}".encode(), "sha256")
    return base64.b32encode(digest).decode("ascii")[:12].lower()


def cursor(scope: str, position: Any) -> str:
    """An opaque place in the list `scope`."""
    return str(_serializer(f"cursor:{scope}").dumps(position))


def read_cursor(scope: str, token: str | None) -> Any:
    """The place that `cursor` wrote for the same list; None stays None. Raises Invalid."""
    if token is None:
        return None
    try:
        return _serializer(f"cursor:{scope}").loads(token)
    except BadSignature as error:
        raise Invalid(WRONG_CURSOR, "cursor") from error
