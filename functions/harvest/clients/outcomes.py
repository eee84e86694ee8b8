"""What can become of a request to a provider, and its texts. Who asks nobody loads this, and no HTTP client."""

from collections.abc import Callable
from typing import Any, NamedTuple

from cam.model.errors import CamError, ProviderFailed
from cam.providers import providers


class Wait(CamError):
    """The provider, or our own count of its windows, wants a pause first. Nothing was spent."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = providers.seconds(seconds)


class Unsure(CamError):
    """A paid request went out, and nobody can say what came of it. It is never made again by itself."""


class Refused(ProviderFailed):
    """The provider answered, and did nothing. `status` is HTTP's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Answer(NamedTuple):
    """A provider's answer. `raw` is what is kept before it is used."""

    status: int
    body: Any
    raw: bytes


# Stores a paid answer as it came, before anything is done with it.
Keep = Callable[[bytes], None]


def text_of(value: Any) -> str | None:
    """A text of an answer on one line, at most 500 characters; None when it is no text, or empty."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text[:500].strip() or None
