"""Writing exports: zips with fixed dates, files that carry the moment of export as their own time."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Moscow")  # the time zone of every home that names no other


def zip_bytes(entries: Iterable[tuple[str, bytes]], at: datetime) -> bytes:
    """A zip whose entries are all dated `at`: the same entries give the same bytes."""
    stamp = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name, date_time=stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, data, compresslevel=1)
    return memory.getvalue()


def save(path: Path, data: bytes, at: datetime) -> None:
    """Write a file and set its time to the moment of export, wall time of the demo school."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    seconds = at.replace(tzinfo=ZONE).timestamp()
    os.utime(path, (seconds, seconds))


def stem(at: datetime) -> str:
    """The moment of export as part of a file name: 2026-09-01_0700."""
    return f"{at:%Y-%m-%d_%H%M}"
