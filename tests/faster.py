"""moto's DynamoDB at a bearable price: what it does stays the same, how it does it does not grow with the tables.

It copies whole tables for each of up to 100 actions of a transaction, and walks its model of the API for every value
of every item that it answers. And each test has a session of its own, which reads botocore's descriptions anew.
"""

import base64
import copy
import json
from contextvars import ContextVar
from functools import cache
from typing import Any

import botocore.session
from moto.core.responses import ActionResult
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoResult

_touched: ContextVar[list[tuple[str, dict[str, Any]]]] = ContextVar("touched")
# Their answers are in the form of the wire already.
_ITEMS = frozenset({"GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"})


def mend() -> None:
    """Replace the three."""
    botocore.session.create_loader = cache(botocore.session.create_loader)
    _copy_what_is_touched()
    _answer_as_it_is()


def _copy_what_is_touched() -> None:
    stock = DynamoDBBackend.transact_write_items

    def transact(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        asked = [next(iter(item.values())) for item in transact_items]
        token = _touched.set([(one["TableName"], one.get("Key") or one["Item"]) for one in asked])
        try:
            stock(self, transact_items)
        finally:
            _touched.reset(token)

    def snapshot(self: Table, memo: dict[int, Any]) -> Table:
        kept = copy.copy(self)
        kept.items = copy.copy(self.items)
        for name, key in _touched.get():
            part = DynamoType(key[self.hash_key_attr]) if name == self.name else None
            if part in self.items:
                row = DynamoType(key[self.range_key_attr or ""])
                items = kept.items[part] = dict(kept.items[part])
                if row in items:
                    items[row] = copy.deepcopy(items[row], memo)
        return kept

    DynamoDBBackend.transact_write_items = transact  # type: ignore[method-assign]
    Table.__deepcopy__ = snapshot  # type: ignore[attr-defined]


def _answer_as_it_is() -> None:
    stock = ActionResult.execute_result

    def execute_result(self: DynamoResult, context: Any) -> Any:
        if context.operation_model.name not in _ITEMS or not isinstance(self.result, dict):
            return stock(self, context)
        answer = {name: value for name, value in self.result.items() if value is not None}
        body = json.dumps(answer, default=lambda value: base64.b64encode(value).decode())
        return 200, {"Content-Type": "application/x-amz-json-1.0"}, body

    DynamoResult.execute_result = execute_result  # type: ignore[method-assign,assignment]
