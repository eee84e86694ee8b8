"""A CSV of a million rows and 200 MB, read as Harvest reads it: rows a second, and the most memory of the process.

Run: `PYTHONPATH=.:layers/cam python -m tests.bench.bench_import [rows]`. The file is written to a temporary folder and
read by a process of its own, in pieces as large as the requests of `leads.stored_files`. All but S3 and DynamoDB is
there.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cam.leads import columns, csvfile, intake, stored_files
from cam.model.models import LeadDraft

MEMORY_BAR = 256 * 1024 * 1024
ROW_BYTES = 200


def write(path: Path, rows: int) -> None:
    """A plain export; each row has its own person and company, every tenth a quoted line end."""
    header = "First Name,Last Name,Email,Company,Website,Title,Industry,# Employees,City,Country,Notes\n"
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(header)
        for n in range(rows):
            end = "\r\n" if n % 10 == 0 else " "
            row = (
                f"Zoë{n},Müller,zoe{n}@company-{n}.example,Company {n},https://www.company-{n}.example,"
                f'Head of Growth,software,{n % 900},Graz,Austria,"met in{end}{n % 28} May'
            )
            out.write(row + "." * (ROW_BYTES - 4 - len(row.encode())) + '"\n')


def chunks(path: Path, offset: int) -> Iterator[bytes]:
    """What `files.chunks` hands over, from a file."""
    with path.open("rb") as source:
        source.seek(offset)
        length = stored_files._FEW
        while data := source.read(length):
            yield data
            length = min(stored_files._MANY, 2 * length)


def read(path: Path) -> dict[str, float]:
    """Parse every row and draft its lead."""
    with path.open("rb") as source:
        facts = csvfile.facts(source.read(csvfile.HEAD))
    meaning = columns.mapping(facts.header)
    begin, rows = time.process_time(), 0
    for row in csvfile.rows(chunks(path, facts.start.offset), facts):
        assert isinstance(intake.draft(row.cells, meaning), LeadDraft)
        rows += 1
    seconds = time.process_time() - begin
    # Linux counts kilobytes.
    return {"rows": rows, "seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def measure(rows: int) -> dict[str, float]:
    """Write a file of so many rows, and read it in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        write(path, rows)
        reader = [sys.executable, "-m", "tests.bench.bench_import", "--read", str(path)]
        done = subprocess.run(reader, check=True, capture_output=True, text=True)
        found: dict[str, float] = json.loads(done.stdout)
        return {**found, "bytes": path.stat().st_size}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        print(json.dumps(read(Path(sys.argv[2]))))
        sys.exit()
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    print(f"{found['rows']:,.0f} rows, {found['bytes'] / 1e6:,.0f} MB in {found['seconds']:.1f} s of CPU")
    print(f"{found['rows'] / found['seconds']:,.0f} rows/s, at most {found['peak'] / 2**20:.0f} MB of memory")
    sys.exit(0 if found["peak"] <= MEMORY_BAR else 1)
