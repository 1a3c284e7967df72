"""XLSX «Табель успеваемости учащегося (весь класс)»: averages and marks by period, for the year and exams.

One block a pupil under a header of several storeys. It shows neither lessons nor dates.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.readers import labels, sheet_blocks, sheet_xml
from ingest.readers.labels import fold
from ingest.readers.printed import Average, Heading, Printed, heading, number
from ingest.readers.sheet_blocks import Block, cut, shown
from ingest.readers.sheet_xml import Value
from ingest.reading import Export, ExportKind, Reading

NAME = "report_card"
VERSION = 1

SYSTEM = "ves_klass"
EXPORT_KIND = "report_card"
TITLE = "табель успеваемости"
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Табель успеваемости учащегося (весь класс)", "class",
        {"reported_averages": ("mean", "weighted_mean"), "period_marks": ("value",)}, evidence="file",
    ),
)  # fmt: skip

_TAIL = ("состояние на", "подпись", "классный руководитель", "директор", "родители")


def recognise(export: Export) -> bool:
    """Say whether this is the report card: a workbook with its title. Never raises."""
    data = export.single
    return data is not None and sheet_xml.mentions(data, TITLE, "предмет")


def read(export: Export) -> Reading:
    """Read all pupils of the workbook, or raise UnreadableExportError where it is cut or damaged."""
    book = sheet_blocks.read_blocks(export.single or b"", TITLE)
    parts = [_Part(block) for block in book.blocks]
    sheet_blocks.check_last([[subject for _, _, subject in part.subjects] for part in parts], parts[-1].block)
    printed = Printed(SYSTEM, EXPORT_KIND, NAME)
    printed.reading.school_name = book.school
    printed.reading.taken_at = book.taken_at
    for part in parts:
        _add(printed, part)
    return printed.finish()


@dataclass(frozen=True)
class _Column:
    """One column: what it holds (mean, weighted, mark, other), the kind of its mark and its period."""

    kind: str
    title: str
    mark_kind: str = ""
    period_id: str = ""


@dataclass
class _Part:
    """One pupil's block, understood."""

    block: Block
    heading: Heading = field(init=False)
    columns: dict[int, _Column] = field(init=False)
    subjects: list[tuple[int, dict[int, Value], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find columns and rows; raises UnreadableExportError where a needed part is missing."""
        self.heading = heading(self.block.facts)
        top, name_column = self.block.start()
        below = [row for row, _ in self.block.rows if row > top]
        first = next((row for row in below if self._is_subject(row, name_column)), None)
        if first is None:
            raise cut(f"{self.block.title}: под шапкой нет ни одного предмета")
        self.columns = self._columns(list(range(top, first)), name_column)
        if not any(column.kind in {"mean", "mark"} for column in self.columns.values()):
            raise cut(f"{self.block.title}: в шапке нет учебных периодов")
        for row_number, row in self.block.rows:
            name = shown(row.get(name_column))
            if row_number >= first and name:
                if fold(name).startswith(_TAIL):
                    break
                self.subjects.append((row_number, row, name))

    def _is_subject(self, row: int, name_column: int) -> bool:
        """Tell the first subject from the storeys of the header, which leave that place empty or merged."""
        own = shown(self.block.sheet.rows[row].get(name_column))
        return bool(own) and (row, name_column) not in self.block.merged and fold(own) != sheet_blocks.SUBJECT

    def _columns(self, storeys: list[int], name_column: int) -> dict[int, _Column]:
        places = {at for row in storeys for at in self.block.sheet.rows.get(row, {})}
        places |= {at for row, at in self.block.merged if row in storeys}
        columns: dict[int, _Column] = {}
        period = None
        for at in sorted(place for place in places if place > name_column):
            texts = list(dict.fromkeys(filter(None, (self.block.text(row, at) for row in storeys))))
            named = next(filter(None, map(labels.named_period, texts)), None)
            leaf = fold(texts[-1]) if texts else ""
            # Without merges the period stands over the first of its columns only.
            period = named or (period if _in_period(leaf) else None)
            columns[at] = _column(leaf, " / ".join(texts), period.period_id if period else "")
        return columns


def _in_period(leaf: str) -> bool:
    return leaf.startswith(("средн", "ср.", "ср ", "взв")) or leaf == "итог"


def _column(leaf: str, title: str, period_id: str) -> _Column:
    if "взв" in leaf:
        return _Column("weighted" if period_id else "other", title, "", period_id)
    if leaf.startswith("ср"):
        return _Column("mean" if period_id else "other", title, "", period_id)
    kind = ""
    if leaf.startswith("гос"):
        kind = "state_exam"
    elif leaf.startswith("экз"):
        kind = "exam"
    elif leaf.startswith("год"):
        kind = "year"
    elif period_id:
        kind = "period"
    elif leaf.startswith("итог"):
        kind = "final"
    return _Column("mark", title, kind, period_id if kind == "period" else "") if kind else _Column("other", title)


def _add(printed: Printed, part: _Part) -> None:
    """Add averages and marks of one pupil and state what was said of him."""
    namesake = printed.next_namesake(part.heading)
    if namesake > 1:
        printed.warn(
            "pupils", part.block.title, "", "В классе несколько учеников с одним именем: приняты за тёзок",
            "Порядок тёзок в отчёте не должен меняться от выгрузки к выгрузке.",
        )  # fmt: skip
    pupil = printed.pupil(part.heading, namesake=namesake)
    scope = printed.scope(part.heading, pupil, None, part.block.title)
    if part.block.place == 1:
        others = (column.title for column in part.columns.values() if column.kind == "other")
        printed.warn_unread(others, part.block.title)
    for row_number, row, name in part.subjects:
        subject_id = printed.subject(name)
        averages: dict[str, dict[str, tuple[int, str]]] = {}
        for at, column in part.columns.items():
            text = shown(row.get(at))
            address = part.block.address(row_number, at)
            if column.kind == "mark":
                printed.period_mark(scope, subject_id, column.mark_kind, column.period_id, text, address)
            elif column.kind in {"mean", "weighted"}:
                averages.setdefault(column.period_id, {})[column.kind] = (at, text)
        for period_id, found in averages.items():
            at, mean = found.get("mean", (0, ""))
            average = Average(mean, number(mean), number(found.get("weighted", (0, ""))[1]), None)
            printed.average(scope, subject_id, period_id, average, part.block.address(row_number, at or 1))
    # No dates: the card shows all periods of the year.
    printed.state("reported_averages", scope, complete=True, span=(None, None))
    printed.state("period_marks", scope, complete=True, span=(None, None))
