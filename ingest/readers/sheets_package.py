"""A zip of an office format read safely: by parts, under one bound of bytes; nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from xml.parsers import expat

from ingest.reading import UnreadableExportError
from ingest.sniffing import ZIP_ERRORS

MOST_UNPACKED = 100 * 1024 * 1024
MOST_DEEP = 200
_CHUNK = 1 << 18
_AGAIN = "Выгрузите отчёт ещё раз и положите файл целиком."


class Package:
    """The parts of a zipped document; names without a leading slash and without regard to case."""

    def __init__(self, archive: zipfile.ZipFile, limit: int = MOST_UNPACKED) -> None:
        self._archive = archive
        self._limit = self._left = limit
        self._parts = {part_name(info.filename): info for info in archive.infolist()}
        for name in self._parts:
            if ".." in name.split("/"):
                raise UnreadableExportError(
                    "В книге есть файл с недопустимым путём (за пределы книги).",
                    "Такую книгу не создаёт ни один журнал. Не открывайте её и выгрузите отчёт заново.",
                )
        if sum(info.file_size for info in self._parts.values()) > limit:
            self._refuse()

    def __contains__(self, name: str) -> bool:
        return part_name(name) in self._parts

    def read(self, name: str) -> bytes:
        """Unpack one part, counting what really comes out; '' for a part that is not there."""
        info = self._parts.get(part_name(name))
        if info is None:
            return b""
        with self._archive.open(info) as part:
            data = part.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            self._refuse()
        return data

    def _refuse(self) -> None:
        raise UnreadableExportError(
            f"Содержимое книги больше {self._limit // (1024 * 1024)} МБ: на отчёт журнала это не похоже.",
            "Выгрузите отчёт из журнала ещё раз, без посторонних данных.",
        )


def part_name(name: str) -> str:
    """Give the name of a part as packages compare them."""
    return name.replace("\\", "/").lstrip("/").lower()


@contextmanager
def opened(data: bytes, limit: int = MOST_UNPACKED) -> Iterator[Package]:
    """Open a package; whatever breaks inside becomes one UnreadableExportError in plain words."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield Package(archive, limit)
    except expat.ExpatError as error:
        raise UnreadableExportError("Книга повреждена: разметка листа обрывается или неверна.", _AGAIN) from error
    except (*ZIP_ERRORS, LookupError) as error:
        raise UnreadableExportError(
            "Книга повреждена, защищена паролем или записана не полностью.",
            "Выгрузите отчёт ещё раз без пароля и дождитесь конца записи файла.",
        ) from error


Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def parse(markup: bytes, start: Start, end: End | None = None, text: Text | None = None) -> None:
    """Run XML through the handlers piece by piece; raises ExpatError where it is not well formed.

    Refuses a DTD, so no entity can grow, and elements inside one another beyond any reason.
    """
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEEP:
            raise UnreadableExportError(
                "Разметка книги вложена слишком глубоко: на отчёт журнала это не похоже.",
                "Выгрузите отчёт из журнала ещё раз.",
            )
        start(name, attributes)

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_dtd
    for at in range(0, len(markup), _CHUNK):
        parser.Parse(markup[at : at + _CHUNK], False)
    parser.Parse(b"", True)


def _no_dtd(*_: object) -> None:
    raise UnreadableExportError(
        "В разметке книги есть объявление DTD: файл не принят.", "Выгрузите отчёт из журнала ещё раз."
    )


def local(name: str) -> str:
    """Give a name of XML without its prefix."""
    return name.rpartition(":")[2]
