"""Blocking checks of silver: each table keeps its contract, tenant by tenant, by Great Expectations."""

from collections.abc import Iterator, Sequence

import dagster as dg

from assets.partitions import TENANTS
from assets.resources import Cerniq
from assets.runtime import NO_SOURCE_CARRIES_IT, Clock, domain_errors, tenant_of
from cerniq.contracts import TableContract, load_contracts
from cerniq.quality import TableQuality

CHECK = "keeps_its_contract"


def build_contract_checks() -> dg.AssetChecksDefinition:
    """One check a silver table; a table at fault holds back the marts of its tenant only."""

    @dg.multi_asset_check(name="silver_contracts", specs=[_spec(table) for table in _tables()])
    def silver_contracts(
        context: dg.AssetCheckExecutionContext, cerniq: dg.ResourceParam[Cerniq]
    ) -> Iterator[dg.AssetCheckResult]:
        with domain_errors(context, cerniq):
            yield from check_tenant(context, cerniq)

    return silver_contracts


def check_tenant(context: dg.AssetCheckExecutionContext, cerniq: Cerniq) -> Iterator[dg.AssetCheckResult]:
    from cerniq.quality import check_silver

    clock = Clock()
    for quality in check_silver(cerniq.lake(tenant_of(context))):
        yield _result(quality, clock)
        clock = Clock()


def _tables() -> Sequence[TableContract]:
    return load_contracts().tables()


def _spec(table: TableContract) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=CHECK,
        asset=dg.AssetKey(["silver", table.module, table.name]),
        description="Keys unique, required columns filled, codes from their lists, references lead somewhere.",
        # Without partitions of its own one tenant's fault would block every tenant.
        partitions_def=TENANTS,
        blocking=True,
    )


def _result(quality: TableQuality, clock: Clock) -> dg.AssetCheckResult:
    key = dg.AssetKey(["silver", quality.table.module, quality.table.name])
    found = quality.result
    if found is None:
        return dg.AssetCheckResult(
            passed=True,
            asset_key=key,
            check_name=CHECK,
            metadata={"note": NO_SOURCE_CARRIES_IT},
        )
    return dg.AssetCheckResult(
        passed=found.passed,
        asset_key=key,
        check_name=CHECK,
        severity=dg.AssetCheckSeverity.ERROR,
        # Counts only: a value that breaks a rule may be personal data.
        metadata={
            "rows": found.rows,
            "rules": found.rules,
            "duration_s": clock.seconds,
            **{f"broken: {rule}": rows for rule, rows in found.broken.items()},
        },
    )
