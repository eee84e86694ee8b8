"""Answers that came in by mail, as SES laid them into the bucket."""

from collections import Counter
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.platform import telemetry
from cam.platform.telemetry import entrypoint
from functions.events import received_mail
from inbound import judging, recording, unread
from inbound.recording import Mail


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Record the mails that SES has laid into the bucket. Again changes nothing. Returns what was done, in numbers.

    Raises Throttled when AWS is busy: the next attempt does the rest.
    """
    done: Counter[str] = Counter()
    for key in received_mail.keys(event):
        mail = received_mail.read(key)
        done.update(_recorded(key, mail) if mail else ["gone"])
    telemetry.heard("Inbound", done or Counter(ignored=1))
    return dict(done)


def _recorded(key: str, mail: Mail) -> list[str]:
    """What one mail was. One that cannot be read is no reason to try again: it stays where it is, for people."""
    judgement = judging.judge(mail.raw, mail.received)
    outcomes = unread.named(judgement, mail.raw, key=key)
    if judgement.reply is None:
        return outcomes
    return [recording.record(mail, judgement.reply, lambda name: key), *outcomes]
