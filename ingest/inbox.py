"""The inbox: what lies in it, and what has come to rest.

A file that is being copied changes its size or time, or bears the name of a half-written one. An entry – a file or a
folder – is at rest when two looks at it, a while apart, saw the same. What a run has already dealt with is not given
again until it changes, so a file that waits in quarantine does not start a run every few seconds.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from ingest.containers import half_written

DONE = "done"
Look = tuple[tuple[str, int, int], ...]


def entries(inbox: Path) -> list[Path]:
    """Files and folders that wait in the inbox, in order."""
    return sorted(path for path in inbox.iterdir() if path.name != DONE and not path.name.startswith("."))


def look(entry: Path) -> Look | None:
    """Names, sizes and times of everything in an entry; None while something in it is half written or vanishing."""
    seen = []
    try:
        for path in [entry, *sorted(entry.rglob("*"))] if entry.is_dir() else [entry]:
            if half_written(path.name):
                return None
            status = path.stat()
            seen.append((path.relative_to(entry.parent).as_posix(), status.st_size, status.st_mtime_ns))
    except OSError:
        return None
    return tuple(seen)


@dataclass
class Watch:
    """Looks at an inbox again and again.

    settle: seconds that an entry must stay as it is.
    """

    inbox: Path
    settle: float
    _since: dict[Path, tuple[Look, float]] = field(default_factory=dict)
    _dealt_with: dict[Path, Look] = field(default_factory=dict)

    def at_rest(self, now: float) -> list[Path]:
        """Entries that are new and at rest. now: seconds of any steady clock."""
        ready = []
        present = entries(self.inbox) if self.inbox.is_dir() else []
        for gone in {*self._since, *self._dealt_with} - {*present}:
            self._since.pop(gone, None)
            self._dealt_with.pop(gone, None)
        for entry in present:
            seen = look(entry)
            if seen is None:
                self._since.pop(entry, None)
                continue
            before = self._since.get(entry)
            if before is None or before[0] != seen:
                self._since[entry] = (seen, now)
            elif now - before[1] >= self.settle and self._dealt_with.get(entry) != seen:
                ready.append(entry)
        return ready

    def dealt_with(self, some: list[Path]) -> None:
        """Remember how entries looked when a run took them."""
        for entry in some:
            if entry in self._since:
                self._dealt_with[entry] = self._since[entry][0]


def put_away(inbox: Path, entry: Path, taken: date | None) -> None:
    """Move an entry that loaded whole to `inbox/done/DATE/`, by the day it was taken; a name in use gets a number."""
    folder = inbox / DONE / (taken.isoformat() if taken else "unknown")
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / entry.name, 1
    while target.exists():
        number += 1
        target = folder / f"{entry.stem} ({number}){entry.suffix}"
    shutil.move(entry, target)
