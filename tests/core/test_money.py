"""Money is exact, has a currency, and refuses what it cannot mean."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cerniq.money import InvalidMoney, Money, round_money


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1 234,5", "1234.50"),
        ("1\u00a0234\u00a0567,89", "1234567.89"),
        ("1,234.56", "1234.56"),
        ("-12,30", "-12.30"),
        ("7", "7.00"),
    ],
)
def test_amounts_are_read_in_both_notations(text: str, amount: str) -> None:
    assert Money.parse(text).amount == Decimal(amount)


@pytest.mark.parametrize("text", ["", "abc", "1.234", "1,234", "1.2.3", "12.345,678", "NaN", "Infinity", "1e400"])
def test_what_is_ambiguous_or_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoney):
        Money.parse(text)


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(InvalidMoney):
        Money(Decimal("1.00"), "RON") + Money(Decimal("1.00"), "EUR")


def test_sums_keep_their_currency() -> None:
    total = Money(Decimal("0.10"), "EUR") + Money(Decimal("0.20"), "EUR") - Money(Decimal("0.05"), "EUR")
    assert str(total) == "0.25 EUR"


@pytest.mark.parametrize(("exact", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68")])
def test_halves_are_rounded_away_from_zero(exact: str, rounded: str) -> None:
    assert round_money(Decimal(exact)) == Decimal(rounded)
