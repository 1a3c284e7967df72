"""OneRoster CSV: a package built from the standard's description, and everything that can be wrong with one."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import code_map, school_codes
from ingest.large_files import LargeFile
from ingest.readers import journal_csv, oneroster
from ingest.reading import Export, Reading, Statement, UnreadableExportError
from ingest.registry import reader_for

COMMON = ("sourcedId", "status", "dateLastModified")
HEADERS = {
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "orgs": "name type identifier parentSourcedId metadata.zavuch.asOf",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects"
    " subjectCodes periods",
    "users": "enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms"
    " phone agentSourcedIds grades password",
    "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "categories": "title weight",
    "lineItems": "title description assignDate dueDate classSourcedId categorySourcedId gradingPeriodSourcedId"
    " resultValueMin resultValueMax metadata.zavuch.lessonNumber",
    "results": "lineItemSourcedId studentSourcedId scoreStatus score scoreDate comment textScore"
    " metadata.zavuch.kind metadata.zavuch.weight metadata.zavuch.countsInMean",
    "attendance": "classSourcedId studentSourcedId date lessonNumber sequence state printedCode reason minutesLate",
}  # fmt: skip
IN_1_2 = {
    "users": "enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds"
    " grades password userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName"
    " primaryOrgSourcedId pronouns",
    "lineItems": "title description assignDate dueDate classSourcedId categorySourcedId academicSessionSourcedId"
    " resultValueMin resultValueMax schoolSourcedId metadata.zavuch.lessonNumber",
}  # fmt: skip

Record = dict[str, Any]


@dataclass
class Package:
    """Writes the files of a package from records; every file that has records is bulk unless said otherwise."""

    version: str = "1.1"
    records: dict[str, list[Record]] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)

    def add(self, file: str, sourced_id: str, **values: Any) -> None:
        self.records.setdefault(file, []).append({"sourcedId": sourced_id, **values})

    def files(self) -> dict[str, bytes]:
        written = {f"{file}.csv": self._table(file, records) for file, records in self.records.items()}
        rows = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", self.version)]
        rows += [
            (f"file.{file}", self.modes.get(file, "bulk" if file in self.records else "absent"))
            for file in HEADERS
            if file != "attendance" or file in self.modes
        ]
        return {"manifest.csv": _csv(rows), **written}

    def _table(self, file: str, records: list[Record]) -> bytes:
        declared = IN_1_2.get(file) if self.version == "1.2" else None
        header = [*COMMON, *(declared or HEADERS[file]).split()]
        unknown = {name for record in records for name in record} - set(header)
        assert not unknown, unknown
        return _csv([header, *([record.get(name, "") for name in header] for record in records)])

    def export(self, **replaced: bytes) -> Export:
        return Export("школа.zip", self.files() | {f"{name}.csv": data for name, data in replaced.items()})

    def read(self) -> Reading:
        return oneroster.read(self.export())


def _csv(rows: list[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def school(version: str = "1.1") -> Package:
    """A school with two classes: algebra for 7Б whole, English for a part of it, technology for boys of both."""
    p = Package(version)
    p.add("orgs", "org-0", name="Департамент", type="district")
    p.add("orgs", "org-1", name="МБОУ «СОШ № 1»", type="school", parentSourcedId="org-0")
    p.add("academicSessions", "y", title="2025-2026", type="schoolYear", startDate="2025-09-01", endDate="2026-05-26",
          schoolYear="2026")  # fmt: skip
    p.add("academicSessions", "q1", title="1 четверть", type="gradingPeriod", startDate="2025-09-01",
          endDate="2025-10-26", parentSourcedId="y", schoolYear="2026")  # fmt: skip
    p.add("academicSessions", "h1", title="I полугодие", type="semester", startDate="2025-09-01", endDate="2025-12-28",
          parentSourcedId="y", schoolYear="2026")  # fmt: skip
    for course, title in (("c-alg", "Алгебра"), ("c-eng", "Иностранный язык (английский)"), ("c-tec", "Технология")):
        p.add("courses", course, title=title, orgSourcedId="org-1")
    group = {"schoolSourcedId": "org-1", "termSourcedIds": "q1"}
    p.add("classes", "7b", title="7 «Б»", classType="homeroom", grades="07", **group)
    p.add("classes", "7v", title="7-В", classType="homeroom", grades="07", **group | {"termSourcedIds": "h1"})
    p.add("classes", "alg", title="7Б Алгебра", classType="scheduled", courseSourcedId="c-alg", **group)
    p.add("classes", "eng", title="Английский (группа 1)", classType="scheduled", courseSourcedId="c-eng", **group)
    p.add("classes", "tec", title="Технология, мальчики", classType="scheduled", courseSourcedId="c-tec", **group)
    people = (("s1", "Петров", "Пётр", "Ильич"), ("s2", "Ёлкина", "Анна", ""), ("s3", "Иванов", "Иван", "Иванович"),
              ("s4", "Сидоров", "Олег", ""))  # fmt: skip
    for user, last, first, middle in people:
        _user(p, user, last, first, middle, "student")
    _user(p, "t1", "Кузнецова", "Мария", "Львовна", "teacher")
    _user(p, "t2", "Белов", "Юрий", "Ильич", "teacher")
    for number, (where, users) in enumerate(
        (("7b", "s1 s2 s3"), ("7v", "s4"), ("alg", "s1 s2 s3"), ("eng", "s1 s2"), ("tec", "s1 s3 s4"))
    ):
        for user in users.split():
            p.add("enrollments", f"e{number}-{user}", classSourcedId=where, schoolSourcedId="org-1",
                  userSourcedId=user, role="student")  # fmt: skip
    for where, teacher in (("7b", "t2"), ("alg", "t1"), ("tec", "t2")):
        p.add("enrollments", f"e-{where}-{teacher}", classSourcedId=where, schoolSourcedId="org-1",
              userSourcedId=teacher, role="teacher", primary="true")  # fmt: skip
    p.add("categories", "cat", title="Контрольная работа", weight="2")
    p.add("categories", "period", title="Отметка за период")
    p.add("categories", "none", title="Без вида работы")
    return p


def _user(p: Package, user: str, last: str, first: str, middle: str, role: str) -> None:
    record = {"enabledUser": "true", "username": "логин", "givenName": first, "familyName": last, "middleName": middle,
              "email": "a@b.c", "phone": "+7", "password": "секрет"}  # fmt: skip
    if p.version == "1.1":
        p.add("users", user, role=role, orgSourcedIds="org-1", **record)
    else:
        p.add("users", user, **record)
        p.add("roles", f"r-{user}", userSourcedId=user, roleType="primary", role=role, orgSourcedId="org-1")


def work(p: Package, item: str, klass: str = "alg", day: str = "2025-09-10", **values: Any) -> None:
    given = {"title": "Работа", "assignDate": day, "dueDate": day, "classSourcedId": klass, "categorySourcedId": "cat",
             "resultValueMin": "0", "resultValueMax": "5"}  # fmt: skip
    p.add("lineItems", item, **given | values)


def result(p: Package, name: str, item: str, user: str = "s1", score: str = "", **values: Any) -> None:
    p.add("results", name, lineItemSourcedId=item, studentSourcedId=user, score=score, **{
        "scoreStatus": "fully graded", **values,
    })  # fmt: skip


def rows(reading: Reading, table: str, *columns: str) -> list[tuple[Any, ...]]:
    frame = reading.tables.get(table, pl.DataFrame())
    if "deleted" in frame.columns:
        frame = frame.filter(~pl.col("deleted").fill_null(value=False))
    return sorted(frame.select(columns).rows(), key=str) if frame.height else []


def named(reading: Reading) -> dict[str, str]:
    """Placeholder → surname."""
    pupils = dict(reading.tables["pupils"].select("pupil_id", "last_name").iter_rows())
    return pupils | dict(reading.tables["teachers"].select("teacher_id", "last_name").iter_rows())


def told(reading: Reading) -> list[tuple[str, str]]:
    return [(cell.address, cell.reason) for cell in reading.rejected]


def stated(reading: Reading, table: str) -> Statement:
    (one,) = [statement for statement in reading.statements if statement.table == table]
    return one


def marks(reading: Reading) -> list[tuple[Any, ...]]:
    """(day, subject, pupil, value, kind) of every mark."""
    lessons = {row["lesson_id"]: row for row in reading.tables["lessons"].iter_rows(named=True)}
    names = named(reading)
    return sorted(
        (str(lessons[lesson]["date"]), lessons[lesson]["subject_id"], names[pupil], value, kind)
        for lesson, pupil, value, kind in rows(reading, "marks", "lesson_id", "pupil_id", "value", "kind")
    )


# Recognising


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_package_is_known_by_its_manifest_and_left_alone_by_the_journal_csv(version: str) -> None:
    export = school(version).export()
    assert oneroster.recognise(export)
    assert not journal_csv.recognise(export)
    assert reader_for(export) is oneroster


def test_attendance_of_our_own_is_not_taken_for_the_canonical_table() -> None:
    p = school()
    p.add("attendance", "a1", classSourcedId="alg", studentSourcedId="s1", date="2025-09-10", state="ill")
    assert not journal_csv.recognise(p.export())


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"manifest.csv": b""},
        {"manifest.csv": b"propertyName,value\r\nmanifest.version,1.0\r\n"},
        {"manifest.csv": b"school_id,taken_at\r\ns1,2025-09-01\r\n"},
        {"marks.csv": b"lesson_id,pupil_id,value\r\n1,2,5\r\n"},
        {"manifest.csv": bytes(range(256))},
        {"manifest.csv": b'propertyName,"value'},
    ],
    ids=["nothing", "empty", "no version", "journal", "no manifest", "bytes", "open quote"],
)
def test_other_folders_are_not_taken_for_a_package(files: dict[str, bytes]) -> None:
    assert not oneroster.recognise(Export("x", files))


def test_a_file_of_a_folder_that_stayed_on_disk_is_read_too(tmp_path: Path) -> None:
    files = full().files()
    path = tmp_path / "results.csv"
    path.write_bytes(files.pop("results.csv"))
    large = {"results.csv": LargeFile(path, path.stat().st_size, "0" * 64)}
    export = Export("школа", files, large)
    assert oneroster.recognise(export)
    assert marks(oneroster.read(export)) == marks(full().read())
    endless = Export("школа", files, {"results.csv": LargeFile(path, 1 << 40, "0" * 64)})
    with pytest.raises(UnreadableExportError, match="слишком велик"):
        oneroster.read(endless)


# The roster


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_classes_pupils_teachers_and_groups(version: str) -> None:
    reading = school(version).read()
    assert reading.rejected == []
    assert (reading.system, reading.export_kind, reading.system_version) == ("oneroster", "csv", version)
    assert (reading.school_name, reading.school_id, reading.taken_at) == ("МБОУ «СОШ № 1»", "", None)
    assert rows(reading, "classes", "class_id", "grade", "letter", "academic_year") == [
        ("7Б", 7, "Б", "2025/2026"), ("7В", 7, "В", "2025/2026"),
    ]  # fmt: skip
    names = named(reading)
    assert sorted(names.values()) == sorted(["Белов", "Кузнецова", "Петров", "Сидоров", "Иванов", "Ёлкина"])
    assert {names[pupil]: class_id for pupil, class_id in rows(reading, "enrollments", "pupil_id", "class_id")} == {
        "Петров": "7Б", "Ёлкина": "7Б", "Иванов": "7Б", "Сидоров": "7В",
    }  # fmt: skip
    assert rows(reading, "enrollments", "starts_on", "ends_on", "evidence") == [(date(2025, 9, 1), None, "roster")] * 4
    assert [(names[t], c) for t, c in rows(reading, "class_teachers", "teacher_id", "class_id")] == [("Белов", "7Б")]
    assert rows(reading, "subgroups", "name", "subject_id") == [
        ("Английский (группа 1)", "иностранный язык (английский)"), ("Технология, мальчики", "технология"),
    ]  # fmt: skip
    members: dict[str, set[str]] = {}
    for pupil, subgroup in rows(reading, "subgroup_members", "pupil_id", "subgroup_id"):
        members.setdefault(subgroup, set()).add(names[pupil])
    assert members == {
        "oneroster:eng": {"Петров", "Ёлкина"},
        "oneroster:tec": {"Петров", "Иванов", "Сидоров"},
    }
    assert rows(reading, "subgroup_classes", "subgroup_id", "class_id") == [
        ("oneroster:eng", "7Б"), ("oneroster:tec", "7Б"), ("oneroster:tec", "7В"),
    ]  # fmt: skip
    taught = rows(reading, "teaching_assignments", "teacher_id", "class_id", "subject_id", "subgroup_id")
    assert sorted((names[t], *rest) for t, *rest in taught) == [
        ("Белов", "7Б", "технология", "oneroster:tec"), ("Белов", "7В", "технология", "oneroster:tec"),
        ("Кузнецова", "7Б", "алгебра", ""),
    ]  # fmt: skip


def test_people_are_sighted_with_id_name_and_class() -> None:
    people = {(p.role, p.full_name, p.class_id, p.academic_year, p.external_id) for p in school().read().people}
    assert ("pupil", "елкина анна", "7Б", "2025/2026", "oneroster:s2") in people
    assert ("teacher", "кузнецова мария львовна", "", "", "oneroster:t1") in people
    assert len(people) == len(school().read().people) == 6


def test_every_placeholder_in_the_rows_has_its_person() -> None:
    p = school()
    work(p, "w1")
    result(p, "r1", "w1", score="5")
    p.add("users", "s9", status="tobedeleted", role="student")
    p.add("enrollments", "e9", status="tobedeleted", classSourcedId="7b", userSourcedId="t1", role="teacher")
    reading = p.read()
    shown = {
        value
        for frame in reading.tables.values()
        for column in frame.columns
        if column.endswith(("pupil_id", "teacher_id"))
        for value in frame[column].drop_nulls()
    }
    assert shown == {person.placeholder for person in reading.people}


def test_nothing_private_is_read() -> None:
    text = repr(school().read())
    for secret in ("логин", "секрет", "a@b.c", "+7"):
        assert secret not in text


def test_periods_and_the_classes_that_use_them() -> None:
    assert rows(school().read(), "periods", "period_id", "kind", "ordinal", "starts_on", "ends_on", "class_ids") == [
        ("half_year-1", "half_year", 1, date(2025, 9, 1), date(2025, 12, 28), "7В"),
        ("quarter-1", "quarter", 1, date(2025, 9, 1), date(2025, 10, 26), "7Б"),
        ("year-1", "year", 1, date(2025, 9, 1), date(2026, 5, 26), None),
    ]  # fmt: skip


def test_a_class_that_names_only_its_year_uses_all_its_sessions() -> None:
    p = school()
    for record in p.records["classes"]:
        record["termSourcedIds"] = "y"
    assert rows(p.read(), "periods", "period_id", "class_ids") == [
        ("half_year-1", None), ("quarter-1", None), ("year-1", None),
    ]  # fmt: skip


def test_sessions_of_one_kind_with_other_days_stay_apart() -> None:
    p = school()
    p.add("academicSessions", "q1-10", title="1 четверть", type="gradingPeriod", startDate="2025-09-01",
          endDate="2025-10-31", parentSourcedId="y")  # fmt: skip
    p.records["classes"][1]["termSourcedIds"] = "q1-10"
    periods = {name: (last, classes) for name, last, classes in rows(p.read(), "periods", "period_id", "ends_on",
                                                                      "class_ids")}  # fmt: skip
    assert periods["oneroster:q1-10"] == (date(2025, 10, 31), "7В")
    assert periods["quarter-1"][0] == date(2025, 10, 26)


def test_a_session_is_told_by_its_days_where_its_title_says_nothing() -> None:
    p = school()
    p.add("academicSessions", "x", title="Term B", type="term", startDate="2025-11-05", endDate="2025-12-28")
    p.add("academicSessions", "z", title="Week", type="term", startDate="2025-11-05", endDate="2025-11-12")
    reading = p.read()
    assert ("quarter-2",) in rows(reading, "periods", "period_id")
    assert [note.raw for note in reading.warnings] == ["Week"]


def test_a_session_that_begins_in_august_belongs_to_the_coming_year() -> None:
    p = school()
    for record in p.records["academicSessions"]:
        record["startDate"] = "2025-08-25"
    reading = p.read()
    assert set(reading.tables["periods"]["academic_year"]) == {"2025/2026"}
    assert set(reading.tables["enrollments"]["starts_on"]) == {date(2025, 8, 25)}


def test_dates_of_enrollments_are_kept_and_who_moved_is_in_two_classes() -> None:
    p = school()
    for record in p.records["enrollments"]:
        if record["sourcedId"] == "e0-s1":
            record["endDate"] = "2025-10-10"
    p.add("enrollments", "e-moved", classSourcedId="7v", userSourcedId="s1", role="student", beginDate="2025-10-11")
    reading = p.read()
    names = named(reading)
    moved = [r[1:] for r in rows(reading, "enrollments", "pupil_id", "class_id", "starts_on", "ends_on")
             if names[r[0]] == "Петров"]  # fmt: skip
    assert moved == [("7Б", date(2025, 9, 1), date(2025, 10, 10)), ("7В", date(2025, 10, 11), None)]
    assert {p.class_id for p in reading.people if p.external_id == "oneroster:s1"} == {"7Б", "7В"}
    assert ("oneroster:alg",) not in rows(reading, "subgroups", "subgroup_id")


def test_a_group_belongs_to_the_class_that_its_pupil_was_in_at_the_time() -> None:
    p = school()
    for record in p.records["enrollments"]:
        if record["sourcedId"] in ("e0-s1", "e3-s1"):
            record["endDate"] = "2025-10-10"
    p.records["enrollments"] = [r for r in p.records["enrollments"] if r["sourcedId"] != "e3-s2"]
    p.add("enrollments", "e-moved", classSourcedId="7v", userSourcedId="s1", role="student", beginDate="2025-10-11")
    assert rows(p.read(), "subgroup_classes", "subgroup_id", "class_id")[0] == ("oneroster:eng", "7Б")
    assert ("oneroster:eng", "7В") not in rows(p.read(), "subgroup_classes", "subgroup_id", "class_id")


def test_a_group_without_one_pupil_of_the_class_is_a_subgroup() -> None:
    p = school()
    p.records["enrollments"] = [r for r in p.records["enrollments"] if r["sourcedId"] != "e2-s3"]
    assert ("oneroster:alg", "7Б Алгебра") in rows(p.read(), "subgroups", "subgroup_id", "name")


def test_a_pupil_who_is_in_no_group_at_all_makes_no_group_a_subgroup() -> None:
    p = school()
    _user(p, "s5", "Домашний", "Пётр", "", "student")
    p.add("enrollments", "e-home", classSourcedId="7b", userSourcedId="s5", role="student")
    assert ("oneroster:alg",) not in rows(p.read(), "subgroups", "subgroup_id")


def test_without_homerooms_the_titles_of_groups_tell_the_classes() -> None:
    p = school()
    p.records["classes"] = [r for r in p.records["classes"] if r["sourcedId"] == "alg"]
    p.records["enrollments"] = [r for r in p.records["enrollments"] if r["classSourcedId"] == "alg"]
    work(p, "w1")
    reading = p.read()
    assert reading.rejected == []
    assert rows(reading, "classes", "class_id", "grade") == [("7Б", 7)]
    assert rows(reading, "enrollments", "class_id", "evidence") == [("7Б", "inferred")] * 3
    assert rows(reading, "lessons", "class_id", "subgroup_id") == [("7Б", None)]


@pytest.mark.parametrize(
    ("title", "course", "subjects", "subject"),
    [
        ("7Б Алгебра", "c-alg", "", "алгебра"),
        ("7Б Геометрия", "", "", "геометрия"),
        ("7-Б, Геометрия", "", "", "геометрия"),
        ("7Б", "c-alg", "Вероятность и статистика", "вероятность и статистика"),
        ("7Б", "c-alg", "Родной язык, литература", "алгебра"),
    ],
)
def test_the_subject_of_a_group(title: str, course: str, subjects: str, subject: str) -> None:
    p = school()
    p.records["classes"][2] |= {"title": title, "courseSourcedId": course, "subjects": subjects}
    work(p, "w1")
    reading = p.read()
    assert [row[0] for row in rows(reading, "lessons", "subject_id")] == [subject]


# The gradebook


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_results_stand_on_their_day_as_marks_of_a_work(version: str) -> None:
    p = school(version)
    work(p, "w1", title="Контрольная № 1")
    result(p, "r1", "w1", "s1", "5.0", scoreDate="2025-09-12", dateLastModified="2025-09-12T15:30:00+03:00")
    result(p, "r2", "w1", "s2", "4")
    work(p, "w2", "tec", categorySourcedId="none")
    result(p, "r3", "w2", "s4", "3")
    reading = p.read()
    assert reading.rejected == []
    assert marks(reading) == [
        ("2025-09-10", "алгебра", "Ёлкина", "4", "current"), ("2025-09-10", "технология", "Сидоров", "3", "current"),
        ("2025-09-12", "алгебра", "Петров", "5", "current"),
    ]  # fmt: skip
    assert rows(reading, "assignments", "assignment_id", "title", "work_type", "max_score", "due_on") == [
        ("oneroster:w1", "Контрольная № 1", "oneroster:cat", 5.0, date(2025, 9, 10)),
        ("oneroster:w2", "Работа", None, 5.0, date(2025, 9, 10)),
    ]  # fmt: skip
    assert rows(reading, "marks", "mark_id", "assignment_id", "work_type", "updated_at") == [
        ("oneroster:r1", "oneroster:w1", "oneroster:cat", datetime(2025, 9, 12, 15, 30)),
        ("oneroster:r2", "oneroster:w1", "oneroster:cat", None), ("oneroster:r3", "oneroster:w2", None, None),
    ]  # fmt: skip
    assert "entered_at" not in reading.tables["marks"].columns
    assert rows(reading, "work_types", "work_type", "name", "weight") == [("oneroster:cat", "Контрольная работа", 2.0)]
    lessons = rows(reading, "lessons", "class_id", "subgroup_id", "date", "evidence", "academic_year")
    assert lessons == [
        ("7Б", "oneroster:tec", date(2025, 9, 10), "inferred", "2025/2026"),
        ("7Б", None, date(2025, 9, 10), "inferred", "2025/2026"),
        ("7Б", None, date(2025, 9, 12), "inferred", "2025/2026"),
    ]  # fmt: skip


def test_two_works_of_a_group_on_a_day_stand_on_one_lesson_unless_numbered() -> None:
    p = school()
    work(p, "w1")
    work(p, "w2")
    work(p, "w3", **{"metadata.zavuch.lessonNumber": "5"})
    assert rows(p.read(), "lessons", "lesson_id", "lesson_number") == [
        ("oneroster:alg|2025-09-10|", None), ("oneroster:alg|2025-09-10|5", 5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("score", "text", "values"),
    [
        ("5", "", ["5"]), ("0", "", ["0"]), ("", "4-", ["4-"]), ("4", "4-", ["4-"]), ("", "зачёт", ["зач"]),
        ("", ".", ["."]), ("", "5/4", ["5", "4"]), ("3", "5/4", ["5", "4"]), ("", "н/а", ["н/а"]),
    ],
)  # fmt: skip
def test_marks_that_are_understood(score: str, text: str, values: list[str]) -> None:
    p = school()
    work(p, "w1")
    result(p, "r1", "w1", score=score, textScore=text)
    reading = p.read()
    assert reading.rejected == []
    assert sorted(mark[3] for mark in marks(reading)) == sorted(values)


@pytest.mark.parametrize(
    ("score", "text", "highest", "reason"),
    [
        ("87", "", "100", "Отметка вне шкалы"), ("5", "", "100", "Отметка вне шкалы"), ("5", "", "10", "вне шкалы"),
        ("87", "", "5", "Отметка вне шкалы"), ("4.5", "", "5", "Не удалось разобрать"), ("B", "", "5", "Не удалось"),
        ("", "B+", "5", "Не удалось разобрать"), ("2", "5", "5", "score и textScore называют разные отметки"),
        ("nan", "", "5", "Не удалось разобрать"), ("-5", "", "5", "Не удалось разобрать"),
    ],
)  # fmt: skip
def test_marks_of_another_scale_are_put_aside_and_never_become_a_mark(
    score: str, text: str, highest: str, reason: str
) -> None:
    p = school()
    work(p, "w1", resultValueMax=highest)
    result(p, "r1", "w1", score=score, textScore=text)
    result(p, "r2", "w1", "s2", "", textScore="5")
    reading = p.read()
    assert [mark[2:4] for mark in marks(reading)] == [("Ёлкина", "5")]
    ((address, why),) = told(reading)
    assert address == "results.csv, строка 2"
    assert reason in why
    assert not stated(reading, "marks").complete


def test_a_result_without_a_score_is_no_mark_and_is_counted() -> None:
    p = school()
    work(p, "w1")
    for number, status in enumerate(["exempt", "exempt", "not submitted"]):
        result(p, f"r{number}", "w1", f"s{number + 1}", scoreStatus=status)
    reading = p.read()
    assert "marks" not in reading.tables
    assert [(note.raw, note.reason[:22]) for note in reading.warnings] == [
        ("exempt", "Результатов без отметк"), ("not submitted", "Результатов без отметк"),
    ]  # fmt: skip
    assert "2" in reading.warnings[0].reason
    assert stated(reading, "marks").complete


def test_what_our_own_export_adds_is_read() -> None:
    p = school()
    work(p, "w1")
    result(p, "r1", "w1", score="3", **{"metadata.zavuch.kind": "retake", "metadata.zavuch.weight": "2.5",
                                        "metadata.zavuch.countsInMean": "false"})  # fmt: skip
    p.records["orgs"][1]["metadata.zavuch.asOf"] = "2025-11-14T07:00:00"
    reading = p.read()
    assert rows(reading, "marks", "kind", "weight", "counts_in_mean") == [("retake", 2.5, False)]
    assert reading.taken_at == datetime(2025, 11, 14, 7)


def test_an_attendance_code_among_the_scores_is_attendance() -> None:
    p = school()
    work(p, "w1")
    result(p, "r1", "w1", textScore="Н")
    result(p, "r2", "w1", "s2", textScore="УП 4")
    reading = p.read()
    assert rows(reading, "attendance", "code") == [("Н",), ("УП",)]
    assert [mark[3] for mark in marks(reading)] == ["4"]
    assert not stated(reading, "attendance").complete


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_marks_for_a_period_come_by_the_category_of_that_name(version: str) -> None:
    p = school(version)
    column = "gradingPeriodSourcedId" if version == "1.1" else "academicSessionSourcedId"
    work(p, "w1", categorySourcedId="period", day="2025-10-26", **{column: "q1"})
    work(p, "w2", "tec", categorySourcedId="period", day="2026-05-26", **{column: "y"})
    work(p, "w3", categorySourcedId="period", day="2025-10-26", **{column: "nowhere"})
    result(p, "r1", "w1", score="5")
    result(p, "r2", "w1", "s2", textScore="н/а")
    result(p, "r3", "w2", "s4", score="4")
    result(p, "r4", "w1", "s3", textScore="хорошо")
    reading = p.read()
    names = named(reading)
    got = rows(reading, "period_marks", "pupil_id", "subject_id", "kind", "period_id", "class_id", "value")
    assert sorted((names[row[0]], *row[1:]) for row in got) == [
        ("Ёлкина", "алгебра", "period", "quarter-1", "7Б", "н/а"),
        ("Петров", "алгебра", "period", "quarter-1", "7Б", "5"),
        ("Сидоров", "технология", "year", "year-1", "7В", "4"),
    ]
    assert "assignments" not in reading.tables
    assert "lessons" not in reading.tables
    assert sorted(address for address, _reason in told(reading)) == ["lineItems.csv, строка 4", "results.csv, строка 5"]


def test_the_school_may_say_which_categories_are_written_works(tmp_path: Any) -> None:
    line = "oneroster,csv,work_type,Контрольная работа,control,"
    (tmp_path / "codes.csv").write_text(
        f"system,export_kind,scope,raw_code,canonical,source\n{line}\n", encoding="utf-8"
    )
    school_codes.use(tmp_path)
    try:
        assert rows(school().read(), "work_types", "is_control", "is_written") == [(True, True)]
    finally:
        school_codes.use(None)
    assert "is_written" not in school().read().tables["work_types"].columns


# Attendance, our extension


def test_attendance_is_read_with_its_state_or_printed_code() -> None:
    p = school()
    at = {"classSourcedId": "alg", "date": "2025-09-10", "lessonNumber": "3"}
    p.add("attendance", "a1", studentSourcedId="s1", state="ill", printedCode="Н", **at)
    p.add("attendance", "a2", studentSourcedId="s2", printedCode="Ъ", reason="заявление", **at)
    p.add("attendance", "a3", studentSourcedId="s3", state="late", minutesLate="10", **at)
    p.add("attendance", "a4", studentSourcedId="s3", state="unexcused", sequence="2", **at)
    reading = p.read()
    assert reading.rejected == []
    names = named(reading)
    got = rows(reading, "attendance", "lesson_id", "pupil_id", "ordinal", "code", "reason", "minutes_late")
    lesson = "oneroster:alg|2025-09-10|3"
    assert sorted((names[row[1]], row[0], *row[2:]) for row in got) == [
        ("Ёлкина", lesson, 1, "Ъ", "заявление", None), ("Иванов", lesson, 1, "late", None, 10),
        ("Иванов", lesson, 2, "unexcused", None, None), ("Петров", lesson, 1, "ill", None, None),
    ]  # fmt: skip
    assert code_map.canonical("oneroster", "csv", "attendance", "Ъ") is None
    assert stated(reading, "attendance").complete  # no word in the manifest: as whole as the enrollments
    assert reading.attendance_mode == "absences_only"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"classSourcedId": "nowhere"}, "classSourcedId"),
        ({"classSourcedId": "7b"}, "classSourcedId"),
        ({"studentSourcedId": "nobody"}, "studentSourcedId"),
        ({"date": "2024-09-10"}, "вне учебного года"),
        ({"date": ""}, "День не назван"),
        ({"date": "вчера"}, "Дата не понята"),
        ({"state": ""}, "Не названо ни состояние"),
        ({"sequence": "1"}, "Вторая запись"),
    ],
)
def test_attendance_that_cannot_stand_is_put_aside(values: Record, reason: str) -> None:
    p = school()
    good = {"classSourcedId": "alg", "studentSourcedId": "s1", "date": "2025-09-10", "state": "ill"}
    p.add("attendance", "a1", **good)
    p.add("attendance", "a2", **good | {"sequence": "2"} | values)
    reading = p.read()
    ((address, why),) = told(reading)
    assert address == "attendance.csv, строка 3"
    assert reason in why
    assert reading.tables["attendance"].height == 1
    assert not stated(reading, "attendance").complete


# Whole and partial files


def full() -> Package:
    p = school()
    work(p, "w1")
    result(p, "r1", "w1", score="5")
    p.add("attendance", "a1", classSourcedId="alg", studentSourcedId="s1", date="2025-09-10", state="ill")
    return p


def test_bulk_files_speak_of_everything_within_the_year() -> None:
    reading = full().read()
    for table in ("marks", "assignments", "attendance"):
        one = stated(reading, table)
        assert (one.complete, one.date_from, one.date_to) == (True, date(2025, 9, 1), date(2026, 5, 26))
    for table in ("classes", "periods", "pupils", "teachers", "enrollments", "subgroup_members", "work_types"):
        assert stated(reading, table).complete, table
    for table in ("lessons", "subjects"):
        assert not stated(reading, table).complete, table
    assert not [one for one in reading.statements if one.table == "period_marks"]


def test_columns_stated_are_those_declared() -> None:
    declared = oneroster.KINDS[0].carries
    p = full()
    work(p, "w9", categorySourcedId="period", gradingPeriodSourcedId="q1")
    result(p, "r9", "w9", score="5")
    reading = p.read()
    assert set(reading.tables) == set(declared)
    for table, frame in reading.tables.items():
        assert set(frame.columns) <= set(declared[table]), table
    assert oneroster.KINDS[0].entry_times == {}


@pytest.mark.parametrize("file", ["results", "lineItems", "attendance", "users"])
def test_a_partial_file_says_nothing_of_what_is_gone(file: str) -> None:
    p = full()
    p.modes[file] = "delta"
    reading = p.read()
    about = {"results": ["marks"], "lineItems": ["marks", "assignments"], "attendance": ["attendance"],
             "users": ["marks", "pupils", "enrollments"]}  # fmt: skip
    assert reading.rejected == []
    assert not any(stated(reading, table).complete for table in about[file])


def test_a_bulk_file_without_rows_says_that_there_are_none() -> None:
    p = full()
    header = p.files()["results.csv"].splitlines(keepends=True)[0]
    reading = oneroster.read(p.export(results=header))
    assert "marks" not in reading.tables
    assert stated(reading, "marks").complete


def test_an_absent_file_says_nothing() -> None:
    p = full()
    del p.records["results"]
    reading = p.read()
    assert not [one for one in reading.statements if one.table == "marks"]
    assert stated(reading, "assignments").complete


def test_withdrawn_rows_are_marked_deleted() -> None:
    p = full()
    for file in ("results", "lineItems", "attendance", "categories", "users"):
        p.modes[file] = "delta"
    p.add("results", "r7", status="tobedeleted")
    p.add("results", "r8", status="active", lineItemSourcedId="w1", studentSourcedId="s2", score="4")
    p.add("lineItems", "w7", status="tobedeleted")
    p.add("categories", "c7", status="tobedeleted")
    p.add("users", "s7", status="tobedeleted", role="student")
    p.add("attendance", "a7", status="tobedeleted", classSourcedId="alg", studentSourcedId="s2", date="2025-09-10")
    p.add("enrollments", "e7", status="tobedeleted", classSourcedId="7b", userSourcedId="s4", role="student")
    reading = p.read()
    assert reading.rejected == []
    gone = {
        table: frame.filter(pl.col("deleted")).select(frame.columns[0]).to_series().to_list()
        for table, frame in reading.tables.items()
        if "deleted" in frame.columns
    }
    # What an earlier text of a result may have held beside its first mark («5/4») goes too.
    assert set(gone["marks"]) == {
        f"oneroster:{name}" for name in ("r1/2", "r1/3", "r8/2", "r8/3", "r7", "r7/2", "r7/3")
    }
    assert gone["assignments"] == ["oneroster:w7"]
    assert gone["work_types"] == ["oneroster:c7"]
    assert gone["attendance"] == ["oneroster:alg|2025-09-10|"]
    assert len(gone["pupils"]) == len(gone["enrollments"]) == 1


def test_a_journal_without_the_whole_roster_is_not_placed_by_guess() -> None:
    p = full()
    p.modes["enrollments"] = "delta"
    reading = p.read()
    assert not {"marks", "lessons", "assignments", "attendance"} & set(reading.tables)
    assert sorted(address for address, _ in told(reading)) == ["attendance.csv", "lineItems.csv", "results.csv"]
    assert all("нет полного (bulk) списка enrollments.csv" in reason for _, reason in told(reading))


def test_a_work_that_a_partial_file_leaves_out_is_asked_for() -> None:
    p = full()
    p.modes |= {"lineItems": "delta", "results": "delta"}
    result(p, "r2", "w-old", score="4")
    ((_, reason),) = told(p.read())
    assert reason == "Нет записи, на которую указывает lineItemSourcedId: её нет в lineItems.csv"


def test_a_file_that_the_manifest_forgets_is_read_as_partial() -> None:
    p = full()
    p.modes["results"] = "absent"
    reading = p.read()
    assert len(marks(reading)) == 1
    assert not stated(reading, "marks").complete
    assert "results.csv" in reading.warnings[0].reason


# Moments


def test_moments_in_utc_are_left_out_and_told_once() -> None:
    p = school()
    work(p, "w1")
    result(p, "r1", "w1", "s1", "5", dateLastModified="2025-09-12T12:30:00.000Z")
    result(p, "r2", "w1", "s2", "5", dateLastModified="2025-09-12T12:30:00Z")
    result(p, "r3", "w1", "s3", "5", dateLastModified="2025-09-12T15:30:00")
    reading = p.read()
    assert [row[0] for row in rows(reading, "marks", "updated_at")] == [None, None, datetime(2025, 9, 12, 15, 30)]
    (note,) = reading.warnings
    assert "по Гринвичу" in note.reason
    assert "строк 2" in note.reason
    assert stated(reading, "marks").complete


# What can be wrong


@pytest.mark.parametrize(
    ("file", "record", "reason"),
    [
        ("lineItems", {"sourcedId": "x", "title": "Р", "assignDate": "2025-09-10", "classSourcedId": "nowhere"},
         "classSourcedId"),
        ("lineItems", {"sourcedId": "x", "title": "Р", "assignDate": "2025-09-10", "classSourcedId": "7b"},
         "classSourcedId"),
        ("lineItems", {"sourcedId": "x", "title": "Р", "assignDate": "", "classSourcedId": "alg"}, "День работы"),
        ("lineItems", {"sourcedId": "x", "title": "Р", "assignDate": "2024-01-10", "classSourcedId": "alg"},
         "вне учебного года"),
        ("lineItems", {"sourcedId": "x", "title": "Р", "assignDate": "2025-09-10", "classSourcedId": "alg",
                       "categorySourcedId": "nowhere"}, "categorySourcedId"),
        ("results", {"sourcedId": "x", "lineItemSourcedId": "nowhere", "studentSourcedId": "s1", "score": "5"},
         "lineItemSourcedId"),
        ("results", {"sourcedId": "x", "lineItemSourcedId": "w1", "studentSourcedId": "nobody", "score": "5"},
         "studentSourcedId"),
        ("results", {"sourcedId": "x", "lineItemSourcedId": "w1", "studentSourcedId": "", "score": "5"},
         "studentSourcedId"),
        ("results", {"sourcedId": "x", "lineItemSourcedId": "w1", "studentSourcedId": "s1", "score": "5",
                     "scoreDate": "2027-09-10"}, "вне учебного года"),
        ("results", {"sourcedId": "x", "lineItemSourcedId": "w1", "studentSourcedId": "s1", "score": "5",
                     "scoreDate": "10 сентября"}, "Дата не понята: столбец scoreDate"),
        ("enrollments", {"sourcedId": "x", "classSourcedId": "nowhere", "userSourcedId": "s1", "role": "student"},
         "classSourcedId"),
        ("enrollments", {"sourcedId": "x", "classSourcedId": "7b", "userSourcedId": "nobody", "role": "student"},
         "userSourcedId"),
        ("users", {"sourcedId": "x", "role": "student", "givenName": "", "familyName": ""}, "Не названо имя"),
        ("users", {"sourcedId": "", "role": "student", "givenName": "Я", "familyName": "Я"}, "Не заполнен sourcedId"),
        ("users", {"sourcedId": "s1", "role": "student", "givenName": "Я", "familyName": "Я"},
         "повторяется в строках с разным содержанием"),
        ("users", {"sourcedId": "x", "status": "inactive", "role": "student", "givenName": "Я", "familyName": "Я"},
         "Неизвестный status"),
        ("classes", {"sourcedId": "x", "title": "Хор", "classType": "scheduled", "termSourcedIds": "q1"},
         "Не понять, какого класса"),
        ("classes", {"sourcedId": "x", "title": "Хор", "classType": "homeroom", "termSourcedIds": "q1"},
         "нет номера параллели"),
        ("academicSessions", {"sourcedId": "x", "title": "2 четверть", "type": "term", "startDate": "2025-12-01",
                              "endDate": "2025-11-01"}, "переставлены"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_stand_is_put_aside_with_its_line(file: str, record: Record, reason: str) -> None:
    p = full()
    p.records[file].append(record)
    reading = p.read()
    address = f"{file}.csv, строка {len(p.records[file]) + 1}"
    assert any(where == address and reason in why for where, why in told(reading)), told(reading)
    assert all(
        "Я" not in cell.reason + cell.advice.replace("Я", "", 0) or "Я" in cell.advice for cell in reading.rejected
    )
    table = {"lineItems": "assignments", "results": "marks", "users": "pupils"}.get(file, file)
    table = {"academicSessions": "periods"}.get(table, table)
    assert not stated(reading, table).complete


def test_a_row_put_aside_in_the_roster_leaves_no_statement_about_it_whole() -> None:
    p = full()
    p.add("enrollments", "x", classSourcedId="7b", userSourcedId="nobody", role="student")
    reading = p.read()
    for table in ("enrollments", "subgroup_members", "teaching_assignments", "pupils", "marks", "attendance"):
        assert not stated(reading, table).complete, table


@pytest.mark.parametrize("file", ["results", "attendance", "enrollments"])
def test_the_same_row_twice_is_one_row(file: str) -> None:
    p = full()
    p.records[file].append(dict(p.records[file][0]))
    reading = p.read()
    assert (len(marks(reading)), reading.rejected) == (1, [])
    assert "лишние не учтены: 1" in reading.warnings[0].reason
    assert stated(reading, "marks").complete


def test_ids_outside_the_standard_are_taken_and_told() -> None:
    p = school()
    work(p, "работа № 1")
    result(p, "r1", "работа № 1", score="5")
    reading = p.read()
    assert len(marks(reading)) == 1
    assert "не по стандарту" in reading.warnings[0].reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p.modes.update(results="bulk"), "указан файл results.csv, а его нет"),
        (lambda p: p.modes.update(lineItems="delta"), "указан файл lineItems.csv, а его нет"),
        (lambda p: setattr(p, "version", "1.0"), "Версия OneRoster «1.0» не читается"),
        (lambda p: p.records.pop("orgs"), "не названа школа"),
        (lambda p: p.add("orgs", "org-2", name="Школа № 2", type="school") or p.add(
            "classes", "x", title="5А", classType="homeroom", schoolSourcedId="org-2", termSourcedIds="q1"),
         "классы нескольких школ"),
    ],
    ids=["no results", "no works", "version", "no school", "two schools"],
)  # fmt: skip
def test_a_package_that_cannot_be_taken_is_refused_whole(change: Any, reason: str) -> None:
    p = school()
    change(p)
    with pytest.raises(UnreadableExportError) as raised:
        p.read()
    assert reason in raised.value.reason
    assert raised.value.advice


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "results.csv: нет столбца sourcedId"),
        (b"sourcedId,status\r\n", "results.csv: нет столбца lineItemSourcedId, studentSourcedId, score"),
        (b"\xff\xfe\x00", "results.csv: "),
        (b"sourcedId,lineItemSourcedId,studentSourcedId,score,score\r\n", "назван дважды: score"),
    ],
)
def test_a_damaged_file_is_named(data: bytes, reason: str) -> None:
    p = full()
    with pytest.raises(UnreadableExportError) as raised:
        oneroster.read(p.export(results=data))
    assert reason in raised.value.reason


def test_a_file_cut_in_the_middle_loses_its_last_row_only_and_says_so() -> None:
    p = full()
    result(p, "r2", "w1", "s2", "4")
    data = p.files()["results.csv"]
    reading = oneroster.read(p.export(results=data[: data.rindex(b"s2")]))
    assert len(marks(reading)) == 1
    assert "столбцов" in told(reading)[0][1]
    assert not stated(reading, "marks").complete


def test_columns_in_any_order_and_case_bom_and_semicolons() -> None:
    p = full()
    data = p.files()["results.csv"].decode().splitlines()
    cells = [line.split(",")[::-1] for line in data]
    cells[0] = [name.upper() for name in cells[0]]
    turned = "\ufeff" + "\n".join(";".join(line) for line in cells)
    assert marks(oneroster.read(p.export(results=turned.encode()))) == marks(p.read())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_damage_is_told_or_refused_but_never_breaks_the_reader(data: st.DataObject) -> None:
    files = full().files()
    name = data.draw(st.sampled_from(sorted(files)))
    content = files[name]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    noise = data.draw(st.one_of(st.binary(max_size=12), st.text('",;\r\n0 я-', max_size=12).map(str.encode)))
    damaged = Export("x", files | {name: content[:start] + noise + content[end:]})
    assert oneroster.recognise(damaged) in {True, False}
    try:
        reading = oneroster.read(damaged)
    except UnreadableExportError as error:
        words = [error.reason, error.advice]
    else:
        words = [cell.reason + cell.advice for cell in (*reading.rejected, *reading.warnings)]
    assert all(words)
    assert not any(name in word for word in words for name in ("Петров", "Кузнецова", "Иванов"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["alg", "eng", "tec"]), st.integers(0, 60), st.sampled_from(["s1", "s4"]),
                          st.sampled_from(["5", "4", "2", "0"])), max_size=12))  # fmt: skip
def test_every_result_written_is_read_once(written: list[tuple[str, int, str, str]]) -> None:
    p = school()
    for number, (klass, days, user, value) in enumerate(written):
        day = date.fromordinal(date(2025, 9, 1).toordinal() + days).isoformat()
        work(p, f"w{number}", klass, day)
        result(p, f"r{number}", f"w{number}", user, value, scoreDate=day)
    reading = p.read()
    subjects = {"alg": "алгебра", "eng": "иностранный язык (английский)", "tec": "технология"}
    names = {"s1": "Петров", "s4": "Сидоров"}
    expected = sorted(
        (date.fromordinal(date(2025, 9, 1).toordinal() + days).isoformat(), subjects[klass], names[user], value,
         "current")
        for klass, days, user, value in written
    )  # fmt: skip
    assert (marks(reading) if written else []) == expected
    assert reading.rejected == []
