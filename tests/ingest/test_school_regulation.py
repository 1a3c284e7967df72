"""Answers changed on the sheet «Положение» are recorded with who changed them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ingest.school_regulation import Answers
from warehouse.regulation import file
from warehouse.regulation.answers import Answer, Regulation
from warehouse.regulation.meanings import NOT_SAID, Term
from warehouse.regulation.record import Change, Record, Said

AT = datetime(2026, 9, 1, 10, 0)


def test_the_sheet_changes_the_file_and_its_record(tmp_path: Path) -> None:
    path = file.file_of(tmp_path, "s1")
    now = Regulation((Answer("topic", NOT_SAID),), document="Приказ № 5")
    file.write(path, now)
    then = replace(now, answers=(Answer("topic", Term("lesson")),))
    changes = Answers(path, now, then)
    assert changes.changed == [(now.answers[0], then.answers[0])]
    changes.write(author="Образцова", at=AT)
    assert file.read(path) == then
    by_hand, recorded = Record(path).all()
    assert by_hand.how == "file"
    assert (recorded.author, recorded.how, recorded.entered_at) == ("Образцова", "workbook", AT)
    old, new = Said("в положении не сказано"), Said("в день урока")
    assert recorded.changes == (Change("topic", None, old, new),)
