"""template.yaml as data, so that tests build on what is deployed."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as what stands behind them: `!Ref a` is `a`, `!If [a, b, c]` is a list."""


def _plain(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _plain)


TEMPLATE: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text("utf-8"), Loader=_Loader)


def properties(logical_id: str) -> dict[str, Any]:
    """The properties of a resource."""
    found = TEMPLATE["Resources"][logical_id]["Properties"]
    assert isinstance(found, dict)
    return found


def table(logical_id: str, name: str) -> dict[str, Any]:
    """What `create_table` needs to make a table of the template."""
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes", "GlobalSecondaryIndexes")
    return {"TableName": name, **{key: value for key, value in properties(logical_id).items() if key in wanted}}
