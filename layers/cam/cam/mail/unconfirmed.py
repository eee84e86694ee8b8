"""What a provider's events say of touches that nobody was sure of: they have left, or they have not (spec §6)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cam.campaigns import campaigns
from cam.leads import reading
from cam.mail import ledger, touch_timing
from cam.mail.ledger import Send, Touch
from cam.model.errors import Throttled
from cam.model.models import Lead, SendStatus, Stage
from cam.model.settings.sending import Sending
from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.text import clock

_ATTEMPTS = 4
_WAITS = "unconfirmed#"
_DUE = f"{Stage.NURTURE.lower()}#"


@dataclass(frozen=True, slots=True)
class _Standing:
    """A touch as the ledger has it, and its lead, where there is one."""

    touch: Touch
    send: Send
    lead: Lead | None


# Where a lead goes: its place, what to set on it, and what its timeline tells (event and detail).
_Step = tuple[str, dict[str, Any], str, str]


def left(touch: Touch, message_id: str, at: datetime, now: datetime) -> None:
    """The provider took this touch at `at`: record it as sent if that was not known. Its lead waits for the next one.

    `message_id` may be empty, as in `outbox.mark_sent`. Again changes nothing, and mends what a first time left half
    done. A touch that is not in the ledger, or that is known not to have left, stays as it is. Raises Throttled.
    """

    def step(send: Send, lead: Lead) -> _Step:
        known = message_id or send.message_id
        todo, put = ledger.onward(lead, at, _sending(touch), known, send.subject)
        return todo, put, "sent after all", f"touch {touch.step + 1}: confirmed by the provider"

    def record(found: _Standing) -> SendStatus | None:
        return ledger.mark_sent(found.touch, message_id, at)

    _turn_out(touch, SendStatus.SENT, record, step, now)


def refused(touch: Touch, reason: str, now: datetime) -> None:
    """The provider did not send this touch: it may be claimed again, on another day, a few times.

    A touch that is recorded as sent stays so: it was handed over. Again changes nothing. Raises Throttled.
    """

    def step(send: Send, lead: Lead) -> _Step:
        detail, sending = f"touch {touch.step + 1}: {reason}", _sending(touch)
        if send.attempts < touch_timing.ATTEMPTS:
            return keys.todo(Stage.NURTURE, touch_timing.again(lead, now, sending), lead.id), {}, "refused", detail
        due = touch_timing.following(lead, now, sending)
        return keys.todo(Stage.NURTURE, due, lead.id), {"step": lead.step + 1}, "refused", f"{detail}; given up"

    def record(found: _Standing) -> SendStatus | None:
        page = found.lead.linkedin_url if found.lead else None
        return ledger.mark_refused(found.touch, found.send.status, reason, now, found.send.to, page)

    _turn_out(touch, SendStatus.FAILED, record, step, now)


def _turn_out(
    touch: Touch,
    outcome: SendStatus,
    record: Callable[[_Standing], SendStatus | None],
    step: Callable[[Send, Lead], _Step],
    now: datetime,
) -> None:
    """Record what an unsure touch turns out to be, unless its outcome is that already, and send its lead on by `step`.

    `record` answers what the touch was, or None when somebody else was quicker.
    """
    for _ in range(_ATTEMPTS):
        found = _read(touch)
        if found is None:
            return
        turned = None
        if found.send.status in (SendStatus.CLAIMED, SendStatus.UNCONFIRMED):
            turned = record(found)
            if turned is None:
                continue
        elif found.send.status is not outcome:
            return
        lead = found.lead
        if lead is None or not _is_stuck(lead, touch, turned) or _move(touch, lead, step(found.send, lead), now):
            return
    raise Throttled("the touch is being changed by other workers")


def _read(touch: Touch) -> _Standing | None:
    """None: the ledger knows of no such touch."""
    entry = tables.get(leads_table(), touch.key)
    if entry is None:
        return None
    # The counts are those of the run that sent it.
    ran = replace(touch, shard=replace(touch.shard, run_id=entry.get("run_id", "")))
    # One that cannot be read moves no further; what is known of its touch is recorded all the same.
    lead = reading.get(touch.shard.campaign_id, touch.shard.number, touch.lead_id)
    return _Standing(ran, ledger.read(entry), lead)


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


def _move(touch: Touch, lead: Lead, step: _Step, now: datetime) -> bool:
    """Send the lead on, if it still waits where it was read."""
    todo, put, event, detail = step
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
