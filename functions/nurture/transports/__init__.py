"""How emails leave: one module per transport, one line in `SENDERS`. `cam.model.transports` declares the transports."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cam.mail.rate import Pace, Quota
from cam.model.errors import Invalid
from cam.model.transports import Transport
from functions.nurture.transports import ses, smtp


class Sender(Protocol):
    """Takes one email at a time."""

    def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
        """Hand over one message; its id, by which events and `message_ids.header_id` know it. Addresses are bare ASCII.

        Raises `errors.Throttled` (not accepted, safe to try later), `Unavailable` (nothing is accepted from us),
        `Deferred` (this one is not accepted now), `Refused` (this one is not accepted) or `Unsure` (perhaps accepted,
        never to be sent again).
        """
        ...

    def own_id(self, raw: bytes) -> str | None:
        """The id by which the transport will know this email, if that is certain before it is sent."""
        ...

    def close(self) -> None:
        """End the connection, if one is kept. Closing twice does nothing; the next email opens another."""
        ...


@dataclass(frozen=True, slots=True)
class Registered:
    """How to reach a transport, for a configuration set of SES, and how much it takes (None: it does not say)."""

    connect: Callable[[str | None], Sender]
    quota: Callable[[], Quota | None]


SENDERS: dict[str, Registered] = {
    Transport.SES: Registered(ses.connect, ses.quota),
    Transport.SMTP: Registered(smtp.connect, smtp.quota),
}


def connect(name: str, configuration_set: str | None = None) -> Sender:
    """The transport of that name, with fresh connections: call once per invocation. Raises Invalid for an unknown name.

    A connection that was kept while the Lambda was frozen may be dead, and a send that dies on it stays unconfirmed.
    """
    if name not in SENDERS:
        raise Invalid(f"There is no transport {name}. Available: {', '.join(SENDERS)}.", "settings.sending.transport")
    return SENDERS[name].connect(configuration_set)


def pace(name: str) -> Pace:
    """The pace of the transport of that name, shared by all workers."""
    return Pace(name, SENDERS[name].quota)
