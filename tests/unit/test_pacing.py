import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cam.mail.sequences import LIBRARY
from cam.model.settings.sending import Sending, WarmUp, Weekday, Window
from cam.rules.pacing import daily_cap, first_touch, inside, next_opening, next_touch

SENDING = Sending()
EVERY_DAY = tuple(Weekday)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# 2026-03-02 is a Monday.
@pytest.mark.parametrize(
    ("now", "open_"),
    [
        ("2026-03-02 08:59:59", False),
        ("2026-03-02 09:00", True),
        ("2026-03-06 16:59:59", True),
        ("2026-03-06 17:00", False),
        ("2026-03-07 12:00", False),
        ("2026-03-08 12:00", False),
    ],
)
def test_the_window_is_monday_to_friday_nine_to_five(now, open_):
    assert inside(utc(now), SENDING, None) is open_


@pytest.mark.parametrize(
    ("lead_zone", "campaign_zone", "open_"),
    [
        ("Asia/Kolkata", "UTC", True),
        (None, "Asia/Kolkata", True),
        ("Mars/Olympus", "Asia/Kolkata", True),
        ("America/New_York", "Asia/Kolkata", False),
        ("", "UTC", False),
    ],
)
def test_the_window_is_the_lead_s_own_else_the_campaign_s(lead_zone, campaign_zone, open_):
    # 03:30 UTC is 09:00 in Kolkata.
    assert inside(utc("2026-03-02 03:30"), Sending(time_zone=campaign_zone), lead_zone) is open_


def test_a_half_hour_zone_opens_at_the_half_hour():
    assert next_opening(utc("2026-03-02 12:00"), SENDING, "Asia/Kolkata") == utc("2026-03-03 03:30")


@pytest.mark.parametrize(
    ("after", "opening"),
    [
        ("2026-03-02 00:00", "2026-03-02 09:00"),
        ("2026-03-02 09:00", "2026-03-02 09:00"),
        ("2026-03-02 09:00:01", "2026-03-03 09:00"),
        ("2026-03-06 17:00", "2026-03-09 09:00"),
        ("2026-03-07 10:00", "2026-03-09 09:00"),
    ],
)
def test_the_next_opening_is_the_start_of_an_open_day(after, opening):
    assert next_opening(utc(after), SENDING, None) == utc(opening)


def test_the_first_touch_leaves_now_when_the_window_is_open():
    assert first_touch(utc("2026-03-02 10:15"), SENDING, None) == utc("2026-03-02 10:15")


def test_the_first_touch_waits_for_the_window():
    assert first_touch(utc("2026-03-06 18:00"), SENDING, None) == utc("2026-03-09 09:00")


def test_a_campaign_that_ignores_its_window_sends_at_any_time():
    sunday_night = utc("2026-03-08 03:00")

    assert first_touch(sunday_night, Sending(ignore_window=True), None) == sunday_night


def test_moments_come_back_in_utc():
    now = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Europe/Berlin"))

    assert first_touch(now, SENDING, None).tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day", "opening"),
    [
        ("America/New_York", "2026-03-06", "2026-03-06 14:00"),
        ("America/New_York", "2026-03-09", "2026-03-09 13:00"),
        ("Europe/Berlin", "2026-10-23", "2026-10-23 07:00"),
        ("Europe/Berlin", "2026-10-26", "2026-10-26 08:00"),
        ("Australia/Lord_Howe", "2026-04-03", "2026-04-02 22:00"),
        ("Australia/Lord_Howe", "2026-04-06", "2026-04-05 22:30"),
    ],
)
def test_nine_o_clock_stays_nine_o_clock_over_a_clock_change(zone, day, opening):
    assert next_opening(at(day, zone), SENDING, zone) == utc(opening)


@pytest.mark.parametrize(
    ("zone", "day", "opening"),
    [
        # 02:00 to 03:00 is left out in New York, 02:00 to 02:30 on Lord Howe.
        ("America/New_York", "2026-03-08", "2026-03-08 03:15"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-04 02:45"),
    ],
)
def test_a_local_time_that_does_not_exist_moves_forward(zone, day, opening):
    sending = Sending(window=Window(days=EVERY_DAY, start=time(2, 15), end=time(5)))

    assert next_opening(at(day, zone), sending, zone) == at(opening, zone)


def test_a_window_that_a_clock_change_leaves_out_opens_a_day_later():
    sending = Sending(window=Window(days=EVERY_DAY, start=time(2, 15), end=time(2, 45)))

    opening = next_opening(at("2026-03-08", "America/New_York"), sending, "America/New_York")

    assert opening == at("2026-03-09 02:15", "America/New_York")


def test_a_window_in_the_hour_that_comes_twice_opens_at_the_first():
    sending = Sending(window=Window(days=EVERY_DAY, start=time(1, 30), end=time(5)))

    assert next_opening(utc("2026-11-01 04:00"), sending, "America/New_York") == utc("2026-11-01 05:30")


def due(sent_at: str, start_at: str, day_sent: int, day_next: int, sending: Sending = SENDING) -> datetime:
    return next_touch(utc(sent_at), utc(start_at), day_sent, day_next, sending, None)


def test_a_touch_is_due_at_the_start_of_its_day():
    assert due("2026-03-02 11:20", "2026-03-02 11:20", 0, 3) == utc("2026-03-05 09:00")


def test_a_touch_that_falls_on_a_weekend_waits_for_monday():
    assert due("2026-03-05 11:20", "2026-03-05 11:20", 0, 2) == utc("2026-03-09 09:00")


def test_a_late_touch_moves_those_after_it():
    # Day 2 left on the 20th instead of the 4th: day 5 comes three days after it, on Monday.
    assert due("2026-03-20 09:00", "2026-03-02 09:00", 2, 5) == utc("2026-03-23 09:00")


def test_a_touch_never_comes_before_its_own_day():
    assert due("2026-03-02 09:00", "2026-03-03 09:00", 0, 2) == utc("2026-03-05 09:00")


def test_without_a_window_a_touch_is_due_at_midnight_of_its_day():
    assert due("2026-03-05 23:59", "2026-03-05 11:20", 0, 2, Sending(ignore_window=True)) == utc("2026-03-07 00:00")


def test_without_a_window_midnight_is_the_lead_s():
    sent = utc("2026-03-05 20:00")

    moment = next_touch(sent, sent, 0, 2, Sending(ignore_window=True), "Asia/Kolkata")

    # 20:00 UTC is already the 6th in Kolkata; its 8th begins at 18:30 UTC.
    assert moment == utc("2026-03-07 18:30")


def test_a_midnight_that_does_not_exist_moves_forward():
    # Beirut leaves out 00:00 to 01:00 on 2026-03-29.
    sent = utc("2026-03-27 12:00")

    moment = next_touch(sent, sent, 0, 2, Sending(ignore_window=True), "Asia/Beirut")

    assert moment == at("2026-03-29 01:00", "Asia/Beirut")


ZONES = ["UTC", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York", "Europe/Berlin", "Pacific/Kiritimati"]
Zones = st.sampled_from(ZONES)
Moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
Sendings = st.builds(
    lambda days, start, length, ignore: Sending(
        window=Window(days=tuple(days), start=time(start), end=time(start + length)), ignore_window=ignore
    ),
    days=st.sets(st.sampled_from(list(Weekday)), min_size=1),
    start=st.integers(0, 20),
    length=st.integers(1, 3),
    ignore=st.booleans(),
)


@given(after=Moments, sending=Sendings, zone=Zones)
def test_an_opening_lies_inside_the_window_and_not_before(after, sending, zone):
    opening = next_opening(after, sending, zone)

    assert opening >= after
    assert inside(opening, sending, zone)


@given(start=Moments, sending=Sendings, zone=Zones, name=st.sampled_from(sorted(LIBRARY)), data=st.data())
def test_a_sequence_keeps_its_spacing_and_never_sends_two_on_one_day(start, sending, zone, name, data):
    days = LIBRARY[name].days
    sent = first_touch(start, sending, zone)
    for day_sent, day_next in pairwise(days):
        moment = next_touch(sent, start, day_sent, day_next, sending, zone)
        gap = (moment.astimezone(ZoneInfo(zone)).date() - sent.astimezone(ZoneInfo(zone)).date()).days
        assert gap >= day_next - day_sent
        assert inside(moment, sending, zone)
        late = timedelta(hours=data.draw(st.integers(0, 24 * 20)))
        sent = first_touch(moment + late, sending, zone)


@pytest.mark.parametrize(
    ("first", "today", "cap"),
    [
        (None, "2026-03-02", 10),
        ("2026-03-02", "2026-03-02", 10),
        ("2026-03-02", "2026-03-03", 15),
        ("2026-03-02", "2026-03-09", 45),
        ("2026-03-02", "2026-03-10", 50),
        ("2026-03-02", "2027-03-02", 50),
        ("2026-03-05", "2026-03-02", 10),
    ],
)
def test_a_sender_warms_up_to_its_daily_cap(first, today, cap):
    begun = date.fromisoformat(first) if first else None

    assert daily_cap(begun, date.fromisoformat(today), SENDING) == cap


def test_without_warm_up_the_whole_cap_holds_at_once():
    assert daily_cap(None, date(2026, 3, 2), Sending(daily_cap=200, warm_up=None)) == 200


def test_warm_up_never_exceeds_a_smaller_cap():
    assert daily_cap(None, date(2026, 3, 2), Sending(daily_cap=3, warm_up=WarmUp(start=10, step=5))) == 3


def test_on_a_holiday_the_window_stays_closed_all_day():
    # 25 December 2026 is a Friday, 28 December a Monday and in England the day off for the 26th, a Saturday.
    christmas = utc("2026-12-24 18:00")

    assert next_opening(christmas, SENDING, None) == utc("2026-12-25 09:00")
    assert next_opening(christmas, Sending(holidays=("DE",)), None) == utc("2026-12-28 09:00")
    assert next_opening(christmas, Sending(holidays=("DE", "GB-ENG")), None) == utc("2026-12-29 09:00")
    assert not inside(utc("2026-12-25 12:00"), Sending(holidays=("DE",)), None)


def test_a_holiday_begins_and_ends_in_the_lead_s_own_time():
    sending = Sending(holidays=("IN",), window=Window(start=time(0), end=time(23, 59)))

    # 26 January 2026, Republic Day, a Monday: in Kolkata from 18:30 UTC of the day before to 18:30 UTC.
    assert inside(utc("2026-01-26 18:30"), sending, "Asia/Kolkata")
    assert not inside(utc("2026-01-26 18:29"), sending, "Asia/Kolkata")
    assert next_opening(utc("2026-01-25 18:30"), sending, "Asia/Kolkata") == utc("2026-01-26 18:30")


def test_a_holiday_on_the_day_of_a_clock_change_is_a_holiday():
    # Easter Sunday 2027 is 28 March, when Berlin's clocks go forward; Easter Monday is a holiday as well.
    sending = Sending(holidays=("DE-BB",), window=Window(days=EVERY_DAY))

    assert next_opening(at("2027-03-28", "Europe/Berlin"), sending, "Europe/Berlin") == at(
        "2027-03-30 09:00", "Europe/Berlin"
    )


def test_a_touch_that_falls_on_a_holiday_waits_for_the_next_open_day():
    assert due("2026-12-22 11:20", "2026-12-22 11:20", 0, 3, Sending(holidays=("DE",))) == utc("2026-12-28 09:00")


def test_who_ignores_the_window_ignores_holidays():
    christmas = utc("2026-12-25 12:00")
    assert inside(christmas, Sending(holidays=("DE",), ignore_window=True), None)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("de", "DE"),
        ("Germany", "DE"),
        ("DEU", "DE"),
        ("DE-", "DE"),
        ("uk", "GB"),
        (" us-ca ", "US-CA"),
        ("united kingdom", "GB"),
    ],
)
def test_a_country_is_known_by_its_code_and_its_name(given, code):
    assert Sending(holidays=(given, given)).holidays == (code,)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("XX", "two-letter code"),
        ("Germny", "Did you mean 'DE'"),
        ("DE-XX", "not a part of DE"),
        ("", "two-letter code"),
    ],
)
def test_what_is_no_country_is_refused_with_what_was_meant(given, says):
    with pytest.raises(ValueError, match=says):
        Sending(holidays=(given,))


def test_without_holidays_their_library_is_not_loaded():
    code = "import sys; from cam.model.settings.sending import Sending; Sending(); assert 'holidays' not in sys.modules"
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
