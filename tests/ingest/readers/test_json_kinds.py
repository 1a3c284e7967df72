"""JSON readers of Сетевой Город and Дневник.ру fill what they declare, and know their own answers only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingest.contract import TABLES
from ingest.readers import dnevnik_ru_api, dnevnik_ru_pupils, journal_csv, sgo_diary, sgo_mobile
from ingest.reading import Reader
from ingest.registry import MODULES, reader_for
from tests.ingest.readers import json_layouts_dnevnik as dnevnik
from tests.ingest.readers import json_layouts_sgo as sgo

MON, TUE = date(2026, 9, 7), date(2026, 9, 8)
OF_EVERY_EXPORT = {"classes", "enrollments", "subjects"}

DIARY = {
    "d.json": sgo.diary(
        {MON: (
            sgo.Hour(1, "Алгебра", 1, (sgo.Work(11, 3, "не задано"), sgo.Work(12, mark="ОП 5", more={
                "markComment": {"name": "Молодец"}})), extra=True),
            sgo.Hour(2, "Физика", 1, (sgo.Work(13, 4, mark=".", weight=2),)),
        )}, MON,
    ),
    "a.json": sgo.assign(12, 20, ((51, "Учитель Анна Ивановна"),), (900, "7А/Алгебра")), "t.json": sgo.types(),
    "i.json": sgo.init(), "manifest.json": sgo.MANIFEST,
}  # fmt: skip
MOBILE = {
    "c.json": [sgo.meeting(1, MON, 1, attendance="ОТ", addEducation=True)],
    "w.json": [
        sgo.work(12, 1, MON, ".", "2026-09-07T10:00:00", comment="да"),
        sgo.work(11, 1, MON, assignmentTypeId=3, assignmentTypeName="Домашнее задание", assignmentName="не задано"),
        sgo.work(14, 1, MON, 5, assignmentTypeId=4, assignmentTypeName="Контрольная работа"),
    ],
    "p.json": sgo.subject_term([sgo.result(13, 1, MON, 5)], [], 5.0), "e.json": sgo.education(),
    "o.json": [sgo.total([("1 четверть", 5, "PointSystem"), ("2 четверть", None, "")], [])],
    "s.json": sgo.students((1000, "Пробный Иван Ильич")), "manifest.json": sgo.MANIFEST | {"pupil_id": "1000"},
    "t.json": sgo.terms((9, "1 четверть", "2026-09-01", "2026-10-27")),
}  # fmt: skip
API = {
    "g.json": [dnevnik.group(), dnevnik.group(510, "7А англ.", (500,))], "s.json": [dnevnik.subject()],
    "l.json": [dnevnik.lesson(1, MON, 1, of=510), dnevnik.lesson(2, MON, 2, status="Cancelled")],
    "w.json": [
        dnevnik.work(8001, 1, MON, text="Тема"), dnevnik.work(7001, None, MON, "PeriodMark", periodNumber=1),
        dnevnik.work(9001, 1, MON, "Homework", text="не задано", sentDate="2026-09-07T10:00:00"),
    ],
    "m.json": [
        dnevnik.mark(1, 8001, 1), dnevnik.mark(2, 7001, None), dnevnik.mark(3, 8001, 1, "5✕2", number=2),
    ],
    "t.json": [
        dnevnik.work_type(), dnevnik.work_type(9, "LessonTestWork"), dnevnik.work_type(10, "LessonByHeart")
    ],
    "p.json": [dnevnik.period(900, 1, "2026-09-01", "2026-10-27")],
    "n.json": [dnevnik.person(1000, "Пробный"), dnevnik.person(51, "Учитель")], "a.json": [dnevnik.log(1, "Late")],
    "manifest.json": dnevnik.ZONED,
}  # fmt: skip
PUPILS = {
    "p.json": dnevnik.pupil(
        [dnevnik.record(1, MON, 5, presence=1)], [dnevnik.semester(5)], [dnevnik.terminal(None, 1)]
    )
}  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "files"),
    [
        pytest.param(sgo_diary, DIARY, id="sgo_diary"), pytest.param(sgo_mobile, MOBILE, id="sgo_mobile"),
        pytest.param(dnevnik_ru_api, API, id="dnevnik_ru_api"),
        pytest.param(dnevnik_ru_pupils, PUPILS, id="dnevnik_ru_pupils"),
    ],
)  # fmt: skip
def test_what_is_declared_is_what_is_filled(reader: Reader, files: dict[str, Any]) -> None:
    (kind,) = reader.KINDS
    reading = reader.read(sgo.packed(files))
    assert reading.rejected == []
    assert (reading.system, reading.export_kind, reading.reader) == (kind.system, kind.export_kind, reader.NAME)
    filled = {
        table: {
            column.name for column in frame.iter_columns() if column.null_count() < len(column)
        } - {"deleted", "academic_year", *(TABLES[table].key if len(TABLES[table].key) > 1 else ())}
        for table, frame in reading.tables.items()
        if table not in OF_EVERY_EXPORT
    }  # fmt: skip
    declared = {
        table: set(columns) - {"academic_year", *(TABLES[table].key if len(TABLES[table].key) > 1 else ())}
        for table, columns in kind.carries.items()
    }
    assert filled == declared


@pytest.mark.parametrize("reader", [sgo_diary, sgo_mobile, dnevnik_ru_api, dnevnik_ru_pupils])
def test_entry_times_are_declared_where_a_moment_is_carried(reader: Reader) -> None:
    (kind,) = reader.KINDS
    assert set(kind.entry_times) == {table for table, columns in kind.carries.items() if "entered_at" in columns}
    for table, columns in kind.carries.items():
        assert set(columns) <= set(TABLES[table].names), table


ANSWERS = [
    *((name, sgo_diary, DIARY[name]) for name in ("d.json", "a.json", "t.json", "i.json")),
    *((name, sgo_mobile, MOBILE[name]) for name in ("c.json", "w.json", "p.json", "o.json")),
    *((name, dnevnik_ru_api, API[name]) for name in ("l.json", "w.json", "m.json", "t.json", "a.json")),
    ("schedule", dnevnik_ru_api, dnevnik.schedule(MON, lessons=[dnevnik.day_lesson(1, MON, 1, (8001,))])),
    ("final", dnevnik_ru_api, [dnevnik.final_marks(900, (77, dnevnik.mark(1, 1, None)))]),
    ("pupil", dnevnik_ru_pupils, PUPILS["p.json"]),
]


@pytest.mark.parametrize(("reader", "answer"), [pytest.param(*rest, id=f"{rest[0].NAME} {n}") for n, *rest in ANSWERS])
def test_an_answer_is_known_to_its_own_reader_only(reader: Reader, answer: Any) -> None:
    for files in ({"a.json": answer}, {"a.json": answer, "manifest.json": sgo.MANIFEST}):
        export = sgo.packed(files)
        knowing = [one.NAME for one in MODULES if one is not journal_csv and one.recognise(export)]
        assert knowing[0] == reader.NAME
        assert set(knowing[1:]) <= {"bars"}, "a schedule has days with `homeworks`, as an answer of БАРС"
        assert reader_for(export) is reader
