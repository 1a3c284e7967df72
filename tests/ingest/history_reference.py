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


def history(looks: Sequence[Look], scope_of: Callable[[str, Row | None], Row]) -> list[tuple[Any, ...]]:
    """(key, sorted value items, known_from, known_to, not_before) of every version."""
    records: dict[str, Known] = {}
    versions: list[tuple[Any, ...]] = []
    starts: dict[str, datetime | None] = {}
    in_order = sorted(looks, key=lambda look: (look.taken_at, look.name))
    for moment, together in groupby(in_order, key=lambda look: look.taken_at):
        now = list(together)
        shown: dict[str, list[tuple[Look, Row | None]]] = {}
        for look in reversed(now):  # of several at one moment the first by name is the last word
            for key, row in look.rows.items():
                shown.setdefault(key, []).append((look, _filled(row, look, records.get(key), shown.get(key, []))))
        gone: dict[str, set[str]] = {}
        for look in now:
            for key, record in records.items():
                covered = record.scope and any(says.covers(record.scope) for says in look.complete)
                if covered and key not in look.rows and look.source in record.there:
                    gone.setdefault(key, set()).add(look.source)
        for key in sorted({*shown, *gone}):
            record = records.setdefault(key, Known())
            was_there = any(record.there.values())
            seen = [(look, row) for look, row in shown.get(key, []) if row is not None]
            firsts = {look.source for look, _ in shown.get(key, [])} - set(record.there)
            there = dict.fromkeys(gone.get(key, ()), False)
            for look, row in shown.get(key, []):
                there[look.source] = there.get(look.source, False) or row is not None
            record.there |= there
            is_there = any(record.there.values())
            if seen:
                _, value = min(seen, key=lambda one: one[0].name)
                record_scope = scope_of(key, value)
                if not is_there:
                    raise AssertionError
                if not was_there or value != record.value:
                    if was_there:
                        versions.append((key, record.value, record.since, moment, starts[key]))
                    before = [record.event] if record.event else []
                    if not was_there:
                        before += [
                            look.taken_at for look in in_order
                            if look.taken_at < moment and look.source in firsts
                            and any(says.covers(record_scope) for says in look.complete)
                        ]  # fmt: skip
                    starts[key] = max(before, default=None)
                    record.since, record.value = moment, value
                record.scope, record.event = record_scope, moment
            elif not is_there:
                if was_there:
                    versions.append((key, record.value, record.since, moment, starts[key]))
                record.event = moment
            if not seen and shown.get(key):
                record.scope = scope_of(key, None)
    for key, record in records.items():
        if any(record.there.values()):
            versions.append((key, record.value, record.since, None, starts[key]))
    return [(key, tuple(sorted(value.items())), *rest) for key, value, *rest in versions]


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
