"""Fiscal declarations, one partition a tenant and period. Their state lives in the control database."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.ownership import FILINGS as GROUP
from assets.ownership import spec
from assets.partitions import FILINGS, OF_THE_SAME_TENANT
from assets.resources import Cerniq
from assets.runtime import Clock, domain_errors, filing_of
from cerniq.contracts import load_contracts

if TYPE_CHECKING:
    from anaf_exports.d406.export import FilingResult
    from cerniq.period import Period
    from cerniq.tenancy import TenantId

D406 = dg.AssetKey(["filings", "d406"])
VALID = "valid_for_anaf"

# The type that a period's kind is filed under: the ledger monthly, or quarterly for those who file VAT so.
TYPE_OF_KIND = {"month": "L", "quarter": "T"}


def build_filings() -> list[dg.AssetsDefinition]:
    """D406 of a month or quarter, made from silver as of one cut, validated and recorded."""

    @dg.multi_asset(
        name="d406",
        specs=[_spec()],
        check_specs=[_check_spec()],
        partitions_def=FILINGS,
        op_tags={"cerniq/layer": "filings"},
    )
    def d406(
        context: dg.AssetExecutionContext, cerniq: dg.ResourceParam[Cerniq]
    ) -> Iterator[dg.MaterializeResult[Any]]:
        clock = Clock()
        tenant, period = filing_of(context)
        with domain_errors(context, cerniq):
            filing = file(cerniq, tenant, period)
        yield dg.MaterializeResult(asset_key=D406, metadata=_metadata(filing, clock), check_results=[_verdict(filing)])

    return [d406]


def file(cerniq: Cerniq, tenant: "TenantId", period: "Period") -> "FilingResult":
    """Make a tenant's D406 of a period and record it. Raises what the export raises."""
    from anaf_exports.d406.export import export
    from anaf_exports.d406.record import record

    submission = TYPE_OF_KIND.get(period.kind, "L")
    with cerniq.control() as control:
        profile = control.tenant(tenant).profile
        filing = export(cerniq.lake(tenant), period, type=submission, profile=profile, kit=cerniq.settings.anaf_kit)
        record(control, tenant, period, type=submission, filing=filing)
    return filing


def _spec() -> dg.AssetSpec:
    return spec(
        *D406.path,
        group=GROUP,
        kinds={"duckdb", "xml"},
        description="SAF-T D406 of a period (L for a month, T for a quarter), from silver as of one cut.",
        deps=[
            dg.AssetDep(dg.AssetKey(["silver", table.module, table.name]), partition_mapping=OF_THE_SAME_TENANT)
            for table in load_contracts().tables()
        ],
    )


def _check_spec() -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=VALID,
        asset=D406,
        description="The document keeps ANAF's structure and rules, and its sums equal silver's.",
        partitions_def=FILINGS,
    )


def _metadata(filing: "FilingResult", clock: Clock) -> dict[str, Any]:
    return {
        "dagster/row_count": sum(filing.rows.values()),
        "duration_s": clock.seconds,
        "path": dg.MetadataValue.path(str(filing.path)),
        "number": filing.number,
        "lsn": filing.lsn,
        "sha256": filing.sha256,
        "rows": dg.MetadataValue.json(filing.rows),
        "reused": filing.reused,
    }


def _verdict(filing: "FilingResult") -> dg.AssetCheckResult:
    rules: dict[str, int] = {}
    for finding in filing.findings:
        rules[finding.rule] = rules.get(finding.rule, 0) + 1
    return dg.AssetCheckResult(
        passed=filing.valid,
        check_name=VALID,
        # Rules and counts: a finding's own text may quote the document.
        metadata={"errors": filing.errors, "findings": dg.MetadataValue.json(rules)},
    )
