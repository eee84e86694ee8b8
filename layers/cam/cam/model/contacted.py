"""Why a touch waits for the account's contact gap, as it is kept with the lead."""

from datetime import datetime
from enum import StrEnum

from cam.model.settings.kinds import Frozen


class KnownBy(StrEnum):
    """What two leads share that makes them one person."""

    ADDRESS = "address"
    LINKEDIN = "linkedin_url"


class Contacted(Frozen):
    """Why a touch waits: the person got an email of `campaign_id` at `at`. Valid while the lead is due at `until`."""

    campaign_id: int
    at: datetime
    by: KnownBy
    until: datetime
