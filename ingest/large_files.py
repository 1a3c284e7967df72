"""Text tables too large to hold: kept on disk and read piece by piece, each piece ending with a whole record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

PIECE = 32 << 20
HEAD = 1 << 16
_COPY = 1 << 22
_QUOTE, _NEWLINE = b'"', b"\n"
_LONGEST_RECORD = 200  # lines; a quote that stays open longer is a stray one


@dataclass(frozen=True)
class LargeFile:
    """A text file on disk; `packed` when it is kept compressed (zstd). size: bytes of the text."""

    path: Path
    size: int
    sha256: str
    packed: bool = False

    def open(self) -> BinaryIO:
        """Open the text, unpacked."""
        if self.packed:
            return cast("BinaryIO", pa.input_stream(str(self.path), compression="zstd"))
        return self.path.open("rb")

    @cached_property
    def head(self) -> bytes:
        """The first bytes of the text."""
        with self.open() as stream:
            return stream.read(HEAD)

    def pieces(self, size: int = PIECE) -> Iterator[bytes]:
        """The text in pieces of about `size` bytes that end at record ends, quoted line breaks minded."""
        with self.open() as stream:
            rest = b""
            while chunk := stream.read(size):
                text = rest + chunk
                end = _record_end(text)
                if end:
                    yield text[:end]
                rest = text[end:]
            if rest:
                yield rest

    def pack(self, target: Path) -> None:
        """Write the text compressed."""
        with self.open() as source, pa.CompressedOutputStream(str(target), "zstd") as packed:
            while chunk := source.read(_COPY):
                packed.write(chunk)


def _record_end(text: bytes) -> int:
    """Length of the longest beginning that ends with a whole record; 0 where there is none."""
    end = text.rfind(_NEWLINE)
    inside = text.count(_QUOTE, 0, end) % 2 if end > 0 else 0
    last = end
    for _ in range(_LONGEST_RECORD):
        if end <= 0 or not inside:
            break
        before = text.rfind(_NEWLINE, 0, end)
        inside = (inside + text.count(_QUOTE, before + 1, end)) % 2
        end = before
    return (last if inside else end) + 1


def digest(path: Path) -> str:
    """The sha256 of a file, read piece by piece."""
    own = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_COPY):
            own.update(chunk)
    return own.hexdigest()
