"""What became of a mail that was not plainly accepted. The third is `cam.errors.Throttled`: not accepted, try later."""

from cam.errors import CamError


class Refused(CamError):
    """The transport will not take this mail. It was definitely not sent: the touch is FAILED."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unsure(CamError):
    """Nobody can say whether the mail was accepted. It is never sent again by itself: the touch stays unconfirmed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
