"""From paths to exports: folders, archives and single files, with guards against what must not be opened.

A folder (or a folder of an archive) that holds `manifest.*` is one export; any other file is an export of
its own; so is every entry of an archive without a manifest, down to one archive inside another. Everything
is read as bytes; nothing is ever written by a name that an archive gives.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.large_files import HEAD, LargeFile, digest
from ingest.reading import Export, UnreadableExportError
from ingest.sniffing import ZIP_ERRORS, Sniffed, explain_unknown, image_format, sniff

__all__ = ["LIMITS", "Found", "Limits", "Sniffed", "explain_unknown", "find_exports", "image_format", "sniff"]

_SYSTEM_FILES = {".ds_store", "thumbs.db", "desktop.ini", "ehthumbs.db"}
_SYSTEM_FOLDERS = {"__macosx", "$recycle.bin", "system volume information"}
_HALF_WRITTEN = (".part", ".partial", ".tmp", ".crdownload", ".download", ".opdownload", ".filepart")
_OFFICE_LOCKS = ("~$", ".~lock.")
_CHUNK = 1 << 20
_MEGABYTE = 1 << 20
_CELL_COLUMN = re.compile(rb'\sr="([A-Z]{1,3})\d')
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\b[^>]*?\sr="(\d{1,9})"')


@dataclass(frozen=True)
class Limits:
    """How much is opened at all; bytes unless said otherwise.

    large: text from this size on stays on disk and is read piece by piece. file: one text file (a region's
    marks.csv is about 2 GB). held: any other file, held in memory. document: a workbook, HTML page or archive as it
    lies on disk. unpacked: all of an archive or workbook. ratio: unpacked to packed, judged above `ratio_from`.
    entries: files in an archive. cells: rows × columns of one sheet.
    """

    large: int = 64 * _MEGABYTE
    file: int = 64 * 1024 * _MEGABYTE
    held: int = 4096 * _MEGABYTE
    document: int = 200 * _MEGABYTE
    unpacked: int = 400 * _MEGABYTE
    ratio: int = 200
    ratio_from: int = 50 * _MEGABYTE
    entries: int = 20_000
    cells: int = 25_000_000


LIMITS = Limits()


@dataclass(frozen=True)
class Found:
    """One export, or what would have been one.

    path: the file or folder on disk that it came from. mtime: POSIX seconds; entries of an archive have the
    time of the archive, a folder that of its newest file. sha256: of the content; for several files of
    their sorted names and bytes, so packing the same files anew changes nothing; '' when nothing was read.
    problem: why it must go to quarantine unread; `export` then holds what could be read of it.
    """

    export: Export
    path: Path
    mtime: float
    sha256: str
    problem: UnreadableExportError | None = None


def find_exports(paths: Iterable[Path], *, skip: Iterable[Path] = (), limits: Limits = LIMITS) -> Iterator[Found]:
    """Walk files and folders and yield every export in them, each once, in a stable order.

    skip: folders left out (`inbox/done`). Never raises for the content of a file or a refusal of the
    system: such a file is yielded with its `problem`, and the others go on.
    """
    seen = {_resolved(path) for path in skip}
    for path in paths:
        yield from _walk(path, path.name or _resolved(path).name, seen, limits)


def _walk(path: Path, name: str, seen: set[Path], limits: Limits) -> Iterator[Found]:
    resolved = _resolved(path)
    if resolved in seen:
        return
    seen.add(resolved)
    try:
        if not path.is_dir():
            yield from _file(path, name, limits)
            return
        children = sorted(
            (child for child in path.iterdir() if not _ignored(child)), key=lambda child: _nfc(child.name)
        )
    except OSError as error:
        yield _refused(path, name, error)
        return
    files = [child for child in children if not _is_folder(child)]
    if any(_is_manifest(child.name) for child in files):
        seen.update(map(_resolved, files))
        yield _folder(path, name, files, limits)
        files = []
    for child in files:
        yield from _walk(child, f"{name}/{_nfc(child.name)}", seen, limits)
    for child in children:
        if _is_folder(child):
            yield from _walk(child, f"{name}/{_nfc(child.name)}", seen, limits)


def _folder(path: Path, name: str, files: list[Path], limits: Limits) -> Found:
    """One export of the files that lie in a folder beside its manifest."""
    content: dict[str, bytes] = {}
    large: dict[str, LargeFile] = {}
    newest = 0.0
    problem: UnreadableExportError | None = None
    for file in files:
        name_of = _nfc(file.name)
        try:
            status = file.stat()
            newest = max(newest, status.st_mtime)
            if _stays_on_disk(file, status, limits):
                large[name_of] = _large(file, status, limits)
                continue
            content[name_of] = _read(file, status, limits)
            _check_content(file.name, content[name_of], limits)
        except UnreadableExportError as error:
            problem = problem or _inside(name_of, error)
        except OSError as error:
            problem = problem or _inside(name_of, _os_problem(error))
    return Found(Export(name, content, large), path, newest, _digest(content, large), problem)


def _file(path: Path, name: str, limits: Limits) -> Iterator[Found]:
    """Yield the export or exports of a single file on disk."""
    content: dict[str, bytes] = {}
    large: dict[str, LargeFile] = {}
    mtime = 0.0
    try:
        status = path.stat()
        mtime = status.st_mtime
        _check_name(path.name)
        if _stays_on_disk(path, status, limits):
            large[_nfc(path.name)] = _large(path, status, limits)
        else:
            content[_nfc(path.name)] = data = _read(path, status, limits)
            if sniff(data) == "zip":
                yield from _archive(data, name, path, mtime, limits)
                return
            _check_content(path.name, data, limits)
    except UnreadableExportError as error:
        yield Found(Export(name, content), path, mtime, _digest(content, {}), error)
    except OSError as error:
        yield _refused(path, name, error)
    else:
        yield Found(Export(name, content, large), path, mtime, _digest(content, large))


def _stays_on_disk(path: Path, status: os.stat_result, limits: Limits) -> bool:
    """Say whether this is a text too large to hold: only such a file can be read piece by piece."""
    if not stat.S_ISREG(status.st_mode) or status.st_size < limits.large:
        return False
    with path.open("rb") as stream:
        return sniff(stream.read(HEAD)) == "text"


def _large(path: Path, status: os.stat_result, limits: Limits) -> LargeFile:
    _check_name(path.name)
    if status.st_size > limits.file:
        raise _too_large(status.st_size, limits.file)
    sha256 = digest(path)
    if (status.st_size, status.st_mtime_ns) != ((now := path.stat()).st_size, now.st_mtime_ns):
        raise _still_written()
    return LargeFile(path, status.st_size, sha256)


def _read(path: Path, status: os.stat_result, limits: Limits) -> bytes:
    """Read a file whole, once its size is known to be bearable."""
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableExportError(
            "Это не обычный файл (устройство или канал).", "Положите в папку сам файл выгрузки."
        )
    if status.st_size > (most := min(limits.held, limits.file)):
        raise _too_large(status.st_size, most)
    with path.open("rb") as stream:
        data = stream.read(status.st_size + 1)  # the byte more shows a file that is still growing
    after = path.stat()
    if (len(data), after.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
        raise _still_written()
    return data


def _still_written() -> UnreadableExportError:
    return UnreadableExportError(
        "Файл ещё записывается: пока его читали, он изменился.", "Дождитесь конца загрузки файла и повторите."
    )


def half_written(name: str) -> bool:
    """Say whether a name is that of a file which a program is still writing."""
    lowered = name.lower()
    return lowered.startswith(_OFFICE_LOCKS) or lowered.endswith(_HALF_WRITTEN)


def _check_name(name: str) -> None:
    """Refuse a file whose name says that it is still being written."""
    lowered = name.lower()
    if lowered.startswith(_OFFICE_LOCKS):
        raise UnreadableExportError(
            "Временный файл Excel: книга сейчас открыта в программе.",
            "Сохраните книгу, закройте программу и загрузите файл снова.",
        )
    if lowered.endswith(_HALF_WRITTEN):
        raise UnreadableExportError(
            "Файл ещё записывается или не докачан (по имени это временный файл).",
            "Дождитесь конца загрузки и положите готовый файл; если загрузка прервалась, выгрузите отчёт заново.",
        )


def _check_content(name: str, data: bytes, limits: Limits) -> None:
    """Refuse a file that is empty, still being written, too large or a bomb."""
    _check_name(name)
    kind = sniff(data)
    if kind == "empty":
        raise UnreadableExportError(
            "Файл пуст: в нём нет данных.", "Выгрузите отчёт заново и дождитесь конца загрузки файла."
        )
    if kind in {"html", "mhtml", "xml2003", "biff", "xlsx", "ods", "zip"} and len(data) > limits.document:
        raise _too_large(len(data), limits.document)
    if kind == "xlsx":
        _check_workbook(data, limits)


# Archives


@dataclass
class _Budget:
    """What may still be unpacked of one archive, whatever it holds inside."""

    limits: Limits
    unpacked: int = 0

    def open(self, data: bytes, what: str) -> zipfile.ZipFile:
        """Open an archive after judging what it declares about itself."""
        if len(data) > self.limits.document:
            raise _too_large(len(data), self.limits.document)
        try:
            archive = zipfile.ZipFile(io.BytesIO(data), metadata_encoding="cp866")
        except ZIP_ERRORS as error:
            raise UnreadableExportError(
                f"{what} обрезан или повреждён: в нём нет оглавления.",
                "Скорее всего, файл скачан или скопирован не до конца. Выгрузите его заново.",
            ) from error
        entries = archive.infolist()
        if len(entries) > self.limits.entries:
            raise UnreadableExportError(
                f"{what} содержит слишком много файлов: {len(entries)} при пределе {self.limits.entries}.",
                "Разделите выгрузку на несколько архивов.",
            )
        declared = sum(entry.file_size for entry in entries)
        packed = max(1, min(len(data), sum(entry.compress_size for entry in entries)))
        self._judge(self.unpacked + declared, None, what)
        self._judge(declared, packed, what)
        for entry in entries:
            _check_entry_name(entry, what)
        return archive

    def read(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, what: str, into: io.BytesIO | None) -> int:
        """Unpack an entry by pieces, counting what really comes out; `into` None only counts."""
        if entry.flag_bits & 0x1:
            raise UnreadableExportError(f"{what} закрыт паролем.", "Распакуйте его и положите файлы без пароля.")
        size = 0
        try:
            with archive.open(entry) as stream:
                while piece := stream.read(_CHUNK):
                    size += len(piece)
                    self.unpacked += len(piece)
                    self._judge(self.unpacked, None, what)
                    self._judge(size, max(1, entry.compress_size), what)
                    if into is not None:
                        into.write(piece)
        except ZIP_ERRORS as error:
            raise UnreadableExportError(
                f"{what} повреждён: содержимое не распаковывается.",
                "Скорее всего, файл скачан или скопирован не до конца. Выгрузите его заново.",
            ) from error
        return size

    def _judge(self, unpacked: int, packed: int | None, what: str) -> None:
        limits = self.limits
        bomb = packed is not None and unpacked > limits.ratio_from and unpacked > packed * limits.ratio
        if unpacked > limits.unpacked or bomb:
            raise UnreadableExportError(
                f"{what} слишком велик в распакованном виде: не меньше {unpacked // _MEGABYTE} МБ.",
                "Файл не открыт, чтобы не занять всю память. Выгрузите отчёт заново: "
                "в обычной выгрузке столько данных не бывает.",
            )


def _archive(data: bytes, name: str, path: Path, mtime: float, limits: Limits) -> Iterator[Found]:
    """Yield the exports of an archive: one for each folder with a manifest, one for each other file."""
    yield from _Unpacking(path, mtime, _Budget(limits)).exports(data, name, depth=0)


@dataclass(frozen=True)
class _Unpacking:
    """The walk through one archive on disk and the archives in it."""

    path: Path
    mtime: float
    budget: _Budget

    def exports(self, data: bytes, name: str, depth: int) -> Iterator[Found]:
        what = "Архив" if depth == 0 else "Вложенный архив"
        try:
            archive = self.budget.open(data, what)
        except UnreadableExportError as error:
            yield self._found(name, {PurePosixPath(name.rpartition(" → ")[2]).name: data}, error)
            return
        with archive:
            entries = {_entry_name(entry): entry for entry in archive.infolist() if not entry.is_dir()}
            names = sorted(entry for entry in entries if not _ignored_entry(entry))
            if not names:
                problem = UnreadableExportError(f"{what} пуст.", "Выгрузите отчёт заново.")
                yield self._found(name, {PurePosixPath(name).name: data}, problem)
                return
            journals = {_parent(entry) for entry in names if _is_manifest(PurePosixPath(entry).name)}
            for folder in sorted(journals):
                yield self._journal(archive, entries, names, folder, name)
            for entry in names:
                if _parent(entry) not in journals:
                    yield from self._entry(archive, entries[entry], f"{name} → {entry}", depth)

    def _journal(
        self, archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], names: list[str], folder: str, name: str
    ) -> Found:
        content: dict[str, bytes] = {}
        problem: UnreadableExportError | None = None
        for entry in names:
            if _parent(entry) != folder:
                continue
            short = PurePosixPath(entry).name
            try:
                content[short] = self._unpack(archive, entries[entry])
                _check_content(short, content[short], self.budget.limits)
            except UnreadableExportError as error:
                problem = problem or _inside(short, error)
        return self._found(f"{name} → {folder}" if folder else name, content, problem)

    def _entry(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, depth: int) -> Iterator[Found]:
        short = PurePosixPath(_entry_name(entry)).name
        content: dict[str, bytes] = {}
        try:
            content[short] = data = self._unpack(archive, entry)
            _check_name(short)
            if sniff(data) == "zip" and depth:
                yield self._found(name, content, _too_deep())
                return
            if sniff(data) == "zip":
                yield from self.exports(data, name, depth + 1)
                return
            _check_content(short, data, self.budget.limits)
        except UnreadableExportError as error:
            yield self._found(name, content, error)
        else:
            yield self._found(name, content, None)

    def _unpack(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
        into = io.BytesIO()
        self.budget.read(archive, entry, "Файл в архиве", into)
        return into.getvalue()

    def _found(self, name: str, content: dict[str, bytes], problem: UnreadableExportError | None) -> Found:
        return Found(Export(name, content), self.path, self.mtime, _digest(content, {}), problem)


def _check_workbook(data: bytes, limits: Limits) -> None:
    """Refuse a workbook that would unpack to more, or spread over more cells, than any journal has."""
    budget = _Budget(limits)
    with budget.open(data, "Файл Excel") as archive:
        for entry in archive.infolist():
            sheet = "worksheets/" in entry.filename and entry.filename.endswith(".xml")
            into = _Extent() if sheet else None
            budget.read(archive, entry, "Файл Excel", into)
            if into is not None and into.cells > limits.cells:
                raise UnreadableExportError(
                    f"Лист Excel растянут на {into.rows} строк и {into.columns} столбцов.",
                    "Удалите пустые строки и столбцы за таблицей (Ctrl+End покажет её конец) или выгрузите заново.",
                )


class _Extent(io.BytesIO):
    """Takes the XML of a sheet piece by piece and keeps only how far its cells reach."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = 0
        self.columns = 0
        self._tail = b""

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]
        text = self._tail + piece
        for letters in set(_CELL_COLUMN.findall(text)):
            number = 0
            for letter in letters:
                number = number * 26 + letter - 64
            self.columns = max(self.columns, number)
        self.rows = max([self.rows, *map(int, _ROW_NUMBER.findall(text))])
        self._tail = text[-256:]
        return len(piece)


# Names and digests


def _entry_name(entry: zipfile.ZipInfo) -> str:
    return _nfc(entry.filename.replace("\\", "/"))


def _check_entry_name(entry: zipfile.ZipInfo, what: str) -> None:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
        raise UnreadableExportError(
            f"{what} содержит файл с недопустимым путём (за пределы архива).",
            "Такой архив не создаёт ни один журнал. Не открывайте его и выгрузите отчёт заново.",
        )


def _parent(name: str) -> str:
    folder = str(PurePosixPath(name).parent)
    return "" if folder == "." else folder


def _is_manifest(name: str) -> bool:
    return name.lower().startswith("manifest.")


def _ignored(path: Path) -> bool:
    name = path.name.lower()
    if name.startswith("."):
        return not name.startswith(_OFFICE_LOCKS)
    return name in _SYSTEM_FILES or name in _SYSTEM_FOLDERS


def _ignored_entry(name: str) -> bool:
    parts = name.lower().split("/")
    return any(part.startswith(".") or part in _SYSTEM_FOLDERS for part in parts) or parts[-1] in _SYSTEM_FILES


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _digest(content: dict[str, bytes], large: dict[str, LargeFile]) -> str:
    if len(content) + len(large) == 1:
        return (
            next((one.sha256 for one in large.values()), None)
            or hashlib.sha256(next(iter(content.values()))).hexdigest()
        )
    if not content and not large:
        return ""
    digest = hashlib.sha256()
    for name in sorted({*content, *large}):
        if name in large:
            digest.update(f"{name}\0{large[name].size}\0{large[name].sha256}".encode())
        else:
            digest.update(f"{name}\0{len(content[name])}\0".encode())
            digest.update(content[name])
    return digest.hexdigest()


# Reasons


def _inside(name: str, error: UnreadableExportError) -> UnreadableExportError:
    """Tell the reason of one file of the export that it belongs to."""
    return UnreadableExportError(f"{name}: {error.reason}", error.advice)


def _too_deep() -> UnreadableExportError:
    return UnreadableExportError(
        "Архив лежит в архиве, а тот — ещё в одном: так глубоко Zavuch не смотрит.",
        "Распакуйте внешний архив и положите вложенные.",
    )


def _too_large(size: int, limit: int) -> UnreadableExportError:
    return UnreadableExportError(
        f"Файл слишком велик: {size // _MEGABYTE} МБ при пределе {limit // _MEGABYTE} МБ.",
        "Разделите выгрузку по классам или по месяцам; большие таблицы «журнала CSV» кладите папкой без архива.",
    )


def _os_problem(error: OSError) -> UnreadableExportError:
    if isinstance(error, FileNotFoundError):
        return UnreadableExportError("Файл или папка не найдены.", "Проверьте путь и повторите.")
    if isinstance(error, PermissionError):
        return UnreadableExportError(
            "Нет прав на чтение, или файл занят другой программой.",
            "Закройте файл в других программах и проверьте права доступа.",
        )
    return UnreadableExportError(
        f"Файл не читается: {error.strerror or type(error).__name__}.",
        "Проверьте диск или сетевую папку и повторите.",
    )


def _refused(path: Path, name: str, error: OSError) -> Found:
    return Found(Export(name, {}), path, 0.0, "", _os_problem(error))
