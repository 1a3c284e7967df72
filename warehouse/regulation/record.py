"""Who changed which answer and when: `regulations/<school>/000001.json`, beside the file of answers.

The file says what stands; a record says what one person changed at one moment, question by question, old → new. Records
are only ever added. What somebody changed in the file by hand is noticed with the next change and recorded without a
name, so the records always lead to the file.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from filelock import FileLock

from warehouse.chain import Chain
from warehouse.regulation import file
from warehouse.regulation.answers import Answer, Regulation, ordered
from warehouse.regulation.limits import Limit, number_ru, ordered_limits
from warehouse.settings import SettingsError

FORMAT = 1
How = Literal["command", "limit", "workbook", "file"]
"""Through what it was changed; `limit`: the command that sets a number; `file`: by hand, nobody knows by whom."""
LIMIT = "limit "
"""What the key of a number begins with."""
Key = tuple[str, date | None]
"""A question, or `limit NAME`, and the first day; or a line above the answers (`profile`, `document`) and None."""
Kept = TypeVar("Kept")


class RecordError(SettingsError):
    """The records cannot be read or written; the text is Russian, says which file, why and what to do."""


@dataclass(frozen=True)
class Said:
    """An answer as it was written, so that it stays readable whatever questions a later Zavuch asks."""

    answer: str
    clause: str = ""
    quote: str = ""
    severity: str = ""


@dataclass(frozen=True)
class Change:
    """What became of one answer, or of a line above the answers. old, new: None = there was none, there is none."""

    question: str
    valid_from: date | None
    old: Said | None
    new: Said | None


@dataclass(frozen=True)
class Changes:
    """What one person changed at one moment. author: '' = nobody knows. entered_at: wall time."""

    number: int
    author: str
    entered_at: datetime
    how: How
    changes: tuple[Change, ...]
    digest: str


class Record:
    """The regulation file of a school and the record of its changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        folder = path.with_suffix("")
        self._chain = Chain(folder, f"{folder.parent.name}/{folder.name}", RecordError)

    def read(self) -> Regulation:
        """Read what stands; nothing does where there is no file. Raises RegulationError."""
        return file.read(self.path) if self.path.exists() else Regulation(())

    def all(self) -> list[Changes]:
        """Read every record, oldest first. Raises RecordError where one was changed or is gone."""
        return [changes for _path, changes in self._chain.kept(_changes)]

    def by_hand(self) -> tuple[Change, ...]:
        """Give what differs in the file from what was recorded. Raises RecordError, RegulationError."""
        return _differences(_recorded(self.all()), _said(self.read()))

    def keep(
        self, before: Regulation, after: Regulation, *, author: str | None, at: datetime, how: How
    ) -> tuple[Regulation, tuple[Change, ...]]:
        """Change the file as `after` differs from `before`, and record it; give what stands then, and what changed.

        What others changed meanwhile stays. author: the login of the computer where nobody is named.
        Raises RecordError, RegulationError.
        """
        with FileLock(self.path.with_suffix(".lock"), timeout=60):
            now, known = self.read(), self.all()
            then = _laid_over(now, before, after)
            found = _differences(_recorded(known), _said(now))
            changed = _differences(_said(now), _said(then))
            if found:
                known.append(self._add(known, found, "", at, "file"))
            if changed:
                self._add(known, changed, author or getpass.getuser(), at, how)
            if changed or not self.path.exists():
                file.write(self.path, then)
        return then, changed

    def _add(self, known: list[Changes], changes: Iterable[Change], author: str, at: datetime, how: How) -> Changes:
        moment = at.replace(microsecond=0, tzinfo=None)
        body = {
            "school_id": self.path.stem, "author": author, "entered_at": moment.isoformat(), "how": how,
            "changes": [_told(change) for change in changes],
        }  # fmt: skip
        return _changes(*self._chain.append(known, moment, {"zavuch": "regulation", "format": FORMAT}, body))


def changed_answers(before: Regulation, after: Regulation) -> list[tuple[Answer | None, Answer | None]]:
    """Give (before, after) of each answer that differs; None where there is none."""
    return list(_pairs(_by_key(before.answers), _by_key(after.answers)).values())


def _pairs(before: Mapping[Key, Kept], after: Mapping[Key, Kept]) -> dict[Key, tuple[Kept | None, Kept | None]]:
    keys = [*before, *(key for key in after if key not in before)]
    return {key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)}


def _laid_over(now: Regulation, before: Regulation, after: Regulation) -> Regulation:
    """Lay what differs between two regulations over a third."""
    answers, limits = _by_key(now.answers), _limits_by_key(now.limits)
    _lay_over(answers, _pairs(_by_key(before.answers), _by_key(after.answers)))
    _lay_over(limits, _pairs(_limits_by_key(before.limits), _limits_by_key(after.limits)))
    heads = {name: getattr(after, name) for name in file.HEAD if getattr(after, name) != getattr(before, name)}
    return replace(now, answers=ordered(answers.values()), limits=ordered_limits(limits.values()), **heads)


def _lay_over(kept: dict[Key, Kept], pairs: Mapping[Key, tuple[Kept | None, Kept | None]]) -> None:
    for key, (_old, new) in pairs.items():
        kept.pop(key, None)
        if new is not None:
            kept[key] = new


def _by_key(answers: Iterable[Answer]) -> dict[Key, Answer]:
    return {(answer.question, answer.valid_from): answer for answer in answers}


def _limits_by_key(limits: Iterable[Limit]) -> dict[Key, Limit]:
    return {(LIMIT + limit.name, limit.valid_from): limit for limit in limits}


def _said(regulation: Regulation) -> dict[Key, Said]:
    heads: dict[Key, Said] = {(name, None): Said(text) for name in file.HEAD if (text := getattr(regulation, name))}
    answers = {
        key: Said(one.text, one.clause, one.quote, one.severity) for key, one in _by_key(regulation.answers).items()
    }
    limits = {
        key: Said(number_ru(one.value), one.clause, one.quote) for key, one in _limits_by_key(regulation.limits).items()
    }
    return heads | answers | limits


def _recorded(records: Iterable[Changes]) -> dict[Key, Said]:
    """Fold records in their order: what stands in the end."""
    found: dict[Key, Said] = {}
    for record in records:
        for change in record.changes:
            found.pop((change.question, change.valid_from), None)
            if change.new is not None:
                found[change.question, change.valid_from] = change.new
    return found


def _differences(before: Mapping[Key, Said], after: Mapping[Key, Said]) -> tuple[Change, ...]:
    return tuple(Change(*key, old, new) for key, (old, new) in _pairs(before, after).items())


def _told(change: Change) -> dict[str, Any]:
    since = change.valid_from.isoformat() if change.valid_from else None
    said = {name: asdict(one) if one else None for name, one in (("old", change.old), ("new", change.new))}
    return {"question": change.question, "valid_from": since, **said}


def _changes(told: dict[str, Any], digest: str) -> Changes:
    at = datetime.fromisoformat(told["entered_at"])
    changes = tuple(_change(one) for one in told["changes"])
    return Changes(told["number"], told["author"], at, told["how"], changes, digest)


def _change(told: dict[str, Any]) -> Change:
    since = date.fromisoformat(told["valid_from"]) if told["valid_from"] else None
    old, new = (Said(**told[name]) if told[name] else None for name in ("old", "new"))
    return Change(told["question"], since, old, new)
