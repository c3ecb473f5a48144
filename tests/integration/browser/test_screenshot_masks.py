"""What a masked screenshot shows, read from its pixels: the mask where it belongs, the page everywhere else."""

import struct
import zlib
from collections.abc import Iterator

import pytest

from rpa.connectors.browser import Session
from tests.integration.browser.site import Site

MASK = (0x33, 0x33, 0x33)
RED, WHITE = (255, 0, 0), (255, 255, 255)
PAGE = """
<style>
  body {margin: 0; background: white; font: 40px monospace}
  div, input {position: absolute; left: 20px; width: 300px; height: 60px; margin: 0; padding: 0; border: 0}
  .name {top: 20px; color: red} .note {top: 120px; color: red} [type=password] {top: 220px; color: red}
</style>
<div class=name>NAME</div><div class=note>NOTE</div><input type=password value=hunter22>
"""
Pixel = tuple[int, int, int]


class Picture:
    """The pixels of a PNG with eight bits a channel, as a browser makes it."""

    def __init__(self, content: bytes) -> None:
        chunks = list(_chunks(content))
        self.width, self.height, depth, colours = struct.unpack(">IIBB", chunks[0][1][:10])
        assert (depth, colours) in ((8, 2), (8, 6))
        self._channels = 3 if colours == 2 else 4
        stored = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
        self._rows = list(_lines(stored, self.width * self._channels, self._channels))

    def area(self, left: int, top: int, *, width: int, height: int) -> set[Pixel]:
        """Return the colours inside of an area."""
        return {self._at(x, y) for y in range(top, top + height) for x in range(left, left + width)}

    def _at(self, x: int, y: int) -> Pixel:
        red, green, blue = self._rows[y][x * self._channels : x * self._channels + 3]
        return red, green, blue


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        yield content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        place += length + 12


def _lines(stored: bytes, length: int, step: int) -> Iterator[bytearray]:
    """Undo the filter of each line (PNG, section 9)."""
    above = bytearray(length)
    for start in range(0, len(stored), length + 1):
        kind, line = stored[start], bytearray(stored[start + 1 : start + 1 + length])
        for place in range(length):
            left = line[place - step] if place >= step else 0
            corner = above[place - step] if place >= step else 0
            line[place] = (line[place] + _guess(kind, left, above[place], corner)) & 255
        yield line
        above = line


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        about = left + up - corner
        return min((left, up, corner), key=lambda one: abs(about - one))
    return (0, left, up, (left + up) // 2)[kind]


@pytest.fixture
def picture(session: Session, site: Site) -> Picture:
    site.pages["/"] = PAGE
    session.masks = (".name",)
    session.goto("/")
    return Picture(session.screenshot())


def test_a_masked_field_is_nothing_but_the_colour_of_the_mask(picture: Picture) -> None:
    assert picture.area(20, 20, width=300, height=60) == {MASK}


def test_a_field_for_passwords_is_covered_though_nobody_named_it(picture: Picture) -> None:
    assert picture.area(20, 220, width=300, height=60) == {MASK}


def test_text_elsewhere_is_there_to_be_read(picture: Picture) -> None:
    shown = picture.area(20, 120, width=300, height=60)

    assert {RED, WHITE} <= shown and MASK not in shown


def test_a_mask_covers_no_more_than_its_field(picture: Picture) -> None:
    assert picture.area(20, 90, width=300, height=20) == {WHITE}


def test_without_a_mask_the_field_would_be_read(session: Session, site: Site) -> None:
    site.pages["/"] = PAGE
    session.goto("/")

    bare = Picture(session.page.screenshot())

    assert RED in bare.area(20, 20, width=300, height=60)
