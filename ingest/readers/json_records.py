"""Lessons, marks, absences and means of journals whose answers name no lesson and no mark by an id.

Such an answer says «Алгебра, 16 сентября: 5, 5, н». A lesson is then known as in printed reports, by class, subject,
day and its place among the lessons of the subject that day, so that the same lesson meets across sources. A mark is
known by (lesson, pupil, value, which equal one). Two answers of one export that tell of the same day – a diary and a
summary – tell of the same marks: the n-th equal mark of a day is one mark, whoever tells of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from ingest import code_map
from ingest.readers import cells, labels
from ingest.readers.cells import Cell, Grammar, Mark
from ingest.readers.gathering import NOTHING_LOST, Gathering, Value
from ingest.readers.json_export import Manifest, Node
from ingest.readers.labels import Period, named_period
from ingest.reading import UnreadableExportError

EXTRA = "внеурочное занятие"
UNGIVEN = frozenset({"", "-", "–", "—"})
"""What stands in the place of a mark for a period that is not given."""
DISAGREES = "Среднее журнала не равно среднему его отметок"
_YEAR_KINDS = (("экзам", "exam"), ("итог", "final"), ("год", "year"))
_ADVICE = {
    cells.OUT_OF_SCALE: "Исправьте отметку в журнале и сохраните ответ ещё раз.",
    cells.NOT_UNDERSTOOD: "Проверьте запись в журнале; код посещаемости внесите в codes.csv.",
}
_HUNDREDTHS = 2


@dataclass(frozen=True)
class Day:
    """The lessons of a subject on one day, as one pupil or class sees them.

    owner: the class, or the pupil where his class is not known, so that two classes never share a lesson.
    """

    class_id: str
    subject_id: str
    day: date
    owner: str

    def lesson_id(self, seq: int = 1) -> str:
        """Give the id of the lesson that is `seq`-th of its subject that day."""
        return f"{self.owner}|{self.subject_id}|{self.day}|{seq}"


@dataclass(frozen=True)
class Taker:
    """Who tells of marks: one answer (`source`) about one pupil."""

    source: str
    pupil_id: str


@dataclass
class Records:
    """Adds what the answers of one export tell to its rows, each mark and absence once."""

    out: Gathering
    grammar: Grammar = field(init=False)
    _lessons: dict[Day, list[str]] = field(default_factory=lambda: defaultdict(list))
    _told: Counter[tuple[str, Day, str, str, str]] = field(default_factory=Counter)
    _known: dict[tuple[Day, str, str, str], list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    _ordinals: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Take the attendance codes of the source."""
        reading = self.out.reading
        self.grammar = Grammar(code_map.codes(reading.system, reading.export_kind))

    # Lessons

    def lessons(self, day: Day) -> Sequence[str]:
        """Give the lessons of a subject that the export has shown for a day."""
        return self._lessons[day]

    def lesson(self, day: Day, seq: int = 1, evidence: str = "stated", **values: Value) -> str:
        """Add a lesson, or what another answer tells of it; give its id."""
        lesson_id = day.lesson_id(seq)
        known = self.out.row("lessons", lesson_id)
        if known is None:
            self._lessons[day].append(lesson_id)
        elif known["evidence"] == "stated":
            evidence = "stated"
        self.out.add(
            "lessons", lesson_id=lesson_id, class_id=day.class_id, subject_id=day.subject_id, date=day.day,
            evidence=evidence, **values,
        )  # fmt: skip
        return lesson_id

    def work_type(self, name: str, external: str = "", **values: Value) -> str:
        """Give the id of a kind of work by the journal's number or else its name, adding it; '' for none."""
        if not (name or external):
            return ""
        work_type = self.out.own(external or labels.fold(name))
        if name or not self.out.has("work_types", work_type):
            reading = self.out.reading
            meaning = code_map.canonical(reading.system, reading.export_kind, "work_type", name) if name else None
            self.out.add(
                "work_types", work_type=work_type, name=name or f"Вид работы {external}",
                **code_map.WORK_NATURES.get(meaning or "", {}), **values,
            )  # fmt: skip
        return work_type

    # Marks and absences

    def take(self, node: Node, name: str, taker: Taker, day: Day, lesson_id: str = "", **values: Value) -> Cell:
        """Read what stands in the place of a mark: marks, a point, codes of attendance; reject what is not understood.

        lesson_id: '' where the answer tells the day only. values: of the marks; `counts_in_mean` of a number.
        """
        cell = self.grammar.read(node.plain(name))
        for token in cell.unread:
            self.out.reject(
                token.table, node.at(name), token.text, token.reason, _ADVICE.get(token.reason, NOTHING_LOST),
                taker.pupil_id,
            )  # fmt: skip
        for code in cell.attendance:
            self.absence(code, taker, day, lesson_id)
        for mark in cell.marks:
            self.mark(mark, taker, day, lesson_id, **values)
        return cell

    def mark(self, mark: Mark, taker: Taker, day: Day, lesson_id: str = "", **values: Value) -> None:
        """Add a mark, or what a second answer tells of it."""
        known, nth = self._nth(taker, day, "marks", mark.value)
        if nth > len(known):
            lesson_id = lesson_id or self._some_lesson(day, 1)
            equal = sum(lesson == lesson_id for lesson, _ in known) + 1
            known.append((lesson_id, equal))
        lesson_id, equal = known[nth - 1]
        mark_id = f"{lesson_id}|{taker.pupil_id}|{mark.value}|{equal}"
        row = self.out.row("marks", mark_id)
        ordinal = row["ordinal"] if row else self._next("marks", lesson_id, taker.pupil_id)
        self.out.add(
            "marks", mark_id=mark_id, lesson_id=lesson_id, pupil_id=taker.pupil_id, ordinal=ordinal, value=mark.value,
            kind=mark.kind, **values | ({} if mark.number is not None else {"counts_in_mean": False}),
            **({} if mark.weight is None else {"weight": mark.weight}),
        )  # fmt: skip

    def absence(self, code: str, taker: Taker, day: Day, lesson_id: str = "") -> None:
        """Add a code of attendance once; equal codes of one day belong to its lessons in turn."""
        known, nth = self._nth(taker, day, "attendance", code)
        if nth <= len(known):
            return
        lesson_id = lesson_id or self._some_lesson(day, nth)
        ordinal = self._next("attendance", lesson_id, taker.pupil_id)
        known.append((lesson_id, ordinal))
        self.out.add("attendance", lesson_id=lesson_id, pupil_id=taker.pupil_id, ordinal=ordinal, code=code)

    def _nth(self, taker: Taker, day: Day, table: str, value: str) -> tuple[list[tuple[str, int]], int]:
        """Count the equal records of a day that one answer tells; give the known ones and the number of this one."""
        self._told[taker.source, day, taker.pupil_id, table, value] += 1
        return (
            self._known[day, taker.pupil_id, table, value],
            self._told[taker.source, day, taker.pupil_id, table, value],
        )

    def _some_lesson(self, day: Day, seq: int) -> str:
        lessons = self._lessons[day]
        return lessons[min(seq, len(lessons)) - 1] if lessons else self.lesson(day, evidence="inferred")

    def _next(self, table: str, lesson_id: str, pupil_id: str) -> int:
        self._ordinals[table, lesson_id, pupil_id] += 1
        return self._ordinals[table, lesson_id, pupil_id]

    # Marks for periods and means

    def period_mark(
        self, node: Node, name: str, about: About, kind: str, period_id: str, *, none: frozenset[str] = UNGIVEN
    ) -> None:
        """Add a mark for a period, a year or an exam; one of `none` tells that none stands there."""
        text = node.plain(name)
        value = "" if text in none else cells.final_mark(text)
        if value is None:
            reason = cells.final_problem(text)
            node.fault(name, reason, "period_marks", _ADVICE.get(reason, NOTHING_LOST), about.pupil_id)
            return
        known = self.out.row("period_marks", about.pupil_id, about.subject_id, about.academic_year, kind, period_id)
        if known and known["value"] and known["value"] != value:
            if value:
                node.fault(name, "По предмету две разные отметки за один период", "period_marks", NOTHING_LOST,
                           about.pupil_id)  # fmt: skip
            return
        self.out.add(
            "period_marks", pupil_id=about.pupil_id, subject_id=about.subject_id, academic_year=about.academic_year,
            kind=kind, period_id=period_id, class_id=about.class_id, value=value, deleted=not value,
        )  # fmt: skip

    def average(self, node: Node, name: str, about: About, period: Span, works: Sequence[Work]) -> None:
        """Add a printed mean beside the mean of the marks read, and warn where the two disagree.

        works: what the journal counts, a mark or a double mark each; with weights that differ the mean is weighted.
        A mean of a period that is not known is compared, but not kept.
        """
        printed = node.number(name)
        if not printed and not works:
            return
        computed = mean_of(works)
        plain = len({work.weight for work in works}) <= 1
        if period.period_id:
            self.out.add(
                "reported_averages", pupil_id=about.pupil_id, subject_id=about.subject_id, period_id=period.period_id,
                printed_in=self.out.reading.export_kind, class_id=about.class_id, academic_year=about.academic_year,
                date_from=period.first, date_to=period.last, mean=printed if plain else None,
                weighted_mean=None if plain else printed, n_marks=sum(len(work.numbers) for work in works),
                as_printed=node.text(name) or None, computed=None if computed is None or not plain else float(computed),
            )  # fmt: skip
        if not agrees(node.text(name), computed):
            shown = "нет" if computed is None else f"{float(computed):.2f}".replace(".", ",")
            self.out.warn(
                "reported_averages", node.at(name), node.text(name), f"{DISAGREES} ({shown}, отметок: {len(works)})",
                "Сверьте отметки в журнале: возможно, часть их в ответ не попала.",
            )  # fmt: skip


@dataclass(frozen=True)
class About:
    """Whose mark for a period or mean it is, and for what subject and year."""

    pupil_id: str
    class_id: str
    subject_id: str
    academic_year: str


@dataclass(frozen=True)
class Span:
    """A period that an answer speaks of and its bounds, as far as they are known."""

    period_id: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Work:
    """The numbers of one work, two for «5/4», and its weight."""

    numbers: tuple[int, ...]
    weight: Fraction = Fraction(1)


def works_of(cell: Cell, weight: float | None = None) -> list[Work]:
    """Give the works of a cell that have numbers: `5/4 3` is two of them."""
    by_work: dict[int, list[int]] = {}
    for mark in cell.marks:
        if mark.number is not None:
            by_work.setdefault(mark.work, []).append(mark.number)
    return [Work(tuple(numbers), _fraction(weight)) for numbers in by_work.values()]


def mean_of(works: Sequence[Work]) -> Fraction | None:
    """Give the mean of works by weight; a double mark counts once, by the mean of its two."""
    total = sum((work.weight for work in works), Fraction())
    if not total:
        return None
    return sum((work.weight * Fraction(sum(work.numbers), len(work.numbers)) for work in works), Fraction()) / total


def agrees(printed: str, computed: Fraction | None) -> bool:
    """Say whether a printed mean is the computed one, rounded half up to hundredths or as it is printed."""
    text = printed.replace(",", ".")
    value = Fraction(text) if text.replace(".", "", 1).isdigit() else Fraction()
    if computed is None or not text:
        return not value or not text
    places = {_HUNDREDTHS, len(text.partition(".")[2])}
    return any(value * 10**count == _half_up(computed * 10**count) for count in places)


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _fraction(weight: float | None) -> Fraction:
    return Fraction(str(weight)) if weight else Fraction(1)


def is_whole(about: Manifest, out: Gathering) -> bool:
    """Say whether the manifest vouches for all records of a range; not where a lesson was rejected with its records."""
    told = about.complete and about.first is not None and about.last is not None
    return told and not any(one.table == "lessons" for one in out.reading.rejected)


def lacks(node: Node, name: str, reason: str, pupil_id: str = "") -> None:
    """Reject a field that its record cannot do without, unless it was rejected when it was read."""
    told = node.out.reading.rejected
    if not told or told[-1].address != node.at(name):
        node.fault(name, reason, pupil_id=pupil_id)


def final_kind(name: str) -> tuple[str, str] | None:
    """Tell what a column of final marks is by its name: «2 Четверть», «Годовая», «Экзамен»; (kind, period id)."""
    if period := named_period(name):
        return "period", period.period_id
    folded = labels.fold(name)
    return next(((kind, "") for word, kind in _YEAR_KINDS if word in folded), None)


def add_period(out: Gathering, period: Period, first: date, last: date) -> None:
    """Add a period with its bounds, where they can be the whole of it."""
    if labels.fits(period, first, last):
        out.add(
            "periods", period_id=period.period_id, academic_year=labels.academic_year_of(first), kind=period.kind,
            ordinal=period.ordinal, starts_on=first, ends_on=last,
        )  # fmt: skip


def year_of(about: Manifest, days: Sequence[date]) -> str:
    """Give the academic year that answers are of: as the manifest says, else of their days; '' where nothing tells."""
    if about.academic_year:
        return about.academic_year
    known = [about.first, *sorted(days)[:1], about.taken_at.date() if about.taken_at else None]
    return next((labels.academic_year_of(day) for day in known if day), "")


def only_pupil(about: Manifest, out: Gathering, class_id: str, year: str) -> str:
    """Give the placeholder of the pupil that the manifest names; '' where it names none."""
    if not (about.pupil_id or about.pupil):
        return ""
    return out.pupil(about.pupil_id, about.pupil, class_id, year)


def refuse_nameless() -> UnreadableExportError:
    """Say that records of a pupil do not tell whose they are, and how to tell it."""
    return UnreadableExportError(
        "В ответе журнала отметки ученика, но не сказано, чьи они и какого класса.",
        'Положите файл в отдельную папку вместе с manifest.json: {"school_id": "КОД ШКОЛЫ", "pupil": "Фамилия Имя'
        ' Отчество", "class": "7А", "academic_year": "2026/2027", "taken_at": "2026-09-16T17:40"}.',
    )
