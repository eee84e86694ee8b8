"""Events over HTTP: what came back, each once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cam.model.models import Campaign
from cam.platform import keys, tables
from cam.text import clock
from tests.api.client import Answer, Client, assert_problem
from tests.api.test_leads import ANN, insert

Make = Callable[..., Campaign]


@pytest.fixture
def ann(campaign: Make) -> str:
    return insert(campaign(settings={"expected_leads": 10_000}), **ANN)


def post(api: Client, lead: str, **changes: Any) -> Answer:
    event = {"event_id": "e-1", "type": "replied", "occurred_at": "2026-11-24T10:00:00Z", **changes}
    return api.post(f"/campaigns/1/leads/{lead}/events", {name: one for name, one in event.items() if one is not None})


def test_an_event_is_recorded_once(api: Client, ann: str) -> None:
    first, second = post(api, ann), post(api, ann)

    assert (first.status, first.json()) == (200, {"recorded": True})
    assert (second.status, second.json()) == (200, {"recorded": False})


def test_the_lead_and_its_timeline_show_it(api: Client, ann: str) -> None:
    post(api, ann, event_id="e-0", type="Opened", occurred_at="2026-11-24T11:00:00+02:00", step=1)
    post(api, ann, detail="positive")

    shown = api.get(f"/campaigns/1/leads/{ann}").json()

    assert (shown["status"], shown["waits_for"]) == ("REPLIED", None)
    told = [entry for entry in shown["timeline"] if entry["event"] != "harvested"]
    assert told == [
        {"at": "2026-11-24T09:00:00.000Z", "event": "opened", "detail": "touch 2"},
        {"at": "2026-11-24T10:00:00.000Z", "event": "replied", "detail": "positive"},
    ]


def test_another_name_of_a_lead_is_the_lead(api: Client, ann: str) -> None:
    other = {"kind": "alias", "id": "other", "campaign_id": 1, "lead_id": ann, "shard": keys.shard_of(ann, 4)}
    tables.write(tables.put("cam-leads", {**keys.lead(1, keys.shard_of("other", 4), "other"), **other}))

    assert post(api, "other").json() == {"recorded": True}
    assert post(api, ann).json() == {"recorded": False}


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"type": "replyed"}, "type", "Did you mean 'replied'?"),
        ({"type": "unknown"}, "type", "This must be one of 'delivered'"),
        ({"event_id": ""}, "event_id", "at least 1 character"),
        ({"event_id": "x" * 201}, "event_id", "at most 200 characters"),
        ({"event_id": "a\u202eb"}, "event_id", "control character"),
        ({"event_id": "#link"}, "event_id", "reserved for CAM"),
        ({"occurred_at": "2026-11-24T10:00:00"}, "occurred_at", "with a time zone"),
        ({"occurred_at": "1764000000"}, "occurred_at", "with a time zone"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at", "between 2000"),
        ({"occurred_at": clock.iso(clock.now() + timedelta(days=3))}, "occurred_at", "future"),
        ({"step": -1}, "step", "at least 0"),
        ({"step": 1.5}, "step", "whole number"),
        ({"detail": "x" * 501}, "detail", "at most 500 characters"),
        ({"detail": "a\nb"}, "detail", "control character"),
        ({"until": "tomorrow"}, "until", "such as 2026-12-04"),
        ({"until": 20261204}, "until", "such as 2026-12-04"),
        ({"until": "1999-12-31"}, "until", "between 2000"),
        ({"when": "now"}, "when", "Unknown field"),
    ],
)
def test_what_is_wrong_with_an_event_is_named(
    api: Client, ann: str, changes: dict[str, Any], field: str, says: str
) -> None:
    assert_problem(post(api, ann, **changes), 422, field, says=says)
    assert len(api.get(f"/campaigns/1/leads/{ann}").json()["timeline"]) == 1


def test_a_stack_that_travels_in_time_takes_events_of_its_future(
    api: Client, ann: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOW_TIME_TRAVEL", "true")
    assert post(api, ann, occurred_at=clock.iso(clock.now() + timedelta(days=60))).json() == {"recorded": True}


def test_the_longest_id_in_the_widest_letters_fits(api: Client, ann: str) -> None:
    assert post(api, ann, event_id="\U0001d538" * 200).json() == {"recorded": True}


def test_an_event_of_nobody_is_not_found(api: Client, ann: str) -> None:
    assert_problem(post(api, "nobody"), 404, says="no lead nobody")
    assert_problem(post(api, "x" * 250), 404)
    event = {"event_id": "1", "type": "opened", "occurred_at": "2026-11-24T10:00:00Z"}
    assert_problem(api.post(f"/campaigns/9/leads/{ann}/events", event), 404)


def test_an_absence_is_an_event_too(api: Client, ann: str) -> None:
    assert post(api, ann, type="out_of_office", until="2026-12-04").json() == {"recorded": True}

    told = [entry for entry in api.get(f"/campaigns/1/leads/{ann}").json()["timeline"] if entry["event"] != "harvested"]
    assert [entry["event"] for entry in told] == ["out_of_office"]
