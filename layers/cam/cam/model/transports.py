"""How emails leave: the one place that declares a transport. Add one here, and its module in `nurture/transports`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Transport(StrEnum):
    """How emails leave."""

    SES = "ses"
    SMTP = "smtp"


@dataclass(frozen=True, slots=True)
class Declared:
    """What CAM says about a transport.

    `solicited_only`: its terms forbid emails that nobody asked for. `needs_server`: the stack must name a mail server.
    `has_identities`: it verifies the domains it sends for and signs with keys of its own, as SES does; otherwise the
    keys are those of `sending.dkim_selectors`. `spf_include`: what the SPF record of a sender includes.
    """

    solicited_only: bool
    needs_server: bool
    has_identities: bool
    spf_include: str


TRANSPORTS: Mapping[Transport, Declared] = {
    # Amazon SES: AWS Service Terms, "Email".
    Transport.SES: Declared(solicited_only=True, needs_server=False, has_identities=True, spf_include="amazonses.com"),
    Transport.SMTP: Declared(
        solicited_only=False, needs_server=True, has_identities=False, spf_include="your-mail-server.example"
    ),
}
