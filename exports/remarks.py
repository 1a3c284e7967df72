"""«Замечания по ведению журнала»: a sheet for each teacher, as PDF and XLSX.

What is a remark and how it is worded is decided in dbt (`reports.rpt_document__remarks`); here lines are
only put on paper.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from exports.files import distinct_stems, write_whole
from exports.pdf import Press
from exports.remarks_content import School, Sheet, read_school
from exports.remarks_paper import paper
from exports.remarks_workbook import workbook
from exports.teachers import UnknownTeacherError, find_teacher
from warehouse.language import gettext as _

__all__ = ["FORMATS", "UnknownTeacherError", "Written", "remarks"]

FORMATS = ("pdf", "xlsx")
PLACES = 20
"""Days or pupils named in a line of the PDF; the workbook names all."""
PERIOD = r"\d\d\.\d\d\.\d{4}–\d\d\.\d\d\.\d{4}"


@dataclass(frozen=True)
class Written:
    """What was done. files: in order. sheets, with_remarks: of how many teachers, and how many of them have a remark.

    replaced: files of the same name that stood there. put_away: earlier sheets, moved to the folder of earlier ones.
    """

    files: tuple[Path, ...]
    sheets: int
    with_remarks: int
    replaced: int
    put_away: tuple[Path, ...] = ()


def remarks(
    school_file: Path,
    out: Path,
    *,
    teacher: str | None = None,
    formats: Collection[str] = FORMATS,
    academic_year: str | None = None,
) -> Written:
    """Write the sheets of a published school file.

    Without a teacher `out` is a folder and every teacher gets a file of each format, also one without
    remarks. teacher: an id, a printed name or the unambiguous beginning of one; `out` is then a folder too,
    or a file when it ends in `.pdf` or `.xlsx` (that format alone). academic_year: the newest by default.
    Sheets of other days, and of teachers who no longer have one, are moved to a folder within `out`, so that
    what lies in it is as of now. The same school file gives the same bytes.
    Raises UnknownTeacherError; ValueError for an unknown format.
    """
    unknown = set(formats) - set(FORMATS)
    if unknown:
        raise ValueError(f"unknown formats: {', '.join(sorted(unknown))}")
    school = read_school(school_file, academic_year)
    writer = _Writer(school)
    names = {sheet.teacher_id: sheet.teacher for sheet in school.sheets}
    wanted: Sequence[Sheet] = school.sheets
    if teacher is not None:
        meant = find_teacher(teacher, names)
        wanted = [sheet for sheet in school.sheets if sheet.teacher_id == meant]
        suffix = out.suffix.lower().removeprefix(".")
        if suffix in FORMATS and not out.is_dir():
            return _written({out: writer.content(wanted[0], suffix)}, wanted)
    begins = " ".join(filter(None, (_("Замечания"), school.period)))
    stems = distinct_stems({key: f"{begins} {name}" for key, name in names.items()})
    contents = {
        out / f"{stems[sheet.teacher_id]}.{kind}": writer.content(sheet, kind)
        for sheet in wanted for kind in FORMATS if kind in formats
    }  # fmt: skip
    files_of = {key: stem.removeprefix(f"{begins} ") for key, stem in stems.items()}
    earlier = [
        path for path, who in _earlier(out, formats, files_of.values())
        if path not in contents and (teacher is None or who == files_of[wanted[0].teacher_id])
    ]  # fmt: skip
    return _written(contents, wanted, earlier)


def _earlier(folder: Path, formats: Collection[str], known: Collection[str]) -> Iterator[tuple[Path, str]]:
    """Find sheets that lie in a folder already, and of whom they are, both told by their names.

    known: how files name the teachers. A file without a period is a sheet of an older Zavuch if it names one of them.
    """
    kinds = "|".join(formats)
    pattern = re.compile(rf"{re.escape(_('Замечания'))} (?P<period>{PERIOD} )?(?P<who>.+)\.(?:{kinds})")
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = pattern.fullmatch(path.name)
        if name and (name["period"] or name["who"] in known):
            yield path, name["who"]


def _written(contents: dict[Path, bytes], sheets: Sequence[Sheet], earlier: Sequence[Path] = ()) -> Written:
    """Put earlier sheets away and write the new ones."""
    put_away = []
    for path in earlier:
        aside = path.parent / _("прежние") / path.name
        aside.parent.mkdir(exist_ok=True)
        put_away.append(path.replace(aside))
    replaced = sum(path.exists() for path in contents)
    files = tuple(write_whole(path, content) for path, content in contents.items())
    return Written(files, len(sheets), sum(bool(sheet.remarks) for sheet in sheets), replaced, tuple(put_away))


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
