"""A small source for two tenants, and the comparison of a lake with it, row by row."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import psycopg

from cerniq.control import SourceRecord
from cerniq.lake import Lake
from cerniq.tenancy import TenantId
from ingest.report import IngestReport
from ingest.run import ingest

MODULE = "crm"  # no contract describes it: it is replicated as found
SCHEMA = "crm_app"

CREATE = f"""
create schema {SCHEMA};
create table {SCHEMA}.contacts (
    id bigint primary key, name text, amount numeric(18,2), born date, seen timestamptz, active boolean,
    extra jsonb, tags text[], ratio double precision, free numeric, token uuid, raw bytea
);
create table {SCHEMA}.notes (contact_id bigint, line int, body text, primary key (contact_id, line));
create table {SCHEMA}.events (at int, what text);
insert into {SCHEMA}.contacts
select g, 'Nume ' || g || case when g % 7 = 0 then E' "ț",\\n' else '' end, g * 1.25, date '2026-01-01' + g,
       timestamptz '2026-01-01 10:00:00.123456+02' + g * interval '1 min', g % 2 = 0, json_build_object('n', g)::jsonb,
       array['a', null, g::text], g / 3.0, g / 3.0, md5(g::text)::uuid, decode(md5(g::text), 'hex')
  from generate_series(1, %(rows)s) g;
insert into {SCHEMA}.contacts (id) values (0);
insert into {SCHEMA}.contacts (id, name) values (-1, '');
insert into {SCHEMA}.notes select g, l, 'n' from generate_series(1, %(rows)s / 10) g, generate_series(1, 3) l;
insert into {SCHEMA}.events select g, 'e' from generate_series(1, 5) g;
"""


def fill(dsn: str, *, rows: int) -> None:
    """Create the module's tables with `rows` contacts."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in CREATE.split(";\n"):
            if statement.strip():
                connection.execute(statement.replace("%(rows)s", str(rows)))


def record(tenant: TenantId, dsn: str, **modules: str) -> SourceRecord:
    """The source as the control database would describe it."""
    name = "cerniq_" + str(tenant).replace("-", "_") + "_" + dsn.rpartition("/")[2][-6:]
    return SourceRecord(
        id=1,
        tenant=tenant,
        dsn=dsn,
        modules=modules or {MODULE: SCHEMA},
        tables=None,
        slot=name,
        publication=name,
    )


def with_tables(source: SourceRecord, *tables: str) -> SourceRecord:
    return dataclasses.replace(source, tables=tables)


def execute(dsn: str, *statements: str) -> None:
    """Run the statements in one transaction."""
    with psycopg.connect(dsn) as connection:
        for statement in statements:
            connection.execute(statement)


def source_rows(dsn: str, table: str, order: str) -> list[tuple[Any, ...]]:
    """The table's rows with every value as PostgreSQL's own text."""
    options = "-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1"
    with psycopg.connect(dsn, options=options) as connection:
        names = [column.name for column in connection.execute(f"select * from {table} limit 0").description or ()]
        shown = ", ".join(f'"{name}"::text' for name in names)
        return connection.execute(f"select {shown} from {table} as row order by {_by(order)}").fetchall()


def lake_rows(lake: Lake, layer: str, module: str, table: str, key: list[str], **read: Any) -> list[tuple[Any, ...]]:
    """The lake's rows by key, every value in PostgreSQL's text form, without our own columns."""
    found = lake.table(layer, module, table).read(**read)
    own = [name for name in found.column_names if not name.startswith("_")]
    ordered = found.sort_by([(name, "ascending") for name in key])
    return [tuple(_text(row[name]) for name in own) for row in ordered.select(own).to_pylist()]


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "astimezone"):
        text: str = value.strftime("%Y-%m-%d %H:%M:%S")
        return text + (f".{value.microsecond:06d}".rstrip("0") if value.microsecond else "") + "+00"
    if isinstance(value, float):
        text = repr(value)
        return text.removesuffix(".0")
    return str(value)


KEYS = {"contacts": ["id"], "notes": ["contact_id", "line"]}


def assert_same(lake: Lake, dsn: str) -> None:
    """Silver equals the source, row by row and value by value, in every table with a key; bronze has no row twice."""
    for table, key in KEYS.items():
        expected = source_rows(dsn, f"{SCHEMA}.{table}", ", ".join(key))
        found = lake_rows(lake, "silver", MODULE, table, key)
        differing = [(ours, theirs) for ours, theirs in zip(found, expected, strict=False) if ours != theirs]
        assert len(found) == len(expected) and not differing, (table, len(found), len(expected), differing[:3])
        assert_bronze_unique(lake, MODULE, table)
    cut = lake.read_json("silver", "current.json")
    assert cut is not None
    for name, entry in cut["tables"].items():
        assert lake.table("silver", *name.split(".")).version() == entry["version"]


def assert_bronze_unique(lake: Lake, module: str, table: str) -> None:
    places = lake.table("bronze", module, table).read(["_source", "_epoch", "_commit_lsn", "_ordinal"])
    rows = [tuple(row.values()) for row in places.to_pylist()]
    assert len(rows) == len(set(rows)), f"{table}: a change is in bronze twice"


@dataclass(frozen=True)
class Tenant:
    """A tenant's lake and source, with the steps that most tests take."""

    lake: Lake
    source: SourceRecord

    @property
    def dsn(self) -> str:
        return self.source.dsn

    def ingest(self) -> IngestReport:
        return ingest(self.lake, self.source)

    def commit(self, *statements: str) -> None:
        execute(self.dsn, *statements)

    def assert_same(self) -> None:
        assert_same(self.lake, self.dsn)

    def assert_same_as(self, dsn: str) -> None:
        """The same, read with another role's rights."""
        assert_same(self.lake, dsn)


def _by(order: str) -> str:
    """Columns of the table itself, not the text of the same name that is shown."""
    return ", ".join(f"row.{name.strip()}" for name in order.split(","))
