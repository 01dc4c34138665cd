"""A new tenant without its data: registered, its source checked, its publication and slot made.

    uv run python benchmarks/provisioning.py [--tenants 10]

Every tenant has a database of its own with the tables of all contracts. Process start and imports are excluded. Prints
the figures and appends a JSON line to benchmarks/results/provisioning.jsonl.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks._report import report  # noqa: E402
from cerniq.contracts import load_contracts  # noqa: E402
from cerniq.control import ControlDb  # noqa: E402
from cerniq.lake import Lake  # noqa: E402
from cerniq.logs import configure  # noqa: E402
from cerniq.postgres_server import PostgresServer  # noqa: E402
from cerniq.settings import Settings  # noqa: E402
from cerniq.simulation import demo_plans, prepare  # noqa: E402
from cerniq.tenancy import Cui, TenantId  # noqa: E402
from ingest.run import bootstrap_source  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenants", type=int, default=10)
    count = parser.parse_args().tenants
    configure()
    with tempfile.TemporaryDirectory(prefix="cerniq-bench-") as folder:
        settings = Settings(home=Path(folder))
        server = PostgresServer.start(settings.postgres_dir)
        try:
            seconds = [provision(settings, server, number) for number in range(count)]
        finally:
            PostgresServer.remove(settings.postgres_dir)
    report(
        "provisioning",
        {
            "tenants": count,
            "tables_each": len(load_contracts().tables()),
            "median_seconds": round(statistics.median(seconds), 3),
            "slowest_seconds": round(max(seconds), 3),
        },
    )


def provision(settings: Settings, server: PostgresServer, number: int) -> float:
    """Seconds from "there is such a tenant" to "its changes are being kept"; the database is made before."""
    tenant = TenantId(f"bench-{number:03d}")
    dsn = server.create_database(f"bench_{number:03d}")
    prepare(dsn, demo_plans(today=date(2026, 9, 10))[0])
    modules = {name: module.schema for name, module in load_contracts().modules.items()}
    started = time.perf_counter()
    with ControlDb.open(settings) as control:
        control.add_tenant(tenant, f"Bench {number}", Cui.from_stem(1_000_000 + number), {})
        source = control.add_source(tenant, dsn, modules)
    bootstrap_source(Lake.open(settings, tenant), source)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
