"""Tenant identifiers and fiscal codes are parsed at the boundary, so that the inside never checks them again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cerniq.tenancy import Cui, InvalidCui, InvalidTenantId, TenantId


@pytest.mark.parametrize("text", ["ab", "comert-demo", "0f8fad5b-d9cb-469f-a165-70867728950e", "a" * 63])
def test_a_well_formed_tenant_id_is_kept(text: str) -> None:
    assert str(TenantId(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "a", "..", "a/b", "a|b", "A-B", "-ab", "ab-", "a b", "ab\n", "a" * 64, "ă-demo", "a'b", 'a"b', "a;b", "a.b"],
)
def test_what_could_leave_a_path_a_key_or_a_statement_is_no_tenant_id(text: str) -> None:
    with pytest.raises(InvalidTenantId) as caught:
        TenantId(text)
    assert caught.value.cure


@pytest.mark.parametrize("text", ["14399840", "RO14399840", "ro 14399840", 14399840])
def test_a_fiscal_code_is_read_with_and_without_its_prefix(text: str | int) -> None:
    cui = Cui(text)
    assert (cui.digits, cui.with_prefix) == ("14399840", "RO14399840")


@pytest.mark.parametrize("text", ["14399841", "1", "", "RO", "12345678901", "14399840x", "0123"])
def test_a_wrong_fiscal_code_is_refused(text: str) -> None:
    with pytest.raises(InvalidCui):
        Cui(text)


@given(st.integers(min_value=1, max_value=999_999_999), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_always_noticed(stem: int, shift: int) -> None:
    digits = Cui.from_stem(stem).digits
    wrong = digits[:-1] + str((int(digits[-1]) + shift) % 10)
    with pytest.raises(InvalidCui):
        Cui(wrong)
