"""Reading and asking the nomenclature tables. What a code means for one company is not here: see
`d406/mapping`."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

_FILES = (
    "edition.json",
    "lists.txt",
    "tax_codes.csv",
    "payment_mechanisms.csv",
    "iban.csv",
    "charts.txt",
    "nc8.txt",
)


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """The lists that hold for periods from `start` on; source: the parameter versions inside ANAF's
    validator."""

    name: str
    start: date


@dataclass(frozen=True, slots=True)
class TaxCode:
    """`rate` in percent where the published list states one; `sets` are the parameter sets that know the
    code."""

    code: str
    family: str
    rate: Decimal | None
    sets: frozenset[str]


class Nomenclatures:
    """All lists of one edition. Cheap to make: each table is read when it is first asked for."""

    def __init__(self, root: Traversable) -> None:
        self._root = root
        self._edition = json.loads(self._text("edition.json"))

    @property
    def edition(self) -> str:
        return f"{self._edition['edition']} ({self._edition['published']})"

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all tables, for a filing's manifest."""
        total = hashlib.sha256()
        for name in _FILES:
            total.update(name.encode() + b"\0" + self._root.joinpath(name).read_bytes())
        return total.hexdigest()

    @cached_property
    def parameter_sets(self) -> tuple[ParameterSet, ...]:
        return tuple(
            ParameterSet(entry["name"], date.fromisoformat(entry["from"] + "-01"))
            for entry in self._edition["parameter_sets"]
        )

    def parameter_set(self, day: date) -> ParameterSet:
        """The set in force on `day`; a day before the first set gets the first, as the official validator
        does."""
        in_force = [entry for entry in self.parameter_sets if entry.start <= day]
        return in_force[-1] if in_force else self.parameter_sets[0]

    @cached_property
    def _lists(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(codes) for name, codes in self._rows("lists.txt")}

    def codes(self, name: str) -> frozenset[str]:
        """The codes of the list `name` (`country`, `currency`, `county`, `uom`, ...). Raises `KeyError`."""
        return self._lists[name]

    @cached_property
    def tax_codes(self) -> dict[str, TaxCode]:
        found = {}
        for row in self._csv("tax_codes.csv"):
            rate = Decimal(row["rate"]) if row["rate"] else None
            sets = frozenset(entry.name for entry in self.parameter_sets if row[entry.name])
            found[row["code"]] = TaxCode(row["code"], row["family"], rate, sets)
        return found

    @cache  # noqa: B019 - one instance lives as long as the process
    def tax_codes_of(self, parameter_set: str) -> frozenset[str]:
        return frozenset(code.code for code in self.tax_codes.values() if parameter_set in code.sets)

    @cached_property
    def payment_methods(self) -> dict[str, str]:
        """Payment mechanism -> the one payment method that may stand beside it."""
        return {row["mechanism"]: row["method"] for row in self._csv("payment_mechanisms.csv")}

    @cached_property
    def iban_formats(self) -> dict[str, str]:
        """Country -> the national part of its IBAN, such as `4a,16c` (n digits, a letters, c either)."""
        return {row["country"]: row["bban"] for row in self._csv("iban.csv")}

    @cached_property
    def nc8(self) -> frozenset[str]:
        """Combined Nomenclature codes of 8 digits, and `0` for a product that needs none."""
        codes = {heading + rest for heading, rests in self._rows("nc8.txt") for rest in rests}
        return frozenset(codes | {"0"})

    @cached_property
    def _charts(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(accounts) for name, accounts in self._rows("charts.txt")}

    def chart(self, basis: str) -> frozenset[str]:
        """The accounts of a tax accounting basis (`A` is OMFP 1802/2014). Raises `KeyError` for an unknown
        basis."""
        return self._charts[self._edition["chart_alias"].get(basis, basis)]

    def _text(self, name: str) -> str:
        return self._root.joinpath(name).read_text(encoding="utf-8")

    def _csv(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(self._text(name).splitlines()))

    def _rows(self, name: str) -> list[tuple[str, list[str]]]:
        lines = (line.split() for line in self._text(name).splitlines())
        return [(words[0].rstrip(":"), words[1:]) for words in lines]


@cache
def load() -> Nomenclatures:
    """The nomenclatures that this version of the package carries."""
    return Nomenclatures(files("anaf_exports.nomenclatures") / "data")
