"""What is guessed first: passphrases that many people have, and such as are made of names that others know."""

import re
import string
import unicodedata
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise

from rpa.db.console_tables import Role

OURS = ("nhs", "hospital", "trust", "rpa", "robot", "desk", "console", "password", "passphrase", "welcome", *Role)
"""Words of the place and of the console: with the names of person and organisation, they count for nothing."""
_ENOUGH = 8
"""Letters and digits beside such words, NIST 800-63B's shortest password; what goes on as 4567 or aaaa counts once."""
_SHORTEST_WORD = 3
_ALIKE = str.maketrans("013457@$!|l", "oieastasiii")
"""What stands for a letter in many passwords; l is an i too, for 1 stands for both."""
_BYTES = 5
"""Of each SHA-256 in `common.bin`: a good passphrase is taken for a common one once in 25 million."""


def is_common(passphrase: str) -> bool:
    """Return whether it is one that breaches have shown often, also with digits or signs hung on."""
    text = _plain(passphrase)
    bare = text.strip(string.digits + string.punctuation + string.whitespace)
    return not _common().isdisjoint(sha256(one.encode()).digest()[:_BYTES] for one in (text, bare))


def is_made_of(passphrase: str, names: Iterable[str]) -> bool:
    """Return whether little is left of it without the names, their first letters and our own words."""
    text = _plain(passphrase)
    words = sorted({word for name in (*OURS, *names) for word in _words(name)}, key=len, reverse=True)
    found = [one.span() for one in re.finditer("|".join(map(re.escape, words)), text.translate(_ALIKE))]
    begins, ends = [0, *(end for _, end in found)], [*(begin for begin, _ in found), len(text)]
    rest = "".join(text[begin:end] for begin, end in zip(begins, ends, strict=True))
    return bool(found) and _weight(rest) < _ENOUGH


@cache
def _common() -> frozenset[bytes]:
    """Return digests of the 42,636 passwords of the rules' length in the million most frequent ones of SecLists.

    The list itself is not in the package: it has names and swear words, and each change of letters counts the same.
    """
    kept = files(__package__).joinpath("common.bin").read_bytes()
    return frozenset(kept[at : at + _BYTES] for at in range(0, len(kept), _BYTES))


def _words(name: str) -> list[str]:
    parts = re.findall(r"[^\W_]+", _plain(name))
    return [one.translate(_ALIKE) for one in (*parts, "".join(part[0] for part in parts)) if len(one) >= _SHORTEST_WORD]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _weight(rest: str) -> int:
    marks = " " + "".join(filter(str.isalnum, rest))
    return sum(abs(ord(one) - ord(before)) > 1 for before, one in pairwise(marks))
