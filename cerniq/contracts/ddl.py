"""PostgreSQL DDL of the modules, for the demo's databases: what the suite itself would have created."""

from __future__ import annotations

from psycopg import sql

from cerniq.contracts.model import ColumnContract, ModuleContract, TableContract


def create_schema_sql(module: ModuleContract) -> list[sql.Composed]:
    """Statements that create the module's schema and tables where they are missing, without foreign keys."""
    schema = sql.SQL("create schema if not exists {}").format(sql.Identifier(module.schema))
    return [schema, *(_create_table(module.schema, table) for table in module.tables.values())]


def foreign_key_sql(
    module: ModuleContract, *, schemas: dict[str, str], existing: frozenset[str] = frozenset()
) -> list[sql.Composed]:
    """Statements that add the module's foreign keys, deferred to the commit.

    `schemas` maps each module to its schema; constraints named in `existing` are left out. Apart from the tables
    because they point at each other, and because a bulk load is checked faster afterwards.
    """
    statements = []
    for table in module.tables.values():
        for column, reference in table.foreign_keys.items():
            name = f"{table.name}_{column}_fkey"
            if name in existing:
                continue
            statements.append(
                sql.SQL(
                    "alter table {table} add constraint {name} foreign key ({column}) references {target} ({key}) "
                    "deferrable initially deferred"
                ).format(
                    table=sql.Identifier(module.schema, table.name),
                    name=sql.Identifier(name),
                    column=sql.Identifier(column),
                    target=sql.Identifier(schemas[reference.module], reference.table),
                    key=sql.Identifier(reference.column),
                )
            )
    return statements


def _create_table(schema: str, table: TableContract) -> sql.Composed:
    key = sql.SQL("primary key ({})").format(sql.SQL(", ").join(map(sql.Identifier, table.key)))
    parts = [*(_column(column) for column in table.columns), key]
    return sql.SQL("create table if not exists {} ({})").format(
        sql.Identifier(schema, table.name), sql.SQL(", ").join(parts)
    )


def _column(column: ColumnContract) -> sql.Composed:
    parts = [sql.Identifier(column.name), sql.SQL(column.pg_type)]  # the type was parsed by the contract
    if not column.nullable:
        parts.append(sql.SQL("not null"))
    if column.unique:
        parts.append(sql.SQL("unique"))
    if column.values:
        values = sql.SQL(", ").join(map(sql.Literal, column.values))
        parts.append(sql.SQL("check ({} in ({}))").format(sql.Identifier(column.name), values))
    return sql.SQL(" ").join(parts)
