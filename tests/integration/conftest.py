"""What the stages need beyond the tables: a verified sender, a public address, a send window that is open."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from cam.model.models import Campaign
from tests.conftest import ENVIRONMENT
from tests.senders import vouch

OPEN = {"sending": {"ignore_window": True, "warm_up": None, "daily_cap": 1000}}


@pytest.fixture(autouse=True)
def _stages(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFIGURATION_SET", "cam-mail")
    monkeypatch.setenv("PUBLIC_URL", "https://api.example/live")
    monkeypatch.setenv("ALLOW_TIME_TRAVEL", "true")
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    # moto keeps the identities of SES v1 and v2 apart, and asks those of v1 about raw mail.
    boto3.client("ses").verify_email_identity(EmailAddress=ENVIRONMENT["SENDER_EMAIL"])
    boto3.client("sesv2").create_configuration_set(ConfigurationSetName="cam-mail")
    vouch()


@pytest.fixture
def campaign(campaign: Callable[..., Campaign]) -> Callable[..., Campaign]:
    """Makes campaigns that may send at any time."""

    def make(**fields: Any) -> Campaign:
        return campaign(**{"settings": OPEN, **fields})

    return make
