"""The reporting company for the header: silver's row, overridden by the tenant's profile, checked before it
is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anaf_exports.d406.mapping.places import Places
from anaf_exports.nomenclatures import Nomenclatures
from cerniq.errors import PermanentError
from cerniq.tenancy import Cui

FIELDS = (
    "legal_name",
    "cui",
    "vat_registered",
    "vat_period",
    "tax_accounting_basis",
    "country",
    "county",
    "city",
    "street",
    "street_number",
    "postal_code",
    "phone",
    "email",
    "iban",
    "contact_first_name",
    "contact_last_name",
)
"""What a profile may state or correct, named as the columns of `admin_core.companies`."""

_REQUIRED = ("legal_name", "cui", "city", "phone", "iban", "contact_first_name", "contact_last_name")


class CompanyIncomplete(PermanentError):
    """The header lacks something that ANAF requires."""


def company(
    row: Mapping[str, Any] | None, profile: Mapping[str, Any], nomenclatures: Nomenclatures, places: Places
) -> dict[str, Any]:
    """The header's company: every field of `FIELDS`, and `registration_number`, `own_id` (00 and the fiscal
    code).

    Raises `CompanyIncomplete`, `InvalidCui`.
    """
    known: dict[str, Any] = {name: (row or {}).get(name) for name in FIELDS}
    known |= {name: profile[name] for name in FIELDS if profile.get(name) not in (None, "")}
    missing = [name for name in _REQUIRED if not str(known[name] or "").strip()]
    if missing:
        raise CompanyIncomplete(
            f"The header needs {', '.join(missing)}.",
            cure="Complete the company in the administration module, or state it in the tenant's profile.",
        )
    cui = Cui(str(known["cui"]))
    known["country"], known["county"] = places.place(known["country"], known["county"])
    basis = known["tax_accounting_basis"] or "A"
    if basis not in nomenclatures.codes("accounting_basis"):
        raise CompanyIncomplete(
            f"{basis!r} is no tax accounting basis.", cure="A is that of companies under OMFP 1802/2014."
        )
    registered = known["vat_registered"] is not False
    return known | {
        "cui": cui.digits,
        "tax_accounting_basis": basis,
        "registration_number": cui.with_prefix if registered else cui.digits,
        "own_id": f"00{cui.digits}",
    }
