"""moto's DynamoDB at a bearable price: what it does stays the same, how it does it does not grow with the tables.

It copies whole tables for each of up to 100 actions of a transaction, and walks its model of the API for every value
of every item that it answers. It weighs an item anew for each attribute that is put into it, and copies the syntax
tree of each update by the general protocol. And each test has a session of its own, which reads botocore's
descriptions anew.
"""

import base64
import copy
import json
from collections.abc import Hashable
from contextvars import ContextVar
from functools import cache
from typing import Any, cast

import botocore.session
from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import ast_nodes
from moto.dynamodb.responses import DynamoResult

_touched: ContextVar[list[tuple[str, dict[str, Any]]]] = ContextVar("touched")
# Their answers are in the form of the wire already.
_ITEMS = frozenset({"GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"})
_LARGEST = 405_000  # bytes, as in moto's LimitedSizeDict


def mend() -> None:
    """Replace what is slow."""
    botocore.session.create_loader = cache(botocore.session.create_loader)
    _copy_what_is_touched()
    _answer_as_it_is()
    _weigh_once()
    _copy_trees()


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


def _weigh_once() -> None:
    def initialise(self: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]) -> None:
        self.hash_key, self.range_key = hash_key, range_key
        self.attrs = LimitedSizeDict()
        for name, value in attrs.items():
            dict.__setitem__(self.attrs, name, DynamoType(value))
        if self.size() > _LARGEST:
            raise ItemSizeTooLarge

    Item.__init__ = initialise  # type: ignore[method-assign]


def _copy_trees() -> None:
    node: Any = ast_nodes.Node  # type: ignore[attr-defined]
    holding = (ast_nodes.Expression, ast_nodes.UpdateExpressionFunction)  # type: ignore[attr-defined]

    @cache
    def holds_clauses(kind: Hashable) -> bool:
        return issubclass(cast(type, kind), holding)

    def find_clauses(self: Any, clause_types: list[type]) -> list[Any]:
        found: list[Any] = []
        for child in self.children or ():
            if type(child) in clause_types:
                found.append(child)
            elif holds_clauses(cast(Hashable, type(child))):
                found += child.find_clauses(clause_types)
        return found

    def copied(self: Any, memo: dict[int, Any]) -> Any:
        same = memo[id(self)] = object.__new__(type(self))
        same.__dict__ |= self.__dict__
        if isinstance(self.children, list):
            same.children = [
                copied(child, memo) if isinstance(child, node) else copy.deepcopy(child, memo)
                for child in self.children
            ]
            for child in same.children:
                if isinstance(child, node):
                    child.parent = same
        return same

    node.find_clauses = find_clauses
    node.__deepcopy__ = copied
