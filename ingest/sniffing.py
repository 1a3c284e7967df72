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

Sniffed = Literal["zip", "xlsx", "html", "biff", "parquet", "json", "image", "pdf", "text", "empty", "unknown"]

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
_HTML_TAG = re.compile(rb"<(!doctype\s+html|html|head|body|table|meta|style)\b", re.IGNORECASE)
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
    """Tell a spreadsheet workbook, another office document ('unknown') and an ordinary archive apart."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except ZIP_ERRORS:
        return "xlsx" if _WORKBOOK_PARTS.encode() in data[:_HEAD] else "zip"
    if _WORKBOOK_PARTS in names:
        return "xlsx" if any(name.startswith("xl/") for name in names) else "unknown"
    return "unknown" if "mimetype" in names and "content.xml" in names else "zip"


def _text_kind(data: bytes, head: bytes) -> Sniffed:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and _HTML_TAG.search(head):
        return "html"
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
    reason, advice = _UNKNOWN[kind]
    return UnreadableExportError(reason, advice)


_OTHER_REPORT = "Выгрузите один из отчётов, которые читает Завуч: их список – в README.ru.md, раздел «Что читается»."
_UNKNOWN: dict[Sniffed, tuple[str, str]] = {
    "zip": ("Архив не похож на выгрузку журнала.", _OTHER_REPORT),
    "xlsx": ("Книга Excel, но отчёт в ней не из тех, что читает Завуч.", _OTHER_REPORT),
    "html": ("Страница HTML, но отчёт в ней не из тех, что читает Завуч.", _OTHER_REPORT),
    "biff": (
        "Документ старого формата Microsoft Office, но отчёт в нём не из тех, что читает Завуч.",
        "Откройте файл и сохраните его как «Книга Excel (.xlsx)» или выгрузите отчёт из журнала заново.",
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
