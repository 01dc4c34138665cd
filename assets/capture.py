"""Bronze and silver: one pass over a tenant's change streams lands what was committed and merges it.

Both layers belong to one step because ingest keeps them together: a transaction over several modules becomes visible
in silver whole, and the cut that names silver's versions is written last.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.ownership import BRONZE, SILVER, spec
from assets.partitions import TENANTS
from assets.resources import Cerniq
from assets.runtime import NO_SOURCE_CARRIES_IT, Clock, domain_errors, table_metadata, tenant_of
from cerniq.contracts import TableContract, load_contracts
from cerniq.contracts.arrow import silver_schema
from cerniq.errors import PermanentError

if TYPE_CHECKING:
    from cerniq.lake import Lake
    from cerniq.tenancy import TenantId
    from ingest.report import Finding


class NoSource(PermanentError):
    """The tenant has no database to read."""

    def __init__(self, tenant: "TenantId") -> None:
        super().__init__(
            f"Tenant {tenant} has no source.",
            cure=f"Connect one: cerniq source add {tenant} --dsn DSN --map MODULE=SCHEMA",
        )


def build_capture() -> dg.AssetsDefinition:
    """One bronze and one silver asset a table that a contract describes."""

    @dg.multi_asset(
        name="capture",
        specs=list(_specs()),
        partitions_def=TENANTS,
        op_tags={"cerniq/layer": "capture"},
    )
    def capture(
        context: dg.AssetExecutionContext, cerniq: dg.ResourceParam[Cerniq]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        clock, tenant = Clock(), tenant_of(context)
        with domain_errors(context, cerniq):
            landed = drain(cerniq, tenant)
        yield from _results(cerniq.lake(tenant), landed, clock)
        _refuse_stopped(landed.stopped)

    return capture


@dataclass(slots=True)
class Landed:
    """What a pass over all sources of a tenant brought. `appended`: bronze rows by "module.table"."""

    appended: dict[str, int] = field(default_factory=dict)
    stopped: "list[Finding]" = field(default_factory=list)


def drain(cerniq: Cerniq, tenant: "TenantId") -> Landed:
    """Ingest what is committed in every database of the tenant. Raises `NoSource` and what ingest raises."""
    from ingest.run import ingest

    with cerniq.control() as control:
        sources = control.sources(tenant)
    if not sources:
        raise NoSource(tenant)
    landed = Landed()
    for source in sources:
        report = ingest(cerniq.lake(tenant), source)
        landed.appended.update(report.tables)
        landed.stopped.extend(report.stopped)
    return landed


def _specs() -> Iterator[dg.AssetSpec]:
    for table in load_contracts().tables():
        yield spec(
            "bronze",
            table.module,
            table.name,
            group=BRONZE,
            kinds={"postgres", "deltalake"},
            description=f"Every change of {table.qualified}, append only. {table.description_en}",
        )
    for table in load_contracts().tables():
        yield spec(
            "silver",
            table.module,
            table.name,
            group=SILVER,
            kinds={"deltalake"},
            description=f"Current state. {table.description_en}",
            deps=[dg.AssetDep(dg.AssetKey(["bronze", table.module, table.name]))],
        )


def _results(lake: "Lake", landed: Landed, clock: Clock) -> Iterator[dg.MaterializeResult[Any]]:
    cut = lake.read_json("silver", "current.json") or {"tables": {}, "lsn": ""}
    # A table that stands still is not fresh: it keeps the time of its last report.
    standing = {finding.table for finding in landed.stopped}
    moving = [table for table in load_contracts().tables() if table.qualified not in standing]
    for table in moving:
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["bronze", table.module, table.name]),
            metadata=_bronze_metadata(lake, table, landed.appended.get(table.qualified, 0), clock),
        )
    for table in moving:
        entry = cut["tables"].get(table.qualified)
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["silver", table.module, table.name]),
            # Automation follows this, not the report: a pass that brought nothing leaves it as it was.
            data_version=dg.DataVersion("absent" if entry is None else str(entry["version"])),
            metadata=_silver_metadata(table, entry, str(cut["lsn"]), clock),
        )


def _bronze_metadata(lake: "Lake", table: TableContract, appended: int, clock: Clock) -> dict[str, Any]:
    stored = lake.table("bronze", table.module, table.name)
    if not stored.exists():
        return _absent(clock)
    return table_metadata(
        rows=stored.row_count(),
        version=stored.version(),
        clock=clock,
        schema=stored.schema(),
        extra={"rows_appended": appended},
    )


def _silver_metadata(table: TableContract, entry: Mapping[str, Any] | None, lsn: str, clock: Clock) -> dict[str, Any]:
    if entry is None:
        return _absent(clock)
    return table_metadata(
        rows=int(entry["rows"]),
        version=int(entry["version"]),
        clock=clock,
        schema=silver_schema(table),
        extra={"lsn": lsn},
    )


def _absent(clock: Clock) -> dict[str, Any]:
    # Reported, not skipped: a skipped output would skip everything that rests on the layer.
    return table_metadata(rows=0, version=None, clock=clock, extra={"note": NO_SOURCE_CARRIES_IT})


def _refuse_stopped(stopped: "list[Finding]") -> None:
    if stopped:
        raise dg.Failure(
            description=f"{len(stopped)} table(s) could not go on: " + ", ".join(each.table for each in stopped),
            metadata={each.table: f"{each.message} {each.cure}" for each in stopped},
            allow_retries=False,
        )
