"""Rows of `sources` and `source_modules`: one source a database, one slot a source, one home a module."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from cerniq.control.dsn import parse_dsn, same_database
from cerniq.control.errors import SourceConflict, UnknownSource
from cerniq.control.records import SourceRecord
from cerniq.control.schema import source_modules, sources
from cerniq.tenancy import TenantId

_NAME_LENGTH = 63  # PostgreSQL's NAMEDATALEN - 1; longer names are cut silently


def add(
    connection: Connection,
    tid: TenantId,
    dsn: str,
    modules: Mapping[str, str],
    tables: Sequence[str] | None,
) -> int:
    """Insert or extend a source; returns its id. Raises `InvalidDsn`, `SourceConflict`."""
    parse_dsn(dsn)
    known = of_tenant(connection, tid)
    source = next((record for record in known if same_database(record.dsn, dsn)), None)
    for record in known:
        taken = sorted(set(record.modules) & set(modules))
        if taken and record is not source:
            raise SourceConflict(
                f"{', '.join(taken)} of tenant {tid} comes from another database already ({record.masked_dsn}).",
                cure=f"Remove it there first: `cerniq source remove {tid} --module {taken[0]}`.",
            )
    source_id = _insert(connection, tid, dsn, known) if source is None else source.id
    connection.execute(update(sources).where(sources.c.id == source_id).values(dsn=dsn))
    for module, schema in modules.items():
        _set_module(connection, source_id, module, schema, _own_tables(module, tables))
    return source_id


def of_tenant(connection: Connection, tid: TenantId) -> list[SourceRecord]:
    query = select(sources).where(sources.c.tenant == str(tid)).order_by(sources.c.id)
    return [_record(connection, row) for row in connection.execute(query).all()]


def one(connection: Connection, source_id: int) -> SourceRecord:
    return _record(
        connection,
        connection.execute(select(sources).where(sources.c.id == source_id)).one(),
    )


def with_module(connection: Connection, tid: TenantId, module: str) -> SourceRecord:
    """Raises `UnknownSource`."""
    for record in of_tenant(connection, tid):
        if module in record.modules:
            return record
    raise UnknownSource(
        f"No source of tenant {tid} carries the module {module}.",
        cure=f"See `cerniq source list {tid}`.",
    )


def _insert(connection: Connection, tid: TenantId, dsn: str, known: Sequence[SourceRecord]) -> int:
    name = _free_name(tid, {record.slot for record in known})
    result = connection.execute(insert(sources).values(tenant=str(tid), dsn=dsn, slot=name, publication=name))
    assert result.inserted_primary_key is not None
    return int(result.inserted_primary_key[0])


def _free_name(tid: TenantId, taken: set[str]) -> str:
    """`cerniq_<tid>`, `cerniq_<tid>_2` ...: slots are a server's, not a database's, so the tenant is in the name."""
    number = 1
    while True:
        suffix = "" if number == 1 else f"_{number}"
        name = "cerniq_" + str(tid).replace("-", "_")
        if len(name + suffix) > _NAME_LENGTH:
            digest = hashlib.sha256(str(tid).encode()).hexdigest()[:8]
            name = f"{name[: _NAME_LENGTH - len(suffix) - 9]}_{digest}"
        if name + suffix not in taken:
            return name + suffix
        number += 1


def _own_tables(module: str, tables: Sequence[str] | None) -> list[str] | None:
    if tables is None:
        return None
    plain = [name for name in tables if "." not in name]
    qualified = [name.partition(".")[2] for name in tables if name.startswith(f"{module}.")]
    return sorted({*plain, *qualified}) or None


def _set_module(
    connection: Connection,
    source_id: int,
    module: str,
    schema: str,
    tables: list[str] | None,
) -> None:
    key = {"source_id": source_id, "module": module}
    values = {"schema_name": schema, "tables": tables}
    if connection.execute(select(source_modules).filter_by(**key)).first() is None:
        connection.execute(insert(source_modules).values(**key, **values))
    else:
        connection.execute(
            update(source_modules)
            .where(
                source_modules.c.source_id == source_id,
                source_modules.c.module == module,
            )
            .values(**values)
        )


def _record(connection: Connection, row: Row[Any]) -> SourceRecord:
    query = select(source_modules).where(source_modules.c.source_id == row.id).order_by(source_modules.c.module)
    modules = connection.execute(query).all()
    return SourceRecord(
        id=row.id,
        tenant=TenantId(row.tenant),
        dsn=row.dsn,
        modules={entry.module: entry.schema_name for entry in modules},
        tables=_entries(modules),
        slot=row.slot,
        publication=row.publication,
    )


def _entries(modules: Sequence[Row[Any]]) -> tuple[str, ...] | None:
    if all(entry.tables is None for entry in modules):
        return None
    return tuple(f"{entry.module}.{table}" for entry in modules for table in entry.tables or ("*",))
