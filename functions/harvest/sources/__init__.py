"""How each source is read: one module per source, one line in `READERS`. `cam.model.sources` declares the sources."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Protocol

from cam.model.models import Run
from cam.model.sources import Source
from cam.providers.providers import Provider
from cam.runs import sources
from functions.harvest.run_intake import RunIntake
from functions.harvest.sources import apollo, manual, uploads


class Reader(Protocol):
    """Hands what it has to the run's intake, batch by batch, and remembers where it stopped."""

    def pull(self, run: Run, run_intake: RunIntake) -> Iterator[None]:
        """Hand in batch after batch, a step each.

        Raises ProviderFailed when the source as a whole cannot be read, Wait when it wants to be left alone first.
        """
        ...


READERS: dict[Source, Reader] = {Source.APOLLO: apollo, Source.CSV: uploads, Source.MANUAL: manual}


def in_order(run: Run, keys: AbstractSet[Provider]) -> list[tuple[Source, Reader]]:
    """The sources that have what they need, in the campaign's order. `keys`: the providers that have a key."""
    return [
        (source, READERS[source])
        for source in sources.chosen(run.settings)
        if sources.ready(source, run.campaign_id, run.settings, keys)
    ]
