"""Signed text that leaves CAM and comes back: links in mails, cursors of lists."""

from functools import cache
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from itsdangerous import BadSignature, URLSafeSerializer

from cam.environment import required
from cam.errors import Invalid, NotFound, Throttled


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
        raise NotFound("This link is not one of ours, or it is incomplete.") from error
    return int(campaign_id), int(shard), str(lead_id), int(step)


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
        raise Invalid("This cursor does not belong to this list. Start again without it.", "cursor") from error
