"""Which domains take mail, as DNS told: remembered for a while, and asked for within a run's budget."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from itertools import batched

from cam.leads import lead_queue
from cam.model.errors import Throttled
from cam.model.models import Run
from cam.platform import keys, tables
from cam.platform.environment import campaigns_table, leads_table
from cam.text import clock

# A company seldom gives its mail up; one that has just set up its domain should not wait for long.
_KEPT = {True: timedelta(days=7), False: timedelta(days=1)}
_ATTEMPTS = 6


def known(domains: Collection[str], now: datetime) -> dict[str, bool]:
    """What is remembered of these domains (lower-case ASCII). One read for each 100."""
    wanted = {domain: keys.mail_server(domain) for domain in domains}
    found = tables.get_many(campaigns_table(), list(wanted.values()), only=("takes_mail", "expires_at"))
    answers = {}
    for domain, key in wanted.items():
        item = found.get((key["pk"], key["sk"]))
        # TTL deletes days later.
        if item and item["expires_at"] > now.timestamp():
            answers[domain] = bool(item["takes_mail"])
    return answers


def remember(answers: Mapping[str, bool], now: datetime) -> None:
    """Keep what DNS told: for 7 days that a domain takes mail, for one that it does not. One write for each 100."""
    items = [
        tables.put(
            campaigns_table(),
            {
                **keys.mail_server(domain),
                "takes_mail": takes_mail,
                "checked_at": clock.iso(now),
                "expires_at": int((now + _KEPT[takes_mail]).timestamp()),
            },
        )
        for domain, takes_mail in answers.items()
    ]
    for batch in batched(items, tables.MOST, strict=False):
        tables.transact(batch)


def take(run: Run, wanted: int) -> int:
    """Take up to `wanted` lookups from the run's `mx_per_run`, before anybody is asked; how many there were.

    Raises Throttled when other shards are always faster.
    """
    cap = lead_queue.Cap(keys.lookups(run.campaign_id, run.run_id), run.settings.qualification.mx_per_run)
    for _ in range(_ATTEMPTS):
        number = lead_queue.room(cap, wanted)
        if not number:
            return 0
        try:
            tables.write(lead_queue.take(cap, number))
            return number
        except tables.Refused:
            continue
    raise Throttled("other shards are using the same lookup budget")


def give_back(run: Run, number: int) -> None:
    """Return lookups that were taken and not made."""
    if number:
        # A transaction carries a token: sent twice it counts once, so that the budget cannot grow.
        tables.transact(
            [tables.update(leads_table(), keys.lookups(run.campaign_id, run.run_id), add={"used": -number})]
        )
