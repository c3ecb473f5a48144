"""Take the password off a workbook, and protect one again; neither the password nor the workbook touches the disk."""

import io
import zipfile
from pathlib import Path
from typing import Any

from rpa.exceptions import InputRefused

EXCELS_OWN = "VelvetSweatshop"
"""The password of workbooks that Excel protects without asking for one ([MS-OFFCRYPTO] 2.4.2.3): it opens them so."""
FOR_COMMANDS = "say which secret has it (--password-secret), or "
"""What only whoever types a command can do."""
ENCRYPTED = f"is protected with a password to open it: {FOR_COMMANDS}save a copy without the password and send that"
_SHORTEST = 4096
"""What is shorter goes into another kind of stream ([MS-CFB] 2.6.4), which the library writes wrongly."""
OTHERWISE = "is protected in a way that can't be opened here: save a copy without the password and send that"


class Protected(Exception):  # noqa: N818 - what a file is, before anybody has tried to open it
    """A password is needed to read on."""


def unlock(content: bytes, password: str, *, secret: str) -> tuple[bytes, str]:
    """Return a workbook without its protection, and the password that opened it.

    Raises:
        InputRefused: Neither Excel's own password nor the given one opens it; the message names the secret alone.
    """
    from msoffcrypto.exceptions import InvalidKeyError  # type: ignore[import-untyped]  # few files need it

    for one in (EXCELS_OWN, password):
        try:
            if one:
                return _decrypted(content, one), one
        except InvalidKeyError:
            continue
        except MemoryError:
            raise
        except Exception:  # the library knows many errors of files that are damaged or protected otherwise
            raise InputRefused(OTHERWISE) from None
    if not password:
        raise InputRefused(ENCRYPTED)
    raise InputRefused(
        f"doesn't open with the password in the secret {secret!r}: put the right one there, or save a copy without "
        "the password and send that"
    )


def _decrypted(content: bytes, password: str) -> bytes:
    import msoffcrypto  # type: ignore[import-untyped]  # as above

    file: Any = msoffcrypto.OfficeFile(io.BytesIO(content))
    file.load_key(password=password)
    if file.format == "ooxml" and file.type == "agile":
        # a key that fills no whole number of blocks (AES-192) comes with what fills its last one
        file.secret_key = file.secret_key[: file.info["passwordKeyBits"] // 8]
    opened = io.BytesIO()
    file.decrypt(opened)
    return opened.getvalue()


def protect(content: bytes, password: str, target: Path) -> None:
    """Write a workbook that only this password opens."""
    from msoffcrypto.format.ooxml import OOXMLFile  # type: ignore[import-untyped]  # as above

    with target.open("wb") as file:
        OOXMLFile(_long_enough(content)).encrypt(password, file)


def _long_enough(content: bytes) -> io.BytesIO:
    buffer = io.BytesIO(content)
    if len(content) < _SHORTEST:
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.comment = b" " * _SHORTEST
    return buffer
