"""dbt in this process: run the project on one DuckDB file and say what came of every node."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cerniq.warehouse.errors import ProjectBroken
from cerniq.warehouse.project import DBT_LOCK, invoke, manifest

Kind = Literal["model", "seed", "test"]


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What became of one model, seed or test.

    `name`: "mart.model" for a model, the test's own name for a test. `status` is dbt's: success, pass, fail, warn,
    error or skipped. `failures`: rows at fault of a test. `unique_id` is dbt's, as in the manifest.
    """

    unique_id: str
    kind: Kind
    name: str
    status: str
    seconds: float
    failures: int
    message: str
    depends_on: tuple[str, ...]
    compiled: str


def run(
    *,
    path: Path,
    project: Path,
    target: Path,
    select: str | None,
    full_refresh: bool,
    memory_limit: str,
    progress: Callable[[str], None] | None,
) -> list[NodeResult]:
    """`dbt build` on the DuckDB file at `path`: seeds, models and tests in the order of their dependence.

    A failed test skips what rests on its model. Raises `ProjectBroken` when a node did not run at all.
    """
    arguments = ["build", f"--target-path={target}", "--no-write-json"]
    if select:
        arguments += ["--select", *select.split()]
    if full_refresh:
        arguments.append("--full-refresh")
    kept = manifest(project)
    environment = {"CERNIQ_BUILD_PATH": str(path), "CERNIQ_BUILD_MEMORY_LIMIT": memory_limit}
    with DBT_LOCK, _environment(environment):
        try:
            outcome = invoke(arguments, project=project, kept=kept)
        finally:
            _close_connections()
    if outcome.result is None:
        raise ProjectBroken(f"dbt stopped: {outcome.exception}", cure="Correct the selector or the project.")
    results = [_node_result(result) for result in outcome.result.results]
    if progress:
        for result in results:
            if result.kind == "model" and result.status == "success":
                progress(f"{result.name} {result.seconds:.2f} s")
    for result in results:
        if result.status == "error":
            raise ProjectBroken(f"{result.name} does not run: {result.message}", cure="Correct the model.")
    return results


def _node_result(result: Any) -> NodeResult:
    node = result.node
    kind: Kind = str(node.resource_type)  # type: ignore[assignment]  # `build` runs these three
    return NodeResult(
        unique_id=node.unique_id,
        kind=kind,
        name=node.name if kind == "test" else f"{node.schema}.{node.name}",
        status=str(result.status),
        seconds=float(result.execution_time),
        failures=int(result.failures or 0),
        message=str(result.message or ""),
        depends_on=tuple(node.depends_on.nodes) if kind != "seed" else (),
        compiled=str(getattr(node, "compiled_code", "") or ""),
    )


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _close_connections() -> None:
    """Let go of the DuckDB file: dbt-duckdb keeps it open between invocations, and a published file is read-only."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    # `close_all_connections` forgets the connection without closing it, which keeps the file locked.
    environment: Any = DuckDBConnectionManager._ENV  # noqa: SLF001
    if environment is not None:
        environment.close()
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
