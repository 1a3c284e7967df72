"""The OneRoster package: by the standard, and what is written our own reader reads back."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exports.oneroster import NothingToExportError, oneroster
from ingest import code_map
from ingest.readers import oneroster as reader
from ingest.reading import Export, Reading
from warehouse.access import AccessDeniedError, Viewer
from warehouse.accounts import Account, Role

YEAR = "2025/2026"
AS_OF = datetime(2025, 11, 14, 7, 0)
TABLES = """
create schema marts; create schema reports;
create table reports.rpt_school__status (school_id varchar, school_name varchar, as_of timestamp);
create table marts.dim_class (
    school_id varchar, academic_year varchar, class_id varchar, class_name varchar, grade bigint, letter varchar,
    class_teacher_id varchar, class_teacher_name varchar);
create table marts.dim_pupil (
    school_id varchar, pupil_id varchar, last_name varchar, first_name varchar, middle_name varchar,
    pupil_name varchar, academic_year varchar, class_id varchar);
create table marts.dim_teacher (
    school_id varchar, teacher_id varchar, last_name varchar, first_name varchar, middle_name varchar,
    teacher_name varchar);
create table marts.dim_subject (school_id varchar, subject_id varchar, subject_name varchar);
create table marts.dim_period (
    school_id varchar, academic_year varchar, class_id varchar, period_id varchar, period_name varchar, kind varchar,
    ordinal bigint, starts_on date, ends_on date, evidence varchar);
create table marts.fct_marks (
    school_id varchar, academic_year varchar, class_id varchar, subject_id varchar, pupil_id varchar,
    lesson_id varchar, mark_id varchar, assignment_id varchar, date date, period_id varchar, value varchar,
    numeric_value bigint, kind varchar, work_type varchar, weight double, counts_in_mean boolean,
    entered_after timestamp, entered_by timestamp, time_conflict boolean);
create table marts.fct_attendance (
    school_id varchar, academic_year varchar, class_id varchar, pupil_id varchar, lesson_id varchar, ordinal bigint,
    subject_id varchar, subgroup_id varchar, teacher_id varchar, date date, lesson_number bigint, period_id varchar,
    state varchar, evidence varchar, code varchar, page varchar, is_expected boolean);
create table marts.progress_by_pupil_subject_period (
    school_id varchar, academic_year varchar, class_id varchar, pupil_id varchar, subject_id varchar,
    period_id varchar, n_marks bigint, period_mark varchar);
"""


class School:
    """Writes a small published file by hand."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.con = duckdb.connect(file)
        self.con.execute(TABLES)
        self.row("reports.rpt_school__status", school_name="МБОУ «СОШ № 1»", as_of=AS_OF)
        self.lessons: dict[str, dict[str, Any]] = {}

    def row(self, table: str, **values: Any) -> None:
        full = {"school_id": "s1", **values}
        table = table if "." in table else f"marts.{table}"
        marks = ", ".join("?" for _ in full)
        self.con.execute(f"insert into {table} ({', '.join(full)}) values ({marks})", list(full.values()))

    def klass(self, class_id: str, grade: int, teacher: str = "", year: str = YEAR) -> None:
        self.row("dim_class", academic_year=year, class_id=class_id, class_name=class_id, grade=grade,
                 class_teacher_id=teacher)  # fmt: skip

    def pupil(self, pupil_id: str, last: str, first: str, class_id: str = "7Б", year: str = YEAR) -> None:
        self.row("dim_pupil", pupil_id=pupil_id, last_name=last, first_name=first, middle_name="",
                 pupil_name=f"{last} {first}", academic_year=year, class_id=class_id)  # fmt: skip

    def lesson(self, lesson_id: str, day: str, subject: str, seats: dict[str, str], **values: Any) -> None:
        """A lesson; seats: pupil → class."""
        about = {"subgroup_id": "", "teacher_id": "t1", "lesson_number": 1, "academic_year": YEAR, "period_id": "q1"}
        about |= {"subject_id": subject, "date": date.fromisoformat(day)} | values
        self.lessons[lesson_id] = about | {"seats": seats}
        for pupil, class_id in seats.items():
            self.row("fct_attendance", lesson_id=lesson_id, pupil_id=pupil, class_id=class_id, ordinal=1,
                     state="present", evidence="implied", is_expected=True, **about)  # fmt: skip

    def code(self, lesson_id: str, pupil: str, code: str | None, state: str, ordinal: int = 1) -> None:
        evidence = "none" if state == "not_recorded" else "stated"
        if ordinal == 1:
            self.con.execute(
                "update marts.fct_attendance set code = ?, state = ?, evidence = ?"
                " where lesson_id = ? and pupil_id = ?",
                [code, state, evidence, lesson_id, pupil],
            )
            return
        about = {name: value for name, value in self.lessons[lesson_id].items() if name != "seats"}
        class_id = self.lessons[lesson_id]["seats"][pupil]
        self.row("fct_attendance", lesson_id=lesson_id, pupil_id=pupil, class_id=class_id, ordinal=ordinal,
                 state=state, evidence=evidence, code=code, is_expected=True, **about)  # fmt: skip

    def mark(self, mark_id: str, lesson_id: str, pupil: str, value: str, **values: Any) -> None:
        about = self.lessons[lesson_id]
        number = int(value[0]) if value[0].isdigit() else None
        full = {
            "assignment_id": "", "kind": "current", "work_type": "", "weight": 1.0,
            "counts_in_mean": number is not None,
            "class_id": about["seats"].get(pupil, "7Б"), "numeric_value": number, "time_conflict": False,
            "entered_by": datetime(2025, 9, 12, 15), "period_id": about["period_id"], "date": about["date"],
            "subject_id": about["subject_id"], "academic_year": about["academic_year"],
        } | values  # fmt: skip
        self.row("fct_marks", mark_id=mark_id, lesson_id=lesson_id, pupil_id=pupil, value=value, **full)

    def period_mark(self, pupil: str, subject: str, value: str, class_id: str = "7Б", period: str = "q1") -> None:
        self.row("progress_by_pupil_subject_period", academic_year=YEAR, class_id=class_id, pupil_id=pupil,
                 subject_id=subject, period_id=period, n_marks=1, period_mark=value)  # fmt: skip

    def done(self) -> Path:
        self.con.close()
        return self.file


IN_7B = {"p1": "7Б", "p2": "7Б", "p3": "7Б"}


@pytest.fixture
def school(tmp_path: Path) -> Path:
    s = School(tmp_path / "школа 1.duckdb")
    s.klass("7Б", 7, "t2")
    s.klass("7В", 7)
    s.klass("10А", 10)
    s.klass("6Б", 6, year="2024/2025")
    for class_id, ends in (("7Б", "2025-10-26"), ("7В", "2025-10-26")):
        s.row("dim_period", academic_year=YEAR, class_id=class_id, period_id="q1", period_name="1 четверть",
              kind="quarter", ordinal=1, starts_on=date(2025, 9, 1), ends_on=date.fromisoformat(ends))  # fmt: skip
    s.row("dim_period", academic_year=YEAR, class_id="10А", period_id="h1", period_name="1 полугодие",
          kind="half_year", ordinal=1, starts_on=date(2025, 9, 1), ends_on=date(2025, 12, 28))  # fmt: skip
    s.pupil("p1", "Петров", "Пётр")
    s.pupil("p2", "=Ёлкина", "Анна")
    s.pupil("p3", "Иванов", "Иван", "7В")
    s.pupil("p4", "Сидоров", "Олег", "7В")
    s.pupil("p5", "Старший", "Ян", "10А")
    s.pupil("p6", "Новый", "Без-Уроков", "7В")
    s.pupil("p7", "Поздний", "Яков", "10А")
    s.pupil("p8", "Ушедший", "Лев", "10А")
    for teacher, last in (("t1", "Кузнецова"), ("t2", "Белов"), ("t3", "")):
        s.row("dim_teacher", teacher_id=teacher, last_name=last, first_name="Мария" if last else "", middle_name="",
              teacher_name=last or teacher)  # fmt: skip
    for subject, name in (("alg", "Алгебра"), ("eng", "Иностранный язык (английский)"), ("tec", "Труд"),
                          ("rod", "Родной язык, литература"), ("mus", "Музыка")):  # fmt: skip
        s.row("dim_subject", subject_id=subject, subject_name=name)
    # p3 is in 7Б up to 10 October, in 7В afterwards.
    s.lesson("l1", "2025-09-10", "alg", IN_7B, lesson_number=3)
    s.lesson("l2", "2025-10-10", "alg", IN_7B, lesson_number=None)
    s.lesson("l3", "2025-10-15", "alg", {"p1": "7Б", "p2": "7Б"}, lesson_number=None)
    s.lesson("l3b", "2025-10-15", "alg", {"p1": "7Б", "p2": "7Б"}, lesson_number=None)
    s.lesson("l4", "2025-10-15", "alg", {"p3": "7В", "p4": "7В"}, teacher_id="t3")
    s.lesson("l5", "2025-10-16", "eng", {"p1": "7Б"}, subgroup_id="7Б|англ 1")
    s.lesson("l6", "2025-10-16", "eng", {"p2": "7Б"}, subgroup_id="7Б|англ 2")
    s.lesson("l7", "2025-10-17", "tec", {"p1": "7Б", "p4": "7В"}, subgroup_id="мальчики")
    s.lesson("l8", "2025-10-17", "rod", {"p5": "10А"}, period_id="h1")
    s.lesson("l9", "2025-10-01", "alg", {"p5": "10А", "p8": "10А"}, period_id="h1")
    s.lesson("l10", "2025-10-20", "alg", {"p5": "10А", "p7": "10А"}, period_id="h1")
    s.lesson("old", "2025-04-01", "alg", {"p1": "6Б"}, academic_year="2024/2025", period_id="")
    s.mark("m1", "l1", "p1", "5", assignment_id="w1", work_type="контрольная", weight=2.5)
    s.mark("m2", "l1", "p1", "4", assignment_id="w1", kind="second_criterion", work_type="контрольная")
    s.mark("m3", "l1", "p2", "4-")
    s.mark("m4", "l1", "p2", "3", kind="retake")
    s.mark("m5", "l2", "p3", ".", kind="debt")
    s.mark("m6", "l2", "p1", "зач")
    s.mark("m7", "l3", "p1", "2", counts_in_mean=False)
    s.mark("m8", "l4", "p4", "5")
    s.mark("m9", "l5", "p1", "5")
    s.mark("m10", "l7", "p4", "3")
    s.mark("m11", "l8", "p5", "0", period_id="h1")
    s.mark("m12", "l3b", "p1", "2")
    s.mark("m-old", "old", "p1", "5", class_id="6Б")
    s.code("l1", "p3", "Н", "unexcused")
    s.code("l1", "p2", "О", "late")
    s.code("l1", "p2", "Б", "ill", ordinal=2)
    s.code("l3", "p2", "Н", "unknown_reason")
    s.code("l3b", "p2", "Н", "unknown_reason")
    s.code("l7", "p4", "Ъ", "not_recorded")
    s.code("l8", "p5", None, "released")
    s.period_mark("p1", "alg", "5")
    s.period_mark("p1", "eng", "4")
    s.period_mark("p2", "mus", "н/а")
    s.period_mark("p5", "rod", "3", "10А", "h1")
    return s.done()


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table(path: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files_of(path)[f"{name}.csv"].decode())))


def read_back(path: Path) -> Reading:
    return reader.read(Export("x.zip", files_of(path)))


def lessons_of(reading: Reading) -> dict[str, dict[str, Any]]:
    return {row["lesson_id"]: row for row in reading.tables["lessons"].iter_rows(named=True)}


def names_of(reading: Reading) -> dict[str, str]:
    return dict(reading.tables["pupils"].select("pupil_id", "last_name").iter_rows())


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_marks_that_are_written_are_read_back(school: Path, tmp_path: Path, version: str) -> None:
    written = oneroster(school, tmp_path / "or.zip", version=version)
    reading = read_back(tmp_path / "or.zip")
    assert (reading.rejected, reading.warnings) == ([], [])
    assert written.academic_year == YEAR
    assert (reading.system_version, reading.school_name, reading.taken_at) == (version, "МБОУ «СОШ № 1»", AS_OF)
    lessons, names = lessons_of(reading), names_of(reading)
    got = Counter(
        (str(lessons[row["lesson_id"]]["date"]), lessons[row["lesson_id"]]["subject_id"], names[row["pupil_id"]],
         row["value"], row["kind"], row["weight"], row["counts_in_mean"])
        for row in reading.tables["marks"].iter_rows(named=True)
    )  # fmt: skip
    assert got == Counter([
        ("2025-09-10", "алгебра", "Петров", "5", "current", 2.5, None),
        ("2025-09-10", "алгебра", "Петров", "4", "second_criterion", None, None),
        ("2025-09-10", "алгебра", "=Ёлкина", "4-", "current", None, None),
        ("2025-09-10", "алгебра", "=Ёлкина", "3", "retake", None, None),
        ("2025-10-10", "алгебра", "Иванов", ".", "debt", None, None),
        ("2025-10-10", "алгебра", "Петров", "зач", "current", None, None),
        ("2025-10-15", "алгебра", "Петров", "2", "current", None, False),
        ("2025-10-15", "алгебра", "Петров", "2", "current", None, None),
        ("2025-10-15", "алгебра", "Сидоров", "5", "current", None, None),
        ("2025-10-16", "иностранный язык (английский)", "Петров", "5", "current", None, None),
        ("2025-10-17", "труд", "Сидоров", "3", "current", None, None),
        ("2025-10-17", "родной язык, литература", "Старший", "0", "current", None, None),
    ])  # fmt: skip
    assert written.rows["results"] == 12 + 4
    assert "entered_at" not in reading.tables["marks"].columns


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_attendance_is_read_back_by_its_meaning_not_by_its_letter(school: Path, tmp_path: Path, version: str) -> None:
    oneroster(school, tmp_path / "or.zip", version=version)
    reading = read_back(tmp_path / "or.zip")
    lessons, names = lessons_of(reading), names_of(reading)
    got = Counter(
        (str(lessons[row["lesson_id"]]["date"]), lessons[row["lesson_id"]]["lesson_number"], names[row["pupil_id"]],
         row["code"], code_map.canonical("oneroster", "csv", "attendance", row["code"]))
        for row in reading.tables["attendance"].iter_rows(named=True)
    )  # fmt: skip
    assert got == Counter([
        ("2025-09-10", 3, "Иванов", "unexcused", "unexcused"),
        ("2025-09-10", 3, "=Ёлкина", "late", "late"),
        ("2025-09-10", 3, "=Ёлкина", "ill", "ill"),
        ("2025-10-15", None, "=Ёлкина", "unknown_reason", "unknown_reason"),
        ("2025-10-15", None, "=Ёлкина", "unknown_reason", "unknown_reason"),
        ("2025-10-17", 1, "Сидоров", "Ъ", None),
        ("2025-10-17", 1, "Старший", "released", "released"),
    ])  # fmt: skip
    printed = {row["printedCode"] for row in table(tmp_path / "or.zip", "attendance")}
    assert printed == {"Н", "О", "Б", "Ъ", ""}


def test_marks_for_a_period_are_read_back(school: Path, tmp_path: Path) -> None:
    oneroster(school, tmp_path / "or.zip")
    reading = read_back(tmp_path / "or.zip")
    names = names_of(reading)
    got = {
        (names[row["pupil_id"]], row["subject_id"], row["kind"], row["period_id"], row["class_id"], row["value"])
        for row in reading.tables["period_marks"].iter_rows(named=True)
    }
    assert got == {
        ("Петров", "алгебра", "period", "quarter-1", "7Б", "5"),
        ("Петров", "иностранный язык (английский)", "period", "quarter-1", "7Б", "4"),
        ("=Ёлкина", "музыка", "period", "quarter-1", "7Б", "н/а"),
        ("Старший", "родной язык, литература", "period", "half_year-1", "10А", "3"),
    }


def test_classes_groups_and_who_is_in_them_are_read_back(school: Path, tmp_path: Path) -> None:
    oneroster(school, tmp_path / "or.zip")
    reading = read_back(tmp_path / "or.zip")
    names = names_of(reading)
    stays = {
        (names[row["pupil_id"]], row["class_id"], str(row["starts_on"]), str(row["ends_on"]))
        for row in reading.tables["enrollments"].iter_rows(named=True)
    }
    first, open_end = "2025-09-01", "None"
    assert stays == {
        ("Петров", "7Б", first, open_end), ("=Ёлкина", "7Б", first, open_end), ("Иванов", "7Б", first, "2025-10-10"),
        ("Иванов", "7В", "2025-10-15", open_end), ("Сидоров", "7В", first, open_end), ("Новый", "7В", first, open_end),
        ("Старший", "10А", first, open_end), ("Поздний", "10А", "2025-10-20", open_end),
        ("Ушедший", "10А", first, "2025-10-01"),
    }  # fmt: skip
    members: dict[str, set[str]] = {}
    titles = dict(reading.tables["subgroups"].select("subgroup_id", "name").iter_rows())
    for row in reading.tables["subgroup_members"].iter_rows(named=True):
        members.setdefault(titles[row["subgroup_id"]], set()).add(names[row["pupil_id"]])
    assert members == {
        "7Б Иностранный язык (английский) (7Б|англ 1)": {"Петров"},
        "7Б Иностранный язык (английский) (7Б|англ 2)": {"=Ёлкина"},
        "7Б, 7В Труд (мальчики)": {"Петров", "Сидоров"},
        "7Б Музыка": {"=Ёлкина"},  # nothing but her mark tells who is taught it
        "10А Родной язык, литература": {"Старший"},
    }
    teachers = dict(reading.tables["teachers"].select("teacher_id", "last_name").iter_rows())
    taught = {
        (teachers[row["teacher_id"]], row["class_id"], row["subject_id"])
        for row in reading.tables["teaching_assignments"].iter_rows(named=True)
    }
    assert ("t3", "7В", "алгебра") in taught
    assert ("Кузнецова", "7Б", "алгебра") in taught
    (head,) = reading.tables["class_teachers"].iter_rows(named=True)
    assert (teachers[head["teacher_id"]], head["class_id"]) == ("Белов", "7Б")
    periods = set(reading.tables["periods"].select("period_id", "class_ids").iter_rows())
    assert periods == {("year-1", None), ("quarter-1", "7Б;7В"), ("half_year-1", "10А")}


def test_what_is_read_back_is_stated_whole(school: Path, tmp_path: Path) -> None:
    oneroster(school, tmp_path / "or.zip")
    whole = {one.table for one in read_back(tmp_path / "or.zip").statements if one.complete}
    assert {"marks", "attendance", "assignments", "period_marks", "enrollments", "classes"} <= whole


# The standard

HEADERS = {
    "1.1": {
        "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
        "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
        "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
        "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,"
        "subjects,subjectCodes",
        "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
        "beginDate,endDate",
        "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
        "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
        "categories": "sourcedId,status,dateLastModified,title",
        "lineItems": "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,"
        "categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax",
        "results": "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,"
        "comment",
        "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    },
    "1.2": {
        "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,"
        "identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,"
        "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns",
        "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
        "userProfileSourcedId",
        "categories": "sourcedId,status,dateLastModified,title,weight",
        "lineItems": "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,"
        "categorySourcedId,academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId",
        "results": "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,"
        "comment,textScore,classSourcedId,inProgress,incomplete,late,missing",
    },
}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_columns_stand_in_the_order_of_the_standard_with_ours_to_the_right(
    school: Path, tmp_path: Path, version: str
) -> None:
    oneroster(school, tmp_path / "or.zip", version=version)
    files = files_of(tmp_path / "or.zip")
    for name, header in (HEADERS["1.1"] | HEADERS[version]).items():
        own = files[f"{name}.csv"].decode().splitlines()[0]
        assert own.startswith(header), name
        assert all(column.startswith("metadata.zavuch.") for column in filter(None, own[len(header) :].split(",")))
    assert ("roles.csv" in files) == (version == "1.2")
    assert not any(data.startswith(b"\xef\xbb\xbf") for data in files.values())
    assert all(b"\r\n" in data and b"\n" not in data.replace(b"\r\n", b"") for data in files.values())
    assert not any(b',""' in data for data in files.values())


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_the_manifest_names_every_file_of_the_version(school: Path, tmp_path: Path, version: str) -> None:
    written = oneroster(school, tmp_path / "or.zip", version=version)
    said = {row["propertyName"]: row["value"] for row in table(tmp_path / "or.zip", "manifest")}
    assert (said["manifest.version"], said["oneroster.version"]) == ("1.0", version)
    named = {name.removeprefix("file."): mode for name, mode in said.items() if name.startswith("file.")}
    assert {name for name, mode in named.items() if mode == "bulk"} == set(written.rows)
    assert {f"{name}.csv" for name in written.rows} | {"manifest.csv"} == set(files_of(tmp_path / "or.zip"))
    assert named["demographics"] == named["resources"] == "absent"
    assert len(named) == (13 if version == "1.1" else 21) + 1


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_ids_are_guids_each_once_and_every_reference_holds(school: Path, tmp_path: Path, version: str) -> None:
    written = oneroster(school, tmp_path / "or.zip", version=version)
    tables = {name: table(tmp_path / "or.zip", name) for name in written.rows}
    ids = {name: [row["sourcedId"] for row in rows] for name, rows in tables.items()}
    for name, own in ids.items():
        assert len(set(own)) == len(own) == written.rows[name], name
        assert all(len(one) == 36 and one.isascii() for one in own), name
    pointed = {
        "classSourcedId": "classes", "userSourcedId": "users", "studentSourcedId": "users", "orgSourcedId": "orgs",
        "schoolSourcedId": "orgs", "lineItemSourcedId": "lineItems", "categorySourcedId": "categories",
        "gradingPeriodSourcedId": "academicSessions", "academicSessionSourcedId": "academicSessions",
        "courseSourcedId": "courses", "schoolYearSourcedId": "academicSessions", "parentSourcedId": "academicSessions",
        "termSourcedIds": "academicSessions",
    }  # fmt: skip
    for name, rows in tables.items():
        for row in rows:
            for column, target in pointed.items():
                for one in filter(None, (row.get(column) or "").split(",")):
                    assert one in ids[target], (name, column)
            assert row["status"] == row["dateLastModified"] == ""  # so the standard wants it of bulk files


def test_scores_and_texts(school: Path, tmp_path: Path) -> None:
    oneroster(school, tmp_path / "or.zip", version="1.2")
    got = {(row["score"], row["textScore"], row["scoreStatus"]) for row in table(tmp_path / "or.zip", "results")}
    assert got >= {
        ("5", "", "fully graded"), ("4", "4-", "fully graded"), ("", "зач", "fully graded"), ("", ".", "not submitted"),
        ("", "н/а", "fully graded"),
    }  # fmt: skip
    assert all(row["resultValueMax"] == "5" for row in table(tmp_path / "or.zip", "lineItems"))


def test_texts_are_written_as_they_are(school: Path, tmp_path: Path) -> None:
    oneroster(school, tmp_path / "or.zip")
    assert "=Ёлкина" in {row["familyName"] for row in table(tmp_path / "or.zip", "users")}


def test_nothing_private_and_nothing_of_other_years_is_written(school: Path, tmp_path: Path) -> None:
    oneroster(school, tmp_path / "or.zip")
    users = table(tmp_path / "or.zip", "users")
    assert all(not row[column] for row in users for column in ("email", "sms", "phone", "password", "identifier"))
    assert all(row["username"] == row["sourcedId"] for row in users)
    titles = {row["title"] for row in table(tmp_path / "or.zip", "classes")}
    assert "6Б" not in titles
    assert titles == {
        "7Б", "7В", "10А", "7Б Алгебра", "7В Алгебра", "7Б Иностранный язык (английский) (7Б|англ 1)",
        "7Б Иностранный язык (английский) (7Б|англ 2)", "7Б, 7В Труд (мальчики)", "10А Родной язык, литература",
        "7Б Музыка", "10А Алгебра",
    }  # fmt: skip


def test_an_earlier_year_on_request(school: Path, tmp_path: Path) -> None:
    written = oneroster(school, tmp_path / "or.zip", academic_year="2024/2025")
    assert written.rows["results"] == 1
    reading = read_back(tmp_path / "or.zip")
    assert [row["value"] for row in reading.tables["marks"].iter_rows(named=True)] == ["5"]
    assert set(reading.tables["enrollments"]["academic_year"]) == {"2024/2025"}


def test_a_year_or_a_school_without_data_is_told(school: Path, tmp_path: Path) -> None:
    with pytest.raises(NothingToExportError, match=r"1999/2000 в данных нет. Есть: 2024/2025, 2025/2026"):
        oneroster(school, tmp_path / "or.zip", academic_year="1999/2000")
    empty = School(tmp_path / "empty.duckdb").done()
    with pytest.raises(NothingToExportError, match="нечего"):
        oneroster(empty, tmp_path / "or.zip")
    assert not (tmp_path / "or.zip").exists()


def test_files_without_rows_are_absent(tmp_path: Path) -> None:
    s = School(tmp_path / "s.duckdb")
    s.klass("7Б", 7)
    s.pupil("p1", "Петров", "Пётр")
    written = oneroster(s.done(), tmp_path / "or.zip")
    assert set(written.rows) == {"academicSessions", "orgs", "classes", "enrollments", "users"}
    reading = read_back(tmp_path / "or.zip")
    assert reading.rejected == []
    assert reading.tables["enrollments"].height == 1


def test_the_same_data_give_the_same_bytes(school: Path, tmp_path: Path) -> None:
    oneroster(school, tmp_path / "a.zip")
    oneroster(school, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert not list(tmp_path.glob("*.part"))


def test_an_unknown_version_is_refused(school: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"1\.0"):
        oneroster(school, tmp_path / "or.zip", version="1.0")


# Who may have it


def viewer(role: Role, *, reasons: bool = True, disabled: bool = False) -> Viewer:
    return Viewer(Account("x", "X", role, "s1", (), reasons, disabled))


@pytest.mark.parametrize(
    ("who", "attendance"),
    [
        (viewer("deputy"), True), (viewer("administration", reasons=False), False),
        (viewer("deputy", reasons=False), False),
        (viewer("class_teacher"), None), (viewer("deputy", disabled=True), None),
    ],
)  # fmt: skip
def test_the_whole_school_is_only_for_roles_that_see_it(
    school: Path, tmp_path: Path, who: Viewer, attendance: bool | None
) -> None:
    if attendance is None:
        with pytest.raises(AccessDeniedError):
            oneroster(school, tmp_path / "or.zip", viewer=who)
        assert not (tmp_path / "or.zip").exists()
    else:
        assert ("attendance" in oneroster(school, tmp_path / "or.zip", viewer=who).rows) == attendance


def test_attendance_may_be_left_out(school: Path, tmp_path: Path) -> None:
    written = oneroster(school, tmp_path / "or.zip", attendance=False)
    assert "attendance" not in written.rows
    reading = read_back(tmp_path / "or.zip")
    assert not [one for one in reading.statements if one.table == "attendance"]


# The command


def test_the_command_wants_a_built_warehouse_and_a_known_version(
    run_zavuch: Callable[..., Any], tmp_path: Path
) -> None:
    done = run_zavuch("report", "oneroster", "--out", str(tmp_path / "x.zip"))
    assert done.returncode == 2
    assert "ещё не собрано" in done.stderr
    done = run_zavuch("report", "oneroster", "--version", "2", "--out", str(tmp_path / "x.zip"))
    assert done.returncode == 2
    assert "1.1, 1.2" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_whole_demo_school_comes_back(small_demo: Path, tmp_path: Path, version: str) -> None:
    from tests.conftest import zavuch

    done = zavuch("report", "oneroster", "--version", version, "--out", str(tmp_path / "or.zip"), home=small_demo,
                  cwd=small_demo)  # fmt: skip
    assert done.returncode == 0, done.stderr
    reading = read_back(tmp_path / "or.zip")
    (file,) = (small_demo / "warehouse" / "versions").rglob("*.duckdb")
    with duckdb.connect(file, read_only=True) as con:
        asked = (
            "select count(*) from marts.fct_marks",
            "select count(*) from marts.fct_attendance where evidence = 'stated' or code is not null",
            "select count(*) from marts.progress_by_pupil_subject_period where period_mark is not null",
        )
        expected = [con.execute(query).fetchall()[0][0] for query in asked]
        refused = con.execute("select value from marts.fct_marks where value = 'отл'").fetchall()
    tables = ("marks", "attendance", "period_marks")
    found = [reading.tables[name].height for name in tables]
    unknown = [value for (value,) in refused]
    assert unknown == ["отл"]  # the demo plants one mark outside the scale: it is sent, and refused again
    assert [cell.raw for cell in reading.rejected] == unknown
    assert [found[0] + len(unknown), *found[1:]] == expected
