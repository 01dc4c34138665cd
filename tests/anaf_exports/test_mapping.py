"""Partners, places and codes: what the mapping makes of them, and that the tables agree with ANAF's lists."""

from __future__ import annotations

from datetime import date

import pytest

from anaf_exports import nomenclatures
from anaf_exports.d406 import mapping
from anaf_exports.d406.mapping.parties import Party, PartyCodes
from anaf_exports.d406.mapping.places import Places
from anaf_exports.d406.values import Values

EU = {row["country"]: row["vat_prefix"] for row in mapping.rows("eu_countries")}
VALUES = Values(nomenclatures.load(), date(2026, 8, 1), "A")


@pytest.mark.parametrize(
    ("party", "code"),
    [
        (Party("C1", "company", "RO", "34567892", "RO34567892"), "0034567892"),
        (Party("C2", "company", "RO", "RO 34567892", None), "0034567892"),
        (Party("C-3", "company", "RO", "34567893", None), "04C3"),
        (Party("P1", "individual", "RO", "1800101221144", None), "031800101221144"),
        (Party("P-2", "individual", "RO", None, None), "04P2"),
        (Party("F1", "company", "DE", None, "DE 123456789"), "01DE123456789"),
        (Party("F2", "company", "GR", None, "EL123456789"), "01EL123456789"),
        (Party("F3", "company", "HU", None, None), "05HUF3"),
        (Party("F4", "company", "US", "99-12", None), "02US9912"),
        (Party("F5", "company", "MD", None, None), "06MDF5"),
    ],
)
def test_a_partner_gets_the_code_of_what_is_known_of_it(party: Party, code: str) -> None:
    found, reason = PartyCodes(nomenclatures.load(), EU).code(party)
    assert found == code
    assert reason
    assert VALUES.judge("customer")(found) is None


@pytest.mark.parametrize(
    ("country", "county", "place"),
    [
        ("RO", "Cluj", ("RO", "RO-CJ")),
        ("RO", "București", ("RO", "RO-B")),
        ("RO", "Județul Iași", ("RO", "RO-IS")),
        ("ro", "CJ", ("RO", "RO-CJ")),
        ("RO", "Nicăieri", ("RO", None)),
        ("DE", "Berlin", ("DE", None)),
        (None, None, ("RO", None)),
    ],
)
def test_a_place_is_written_as_the_lists_have_it(
    country: str | None, county: str | None, place: tuple[str, str | None]
) -> None:
    counties = {row["name"]: row["county"] for row in mapping.rows("counties")}
    assert Places(nomenclatures.load(), counties).place(country, county) == place


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("counties", "county", "county"),
        ("eu_countries", "vat_prefix", "country"),
        ("invoice_types", "invoice_type", "list:invoice_type"),
        ("payment_methods", "payment_method", "list:payment_method"),
        ("payment_methods", "payment_mechanism", "payment_mechanism"),
        ("account_types", "account_type", "list:account_type"),
        ("units", "uom", "list:uom"),
        ("tax_types", "tax_type", "list:tax_type"),
        ("tax_families", "base_rate", "base_rate"),
        ("purchase_tax", "tax_code", "tax_code"),
        ("journal_types", "type", "text9"),
    ],
)
def test_every_row_of_a_mapping_is_in_the_lists_and_has_a_reason(table: str, column: str, kind: str) -> None:
    judge = VALUES.judge(kind)
    for row in mapping.rows(table):
        assert judge(row[column]) is None, row
        assert row["reason"], row


def test_a_mechanism_is_mapped_with_the_method_that_the_list_asks_for() -> None:
    methods = nomenclatures.load().payment_methods
    for row in mapping.rows("payment_methods"):
        assert methods[row["payment_mechanism"]] == row["payment_method"]


def test_every_family_of_tax_codes_is_mapped() -> None:
    families = {code.family for code in nomenclatures.load().tax_codes.values()} - {"none"}
    assert families == {row["family"] for row in mapping.rows("tax_families")}


def test_codes_of_21_percent_begin_in_july_2025() -> None:
    lists = nomenclatures.load()
    before, after = (lists.parameter_set(date(2025, month, 1)).name for month in (6, 7))
    assert "310344" not in lists.tax_codes_of(before)
    assert "310344" in lists.tax_codes_of(after)
    assert "310309" in lists.tax_codes_of(after)
