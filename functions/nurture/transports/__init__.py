"""How mail leaves: one module per transport, one line in `TRANSPORTS`."""

from collections.abc import Callable
from typing import Protocol

from cam.model.errors import Invalid
from functions.nurture.transports import ses, smtp


class Transport(Protocol):
    """Takes one mail at a time."""

    def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
        """Hand over one message; its id, by which events and `threads.header_id` know it. Addresses are bare and ASCII.

        Raises `errors.Throttled` (not accepted, safe to try later), `Unavailable` (nothing is accepted from us),
        `Deferred` (this one is not accepted now), `Refused` (this one is not accepted) or `Unsure` (perhaps accepted,
        never to be sent again).
        """
        ...


TRANSPORTS: dict[str, Callable[[str | None], Transport]] = {"ses": ses.connect, "smtp": smtp.connect}


def connect(name: str, configuration_set: str | None = None) -> Transport:
    """The transport of that name, with fresh connections: call once per invocation. Raises Invalid for an unknown name.

    A connection that was kept while the Lambda was frozen may be dead, and a send that dies on it stays unconfirmed.
    """
    if name not in TRANSPORTS:
        raise Invalid(f"There is no transport {name}. There is: {', '.join(TRANSPORTS)}.", "settings.sending.transport")
    return TRANSPORTS[name](configuration_set)


def close(transport: Transport) -> None:
    """End the connection of a transport that keeps one. Again does nothing; the next mail opens another."""
    if isinstance(transport, smtp.Smtp):
        transport.close()


def own_id(transport: Transport, raw: bytes) -> str | None:
    """The id by which a transport will know this mail, if that is certain beforehand: SMTP keeps the mail's own."""
    return smtp.own_id(raw) if isinstance(transport, smtp.Smtp) else None
