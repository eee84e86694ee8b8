"""The account's own settings over HTTP."""

from typing import Any

import pytest

from tests.api.client import Client, assert_problem


def test_the_gap_is_three_days_unless_somebody_sets_it(api: Client) -> None:
    assert api.get("/settings").json() == {"contact_gap_days": 3}

    for days in (7, 0, 30):
        for _ in range(2):
            changed = api.put("/settings", {"contact_gap_days": days})
            assert (changed.status, changed.json()) == (200, {"contact_gap_days": days})
        assert api.get("/settings").json() == {"contact_gap_days": days}


def test_a_setting_that_is_left_out_stays_as_it_is(api: Client) -> None:
    api.put("/settings", {"contact_gap_days": 7})

    assert api.put("/settings", {}).json() == {"contact_gap_days": 7}


@pytest.mark.parametrize("days", [-1, 31, 1.5, "3", True, None, [3]])
def test_a_gap_has_0_to_30_whole_days(api: Client, days: Any) -> None:
    assert_problem(api.put("/settings", {"contact_gap_days": days}), 422, "contact_gap_days")
    assert api.get("/settings").json() == {"contact_gap_days": 3}


def test_an_unknown_setting_is_refused(api: Client) -> None:
    assert_problem(api.put("/settings", {"contact_gap": 3}), 422, "contact_gap")
    assert_problem(api.put("/settings"), 422)
