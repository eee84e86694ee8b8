"""What if: a preview of other settings, which writes nothing on leads, and rescoring, which does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from cam.campaigns import previews
from cam.campaigns.previews import Found
from cam.leads import lead_queue, reading
from cam.leads.lead_queue import Revised
from cam.mail import ledger, sequences, suppression
from cam.mail.sequences import Head
from cam.model.models import Lead, Run, Stage
from cam.model.settings.campaign import CampaignSettings
from cam.platform import keys, telemetry
from cam.platform.telemetry import entrypoint
from cam.rules.preview_summary import Summary
from cam.runs import worker
from functions.whatif import lead_comparison, preview_counts
from functions.whatif.lead_comparison import Judged
from functions.whatif.rescoring import revision

Judge = Callable[[Lead], tuple[Judged, bool] | None]


class PreviewEvent(BaseModel):
    """What the state machine hands over: ids, never leads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    campaign_id: int
    preview_id: str
    shard: int


class RescoreEvent(worker.ShardEvent):
    """A shard of a run, and the sort key behind which to go on."""

    after: str = ""


@entrypoint
def preview(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """Look at the leads of one shard as they are and as the preview's settings would have them.

    How far it has come is kept with what was found, so that an attempt that died is gone on with.
    """
    asked = PreviewEvent.model_validate(event)
    telemetry.about(campaign_id=asked.campaign_id, preview_id=asked.preview_id, shard=asked.shard)
    wanted = previews.read(asked.campaign_id, asked.preview_id)
    before = previews.in_shard(wanted, asked.shard)
    summary = Summary.loaded(before.summary)
    known = _known(asked.campaign_id, wanted.settings)
    while not before.done:
        page, after = reading.stretch(asked.campaign_id, asked.shard, before.after)
        judge = _judging(asked.campaign_id, page, wanted.settings)
        for lead in page:
            found = None if lead_comparison.final(lead) or lead_comparison.incomplete(lead) else judge(lead)
            judged, kept = found or (None, False)
            preview_counts.add(summary, lead, judged, kept, known)
        now = Found(summary.dumped(), before.leads + len(page), after, after is None)
        if not previews.keep(wanted, asked.shard, before, now):
            before = previews.in_shard(wanted, asked.shard)
            summary = Summary.loaded(before.summary)
            continue
        before = now
        if not before.done and worker.short_of_time(context):
            return {"more": True}
    telemetry.outcome("preview", {"leads": before.leads})
    return {"more": False}


def _known(campaign_id: int, settings: CampaignSettings) -> dict[str, Head]:
    """What the names on the ladder mean now. One read."""
    return sequences.newest(campaign_id, [rung.sequence for rung in settings.routing.ladder])


def _judging(campaign_id: int, page: Sequence[Lead], settings: CampaignSettings) -> Judge:
    """What the settings say about each lead of a page, and whether it is kept because it has been written to.

    None: its data cannot be worked with.
    """
    suppressed = suppression.suppressed(lead.email for lead in page if lead.email)
    begun = ledger.begun(campaign_id, [lead for lead in page if lead_comparison.may_have_begun(lead)])

    def judge(lead: Lead) -> tuple[Judged, bool] | None:
        kept = lead_comparison.written_to(lead) or lead.id in begun
        try:
            return lead_comparison.judge(lead, settings, lead.email in suppressed), kept
        except Exception as error:  # one lead must not stop a shard
            telemetry.unexpected("a lead could not be decided", error, lead_id=lead.id)
            return None

    return judge


@entrypoint
def rescore(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Decide again about the leads of one shard that have their decisions, with the run's settings.

    Leads that wait for a stage are left to it. Twice is as once: a lead that comes out as it is stored is not written.
    Returns `{"more": true, "after": …}` when time ran short.
    """
    asked = RescoreEvent.model_validate(event)
    shard, run = worker.begin(Stage.SCORE, asked.model_dump(exclude={"after"}))
    after: str | None = asked.after or None
    counts = {"rescored": 0, "moved": 0}
    known = _known(asked.campaign_id, run.settings)
    try:
        while worker.running(shard):
            page, after = reading.stretch(asked.campaign_id, asked.shard, after)
            now = run.now()
            for batch in batched(_revisions(shard, run, page, now, known), lead_queue.BATCH, strict=False):
                written = lead_queue.revise(shard, batch, now)
                counts["rescored"] += written
                counts["moved"] += len(batch) - written
            if after is None:
                break
            if worker.short_of_time(context):
                return {"more": True, "after": after}
        return {"more": False, "after": ""}
    finally:
        telemetry.outcome("rescore", counts)


def _revisions(
    shard: keys.Shard, run: Run, page: Sequence[Lead], now: datetime, known: Mapping[str, Head]
) -> Iterator[Revised]:
    wanted = [lead for lead in page if not lead_comparison.final(lead) and not lead_comparison.waits_for_stages(lead)]
    judge = _judging(shard.campaign_id, wanted, run.settings)
    for lead in wanted:
        found = judge(lead)
        revised = revision(lead, *found, run, now, known) if found else None
        if revised:
            yield revised
