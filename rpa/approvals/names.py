"""Names of people as others read them: two that look alike are one, so that nobody approves his own plan as another."""

import unicodedata

from rpa.exceptions import UsageError

_BESIDE_LETTERS = frozenset(" .,'-_@()")
_LONGEST = 200


def check_name(name: str) -> None:
    """Make sure that a name is what it looks like.

    Raises:
        UsageError: It is empty or too long, or has letters of another script, which look like Latin ones and are not.
    """
    if not name or len(name) > _LONGEST:
        raise UsageError(f"found a name of {len(name)} characters, expected 1 to {_LONGEST}")
    odd = [one for one in name if not _is_plain(one)]
    if odd or not same_name(name):
        found = ", ".join(dict.fromkeys(unicodedata.name(one, f"U+{ord(one):04X}").lower() for one in odd))
        raise UsageError(f"found {found or 'no letter'} in the name, expected Latin letters, digits and points alone")


def same_name(name: str) -> str:
    """Return what two names have in common that people would take for the same: letters and digits, without accents."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(one for one in unicodedata.normalize("NFKD", plain) if one.isalnum())


def _is_plain(one: str) -> bool:
    if one in _BESIDE_LETTERS or (one.isascii() and one.isdigit()):
        return True
    return (
        one.isalpha() and unicodedata.name(one, "").startswith("LATIN ") and unicodedata.normalize("NFKC", one) == one
    )
