"""The code of a partner: a prefix of two digits, 00 to 06, and what identifies it there (field rule
MF.C.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from anaf_exports.nomenclatures import Nomenclatures
from cerniq.tenancy import Cui, InvalidCui

_LONGEST = 35
_PERSONAL_NUMBER = re.compile(r"[1-9][0-9]{12}")
_HOME = "RO"

STAND_IN = "no valid fiscal code: the partner's own code stands in"
"""The reason of a code that is a stand-in and should not stay so."""


@dataclass(frozen=True, slots=True)
class Party:
    """What is known of a partner. `vat_number` carries its country's prefix; `code` is ours and unique."""

    code: str
    kind: str
    country: str
    fiscal_code: str | None
    vat_number: str | None


class PartyCodes:
    """Codes and reasons. `eu`: country -> prefix of its VAT numbers."""

    def __init__(self, nomenclatures: Nomenclatures, eu: Mapping[str, str]) -> None:
        self._countries = nomenclatures.codes("country")
        self._eu = eu

    def code(self, party: Party) -> tuple[str, str]:
        """The code and why it is this one. The first rule that fits decides."""
        country = (party.country or _HOME).upper()
        if country == _HOME:
            return self._at_home(party)
        return self._in_the_union(party, country) if country in self._eu else self._outside(party, country)

    def _at_home(self, party: Party) -> tuple[str, str]:
        number = _compact(party.fiscal_code or party.vat_number or "").removeprefix(_HOME)
        if party.kind == "individual":
            if _PERSONAL_NUMBER.fullmatch(number):
                return f"03{number}", "person with a personal number"
            return f"04{_cut(_compact(party.code))}", "person who does not give a personal number"
        try:
            return f"00{Cui(number).digits}", "company with a Romanian fiscal code"
        except InvalidCui:
            return f"04{_cut(_compact(party.code))}", STAND_IN

    def _in_the_union(self, party: Party, country: str) -> tuple[str, str]:
        prefix = self._eu[country]
        number = _compact(party.vat_number or "")
        if number:
            known = number[:2] in self._countries and number[:2].isalpha()
            return f"01{_cut(number if known else prefix + number)}", "registered for VAT in a member state"
        return f"05{_cut(prefix + self._own(party))}", "not registered for VAT, in a member state"

    def _outside(self, party: Party, country: str) -> tuple[str, str]:
        number = _compact(party.vat_number or party.fiscal_code or "").removeprefix(country)
        if number:
            return f"02{_cut(country + number)}", "tax number of a country outside the EU"
        return f"06{_cut(country + self._own(party))}", "no tax number, outside the EU"

    def _own(self, party: Party) -> str:
        return _compact(party.fiscal_code or "") or _compact(party.code)


def _compact(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text).upper()


def _cut(text: str) -> str:
    return text[: _LONGEST - 2]
