"""`ControlDb`: what the rest of Cerniq asks of the control database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self, cast

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from cerniq.control import source_rows
from cerniq.control.dsn import parse_dsn
from cerniq.control.engine import control_errors, open_engine
from cerniq.control.errors import FilingStateError, TenantConflict, UnknownTenant
from cerniq.control.records import (
    FILING_MOVES,
    FilingRecord,
    FilingState,
    SourceRecord,
    TenantRecord,
)
from cerniq.control.schema import filings, source_modules, sources, tenants
from cerniq.tenancy import Cui, TenantId

if TYPE_CHECKING:
    from cerniq.settings import Settings


class ControlDb:
    """Tenants, sources and filings. Safe to use from several processes at once; every add may be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open, and create when missing. Raises `ControlUnavailable` (try again) or `PermanentError`."""
        return cls(open_engine(settings.control_url))

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Tenants

    def add_tenant(
        self,
        tid: TenantId,
        name: str,
        cui: Cui,
        profile: Mapping[str, Any] | None = None,
    ) -> TenantRecord:
        """Add a tenant, or take its new name and profile (None keeps the old one); a retired one is active again.

        Raises `TenantConflict` when the tenant is there with another CUI.
        """
        with self._write() as connection:
            found = connection.execute(select(tenants).where(tenants.c.tid == str(tid))).one_or_none()
            if found is None:
                connection.execute(
                    insert(tenants).values(
                        tid=str(tid),
                        name=name,
                        cui=cui.digits,
                        profile=_plain(profile or {}),
                        state="active",
                        created_at=_now(),
                    )
                )
            else:
                _same_company(tid, found.cui, cui)
                kept = found.profile if profile is None else _plain(profile)
                connection.execute(
                    update(tenants).where(tenants.c.tid == str(tid)).values(name=name, profile=kept, state="active")
                )
            return _tenant(connection.execute(select(tenants).where(tenants.c.tid == str(tid))).one())

    def tenants(self, active_only: bool = True) -> list[TenantRecord]:
        """Tenants by name."""
        query = select(tenants).order_by(tenants.c.tid)
        if active_only:
            query = query.where(tenants.c.state == "active")
        with self._read() as connection:
            return [_tenant(row) for row in connection.execute(query)]

    def tenant(self, tid: TenantId) -> TenantRecord:
        """Raises `UnknownTenant`."""
        with self._read() as connection:
            return _tenant(_tenant_row(connection, tid))

    def remove_tenant(self, tid: TenantId) -> TenantRecord:
        """Retire a tenant: nothing runs for it any more, its data stays. Raises `UnknownTenant`."""
        with self._write() as connection:
            _tenant_row(connection, tid)
            connection.execute(update(tenants).where(tenants.c.tid == str(tid)).values(state="retired"))
            return _tenant(_tenant_row(connection, tid))

    # Sources

    def add_source(
        self,
        tid: TenantId,
        dsn: str,
        modules: Mapping[str, str],
        tables: Sequence[str] | None = None,
    ) -> SourceRecord:
        """Add modules (module -> schema) of a database; a database that is there already keeps its slot.

        `tables` restricts the modules of this call: `table`, or `module.table` for one module only; None is all.
        Raises `UnknownTenant`, `InvalidDsn`, or `SourceConflict` when a module comes from another database.
        """
        with self._write() as connection:
            _tenant_row(connection, tid)
            source_id = source_rows.add(connection, tid, dsn, modules, tables)
            return source_rows.one(connection, source_id)

    def readdress_source(self, source_id: int, dsn: str) -> None:
        """The same database answers elsewhere now (another port, host or user); its slot stays. Raises `InvalidDsn`."""
        parse_dsn(dsn)
        with self._write() as connection:
            connection.execute(update(sources).where(sources.c.id == source_id).values(dsn=dsn))

    def sources(self, tid: TenantId) -> list[SourceRecord]:
        """The tenant's databases in the order they were added. Raises `UnknownTenant`."""
        with self._read() as connection:
            _tenant_row(connection, tid)
            return source_rows.of_tenant(connection, tid)

    def remove_source(self, tid: TenantId, module: str) -> SourceRecord | None:
        """Stop replicating a module; the last one takes its source away. Returns what is left of the source.

        Slot and publication on the server are the caller's to drop. Raises `UnknownTenant`, `UnknownSource`.
        """
        with self._write() as connection:
            _tenant_row(connection, tid)
            source = source_rows.with_module(connection, tid, module)
            connection.execute(
                delete(source_modules).where(
                    source_modules.c.source_id == source.id,
                    source_modules.c.module == module,
                )
            )
            if len(source.modules) > 1:
                return source_rows.one(connection, source.id)
            connection.execute(delete(sources).where(sources.c.id == source.id))
            return None

    # Filings

    def record_filing(
        self,
        tid: TenantId,
        *,
        form: str,
        type: str,  # noqa: A002  the word that a filing is known by
        period: str,
        path: str,
        state: FilingState = "draft",
        number: int | None = None,
        lsn: str = "",
        rows: int = 0,
        errors: int = 0,
        warnings: int = 0,
    ) -> FilingRecord:
        """Note that a filing was made. `number` None takes the next; a number that is there is replaced while it is
        a draft, validated or invalid (made again by a run that was repeated), else `FilingStateError`."""
        key = {"tenant": str(tid), "form": form, "type": type, "period": period}
        facts = {
            "state": state,
            "path": path,
            "lsn": lsn,
            "rows": rows,
            "errors": errors,
            "warnings": warnings,
            "updated_at": _now(),
        }
        with self._write() as connection:
            _tenant_row(connection, tid)
            of_period = connection.execute(select(filings).filter_by(**key).order_by(filings.c.number)).all()
            if number is None:
                number = of_period[-1].number + 1 if of_period else 1
            found = next((row for row in of_period if row.number == number), None)
            if found is None:
                connection.execute(insert(filings).values(**key, **facts, number=number, created_at=_now()))
            elif found.state in ("draft", "validated", "invalid"):
                connection.execute(update(filings).where(filings.c.id == found.id).values(**facts))
            else:
                raise FilingStateError(
                    f"{form} {type} {period} number {number} is {found.state} and cannot be made again.",
                    cure="Make a new version of it.",
                )
            return _filing(connection.execute(select(filings).filter_by(**key, number=number)).one())

    def advance_filing(self, filing_id: int, state: FilingState) -> FilingRecord:
        """Move a filing on. Raises `FilingStateError` for a move that does not exist."""
        with self._write() as connection:
            found = connection.execute(select(filings).where(filings.c.id == filing_id)).one_or_none()
            if found is None:
                raise FilingStateError(
                    f"There is no filing {filing_id}.",
                    cure="List the tenant's filings.",
                )
            allowed = FILING_MOVES[cast(FilingState, found.state)]
            if state != found.state and state not in allowed:
                raise FilingStateError(
                    f"A filing that is {found.state} cannot become {state}.",
                    cure=f"Possible from here: {', '.join(allowed) or 'nothing'}.",
                )
            connection.execute(update(filings).where(filings.c.id == filing_id).values(state=state, updated_at=_now()))
            return _filing(connection.execute(select(filings).where(filings.c.id == filing_id)).one())

    def filings(self, tid: TenantId, *, form: str | None = None, period: str | None = None) -> list[FilingRecord]:
        """The tenant's filings, oldest period and version first. Raises `UnknownTenant`."""
        query = select(filings).where(filings.c.tenant == str(tid))
        if form is not None:
            query = query.where(filings.c.form == form)
        if period is not None:
            query = query.where(filings.c.period == period)
        query = query.order_by(filings.c.form, filings.c.type, filings.c.period, filings.c.number)
        with self._read() as connection:
            _tenant_row(connection, tid)
            return [_filing(row) for row in connection.execute(query)]

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with control_errors(self._engine), self._engine.connect() as connection:
            # Autocommit: a reader must not take SQLite's write lock.
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with control_errors(self._engine), self._engine.begin() as connection:
            yield connection


def _now() -> datetime:
    return datetime.now(UTC)


def _plain(profile: Mapping[str, Any]) -> dict[str, Any]:
    """TOML knows dates and times, JSON does not: they become ISO text."""
    return cast(dict[str, Any], json.loads(json.dumps(dict(profile), default=_iso)))


def _iso(value: Any) -> str:
    return cast(str, value.isoformat())


def _same_company(tid: TenantId, found: str, asked: Cui) -> None:
    if found != asked.digits:
        raise TenantConflict(
            f"Tenant {tid} is there with CUI {found}, not {asked.digits}.",
            cure="Choose another tenant id; a tenant is one company for life.",
        )


def _tenant_row(connection: Connection, tid: TenantId) -> Row[Any]:
    row = connection.execute(select(tenants).where(tenants.c.tid == str(tid))).one_or_none()
    if row is None:
        raise UnknownTenant(tid)
    return row


def _tenant(row: Row[Any]) -> TenantRecord:
    return TenantRecord(
        tid=TenantId(row.tid),
        name=row.name,
        cui=Cui(row.cui),
        profile=row.profile,
        state=row.state,
        created_at=_utc(row.created_at),
    )


def _filing(row: Row[Any]) -> FilingRecord:
    values = dict(row._mapping)
    for column in ("created_at", "updated_at"):
        values[column] = _utc(values[column])
    return FilingRecord(**{**values, "tenant": TenantId(values["tenant"])})


def _utc(moment: datetime) -> datetime:
    # SQLite drops the zone on the way in; everything was written in UTC.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
