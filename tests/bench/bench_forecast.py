"""What a forecast costs: 90 days of the fleet's own hours, by leads and by how tight the cap is.

    .local/venv/project/bin/python -m tests.bench.bench_forecast [100000]

The bars: 100,000 leads within 30 seconds; ten times the leads take no more than 15 times as long; and what is held for
a lead stays below 400 bytes. Only the reckoning: reading the leads is what it is for every stage.
"""

import sys
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "layers" / "cam")]

from cam.mail.caps import Spent  # noqa: E402
from cam.mail.sequences import LIBRARY  # noqa: E402
from cam.model.addresses import lead_id  # noqa: E402
from cam.model.models import Enrichment, LawfulBasis, Lead, Routing  # noqa: E402
from cam.model.settings.sending import Sending  # noqa: E402
from cam.rules.pacing import first_touch  # noqa: E402
from functions.api import fleet  # noqa: E402
from functions.api.views import Job  # noqa: E402
from functions.forecast.simulation import Campaign, Kind, Kinds, Waiting, forecast  # noqa: E402

BEGIN = datetime(2027, 2, 24, 7, 10, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Los_Angeles", "Europe/London", None)
GAP = timedelta(days=3)
BAR_SECONDS, BAR_GROWTH, BAR_BYTES = 30, 15, 400
BASES = {"asked for": LawfulBasis.OPT_IN, "cold, all held": LawfulBasis.LEGITIMATE_INTEREST}


def waiting(count: int, sending: Sending, basis: LawfulBasis) -> Waiting:
    """Leads of all sequences, six zones and ten days of routing."""
    kinds, found = Kinds(), []
    names = list(LIBRARY)
    for number in range(count):
        zone = ZONES[number % len(ZONES)]
        start = first_touch(BEGIN + timedelta(days=number // 7 % 10), sending, zone)
        lead = Lead(
            id="", shard=0, source="", created_at=BEGIN, updated_at=BEGIN, lawful_basis=basis,
            enrichment=Enrichment(time_zone=zone),
            routing=Routing(sequence=names[number // 3 % 4], boosted=False, reason="", start_at=start),
        )  # fmt: skip
        one = lead_id(1, f"ada{number}@company{number}.example", None, None, None)
        assert one
        found.append((start, one, kinds.number(Kind(lead))))
    # One in a hundred is a person who is a lead twice.
    return Waiting(kinds.known, found, [(number - (number % 100 == 1),) for number in range(count)])


def seconds(count: int, cap: int, basis: LawfulBasis) -> tuple[float, int]:
    """How long 90 days take to reckon, and how many touches they have."""
    sending = Sending(daily_cap=cap, warm_up=None)
    one = Campaign(1, sending, "ada@agency.example", Spent(0, 0, None), [waiting(count, sending, basis)])
    begun = time.perf_counter()
    outlook = forecast([one], BEGIN, 90, fleet.MINUTES[Job.NURTURE], GAP)[1]
    return time.perf_counter() - begun, sum(day.touches.total() for day in outlook.days)


def held(count: int) -> float:
    """Bytes at the peak for each lead, beside what was read."""
    sending = Sending(daily_cap=1_000_000, warm_up=None)
    one = Campaign(1, sending, "ada@agency.example", Spent(0, 0, None), [waiting(count, sending, LawfulBasis.OPT_IN)])
    tracemalloc.start()
    forecast([one], BEGIN, 90, fleet.MINUTES[Job.NURTURE], GAP)
    return tracemalloc.get_traced_memory()[1] / count


def main() -> None:
    """Print the table; end with 1 when a bar is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    missed = False
    for title, basis in BASES.items():
        for cap in (1_000_000, 2_000, 50):
            few, _ = seconds(count // 10, max(1, cap // 10), basis)
            many, touches = seconds(count, cap, basis)
            missed |= many > BAR_SECONDS * count / 100_000 or many > BAR_GROWTH * few
            print(f"{count:,} leads, {title}, {cap:,} a day: {touches:,} touches, {many:.1f} s, ×{many / few:.1f}")
    size = held(min(count, 100_000))
    missed |= size > BAR_BYTES
    print(f"{size:.0f} bytes a lead")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
