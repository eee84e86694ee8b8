"""What `tests/faster.py` makes of moto must behave as moto does."""

import pytest
from botocore.exceptions import ClientError

from cam.platform import tables
from cam.platform.environment import campaigns_table, leads_table

ONE, TWO = {"pk": "A", "sk": "ONE"}, {"pk": "A", "sk": "TWO"}


def test_a_refused_transaction_leaves_every_table_as_it_was(aws: None) -> None:
    tables.write(tables.put(leads_table(), {**ONE, "count": 1, "said": ["a"]}))
    changes = [
        tables.update(leads_table(), ONE, add={"count": 1}, append={"said": ["b"]}),
        tables.put(leads_table(), dict(TWO)),
        tables.put(campaigns_table(), dict(ONE)),
        tables.check(campaigns_table(), TWO, equal={"there": True}),
    ]

    with pytest.raises(tables.Cancelled) as refused:
        tables.transact(changes)

    assert refused.value.refused == {3}
    assert tables.get(leads_table(), ONE) == {**ONE, "count": 1, "said": ["a"]}
    assert tables.get(leads_table(), TWO) is None
    assert tables.get(campaigns_table(), ONE) is None


def test_a_transaction_writes_all_that_it_names(aws: None) -> None:
    tables.write(tables.put(leads_table(), {**ONE, "count": 1}))

    tables.transact(
        [tables.update(leads_table(), ONE, add={"count": 1}), tables.put(leads_table(), {**TWO, "x": b"y"})]
    )

    assert tables.get(leads_table(), ONE) == {**ONE, "count": 2}
    assert tables.get(leads_table(), TWO)


def test_an_update_of_many_parts_does_each_of_them_also_to_a_new_item(aws: None) -> None:
    tables.write(tables.put(leads_table(), {**ONE, "count": 1, "said": ["a"], "gone": 1, "kept": {"x": 1}}))

    for key in (ONE, TWO):
        tables.write(
            tables.update(
                leads_table(), key, put={"name": "Ann", "more": {"y": [1]}}, add={"count": 2}, append={"said": ["b"]}
            )
        )

    new = {"name": "Ann", "more": {"y": [1]}}
    assert tables.get(leads_table(), ONE) == {
        **ONE, **new, "count": 3, "said": ["a", "b"], "gone": 1, "kept": {"x": 1}
    }  # fmt: skip
    assert tables.get(leads_table(), TWO) == {**TWO, **new, "count": 2, "said": ["b"]}


def test_an_item_may_be_as_large_as_in_dynamodb_and_no_larger(aws: None) -> None:
    tables.write(tables.put(leads_table(), {**ONE, "text": "x" * 390_000}))

    with pytest.raises(ClientError, match="Item size has exceeded"):
        tables.write(tables.put(leads_table(), {**ONE, "text": "x" * 390_000, "more": "x" * 20_000}))
