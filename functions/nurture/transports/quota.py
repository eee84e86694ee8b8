"""How much a transport takes, for those that say so: one line in `QUOTAS`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cam.mail.rate import Pace, Quota
from cam.platform import environment, telemetry

if TYPE_CHECKING:
    from mypy_boto3_sesv2.type_defs import SendQuotaTypeDef


def of_ses() -> Quota | None:
    """What SES grants the account in this region; None when it does not say: SES itself refuses what is too much."""
    client = boto3.client("sesv2", config=Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard"}))
    try:
        return _quota(client.get_account().get("SendQuota", {}))
    except (BotoCoreError, ClientError) as error:
        telemetry.unexpected("the quota of SES could not be read", error)
        return None


def _quota(said: "SendQuotaTypeDef") -> Quota | None:
    per_second, day = said.get("MaxSendRate", 0.0), said.get("Max24HourSend", -1.0)
    if per_second <= 0:
        return None
    # -1: no limit (SES API v2, SendQuota).
    return Quota(per_second, None if day < 0 else int(day - said.get("SentLast24Hours", 0.0)))


def of_smtp() -> Quota | None:
    """What the stack says about its mail server: SMTP has no way to ask."""
    rate = environment.smtp_rate()
    return Quota(rate) if rate else None


QUOTAS: dict[str, Callable[[], Quota | None]] = {"ses": of_ses, "smtp": of_smtp}


def pace(name: str) -> Pace:
    """The pace of the transport of that name. Raises KeyError for one that says nothing of its quota."""
    return Pace(name, QUOTAS[name])
