"""A writer of workbook packages by raw markup, for the tests of sheets: it shares no code with the readers."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass, field

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGES = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass
class Package:
    """The parts of a workbook of one or more sheets; `sheets` are whole markups, or rows that are put into one."""

    sheets: list[str | bytes]
    strings: str | None = None
    styles: str | None = None
    since_1904: bool = False
    parts: dict[str, str | bytes] = field(default_factory=dict)

    def all_parts(self) -> dict[str, str | bytes]:
        listed = "".join(f'<sheet name="Лист{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, len(self.sheets) + 1))
        related = "".join(
            f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(self.sheets) + 1)
        )
        epoch = '<workbookPr date1904="1"/>' if self.since_1904 else ""
        parts: dict[str, str | bytes] = {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGES}/content-types"/>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{epoch}'
            f"<sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGES}/relationships">{related}</Relationships>',
        }
        if self.strings is not None:
            parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{self.strings}</sst>'
        if self.styles is not None:
            parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{self.styles}</styleSheet>'
        for number, sheet in enumerate(self.sheets, start=1):
            parts[f"xl/worksheets/sheet{number}.xml"] = sheet
        return parts | self.parts

    def save(self) -> bytes:
        return packed(self.all_parts())


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet(rows: str, tail: str = "", head: str = '<dimension ref="A1:B2"/>') -> str:
    """The markup of a sheet around its rows."""
    return f'{DECLARATION}<worksheet xmlns="{MAIN}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'


def book(rows: str, strings: str = "", tail: str = "") -> bytes:
    """A workbook of one sheet with these rows."""
    return Package([sheet(rows, tail)], strings).save()


def ods(*tables: str, mimetype: str = "application/vnd.oasis.opendocument.spreadsheet", **parts: str) -> bytes:
    """An OpenDocument spreadsheet of these tables."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in {"office": "office", "table": "table", "text": "text"}.items()
    )
    content = (
        f"{DECLARATION}<office:document-content {spaces}><office:body><office:spreadsheet>{''.join(tables)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name, text in ({"content.xml": content} | parts).items():
            archive.writestr(name, text)
    return out.getvalue()


def mhtml(*pages: tuple[str, str, bytes], boundary: str = "----MultipartBoundary--x1") -> bytes:
    """A page saved by Chrome: (content type, transfer encoding, encoded body) of each part."""
    head = (
        "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?=D0=96=D1=83=D1=80=D0=BD=D0=B0=D0=BB?=\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="{boundary}"\r\n\r\n\r\n'
    )
    parts = [
        f"--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        .encode() + body + b"\r\n"
        for kind, encoding, body in pages
    ]  # fmt: skip
    return head.encode() + b"".join(parts) + f"--{boundary}--\r\n".encode()


def xml2003(*sheets: str, declaration: str = '<?xml version="1.0"?>') -> str:
    """A workbook as the XML of Excel 2003."""
    return (
        f'{declaration}\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">\n'
        '<Styles><Style ss:ID="s1"/></Styles>\n' + "".join(sheets) + "</Workbook>"
    )


def ole(streams: dict[str, bytes]) -> bytes:
    """A container of old office files: streams of at least 4096 bytes, sectors of 512."""
    sectors: list[bytes] = []
    chains: list[int] = []

    def add(content: bytes) -> int:
        start, count = len(sectors), max(-(-len(content) // 512), 1)
        sectors.extend(content[at * 512 : at * 512 + 512].ljust(512, b"\0") for at in range(count))
        chains.extend([*range(start + 1, start + count), 0xFFFFFFFE])
        return start

    entries = [("Root Entry", 5, 1, 0xFFFFFFFE, 0)]
    for number, (name, content) in enumerate(streams.items(), start=2):
        padded = content.ljust(4096, b"\0")
        right = number if number <= len(streams) else 0xFFFFFFFF
        entries.append((name, 2, right, add(padded), len(padded)))
    written = b""
    for name, kind, link, start, size in entries:
        raw = name.encode("utf-16-le")
        left = (0xFFFFFFFF, 0xFFFFFFFF, link) if kind == 5 else (0xFFFFFFFF, link, 0xFFFFFFFF)
        written += struct.pack("<64sHBBIII36xIQ", raw, len(raw) + 2, kind, 1, *left, start, size)
    directory = add(written)
    tables = -(-(len(sectors) + 8) // 128)
    first = len(sectors)
    sectors += [b""] * tables
    chains += [0xFFFFFFFD] * tables
    chains += [0xFFFFFFFF] * (tables * 128 - len(chains))
    fat = struct.pack(f"<{len(chains)}I", *chains)
    sectors[first:] = [fat[at * 512 : at * 512 + 512] for at in range(tables)]
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, directory, 0,
        4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0,
    )  # fmt: skip
    places = [*range(first, first + tables), *[0xFFFFFFFF] * (109 - tables)]
    return head + struct.pack("<109I", *places) + b"".join(sectors)


def record(kind: int, content: bytes = b"") -> bytes:
    """One record of a binary workbook."""
    return struct.pack("<HH", kind, len(content)) + content


def biff(*pages: bytes, globals_: bytes = b"", version: int = 0x0600, starts: dict[int, int] | None = None) -> bytes:
    """The stream of a binary workbook: records of each sheet; `starts` puts another offset where a sheet begins."""
    names = [f"Л{n}" for n in range(1, len(pages) + 1)]
    titles = [
        bytes([len(name), 1]) + name.encode("utf-16-le") if version == 0x0600
        else bytes([len(name)]) + name.encode("cp1251")
        for name in names
    ]  # fmt: skip
    bof = record(0x0809, struct.pack("<HHHHII", version, 5, 0, 0, 0, 0))
    at = len(bof) + len(globals_) + sum(4 + 6 + len(title) for title in titles) + 4
    listed, bodies = b"", b""
    for number, (title, page) in enumerate(zip(titles, pages, strict=True)):
        start = (starts or {}).get(number, at + len(bodies))
        listed += record(0x0085, struct.pack("<IBB", start, 0, 0) + title)
        bodies += record(0x0809, struct.pack("<HHHHII", version, 0x10, 0, 0, 0, 0)) + page + record(0x000A)
    return bof + globals_ + listed + record(0x000A) + bodies
