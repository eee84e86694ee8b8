"""Tests take place on the day that they are given, and time-outs go by the machine's clock."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cam.text import clock
from tests import days
from tests.conftest import DAY


def test_a_test_begins_on_its_day_and_its_clock_runs(request: pytest.FixtureRequest) -> None:
    begun = datetime.fromtimestamp(request.config.stash[DAY], UTC)

    assert begun <= clock.now() < begun + timedelta(minutes=10)
    before = time.time()
    time.sleep(0.002)
    assert time.time() > before


@pytest.mark.real_clock("it is about the mark")
def test_a_marked_test_has_the_clock_of_the_machine(request: pytest.FixtureRequest) -> None:
    begun = datetime.fromtimestamp(request.config.stash[DAY], UTC)

    assert abs(clock.now() - begun) > timedelta(minutes=30)


def test_days_come_in_turn_and_each_comes() -> None:
    week = [days.in_turn(date(2027, 2, 25) + timedelta(days=number)) for number in range(len(days.HARD))]

    assert sorted(week) == sorted(days.HARD)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("spring-dst", "Europe/Berlin", 1),
        ("autumn-dst", "Europe/Berlin", -1),
        ("spring-dst-us", "America/New_York", 1),
        ("autumn-dst-us", "America/New_York", -1),
    ],
)
def test_clocks_change_within_the_quarter_of_an_hour_after_a_clock_day(day: str, zone: str, hours: int) -> None:
    moment = days.moment(day)
    before, after = (one.astimezone(ZoneInfo(zone)).utcoffset() for one in (moment, moment + timedelta(minutes=15)))

    assert before is not None
    assert after == before + timedelta(hours=hours)
