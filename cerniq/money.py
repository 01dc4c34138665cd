"""Amounts of money: exact decimals with a currency; binary floating point never touches them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from cerniq.errors import PermanentError

_CENT = Decimal("0.01")
_CURRENCY = re.compile(r"[A-Z]{3}")


class InvalidMoney(PermanentError):
    """A text that is no amount of money."""


def round_money(amount: Decimal) -> Decimal:
    """To the ban, halves away from zero, as Romanian accounting practice rounds."""
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with two decimals in an ISO 4217 currency. Raises `InvalidMoney`."""

    amount: Decimal
    currency: str = "RON"

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise InvalidMoney(f"{self.amount!r} is not an exact amount.", cure="Pass a finite Decimal.")
        if self.amount != self.amount.quantize(_CENT):
            raise InvalidMoney(f"{self.amount} has more than two decimals.", cure="Round it first with round_money.")
        if not _CURRENCY.fullmatch(self.currency):
            raise InvalidMoney(f"{self.currency[:10]!r} is not a currency.", cure="Use an ISO 4217 code such as RON.")

    @classmethod
    def parse(cls, text: str, currency: str = "RON") -> Money:
        """Read `1234.56`, `1.234,56` (Romanian) or `1 234,56`. Raises `InvalidMoney`.

        A single point or comma with exactly three digits behind it is ambiguous and refused.
        """
        compact = re.sub(r"[\s\u00a0\u202f]", "", text)
        if re.fullmatch(r"[+-]?\d{1,3}[.,]\d{3}", compact):
            raise InvalidMoney(f"{text[:40]!r} is ambiguous.", cure="Write two decimals, as in 1.234,00 or 1234.00.")
        if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})*,\d{1,2}|[+-]?\d+,\d{1,2}", compact):
            compact = compact.replace(".", "").replace(",", ".")
        elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+\.\d{1,2}", compact):
            compact = compact.replace(",", "")
        try:
            return cls(Decimal(compact), currency)
        except InvalidOperation as error:
            raise InvalidMoney(f"{text[:40]!r} is not an amount.", cure="Write it as 1234.56 or 1.234,56.") from error

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise InvalidMoney(
                f"{self.currency} and {other.currency} do not add up.", cure="Convert one of them at a dated rate."
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}"
