"""Tables of a source as its catalogue describes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """`pg_type` as format_type() spells it, domains resolved to their base type."""

    name: str
    pg_type: str
    generated: bool


@dataclass(frozen=True, slots=True)
class SourceTable:
    """`identity` is pg_class.relreplident; `identity_key` the columns that an update or delete carries by it."""

    schema: str
    name: str
    relid: int
    columns: tuple[SourceColumn, ...]
    primary_key: tuple[str, ...]
    identity: str
    identity_key: tuple[str, ...]
    readable: bool
    rows_filtered: bool
    estimated_rows: int

    @property
    def publishes_changes(self) -> bool:
        """Whether updates and deletes can be published without making them fail at the source."""
        return self.identity == "f" or bool(self.identity_key)


# relispartition is left out: rows of partitions come through their root (publish_via_partition_root).
_QUERY = """
select n.nspname, c.relname, c.oid::bigint, c.relreplident::text,
       has_table_privilege(c.oid, 'select'),
       c.relrowsecurity and row_security_active(c.oid),
       greatest(c.reltuples, 0)::bigint,
       (select json_agg(json_build_array(a.attname,
                   format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid),
                               case when t.typbasetype <> 0 then t.typtypmod else a.atttypmod end),
                   a.attgenerated <> '') order by a.attnum)
          from pg_attribute a join pg_type t on t.oid = a.atttypid
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
       (select json_agg(a.attname order by k.position)
          from pg_index i
          cross join lateral unnest(i.indkey::int2[]) with ordinality as k(attnum, position)
          join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
         where i.indrelid = c.oid and i.indisprimary),
       (select json_agg(a.attname order by k.position)
          from pg_index i
          cross join lateral unnest(i.indkey::int2[]) with ordinality as k(attnum, position)
          join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
         where i.indrelid = c.oid and i.indisreplident)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = any(%s) and c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
 order by 1, 2
"""


def read_tables(connection: psycopg.Connection[Any], schemas: Sequence[str]) -> dict[tuple[str, str], SourceTable]:
    """All permanent tables of `schemas` by (schema, name)."""
    return {(row[0], row[1]): _table(row) for row in connection.execute(_QUERY, [list(schemas)])}


def _table(row: tuple[Any, ...]) -> SourceTable:
    schema, name, relid, identity, readable, filtered, estimate, columns, primary, replica_index = row
    primary_key, index_key = tuple(primary or ()), tuple(replica_index or ())
    every = tuple(column[0] for column in columns or ())
    identity_key = {"d": primary_key, "i": index_key, "f": every, "n": ()}[identity]
    return SourceTable(
        schema=schema,
        name=name,
        relid=relid,
        columns=tuple(SourceColumn(*column) for column in columns or ()),
        primary_key=primary_key,
        identity=identity,
        identity_key=identity_key,
        readable=readable,
        rows_filtered=bool(filtered),
        estimated_rows=estimate,
    )
