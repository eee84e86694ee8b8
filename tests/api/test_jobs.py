"""The job history over HTTP."""

from collections.abc import Callable

from cam.model.models import Campaign, Run, Stage
from tests.api.client import Client, assert_problem

Make = Callable[..., Campaign]
JOBS = "/campaigns/1/jobs"


def test_jobs_are_listed_newest_first_page_by_page(api: Client, campaign: Make, past_run: Callable[..., Run]) -> None:
    one = campaign()
    first = past_run(one, [Stage.SCORE, Stage.QUALIFY, Stage.ROUTE]).run_id
    second = past_run(one, [Stage.HARVEST, Stage.SCORE]).run_id

    seen, cursor = [], None
    while True:
        page = api.get(JOBS, {"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        assert len(page["items"]) <= 2
        seen += [(job["run_id"], job["type"]) for job in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == [
        (second, "SCORE"), (second, "HARVEST"), (first, "ROUTE"), (first, "QUALIFY"), (first, "SCORE"),
    ]  # fmt: skip


def test_one_type_is_found_in_any_case(api: Client, campaign: Make, past_run: Callable[..., Run]) -> None:
    one = campaign()
    for _ in range(3):
        past_run(one, [Stage.HARVEST, Stage.SCORE])
    past_run(one, [Stage.ROUTE])

    page = api.get(JOBS, {"job_type": "score", "limit": 2}).json()
    rest = api.get(JOBS, {"job_type": "SCORE", "limit": 2, "cursor": page["next_cursor"]}).json()

    assert [job["type"] for job in (*page["items"], *rest["items"])] == ["SCORE"] * 3


def test_a_full_pipeline_is_one_job(api: Client, campaign: Make, past_run: Callable[..., Run]) -> None:
    one = campaign()
    whole = past_run(
        one, list(Stage), {Stage.HARVEST: {"discovered": 9}, Stage.QUALIFY: {"processed": 8, "qualified": 4}}
    )
    past_run(one, [Stage.SCORE])

    (job,) = api.get(JOBS, {"job_type": "full_pipeline"}).json()["items"]

    assert (job["type"], job["run_id"], job["leads_processed"], job["leads_qualified"]) == (
        "FULL_PIPELINE", whole.run_id, 9, 4,
    )  # fmt: skip


def test_an_open_run_has_no_jobs_yet(api: Client, campaign: Make) -> None:
    campaign()
    api.post("/campaigns/1/runs")
    assert api.get(JOBS).json() == {"items": [], "next_cursor": None}


def test_wrong_types_and_campaigns_are_refused(api: Client, campaign: Make) -> None:
    campaign()
    assert_problem(api.get(JOBS, {"job_type": "BREW"}), 422, "job_type")
    assert_problem(api.get("/campaigns/2/jobs"), 404)
