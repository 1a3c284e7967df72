"""Names in register entries that no export and no earlier entry knows, and the known names that they are like.

A name that nothing knows is a new class, subject or person, so a slip of the pen goes in silently: a leave of nobody
excuses nobody. It is told and never refused, for people enter facts before exports show them.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, get_args

import duckdb

from ingest.identity.names import parse
from ingest.identity.sightings import cohort_and_letter
from ingest.identity.subjects import aliases, full
from ingest.readers.labels import academic_year_of, class_label
from warehouse import publish
from warehouse.registers import SYSTEM
from warehouse.registers.entries import Entry, Years, years_around
from warehouse.registers.journal import Journal
from warehouse.settings import Settings
from warehouse.store import QUIET

Kind = Literal["class", "subject", "teacher", "pupil"]
KINDS: tuple[Kind, ...] = get_args(Kind)
INTRODUCED_BY: dict[Kind, str] = {
    "class": "classes", "subject": "grading", "teacher": "teaching_assignments", "pupil": "enrollments",
}  # fmt: skip
"""The register that makes a class, a subject or a person known to the others."""

_ALONE: dict[str, Kind] = {"class": "class", "subject": "subject", "teacher": "teacher"}
"""Kinds of fields that hold a name which says all by itself."""
_ALIKE = 0.8  # share of letters from which difflib calls two names close
_SEVERAL = re.compile(r"[,;]")
_SHOWN = """
select 'class' as kind, class_name as name, '' as class, academic_year from marts.dim_class
union all select 'subject', subject_name, '', '' from marts.dim_subject
union all select 'teacher', concat_ws(' ', last_name, nullif(first_name, ''), nullif(middle_name, '')), '', ''
from marts.dim_teacher where last_name <> ''
union all select 'pupil', concat_ws(' ', last_name, nullif(first_name, ''), nullif(middle_name, '')), class_name,
    academic_year
from marts.dim_pupil join marts.dim_class using (academic_year, class_id) where last_name <> ''
order by all
"""
_NEWEST = f"select max(taken_at) from meta.observations where system <> '{SYSTEM}' and status = 'loaded'"

_KEYS: dict[Kind, Callable[[str], str]] = {
    "class": lambda name: class_label(name).class_id,
    "subject": full,
    "teacher": lambda name: parse(name).key,
    "pupil": lambda name: parse(name).key,
}
"""What all spellings of a name have in common."""


@dataclass(frozen=True)
class Named:
    """A name that an entry mentions. class_name, academic_year: of a pupil, whose name alone is not enough."""

    kind: Kind
    text: str
    class_name: str = ""
    academic_year: str = ""

    @property
    def key(self) -> tuple[Kind, str, str]:
        """Equal for all spellings of a name; of a pupil for all classes that he goes through with his cohort."""
        return self.kind, _KEYS[self.kind](self.text), self._cohort

    @property
    def _cohort(self) -> str:
        label = class_label(self.class_name).class_id
        return cohort_and_letter(label, self.academic_year)[0] if self.kind == "pupil" else ""

    @property
    def is_short(self) -> bool:
        """A person named by initials or by a last name alone, who is nobody until somebody says who it is."""
        return self.kind in {"teacher", "pupil"} and not parse(self.text).is_full


@dataclass(frozen=True)
class Doubt:
    """A name that is new, or short. near: a known name that it is like, '' where there is none.

    place: (sheet, lines) of each sheet that mentions it; nothing for an entry of its own. introduced: by the sheet
    that is there for it. elsewhere: of a pupil, the class in which his name is known. is_near_hidden: the like name
    is a child's and stands nowhere in what the person has in his hands.
    """

    name: Named
    is_new: bool
    near: str = ""
    elsewhere: str = ""
    is_near_hidden: bool = False
    introduced: bool = False
    places: tuple[tuple[str, tuple[int, ...]], ...] = ()


@dataclass
class Names:
    """What is known of a school: names, and the day of its newest export, None where nothing was loaded yet."""

    newest: date | None = None
    _known: dict[Kind, dict[tuple[Kind, str, str], Named]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def add(self, names: Iterable[Named]) -> None:
        """Make names known."""
        for name in names:
            self._known[name.kind].setdefault(name.key, name)

    @property
    def years(self) -> Years:
        """The years in which days of entries may lie."""
        return years_around(self.newest)

    def doubts(self, told: Sequence[tuple[str, int, Entry]], shown: Iterable[str] = ()) -> list[Doubt]:
        """Give the names of entries (sheet, line, entry) that are new or short, in the order of kinds.

        shown: pupils whose names the person has before his eyes anyway. Nothing is new where nothing was loaded.
        """
        places: dict[Named, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        first: dict[tuple[Kind, str, str], Named] = {}
        introduced = set()
        for sheet, line, entry in told:
            for name in mentioned(entry):
                places[first.setdefault(name.key, name)][sheet].add(line)
                if entry.register == INTRODUCED_BY[name.kind]:
                    introduced.add(name.key)
        seen = {_KEYS["pupil"](name) for name in shown}
        found = (
            self._doubt(name, introduced=name.key in introduced, shown=seen)
            for name in sorted(first.values(), key=lambda one: KINDS.index(one.kind))
        )
        return [
            replace(one, places=tuple((sheet, tuple(sorted(lines))) for sheet, lines in places[one.name].items()))
            for one in found if one.is_new or one.name.is_short
        ]  # fmt: skip

    def _doubt(self, name: Named, *, introduced: bool, shown: set[str]) -> Doubt:
        if self.newest is None or not name.key[1] or name.key in self._known[name.kind]:
            return Doubt(name, is_new=False)
        near = self._near(name)
        mine = name.key[:2]
        elsewhere = sorted({one.class_name for key, one in self._known["pupil"].items() if key[:2] == mine})
        is_hidden = name.kind == "pupil" and near is not None and near.key[1] not in shown
        return Doubt(
            name, is_new=True, near=near.text if near and not is_hidden else "", elsewhere=", ".join(elsewhere),
            is_near_hidden=is_hidden, introduced=introduced,
        )  # fmt: skip

    def _near(self, name: Named) -> Named | None:
        """The known name that this one shortens, or is close to letter by letter; of a pupil only in his class."""
        _kind, text, cohort = name.key
        peers = {key[1]: one for key, one in self._known[name.kind].items() if key[2] == cohort}
        if name.kind in {"teacher", "pupil"}:
            mine = parse(name.text)
            fitting = [one for one in peers.values() if mine.fits(parse(one.text)) or mine.is_part_of(parse(one.text))]
            if len(fitting) == 1:
                return fitting[0]
        if name.kind == "subject":
            peers = {short: peers[whole] for short, whole in aliases().items() if whole in peers} | peers
        close = difflib.get_close_matches(text, peers, 1, _ALIKE)
        return peers[close[0]] if close else None


def known(settings: Settings, school_id: str) -> Names:
    """Read what the published file shows of a school and what stands in its registers. Raises RegistersError."""
    found = Names()
    school_file = publish.file_of(settings.home, school_id)
    if school_file:
        with duckdb.connect(school_file, read_only=True, config=QUIET) as con:
            newest = con.execute(_NEWEST).fetchall()[0][0]
            found = Names(newest.date() if newest else None)
            for kind, name, class_name, year in con.execute(_SHOWN).fetchall():
                found.add([Named(kind, name, class_name, year)])
    for entries in Journal(settings, school_id).everything().values():
        found.add(name for entry in entries for name in mentioned(entry))
    return found


def mentioned(entry: Entry) -> Iterator[Named]:
    """Give the names that an entry mentions."""
    for about in entry.definition.fields:
        text = str(entry.values.get(about.name, ""))
        if not text:
            continue
        if about.kind == "classes":
            yield from (Named("class", part.strip()) for part in _SEVERAL.split(text) if part.strip())
        elif about.kind == "pupil":
            yield Named(about.kind, text, str(entry.values.get("class", "")), _year(entry))
        elif alone := _ALONE.get(about.kind):
            yield Named(alone, text)


def _year(entry: Entry) -> str:
    """The academic year of an entry: its own, else that of its first day."""
    days = (str(entry.values[about.name]) for about in entry.definition.fields
            if about.kind in {"date", "moment"} and about.name in entry.values)  # fmt: skip
    first = next(days, "")
    return entry.academic_year or (academic_year_of(date.fromisoformat(first[:10])) if first else "")
