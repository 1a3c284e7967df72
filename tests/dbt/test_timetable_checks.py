"""Lessons that the timetable expects, timetables that end too early, pupils and their subgroups."""

from __future__ import annotations

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

AS_OF, TAKEN = "2025-09-16T08:00", "2025-09-15T23:50"
# Monday to Friday of one week
WEEK = range(8, 13)


def slots(built: Built, school_id: str) -> dict[tuple[str, str], str]:
    """(subject, day) → verdict of missing_lesson; the last number of the day where there are several."""
    rows = built.rows(
        "select subject_id, date, verdict from checks.chk_missing_lesson where school_id = ? order by subject_key",
        school_id,
    )
    return {(row["subject_id"], str(row["date"])[8:]): row["verdict"] for row in rows}


def timetable(s: School, class_id: str = "7Б", subjects: tuple[str, ...] = ("физика", "химия", "право")) -> None:
    for weekday in range(1, 6):
        for number, subject in enumerate(subjects, start=1):
            s.row("timetable", class_id=class_id, weekday=weekday, lesson_number=number, subject_id=subject,
                  starts_on="2025-09-08")  # fmt: skip


def lessons(s: School, *left_out: tuple[str, int]) -> None:
    for day in WEEK:
        for number, subject in enumerate(("физика", "химия", "право"), start=1):
            if (subject, day) not in left_out:
                s.lesson(f"{subject} {day}", f"2025-09-{day:02}", subject, number=number)


@school("tt-missing", as_of=AS_OF, known=TAKEN)
def lessons_are_missing(s: School) -> None:
    s.basics(subjects=("физика", "химия", "право"))
    timetable(s)
    gaps = (("химия", 8), ("химия", 9), ("право", 9), ("химия", 10), ("физика", 11), ("химия", 12))
    lessons(s, *gaps)
    s.lesson("called off", "2025-09-10", "химия", number=2, status="cancelled")
    s.row("substitutions", date="2025-09-11", lesson_number=1, class_id="7Б", subject_id="физика",
          absent_teacher_id="t1", kind="cancel")  # fmt: skip
    s.lesson("instead", "2025-09-12", "право", number=2)
    s.row("teaching_assignments", teacher_id="t5", class_id="7Б", subject_id="химия", starts_on="2025-09-01")
    s.row("calendar", date="2025-09-15", day_kind="vacation")
    # the whole class stayed at home: nobody wrote anything
    s.seen(TAKEN)


def test_a_lesson_that_the_journal_does_not_show_is_found(built: Built) -> None:
    verdicts = slots(built, "tt-missing")
    assert {key: verdict for key, verdict in verdicts.items() if verdict != "ok"} == {
        ("химия", "08"): "violated", ("химия", "09"): "undetermined", ("право", "09"): "undetermined",
        ("химия", "12"): "undetermined",
    }  # fmt: skip
    row = built.one("select * from checks.chk_missing_lesson where school_id = 'tt-missing' and verdict = 'violated'")
    assert row["subject_key"] == "7Б||химия|2025-09-08|2"
    assert (row["teacher_id"], row["detail"]) == ("t5", "урок № 2, химия")


@school("tt-looks", as_of=AS_OF, known=TAKEN)
def looked_at_too_early(s: School) -> None:
    s.basics(subjects=("физика", "химия", "право"))
    timetable(s)
    lessons(s, ("химия", 8), ("химия", 12))
    s.seen("2025-09-10T12:00")


@school("tt-inferred", as_of=AS_OF, known=TAKEN)
def lessons_known_by_marks(s: School) -> None:
    s.basics(subjects=("физика", "химия", "право"))
    timetable(s)
    s.lesson("one", "2025-09-08", "физика", number=None, evidence="inferred")
    s.lesson("two", "2025-09-08", "химия", number=None, evidence="inferred")
    for lesson in ("one", "two"):
        s.mark(lesson, "p1", "5")
    s.seen(TAKEN)


@school("tt-empty-day", as_of=AS_OF, known=TAKEN)
def a_class_was_away(s: School) -> None:
    s.basics(subjects=("физика", "химия", "право"))
    s.basics("8А", pupils=0)
    timetable(s)
    s.lesson("elsewhere", "2025-09-08", "физика", class_id="8А")
    s.lesson("own", "2025-09-09", "физика")
    s.seen(TAKEN)


def test_nothing_is_missing_where_nobody_could_have_seen_it(built: Built) -> None:
    early = slots(built, "tt-looks")
    assert early["химия", "08"] == "violated"
    assert early["химия", "12"] == "no_data"
    inferred = slots(built, "tt-inferred")
    assert inferred["право", "08"] == "no_data"
    away = slots(built, "tt-empty-day")
    assert {verdict for (_, day), verdict in away.items() if day == "08"} == {"no_data"}
    assert away["химия", "09"] == "undetermined"


@school("tt-groups", as_of=AS_OF, known=TAKEN)
def subgroups_in_the_timetable(s: School) -> None:
    s.basics(subjects=("английский", "физика"))
    s.basics("7А", pupils=0)
    for weekday in (1, 2, 3, 4):
        s.row("timetable", class_id="7Б", weekday=weekday, lesson_number=1, subject_id="физика", starts_on="2025-09-01")
        for subgroup in ("a", "b"):
            s.row("timetable", class_id="7Б", weekday=weekday, lesson_number=2, subject_id="английский",
                  subgroup_id=subgroup, starts_on="2025-09-01")  # fmt: skip
    for day in range(8, 12):
        s.lesson(f"physics {day}", f"2025-09-{day:02}", "физика")
    s.lesson("a 8", "2025-09-08", "английский", number=3, subgroup_id="a")
    s.lesson("b 8", "2025-09-08", "английский", number=3, subgroup_id="b", class_id="7А")
    s.lesson("a 9", "2025-09-09", "английский", number=3, subgroup_id="a")
    s.lesson("all 10", "2025-09-10", "английский", number=3)
    s.row("timetable", class_id="7Б", weekday=4, lesson_number=3, subject_id="английский", week_parity="odd",
          starts_on="2025-09-01")  # fmt: skip
    s.lesson("a 11", "2025-09-11", "английский", number=5, subgroup_id="a")
    s.lesson("b 11", "2025-09-11", "английский", number=5, subgroup_id="b")
    s.seen(TAKEN)


def test_each_subgroup_has_its_lesson(built: Built) -> None:
    rows = built.rows(
        "select subgroup_id, date, verdict from checks.chk_missing_lesson"
        " where school_id = 'tt-groups' and subgroup_id <> '' and date >= date '2025-09-08'"
    )
    verdicts = {(row["subgroup_id"], str(row["date"])[8:]): row["verdict"] for row in rows}
    assert verdicts == {
        ("a", "08"): "ok", ("b", "08"): "ok", ("a", "09"): "ok", ("b", "09"): "violated", ("a", "10"): "ok",
        ("b", "10"): "ok", ("a", "11"): "ok", ("b", "11"): "ok",
    }  # fmt: skip


@school("tt-changed", as_of=AS_OF, known=TAKEN)
def a_timetable_that_changed(s: School) -> None:
    s.basics(subjects=("физика", "химия"))
    s.row("timetable", class_id="7Б", weekday=1, lesson_number=1, subject_id="физика", starts_on="2025-09-01")
    s.row("timetable", class_id="7Б", weekday=1, lesson_number=1, subject_id="химия", starts_on="2025-09-08")
    s.row("timetable", class_id="7Б", weekday=1, lesson_number=2, subject_id="физика", starts_on="2025-09-01",
          ends_on="2025-09-07")  # fmt: skip
    for day in ("2025-09-01", "2025-09-08"):
        s.lesson(f"химия {day}", day, "химия")
    s.seen(TAKEN)


def test_what_began_last_stands_in_place_of_what_was_there(built: Built) -> None:
    rows = built.rows("select subject_key from checks.idx_timetable_slots where school_id = 'tt-changed' order by 1")
    assert [row["subject_key"] for row in rows] == [
        "7Б||физика|2025-09-01|1", "7Б||физика|2025-09-01|2", "7Б||химия|2025-09-08|1",
    ]  # fmt: skip


@school("tt-parity", as_of="2025-09-30T08:00", known="2025-09-29T23:00")
def lessons_of_every_second_week(s: School) -> None:
    """Odd: физика, химия, музыка; even: право, изо. 1 September begins an odd week, 15 September nobody knows."""
    s.basics(subjects=("физика", "химия", "музыка", "право", "изо", "биология", "алгебра"))
    odd, even = ("физика", "химия", "музыка"), ("право", "изо", "биология")
    for number, (of_odd, of_even) in enumerate(zip(odd, even, strict=True), start=1):
        for parity, subject in (("odd", of_odd), ("even", of_even)):
            s.row("timetable", class_id="7Б", weekday=1, lesson_number=number, subject_id=subject, week_parity=parity,
                  starts_on="2025-09-01", teacher_id=f"t {subject}")  # fmt: skip
    s.row("timetable", class_id="7Б", weekday=1, lesson_number=5, subject_id="алгебра", starts_on="2025-09-01",
          teacher_id="t алгебра")  # fmt: skip
    days = {
        "2025-09-01": ("физика", "химия", "алгебра"), "2025-09-08": ("право", "изо"),
        "2025-09-15": ("физика", "право", "алгебра"), "2025-09-22": ("музыка", "алгебра"),
    }  # fmt: skip
    for day, subjects in days.items():
        for number, subject in enumerate(subjects, start=10):
            s.lesson(f"{subject} {day}", day, subject, number=number)
    s.seen("2025-09-29T23:00")


def test_which_week_it_is_must_show_before_a_lesson_of_every_second_week_is_missing(built: Built) -> None:
    found = slots(built, "tt-parity")
    of_odd = {subject: verdict for (subject, day), verdict in found.items() if day == "01"}
    assert of_odd == {
        "физика": "ok", "химия": "ok", "музыка": "violated", "алгебра": "ok",
        "право": "not_applicable", "изо": "not_applicable", "биология": "not_applicable",
    }  # fmt: skip
    of_even = {subject: verdict for (subject, day), verdict in found.items() if day == "08"}
    assert of_even["музыка"] == "not_applicable"
    assert of_even["биология"] == "undetermined", "the journal knows no such subject"
    assert of_even["алгебра"] == "violated", "of the four lessons of that week two stand"
    for day in ("15", "22"):  # lessons of both weeks, and a single one
        open_ones = {subject for (subject, date), verdict in found.items() if (date, verdict) == (day, "undetermined")}
        assert {"химия", "изо", "биология"} <= open_ones
        assert "violated" not in {verdict for (_, date), verdict in found.items() if date == day}


def test_the_line_names_the_teacher_where_the_load_names_none(built: Built) -> None:
    row = built.checks("tt-parity", "missing_lesson")["7Б||алгебра|2025-09-08|5"]
    assert (row["verdict"], row["teacher_id"]) == ("violated", "t алгебра")


# Weeks without a timetable


@school("tt-cover", as_of=AS_OF, known=TAKEN)
def timetables_of_a_period(s: School) -> None:
    s.basics()
    for class_id in ("5А", "6А", "8А", "9А"):
        s.basics(class_id, pupils=0)
    for class_id, first, last in (
        ("7Б", "2025-09-01", None), ("5А", "2025-09-01", "2025-10-10"), ("6А", "2025-09-15", None),
        ("8А", "2025-09-01", "2025-09-14"), ("8А", "2025-09-22", None),
    ):  # fmt: skip
        s.row("timetable", class_id=class_id, weekday=1, lesson_number=1, subject_id="физика", starts_on=first,
              ends_on=last)  # fmt: skip
    s.lesson("own", "2025-09-08")
    s.seen(TAKEN)


@school("tt-cover-vacation", as_of=AS_OF, known=TAKEN)
def a_week_off(s: School) -> None:
    s.basics()
    s.row("timetable", class_id="7Б", weekday=1, lesson_number=1, subject_id="физика", starts_on="2025-09-01",
          ends_on="2025-10-18")  # fmt: skip
    for day in range(20, 27):
        s.row("calendar", date=f"2025-10-{day}", day_kind="vacation")
    s.seen(TAKEN)


@school("tt-cover-guess", as_of=AS_OF, known=TAKEN)
def no_periods_told(s: School) -> None:
    s.row("classes", class_id="7Б", grade=7, name="7Б")
    s.row("timetable", class_id="7Б", weekday=1, lesson_number=1, subject_id="физика", starts_on="2025-09-01",
          ends_on="2025-09-26")  # fmt: skip
    s.seen(TAKEN)


def covers(built: Built, school_id: str) -> dict[str, tuple[str, str]]:
    rows = built.rows(
        "select class_id, verdict, detail from checks.chk_timetable_covers_period where school_id = ?", school_id
    )
    return {row["class_id"]: (row["verdict"], row["detail"]) for row in rows}


def test_a_timetable_reaches_to_the_end_of_the_period(built: Built) -> None:
    assert covers(built, "tt-cover") == {
        "7Б": ("ok", ""),
        "5А": ("violated", "расписания нет на 2 недели, 13–25.10"),
        "6А": ("undetermined", "расписание известно не на все недели периода"),
        "8А": ("undetermined", "расписание известно не на все недели периода"),
        "9А": ("no_data", "расписания класса нет"),
    }
    assert covers(built, "tt-cover-vacation")["7Б"] == ("ok", "")
    assert covers(built, "tt-cover-guess")["7Б"][0] == "undetermined"


# Pupils and subgroups


def members(s: School, subject: str, **subgroups: tuple[str, ...]) -> None:
    for name, pupils in subgroups.items():
        s.row("subgroups", subgroup_id=f"{subject} {name}", name=name, subject_id=subject)
        for pupil in pupils:
            s.row("subgroup_members", pupil_id=pupil, subgroup_id=f"{subject} {name}", starts_on="2025-09-01")


@school("tt-members", as_of=AS_OF, known=TAKEN)
def pupils_of_subgroups(s: School) -> None:
    subjects = ("английский", "труд", "информатика", "немецкий", "физика", "музыка")
    s.basics(pupils=5, subjects=subjects)
    s.basics("7А", pupils=0)
    s.pupil("neighbour", "7А")
    s.pupil("at home", "7Б", form="home")
    members(s, "английский", a=("p1", "p2", "neighbour"), b=("p3", "p4", "p5"))
    members(s, "труд", a=("p1", "p2", "p3"), b=("p3", "p4"))
    members(s, "информатика", a=("p1", "p2"), b=())
    members(s, "немецкий", a=("p1",), b=("p2", "p3", "p4"))
    members(s, "музыка", a=("p1", "p2", "p3"), b=("p4", "p5"), c=("p1", "p2", "p4"), d=("p3", "p5"))
    members(s, "физика", a=("p1", "p2", "p3", "p4", "p5"))
    for subgroup in ("a", "b"):
        s.lesson(f"info {subgroup}", "2025-09-08", "информатика", subgroup_id=f"информатика {subgroup}")
    s.lesson("труд", "2025-09-09", "труд", subgroup_id="труд b")
    s.mark("труд", "p5", "5")
    s.seen(TAKEN)


@school("tt-members-released", as_of=AS_OF, known=TAKEN)
def a_pupil_is_released(s: School) -> None:
    s.basics(pupils=3, subjects=("труд",))
    members(s, "труд", a=("p1",), b=("p2",))
    s.row("releases", pupil_id="p3", subject_id="труд", starts_on="2025-09-01")
    s.lesson("труд", "2025-09-09", "труд", subgroup_id="труд b")
    s.mark("труд", "p3", "5")
    s.seen(TAKEN)


def test_every_pupil_is_in_one_subgroup(built: Built) -> None:
    rows = built.rows(
        "select class_id, subject_id, verdict, detail from checks.chk_subgroup_members where school_id = 'tt-members'"
    )
    assert {(row["class_id"], row["subject_id"]): row["verdict"] for row in rows} == {
        ("7Б", "английский"): "ok", ("7Б", "труд"): "violated", ("7Б", "информатика"): "no_data",
        ("7Б", "немецкий"): "undetermined", ("7Б", "музыка"): "undetermined",
    }  # fmt: skip
    told = {row["subject_id"]: row["detail"] for row in rows}
    assert told["труд"] == "в нескольких подгруппах — 1 ученик, ни в одной подгруппе — 1 ученик"
    released = built.one("select verdict from checks.chk_subgroup_members where school_id = 'tt-members-released'")
    assert released["verdict"] == "ok"
