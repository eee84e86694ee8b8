"""Dates of suppression lists: as tools write them, with the day or the month first."""

from datetime import UTC, datetime

import pytest

from cam.mail import list_dates
from cam.mail.list_dates import Order


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-01", datetime(2024, 5, 1)),
        ("2024-05-01 12:30:11", datetime(2024, 5, 1, 12, 30, 11)),
        ("2024-05-01T12:30:11Z", datetime(2024, 5, 1, 12, 30, 11)),
        ("2024-05-01T12:30:11.123+02:00", datetime(2024, 5, 1, 10, 30, 11, 123000)),
        ("2024-05-01 12:30:11 UTC", datetime(2024, 5, 1, 12, 30, 11)),
        ("2024-05-01 12:30:11 +0000 UTC", datetime(2024, 5, 1, 12, 30, 11)),
        ("2024-5-1", datetime(2024, 5, 1)),
        ("20110122T111244", datetime(2011, 1, 22, 11, 12, 44)),
        ("2024/05/01 7:08", datetime(2024, 5, 1, 7, 8)),
        ("1443651141", datetime(2015, 9, 30, 22, 12, 21)),
        ("1443651141000", datetime(2015, 9, 30, 22, 12, 21)),
        ("45292", datetime(2024, 1, 1)),
        ("Thu, 13 Oct 2011 18:02:00 UTC", datetime(2011, 10, 13, 18, 2)),
        ("Thu, 13 Oct 2011 18:02:00 -0500", datetime(2011, 10, 13, 23, 2)),
        ("October 13, 2011", datetime(2011, 10, 13)),
        ("Oct 13, 2011 6:02 PM", datetime(2011, 10, 13, 18, 2)),
        ("13-Oct-2011 18:02", datetime(2011, 10, 13, 18, 2)),
        ("31.12.2023", datetime(2023, 12, 31)),
        ("1.2.24 14:05", datetime(2024, 2, 1, 14, 5)),
        ("31/12/2023 11:05 pm", datetime(2023, 12, 31, 23, 5)),
        ("12/31/2023", datetime(2023, 12, 31)),
    ],
)
def test_a_date_is_read_as_tools_write_it(text: str, moment: datetime) -> None:
    assert list_dates.moment(text, None) == moment.replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yes", "2024-13-01", "31/31/2024", "1999-12-31", "2024", "0", "99999999999999"])
def test_what_is_no_date_names_no_moment(text: str) -> None:
    assert list_dates.moment(text, None) is None


def test_a_date_that_can_be_read_both_ways_is_read_as_the_rest_of_its_column() -> None:
    american, european = ["3/4/2024", "3/14/2024"], ["3/4/2024", "14/3/2024"]

    assert list_dates.moment("3/4/2024", list_dates.order(american)) == datetime(2024, 3, 4, tzinfo=UTC)
    assert list_dates.moment("3/4/2024", list_dates.order(european)) == datetime(2024, 4, 3, tzinfo=UTC)


def test_a_column_that_does_not_say_has_no_order() -> None:
    assert list_dates.order(["3/4/2024", "5.6.2024", "2024-01-13", "no date"]) is None
    assert list_dates.ambiguous("3/4/2024")
    assert not list_dates.ambiguous("4/4/2024")
    assert not list_dates.ambiguous("3.4.2024")


def test_dates_with_dots_have_the_day_first_whatever_the_column_says() -> None:
    assert list_dates.moment("3.4.2024", Order.MONTH) == datetime(2024, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0000-00-00 00:00:00", "0", "NULL", "-", "n/a"])
def test_zero_dates_say_that_there_is_none(text: str) -> None:
    assert list_dates.zero(text)
