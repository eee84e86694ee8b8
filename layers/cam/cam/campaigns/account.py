"""The account's own settings: one item, read fresh by whoever obeys it."""

from collections.abc import Mapping
from typing import Any

from cam.model.settings.account import AccountSettings
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table

# What of the item is needed: read with whatever else is read before a group of mails.
ATTRIBUTES = tuple(AccountSettings.model_fields)


def place() -> keys.Key:
    """Where the settings are."""
    return keys.account_settings()


def settings(found: Mapping[tuple[str, str], Mapping[str, Any]]) -> AccountSettings:
    """The settings by the item at their `place`; the defaults for what was never set."""
    return _of(found.get((place()["pk"], place()["sk"]), {}))


def read() -> AccountSettings:
    """The settings of this moment. One read."""
    return _of(tables.get(campaigns_table(), place()) or {})


def change(values: Mapping[str, Any]) -> AccountSettings:
    """Set these, and keep the others; all of them as they are now. One write. Twice is as once."""
    if not values:
        return read()
    return _of(tables.write(tables.update(campaigns_table(), place(), put=values), answer="ALL_NEW"))


def _of(item: Mapping[str, Any]) -> AccountSettings:
    return AccountSettings.model_validate({name: item[name] for name in ATTRIBUTES if name in item})
