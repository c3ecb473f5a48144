"""Five hundred hostile or odd files, the same ones each time: each is read right or refused in one sentence."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial

from tests.integration.spreadsheet import books
from tests.integration.spreadsheet.books import Person, people


class Expected(Enum):
    """What must come of a file."""

    READ = "every row is read as it was written"
    REFUSED = "refused in one sentence"
    EITHER = "refused, or every row that is taken is as it was written"
    SURVIVED = "refused or read: the file's own words were changed, so nobody can know more"


@dataclass(frozen=True, slots=True)
class Case:
    """One file: how it is made, and what must come of it."""

    name: str
    make: Callable[[], bytes]
    expected: Expected
    rows: tuple[Person, ...] = ()
    top: int = 1

    def __str__(self) -> str:
        return self.name


def corpus() -> list[Case]:
    """Return all cases."""
    makers = (
        layouts,
        delimited,
        cut,
        flipped,
        scrambled,
        torn_text,
        bombs,
        far,
        misnamed,
        claims,
        shapes,
        opendocument,
    )
    return [case for maker in makers for case in maker()]


def layouts() -> Iterator[Case]:
    """Tables that start anywhere, under titles and group headings, in both epochs and both dialects."""
    for top in (1, 2, 5, 9, 30, 49):
        for left in (0, 1, 3):
            for epoch in (1900, 1904):
                for strict in (False, True):
                    rows = tuple(people(top * 100 + left))
                    name = f"layout-{top}-{left}-{epoch}-{'strict' if strict else 'plain'}.xlsx"
                    make = partial(_layout, rows, top=top, left=left, epoch=epoch, strict=strict)
                    yield Case(name, make, Expected.READ, rows, top)


def _layout(rows: tuple[Person, ...], *, top: int, left: int, epoch: int, strict: bool) -> bytes:
    title = books.row_xml(1, [books.text_cell("A1", "Referrals &amp; appointments")]) if top > 1 else ""
    group = books.row_xml(top - 1, [books.text_cell(f"{chr(65 + left)}{top - 1}", "Patient")]) if top > 2 else ""
    data = title + group + books.table_xml(rows, top=top, left=left, epoch=epoch)
    merged = f'<mergeCells count="1"><mergeCell ref="A1:F{1 if top > 1 else 0}"/></mergeCells>' if top > 1 else ""
    namespace = books.STRICT if strict else books.MAIN
    sheet = books.sheet_xml(data, after=merged, namespace=namespace)
    return books.zipped(books.book_parts({"Worklist": sheet}, epoch=epoch, strict=strict))


def delimited() -> Iterator[Case]:
    """Text in every encoding, delimiter and line ending that Excel and its neighbours write."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
        for delimiter in ",;\t|":
            for end in ("\r\n", "\n", "\r"):
                rows = tuple(people(len(encoding) + ord(delimiter)))
                name = f"text-{encoding}-{ord(delimiter)}-{end.encode().hex()}.csv"
                make = partial(_text, rows, encoding=encoding, delimiter=delimiter, end=end)
                yield Case(name, make, Expected.READ, rows, 3)


def _text(rows: tuple[Person, ...], *, encoding: str, delimiter: str, end: str) -> bytes:
    lines = ["Référrals", "", delimiter.join(books.HEADINGS)]
    for person in rows:
        day = person.referred.strftime("%d/%m/%Y")
        lines.append(delimiter.join([f'"{person.nhs_number}"', f'"{person.name}"', day, str(person.count)]))
    return (end.join(lines) + end).encode(encoding)


def _plain(seed: int = 1) -> tuple[tuple[Person, ...], bytes]:
    rows = tuple(people(seed, 40))
    return rows, books.book(books.table_xml(rows))


def cut() -> Iterator[Case]:
    """A workbook of which only the beginning arrived."""
    rows, whole = _plain()
    for part in range(50):
        length = 1 + len(whole) * part // 50
        yield Case(f"cut-{part}.xlsx", partial(_first, whole, length), Expected.REFUSED, rows)


def _first(whole: bytes, length: int) -> bytes:
    return whole[:length]


def flipped() -> Iterator[Case]:
    """A workbook in which single bits changed on the way."""
    rows, whole = _plain(2)
    for seed in range(90):
        yield Case(f"flipped-{seed}.xlsx", partial(_flip, whole, seed), Expected.EITHER, rows)


def _flip(whole: bytes, seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - test data
    content = bytearray(whole)
    for _ in range(1 + seed % 5):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return bytes(content)


def scrambled() -> Iterator[Case]:
    """A workbook whose parts were changed before they were zipped, so that every checksum fits."""
    parts = books.book_parts({"Worklist": books.sheet_xml(books.table_xml(people(3, 40)))})
    names = sorted(parts)
    for seed in range(60):
        yield Case(
            f"scrambled-{seed}.xlsx", partial(_scramble, parts, names[seed % len(names)], seed), Expected.SURVIVED
        )


def _scramble(parts: dict[str, str], name: str, seed: int) -> bytes:
    content = parts[name].encode()
    return books.zipped({**parts, name: _flip(content, seed) if seed % 3 else content[: len(content) * seed // 60]})


def torn_text() -> Iterator[Case]:
    """Text that is torn, holds noise, or is no text."""
    whole = _text(tuple(people(4, 30)), encoding="utf-8", delimiter=",", end="\r\n")
    for seed in range(30):
        yield Case(f"noise-{seed}.csv", partial(_flip, whole, seed), Expected.SURVIVED)
        yield Case(f"random-{seed}.csv", partial(random.Random(seed).randbytes, 5000), Expected.REFUSED)  # noqa: S311
    yield Case("open-quote.csv", lambda: whole + b'"9990000018,x,01/02/2024,3\r\n' * 3, Expected.REFUSED)
    yield Case("long-field.csv", lambda: whole + b"x" * 3_000_000, Expected.REFUSED)
    yield Case("wide.csv", lambda: whole + b"," * 2_000, Expected.REFUSED)
    yield Case("tall.csv", lambda: whole + b"1\n" * 600_000, Expected.REFUSED)
    yield Case("nulls.csv", lambda: whole + b"\0" * 5_000, Expected.REFUSED)
    yield Case("only-nulls.csv", lambda: b"\0" * 5_000, Expected.REFUSED)
    yield Case("only-mark.csv", lambda: b"\xef\xbb\xbf", Expected.REFUSED)
    yield Case("odd-utf16.csv", lambda: "NHS number,Name".encode("utf-16") + b"x", Expected.REFUSED)


def bombs() -> Iterator[Case]:
    """Archives that unpack to far more than they weigh."""
    parts = books.book_parts({"Worklist": books.sheet_xml(books.table_xml(people(5)))})
    sheet = "xl/worksheets/sheet1.xml"
    for size in (30, 60, 120):
        blank = b" " * (size << 20)
        yield Case(f"bomb-{size}.xlsx", partial(_bomb, parts, sheet, blank), Expected.REFUSED)
        yield Case(f"bomb-beside-{size}.xlsx", partial(_bomb, parts, "xl/media/picture.png", blank), Expected.REFUSED)
    yield Case("lying-size.xlsx", partial(_lying, parts, sheet), Expected.REFUSED)
    inner = books.zipped(parts)
    yield Case("nested.xlsx", lambda: books.zipped({"inner.xlsx": inner}), Expected.REFUSED)
    yield Case("nested-deep.xlsx", lambda: books.zipped({"a.zip": books.zipped({"b.xlsx": inner})}), Expected.REFUSED)
    many = {f"xl/media/{i}.bin": b"" for i in range(20_000)}
    yield Case("many-parts.xlsx", lambda: books.zipped({**parts, **many}), Expected.READ, tuple(people(5)))
    yield Case("empty-zip.xlsx", lambda: books.zipped({}), Expected.REFUSED)


def _bomb(parts: dict[str, str], name: str, content: bytes) -> bytes:
    return books.zipped({**parts, name: content})


def _lying(parts: dict[str, str], name: str) -> bytes:
    """Say in the zip directory that a part of 90 MB has 1,000 bytes."""
    packed = bytearray(_bomb(parts, name, parts[name].encode() + b" " * (90 << 20)))
    size = (len(parts[name].encode()) + (90 << 20)).to_bytes(4, "little")
    at = packed.find(size)
    while at >= 0:
        packed[at : at + 4] = (1000).to_bytes(4, "little")
        at = packed.find(size)
    return bytes(packed)


def far() -> Iterator[Case]:
    """A good table, and one cell that stands far outside it."""
    rows = people(6)
    for at in ("XFD1048576", "A1048576", "XFD1", "ZZ99999", "AAA500000", "ALM20", "A500001", "ZZ999999"):
        yield Case(f"far-{at}.xlsx", partial(_far, rows, at, f'<c r="{at}"><v>1</v></c>'), Expected.REFUSED)
        styled = partial(_far, rows, at, f'<c r="{at}" s="1"/>')
        yield Case(f"far-blank-{at}.xlsx", styled, Expected.READ, tuple(rows))


def _far(rows: list[Person], at: str, cell: str) -> bytes:
    number = int("".join(sign for sign in at if sign.isdigit()))
    data = books.table_xml(rows)
    if number <= len(rows) + 1:
        return books.book(
            data.replace("</row>", f"{cell}</row>", number).replace(f"{cell}</row>", "</row>", number - 1)
        )
    return books.book(data + books.row_xml(number, [cell]))


def misnamed() -> Iterator[Case]:
    """Files that are not what their name says, and files nobody can open without a password."""
    _, workbook = _plain(7)
    text = _text(tuple(people(7)), encoding="utf-8", delimiter=",", end="\n")
    page = b"<html><body><table><tr><td>NHS number</td></tr></table></body></html>"
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    for name, content in {
        "workbook.csv": workbook,
        "workbook.xls": workbook,
        "workbook.xlsb": workbook,
        "workbook.ods": workbook,
        "text.xlsx": text,
        "text.xls": text,
        "text.ods": text,
        "page.xls": page,
        "page.csv": page,
        "page.xlsx": b"\xef\xbb\xbf  <!DOCTYPE html>" + page,
        "document.xlsx": books.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}),
        "paper.csv": b"%PDF-1.7\n" + bytes(range(256)) * 20,
        "picture.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        "xml.xls": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "locked.xlsx": compound + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "locked.xls": compound + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "compound.xls": compound,
        "compound-workbook.xls": compound + "Workbook".encode("utf-16-le") + bytes(3000),
        "old.xls": b"\x09\x00\x04\x00\x07\x00\x10\x00" + bytes(100),
        "nothing.xlsx": b"",
        "one-byte.csv": b"x",
        "letter.docx": b"PK",
        "~$worklist.xlsx": bytes(165),
    }.items():
        yield Case(name, partial(bytes, content), Expected.REFUSED)


def claims() -> Iterator[Case]:
    """Workbooks whose XML claims what can't be, or reaches for what is not its own."""
    rows = tuple(people(8))
    data = books.table_xml(rows)
    bomb = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    yield Case(
        "dimension.xlsx", partial(books.book, data, before='<dimension ref="A1:XFD1048576"/>'), Expected.READ, rows
    )
    yield Case("dimension-low.xlsx", partial(books.book, data, before='<dimension ref="A1:A1"/>'), Expected.READ, rows)
    for number in (0, 1_048_577, 99_999_999, 4_294_967_295, 99_999_999_999_999_999_999):
        row = books.row_xml(number, [f'<c r="A{number}"><v>1</v></c>'])
        yield Case(f"row-{number}.xlsx", partial(books.book, data + row), Expected.EITHER, rows)
    for name, cell in {
        "string-index": '<c r="E2" t="s"><v>999999999</v></c>',
        "style-index": '<c r="E2" s="999999999"><v>1</v></c>',
        "not-a-number": '<c r="E2"><v>twelve</v></c>',
        "endless": '<c r="E2"><v>1e999</v></c>',
        "no-type": '<c r="E2" t="zzz"><v>1</v></c>',
        "no-column": '<c r="5"><v>1</v></c>',
        "deep": "<c>" * 5000 + "</c>" * 5000,
        "no-end": '<c r="E2"><v>1',
    }.items():
        broken = data.replace("</row>", f"{cell}</row>", 2).replace(f"{cell}</row>", "</row>", 1)
        yield Case(f"cell-{name}.xlsx", partial(books.book, broken), Expected.EITHER, rows)
    laughs = f'<!DOCTYPE x [<!ENTITY a0 "ha">{bomb}]>'
    yield Case(
        "laughs.xlsx", partial(books.book, data.replace("Plum", "&a9;", 1), doctype=laughs), Expected.EITHER, rows
    )
    outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    yield Case(
        "outside.xlsx", partial(books.book, data.replace("Plum", "&f;", 1), doctype=outside), Expected.EITHER, rows
    )
    merges = "".join(f'<mergeCell ref="A{i}:D{i}"/>' for i in range(100, 60_000))
    yield Case(
        "merges.xlsx", partial(books.book, data, after=f"<mergeCells>{merges}</mergeCells>"), Expected.READ, rows
    )


def shapes() -> Iterator[Case]:
    """Sheets that are no table, or more than one."""
    rows = people(9)
    data = books.table_xml(rows)
    empty, two = books.sheet_xml(""), books.sheet_xml(data)
    good = books.book(data)
    yield Case("no-rows.xlsx", partial(books.book, ""), Expected.REFUSED)
    yield Case("no-sheets.xlsx", lambda: books.zipped(books.book_parts({})), Expected.REFUSED)
    yield Case("too-low.xlsx", partial(books.book, books.table_xml(rows, top=60)), Expected.REFUSED)
    yield Case("twice.xlsx", lambda: books.zipped(books.book_parts({"One": two, "Two": two})), Expected.REFUSED)
    second = partial(books.book_parts, {"Cover": empty, "Worklist": two})
    yield Case("second.xlsx", lambda: books.zipped(second()), Expected.READ, tuple(rows))
    yield Case("same-heading.xlsx", partial(books.book, data.replace(">Name<", ">NHS number<")), Expected.REFUSED)
    yield Case("missing-heading.xlsx", partial(books.book, data.replace(">Name<", ">Nom<")), Expected.REFUSED)
    yield Case(
        "loud-headings.xlsx",
        partial(books.book, data.replace(">Name<", "> N A M E: <".replace(" ", ""))),
        Expected.READ,
        tuple(rows),
    )
    yield Case("locked-part.xlsx", partial(_locked_part, good), Expected.REFUSED)
    yield Case(
        "backslashes.xlsx", partial(good.replace, b"xl/worksheets", b"xl\\worksheets"), Expected.EITHER, tuple(rows)
    )
    yield Case("trailing.xlsx", lambda: good + b"\0" * 40_000, Expected.EITHER, tuple(rows))
    yield Case("leading.xlsx", lambda: b"\0" * 400 + good, Expected.REFUSED)


def _locked_part(whole: bytes) -> bytes:
    """Set the bit that says a part is encrypted in every entry of the zip directory."""
    return whole.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


def opendocument() -> Iterator[Case]:
    """OpenDocument sheets: whole, cut, and with rows repeated beyond any memory."""
    rows = tuple(people(10))
    whole = _ods(rows)
    yield Case("whole.ods", lambda: whole, Expected.READ, rows)
    yield Case(
        "tail.ods", partial(_ods, rows, '<table:table-row table:number-rows-repeated="1048000"/>'), Expected.READ, rows
    )
    cell = '<table:table-cell table:number-columns-repeated="16000" office:value-type="float" office:value="1"/>'
    for count in (1_000, 1_000_000, 4_000_000_000):
        row = f'<table:table-row table:number-rows-repeated="{count}">{cell}</table:table-row>'
        yield Case(f"repeated-{count}.ods", partial(_ods, rows, row), Expected.REFUSED)
    for part in range(14):
        yield Case(f"cut-{part}.ods", partial(_first, whole, len(whole) * part // 14), Expected.REFUSED)
    for seed in range(30):
        yield Case(f"flipped-{seed}.ods", partial(_flip, whole, seed), Expected.EITHER, rows)


def _ods(rows: tuple[Person, ...], after: str = "") -> bytes:
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    names = f'xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" xmlns:text="{urn}:text:1.0"'
    heads = "".join(_ods_text(heading) for heading in books.HEADINGS)
    lines = "".join(
        f"<table:table-row>{_ods_text(p.nhs_number)}{_ods_text(p.name)}"
        f'<table:table-cell office:value-type="date" office:date-value="{p.referred}"/>'
        f'<table:table-cell office:value-type="float" office:value="{p.count}"/></table:table-row>'
        for p in rows
    )
    content = (
        f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="Worklist">'
        f"<table:table-row>{heads}</table:table-row>{lines}{after}"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<m:manifest xmlns:m="{urn}:manifest:1.0"/>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return books.zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_text(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
