"""What the companies sell, buy and use: product groups with their seasons, services, monthly bills and fixed assets.

NC8 codes are from the combined nomenclature, units from UN/ECE Recommendation 20.
"""

from __future__ import annotations

from typing import NamedTuple

# Demand by calendar month, in percent of an even month.
_SEASONS = {
    "flat": (100,) * 12,
    "even": (95, 95, 102, 100, 100, 98, 96, 94, 104, 105, 106, 105),
    "building": (55, 65, 95, 120, 130, 130, 125, 115, 115, 105, 80, 65),
    "school": (80, 80, 85, 80, 85, 75, 85, 185, 180, 100, 90, 75),
    "winter": (125, 120, 100, 85, 75, 65, 60, 65, 95, 120, 140, 150),
    "gifts": (70, 75, 90, 95, 85, 80, 75, 80, 95, 105, 150, 200),
    "garden": (50, 65, 125, 165, 170, 150, 125, 100, 90, 70, 50, 40),
}


class Group(NamedTuple):
    """A product group. List prices in RON; `cost`: percent of the list price that buying or making a piece costs."""

    code: str
    name_ro: str
    name_en: str
    kind: str
    vat_class: str
    unit: str
    nc8: str
    lowest: int
    highest: int
    cost: int
    typical: int
    season: tuple[int, ...]
    weight: int
    item_ro: str
    item_en: str
    promoted: bool = False


def _groups(kind: str, table: str) -> tuple[Group, ...]:
    found = []
    for line in table.strip().splitlines():
        part = [cell.strip() for cell in line.split("|")]
        lowest, highest, cost, typical = map(int, part[6:10])
        found.append(
            Group(
                part[0],
                part[1],
                part[2],
                kind,
                part[3],
                part[4],
                part[5],
                lowest,
                highest,
                cost,
                typical,
                _SEASONS[part[10]],
                int(part[11]),
                part[12],
                part[13],
                promoted=len(part) == 15,
            )
        )
    return tuple(found)


# Code, RO, EN, VAT class, unit, NC8, list price from and to, cost, usual quantity, season, weight, item RO and EN.
TRADE_GROUPS = _groups(
    "goods",
    """
SCU | Scule de mână | Hand tools | standard | H87 | 82052000 | 25 | 190 | 73 | 8 | building | 14 | Ciocan | Hammer
ELE | Cabluri electrice | Cables | standard | MTR | 85444210 | 3 | 24 | 77 | 120 | building | 12 | Cablu | Cable
ILU | Iluminat | Lighting | standard | H87 | 94051140 | 35 | 260 | 69 | 6 | winter | 12 | Corp iluminat | Luminaire
VOP | Vopsele | Paints | standard | LTR | 32081090 | 22 | 75 | 71 | 30 | building | 13 | Vopsea | Paint | promoted
ECH | Haine de lucru | Workwear | standard | H87 | 62032210 | 70 | 320 | 70 | 6 | winter | 10 | Salopetă | Overall
PAP | Papetărie | Stationery | standard | H87 | 48201030 | 4 | 38 | 67 | 40 | school | 11 | Caiet | Notebook | promoted
CAR | Cărți | Books | reduced_5 | H87 | 49019900 | 24 | 110 | 75 | 10 | gifts | 7 | Carte | Book
ALI | Cafea | Coffee | reduced | KGM | 09012100 | 30 | 120 | 79 | 14 | gifts | 11 | Cafea boabe | Coffee beans
CUR | Curățenie | Cleaning | standard | LTR | 34023100 | 8 | 46 | 68 | 30 | even | 10 | Detergent | Detergent | promoted
""",
)
FACTORY_GROUPS = _groups(
    "finished",
    """
MES | Mese | Tables | standard | H87 | 94031058 | 170 | 660 | 72 | 5 | even | 14 | Masă | Table
SCA | Scaune | Chairs | standard | H87 | 94013100 | 64 | 250 | 73 | 12 | even | 16 | Scaun | Chair | promoted
DUL | Dulapuri | Cabinets | standard | H87 | 94031093 | 270 | 920 | 70 | 3 | even | 12 | Dulap | Cabinet
RAF | Rafturi | Shelving | standard | H87 | 94032020 | 56 | 210 | 71 | 9 | school | 10 | Raft | Shelf
SAL | Saltele | Mattresses | standard | H87 | 94042910 | 155 | 560 | 74 | 4 | winter | 9 | Saltea | Mattress
GRA | Mobilier grădină | Garden sets | standard | H87 | 94031098 | 95 | 390 | 70 | 5 | garden | 10 | Bancă | Bench
""",
)
RAW_GROUPS = _groups(
    "raw",
    """
PAL | Plăci din lemn | Wood boards | standard | MTK | 44101130 | 28 | 85 | 100 | 0 | even | 30 | Placă | Board
CHE | Cherestea | Timber | standard | MTR | 44071110 | 9 | 34 | 100 | 0 | even | 30 | Scândură | Plank
TEX | Textile și spume | Fabrics and foams | standard | MTR | 54071000 | 18 | 70 | 100 | 0 | even | 20 | Stofă | Fabric
FER | Feronerie | Fittings | standard | SET | 83024110 | 6 | 32 | 100 | 0 | even | 20 | Set feronerie | Fitting set
""",
)
(SERVICE_GROUP,) = _groups(
    "service",
    "SER | Servicii | Services | standard | HUR | 00000000 | 90 | 240 | 0 | 1 | even | 0 | Serviciu | Service",
)


class Service(NamedTuple):
    """A service that the company sells: its revenue account, price in RON and how its VAT works."""

    sku: str
    name_ro: str
    name_en: str
    account: str
    operation: str
    unit: str
    price: int


SERVICES = (
    Service("SER-01", "Transport la client", "Delivery to the customer", "708", "taxable", "H87", 140),
    Service("SER-02", "Montaj", "Installation", "704", "taxable", "HUR", 95),
    Service("SER-03", "Consultanță tehnică", "Technical advice", "704", "taxable", "HUR", 160),
    Service("SER-04", "Închiriere spațiu", "Rent of premises", "706", "exempt", "MON", 3_800),
)


class Expense(NamedTuple):
    """A monthly bill: account, VAT operation and class, percent of the plan's overhead, day, currency."""

    code: str
    description: str
    account: str
    operation: str
    vat_class: str
    share: int
    day: int
    currency: str
    season: tuple[int, ...]
    partner: str


def _expenses(table: str) -> tuple[Expense, ...]:
    found = []
    for line in table.strip().splitlines():
        part = [cell.strip() for cell in line.split("|")]
        code, description, account, operation, vat_class, share, day, currency, season, partner = part
        found.append(
            Expense(
                code,
                description,
                account,
                operation,
                vat_class,
                int(share),
                int(day),
                currency,
                _SEASONS[season],
                partner,
            )
        )
    return tuple(found)


# Timber is bought without VAT between payers (Codul fiscal art. 331 (2) b).
EXPENSES = _expenses("""
CHIRIE | Chirie | 612 | taxable | standard | 0 | 1 | RON | flat | Chirii
ENERGIE | Energie electrică | 6051 | taxable | standard | 22 | 8 | RON | winter | Energie
APA | Apă și canalizare | 6058 | taxable | reduced | 3 | 9 | RON | flat | Apă
TELECOM | Telefonie și internet | 626 | taxable | standard | 5 | 6 | RON | flat | Telecom
TRANSPORT | Transport marfă | 624 | taxable | standard | 24 | 20 | RON | even | Transport
CONTA | Servicii de contabilitate | 628 | taxable | standard | 9 | 12 | RON | flat | Contabilitate
RECLAMA | Publicitate | 623 | taxable | standard | 10 | 17 | RON | gifts | Publicitate
REPARATII | Întreținere și reparații | 611 | taxable | standard | 8 | 22 | RON | even | Service
LEMN | Cherestea pentru ambalare | 604 | reverse_charge | standard | 5 | 14 | RON | even | Cherestea
ASIGURARE | Asigurare | 613 | exempt | standard | 4 | 5 | RON | flat | Asigurări
SOFTWARE | Abonament software | 628 | intra_community_services | standard | 6 | 4 | EUR | flat | Software
MARKETING | Promovare în afara UE | 628 | foreign_services | standard | 4 | 11 | USD | flat | Media
""")


class AssetKind(NamedTuple):
    """A fixed asset: accounts, code and life from the catalogue of HG 2139/2004, price in RON."""

    name: str
    account: str
    depreciation: str
    classification: str
    life: int
    cost: int


OPENING_ASSETS = (
    AssetKind("Hală", "212", "2812", "1.1.1.", 480, 620_000),
    AssetKind("Autoutilitară", "2133", "2813", "2.3.2.1.1.1.", 60, 118_000),
    AssetKind("Stivuitor", "2131", "2813", "2.3.6.8.1.", 96, 84_000),
    AssetKind("Rafturi depozit", "214", "2814", "3.1.1.", 120, 46_000),
    AssetKind("Cântar electronic", "2132", "2813", "2.2.1.1.", 72, 14_500),
)
LATER_ASSETS = (
    AssetKind("Server", "2131", "2813", "2.2.9.", 36, 22_400),
    AssetKind("Autoutilitară frigorifică", "2133", "2813", "2.3.2.1.1.1.", 60, 132_000),
    AssetKind("Licență ERP", "208", "2808", "licență", 36, 31_000),
    AssetKind("Utilaj de ambalat", "2131", "2813", "2.1.17.5.", 96, 57_500),
    AssetKind("Aparat de etalonare", "2132", "2813", "2.2.1.2.", 72, 18_300),
    AssetKind("Mobilier birou", "214", "2814", "3.1.1.", 108, 9_900),
)
