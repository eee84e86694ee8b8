"""The MX check of a worker: what is remembered, then what DNS says, within the run's budget."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.leads.lead_queue import Left
from cam.mail import mail_servers
from cam.model.models import Run
from cam.platform import keys
from cam.platform.environment import dns_servers
from cam.runs import worker
from cam.text import clock

# Seconds for the questions of one page: many are slow together, and the worker has little left at the end.
_SHORTEST, _LONGEST = 5.0, 60.0


class Unknown(StrEnum):
    """Why nobody knows whether a domain takes mail; its leads wait, and are counted by this name."""

    OUTAGE = "mx_outage"
    BUDGET = "mx_budget"


_HINTS = {
    Unknown.OUTAGE: "Leads waiting because DNS did not say whether their domains accept email: {mx_outage}. "
    "The next run tries again.",
    Unknown.BUDGET: "Leads waiting because the run's lookups are used up (qualification.mx_per_run): {mx_budget}. "
    "The next run continues; to check more in one run, raise mx_per_run.",
}


def stays(why: Unknown) -> Left:
    """A lead whose domain nobody knows: neither rejected nor approved (spec §4)."""
    return Left({"mx_unknown": 1, why: 1}, {why.lower().replace("_", "."): _HINTS[why]})


@dataclass(slots=True)
class Checks:
    """The checks of one worker. A domain that DNS did not tell about is not asked again by it."""

    context: LambdaContext
    silent: set[str] = field(default_factory=set)

    def of(self, run: Run, domains: Collection[str]) -> dict[str, bool | Unknown]:
        """Whether each of these domains takes mail, or why nobody knows."""
        # 90 ms of CPU: not at the start of those who never ask.
        from functions.qualify.mail_servers import ask

        now = clock.now()
        found: dict[str, bool | Unknown] = dict.fromkeys(domains, Unknown.OUTAGE)
        remembered = mail_servers.known(domains, now)
        found |= remembered
        # Another order in each run: domains that never answer do not keep the others from being asked.
        wanted = sorted(
            found.keys() - remembered.keys() - self.silent, key=lambda domain: keys.hashed(f"{run.run_id} {domain}")
        )
        if not wanted:
            return found
        admitted = mail_servers.take(run, len(wanted))
        found |= dict.fromkeys(wanted[admitted:], Unknown.BUDGET)
        answers = ask(wanted[:admitted], dns_servers(), self._seconds()) if admitted else {}
        told = {domain: answer for domain, answer in answers.items() if answer is not None}
        mail_servers.remember(told, now)
        mail_servers.give_back(run, admitted - len(answers))
        self.silent |= answers.keys() - told.keys()
        return found | told

    def _seconds(self) -> float:
        left = (self.context.get_remaining_time_in_millis() - worker.RESERVE_MS) / 1000
        return min(_LONGEST, max(_SHORTEST, left))
