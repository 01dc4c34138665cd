"""Building the relations of a filing in its DuckDB file, in four steps: parameters, inputs, mappings,
sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa

from anaf_exports import nomenclatures
from anaf_exports.d406 import mapping
from anaf_exports.d406.build import silver
from anaf_exports.d406.build.company import FIELDS, company
from anaf_exports.d406.build.reconcile import Check, reconcile, require_entries
from anaf_exports.d406.build.silver import Cut
from anaf_exports.d406.mapping.parties import STAND_IN, Party, PartyCodes
from anaf_exports.d406.mapping.places import Places
from cerniq.lake import Lake
from cerniq.period import Period

_COMPANY = (*FIELDS, "registration_number")
_PARTNER_CODES = pa.schema(
    {
        "partner_id": pa.int64(),
        "saft_id": pa.string(),
        "reason": pa.string(),
        "is_stand_in": pa.bool_(),
        "country": pa.string(),
        "county": pa.string(),
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built: submission type, period and the tenant's profile."""

    submission: str
    period: Period
    profile: Mapping[str, Any]


def build(connection: duckdb.DuckDBPyConnection, lake: Lake, cut: Cut, order: Order) -> list[Check]:
    """Fill `connection`, a new file, with the schemas `input`, `map`, `work` and `saft`; the answer proves
    them whole.

    Raises `NoSilver`, `CompanyIncomplete`, `MappingError`, `ReconciliationFailed`.
    """
    connection.execute("begin")
    connection.execute("create schema filing")
    silver.attach(connection, lake, cut)
    places = _places(order.profile)
    _parameters(connection, cut, order)
    require_entries(connection)
    connection.execute(_sql("inputs.sql"))
    own_id = _company(connection, order, places)
    connection.execute("alter table filing.parameters add column own_id varchar")
    connection.execute("update filing.parameters set own_id = ?", [own_id])
    mapping.load_into(connection, order.profile)
    _lists(connection)
    _partner_codes(connection, order, places)
    connection.execute("create schema saft")
    for name in _sections():
        connection.execute(_sql("sections", name))
    checks = reconcile(connection)
    silver.detach(connection)
    connection.execute("commit")
    return checks


def _sql(*path: str) -> str:
    return files("anaf_exports.d406.build").joinpath(*path).read_text(encoding="utf-8")


def _sections() -> list[str]:
    folder = files("anaf_exports.d406.build") / "sections"
    return sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))


def _parameters(connection: duckdb.DuckDBPyConnection, cut: Cut, order: Order) -> None:
    # The file is dated by its cut, not by the clock: the same inputs give the same bytes.
    created = datetime.fromisoformat(cut.commit_ts).date() if cut.commit_ts else order.period.end
    connection.execute(
        "create table filing.parameters as select ?::varchar as submission, ?::date as period_start,"
        " ?::date as period_end, ?::date as created_on, ?::varchar as software_version",
        [order.submission, order.period.start, order.period.end, created, version("cerniq")],
    )


def _company(connection: duckdb.DuckDBPyConnection, order: Order, places: Places) -> str:
    cursor = connection.execute("select * from input.companies order by id limit 1")
    names = [column[0] for column in cursor.description or ()]
    row = cursor.fetchone()
    header = company(dict(zip(names, row, strict=True)) if row else None, order.profile, nomenclatures.load(), places)
    columns = ", ".join(f'?::varchar as "{name}"' for name in _COMPANY)
    connection.execute(f"create table filing.company as select {columns}", [header[name] for name in _COMPANY])
    return str(header["own_id"])


def _places(profile: Mapping[str, Any]) -> Places:
    counties = {row["name"]: row["county"] for row in reversed(mapping.rows("counties", profile))}
    return Places(nomenclatures.load(), counties)


def _partner_codes(connection: duckdb.DuckDBPyConnection, order: Order, places: Places) -> None:
    """`input.partner_codes`: the code of each partner with its reason, and its place as filed."""
    eu = {row["country"]: row["vat_prefix"] for row in reversed(mapping.rows("eu_countries", order.profile))}
    codes = PartyCodes(nomenclatures.load(), eu)
    found = connection.execute(
        "select id, code, kind, country, fiscal_code, vat_number, county from input.partners order by id"
    ).fetchall()
    rows = []
    for identifier, code, kind, country, fiscal_code, vat_number, county in found:
        saft_id, reason = codes.code(Party(code, kind, country, fiscal_code, vat_number))
        rows.append((identifier, saft_id, reason, reason == STAND_IN, *places.place(country, county)))
    columns = list(zip(*rows, strict=True)) or [()] * len(_PARTNER_CODES)
    data = pa.table(
        [pa.array(values, _PARTNER_CODES.field(place).type) for place, values in enumerate(columns)], _PARTNER_CODES
    )
    connection.register("partner_codes_arrow", data)
    connection.execute("create table input.partner_codes as select * from partner_codes_arrow order by partner_id")
    connection.unregister("partner_codes_arrow")


def _lists(connection: duckdb.DuckDBPyConnection) -> None:
    """The lists that the sections look codes up in: commodity codes, and the family of each tax code."""
    lists = nomenclatures.load()
    families = sorted(lists.tax_codes.values(), key=lambda code: code.code)
    tables = {
        "nc8": pa.table({"nc8": sorted(lists.nc8)}),
        "tax_families": pa.table(
            {"tax_code": [code.code for code in families], "family": [code.family for code in families]}
        ),
    }
    for name, data in tables.items():
        connection.register("list_arrow", data)
        connection.execute(f"create table filing.{name} as select * from list_arrow")
        connection.unregister("list_arrow")
