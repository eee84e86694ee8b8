"""One person in several leads, of one campaign or of several: emails to them are at least the account's gap apart."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from cam.campaigns import account
from cam.leads import reading
from cam.mail import contacts, ledger, settlement, suppression, unconfirmed
from cam.mail.settlement import Settlement
from cam.model.errors import Throttled
from cam.model.models import Lead, SendStatus, Stage
from cam.model.settings.sending import Sending
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table
from cam.text import clock
from functions.nurture.transports.errors import Deferred, Refused, Unavailable, Unsure
from tests.api.client import Client
from tests.integration import pipeline
from tests.integration.test_nurture import Outside, outside

__all__ = ["outside"]  # a fixture

ADA = "ada@acme.example"
DAY = timedelta(days=1)
# A Tuesday.
START = datetime.fromisoformat("2026-12-01T10:00:00+00:00")
Route = Callable[..., str]


@pytest.fixture
def routed(campaign: Any) -> Route:
    """Makes a campaign with a lead, Ada, who waits for her first touch; the lead's id. Campaigns count up from 1."""

    def make(*people: dict[str, Any], sequence: str = "aggressive_close", **sending: Any) -> str:
        given = {"ignore_window": True, "warm_up": None, "daily_cap": 1000, **sending}
        ladder = [{"sequence": sequence, "min_score": 0}]
        made = campaign(settings={"sending": given, "routing": {"ladder": ladder}})
        for person in people or ({},):
            (lead_id,) = pipeline.add_leads(keys.Shard(made.id, "setup", 0), 1, **{"email": ADA, **person})
        pipeline.pipeline(made.id, "setup", stages=["SCORE", "QUALIFY", "ROUTE"], as_of=clock.iso(START))
        return lead_id

    return make


def nurture(campaign_id: int, at: datetime = START) -> Any:
    name = f"at-{at:%m%dT%H%M%S%f}-{nurture.calls}"  # type: ignore[attr-defined]
    nurture.calls += 1  # type: ignore[attr-defined]
    return pipeline.pipeline(campaign_id, name, stages=["NURTURE"], as_of=clock.iso(at))[1][Stage.NURTURE]


nurture.calls = 0  # type: ignore[attr-defined]


def sent(campaign_id: int, at: datetime = START) -> int:
    return int(nurture(campaign_id, at).counts.get("sent", 0))


def lead(campaign_id: int, lead_id: str) -> Lead:
    return reading.read(campaign_id, 1, lead_id)[0]


def due(campaign_id: int, lead_id: str) -> datetime:
    return keys.due(lead(campaign_id, lead_id).todo or "")


def shown(campaign_id: int, lead_id: str) -> Any:
    return Client().get(f"/campaigns/{campaign_id}/leads/{lead_id}").json()


def last() -> dict[str, Any]:
    return tables.get(campaigns_table(), keys.contact(ADA)) or {}


def send_id(campaign_id: int) -> str:
    return ledger.page(campaign_id, 1, None, 1, None)[0][0].send_id


def test_a_person_of_two_campaigns_gets_one_email_and_the_other_touch_says_why_it_waits(
    routed: Route, outside: Outside
) -> None:
    routed()
    other = routed()

    first, second = nurture(1), nurture(2)

    assert (first.counts["sent"], second.counts.get("sent"), len(outside.taken)) == (1, None, 1)
    assert (second.counts["held"], second.counts["contacted_recently"]) == (1, 1)
    assert "same person got another email within 3 days: 1." in (second.note or "")
    told = shown(2, other)
    assert (told["status"], told["waits_for"], told["held"]) == ("ROUTED", "nurture", "contacted_recently")
    assert told["due_at"] == "2026-12-04T10:00:00.000Z"
    assert told["held_note"] == (
        "Another campaign, 1, wrote to this address on 2026-12-01; the next email may leave on 2026-12-04."
    )
    assert [one["detail"] for one in told["timeline"] if one["event"] == "held"] == [f"touch 1: {told['held_note']}"]


def test_the_touch_leaves_when_the_gap_is_over_and_not_a_moment_before(routed: Route, outside: Outside) -> None:
    routed()
    other = routed()
    nurture(1)
    nurture(2)

    assert sent(2, START + 3 * DAY - timedelta(milliseconds=1)) == 0
    assert sent(2, START + 3 * DAY) == 1
    assert (shown(2, other)["held"], shown(2, other)["held_note"]) == (None, None)


def test_runs_do_not_look_again_at_a_touch_that_waits(routed: Route, outside: Outside) -> None:
    routed()
    other = routed()
    nurture(1)
    nurture(2)
    before = lead(2, other)

    counts = [nurture(2, START + hours * timedelta(hours=1)).counts for hours in (0, 1, 30, 60)]

    assert [one.get("held") for one in counts] == [None] * 4
    assert lead(2, other) == before


def test_a_run_just_before_the_end_of_the_gap_does_not_meet_the_touch_for_ever(routed: Route, outside: Outside) -> None:
    routed()
    other = routed()
    nurture(1)
    nurture(2)
    early = START + 3 * DAY - timedelta(seconds=1)

    assert nurture(2, early).counts["held"] == 1
    assert due(2, other) > early + timedelta(seconds=2)


@pytest.mark.parametrize("spelled", ["ADA@Acme.example", "ada+news@acme.example"])
def test_another_spelling_is_the_same_address(routed: Route, outside: Outside, spelled: str) -> None:
    routed()
    routed({"email": spelled})

    assert [sent(1), sent(2)] == [1, 0]


def test_a_sequence_keeps_its_own_days(routed: Route, outside: Outside) -> None:
    account.change({"contact_gap_days": 30})
    routed()

    assert [sent(1, START + day * DAY) for day in (0, 2, 5)] == [1, 1, 1]


def test_a_follow_up_waits_after_the_other_campaigns_touch(routed: Route, outside: Outside) -> None:
    ours = routed()
    routed()
    nurture(1)
    nurture(2)
    # The second touch of the first campaign moves the other's on.
    assert [sent(1, START + 2 * DAY), sent(2, START + 3 * DAY)] == [1, 0]

    assert sent(2, START + 5 * DAY) == 1

    assert sent(1, START + 5 * DAY) == 0
    assert due(1, ours) == START + 8 * DAY
    assert "campaign, 2, wrote" in shown(1, ours)["held_note"]
    assert sent(1, START + 8 * DAY) == 1


def test_a_touch_that_waits_leaves_in_the_next_window(routed: Route, outside: Outside) -> None:
    routed()
    other = routed(ignore_window=False, time_zone="America/New_York", window={"start": "12:00", "end": "13:00"})
    nurture(1, START + timedelta(hours=2))

    nurture(2, START + timedelta(hours=7, minutes=30))

    # 72 hours later it is Friday, 7:00 in New York.
    assert due(2, other) == datetime.fromisoformat("2026-12-04T17:00:00+00:00")


def test_two_workers_at_the_same_moment_send_one_email(
    routed: Route, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has looked at its group before the first one claims."""
    routed()
    other = routed()
    claim = ledger.claim

    def slow(touch: ledger.Touch, *arguments: Any, **more: Any) -> ledger.Claim:
        monkeypatch.setattr(ledger, "claim", claim)
        nurture(1)
        return claim(touch, *arguments, **more)

    monkeypatch.setattr(ledger, "claim", slow)

    result = nurture(2)

    assert len(outside.taken) == 1
    assert result.counts["contacted_recently"] == 1
    assert shown(2, other)["due_at"] == clock.iso(START + 3 * DAY)
    assert ledger.page(2, 1, None, 1, None)[0] == []


def test_of_two_claims_with_the_same_knowledge_one_wins(routed: Route) -> None:
    leads = [lead(number, routed()) for number in (1, 2)]
    known = [contacts.read([one])[one.id] for one in leads]

    claims = [
        ledger.claim(
            ledger.Touch(keys.Shard(one.campaign_id, "run", 0), one.id, 0),
            one.todo or "", ADA, "s", "Hello", START, known=several, gap=3 * DAY,
        )
        for one, several in zip(leads, known, strict=True)
    ]  # fmt: skip

    assert [(one.won, one.contacted) for one in claims] == [(True, False), (False, True)]


def test_a_claim_that_lost_to_one_that_failed_is_made_in_the_next_run(
    routed: Route, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed()
    routed()
    claim = ledger.claim

    def lost(*arguments: Any, **more: Any) -> ledger.Claim:
        monkeypatch.setattr(ledger, "claim", claim)
        return ledger.Claim(won=False, contacted=True)

    monkeypatch.setattr(ledger, "claim", lost)

    assert [sent(2), sent(2)] == [0, 1]


@pytest.mark.parametrize(
    "trouble", [Throttled("busy"), Unavailable("no"), Deferred("later"), Refused("no"), Refused("550", bounced=True)]
)
def test_an_email_that_did_not_leave_bars_nobody(routed: Route, outside: Outside, trouble: Exception) -> None:
    routed()
    routed({"linkedin_url": "https://www.linkedin.com/in/ada"})
    before = last()
    outside.troubles = [trouble]
    state = pipeline.start(1, "troubled", stages=["NURTURE"], as_of=clock.iso(START))
    if isinstance(trouble, Throttled):
        with pytest.raises(Throttled):
            pipeline.stage(Stage.NURTURE, state)
    else:
        pipeline.stage(Stage.NURTURE, state)

    assert (before, "at" in last()) == ({}, False)
    if not getattr(trouble, "bounced", False):  # whoever bounces is suppressed
        assert sent(2) == 1


def test_after_a_refused_email_the_one_before_counts_again(routed: Route, outside: Outside) -> None:
    routed()
    routed()
    third = routed()
    nurture(1)
    outside.troubles = [Refused("no")]
    nurture(2, START + 3 * DAY)
    account.change({"contact_gap_days": 5})

    assert last()["campaign_id"] == 1
    assert sent(3, START + 3 * DAY) == 0
    assert due(3, third) == START + 5 * DAY


def test_an_email_that_may_have_left_bars_others_until_somebody_knows(routed: Route, outside: Outside) -> None:
    routed()
    routed()
    routed()
    outside.troubles = [Unsure("no answer")]
    assert nurture(1).counts["unconfirmed"] == 1
    assert sent(2) == 0

    for _ in range(2):  # twice is as once
        if ledger.page(1, 1, SendStatus.UNCONFIRMED, 1, None)[0]:
            touch = settlement.find(1, 1, send_id(1))
            settlement.settle(touch, Settlement.NOT_SENT, "", Sending(ignore_window=True), clock.now())

    assert sent(3) == 1


def test_an_email_that_was_sent_after_all_bars_others(routed: Route, outside: Outside) -> None:
    routed()
    routed()
    outside.troubles = [Unsure("no answer")]
    nurture(1)
    touch = settlement.find(1, 1, send_id(1))
    settlement.settle(touch, Settlement.SENT, "", Sending(ignore_window=True), clock.now())

    assert sent(2) == 0


def test_an_email_that_the_provider_rejects_afterwards_bars_nobody(routed: Route, outside: Outside) -> None:
    routed()
    routed()
    outside.troubles = [Unsure("no answer")]
    nurture(1)
    for _ in range(2):
        unconfirmed.refused(settlement.find(1, 1, send_id(1)), "Bad content", START)

    assert sent(2) == 1


def test_what_is_known_late_takes_nothing_back_from_a_later_email(routed: Route, outside: Outside) -> None:
    routed()
    routed()
    outside.troubles = [Unsure("no answer")]
    nurture(1)
    nurture(2)
    assert sent(2, START + 3 * DAY) == 1

    unconfirmed.refused(settlement.find(1, 1, send_id(1)), "Bad content", START + 4 * DAY)

    assert last()["campaign_id"] == 2
    assert ledger.page(1, 1, SendStatus.FAILED, 1, None)[0]


def test_a_worker_that_dies_while_it_sends_bars_others(routed: Route, outside: Outside) -> None:
    routed()
    routed()
    outside.troubles = [KeyboardInterrupt()]
    state = pipeline.start(1, "dies", stages=["NURTURE"], as_of=clock.iso(START))
    with pytest.raises(KeyboardInterrupt):
        pipeline.stage(Stage.NURTURE, state)

    assert sent(2) == 0
    pipeline.stage(Stage.NURTURE, state)
    assert pipeline.end(state)[1][Stage.NURTURE].counts["unconfirmed"] == 1
    assert outside.taken == []


def test_without_a_gap_both_leave_and_it_is_remembered_for_when_there_is_one(routed: Route, outside: Outside) -> None:
    account.change({"contact_gap_days": 0})
    for _ in range(3):
        routed()

    assert [sent(1), sent(2)] == [1, 1]
    account.change({"contact_gap_days": 1})
    assert sent(3) == 0


def test_a_longer_gap_applies_to_a_touch_that_waits_and_a_shorter_one_to_the_next(
    routed: Route, outside: Outside
) -> None:
    routed()
    other = routed()
    nurture(1)
    nurture(2)

    account.change({"contact_gap_days": 1})
    assert sent(2, START + DAY) == 0
    account.change({"contact_gap_days": 4})
    assert sent(2, START + 3 * DAY) == 0
    assert due(2, other) == START + 4 * DAY
    account.change({"contact_gap_days": 1})
    assert sent(2, START + 4 * DAY) == 1


def test_a_run_that_has_begun_obeys_a_new_gap(routed: Route, outside: Outside) -> None:
    routed()
    routed()
    nurture(1)
    state = pipeline.start(2, "begun", stages=["NURTURE"], as_of=clock.iso(START))
    account.change({"contact_gap_days": 0})

    pipeline.stage(Stage.NURTURE, state)

    assert len(outside.taken) == 2


def test_leads_of_a_campaign_with_one_linkedin_page_are_one_person(routed: Route, outside: Outside) -> None:
    """Both are in one group."""
    pages = ("https://www.linkedin.com/in/ada-lovelace/", "linkedin.com/in/Ada-Lovelace?trk=x")
    people = [{"email": f"ada{number}@acme.example", "linkedin_url": page} for number, page in enumerate(pages)]
    routed(*people, {"email": "bob@acme.example", "linkedin_url": "https://www.linkedin.com/in/bob"})

    result = nurture(1)

    assert (result.counts["sent"], result.counts["contacted_recently"]) == (2, 1)
    (waits,) = [one for one in Client().get("/campaigns/1/leads").json()["items"] if one["held"]]
    assert waits["held_note"] == (
        "This campaign wrote to another lead with this LinkedIn page on 2026-12-01; the next email may leave on "
        "2026-12-04."
    )
    assert sent(1, START + 3 * DAY) >= 1


def test_a_linkedin_page_bars_other_campaigns_too(routed: Route, outside: Outside) -> None:
    page = {"linkedin_url": "https://www.linkedin.com/in/ada"}
    routed(page)
    other = routed({"email": "lovelace@private.example", **page})

    assert [sent(1), sent(2)] == [1, 0]
    assert "the person with this LinkedIn page" in shown(2, other)["held_note"]


def test_whoever_is_suppressed_leaves_the_sequence_and_does_not_wait(routed: Route, outside: Outside) -> None:
    routed()
    routed()
    nurture(1)
    tables.write(suppression.add(ADA, "no", START))

    result = nurture(2)

    assert (result.counts["suppressed"], result.counts.get("held")) == (1, None)


def test_a_place_under_the_cap_that_a_waiting_touch_does_not_use_is_free(routed: Route, outside: Outside) -> None:
    routed()
    routed({}, {"email": "bob@beta.example"}, {"email": "cy@gamma.example"}, daily_cap=3)
    nurture(1)

    # Of the sender's three places the first campaign has taken one; both of the others have one.
    assert sent(2) == 2


def test_nothing_but_hashes_is_kept_and_for_a_month(routed: Route, outside: Outside) -> None:
    routed()
    nurture(1)

    item = last()

    assert ADA not in str(item)
    assert item["expires_at"] >= int((START + 30 * DAY).timestamp())
    assert "listed_pk" not in item


def test_looking_for_people_costs_no_call(routed: Route, outside: Outside, operations: Any) -> None:
    routed(*({"email": f"p{number}@c{number}.example"} for number in range(10)))
    state = pipeline.start(1, "off", stages=["NURTURE"], as_of=clock.iso(START))
    operations.clear()

    pipeline.stage(Stage.NURTURE, state)

    # What keeps mail from leaving, and who was written to; who is suppressed; whose company replied.
    assert operations["BatchGetItem"] == 3
