"""A profile proposed from a table file: where the header stands, what its columns are, how to know such a file again.

The dictionaries of usual titles are those of the shipped profiles: generic lists, and the example of a class journal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest import code_map
from ingest.profile_look import Look, look_at
from ingest.readers import labels
from ingest.readers.cells import Grammar
from ingest.readers.labels import fold
from ingest.readers.printed import begins_with_label
from ingest.readers.profiled import shipped
from ingest.readers.profiled.checking import read_profile
from ingest.readers.profiled.header_days import date_row
from ingest.readers.profiled.model import Grid, ListColumn, Listing, Profile
from ingest.readers.profiled.reader import ProfiledReader
from ingest.readers.profiled.subject_blocks import legend_row
from ingest.readers.profiled.tables import Sheet, Table, blank, shown, texts_of
from ingest.readers.profiled.telling import period_of
from ingest.readers.sheets import open_book
from ingest.reading import Export, UnreadableExportError
from warehouse.language import gettext as _

_WITHIN = 60
_FEWEST_DATES = 2
_FEWEST_COLUMNS = 2
_PUPIL_LABELS = ("ученик", "учащийся", "обучающийся")
_NOT_A_TITLE = re.compile(r"[0-9№:]")
_NOT_NAME = re.compile(r"[^a-z0-9_]+")
_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h",
    "ц": "c", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


@dataclass
class Proposal:
    """A proposed profile: its TOML, and what it reads from the file it was made from."""

    toml: str
    look: Look


@dataclass
class _Draft:
    """The TOML as it is put together."""

    head: list[str]
    parts: list[str] = field(default_factory=list)

    def section(self, name: str, values: dict[str, object], note: str = "") -> None:
        lines = [f"# {note}"] if note else []
        lines += [f"{name}"] if name else []
        lines += [f"{key} = {_toml(value)}" for key, value in values.items() if value not in (None, (), [], "")]
        self.parts.append("\n".join(lines))

    @property
    def text(self) -> str:
        return "\n\n".join(["\n".join(self.head), *self.parts]) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def propose(path: Path, name: str) -> Proposal:
    """Propose a profile of this name for a table file.

    Raises UnreadableExportError, with advice, where the file is no table or nothing sensible is found in it.
    """
    data = path.read_bytes()
    export = Export(path.name, {path.name: data})
    sheets = open_book(data)
    draft = next(filter(None, (make(sheets, name) for make in (_of_blocks, _of_journal, _of_list))), None)
    if draft is None:
        raise UnreadableExportError(
            _("В файле не найдено ни журнала, ни списка: нет столбца имён с датами, нет шапки с известными столбцами."),
            _("Проверьте, есть ли в таблице строка заголовков. Как описать её самому – docs/профили.md."),
        )
    profile = read_profile(draft.text, name, own=True)
    return Proposal(draft.text, look_at(ProfiledReader(profile), export))


def code_of(text: str) -> str:
    """Make a code of small Latin letters out of any name."""
    latin = "".join(_LETTERS.get(letter, letter) for letter in text.casefold())
    return _NOT_NAME.sub("_", latin).strip("_")[:40] or "table"


def _draft(name: str, title: str, kind: str, rows: str, scope: str) -> _Draft:
    lines = [
        "# Предложено командой zavuch profile new. Проверьте, что прочитано, и поправьте: docs/профили.md.",
        f"title = {_toml(title or name)}", 'system = "own"', f"export_kind = {_toml(code_of(name))}",
        f'kind = "{kind}"', *([f'rows = "{rows}"'] if rows else []), f'scope = "{scope}"',
        'evidence = "file"',
    ]  # fmt: skip
    return _Draft(lines)


def _title(sheet: Sheet, above: int) -> str:
    """Find the line that names the report: the longest one above the header without figures, labels and names."""
    lines = [*sheet.lines_before, *(text for row in sheet.rows[:above] for text in texts_of(row)[:1])]
    usable = [
        line for line in lines
        if " " in line and len(line) <= 90 and not _NOT_A_TITLE.search(line) and not _looks_like_name(line)
    ]  # fmt: skip
    return max(usable, key=len, default="")


def _looks_like_name(line: str) -> bool:
    words = line.split()
    return len(words) <= 3 and all(word[:1].isupper() for word in words)


def _recognise(draft: _Draft, title: str, more: Iterable[str]) -> None:
    texts = [f"*{fold(title)}*"] if title else []
    texts += [text for text in dict.fromkeys(map(fold, more)) if text]
    draft.section(
        "[recognise]", {"texts": texts}, "Тексты, которые есть в каждом таком файле: по ним он узнаётся."
    )  # fmt: skip


def _facts(
    draft: _Draft,
    sheet: Sheet,
    above: int,
    wanted: Sequence[tuple[str, str, str]],
    more: Mapping[str, object] | None = None,
) -> None:
    """Say where class, subject and year come from; what is not found is left to be filled in."""
    lines = [*sheet.lines_before, *(" ".join(texts_of(row)) for row in sheet.rows[:above])]
    folded = [fold(line) for line in lines]
    named = labels.class_label(sheet.name.split()[0]) if sheet.name.split() else None
    values: dict[str, object] = dict(more or {})
    missing = []
    for fact, label, example in wanted:
        stands = any(line.startswith(label) or f" {label}:" in line for line in folded)
        if fact == "academic_year":
            stands = any(labels.academic_year(line) for line in lines)
        if fact == "class" and not stands and named is not None and named.grade is not None:
            values["sheet_name"] = ["{class} {subject}" if len(sheet.name.split()) > 1 else "{class}"]
        elif not stands and not (fact == "subject" and "{subject}" in str(values.get("sheet_name"))):
            missing.append(f'# {fact} = "{example}"')
    if values or missing:
        draft.section("[facts]", values, "Чего нет в файле, впишите здесь (уберите знак # в начале строки).")
        draft.parts[-1] = "\n".join([draft.parts[-1], *missing])


_CLASS, _SUBJECT, _YEAR = ("class", "класс", "7А"), ("subject", "предмет", "Алгебра"), (
    "academic_year", "учебный год", "2025/2026",
)  # fmt: skip


# Grids


def _example() -> tuple[Profile, Grid]:
    profile = shipped.named("asiou__class_journal").profile
    if not isinstance(profile.layout, Grid):
        raise TypeError(profile.name)
    return profile, profile.layout


def _of_blocks(sheets: Sequence[Sheet], name: str) -> _Draft | None:
    """Propose a grid of subjects, a block a pupil."""
    for sheet in sheets:
        starts = [number for number, row in enumerate(sheet.rows) if _begins_pupil(texts_of(row)[:1])]
        anchor = _first(sheet, lambda text: fold(text) in {"предмет", "предметы", "дисциплина"})
        if not starts or anchor is None or anchor[0] < starts[0]:
            continue
        table = Table(sheet, anchor[0], len(sheet.rows))
        below = range(anchor[0], min(anchor[0] + 4, len(sheet.rows)))
        dated = date_row(
            table, [row for row in below if row == anchor[0] or blank(sheet.rows[row][anchor[1]])], anchor[1] + 1
        )
        draft = _draft(name, _title(sheet, starts[0]), "grid", "subjects", "class")
        _recognise(draft, _title(sheet, starts[0]), ())
        draft.section(
            "[grid]", {"names": [shown(sheet.rows[anchor[0]][anchor[1]])], "dates": dated is not None,
                       "periods": "report" if dated is not None else "columns",
                       "lessons": None if dated is None else "cells" if _stores_empty(sheet, dated) else "records",
                       "legend": _has_legend(sheet, anchor) or None},
            "Столбец имён – под этим заголовком.",
        )  # fmt: skip
        last = dated if dated is not None else anchor[0] + 3
        _summary(draft, table, range(anchor[0], min(last + 1, len(sheet.rows))), anchor[1], dated=dated is not None)
        return draft
    return None


def _stores_empty(sheet: Sheet, dated: int) -> bool:
    """Say whether the file stores empty strings: journals mean «a lesson without a record» by them."""
    return any("" in row for row in sheet.rows[dated:])


def _has_legend(sheet: Sheet, anchor: tuple[int, int]) -> bool:
    at = anchor[1]
    return any(legend_row(shown(row[at]), row[at + 1 :]) is not None for row in sheet.rows[anchor[0] + 1 :])


def _begins_pupil(texts: Sequence[str]) -> bool:
    return bool(texts) and begins_with_label(texts[0]) and fold(texts[0]).startswith(_PUPIL_LABELS)


def _first(sheet: Sheet, fits: object) -> tuple[int, int] | None:
    for number, row in enumerate(sheet.rows[:_WITHIN]):
        for at, value in enumerate(row):
            if isinstance(value, str) and value and callable(fits) and fits(value):
                return number, at
    return None


def _of_journal(sheets: Sequence[Sheet], name: str) -> _Draft | None:
    """Propose a grid of pupils: a journal sheet with dates, or a sheet of marks for periods."""
    _profile, grid = _example()
    for sheet in sheets:
        anchor = _first(sheet, grid.names.match)
        if anchor is None:
            continue
        table = Table(sheet, 0, len(sheet.rows))
        around = [
            row for row in range(max(anchor[0] - 2, 0), min(anchor[0] + 4, len(sheet.rows)))
            if row <= anchor[0] or blank(sheet.rows[row][anchor[1]])
        ]  # fmt: skip
        dated = date_row(table, around, anchor[1] + 1)
        if dated is not None and sum(not blank(value) for value in sheet.rows[dated][anchor[1] + 1 :]) < _FEWEST_DATES:
            dated = None
        storeys = range(min(around), max(anchor[0], dated if dated is not None else anchor[0]) + 1)
        if dated is None and not any(period_of(table.text(anchor[0], at)) for at in range(anchor[1] + 1, table.width)):
            continue
        title = _title(sheet, anchor[0])
        draft = _draft(name, title, "grid", "pupils", "class")
        if dated is not None:
            draft.head.append("lists_lessons = true")
        own = shown(sheet.rows[anchor[0]][anchor[1]])
        _recognise(draft, title, () if title else (own,))
        _facts(draft, sheet, anchor[0], (_CLASS, _SUBJECT, _YEAR))
        draft.section(
            "[grid]", {"names": [own], "dates": dated is not None, "lessons": "columns" if dated is not None else None,
                       "periods": "report" if dated is not None else "columns"},
            "Столбец имён – под этим заголовком; каждый столбец с датой – урок.",
        )  # fmt: skip
        _lines(draft, grid, table, anchor)
        _summary(draft, table, storeys, anchor[1], dated=dated is not None)
        _unknown_codes(draft, table, anchor, dated)
        return draft
    return None


def _lines(draft: _Draft, grid: Grid, table: Table, anchor: tuple[int, int]) -> None:
    told: set[str] = set()
    for row in range(max(anchor[0] - 2, 0), table.last):
        for at in range(anchor[1] + 1):
            text = shown(table.rows[row][at])
            line = next((one for one in grid.lines if text and one.titles.match(text)), None)
            if line and line.holds not in told:
                told.add(line.holds)
                draft.section("[[line]]", {"titles": [text], "holds": line.holds})


def _summary(draft: _Draft, table: Table, storeys: Sequence[int], name_column: int, *, dated: bool) -> None:
    """Describe averages and marks for periods by their titles."""
    _profile, journal = _example()
    card = shipped.report_card.profile.layout
    known = (*(card.columns if isinstance(card, Grid) else ()), *journal.columns)
    told: set[tuple[str, str]] = set()
    for at in range(name_column + 1, table.width):
        texts = table.storeys(storeys, at)
        if not texts:
            continue
        found = [one.holds for one in known if one.titles.match(texts[-1])]
        if not dated and not any(map(period_of, texts)):
            found = [holds for holds in found if holds not in {"period", "mean", "weighted_mean"}]
        if not found and not period_of(texts[-1]):
            continue
        place = (fold(texts[-1]), found[0] if found else "period")
        if place not in told:
            told.add(place)
            draft.section("[[column]]", {"titles": [texts[-1]], "holds": place[1]})


def _unknown_codes(draft: _Draft, table: Table, anchor: tuple[int, int], dated: int | None) -> None:
    """List the letters of cells that nobody explained, to be explained by hand."""
    if dated is None:
        return
    profile, _grid = _example()
    grammar = Grammar(code_map.codes(profile.system, profile.export_kind))
    unknown: dict[str, int] = {}
    for row in range(max(dated, anchor[0]) + 1, table.last):
        if not shown(table.rows[row][anchor[1]]) or len(shown(table.rows[row][anchor[1]])) < 5:
            continue
        for value in table.rows[row][anchor[1] + 1 :]:
            for token in grammar.read(shown(value)).unread if isinstance(value, str) and len(value) < 12 else ():
                if token.text.isalpha() and len(token.text) <= 4:
                    unknown[token.text] = unknown.get(token.text, 0) + 1
    if unknown:
        draft.section("[codes.attendance]", {}, "Неизвестные буквы в ячейках: впишите, что они значат.")
        draft.parts[-1] = "\n".join([draft.parts[-1], *(f'# {_toml(code)} = "ill"' for code in unknown)])


# Lists


@dataclass
class _Match:
    """How well the columns of a shipped list fit a header row."""

    profile: Profile
    listing: Listing
    row: int
    found: list[tuple[ListColumn, str]]

    @property
    def rank(self) -> tuple[int, int]:
        return len(self.found), sum(column.required for column, _ in self.found)


def _of_list(sheets: Sequence[Sheet], name: str) -> _Draft | None:
    """Propose a list by the shipped list whose columns fit the header best."""
    best: tuple[_Match, Sheet] | None = None
    for sheet in sheets:
        for reader in shipped.shipped():
            listing = reader.profile.layout
            if not isinstance(listing, Listing) or reader.profile.system != "generic":
                continue
            for row in range(min(_WITHIN, len(sheet.rows))):
                match = _match(reader.profile, listing, sheet, row)
                if match and (best is None or match.rank > best[0].rank):
                    best = match, sheet
    if best is None:
        return None
    match, sheet = best
    title = _title(sheet, match.row)
    draft = _draft(name, title, "list", "", "school")
    _recognise(draft, title, () if title else [text for column, text in match.found if column.required])
    told = {canonical for column, _ in match.found for _, canonical in column.holds}
    wanted = [fact for fact, canonical in ((_CLASS, "class_id"), (_SUBJECT, "subject_id")) if canonical not in told]
    wanted = [] if match.listing.tables[0] == "enrollments" else wanted
    started = match.profile.facts.by_name.get("starts_on")
    own = {"starts_on": {"labels": list(started.labels)}} if started and "starts_on" not in told else {}
    _facts(draft, sheet, match.row, (*wanted, _YEAR), own)
    draft.section(
        "[list]",
        {"tables": list(match.listing.tables), "ends": ["итого*", "всего*", "классный руководитель*", "директор*"]},
    )
    constants = {f"{table}.{column}": value for (table, column), value in match.listing.constants.items()}
    if constants:
        draft.section("[list.constants]", constants, "Чего в списке нет, а в таблице должно быть.")
    for column, text in match.found:
        _list_column(draft, column, text)
    return draft


def _match(profile: Profile, listing: Listing, sheet: Sheet, row: int) -> _Match | None:
    titles = {shown(value) for value in sheet.rows[row] if not blank(value)}
    found = []
    for column in listing.columns:
        text = next((title for title in titles if column.titles.match(title)), "")
        if text:
            found.append((column, text))
    needed = sum(column.required for column in listing.columns)
    match = _Match(profile, listing, row, found)
    return match if match.rank[1] == needed and len({text for _, text in found}) >= _FEWEST_COLUMNS else None


def _list_column(draft: _Draft, column: ListColumn, text: str) -> None:
    draft.section(
        "[[column]]",
        {"titles": [text], "holds": [f"{table}.{canonical}" for table, canonical in column.holds],
         "required": column.required or None, "fill_down": column.fill_down or None, "split": list(column.split),
         "part": column.part or None, "may_be_blank": column.may_be_blank or None},
    )  # fmt: skip
    if column.values:
        draft.section("[column.values]", {_key(raw): value for raw, value in column.values.items()})


def _key(raw: str) -> str:
    return _toml(raw)
