"""БАРС «Электронная школа», answers about one pupil (JSON), new (`/api`) and old (`/rest`).

    MarkService/GetSummaryMarks     marks of a term by subject with their mean; a real file of 2018 is known
    MarkService/GetTotalMarks       marks for terms and the year
    ScheduleService, HomeworkService, rest/diary   the days: see `bars_diary`
    SchoolService/getClassYearInfo  the class: its pupils and class teacher
    ProfileService/GetPersonData    the pupil that the answers are about
    rest/totals, rest/lessons_scores, rest/progress_average

The layouts but the first are known from programs that read them (iamlostshe/bars-api, mironovmeow/barsdiary and other
clients). `GetSummaryMarks` and `GetTotalMarks` come bare (2018) or wrapped in `…_data: [{}]`.

What the answers mean:
- No answer but GetPersonData names the pupil, and none names the school year: a `manifest.json` beside them does
  (`pupil`, `class`, `academic_year`; see `json_export`). Without a person nothing is read.
- A term's summary shows all marks of the pupil in the days that it lists (`dates`), so they are whole there.
- `description` is the kind of work, on some servers with the topic behind a colon.
- A mark `0` for a term means that none is given.
- Nothing tells when anything was entered. Photos, phones, sex and birthdays are not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from ingest.readers import labels
from ingest.readers.bars_diary import Days, Told
from ingest.readers.gathering import Gathering
from ingest.readers.json_export import Manifest, Node, foreign, holds, load, manifest
from ingest.readers.json_records import (
    UNGIVEN,
    About,
    Day,
    Records,
    Span,
    Taker,
    Work,
    final_kind,
    lacks,
    only_pupil,
    refuse_nameless,
    works_of,
    year_of,
)
from ingest.readers.labels import ClassLabel, class_label, named_period, range_period
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError

NAME = "bars"
VERSION = 1

SYSTEM = "bars"
EXPORT_KIND = "api"
LESSONS = (
    "lesson_id", "class_id", "subject_id", "teacher_id", "date", "lesson_number", "starts_at", "ends_at", "lesson_kind",
    "evidence",
)  # fmt: skip
TOPIC = "topic"
HOMEWORK = ("homework_id", "lesson_id", "pupil_id", "text", "none", "due_on")
ASSIGNMENTS = ("assignment_id", "lesson_id", "is_control")
MARKS = ("mark_id", "lesson_id", "pupil_id", "ordinal", "value", "kind", "work_type", "counts_in_mean", "comment")
ATTENDANCE = ("lesson_id", "pupil_id", "ordinal", "code")
PERIOD_MARKS = ("pupil_id", "subject_id", "academic_year", "kind", "period_id", "class_id", "value")
AVERAGES = (
    "pupil_id", "subject_id", "period_id", "printed_in", "class_id", "academic_year", "date_from", "date_to", "mean",
    "n_marks", "as_printed", "computed",
)  # fmt: skip
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Ответы личного кабинета БАРС (JSON)", "pupil",
        {
            "lessons": (*LESSONS, TOPIC), "homework": HOMEWORK, "assignments": ASSIGNMENTS, "marks": MARKS,
            "attendance": ATTENDANCE, "period_marks": PERIOD_MARKS, "reported_averages": AVERAGES,
            "work_types": ("work_type", "name", "is_control", "is_written", "is_oral"),
            "pupils": ("last_name", "first_name", "middle_name"),
            "class_teachers": ("class_id", "teacher_id"),
        },
        lists_lessons=True, evidence="file",
        complete=dict.fromkeys(("marks", "attendance", "period_marks", "reported_averages"), "pupil"),
    ),
)  # fmt: skip

NOT_GIVEN = UNGIVEN | {"0"}
NO_TOPIC = "нет темы"
_KINDS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (kind, frozenset(fields.split()))
    for kind, fields in (
        ("fault", "faultcode"), ("summary", "summary_marks_data"), ("summary", "discipline_marks dates"),
        ("summary", "discipline_marks subperiod"), ("totals", "total_marks_data"),
        ("totals", "discipline_marks subperiods"), ("old_totals", "period_types subjects"),
        ("class", "form_master pupils"), ("person", "selected_pupil_name"), ("means", "self classyear level"),
        ("scores", "subperiod data"),
        ("homework", "homeworks"), ("days", "days"),
    )
)  # fmt: skip
_RECOGNISED = (
    ("discipline_marks",), ("summary_marks_data",), ("total_marks_data",), ("homeworks", "date"),
    ("days", "lessons", "discipline"), ("days", "is_weekend"), ("form_master", "pupils"), ("period_types", "subjects"),
    ("self", "classyear", "level"), ("subperiod", "data", "success"), ("selected_pupil_name",),
    ("faultcode", "faultstring"),
)  # fmt: skip
_DATED = ("summary_marks_data", "discipline_marks", "marks", "date", "dates", "days", "homeworks")
_OF_A_PUPIL = ("summary", "totals", "old_totals", "means", "scores")


def recognise(export: Export) -> bool:
    """Say whether a file is one of the answers. Never raises."""
    return any(holds(export, *keys) for keys in _RECOGNISED)


def read(export: Export) -> Reading:
    """Read all answers; raises UnreadableExportError where nobody says whose they are or the journal refused."""
    return _Answers(export).read()


@dataclass
class _Answers:
    """The way through one export."""

    export: Export
    out: Gathering = field(default_factory=lambda: Gathering(SYSTEM, EXPORT_KIND, NAME))
    found: dict[str, list[Node]] = field(default_factory=dict)
    label: ClassLabel = field(default_factory=lambda: class_label(""))
    year: str = ""
    pupil_id: str = ""

    def __post_init__(self) -> None:
        self.about: Manifest = manifest(self.export)
        self.records = Records(self.out)

    def read(self) -> Reading:
        self._sort_files()
        self.about.describe(self.out.reading)
        self._learn_class()
        self._learn_pupil()
        for node in self._of("class"):
            self._roster(node)
        self._read_days()
        steps: tuple[tuple[str, Callable[[Node], None]], ...] = (
            ("summary", self._summaries), ("scores", self._scores), ("totals", self._totals),
            ("old_totals", self._old_totals), ("means", self._means),
        )  # fmt: skip
        for kind, step in steps:
            for node in self._of(kind):
                step(node)
        return self.out.finish()

    @property
    def class_id(self) -> str:
        """Give the class that the answers are of."""
        return self.label.class_id

    def _of(self, kind: str) -> list[Node]:
        return self.found.get(kind, [])

    # Files, class, pupil

    def _sort_files(self) -> None:
        foreign(self.export, self.out)
        for file, content in load(self.export).items():
            for place, item in enumerate(content if isinstance(content, list) else [content]):
                address = f"{file}: [{place}]" if isinstance(content, list) else f"{file}: "
                kind = _kind(item)
                if kind and isinstance(item, dict):
                    self.found.setdefault(kind, []).append(Node(item, address, "marks", self.out, self.about.zone))
                else:
                    self.out.warn("", address, "", "Ответ журнала не из тех, что читаются; он не прочитан")
        if self._of("fault"):
            raise UnreadableExportError(
                "Журнал ответил отказом: в файле нет данных, вход не выполнен или запрос неверен.",
                "Войдите в журнал заново и сохраните ответ ещё раз.",
            )
        if not self.found:
            raise UnreadableExportError("В ответах журнала нет ни одной записи.", "Сохраните ответы заново.")

    def _learn_class(self) -> None:
        """Learn the class and the year; a class that nobody names cannot be told apart from another."""
        told = [self.about.class_name]
        told += [f"{node.text('study_level')}{node.text('letter')}" for node in self._of("class")]
        told += [node.text("selected_pupil_classyear") for node in self._of("person")]
        labels_told = [label for text in told if (label := class_label(text)).class_id]
        if not labels_told:
            raise refuse_nameless()
        self.label = labels_told[0]
        if any(label.class_id != self.class_id for label in labels_told):
            self.out.warn(
                "classes", self.export.name, ", ".join(label.class_id for label in labels_told),
                "Ответы журнала называют разные классы: взят первый", "Проверьте класс в manifest.json.",
            )  # fmt: skip
        days = sorted(self._dates())
        self.year = year_of(self.about, days)
        years = {labels.academic_year_of(day) for day in days}
        if self.about.academic_year and years - {self.about.academic_year}:
            raise UnreadableExportError(
                f"В manifest.json указан учебный год {self.about.academic_year}, а записи другого года:"
                f" {', '.join(sorted(years - {self.about.academic_year}))}.",
                "Исправьте academic_year и класс в manifest.json: ученик мог учиться в другом классе.",
            )
        if self.year:
            self.out.class_group(self.label, self.year)

    def _dates(self) -> Iterable[date]:
        """Give the days that the answers name, as far as they can be read."""
        quiet = Gathering(SYSTEM, EXPORT_KIND, NAME)
        for node in [*self._of("summary"), *self._of("days"), *self._of("homework")]:
            pending: list[object] = [node.value]
            while pending:
                value = pending.pop()
                if isinstance(value, dict):
                    pending += [value[name] for name in _DATED if name in value]
                elif isinstance(value, list):
                    pending += value
                elif isinstance(value, str) and (day := Node({"at": value}, "", "", quiet).day("at")):
                    yield day

    def _learn_pupil(self) -> None:
        self.pupil_id = only_pupil(self.about, self.out, self.class_id, self.year)
        for node in self._of("person"):
            name, external = node.plain("selected_pupil_name"), node.text("selected_pupil_id")
            if not (self.out.reading.school_id or self.out.reading.school_name):
                self.out.reading.school_name = node.plain("selected_pupil_school")
            if not self.pupil_id and (name or external):
                self.pupil_id = self.out.pupil(external, name, self.class_id, self.year)
        if not self.pupil_id and any(self._of(kind) for kind in _OF_A_PUPIL):
            raise refuse_nameless()

    def _roster(self, node: Node) -> None:
        """Add the pupils of the class and its class teacher."""
        if not self.year:
            node.fault("pupils", "Неизвестно, за какой учебный год список класса: он не принят", "enrollments",
                       "Укажите academic_year в manifest.json.")  # fmt: skip
            return
        label = class_label(f"{node.text('study_level')}{node.text('letter')}")
        class_id, starts_on = self.out.class_group(label, self.year), date(int(self.year[:4]), 9, 1)
        names: set[str] = set()
        for pupil in node.items("pupils", "pupils"):
            name = pupil.plain("fullname")
            if not name or labels.person_name(name) in names:
                pupil.fault("fullname", "В списке класса двое с одним именем: второй не принят" if name
                            else "Ученик без имени не принят")  # fmt: skip
                continue
            names.add(labels.person_name(name))
            pupil_id = self.out.pupil("", name, class_id, self.year)
            self.out.add(
                "enrollments", pupil_id=pupil_id, class_id=class_id, starts_on=starts_on, evidence="roster",
                academic_year=self.year,
            )  # fmt: skip
        if master := node.plain("form_master"):
            self.out.add(
                "class_teachers", class_id=class_id, teacher_id=self.out.teacher("", master), starts_on=starts_on,
                academic_year=self.year,
            )  # fmt: skip

    # Days

    def _read_days(self) -> None:
        indexes = (
            lesson.get("index") for node in self._of("days") for day in _listed(node.value.get("days"))
            for lesson in _listed(day.get("lessons") if isinstance(day, dict) else None) if isinstance(lesson, dict)
        )  # fmt: skip
        days = Days(self.records, self.class_id, self.pupil_id, numbered=not any(index == 0 for index in indexes))
        for node in self._of("days"):
            told = days.read(node)
            self._warn_of_no_pupil(node, told)
            self._state_days(told)
        if self._of("homework"):
            self._state_days(days.read_homework(self._of("homework")), lessons=False)

    def _warn_of_no_pupil(self, node: Node, told: Told) -> None:
        if not self.pupil_id and told.fields & {"mark", "marks", "attendance"}:
            self.out.warn(
                "marks", node.address, "", "Отметки и посещаемость не приняты: не сказано, чей это дневник",
                "Укажите pupil в manifest.json.",
            )  # fmt: skip

    def _state_days(self, told: Told, *, lessons: bool = True) -> None:
        """State what an answer tells of its days; marks and absences of the pupil are whole in them."""
        if not told.days:
            return
        span = Span("", min(told.days), max(told.days))
        of_class: list[tuple[str, tuple[str, ...]]] = [
            ("lessons", (*LESSONS, TOPIC) if told.fields & {"theme", "subject"} else LESSONS)
        ]
        if not lessons or "homework" in told.fields:
            of_class.append(("homework", HOMEWORK))
        if "is_control_work" in told.fields:
            of_class.append(("assignments", ASSIGNMENTS))
        for table, columns in of_class:
            self.out.state(table, columns, class_id=self.class_id, date_from=span.first, date_to=span.last)
        if self.pupil_id and told.fields & {"mark", "marks"}:
            self._state("marks", MARKS, span, whole=told.whole)
        if self.pupil_id and "attendance" in told.fields:
            self._state("attendance", ATTENDANCE, span, whole=told.whole)

    # Summary of a term

    def _summaries(self, node: Node) -> None:
        for summary in node.items("summary_marks_data") if "summary_marks_data" in node.fields else [node]:
            self._summary(summary)

    def _summary(self, summary: Node) -> None:
        """Add the marks of a term by subject, and compare the means."""
        term = summary.child("subperiod")
        days = [
            day for place, text in enumerate(_listed(summary.value.get("dates")))
            if (day := Node({"at": text}, f"{summary.at('dates')}[{place}].", "marks", self.out).day("at"))
        ]  # fmt: skip
        subjects = list(summary.items("discipline_marks"))
        told: list[tuple[Node, str, list[Work]]] = []
        whole = True
        for subject in subjects:
            name = subject.plain("discipline")
            if not name:
                whole = False
                subject.fault("discipline", "Предмет без названия не принят вместе с отметками")
                continue
            works: list[Work] = []
            for mark in subject.items("marks"):
                day = mark.day("date")
                if day is None:
                    lacks(mark, "date", "Отметка без даты не принята", self.pupil_id)
                    continue
                days.append(day)
                works += self._summary_mark(summary, mark, name, day)
            told.append((subject, name, works))
        if not days:
            self.out.warn("marks", summary.address, "", "В сводке отметок нет ни одной даты: о чём она, неизвестно")
            return
        period = named_period(term.text("name")) if term else range_period(min(days), max(days))
        span = Span(period.period_id if period else "", min(days), max(days))
        for subject, name, works in told:
            self.records.average(subject, "average_mark", self._of_subject(name, min(days)), span, works)
        self._state("marks", MARKS, span, whole=whole)
        if span.period_id:
            self._state("reported_averages", AVERAGES, span, whole=whole)

    def _summary_mark(self, summary: Node, mark: Node, subject: str, day: date) -> list[Work]:
        kind, _, topic = mark.plain("description").partition(":")
        topic = topic.strip()
        cell = self.records.take(
            mark, "mark", Taker(summary.address, self.pupil_id), self._day(subject, day),
            work_type=self.records.work_type(kind.strip()) or None,
            comment=topic if topic and labels.fold(topic) != NO_TOPIC else None,
        )  # fmt: skip
        return works_of(cell)

    def _scores(self, node: Node) -> None:
        """Add the marks of `rest/lessons_scores`: subject → days → kind of work → marks."""
        data = node.child("data")
        for subject in data.value if data else ():
            for item in data.items(subject) if data else ():
                day, works = item.day("date"), item.child("marks")
                if day is None:
                    lacks(item, "date", "Отметка без даты не принята", self.pupil_id)
                    continue
                for kind in works.value if works else ():
                    for text in _listed(works.value.get(kind) if works else None):
                        mark = Node({"mark": text}, f"{item.at('marks')} «{kind}». ", "marks", self.out)
                        self.records.take(
                            mark, "mark", Taker(node.address, self.pupil_id), self._day(labels.clean(subject), day),
                            work_type=self.records.work_type(labels.clean(kind)) or None,
                        )  # fmt: skip

    # Marks for terms and the year, means

    def _totals(self, node: Node) -> None:
        for totals in node.items("total_marks_data", "period_marks") if "total_marks_data" in node.fields else [node]:
            names = {one.text("code"): one.text("name") for one in totals.items("subperiods", "period_marks")}
            for subject in totals.items("discipline_marks", "period_marks"):
                for mark in subject.items("period_marks", "period_marks"):
                    code = mark.text("subperiod_code")
                    self._total(mark, "mark", subject.plain("discipline"), names.get(code, code))
        self._state("period_marks", PERIOD_MARKS, Span())

    def _old_totals(self, node: Node) -> None:
        names = [name for name in _listed(node.value.get("period_types")) if isinstance(name, str)]
        subjects = node.child("subjects", "period_marks")
        for subject in subjects.value if subjects else ():
            for place, text in enumerate(_listed(subjects.value[subject] if subjects else None)):
                mark = Node({"mark": text}, f"{node.at('subjects')} «{subject}»[{place}].", "period_marks", self.out)
                self._total(mark, "mark", labels.clean(subject), names[place] if place < len(names) else "")
        self._state("period_marks", PERIOD_MARKS, Span())

    def _total(self, mark: Node, name: str, subject: str, term: str) -> None:
        """Add the mark of a subject for a term, the year or an exam."""
        what = final_kind(term)
        if what is None or not subject or not self.year:
            mark.fault(
                name, "Итоговая отметка без предмета не принята" if not subject
                else "Неизвестно, за какой учебный год отметка" if what else "Период итоговой отметки не опознан",
                "period_marks", "Укажите academic_year в manifest.json." if what and subject else "Остальное принято.",
                self.pupil_id,
            )  # fmt: skip
            return
        about = About(self.pupil_id, self.class_id, self.out.subject(subject), self.year)
        self.records.period_mark(mark, name, about, *what, none=NOT_GIVEN)

    def _means(self, node: Node) -> None:
        """Add the pupil's own means of `rest/progress_average`; those of the class and the school are not read."""
        own, period = node.child("self", "reported_averages"), named_period(node.text("subperiod"))
        data = own.child("data") if own else None
        if data is None or period is None or not self.year:
            self.out.warn("reported_averages", node.address, "", "Средние без периода или учебного года не приняты")
            return
        for subject in data.value:
            mean = data.number(subject)
            if mean:
                self.out.add(
                    "reported_averages", pupil_id=self.pupil_id, subject_id=self.out.subject(labels.clean(subject)),
                    period_id=period.period_id, printed_in="rest", class_id=self.class_id, academic_year=self.year,
                    mean=mean, as_printed=data.text(subject),
                )  # fmt: skip

    # Helpers and statements

    def _day(self, subject: str, day: date) -> Day:
        return Day(self.class_id, self.out.subject(subject), day, self.class_id)

    def _of_subject(self, subject: str, day: date) -> About:
        return About(self.pupil_id, self.class_id, self.out.subject(subject), labels.academic_year_of(day))

    def _state(self, table: str, columns: tuple[str, ...], span: Span, *, whole: bool = True) -> None:
        """State records of the pupil, whole in their span."""
        self.out.state(
            table, columns, class_id=self.class_id, pupil_id=self.pupil_id, date_from=span.first, date_to=span.last,
            complete=whole,
        )  # fmt: skip


def _kind(item: object) -> str:
    fields = item.keys() if isinstance(item, dict) else ()
    return next((kind for kind, needed in _KINDS if needed <= set(fields)), "")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
