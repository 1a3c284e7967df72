"""What a profile says and what it reads from a file, in words for the screen; people are shown by their initials."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ingest.contract import TABLES
from ingest.readers.profiled import shipped
from ingest.readers.profiled.checking import read_file
from ingest.readers.profiled.composing import TEACHERS
from ingest.readers.profiled.model import Grid, Profile
from ingest.readers.profiled.reader import ProfiledReader
from ingest.reading import Export, Reading, Rejected, UnreadableExportError
from warehouse.language import gettext as _

_FULL_NAME = re.compile(r"\b([А-ЯЁ])[а-яё]+(?:-[А-ЯЁ][а-яё]+)?((?:\s+[А-ЯЁ](?:[а-яё]+|\.)){1,2})")
_FIRST_ROWS = 5
_MOST_TOLD = 10
_LONGEST = 40
_HIDDEN = {
    "lesson_id", "mark_id", "homework_id", "assignment_id", "plan_topic_id", "plan_id", "evidence", "academic_year",
    "counts_in_mean", "kind_", "printed_in", "deleted", "last_name", "first_name", "middle_name",
}  # fmt: skip
_MAIN = ("marks", "period_marks", "plan_topics", "substitutions", "timetable", "teaching_assignments", "lessons",
         "enrollments")  # fmt: skip
_EVIDENCE = {
    "file": "разобран настоящий файл", "code": "известно из кода программ, читавших такие файлы",
    "doc": "известно из документации", "example": "пример: настоящим файлом не подтверждён",
}  # fmt: skip


@dataclass
class Look:
    """What came of reading a file by a profile. lines: for the screen. fine: something was read, nothing rejected."""

    lines: list[str] = field(default_factory=list)
    fine: bool = False
    reading: Reading | None = None


def discreet(text: str) -> str:
    """Put initials in the place of full names."""
    return _FULL_NAME.sub(
        lambda found: " ".join(f"{word[0]}." for word in (found[1] + " " + found[2]).split()), text
    )  # fmt: skip


def initials(name: str) -> str:
    """Give the initials of a full name: «И. И. П.» has no more of a person than that."""
    return " ".join(f"{word[0].upper()}." for word in name.split() if word[0].isalpha())


def readers(folder: Path) -> tuple[ProfiledReader, ...]:
    """Give the readers of all profiles, those of the home's folder first; raises ProfileError."""
    return shipped.together(shipped.own(folder))


def listed(folder: Path) -> list[str]:
    """List the profiles: name, what it reads, how its layout is known."""
    lines = []
    for reader in readers(folder):
        profile = reader.profile
        origin = _("свой") if profile.own else _("в составе Завуча")
        lines.append(f"{profile.name}  {profile.title}")
        lines.append(f"    {profile.system}/{profile.export_kind}, {origin}; {_(_EVIDENCE[profile.evidence])}")
    return lines


def text_of(profile: Profile, folder: Path) -> str:
    """Give the text of a profile's file."""
    place = folder if profile.own else shipped.FOLDER
    return (place / f"{profile.name}.toml").read_text(encoding="utf-8")


def described(profile: Profile) -> list[str]:
    """Describe a profile: how files are recognised, what is read, what is taken as complete."""
    kind = KINDS["list"] if not isinstance(profile.layout, Grid) else KINDS[profile.layout.rows]
    lines = [f"{profile.name}: {profile.title}", f"    {_(kind)}", f"    {_(_EVIDENCE[profile.evidence])}"]
    texts = [one.patterns[0] for one in profile.recognise.texts]
    if texts:
        lines.append("    " + _("Файл узнаётся по текстам: {texts}").format(texts=", ".join(texts)))
    if profile.recognise.formats:
        lines.append("    " + _("Виды файлов: {formats}").format(formats=", ".join(profile.recognise.formats)))
    lines.append("    " + _("Что читается:"))
    for table, columns in ProfiledReader(profile).KINDS[0].carries.items():
        lines.append(f"        {TABLES[table].doc} ({table}): {', '.join(columns)}")
    whole = ", ".join(f"{table} ({scope})" for table, scope in profile.complete.items())
    lines.append("    " + _("Считается полным: {tables}").format(tables=whole or _("ничего")))
    return lines


KINDS = {
    "list": "Список: строка – одна запись", "subjects": "Сетка отметок: строки – предметы, блок или лист на ученика",
    "pupils": "Сетка отметок: строки – ученики, лист на класс и предмет",
}  # fmt: skip


def checked(path: Path, folder: Path, table: Path | None) -> Look:
    """Check a profile's file and, where a table file is given, read it; raises ProfileError where it is broken."""
    profile = read_file(path, own=True)
    reader = ProfiledReader(profile)
    if table is None:
        return Look([_("Профиль «{name}» исправен.").format(name=profile.name), *described(profile)], fine=True)
    export = Export(table.name, {table.name: table.read_bytes()})
    look = look_at(reader, export)
    look.lines.insert(0, _("Профиль «{name}» исправен.").format(name=profile.name))
    if not reader.recognise(export):
        look.fine = False
        look.lines.append(
            _("Файл по этому профилю не узнаётся: проверьте раздел [recognise] и обязательные столбцы.")
        )  # fmt: skip
        return look
    others = [one for one in readers(folder) if profile.name != one.NAME]
    try:
        chosen = shipped.choose([reader, *others], export)
    except UnreadableExportError as error:
        look.fine = False
        look.lines += [error.reason, error.advice]
        return look
    if chosen is not reader and chosen is not None:
        look.fine = False
        look.lines.append(
            _("Но файл возьмёт более требовательный профиль «{name}»: допишите тексты в [recognise].").format(
                name=chosen.NAME
            )
        )
    return look


def look_at(reader: ProfiledReader, export: Export) -> Look:
    """Read a file by a profile and say what was read; never raises for what the file holds."""
    try:
        reading = reader.read(export)
    except UnreadableExportError as error:
        return Look([_("Файл не читается этим профилем."), f"    {error.reason}", f"    {error.advice}"])
    counts = {
        table: frame.filter(~pl.col("deleted")).height if "deleted" in frame.columns else frame.height
        for table, frame in reading.tables.items()
    }
    lines = [_("Прочитано:")]
    lines += [f"    {TABLES[table].doc} ({table}): {count}" for table, count in counts.items()]
    lines += _first_rows(reading)
    unread = [one for one in reading.warnings if one.table == ""]
    lines += _told(_("Не читается:"), unread)
    lines += _told(_("Замечания:"), [one for one in reading.warnings if one.table])
    lines += _told(_("Отклонено (всего {n}):").format(n=len(reading.rejected)), reading.rejected)
    return Look(lines, fine=any(counts.values()) and not reading.rejected, reading=reading)


def _told(title: str, findings: Iterable[Rejected]) -> list[str]:
    """Tell findings, those of one reason together."""
    findings = list(findings)
    if not findings:
        return []
    lines = [title]
    counted = Counter((one.reason, one.raw) for one in findings)
    for (reason, raw), times in counted.most_common(_MOST_TOLD):
        first = next(one for one in findings if (one.reason, one.raw) == (reason, raw))
        shown = f" «{discreet(raw)}»" if raw else ""
        more = f" × {times}" if times > 1 else ""
        lines.append(f"    {first.address}:{shown} {reason}{more}. {first.advice}")
    if len(counted) > _MOST_TOLD:
        lines.append("    " + _("… и другие"))
    return lines


def _first_rows(reading: Reading) -> list[str]:
    """Show the first rows of the table that the file is about; nobody's full name is among them."""
    table = next((name for name in _MAIN if name in reading.tables), None)
    if table is None:
        return []
    people = {person.placeholder: initials(person.full_name) for person in reading.people}
    frame = reading.tables[table]
    lessons = reading.tables.get("lessons")
    if table != "lessons" and lessons is not None and "lesson_id" in frame.columns:
        about = lessons.select("lesson_id", "class_id", "subject_id", "date")
        frame = frame.join(about, on="lesson_id", how="left", maintain_order="left")
    if "deleted" in frame.columns:
        frame = frame.filter(~pl.col("deleted"))
    names = [name for name in frame.columns if name not in _HIDDEN and frame[name].null_count() < frame.height]
    lines = [_("Первые строки ({table}):").format(table=table)]
    for row in frame.head(_FIRST_ROWS).select(names).iter_rows(named=True):
        parts = []
        for name, value in row.items():
            if value is None or value == "":
                continue
            text = people.get(str(value), str(value)) if name in {"pupil_id", *TEACHERS} else discreet(str(value))
            parts.append(f"{name}={text[:_LONGEST]}")
        lines.append("    " + "; ".join(parts))
    return lines
