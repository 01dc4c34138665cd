"""Writing and reading Delta tables of two tenants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from cerniq.errors import UsageError
from cerniq.lake import Lake, SchemaMismatch, TableMissing, UnsupportedTable, WriteConflict

SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("amount", pa.decimal128(18, 2)),
        pa.field("at", pa.timestamp("us", "UTC")),
        pa.field("_bucket", pa.int32()),
    ]
)


def rows(*ids: int, name: str = "a") -> pa.Table:
    at = datetime(2026, 8, 1, tzinfo=UTC)
    return pa.Table.from_pylist(
        [{"id": i, "name": name, "amount": Decimal(i), "at": at, "_bucket": i // 10} for i in ids],
        schema=SCHEMA,
    )


def ids(table: pa.Table) -> list[int]:
    return sorted(table.column("id").to_pylist())


def test_what_one_tenant_writes_the_other_does_not_see(two_lakes: tuple[Lake, Lake]) -> None:
    first, second = two_lakes
    first.table("silver", "iwms", "products").overwrite(rows(1, 2), schema=SCHEMA)
    second.table("silver", "iwms", "products").overwrite(rows(7), schema=SCHEMA)
    first.write_json({"lsn": "0/1"}, "silver", "current.json")

    assert ids(first.table("silver", "iwms", "products").read()) == [1, 2]
    assert ids(second.table("silver", "iwms", "products").read()) == [7]
    assert second.read_json("silver", "current.json") is None
    assert all("/comert-nord/" in uri for uri in first.table("silver", "iwms", "products").files())


@pytest.mark.parametrize("part", ["..", ".", "../mobila-sud", "a/b", "", ".hidden", "a\0b", "a b"])
def test_no_part_of_a_path_leaves_the_tenant(two_lakes: tuple[Lake, Lake], part: str) -> None:
    for lake in two_lakes:
        with pytest.raises(UsageError):
            lake.table("silver", part)
        with pytest.raises(UsageError):
            lake.local_dir("builds", part)
        with pytest.raises(UsageError):
            lake.write_json({}, part)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (lambda t: t.drop_columns(["name"]), "name"),
        (lambda t: t.append_column("extra", pa.array([1])), "extra"),
        (lambda t: t.set_column(2, "amount", pa.array([1.0])), "amount"),
        (lambda t: t.set_column(2, "amount", pa.array([Decimal("1.005")])), "amount"),
        (lambda t: t.set_column(0, "id", pa.array([None], pa.int64())), "id"),
        (lambda t: t.set_column(3, "at", pa.array([datetime(2026, 8, 1)], pa.timestamp("us"))), "at"),
    ],
)
def test_data_that_does_not_fit_is_refused_by_the_columns_name(
    two_lakes: tuple[Lake, Lake], change: Callable[[pa.Table], pa.Table], column: str
) -> None:
    for lake in two_lakes:
        table = lake.table("gold", "finance", "lines")
        with pytest.raises(SchemaMismatch, match=repr(column)):
            table.append(change(rows(1)), schema=SCHEMA)
        assert not table.exists()


def test_encodings_that_lose_nothing_are_taken(two_lakes: tuple[Lake, Lake]) -> None:
    encoded = rows(1).set_column(1, "name", pa.array(["ă"]).dictionary_encode())
    encoded = encoded.set_column(2, "amount", pa.array([Decimal("1.5")], pa.decimal128(38, 4)))
    for lake in two_lakes:
        lake.table("gold", "t").append(encoded, schema=SCHEMA)
        read = lake.table("gold", "t").read()
        assert read.column("name").to_pylist() == ["ă"]
        assert read.column("amount").to_pylist() == [Decimal("1.50")]


def test_an_application_transaction_that_is_there_is_skipped(two_lakes: tuple[Lake, Lake]) -> None:
    first, second = two_lakes
    for lake in (first, second, first):
        version = lake.table("bronze", "t").append(rows(1), schema=SCHEMA, app_transaction=("slot", 5))
        assert version == 0
    assert first.table("bronze", "t").append(rows(2), schema=SCHEMA, app_transaction=("slot", 4)) == 0
    assert first.table("bronze", "t").append(rows(3), schema=SCHEMA, app_transaction=("slot", 6)) == 1

    assert ids(first.table("bronze", "t").read()) == [1, 3]
    assert ids(second.table("bronze", "t").read()) == [1]
    assert first.table("bronze", "t").transaction_version("slot") == 6
    assert first.table("bronze", "t").transaction_version("other") is None


def test_a_new_column_is_null_in_the_rows_before(two_lakes: tuple[Lake, Lake]) -> None:
    wider = SCHEMA.append(pa.field("note", pa.string()))
    for lake in two_lakes:
        table = lake.table("bronze", "t")
        table.append(rows(1), schema=SCHEMA)
        table.append(rows(2).append_column("note", pa.array(["n"])), schema=wider)
        assert {r["id"]: r["note"] for r in table.read().to_pylist()} == {1: None, 2: "n"}


def test_a_column_never_changes_its_type_silently(two_lakes: tuple[Lake, Lake]) -> None:
    changed = pa.schema([pa.field("id", pa.string())])
    for lake in two_lakes:
        table = lake.table("bronze", "t")
        table.append(rows(1), schema=SCHEMA)
        with pytest.raises(SchemaMismatch, match="'id' is stored as int64"):
            table.append(pa.table({"id": ["1"]}), schema=changed)


def test_a_merge_updates_inserts_deletes_and_keeps(two_lakes: tuple[Lake, Lake]) -> None:
    first, second = two_lakes
    for lake in two_lakes:
        lake.table("silver", "t").overwrite(rows(1, 2, 3, 14), schema=SCHEMA, partition_by=["_bucket"])
    source = rows(2, 3, 4, 5, name="b").append_column("op", pa.array(["u", "d", "c", "d"]))
    source = source.append_column("keep_name", pa.array([True, False, False, False]))

    metrics = first.table("silver", "t").merge(
        source,
        keys=["id"],
        schema=SCHEMA,
        delete_when="s.op = 'd'",
        keep_target_when={"name": "s.keep_name"},
        partition_predicate="t._bucket in (0)",
    )

    assert metrics["num_target_files_skipped_during_scan"] == 1
    got = {r["id"]: r["name"] for r in first.table("silver", "t").read().to_pylist()}
    assert got == {1: "a", 2: "a", 4: "b", 14: "a"}
    assert ids(second.table("silver", "t").read()) == [1, 2, 3, 14]


def test_duckdb_reads_the_files_of_a_pinned_version(two_lakes: tuple[Lake, Lake]) -> None:
    for lake in two_lakes:
        table = lake.table("gold", "t")
        pinned = table.overwrite(rows(1, 2), schema=SCHEMA)
        table.overwrite(rows(3), schema=SCHEMA)
        query = "select sum(amount) as total from read_parquet(?)"
        assert duckdb.execute(query, [table.files(pinned)]).fetchall() == [(Decimal("3.00"),)]
        assert duckdb.execute(query, [table.files()]).fetchall() == [(Decimal("3.00"),)]
        assert ids(table.read(version=pinned)) == [1, 2]
        assert table.row_count(pinned) == 2


def test_deletion_vectors_are_refused(two_lakes: tuple[Lake, Lake]) -> None:
    from deltalake import write_deltalake

    for lake in two_lakes:
        table = lake.table("gold", "t")
        write_deltalake(table.uri, rows(1), configuration={"delta.enableDeletionVectors": "true"})
        with pytest.raises(UnsupportedTable, match="deletion vectors"):
            table.files()


def test_a_missing_table_says_what_to_run(two_lakes: tuple[Lake, Lake]) -> None:
    for lake in two_lakes:
        with pytest.raises(TableMissing, match="cerniq ingest"):
            lake.table("silver", "iwms", "nothing").read()


def test_two_stale_handles_cannot_both_overwrite(two_lakes: tuple[Lake, Lake]) -> None:
    from deltalake import DeltaTable, write_deltalake

    from cerniq.lake.errors import translated

    for lake in two_lakes:
        table = lake.table("gold", "t")
        table.overwrite(rows(1), schema=SCHEMA)
        one, two = DeltaTable(table.uri), DeltaTable(table.uri)
        write_deltalake(one, rows(2), mode="overwrite")
        with pytest.raises(WriteConflict, match="at the same time"), translated(table.uri):
            write_deltalake(two, rows(3), mode="overwrite")
        assert ids(table.read()) == [2]
