"""Several sessions write at random while ingest runs again and again, by both transports."""

from __future__ import annotations

import random
import threading
import time

import psycopg

from ingest.run import ingest
from tests.support.source import SCHEMA, Tenant

SECONDS = 6.0
STATEMENTS = (
    "update {s}.contacts set amount = {i} where id = {i}",
    "update {s}.contacts set id = {i} + 1 where id = {i}",
    "delete from {s}.contacts where id = {i}",
    "insert into {s}.contacts (id, name) values ({i}, 'nou') on conflict do nothing",
    "insert into {s}.notes values ({i}, 1, 'b') on conflict do nothing",
    "delete from {s}.notes where contact_id = {i}",
    "insert into {s}.events values ({i}, 'e')",
)


def write(tenant: Tenant, seed: int, stop: threading.Event) -> None:
    """Transactions of one to six changes; some are rolled back, some truncate a table."""
    chance = random.Random(seed)
    with psycopg.connect(tenant.dsn) as connection:
        while not stop.is_set():
            try:
                for _ in range(chance.randint(1, 6)):
                    statement = chance.choice(STATEMENTS).format(s=SCHEMA, i=chance.randint(-5, 250))
                    connection.execute(statement)
                if chance.random() < 0.01:
                    connection.execute(f"truncate {SCHEMA}.notes")
            except (psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected):
                connection.rollback()
                continue
            if chance.random() < 0.1:
                connection.rollback()
            else:
                connection.commit()


def test_lake_and_source_agree_after_concurrent_writes(tenants: tuple[Tenant, Tenant]) -> None:
    stop = threading.Event()
    writers = [threading.Thread(target=write, args=(tenant, seed, stop)) for seed in (1, 2) for tenant in tenants]
    for writer in writers:
        writer.start()
    try:
        until, runs = time.monotonic() + SECONDS, 0
        while time.monotonic() < until or runs < 4:
            for tenant in tenants:
                ingest(tenant.lake, tenant.source, transport="sql" if runs % 2 else "stream")
            runs += 1
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    for tenant in tenants:
        tenant.ingest()
        tenant.assert_same()
        logged = tenant.lake.table("bronze", "crm", "events").read(["at"]).column("at").to_pylist()
        with psycopg.connect(tenant.dsn) as connection:
            committed = [row[0] for row in connection.execute(f"select at from {SCHEMA}.events")]
        assert sorted(logged) == sorted(committed)
