"""What `tests/faster.py` makes of moto must behave as moto does."""

import pytest

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
