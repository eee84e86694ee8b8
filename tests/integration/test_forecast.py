"""Forecast: day by day what runs then do, when nobody answers."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cam.campaigns import account, campaigns, forecasts
from cam.campaigns.forecasts import Forecast, Result
from cam.leads import lead_queue, verdicts
from cam.mail import safety, suppression
from cam.mail.sequences import LIBRARY
from cam.model.models import Campaign, CampaignDraft, Enrichment, LawfulBasis, Routing, SendStatus, Stage
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.rules.pacing import first_touch
from cam.text import clock
from functions.api import fleet
from functions.api.views import Job
from functions.forecast.handler import handler
from functions.forecast.simulation import moments
from tests.integration import pipeline
from tests.integration.test_nurture import Outside, outside

__all__ = ["outside"]  # a fixture

# Weeks in which clocks change in Europe, America, Australia and New Zealand, Easter among them.
BEGIN = datetime(2027, 2, 24, 7, 10, tzinfo=UTC)
# A few of the fleet's: windows open between them in every zone, and each run of a test takes its time.
MINUTES = (3 * 60 + 30, 9 * 60 + 30, 14 * 60 + 30, 21 * 60 + 30)
ZONES = (
    "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Adelaide", "Pacific/Auckland",
    None, "Nowhere/Town",
)  # fmt: skip


def routed(
    campaign: Campaign,
    count: int,
    at: datetime = BEGIN,
    zones: Sequence[str | None] = ZONES,
    sequences: Sequence[str] = tuple(LIBRARY),
    people: str = "",
    **fields: Any,
) -> None:
    """Leads with sequences and zones of all kinds, routed at this moment, whose first touch is due as Route has it.

    Campaigns to which the same `people` are given share them; otherwise each has its own.
    """
    for number in range(count):
        shard = keys.Shard(campaign.id, "setup", 0)
        zone, sequence = zones[number % len(zones)], LIBRARY[sequences[number // len(zones) % len(sequences)]]
        mail = f"ada{number}-{at:%m%d%H}{people or f'-{campaign.id}'}@company{number}.example"
        pipeline.add_leads(
            shard, 1, name=f"Ada {number}", email=mail, **{"enrichment": Enrichment(time_zone=zone), **fields}
        )
        (due,), _ = lead_queue.due(shard, Stage.SCORE, None, 1)
        routing = Routing(sequence=sequence.name, boosted=False, reason="a test", version=sequence.version)
        start = first_touch(at, campaign.settings.sending, zone)
        lead_queue.settle(shard, Stage.ROUTE, [verdicts.routed(due, routing, start)], at)


def reckoned(campaign_id: int | None, days: int, minutes: Sequence[int] = MINUTES, begin: datetime = BEGIN) -> Result:
    """A forecast as the state machine has it made."""
    forecasts.begin(Forecast("forecast-1", campaign_id, begin, days, tuple(minutes), clock.now()))
    handler({"campaign_id": campaign_id, "forecast_id": "forecast-1"}, pipeline.CONTEXT)
    result = forecasts.read(campaign_id, "forecast-1").result
    assert result
    return result


def happen(those: Sequence[Campaign], days: int, minutes: Sequence[int] = MINUTES, begin: datetime = BEGIN) -> None:
    """The runs of these days, each at its moment, of campaigns in which something is due then."""
    for moment in moments(begin, begin + timedelta(days=days), minutes):
        for one in those:
            by = moment + timedelta(seconds=2)
            if lead_queue.due(keys.Shard(one.id, "", 0), Stage.NURTURE, by, 1)[0]:
                name = f"at-{moment:%Y%m%dT%H%M}"
                state = pipeline.start(one.id, name, stages=["NURTURE"], as_of=clock.iso(moment))
                pipeline.stage(Stage.NURTURE, state)
                pipeline.end(state)


def ledger(campaign: Campaign, days: Sequence[date]) -> Counter[tuple[date, str, int]]:
    """What has left on these days, by the campaign's day, sequence and step."""
    sent = tables.query_all(
        leads_table(), keys.leads_pk(campaign.id, 0), index=tables.TODO, begins=f"send#{SendStatus.SENT}#"
    )
    zone = campaign.settings.sending.zone(None)
    touches = ((clock.parse(one["claimed_at"]).astimezone(zone).date(), one["sequence"], one["step"]) for one in sent)
    return Counter(touch for touch in touches if touch[0] in days)


def foretold(result: Result, days: Sequence[date]) -> Counter[tuple[date, str, int]]:
    """The same of a forecast."""
    return Counter(
        {
            (day.date, sequence, step): number
            for day in result.days
            if day.date in days
            for sequence, steps in day.by_step.items()
            for step, number in steps.items()
        }
    )


@pytest.fixture
def sending(campaign: Any) -> Callable[..., Campaign]:
    """Makes campaigns that send like this."""
    return lambda **how: campaign(settings={"sending": {"warm_up": None, "daily_cap": 1000, **how}})


def test_windows_zones_clock_changes_and_holidays_come_out_as_they_then_are(
    sending: Callable[..., Campaign], outside: Outside
) -> None:
    one = sending(time_zone="Europe/Berlin", holidays=["DE", "US"])
    routed(one, 32)

    told = reckoned(one.id, 62)
    happen([one], 61)

    days = [day.date for day in told.days[:61]]
    assert ledger(one, days) == foretold(told, days)
    assert sum(day.touches for day in told.days) == len(outside.taken) > 160


def test_a_cap_with_warm_up_comes_out_day_by_day_and_touch_by_touch(
    sending: Callable[..., Campaign], outside: Outside
) -> None:
    one = sending(daily_cap=9, warm_up={"start": 2, "step": 1}, time_zone="America/New_York")
    routed(one, 40)

    told = reckoned(one.id, 22)
    happen([one], 21)

    days = [day.date for day in told.days[:21]]
    assert ledger(one, days) == foretold(told, days)
    assert [day.cap for day in told.days[:9]] == [2, 3, 4, 5, 6, 7, 8, 9, 9]
    assert max(day.touches for day in told.days) == 9


def test_the_fleets_own_hours_make_the_same_days(sending: Callable[..., Campaign], outside: Outside) -> None:
    one = sending(daily_cap=12, time_zone="Asia/Kolkata")
    routed(one, 40)
    hours = fleet.MINUTES[Job.NURTURE]

    told = reckoned(one.id, 9, hours)
    happen([one], 8, hours)

    days = [day.date for day in told.days[:8]]
    assert ledger(one, days) == foretold(told, days)


def test_two_campaigns_share_their_senders_cap(sending: Callable[..., Campaign], outside: Outside) -> None:
    first = sending(daily_cap=5, warm_up={"start": 3, "step": 1}, time_zone="Europe/Berlin")
    second = sending(daily_cap=7, time_zone="Australia/Adelaide")
    other = sending(daily_cap=4, sender_email="bob@agency.example", sender_name="Bob", postal_address="1 Street")
    for one in (first, second, other):
        routed(one, 16, sequences=("aggressive_close", "regular_nurture"))

    told = reckoned(None, 13)
    happen([first, second, other], 12)

    days = [day.date for day in told.days[:12]]
    left = ledger(first, days) + ledger(second, days) + ledger(other, days)
    assert left == foretold(told, days)
    assert left.total() > 80


def test_campaigns_that_share_people_keep_the_gap_in_the_forecast_as_in_the_runs(
    sending: Callable[..., Campaign], outside: Outside
) -> None:
    first = sending(daily_cap=5, warm_up={"start": 3, "step": 1}, time_zone="Europe/Berlin")
    second = sending(daily_cap=7, time_zone="Australia/Adelaide")
    other = sending(daily_cap=4, sender_email="bob@agency.example", sender_name="Bob", postal_address="1 Street")
    for one in (first, second, other):
        routed(one, 16, sequences=("aggressive_close", "regular_nurture"), people="shared")

    told = reckoned(None, 13)
    happen([first, second, other], 12)

    days = [day.date for day in told.days[:12]]
    left = ledger(first, days) + ledger(second, days) + ledger(other, days)
    assert left == foretold(told, days)
    assert left.total() > 40
    assert nobody_within(timedelta(days=3), first, second, other)


def nobody_within(gap: timedelta, *those: Campaign) -> bool:
    """Whether no address got emails of two campaigns closer together than that."""
    sends = [
        (item["to"], clock.parse(item["sent_at"]), one.id)
        for one in those
        for item in tables.query_all(leads_table(), keys.leads_pk(one.id, 0), index=tables.TODO, begins="send#SENT#")
    ]
    return not any(
        a[0] == b[0] and a[2] != b[2] and abs(a[1] - b[1]) < gap
        for number, a in enumerate(sends)
        for b in sends[:number]
    )


def test_two_campaigns_one_person_the_forecast_knows_the_gap(
    sending: Callable[..., Campaign], outside: Outside
) -> None:
    first, second = sending(), sending()
    for one in (first, second):
        routed(one, 1, zones=(None,), sequences=("aggressive_close",), people="shared")
    # A Wednesday; the window is open from 9 to 17.
    happen([first], 1, [9 * 60 + 30])
    later = BEGIN + timedelta(hours=3)

    told = reckoned(second.id, 13, begin=later)
    happen([second], 12, begin=later)

    # Friday is too early by a day; Saturday and Sunday have no window.
    assert [day.touches for day in told.days[:7]] == [0, 0, 0, 0, 0, 1, 0]
    days = [day.date for day in told.days[:12]]
    assert ledger(second, days) == foretold(told, days)
    assert nobody_within(timedelta(days=3), first, second)


def test_a_person_whose_gap_outlasts_the_days_is_said_to_wait_for_it(
    sending: Callable[..., Campaign], outside: Outside
) -> None:
    first, second = sending(ignore_window=True), sending(ignore_window=True)
    for one in (first, second):
        routed(one, 1, sequences=("aggressive_close",), people="shared")
    happen([first], 1, [9 * 60 + 30])

    told = reckoned(second.id, 2, begin=BEGIN + timedelta(hours=3))

    assert (told.campaigns[0].total, told.campaigns[0].waiting) == (0, {"contacted_recently": 1})


def test_leads_of_one_linkedin_page_keep_the_gap_in_the_forecast(
    sending: Callable[..., Campaign], outside: Outside
) -> None:
    one = sending(daily_cap=3)
    routed(one, 8, sequences=("aggressive_close",), linkedin_url="https://www.linkedin.com/in/ada")
    routed(one, 4, people="others", sequences=("aggressive_close",))

    told = reckoned(one.id, 30)
    happen([one], 29)

    days = [day.date for day in told.days[:29]]
    assert ledger(one, days) == foretold(told, days)
    assert ledger(one, days).total() > 20


def test_without_a_gap_the_forecast_does_not_look_for_people(
    sending: Callable[..., Campaign], operations: Counter[str]
) -> None:
    account.change({"contact_gap_days": 0})
    first, second = sending(), sending()
    for one in (first, second):
        routed(one, 4, zones=(None,), sequences=("aggressive_close",), people="shared")
    operations.clear()

    told = reckoned(first.id, 3)

    assert operations["BatchGetItem"] == 5
    assert [one.total for one in reckoned(None, 3).campaigns] == [told.campaigns[0].total] * 2


def test_leads_that_are_held_or_stopped_are_said_and_not_counted(
    sending: Callable[..., Campaign], outside: Outside
) -> None:
    one = sending()
    routed(one, 3)
    routed(one, 2, at=BEGIN + timedelta(days=1), lawful_basis=LawfulBasis.LEGITIMATE_INTEREST)
    tables.write(suppression.add("company1.example", "no", clock.now()))

    told = reckoned(one.id, 30)
    happen([one], 30)

    days = [day.date for day in told.days[:29]]
    assert ledger(one, days) == foretold(told, days)
    # Of company 1, one of each: whoever is suppressed leaves, whatever the basis.
    assert told.campaigns[0].stopped == {"suppressed": 2}
    assert told.campaigns[0].waiting == {"basis_not_allowed_on_ses": 1}


def test_leads_in_countries_that_want_an_opt_in_are_held_in_the_forecast_as_in_the_runs(
    sending: Callable[..., Campaign], outside: Outside
) -> None:
    one = sending(allow_cold_on_ses=True)
    for number, (country, basis) in enumerate(
        (
            ("Germany", LawfulBasis.LEGITIMATE_INTEREST),
            ("Germany", LawfulBasis.OPT_IN),
            ("France", LawfulBasis.UNKNOWN),
            ("Poland", LawfulBasis.EXISTING_CUSTOMER),
            (None, LawfulBasis.UNKNOWN),
        )
    ):
        at = BEGIN + timedelta(hours=number)
        routed(one, 1, at, lawful_basis=basis, enrichment=Enrichment(country=country))

    told = reckoned(one.id, 20)
    happen([one], 20)

    days = [day.date for day in told.days[:19]]
    assert ledger(one, days) == foretold(told, days)
    assert told.campaigns[0].waiting["opt_in_required"] == 2
    assert sum(day.touches for day in told.days) > 0


def test_leads_whose_days_were_full_wait_for_the_cap(sending: Callable[..., Campaign]) -> None:
    one = sending(daily_cap=1)
    routed(one, 4, zones=(None,), sequences=("aggressive_close",))

    told = reckoned(one.id, 3)

    # The fourth lead, and the second touch of the first; those of the others come after the last day.
    assert told.campaigns[0].waiting == {"cap": 2, "later": 2}


def test_what_has_left_today_counts_against_todays_cap(sending: Callable[..., Campaign], outside: Outside) -> None:
    one = sending(daily_cap=4, ignore_window=True)
    routed(one, 10, sequences=("aggressive_close",))
    happen([one], 1, [7 * 60 + 15])
    later = BEGIN + timedelta(hours=2)

    told = reckoned(one.id, 9, begin=later)
    happen([one], 8, begin=later)

    assert [day.touches for day in told.days[:3]] == [0, 4, 2 + 2]
    days = [day.date for day in told.days[1:8]]
    assert ledger(one, days) == foretold(told, days)


@pytest.mark.parametrize("how", ["inactive", "paused", "stopped", "no sender"])
def test_nothing_leaves_where_mail_is_stopped_and_it_is_said_what_would(
    sending: Callable[..., Campaign], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    one = sending(ignore_window=True)
    routed(one, 2, sequences=("aggressive_close",))
    match how:
        case "inactive":
            draft = CampaignDraft(name=one.name, settings=one.settings, active=False)
            campaigns.replace(one, draft)
        case "paused":
            safety.pause(one.id, "a doubt", None, clock.now())
        case "stopped":
            safety.stop("a doubt", None, clock.now())
        case _:
            monkeypatch.setenv("POSTAL_ADDRESS", "")

    told = reckoned(one.id, 10)

    (total,) = told.campaigns
    assert (total.total, total.otherwise, sum(day.touches for day in told.days)) == (0, 6, 0)
    assert total.note


def test_an_empty_campaign_has_days_without_touches(sending: Callable[..., Campaign]) -> None:
    one = sending()

    told = reckoned(one.id, 3)

    assert [(day.touches, day.cap) for day in told.days] == [(0, 1000)] * 3


def test_it_reads_a_page_of_each_shard_and_whom_not_to_write_to(
    sending: Callable[..., Campaign], operations: Counter[str]
) -> None:
    one = sending()
    routed(one, 30)
    operations.clear()

    told = reckoned(one.id, 90)

    # The request, its campaign, the account's settings and twice the forecast; halts, the sender's check, suppressions,
    # company replies, who was written to, and what was sent today.
    assert operations == {"PutItem": 1, "UpdateItem": 1, "GetItem": 4, "Query": 1, "BatchGetItem": 6}
    assert told.campaigns[0].total > 90


def test_again_changes_nothing(sending: Callable[..., Campaign]) -> None:
    one = sending()
    routed(one, 4)
    before = reckoned(one.id, 5)
    routed(one, 4, at=BEGIN + timedelta(hours=1))

    assert reckoned(one.id, 5) == before
