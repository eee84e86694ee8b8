"""EventBridge Scheduler: time zones, and the placeholders that it fills into a target's input.

ministack reads every cron and at() expression as UTC, fires up to ten seconds late, and leaves
`<aws.scheduler.scheduled-time>` and its kin as they are.
"""

import datetime
import time
from typing import Any
from zoneinfo import ZoneInfo

import ministack.services.eventbridge as rules
import ministack.services.scheduler as service
from ministack.core import responses

UTC = datetime.UTC
TICK = 1  # seconds


def next_fire(schedule: dict[str, Any], after: datetime.datetime) -> datetime.datetime | None:
    """The first moment after `after` at which the schedule is due; None when there is none."""
    expression = schedule.get("ScheduleExpression", "")
    zone = ZoneInfo(schedule.get("ScheduleExpressionTimezone") or "UTC")
    if expression.startswith("at("):
        moment = datetime.datetime.fromisoformat(expression[3:-1].strip()).replace(tzinfo=zone).astimezone(UTC)
        return moment if moment > after else None
    interval = rules._parse_rate_seconds(expression)
    if interval is not None:
        start = service._to_epoch(schedule.get("StartDate")) or schedule.get("CreationDate", after.timestamp())
        passed = (after.timestamp() - start) // interval + 1
        return datetime.datetime.fromtimestamp(start + max(passed, 1) * interval, UTC)
    fields = rules._parse_cron_fields(expression)
    if fields is None:
        return None
    # Walked on the wall clock of the zone; a time that a clock change skips moves to just after it.
    wall: datetime.datetime | None = rules._cron_next_fire(fields, after.astimezone(zone).replace(tzinfo=UTC))
    return wall.replace(tzinfo=zone).astimezone(UTC) if wall else None


def filled(target: dict[str, Any], schedule: dict[str, Any], due: datetime.datetime) -> dict[str, Any]:
    """The target with Scheduler's context attributes in its input."""
    if "Input" not in target:
        return target
    text = target["Input"]
    for name, value in {
        "schedule-arn": schedule.get("Arn", ""),
        "scheduled-time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "execution-id": service.new_uuid(),
        "attempt-number": "1",
    }.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return target | {"Input": text}


def fire(account: str, region: str, schedule: dict[str, Any], due: datetime.datetime) -> None:
    """Send the target its input, in the account and region of the schedule."""
    before = responses.get_account_id(), responses.get_region()
    responses.set_request_account_id(account)
    responses.set_request_region(region)
    event = {
        "EventId": service.new_uuid(),
        "Source": "aws.scheduler",
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "Time": due.timestamp(),
        "Resources": [schedule.get("Arn", "")],
        "Account": account,
        "Region": region,
    }
    try:
        rules._invoke_target(filled(schedule["Target"], schedule, due), event, schedule)
    finally:
        responses.set_request_account_id(before[0])
        responses.set_request_region(before[1])


def run(key: tuple[str, str, str], schedule: dict[str, Any], now: datetime.datetime) -> None:
    """Fire one schedule if it became due since it last fired; forget it if it is over and asked for that."""
    end, start = (service._to_epoch(schedule.get(date)) for date in ("EndDate", "StartDate"))
    over = end is not None and now.timestamp() > end
    if schedule.get("State") == "ENABLED" and not over and (start is None or now.timestamp() >= start):
        since = max(service._schedule_last_fired.get(key, started), schedule.get("CreationDate", 0.0))
        due = next_fire(schedule, datetime.datetime.fromtimestamp(since, UTC))
        if due is not None and due <= now:
            service._schedule_last_fired[key] = due.timestamp()
            fire(key[0], key[1], schedule, due)
            over = schedule["ScheduleExpression"].startswith("at(")
    if over and schedule.get("ActionAfterCompletion") == "DELETE":
        service._schedules._data.pop(key, None)
        service._schedule_last_fired.pop(key, None)


def tick() -> None:
    """Fire what has become due since the last tick. Slots that passed while the emulator was down are not made up."""
    now = datetime.datetime.now(UTC)
    for key, schedule in list(service._schedules._data.items()):
        try:
            run(key, schedule, now)
        except (KeyError, ValueError):  # an expression or time zone that AWS would have refused
            service.logger.exception("schedule %s cannot be run", key[2])


started = time.time()


def mend() -> None:
    service._tick_schedules = tick
    service._SCHEDULE_TICK_INTERVAL = rules._SCHEDULER_TICK_INTERVAL = TICK
