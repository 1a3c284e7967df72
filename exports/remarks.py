"""«Замечания по ведению журнала»: a sheet for each teacher, as PDF and XLSX.

What is a remark and how it is worded is decided in dbt (`reports.rpt_document__remarks`); here lines are
only put on paper.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path

from exports.files import distinct_stems, write_whole
from exports.pdf import Press
from exports.remarks_content import School, Sheet, read_school
from exports.remarks_paper import paper
from exports.remarks_workbook import workbook
from exports.teachers import UnknownTeacherError, find_teacher
from warehouse.language import gettext as _

__all__ = ["FORMATS", "UnknownTeacherError", "remarks"]

FORMATS = ("pdf", "xlsx")
PLACES = 20
"""Days or pupils named in a line of the PDF; the workbook names all."""


def remarks(
    school_file: Path,
    out: Path,
    *,
    teacher: str | None = None,
    formats: Collection[str] = FORMATS,
    academic_year: str | None = None,
) -> list[Path]:
    """Write the sheets of a published school file; return the files written, in order.

    Without a teacher `out` is a folder and every teacher gets a file of each format, also one without
    remarks. teacher: an id, a printed name or the unambiguous beginning of one; `out` is then a folder too,
    or a file when it ends in `.pdf` or `.xlsx` (that format alone). academic_year: the newest by default.
    The same school file gives the same bytes. Raises UnknownTeacherError; ValueError for an unknown format.
    """
    unknown = set(formats) - set(FORMATS)
    if unknown:
        raise ValueError(f"unknown formats: {', '.join(sorted(unknown))}")
    school = read_school(school_file, academic_year)
    names = {sheet.teacher_id: sheet.teacher for sheet in school.sheets}
    stems = distinct_stems({key: f"{_('Замечания')} {name}" for key, name in names.items()})
    if teacher is None:
        wanted: Sequence[Sheet] = school.sheets
    else:
        meant = find_teacher(teacher, names)
        wanted = [sheet for sheet in school.sheets if sheet.teacher_id == meant]
        suffix = out.suffix.lower().removeprefix(".")
        if suffix in FORMATS and not out.is_dir():
            return [write_whole(out, _Writer(school).content(wanted[0], suffix))]
    writer = _Writer(school)
    return [
        write_whole(out / f"{stems[sheet.teacher_id]}.{kind}", writer.content(sheet, kind))
        for sheet in wanted
        for kind in FORMATS
        if kind in formats
    ]


class _Writer:
    """Makes the bytes of sheets; the press is set up for the first PDF."""

    def __init__(self, school: School) -> None:
        self._school = school
        self._press: Press | None = None

    def content(self, sheet: Sheet, kind: str) -> bytes:
        if kind == "xlsx":
            return workbook(self._school, sheet)
        self._press = self._press or Press("remarks.typ")
        words = paper(self._school, sheet, places=PLACES)
        return self._press.print(asdict(words), self._school.as_of)
