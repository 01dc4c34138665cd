"""Checks before anything is created at a source, each with the cure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.errors import PoolerAddress, SourceRefused
from ingest.postgres.connect import replication_off

if TYPE_CHECKING:
    import psycopg

_OLDEST_VERSION = 130000


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """Which cluster this is: a restored or promoted one has another `epoch`."""

    system_id: str
    timeline: int
    version: int
    database: str
    role: str

    @property
    def epoch(self) -> str:
        return f"{self.system_id}-{self.timeline}"


def check_server(connection: psycopg.Connection[Any]) -> ServerIdentity:
    """Raises `PoolerAddress`, `ReplicationOff` or `SourceRefused` with what to change at the server."""
    version = connection.info.server_version
    if version < _OLDEST_VERSION:
        raise SourceRefused(f"PostgreSQL {version // 10000} is too old.", cure="Use PostgreSQL 13 or newer.")
    row = connection.execute(
        """
        select current_setting('wal_level'), pg_is_in_recovery(), pg_backend_pid(), current_user::text,
               r.rolreplication or r.rolsuper, current_database()::text, s.system_identifier::text,
               (select timeline_id from pg_control_checkpoint())
          from pg_roles r, pg_control_system() s
         where r.rolname = current_user
        """
    ).fetchone()
    if row is None:
        raise SourceRefused("The server hides its roles from this one.", cure="GRANT pg_read_all_settings to it.")
    level, standby, backend, role, replicates, database, system_id, timeline = row
    if backend != connection.info.backend_pid:
        # A pooler answers with a process id of its own, and a slot cannot be read through it.
        raise PoolerAddress(
            "The address is a connection pooler's.", cure="Name the PostgreSQL server itself, usually port 5432."
        )
    if standby:
        raise SourceRefused("The server is a standby.", cure="Name the primary in the DSN.")
    if level != "logical":
        raise replication_off(level)
    if not replicates:
        raise SourceRefused(
            f"The role {role} may not replicate.", cure=f'Run ALTER ROLE "{role}" REPLICATION; as a superuser.'
        )
    return ServerIdentity(system_id, timeline, version, database, role)


def check_schemas(connection: psycopg.Connection[Any], modules: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the schema of a module, by module; a missing one stops that module only."""
    faults: dict[str, str] = {}
    for module, schema in modules.items():
        found = connection.execute(
            "select has_schema_privilege(oid, 'usage') from pg_namespace where nspname = %s", [schema]
        ).fetchone()
        if found is None:
            faults[module] = f"The schema {schema} does not exist."
        elif not found[0]:
            faults[module] = f"The role may not use the schema {schema}."
    return faults
