"""The writer: what a relation's rows become, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from anaf_exports.d406.plan import IncompleteRelation
from anaf_exports.d406.spec import load
from anaf_exports.d406.write import OrphanRow, Written, write


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema saft")
        connection.execute("""create table saft.audit_file as select 0 as _key, 'L' as "Header.HeaderComment" """)
        yield connection


def _write(connection: duckdb.DuckDBPyConnection, folder: Path) -> tuple[str, Written]:
    written = write(connection, load(), submission="L", path=folder / "d406.xml")
    return written.path.read_text(encoding="utf-8"), written


def _uom(connection: duckdb.DuckDBPyConnection, rows: str) -> None:
    connection.execute(f"""
        create table saft.uom_table__uom_table_entry as
        select * from (values {rows}) as t(_key, "UnitOfMeasure", "Description")
    """)


def test_text_is_escaped_cleaned_and_cut_at_its_length(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _uom(
        connection, f"(1, 'H87', ' A&B <i>' || chr(7) || chr(10) || 'c '), (2, 'KGM', '{'x' * 300}'), (3, 'LTR', '  ')"
    )
    text, written = _write(connection, tmp_path)
    assert "<Description>A&amp;B &lt;i&gt; c</Description>" in text
    assert f"<Description>{'x' * 256}</Description>" in text
    assert "<UnitOfMeasure>LTR</UnitOfMeasure></UOMTableEntry>" in text
    assert written.rows["uom_table__uom_table_entry"] == 3


def test_rows_come_in_the_order_of_their_keys(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _uom(connection, "(2, 'KGM', 'b'), (1, 'H87', 'a')")
    text, _ = _write(connection, tmp_path)
    assert text.index("H87") < text.index("KGM")


def test_children_stand_inside_their_parent(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    connection.execute("""
        create table saft.tax_table__tax_table_entry as
        select * from (values (1, '300', 'a'), (2, '604', 'b')) as t(_key, "TaxType", "Description");
        create table saft.tax_table__tax_table_entry__tax_code_details as
        select * from (values (1, 1, '310344'), (2, 2, '604010'), (1, 3, '310351')) as t(_parent, _key, "TaxCode")
    """)
    with pytest.raises(IncompleteRelation, match="has no column BaseRate"):
        _write(connection, tmp_path)
    connection.execute("""
        alter table saft.tax_table__tax_table_entry__tax_code_details add column "BaseRate" decimal(3, 2) default 1;
        alter table saft.tax_table__tax_table_entry__tax_code_details add column "Country" varchar default 'RO'
    """)
    text, _ = _write(connection, tmp_path)
    entries = text.split("<TaxTableEntry>")[1:]
    assert ["310344" in entries[0], "310351" in entries[0], "604010" in entries[0]] == [True, True, False]


def test_a_row_without_its_parent_is_refused_and_leaves_no_file(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute("""
        create table saft.tax_table__tax_table_entry as select 1 as _key, '300' as "TaxType", 'a' as "Description";
        create table saft.tax_table__tax_table_entry__tax_code_details as
        select 9 as _parent, 1 as _key, '310344' as "TaxCode", 1.0 as "BaseRate", 'RO' as "Country"
    """)
    with pytest.raises(OrphanRow, match="has no parent 9"):
        _write(connection, tmp_path)
    assert not (tmp_path / "d406.xml").exists()


def test_the_same_relations_give_the_same_bytes(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _uom(connection, "(1, 'H87', 'a'), (2, 'KGM', 'b')")
    first = _write(connection, tmp_path)[1].sha256
    assert _write(connection, tmp_path)[1].sha256 == first
