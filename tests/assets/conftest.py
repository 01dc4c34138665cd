"""Two simulated companies in a real PostgreSQL, a real instance, and the definitions of a home of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg
import pytest

from assets.build import build_defs
from assets.instance import open_instance
from assets.partitions import PERIODS, TENANTS
from assets.resources import Cerniq
from cerniq.contracts import load_contracts
from cerniq.control import ControlDb
from cerniq.postgres_server import PostgresServer
from cerniq.settings import Settings
from cerniq.simulation import CompanyPlan, demo_plans, write

MODULES = {name: module.schema for name, module in load_contracts().modules.items()}
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True)
class World:
    """An installation with two companies whose data lies in PostgreSQL and nowhere else yet."""

    settings: Settings
    cerniq: Cerniq
    definitions: dg.Definitions
    instance: dg.DagsterInstance
    companies: tuple[CompanyPlan, CompanyPlan]
    dsns: tuple[str, str]

    def run(self, job: str, partition: str) -> dg.ExecuteInProcessResult:
        return self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance, partition_key=partition, raise_on_error=False, run_config=QUIET
        )


def make_world(settings: Settings, **cerniq: Any) -> tuple[Cerniq, dg.Definitions]:
    resource = Cerniq(settings=settings, retry_seconds=0.01, max_retries=2, **cerniq)
    return resource, build_defs(settings, resource_overrides={"cerniq": resource})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Iterator[World]:
    settings = Settings(home=tmp_path_factory.mktemp("assets"), control_url="", lake_url="")
    first, second = demo_plans(scale=0.03, months=3, today=date(2026, 9, 10))
    names = [f"assets_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    dsns = (postgres.create_database(names[0]), postgres.create_database(names[1]))
    with ControlDb.open(settings) as control:
        for plan, dsn in zip((first, second), dsns, strict=True):
            write(dsn, plan)
            control.add_tenant(plan.tenant, plan.legal_name, plan.cui, plan.profile)
            control.add_source(plan.tenant, dsn, MODULES)
    cerniq, definitions = make_world(settings)
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions(str(TENANTS.name), [str(first.tenant), str(second.tenant)])
        instance.add_dynamic_partitions(str(PERIODS.name), [str(first.last_month)])
        yield World(settings, cerniq, definitions, instance, (first, second), dsns)
    for name in names:
        postgres.drop_database(name)
