"""Rebuilds the one-change documents that the official validator was asked about, from the reference samples.

The reference lists each probe with a description of its change. Most say which value became which; the
others, which move whole elements, are spelled out below. The reference lies beside a checkout of the
project and is not part of it.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable
from pathlib import Path

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "saft"
ABSENT = f"not checked: {Path(*REFERENCE.parts[-3:])} is not beside this checkout" + (
    " (CI has no copy of ANAF's reference: this holds only where a developer runs it)" if os.environ.get("CI") else ""
)
"""Why a test is skipped that judges by ANAF's published reference, which is no part of the project."""
SAMPLES = {
    "L": "D406_L_monthly_2026_08.xml",
    "A": "D406_A_assets_2025.xml",
    "C": "D406_C_stocks_2026_08.xml",
    "NL": "D406_NL_nonresident_2026_08.xml",
}
NAMESPACE = "mfp:anaf:dgti:d406:declaratie:v1"
_VALUE = re.compile(r"<(\w+)>([^<]*)")

Change = Callable[[str], str]


def sample(submission: str) -> str:
    return (REFERENCE / "samples" / SAMPLES[submission]).read_text(encoding="utf-8")


def probes() -> list[dict[str, str]]:
    """The probes of the reference; none where it is not there."""
    table = REFERENCE / "official_validator_probes.csv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def document(probe: dict[str, str]) -> str:
    """The probed document. Raises `ValueError` when the described change does not apply to the sample."""
    text = sample(probe["base_sample"])
    spelled = SPELLED.get(probe["probe"])
    changed = spelled(text) if spelled else _described(text, probe["change"])
    if changed == text and probe["change"] != "unchanged":
        raise ValueError(f"{probe['probe']}: {probe['change']} changes nothing")
    return changed


def _described(text: str, change: str) -> str:
    if change == "unchanged":
        return text
    for part in re.split(r"; (?=<)", change):
        before, after = part.split(" -> ", 1)
        old = _VALUE.fullmatch(before)
        if old is None:
            raise ValueError(f"cannot read the change {part!r}")
        element = f"<{old[1]}>{old[2]}</{old[1]}>"
        new = _VALUE.fullmatch(after)
        text = text.replace(element, f"<{new[1]}>{new[2]}</{new[1]}>" if new else "")
    return text


def _find(text: str, name: str) -> str:
    found = re.search(rf"<{name}>.*?</{name}>|<{name}/>", text, re.DOTALL)
    if found is None:
        raise ValueError(f"no {name} in the sample")
    return found.group(0)


def _drop(*names: str) -> Change:
    def change(text: str) -> str:
        for name in names:
            text = text.replace(_find(text, name), "")
        return text

    return change


def _drop_all(*names: str) -> Change:
    def change(text: str) -> str:
        for name in names:
            text = re.sub(rf"\s*<{name}>.*?</{name}>", "", text, flags=re.DOTALL)
        return text

    return change


def _empty(*names: str) -> Change:
    def change(text: str) -> str:
        for name in names:
            text = text.replace(_find(text, name), f"<{name}/>")
        return text

    return change


def _fill(name: str, donor: str) -> Change:
    return lambda text: text.replace(_find(text, name), _find(sample(donor), name))


def _after(name: str, added: str | Callable[[str], str]) -> Change:
    def change(text: str) -> str:
        what = added if isinstance(added, str) else added(text)
        return text.replace(f"</{name}>", f"</{name}>{what}", 1)

    return change


def _twice(name: str) -> Change:
    return lambda text: text.replace(_find(text, name), _find(text, name) * 2, 1)


def _replace(pattern: str, new: str) -> Change:
    return lambda text: re.sub(pattern, new, text, count=1, flags=re.DOTALL)


def _prefixed(text: str) -> str:
    text = re.sub(r"<(/?)([A-Z]\w*)", r"<\1nsSAFT:\2", text)
    return text.replace("nsSAFT:AuditFile xmlns=", "nsSAFT:AuditFile xmlns:nsSAFT=")


_NO_INVOICES = (
    "<SalesInvoices><NumberOfEntries>0</NumberOfEntries><TotalDebit>0.00</TotalDebit>"
    "<TotalCredit>0.00</TotalCredit></SalesInvoices>"
)


def _months(start: str, end: str) -> Change:
    (first_year, first), (last_year, last) = (text.split("-") for text in (start, end))
    return _replace(
        r"<PeriodStart>.*</PeriodEndYear>",
        f"<PeriodStart>{int(first)}</PeriodStart><PeriodStartYear>{first_year}</PeriodStartYear>"
        f"<PeriodEnd>{int(last)}</PeriodEnd><PeriodEndYear>{last_year}</PeriodEndYear>",
    )


def _year_2022(text: str) -> str:
    codes = text.replace("310344", "310309").replace("301104", "301101").replace("21.00", "19.00")
    return _months("2022-03", "2022-03")(codes)


_PERIOD = r"<PeriodStart>.*</PeriodEndYear>"
SPELLED: dict[str, Change] = {
    "nopay": _drop("Payments"),
    "emptypay": _empty("Payments"),
    "nosales": _drop("SalesInvoices"),
    "emptysales": _empty("SalesInvoices"),
    "zerosales": _replace(r"<SalesInvoices>.*</SalesInvoices>", _NO_INVOICES),
    "GLEzero": _replace(
        r"<GeneralLedgerEntries>.*</GeneralLedgerEntries>",
        _NO_INVOICES.replace("SalesInvoices", "GeneralLedgerEntries"),
    ),
    "move_in_L": _fill("MovementOfGoods", "C"),
    "at_in_L": _after("Payments", lambda _: "<MovementOfGoods/>" + _find(sample("A"), "AssetTransactions")),
    "ps_in_L": _after("Products", lambda _: _find(sample("C"), "PhysicalStock")),
    "assets_in_L": _fill("Assets", "A"),
    "ana1": _fill("AnalysisTypeTable", "A"),
    "noprod": _empty("Products"),
    "nouom": _empty("UOMTable"),
    "notax": _empty("TaxTable"),
    "nocust": _drop_all("Customer"),
    "noacc": _drop_all("Account"),
    "noGLE": _empty("GeneralLedgerEntries"),
    "noana": _replace("<AnalysisTypeTable/>", ""),
    "nomove": _replace("<MovementOfGoods/>", ""),
    "nostreet": _drop_all("StreetName", "Number"),
    "L_dates": _replace(
        _PERIOD,
        "<SelectionStartDate>2026-08-01</SelectionStartDate><SelectionEndDate>2026-08-31</SelectionEndDate>",
    ),
    "L_dates_part": _replace(
        _PERIOD,
        "<SelectionStartDate>2026-08-05</SelectionStartDate><SelectionEndDate>2026-08-31</SelectionEndDate>",
    ),
    "name": _replace(r"(<CustomerInfo>\s*)<CustomerID>\w+</CustomerID>", r"\1<Name>Client</Name>"),
    "dup_acc": _twice("Account"),
    "dup_cust": _twice("Customer"),
    "dup_inv": _twice("Invoice"),
    "dup_rec": _replace("<RecordID>2<", "<RecordID>1<"),
    "noiban": _drop("BankAccount"),
    "prefixed": _prefixed,
    "nsT": lambda text: text.replace("d406:declaratie", "d406t:declaratie"),
    "comment": _after("Header", "<!-- x -->"),
    "pretty": lambda text: text.replace("<Header>", "\n  <Header>\n  "),
    "bankno": _replace(r"<IBANNumber>\w+</IBANNumber>", "<BankAccountNumber>0</BankAccountNumber>"),
    "hdr2019": _replace("<AuditFileVersion>2.0<", "<AuditFileVersion>2.4.8<"),
    "diac": _replace("Factura vanzare FV100", "Factură vânzare țșăîâ &amp; „test”"),
    "long_desc": _replace("Factura vanzare FV100", "x" * 300),
    "iban_sp": _replace("RO49AAAA1B31007593840000", "RO49 AAAA 1B31 0075 9384 0000"),
    "both0": lambda text: text.replace("<CustomerID>0023456783<", "<CustomerID>0<").replace(
        "<SupplierID>0012345674<", "<SupplierID>0<"
    ),
    "old2022": _year_2022,
    "code21_in_2025_06": _months("2025-06", "2025-06"),
    "code21_in_2025_07": _months("2025-07", "2025-07"),
    "A_noncal": _months("2024-07", "2025-06"),
    "A_noAT": _drop("AssetTransactions"),
    "A_noassets": _drop_all("Asset"),
    "A_life_both": _after("AssetLifeYear", "<AssetLifeMonth>48</AssetLifeMonth>"),
    "A_withcust": _fill("Customers", "L"),
    "A_withgle": _fill("GeneralLedgerEntries", "L"),
    "A_withtax": _fill("TaxTable", "L"),
    "A_noGLA": _drop_all("Account"),
    "A_noana": _drop("AnalysisTypeTable"),
    "C_time": _after("MovementPostingDate", "<MovementPostingTime>10:15</MovementPostingTime>"),
    "C_time2": _after("MovementPostingDate", "<MovementPostingTime>10:15:00</MovementPostingTime>"),
    "C_noPS": _drop("PhysicalStock"),
    "C_noMT": _drop_all("MovementTypeTableEntry"),
    "C_noOwn": _drop_all("Owner"),
    "C_noGLA": _drop_all("Account"),
    "C_withcust": _fill("Customers", "L"),
    "NL_withGLA": _fill("GeneralLedgerAccounts", "L"),
    "NL_noGLA": _replace("<GeneralLedgerAccounts/>", ""),
    "NL_pay": _fill("Payments", "L"),
    "L_noOwn": _replace("<Owners/>", ""),
    "L_noAssets": _replace("<Assets/>", ""),
    "L_noMT": _replace("<MovementTypeTable/>", ""),
    "L_noCustElem": _drop("Customers"),
    "L_noSD": _drop("SourceDocuments"),
    "L_emptySD": _empty("SalesInvoices", "PurchaseInvoices", "Payments"),
    "empty_all": _empty(
        "GeneralLedgerAccounts", "Customers", "Suppliers", "TaxTable", "UOMTable", "Products",
        "GeneralLedgerEntries", "SalesInvoices", "PurchaseInvoices", "Payments",
    ),
}  # fmt: skip
