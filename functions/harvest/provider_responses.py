"""Providers' answers, kept before they are used: a worker that dies afterwards does not pay again."""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from cam.model.errors import Throttled
from cam.platform.environment import required
from cam.platform.telemetry import unexpected
from cam.providers.credits import Call
from cam.text.characters import read_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@cache
def _s3() -> "S3Client":
    return boto3.client("s3")


def keep(call: Call, raw: bytes) -> None:
    """Store an answer as it came. Forgotten by the bucket after 30 days.

    When the bucket does not take it, the worker goes on with what it holds in its hands.
    """
    bucket = required("IMPORTS_BUCKET")
    try:
        _s3().put_object(Bucket=bucket, Key=call.answer_key, Body=raw, ContentType="application/json")
    except (BotoCoreError, ClientError) as error:
        unexpected("a response could not be stored", error, call_id=call.call_id)


def kept(call: Call) -> Any:
    """The answer of a call; None when none was kept, or none that can be read. Raises Throttled: S3 does not say."""
    store = _s3()
    try:
        body = store.get_object(Bucket=required("IMPORTS_BUCKET"), Key=call.answer_key)["Body"].read()
    except store.exceptions.NoSuchKey:
        return None
    except (BotoCoreError, ClientError) as error:
        raise Throttled("a stored response cannot be read") from error
    try:
        return read_json(body)
    except ValueError:
        return None
