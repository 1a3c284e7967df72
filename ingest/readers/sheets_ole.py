"""The container of old office files (OLE): one stream is taken out of it, with no trust in its chains of sectors."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_STREAM = 2
_MINI = 64


class Container:
    """The streams of an OLE file by their names in small letters.

    A file that is cut, or whose chains of sectors are broken or run in a circle, raises ValueError, IndexError or
    struct.error.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        (shift,) = struct.unpack_from("<H", data, 30)
        if not data.startswith(MAGIC) or shift not in {9, 12}:
            raise ValueError(shift)
        self._size = 1 << shift
        self._sectors = len(data) // self._size
        first_entry, self._cutoff, first_mini, _, first_more = struct.unpack_from("<I4xIIII", data, 48)
        tables = self._tables(list(struct.unpack_from("<109I", data, 76)), first_more)
        self._next = np.frombuffer(b"".join(map(self._sector, tables)), "<u4")
        self._entries = self._read(first_entry)
        self._next_mini = np.frombuffer(self._read(first_mini), "<u4")
        self._places: dict[str, int] = {}
        for at in range(0, len(self._entries) - _ENTRY + 1, _ENTRY):
            entry = self._entries[at : at + _ENTRY]
            if entry[66] == _STREAM:
                length = min(max(struct.unpack_from("<H", entry, 64)[0] - 2, 0), 62)
                name = entry[:length].decode("utf-16-le", errors="replace").lower()
                self._places.setdefault(name, at)

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def stream(self, name: str) -> bytes:
        """Give the bytes of a stream."""
        start, size = struct.unpack_from("<II", self._entries, self._places[name] + 116)
        if size >= self._cutoff:
            data = self._read(start)
        else:
            small = self._read(struct.unpack_from("<I", self._entries, 116)[0])
            places = self._chain(start, self._next_mini, len(small) // _MINI)
            data = b"".join(small[at * _MINI : at * _MINI + _MINI] for at in places)
        if len(data) < size:
            raise ValueError(size)
        return data[:size]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._data[start : start + self._size]
        if not sector:
            raise ValueError(number)
        return sector.ljust(self._size, b"\0")

    def _tables(self, tables: list[int], more: int) -> list[int]:
        """Give the numbers of the sectors that hold the table of all chains."""
        for _ in range(self._sectors):
            if more > _LAST_SECTOR:
                break
            *numbers, more = struct.unpack(f"<{self._size // 4}I", self._sector(more))
            tables += numbers
        used = [number for number in tables if number <= _LAST_SECTOR]
        if len(used) > self._sectors:
            raise ValueError(len(used))
        return used

    def _chain(self, number: int, following: NDArray[np.uint32], most: int) -> Iterator[int]:
        for _ in range(most + 1):
            if number > _LAST_SECTOR:
                return
            yield number
            number = int(following[number])
        raise ValueError(number)

    def _read(self, number: int) -> bytes:
        return b"".join(map(self._sector, self._chain(number, self._next, self._sectors)))
