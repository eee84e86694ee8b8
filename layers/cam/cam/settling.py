"""What a provider's events say of touches that nobody was sure of: they have left, or they have not (spec §6)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cam import campaigns, clock, keys, leads, outbox, tables, touches
from cam.environment import leads_table
from cam.errors import Throttled
from cam.models import Lead, SendStatus, Stage
from cam.outbox import Touch
from cam.settings import Sending

_ATTEMPTS = 4
_WAITS = "unconfirmed#"
_DUE = f"{Stage.NURTURE.lower()}#"


@dataclass(frozen=True, slots=True)
class _Standing:
    """A touch as the ledger has it, and its lead, where there is one."""

    touch: Touch
    status: SendStatus
    attempts: int
    lead: Lead | None


def _read(touch: Touch) -> _Standing | None:
    """None: the ledger knows of no such touch."""
    entry = tables.get(leads_table(), touch.key)
    if entry is None:
        return None
    # The counts are those of the run that sent it.
    ran = replace(touch, shard=replace(touch.shard, run_id=entry.get("run_id", "")))
    lead = leads.get(touch.shard.campaign_id, touch.shard.number, touch.lead_id)
    return _Standing(ran, SendStatus(entry["status"]), int(entry.get("attempts", 1)), lead)


def left(touch: Touch, message_id: str, at: datetime, now: datetime) -> None:
    """The provider took this touch at `at`: record it as sent if that was not known. Its lead waits for the next one.

    Again changes nothing, and mends what a first time left half done. A touch that is not in the ledger, or that
    is known not to have left, stays as it is. Raises Throttled.
    """
    for _ in range(_ATTEMPTS):
        found = _read(touch)
        if found is None:
            return
        turned = None
        if found.status in (SendStatus.CLAIMED, SendStatus.UNCONFIRMED):
            turned = outbox.mark_sent(found.touch, message_id, at)
            if turned is None:
                continue  # somebody else was quicker
        elif found.status is not SendStatus.SENT:
            return
        lead = found.lead
        if lead is None or not _is_stuck(lead, touch, turned):
            return
        todo, put = outbox.onward(lead, at, _sending(touch))
        if _move(touch, lead, todo, put, "sent after all", f"touch {touch.step + 1}: the provider says so", now):
            return
    raise Throttled("the touch keeps being changed by somebody else")


def refused(touch: Touch, reason: str, now: datetime) -> None:
    """The provider did not send this touch: it may be claimed again, on another day, a few times.

    A touch that is recorded as sent stays so: it was handed over. Again changes nothing. Raises Throttled.
    """
    for _ in range(_ATTEMPTS):
        found = _read(touch)
        if found is None:
            return
        turned = None
        if found.status in (SendStatus.CLAIMED, SendStatus.UNCONFIRMED):
            turned = outbox.mark_refused(found.touch, found.status, reason, now)
            if turned is None:
                continue
        elif found.status is not SendStatus.FAILED:
            return
        lead = found.lead
        if lead is None or not _is_stuck(lead, touch, turned):
            return
        sending = _sending(touch)
        put: dict[str, Any] = {}
        detail = f"touch {touch.step + 1}: {reason}"
        due = touches.again(lead, now, sending)
        if found.attempts >= touches.ATTEMPTS:
            due = touches.following(lead, now, sending)
            put, detail = {"step": lead.step + 1}, f"{detail}; given up"
        if _move(touch, lead, keys.todo(Stage.NURTURE, due, lead.id), put, "refused", detail, now):
            return
    raise Throttled("the touch keeps being changed by somebody else")


def _is_stuck(lead: Lead, touch: Touch, turned: SendStatus | None) -> bool:
    """Whether the lead waits for this touch's outcome, or is about to: then nobody else moves it on.

    A claim that turned out is its worker's, or the next worker's, to go on from: each finds it in the ledger. But one
    who has just given it up as unsure sends its lead to wait, whatever the ledger says by then.
    """
    todo = lead.todo or ""
    waits = todo.startswith(_WAITS) or (turned is SendStatus.UNCONFIRMED and todo.startswith(_DUE))
    return waits and lead.step == touch.step and lead.routing is not None


def _sending(touch: Touch) -> Sending:
    return campaigns.read(touch.shard.campaign_id).settings.sending


def _move(touch: Touch, lead: Lead, todo: str, put: dict[str, Any], event: str, detail: str, now: datetime) -> bool:
    """Send the lead on, if it still waits where it was read."""
    moment = clock.iso(now)
    try:
        tables.write(
            tables.update(
                leads_table(),
                keys.lead(touch.shard.campaign_id, touch.shard.number, lead.id),
                put={**put, "todo": todo, "updated_at": moment},
                append={"history": [[moment, event, detail]]},
                equal={"todo": lead.todo},
            )
        )
    except tables.Refused:
        return False
    return True
