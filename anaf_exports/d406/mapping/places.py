"""Countries and Romanian counties as the lists write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from anaf_exports.nomenclatures import Nomenclatures

_HOME = "RO"


class Places:
    """`counties`: name without diacritics, upper case -> code such as RO-CJ."""

    def __init__(self, nomenclatures: Nomenclatures, counties: Mapping[str, str]) -> None:
        self._countries = nomenclatures.codes("country")
        self._codes = nomenclatures.codes("county")
        self._counties = counties

    def place(self, country: str | None, county: str | None) -> tuple[str, str | None]:
        """Country and county as filed. An address abroad has no county, an unknown county is left out."""
        found = (country or _HOME).strip().upper()
        if found not in self._countries:
            found = _HOME
        return found, self._county(county or "") if found == _HOME else None

    def _county(self, text: str) -> str | None:
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip().upper()
        for candidate in (plain, f"{_HOME}-{plain}"):
            if candidate in self._codes:
                return candidate
        return self._counties.get(plain.removeprefix("JUDETUL ").removeprefix("MUNICIPIUL "))
