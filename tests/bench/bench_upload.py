"""A large CSV through the local stack: uploaded to a presigned address, harvested by the deployed Lambda.

    PYTHONPATH=layers/cam .local/venv/project/bin/python -m tests.bench.bench_upload [rows]

Tells leads a second and the most memory that a Harvest worker ever had, and recounts what came of the rows. A
third-party emulator on this machine does the work: the seconds say nothing about AWS.
"""

import contextlib
import re
import sys
import tempfile
import time
from pathlib import Path

import httpx

from local.setup import LOCAL
from local.stack import Stack
from tests.bench import bench_import
from tests.e2e.client import OPEN, Api

LIMIT = 3 * 3600


def peak(pid: int) -> int:
    """The most memory that a process ever had, in bytes (Linux); 0 when it is gone."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def main(rows: int) -> int:
    with tempfile.TemporaryDirectory() as folder, Stack(state_dir=LOCAL / "bench", say=print) as stack:
        path = Path(folder) / "leads.csv"
        bench_import.write(path, rows)
        size = path.stat().st_size
        stack.deploy()
        with Api(stack.api_url, stack.api_key) as api:
            settings = {"sending": OPEN, "sources": ["csv"], "expected_leads": rows}
            campaign = api.campaign(settings=settings)
            announced = api.ask(
                "POST", f"/campaigns/{campaign}/imports", 201, json={"filename": path.name, "size": size}
            )
            with path.open("rb") as file:
                sent = httpx.put(
                    announced["upload_url"], content=file, headers=announced["upload_headers"], timeout=600,
                    trust_env=False,
                )  # fmt: skip
            sent.raise_for_status()
            print(f"{size:,} bytes uploaded")
            started, most, shown = time.monotonic(), 0, -1
            run = api.ask("POST", f"/campaigns/{campaign}/runs", 202, json={"stages": ["HARVEST"], "max_leads": None})
            while run["status"] in ("PENDING", "RUNNING") and time.monotonic() - started < LIMIT:
                time.sleep(2)
                # A busy emulator may not answer in time: the peak is still there the next time.
                with contextlib.suppress(OSError):
                    most = max([most, *map(peak, stack.workers("Harvest"))])
                one = api.ask("GET", f"/campaigns/{campaign}/imports/{announced['import_id']}")
                if one["percent"] // 10 > shown:
                    shown = one["percent"] // 10
                    print(
                        f"{time.monotonic() - started:6.0f} s {one['percent']:>3} % {most / 2**20:5.0f} MB", flush=True
                    )
                run = api.ask("GET", f"/campaigns/{campaign}/runs/{run['run_id']}")
            seconds = time.monotonic() - started
            one = api.ask("GET", f"/campaigns/{campaign}/imports/{announced['import_id']}")
    print({name: one[name] for name in ("status", "rows", "inserted", "duplicates", "refused", "percent")})
    print(f"{rows / seconds:,.0f} leads/s through the emulator; Harvest had at most {most / 2**20:.0f} MB")
    right = run["status"] == "COMPLETED" and one["inserted"] == rows and one["status"] == "COMPLETED"
    return 0 if right and most <= bench_import.MEMORY_BAR else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
