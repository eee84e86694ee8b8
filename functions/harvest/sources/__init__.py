"""Where leads come from: one module per source, one line in `SOURCES`, in the order of trying (spec §2)."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Protocol

from cam.model.models import Run
from cam.providers.providers import Provider
from functions.harvest.run_intake import RunIntake
from functions.harvest.sources import apollo, manual, uploads


class Source(Protocol):
    """Hands what it has to the run's intake, batch by batch, and remembers where it stopped."""

    def configured(self, run: Run, able: AbstractSet[Provider]) -> bool:
        """Whether it has what it needs. `able`: the providers that have a key."""
        ...

    def pull(self, run: Run, run_intake: RunIntake) -> Iterator[None]:
        """Hand in batch after batch, a step each.

        Raises ProviderFailed when the source as a whole cannot be read, Wait when it wants to be left alone first.
        """
        ...


SOURCES: dict[str, Source] = {"apollo": apollo, "csv": uploads, "manual": manual}


def in_order(run: Run, able: AbstractSet[Provider]) -> list[tuple[str, Source]]:
    """The configured sources in the campaign's own order, else in the order of the registry."""
    wanted = run.settings.sources if run.settings.sources is not None else tuple(SOURCES)
    return [(name, SOURCES[name]) for name in wanted if name in SOURCES and SOURCES[name].configured(run, able)]
