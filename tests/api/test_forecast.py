"""Forecasts over HTTP. The state machine of the fixture starts and does nothing: tests drive it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cam.model.models import Campaign
from cam.runs import executions
from functions.api import calculations
from functions.forecast.handler import handler
from tests.api.client import Client, assert_problem
from tests.conftest import FORECAST_ARN
from tests.integration.pipeline import CONTEXT
from tests.integration.test_forecast import routed

FORECAST = "/campaigns/1/forecast"


@pytest.fixture
def one(campaign: Callable[..., Campaign], monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """A campaign of four leads that wait for their first touch."""
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    monkeypatch.setenv("ALLOW_TIME_TRAVEL", "true")
    made = campaign(settings={"sending": {"ignore_window": True, "warm_up": None, "daily_cap": 3}})
    routed(made, 4, zones=(None,), sequences=("aggressive_close",))
    return made


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every execution of a forecast is over at once."""

    def start_forecast(arn: str, campaign_id: int | None, forecast_id: str) -> None:
        handler({"campaign_id": campaign_id, "forecast_id": forecast_id}, CONTEXT)

    monkeypatch.setattr(executions, "start_forecast", start_forecast)


@pytest.mark.usefixtures("at_once", "one")
def test_a_forecast_shows_the_days(api: Client) -> None:
    answer = api.post(FORECAST, {"days": 9, "as_of": "2027-02-25T05:00:00Z"})

    assert answer.status == 200
    told = answer.json()
    assert (told["campaign_id"], told["from"], told["status"]) == (1, "2027-02-25T05:00:00.000Z", "COMPLETED")
    assert [day["touches"] for day in told["days"]] == [3, 1, 3, 1, 0, 3, 1, 0, 0]
    first = told["days"][0]
    assert (first["date"], first["cap"], first["by_sequence"]) == ("2027-02-25", 3, {"aggressive_close": 3})
    assert first["by_step"] == {"aggressive_close": {"0": 3}}
    assert (told["total"], told["waiting"], told["otherwise"]) == (12, {}, None)
    assert "nobody replies" in told["note"]


@pytest.mark.usefixtures("at_once", "one")
def test_all_active_campaigns_come_with_their_totals(api: Client, campaign: Callable[..., Campaign]) -> None:
    campaign(name="Empty")
    campaign(name="Off", active=False)

    told = api.post("/forecast", {"days": 9, "as_of": "2027-02-25T05:00:00Z"}).json()

    assert [(one["name"], one["total"]) for one in told["campaigns"]] == [("Campaign 1", 12), ("Empty", 0)]
    assert told["total"] == sum(day["touches"] for day in told["days"]) == 12
    assert api.get(f"/forecasts/{told['forecast_id']}").json() == told


@pytest.mark.usefixtures("at_once", "one")
def test_ninety_days_from_now_unless_asked_otherwise(api: Client) -> None:
    assert len(api.post(FORECAST).json()["days"]) == 90


@pytest.mark.usefixtures("one")
def test_a_forecast_that_takes_longer_is_followed_by_its_address(api: Client) -> None:
    started = api.post(FORECAST, query={"wait": 0})
    forecast_id = started.json()["forecast_id"]

    assert (started.status, started.json()["status"], started.json()["days"]) == (202, "RUNNING", [])
    assert started.location == f"/campaigns/1/forecasts/{forecast_id}"
    handler({"campaign_id": 1, "forecast_id": forecast_id}, CONTEXT)
    assert api.get(started.location).json()["status"] == "COMPLETED"


@pytest.mark.usefixtures("one")
def test_a_forecast_of_all_that_takes_longer_is_followed_by_its_address(api: Client) -> None:
    started = api.post("/forecast", query={"wait": 0})

    assert started.status == 202
    assert api.get(started.location).json()["status"] == "RUNNING"


@pytest.mark.usefixtures("one")
def test_a_forecast_whose_execution_died_has_failed(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    started = api.post(FORECAST, query={"wait": 0})
    monkeypatch.setattr(executions, "alive", lambda arn, name: False)
    monkeypatch.setattr(calculations, "_GRACE", timedelta())

    told = api.get(started.location).json()

    assert told["status"] == "FAILED"
    assert "Try again" in told["error_message"]


@pytest.mark.usefixtures("one")
def test_a_machine_that_cannot_be_started_is_said(api: Client, pipeline: Any) -> None:
    pipeline.delete_state_machine(stateMachineArn=FORECAST_ARN)

    assert_problem(api.post(FORECAST), 503)


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize("days", [0, 366, "90", 1.5, True, None])
def test_days_are_1_to_365(api: Client, days: Any) -> None:
    assert_problem(api.post(FORECAST, {"days": days}), 422, "days")


@pytest.mark.usefixtures("one")
def test_a_moment_is_refused_where_the_stack_does_not_let_it_be_chosen(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOW_TIME_TRAVEL", "false")

    assert_problem(api.post(FORECAST, {"as_of": "2027-02-25T05:00:00Z"}), 422, "as_of")
    assert_problem(api.post("/forecast", {"as_of": "2027-02-25T05:00:00Z"}), 422, "as_of")
    assert_problem(api.post(FORECAST, {"as_of": "soon"}), 422, "as_of")


@pytest.mark.usefixtures("one")
def test_the_same_idempotency_key_is_one_forecast(api: Client) -> None:
    headers = {"Idempotency-Key": "one"}

    first, second = (api.post(FORECAST, query={"wait": 0}, headers=headers) for _ in range(2))

    assert first.json()["forecast_id"] == second.json()["forecast_id"]


@pytest.mark.usefixtures("one")
def test_what_is_not_there_is_not_found(api: Client, campaign: Callable[..., Campaign]) -> None:
    campaign()
    started = api.post(FORECAST, query={"wait": 0}).json()

    assert_problem(api.post("/campaigns/9/forecast"), 404)
    assert_problem(api.get("/forecasts/none"), 404)
    # Another campaign's.
    assert_problem(api.get(f"/campaigns/2/forecasts/{started['forecast_id']}"), 404)
