"""Suppression lists and email: whoever is in a list is not written to, in whatever spelling and campaign they come."""

from typing import Any

import pytest

from cam.leads import reading
from cam.mail import resubscriptions, suppression, suppression_imports, suppression_list
from cam.mail.suppression_imports import SuppressionImport, Upload
from cam.model.errors import Throttled
from cam.model.models import JobStatus, Lead, LeadStatus
from cam.platform import tables
from cam.text import clock
from functions.suppressions.handler import handler
from tests.fakes.transport import FakeTransport, use
from tests.integration import pipeline

ROUTED: Any = {"routing": {"ladder": [{"sequence": "aggressive_close", "min_score": 0}]}}
SENDING = {"ignore_window": True, "warm_up": None, "daily_cap": 1000}
SETTINGS = {**ROUTED, "sending": SENDING}


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who was written to."""
    people: list[str] = []

    class Outside(FakeTransport):
        def send(self, raw: bytes, sender: str, to: str, send_id: str) -> str:
            people.append(to)
            return f"message-{len(people)}"

    use(monkeypatch, "ses", Outside())
    return people


def listed(text: str, name: str = "list-1") -> str:
    """Keep a list, as the API does; its import id."""
    data = text.encode()
    suppression_imports.store(name, Upload("old tool.csv"), data, suppression_list.layout(data), ())
    return name


def taken_in(import_id: str) -> SuppressionImport:
    while handler({"import_id": import_id}, pipeline.CONTEXT)["more"]:
        pass
    return suppression_imports.read(import_id)


def everybody(campaign_id: int) -> dict[str, Lead]:
    return {str(lead.email): lead for lead in reading.page(campaign_id, 1, {}, 100)[0]}


def test_of_1000_people_in_a_list_one_who_is_harvested_in_another_spelling_is_not_mailed(
    campaign: Any, mailed: list[str]
) -> None:
    campaign(settings=SETTINGS)
    rows = "".join(f"ada{number}@company{number}.example,unsubscribed,2024-05-01\n" for number in range(2, 1_000))
    one = taken_in(listed(f"Email,Reason,Date\nAda1@Company1.example,spam,\ncompany0.example,rival,\n{rows}"))
    pipeline.upload(1, pipeline.csv(4).replace("ada3@", "ADA3+Newsletter@").replace("ada2@", " Ada2@"))
    pipeline.upload(1, pipeline.csv(1, first=20_000))

    pipeline.pipeline(1)

    assert (one.status, one.counts["added"], one.percent) == (JobStatus.COMPLETED, 1_000, 100)
    assert mailed == ["ada20000@company20000.example"]
    stopped = [lead for email, lead in everybody(1).items() if email not in mailed]
    assert len(stopped) == 4
    assert all(lead.qualification and lead.qualification.reasons == ("suppressed",) for lead in stopped)


def test_a_touch_that_waits_already_is_not_sent_and_the_lead_shows_why(campaign: Any, mailed: list[str]) -> None:
    for _ in range(2):
        campaign(settings=SETTINGS)
    for number in (1, 2):
        pipeline.upload(number, pipeline.csv(3))
        pipeline.pipeline(number, "before", stages=["HARVEST", "SCORE", "QUALIFY", "ROUTE"])

    taken_in(listed("Ada0+x@COMPANY0.example\n*@company1.example\n"))
    for number in (1, 2):
        pipeline.pipeline(number, "after", stages=["NURTURE"])

    # The second campaign waits: the first has just written to her.
    assert mailed == ["ada2@company2.example"]
    for number in (1, 2):
        for person in ("ada0@company0.example", "ada1@company1.example"):
            lead = everybody(number)[person]
            assert lead.status is LeadStatus.UNSUBSCRIBED
            assert "suppressed" in str(lead.history[-1])


def test_somebody_who_came_back_is_written_to_by_a_campaign_that_does_not_have_them_yet(
    campaign: Any, mailed: list[str]
) -> None:
    campaign(settings=SETTINGS)
    taken_in(listed("ada0@company0.example\n"))
    pipeline.upload(1, pipeline.csv(1))
    pipeline.pipeline(1, "suppressed")

    resubscriptions.lift("ada0@company0.example", "Ann", "asked to come back", clock.now())
    pipeline.upload(1, pipeline.csv(1), "again.csv")
    pipeline.pipeline(1, "the same campaign")
    before = [*mailed]
    campaign(settings=SETTINGS)
    pipeline.upload(2, pipeline.csv(1))
    pipeline.pipeline(2, "another campaign")

    assert before == []
    assert mailed == ["ada0@company0.example"]


@pytest.mark.parametrize("dies", range(5))
def test_an_import_that_breaks_off_anywhere_comes_to_the_same(monkeypatch: pytest.MonkeyPatch, dies: int) -> None:
    """Whether a transaction was refused, or came through and nobody heard of it."""
    rows = "".join(f"p{number}@acme.example\n" for number in range(240)) + "nobody\n"
    import_id = listed("email\n" + rows)
    transact, calls = tables.transact, iter(range(100))

    def breaks(actions: Any) -> None:
        number = next(calls)
        if number == dies // 2 and dies % 2:
            raise Throttled("lost on the way there")
        transact(actions)
        if number == dies // 2:
            raise Throttled("lost on the way back")

    with monkeypatch.context() as patched:
        patched.setattr(tables, "transact", breaks)
        with pytest.raises(Throttled):
            taken_in(import_id)
    one = taken_in(import_id)

    assert (one.status, one.row) == (JobStatus.COMPLETED, 241)
    assert one.counts == {"addresses": 240, "added": 240, "refused": 1}
    assert [error.line for _, found in suppression_imports.errors(one) for error in found] == [242]
    assert len(suppression.suppressed(f"p{number}@acme.example" for number in range(240))) == 240


def test_somebody_who_unsubscribes_meanwhile_keeps_that_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = listed("email,reason\nann@acme.example,old\nbob@acme.example,old\n")
    known = suppression.known
    said: list[Any] = []

    def late(digests: Any) -> set[str]:
        found = known(digests)
        if not said:
            said.append(tables.write(suppression.add("ann@acme.example", "unsubscribed", clock.now(), 1)))
        return found

    monkeypatch.setattr(suppression, "known", late)
    one = taken_in(import_id)

    assert (one.counts["added"], one.counts["already"]) == (1, 1)
    assert {found.name: found.reason for found in suppression.page(10, None)[0]} == {
        "ann@acme.example": "unsubscribed",
        "bob@acme.example": "old",
    }


def test_98_rows_take_two_calls(operations: Any) -> None:
    import_id = listed("email\n" + "".join(f"p{number}@acme.example\n" for number in range(980)))
    operations.clear()

    taken_in(import_id)

    assert operations == {"GetItem": 2, "BatchGetItem": 10, "TransactWriteItems": 10}
