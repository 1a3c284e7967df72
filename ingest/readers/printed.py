"""What all printed reports share: a heading, a legend, averages to check, and canonical rows to fill.

A printed report knows pupils, classes and subjects by name only. Class and subject get ids from their
labels; a pupil gets a placeholder that ingest resolves later. Rows are gathered as tuples and become
frames once, at the end.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise

import polars as pl

from ingest import code_map
from ingest.contract import POLARS, TABLES, Kind
from ingest.readers import cells, labels
from ingest.readers.cells import Cell, Grammar
from ingest.readers.labels import ClassLabel, Period, fold
from ingest.reading import Person, Reading, Rejected, Statement, UnreadableExportError

Address = str | Callable[[], str]
"""Where a cell is, or how to say it: of most cells nobody asks."""

AGAIN = "Выгрузите отчёт из журнала ещё раз целиком и положите файл снова."
_COLUMNS: dict[str, tuple[str, ...]] = {
    "classes": ("academic_year", "class_id", "grade", "letter", "name"),
    "pupils": ("pupil_id", "last_name", "first_name", "middle_name"),
    "enrollments": ("pupil_id", "class_id", "starts_on", "evidence"),
    "subjects": ("subject_id", "name"),
    "periods": ("period_id", "academic_year", "kind", "ordinal", "starts_on", "ends_on"),
    "lessons": ("lesson_id", "class_id", "subject_id", "date", "evidence"),
    "marks": ("mark_id", "lesson_id", "pupil_id", "ordinal", "value", "kind", "weight", "counts_in_mean"),
    "attendance": ("lesson_id", "pupil_id", "ordinal", "code"),
    "period_marks": ("pupil_id", "subject_id", "academic_year", "kind", "period_id", "class_id", "value", "deleted"),
    "reported_averages": (
        "pupil_id", "subject_id", "period_id", "printed_in", "class_id", "academic_year", "date_from", "date_to",
        "mean", "weighted_mean", "n_marks", "as_printed", "computed", "deleted",
    ),
}  # fmt: skip
_KINDS: dict[str, dict[str, Kind]] = {
    table: {column.name: column.kind for column in TABLES[table].columns} | {"deleted": "bool"} for table in _COLUMNS
}
_CARRIED = {table: tuple(name for name in names if name != "deleted") for table, names in _COLUMNS.items()}
_SAID_ALIKE = {"classes", "subjects", "periods"}
_NUMBERING = {"", "№", "№ п/п"}
_RAW_SHOWN = 60
_TOLERANCE = 0.0051
LABELS: Mapping[str, str] = {
    "учебный год": "year", "класс": "class", "учебный период": "term", "период": "range",
    "ученик": "pupil", "учащийся": "pupil", "обучающийся": "pupil",
}  # fmt: skip
_LEGEND_WORDS = (
    ("неуваж", "unexcused"), ("уваж", "excused"), ("болез", "ill"), ("болел", "ill"), ("опозд", "late"),
    ("освобож", "released"), ("отсутств", "unknown_reason"), ("дистан", "remote"), ("ушел раньше", "left_early"),
)  # fmt: skip
_ADVICE = {
    cells.OUT_OF_SCALE: "Исправьте отметку в журнале и выгрузите отчёт ещё раз.",
    cells.NOT_UNDERSTOOD: "Проверьте запись в журнале; код посещаемости внесите в таблицу кодов источника.",
}


@dataclass(frozen=True)
class Heading:
    """What a report says about itself.

    printed: first and last day of the printed range. term: the period by name, where one is printed.
    """

    academic_year: str
    label: ClassLabel
    printed: tuple[date, date] | None
    term: Period | None
    pupil: str

    @property
    def class_id(self) -> str:
        """Give the id of the class, '' when it is not printed."""
        return self.label.class_id


def facts(text_lines: Iterable[str], known: Mapping[str, str] = LABELS) -> dict[str, str]:
    """Find «Класс: 9Б», «Период: …» and the like in lines of text; the last one printed wins.

    A label may stand alone with its value on the next line. known: label → key; the usual keys are year, class, term,
    range, pupil.
    """
    found: dict[str, str] = {}
    waiting = ""
    names = tuple(known.items())
    for line in text_lines:
        pieces = _split_labels(line, names)
        if not pieces[0][0] and waiting and pieces[0][1]:
            found[waiting] = pieces[0][1]
        waiting = ""
        for name, value in pieces:
            if name:
                found[name] = value
                waiting = "" if value else name
    return found


def begins_with_label(line: str, known: Mapping[str, str] = LABELS) -> bool:
    """Say whether a line begins with the label of a fact: «Класс: …»."""
    return ":" in line and fold(line).partition(":")[0].strip() in known


@lru_cache(maxsize=4096)
def _split_labels(line: str, known: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Split a line at its labels: [('', text before), ('class', '9Б'), …]."""
    bare = labels.clean(line).replace(" :", ":")
    if ":" not in bare:
        return [("", bare)]
    folded = fold(bare)
    if len(folded) != len(bare):
        return [("", bare)]
    starts = sorted(
        (place, label)
        for label, _ in known
        for place in _places(folded, label + ":")
        if place == 0 or not folded[place - 1].isalpha()
    )
    # «учебный период:» holds «период:» as well: of labels that end at one colon the longest counts.
    ends: dict[int, tuple[int, str]] = {}
    for place, label in starts:
        ends.setdefault(place + len(label), (place, label))
    kept = sorted(ends.values())
    pieces = [("", bare[: kept[0][0]].strip())] if kept else [("", bare)]
    for (place, label), following in pairwise([*kept, (len(bare), "")]):
        pieces.append((dict(known)[label], bare[place + len(label) + 1 : following[0]].strip()))
    return pieces


def _places(text: str, part: str) -> list[int]:
    places = []
    place = text.find(part)
    while place >= 0:
        places.append(place)
        place = text.find(part, place + 1)
    return places


def heading(found: dict[str, str]) -> Heading:
    """Make the heading out of printed facts; raises UnreadableExportError where it is incomplete or contradicts."""
    printed = labels.printed_range(found.get("range", ""))
    term = labels.named_period(found.get("term", "")) or labels.named_period(found.get("range", ""))
    if printed is None and term is None and found.get("range"):
        raise UnreadableExportError("Не удалось прочитать даты строки «Период».", AGAIN)
    year = labels.academic_year(found.get("year", ""))
    if not year and printed:
        year = labels.academic_year_of(printed[0])
    if not year:
        raise UnreadableExportError("В шапке отчёта нет ни учебного года, ни периода.", AGAIN)
    if printed and not labels.inside_year(year, *printed):
        raise UnreadableExportError(
            "Период отчёта не лежит в его учебном году.",
            "Выберите период внутри одного учебного года и выгрузите снова.",
        )
    name = labels.clean(found.get("pupil", ""))
    if not name:
        raise UnreadableExportError("В шапке отчёта не назван ученик: файл неполный или это другой отчёт.", AGAIN)
    printed_class = labels.clean(found.get("class", ""))
    return Heading(year, labels.class_label(printed_class), printed, term, name)


@dataclass(frozen=True)
class Scope:
    """The pupil that rows are being added for, and the period of the report."""

    pupil_id: str
    heading: Heading
    period_id: str
    first: date | None
    last: date | None

    @property
    def class_id(self) -> str:
        """Give the class of the report."""
        return self.heading.class_id


@dataclass(slots=True)
class Average:
    """A printed average and what it is checked against.

    printed: text as printed. mean, weighted: numbers or None. rounded: printed with two digits, half up.
    numbers: marks of the row that count; None where the row could not be read whole.
    """

    printed: str
    mean: float | None
    weighted: float | None
    numbers: tuple[int, ...] | None
    rounded: bool = False


@dataclass
class Printed:
    """Gathers the canonical rows of printed reports and the statements that they make."""

    system: str
    export_kind: str
    reader: str
    reading: Reading = field(init=False)
    grammar: Grammar = field(init=False)
    _rows: dict[str, dict[object, tuple[object, ...]]] = field(init=False)
    _broken: set[tuple[str, str]] = field(default_factory=set)
    _names: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _legend: dict[str, str] = field(default_factory=dict)
    marks: Marks = field(init=False)

    def __post_init__(self) -> None:
        """Start an empty reading with the codes of the source."""
        self.reading = Reading(self.system, self.export_kind, self.reader)
        self.grammar = _grammar(tuple(code_map.codes(self.system, self.export_kind)))
        self._rows = {table: {} for table in _COLUMNS}
        self.marks = Marks()

    # The report and its people

    def legend(self, pairs: Iterable[tuple[str, str]], address: str) -> None:
        """Learn the codes that the report explains; a meaning unlike the source's code map is a warning."""
        new = {}
        for code, meaning in pairs:
            if fold(code) not in self._legend:
                new[code] = self._legend[fold(code)] = fold(meaning)
        unknown = []
        for code, meaning in new.items():
            stated = next((state for word, state in _LEGEND_WORDS if word in meaning), None)
            known = code_map.canonical(self.system, self.export_kind, "attendance", code)
            unknown += [code] if known is None else []
            if known is None or (stated is not None and stated != known):
                self.warn(
                    "attendance", address, f"{code} — {meaning}",
                    "Код в легенде отчёта неизвестен" if known is None
                    else "Легенда отчёта объясняет код не так, как таблица кодов источника",
                    "Внесите значение кода в таблицу кодов источника.",
                )  # fmt: skip
        if unknown:
            self.grammar = self.grammar.extended(unknown)

    def pupil(self, about: Heading, *, namesake: int = 1) -> str:
        """Add a pupil, his class and enrolment; give the placeholder. `namesake`: which of the same name, from 1."""
        suffix = f" #{namesake}" if namesake > 1 else ""
        # «#2» tells namesakes apart: printed by a journal it is a part of the name.
        folded = labels.person_name(about.pupil).replace("#", "№") + suffix
        digest = hashlib.sha256(f"{folded}|{about.class_id}|{about.academic_year}".encode()).hexdigest()
        placeholder = "~" + digest[:16]
        if placeholder not in self._rows["pupils"]:
            self._rows["pupils"][placeholder] = (placeholder, *labels.name_parts(about.pupil))
            self._rows["enrollments"][placeholder] = (
                placeholder, about.class_id, date(int(about.academic_year[:4]), 9, 1), "inferred",
            )  # fmt: skip
            self.reading.people.append(Person("pupil", placeholder, folded, about.class_id, about.academic_year))
        if about.label.grade is not None:
            self._rows["classes"][about.academic_year, about.class_id] = (
                about.academic_year, about.class_id, about.label.grade, about.label.letter or None, about.class_id,
            )  # fmt: skip
        return placeholder

    def next_namesake(self, about: Heading) -> int:
        """Count pupils of this name, class and year in the file: 1 for the first."""
        key = (labels.person_name(about.pupil), about.class_id, about.academic_year)
        self._names[key] += 1
        return self._names[key]

    def scope(self, about: Heading, pupil_id: str, named: Period | None, address: str) -> Scope:
        """Settle the period of a report, by its printed name or else by the length of the range, and add it."""
        named = named or about.term
        printed = about.printed
        period = named or (labels.range_period(*printed) if printed else None)
        if period and printed:
            if labels.fits(period, *printed):
                self._rows["periods"][period.period_id, about.academic_year] = (
                    period.period_id, about.academic_year, period.kind, period.ordinal, *printed,
                )  # fmt: skip
            elif named:
                self.warn(
                    "periods", address, named.title,
                    "Даты отчёта не похожи на границы названного периода: границы периода не приняты",
                    "Выгрузите отчёт за весь период, чтобы его границы стали известны.",
                )  # fmt: skip
        first, last = printed or (None, None)
        return Scope(pupil_id, about, period.period_id if period else "", first, last)

    def subject(self, name: str) -> str:
        """Add a subject by its printed name and give its id."""
        subject_id = labels.subject_id(name)
        if subject_id not in self._rows["subjects"]:
            self._rows["subjects"][subject_id] = (subject_id, labels.clean(name))
        return subject_id

    # Records

    def lesson(self, class_id: str, subject_id: str, day: date, seq: int, evidence: str) -> str:
        """Add a lesson and give its id. `seq`: which lesson of the subject that day, from 1."""
        lesson_id = f"{class_id}|{subject_id}|{day}|{seq}"
        self._rows["lessons"].setdefault(lesson_id, (lesson_id, class_id, subject_id, day, evidence))
        return lesson_id

    def rows(self, table: str) -> dict[object, tuple[object, ...]]:
        """Give the rows of a table by their keys, to add many: lessons by id, attendance by lesson, pupil, ordinal."""
        return self._rows[table]

    def records(self, scope: Scope, lesson_id: str, cell: Cell, address: Address) -> None:
        """Add the codes and marks of one cell; reject what was not understood."""
        pupil = scope.pupil_id
        attendance = self._rows["attendance"]
        for ordinal, code in enumerate(cell.attendance, start=1) if cell.attendance else ():
            attendance[lesson_id, pupil, ordinal] = (lesson_id, pupil, ordinal, code)
        self.marks.add(lesson_id, pupil, cell)
        for token in cell.unread:
            self.reject(token.table, pupil, address, token.text, token.reason)

    def reject(self, table: str, pupil_id: str, address: Address, raw: str, reason: str, advice: str = "") -> None:
        """Put aside what was not understood; the pupil's statement about that table is then not complete."""
        self._broken.add((table, pupil_id))
        advice = advice or _ADVICE.get(reason, AGAIN)
        self.reading.rejected.append(Rejected(table, _place(address), raw[:_RAW_SHOWN], reason, advice))

    def warn(self, table: str, address: Address, raw: str, reason: str, advice: str) -> None:
        """Note what loses nothing."""
        self.reading.warnings.append(Rejected(table, _place(address), raw[:_RAW_SHOWN], reason, advice))

    def warn_unread(self, titles: Iterable[str], address: str) -> None:
        """Note the columns of a report that are not read."""
        for title in dict.fromkeys(titles):
            if fold(title) not in _NUMBERING:
                self.warn("", address, title, "Столбец отчёта не читается", "Остальные столбцы приняты.")

    def period_mark(
        self, scope: Scope, subject_id: str, kind: str, period_id: str, text: str, address: Address
    ) -> None:
        """Add a mark for a period, a year or an exam; a blank place tells that none stands there."""
        year = scope.heading.academic_year
        key = (scope.pupil_id, subject_id, year, kind, period_id)
        value = _final_mark(text) if text and text not in {"-", "–", "—"} else ""
        if value is None:
            self.reject("period_marks", scope.pupil_id, address, text, cells.final_problem(text))
            return
        row = (*key, scope.class_id, value, not value)
        self._once("period_marks", key, row, scope, address, text)

    def average(self, scope: Scope, subject_id: str, period_id: str, average: Average, address: Address) -> None:
        """Add a printed average beside the mean of the marks read, and warn where the two disagree."""
        numbers = average.numbers
        computed = sum(numbers) / len(numbers) if numbers else None
        mean = average.mean if average.mean or numbers else None
        weighted = average.weighted or None
        key = (scope.pupil_id, subject_id, period_id)
        row = (
            *key, self.reading.export_kind, scope.class_id, scope.heading.academic_year, scope.first, scope.last,
            mean, weighted,
            None if numbers is None else len(numbers), average.printed or None, computed,
            mean is None and weighted is None,
        )  # fmt: skip
        if self._once("reported_averages", key, row, scope, address, average.printed) and numbers is not None:
            self._reconcile(average, numbers, computed, address)

    def _reconcile(self, average: Average, numbers: Sequence[int], computed: float | None, address: Address) -> None:
        if computed is None and not average.mean:
            return
        if computed is not None and average.mean is not None:
            if average.rounded:
                # Half up on whole numbers: floats would turn 4,625 into 4,62 now and then.
                hundredths = (200 * sum(numbers) + len(numbers)) // (2 * len(numbers))
                agree = round(average.mean * 100) == hundredths
            else:
                agree = abs(average.mean - computed) <= _TOLERANCE
            if agree:
                return
        shown = "нет" if computed is None else f"{computed:.2f}".replace(".", ",")
        self.warn(
            "reported_averages", address, average.printed,
            f"Напечатанное среднее не равно среднему видимых отметок ({shown}, отметок: {len(numbers)})",
            "Сверьте отметки в журнале: возможно, часть их в отчёт не попала.",
        )  # fmt: skip

    def _once(
        self, table: str, key: tuple[object, ...], row: tuple[object, ...], scope: Scope, address: Address, raw: str
    ) -> bool:
        """Keep a row; a second, different one of the same key is rejected."""
        known = self._rows[table].get(key)
        if known is None or known[-1] is True:
            self._rows[table][key] = row
            return True
        if row[-1] is not True and known != row:
            self.reject(
                table, scope.pupil_id, address, raw, "Предмет напечатан у ученика дважды с разными значениями",
                "Проверьте, не заведён ли предмет в журнале дважды.",
            )  # fmt: skip
        return False

    # Statements and the result

    def state(
        self,
        table: str,
        scope: Scope,
        *,
        complete: bool,
        span: tuple[date | None, date | None],
        subject_id: str = "",
    ) -> None:
        """State what the report says of one pupil (in one subject); not complete where a row was rejected."""
        whole = complete and (table, scope.pupil_id) not in self._broken
        self.reading.statements.append(
            Statement(table, _CARRIED[table], scope.class_id, subject_id, scope.pupil_id, *span, complete=whole)
        )

    def state_pupil(self, scope: Scope, kinds: set[str], span: tuple[date | None, date | None]) -> None:
        """State a pupil's records, and his averages and marks for the period if there are such columns.

        kinds: what the columns of the report hold. The rows of other periods are not in a report; what is
        blank in it is told by rows marked deleted.
        """
        self.state("marks", scope, complete=True, span=span)
        self.state("attendance", scope, complete=True, span=span)
        if kinds & {"mean", "weighted"}:
            self.state("reported_averages", scope, complete=True, span=span)
        if "final" in kinds:
            self.state("period_marks", scope, complete=True, span=span)

    def state_class(self, table: str, class_id: str, span: tuple[date | None, date | None], *, complete: bool) -> None:
        """State what the report says of a whole class."""
        self.reading.statements.append(Statement(table, _CARRIED[table], class_id, "", "", *span, complete=complete))

    @property
    def records_read(self) -> int:
        """Count the marks and attendance codes read so far."""
        return len(self.marks) + len(self._rows["attendance"])

    def finish(self) -> Reading:
        """Make the frames and give the reading."""
        filled = {table: tuple(rows.values()) for table, rows in self._rows.items() if rows}
        said_once = {table: rows for table, rows in filled.items() if table in _SAID_ALIKE}
        columns = {table: _columns_of(table, rows) for table, rows in filled.items() if table not in said_once}
        if len(self.marks):
            columns["marks"] = self.marks.columns()
        frames = _frames(columns) | {table: _frame(table, rows).clone() for table, rows in said_once.items()}
        self.reading.tables |= {table: frames[table] for table in self._rows if table in frames}
        return self.reading


def _place(address: Address) -> str:
    return address() if callable(address) else address


Way = tuple[str, int, str, str, float | None, bool | None]
"""How a cell puts a mark: the end of the mark's id, ordinal, value, kind, weight, counts_in_mean."""


class Marks:
    """The marks of a file: cells that say the same share what they say.

    added: lesson, pupil, and the way in which a cell puts a mark (see `ways`).
    """

    def __init__(self) -> None:
        self.added: list[tuple[str, str, Way]] = []
        # By identity: a grammar remembers its cells, and they are kept here too.
        self._of_cell: dict[int, tuple[Cell, tuple[Way, ...]]] = {}

    def __len__(self) -> int:
        return len(self.added)

    def add(self, lesson_id: str, pupil_id: str, cell: Cell) -> None:
        """Add the marks of a cell."""
        for way in self.ways(cell):
            self.added.append((lesson_id, pupil_id, way))

    def ways(self, cell: Cell) -> tuple[Way, ...]:
        """Give the ways in which a cell puts its marks."""
        known = self._of_cell.get(id(cell))
        if known is None:
            known = self._of_cell[id(cell)] = cell, ways_of(cell)
        return known[1]

    def columns(self) -> _Columns:
        """Give the columns of the table; a mark that was added twice stands once, as it was added last."""
        added = self.added
        ids = [f"{lesson_id}|{pupil_id}{way[0]}" for lesson_id, pupil_id, way in added]
        if len(set(ids)) < len(ids):
            once = dict(zip(ids, added, strict=True))
            ids, added = list(once), list(once.values())
        lessons, pupils, ways = zip(*added, strict=True)
        _, *told = zip(*ways, strict=True)
        return dict(zip(_COLUMNS["marks"], (ids, lessons, pupils, *told), strict=True))


def ways_of(cell: Cell) -> tuple[Way, ...]:
    """Work out in which ways a cell puts its marks."""
    equal: Counter[str] = Counter()
    ways: list[Way] = []
    for ordinal, mark in enumerate(cell.marks, start=1):
        equal[mark.value] += 1
        counts = None if mark.number is not None else False
        ways.append((f"|{mark.value}|{equal[mark.value]}", ordinal, mark.value, mark.kind, mark.weight, counts))
    return tuple(ways)


_Columns = dict[str, Sequence[object]]


@lru_cache(maxsize=64)
def _frame(table: str, rows: tuple[tuple[object, ...], ...]) -> pl.DataFrame:
    """Make the frame of a table that many files say alike."""
    return _frames({table: _columns_of(table, rows)})[table]


def _columns_of(table: str, rows: Sequence[tuple[object, ...]]) -> _Columns:
    """Turn the rows of a table into columns; `deleted` is left out where nothing is."""
    columns: _Columns = dict(zip(_COLUMNS[table], zip(*rows, strict=True), strict=True))
    if not any(columns.get("deleted", ())):
        columns.pop("deleted", None)
    return columns


def _frames(content: Mapping[str, _Columns]) -> dict[str, pl.DataFrame]:
    """Make the frames of all tables.

    A Series costs more than the few values of a report in it: one is made for all columns of a type, and cut.
    """
    values: dict[Kind, list[object]] = {kind: [] for kind in POLARS}
    places: list[tuple[str, str, Kind, int, int]] = []
    for table, columns in content.items():
        kinds = _KINDS[table]
        for name, column in columns.items():
            kind = kinds[name]
            together = values[kind]
            places.append((table, name, kind, len(together), len(column)))
            together += column
    made = {kind: pl.Series("", together, dtype=POLARS[kind]) for kind, together in values.items() if together}
    series: dict[str, list[pl.Series]] = {table: [] for table in content}
    for table, name, kind, start, length in places:
        series[table].append(made[kind].slice(start, length).alias(name))
    return {table: first.to_frame().hstack(rest) for table, (first, *rest) in series.items()}


_final_mark = lru_cache(maxsize=1024)(cells.final_mark)


@lru_cache(maxsize=32)
def _grammar(codes: tuple[str, ...]) -> Grammar:
    """Give the grammar of some codes: files of one source share it, and what it remembers of their cells."""
    return Grammar(codes)


@lru_cache(maxsize=4096)
def number(text: str) -> float | None:
    """Read a printed number with comma or point; None when it is blank or not a number."""
    bare = labels.clean(text).replace(",", ".")
    if not bare.replace(".", "", 1).isascii() or not bare.replace(".", "", 1).isdigit():
        return None
    return float(bare)
