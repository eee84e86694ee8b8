"""How far a campaign has read a search that has no end: its page, and the people who wait for a credit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from cam.platform import keys, tables
from cam.platform.environment import leads_table
from cam.providers.providers import Provider
from cam.text import clock

# A person is asked for once; after so long, once more.
_KEPT = timedelta(days=90)


class Place(BaseModel):
    """`page` is the next one to read, `total` the people whom the provider has in all, `ended_at` when all was read.

    `waiting`: provider's ids of people worth a credit, the best first. `filters`: a mark of what was looked for.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 0
    filters: str = ""
    page: int = 1
    total: int | None = None
    waiting: tuple[str, ...] = ()
    ended_at: datetime | None = None


def place(campaign_id: int, provider: Provider) -> Place:
    """Where the campaign's search goes on. One read."""
    return Place.model_validate(tables.get(leads_table(), keys.source(campaign_id, provider)) or {})


def moved(campaign_id: int, provider: Provider, before: Place, **put: Any) -> tuple[Place, tables.Action]:
    """The place after a change, and the write; it is refused when somebody else read on meanwhile."""
    after = before.model_copy(update={"version": before.version + 1, **put})
    item = after.model_dump(mode="json") | {"ended_at": clock.iso(after.ended_at) if after.ended_at else None}
    guard: dict[str, Any] = {"equal": {"version": before.version}} if before.version else {"missing": ["pk"]}
    return after, tables.put(leads_table(), {**keys.source(campaign_id, provider), **item}, **guard)


def known(campaign_id: int, provider: Provider, ids: Sequence[str]) -> set[str]:
    """Those of a provider's people whom the campaign has asked for. One read for each 100."""
    found = tables.get_many(leads_table(), [keys.seen(campaign_id, provider, one) for one in ids], only=("expires_at",))
    return {sk.partition("#")[2] for _, sk in found}


def remember(campaign_id: int, provider: Provider, person_id: str, now: datetime) -> tables.Action:
    """The write that says that the campaign has asked for a person."""
    item = {**keys.seen(campaign_id, provider, person_id), "expires_at": int((now + _KEPT).timestamp())}
    return tables.put(leads_table(), item)
