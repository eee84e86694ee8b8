"""Names emails that were not read in full: in the log, without their words, and in a metric that an alarm watches."""

import hashlib

from aws_lambda_powertools.metrics import MetricUnit

from cam.platform import telemetry
from inbound.judging import Judgement

# Outcomes, as they are counted: it took too long or could not be parsed; parts of it were beyond the limits.
UNREADABLE = "unreadable"
SHORTENED = "shortened"


def digest(raw: bytes) -> str:
    """Names an email by its bytes."""
    return hashlib.sha256(raw).hexdigest()[:32]


def named(judgement: Judgement, raw: bytes, **where: str | int) -> list[str]:
    """Log an email that was not read in full, and where it is; what it counts as. Nothing for any other email."""
    if judgement.trouble:
        about = {"reason": judgement.trouble, "sha256": digest(raw), **where}
        telemetry.logger.warning("an email is unreadable", extra=about)
        _count()
        return [UNREADABLE]
    if judgement.reply and judgement.reply.left_out:
        about = {"left_out": "; ".join(judgement.reply.left_out), "sha256": digest(raw), **where}
        telemetry.logger.warning("an email was not read in full", extra=about)
        return [SHORTENED]
    return []


def passed_over(**where: str | int) -> list[str]:
    """Log an email that is not read at all, because no poll got behind it."""
    telemetry.logger.error("an email is passed over: reading it ended every poll", extra=where)
    _count()
    return [UNREADABLE]


def not_returned(**where: str | int) -> list[str]:
    """Log an email that the mail server does not give out."""
    telemetry.logger.warning("the mail server does not return an email", extra=where)
    _count()
    return [UNREADABLE]


def _count() -> None:
    telemetry.metrics.add_metric(name="Emails.unreadable", unit=MetricUnit.Count, value=1)
