"""Whole-number arithmetic of the simulation: no floating point and no Decimal touches an amount.

A value of a `numeric(p,s)` column is an `int` scaled by 10**s: bani for money, milli-units for quantities, 1/10,000 RON
for prices and exchange rates, 1/1,000,000 RON for unit costs, 1/100 percent for rates.
"""

from __future__ import annotations


def divide(numerator: int, denominator: int) -> int:
    """Quotient rounded half away from zero, as PostgreSQL and the tax rules round. `denominator` is positive."""
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def line_net(quantity: int, price: int, discount: int = 0) -> int:
    """Bani (or cents) of a line: milli-units at 1/10,000 a unit, less a discount in 1/100 percent."""
    return divide(quantity * price * (10_000 - discount), 1_000_000_000)


def percent(amount: int, rate: int) -> int:
    """`rate` (1/100 percent) of `amount`."""
    return divide(amount * rate, 10_000)


def to_ron(cents: int, rate: int) -> int:
    """Bani of an amount in another currency at a rate in 1/10,000 RON."""
    return divide(cents * rate, 10_000)
