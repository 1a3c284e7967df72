"""What is odd about a single lesson: its texts, its place in the day, its marks. And where nothing may be said."""

from __future__ import annotations

from datetime import time

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

AS_OF, TAKEN = "2025-10-21T08:00", "2025-10-20T23:00"


def found(built: Built, school_id: str, rule: str) -> dict[str, str]:
    """Lesson → verdict of one rule."""
    rows = built.rows(
        "select lesson_id, verdict from checks.chk_lesson_conditions where school_id = ? and rule = ?", school_id, rule
    )
    return {row["lesson_id"]: row["verdict"] for row in rows}


def detail(built: Built, school_id: str, rule: str, lesson_id: str) -> str:
    """The words of one row."""
    row = built.one(
        "select detail from checks.chk_lesson_conditions where school_id = ? and rule = ? and lesson_id = ?",
        school_id, rule, lesson_id,
    )  # fmt: skip
    return str(row["detail"])


# Topics and the plan


def planned(s: School, *topics: str, subject: str = "физика", **values: object) -> None:
    for ordinal, topic in enumerate(topics, start=1):
        s.row(
            "plan_topics", plan_topic_id=f"{subject}-{ordinal}", class_id="7Б", subject_id=subject, ordinal=ordinal,
            topic=topic, **{"hours": 1.0, **values},
        )  # fmt: skip


@school("lc-topics", as_of=AS_OF, known=TAKEN)
def topics_beside_a_plan(s: School) -> None:
    s.basics(subjects=("физика", "химия", "биология"))
    planned(s, "Введение", "Плотность  вещества № 1", "Ёмкость и объём", "Сила тяжести", "Трение", hours=1.0)
    planned(s, "Клетка", subject="биология")
    for number, (name, topic) in enumerate(
        [
            ("same", "введение"), ("written otherwise", "ПЛОТНОСТЬ ВЕЩЕСТВА №1."), ("ё", "Емкость, и объем!"),
            ("numbered", "4. Сила тяжести"), ("other", "Строение атома"),
        ],
        start=1,
    ):  # fmt: skip
        s.lesson(name, f"2025-09-0{number}", topic=topic)
    s.lesson("химия", "2025-09-01", "химия", number=2, topic="Строение атома")
    s.lesson("blank", "2025-09-02", "химия", number=2, topic="")
    s.lesson("клетка", "2025-09-01", "биология", number=3, topic="Клетка. Ткани")
    s.lesson("past the plan", "2025-09-02", "биология", number=3, topic="Строение атома")
    s.lesson("id", "2025-09-08", topic="Своими словами")
    s.file.connection.execute(
        "update history.lessons__topic set plan_topic_id = 'elsewhere' where school_id = ? and lesson_id = 'id'",
        [s.school_id],
    )
    s.seen(TAKEN)


def test_a_topic_is_the_planned_one_whatever_its_case_and_signs(built: Built) -> None:
    assert found(built, "lc-topics", "topic_in_plan") == {
        "same": "ok", "written otherwise": "ok", "ё": "ok", "numbered": "ok", "id": "ok", "other": "violated",
        "химия": "no_data", "blank": "not_applicable", "клетка": "undetermined", "past the plan": "undetermined",
    }  # fmt: skip


@school("lc-works", as_of=AS_OF, known=TAKEN)
def kinds_of_work(s: School) -> None:
    s.basics(subjects=("физика",))
    lessons = (
        ("named", "Контрольная работа", "Контрольная работа «Силы»"), ("bare", "контрольная", "Контрольная  работа."),
        ("numbered", "Лабораторная работа", "Лабораторная работа № 3"), ("blank", "Экскурсия", ""),
        ("ordinary", "Урок", ""), ("no kind", "", "Контрольная"), ("in its marks", "Практическая", "Практическая"),
    )  # fmt: skip
    for number, (name, kind, topic) in enumerate(lessons, start=1):
        s.lesson(name, f"2025-09-{number:02}", lesson_kind=kind, topic=topic)
    s.lesson("yesterday", "2025-10-20", lesson_kind="Экскурсия")
    s.row("assignments", assignment_id="a", lesson_id="in its marks", work_type="контрольная", title="Рычаги")
    s.seen(TAKEN)


def test_a_work_is_named_by_more_than_its_kind(built: Built) -> None:
    assert found(built, "lc-works", "work_named") == {
        "named": "ok", "bare": "violated", "numbered": "ok", "blank": "violated", "ordinary": "not_applicable",
        "no kind": "not_applicable", "in its marks": "ok", "yesterday": "no_data",
    }  # fmt: skip
    assert "тема не заполнена" in detail(built, "lc-works", "work_named", "blank")


HOMEWORK = {
    "task": ("§ 5, № 12", False), "page": ("7", False), "signs": ("–", False), "letter": ("ы", False),
    "notebook": ("См. тетрадь", False), "none": ("", True), "none in words": ("Не задано.", False),
}  # fmt: skip


def homework(s: School) -> None:
    s.basics()
    for number, (name, (text, none)) in enumerate(HOMEWORK.items(), start=1):
        s.lesson(name, f"2025-09-{number:02}")
        s.row("homework", homework_id=name, lesson_id=name, text=text, none=none)
    s.lesson("no homework", "2025-09-20")
    s.lesson("one pupil's", "2025-09-21")
    s.row("homework", homework_id="own", lesson_id="one pupil's", pupil_id="p1", text="-")
    s.lesson("both", "2025-09-22")
    for name, text in (("a", "."), ("b", "стр. 14")):
        s.row("homework", homework_id=name, lesson_id="both", text=text)
    s.seen(TAKEN)


@school("lc-homework", as_of=AS_OF, known=TAKEN)
def homework_may_be_none(s: School) -> None:
    homework(s)


@school("lc-homework-due", as_of=AS_OF, known=TAKEN)
def homework_is_always_set(s: School) -> None:
    homework(s)
    s.file.meta("regulation_terms", school_id=s.school_id, profile="own", question="homework_none", says="no")


def test_homework_says_what_to_do(built: Built) -> None:
    expected = {
        "task": "ok", "page": "ok", "signs": "violated", "letter": "violated", "notebook": "violated", "none": "ok",
        "none in words": "ok", "no homework": "not_applicable", "one pupil's": "not_applicable", "both": "ok",
    }  # fmt: skip
    assert found(built, "lc-homework", "homework_content") == expected
    assert found(built, "lc-homework-due", "homework_content") == expected | {
        "none": "violated", "none in words": "violated",
    }  # fmt: skip


LANGUAGE = {
    "russian": ("английский", "Моя семья", "ok"),
    "foreign": ("английский", "Animals and their habitats around us", "violated"),
    "unit": ("английский", "Unit 3. Animals and their habitats", "ok"),
    "unit and words": ("английский", "Unit 3 Home. Говорим о доме", "ok"),
    "quoted": ("английский", "Чтение «The Adventures of Tom Sawyer and friends»", "ok"),
    "grammar": ("английский", "Present Perfect Continuous", "ok"),
    "exercises": ("английский", "SB p. 45 ex. 3, WB p. 20, exercise 5", "ok"),
    "few letters": ("английский", "My town", "ok"),
    "formulas": ("физика", "H2SO4, NaOH, CaCO3: F = ma, sin x, cos y", "ok"),
    "files": ("физика", "Файлы lesson_five.docx, resh.edu.ru/subject", "ok"),
    "names": ("физика", "Ludwig Beethoven, Microsoft PowerPoint", "ok"),
    "physics": ("физика", "forces and energy around us: законы", "violated"),
    "programs": ("информатика", "while, break, continue, return", "undetermined"),
}


@school("lc-language", as_of=AS_OF, known=TAKEN)
def letters(s: School) -> None:
    s.basics(subjects=("английский", "физика", "информатика"))
    for number, (name, (subject, topic, _)) in enumerate(LANGUAGE.items(), start=1):
        s.lesson(name, f"2025-09-{number:02}", subject, topic=topic)
    s.lesson("task", "2025-09-21", "английский", topic="Дом")
    s.row("homework", homework_id="h", lesson_id="task", text="Learn these words and write sentences")
    s.lesson("nothing", "2025-09-22")
    s.seen(TAKEN)


def test_records_are_in_russian_but_for_names_formulas_and_units(built: Built) -> None:
    expected = {name: verdict for name, (_, _, verdict) in LANGUAGE.items()}
    assert found(built, "lc-language", "entries_in_russian") == expected | {
        "task": "violated", "nothing": "not_applicable",
    }  # fmt: skip


@school("lc-repeats", as_of=AS_OF, known=TAKEN)
def the_same_again(s: School) -> None:
    s.basics(subjects=("физика", "химия", "история", "право"))
    planned(s, "Оптика", "Сила", "Сила", "Сила", "Тела", "Звук", "Свет", "Ток", "Поле", "Заряд", "Атом", "Ядро")
    names = ("Оптика", "Оптика", "Оптика.", "Сила", "сила", "Сила", "Резерв", "Резерв", "Резерв")
    for day, topic in enumerate(names, start=1):
        s.lesson(f"физика-{day}", f"2025-09-{day:02}", topic=topic)
    for day in range(1, 5):
        s.lesson(f"химия-{day}", f"2025-09-{day:02}", "химия", number=2, topic="Кислоты")
        s.lesson(f"история-{day}", f"2025-09-{(day + 1) // 2:02}", "история", number=2 + day, topic="Рим")
        s.lesson(f"право-{day}", f"2025-09-{day:02}", "право", number=7, topic=f"Тема {'абвг'[day - 1]}")
        s.row("homework", homework_id=f"h{day}", lesson_id=f"право-{day}", text="Прочитать конспект")
    s.seen(TAKEN)


def test_texts_repeat_only_where_the_plan_means_them_to(built: Built) -> None:
    verdicts = found(built, "lc-repeats", "repeated_text")
    assert {name: verdict for name, verdict in verdicts.items() if verdict != "ok"} == {
        "физика-3": "violated", "химия-3": "undetermined", "химия-4": "undetermined", "право-3": "violated",
        "право-4": "violated",
    }  # fmt: skip
    assert detail(built, "lc-repeats", "repeated_text", "право-4") == "домашнее задание повторяется 4 урока подряд"


# Days and places


@school("lc-days", as_of="2025-11-10T08:00", known=TAKEN)
def days_off(s: School) -> None:
    s.basics()
    s.basics("1А", pupils=0)
    for kind, day, class_id in (
        ("vacation", "2025-10-13", ""), ("cancelled", "2025-10-14", ""), ("remote", "2025-10-15", ""),
        ("vacation", "2025-10-16", "1А"), ("vacation", "2025-10-17", ""), ("lesson", "2025-10-17", "7Б"),
        ("lesson", "2025-10-19", ""),
    ):  # fmt: skip
        s.row("calendar", date=day, class_id=class_id, day_kind=kind)
    for day in ("2025-10-12", "2025-10-13", "2025-10-14", "2025-10-15", "2025-10-16", "2025-10-17", "2025-10-19",
                "2025-10-20", "2025-11-04"):  # fmt: skip
        s.lesson(day, day)
    s.lesson("1А", "2025-10-16", class_id="1А")
    s.lesson("no record", "2025-10-13", number=2, status="")
    s.seen("2025-11-09T23:00")


@school("lc-days-unknown", as_of="2025-11-10T08:00", known=TAKEN)
def no_calendar(s: School) -> None:
    s.basics()
    for day in ("2025-10-13", "2025-11-04"):
        s.lesson(day, day)
    s.seen("2025-11-09T23:00")


def test_no_lesson_stands_on_a_day_off(built: Built) -> None:
    assert found(built, "lc-days", "lesson_on_day_off") == {
        "2025-10-12": "undetermined", "2025-10-13": "violated", "2025-10-14": "violated", "2025-10-15": "ok",
        "2025-10-16": "ok", "2025-10-17": "ok", "2025-10-19": "ok", "2025-10-20": "ok", "2025-11-04": "violated",
        "1А": "violated", "no record": "undetermined",
    }  # fmt: skip
    assert found(built, "lc-days-unknown", "lesson_on_day_off") == {"2025-10-13": "no_data", "2025-11-04": "violated"}


@school("lc-slots", as_of=AS_OF, known=TAKEN)
def places_of_a_class(s: School) -> None:
    s.basics(subjects=("физика", "химия", "английский", "музыка"))
    s.lesson("english a", "2025-09-01", "английский", subgroup_id="a", number=1)
    s.lesson("english b", "2025-09-01", "английский", subgroup_id="b", number=1)
    s.lesson("one", "2025-09-02", "физика", number=2)
    s.lesson("other", "2025-09-02", "химия", number=2)
    s.lesson("group", "2025-09-03", "английский", subgroup_id="a", number=3)
    s.lesson("whole", "2025-09-03", "английский", number=3)
    s.lesson("twice", "2025-09-04", "английский", subgroup_id="a", number=4)
    s.lesson("twice again", "2025-09-04", "английский", subgroup_id="a", number=4)
    s.lesson("early", "2025-09-05", "физика", number=1, starts_at=time(8), ends_at=time(8, 40))
    s.lesson("late", "2025-09-05", "химия", number=1, starts_at=time(14), ends_at=time(14, 40))
    s.lesson("held", "2025-09-06", "физика", number=1)
    s.lesson("only planned", "2025-09-06", "химия", number=1, status="")
    s.lesson("no number", "2025-09-06", "музыка", number=None)
    s.lesson("extra", "2025-09-02", "музыка", number=2, lesson_kind="внеурочное занятие")
    s.lesson("called off", "2025-09-01", "физика", number=1, status="cancelled")
    s.seen(TAKEN)


@school("lc-slots-unnamed", as_of=AS_OF, known=TAKEN)
def subgroups_are_not_named(s: School) -> None:
    s.basics(subjects=("информатика", "английский"))
    s.lesson("one", "2025-09-02", "информатика", number=2)
    s.lesson("other", "2025-09-02", "английский", number=2)
    s.seen(TAKEN)


def test_a_class_has_one_lesson_at_a_time(built: Built) -> None:
    verdicts = found(built, "lc-slots", "slot_taken_twice")
    assert {name: verdict for name, verdict in verdicts.items() if verdict != "ok"} == {
        "one": "violated", "other": "violated", "group": "undetermined", "whole": "undetermined",
        "twice": "violated", "twice again": "violated", "held": "undetermined", "only planned": "undetermined",
        "no number": "no_data", "extra": "not_applicable",
    }  # fmt: skip
    assert detail(built, "lc-slots", "slot_taken_twice", "one").endswith("химия")
    assert set(found(built, "lc-slots-unnamed", "slot_taken_twice").values()) == {"undetermined"}


@school("lc-teachers", as_of=AS_OF, known=TAKEN)
def places_of_a_teacher(s: School) -> None:
    s.basics(subjects=("физика", "химия", "английский"))
    s.basics("8А", pupils=0)
    s.basics("9А", pupils=0)
    s.file.connection.execute(
        "update history.classes set shift = case class_id when '9А' then 2 else 1 end where school_id = ?",
        [s.school_id],
    )

    def pair(day: int, one: dict[str, object], other: dict[str, object]) -> None:
        date = f"2025-09-{day:02}"
        for side, said in (("a", one), ("b", other)):
            s.lesson(f"{day}{side}", date, **{"subject": "физика", "teacher_id": f"t{day}", **said})  # type: ignore[arg-type]

    eighth = {"class_id": "8А", "subject": "химия"}
    pair(1, {}, eighth)
    pair(2, {}, {"class_id": "8А"})
    pair(
        3,
        {"subgroup_id": "g", "subject": "английский"},
        {"class_id": "8А", "subgroup_id": "g", "subject": "английский"},
    )
    pair(4, {}, {"class_id": "9А", "subject": "химия"})
    pair(5, {"ends_at": time(9, 10)}, {"class_id": "9А", "subject": "химия", "ends_at": time(14, 40)})
    pair(8, {"starts_at": time(8, 30), "ends_at": time(9, 10)},
         {"class_id": "9А", "subject": "химия", "starts_at": time(9), "ends_at": time(9, 40)})  # fmt: skip
    pair(9, {"teacher_id": "", "planned_teacher_id": "t9"}, eighth)
    pair(10, {}, {**eighth, "status": ""})
    pair(11, {}, eighth)
    s.row("substitutions", date="2025-09-11", lesson_number=1, class_id="8А", subject_id="химия",
          absent_teacher_id="x", substitute_id="t11", kind="merge")  # fmt: skip
    pair(12, {}, {**eighth, "number": 2})
    pair(15, {"teacher_id": ""}, {**eighth, "teacher_id": ""})
    s.seen(TAKEN)


def test_a_teacher_teaches_one_class_at_a_time(built: Built) -> None:
    verdicts = found(built, "lc-teachers", "teacher_in_two_places")
    days = {int(name[:-1]) for name in verdicts}
    assert all(verdicts[f"{day}a"] == verdicts[f"{day}b"] for day in days)
    assert {day: verdicts[f"{day}a"] for day in sorted(days)} == {
        1: "violated", 2: "undetermined", 3: "ok", 4: "undetermined", 5: "ok", 8: "violated", 9: "undetermined",
        10: "undetermined", 11: "ok", 12: "ok", 15: "no_data",
    }  # fmt: skip


@school("lc-bells", as_of=AS_OF, known=TAKEN)
def bells(s: School) -> None:
    s.basics()
    s.basics("8А", pupils=0)
    s.file.connection.execute(
        "update history.classes set shift = 1 where school_id = ? and class_id = '7Б'", [s.school_id]
    )
    for shift, number in ((1, 1), (1, 2), (2, 3)):
        s.row("bells", shift=shift, lesson_number=number, starts_at=time(8 + number), ends_at=time(8 + number, 40))
    s.lesson("rung", "2025-09-01", number=2)
    s.lesson("of another shift", "2025-09-01", number=3)
    s.lesson("beyond", "2025-09-01", number=9)
    s.lesson("own time", "2025-09-02", number=9, starts_at=time(17), ends_at=time(17, 40))
    s.lesson("no number", "2025-09-03", number=None)
    s.lesson("shift unknown", "2025-09-03", class_id="8А", number=3)
    s.seen(TAKEN)


def test_the_number_of_a_lesson_has_a_bell(built: Built) -> None:
    assert found(built, "lc-bells", "lesson_number_beyond_bells") == {
        "rung": "ok", "of another shift": "undetermined", "beyond": "violated", "own time": "ok",
        "no number": "no_data", "shift unknown": "ok",
    }  # fmt: skip
    assert set(found(built, "lc-slots", "lesson_number_beyond_bells").values()) <= {"no_data", "not_applicable", "ok"}


@school("lc-timetable", as_of=AS_OF, known=TAKEN)
def a_timetable(s: School) -> None:
    s.basics(subjects=("физика", "химия", "история", "музыка"))
    s.basics("8А", pupils=0)
    for weekday in range(1, 6):
        for number, subject in enumerate(("физика", "химия"), start=1):
            s.row("timetable", class_id="7Б", weekday=weekday, lesson_number=number, subject_id=subject,
                  starts_on="2025-09-01")  # fmt: skip
    s.row("timetable", class_id="7Б", weekday=5, lesson_number=3, subject_id="история", starts_on="2025-09-01")
    s.row("timetable", class_id="7Б", weekday=2, lesson_number=4, subject_id="музыка", week_parity="odd",
          starts_on="2025-09-01")  # fmt: skip
    # a week from Monday to Friday with its two lessons a day
    for day in (8, 9, 10, 11, 12):
        s.lesson(f"physics {day}", f"2025-09-{day:02}", "физика")
        s.lesson(f"chemistry {day}", f"2025-09-{day:02}", "химия", number=2)
    s.lesson("history on Friday", "2025-09-12", "история", number=3)
    s.lesson("history on Monday", "2025-09-08", "история", number=3)
    s.lesson("another number", "2025-09-12", "история", number=5)
    s.lesson("odd or even", "2025-09-09", "музыка", number=4)
    s.lesson("unknown subject", "2025-09-10", "право", number=3)
    s.lesson("instead", "2025-09-10", "история", number=4)
    s.row("substitutions", date="2025-09-10", lesson_number=4, class_id="7Б", subject_id="физика",
          absent_teacher_id="t1", kind="replace")  # fmt: skip
    s.lesson("remote day", "2025-09-15", "история", number=3)
    s.row("calendar", date="2025-09-15", day_kind="remote")
    s.lesson("history alone", "2025-09-16", "история", number=1)
    s.lesson("no timetable", "2025-09-10", "история", class_id="8А")
    s.lesson("not seen", "2025-09-11", "история", number=None, evidence="inferred", topic="Рим")
    s.seen(TAKEN)


def test_a_lesson_stands_in_the_timetable(built: Built) -> None:
    verdicts = found(built, "lc-timetable", "lesson_not_in_timetable")
    assert {name: verdict for name, verdict in verdicts.items() if verdict != "ok"} == {
        "history on Monday": "violated", "another number": "undetermined", "unknown subject": "undetermined",
        "history alone": "undetermined", "no timetable": "no_data", "not seen": "no_data",
    }  # fmt: skip


@school("lc-groups", as_of=AS_OF, known=TAKEN)
def a_divided_subject(s: School) -> None:
    s.basics(subjects=("английский", "информатика", "труд"))
    for subject in ("английский", "труд"):
        for teacher, subgroup in (("t1", f"{subject} 1"), ("t2", f"{subject} 2")):
            s.row("teaching_assignments", teacher_id=teacher, class_id="7Б", subject_id=subject, subgroup_id=subgroup,
                  starts_on="2025-09-08")  # fmt: skip
    s.lesson("group", "2025-09-09", "английский", subgroup_id="английский 1")
    s.lesson("before", "2025-09-05", "английский")
    s.lesson("whole class", "2025-09-10", "английский")
    s.lesson("joined", "2025-09-11", "английский")
    s.row("substitutions", date="2025-09-11", lesson_number=1, class_id="7Б", subject_id="английский",
          absent_teacher_id="t2", substitute_id="t1", kind="replace")  # fmt: skip
    s.lesson("beside", "2025-09-12", "английский")
    s.lesson("beside group", "2025-09-12", "английский", subgroup_id="английский 2")
    s.lesson("nothing written", "2025-09-15", "английский", status="")
    s.lesson("never named", "2025-09-10", "труд", number=2)
    s.lesson("undivided", "2025-09-10", "информатика", number=3)
    s.seen(TAKEN)


def test_a_divided_class_has_a_record_of_each_subgroup(built: Built) -> None:
    assert found(built, "lc-groups", "subgroup_records") == {
        "group": "ok", "before": "not_applicable", "whole class": "violated", "joined": "ok",
        "beside": "undetermined", "beside group": "ok", "nothing written": "not_applicable",
        "never named": "no_data", "undivided": "not_applicable",
    }  # fmt: skip


# Marks


@school("lc-marks", as_of=AS_OF, known=TAKEN)
def marks_and_scales(s: School) -> None:
    s.basics(pupils=3, subjects=("физика", "химия"))
    s.basics("1А", pupils=0)
    s.pupil("small", "1А")
    values = {
        "good": ("5", "4-", "5/4"), "words": ("зач", "н/а", "осв."), "odd": ("7", "5", "12"), "point": (".", "3", "2"),
    }  # fmt: skip
    for number, (name, given) in enumerate(values.items(), start=1):
        s.lesson(name, f"2025-09-{number:02}")
        for pupil, value in enumerate(given, start=1):
            s.mark(name, f"p{pupil}", value, kind="debt" if value == "." else None, work_type="ответ")
    for day in range(1, 7):
        s.lesson(f"ten points {day}", f"2025-09-{day:02}", "химия", number=2)
        s.mark(f"ten points {day}", "p1", "9")
    s.lesson("grade 1", "2025-09-01", class_id="1А")
    s.mark("grade 1", "small", "5")
    s.lesson("no marks", "2025-09-10")
    s.seen(TAKEN)


def test_marks_are_of_the_scale(built: Built) -> None:
    verdicts = found(built, "lc-marks", "mark_outside_scale")
    assert {name: verdict for name, verdict in verdicts.items() if not name.startswith("ten")} == {
        "good": "ok", "words": "ok", "odd": "violated", "point": "ok", "grade 1": "violated",
        "no marks": "not_applicable",
    }  # fmt: skip
    assert verdicts["ten points 1"] == "undetermined"
    assert detail(built, "lc-marks", "mark_outside_scale", "odd") == "отметка «12» и ещё 1"


@school("lc-outsiders", as_of=AS_OF, known=TAKEN)
def marks_of_others(s: School) -> None:
    s.basics(pupils=2, subjects=("физика", "английский"))
    s.basics("8А", pupils=0)
    s.basics("9А", pupils=0)
    s.pupil("of 8", "8А")
    s.pupil("new", "7Б", starts_on="2025-09-10")
    s.pupil("guessed", "9А", evidence="inferred")
    for subgroup, pupil in (("a", "p1"), ("b", "p2")):
        s.row("subgroups", subgroup_id=subgroup, name=subgroup, subject_id="английский")
        s.row("subgroup_members", pupil_id=pupil, subgroup_id=subgroup, starts_on="2025-09-01")
    lessons = (
        ("own", "физика", "", "p1"), ("of another class", "физика", "", "of 8"),
        ("before he came", "физика", "", "new"),
        ("unknown child", "физика", "", "nobody"), ("member", "английский", "a", "p1"),
        ("other subgroup", "английский", "a", "p2"), ("in no subgroup", "английский", "a", "new"),
        ("members unknown", "английский", "c", "of 8"),
    )  # fmt: skip
    for number, (name, subject, subgroup, pupil) in enumerate(lessons, start=1):
        s.lesson(name, "2025-09-05", subject, number=number, subgroup_id=subgroup)
        s.mark(name, pupil, "5")
    s.lesson("no list", "2025-09-05", class_id="9А")
    s.mark("no list", "guessed", "4")
    s.seen(TAKEN)


def test_marks_stand_at_pupils_of_the_class(built: Built) -> None:
    assert found(built, "lc-outsiders", "mark_of_outsider") == {
        "own": "ok", "of another class": "violated", "before he came": "violated", "unknown child": "undetermined",
        "member": "ok", "other subgroup": "violated", "in no subgroup": "undetermined",
        "members unknown": "not_applicable", "no list": "not_applicable",
    }  # fmt: skip


@school("lc-work-types", as_of=AS_OF, known=TAKEN)
def kinds_of_marks(s: School) -> None:
    s.basics(pupils=3)
    s.basics("8А", pupils=0)
    s.basics("9А", pupils=0)
    for pupil, class_id in (("q", "8А"), ("r", "9А")):
        s.pupil(pupil, class_id)
    s.lesson("typed", "2025-09-01")
    s.lesson("blank", "2025-09-02")
    for pupil in ("p1", "p2", "p3"):
        s.mark("typed", pupil, "5", work_type="ответ")
    s.mark("blank", "p1", "4")
    s.mark("blank", "p2", "4", work_type="ответ")
    s.lesson("none ever", "2025-09-01", class_id="8А")
    s.mark("none ever", "q", "5")
    for day in range(1, 5):
        s.lesson(f"seldom {day}", f"2025-09-0{day}", class_id="9А")
        s.mark(f"seldom {day}", "r", "5", work_type="контрольная" if day == 1 else None)
    s.lesson("debt", "2025-09-03")
    s.mark("debt", "p1", ".", kind="debt")
    s.seen(TAKEN)


def test_marks_tell_their_kind_of_work_where_the_export_can(built: Built) -> None:
    assert found(built, "lc-work-types", "work_type_set") == {
        "typed": "ok", "blank": "violated", "none ever": "no_data", "debt": "not_applicable", "seldom 1": "ok",
        "seldom 2": "undetermined", "seldom 3": "undetermined", "seldom 4": "undetermined",
    }  # fmt: skip
    assert detail(built, "lc-work-types", "work_type_set", "blank") == "1 отметка без вида работы"


# All of them


@school("lc-unwatched", as_of=AS_OF, known=TAKEN)
def nobody_looks(s: School) -> None:
    days_off(s)
    s.row("grading", subject_id="физика", graded="uncontrolled")


def test_a_subject_that_is_not_checked_is_left_alone(built: Built) -> None:
    rows = built.rows("select distinct verdict from checks.chk_lesson_conditions where school_id = 'lc-unwatched'")
    assert [row["verdict"] for row in rows] == ["not_applicable"]


def test_each_lesson_has_each_rule_once(built: Built) -> None:
    counted = built.one(
        """
        select
            count(*) as n,
            count(distinct (school_id, rule, subject_key, academic_year)) as n_keys,
            (select count(*) from checks.idx_lessons) * 14 as n_expected
        from checks.chk_lesson_conditions
        """
    )
    assert counted["n"] == counted["n_keys"] == counted["n_expected"]


@pytest.mark.parametrize("word", ["нарушен", "опоздан", "оценк"])
def test_no_word_accuses(built: Built, word: str) -> None:
    rows = built.rows("select detail from checks.chk_lesson_conditions where lower(detail) like ?", f"%{word}%")
    assert rows == []
