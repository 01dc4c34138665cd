"""What every asset body shares: which tenant a run is for, how errors end it, what metadata says."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.resources import Cerniq
from cerniq.errors import CerniqError, TransientError
from cerniq.period import Period
from cerniq.tenancy import TenantId

if TYPE_CHECKING:
    import pyarrow as pa

Context = dg.AssetExecutionContext | dg.AssetCheckExecutionContext

NO_SOURCE_CARRIES_IT = "no source of this tenant carries the table"

_LONGEST_PAUSE = 300.0


def tenant_of(context: Context) -> TenantId:
    """The tenant that the run's partition names."""
    return TenantId(_partition(context))


def filing_of(context: Context) -> tuple[TenantId, Period]:
    """Tenant and period that a filing's partition names."""
    key = _partition(context)
    # The parts are joined in the order of the dimensions' names, so they are read by name.
    if not isinstance(key, dg.MultiPartitionKey):
        raise dg.DagsterInvariantViolationError(f"{key} is no partition of a filing")
    return TenantId(key.keys_by_dimension["tenant"]), Period.parse(key.keys_by_dimension["period"])


def _partition(context: Context) -> str:
    return _op(context).partition_key


def _op(context: Context) -> dg.OpExecutionContext:
    return context.op_execution_context


@contextmanager
def domain_errors(context: Context, cerniq: Cerniq) -> Iterator[None]:
    """Try again after a transient error; give up at once, with the cure, after a permanent one."""
    try:
        yield
    except TransientError as error:
        retries = _op(context).retry_number
        if retries >= cerniq.max_retries:
            raise _failure(error) from error
        pause = min(cerniq.retry_seconds * 2**retries, _LONGEST_PAUSE)
        raise dg.RetryRequested(max_retries=cerniq.max_retries, seconds_to_wait=pause) from error
    except CerniqError as error:
        raise _failure(error) from error


def _failure(error: CerniqError) -> dg.Failure:
    return dg.Failure(description=error.message, metadata={"cure": error.cure or "-"}, allow_retries=False)


@dataclass(slots=True)
class Clock:
    """Seconds since it was made; for the duration in metadata."""

    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return round(time.monotonic() - self.started, 3)


def table_metadata(
    *,
    rows: int,
    version: int | None,
    clock: Clock,
    schema: pa.Schema | None = None,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Row count, Delta version, duration and, where given, the columns, under Dagster's own names for them."""
    metadata: dict[str, Any] = {"dagster/row_count": rows, "duration_s": clock.seconds, **(extra or {})}
    if version is not None:
        metadata["delta_version"] = version
    if schema is not None:
        metadata["dagster/column_schema"] = column_schema(schema)
    return metadata


def column_schema(schema: pa.Schema) -> dg.TableSchema:
    """An Arrow schema as Dagster shows it."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=str(column.type),
                constraints=dg.TableColumnConstraints(nullable=column.nullable),
            )
            for column in schema
        ]
    )
