"""One Delta table: writes with an explicit schema, reads pinned to a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from cerniq.lake.errors import TableMissing, UnsupportedTable, translated
from cerniq.lake.schema import conform, new_columns

if TYPE_CHECKING:
    from deltalake import CommitProperties, DeltaTable


class LakeTable:
    """A Delta table of one tenant. Made by `Lake.table`; every call opens the newest state again."""

    def __init__(self, uri: str, *, name: str, storage_options: Mapping[str, str]) -> None:
        self.uri = uri
        self.name = name
        self._options = dict(storage_options)

    def __repr__(self) -> str:
        return f"LakeTable({self.name})"

    # -- state ---------------------------------------------------------------------------------------------------

    def exists(self) -> bool:
        from deltalake import DeltaTable

        with translated(self.uri):
            return bool(DeltaTable.is_deltatable(self.uri, self._options))

    def version(self) -> int:
        """The newest version. Raises `TableMissing`."""
        return int(self._open().version())

    def schema(self) -> pa.Schema:
        return pa.schema(self._open().schema().to_arrow())

    def transaction_version(self, app_id: str) -> int | None:
        """The highest version that `append(app_transaction=...)` recorded for `app_id`; None when there is none."""
        return _transaction_version(self._open(), app_id) if self.exists() else None

    def row_count(self, version: int | None = None) -> int:
        return int(self._open(version).count())

    # -- writes --------------------------------------------------------------------------------------------------

    def append(
        self,
        data: pa.Table | pa.RecordBatchReader,
        *,
        schema: pa.Schema,
        partition_by: Sequence[str] | None = None,
        app_transaction: tuple[str, int] | None = None,
    ) -> int:
        """Add rows and return the table's version. Columns new in `schema` are added, NULL in the rows before.

        `app_transaction` (application id, rising number): a write whose number is already there is skipped, so that a
        replay doubles nothing. delta-rs does not check it itself; two stale handles with one id do conflict.
        Raises `SchemaMismatch`, `WriteConflict`, `DiskFull`, `LakeUnreachable`.
        """
        from deltalake import write_deltalake

        handle = self._open() if self.exists() else None
        if handle is not None and app_transaction is not None:
            recorded = _transaction_version(handle, app_transaction[0])
            if recorded is not None and recorded >= app_transaction[1]:
                return int(handle.version())
        table = conform(_materialised(data), schema, where=self.name)
        evolve = False
        if handle is not None:
            stored = pa.schema(handle.schema().to_arrow())
            new_columns(stored, schema, where=self.name)
            # Columns that the source has no more stay in the table and are NULL from here on.
            evolve = set(stored.names) != set(schema.names)
        with translated(self.uri):
            write_deltalake(
                self.uri if handle is None else handle,
                table,
                mode="append",
                schema_mode="merge" if evolve else None,
                partition_by=list(partition_by) if partition_by else None,
                storage_options=self._options or None,
                commit_properties=_commit(app_transaction=app_transaction),
            )
        return self.version() if handle is None else int(handle.version())

    def overwrite(
        self,
        data: pa.Table | pa.RecordBatchReader,
        *,
        schema: pa.Schema,
        partition_by: Sequence[str] | None = None,
        metadata: Mapping[str, str] | None = None,
        app_transaction: tuple[str, int] | None = None,
    ) -> int:
        """Replace all rows and the schema, return the version. `metadata` is kept in the commit (`history`)."""
        from deltalake import write_deltalake

        table = conform(_materialised(data), schema, where=self.name)
        with translated(self.uri):
            exists = self.exists()
            write_deltalake(
                self.uri,
                table,
                mode="overwrite",
                schema_mode="overwrite" if exists else None,
                partition_by=list(partition_by) if partition_by else None,
                storage_options=self._options or None,
                commit_properties=_commit(metadata=metadata, app_transaction=app_transaction),
            )
        return self.version()

    def merge(
        self,
        source: pa.Table,
        *,
        keys: Sequence[str],
        schema: pa.Schema,
        delete_when: str | None = None,
        update_when: str | None = None,
        partition_predicate: str | None = None,
        keep_target_when: Mapping[str, str] | None = None,
        metadata: Mapping[str, str] | None = None,
        app_transaction: tuple[str, int] | None = None,
    ) -> dict[str, Any]:
        """Update, insert and delete by `keys`; returns delta-rs' metrics. One source row a key.

        SQL speaks of the source as `s` and of the table as `t`. `delete_when`: source rows that delete;
        `update_when`: matched rows that are newer (others are left); `partition_predicate`: limits the files that are
        rewritten, as `t._bucket in (1, 2)`; `keep_target_when`: column to condition under which its old value stays.
        Columns of `source` beyond `schema` serve these conditions and are not stored. Raises as `append`.
        """
        handle = self._open()
        new_columns(pa.schema(handle.schema().to_arrow()), schema, where=self.name)
        extra = [name for name in source.column_names if name not in schema.names]
        data = conform(source, schema, where=self.name, extra=extra)
        kept = dict(keep_target_when or {})
        updates = {
            _quoted(name): f"case when {kept[name]} then t.{_quoted(name)} else s.{_quoted(name)} end"
            if name in kept
            else f"s.{_quoted(name)}"
            for name in schema.names
        }
        inserts = {_quoted(name): f"s.{_quoted(name)}" for name in schema.names}
        on = " and ".join(
            ([partition_predicate] if partition_predicate else []) + [f"t.{_quoted(k)} = s.{_quoted(k)}" for k in keys]
        )
        keep = f"not ({delete_when})" if delete_when else None
        changed = " and ".join(f"({part})" for part in (keep, update_when) if part) or None
        with translated(self.uri):
            merger = handle.merge(
                data,
                predicate=on,
                source_alias="s",
                target_alias="t",
                # The engine turns a small source into statistics that skip whole files only when it may read it first.
                streamed_exec=False,
                commit_properties=_commit(metadata=metadata, app_transaction=app_transaction),
            )
            if delete_when:
                merger = merger.when_matched_delete(predicate=delete_when)
            merger = merger.when_matched_update(updates, predicate=changed)
            return dict(merger.when_not_matched_insert(inserts, predicate=keep).execute())

    # -- reads ---------------------------------------------------------------------------------------------------

    def files(self, version: int | None = None) -> list[str]:
        """Absolute URIs of the data files of `version`, for DuckDB's `read_parquet`; empty for a table without rows.

        Raises `TableMissing`, and `UnsupportedTable` for deletion vectors: a file list does not see them.
        """
        return [str(uri) for uri in self._open(version).file_uris()]

    def read(
        self,
        columns: Sequence[str] | None = None,
        version: int | None = None,
        *,
        where: pc.Expression | None = None,
    ) -> pa.Table:
        """Rows of `version` (default the newest) that satisfy `where`, in no particular order."""
        handle = self._open(version)
        with translated(self.uri):
            return handle.to_pyarrow_table(columns=list(columns) if columns is not None else None, filters=where)

    def history(self, limit: int | None = None) -> list[dict[str, Any]]:
        """Commits, newest first, as delta-rs reports them."""
        return list(self._open().history(limit))

    def _open(self, version: int | None = None) -> DeltaTable:
        from deltalake import DeltaTable
        from deltalake.exceptions import TableNotFoundError

        try:
            with translated(self.uri):
                handle = DeltaTable(self.uri, version=version, storage_options=self._options or None)
        except Exception as error:
            if isinstance(error.__cause__, TableNotFoundError):
                raise TableMissing(
                    f"There is no table {self.name}.",
                    cure="Ingest or build it first (cerniq ingest, cerniq build).",
                ) from error
            raise
        if "deletionVectors" in (handle.protocol().reader_features or []):
            raise UnsupportedTable(
                f"{self.name} uses deletion vectors.",
                cure="Rewrite the table without delta.enableDeletionVectors.",
            )
        return handle


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _materialised(data: pa.Table | pa.RecordBatchReader) -> pa.Table:
    return data.read_all() if isinstance(data, pa.RecordBatchReader) else data


def _transaction_version(handle: DeltaTable, app_id: str) -> int | None:
    value = handle.transaction_version(app_id)
    return None if value is None else int(value)


def _commit(
    *, metadata: Mapping[str, str] | None = None, app_transaction: tuple[str, int] | None = None
) -> CommitProperties:
    from deltalake import CommitProperties, Transaction

    return CommitProperties(
        custom_metadata=dict(metadata) if metadata else None,
        app_transactions=[Transaction(*app_transaction)] if app_transaction else None,
    )
