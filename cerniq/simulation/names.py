"""Names, places and account numbers that nobody can mistake for real ones, with valid check digits."""

from __future__ import annotations

from random import Random

from cerniq.tenancy import Cui

# County and city that lies in it.
PLACES = (
    ("RO-B", "București"),
    ("RO-CJ", "Cluj-Napoca"),
    ("RO-TM", "Timișoara"),
    ("RO-IS", "Iași"),
    ("RO-CT", "Constanța"),
    ("RO-BV", "Brașov"),
    ("RO-SB", "Sibiu"),
    ("RO-DJ", "Craiova"),
    ("RO-PH", "Ploiești"),
    ("RO-BH", "Oradea"),
    ("RO-IF", "Voluntari"),
    ("RO-AR", "Arad"),
    ("RO-MS", "Târgu Mureș"),
    ("RO-BC", "Bacău"),
)
REGIONS = {
    "RO-B": "București-Ilfov",
    "RO-IF": "București-Ilfov",
    "RO-CJ": "Nord-Vest",
    "RO-BH": "Nord-Vest",
    "RO-TM": "Vest",
    "RO-AR": "Vest",
    "RO-IS": "Nord-Est",
    "RO-BC": "Nord-Est",
    "RO-CT": "Sud-Est",
    "RO-BV": "Centru",
    "RO-SB": "Centru",
    "RO-MS": "Centru",
    "RO-DJ": "Sud-Vest",
    "RO-PH": "Sud",
}
_WORDS = ("Alun", "Brad", "Cedru", "Dafin", "Fag", "Gorun", "Mesteacăn", "Paltin", "Salcâm", "Stejar", "Tei", "Ulm")
_TRADES = ("Trade", "Distribuție", "Construct", "Retail", "Instal", "Servicii", "Market", "Proiect")
_STREETS = ("Strada Exemplului", "Strada Modelului", "Bulevardul Probei", "Calea Demonstrației", "Strada Mostrei")
# Country, city, legal form, bank part of an account number and the length of its digits, VAT number's digits.
EU_PLACES = (
    ("DE", "Leipzig", "GmbH", "", 18, 9),
    ("HU", "Győr", "Kft", "", 24, 8),
    ("AT", "Graz", "GmbH", "", 16, 8),
    ("IT", "Padova", "Srl", "X", 22, 11),
    ("PL", "Poznań", "Sp. z o.o.", "", 24, 10),
)
FAR_PLACES = (("TR", "Bursa", "AS", "", 22), ("GB", "Leeds", "Ltd", "DEMO", 14), ("RS", "Novi Sad", "DOO", "", 18))
_BANKS = ("DEMA", "DEMB", "DEMC")


def company_name(number: int, form: str = "SRL") -> str:
    """`Paltin Construct Demo 14 SRL`: a word, a trade, a number."""
    return f"{_WORDS[number * 7 % 12]} {_TRADES[number * 5 % 8]} Demo {number} {form}"


def street(random: Random) -> str:
    return f"{random.choice(_STREETS)} {random.randint(1, 180)}"


def cui(stem: int) -> Cui:
    return Cui.from_stem(stem)


def romanian_iban(random: Random) -> str:
    """24 characters: bank code of no bank, 16 digits, ISO 13616 check digits."""
    return iban("RO", random.choice(_BANKS) + _digits(random, 16))


def foreign_iban(random: Random, country: str, prefix: str, digits: int) -> str:
    """A number in the format of `country`, check digits right, national check digits not."""
    return iban(country, prefix + _digits(random, digits))


def iban(country: str, account: str) -> str:
    """Put the check digits of ISO 7064 modulo 97 in front."""
    text = "".join(str(int(character, 36)) for character in f"{account}{country}00")
    return f"{country}{98 - int(text) % 97:02d}{account}"


def vat_number(random: Random, country: str, digits: int) -> str:
    """A number in the format that VIES knows for `country`; it is registered nowhere."""
    prefix = "U" if country == "AT" else ""
    return f"{country}{prefix}{_digits(random, digits)}"


def _digits(random: Random, count: int) -> str:
    return str(random.randint(1, 9)) + "".join(str(random.randint(0, 9)) for _ in range(count - 1))
