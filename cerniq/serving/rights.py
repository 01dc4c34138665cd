"""Which marts a role reads, and which rows a claim leaves: one table, applied to the checked statement.

Fails closed: a role or a claim that is not listed here reads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cerniq.serving.errors import AccessDenied
from cerniq.serving.principal import Principal

MARTS = frozenset({"company", "finance", "sales", "stock"})

ROLES: Mapping[str, frozenset[str]] = {
    "administrator": MARTS,
    "operator": MARTS,  # whoever has a shell on the machine: `cerniq sql`
    "data_engineer": MARTS,
    "manager": MARTS,
    "accountant": MARTS,
    "analyst": MARTS,
    "warehouse": frozenset({"stock"}),
}

# claim -> the column that it narrows. A model without the column cannot be narrowed and is refused.
CLAIM_COLUMNS: Mapping[str, str] = {"whid": "warehouse_id"}


@dataclass(frozen=True, slots=True)
class Rights:
    """What one principal may read: the marts, and per column the whole numbers that its rows may hold."""

    marts: frozenset[str]
    row_filters: Mapping[str, tuple[int, ...]]


def rights_of(principal: Principal) -> Rights:
    """Raises `AccessDenied` for an unknown role, an unknown claim, or a claim that is not whole numbers."""
    marts = ROLES.get(principal.role)
    if marts is None:
        raise AccessDenied(
            f"The role {principal.role[:40]!r} reads nothing.", cure=f"Known roles: {', '.join(sorted(ROLES))}."
        )
    return Rights(marts, {_column(name): _numbers(name, value) for name, value in principal.claims.items()})


def _column(claim: str) -> str:
    if claim not in CLAIM_COLUMNS:
        raise AccessDenied(
            f"The claim {claim[:40]!r} has no meaning here.", cure=f"Known claims: {', '.join(CLAIM_COLUMNS)}."
        )
    return CLAIM_COLUMNS[claim]


def _numbers(claim: str, value: object) -> tuple[int, ...]:
    values = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in values):
        raise AccessDenied(f"The claim {claim} must list whole numbers.", cure="Correct it at the identity provider.")
    return tuple(values)
