"""Who the data belongs to: tenant identifiers and Romanian fiscal codes, parsed once at the boundary."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cerniq.errors import PermanentError

_TENANT_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")
_CUI = re.compile(r"(?:RO)?([1-9][0-9]{1,9})", re.IGNORECASE)
_CUI_WEIGHTS = (7, 5, 3, 2, 1, 7, 5, 3, 2)


class InvalidTenantId(PermanentError):
    """A text that may not name a tenant."""


class InvalidCui(PermanentError):
    """A text that is no Romanian fiscal code (CUI)."""


@dataclass(frozen=True, slots=True, order=True)
class TenantId:
    """A tenant's name in every path, key and statement: `[a-z0-9][a-z0-9-]{0,61}[a-z0-9]`; a UUID is one.

    Raises `InvalidTenantId`. Nothing below the boundary checks a tenant id again.
    """

    value: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, str) or not _TENANT_ID.fullmatch(self.value):
            raise InvalidTenantId(
                f"{str(self.value)[:80]!r} is not a tenant id.",
                cure="Use 2 to 63 lower-case letters, digits and hyphens, not at either end a hyphen.",
            )

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Cui:
    """A Romanian fiscal code (cod unic de identificare): 2 to 10 digits, the last one a check digit.

    `Cui("RO 14399840")` keeps the digits only. Raises `InvalidCui`.
    Check digit: digits before it, right aligned, times 753217532, sum times 10 modulo 11, 10 counts as 0.
    """

    digits: str

    def __init__(self, text: str | int) -> None:
        match = _CUI.fullmatch(re.sub(r"\s", "", str(text)))
        if match is None:
            raise InvalidCui(
                f"{str(text)[:40]!r} is not a CUI.", cure="A CUI has 2 to 10 digits, with or without RO before them."
            )
        digits = match.group(1)
        expected = _check_digit(digits[:-1])
        if int(digits[-1]) != expected:
            raise InvalidCui(
                f"CUI {digits} has a wrong check digit.", cure="Compare it with the registration certificate."
            )
        object.__setattr__(self, "digits", digits)

    @classmethod
    def from_stem(cls, stem: int) -> Cui:
        """The valid code whose digits before the check digit are `stem` (1 to 999,999,999)."""
        return cls(f"{stem}{_check_digit(str(stem))}")

    @property
    def with_prefix(self) -> str:
        return f"RO{self.digits}"

    def __str__(self) -> str:
        return self.digits


def _check_digit(stem: str) -> int:
    padded = stem.zfill(len(_CUI_WEIGHTS))
    total = sum(int(digit) * weight for digit, weight in zip(padded, _CUI_WEIGHTS, strict=True))
    return total * 10 % 11 % 10
