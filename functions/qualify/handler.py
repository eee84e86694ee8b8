"""Qualify: every scored lead of a shard is found worth a mail, rejected, or left to a person."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.leads import verdicts
from cam.leads.lead_queue import Decided, Due, Left
from cam.mail import suppression
from cam.model.addresses import email_domain
from cam.model.models import Lead, LeadStatus, Qualification, Run, Stage
from cam.platform.telemetry import entrypoint
from cam.rules.gates import qualify
from cam.runs.worker import Decide, work
from functions.qualify.checks import Checks, Unknown, stays


@entrypoint
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """Qualify the leads of one shard that wait for it."""
    return work(Stage.QUALIFY, event, partial(_prepare, Checks(context)), context, leaves=_checks_mx)


def _checks_mx(run: Run) -> bool:
    return run.settings.qualification.check_mx


def _prepare(checks: Checks, run: Run, leads: Sequence[Lead]) -> Decide:
    rules, levels = run.settings.qualification, run.settings.scoring.values.seniority
    suppressed = suppression.suppressed(lead.email for lead in leads if lead.email)
    servers: dict[str, bool | Unknown] = {}

    def judge(lead: Lead, takes_mail: bool | None = None) -> Qualification:
        return qualify(lead, rules, lead.email in suppressed, takes_mail, levels)

    if _checks_mx(run):
        # Who is rejected anyway costs no lookup.
        passing = [lead for lead in leads if _passes(judge(lead))]
        servers = checks.of(run, {email_domain(lead.email) for lead in passing if lead.email})

    def decide(lead: Lead, due: Due, now: datetime) -> Decided | Left:
        verdict = judge(lead)
        if servers and _passes(verdict) and lead.email:
            takes_mail = servers[email_domain(lead.email)]
            if isinstance(takes_mail, Unknown):
                return stays(takes_mail)
            verdict = judge(lead, takes_mail)
        verdict = verdict.model_copy(update={"settings_version": run.settings_version})
        return verdicts.qualified(due, verdict, now, paid=lead.credits > 0)

    return decide


def _passes(verdict: Qualification) -> bool:
    return verdict.status is not LeadStatus.REJECTED
