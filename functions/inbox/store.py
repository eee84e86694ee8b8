"""Where answers from a mailbox lie for 90 days, encrypted; other mail of the mailbox is not kept."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cam.model.errors import Throttled
from cam.platform.environment import imports_bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Not below `inbound/`: what SES lays there is an event, and would be read a second time.
PREFIX = "imap/"


@cache
def _s3() -> "S3Client":
    return boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=3))


def keep(name: str, raw: bytes) -> str:
    """Keep a mail under a name of its own; the key. Again replaces it by itself. Raises Throttled."""
    key = f"{PREFIX}{name}"
    try:
        _s3().put_object(Bucket=imports_bucket(), Key=key, Body=raw)
    except (BotoCoreError, ClientError) as error:
        raise Throttled("the email could not be stored") from error
    return key
