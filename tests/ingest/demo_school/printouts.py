"""Small parsers of the demo's exports, written from the layouts alone: what stands in the newest exports."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
from lxml import html

MONTHS = dict(
    zip(
        ("Сентябрь", "Октябрь", "Ноябрь", "Декабрь", "Январь", "Февраль", "Март"), (9, 10, 11, 12, 1, 2, 3), strict=True
    )
)
ABSENT = {"Н", "Б", "У", "УП", "НП", "ОТ"}
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class Lesson:
    key: str
    class_name: str
    subject: str
    subgroup: str
    day: date
    number: int | None
    status: str = "held"


@dataclass
class Journal:
    """One class-keyed journal: what the rules look at, whatever layout it came from."""

    layout: str
    lessons: dict[str, Lesson] = field(default_factory=dict)
    expected: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    marks: dict[tuple[str, str], list[tuple[int, float, bool]]] = field(default_factory=lambda: defaultdict(list))
    codes: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    told: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    enrolled_at_end: set[str] = field(default_factory=set)
    graded: dict[str, str] = field(default_factory=dict)
    thresholds: dict[str, float] = field(default_factory=dict)
    weighs: set[str] = field(default_factory=set)
    finals: dict[tuple[str, str], str] = field(default_factory=dict)
    prints_finals: set[str] = field(default_factory=set)
    averages: list[tuple[str, str, float, float]] = field(default_factory=list)
    weighted: dict[tuple[str, str], float] = field(default_factory=dict)


def exports_of(folder: Path, pattern: str = "*") -> list[tuple[datetime, Path]]:
    """Exports of a folder by the moment in their names."""
    found = []
    for path in folder.glob(pattern):
        stamp = re.search(r"(\d{4}-\d\d-\d\d)_(\d{4})\.", path.name)
        assert stamp
        found.append((datetime.strptime(" ".join(stamp.groups()), "%Y-%m-%d %H%M"), path))
    return sorted(found)


def tables(path: Path) -> dict[str, pl.DataFrame]:
    """The tables of one journal CSV export, all columns as text."""
    with zipfile.ZipFile(path) as archive:
        return {
            name.removesuffix(".csv"): pl.read_csv(archive.read(name), infer_schema=False)
            for name in archive.namelist()
        }


def _rows(frame: pl.DataFrame) -> list[dict[str, str]]:
    return frame.fill_null("").to_dicts()


def csv_journal(folder: Path) -> Journal:
    """The state of the journal CSV classes after all exports: newest version of every row by its key."""
    keys = {
        "lessons": ["lesson_id"],
        "marks": ["mark_id"],
        "attendance": ["lesson_id", "pupil_id"],
        "homework": ["homework_id"],
    }
    gathered: dict[str, dict[tuple[str, ...], dict[str, str]]] = defaultdict(dict)
    last: dict[str, pl.DataFrame] = {}
    for at, path in exports_of(folder, "*.zip"):
        shown = tables(path)
        last |= shown
        first = shown["manifest"]["scope_from"][0]
        for name, key in keys.items():
            rows = _rows(shown[name])
            now = {tuple(row[part] for part in key): row for row in rows}
            assert len(now) == len(rows), f"{name}: ключ повторяется в {path.name}"
            lessons = gathered["lessons"] if name != "lessons" else None
            for old in list(gathered[name]):
                row = gathered[name][old]
                day = row["date"] if lessons is None else lessons[row["lesson_id"],]["date"]
                if first <= day <= at.date().isoformat() and old not in now:
                    del gathered[name][old]
            gathered[name] |= now
    return _fill_csv(gathered, last)


Rows = dict[tuple[str, ...], dict[str, str]]


def _fill_csv(gathered: dict[str, Rows], last: dict[str, pl.DataFrame]) -> Journal:
    journal = Journal("a")
    classes = {row["class_id"]: row["name"] for row in _rows(last["classes"])}
    subjects = {row["subject_id"]: row["name"] for row in _rows(last["subjects"])}
    _registers(journal, last, classes)
    _csv_lessons(journal, gathered["lessons"], last, (classes, subjects))
    for row in gathered["marks"].values():
        if not row["value"].isdigit():
            continue
        found = (int(row["value"]), float(row["weight"]), row["counts_in_mean"] == "true")
        journal.marks[row["lesson_id"], row["pupil_id"]].append(found)
    for row in gathered["attendance"].values():
        journal.codes[row["lesson_id"], row["pupil_id"]].append(row["code"])
    journal.told |= {row["lesson_id"] for row in gathered["homework"].values()}
    for row in _rows(last["period_marks"]):
        journal.finals[row["pupil_id"], subjects[row["subject_id"]]] = row["value"]
    journal.prints_finals = set(journal.names)
    return journal


def _registers(journal: Journal, last: dict[str, pl.DataFrame], classes: dict[str, str]) -> None:
    for row in _rows(last["subjects"]):
        journal.graded[row["name"]] = row["graded"]
        if row["rounding_threshold"]:
            journal.thresholds[row["name"]] = float(row["rounding_threshold"])
        if row["uses_weights"] == "true":
            journal.weighs.add(row["name"])
    for row in _rows(last["pupils"]):
        journal.names[row["pupil_id"]] = " ".join((row["last_name"], row["first_name"], row["middle_name"]))
    for row in _rows(last["enrollments"]):
        if not row["ends_on"] or row["pupil_id"] not in journal.home:
            journal.home[row["pupil_id"]] = classes[row["class_id"]]
        if not row["ends_on"]:
            journal.enrolled_at_end.add(row["pupil_id"])


def _csv_lessons(
    journal: Journal, lessons: Rows, last: dict[str, pl.DataFrame], names: tuple[dict[str, str], dict[str, str]]
) -> None:
    classes, subjects = names
    groups = {row["subgroup_id"]: row["name"] for row in _rows(last["subgroups"])}
    belongs = defaultdict(list)
    for row in _rows(last["enrollments"]):
        belongs[row["class_id"], ""].append(row)
    for row in _rows(last["subgroup_members"]):
        belongs["", row["subgroup_id"]].append(row)
    free = defaultdict(list)
    for row in _rows(last["releases"]):
        free[row["pupil_id"], row["subject_id"]].append(row)
    for row in (found for found in lessons.values() if found["status"] in {"held", "remote"}):
        lesson = Lesson(
            row["lesson_id"], classes[row["class_id"]], subjects[row["subject_id"]], groups.get(row["subgroup_id"], ""),
            date.fromisoformat(row["date"]), int(row["lesson_number"]), row["status"],
        )  # fmt: skip
        journal.lessons[lesson.key] = lesson
        scope = ("", row["subgroup_id"]) if row["subgroup_id"] else (row["class_id"], "")
        journal.expected[lesson.key] = {
            one["pupil_id"]
            for one in belongs[scope]
            if _holds(one, row["date"])
            and not any(_holds(r, row["date"]) for r in free[one["pupil_id"], row["subject_id"]])
        }
        if row["topic"]:
            journal.told.add(lesson.key)


def _holds(row: dict[str, str], day: str) -> bool:
    return row["starts_on"] <= day <= (row["ends_on"] or "9999")


def _add_cell(journal: Journal, lesson: Lesson, pupil: str, text: str) -> None:
    """One printed cell: codes are letters, marks digits; a slash parts marks of one work."""
    for token in text.split():
        if token[0].isdigit():
            journal.marks[lesson.key, pupil] += [(int(mark), 1.0, True) for mark in token.split("/")]
        else:
            journal.codes[lesson.key, pupil].append(token)


def _expect_recorded(journal: Journal) -> None:
    """A printed pupil is expected in the subjects in which he has a record."""
    of_pupil = {(pupil, journal.lessons[key].subject) for key, pupil in [*journal.marks, *journal.codes]}
    of_pupil |= set(journal.finals)
    for key, lesson in journal.lessons.items():
        journal.expected[key] = {
            pupil
            for pupil, subject in of_pupil
            if subject == lesson.subject and journal.home[pupil] == lesson.class_name
        }


def studenttotal_journal(path: Path) -> Journal:
    """One zip of pupil reports, in either markup."""
    journal = Journal("b")
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            _studenttotal(journal, html.fromstring("<html>" + archive.read(name).decode("utf-8") + "</html>"))
    journal.enrolled_at_end = set(journal.names)
    _expect_recorded(journal)
    return journal


def _studenttotal(journal: Journal, page: html.HtmlElement) -> None:
    facts = dict(
        re.sub(r"\s+", " ", span.text_content()).strip().split(": ", 1)
        for span in page.xpath("//span[@class='select']")
        if not span.text_content().strip().endswith(":")
    )
    pupil = " ".join(facts["Ученик"].split()[:2])
    journal.names[pupil] = pupil
    journal.home[pupil] = facts["Класс"]
    upper, lower, *rows = page.xpath("//table[@class='table-print']//tr")
    heads = upper.xpath("./th")
    months = [(MONTHS[h.text_content()], int(h.get("colspan"))) for h in heads if h.get("colspan")]
    days = [cell.text_content() for cell in lower.xpath("./th")]
    dates, place = [], 0
    for month, count in months:
        dates += [date(2026, month, int(day)) for day in days[place : place + count]]
        place += count
    has_final = len([h for h in heads if not h.get("colspan")]) == 3
    if has_final:
        journal.prints_finals.add(pupil)
    for row in rows:
        subject, *cells = row.xpath("./td")
        name = subject.text_content()
        numbers: list[int] = []
        for day, cell in zip(dates, cells, strict=False):
            text = cell.text_content().replace("\xa0", " ").strip()
            if not text:
                continue
            key = f"{facts['Класс']}|{name}|{day}"
            lesson = journal.lessons.setdefault(key, Lesson(key, facts["Класс"], name, "", day, None))
            _add_cell(journal, lesson, pupil, text)
            numbers += [value for value, _, _ in journal.marks.get((key, pupil), [])]
        average = cells[len(dates)].text_content().strip().replace(",", ".")
        assert bool(average) == bool(numbers)
        if average:
            journal.averages.append((pupil, name, float(average), sum(numbers) / len(numbers)))
        if has_final and cells[len(dates) + 1].text_content().strip():
            journal.finals[pupil, name] = cells[len(dates) + 1].text_content().strip()


def class_report_journal(paths: list[Path]) -> Journal:
    """Class-wide workbooks, one a class."""
    journal = Journal("c")
    for path in paths:
        _class_report(journal, path)
    journal.enrolled_at_end = set(journal.names)
    _expect_recorded(journal)
    return journal


def sheet(path: Path) -> dict[int, dict[int, str | None]]:
    """Rows and columns of the first sheet; '' is an empty string, None a cell without a value."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        shared = [
            "".join(part.text or "" for part in item.iter(f"{SPREADSHEET}t"))
            for item in ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314
        ]
        root = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    rows: dict[int, dict[int, str | None]] = defaultdict(dict)
    for cell in root.iter(f"{SPREADSHEET}c"):
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r", "")).groups()  # type: ignore[union-attr]
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        value = cell.find(f"{SPREADSHEET}v")
        text = None if value is None else value.text
        rows[int(number)][column] = shared[int(text)] if text is not None and cell.get("t") == "s" else text
    return rows


def card_finals(path: Path) -> dict[tuple[str, str], str]:
    """Period marks of the first quarter on the report cards of a class."""
    finals = {}
    pupil = ""
    rows = sheet(path)
    for number in sorted(rows):
        first = rows[number].get(1) or ""
        if first.startswith("Ученик: "):
            pupil = " ".join(first.removeprefix("Ученик: ").split()[:2])
        elif first.isdigit() and rows[number].get(5):
            finals[pupil, rows[number][2] or ""] = rows[number][5] or ""
    return finals


def _class_report(journal: Journal, path: Path) -> None:
    rows = sheet(path)
    class_name = pupil = ""
    dates: dict[int, date] = {}
    ends: list[int] = []
    months: dict[int, str] = {}
    for number in sorted(rows):
        row = rows[number]
        first = row.get(1) or ""
        if first.startswith("Класс: "):
            class_name = first.removeprefix("Класс: ")
        elif first.startswith("Ученик: "):
            pupil = " ".join(first.removeprefix("Ученик: ").split()[:2])
            journal.names[pupil] = pupil
            journal.home[pupil] = class_name
            journal.prints_finals.add(pupil)
            dates = {}
        elif first == "Предмет":
            months = {column: text for column, text in row.items() if text in MONTHS}
            ends = [column for column, text in row.items() if text and column > 1 and text not in MONTHS]
            under = rows[number + 1]
            month = ""
            for column in range(2, min(ends)):
                month = months.get(column, month)
                dates[column] = date(2026, MONTHS[month], int(under[column] or 0))
        elif dates and first and 2 in row and row.get(min(ends)) is not None:
            _class_report_row(journal, (class_name, pupil), row, dates, sorted(ends))


def _class_report_row(
    journal: Journal, whose: tuple[str, str], row: dict[int, str | None], dates: dict[int, date], ends: list[int]
) -> None:
    class_name, pupil = whose
    name = row[1] or ""
    seen: dict[date, int] = defaultdict(int)
    numbers: list[int] = []
    for column, day in dates.items():
        text = row.get(column)
        if text is None:
            continue
        seen[day] += 1
        key = f"{class_name}|{name}|{day}|{seen[day]}"
        lesson = journal.lessons.setdefault(key, Lesson(key, class_name, name, "", day, None))
        _add_cell(journal, lesson, pupil, text)
        numbers += [value for value, _, _ in journal.marks.get((key, pupil), [])]
    mean, weighted = (float(row[column] or 0) for column in ends[:2])
    assert bool(mean) == bool(numbers)
    if numbers:
        journal.averages.append((pupil, name, mean, sum(numbers) / len(numbers)))
    if weighted:
        journal.weighted[pupil, name] = weighted
    if row.get(ends[2]):
        journal.finals[pupil, name] = row[ends[2]] or ""
