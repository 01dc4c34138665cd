"""Where the dbt project lies, what it consists of, and its parsed manifest, kept for the life of the process."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

import cerniq
from cerniq.warehouse.errors import ProjectBroken

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

log = structlog.get_logger(__name__)

# The base name of every build's file: dbt takes its database name from it, so one manifest serves every tenant.
DATABASE = "marts"
_SOURCES = ("*.sql", "*.yml", "*.csv")
_manifests: dict[tuple[Path, str], Manifest] = {}

# dbt keeps its flags, its invocation context and its connections in globals: one invocation at a time a process.
DBT_LOCK = threading.RLock()

# Nothing on the console, nothing sent home, no version looked up: dbt speaks to us through its result alone.
QUIET = (
    "--no-send-anonymous-usage-stats",
    "--no-version-check",
    "--log-level=none",
    "--log-level-file=none",
    "--no-use-colors",
)


@cache
def project_dir() -> Path:
    """The dbt project that belongs to this installation: it lies beside the `cerniq` package.

    Raises `ProjectBroken` when it was left behind.
    """
    directory = Path(cerniq.__file__).resolve().parents[1] / "dbt_project"
    if not (directory / "dbt_project.yml").is_file():
        raise ProjectBroken(f"There is no dbt project in {directory}.", cure="Install cerniq again.")
    return directory


def fingerprint(project: Path | None = None) -> str:
    """Sixteen hexadecimal digits that change with the project's files and with the versions of dbt and DuckDB."""
    root = project or project_dir()
    digest = hashlib.sha256()
    for package in ("dbt-core", "dbt-duckdb", "duckdb"):
        digest.update(f"{package}=={version(package)}\n".encode())
    for path in sorted(path for pattern in _SOURCES for path in root.rglob(pattern)):
        relative = path.relative_to(root)
        if relative.parts[0] not in ("target", "logs", "dbt_packages"):
            digest.update(f"{relative.as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def work_dir(project: Path | None = None) -> Path:
    """Where dbt may write for this project: `target/` in it, or a temporary directory when it is read-only."""
    root = project or project_dir()
    if os.access(root, os.W_OK):
        return root / "target"
    return Path(tempfile.gettempdir()) / f"cerniq-dbt-{os.getuid()}" / fingerprint(root)


def manifest(project: Path | None = None) -> Manifest:
    """The parsed project. Raises `ProjectBroken` with dbt's message.

    Parsing takes seconds: the result is kept in memory, and on disk for the next process while the project stays.
    """
    root = (project or project_dir()).resolve()
    with DBT_LOCK:
        mark = fingerprint(root)
        if (root, mark) not in _manifests:
            path = work_dir(root) / f"manifest-{mark}.msgpack"
            _manifests[root, mark] = _load(path) or _parse(root, keep_as=path)
        return _manifests[root, mark]


def prepare_manifest(project: Path | None = None) -> Path:
    """Write `manifest.json` for other readers of the project (Dagster, the catalogue) and return its path.

    It is written only when the project has changed since; the directory is `work_dir()`.
    """
    root = project or project_dir()
    target = work_dir(root)
    path, stamp = target / "manifest.json", target / "manifest.fingerprint"
    current = fingerprint(root)
    if not (path.is_file() and stamp.is_file() and stamp.read_text() == current):
        parsed = manifest(root)
        target.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        parsed.writable_manifest().write(str(temporary))
        temporary.replace(path)
        stamp.write_text(current)
    return path


def invoke(arguments: list[str], *, project: Path, kept: Manifest | None = None) -> Any:
    """One dbt command in this process; returns dbt's `dbtRunnerResult`. Hold `DBT_LOCK` around it."""
    from dbt.cli.main import dbtRunner

    return dbtRunner(manifest=kept).invoke(
        [*arguments, f"--project-dir={project}", f"--profiles-dir={project}", *QUIET]
    )


def _load(path: Path) -> Manifest | None:
    from argparse import Namespace

    from dbt.contracts.graph.manifest import Manifest as DbtManifest
    from dbt.flags import get_flags, set_flags

    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    kept: Manifest = DbtManifest.from_msgpack(content)
    kept.build_flat_graph()  # type: ignore[no-untyped-call]
    flags = get_flags()  # type: ignore[no-untyped-call]
    if not hasattr(flags, "SEND_ANONYMOUS_USAGE_STATS"):
        # Writing a manifest asks for this flag, which a process in which dbt has not run yet does not have.
        set_flags(Namespace(**vars(flags), SEND_ANONYMOUS_USAGE_STATS=False))  # type: ignore[no-untyped-call]
    return kept


def _parse(root: Path, *, keep_as: Path) -> Manifest:
    result = invoke(["parse", f"--target-path={work_dir(root)}", "--no-write-json"], project=root)
    if not result.success:
        raise ProjectBroken(f"dbt cannot read its project: {result.exception}", cure="Correct the named file.")
    log.info("dbt project parsed", nodes=len(result.result.nodes))
    parsed: Manifest = result.result
    for old in keep_as.parent.glob("manifest-*.msgpack"):
        old.unlink(missing_ok=True)
    temporary = keep_as.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(parsed.to_msgpack())
    temporary.replace(keep_as)
    return parsed
