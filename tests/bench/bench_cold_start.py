"""CPU of a cold start as built, in R: handler imported and the first client made, from the artifacts of `sam build`.

Run: `python -m tests.bench.bench_cold_start [rounds] [build folder …]`; without a folder the stack is built for this
machine. R is the CPU time of `import boto3; boto3.client("dynamodb")` with stock wheels and valid byte code. Each start
is a process of its own, and each round has one of every kind, R among them: a figure is the median of the rounds'
ratios, with their quartiles. Leaves with status 1 above a bar, and when a module is compiled from source.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from layers import build
from local import samcli
from local.setup import LOCAL, ROOT, find_uv
from tests import artifacts

BARS = {
    "ScoreFunction": 1.0,
    "QualifyFunction": 1.0,
    "RouteFunction": 1.0,
    "HarvestFunction": 1.1,
    "NurtureFunction": 1.1,
    "ApiFunction": 1.7,
}
ROUNDS = 21


def stock(folder: Path) -> None:
    """What R is made of: the wheels as they come, compiled."""
    os.environ |= {"CAM_UV": find_uv()}
    build.install(ROOT / "layers" / "cam", folder, "native")
    build.compile_below(folder, workers=0)


def main(rounds: int, builds: list[Path]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        stock(Path(folder))
        reference = ([folder], "", artifacts.environment("ScoreFunction"))
        kinds = {
            (name, built): (artifacts.paths(name, built), artifacts.handler(name), artifacts.environment(name))
            for name in BARS
            for built in builds
        }
        ratios: dict[tuple[str, Path], list[float]] = {kind: [] for kind in kinds}
        compiled: dict[tuple[str, Path], int] = {}
        for _ in range(rounds + 1):  # the first one fills the caches of the machine
            unit, _ = artifacts.start(*reference)
            for kind, how in kinds.items():
                spent, modules = artifacts.start(*how)
                ratios[kind].append(spent / unit)
                compiled[kind] = len(modules)
    print(f"{'':18}{'R':>7}{'quartiles':>16}{'bar':>7}{'compiled':>10}")
    good = True
    for (name, built), found in ratios.items():
        low, middle, high = statistics.quantiles(found[1:], n=4)
        good = good and middle <= BARS[name] and not compiled[name, built]
        where = f"  {built}" if len(builds) > 1 else ""
        print(f"{name:18}{middle:7.2f}{f'{low:.2f}–{high:.2f}':>16}{BARS[name]:7.2f}{compiled[name, built]:10}{where}")
    return 0 if good else 1


if __name__ == "__main__":
    folders = [Path(folder) for folder in sys.argv[2:]]
    if not folders:
        samcli.build()
        folders = [LOCAL / "sam" / "build"]
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS, folders))
