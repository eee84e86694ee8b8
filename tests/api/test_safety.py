"""The stop switch and the pause over HTTP, and where they show."""

from collections.abc import Callable

import pytest

from cam.mail import safety
from cam.model.models import Campaign
from cam.text import clock
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]


def test_the_stop_switch_says_who_why_and_when(api: Client) -> None:
    assert api.get("/stop").json() == {"stopped": False, "since": None, "reason": None, "by": None}

    on = api.post("/stop", {"reason": "a wrong list", "by": "Ann"})

    assert on.status == 200
    assert on.json() == api.get("/stop").json()
    assert (on.json()["stopped"], on.json()["reason"], on.json()["by"]) == (True, "a wrong list", "Ann")


def test_stopping_again_changes_nothing_and_releasing_does_twice_as_well(api: Client) -> None:
    first = api.post("/stop").json()
    assert api.post("/stop", {"by": "Bob"}).json() == first
    for _ in range(2):
        assert api.request("DELETE", "/stop").status == 204
    assert not api.get("/stop").json()["stopped"]


def test_a_campaign_is_paused_and_goes_on(api: Client, campaign: Make) -> None:
    version = campaign().settings_version
    paused = api.post("/campaigns/1/pause", {"reason": "new texts", "by": "Ann"}).json()
    assert (paused["paused"], paused["automatic"], paused["by"]) == (True, False, "Ann")
    assert api.get("/campaigns/1/pause").json() == paused

    assert not api.post("/campaigns/1/resume").json()["paused"]
    assert not api.post("/campaigns/1/resume").json()["paused"]
    assert api.get("/campaigns/1").json()["settings_version"] == version


def test_the_dashboard_says_what_stops_the_mail_before_any_run_does(api: Client, campaign: Make) -> None:
    campaign()
    safety.stop("a doubt", None, clock.now())
    safety.pause(1, "new texts", "Ann", clock.now())

    notices = api.get("/campaigns/1/dashboard").json()["notices"]

    assert [one["job_type"] for one in notices] == ["NURTURE", "NURTURE"]
    assert "DELETE /stop" in notices[0]["message"]
    assert "new texts" in notices[1]["message"]


@pytest.mark.parametrize("path", ["/stop", "/campaigns/1/pause"])
def test_bad_reasons_are_refused(api: Client, campaign: Make, path: str) -> None:
    campaign()
    assert_problem(api.post(path, {"reason": "x" * 301}), 422, "reason")
    assert_problem(api.post(path, {"by": ""}), 422, "by")
    assert_problem(api.post(path, {"reson": "x"}), 422, "reson", says="'reason'")
    assert_problem(api.post(path, {"reason": "a\nb"}), 422, "reason")


def test_there_is_no_pause_of_a_campaign_that_is_not_there(api: Client) -> None:
    for method, path in (("GET", "pause"), ("POST", "pause"), ("POST", "resume")):
        assert_problem(api.request(method, f"/campaigns/7/{path}"), 404)


def test_nurture_alone_is_not_started_while_mail_is_stopped(api: Client, campaign: Make) -> None:
    campaign()
    safety.stop("a doubt", "Ann", clock.now())

    refused = api.post("/campaigns/1/runs", {"stages": ["NURTURE"]})

    assert_problem(refused, 422, "stages", says="stopped by Ann")
