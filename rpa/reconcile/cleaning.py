"""Takes from a text what doesn't matter when two are compared; doing it twice changes nothing more."""

import re
import unicodedata
from itertools import filterfalse

_SPELLED_OUT = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"})
"""Letters whose stroke is not an accent that can be taken off."""
_BETWEEN_NAMES = dict.fromkeys(map(ord, ",-\u2010\u2011\u2012\u2013\u2014\u2015"), " ")
_IN_NAMES = str.maketrans(_BETWEEN_NAMES | dict.fromkeys(map(ord, "'\u2018\u2019\u02bc`\u00b4.")))
_NOT_IN_PHONES = re.compile(r"[^\d+]")


def plain_text(text: str) -> str:
    """Return a text without accents, in small letters, with single spaces."""
    return " ".join(_small(text).split())


def plain_name(name: str) -> str:
    """Return a name as `plain_text` does, its hyphens as spaces and without apostrophes and full stops."""
    return " ".join(_small(name).translate(_IN_NAMES).split())


def plain_phone(number: str) -> str:
    """Return the digits of a telephone number; `+44`, `0044` and `(0)` become the `0` of a UK number."""
    digits = _NOT_IN_PHONES.sub("", number if number.isascii() else unicodedata.normalize("NFKC", number))
    digits = digits[:1] + digits[1:].replace("+", "")
    if digits.startswith("00"):
        digits = f"+{digits.lstrip('0')}"
    return f"0{digits[3:].lstrip('0')}" if digits.startswith("+44") else digits


def plain_postcode(postcode: str) -> str:
    """Return a postcode in capitals without spaces."""
    return "".join(_small(postcode).split()).upper()


def _small(text: str) -> str:
    """Take off accents and case; once more if that brought forth a letter that has some."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_SPELLED_OUT)
    plain = "".join(filterfalse(unicodedata.combining, plain))
    return plain if plain == text else _small(plain)
