"""The only module that talks to DynamoDB: values, expressions, pages, and transactions that tell what was refused."""

import math
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from cam.model.errors import Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from cam.platform.keys import Key

Item = dict[str, Any]
Action = dict[str, Any]

# TransactWriteItems and BatchGetItem take 100 items each.
MOST = 100
_BUSY = frozenset(
    {
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
        "TransactionInProgressException",
        "TransactionConflictException",
        "ServiceUnavailable",
    }
)
_LOST_RACE = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_ATTEMPTS = 6


class Cancelled(Exception):
    """A transaction was refused. `refused` holds the positions of the actions whose condition did not hold."""

    def __init__(self, refused: frozenset[int]) -> None:
        super().__init__(f"conditions refused: {sorted(refused)}")
        self.refused = refused


class Refused(Exception):
    """The condition of a single write did not hold."""


@cache
def client() -> "DynamoDBClient":
    """One client per process. Standard retries; a lost connection is found within seconds."""
    return boto3.client(
        "dynamodb",
        config=Config(
            retries={"mode": "standard", "max_attempts": 5}, connect_timeout=3, read_timeout=10, tcp_keepalive=True
        ),
    )


def pack(value: Any) -> dict[str, Any]:
    """A plain value as an attribute value: floats as their shortest exact text; too large as text, too small as 0."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        # DynamoDB numbers have 38 digits.
        return {"N": str(value)} if abs(value) < 10**38 else {"S": str(value)}
    if isinstance(value, float):
        if 0 < abs(value) < 1e-125:
            return {"N": "0"}
        return {"N": repr(value)} if math.isfinite(value) and abs(value) < 1e125 else {"S": repr(value)}
    if value is None:
        return {"NULL": True}
    if isinstance(value, Mapping):
        return {"M": {str(name): pack(one) for name, one in value.items()}}
    if isinstance(value, frozenset):
        return {"SS": sorted(value)}
    if isinstance(value, Iterable):
        return {"L": [pack(one) for one in value]}
    raise TypeError(f"{type(value).__name__} cannot be stored")


def unpack(attribute: Mapping[str, Any]) -> Any:
    """The plain value of an attribute value."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return float(value) if "." in value or "e" in value.lower() else int(value)
        case "M":
            return {name: unpack(one) for name, one in value.items()}
        case "L":
            return [unpack(one) for one in value]
        case "SS":
            return frozenset(value)
        case "NULL":
            return None
    raise TypeError(f"attribute type {kind} is not used by CAM")


def packed(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item for DynamoDB; what is None is left out."""
    return {name: pack(value) for name, value in item.items() if value is not None}


def unpacked(item: Mapping[str, Any]) -> Item:
    """An item from DynamoDB."""
    return {name: unpack(value) for name, value in item.items()}


class _Names:
    """Placeholders of one expression."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        for placeholder, known in self.names.items():
            if known == attribute:
                return placeholder
        placeholder = f"#n{len(self.names)}"
        self.names[placeholder] = attribute
        return placeholder

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = pack(value)
        return placeholder

    def arguments(self) -> dict[str, Any]:
        return {
            **({"ExpressionAttributeNames": self.names} if self.names else {}),
            **({"ExpressionAttributeValues": self.values} if self.values else {}),
        }


def _conditions(
    names: _Names, equal: Mapping[str, Any], exists: Sequence[str], missing: Sequence[str], at_most: Mapping[str, float]
) -> str:
    clauses = [f"{names.name(attribute)} = {names.value(value)}" for attribute, value in equal.items()]
    clauses += [f"attribute_exists({names.name(attribute)})" for attribute in exists]
    clauses += [f"attribute_not_exists({names.name(attribute)})" for attribute in missing]
    clauses += [
        f"(attribute_not_exists({names.name(attribute)}) OR {names.name(attribute)} <= {names.value(limit)})"
        for attribute, limit in at_most.items()
    ]
    return " AND ".join(clauses)


def put(
    table: str, item: Mapping[str, Any], *, equal: Mapping[str, Any] | None = None, missing: Sequence[str] = ()
) -> Action:
    """A Put for a transaction, with its condition."""
    names = _Names()
    condition = _conditions(names, equal or {}, (), missing, {})
    return {
        "Put": {
            "TableName": table,
            "Item": packed(item),
            **({"ConditionExpression": condition} if condition else {}),
            **names.arguments(),
        }
    }


def update(
    table: str,
    key: "Key",
    *,
    put: Mapping[str, Any] | None = None,
    first: Mapping[str, Any] | None = None,
    add: Mapping[str, float | frozenset[str]] | None = None,
    append: Mapping[str, Sequence[Any]] | None = None,
    remove: Sequence[str] = (),
    equal: Mapping[str, Any] | None = None,
    exists: Sequence[str] = (),
    missing: Sequence[str] = (),
    at_most: Mapping[str, float] | None = None,
) -> Action:
    """An Update for a transaction.

    `put` sets (None removes), `first` sets only what is not there yet, `add` counts, or joins a set of texts, `append`
    lengthens lists. The conditions `equal`, `exists`, `missing` and `at_most` (missing or ≤) must all hold.
    """
    names = _Names()
    sets = [f"{names.name(a)} = {names.value(v)}" for a, v in (put or {}).items() if v is not None]
    sets += [f"{names.name(a)} = if_not_exists({names.name(a)}, {names.value(v)})" for a, v in (first or {}).items()]
    sets += [
        f"{names.name(a)} = list_append(if_not_exists({names.name(a)}, {names.value([])}), {names.value(list(v))})"
        for a, v in (append or {}).items()
    ]
    removes = [names.name(a) for a in (*remove, *(a for a, v in (put or {}).items() if v is None))]
    adds = [f"{names.name(a)} {names.value(n)}" for a, n in (add or {}).items()]
    expression = " ".join(
        f"{verb} {', '.join(parts)}" for verb, parts in (("SET", sets), ("REMOVE", removes), ("ADD", adds)) if parts
    )
    condition = _conditions(names, equal or {}, exists, missing, at_most or {})
    return {
        "Update": {
            "TableName": table,
            "Key": packed(key),
            "UpdateExpression": expression,
            **({"ConditionExpression": condition} if condition else {}),
            **names.arguments(),
        }
    }


def delete(table: str, key: "Key", *, equal: Mapping[str, Any] | None = None, exists: Sequence[str] = ()) -> Action:
    """A Delete for a transaction, with its condition."""
    names = _Names()
    condition = _conditions(names, equal or {}, exists, (), {})
    return {
        "Delete": {
            "TableName": table,
            "Key": packed(key),
            **({"ConditionExpression": condition} if condition else {}),
            **names.arguments(),
        }
    }


def check(table: str, key: "Key", *, equal: Mapping[str, Any] | None = None, missing: Sequence[str] = ()) -> Action:
    """A condition on an item that the transaction does not write."""
    names = _Names()
    condition = _conditions(names, equal or {}, (), missing, {})
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": packed(key),
            "ConditionExpression": condition,
            **names.arguments(),
        }
    }


def _call(operation: str, /, **arguments: Any) -> Any:
    try:
        return getattr(client(), operation)(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] in _BUSY:
            raise Throttled("DynamoDB is busy") from error
        raise
    except BotoCoreError as error:
        raise Throttled("DynamoDB did not respond") from error


def transact(actions: Sequence[Action]) -> None:
    """All actions or none. Lost races are tried again here, a few times.

    Raises Cancelled with the positions whose condition did not hold, Throttled when the races do not end.
    """
    for attempt in range(_ATTEMPTS):
        try:
            _call("transact_write_items", TransactItems=actions)
            return
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            reasons: list[dict[str, Any]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
            codes = [reason.get("Code") for reason in reasons]
            refused = frozenset(at for at, code in enumerate(codes) if code == "ConditionalCheckFailed")
            if refused:
                raise Cancelled(refused) from error
            if not _LOST_RACE.intersection(codes):
                raise
        time.sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))
    raise Throttled("DynamoDB transactions keep conflicting")


def write(action: Action, answer: str = "NONE") -> Item:
    """One action by itself, cheaper than a transaction. Raises Refused when its condition does not hold."""
    ((kind, arguments),) = action.items()
    operation = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}[kind]
    try:
        result = _call(operation, **arguments, ReturnValues=answer)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise Refused from error
        raise
    return unpacked(result.get("Attributes", {}))


def get(table: str, key: "Key") -> Item | None:
    """One item, read consistently; None when there is none."""
    found = _call("get_item", TableName=table, Key=packed(key), ConsistentRead=True).get("Item")
    return unpacked(found) if found else None


def get_many(table: str, keys: Sequence["Key"], *, only: Sequence[str] = ()) -> dict[tuple[str, str], Item]:
    """The items of these keys, by (pk, sk), read consistently, 100 a call. `only` names the attributes wanted."""
    found: dict[tuple[str, str], Item] = {}
    names = _Names()
    projection = ", ".join(names.name(attribute) for attribute in ("pk", "sk", *only)) if only else None
    unique = list({(key["pk"], key["sk"]): key for key in keys}.values())
    for start in range(0, len(unique), MOST):
        wanted: list[Any] = [packed(key) for key in unique[start : start + MOST]]
        for attempt in range(_ATTEMPTS):
            request: dict[str, Any] = {"Keys": wanted, "ConsistentRead": True}
            if projection:
                request |= {"ProjectionExpression": projection, **names.arguments()}
            answer = _call("batch_get_item", RequestItems={table: request})
            for raw in answer["Responses"].get(table, []):
                item = unpacked(raw)
                found[item["pk"], item["sk"]] = item
            wanted = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            if not wanted:
                break
            time.sleep(random.uniform(0, min(1.0, 0.05 * 2**attempt)))
        if wanted:
            raise Throttled("DynamoDB did not return all keys")
    return found


def query(
    table: str,
    pk: str,
    *,
    index: str | None = None,
    begins: str | None = None,
    between: tuple[str, str] | None = None,
    after: Mapping[str, Any] | None = None,
    limit: int | None = None,
    descending: bool = False,
    equal: Mapping[str, Any] | None = None,
    only: Sequence[str] = (),
) -> tuple[list[Item], Item | None]:
    """One page of a partition and where it stopped (None: at its end). Consistent, but for global indexes.

    `begins` and `between` bound the sort key, `after` continues an earlier page, `equal` filters what was read.
    """
    partition, sort = _INDEX_KEYS.get(index or "", ("pk", "sk"))
    names = _Names()
    condition = f"{names.name(partition)} = {names.value(pk)}"
    if begins is not None:
        condition += f" AND begins_with({names.name(sort)}, {names.value(begins)})"
    if between is not None:
        condition += f" AND {names.name(sort)} BETWEEN {names.value(between[0])} AND {names.value(between[1])}"
    arguments: dict[str, Any] = {"TableName": table, "KeyConditionExpression": condition}
    if equal:
        arguments["FilterExpression"] = _conditions(names, equal, (), (), {})
    if only:
        arguments["ProjectionExpression"] = ", ".join(names.name(attribute) for attribute in only)
    if index:
        arguments["IndexName"] = index
    if index in (None, TODO):
        arguments["ConsistentRead"] = True
    if after:
        arguments["ExclusiveStartKey"] = packed(after)
    if limit is not None:
        arguments["Limit"] = limit
    if descending:
        arguments["ScanIndexForward"] = False
    answer = _call("query", **arguments, **names.arguments())
    last = answer.get("LastEvaluatedKey")
    return [unpacked(item) for item in answer["Items"]], unpacked(last) if last else None


def query_all(table: str, pk: str, **arguments: Any) -> Iterator[Item]:
    """Every item of a partition, page by page."""
    after: Item | None = None
    while True:
        page, after = query(table, pk, after=after, **arguments)
        yield from page
        if after is None:
            return


def count(
    table: str, pk: str, *, index: str | None = None, equal: Mapping[str, Any] | None = None, begins: str | None = None
) -> int:
    """How many items a partition, or one of an index, holds; of those whose sort key `begins` so."""
    partition, sort = _INDEX_KEYS.get(index or "", ("pk", "sk"))
    total: int = 0
    after = None
    while True:
        names = _Names()
        condition = f"{names.name(partition)} = {names.value(pk)}"
        if begins is not None:
            condition += f" AND begins_with({names.name(sort)}, {names.value(begins)})"
        arguments: dict[str, Any] = {"KeyConditionExpression": condition}
        if index:
            arguments["IndexName"] = index
        if equal:
            arguments["FilterExpression"] = _conditions(names, equal, (), (), {})
        if after:
            arguments["ExclusiveStartKey"] = after
        answer = _call("query", TableName=table, Select="COUNT", **arguments, **names.arguments())
        total += int(answer["Count"])
        after = answer.get("LastEvaluatedKey")
        if not after:
            return total


TODO = "todo"
PERSON = "person"
LINKEDIN = "linkedin"
NAMESAKE = "namesake"
LISTED = "listed"
_INDEX_KEYS = {
    TODO: ("pk", "todo"),
    PERSON: ("person", "pk"),
    LINKEDIN: ("linkedin", "pk"),
    NAMESAKE: ("namesake", "pk"),
    LISTED: ("listed_pk", "listed_sk"),
}
