"""What became of a mail that was not plainly accepted. Besides these, `cam.errors.Throttled`: too fast, try later."""

from cam.errors import CamError


class Refused(CamError):
    """The transport will not take this mail. It was definitely not sent: the touch is FAILED."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unavailable(CamError):
    """The transport takes nothing from us until somebody puts it right: an unverified sender, a spent quota, a pause.

    Nothing was accepted, and it costs the touch no attempt.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unsure(CamError):
    """Nobody can say whether the mail was accepted. It is never sent again by itself: the touch stays unconfirmed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
