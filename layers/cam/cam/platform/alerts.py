"""The template's topics: `Alerts`, of what cannot wait, and `Replies`. No message says who a person is."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cam.platform import telemetry
from cam.platform.environment import required

# A subject of SNS is ASCII, one line, of at most 100 characters.
_LONGEST_SUBJECT = 100


@cache
def _client() -> Any:
    return boto3.client("sns", config=Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard"}))


def publish(subject: str, message: str, topic: str | None = None) -> bool:
    """Send an alert, or a message to another topic (its ARN). False when it did not go out: that is logged."""
    plain = subject.encode("ascii", "replace").decode()[:_LONGEST_SUBJECT]
    try:
        _client().publish(TopicArn=topic or required("ALERTS_TOPIC"), Subject=plain, Message=message)
    except (BotoCoreError, ClientError) as error:
        telemetry.unexpected("a message could not be published", error)
        return False
    return True
