"""Amazon SES v2. It has no idempotency token, so a send is tried exactly once, and every doubt is an `Unsure`."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
)
from botocore.parsers import ResponseParserError

from cam.mail.rate import Quota
from cam.model.errors import Throttled
from cam.platform import telemetry
from functions.nurture.transports.errors import Refused, Unavailable, Unsure, told

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef, SendQuotaTypeDef

# Answers about us, not about this mail: nothing was accepted. The rate passes by itself; the account, the credentials,
# the sender and the configuration set have to be put right by somebody.
_LATER = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling", "RequestThrottled"})
_UNAVAILABLE = frozenset(
    {
        "LimitExceededException",
        "LimitExceeded",
        "SendingPausedException",
        "AccountSuspendedException",
        "MailFromDomainNotVerifiedException",
        "NotFoundException",
    }
)
_REFUSED = frozenset({"MessageRejected", "BadRequestException"})
# SES has no code of its own for an identity that nobody verified, nor for its sandbox.
_NOT_VERIFIED = "not verified"
_CREDENTIALS = (401, 403)
_NEVER_CONNECTED = (ConnectTimeoutError, EndpointConnectionError)
_NOT_CONFIGURED = (NoCredentialsError, NoRegionError)


@dataclass(frozen=True, slots=True)
class Ses:
    """The transport `ses`: one client, one configuration set (whose events tell what became of each mail)."""

    client: "SESV2Client"
    configuration_set: str | None = None

    def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
        """Hand over one message; SES's message id. Errors as in `transports.Sender`."""
        request: SendEmailRequestTypeDef = {
            "FromEmailAddress": sender,
            "Destination": {"ToAddresses": [to]},
            "Content": {"Raw": {"Data": raw}},
            "EmailTags": [{"Name": "send_id", "Value": tag(send_id)}],
        }
        if self.configuration_set:
            request["ConfigurationSetName"] = self.configuration_set
        try:
            answer = self.client.send_email(**request)
        except ClientError as error:
            raise _meaning(error) from error
        except ParamValidationError as error:
            raise Refused("ParamValidationError") from error
        except _NEVER_CONNECTED as error:
            raise Throttled(f"SES could not be reached ({type(error).__name__}).") from error
        except _NOT_CONFIGURED as error:
            raise Unavailable(type(error).__name__) from error
        except (BotoCoreError, ResponseParserError, OSError) as error:
            raise Unsure(type(error).__name__) from error
        message_id = answer.get("MessageId")
        if not message_id:
            raise Unsure("SES returned no message ID")
        return message_id

    def own_id(self, raw: bytes) -> None:
        """SES gives each email an id of its own, which nobody knows before it is sent."""

    def close(self) -> None:
        """Nothing is kept open."""


def quota() -> Quota | None:
    """What SES grants the account in this region; None when it does not say: SES itself refuses what is too much."""
    client = boto3.client("sesv2", config=Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard"}))
    try:
        return _quota(client.get_account().get("SendQuota", {}))
    except (BotoCoreError, ClientError) as error:
        telemetry.unexpected("the SES quota could not be read", error)
        return None


def _quota(said: "SendQuotaTypeDef") -> Quota | None:
    per_second, day = said.get("MaxSendRate", 0.0), said.get("Max24HourSend", -1.0)
    if per_second <= 0:
        return None
    # -1: no limit (SES API v2, SendQuota).
    return Quota(per_second, None if day < 0 else int(day - said.get("SentLast24Hours", 0.0)))


def connect(configuration_set: str | None) -> Ses:
    """SES with a client that never tries a send twice; region and endpoint from the environment, as boto3 does."""
    config = Config(
        # `max_attempts: 1` would allow one more try. Set here, AWS_MAX_ATTEMPTS cannot bring retries back.
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=3,
        read_timeout=20,
        tcp_keepalive=True,
    )
    return Ses(boto3.client("sesv2", config=config), configuration_set)


def tag(send_id: str) -> str:
    """The send's id as SES takes it for a tag's value: ASCII letters, digits, `_` and `-`, at most 256 characters."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", send_id)[:256]


def _meaning(error: ClientError) -> Throttled | Unavailable | Refused | Unsure:
    """What an answer of SES says about the mail. A 5xx may come after SES accepted it."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _LATER or status == 429:
        return Throttled(f"SES does not accept email at the moment ({code}).")
    unverified = _NOT_VERIFIED in error.response.get("Error", {}).get("Message", "")
    if code in _UNAVAILABLE or status in _CREDENTIALS or unverified:
        return Unavailable(_reason(error, code))
    if code in _REFUSED or 400 <= status < 500:
        return Refused(_reason(error, code))
    return Unsure(code or f"HTTP {status}")


def _reason(error: ClientError, code: str) -> str:
    """Code and message without addresses: reasons are listed and logged."""
    message = error.response.get("Error", {}).get("Message", "")
    return told(f"{code}: {message}") if message else code
