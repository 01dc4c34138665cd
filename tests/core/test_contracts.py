"""The contracts agree with themselves, and what is made from them says the same thing."""

from __future__ import annotations

from copy import deepcopy
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from cerniq.contracts import InvalidContract, load_contracts
from cerniq.contracts.arrow import arrow_type, bronze_schema, silver_schema, table_schema
from cerniq.contracts.catalogue import render
from cerniq.contracts.model import parse_module


def _document(module: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((resources.files("cerniq.contracts") / f"{module}.yaml").read_text())
    return document


def test_every_table_and_column_has_names_in_both_languages() -> None:
    for table in load_contracts().tables():
        assert table.name_ro and table.name_en and table.description_ro and table.description_en
        for column in table.columns:
            assert column.name_ro and column.name_en, f"{table.qualified}.{column.name}"


def test_money_is_never_a_binary_float() -> None:
    for table in load_contracts().tables():
        for column in table.columns:
            assert not column.pg_type.startswith(("real", "double", "float")), f"{table.qualified}.{column.name}"


def test_what_names_a_person_is_marked_as_personal() -> None:
    telling = {"email", "phone", "full_name", "iban", "street", "contact_last_name"}
    companies_own = {"admin_core.companies", "numeriqo_accounting.bank_accounts"}
    for table in load_contracts().tables():
        for column in table.columns:
            if column.name in telling and table.qualified not in companies_own:
                assert column.personal != "none", f"{table.qualified}.{column.name}"


def test_schemas_of_both_layers_come_from_the_contract() -> None:
    lines = load_contracts().table("numeriqo_accounting", "journal_lines")
    assert table_schema(lines).field("debit_ron").type == pa.decimal128(18, 2)
    assert silver_schema(lines).names[-3:] == ["_commit_lsn", "_commit_ts", "_bucket"]
    assert bronze_schema(lines).field("entry_id").nullable
    assert not silver_schema(lines).field("entry_id").nullable


@pytest.mark.parametrize("pg_type", ["double precision", "numeric(50,2)", "numeric", "int; drop table x"])
def test_a_type_without_an_exact_landing_type_is_refused(pg_type: str) -> None:
    with pytest.raises(InvalidContract):
        arrow_type(pg_type)


@pytest.mark.parametrize("fault", ["no key", "unknown option", "no english name", "unknown personal class"])
def test_a_broken_contract_names_its_file(fault: str) -> None:
    document = deepcopy(_document("iwms"))
    products = document["tables"]["products"]
    if fault == "no key":
        products["key"] = ["missing"]
    elif fault == "unknown option":
        products["columns"]["sku"]["nulable"] = True
    elif fault == "no english name":
        del products["columns"]["sku"]["en"]
    else:
        products["columns"]["sku"]["personal"] = "secret"
    with pytest.raises(InvalidContract, match=r"iwms\.yaml"):
        parse_module(document, origin="iwms.yaml")


def test_the_catalogue_page_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "catalogue.md"
    assert page.read_text(encoding="utf-8") == render(load_contracts()), (
        "run: python -m cerniq.contracts.catalogue > docs/catalogue.md"
    )
