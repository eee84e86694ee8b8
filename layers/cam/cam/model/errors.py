"""The few error classes of CAM. Their *names* are a contract: Step Functions matches them, the API answers by them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cam.model.models import Review


class CamError(Exception):
    """Base of what CAM raises on purpose. The message is written for the user: no keys, no stacks, no secrets."""


class NotFound(CamError):
    """What was asked for does not exist (404)."""


class Conflict(CamError):
    """The request is fine, the present state is not: a name is taken, a run is open (409)."""


class RunInProgress(Conflict):
    """The campaign already has an open run."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"Run {run_id} of this campaign is still open. Wait for it to finish, or stop it.")
        self.run_id = run_id


class AlreadyDecided(Conflict):
    """A person has settled the lead's review already; `review` says how."""

    def __init__(self, message: str, review: "Review") -> None:
        super().__init__(message)
        self.review = review


class LeadTaken(Conflict):
    """What a lead should be known by is another lead of the campaign; `lead_id` is that other one's."""

    def __init__(self, what: str, lead_id: str) -> None:
        super().__init__(f"{what} belongs to lead {lead_id} of this campaign. Correct that lead, or give another one.")
        self.lead_id = lead_id


class Invalid(CamError):
    """The request cannot be carried out as it stands (422). `field` names what to change."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TooLarge(CamError):
    """The body is over the limit of its route (413)."""


class Throttled(CamError):
    """A service asked us to slow down, or a transaction lost a race. The caller's retry finds the rest."""


class ProviderFailed(CamError):
    """A provider or a file failed as a whole: the source is recorded as failed, the next one is tried."""
