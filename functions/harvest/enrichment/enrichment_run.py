"""One run's asking for what leads lack, as all parts of it see it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from cam.model.models import Lead, Run, Stage
from cam.platform import keys, tallies
from cam.providers import credits
from cam.providers.credits import Call
from cam.providers.providers import Provider
from functions.harvest import waterfall

# How long one run waits for a provider that needs time.
PATIENCE = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = 5, 30


@dataclass(slots=True)
class EnrichmentRun:
    """`able`: the providers that have a key, `failed`: those that are not asked again in this run, and why."""

    shard: keys.Shard
    run: Run
    able: frozenset[Provider]
    failed: dict[Provider, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def following(self, lead: Lead) -> Provider | None:
        """Who is to be asked about a lead next; None: nobody."""
        return waterfall.following(lead, self.run.settings, self.able)

    def tried(self, provider: Provider) -> None:
        """Note that a provider is asked in this run."""
        tallies.note(self.shard, Stage.HARVEST, f"source.{provider}", "ok", keep=True)

    def hint(self, about: str, text: str) -> None:
        """Say what is good to know about this run; the latest word about a matter counts."""
        tallies.note(self.shard, Stage.HARVEST, f"hint.{about}", text)

    def not_ready(self, provider: Provider, number: int) -> None:
        """Say that so many leads wait for the next run."""
        minutes = PATIENCE.total_seconds() / 60
        self.hint(
            provider,
            f"{provider.title()} did not finish within {minutes:.0f} minutes: {number} leads wait for the next run.",
        )

    def unsure(self, call: Call, message: str) -> None:
        """Nobody knows what came of a call: its credits count as spent, and it waits for a person."""
        credits.unsure(call, message, self.shard)


def pause(waited: timedelta, longest: float) -> float:
    """Seconds until the next question: a few at first, then half of what was waited already."""
    return min(longest, max(FIRST_PAUSE, waited.total_seconds() / 2))
