"""A transport that a test makes up: what it does not say is as SES does."""

from dataclasses import replace
from typing import Any

import pytest

from functions.nurture import transports


class FakeTransport:
    """A transport that keeps no connection and knows no id beforehand; `send` is the test's."""

    def own_id(self, raw: bytes) -> str | None:
        return None

    def close(self) -> None:
        pass


def use(monkeypatch: pytest.MonkeyPatch, name: str, transport: Any) -> None:
    """Let Nurture send by this transport."""
    known = transports.SENDERS[name]
    monkeypatch.setitem(transports.SENDERS, name, replace(known, connect=lambda configuration_set: transport))
