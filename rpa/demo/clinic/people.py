"""Invented people and places: plainly made-up names, and NHS numbers from the range that is never issued."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from nhs_number.validate import calculate_checksum

GIVEN = (
    "Test-Ada", "Test-Bruno", "Test-Clover", "Test-Dorian", "Test-Elowen", "Test-Fitz", "Test-Greta", "Test-Hugo",
    "Test-Imogen", "Test-Jasper", "Test-Kezia", "Test-Lorcan", "Test-Marigold", "Test-Nestor", "Test-Odette",
)  # fmt: skip
FAMILY = (
    "Applecart", "Buttonhole", "Candlewick", "Doorstep", "Eiderdown", "Fiddlestick", "Gooseberry", "Haystack",
    "Inkwell", "Jampot", "Kettledrum", "Lampshade", "Marmalade", "Nutmeg", "Oddsocks", "Peppercorn", "Quillpen",
    "Rhubarb", "Snowglobe", "Teaspoon", "Umbrella", "Velvet", "Windmill", "Yarrow",
)  # fmt: skip
STREETS = ("Sample Street", "Example Lane", "Placeholder Road", "Specimen Avenue", "Imaginary Close")
TOWNS = ("Testwick", "Mockford", "Fakenham Magna", "Little Sampling", "Port Example")
SITES = {"RENZZ": "Testwick Main", "RENZY": "Mockford Wing", "RENZX": "Port Example Centre", "RENZW": "Sampling House"}
SPECIALTIES = {"303": "Clinical Haematology", "370": "Medical Oncology", "800": "Clinical Oncology"}


def nhs_numbers(random: Random) -> Iterator[str]:
    """Yield different valid numbers that start with 999, which are for tests and never issued."""
    start = random.randrange(1_000_000)
    for step in range(1_000_000):
        # 617,933 and 1,000,000 share no factor, so that this visits every serial number once, in no visible order.
        digits = f"999{(start + step * 617_933) % 1_000_000:06d}"
        check = calculate_checksum(digits)
        if check is not None and check < 10:
            yield f"{digits}{check}"


def person(random: Random, number: int, nhs_number: str, today: date) -> dict[str, str | None]:
    """Make one patient record."""
    given, family = random.choice(GIVEN), random.choice(FAMILY)
    return {
        "reference": f"P{100000 + number}",
        "nhs_number": nhs_number,
        "date_of_birth": (today - timedelta(days=random.randint(19 * 365, 92 * 365))).isoformat(),
        "family_name": family,
        "given_name": given,
        "sex": random.choice(("Female", "Male")),
        "date_of_death": None,
        "sensitive": "Y" if random.random() < 0.02 else "N",
        "phone": f"01632 960{random.randint(0, 999):03d}",  # Ofcom keeps these numbers for drama
        "mobile": f"07700 900{random.randint(0, 999):03d}" if random.random() < 0.8 else None,
        "email": f"{given}.{family}.{number}@example.org".lower() if random.random() < 0.6 else None,
        "address": f"{random.randint(1, 180)} {random.choice(STREETS)}",
        "town": random.choice(TOWNS),
        "postcode": f"ZZ{random.randint(1, 99)} {random.randint(1, 9)}ZZ",
        "preferred_contact": random.choice(("letter", "phone", "email")),
    }
