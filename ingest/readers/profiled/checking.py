"""TOML → `Profile`. Whatever does not stand is told with file, line, what is wrong and how to mend it, in Russian."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from ingest import code_map
from ingest.contract import TABLES
from ingest.readers.labels import fold
from ingest.readers.profiled import model, toml_lines
from ingest.readers.profiled.composing import composed
from ingest.readers.profiled.model import Fact, Facts, Grid, GridColumn, GridLine, Listing, Page, Profile, Recognise
from ingest.readers.profiled.titles import Titles, places
from warehouse.settings import SettingsError

ENGINE = 1
"""Counts changes of the engine that make what was read before worth another reading."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,40}")
_SCHOOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_CLASS_NAME = re.compile(r"[A-Za-z0-9_-]+")
_DEFAULT_LABELS: dict[str, tuple[str, ...]] = {
    "academic_year": ("учебный год",),
    "period": ("период",),
    "term": ("учебный период",),
    "class": ("класс",),
    "subject": ("предмет", "учебный предмет", "дисциплина"),
    "teacher": ("учитель", "преподаватель", "педагог"),
    "pupil": ("ученик", "учащийся", "обучающийся"),
}
_OF_SUBJECT_ROWS = ("academic_year", "period", "term", "class", "pupil")
"""In a sheet of subjects «Предмет» heads a column and is no label."""
_SCOPES = ("pupil", "subject", "class", "school")
_GRID_STATED = ("marks", "attendance", "lessons", "homework", "reported_averages", "period_marks")
_NUMBERS = ("int", "float")


class ProfileError(SettingsError):
    """A profile that is refused: the text names its file, the lines, what is wrong and how to mend it."""


@dataclass
class _Source:
    """The text of a profile, its lines, and the faults found."""

    name: str
    lines: Mapping[toml_lines.Path, int]
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def fault(self, path: toml_lines.Path, what: str, mend: str) -> None:
        self.faults.append((toml_lines.line_of(self.lines, path), what, mend))

    def refuse(self) -> None:
        if self.faults:
            raise ProfileError(_told(self.name, self.faults))


def _told(name: str, faults: Sequence[tuple[int, str, str]]) -> str:
    lines = [f"  строка {line}: {what}. {mend}" for line, what, mend in sorted(set(faults))]
    return f"{name}: профиль не принят.\n" + "\n".join(lines)


@dataclass
class _Section:
    """One table of the TOML. Every value is asked for by its key; what was not asked for is a fault."""

    source: _Source
    path: toml_lines.Path
    data: Mapping[str, object]
    asked: set[str] = field(default_factory=set)

    def fault(self, key: str | None, what: str, mend: str) -> None:
        self.source.fault(self.path if key is None else (*self.path, key), what, mend)

    def _get(self, key: str, kind: type | tuple[type, ...], mend: str) -> Any:  # noqa: ANN401  typed by `kind`
        self.asked.add(key)
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(key, f"у ключа «{key}» значение не того вида", mend)
            return None
        return value

    def text(self, key: str, *, needed: str = "", choices: Sequence[str] = (), default: str = "") -> str:
        """Give a text. needed: what to write there when it is missing, '' where it may be."""
        value = self._get(key, str, f'Напишите текст в кавычках: {key} = "…".')
        if value is None or not value.strip():
            if needed and key not in self.data:
                self.fault(None, f"нет ключа «{key}»", needed)
            elif key in self.data and value is not None:
                self.fault(key, f"ключ «{key}» пуст", needed or "Впишите значение или уберите строку.")
            return default
        if choices and value not in choices:
            near = difflib.get_close_matches(value, choices, 1)
            hint = f"Возможно, «{near[0]}»? " if near else ""
            self.fault(key, f"у ключа «{key}» неизвестное значение «{value}»", f"{hint}Можно: {', '.join(choices)}.")
            return default
        return cast("str", value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts; a single text is a list of one."""
        value = self._get(key, (str, list), f'Напишите список: {key} = ["…", "…"].')
        if value is None:
            return ()
        items = [value] if isinstance(value, str) else value
        if not items or not all(isinstance(item, str) and item.strip() for item in items):
            self.fault(key, f"в списке «{key}» есть пустое или не текст", f'Напишите список: {key} = ["…", "…"].')
            return ()
        return tuple(items)

    def titles(self, key: str) -> Titles:
        """Give patterns of titles."""
        return Titles(self.texts(key))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Give true or false."""
        value = self._get(key, bool, f"Напишите {key} = true или {key} = false.")
        return default if value is None else bool(value)

    def whole(self, key: str, lowest: int, highest: int) -> int:
        """Give a whole number within bounds, 0 where it is absent."""
        value = self._get(key, int, f"Напишите целое число: {key} = {lowest}.")
        if value is not None and not lowest <= value <= highest:
            self.fault(key, f"«{key}» – число от {lowest} до {highest}", "Исправьте число.")
            return 0
        return value or 0

    def share(self, key: str) -> float | None:
        """Give a share between 0 and 1."""
        value = self._get(key, (int, float), f"Напишите долю: {key} = 0.8.")
        if value is not None and not 0 < value <= 1:
            self.fault(key, f"«{key}» – доля от 0 до 1", f"Напишите, например, {key} = 0.8.")
            return None
        return None if value is None else float(value)

    def section(self, key: str) -> _Section:
        """Give a table within this one; an empty one where it is absent."""
        value = self._get(key, dict, f"Это раздел: [{'.'.join(map(str, (*self.path, key)))}].")
        return _Section(self.source, (*self.path, key), value or {})

    def sections(self, key: str) -> list[_Section]:
        """Give the tables of a list of tables, `[[column]]`."""
        value = self._get(key, list, f"Каждый пишется своим разделом: [[{key}]].") or []
        if not all(isinstance(item, dict) for item in value):
            self.fault(key, f"«{key}» – не список разделов", f"Каждый пишется своим разделом: [[{key}]].")
            return []
        return [_Section(self.source, (*self.path, key, place), item) for place, item in enumerate(value)]

    def close(self) -> None:
        """Tell of every key that nobody asked for."""
        for key in self.data:
            if key not in self.asked:
                near = difflib.get_close_matches(key, self.asked, 1)
                mend = f"Возможно, «{near[0]}»?" if near else f"Здесь бывают: {', '.join(sorted(self.asked))}."
                self.fault(key, f"неизвестный ключ «{key}»", mend)


def read_profile(text: str, name: str, *, place: str = "", own: bool = False) -> Profile:
    """Make a profile of TOML. name: of the profile; place: how to tell a person where the file is.

    Raises ProfileError, which names every fault with its line.
    """
    place = place or f"{name}.toml"
    try:
        data, lines = toml_lines.read(text.removeprefix("\ufeff"))
    except toml_lines.SyntaxFaultError as error:
        raise ProfileError(_told(place, [(error.line, error.what, error.mend)])) from error
    source = _Source(place, lines)
    top = _Section(source, (), data)
    profile = _profile(top, name, own=own, digest=_digest(data))
    top.close()
    source.refuse()
    return profile


def read_file(path: Path, *, own: bool) -> Profile:
    """Read a profile from its file; raises ProfileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ProfileError(
            f"{path}: профиль не принят.\n  Файл не в кодировке UTF-8. Сохраните его в UTF-8 и повторите."
        ) from error
    except OSError as error:
        raise ProfileError(f"{path}: профиль не читается ({error.strerror}). Проверьте, есть ли файл.") from error
    return read_profile(text, path.stem, place=str(path), own=own)


def _digest(data: Mapping[str, object]) -> int:
    return int.from_bytes(hashlib.sha256(f"{ENGINE} {data!r}".encode()).digest()[:4])


def _profile(top: _Section, name: str, *, own: bool, digest: int) -> Profile:
    title = top.text("title", needed='Назовите отчёт так, как его называет журнал: title = "…".')
    system = top.text("system", needed='Код системы латиницей: system = "asiou".')
    export_kind = top.text("export_kind", needed='Код вида выгрузки латиницей: export_kind = "class_journal".')
    for key, value in (("system", system), ("export_kind", export_kind)):
        if value and not _NAME.fullmatch(value):
            top.fault(key, f"«{value}» не годится для кода", "Строчные латинские буквы, цифры и подчёркивание.")
    kind = top.text(
        "kind", needed='kind = "grid" (сетка отметок) или kind = "list" (список).', choices=("grid", "list")
    )
    rows = top.text("rows", choices=("subjects", "pupils")) if kind == "grid" else ""
    if kind == "grid" and not rows and "rows" not in top.data:
        top.fault(None, "нет ключа «rows»", 'Что стоит в строках: rows = "pupils" или rows = "subjects".')
    facts = _facts(top.section("facts"), rows)
    layout: Grid | Listing = (
        _listing(top, top.section("list"), facts) if kind == "list" else _grid(top, top.section("grid"), rows)
    )
    recognise = _recognise(top.section("recognise"), layout)
    scope = cast("model.Scope", top.text("scope", choices=("pupil", "class", "school"), default="class"))
    evidence = top.text("evidence", choices=("file", "code", "doc", "example"), default="example")
    return Profile(
        name, title, system, export_kind, scope, cast("model.Evidence", evidence), recognise, facts, layout,
        _complete(top.section("complete"), layout), _codes(top.section("codes")), top.flag("lists_lessons"),
        top.text("note"), own, digest,
    )  # fmt: skip


def _recognise(section: _Section, layout: Grid | Listing) -> Recognise:
    texts = section.texts("texts")
    formats = section.texts("formats")
    for one in formats:
        if one not in ("xlsx", "xls", "ods", "html"):
            section.fault("formats", f"неизвестный вид файла «{one}»", "Можно: xlsx, xls, ods, html.")
    readable = section.share("readable")
    markup = section.texts("markup")
    section.close()
    named = isinstance(layout, Grid) and bool(layout.names)
    anchored = isinstance(layout, Listing) and sum(column.required for column in layout.columns) >= 2
    if not texts and not markup and readable is None and not anchored:
        section.fault(
            None, "файл не по чему узнать",
            'Напишите в разделе [recognise]: texts = ["…"] – тексты, которые есть в каждом таком файле'
            + (", например название отчёта." if named else "."),
        )  # fmt: skip
    return Recognise(
        tuple(Titles((text,)) for text in texts), markup, cast("tuple[model.Format, ...]", formats), readable
    )


def _facts(section: _Section, rows: str) -> Facts:
    usual = {name: labels for name, labels in _DEFAULT_LABELS.items() if rows != "subjects" or name in _OF_SUBJECT_ROWS}
    by_name: dict[str, Fact] = {}
    for name in model.FACTS:
        own = section.section(name) if isinstance(section.data.get(name), dict) else None
        section.asked.add(name)
        if own is None and name in section.data:
            value = section.text(name)
            by_name[name] = Fact(usual.get(name, ()), value=value)
        elif own is not None:
            labels = tuple(fold(label).rstrip(":").strip() for label in own.texts("labels"))
            by_name[name] = Fact(labels or usual.get(name, ()), own.titles("above"), own.text("value"))
            own.close()
        elif name in usual:
            by_name[name] = Fact(usual[name])
    patterns = {key: section.texts(key) for key in ("lines", "sheet_name", "file_name")}
    for key, given in patterns.items():
        for pattern in given:
            _check_pattern(section, key, pattern)
    school_id = section.text("school_id")
    if school_id and not _SCHOOL.fullmatch(school_id):
        section.fault("school_id", "код школы не годится", "Латинские буквы, цифры, точка, дефис, подчёркивание.")
    section.close()
    return Facts(by_name, **patterns, school_id=school_id)


def _check_pattern(section: _Section, key: str, pattern: str) -> None:
    try:
        named = places(pattern)
    except re.error:
        section.fault(key, f"в образце «{pattern}» место названо дважды", "Назовите каждое место один раз.")
        return
    wrong = [name for name in named if name not in model.FACTS]
    if wrong or not named:
        what = f"неизвестное место «{wrong[0]}»" if wrong else "нет мест в фигурных скобках"
        section.fault(
            key, f"в образце «{pattern}» {what}",
            f"Места: {', '.join(f'{{{name}}}' for name in model.FACTS)}.",
        )  # fmt: skip


# Grids


def _grid(top: _Section, section: _Section, rows: str) -> Grid:
    names = section.titles("names")
    header_rows = section.whole("header_rows", 1, 20)
    page = _page(section.section("page")) if "page" in section.data else None
    if not names and not header_rows and not (page and page.pupil_link):
        section.fault(
            None, "не сказано, где столбец имён",
            'Напишите его заголовок: names = ["ФИО", "Ученик"], или число строк шапки: header_rows = 3.',
        )  # fmt: skip
    dates = section.flag("dates", default=True)
    lessons = section.text("lessons", choices=("cells", "columns", "records", "none"))
    grid = Grid(
        rows=cast("Any", rows or "pupils"),
        names=names,
        columns=tuple(_grid_column(one) for one in top.sections("column")),
        lines=tuple(_grid_line(one, rows) for one in top.sections("line")),
        dates=dates,
        periods=cast("Any", section.text("periods", choices=("columns", "report"), default="report")),
        lessons=cast("Any", lessons or ("none" if not dates else "columns" if rows == "pupils" else "records")),
        ends=section.titles("ends"),
        legend=section.flag("legend"),
        header_rows=header_rows,
        page=page,
    )
    section.close()
    if not dates and not any(column.holds != "nothing" for column in grid.columns):
        section.fault("dates", "в таблице нет ни дат, ни столбцов итогов", "Опишите столбцы разделами [[column]].")
    return grid


def _grid_column(section: _Section) -> GridColumn:
    titles = section.titles("titles")
    from_end = section.whole("from_end", 1, 50)
    if not titles and not from_end:
        section.fault(None, "столбец не по чему узнать", 'Напишите заголовки: titles = ["средн*"].')
    holds = section.text(
        "holds",
        needed=f"Что в столбце, holds = одно из: {', '.join(model.GRID_COLUMNS)}.",
        choices=model.GRID_COLUMNS,
        default="nothing",
    )
    section.close()
    return GridColumn(titles, holds, from_end)


def _grid_line(section: _Section, rows: str) -> GridLine:
    titles = section.titles("titles")
    if not titles:
        section.fault(None, "строку не по чему узнать", 'Напишите, что стоит слева от неё: titles = ["тема*"].')
    if rows == "subjects":
        section.fault(
            None, "строки тем бывают только в журнале класса", 'Уберите [[line]] или поставьте rows = "pupils".'
        )
    holds = section.text(
        "holds",
        needed=f"Что в строке, holds = одно из: {', '.join(model.GRID_LINES)}.",
        choices=model.GRID_LINES,
        default="nothing",
    )
    section.close()
    return GridLine(titles, holds)


def _page(section: _Section) -> Page:
    facts: dict[str, tuple[str, ...]] = {}
    inner = section.section("facts")
    for name in inner.data:
        facts[name] = inner.texts(name)
        if name not in model.FACTS:
            inner.fault(name, f"неизвестное сведение «{name}»", f"Есть: {', '.join(model.FACTS)}.")
        if not all(_CLASS_NAME.fullmatch(part) for part in facts[name]):
            inner.fault(name, "имя класса разметки не годится", 'Напишите имена без точек: ["leads"].')
    page = Page(section.text("date_id"), section.text("pupil_link"), facts)
    if page.date_id and not {"{month}", "{day}"} <= set(re.findall(r"\{[a-z]+\}", page.date_id)):
        section.fault("date_id", "в образце нет мест {month} и {day}", 'Например: "day_{period}_{month}_{day}".')
    section.close()
    return page


# Lists


def _listing(top: _Section, section: _Section, facts: Facts) -> Listing:
    tables = section.texts("tables")
    if not tables:
        section.fault(None, "не сказано, какую таблицу заполняет список", 'Например: tables = ["plan_topics"].')
    for table in tables:
        if table not in TABLES:
            near = difflib.get_close_matches(table, TABLES, 1)
            hint = f"Возможно, «{near[0]}»? " if near else ""
            section.fault("tables", f"нет таблицы «{table}»", f"{hint}Таблицы: docs/contract.md.")
    known = tuple(table for table in tables if table in TABLES)
    columns = tuple(_list_column(one, known) for one in top.sections("column"))
    constants = _constants(section.section("constants"), known)
    ends = section.titles("ends")
    section.close()
    listing = Listing(known, columns, constants, ends)
    if known and not columns:
        section.fault(None, "не описан ни один столбец", "Опишите столбцы разделами [[column]].")
    elif known:
        _check_filled(section, listing, facts)
    return listing


def _places_of(section: _Section, key: str, name: str, tables: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Find the canonical columns that a name means: `table.column`, or a column of each table that has it."""
    table, dot, column = name.rpartition(".")
    if dot and (table not in TABLES or column not in TABLES[table].names):
        known = TABLES[table].names if table in TABLES else ()
        mend = f"Столбцы {table}: {', '.join(known)}." if known else "Пишется так: таблица.столбец."
        section.fault(key, f"нет столбца «{name}»", mend)
        return ()
    if dot:
        if table not in tables:
            section.fault(key, f"таблицы «{table}» нет в списке tables", "Допишите её в tables раздела [list].")
        return ((table, column),)
    found = tuple((one, name) for one in tables if name in TABLES[one].names)
    if not found and tables:
        every = sorted({known for one in tables for known in TABLES[one].names})
        near = difflib.get_close_matches(name, every, 1)
        hint = f"Возможно, «{near[0]}»? " if near else ""
        section.fault(key, f"нет столбца «{name}»", f"{hint}Столбцы: {', '.join(every)}.")
    return found


def _list_column(section: _Section, tables: Sequence[str]) -> model.ListColumn:
    titles = section.titles("titles")
    if not titles:
        section.fault(None, "столбец не по чему узнать", 'Напишите заголовки: titles = ["Тема урока", "Тема"].')
    holds: list[tuple[str, str]] = []
    names = section.texts("holds")
    if not names:
        section.fault(None, "не сказано, что в столбце", 'Например: holds = "topic".')
    for name in names:
        holds += _places_of(section, "holds", name, tables)
    values = section.section("values")
    mapped: dict[str, object] = {}
    for raw in values.data:
        values.asked.add(raw)
        meaning = values.data[raw]
        mapped[fold(raw)] = meaning
        for table, column in holds:
            _check_value(values, raw, meaning, table, column)
    result = model.ListColumn(
        titles, tuple(holds), section.flag("required"), section.flag("fill_down"), section.texts("split"),
        section.whole("part", 1, 9), mapped, section.text("precision", choices=("day", "moment")) == "day",
        section.flag("may_be_blank"),
    )  # fmt: skip
    section.close()
    return result


def _check_value(section: _Section, key: str, value: object, table: str, column: str) -> None:
    """Check a value that the profile itself says against the contract."""
    declared = next(one for one in TABLES[table].columns if one.name == column)
    if declared.choices and value not in declared.choices:
        section.fault(key, f"«{value}» – не значение столбца {column}", f"Можно: {', '.join(declared.choices)}.")
    elif declared.kind in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        section.fault(key, f"столбец {column} – число", "Напишите число без кавычек.")
    elif declared.kind == "bool" and not isinstance(value, bool):
        section.fault(key, f"столбец {column} – да или нет", "Напишите true или false без кавычек.")


def _constants(section: _Section, tables: Sequence[str]) -> dict[tuple[str, str], object]:
    constants: dict[tuple[str, str], object] = {}
    for name, value in _flat(section.data):
        section.asked.add(name.split(".")[0])
        for table, column in _places_of(section, name.split(".")[0], name, tables):
            _check_value(section, name.split(".")[0], value, table, column)
            constants[table, column] = value
    return constants


def _flat(data: Mapping[str, object], before: str = "") -> list[tuple[str, object]]:
    result: list[tuple[str, object]] = []
    for key, value in data.items():
        result += _flat(value, f"{before}{key}.") if isinstance(value, dict) else [(f"{before}{key}", value)]
    return result


def _check_filled(section: _Section, listing: Listing, facts: Facts) -> None:
    """Check that what a table must have is said by a column, a fact or the profile, or can be put together."""
    told = {place for column in listing.columns for place in column.holds} | set(listing.constants)
    for table in listing.tables:
        for name in TABLES[table].required:
            if (table, name) in told or composed(table, name, told, facts):
                continue
            section.fault(
                "tables", f"таблица {table} требует столбец «{name}», а откуда он берётся, не сказано",
                f'Опишите столбец с holds = "{table}.{name}" или впишите значение в [list.constants].',
            )  # fmt: skip


def _complete(section: _Section, layout: Grid | Listing) -> dict[str, str]:
    tables = _GRID_STATED if isinstance(layout, Grid) else layout.tables
    result: dict[str, str] = {}
    for table in section.data:
        scope = section.text(table, choices=_SCOPES)
        if table not in tables:
            section.fault(table, f"таблицу «{table}» профиль не заполняет", f"Здесь бывают: {', '.join(tables)}.")
        elif scope:
            result[table] = scope
    section.close()
    return result


def _codes(section: _Section) -> dict[str, dict[str, str]]:
    result: dict[str, dict[str, str]] = {}
    for scope in section.data:
        inner = section.section(scope)
        if scope not in code_map.MEANINGS:
            section.fault(scope, f"неизвестная область кодов «{scope}»", f"Есть: {', '.join(code_map.MEANINGS)}.")
            continue
        for code in inner.data:
            meaning = inner.text(code, choices=code_map.MEANINGS[scope])
            figure = next((text for text in (code, meaning) if text.isdigit()), "")
            if scope.endswith("mark") and meaning and figure and code != meaning:
                inner.fault(code, f"код «{code}» не может значить «{meaning}»", "Цифра остаётся собой, код – кодом.")
            if meaning:
                result.setdefault(scope, {})[code] = meaning
    section.close()
    return result
