"""The report of outcomes over HTTP."""

from collections.abc import Callable
from typing import Any

from cam.model.models import Campaign
from cam.platform import keys, tables
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]
OUTCOMES = "/campaigns/1/outcomes"


def count(shard: int, **counts: int) -> None:
    """Counters on the tally of a shard, as workers write them; `__` stands for the at sign."""
    named = {name.replace("__", "@").replace("_", "."): number for name, number in counts.items()}
    tables.write(tables.update("cam-leads", keys.tally(1, shard), add=named))


def came_back(**counts: int) -> None:
    named = {name.replace("__", "@").replace("_", "."): number for name, number in counts.items()}
    tables.write(tables.update("cam-leads", keys.engagement_tally(1), add=named))


def test_a_campaign_that_has_sent_nothing_says_so(api: Client, campaign: Make) -> None:
    campaign()

    shown = api.get(OUTCOMES).json()

    nothing = {"rate": 0.0, "low": 0.0, "high": 100.0}
    assert shown["statement"] == "Nothing has been sent yet."
    assert (shown["campaign_id"], shown["sent"], shown["parts"]) == (1, 0, [])
    assert [(one["from"], one["to"]) for one in shown["deciles"]] == [(n / 10, (n + 1) / 10) for n in range(10)]
    assert shown["deciles"][9] == {
        "from": 0.9, "to": 1.0, "sent": 0, "replied": 0, "positive": 0, "unsubscribed": 0, "bounced": 0,
        "rates": dict.fromkeys(("replied", "positive", "unsubscribed", "bounced"), nothing),
    }  # fmt: skip


def test_shards_add_up_and_rates_are_percentages_with_their_intervals(api: Client, campaign: Make) -> None:
    campaign(settings={"expected_leads": 10_000})
    count(0, sent__d8=60, sent__title_equal=60, sent=70)
    count(3, sent__d8=40, sent__title_equal=40)
    count(1, sent__d4=100, sent__title_other=100)
    came_back(replied__d8=30, positive__d8=10, bounced__d4=2, replied__title_equal=30, replied=31)

    shown: dict[str, Any] = api.get(OUTCOMES).json()

    assert (shown["sent"], shown["deciles"][8]["sent"], shown["deciles"][8]["positive"]) == (200, 100, 10)
    assert shown["deciles"][8]["rates"]["positive"] == {"rate": 10.0, "low": 5.52, "high": 17.44}
    assert shown["deciles"][4]["rates"]["bounced"] == {"rate": 2.0, "low": 0.55, "high": 7.0}
    assert shown["statement"].startswith("The score predicts replies: of leads scored 0.8 to 0.9, 30 of 100")
    (title,) = shown["parts"]
    assert [(one["bucket"], one["label"], one["replied"]) for one in title["buckets"]] == [
        ("title.equal", "equal to a target", 30),
        ("title.other", "not one of the targets", 0),
    ]
    assert title["statement"].startswith("title predicts replies")


def test_the_report_is_one_read_of_the_counters(api: Client, campaign: Make, operations: Any) -> None:
    campaign(settings={"expected_leads": 100_000})
    operations.clear()

    api.get(OUTCOMES)

    assert operations == {"GetItem": 1, "BatchGetItem": 1}


def test_buckets_do_not_show_on_the_dashboard(api: Client, campaign: Make) -> None:
    campaign()
    count(0, sent__d8=60, sent=60)

    assert api.get("/campaigns/1/dashboard").json()["emails_sent"] == 60


def test_a_campaign_that_is_not_there_is_not_found(api: Client, campaign: Make) -> None:
    assert_problem(api.get(OUTCOMES), 404)
