"""Why one touch cannot be sent to one lead. The worker catches `Skip`, records its `reason` and goes on."""

from cam.model.errors import CamError


class Skip(CamError):
    """This touch cannot go to this lead, now or when tried again. `reason` is what the sends list shows."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MissingValue(Skip):
    """A template uses a value without a default, and the lead, the campaign or the sender does not have it."""

    def __init__(self, name: str | None) -> None:
        super().__init__(f"missing_value:{name}")
        self.name = name


class NeedsSmtputf8(Skip):
    """The local part is not ASCII: only SMTPUTF8 (RFC 6531) carries such an address, and SES does not speak it."""

    def __init__(self) -> None:
        super().__init__("needs_smtputf8")


class BadAddress(Skip):
    """What should be an e-mail address cannot stand in a header."""

    def __init__(self) -> None:
        super().__init__("invalid_email")
