"""Sightings of people, classes and subjects put together by hand, and what they resolve to."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ingest.identity import Identity, Settled, resolve
from ingest.readers.labels import class_label, name_parts, person_name, subject_id

YEAR, NEXT = "2025/2026", "2026/2027"
CLASS_REPORT = ("ves_klass", "class_report")
PUPIL_REPORT = ("sgo", "studenttotal")

SCHEMAS: dict[str, dict[str, Any]] = {
    "people": dict.fromkeys(
        (
            "role", "placeholder", "full_name", "class_id", "academic_year", "external_id", "system", "export_kind",
            "taken_at",
        ),
        pl.String,
    ),
    "rosters": dict.fromkeys(
        ("pupil_id", "last_name", "first_name", "middle_name", "class_id", "academic_year", "system"), pl.String
    ),
    "subjects": dict.fromkeys(("subject_id", "name", "system", "content"), pl.String),
    "classes": {
        "class_id": pl.String, "name": pl.String, "academic_year": pl.String, "grade": pl.Int64, "letter": pl.String,
        "system": pl.String,
    },
    "teachers": dict.fromkeys(("teacher_id", "last_name", "first_name", "middle_name", "system"), pl.String),
    "teaching": dict.fromkeys(("teacher_id", "class_id", "subject_id", "academic_year"), pl.String),
}  # fmt: skip


def placeholder(*parts: str) -> str:
    """A placeholder as the readers make them: equal parts, equal placeholder."""
    return "~" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


@dataclass
class Seen:
    """What the exports of one school show."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    settled: Settled = field(default_factory=lambda: Settled("s1"))

    def printed(
        self, name: str, class_id: str = "7А", year: str = YEAR, source: tuple[str, str] = PUPIL_REPORT, at: str = ""
    ) -> str:
        """A pupil in a printed report; gives his placeholder. `name` may end in ` #2`."""
        folded, label = person_name(name), class_label(class_id).class_id
        who = placeholder(folded, label, year)
        self.rows["people"].append(("pupil", who, folded, label, year, "", *source, at))
        return who

    def external(
        self, own: str, name: str = "", class_id: str = "", year: str = YEAR, kind: str = "diary", role: str = "pupil"
    ) -> str:
        """A person by the id of a journal, `system:id`; gives his placeholder."""
        who = placeholder(role, own)
        label = class_label(class_id).class_id if class_id else ""
        system = own.partition(":")[0]
        self.rows["people"].append((role, who, person_name(name), label, year, own, system, kind, ""))
        return who

    def roster(
        self, pupil_id: str, name: str, class_id: str = "7А", year: str = YEAR, system: str = "journal_csv"
    ) -> str:
        """A pupil of the journal CSV."""
        self.rows["rosters"].append((pupil_id, *name_parts(name), class_id, year, system))
        return pupil_id

    def subject(self, raw: str, name: str = "", system: str = "sgo", content: str = "") -> str:
        """A subject; without a name it is a printed one, known by its own name."""
        row = (raw, name, system, content or f"{system}-{len(self.rows['subjects'])}")
        self.rows["subjects"].append(row if name else (subject_id(raw), raw, *row[2:]))
        return str(self.rows["subjects"][-1][0])

    def school_class(self, class_id: str, name: str = "", year: str = YEAR, system: str = "journal_csv") -> str:
        """A class of the journal CSV."""
        label = class_label(name or class_id)
        self.rows["classes"].append((class_id, name or class_id, year, label.grade, label.letter, system))
        return class_id

    def staff(self, teacher_id: str, name: str, system: str = "journal_csv") -> str:
        """A teacher of a staff list."""
        self.rows["teachers"].append((teacher_id, *name_parts(name), system))
        return teacher_id

    def named_teacher(self, name: str, source: tuple[str, str] = ("dnevnik_ru", "topics")) -> str:
        """A teacher known by name only; gives his placeholder."""
        who = placeholder("teacher", person_name(name))
        self.rows["people"].append(("teacher", who, person_name(name), "", "", "", *source, ""))
        return who

    def teaches(self, teacher: str, class_id: str = "7А", subject: str = "физика", year: str = YEAR) -> None:
        """A teacher is seen in the lessons of a class."""
        self.rows["teaching"].append((teacher, class_id, subject, year))

    def resolved(self, shuffle: int | None = None) -> Identity:
        """What all this resolves to; shuffle: a seed for another order, with some sightings told twice."""
        frames = {}
        for name, schema in SCHEMAS.items():
            rows = list(self.rows[name])
            if shuffle is not None:
                order = random.Random(shuffle)  # noqa: S311  an order, no secret
                rows += [row for row in rows if order.random() < 0.3]
                order.shuffle(rows)
            frames[name] = pl.DataFrame(rows, schema=schema, orient="row")
        return resolve(
            frames["people"], frames["rosters"], frames["subjects"], frames["classes"], frames["teachers"],
            self.settled, teaching=frames["teaching"], listing=[CLASS_REPORT],
        )  # fmt: skip

    def ids(self, kind: str = "pupil") -> Ids:
        """Raw id → id of one kind."""
        return Ids(self.resolved(), kind)

    def cases(self, kind: str = "pupil") -> list[dict[str, str]]:
        """What is left for a person to settle."""
        return [row for row in self.resolved().ambiguous.to_dicts() if row["kind"] == kind]


class Ids:
    """Looks ids up; an id that is not mapped stands for itself."""

    def __init__(self, identity: Identity, kind: str) -> None:
        rows = identity.ids.filter(pl.col("kind") == kind)
        self.known = {(raw, year): found for _, raw, year, found, _ in rows.iter_rows()}
        self.described = {raw for _, raw, _, _, described in rows.iter_rows() if described}

    def __call__(self, raw: str, year: str = "") -> str:
        return self.known.get((raw, year), self.known.get((raw, ""), raw))

    def __len__(self) -> int:
        return len(self.known)
