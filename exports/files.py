"""File names that every system takes, and whole files or none."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

LONGEST = 80
"""Characters of a stem: in Cyrillic that is 160 bytes, far from the 255 that file systems allow."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


def safe_stem(text: str) -> str:
    """Make a file stem of any text: no path parts, no characters or names that Windows refuses, no odd ends."""
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", text))
    plain = "".join(sign for sign in plain if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    plain = " ".join(plain.split())[:LONGEST].strip(" .")
    return f"_{plain}" if not plain or plain.split(".")[0].casefold() in _RESERVED else plain


def distinct_stems(texts: Mapping[str, str]) -> dict[str, str]:
    """Give each key a stem made of its text; equal ones (letter case aside) also bear the key.

    The answer depends on the whole set only, not on its order.
    """
    stems = {key: safe_stem(text) for key, text in sorted(texts.items())}
    shared = Counter(stem.casefold() for stem in stems.values())
    taken: set[str] = {folded for folded, n in shared.items() if n == 1}
    result: dict[str, str] = {}
    for key, stem in stems.items():
        if shared[stem.casefold()] == 1:
            result[key] = stem
            continue
        room = stem[: LONGEST - 30]
        wanted, n = safe_stem(f"{room} ({key or 0})"), 1
        while wanted.casefold() in taken:
            n += 1
            wanted = f"{room} ({n})"
        taken.add(wanted.casefold())
        result[key] = wanted
    return result


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"~{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path
