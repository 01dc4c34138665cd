"""VAT that waits in 4428 until its invoice is paid (TVA la încasare, Codul fiscal art. 282 (3) and 297 (2)-(3))."""

from __future__ import annotations

from cerniq.simulation.integers import divide
from cerniq.simulation.vat import Tax

# VAT and base in bani that still wait, by the tax under which they were invoiced.
Waiting = dict[Tax, list[int]]


def wait(waiting: Waiting, tax: Tax, vat: int, base: int) -> None:
    """Add the VAT of a line."""
    held = waiting.setdefault(tax, [0, 0])
    held[0] += vat
    held[1] += base


def release(waiting: Waiting, paid: int, remaining: int) -> list[tuple[Tax, int, int]]:
    """VAT and base that paying `paid` of `remaining` makes chargeable; the last payment takes what is left."""
    found = []
    for tax, held in waiting.items():
        vat = held[0] if paid == remaining else divide(held[0] * paid, remaining)
        base = held[1] if paid == remaining else divide(held[1] * paid, remaining)
        held[0] -= vat
        held[1] -= base
        if vat:
            found.append((tax, vat, base))
    return found
