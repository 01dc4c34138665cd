"""A small installation that went the whole way: simulated companies, PostgreSQL, ingest, marts, forecast, one D406.

Made through the product's own functions; used by browser tests, screenshots and benchmarks of the dashboards.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cerniq.control import ControlDb
from cerniq.errors import CerniqError
from cerniq.lake import Lake
from cerniq.postgres_server import PostgresServer
from cerniq.settings import Settings
from cerniq.simulation import CompanyPlan, demo_plans, write

TODAY = date(2026, 9, 10)


def make(
    settings: Settings, server: PostgresServer, *, scale: float = 0.15, months: int = 15, filings: bool = True
) -> list[CompanyPlan]:
    """Fill `settings.home` with two companies and return their plans. Forecast and filing are of every company."""
    plans = demo_plans(scale=scale, months=months, today=TODAY)
    with ControlDb.open(settings) as control:
        for plan in plans:
            control.add_tenant(plan.tenant, plan.legal_name, plan.cui, plan.profile)
            _fill(settings, server, control, plan)
            if filings:
                _file(settings, control, plan)
    return plans


def _fill(settings: Settings, server: PostgresServer, control: ControlDb, plan: CompanyPlan) -> None:
    from cerniq.contracts import load_contracts
    from cerniq.warehouse import build
    from ingest.run import ingest
    from ml.sales import run_sales_forecast

    dsn = server.create_database(f"demo_{plan.kind}")
    write(dsn, plan)
    modules = {module: contract.schema for module, contract in load_contracts().modules.items()}
    source = control.add_source(plan.tenant, dsn, modules)
    lake = Lake.open(settings, plan.tenant)
    ingest(lake, source)
    build(lake)
    run_sales_forecast(lake)


def _file(settings: Settings, control: ControlDb, plan: CompanyPlan) -> None:
    from anaf_exports.d406.export import export
    from anaf_exports.d406.record import record

    lake = Lake.open(settings, plan.tenant)
    for period in (plan.last_month.previous(), plan.last_month):
        result = export(lake, period, profile=plan.profile)
        record(control, plan.tenant, period, type="L", filing=result)


def main(home: Path) -> None:
    """`python -m tests.support.demo_home HOME`: make one to look at."""
    settings = Settings(home=home)
    server = PostgresServer.start(settings.postgres_dir)
    try:
        make(settings, server, scale=0.5, months=24)
    finally:
        PostgresServer.remove(settings.postgres_dir)


if __name__ == "__main__":
    import sys

    try:
        main(Path(sys.argv[1]))
    except CerniqError as error:
        sys.exit(str(error))
