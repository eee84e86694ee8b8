"""Results of sequences, and engagement on the dashboard, over HTTP: rates are of mails."""

from collections.abc import Callable

from cam.model.models import Campaign
from cam.platform import keys, tables, tallies
from cam.rules.results import Counted, Feedback
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]
RESULTS = "/campaigns/1/sequences/aggressive_close/results"


def count(shard: int | None, variant: str, step: int = 0, edition: str = "campaign.2", **counts: int) -> None:
    """Count mails of a text of a touch, as workers (`shard`) and events (None) do."""
    under = Counted("aggressive_close", edition, variant)
    for name, number in counts.items():
        for _ in range(number):
            tables.write(tallies.of_touch(1, shard, under, step, [name]))


def test_a_sequence_of_which_nothing_was_sent_has_no_editions(api: Client, campaign: Make) -> None:
    campaign()

    assert api.get(RESULTS).json() == {"campaign_id": 1, "sequence": "aggressive_close", "editions": []}


def test_shards_and_events_add_up_by_edition_touch_and_variant(api: Client, campaign: Make) -> None:
    campaign(settings={"expected_leads": 10_000})
    count(0, "a", sent=6)
    count(3, "a", sent=4)
    count(None, "a", opened=5, clicked=2, replied=1)
    count(0, "b", sent=5)
    count(1, "a", step=1, sent=2)
    count(0, "a", edition="built_in.1", sent=1)

    built_in, own = api.get(RESULTS).json()["editions"]

    assert (built_in["edition"], own["edition"]) == ("built_in.1", "campaign.2")
    first, second = own["touches"]
    a, b = first["variants"]
    assert (a["sent"], a["opened"], a["clicked"], a["replied"], b["sent"], b["replied"]) == (10, 5, 2, 1, 5, 0)
    assert a["rates"]["opened"]["rate"] == 50
    assert a["rates"]["clicked"]["rate"] == 40
    assert a["rates"]["replied"] == {"rate": 10.0, "low": 1.79, "high": 40.42}
    assert first["statement"].startswith("Not enough data to tell a from b")
    assert (second["variants"][0]["sent"], second["statement"]) == (2, None)


def test_enough_mails_name_the_better_variant(api: Client, campaign: Make) -> None:
    campaign()
    for variant, replied in (("a", 5), ("b", 40)):
        under = Counted("aggressive_close", "campaign.2", variant)
        for name, number in (("sent", 200), ("replied", replied)):
            key = keys.results(1, None, under.sequence, under.edition, 0)
            tables.write(
                tables.update(
                    "cam-leads", key, first={"edition": under.edition, "step": 0}, add={f"{name}@{variant}": number}
                )
            )

    (edition,) = api.get(RESULTS).json()["editions"]

    assert edition["touches"][0]["statement"].startswith("Variant b gets more replies, with 95 % confidence")


def test_a_sequence_that_nobody_has_is_404(api: Client, campaign: Make) -> None:
    campaign()
    assert_problem(api.get("/campaigns/1/sequences/warm_hello/results"), 404)
    assert_problem(api.get("/campaigns/7/sequences/aggressive_close/results"), 404)


def test_the_dashboard_shows_what_came_back_of_mails_not_of_events(api: Client, campaign: Make) -> None:
    campaign()
    tables.write(tables.update("cam-leads", keys.tally(1, 0), add={"sent": 8}))
    came = {Feedback.OPENED.counter: 4, Feedback.CLICKED.counter: 1, Feedback.REPLIED.counter: 2, "opened": 19}
    tables.write(tables.update("cam-leads", keys.engagement_tally(1), add=came))

    shown = api.get("/campaigns/1/dashboard").json()["engagement"]

    assert (shown["sent"], shown["opened"], shown["clicked"], shown["replied"]) == (8, 4, 1, 2)
    assert (shown["open_rate"], shown["click_rate"], shown["reply_rate"]) == (50.0, 25.0, 25.0)
    assert (shown["bounced"], shown["machine_opened"]) == (0, 0)
