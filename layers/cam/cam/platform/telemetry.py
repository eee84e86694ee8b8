"""What a function says about itself: JSON logs that name their run, one metric per outcome. No personal data."""

import traceback
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from cam.model.errors import CamError

logger = Logger(service="cam", log_uncaught_exceptions=False)
metrics = Metrics(namespace="CAM", service="cam")

Handler = Callable[[dict[str, Any], LambdaContext], Any]


def entrypoint(handler: Handler) -> Handler:
    """Around every Lambda handler: context in the logs, metrics out at the end, expected errors in one line."""

    @wraps(handler)
    def run(event: dict[str, Any], context: LambdaContext) -> Any:
        try:
            return handler(event, context)
        except CamError as error:
            logger.warning("gave up", error=type(error).__name__)
            raise
        finally:
            if metrics.metric_set:
                metrics.flush_metrics()

    return logger.inject_lambda_context(run, clear_state=True)


def about(**fields: Any) -> None:
    """Fields that every later line of this invocation carries: campaign_id, run_id, stage, shard."""
    logger.append_keys(**fields)


def unexpected(what: str, error: BaseException, **fields: Any) -> None:
    """One line about a fault that nobody foresaw: its kind and its place, not its text, which may quote a lead."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    logger.error(what, error=type(error).__name__, where=where, **fields)


def outcome(stage: str, counts: Mapping[str, int]) -> None:
    """One line and one metric per outcome of a worker: what it did, in numbers."""
    logger.info("shard worked", counts=dict(counts))
    for name, number in counts.items():
        metrics.add_metric(name=f"{stage.title()}.{name}", unit=MetricUnit.Count, value=number)


def heard(source: str, counts: Mapping[str, int]) -> None:
    """One line and one metric per outcome of what came in from outside."""
    logger.info("heard", source=source, counts=dict(counts))
    for name, number in counts.items():
        metrics.add_metric(name=f"{source}.{name}", unit=MetricUnit.Count, value=number)
