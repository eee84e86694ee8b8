"""Where answers from a mailbox lie for 90 days, encrypted, and what could not be read; other mail is not kept."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cam.model.errors import Throttled
from cam.platform.environment import imports_bucket
from inbound import unread

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Not below `inbound/`: what SES lays there is an event, and would be read a second time.
PREFIX = "imap/"
UNREADABLE = "unreadable/"


@cache
def _s3() -> "S3Client":
    return boto3.client("s3", config=Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=3))


def keep(name: str, raw: bytes) -> str:
    """Keep a mail under a name of its own; the key. Again replaces it by itself. Raises Throttled."""
    return _put(f"{PREFIX}{name}", raw)


def keep_unreadable(raw: bytes) -> str:
    """Keep a mail that could not be read, under the name that the log has for it; the key. Raises Throttled."""
    return _put(f"{UNREADABLE}{unread.digest(raw)}", raw)


def _put(key: str, raw: bytes) -> str:
    try:
        _s3().put_object(Bucket=imports_bucket(), Key=key, Body=raw)
    except (BotoCoreError, ClientError) as error:
        raise Throttled("the email could not be stored") from error
    return key
