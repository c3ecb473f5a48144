"""A site that asks the browser to sign in: by HTTP basic, or by NTLM with a check of the answer (MS-NLMP, NTLMv2)."""

import hmac
import struct
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable

from tests.integration.browser.site import Answer, Asked, Page

_CHALLENGE = b"\x01\x23\x45\x67\x89\xab\xcd\xef"
_FLAGS = 0x00888205
"""Unicode, a target, NTLM, always sign, extended session security, information about the target."""


def asks_for_basic(username: str, password: str, page: Page) -> Callable[[Asked], Answer]:
    """Return a page that is shown for this user name and password only."""
    right = "Basic " + b64encode(f"{username}:{password}".encode()).decode()

    def show(asked: Asked) -> Answer:
        if asked.authorization != right:
            return Answer("no", 401, {"www-authenticate": 'Basic realm="Clinic"'})
        return _shown(page, asked)

    return show


class Ntlm:
    """Signs in connections, as NTLM does; `refused` counts wrong answers."""

    def __init__(self, domain: str, username: str, password: str) -> None:
        self.refused = 0
        self._secret = _ntowf(domain, username, password)
        self._signed_in: set[int] = set()

    def page(self, page: Page) -> Callable[[Asked], Answer]:
        """Return a page that is shown on connections that are signed in."""

        def show(asked: Asked) -> Answer:
            message = b64decode(asked.authorization.removeprefix("NTLM "))
            if message[8:9] == b"\x03":
                self._check(asked.connection, message)
            if asked.connection in self._signed_in:
                return _shown(page, asked)
            said = "NTLM " + b64encode(_challenge()).decode() if message[8:9] == b"\x01" else "NTLM"
            return Answer("no", 401, {"www-authenticate": said})

        return show

    def _check(self, connection: int, message: bytes) -> None:
        answer = _field(message, 20)
        proof, blob = answer[:16], answer[16:]
        if hmac.compare_digest(proof, _hmac_md5(self._secret, _CHALLENGE + blob)):
            self._signed_in.add(connection)
        else:
            self.refused += 1


def _shown(page: Page, asked: Asked) -> Answer:
    found = page(asked) if callable(page) else page
    return Answer(found) if isinstance(found, str) else found


def _challenge() -> bytes:
    target = "CLINIC".encode("utf-16le")
    told = struct.pack("<HH", 2, len(target)) + target + struct.pack("<HH", 0, 0)
    head = b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(target), len(target), 56, _FLAGS) + _CHALLENGE + bytes(8)
    return head + struct.pack("<HHI", len(told), len(told), 56 + len(target)) + bytes(8) + target + told


def _field(message: bytes, at: int) -> bytes:
    length, _, start = struct.unpack_from("<HHI", message, at)
    return message[start : start + length]


def _ntowf(domain: str, username: str, password: str) -> bytes:
    return _hmac_md5(_md4(password.encode("utf-16le")), (username.upper() + domain).encode("utf-16le"))


def _hmac_md5(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, "md5").digest()


def _md4(message: bytes) -> bytes:
    """RFC 1320: Python's own comes from OpenSSL, which has put it away."""
    padded = message + b"\x80" + bytes(-(len(message) + 9) % 64) + struct.pack("<Q", 8 * len(message))
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476]
    rounds: tuple[tuple[Callable[[int, int, int], int], int, tuple[int, ...], Iterable[int]], ...] = (
        (lambda x, y, z: x & y | ~x & z, 0, (3, 7, 11, 19), range(16)),
        (lambda x, y, z: x & y | x & z | y & z, 0x5A827999, (3, 5, 9, 13), [i % 4 * 4 + i // 4 for i in range(16)]),
        (lambda x, y, z: x ^ y ^ z, 0x6ED9EBA1, (3, 9, 11, 15), [int(f"{i:04b}"[::-1], 2) for i in range(16)]),
    )
    for start in range(0, len(padded), 64):
        words = struct.unpack_from("<16I", padded, start)
        a, b, c, d = state
        for mix, constant, turns, order in rounds:
            for number, word in enumerate(order):
                turn = turns[number % 4]
                added = (a + mix(b, c, d) + words[word] + constant) & 0xFFFFFFFF
                a, b, c, d = d, (added << turn | added >> (32 - turn)) & 0xFFFFFFFF, b, c
        state = [(old + new) & 0xFFFFFFFF for old, new in zip(state, (a, b, c, d), strict=True)]
    return struct.pack("<4I", *state)
