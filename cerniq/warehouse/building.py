"""From silver to published marts: a file of its own, dbt, the invariants, then one atomic replace."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from cerniq.lake import Lake
from cerniq.lake.errors import DiskFull, disk_full, is_full
from cerniq.warehouse import builds, dbt_run
from cerniq.warehouse.builds import Published
from cerniq.warehouse.dbt_run import NodeResult
from cerniq.warehouse.errors import BuildSuperseded, InvariantsFailed
from cerniq.warehouse.examples import failed_rows
from cerniq.warehouse.project import fingerprint, project_dir
from cerniq.warehouse.silver import Cut, create_views, read_cut

if TYPE_CHECKING:
    import duckdb

log = structlog.get_logger(__name__)

# What a build needs and a reader must not: the way from silver to the marts.
_SCAFFOLD = ("staging", "intermediate")
_PUBLISH_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    `models`: "mart.model" to rows, of the published file; `tests`: name to status; `published` is False when the
    build before already holds this cut. `results`: every node that dbt ran, with its seconds.
    """

    build_id: str
    lsn: str
    models: dict[str, int]
    tests: dict[str, str]
    seconds: float
    published: bool
    results: tuple[NodeResult, ...] = field(default=(), repr=False)


def build(
    lake: Lake,
    *,
    select: str | None = None,
    full_refresh: bool = False,
    progress: Callable[[str], None] | None = None,
    project: Path | None = None,
    memory_limit: str = "4GB",
) -> BuildReport:
    """Build a tenant's marts from silver's newest cut, test them and publish them.

    With an unchanged cut and project nothing is built, unless `full_refresh`. `select` (dbt's notation) rebuilds only
    these models, in a copy of the published build; a newer cut concerns every mart, and a file never mixes two cuts,
    so then all are built. `progress` gets a line a model. Raises `NothingToBuild`, `InvariantsFailed` (the build
    before stays), `ProjectBroken`, `BuildSuperseded`, `LakeLocked`, `DiskFull`.
    """
    started = time.monotonic()
    root = project or project_dir()
    cut, before, mark = read_cut(lake), builds.published(lake), fingerprint(root)
    if before is not None and not full_refresh and not select and _is_current(before, cut, mark):
        return BuildReport(
            before.build_id, before.lsn, dict(before.models), {}, time.monotonic() - started, published=False
        )
    base = before if select and before is not None and dict(before.cut) == dict(cut.tables) else None
    build_id = builds.new_build_id()
    directory = lake.local_dir("builds", build_id)
    with builds.lease(directory, "build"), _swept_on_failure(lake, directory):
        if base is not None:
            shutil.copyfile(builds.build_file(lake, base.build_id), directory / builds.FILE_NAME)
        results = _run(
            lake,
            cut,
            directory,
            select=select if base else None,
            full_refresh=full_refresh,
            project=root,
            memory_limit=memory_limit,
            progress=progress,
        )
        models = _finish(directory / builds.FILE_NAME)
        release = Published(
            build_id=build_id,
            lsn=cut.lsn,
            lsn_int=cut.lsn_int,
            commit_ts=cut.commit_ts,
            cut=dict(cut.tables),
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            models=models,
            # Models beside the selected ones are still those of the project that built them.
            fingerprint=base.fingerprint if base else mark,
        )
        builds.upload(lake, build_id)
        _publish(lake, release)
    seconds = time.monotonic() - started
    log.info("marts published", tenant=str(lake.tenant), build=build_id, lsn=cut.lsn, seconds=round(seconds, 2))
    tests = {result.name: result.status for result in results if result.kind == "test"}
    return BuildReport(build_id, cut.lsn, models, tests, seconds, published=True, results=tuple(results))


def _is_current(before: Published, cut: Cut, mark: str) -> bool:
    return before.fingerprint == mark and dict(before.cut) == dict(cut.tables)


@contextmanager
def _swept_on_failure(lake: Lake, directory: Path) -> Iterator[None]:
    """Remove the build again when the block fails before its build is the published one."""
    try:
        yield
    except BaseException as error:
        current = builds.published(lake)
        if current is None or current.build_id != directory.name:
            shutil.rmtree(directory, ignore_errors=True)
        # A full disk speaks as an error of the file system, of DuckDB or of dbt; to the user it is one thing.
        if is_full(error) and not isinstance(error, DiskFull):
            raise disk_full(str(directory)) from error
        raise


def _run(
    lake: Lake,
    cut: Cut,
    directory: Path,
    *,
    select: str | None,
    full_refresh: bool,
    project: Path,
    memory_limit: str,
    progress: Callable[[str], None] | None,
) -> list[NodeResult]:
    """Fill the build's file with tested marts. Raises `InvariantsFailed`, `ProjectBroken`."""
    import duckdb

    path, target = directory / builds.FILE_NAME, directory / "dbt"
    with duckdb.connect(str(path)) as connection:
        create_views(connection, lake, cut)
    results = dbt_run.run(
        path=path,
        project=project,
        target=target,
        # The way from silver was taken down when the build before was published; its other marts are there.
        select=f"{select} path:models/staging path:models/intermediate resource_type:seed" if select else None,
        full_refresh=full_refresh,
        memory_limit=memory_limit,
        progress=progress,
    )
    failed = [result for result in results if result.kind == "test" and result.status == "fail"]
    if failed:
        raise InvariantsFailed(
            {result.name: result.failures for result in failed},
            tenant=str(lake.tenant),
            examples=failed_rows(path, failed),
            missing=cut.missing_modules(),
        )
    shutil.rmtree(target, ignore_errors=True)
    return results


def _finish(path: Path) -> dict[str, int]:
    """Leave only the marts in the file, compact; returns the rows of every model."""
    import duckdb

    with duckdb.connect(str(path)) as connection:
        for schema in _schemas(connection):
            if schema in _SCAFFOLD or schema.startswith("silver_"):
                connection.execute(f"drop schema {schema} cascade")
        counts = {name: _count(connection, name) for name in mart_tables(connection)}
        connection.execute("checkpoint")
    return counts


def mart_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """ "mart.model" of every table in a build's file, in the order of their names."""
    rows = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_type = 'BASE TABLE' and table_schema not in ('main', 'staging', 'intermediate') order by all"
    ).fetchall()
    return [str(name) for (name,) in rows]


def _schemas(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select schema_name from information_schema.schemata where catalog_name = current_database()"
    ).fetchall()
    return [str(name) for (name,) in rows]


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    ((rows,),) = connection.execute(f"select count(*) from {name}").fetchall()
    return int(rows)


def _publish(lake: Lake, release: Published) -> None:
    with lake.writer("build", wait=_PUBLISH_WAIT_SECONDS) as lease:
        current = builds.published(lake)
        if current is not None and current.lsn_int > release.lsn_int:
            raise BuildSuperseded(
                f"A newer cut ({current.lsn}) of {lake.tenant} was published meanwhile.", cure="Build again."
            )
        lease.verify()
        builds.write_published(lake, release)
        builds.prune(lake, release.build_id)
