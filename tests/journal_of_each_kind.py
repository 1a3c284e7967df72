"""One and the same small class, as every kind of export shows it: what `docs/systems.md` promises is tried on these.

Ten days of four lessons, three pupils, and something for every rule to find: a topic and a whole lesson left blank,
marks entered days later, a control work marked late and one never marked, a subject without marks since the first day,
pupils marked absent at all lessons but one, with nothing or with a mark at that one, a mark for the quarter that
differs and one that is not given, a mean that is not the mean.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.ingest.journal_folder import text_of
from tests.ingest.readers import json_layouts_bars as of_bars
from tests.ingest.readers import json_layouts_dnevnik as of_dnevnik
from tests.ingest.readers import json_layouts_eljur as of_eljur
from tests.ingest.readers import json_layouts_fgis as of_fgis
from tests.ingest.readers import json_layouts_mesh as of_mesh
from tests.ingest.readers import json_layouts_sgo as of_sgo
from tests.ingest.readers import profile_lists
from tests.ingest.readers.layouts import ClassReport, Pupil, ReportCard, Total
from tests.ingest.readers.layouts_sgo import Grades, Letter, TotalMarks
from tests.ingest.readers.profile_journals import DnevnikPage, JournalSheet, eljur
from tests.ingest.readers.profile_tables import Tab, xls, xlsx
from tests.ingest.readers.test_oneroster import Package

Files = dict[str, bytes]
Answer = Any

TAKEN = datetime(2026, 11, 3, 23, 50)
YEAR, CLASS, TERM = "2026/2027", "7А", "1 четверть"
FIRST, LAST = date(2026, 9, 1), date(2026, 10, 26)
DAYS = [*(date(2026, 9, day) for day in (1, 2, 3, 4, 7, 8, 9, 10, 11)), date(2026, 10, 23)]
SUBJECTS = ("Алгебра", "История", "Физика", "Химия")
PUPILS = {1001: "Пробный Иван Ильич", 1002: "Опытова Вера Львовна", 1003: "Примеров Олег Юрьевич"}
TEACHER = "Учитель Анна Ивановна"
PRINTED_SCHOOLS = ("МБОУ СОШ № 0", "МАОУ СОШ № 0", "МБОУ «СОШ № 1»")
CONTROL, ANSWER = "Контрольная работа", "Ответ на уроке"


@dataclass(frozen=True)
class Lesson:
    """A lesson of the class: what stands in it, pupil by pupil."""

    day: date
    number: int

    @property
    def subject(self) -> str:
        return SUBJECTS[self.number - 1]

    @property
    def id(self) -> int:
        return 100 * (DAYS.index(self.day) + 1) + self.number

    @property
    def place(self) -> int:
        return DAYS.index(self.day)

    @property
    def blank(self) -> bool:
        """Nothing at all was filled in."""
        return (self.place, self.subject) == (7, "Химия")

    @property
    def topic(self) -> str:
        return "" if self.blank or (self.place, self.subject) == (7, "История") else "Дроби"

    @property
    def control(self) -> bool:
        """A control work was written: in algebra marked late, in history never marked."""
        return (self.place, self.subject) in {(2, "Алгебра"), (3, "История")}

    @property
    def work(self) -> str:
        return CONTROL if self.control else ANSWER

    def mark(self, pupil: int) -> str:
        """The mark of a pupil, '' for none."""
        if self.absent(pupil) or (self.control and self.subject == "История"):
            return ""
        given = {"Алгебра": {0, 2, 4, 6, 8}, "История": {1, 5, 9}, "Физика": {0}, "Химия": {0, 8}}
        return "5" if self.place in given[self.subject] else ""

    def entered(self) -> datetime:
        """When the marks and the topic were entered: at two o'clock, or days later."""
        late = 10 if self.control else 3 if (self.place, self.subject) == (6, "Алгебра") else 0
        return datetime(self.day.year, self.day.month, self.day.day, 14) + timedelta(days=late)

    def absent(self, pupil: int) -> bool:
        """Absent at all lessons of a day but algebra: the one pupil has no mark there, the other has one."""
        return (self.place, pupil) in {(5, 1002), (4, 1003)} and self.subject != "Алгебра"


LESSONS = [Lesson(day, number) for day in DAYS for number in range(1, len(SUBJECTS) + 1)]


def of_subject(subject: str) -> list[Lesson]:
    return [lesson for lesson in LESSONS if lesson.subject == subject]


def of_day(day: date) -> list[Lesson]:
    return [lesson for lesson in LESSONS if lesson.day == day]


def figures(pupil: int, subject: str) -> list[int]:
    return [int(mark) for lesson in of_subject(subject) if (mark := lesson.mark(pupil))]


def printed_mean(pupil: int, subject: str) -> float | None:
    """The mean that the journal prints: wrong in history."""
    values = figures(pupil, subject)
    if not values:
        return None
    return sum(values) / len(values) - (1 if subject == "История" else 0)


def quarter(pupil: int, subject: str) -> str:
    """The mark for the quarter: differs in algebra, is not given to the last pupil in history."""
    if not figures(pupil, subject) or (pupil, subject) == (1003, "История"):
        return ""
    return "3" if subject == "Алгебра" else "5"


def comma(value: float | None) -> str:
    return "" if value is None else f"{value:g}".replace(".", ",")


def short(name: str) -> str:
    return " ".join(name.split()[:2])


def zipped(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def folder(about: Mapping[str, Answer], **answers: Answer) -> bytes:
    """Answers with a manifest, in one zip."""
    every = {**answers, "manifest": dict(about)}
    return zipped({f"{name}.json": json.dumps(one, ensure_ascii=False).encode() for name, one in every.items()})


def manifest(**more: Answer) -> dict[str, Answer]:
    return {
        "taken_at": f"{TAKEN:%Y-%m-%dT%H:%M}", "timezone": "Europe/Moscow", "scope_from": f"{FIRST}",
        "scope_to": f"{LAST}", "complete": True, **more,
    }  # fmt: skip


# Сетевой Город


def studenttotal() -> Files:
    out: Files = {}
    for pupil, name in PUPILS.items():
        subjects = {}
        for subject in SUBJECTS:
            cells = {
                (one.day.month, one.day.day): ("ОТ" if one.absent(pupil) else "", one.mark(pupil))
                for one in of_subject(subject)
                if one.absent(pupil) or one.mark(pupil)
            }
            subjects[subject] = (cells, comma(printed_mean(pupil, subject)))
        report = Total(
            subjects, days=tuple((day.month, day.day) for day in DAYS), year=YEAR, klass=CLASS, pupil=name, term=TERM,
            period=f"с 1.09.2026 по {LAST:%d.%m.%Y}", state=f"Состояние на {TAKEN:%d.%m.%Y %H:%M:%S}",
            finals={subject: quarter(pupil, subject) for subject in SUBJECTS},
        )  # fmt: skip
        out[f"{pupil}.xls"] = report.v556().encode()
    return out


def _sgo_page(pupil: int) -> dict[str, str]:
    """What stands above and below every report of Сетевой Город."""
    return {
        "year": YEAR, "klass": CLASS, "pupil": PUPILS[pupil], "period": f"с 1.09.26 по {LAST:%d.%m.%y}",
        "state": f"Состояние на {TAKEN:%d.%m.%Y %H:%M:%S}", "school": PRINTED_SCHOOLS[0],
    }  # fmt: skip


def studentgrades() -> Files:
    out: Files = {}
    for pupil in PUPILS:
        for number, subject in enumerate(SUBJECTS, start=1):
            rows = tuple(
                (one.work, "Дроби", f"{one.day:%d.%m.%y}", f"{one.entered():%d.%m.%y}",
                 "ОТ" if one.absent(pupil) else one.mark(pupil))
                for one in of_subject(subject) if one.mark(pupil) or one.absent(pupil)
            )  # fmt: skip
            page = Grades(rows=rows, mean=comma(printed_mean(pupil, subject)), subject=subject, **_sgo_page(pupil))
            out[f"{pupil}-{number}.xls"] = page.v556().encode()
    return out


def studenttotalmarks() -> Files:
    return {
        f"{pupil}.xls": TotalMarks(
            marks={subject: (quarter(pupil, subject), *[""] * 6) for subject in SUBJECTS}, **_sgo_page(pupil)
        ).v556().encode()
        for pupil in PUPILS
    }  # fmt: skip


def parentinfoletter() -> Files:
    return {
        f"{pupil}.xls": Letter(
            subjects={
                subject: (f"{len(figures(pupil, subject))}", "0", "0", "0", comma(printed_mean(pupil, subject)),
                          quarter(pupil, subject))
                for subject in SUBJECTS
            },
            final="Итоговая оценка", term=TERM, **_sgo_page(pupil),
        ).v556().encode()
        for pupil in PUPILS
    }  # fmt: skip


def sgo_diary() -> Files:
    return {f"{pupil}.zip": folder(manifest(), types=of_sgo.types(), init=of_sgo.init(pupil, name), **{
        f"w{monday}": of_sgo.diary({
            day: tuple(_hour(one, pupil) for one in of_day(day)) for day in DAYS if monday <= day < _week_after(monday)
        }, monday)
        for monday in (date(2026, 8, 31) + timedelta(weeks=week) for week in range(8))
    }) for pupil, name in PUPILS.items()}  # fmt: skip


def _week_after(monday: date) -> date:
    return monday + timedelta(days=7)


def _hour(one: Lesson, pupil: int) -> of_sgo.Hour:
    works = []
    if one.mark(pupil) or one.control or one.absent(pupil):
        mark = "ОТ" if one.absent(pupil) else int(one.mark(pupil)) if one.mark(pupil) else None
        works.append(of_sgo.Work(one.id, 4 if one.control else 10, mark=mark, student=pupil))
    if not one.blank:
        works.append(of_sgo.Work(5000 + one.id, 3, "№ 5"))
    return of_sgo.Hour(one.id, one.subject, one.number, tuple(works))


def sgo_mobile() -> Files:
    out: Files = {}
    for pupil, name in PUPILS.items():
        meetings = [
            of_sgo.meeting(
                one.id, one.day, one.number, one.subject, subjectId=one.number, studentId=pupil,
                lessonTheme=one.topic or None, attendance="ОТ" if one.absent(pupil) else None,
            )
            for one in LESSONS
        ]  # fmt: skip
        works = [
            of_sgo.work(
                one.id, one.id, one.day, one.mark(pupil) or None, f"{one.entered().isoformat()}" if one.mark(pupil)
                else None, subjectId=one.number, subjectName=one.subject, assignmentTypeId=4 if one.control else 10,
                assignmentTypeName=one.work,
            )
            for one in LESSONS if one.mark(pupil) or one.control
        ]  # fmt: skip
        answers = {
            f"means{number}": of_sgo.subject_term(
                [of_sgo.result(one.id, one.id, one.day, int(one.mark(pupil)), assignmentTypeId=4 if one.control else 10,
                               assignmentTypeName=one.work) for one in of_subject(subject) if one.mark(pupil)],
                [], printed_mean(pupil, subject), subject={"id": number, "name": subject},
            )
            for number, subject in enumerate(SUBJECTS, start=1) if figures(pupil, subject)
        }  # fmt: skip
        totals = [
            of_sgo.total([(TERM, int(quarter(pupil, subject)) if quarter(pupil, subject) else None, "")], [], number)
            for number, subject in enumerate(SUBJECTS, start=1)
        ]
        out[f"{pupil}.zip"] = folder(
            manifest(pupil_id=f"{pupil}"), lessons=meetings, works=works, totals=totals, education=of_sgo.education(),
            students=of_sgo.students((pupil, name)), terms=of_sgo.terms((9, TERM, f"{FIRST}", f"{LAST}")), **answers,
        )  # fmt: skip
    return out


# Дневник.ру


def dnevnik_pupils() -> Files:
    out: Files = {}
    for pupil, name in PUPILS.items():
        records, semesters = [], []
        for one in LESSONS:
            if one.mark(pupil) or one.absent(pupil):
                of = of_dnevnik.journal(300 + one.number, one.number)
                value = int(one.mark(pupil)) if one.mark(pupil) else None
                records.append(of_dnevnik.record(one.id, one.day, value, presence=int(one.absent(pupil)), of=of))
        for number, subject in enumerate(SUBJECTS, start=1):
            if quarter(pupil, subject):
                of = of_dnevnik.journal(300 + number, number)
                semesters.append(of_dnevnik.semester(int(quarter(pupil, subject)), of=of))
        answer = of_dnevnik.pupil(records, semesters)
        answer |= {"id": pupil, "full_name": name, "class": of_dnevnik.klass(name=CLASS)}
        answer["marks"]["subjects"] = [{"id": n, "name": name} for n, name in enumerate(SUBJECTS, start=1)]
        for one in [*records, *semesters]:
            one["student"] = pupil
        out[f"{pupil}.json"] = json.dumps(answer, ensure_ascii=False).encode()
    return out


def dnevnik_api() -> Files:
    subjects = {one: of_dnevnik.subject(n, one) for n, one in enumerate(SUBJECTS, start=1)}
    lessons = [
        of_dnevnik.lesson(one.id, one.day, one.number, subjects[one.subject], title=one.topic) for one in LESSONS
    ]
    works, marks, logs = [], [], []
    for one in LESSONS:
        kind = "LessonTestWork" if one.control else "CommonWork"
        of_type = {"workType": 9 if one.control else 8, "subjectId": one.number}
        if one.control or any(map(one.mark, PUPILS)):
            works.append(of_dnevnik.work(7000 + one.id, one.id, one.day, kind, **of_type))
        for place, pupil in enumerate(PUPILS):
            if one.mark(pupil):
                entered = (one.entered() - timedelta(hours=3)).isoformat()
                marks.append(
                    of_dnevnik.mark(10 * one.id + place, 7000 + one.id, one.id, one.mark(pupil), entered,
                                    person=pupil, person_str=f"{pupil}", workType=of_type["workType"])
                )  # fmt: skip
            if one.absent(pupil):
                logs.append(of_dnevnik.log(one.id, "Absent", one.entered().isoformat(), person=pupil))
    for number, subject in enumerate(SUBJECTS, start=1):
        finals = {pupil: quarter(pupil, subject) for pupil in PUPILS}
        works.append(of_dnevnik.work(9900 + number, None, LAST, "PeriodMark", periodNumber=1, subjectId=number))
        marks += [
            of_dnevnik.mark(99000 + 10 * number + place, 9900 + number, None, value, "2026-10-26T10:00:00",
                            person=pupil, person_str=f"{pupil}")
            for place, (pupil, value) in enumerate(finals.items()) if value
        ]  # fmt: skip
    people = [of_dnevnik.person(number, *name.split()) for number, name in PUPILS.items()]
    return {"7А.zip": folder(
        manifest(), groups=[of_dnevnik.group()], subjects=list(subjects.values()), lessons=lessons, works=works,
        marks=marks, logs=logs, people=[*people, of_dnevnik.person(51, *TEACHER.split())],
        types=[of_dnevnik.work_type(), of_dnevnik.work_type(9, "LessonTestWork", CONTROL)],
        periods=[of_dnevnik.period(900, 1, f"{FIRST}", f"{LAST}")],
    )}  # fmt: skip


def dnevnik_journal() -> Files:
    return {
        f"{CLASS} {subject}.html": DnevnikPage(
            [(day.month, day.day) for day in DAYS],
            {name: (pupil, [("Н" if one.absent(pupil) else "", one.mark(pupil)) for one in of_subject(subject)])
             for pupil, name in PUPILS.items()},
            subject, f"{YEAR} учебный год", term=TERM,
        ).markup().encode()
        for subject in SUBJECTS
    }  # fmt: skip


def dnevnik_finals() -> Files:
    titles = ("1 четв.", "2 четв.", "3 четв.", "4 четв.", "Год", "Год", "Год")
    return {
        f"{CLASS} {subject}.html": DnevnikPage(
            [], {name: (pupil, [("", quarter(pupil, subject)), *[("", "")] * 6]) for pupil, name in PUPILS.items()},
            subject, f"{YEAR} учебный год", titles=titles,
        ).markup().encode()
        for subject in SUBJECTS
    }  # fmt: skip


# ЭлЖур, БАРС, МЭШ, ФГИС


def eljur_api() -> Files:
    out: Files = {}
    for pupil, name in PUPILS.items():
        who = {"uid": f"{pupil}", "title": name}
        subjects = [
            of_eljur.subject(
                subject,
                *(of_eljur.absence(one.day, "н") if one.absent(pupil) else of_eljur.mark(
                    one.day, one.mark(pupil), mtype={"id": 8 if one.control else 3, "type": one.work, "short": "В"},
                ) for one in of_subject(subject) if one.absent(pupil) or one.mark(pupil)),
                average=f"{printed_mean(pupil, subject) or ''}",
            )
            for subject in SUBJECTS
        ]  # fmt: skip
        days = [
            of_eljur.day_of(day, *(
                of_eljur.item(
                    one.subject, one.number, is_control=one.control, control_type=CONTROL if one.control else "",
                    **({"topic": one.topic} if one.topic else {}),
                )
                for one in of_day(day)
            ))
            for day in DAYS
        ]  # fmt: skip
        finals = {subject: {TERM: quarter(pupil, subject)} for subject in SUBJECTS if quarter(pupil, subject)}
        out[f"{pupil}.zip"] = folder(
            manifest(**{"class": CLASS, "academic_year": YEAR}), marks=of_eljur.marks(*subjects, **who),
            diary=of_eljur.diary(*days, **who), finals=of_eljur.finals(finals, **who),
            periods=of_eljur.periods(("I", TERM, f"{FIRST:%Y%m%d}", f"{LAST:%Y%m%d}"), **who),
        )  # fmt: skip
    return out


def eljur_excel() -> Files:
    return {
        f"{short(name)} {CLASS}.xls": xls(
            eljur(
                DAYS,
                {subject: [*("н" if one.absent(pupil) else one.mark(pupil) or None for one in of_subject(subject)),
                           comma(printed_mean(pupil, subject)) or None, quarter(pupil, subject) or None]
                 for subject in SUBJECTS},
                summary=("Средний балл", "Итог за 1 четверть"), heading=f"{YEAR} учебный год",
            )
        )
        for pupil, name in PUPILS.items()
    }  # fmt: skip


def bars() -> Files:
    out: Files = {}
    for pupil, name in PUPILS.items():
        week = of_bars.week({
            day: [
                of_bars.lesson(
                    one.subject, one.number, id=one.id, theme=one.topic, is_control_work=one.control,
                    mark=one.mark(pupil), mark_type=one.work if one.mark(pupil) else "",
                    attendance="Не был" if one.absent(pupil) else "",
                )
                for one in of_day(day)
            ]
            for day in DAYS
        })  # fmt: skip
        summary = of_bars.summary(
            *(of_bars.subject(
                subject, *(of_bars.mark(one.day, one.mark(pupil), one.work) for one in of_subject(subject)
                           if one.mark(pupil)), average=f"{printed_mean(pupil, subject) or 0}",
            ) for subject in SUBJECTS),
            dates=[FIRST, *DAYS, LAST], term={"code": "1_1", "name": "1 Четверть"},
        )  # fmt: skip
        totals = of_bars.totals(
            {"1_1": "1 Четверть"}, {subject: {"1_1": quarter(pupil, subject) or "0"} for subject in SUBJECTS}
        )
        out[f"{pupil}.zip"] = folder(
            manifest(**{"pupil": name, "class": CLASS, "academic_year": YEAR}), week=week, summary=summary,
            totals=totals,
        )  # fmt: skip
    return out


def mesh() -> Files:
    out: Files = {}
    for pupil in PUPILS:
        lessons = {}
        for one in LESSONS:
            marks = [
                of_mesh.mark(
                    10 * one.id + pupil % 10, None, one.mark(pupil),
                    control_form_name=CONTROL if one.control else "Устный ответ",
                    created_at=one.entered().isoformat(), updated_at=one.entered().isoformat(),
                )
            ] if one.mark(pupil) else []  # fmt: skip
            lessons[f"l{one.id}"] = of_mesh.lesson(
                one.id, one.day, one.subject, marks=marks, is_missed_lesson=one.absent(pupil),
                begin_time=f"{7 + one.number:02}:30", end_time=f"{8 + one.number:02}:10", subject_id=one.number,
                details={"content": [], "theme": None, "lessonId": one.id, "lesson_topic": one.topic or None},
            )  # fmt: skip
        out[f"{pupil}.zip"] = folder(
            manifest(**{"class": CLASS, "pupil_id": f"{pupil}", "academic_year": YEAR}), **lessons
        )
    return out


def fgis() -> Files:
    return {
        f"{pupil}.zip": folder(
            manifest(pupil=name),
            schedule=of_fgis.schedule(
                *(of_fgis.lesson(
                    one.id, one.day, 7 + one.number, one.subject, "н" if one.absent(pupil) else None,
                    [of_fgis.score(one.mark(pupil), code=one.work)] if one.mark(pupil) else [],
                    topic=one.topic, homework="" if one.blank else "№ 5",
                ) for one in LESSONS),
                class_name="7а",
            ),
        )
        for pupil, name in PUPILS.items()
    }  # fmt: skip


# Reports of a whole class, journal sheets, lists


def class_report() -> Files:
    pupils = [
        Pupil(
            name, tuple((day.month, day.day) for day in DAYS),
            {subject: (
                ["Н" if one.absent(pupil) else one.mark(pupil) for one in of_subject(subject)],
                printed_mean(pupil, subject) or 0.0, 0.0, quarter(pupil, subject) or None,
            ) for subject in SUBJECTS},
        )
        for pupil, name in PUPILS.items()
    ]  # fmt: skip
    report = ClassReport(
        pupils, f"Учебный год: {YEAR}", f"Класс: {CLASS}", f"Период: с {FIRST:%d.%m.%y} по {LAST:%d.%m.%y}"
    )
    return {"отчёт.xlsx": report.book().save()}


def report_card() -> Files:
    values = [4.5, 0.0, "5", *[None] * 13]
    card = ReportCard([(name, dict.fromkeys(SUBJECTS, values)) for name in PUPILS.values()])
    return {"табель.xlsx": card.book().save()}


def asiou_journal() -> Files:
    out: Files = {}
    for subject in SUBJECTS:
        lessons = of_subject(subject)
        sheet = JournalSheet(
            DAYS,
            {name: ["Н" if one.absent(pupil) else one.mark(pupil) or None for one in lessons]
             for pupil, name in PUPILS.items()},
            CLASS, subject, TEACHER, YEAR,
            lines={
                "№ урока": [float(one.number) for one in lessons],
                "Тема урока": [one.topic or None for one in lessons],
                "Вид работы": [one.work if one.control else None for one in lessons],
            },
            summary={
                "Средний балл": [comma(printed_mean(pupil, subject)) or None for pupil in PUPILS],
                TERM: [quarter(pupil, subject) or None for pupil in PUPILS],
            },
        )  # fmt: skip
        out[f"{subject}.xlsx"] = xlsx(sheet.tab())
    return out


def asiou_topics() -> Files:
    return {
        f"{subject}.xlsx": xlsx(Tab([
            ["АСИОУ"], [f"Класс: {CLASS}"], [f"Предмет: {subject}"], [f"Учебный год: {YEAR}"],
            ["Дата", "№ урока", "Тема урока", "Домашнее задание"],
            *([one.day, float(one.number), one.topic or None, None if one.blank else "№ 5"]
              for one in of_subject(subject)),
        ]))
        for subject in SUBJECTS
    }  # fmt: skip


def topics() -> Files:
    rows = [
        [one.day, float(one.number), CLASS, one.subject, one.topic or None, f"{one.entered():%d.%m.%Y %H:%M}", "№ 5"]
        for one in LESSONS
    ]
    heads = ["Дата", "Урок", "Класс", "Предмет", "Тема урока", "Тема внесена", "Домашнее задание"]
    return {"темы.xlsx": xlsx(Tab([[f"Учебный год: {YEAR}"], [], heads, *rows]))}


def listed(tab: Tab) -> Callable[[], Files]:
    return lambda: {"список.xlsx": xlsx(tab)}


# Neutral formats


def journal_csv() -> Files:
    keys = {subject: f"s{n}" for n, subject in enumerate(SUBJECTS)}
    marks, codes = [], []
    for one in LESSONS:
        for pupil in PUPILS:
            at = {"lesson_id": f"l{one.id}", "pupil_id": f"p{pupil}"}
            if one.mark(pupil):
                marks.append(at | {
                    "mark_id": f"{one.id}-{pupil}", "value": one.mark(pupil), "work_type": one.work,
                    "assignment_id": f"a{one.id}" if one.control else "", "entered_at": one.entered().isoformat(),
                })  # fmt: skip
            if one.absent(pupil):
                codes.append(at | {"code": "Н", "entered_at": one.entered().isoformat()})
    results = [(pupil, subject) for pupil in PUPILS for subject in SUBJECTS]
    tables = {
        "manifest": [{"format_version": "1", "school_id": "", "taken_at": TAKEN.isoformat(), "complete": "true"}],
        "classes": [{"class_id": CLASS, "grade": "7", "letter": "А", "name": CLASS, "academic_year": YEAR}],
        "pupils": [{"pupil_id": f"p{number}", "last_name": name} for number, name in PUPILS.items()],
        "enrollments": [
            {"pupil_id": f"p{number}", "class_id": CLASS, "starts_on": f"{FIRST}"} for number in PUPILS
        ],
        "subjects": [{"subject_id": key, "name": name, "graded": "marks"} for name, key in keys.items()],
        "periods": [{"period_id": "q1", "academic_year": YEAR, "kind": "quarter", "ordinal": "1",
                     "starts_on": f"{FIRST}", "ends_on": f"{LAST}"}],
        "work_types": [
            {"work_type": name, "name": name, "is_written": str(name == CONTROL).lower()} for name in (CONTROL, ANSWER)
        ],
        "lessons": [
            {"lesson_id": f"l{one.id}", "class_id": CLASS, "subject_id": keys[one.subject], "date": f"{one.day}",
             "lesson_number": f"{one.number}", "topic": one.topic,
             "topic_entered_at": one.entered().isoformat() if one.topic else ""}
            for one in LESSONS
        ],
        "assignments": [
            {"assignment_id": f"a{one.id}", "lesson_id": f"l{one.id}", "work_type": CONTROL}
            for one in LESSONS if one.control
        ],
        "marks": marks, "attendance": codes,
        "period_marks": [
            {"pupil_id": f"p{pupil}", "subject_id": keys[subject], "academic_year": YEAR, "kind": "period",
             "period_id": "q1", "class_id": CLASS, "value": quarter(pupil, subject)}
            for pupil, subject in results if quarter(pupil, subject)
        ],
        "reported_averages": [
            {"pupil_id": f"p{pupil}", "subject_id": keys[subject], "period_id": "q1", "class_id": CLASS,
             "academic_year": YEAR, "mean": f"{printed_mean(pupil, subject)}",
             "computed": f"{sum(figures(pupil, subject)) / len(figures(pupil, subject))}"}
            for pupil, subject in results if figures(pupil, subject)
        ],
    }  # fmt: skip
    return {"журнал.zip": zipped({f"{name}.csv": text_of(rows).encode() for name, rows in tables.items()})}


def oneroster() -> Files:
    p = Package(modes={"attendance": "bulk"})
    p.add("orgs", "org-1", name=PRINTED_SCHOOLS[2], type="school", **{"metadata.zavuch.asOf": TAKEN.isoformat()})
    p.add("academicSessions", "y", title=YEAR, type="schoolYear", startDate="2026-09-01", endDate="2027-05-26",
          schoolYear="2027")  # fmt: skip
    p.add("academicSessions", "q1", title=TERM, type="gradingPeriod", startDate=f"{FIRST}", endDate=f"{LAST}",
          parentSourcedId="y", schoolYear="2027")  # fmt: skip
    p.add("classes", "g0", title=CLASS, classType="homeroom", grades="07", **_GROUP)
    for category, words in {"control": CONTROL, "answer": ANSWER, "period": "Отметка за период"}.items():
        p.add("categories", category, title=words)
    for number, subject in enumerate(SUBJECTS, start=1):
        p.add("courses", f"c{number}", title=subject, orgSourcedId="org-1")
        p.add("classes", f"g{number}", title=f"{CLASS} {subject}", classType="scheduled", courseSourcedId=f"c{number}",
              **_GROUP)  # fmt: skip
        given = {pupil: quarter(pupil, subject) for pupil in PUPILS}
        _works(p, f"q{number}", "period", number, LAST, {pupil: mark for pupil, mark in given.items() if mark})
    for number, name in PUPILS.items():
        _pupil(p, number, name)
    for one in LESSONS:
        marks = {pupil: mark for pupil in PUPILS if (mark := one.mark(pupil))}
        if one.control or marks:
            _works(p, f"i{one.id}", "control" if one.control else "answer", one.number, one.day, marks)
        for pupil in filter(one.absent, PUPILS):
            p.add("attendance", f"a{one.id}-{pupil}", classSourcedId=f"g{one.number}", studentSourcedId=f"{pupil}",
                  date=f"{one.day}", state="unknown_reason", printedCode="Н")  # fmt: skip
    return {"школа.zip": zipped(p.files())}


_GROUP = {"schoolSourcedId": "org-1", "termSourcedIds": "q1"}


def _pupil(p: Package, number: int, name: str) -> None:
    """A pupil of the class and of all its subjects."""
    last, first, middle = name.split()
    p.add("users", f"{number}", enabledUser="true", givenName=first, familyName=last, middleName=middle,
          role="student", orgSourcedIds="org-1")  # fmt: skip
    for group in range(len(SUBJECTS) + 1):
        p.add("enrollments", f"e{group}-{number}", classSourcedId=f"g{group}", schoolSourcedId="org-1",
              userSourcedId=f"{number}", role="student")  # fmt: skip


def _works(p: Package, item: str, category: str, number: int, day: date, marks: Mapping[int, str]) -> None:
    """A line item of a subject, and its results."""
    p.add("lineItems", item, title="Работа", assignDate=f"{day}", dueDate=f"{day}", classSourcedId=f"g{number}",
          categorySourcedId=category, gradingPeriodSourcedId="q1", resultValueMin="1",
          resultValueMax="5")  # fmt: skip
    for pupil, mark in marks.items():
        p.add("results", f"{item}-{pupil}", lineItemSourcedId=item, studentSourcedId=f"{pupil}",
              scoreStatus="fully graded", score=mark, scoreDate=f"{day}")  # fmt: skip


SAMPLES: dict[tuple[str, str], Callable[[], Files]] = {
    ("sgo", "studenttotal"): studenttotal,
    ("sgo", "studentgrades"): studentgrades,
    ("sgo", "studenttotalmarks"): studenttotalmarks,
    ("sgo", "parentinfoletter"): parentinfoletter,
    ("sgo", "student_diary"): sgo_diary,
    ("sgo", "mobile_api"): sgo_mobile,
    ("dnevnik_ru", "pupil_json"): dnevnik_pupils,
    ("dnevnik_ru", "partner_api"): dnevnik_api,
    ("dnevnik_ru", "journal_page"): dnevnik_journal,
    ("dnevnik_ru", "final_page"): dnevnik_finals,
    ("eljur", "api"): eljur_api,
    ("eljur", "view_journal"): eljur_excel,
    ("bars", "api"): bars,
    ("mesh", "api"): mesh,
    ("fgis_my_school", "schedule"): fgis,
    ("ves_klass", "class_report"): class_report,
    ("ves_klass", "report_card"): report_card,
    ("asiou", "class_journal"): asiou_journal,
    ("asiou", "lesson_topics"): asiou_topics,
    ("generic", "lesson_topics"): topics,
    ("generic", "class_list"): listed(profile_lists.CLASS_LIST),
    ("generic", "timetable"): listed(profile_lists.TIMETABLE),
    ("generic", "teaching_load"): listed(profile_lists.LOAD),
    ("generic", "substitutions"): listed(profile_lists.SUBSTITUTIONS),
    ("generic", "topic_plan"): listed(profile_lists.PLAN),
    ("journal_csv", "journal_csv"): journal_csv,
    ("oneroster", "csv"): oneroster,
}
"""(system, kind of export) → its files."""
