"""What became of a mail that was not plainly accepted. Besides these, Throttled of `cam.model.errors`."""

import re

from cam.model.errors import CamError
from cam.text.characters import one_line

_ADDRESS = re.compile(r"[^\s<>\"',;:()]+@[^\s<>\"',;:()]+")
_LONGEST_REASON = 200


class Refused(CamError):
    """The transport will not take this mail. It was definitely not sent: the touch is FAILED.

    `bounced`: because there is no such mailbox, which is a hard bounce (spec §6).
    """

    def __init__(self, reason: str, bounced: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.bounced = bounced


class Deferred(CamError):
    """This mail is not taken now, others may be: greylisting, a full mailbox. It was definitely not sent.

    The touch is FAILED, and tried again later. It costs none of the attempts that a refusal has.
    """

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


def told(text: str) -> str:
    """A server's words as part of a reason: one short line without addresses, as reasons are listed and logged."""
    return one_line(_ADDRESS.sub("…", text))[:_LONGEST_REASON]
