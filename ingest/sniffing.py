"""What a file is by its bytes, never by its name."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from typing import Literal

from ingest.reading import Export, UnreadableExportError

Sniffed = Literal[
    "zip", "xlsx", "ods", "html", "mhtml", "xml2003", "biff", "parquet", "json", "image", "pdf", "text", "empty",
    "unknown",
]  # fmt: skip
"""`mhtml`: a page saved as one file; `xml2003`: a workbook as the XML of Excel 2003, mostly named .xls."""

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    OverflowError,
)  # what the standard library raises for a damaged, foreign or password-protected archive
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_WORKBOOK_PARTS = "[Content_Types].xml"
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_MAGIC: tuple[tuple[bytes, Sniffed], ...] = ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "biff"), (b"PAR1", "parquet"))
_NOTHING = b"\x00 \r\n\t"
_IMAGES = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"\x89PNG\r\n"), "PNG"),
    (re.compile(rb"GIF8"), "GIF"),
    (re.compile(rb"BM.{12}[\x28\x6c\x7c]\x00\x00\x00", re.DOTALL), "BMP"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "TIFF"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WebP"),
    (re.compile(rb".{4}ftyp(heic|heix|mif1|avif)", re.DOTALL), "HEIC"),
)
_HTML_TAG = re.compile(
    rb"<(!doctype\s+html|html|head|body|table|tbody|tr|meta|style|link|div|span|center|form|p|b|font|h[1-6])(?=[\s>/])",
    re.IGNORECASE,
)
_XML_2003 = re.compile(rb"<(?:\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet", re.DOTALL)
_LETTER_HEAD = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+\r?\n")
_LETTER_TYPE = re.compile(rb"^content-type:\s*(?:multipart/|text/html)", re.IGNORECASE | re.MULTILINE)
_CONTROL = bytes(set(range(32)) - set(b"\t\r\n\f"))
_HEAD = 4096


def image_format(data: bytes) -> str:
    """`JPEG`, `PNG`, … or '' where the bytes are no picture."""
    return next((name for magic, name in _IMAGES if magic.match(data[:64])), "")


def sniff(data: bytes) -> Sniffed:
    """Say what kind of file the bytes are; a damaged file is called what its beginning says."""
    head = data[:_HEAD]
    if not head.strip(_NOTHING) and not data.strip(_NOTHING):
        return "empty"
    if head.startswith(_ZIP_MAGIC):
        return _zip_kind(data)
    if image_format(head):
        return "image"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), None) or _text_kind(data, head)


def _zip_kind(data: bytes) -> Sniffed:
    """Tell a spreadsheet, another office document ('unknown') and an ordinary archive apart."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if {"mimetype", "content.xml"} <= names:
                with archive.open("mimetype") as stream:
                    return "ods" if stream.read(len(_ODS_TYPE)) == _ODS_TYPE else "unknown"
    except (*ZIP_ERRORS, KeyError):
        return _cut_zip_kind(data[:_HEAD])
    if _WORKBOOK_PARTS in names:
        return "xlsx" if any(name.startswith(("xl/", "xl\\")) for name in names) else "unknown"
    return "zip"


def _cut_zip_kind(head: bytes) -> Sniffed:
    if _WORKBOOK_PARTS.encode() in head:
        return "xlsx"
    return "ods" if b"mimetype" + _ODS_TYPE in head else "zip"


def _text_kind(data: bytes, head: bytes) -> Sniffed:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and _XML_2003.search(head):
        return "xml2003"
    if start.startswith(b"<") and _HTML_TAG.search(head):
        return "html"
    letter = _LETTER_HEAD.match(data[: 4 * _HEAD].lstrip())
    if letter and _LETTER_TYPE.search(letter[0]):
        return "mhtml"
    if len(head) - len(head.translate(None, _CONTROL)) > len(head) // 100:
        return "unknown"
    if start[:1] in {b"{", b"["} and data.rstrip()[-1:] in {b"}", b"]"}:
        return "json"
    return "text"


def explain_unknown(export: Export) -> UnreadableExportError:
    """Say in plain Russian what an export that no reader knows looks like, and what to do with it."""
    data = export.single
    if data is None:
        return UnreadableExportError(
            "В папке или архиве есть manifest, но нет ни одной таблицы журнала с нужными столбцами.",
            "Проверьте имена файлов (marks.csv, lessons.csv, …) и столбцы по описанию формата «журнал CSV».",
        )
    kind = sniff(data)
    if kind == "image":
        return UnreadableExportError(
            f"Это картинка ({image_format(data)}), а не выгрузка журнала.",
            "Выгрузите отчёт из журнала файлом; снимок экрана или фотография не читаются.",
        )
    if kind == "biff" and "EncryptedPackage".encode("utf-16-le") in data:
        return UnreadableExportError(
            "Книга Excel закрыта паролем.", "Снимите пароль (Файл → Сведения → Защита книги) и положите файл снова."
        )
    if kind == "biff" and any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return UnreadableExportError(
            "Книга Excel старого вида (.xls), но отчёт в ней не из тех, что читает Завуч.", _OTHER_REPORT
        )
    reason, advice = _UNKNOWN[kind]
    return UnreadableExportError(reason, advice)


_OTHER_REPORT = "Выгрузите один из отчётов, которые читает Завуч: их список – в README.ru.md, раздел «Что читается»."
_UNKNOWN: dict[Sniffed, tuple[str, str]] = {
    "zip": ("Архив не похож на выгрузку журнала.", _OTHER_REPORT),
    "xlsx": ("Книга Excel, но отчёт в ней не из тех, что читает Завуч.", _OTHER_REPORT),
    "ods": ("Таблица ODS, но отчёт в ней не из тех, что читает Завуч.", _OTHER_REPORT),
    "html": ("Страница HTML, но отчёт в ней не из тех, что читает Завуч.", _OTHER_REPORT),
    "mhtml": ("Сохранённая страница, но отчёт в ней не из тех, что читает Завуч.", _OTHER_REPORT),
    "xml2003": ("Таблица XML (Excel 2003), но отчёт в ней не из тех, что читает Завуч.", _OTHER_REPORT),
    "biff": (
        "Документ старого формата Microsoft Office, но отчёт в нём не из тех, что читает Завуч.",
        "Выгрузите отчёт из журнала файлом Excel или HTML.",
    ),
    "parquet": (
        "Файл Parquet, но это не таблица «журнала CSV».",
        "Назовите файл именем таблицы (marks.parquet) и проверьте обязательные столбцы.",
    ),
    "json": ("Файл JSON, но это не выгрузка журнала.", _OTHER_REPORT),
    "image": ("Это картинка, а не выгрузка журнала.", _OTHER_REPORT),
    "pdf": (
        "Это PDF, а не выгрузка журнала: таблицу из него надёжно не прочитать.",
        "Выгрузите тот же отчёт из журнала в Excel или HTML.",
    ),
    "text": (
        "Текстовый файл, но это не таблица «журнала CSV»: имя файла не имя таблицы или нет нужных столбцов.",
        "Назовите файл именем таблицы (marks.csv, lessons.csv, …) и проверьте строку заголовков.",
    ),
    "empty": ("Файл пуст.", "Выгрузите отчёт заново и дождитесь конца загрузки файла."),
    "unknown": ("Файл неизвестного вида: это не выгрузка журнала.", _OTHER_REPORT),
}
