"""How many bytes DynamoDB counts for attributes: its developer guide, "Item sizes and formats"."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cam.platform.tables import pack


def attributes(item: Mapping[str, Any]) -> int:
    """The bytes of these attributes: their names in UTF-8 and their values. What is None is not stored."""
    return sum(len(name.encode()) + _size(pack(value)) for name, value in item.items() if value is not None)


def _size(attribute: Mapping[str, Any]) -> int:
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            number = Decimal(value).normalize()
            # One byte for each two significant digits, and one more; a minus sign takes another.
            return math.ceil(len(number.as_tuple().digits) / 2) + 1 + (number < 0)
        case "L":
            return 3 + sum(1 + _size(one) for one in value)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _size(one) for name, one in value.items())
    return 1
