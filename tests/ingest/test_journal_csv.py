"""The neutral format from bytes to canonical rows, and every bad input that is its business."""

import contextlib
import csv
import io
import json
from collections.abc import Mapping
from datetime import date, datetime, time

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contract import TABLES
from ingest.readers import journal_csv
from ingest.reading import Export, Reading, UnreadableExportError

MANIFEST = (
    "format_version,school_id,school_name,taken_at,timezone,scope_from,scope_to,complete\n"
    "1,demo,МБОУ СОШ № 1,2025-11-14T23:50:00,Europe/Moscow,2025-09-01,2025-11-14,true\n"
)
JOURNAL = {
    "manifest.csv": MANIFEST,
    "pupils.csv": "pupil_id,last_name,first_name\np1,Образцов,Иван\np2,Примерова,Анна\n",
    "lessons.csv": (
        "lesson_id,class_id,subject_id,teacher_id,date,lesson_number,topic,topic_entered_at\n"
        "L1,7Б,math,t1,2025-11-03,1,Дроби,2025-11-03T10:15:00\n"
        "L2,7Б,math,t1,2025-11-05,2,,\n"
    ),
    "marks.csv": "mark_id,lesson_id,pupil_id,value,weight\nm1,L1,p1,5,1\nm2,L2,p2,4-,1.5\n",
    "attendance.csv": "lesson_id,pupil_id,code\nL1,p2,Н\n",
}


at = datetime.fromisoformat


def export(files: Mapping[str, str | bytes] = JOURNAL, **changed: str | bytes | None) -> Export:
    merged = {**files, **{f"{name}.csv": text for name, text in changed.items()}}
    content = {
        name: text.encode() if isinstance(text, str) else text for name, text in merged.items() if text is not None
    }
    return Export("выгрузка", content)


def read(files: Mapping[str, str | bytes] = JOURNAL, **changed: str | bytes | None) -> Reading:
    one = export(files, **changed)
    assert journal_csv.recognise(one)
    reading = journal_csv.read(one)
    for name, frame in reading.tables.items():
        schema = TABLES[name].schema | {"deleted": pl.Boolean(), "academic_year": pl.String()}
        assert all(schema[column] == dtype for column, dtype in frame.schema.items()), name
        assert set(TABLES[name].key) <= set(frame.columns)
    assert all(one.reason and one.address for one in [*reading.rejected, *reading.warnings])
    return reading


def unreadable(files: Mapping[str, str | bytes] = JOURNAL, **changed: str | bytes | None) -> str:
    with pytest.raises(UnreadableExportError) as caught:
        journal_csv.read(export(files, **changed))
    assert caught.value.advice
    return caught.value.reason


def refused(reading: Reading) -> list[tuple[str, str]]:
    return [(one.address, one.raw) for one in reading.rejected]


def statement(reading: Reading, table: str) -> tuple[object, ...]:
    (one,) = [one for one in reading.statements if one.table == table]
    return one.complete, one.date_from, one.date_to


def test_whole_folder() -> None:
    reading = read()
    assert (reading.system, reading.export_kind, reading.reader) == ("journal_csv",) * 3
    assert (reading.school_id, reading.school_name) == ("demo", "МБОУ СОШ № 1")
    assert reading.taken_at == at("2025-11-14T23:50")
    assert not reading.rejected
    assert not reading.warnings
    assert reading.tables["marks"].rows() == [("m1", "L1", "p1", "5", 1.0), ("m2", "L2", "p2", "4-", 1.5)]
    assert reading.tables["attendance"].rows() == [("L1", "p2", 1, "Н")]
    lessons = reading.tables["lessons"]
    assert lessons["topic"].to_list() == ["Дроби", None]
    assert lessons["topic_entered_at"].to_list() == [at("2025-11-03T10:15"), None]


def test_statements_follow_the_manifest() -> None:
    reading = read()
    whole = (True, date(2025, 9, 1), date(2025, 11, 14))
    assert statement(reading, "lessons") == whole
    assert statement(reading, "marks") == whole  # dated by its lesson
    assert statement(reading, "pupils") == (True, None, None)
    (marks,) = [one for one in reading.statements if one.table == "marks"]
    assert marks.columns == ("lesson_id", "mark_id", "pupil_id", "value", "weight")
    assert (marks.class_id, marks.subject_id, marks.pupil_id) == ("", "", "")


@pytest.mark.parametrize("said", ["false", ""])
def test_export_that_does_not_call_itself_complete(said: str) -> None:
    reading = read(manifest=MANIFEST.replace(",true\n", f",{said}\n"))
    assert not any(one.complete for one in reading.statements)


def test_statements_table_speaks_for_itself() -> None:
    reading = read(
        statements="table,columns,class_id,date_from,date_to,complete\n"
        "marks,lesson_id;pupil_id;value,7Б,03.11.2025,2025-11-14,да\nhomework,,7Б,,,true\nмарки,,,,,true\n"
    )
    (marks,) = [one for one in reading.statements if one.table == "marks"]
    assert marks.columns == ("lesson_id", "pupil_id", "value")
    assert (marks.class_id, marks.date_from, marks.complete) == ("7Б", date(2025, 11, 3), True)
    assert statement(reading, "homework")[0] is True  # stated to be empty
    assert statement(reading, "lessons")[0] is False  # nobody stated it
    assert refused(reading) == [("statements.csv, строка 4", "марки")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_any_usual_spelling_of_csv(encoding: str, separator: str, newline: str) -> None:
    expected = read()
    files = {
        name.upper(): text.replace(",", separator).replace("\n", newline).encode(encoding)
        for name, text in JOURNAL.items()
    }
    reading = read({name.replace(".CSV", ".csv"): data for name, data in files.items()})
    assert reading.school_name == expected.school_name
    for name, frame in expected.tables.items():
        assert reading.tables[name].equals(frame), name


def test_decimals_dates_and_moments_as_schools_write_them() -> None:
    reading = read(
        lessons="lesson_id;class_id;subject_id;date;starts_at;topic_entered_at\n"
        "L1;7Б;math;03.11.2025;8:30;03.11.2025 10:15\nL2;7Б;math;2025-11-05;08:30:00;2025-11-05T07:15:00Z\n",
        marks="mark_id;lesson_id;pupil_id;value;weight;counts_in_mean;entered_at\n"
        "m1;L1;p1;5;1,5;да;2025-11-03\nm2;L2;p2;4;0.5;0;2025-11-05T12:00:00+05:00\n",
    )
    assert not reading.rejected
    lessons, marks = reading.tables["lessons"], reading.tables["marks"]
    assert lessons["date"].to_list() == [date(2025, 11, 3), date(2025, 11, 5)]
    assert lessons["starts_at"].to_list() == [time(8, 30)] * 2
    assert lessons["topic_entered_at"].to_list() == [at("2025-11-03T10:15"), at("2025-11-05T10:15")]
    assert marks["weight"].to_list() == [1.5, 0.5]
    assert marks["counts_in_mean"].to_list() == [True, False]
    assert marks["entered_at"].to_list() == [at("2025-11-03"), at("2025-11-05T10:00")]
    assert marks["entered_at_is_day"].to_list() == [True, False]


def test_zone_that_the_manifest_does_not_name() -> None:
    marks = (
        "mark_id,lesson_id,pupil_id,value,entered_at\n"
        "m1,L1,p1,5,2025-11-03T12:00:00+05:00\nm2,L1,p2,5,2025-11-03T12:00:00Z\n"
    )
    reading = read(manifest=MANIFEST.replace("Europe/Moscow", ""), marks=marks)
    assert reading.tables["marks"]["entered_at"].to_list() == [at("2025-11-03T12:00")]
    assert refused(reading) == [("marks.csv, строка 3", "2025-11-03T12:00:00Z")]


def test_lines_stay_right_over_line_breaks_in_quotes() -> None:
    reading = read(
        marks='mark_id,lesson_id,pupil_id,value,comment\nm1,L1,p1,5,"две\nстроки, и ""кавычки"""\n\nm2,L2,p2,7,\n'
    )
    assert reading.tables["marks"]["comment"].to_list() == ['две\nстроки, и "кавычки"']
    assert refused(reading) == [("marks.csv, строка 5", "7")]


def test_stray_quotes_cost_only_their_own_lines() -> None:
    reading = read(
        marks='mark_id,lesson_id,pupil_id,value,comment\nm1,L1,p1,5,"о "Мёртвых душах" Гоголя"\n'
        'm2,L2,p2,4,"не закрыта\nm3,L2,p1,3,хорошо\nm4,L1,p2,2,"да"\n'
    )
    assert reading.tables["marks"]["mark_id"].to_list() == ["m1", "m3", "m4"]
    assert reading.tables["marks"]["comment"][0] == 'о "Мёртвых душах" Гоголя'
    assert [address for address, _ in refused(reading)] == ["marks.csv, строка 3"]
    assert statement(reading, "marks")[0] is False


@pytest.mark.parametrize(
    ("row", "raw", "said"),
    [
        ("m9,L1,p1,7,", "7", "вне шкалы"),
        ("m9,L1,p1,-1,", "-1", "вне шкалы"),
        ('m9,L1,p1,"5,5",', "5,5", "вне шкалы"),
        ("m9,L1,p1,2025-04-05,", "2025-04-05", "дата"),
        ("m9,L1,p9,5,", "p9", "Ученика нет в таблице pupils"),
        ("m9,L9,p1,5,", "L9", "Урока нет в таблице lessons"),
        ("m9,,p1,5,", "", "обязательный столбец lesson_id"),
        ("m9,L1,p1,,", "", "обязательный столбец value"),
        ("m9,L1,p1,5,2099-01-01", "2099-01-01", "Неправдоподобная дата"),
        ("m9,L1,p1,5,1925-11-01", "1925-11-01", "Неправдоподобная дата"),
        ("m9,L1,p1,5,вчера", "вчера", "не поняты"),
        ("m1,L1,p1,4,", "m1", "Ключ повторяется"),
        ("m9,L1,p1", "", "столбцов: 3"),
        ("m9,L1,p1,5,,лишнее", "", "столбцов: 6"),
    ],
)
def test_bad_row_is_told_with_place_reason_and_advice(row: str, raw: str, said: str) -> None:
    good = "mark_id,lesson_id,pupil_id,value,entered_at\nm1,L1,p1,5,\nm2,L2,p2,4,\n"
    reading = read(marks=f"{good}{row}\nm3,L2,p1,3,\n")
    assert reading.rejected[-1].address == "marks.csv, строка 4"
    assert reading.rejected[-1].raw == raw
    assert said in reading.rejected[-1].reason
    assert reading.rejected[-1].advice
    assert {one.table for one in reading.rejected} == {"marks"}
    kept = set(reading.tables["marks"]["mark_id"])
    assert kept == ({"m2", "m3"} if row.startswith("m1") else {"m1", "m2", "m3"})
    assert statement(reading, "marks")[0] is False
    assert statement(reading, "attendance")[0] is True


def test_lesson_of_2099_takes_its_records_with_it() -> None:
    reading = read(lessons=JOURNAL["lessons.csv"].replace("2025-11-05", "2099-11-05"))
    assert refused(reading) == [("lessons.csv, строка 3", "2099-11-05"), ("marks.csv, строка 3", "L2")]
    assert "не принят" in reading.rejected[1].reason


def test_equal_rows_collapse_with_a_warning() -> None:
    reading = read(marks=JOURNAL["marks.csv"] + "m2,L2,p2,4-,1.50\n m1,L1,p1,5,1\n")
    assert reading.tables["marks"]["mark_id"].to_list() == ["m1", "m2"]
    assert not reading.rejected
    assert [(one.address, "не учтены: 2" in one.reason) for one in reading.warnings] == [("marks.csv, строка 4", True)]
    assert statement(reading, "marks")[0] is True


def test_at_most_a_thousand_rejected_are_told_one_by_one() -> None:
    rows = "".join(f"x{n},L1,p1,7,1\n" for n in range(1500))
    reading = read(marks=JOURNAL["marks.csv"] + rows)
    assert len(reading.rejected) == 1001
    assert "500" in reading.rejected[-1].reason
    assert reading.tables["marks"].height == 2


def test_trailing_separators_and_blank_rows_are_harmless() -> None:
    reading = read(marks="mark_id;lesson_id;pupil_id;value;;\nm1;L1;p1;5;;\n;;;;;\nm2;L2;p2;4;;;;\n\n\n")
    assert reading.tables["marks"]["mark_id"].to_list() == ["m1", "m2"]
    assert not reading.rejected


def test_keys_are_put_together_where_they_are_absent() -> None:
    reading = read(
        marks="lesson_id,pupil_id,ordinal,value\nL1,p1,1,5\nL1,p1,2,4\n",
        homework="lesson_id,text\nL1,§ 5\n",
        calendar="date,day_kind\n2025-11-04,holiday\n",
    )
    assert reading.tables["marks"]["mark_id"].to_list() == ["L1|p1||1", "L1|p1||2"]
    assert reading.tables["homework"]["homework_id"].to_list() == ["L1||"]
    assert reading.tables["calendar"]["class_id"].to_list() == [""]


def test_delta_keeps_withdrawn_rows_apart() -> None:
    reading = read(
        manifest=MANIFEST.replace(",true\n", ",false\n"),
        marks="mark_id,lesson_id,pupil_id,value,deleted\nm1,,,,true\nm5,L1,p7,5,\n",
        pupils="pupil_id,last_name\np1,Образцов\n",
        attendance=None,
    )
    assert not reading.rejected
    assert reading.tables["marks"].select("mark_id", "deleted").rows() == [("m1", True), ("m5", False)]
    assert "неполная" in reading.warnings[0].reason
    assert "deleted" not in reading.tables["pupils"].columns


def test_academic_year_is_given_or_worked_out() -> None:
    reading = read(
        periods="period_id,kind,ordinal,starts_on,ends_on\nq1,quarter,1,2024-09-01,2024-10-26\n",
        classes="class_id,grade,name\n7Б,7,7Б\n",
        period_marks="pupil_id,subject_id,kind,period_id,value,academic_year\n"
        "p1,math,period,q1,5,\np2,math,year,,4,2024-2025\np1,math,year,,4,\n",
        timetable="class_id,weekday,lesson_number,starts_on,subject_id,academic_year\n7Б,1,1,2025-09-01,math,2025/2026\n",
    )
    assert not reading.rejected
    assert reading.tables["periods"]["academic_year"].to_list() == ["2024/2025"]
    assert reading.tables["classes"]["academic_year"].to_list() == ["2025/2026"]
    assert reading.tables["period_marks"]["academic_year"].to_list() == ["2024/2025", "2024/2025", "2025/2026"]
    assert reading.tables["timetable"]["academic_year"].to_list() == ["2025/2026"]


def test_unknown_tables_columns_and_files_are_mentioned() -> None:
    files = JOURNAL | {"photos.csv": "a\n1\n", "прочти.pdf": "%PDF-1.4"}
    reading = read(files, pupils="pupil_id,last_name,snils\np1,Образцов,000\np2,Примерова,000\n")
    said = {one.address: one.reason for one in reading.warnings}
    assert set(said) == {"photos.csv", "прочти.pdf", "выгрузка"}
    assert "pupils: snils" in said["выгрузка"]
    assert "000" not in str(reading.warnings)
    assert reading.tables["pupils"].columns == ["pupil_id", "last_name"]


def test_headers_in_any_case_and_with_look_alikes() -> None:
    reading = read(marks="Mark_ID, Lesson-Id ,PUPIL ID,\u0443alue,VALUE\nm1,L1,p1,,5\n".replace("\u0443alue", "x"))
    assert reading.tables["marks"].rows() == [("m1", "L1", "p1", "5")]
    mended = read(marks="mаrk_id,lеsson_id,рupil_id,value\nm1,L1,p1,5\n")
    assert mended.tables["marks"].rows() == [("m1", "L1", "p1", "5")]


def test_empty_table_states_that_there_is_nothing() -> None:
    reading = read(marks="mark_id,lesson_id,pupil_id,value\n")
    assert reading.tables["marks"].height == 0
    assert statement(reading, "marks")[0] is True


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"marks": "mark_id,lesson_id,value\nm1,L1,5\n"}, ("marks.csv", "pupil_id")),
        ({"marks": "mark_id,lesson_id,pupil_id,value,value\n"}, ("marks.csv", "дважды")),
        ({"marks": b"mark_id,lesson_id,pupil_id,value\nm1,L1,p1,5\n" + b"\0" * 50}, ("marks.csv", "поврежд")),
        ({"pupils": "pupil_id,last_name\np1,Образцова".encode()[:-1]}, ("pupils.csv", "поврежд")),
        ({"marks": b"\xff\xd8\xff\xe0"}, ("marks.csv", "JPEG")),
        ({"marks": " \n"}, ("marks.csv", "mark")),
        ({"manifest": "school_id,taken_at\n"}, ("manifest.csv", "0")),
        ({"manifest": "school_id,taken_at\ndemo,2025-11-14\nother,2025-11-14\n"}, ("manifest.csv", "2")),
        ({"manifest": "school_id,taken_at\ndemo,вчера\n"}, ("manifest.csv", "вчера")),
        ({"manifest": "school_id,taken_at\ndemo,2099-01-01T10:00\n"}, ("manifest.csv", "2099")),
        ({"manifest": "school_id,taken_at,timezone\ndemo,2025-11-14T10:00,Луна\n"}, ("manifest.csv", "Луна")),
        ({"manifest": "school_id,attendance_mode\ndemo,sometimes\n"}, ("manifest.csv", "sometimes")),
        ({"statements": "class_id\n7Б\n"}, ("statements.csv", "table")),
        ({"pupils": None, "lessons": None, "marks": None, "attendance": None}, ("ни одной таблицы",)),
    ],
)
def test_export_that_cannot_be_taken_whole(changed: dict[str, str | bytes | None], said: tuple[str, ...]) -> None:
    reason = unreadable(**changed)
    assert all(part in reason for part in said), reason


def test_table_in_two_files() -> None:
    assert "marks" in unreadable(JOURNAL | {"MARKS.txt": "mark_id\n"})
    assert "manifest" in unreadable(JOURNAL | {"manifest.json": "{}"})


def test_manifest_may_say_little() -> None:
    reading = read(manifest="school_name\nШкола\n")
    assert (reading.school_id, reading.school_name, reading.taken_at) == ("", "Школа", None)
    named = read(manifest="taken_at\n2025-11-14\n", pupils="school_id,pupil_id,last_name\ns1,p1,А\ns1,p2,Б\n")
    assert named.school_id == "s1"
    assert named.taken_at == at("2025-11-14")
    assert "только день" in named.warnings[0].reason


def test_rows_of_another_school() -> None:
    reading = read(pupils="school_id,pupil_id,last_name\ndemo,p1,А\nother,p2,Б\n", marks=None, attendance=None)
    assert refused(reading) == [("pupils.csv, строка 3", "other")]
    pupils = "school_id,pupil_id,last_name\na,p1,А\nb,p2,Б\n"
    assert "нескольких школ" in unreadable(manifest="taken_at\n2025-11-14\n", pupils=pupils)


def test_manifest_in_json() -> None:
    content = {
        "school_id": "demo",
        "taken_at": "2025-11-14T20:50:00Z",
        "timezone": "UTC+3",
        "complete": True,
        "system": "eljur",
    }
    files = {name: text for name, text in JOURNAL.items() if name != "manifest.csv"}
    reading = read(files | {"manifest.json": json.dumps(content)})
    assert reading.taken_at == at("2025-11-14T23:50")
    assert (reading.system, reading.export_kind) == ("eljur", "journal_csv")
    assert statement(reading, "marks")[0] is True
    assert "JSON" in unreadable(files | {"manifest.json": "{"})


def test_single_table_without_manifest() -> None:
    single = {"marks.csv": "mark_id,lesson_id,pupil_id,value\nm1,L1,p1,5\n"}
    reading = read(single)
    assert (reading.school_id, reading.school_name, reading.taken_at) == ("", "", None)
    assert "lesson_id" in unreadable({"marks.csv": "mark_id,pupil_id,value\nm1,p1,5\n"})


@pytest.mark.parametrize(
    "files",
    [
        {"отметки.csv": "a,b\n1,2\n"},
        {"marks.csv": "фамилия;отметка\nА;5\n"},
        {"фото.xls": b"\xff\xd8\xff\xe0"},
        {"a.html": "<html>"},
        {"marks.parquet": b"PAR1xxxx"},
        {"manifest.json": "[1"},
        {"a.csv": b"\xff\xfe\x00"},
        {},
    ],
)
def test_foreign_exports_are_not_recognised(files: dict[str, str | bytes]) -> None:
    assert not journal_csv.recognise(export(files))


def workbook(tables: Mapping[str, list[list[object]]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    formats = {date: book.add_format({"num_format": "dd.mm.yyyy"}), time: book.add_format({"num_format": "hh:mm"})}
    formats[datetime] = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, date | time):
                    sheet.write_datetime(number, column, value, formats[type(value)])
                elif value is not None:
                    sheet.write(number, column, value)
    book.close()
    return buffer.getvalue()


def test_workbook_with_a_sheet_a_table() -> None:
    book = workbook(
        {
            "manifest": [["school_id", "taken_at", "complete"], ["demo", at("2025-11-14T08:30"), True]],
            "Lessons": [
                [
                    "lesson_id",
                    "class_id",
                    "subject_id",
                    "date",
                    "starts_at",
                    "topic_entered_at",
                    "topic_entered_at_is_day",
                ],
                [],
                [17, "7Б", "math", date(2025, 11, 3), time(8, 30), at("2025-11-03T10:15:30")],
                [18, "7Б", "math", "04.11.2025", "9:20", date(2025, 11, 4)],
            ],
            "marks": [["mark_id", "lesson_id", "pupil_id", "value", "weight"], [1, 17, 5, 5, 1.5], [2, 17, 6, 7]],
            "homework": [],
        }
    )
    reading = read({"журнал.xlsx": book})
    assert reading.taken_at == at("2025-11-14T08:30")
    lessons = reading.tables["lessons"]
    assert lessons["lesson_id"].to_list() == ["17", "18"]
    assert lessons["date"].to_list() == [date(2025, 11, 3), date(2025, 11, 4)]
    assert lessons["starts_at"].to_list() == [time(8, 30), time(9, 20)]
    assert lessons["topic_entered_at"].to_list() == [at("2025-11-03T10:15:30"), at("2025-11-04")]
    assert lessons["topic_entered_at_is_day"].to_list() == [False, True]
    assert reading.tables["marks"].rows() == [("1", "17", "5", "5", 1.5)]
    assert refused(reading) == [("журнал.xlsx, лист marks, строка 3", "7")]
    assert [one.address for one in reading.warnings] == ["журнал.xlsx, лист homework"]


def test_workbook_of_one_sheet_is_called_by_its_file() -> None:
    rows: list[list[object]] = [["mark_id", "lesson_id", "pupil_id", "value"], ["m1", "L1", "p1", "5"]]
    assert read({"marks.xlsx": workbook({"Лист1": rows})}).tables["marks"].height == 1


def test_parquet_with_its_own_types() -> None:
    marks = pl.DataFrame(
        {
            "mark_id": [1, 2],
            "lesson_id": ["L1", "L2"],
            "pupil_id": pl.Series(["p1", "p2"], dtype=pl.Categorical),
            "value": [5.0, 4.0],
            "weight": [1, 2],
            "entered_at": pl.Series([at("2025-11-03T07:00"), None], dtype=pl.Datetime("ms", "UTC")),
        }
    )
    buffer = io.BytesIO()
    marks.write_parquet(buffer)
    files = {name: text for name, text in JOURNAL.items() if name != "marks.csv"} | {"marks.parquet": buffer.getvalue()}
    reading = read(files)
    assert reading.tables["marks"].rows() == [
        ("1", "L1", "p1", "5", 1.0, at("2025-11-03T10:00"), False),
        ("2", "L2", "p2", "4", 2.0, None, False),
    ]
    assert "marks.parquet" in unreadable(files | {"marks.parquet": buffer.getvalue()[:-20]})


CELLS = st.text(
    st.characters(exclude_characters="\ufeff", exclude_categories=["Cs", "Cc"]) | st.sampled_from('"\n\t,; '),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(
    cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12),
    separator=st.sampled_from(",;\t"),
    newline=st.sampled_from(["\n", "\r\n"]),
    bare=st.booleans(),
)
def test_what_a_csv_writer_wrote_is_read_back(
    cells: list[tuple[str, str]], separator: str, newline: str, bare: bool
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(
        buffer, delimiter=separator, lineterminator=newline, quoting=csv.QUOTE_MINIMAL if bare else csv.QUOTE_ALL
    )
    writer.writerow(["mark_id", "lesson_id", "pupil_id", "value", "comment", "kind", "entered_by"])
    places = []
    for number, (first, second) in enumerate(cells):
        places.append(buffer.getvalue().count("\n") + 1)
        writer.writerow([f"m{number}", "L1", "p1", "5", first, "странный", second])
        writer.writerow([f"n{number}", "L1", "p1", "5", first, "current", second])
    reading = read({"marks.csv": buffer.getvalue()})
    marks = reading.tables["marks"]
    assert marks["mark_id"].to_list() == [f"n{number}" for number in range(len(cells))]
    assert marks["comment"].to_list() == [first.strip() or None for first, _ in cells]
    assert marks["entered_by"].to_list() == [second.strip() or None for _, second in cells]
    assert [address for address, _ in refused(reading)] == [f"marks.csv, строка {line}" for line in places]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damage_never_ends_in_an_unexpected_error(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(JOURNAL)))
    good = JOURNAL[name].encode()
    position = data.draw(st.integers(0, len(good)))
    damaged = good[:position] + data.draw(st.binary(max_size=6)) + good[position + data.draw(st.integers(0, 20)) :]
    one = export(JOURNAL | {name: damaged})
    if journal_csv.recognise(one):
        with contextlib.suppress(UnreadableExportError):
            journal_csv.read(one)
