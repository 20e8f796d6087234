"""Files that are broken or mean, each a name and bytes. Every reader refuses each of them in words, and quickly."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import xlsxwriter

SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = "</sheetData></worksheet>"


def workbook(rows: list[list[object]], sheet: str = "Blad1") -> bytes:
    """A small workbook as a spreadsheet program saves it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return target.getvalue()


def with_sheet(xml: str | bytes, level: int = 6) -> bytes:
    """A workbook whose only sheet is this XML."""
    source = zipfile.ZipFile(io.BytesIO(workbook([["a"]])))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as made:
        for part in source.infolist():
            content = xml if part.filename == "xl/worksheets/sheet1.xml" else source.read(part)
            made.writestr(part.filename, content)
    return target.getvalue()


def bomb(megabytes: int = 200) -> bytes:
    """A workbook of a few hundred kilobytes that unpacks to ``megabytes``."""
    return with_sheet(SHEET.encode() + b" " * (megabytes * 2**20) + END.encode())


def lying_bomb() -> bytes:
    """The same, where the zip directory says that the part is small."""
    content = bytearray(bomb(200))
    packed_end = content.find(b"PK\x01\x02")
    large = struct.pack("<I", len(SHEET) + len(END) + 200 * 2**20)
    place = content.find(large)
    while place >= 0:
        content[place : place + 4] = struct.pack("<I", 1000)
        place = content.find(large, place + 4)
    assert packed_end > 0
    return bytes(content)


def formula_alone() -> bytes:
    """A formula whose value no program has worked out."""
    return with_sheet(SHEET + '<row r="1"><c r="A1"><f>SUM(B1:B2)</f></c></row>' + END)


def not_a_number() -> bytes:
    return with_sheet(SHEET + '<row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>INF</v></c></row>' + END)


def far_cell() -> bytes:
    """A cell in the last corner, which makes a dense sheet of 17 thousand million cells."""
    return with_sheet(
        SHEET + '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + END
    )


def garbled(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Variants of a good file that are no longer whole."""
    yield "tom", b""
    yield "avhuggen", content[: len(content) * 2 // 3]
    yield "nolltecken", content[: len(content) // 2] + b"\0\0\0" + content[len(content) // 2 :]
    yield "utf-16 utan märke", content.decode("utf-8", "replace").encode("utf-16-le")
    yield "dubbelt kodad", content.decode("iso-8859-1").encode().decode("cp1252", "replace").encode()
    yield "ersättningstecken", content[: len(content) // 2] + "\ufffd".encode() + content[len(content) // 2 :]


def everything() -> Iterator[tuple[str, bytes]]:
    """Files that no reader can take."""
    yield "zip-bomb.xlsx", bomb()
    yield "zip-bomb-som-ljuger.xlsx", lying_bomb()
    yield "formel.xlsx", formula_alone()
    yield "nan.xlsx", not_a_number()
    yield "hornet.xlsx", far_cell()
    yield "avhuggen.xlsx", workbook([["a", 1]] * 1000)[:3000]
    yield "zip.xlsx", _zip_of_text()
    yield "gammal.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
    yield "hakparenteser.json", b"[" * 100_000 + b"]" * 100_000
    yield "citattecken.json", b'{"a": "' + b'\\"' * 500_000
    yield "nan.json", b'{"values": [NaN, Infinity]}'
    yield "stort-tal.json", b'{"values": [1e999999999, ' + b"9" * 5000 + b"]}"
    yield "avhuggen.json", b'{"count": 2, "values": [{"kpi": "N1", "municipality": "03'
    yield "en-rad.csv", b"a;" * 10_000_000
    yield "nolltecken.csv", b"kommun;2020\n\0\0\0382;5\n"
    yield "utf-16.csv", "kommun;2020\n0382;5\n".encode("utf-16-le")
    yield "citattecken.csv", b'kommun;2020\n"0382;5\n' + b"0382;6\n" * 1000
    yield "sondrig.csv", "kommun;2020\n\ufffdsthammar;5\n".encode()
    yield "skrap.bin", zlib.compress(b"hej" * 1000) * 50
    yield "tom.csv", b""


def _zip_of_text() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("hej.txt", "hej")
    return target.getvalue()
