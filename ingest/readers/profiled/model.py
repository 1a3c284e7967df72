"""What a profile says, checked and typed. `checking` makes it out of TOML; the readers of grids and lists use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingest.readers.profiled.titles import Titles

Scope = Literal["pupil", "class", "school"]
Evidence = Literal["file", "code", "doc", "example"]
Format = Literal["xlsx", "xls", "ods", "html"]
LessonsFrom = Literal["cells", "columns", "records", "none"]

NO_TITLES = Titles()

FACTS = (
    "school", "academic_year", "period", "term", "class", "subject", "teacher", "pupil", "subgroup", "starts_on",
    "date",
)  # fmt: skip
"""What a file may say once for many rows."""

PERIOD_KINDS = ("period", "year", "exam", "state_exam", "final")
GRID_COLUMNS = ("mean", "weighted_mean", *PERIOD_KINDS, "nothing")
"""What a column of a grid beside its dates may hold; `nothing` is left unread without a word."""
GRID_LINES = ("lesson_number", "topic", "homework", "work_type", "teacher", "lesson_kind", "hours", "nothing")
"""What a row of a journal sheet may say of the lessons in its columns."""


@dataclass(frozen=True)
class Recognise:
    """How a file of the profile is told from others, by content.

    texts: each stands somewhere in a cell, a heading or a sheet name, as a whole (with `*` for any text). formats:
    what it may be, () = any. markup: each stands in the HTML of a saved page, which may print no title. readable: the
    least share of filled cells under dates that the grammar understands; asked only of layouts that print no title.
    """

    texts: tuple[Titles, ...] = ()
    markup: tuple[str, ...] = ()
    formats: tuple[Format, ...] = ()
    readable: float | None = None


@dataclass(frozen=True)
class Fact:
    """Where one fact of a file is found; the first that tells it wins, in this order.

    labels: «Класс: 7А», or the label in a cell and the value in the next. sheet_name, file_name, lines: patterns with
    places. above: the line above the one with this title. value: said by the profile itself.
    """

    labels: tuple[str, ...] = ()
    above: Titles = NO_TITLES
    value: str = ""


@dataclass(frozen=True)
class Facts:
    """All facts of a profile, and the patterns of lines and names that tell several at once."""

    by_name: Mapping[str, Fact]
    lines: tuple[str, ...] = ()
    sheet_name: tuple[str, ...] = ()
    file_name: tuple[str, ...] = ()
    school_id: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """Give label → fact."""
        return {label: name for name, fact in self.by_name.items() for label in fact.labels}


@dataclass(frozen=True)
class GridColumn:
    """A column beside the dates: known by its title, its place from the end of the table (1 = the last), or both.

    Of both, the place counts, and the title where there is one.
    """

    titles: Titles
    holds: str
    from_end: int = 0


@dataclass(frozen=True)
class GridLine:
    """A row that tells something of the lessons in its columns, known by what stands left of them."""

    titles: Titles
    holds: str


@dataclass(frozen=True)
class Page:
    """What the markup of a saved page tells beside its text.

    date_id: pattern of the id of a date's cell, `day_{period}_{month}_{day}`. pupil_link, teacher_link: the parameter
    of a link that is the journal's own id. facts: fact → class names of elements, outermost first.
    """

    date_id: str = ""
    pupil_link: str = ""
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """A table of marks: names down, dates (or periods) across.

    rows: what the names are. names: titles over the column of names; () with header_rows: the
    first column, and with a page whose rows link to pupils: that of the links. dates:
    columns have dates. periods: `columns` name their period each, or the whole `report` is of one. lessons: what
    proves a lesson – a cell that exists (also an empty string), a date column, a record. ends: names that end the
    table. legend: codes are explained under it. header_rows: rows above the first name, 0 = found by `names`.
    """

    rows: Literal["subjects", "pupils"]
    names: Titles
    columns: tuple[GridColumn, ...]
    lines: tuple[GridLine, ...] = ()
    dates: bool = True
    periods: Literal["columns", "report"] = "report"
    lessons: LessonsFrom = "records"
    ends: Titles = NO_TITLES
    legend: bool = False
    header_rows: int = 0
    page: Page | None = None


@dataclass(frozen=True)
class ListColumn:
    """A column of a list: its titles and the canonical columns that it fills.

    holds: `table.column` pairs. required: a file without the column is not of this profile, a row without the value
    is rejected unless it may_be_blank and the row has a date or a text of its own. fill_down: a blank repeats what
    stands above. split: parts of a cell that make a row each. part: which piece of «8:30–9:15» (0 = the whole cell).
    values: text as printed (folded) → canonical value.
    """

    titles: Titles
    holds: tuple[tuple[str, str], ...]
    required: bool = False
    fill_down: bool = False
    split: tuple[str, ...] = ()
    part: int = 0
    values: Mapping[str, object] = field(default_factory=dict)
    day_only: bool = False
    may_be_blank: bool = False


@dataclass(frozen=True)
class Listing:
    """A table with one record a row. tables: the canonical tables it fills, the first one above all.

    constants: `table.column` → value that the profile itself says. ends: texts that end the table.
    """

    tables: tuple[str, ...]
    columns: tuple[ListColumn, ...]
    constants: Mapping[tuple[str, str], object] = field(default_factory=dict)
    ends: Titles = NO_TITLES


@dataclass(frozen=True)
class Profile:
    """A profile: what it reads, how it is recognised, what it states.

    name: name of its file. complete: table → scope within which the file lists everything: `pupil`, `subject` (of a
    class), `class`, `school`. codes: scope → code → meaning, beside the code maps. own: written by the school.
    digest: changes with anything that changes the reading.
    """

    name: str
    title: str
    system: str
    export_kind: str
    scope: Scope
    evidence: Evidence
    recognise: Recognise
    facts: Facts
    layout: Grid | Listing
    complete: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lists_lessons: bool = False
    note: str = ""
    own: bool = False
    digest: int = 0

    @property
    def kind(self) -> str:
        """Give `grid` or `list`."""
        return "grid" if isinstance(self.layout, Grid) else "list"
