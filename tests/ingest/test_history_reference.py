"""Random histories against a slow, obvious reference: any order of loading, any batches, withdrawals."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ingest.reading import Statement
from tests.ingest import history_reference as reference
from tests.ingest.observing import Shown, Watched, lesson

LESSONS = {
    "l1": ("7А", "math", date(2026, 9, 7)),
    "l2": ("7А", "math", date(2026, 9, 8)),
    "l3": ("7А", "rus", date(2026, 9, 8)),
    "l4": ("7Б", "math", date(2026, 9, 8)),
}
PUPILS = ("p1", "p2")
COLUMNS = frozenset({"value", "comment"})
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # each try loads files: shrinking would take minutes
START = datetime(2026, 9, 9, 7, 0)


@dataclass
class Export:
    """A random export of marks by one of two systems."""

    minute: int
    system: str
    marks: dict[str, dict[str, str | None] | None]
    without_comment: bool
    says: list[reference.Says] = field(default_factory=list)

    @property
    def taken_at(self) -> datetime:
        return START + timedelta(minutes=self.minute)

    def shown(self) -> Shown:
        rows = []
        for key, value in self.marks.items():
            lesson_id, pupil = key.split("|")
            bare = {"mark_id": key, "lesson_id": lesson_id, "pupil_id": pupil}
            rows.append(bare | (value or {"value": "5"}) | ({} if value else {"deleted": True}))
        carried = ("mark_id", "lesson_id", "pupil_id", "value", *(() if self.without_comment else ("comment",)))
        partial = Statement("marks", carried)
        statements = [
            Statement("marks", carried, s.class_id, s.subject_id, s.pupil_id, s.date_from, s.date_to, complete=True)
            for s in self.says
        ]
        lessons = [lesson(name, day, class_id=c, subject_id=s) for name, (c, s, day) in LESSONS.items()]
        return Shown(
            self.taken_at.isoformat(), {"marks": rows, "lessons": lessons},
            statements=[partial, *statements, Statement("lessons")], system=self.system, accepted=True,
        )  # fmt: skip

    def look(self, name: str) -> reference.Look:
        carried = COLUMNS - {"comment"} if self.without_comment else COLUMNS
        return reference.Look(name, self.taken_at, self.system, dict(self.marks), carried, self.says)


def scope(key: str, _row: object) -> dict[str, object]:
    lesson_id, pupil = key.split("|")
    class_id, subject_id, day = LESSONS[lesson_id]
    return {"class_id": class_id, "subject_id": subject_id, "pupil_id": pupil, "date": day}


DAYS = st.sampled_from([None, date(2026, 9, 7), date(2026, 9, 8)])
SAYS = st.builds(
    reference.Says,
    class_id=st.sampled_from(["", "", "7А", "7Б"]),
    subject_id=st.sampled_from(["", "", "math"]),
    pupil_id=st.sampled_from(["", "", *PUPILS]),
    date_from=DAYS,
    date_to=DAYS,
)
# Few keys and values: a record must often be shown again as it was, by either system.
KEYS = st.sampled_from([*(f"{name}|p1" for name in LESSONS), "l1|p2"])
VALUES = st.one_of(
    st.none(),
    *[st.fixed_dictionaries({"value": st.sampled_from("45"), "comment": st.sampled_from([None, None, None, "х"])})] * 5,
)
EXPORTS = st.lists(
    st.builds(
        Export,
        minute=st.integers(0, 9),
        system=st.sampled_from(["a", "b"]),
        marks=st.dictionaries(KEYS, VALUES, max_size=5),
        without_comment=st.booleans(),
        says=st.lists(st.one_of(st.just(reference.Says()), SAYS), max_size=2),
    ),
    min_size=1,
    max_size=8,
)


def without_uncarried(export: Export) -> Export:
    """An export that does not carry comments shows none."""
    if export.without_comment:
        for value in export.marks.values():
            if value is not None:
                value["comment"] = None
    return export


def expected(watched: Watched, exports: list[Export], left_out: set[int]) -> list[tuple]:
    looks = [export.look(watched.names[number]) for number, export in enumerate(exports) if number not in left_out]
    return reference.history(looks, scope)


def found(watched: Watched) -> list[tuple]:
    rows = watched.rows("marks", "row_key", "value", "comment", "known_from", "known_to", "not_before")
    return [(key, (("comment", comment), ("value", value)), *rest) for key, value, comment, *rest in rows]


def told(rows: list[tuple]) -> list[str]:
    return sorted(map(repr, rows))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
@given(exports=EXPORTS, seed=st.integers(0, 2**16))
def test_any_order_and_any_batches_give_the_history_worked_out_by_hand(
    tmp_path_factory: pytest.TempPathFactory, exports: list[Export], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  repeatable, no secret
    exports = [without_uncarried(export) for export in exports]
    watched = Watched(tmp_path_factory.mktemp("h"), [export.shown() for export in exports])
    order = list(range(len(exports)))
    if chance.random() < 0.5:
        order.sort(key=lambda number: exports[number].taken_at)
    else:
        chance.shuffle(order)
    while order:
        some = chance.randint(1, len(order))
        watched.load(order[:some])
        del order[:some]
    assert told(found(watched)) == told(expected(watched, exports, set()))
    gone = chance.randrange(len(exports))
    watched.withdraw(gone)
    assert told(found(watched)) == told(expected(watched, exports, {gone}))


def test_exports_in_order_never_make_history_anew(tmp_path: Path) -> None:
    exports = [Export(n, "a", {"l1|p1": {"value": str(2 + n), "comment": None}}, False) for n in range(4)]
    watched = Watched(tmp_path, [export.shown() for export in exports])
    assert [watched.load([number]).rebuilt for number in range(4)] == [True, False, False, False]
