"""How mail leaves: one module per transport, one line in `TRANSPORTS`."""

from collections.abc import Callable
from typing import Protocol

from cam.errors import Invalid
from functions.nurture.transports import ses


class Transport(Protocol):
    """Takes one mail at a time."""

    def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
        """Hand over one message; the provider's message id. `sender` and `to` are bare ASCII addresses.

        Raises `cam.errors.Throttled` (not accepted, safe to try later), `Unavailable` (nothing is accepted from us),
        `Refused` (this one is not accepted) or `Unsure` (perhaps accepted, never to be sent again).
        """
        ...


TRANSPORTS: dict[str, Callable[[str | None], Transport]] = {"ses": ses.connect}


def connect(name: str, configuration_set: str | None = None) -> Transport:
    """The transport of that name, with fresh connections: call once per invocation. Raises Invalid for an unknown name.

    A connection that was kept while the Lambda was frozen may be dead, and a send that dies on it stays unconfirmed.
    """
    if name not in TRANSPORTS:
        raise Invalid(f"There is no transport {name}. There is: {', '.join(TRANSPORTS)}.", "settings.sending.transport")
    return TRANSPORTS[name](configuration_set)
