"""The days to come, without leads that anybody has stored."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from cam.mail.caps import Spent
from cam.model.models import Enrichment, LawfulBasis, Lead, Routing
from cam.model.settings.sending import Sending
from functions.forecast.simulation import Campaign, Kind, Kinds, Outlook, Waiting, forecast, moments

BEGIN = datetime(2027, 3, 1, 8, tzinfo=UTC)
SENDING = Sending(daily_cap=15, warm_up=None)
NEW = Spent(0, 0, None)
HOURS = (9 * 60 + 30, 12 * 60)


def waiting(count: int, sequence: str = "aggressive_close", due: datetime = BEGIN) -> Waiting:
    lead = Lead(
        id="", shard=0, source="", created_at=BEGIN, updated_at=BEGIN, lawful_basis=LawfulBasis.OPT_IN,
        enrichment=Enrichment(), routing=Routing(sequence=sequence, boosted=False, reason="", start_at=due),
    )  # fmt: skip
    kinds = Kinds()
    number = kinds.number(Kind(lead))
    return Waiting(kinds.known, [(due, f"lead-{one:05d}", number) for one in range(count)])


def campaign(shards: Sequence[Waiting], sending: Sending = SENDING, spent: Spent = NEW) -> Campaign:
    return Campaign(1, sending, "ada@agency.example", spent, shards)


def touches(outlook: Outlook) -> list[int]:
    return [day.touches.total() for day in outlook.days]


def test_runs_start_at_their_minutes_from_the_moment_on_and_before_the_end() -> None:
    found = list(moments(datetime(2027, 3, 1, 9, 30, tzinfo=UTC), datetime(2027, 3, 2, 12, tzinfo=UTC), HOURS))

    assert [(one.day, one.hour) for one in found] == [(1, 9), (1, 12), (2, 9)]


def test_shards_take_turns_under_a_cap() -> None:
    one = campaign([waiting(40, "aggressive_close"), waiting(40, "regular_nurture")])

    (outlook,) = forecast([one], BEGIN, 2, HOURS).values()

    # Ten of the first, five of the second, and the next day the same.
    assert outlook.days[0].touches == Counter({("aggressive_close", 0): 10, ("regular_nurture", 0): 5})
    assert touches(outlook) == [15, 15]


def test_what_was_sent_today_and_a_senders_first_day_count() -> None:
    sending = Sending(daily_cap=50, warm_up={"start": 10, "step": 5})
    one = campaign([waiting(100)], sending, Spent(12, 14, date(2027, 2, 27)))

    (outlook,) = forecast([one], BEGIN, 2, HOURS).values()

    assert [day.cap for day in outlook.days] == [20, 25]
    assert touches(outlook) == [6, 25]


def test_a_lead_that_cannot_be_read_is_out_and_said() -> None:
    one = campaign([Waiting([Kind(None)], [(BEGIN, "lead-1", 0)])])

    (outlook,) = forecast([one], BEGIN, 2, HOURS).values()

    assert (touches(outlook), outlook.stopped, outlook.waiting) == ([0, 0], {"unreadable": 1}, {})


def test_an_answer_of_the_company_stops_at_the_lead_s_turn_and_not_before() -> None:
    kinds = waiting(1).kinds
    assert kinds[0].lead
    answered = Waiting([Kind(kinds[0].lead, answered=True)], [(BEGIN + timedelta(days=1), "lead-1", 0)])

    before = forecast([campaign([answered])], BEGIN, 1, HOURS)[1]
    after = forecast([campaign([answered])], BEGIN, 2, HOURS)[1]

    assert (before.stopped, after.stopped) == ({}, {"company_replied": 1})
    assert touches(after) == [0, 0]


def test_no_campaign_has_no_days() -> None:
    assert forecast([], BEGIN, 90, HOURS) == {}
