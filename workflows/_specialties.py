"""Treatment functions of the NHS Data Model and Dictionary that the trust works in."""

SPECIALTIES = {
    "303": "Clinical Haematology",
    "370": "Medical Oncology",
    "800": "Clinical Oncology",
}


def specialty_name(code: str) -> str:
    """Return a treatment function with its name; one that is not known as it is."""
    return f"{code} {SPECIALTIES[code]}" if code in SPECIALTIES else code
