"""Harvest: files are read from where the last run stopped, nobody is taken in twice, bad rows are reported."""

from collections import Counter
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ResponseStreamingError
from botocore.response import StreamingBody

from cam.leads import imports, reading, stored_files
from cam.model.errors import Throttled
from cam.model.models import JobStatus, LeadDraft, Stage
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.runs import runs
from cam.text import clock
from functions.harvest.run_intake import RunIntake
from functions.harvest.sources import uploads
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

    read = imports.read(1, one)
    assert result.leads_qualified == 2
    assert [error.line for error in read.errors] == [4, 5]
    assert (read.status, read.percent) == (JobStatus.COMPLETED, 100)


def test_leads_by_hand_are_taken_in_once(campaign: Any) -> None:
    campaign()
    drafts = [
        (f"lead{number}", LeadDraft(name=f"Ada {number}", email=f"ada{number}@a.example")) for number in range(60)
    ]
    imports.queue(1, drafts)

    first, second = harvest(1, "run-1"), harvest(1, "run-2")

    assert first.leads_qualified == 60
    assert second.status is JobStatus.SKIPPED


def test_sources_fill_up_in_order(campaign: Any) -> None:
    campaign()
    pipeline.upload(1, pipeline.csv(3))
    imports.queue(1, [("one", LeadDraft(name="Zoe", email="zoe@a.example"))])

    result = harvest(1, "run-1", 10)

    assert result.leads_qualified == 4
    assert result.counts["sources_succeeded"] == 2


def test_a_source_that_fails_is_recorded_and_the_next_one_is_tried(campaign: Any) -> None:
    campaign()
    one = pipeline.upload(1, pipeline.csv(3))
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=imports.read(1, one).object_key)
    imports.queue(1, [("one", LeadDraft(name="Zoe", email="zoe@a.example"))])

    result = harvest(1, "run-1")

    assert (result.status, result.leads_qualified) == (JobStatus.PARTIAL, 1)
    assert result.error_message == "csv: leads.csv: the uploaded file no longer exists: upload it as a new import"


def test_a_harvest_in_which_every_source_failed_is_failed(campaign: Any) -> None:
    campaign()
    one = pipeline.upload(1, pipeline.csv(3))
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=imports.read(1, one).object_key)

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
    stale = imports.read(1, one)
    harvest(1, "run-1")
    monkeypatch.setattr(imports, "unread", lambda campaign_id: [stale])

    result = harvest_again()

    assert result == "Throttled"
    assert imports.read(1, one).duplicates == 0


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

    (lead,), _ = reading.page(1, 1, {}, 10)

    assert lead.provenance["email"]["source"] == "csv"
    assert lead.provenance["role"]["detail"] == "friends.csv line 2"


def test_an_unreadable_file_is_closed_with_its_error(campaign: Any) -> None:
    campaign()
    one = pipeline.upload(1, pipeline.csv(1))
    boto3.client("s3").put_object(Bucket=BUCKET, Key=imports.read(1, one).object_key, Body=b"\x00\x01")

    harvest(1, "run-1")

    read = imports.read(1, one)
    assert read.status is JobStatus.FAILED
    assert read.errors[0].field == "file"


def test_the_lead_index_says_who_a_person_is(campaign: Any) -> None:
    campaign()
    pipeline.upload(1, "name,email\nAda,Ada+x@A.example\n")
    harvest(1, "run-1")

    from cam.platform import keys

    items, _ = tables.query(leads_table(), keys.person("ada@a.example"), index=tables.PERSON)
    assert len(items) == 1


def announce(text: str | None, mapping: dict[str, str | None] | None = None, encoding: str = "utf-8") -> str:
    """An import of campaign 1 whose file is uploaded to S3, or not yet; its id."""
    data = (text or "").encode(encoding)
    one, _, _ = imports.expect(1, "big.csv", len(data) or 1, mapping)
    if text is not None:
        boto3.client("s3").put_object(Bucket=BUCKET, Key=one.object_key, Body=data)
    return one.import_id


@pytest.fixture
def ranges(aws: None) -> list[str]:
    """The ranges of bytes that are asked for from here on."""
    asked: list[str] = []
    stored_files._s3().meta.events.register(
        "provide-client-params.s3.GetObject", lambda params, **_: asked.append(params["Range"])
    )
    return asked


def test_250_rows_with_a_cap_of_100_are_100_100_50_by_byte(campaign: Any) -> None:
    campaign()
    one = announce(pipeline.csv(250))

    found = []
    for number in range(3):
        inserted = harvest(1, f"run-{number}", 100).leads_qualified
        read = imports.read(1, one)
        found.append((inserted, read.row, read.status.value, read.percent))

    assert [row[:3] for row in found] == [(100, 100, "RUNNING"), (100, 200, "RUNNING"), (50, 250, "COMPLETED")]
    assert 35 < found[0][3] < 45 < 75 < found[1][3] < 85
    assert found[2][3] == 100
    assert (read.rows, read.offset, read.inserted) == (250, read.size, 250)


def test_no_more_of_a_file_is_read_than_a_run_needs(campaign: Any, ranges: list[str]) -> None:
    campaign()
    text = pipeline.csv(60_000)
    one = announce(text)

    harvest(1, "run-1", 10)
    first, place = [*ranges], imports.read(1, one).offset
    ranges.clear()
    harvest(1, "run-2", 10)

    start = text.index("Ada Number0")
    assert first == [f"bytes=0-{(1 << 20) - 1}", f"bytes={start}-{start + 64 * 1024 - 1}"]
    assert ranges == [f"bytes={place}-{place + 64 * 1024 - 1}"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_in_any_encoding_is_gone_on_with(campaign: Any, encoding: str) -> None:
    campaign()
    people = "".join(f'Jürgen Groß {n};j{n}@a{n}.example;"Größe\r\n{n}"\r\n' for n in range(25))
    one = announce("name;email;company\r\n" + people, encoding=encoding)

    inserted = [harvest(1, f"run-{number}", 10).leads_qualified for number in range(4)]

    assert inserted == [10, 10, 5, 0]
    assert (imports.read(1, one).status, imports.read(1, one).line) == (JobStatus.COMPLETED, 52)
    assert {lead.company for lead in reading.page(1, 1, {}, 100)[0]} == {f"Größe {n}" for n in range(25)}


def test_a_file_in_an_encoding_that_is_not_certain_fails_with_the_question(campaign: Any) -> None:
    campaign()
    asked = announce("name;email\nAnn Lee;ann@a.example\nKöln;k@k.example\n", encoding="mac-roman")
    # Its first megabyte is ASCII.
    people = "".join(f"Ann;a{n}@x.example;{'x' * 30_000}\n" for n in range(40))
    late = announce(f"name;email;note\n{people}Köln;k@k.example;\n", encoding="mac-roman")

    result = harvest(1, "run-1")

    assert result.status is JobStatus.FAILED
    for one in (asked, late):
        read = imports.read(1, one)
        assert read.status is JobStatus.FAILED
        assert "encoding=mac_roman if it should read “Köln”" in read.errors[0].message
        assert "Upload the file again with it" in read.errors[0].message


def test_a_file_that_is_to_come_waits_without_an_error(campaign: Any) -> None:
    campaign()
    one = announce(None)
    pipeline.upload(1, pipeline.csv(2))

    result = harvest(1, "run-1")

    assert (result.status, result.leads_qualified) == (JobStatus.COMPLETED, 2)
    assert imports.read(1, one).status is JobStatus.PENDING


def test_a_file_that_does_not_come_within_a_day_is_failed(campaign: Any, monkeypatch: Any) -> None:
    campaign()
    one = announce(None)
    pipeline.upload(1, pipeline.csv(2))
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)

    result = harvest(1, "run-1")

    read = imports.read(1, one)
    assert (result.status, read.status) == (JobStatus.COMPLETED, JobStatus.FAILED)
    assert "never uploaded" in read.errors[0].message


def test_nothing_but_a_file_that_is_to_come_is_no_source(campaign: Any) -> None:
    campaign()
    announce(None)

    assert harvest(1, "run-1").status is JobStatus.SKIPPED


def test_a_file_that_changes_between_two_runs_is_failed_with_the_reason(campaign: Any) -> None:
    campaign()
    one = announce(pipeline.csv(20))
    harvest(1, "run-1", 10)
    boto3.client("s3").put_object(Bucket=BUCKET, Key=imports.read(1, one).object_key, Body=pipeline.csv(30).encode())

    result = harvest(1, "run-2", 10)

    read = imports.read(1, one)
    assert (result.status, read.status, read.inserted) == (JobStatus.FAILED, JobStatus.FAILED, 10)
    assert "changed after the import began" in read.errors[0].message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("name,email\n", "has a header but no rows"),
        ("colour,shape\nred,round\n", "No recognised columns"),
        ("%PDF-1.7 and so on", "a PDF"),
    ],
)
def test_an_uploaded_file_that_is_no_table_is_failed_with_the_reason(campaign: Any, text: str, says: str) -> None:
    campaign()
    one = announce(text)

    result = harvest(1, "run-1")

    assert result.status is JobStatus.FAILED
    assert says in imports.read(1, one).errors[0].message


def test_a_file_that_is_too_large_is_failed_unread(campaign: Any, monkeypatch: Any) -> None:
    campaign()
    one = announce(pipeline.csv(3))
    monkeypatch.setattr(imports, "MOST_BYTES", 100)

    harvest(1, "run-1")

    assert "the limit is 100" in imports.read(1, one).errors[0].message


def test_a_mapping_of_the_users_own_is_used(campaign: Any) -> None:
    campaign()
    text = "Prénom,Courriel,Company\nZoé,zoe@a.example,Acme\n"
    announce(text, {"Prénom": "name", "Courriel": "email", "Company": None})
    wrong = announce(text, {"Courrier": "email", "Prénom": "name"})

    harvest(1, "run-1")

    (lead,), _ = reading.page(1, 1, {}, 10)
    assert (lead.name, lead.email, lead.company) == ("Zoé", "zoe@a.example", None)
    assert (lead.enrichment.model_extra or {})["company"] == "Acme"
    assert "no column 'Courrier'. Did you mean 'Courriel'?" in imports.read(1, wrong).errors[0].message


def test_all_errors_are_kept_with_their_rows(campaign: Any) -> None:
    campaign()
    one = announce("name,email\n" + "".join(f"Nobody {n},\n" for n in range(250)) + "Ada,ada@a.example\n")

    harvest(1, "run-1")

    read = imports.read(1, one)
    kept = [error.line for _, batch in imports.errors(read) for error in batch]
    assert kept == list(range(2, 252))
    assert ([error.line for error in read.errors], read.refused) == (kept[:100], 250)


def test_a_row_whose_zone_is_unknown_is_taken_and_reported(campaign: Any) -> None:
    campaign()
    rows = [f"Ada {n},ada-{n}@a.example,Mars/Base" for n in range(120)]
    one = pipeline.upload(1, "\n".join(["name,email,time zone", *rows, "Nobody,,", "Bob,bob@a.example,EST", ""]))

    result = harvest(1, "run-1")

    read = imports.read(1, one)
    kept = [error for _, batch in imports.errors(read) for error in batch]
    assert (result.counts["inserted"], result.counts["refused"]) == (121, 1)
    assert (read.warned, read.refused, len(read.row_warnings), len(read.errors)) == (120, 1, 100, 1)
    assert [(error.line, error.field) for error in kept] == [
        *((line, "time_zone") for line in range(2, 122)), (122, "email"),
    ]  # fmt: skip
    assert "'Mars/Base' is not a known time zone." in read.row_warnings[0].message


def test_a_broken_row_in_the_middle_costs_itself(campaign: Any) -> None:
    campaign()
    rows = [f"Ada {n},ada{n}@a{n}.example" for n in range(200)]
    rows[100] = '"Never closed,x@x.example'
    one = announce("name,email\n" + "\n".join(rows))

    inserted = [harvest(1, f"run-{number}", 100).leads_qualified for number in range(2)]

    read = imports.read(1, one)
    assert (inserted, read.status) == ([100, 99], JobStatus.COMPLETED)
    assert [(error.line, error.field) for error in read.errors] == [(102, "row")]


@pytest.mark.parametrize("batches", [1, 2])
def test_a_reader_that_is_killed_between_batches_is_gone_on_with(campaign: Any, batches: int) -> None:
    campaign()
    one = announce(pipeline.csv(250))
    state = pipeline.start(1, "run-1", stages=["HARVEST"])
    shard = keys.Shard(1, "run-1", 0)
    run = runs.frozen(1, "run-1")
    reading = uploads.pull(run, RunIntake.of(shard, run))
    for _ in range(batches):
        next(reading)
    del reading

    pipeline.stage(Stage.HARVEST, state)
    result = pipeline.end(state)[1][Stage.HARVEST]

    assert (result.leads_qualified, imports.read(1, one).inserted) == (250, 250)
    assert imports.read(1, one).duplicates == 0


def test_two_readers_of_one_file_with_different_caps_take_everybody_in_once(campaign: Any) -> None:
    campaign()
    one = announce(pipeline.csv(250))
    pipeline.start(1, "run-1", stages=["HARVEST"])
    run = runs.frozen(1, "run-1")
    caps = (7, 31)
    for _ in range(40):
        intakes = [RunIntake(keys.Shard(1, "run-1", 0), run, None, cap) for cap in caps]
        readings = [uploads.pull(run, intake) for intake in intakes]
        overtaken = 0
        for harvest in readings:
            try:
                next(harvest, None)
            except Throttled:
                overtaken += 1
        assert overtaken == 0
    read = imports.read(1, one)
    assert (read.status, read.inserted, read.duplicates) == (JobStatus.COMPLETED, 250, 0)


def test_readers_at_the_same_time_take_everybody_in_once(campaign: Any, monkeypatch: Any) -> None:
    campaign()
    one = announce(pipeline.csv(250))
    pipeline.start(1, "run-1", stages=["HARVEST"])
    run, stale = runs.frozen(1, "run-1"), imports.read(1, one)
    first = uploads.pull(run, RunIntake(keys.Shard(1, "run-1", 0), run, None, 150))
    next(first)
    with monkeypatch.context() as patched:
        patched.setattr(imports, "unread", lambda campaign_id: [stale])
        with pytest.raises(Throttled):
            next(uploads.pull(run, RunIntake(keys.Shard(1, "run-1", 0), run, None, 5)))
    second = uploads.pull(run, RunIntake(keys.Shard(1, "run-1", 0), run, None, 5))
    next(second)
    with pytest.raises(Throttled):
        next(first)
    for _ in uploads.pull(run, RunIntake(keys.Shard(1, "run-1", 0), run, None, None)):
        pass

    read = imports.read(1, one)
    assert (read.inserted, read.duplicates) == (250, 0)
    assert len(reading.page(1, 1, {}, 300)[0]) == 250


def test_a_connection_that_breaks_off_is_tried_again_from_the_same_place(campaign: Any, monkeypatch: Any) -> None:
    campaign()
    one = announce(pipeline.csv(250))
    monkeypatch.setattr(stored_files, "_FEW", 8_000)
    state = pipeline.start(1, "run-1", stages=["HARVEST"])
    whole, broken = StreamingBody.read, iter([False, False, True])

    def reading(self: Any, amt: int | None = None) -> bytes:
        if next(broken, False):
            raise ResponseStreamingError(error="reset")
        return whole(self, amt)

    monkeypatch.setattr(StreamingBody, "read", reading)

    with pytest.raises(Throttled):
        pipeline.stage(Stage.HARVEST, state)
    assert 0 < imports.read(1, one).row < 250
    pipeline.stage(Stage.HARVEST, state)

    assert pipeline.end(state)[1][Stage.HARVEST].counts["inserted"] == 250


def test_errors_take_no_room_from_what_a_campaign_works_with(campaign: Any) -> None:
    campaign()
    one = pipeline.upload(1, "name,email\n" + "Nobody,\n" * 200)
    before = tables.count(leads_table(), keys.intake_pk(1))

    harvest(1, "run-1")

    # DynamoDB takes 10 GB in a partition that has local indexes.
    assert tables.count(leads_table(), keys.intake_pk(1)) == before
    assert sum(len(found) for _, found in imports.errors(imports.read(1, one))) == 200


def test_a_file_that_failed_is_told_by_the_run_although_another_worker_ends_it(campaign: Any) -> None:
    campaign()
    gone = announce(pipeline.csv(5))
    boto3.client("s3").put_object(Bucket=BUCKET, Key=imports.read(1, gone).object_key, Body=b"%PDF-1.7")
    announce(pipeline.csv(200))
    state = pipeline.start(1, "run-1", stages=["HARVEST"])
    run, shard = runs.frozen(1, "run-1"), keys.Shard(1, "run-1", 0)
    next(uploads.pull(run, RunIntake.of(shard, run)))

    pipeline.stage(Stage.HARVEST, state)
    result = pipeline.end(state)[1][Stage.HARVEST]

    assert (result.status, result.counts["inserted"]) == (JobStatus.PARTIAL, 200)
    assert "PDF" in (result.error_message or "")
