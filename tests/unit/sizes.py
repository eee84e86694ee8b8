"""What an item takes in DynamoDB: names and values by its rule (developer guide, "Item sizes and formats")."""

from collections.abc import Mapping
from typing import Any

from cam.platform import tables


def of(attributes: Mapping[str, Any]) -> int:
    """Bytes of an item's attributes; what is None is not stored."""
    return sum(len(name.encode()) + _value(value) for name, value in tables.packed(attributes).items())


def _value(attribute: Mapping[str, Any]) -> int:
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(str(value).encode())
        case "N":
            # One byte for two significant digits, one more, and one for a sign.
            digits = str(value).partition("e")[0].replace("-", "").replace(".", "").strip("0")
            return (len(digits) + 1) // 2 + 1 + str(value).startswith("-")
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + _value(one) for one in value)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value(one) for name, one in value.items())
    raise AssertionError(kind)
