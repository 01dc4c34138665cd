"""Change capture on the embedded PostgreSQL: full load, stream into bronze, silver.

    uv run python benchmarks/ingest.py [--rows 300000] [--changes 200000]

Rows have ten columns. The stream mixes transactions of 20,000 changes with transactions of one. Wall time includes the
server on the same machine; CPU time is this process's alone. Process start and imports are excluded. Prints the
figures and appends a JSON line to benchmarks/results/ingest.jsonl.
"""

from __future__ import annotations

import argparse
import importlib
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

# A script's own folder comes first on the path, and there this file hides the package of the same name.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks._report import report  # noqa: E402
from cerniq.control import SourceRecord  # noqa: E402
from cerniq.lake import Lake  # noqa: E402
from cerniq.logs import configure  # noqa: E402
from cerniq.postgres_server import PostgresServer  # noqa: E402
from cerniq.tenancy import TenantId  # noqa: E402
from ingest.capture import Capture  # noqa: E402
from ingest.report import IngestReport, silent  # noqa: E402
from ingest.run import drain, ingest  # noqa: E402

CREATE = """
create table bench.lines (
    id bigint primary key, entry_id bigint not null, account text not null, partner_id bigint, debit numeric(18,2),
    credit numeric(18,2), booked_on date, note text, created_at timestamptz, open boolean
)
"""
VALUES = """
g, g / 3, '4' || (g % 900 + 100), g % 5000, g * 0.01, 0, date '2026-01-01' + (g % 300)::int, 'Factura ' || g, now(),
g % 2 = 0
"""
LARGE = 20_000


@contextmanager
def measured(figures: dict[str, Any], name: str, rows: int) -> Iterator[None]:
    """Rows a second of the block, by wall clock and by CPU of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    figures[f"{name}_seconds"] = round(wall, 2)
    figures[f"{name}_rows_per_second"] = round(rows / wall)
    figures[f"{name}_rows_per_cpu_second"] = round(rows / cpu)


def write_changes(dsn: str, rows: int, changes: int) -> int:
    """Commit about `changes` changes: 9 of 10 in large transactions, the rest one by one; returns how many."""
    done = 0
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        top = rows
        while done < changes * 0.9:
            low = done % (rows - LARGE)
            if done // LARGE % 2:
                update = "update bench.lines set note = note || '.', debit = debit + 1 where id between %s and %s"
                count = connection.execute(update, [low, low + LARGE - 1]).rowcount
            else:
                statement = f"insert into bench.lines select {VALUES} from generate_series({top + 1}, {top + LARGE}) g"
                count = connection.execute(statement).rowcount
                top += LARGE
            done += count
        single = changes // 10
        for number in range(1, single + 1):
            connection.execute("update bench.lines set open = not open where id = %s", [number % rows + 1])
        return done + single


def measure(directory: Path, rows: int, changes: int) -> dict[str, Any]:
    server = PostgresServer.start(directory / "postgres")
    try:
        dsn = server.create_database("bench")
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("create schema bench")
            connection.execute(CREATE)
            connection.execute(f"insert into bench.lines select {VALUES} from generate_series(1, {rows}) g")
        tenant = TenantId("bench")
        lake = Lake(str(directory / "lake"), tenant, storage_options={}, scratch=directory / "scratch")
        source = SourceRecord(
            id=1,
            tenant=tenant,
            dsn=dsn,
            modules={"bench": "bench"},
            tables=None,
            slot="cerniq_bench",
            publication="cerniq_bench",
        )
        figures: dict[str, Any] = {"rows": rows}
        with measured(figures, "full_load_to_silver", rows):
            ingest(lake, source)
        figures["changes"] = written = write_changes(dsn, rows, changes)
        with lake.writer("bench") as lease:
            capture = Capture(lake, source, lease, IngestReport(), silent)
            capture.prepare()
            with measured(figures, "stream_to_bronze", written):
                drain(capture, silent)
            if capture.report.rows != written:
                raise SystemExit(f"{capture.report.rows} changes arrived, {written} were committed.")
            with measured(figures, "bronze_to_silver", written):
                capture.refresh_silver()
            capture.close()
        figures["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return figures
    finally:
        PostgresServer.remove(directory / "postgres")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--changes", type=int, default=200_000)
    given = parser.parse_args()
    configure()
    for library in ("deltalake", "polars", "pyarrow.csv"):
        importlib.import_module(library)  # before the clock runs, as in a process that has been up for a while

    with tempfile.TemporaryDirectory() as directory:
        report("ingest", measure(Path(directory), given.rows, given.changes))


if __name__ == "__main__":
    main()
