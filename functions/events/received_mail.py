"""Mails that came in, as SES laid them into the bucket."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cam.model.errors import Throttled
from cam.platform.environment import imports_bucket
from cam.text import clock
from inbound.recording import Mail

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "inbound/"
# SES takes mails of 40 MB; what says who wrote why stands at their beginning.
_MOST = 2_000_000


@cache
def _s3() -> "S3Client":
    return boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=3))


def keys(event: Mapping[str, Any]) -> Iterator[str]:
    """The objects that an event tells of, in the shape of EventBridge or of S3's own notifications."""
    detail = event.get("detail")
    named = [detail["object"]["key"]] if isinstance(detail, Mapping) else []
    # S3 writes keys as in a form, EventBridge as they are.
    named += [unquote_plus(record["s3"]["object"]["key"]) for record in event.get("Records", ())]
    yield from (key for key in named if key.startswith(PREFIX))


def read(key: str) -> Mail | None:
    """A mail; None when it is gone, or forgotten after 90 days. Raises Throttled when S3 does not answer."""
    try:
        found = _s3().get_object(Bucket=imports_bucket(), Key=key, Range=f"bytes=0-{_MOST - 1}")
        return Mail(found["Body"].read(_MOST), found["LastModified"])
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        if error.response["Error"]["Code"] in ("InvalidRange", "416"):
            # An object of no bytes has none to give, and answers nothing of ours.
            return Mail(b"", clock.now())
        raise Throttled("the email could not be read") from error
    except (BotoCoreError, OSError) as error:
        raise Throttled("S3 did not respond") from error
