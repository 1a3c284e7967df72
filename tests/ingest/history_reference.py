"""History as one would work it out by hand: slow, obvious, in plain Python. It shares no code with the product.

Observations are looked at in order of time. A record is there while any source that showed it has not taken it back
by a complete statement that covers where the record stood when it was last shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Says:
    """A complete statement: empty scope parts mean all."""

    class_id: str = ""
    subject_id: str = ""
    pupil_id: str = ""
    date_from: Any = None
    date_to: Any = None

    def covers(self, scope: Row) -> bool:
        parts = ("class_id", "subject_id", "pupil_id")
        if any(getattr(self, part) not in ("", scope[part]) for part in parts):
            return False
        day = scope["date"]
        return (self.date_from is None or day >= self.date_from) and (self.date_to is None or day <= self.date_to)


@dataclass
class Look:
    """One observation: rows by key (None: withdrawn), the columns it carries and its complete statements."""

    name: str
    taken_at: datetime
    source: str
    rows: dict[str, Row | None]
    carried: frozenset[str]
    complete: Sequence[Says]


@dataclass
class Known:
    """What is known of a record."""

    value: Row | None = None  # of its newest version
    scope: Row | None = None
    there: dict[str, bool] = field(default_factory=dict)  # by source
    event: datetime | None = None
    since: datetime | None = None  # known_from of the open version
    before: datetime | None = None  # not_before of the open version


def history(looks: Sequence[Look], scope_of: Callable[[str, Row | None], Row]) -> list[tuple[Any, ...]]:
    """(key, sorted value items, known_from, known_to, not_before) of every version."""
    story = Story(sorted(looks, key=lambda look: (look.taken_at, look.name)), scope_of)
    for moment, together in groupby(story.looks, key=lambda look: look.taken_at):
        story.moment(moment, list(together))
    return story.told()


class Story:
    """What is known, told moment by moment."""

    def __init__(self, looks: Sequence[Look], scope_of: Callable[[str, Row | None], Row]) -> None:
        self.looks = looks
        self.scope_of = scope_of
        self.records: dict[str, Known] = {}
        self.versions: list[tuple[Any, ...]] = []

    def moment(self, at: datetime, now: list[Look]) -> None:
        """Everything that is said at one moment."""
        shown, gone = self._shown(now), self._gone(now)
        for key in sorted({*shown, *gone}):
            record = self.records.setdefault(key, Known())
            was_there = any(record.there.values())
            firsts = {look.source for look, _ in shown.get(key, [])} - set(record.there)
            record.there |= self._words(shown.get(key, []), gone.get(key, set()))
            seen = [(look, row) for look, row in shown.get(key, []) if row is not None]
            if seen:
                _, value = min(seen, key=lambda one: one[0].name)
                self._stands(key, record, value, at, firsts, was_there=was_there)
            elif not any(record.there.values()):
                if was_there:
                    self._close(key, record, at)
                record.event = at
            if not seen and shown.get(key):
                record.scope = self.scope_of(key, None)

    def _shown(self, now: list[Look]) -> dict[str, list[tuple[Look, Row | None]]]:
        shown: dict[str, list[tuple[Look, Row | None]]] = {}
        for look in reversed(now):  # of several at one moment the first by name is the last word
            for key, row in look.rows.items():
                shown.setdefault(key, []).append((look, _filled(row, look, self.records.get(key), shown.get(key, []))))
        return shown

    def _gone(self, now: list[Look]) -> dict[str, set[str]]:
        """Records that a source which has shown them says nothing of, where its statement covers them."""
        gone: dict[str, set[str]] = {}
        for look in now:
            for key, record in self.records.items():
                covered = record.scope and any(says.covers(record.scope) for says in look.complete)
                if covered and key not in look.rows and look.source in record.there:
                    gone.setdefault(key, set()).add(look.source)
        return gone

    @staticmethod
    def _words(shown: list[tuple[Look, Row | None]], gone: set[str]) -> dict[str, bool]:
        """The last word of each source: of one moment, showing wins."""
        there = dict.fromkeys(gone, False)
        for look, row in shown:
            there[look.source] = there.get(look.source, False) or row is not None
        return there

    def _stands(self, key: str, record: Known, value: Row, at: datetime, firsts: set[str], *, was_there: bool) -> None:
        scope = self.scope_of(key, value)
        if not was_there or value != record.value:
            if was_there:
                self._close(key, record, at)
            before = [record.event] if record.event else []
            before += [] if was_there else self._lookings(scope, firsts, at)
            record.before, record.since, record.value = max(before, default=None), at, value
        record.scope, record.event = scope, at

    def _lookings(self, scope: Row, sources: set[str], at: datetime) -> list[datetime]:
        """Earlier moments at which these sources looked where the record stands now, and did not show it."""
        return [
            look.taken_at
            for look in self.looks
            if look.taken_at < at and look.source in sources and any(says.covers(scope) for says in look.complete)
        ]

    def _close(self, key: str, record: Known, at: datetime | None) -> None:
        self.versions.append((key, record.value, record.since, at, record.before))

    def told(self) -> list[tuple[Any, ...]]:
        """All versions, those still open at the end."""
        for key, record in self.records.items():
            if any(record.there.values()):
                self._close(key, record, None)
        return [(key, tuple(sorted(value.items())), *rest) for key, value, *rest in self.versions]


def _filled(
    row: Row | None, look: Look, record: Known | None, same_moment: list[tuple[Look, Row | None]]
) -> Row | None:
    """A column that is not carried keeps what was known; a value always counts."""
    if row is None:
        return None
    earlier = [known for _, known in same_moment if known is not None]
    known = earlier[-1] if earlier else (record.value if record and record.value else {})
    return {
        name: value if value is not None or name in look.carried else known.get(name) for name, value in row.items()
    }
