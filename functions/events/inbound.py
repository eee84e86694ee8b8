"""Answers that came in by mail, as SES laid them into the bucket."""

from collections import Counter
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.platform import telemetry
from cam.platform.telemetry import entrypoint
from functions.events import received_mail
from inbound import recording, replies
from inbound.recording import Mail


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Record the mails that SES has laid into the bucket. Again changes nothing. Returns what was done, in numbers.

    Raises Throttled when AWS is busy: the next attempt does the rest.
    """
    done: Counter[str] = Counter()
    for key in received_mail.keys(event):
        mail = received_mail.read(key)
        done[_record(key, mail) if mail else "gone"] += 1
    telemetry.heard("Inbound", done or Counter(ignored=1))
    return dict(done)


def _record(key: str, mail: Mail) -> str:
    return recording.record(mail, replies.classify(mail.raw, mail.received), lambda name: key)
