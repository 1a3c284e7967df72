"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

REPLACE_TRIES = 20


def write_atomically(path: Path, text: str) -> None:
    """Write beside, flush to disk, put in place; Windows may need several tries while a reader holds the file.

    Lines end as the text says on every system, so that a digest of the text is one of the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    for attempt in range(REPLACE_TRIES):
        try:
            beside.replace(path)
        except PermissionError:
            if attempt == REPLACE_TRIES - 1:
                raise
            time.sleep(0.05 * (attempt + 1))
        else:
            return
