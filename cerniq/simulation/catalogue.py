"""What the companies sell, buy and use: product groups with their seasons, and the services that every company pays.

NC8 codes are from the combined nomenclature, units from UN/ECE Recommendation 20.
"""

from __future__ import annotations

from typing import NamedTuple

# Demand by calendar month, in percent of an even month.
_EVEN = (95, 95, 102, 100, 100, 98, 96, 94, 104, 105, 106, 105)
_BUILDING = (55, 65, 95, 120, 130, 130, 125, 115, 115, 105, 80, 65)
_SCHOOL = (80, 80, 85, 80, 85, 75, 85, 185, 180, 100, 90, 75)
_WINTER = (125, 120, 100, 85, 75, 65, 60, 65, 95, 120, 140, 150)
_GIFTS = (70, 75, 90, 95, 85, 80, 75, 80, 95, 105, 150, 200)
_GARDEN = (50, 65, 125, 165, 170, 150, 125, 100, 90, 70, 50, 40)


class Group(NamedTuple):
    """A product group. Prices in RON; `cost` is the part of the list price that buying or making one costs, in percent."""

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


TRADE_GROUPS = (
    Group(
        "SCU",
        "Scule de mână",
        "Hand tools",
        "goods",
        "standard",
        "H87",
        "82052000",
        25,
        190,
        66,
        8,
        _BUILDING,
        14,
        "Ciocan",
        "Hammer",
    ),
    Group(
        "ELE",
        "Cabluri electrice",
        "Electrical cables",
        "goods",
        "standard",
        "MTR",
        "85444210",
        3,
        24,
        70,
        120,
        _BUILDING,
        12,
        "Cablu",
        "Cable",
    ),
    Group(
        "ILU",
        "Iluminat",
        "Lighting",
        "goods",
        "standard",
        "H87",
        "94051140",
        35,
        260,
        62,
        6,
        _WINTER,
        12,
        "Corp de iluminat",
        "Luminaire",
    ),
    Group(
        "VOP",
        "Vopsele și lacuri",
        "Paints and varnishes",
        "goods",
        "standard",
        "LTR",
        "32081090",
        22,
        75,
        64,
        30,
        _BUILDING,
        13,
        "Vopsea",
        "Paint",
        promoted=True,
    ),
    Group(
        "ECH",
        "Îmbrăcăminte de lucru",
        "Workwear",
        "goods",
        "standard",
        "H87",
        "62032210",
        70,
        320,
        63,
        6,
        _WINTER,
        10,
        "Salopetă",
        "Overall",
    ),
    Group(
        "PAP",
        "Papetărie",
        "Stationery",
        "goods",
        "standard",
        "H87",
        "48201030",
        4,
        38,
        60,
        40,
        _SCHOOL,
        11,
        "Caiet",
        "Notebook",
        promoted=True,
    ),
    Group(
        "CAR", "Cărți", "Books", "goods", "reduced_5", "H87", "49019900", 24, 110, 68, 10, _GIFTS, 7, "Carte", "Book"
    ),
    Group(
        "ALI",
        "Cafea și alimente",
        "Coffee and food",
        "goods",
        "reduced",
        "KGM",
        "09012100",
        30,
        120,
        72,
        14,
        _GIFTS,
        11,
        "Cafea boabe",
        "Coffee beans",
    ),
    Group(
        "CUR",
        "Produse de curățenie",
        "Cleaning products",
        "goods",
        "standard",
        "LTR",
        "34023100",
        8,
        46,
        61,
        30,
        _EVEN,
        10,
        "Detergent",
        "Detergent",
        promoted=True,
    ),
)
FACTORY_GROUPS = (
    Group(
        "MES",
        "Mese",
        "Tables",
        "finished",
        "standard",
        "H87",
        "94031058",
        420,
        1_650,
        62,
        5,
        _EVEN,
        14,
        "Masă",
        "Table",
    ),
    Group(
        "SCA",
        "Scaune",
        "Chairs",
        "finished",
        "standard",
        "H87",
        "94013100",
        160,
        620,
        63,
        12,
        _EVEN,
        16,
        "Scaun",
        "Chair",
        promoted=True,
    ),
    Group(
        "DUL",
        "Dulapuri",
        "Cabinets",
        "finished",
        "standard",
        "H87",
        "94031093",
        680,
        2_300,
        60,
        3,
        _EVEN,
        12,
        "Dulap",
        "Cabinet",
    ),
    Group(
        "RAF",
        "Rafturi",
        "Shelving",
        "finished",
        "standard",
        "H87",
        "94032020",
        140,
        520,
        61,
        9,
        _SCHOOL,
        10,
        "Raft",
        "Shelf",
    ),
    Group(
        "SAL",
        "Saltele",
        "Mattresses",
        "finished",
        "standard",
        "H87",
        "94042910",
        390,
        1_400,
        64,
        4,
        _WINTER,
        9,
        "Saltea",
        "Mattress",
    ),
    Group(
        "GRA",
        "Mobilier de grădină",
        "Garden furniture",
        "finished",
        "standard",
        "H87",
        "94031098",
        240,
        980,
        60,
        5,
        _GARDEN,
        10,
        "Bancă de grădină",
        "Garden bench",
    ),
)
RAW_GROUPS = (
    Group(
        "PAL",
        "Plăci din lemn",
        "Wood boards",
        "raw",
        "standard",
        "MTK",
        "44101130",
        28,
        85,
        100,
        0,
        _EVEN,
        30,
        "Placă",
        "Board",
    ),
    Group(
        "CHE",
        "Cherestea",
        "Timber",
        "raw",
        "standard",
        "MTR",
        "44071110",
        9,
        34,
        100,
        0,
        _EVEN,
        30,
        "Scândură",
        "Plank",
    ),
    Group(
        "TEX",
        "Textile și spume",
        "Fabrics and foams",
        "raw",
        "standard",
        "MTR",
        "54071000",
        18,
        70,
        100,
        0,
        _EVEN,
        20,
        "Stofă",
        "Fabric",
    ),
    Group(
        "FER",
        "Feronerie",
        "Fittings",
        "raw",
        "standard",
        "SET",
        "83024110",
        6,
        32,
        100,
        0,
        _EVEN,
        20,
        "Set feronerie",
        "Fitting set",
    ),
)
SERVICE_GROUP = Group(
    "SER",
    "Servicii",
    "Services",
    "service",
    "standard",
    "HUR",
    "00000000",
    90,
    240,
    0,
    1,
    _EVEN,
    0,
    "Serviciu",
    "Service",
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
    """A monthly bill: account, VAT operation and class, share of the plan's overhead in percent, day, currency."""

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


EXPENSES = (
    Expense("CHIRIE", "Chirie", "612", "taxable", "standard", 0, 1, "RON", (100,) * 12, "Chirii"),
    Expense("ENERGIE", "Energie electrică", "6051", "taxable", "standard", 22, 8, "RON", _WINTER, "Energie"),
    Expense("APA", "Apă și canalizare", "6058", "taxable", "reduced", 3, 9, "RON", (100,) * 12, "Apă"),
    Expense("TELECOM", "Telefonie și internet", "626", "taxable", "standard", 5, 6, "RON", (100,) * 12, "Telecom"),
    Expense("TRANSPORT", "Transport marfă", "624", "taxable", "standard", 24, 20, "RON", _EVEN, "Transport"),
    Expense(
        "CONTA", "Servicii de contabilitate", "628", "taxable", "standard", 9, 12, "RON", (100,) * 12, "Contabilitate"
    ),
    Expense("RECLAMA", "Publicitate", "623", "taxable", "standard", 10, 17, "RON", _GIFTS, "Publicitate"),
    Expense("REPARATII", "Întreținere și reparații", "611", "taxable", "standard", 8, 22, "RON", _EVEN, "Service"),
    Expense("MATERIALE", "Materiale nestocate", "604", "taxable", "standard", 5, 14, "RON", _EVEN, "Materiale"),
    Expense("ASIGURARE", "Asigurare", "613", "exempt", "", 4, 5, "RON", (100,) * 12, "Asigurări"),
    Expense(
        "SOFTWARE",
        "Abonament software",
        "628",
        "intra_community_services",
        "standard",
        6,
        4,
        "EUR",
        (100,) * 12,
        "Software",
    ),
    Expense(
        "MARKETING",
        "Servicii de promovare din afara UE",
        "628",
        "foreign_services",
        "standard",
        4,
        11,
        "USD",
        (100,) * 12,
        "Media",
    ),
)


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
