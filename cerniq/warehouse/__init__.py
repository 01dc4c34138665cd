"""The warehouse: one DuckDB file of marts a tenant, built by dbt from silver as of one cut, swapped in atomically.

In: `silver/current.json` (the cut that ingest wrote last) and the pinned Delta files it names. Out:
`builds/<build_id>/marts.duckdb`, made current by replacing `builds/current.json`, and the same tables as Delta under
`gold/<mart>/<model>`. A schema of the file is a mart: `finance.rpt_trial_balance`.

    report = build(lake)                     # BuildReport: build_id, lsn, models (rows), tests (status), results
    export_gold(lake, report.build_id)       # {"finance.rpt_trial_balance": (Delta version, rows), ...}

For an orchestrator: `project_dir()` is the dbt project, `prepare_manifest()` writes and returns its `manifest.json`,
and `BuildReport.results` holds what dbt did with every node (`unique_id` as in the manifest, seconds, failures).

For a reader of builds without this package: take the lease that `builds` describes, open the file read-only, let go
of the lease when done. Only the dbt project knows what the marts mean; `python -m cerniq.contracts.dbt_sources`
writes its sources anew after a contract has changed.
"""

from cerniq.warehouse.building import BuildReport, build
from cerniq.warehouse.builds import Published, published
from cerniq.warehouse.dbt_run import NodeResult
from cerniq.warehouse.errors import (
    BuildSuperseded,
    BuildUnknown,
    InvariantsFailed,
    NothingToBuild,
    ProjectBroken,
)
from cerniq.warehouse.gold import export_gold
from cerniq.warehouse.project import fingerprint, prepare_manifest, project_dir

__all__ = [
    "BuildReport",
    "BuildSuperseded",
    "BuildUnknown",
    "InvariantsFailed",
    "NodeResult",
    "NothingToBuild",
    "ProjectBroken",
    "Published",
    "build",
    "export_gold",
    "fingerprint",
    "prepare_manifest",
    "project_dir",
    "published",
]
