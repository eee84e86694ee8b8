"""Harvest: the sources of a campaign, one after the other, until the run has what it wanted; then what leads lack."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.model.errors import ProviderFailed
from cam.model.models import Run, Stage
from cam.platform import tallies, telemetry
from cam.platform.telemetry import entrypoint
from cam.providers import providers
from cam.providers.providers import Provider
from cam.runs import worker
from cam.text import clock
from functions.harvest import enrichment
from functions.harvest.clients.outcomes import Wait
from functions.harvest.enrichment.enrichment_run import EnrichmentRun
from functions.harvest.run_intake import RunIntake
from functions.harvest.sources import Reader, in_order

# A run waits for providers, but not for ever: its campaign has only this one.
_LONGEST = timedelta(hours=1)
# An execution has 25,000 events, and a wait with the call behind it takes 11: an hour of waits stays below 20,000.
_SHORTEST = 2
# A step may be a request that hangs until it is given up, and is tried once more: then the worker hands back.
RESERVE_MS = 120_000
_DONE = {"more": False, "wait": 0}
_MORE = {"more": True, "wait": 0}


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool | int]:
    """Take in new leads and complete them. Every source knows where it stopped, so that it can be called again.

    Returns `more` when time ran short, and `wait`: seconds that a provider wants to be left alone first. A source that
    fails is recorded, not tried again in this run, and the next one fills up.
    """
    shard, run = worker.begin(Stage.HARVEST, event)
    able = providers.configured()
    # Not tried again in this run.
    failed = {name: text for name, text in tallies.texts(shard, Stage.HARVEST, "source.").items() if text != "ok"}
    run_intake = RunIntake.of(shard, run, able)
    enriching = EnrichmentRun(shard, run, able, failed={one: failed[one] for one in Provider if one in failed})
    try:
        for name, source in in_order(run, able):
            if run_intake.full or not worker.running(shard):
                break
            if name in failed:
                continue
            tallies.note(shard, Stage.HARVEST, f"source.{name}", "ok", keep=True)
            try:
                for _ in _bounded(run, name, source, run_intake):
                    if _short_of_time(context):
                        return _MORE
                    if not worker.running(shard):
                        return _DONE
            except Wait as wait:
                return _pause(wait)
            except ProviderFailed as failure:
                telemetry.logger.warning("source failed", source=name)
                tallies.note(shard, Stage.HARVEST, f"source.{name}", str(failure))
        return _complete(enriching, context)
    finally:
        telemetry.outcome(Stage.HARVEST, run_intake.counts + enriching.counts)


def _bounded(run: Run, name: str, source: Reader, run_intake: RunIntake) -> Iterator[None]:
    """What the source gives; when it wants the run to wait beyond its time, it has failed."""
    try:
        yield from source.pull(run, run_intake)
    except Wait as wait:
        if not _patient(run, wait):
            raise ProviderFailed(f"{name} accepts no more requests for now") from wait
        raise


def _short_of_time(context: LambdaContext) -> bool:
    return context.get_remaining_time_in_millis() < RESERVE_MS


def _pause(wait: Wait) -> dict[str, bool | int]:
    return {"more": True, "wait": max(_SHORTEST, wait.seconds)}


def _patient(run: Run, wait: Wait) -> bool:
    return clock.now() + timedelta(seconds=wait.seconds) - run.started_at <= _LONGEST


def _complete(enriching: EnrichmentRun, context: LambdaContext) -> dict[str, bool | int]:
    if not worker.running(enriching.shard):
        return _DONE
    try:
        for _ in enrichment.steps(enriching):
            if _short_of_time(context):
                return _MORE
            if not worker.running(enriching.shard):
                return _DONE
    except Wait as wait:
        if _patient(enriching.run, wait):
            return _pause(wait)
        hint = (
            "The providers did not finish within the run's hour: leads without an email address wait for the next run."
        )
        enriching.hint("patience", hint)
    return _DONE
