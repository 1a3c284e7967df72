"""Readers of JSON answers are told apart: every answer, alone or in a folder, is known to its own reader only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from ingest.readers import bars, eljur_api, fgis_schedule, journal_csv, mesh, sgo_diary, sgo_mobile
from ingest.reading import Reader
from ingest.registry import MODULES, reader_for
from tests.ingest.readers import json_layouts_bars as of_bars
from tests.ingest.readers import json_layouts_eljur as of_eljur
from tests.ingest.readers import json_layouts_fgis as of_fgis
from tests.ingest.readers import json_layouts_mesh as of_mesh
from tests.ingest.readers import json_layouts_sgo as of_sgo
from tests.ingest.readers.json_layouts_sgo import packed

DAY = date(2026, 9, 14)


def answers() -> Iterator[tuple[str, Reader, Any]]:
    marks = of_bars.subject("Алгебра", of_bars.mark(DAY, "5"))
    for wrapped in (True, False):
        yield "bars summary", bars, of_bars.summary(marks, wrapped=wrapped)
        yield "bars totals", bars, of_bars.totals({"1_1": "1 Четверть"}, {"Алгебра": {"1_1": "5"}}, wrapped=wrapped)
    yield "bars timetable", bars, of_bars.week({DAY: [of_bars.scheduled("Алгебра", 1)]})
    yield "bars week off", bars, of_bars.week({DAY: None})
    yield "bars diary", bars, of_bars.week({DAY: [of_bars.lesson("Алгебра", 1)]})
    yield "bars old diary", bars, of_bars.old_week({DAY: [of_bars.old_lesson("Алгебра", 1)]})
    yield "bars homework", bars, [of_bars.homework(DAY, ("Алгебра", "№ 5"))]
    yield "bars class", bars, of_bars.class_info("Пробный Иван")
    yield "bars person", bars, of_bars.person()
    yield "eljur marks", eljur_api, of_eljur.marks(of_eljur.subject("Алгебра", of_eljur.mark(DAY, "5")))
    yield "eljur diary", eljur_api, of_eljur.diary(of_eljur.day_of(DAY, of_eljur.item("Алгебра", 1)))
    yield "eljur periods", eljur_api, of_eljur.periods(("I", "1 четверть", "20260901", "20261025"))
    yield "eljur finals", eljur_api, of_eljur.finals({"Алгебра": {"1 четверть": "5"}})
    yield "eljur rules", eljur_api, of_eljur.rules()
    yield "mesh marks", mesh, of_mesh.payload(of_mesh.mark(1, DAY))
    yield "mesh lesson", mesh, of_mesh.lesson(1, DAY)
    yield "mesh events", mesh, of_mesh.events(of_mesh.event(1, DAY))
    yield "mesh homework", mesh, of_mesh.payload(of_mesh.task(1, "№ 5", DAY, subject_name="Алгебра"))
    yield "mesh teacher's marks", mesh, [of_mesh.teachers_mark(1, 2, 3)]
    yield "mesh absences", mesh, [of_mesh.attendance(1, 2, 3)]
    yield "mesh timetable", mesh, [of_mesh.item(1, DAY)]
    yield "fgis", fgis_schedule, of_fgis.schedule(of_fgis.lesson(1, DAY))
    yield "sgo diary", sgo_diary, of_sgo.diary({DAY: (of_sgo.Hour(1, "Алгебра", 1),)}, DAY)
    yield "sgo lessons", sgo_mobile, [of_sgo.meeting(1, DAY, 1)]
    yield "sgo assignments", sgo_mobile, [of_sgo.work(1, 2, DAY, 5)]


@pytest.mark.parametrize(("reader", "answer"), [pytest.param(*rest, id=name) for name, *rest in answers()])
def test_an_answer_is_known_to_its_own_reader_only(reader: Reader, answer: Any) -> None:
    for files in ({"a.json": answer}, {"a.json": answer, "manifest.json": {"school_id": "s1"}}):
        export = packed(files)
        knowing = [one.NAME for one in MODULES if one is not journal_csv and one.recognise(export)]
        assert knowing == [reader.NAME], "the journal CSV takes what nobody before it knows"
        assert reader_for(export) is reader
