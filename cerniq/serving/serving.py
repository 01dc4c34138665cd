"""`Serving`: one person's read-only view of one tenant's published marts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cerniq.serving.build import Build, local_build_dir, published_build
from cerniq.serving.errors import AccessDenied, NoBuild, QueryRefused, ServingUnavailable
from cerniq.serving.guard import checked
from cerniq.serving.pool import BuildGone, WorkerPool
from cerniq.serving.principal import Principal
from cerniq.serving.rights import MARTS, rights_of
from cerniq.serving.wire import Request

if TYPE_CHECKING:
    import pyarrow as pa

    from cerniq.lake import Lake
    from cerniq.settings import Settings

# A build can be replaced and deleted while we look for it; twice in a row means something else is wrong.
_ATTEMPTS = 3

Params = Sequence[Any] | Mapping[str, Any]


class Serving:
    """Queries for `principal` over the build that `builds/current.json` names at each call.

    A `pool` may be shared by many; without one the instance has its own and must be closed.
    Raises `AccessDenied` for a principal of another tenant, of an unknown role, or with an unknown claim.
    """

    def __init__(self, lake: Lake, principal: Principal, *, pool: WorkerPool | None = None) -> None:
        if principal.tenant != lake.tenant:
            raise AccessDenied(
                "This person belongs to another tenant.", cure="Sign in to the tenant that is asked for."
            )
        self.principal = principal
        self._lake = lake
        self._rights = rights_of(principal)
        self._pool = pool or WorkerPool()
        self._owns_pool = pool is None

    @classmethod
    def open(cls, settings: Settings, principal: Principal, *, pool: WorkerPool | None = None) -> Self:
        """The principal's tenant in this installation; for those who have no `Lake`, as the dashboards."""
        from cerniq.lake import Lake

        return cls(Lake.open(settings, principal.tenant), principal, pool=pool)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._owns_pool:
            self._pool.close()

    def build(self) -> Build:
        """The published build: its id, commit position and time. Raises `NoBuild`."""
        return published_build(self._lake)

    def query(self, sql: str, params: Params | None = None, *, limit: int | None = None) -> pa.Table:
        """Run one SELECT over the marts.

        `params` fill `?`, `$1` or `$name` and are data whatever they look like. `limit`: rows that are wanted at most;
        the schema's metadata says `cerniq.build`, and `cerniq.more` = "true" when there were more.
        Raises `NoBuild`, `QueryRefused`, `AccessDenied`, `QueryFailed`, `QueryTimeout`, `QueryOutOfMemory`,
        `ResultTooLarge`, `ServingUnavailable`.
        """
        statement = checked(sql, self._rights)
        values = _plain_params(params)
        for _ in range(_ATTEMPTS):
            build = self.build()
            try:
                return self._run(build, Request(self._directory(build), statement, values, limit))
            except BuildGone:
                continue
        raise ServingUnavailable(
            f"The published marts of {self._lake.tenant} cannot be opened.",
            cure=f"Build them again: cerniq build {self._lake.tenant}",
        )

    def model_table(self, task: str, name: str, *, columns: Sequence[str] | None = None) -> pa.Table:
        """What a model wrote, as in `model_table("forecast", "sales_monthly")`.

        Raises `NoBuild` when the model has not run, `AccessDenied` for a role that does not read every mart: these
        tables carry no row rights.
        """
        if self._rights.marts != MARTS or self._rights.row_filters:
            raise AccessDenied("Your role does not read the models.", cure="Ask an administrator for the role.")
        table = self._lake.table("models", task, name)
        if not table.exists():
            raise NoBuild(
                f"The model {task} has not run for tenant {self._lake.tenant}.",
                cure=f"Run it: cerniq models run {self._lake.tenant} --task {task}",
            )
        return table.read(columns)

    def _directory(self, build: Build) -> Path:
        try:
            return local_build_dir(self._lake, build)
        except FileNotFoundError as error:
            raise BuildGone(str(error)) from error

    def _run(self, build: Build, request: Request) -> pa.Table:
        import pyarrow as pa

        with self._pool.worker(self._lake.tenant) as worker:
            header, body = worker.ask(request)
        table = pa.ipc.open_stream(io.BytesIO(body)).read_all()
        return table.replace_schema_metadata(
            {"cerniq.build": build.id, "cerniq.more": "true" if header["more"] else "false"}
        )


_SCALARS = (bool, int, float, str, Decimal, date, datetime)


def _plain_params(params: Params | None) -> list[Any] | dict[str, Any] | None:
    """Only values that have one meaning in SQL travel to the worker."""
    if params is None:
        return None
    values = list(params.values()) if isinstance(params, Mapping) else list(params)
    for value in values:
        members = value if isinstance(value, list | tuple) else [value]
        if not all(member is None or isinstance(member, _SCALARS) for member in members):
            raise QueryRefused(
                f"A parameter of type {type(value).__name__} cannot be passed.",
                cure="Pass text, numbers, dates, or lists of them.",
            )
    return dict(params) if isinstance(params, Mapping) else values
