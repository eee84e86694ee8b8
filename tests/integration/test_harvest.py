"""Harvest: files are read from where the last run stopped, nobody is taken in twice, bad rows are reported."""

from collections import Counter
from typing import Any

import boto3

from cam import files, leads, tables
from cam.environment import leads_table
from cam.models import JobStatus, LeadDraft, Stage
from tests.conftest import BUCKET
from tests.integration import pipeline


def harvest(campaign_id: int, name: str, max_leads: int | None = None) -> Any:
    return pipeline.pipeline(campaign_id, name, stages=["HARVEST"], max_leads=max_leads)[1][Stage.HARVEST]


def test_a_file_is_read_from_where_the_last_run_stopped(campaign: Any) -> None:
    campaign()
    pipeline.upload(1, pipeline.csv(25))

    inserted = [harvest(1, f"run-{number}", 10).leads_qualified for number in range(4)]

    assert inserted == [10, 10, 5, 0]


def test_the_same_person_again_is_counted_and_not_written(campaign: Any) -> None:
    campaign()
    text = "name,email\nAda,ada@a.example\nADA,Ada+news@A.example \nBob,bob@a.example\n"
    pipeline.upload(1, text)

    result = harvest(1, "run-1")

    assert result.counts["inserted"] == 2
    assert result.counts["deduplicated"] == 1


def test_duplicates_do_not_use_up_the_cap(campaign: Any) -> None:
    campaign()
    pipeline.upload(1, pipeline.csv(5))
    harvest(1, "run-1")
    pipeline.upload(1, pipeline.csv(10), "again.csv")

    result = harvest(1, "run-2", 3)

    assert result.counts["deduplicated"] == 5
    assert result.counts["inserted"] == 3


def test_a_bad_row_is_reported_with_its_line_and_the_rest_goes_on(campaign: Any) -> None:
    campaign()
    one = pipeline.upload(1, "name,email\nAda,ada@a.example\n,\nNobody,\nBob,bob@a.example,too,many\nCy,cy@a.example\n")

    result = harvest(1, "run-1")

    read = files.read(1, one)
    assert result.leads_qualified == 2
    assert [error.line for error in read.errors] == [4, 5]
    assert (read.status, read.percent) == (JobStatus.COMPLETED, 100)


def test_leads_by_hand_are_taken_in_once(campaign: Any) -> None:
    campaign()
    drafts = [
        (f"lead{number}", LeadDraft(name=f"Ada {number}", email=f"ada{number}@a.example")) for number in range(60)
    ]
    files.queue(1, drafts)

    first, second = harvest(1, "run-1"), harvest(1, "run-2")

    assert first.leads_qualified == 60
    assert second.status is JobStatus.SKIPPED


def test_sources_fill_up_in_order(campaign: Any) -> None:
    campaign()
    pipeline.upload(1, pipeline.csv(3))
    files.queue(1, [("one", LeadDraft(name="Zoe", email="zoe@a.example"))])

    result = harvest(1, "run-1", 10)

    assert result.leads_qualified == 4
    assert result.counts["sources_succeeded"] == 2


def test_a_source_that_fails_is_recorded_and_the_next_one_is_tried(campaign: Any) -> None:
    campaign()
    one = pipeline.upload(1, pipeline.csv(3))
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=files.read(1, one).object_key)
    files.queue(1, [("one", LeadDraft(name="Zoe", email="zoe@a.example"))])

    result = harvest(1, "run-1")

    assert (result.status, result.leads_qualified) == (JobStatus.PARTIAL, 1)
    assert result.error_message == "csv: leads.csv: the uploaded file is gone"


def test_a_harvest_in_which_every_source_failed_is_failed(campaign: Any) -> None:
    campaign()
    one = pipeline.upload(1, pipeline.csv(3))
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=files.read(1, one).object_key)

    assert harvest(1, "run-1").status is JobStatus.FAILED


def test_a_harvest_without_any_source_is_skipped_with_the_reason(campaign: Any) -> None:
    campaign()

    _, results = pipeline.pipeline(1)

    assert results[Stage.HARVEST].status is JobStatus.SKIPPED
    assert "upload a CSV" in (results[Stage.HARVEST].error_message or "")
    assert results[Stage.SCORE].status is JobStatus.COMPLETED


def test_a_reader_that_was_overtaken_gives_up_and_counts_nothing(campaign: Any, monkeypatch: Any) -> None:
    campaign()
    one = pipeline.upload(1, pipeline.csv(5))
    stale = files.read(1, one)
    harvest(1, "run-1")
    monkeypatch.setattr(files, "unread", lambda campaign_id: [stale])

    result = harvest_again()

    assert result == "Throttled"
    assert files.read(1, one).duplicates == 0


def harvest_again() -> str:
    state = pipeline.start(1, "run-2", stages=["HARVEST"])
    try:
        pipeline.stage(Stage.HARVEST, state)
    except Exception as error:
        return type(error).__name__
    return "done"


def test_a_batch_of_new_leads_is_one_read_and_one_write(campaign: Any, operations: Counter[str]) -> None:
    campaign()
    pipeline.upload(1, pipeline.csv(90))
    state = pipeline.start(1)
    operations.clear()

    pipeline.stage(Stage.HARVEST, state)

    assert operations["TransactWriteItems"] == 1
    assert operations["BatchGetItem"] == 1


def test_each_field_keeps_where_it_came_from(campaign: Any) -> None:
    campaign()
    pipeline.upload(1, pipeline.csv(1), "friends.csv")
    harvest(1, "run-1")

    (lead,), _ = leads.page(1, 1, {}, 10)

    assert lead.provenance["email"]["source"] == "csv"
    assert lead.provenance["role"]["detail"] == "friends.csv line 2"


def test_an_unreadable_file_is_closed_with_its_error(campaign: Any) -> None:
    campaign()
    one = pipeline.upload(1, pipeline.csv(1))
    boto3.client("s3").put_object(Bucket=BUCKET, Key=files.read(1, one).object_key, Body=b"\x00\x01")

    harvest(1, "run-1")

    read = files.read(1, one)
    assert read.status is JobStatus.FAILED
    assert read.errors[0].field == "file"


def test_the_lead_index_says_who_a_person_is(campaign: Any) -> None:
    campaign()
    pipeline.upload(1, "name,email\nAda,Ada+x@A.example\n")
    harvest(1, "run-1")

    from cam import keys

    items, _ = tables.query(leads_table(), keys.person("ada@a.example"), index=tables.PERSON)
    assert len(items) == 1
