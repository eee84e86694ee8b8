"""The stack as a whole: whether it works, and what it holds."""

import asyncio
from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, Response

from cam.campaigns import campaigns
from cam.model.settings.kinds import Frozen
from cam.platform import keys, tables, tallies
from cam.platform.environment import campaigns_table, required
from cam.platform.telemetry import logger
from cam.runs import executions
from cam.text import clock
from functions.api.health import percent
from functions.api.parameters import Moment

router = APIRouter(tags=["system"])

# A check that takes longer has failed: who asks is waiting too.
_CHECK_SECONDS = 5.0

State = Literal["healthy", "unavailable"]


class Components(Frozen):
    """The components that CAM depends on."""

    database: State
    api: State
    orchestrator: State


class SystemHealth(Frozen):
    """Whether CAM works. `cache_available` is always false: CAM keeps no cache."""

    status: Literal["healthy", "degraded"]
    timestamp: Moment
    components: Components
    database_connected: bool
    cache_available: bool
    message: str


class Stats(Frozen):
    """Counts over all campaigns of the stack."""

    timestamp: Moment
    total_campaigns: int
    total_leads: int
    qualified_leads: int
    qualified_percentage: float
    routed_leads: int
    routed_percentage: float


@router.get("/health", summary="Check the stack", responses={503: {"model": SystemHealth}})
async def health(response: Response) -> SystemHealth:
    """Check the database and the orchestrator now. Requires no API key, and shows no details of a failure."""
    database, orchestrator = await asyncio.gather(
        _works("database", lambda: tables.get(campaigns_table(), keys.COUNTER) is None or True),
        _works("orchestrator", lambda: executions.reachable(required("PIPELINE_ARN"))),
    )
    fine = database and orchestrator
    if not fine:
        response.status_code = 503
    return SystemHealth(
        status="healthy" if fine else "degraded",
        timestamp=clock.now(),
        components=Components(database=_state(database), api="healthy", orchestrator=_state(orchestrator)),
        database_connected=database,
        cache_available=False,
        message="All components are healthy." if fine else "A component does not respond.",
    )


async def _works(component: str, check: Callable[[], bool]) -> bool:
    try:
        return await asyncio.wait_for(asyncio.to_thread(check), _CHECK_SECONDS)
    except Exception:  # whatever it is, the component does not work
        logger.exception("component unavailable", component=component)
        return False


def _state(works: bool) -> State:
    return "healthy" if works else "unavailable"


@router.get("/stats", summary="Count campaigns and leads")
async def stats() -> Stats:
    """Count the leads of all campaigns, exact to the last transaction. Percentages are of all leads."""
    sizes = campaigns.sizes()
    funnel = tallies.of_campaigns(sizes)
    return Stats(
        timestamp=clock.now(),
        total_campaigns=len(sizes),
        total_leads=funnel["leads"],
        qualified_leads=funnel["qualified"],
        qualified_percentage=percent(funnel["qualified"], funnel["leads"]),
        routed_leads=funnel["routed"],
        routed_percentage=percent(funnel["routed"], funnel["leads"]),
    )
