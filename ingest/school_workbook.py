"""A school workbook that came back: what its rows say, what was not understood, and what would change.

A row that is as it was written says nothing new, whoever wrote it. A row of the registers that is gone is taken back
if it still stands as it was written; a sheet that is gone says nothing, and neither does a column that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ingest.readers.sheets import open_book
from ingest.school_loads import Overlap, overlaps
from ingest.school_names import Doubt, Names
from ingest.school_regulation import Answers, answers_of
from ingest.school_sheets import Book, Fault, Line, Table, read_book
from warehouse.language import gettext as _
from warehouse.registers import book
from warehouse.registers.book import Memory, Remembered
from warehouse.registers.definitions import REGISTERS, Register
from warehouse.registers.entries import Entry, EntryError, Key, Years, parse_beside, read_entry
from warehouse.registers.journal import Batch, Journal, by_register, cancelled
from warehouse.registers.values import NotUnderstoodError, Value, folded
from warehouse.settings import Settings

Values = Mapping[str, Value]

_LOADS = "teaching_assignments"


class NotOurBookError(Exception):
    """A workbook that cannot be taken at all; the text is Russian and says why and what to do."""


@dataclass(frozen=True)
class Changes:
    """What would change in a register: new entries, (now, then), entries taken back.

    again: keys of those new entries that stood once before and were taken back.
    """

    register: Register
    new: tuple[Entry, ...] = ()
    changed: tuple[tuple[Entry, Entry], ...] = ()
    taken_back: tuple[Entry, ...] = ()
    again: frozenset[Key] = frozenset()

    @property
    def entries(self) -> list[Entry]:
        """What would be entered."""
        return [*self.taken_back, *(then for _now, then in self.changed), *self.new]


@dataclass(frozen=True)
class Plan:
    """What a workbook means for a school.

    notes: what is worth knowing, in Russian. answers: of its regulation. doubts: names that nothing knows, and short
    ones. overlaps: teachers of one subject on the same days.
    """

    school_id: str
    academic_year: str
    changes: tuple[Changes, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    answers: Answers | None = None
    doubts: tuple[Doubt, ...] = ()
    overlaps: tuple[Overlap, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not self.entries and self.answers is None

    @property
    def entries(self) -> list[Entry]:
        """What would be entered, in the order of the sheets."""
        return [entry for each in self.changes for entry in each.entries]


def school_of(data: bytes, settings: Settings) -> str:
    """The school that a workbook was written for.

    Raises NotOurBookError where it is none of the settings', UnreadableExportError where it is no workbook.
    """
    found, memory = _remembered_by(data)
    if memory.school_id not in settings.schools:
        raise NotOurBookError(
            _("Книга выгружена для школы «{name}» ({code}), а здесь внесены: {known}.").format(
                name=found.school or "–", code=memory.school_id,
                known=", ".join(f"«{one.name}» ({one.school_id})" for one in settings.schools.values()) or "–",
            )
            + " " + _fresh()
        )  # fmt: skip
    return memory.school_id


def plan(data: bytes, journal: Journal, regulation: Path | None = None, names: Names | None = None) -> Plan:
    """Compare a workbook with the registers of the school; changes nothing.

    regulation: the regulation file of the school, which need not exist yet; None leaves that sheet unread.
    names: what is known of the school beside the workbook; without it no name is new.
    Entries of rows with faults are neither changed nor taken back. Raises NotOurBookError where it is of another
    school or year or remembers nothing, UnreadableExportError where it is no workbook, RegistersError, RegulationError.
    """
    names = names or Names()
    found, memory = _remembered_by(data)
    if memory.school_id != journal.school_id:
        raise NotOurBookError(_("Книга выгружена для другой школы.") + " " + _fresh())
    if found.school and not journal.is_called(found.school):
        raise NotOurBookError(
            _("На листе «{sheet}» стоит школа «{name}», а книга загружается для школы «{code}».").format(
                sheet=book.START, name=found.school, code=journal.school_id
            )
            + " " + _("Если это она, верните туда её название (zavuch school list); если нет, выгрузите её книгу.")
        )  # fmt: skip
    if found.academic_year not in {"", memory.academic_year}:
        raise NotOurBookError(
            _("Книга выгружена на {year} учебный год, а на первом листе стоит другой.").format(
                year=memory.academic_year
            )
            + " " + _("Для другого года выгрузите свою книгу: zavuch workbook export --year ГОД/ГОД.")
        )  # fmt: skip
    changes, faults, notes, readings = [], [], [], []
    batches = journal.batches()
    entered, gone = by_register(batches), cancelled(batches)
    for register in REGISTERS.values():
        table = found.tables.get(register.name)
        if table is None:
            notes.append(_("Листа «{title}» в книге нет: его записи не тронуты.").format(title=register.title))
            continue
        again = frozenset(key for name, key in gone if name == register.name)
        reading = _Reading(register, table, memory, entered.get(register.name, []), again, names.years)
        reading.read()
        readings.append(reading)
        changes.append(reading.changes())
        faults += reading.faults
        notes += reading.notes
    answers = None
    if regulation is not None and book.REGULATION.name in found.tables:
        answers, more = answers_of(found.tables[book.REGULATION.name], memory, regulation)
        faults += more
    notes += [note for table in found.tables.values() for note in _about_columns(table)]
    notes += [_("Лист «{title}» – не из шаблона, он не прочитан.").format(title=title) for title in found.unknown]
    return Plan(
        memory.school_id, memory.academic_year, tuple(each for each in changes if each.entries), tuple(faults),
        tuple(notes), answers, tuple(_doubts(readings, changes, names)),
        tuple(overlaps(row for each in readings if each.register.name == _LOADS for row in each.rows())),
    )  # fmt: skip


def _doubts(readings: Sequence[_Reading], changes: Iterable[Changes], names: Names) -> list[Doubt]:
    """Names of what would be entered, by sheet and line; like names of children only where a sheet shows them."""
    lines = {(each.register.name, entry.key): line for each in readings for line, entry in each.rows()}
    told = [
        (entry.definition.title, lines[entry.register, entry.key], entry)
        for each in changes for entry in each.entries if not entry.taken_back
    ]  # fmt: skip
    return names.doubts(told, (name for each in readings for name in each.pupils()))


def _about_columns(table: Table) -> Iterator[str]:
    """Tell of columns that are not as in the template; nothing of them is lost, and nothing read."""
    if not table.heading:
        return
    title = table.register.title
    for about in table.missing:
        if not about.required and table.register is not book.REGULATION:
            yield _("Лист «{title}»: столбец «{column}» не найден, его значения не читались.").format(
                title=title, column=about.title
            )
    for column in table.repeated:
        yield _("Лист «{title}»: столбец «{column}» стоит дважды, прочитан первый.").format(title=title, column=column)
    for column in table.foreign:
        yield _("Лист «{title}»: столбец «{column}» не нужен, пропущен.").format(title=title, column=column)


def _remembered_by(data: bytes) -> tuple[Book, Memory]:
    found = read_book(open_book(data))
    if found.memory is None:
        raise NotOurBookError(
            _("В книге нет скрытого листа, по которому Завуч отличает ваши строки от взятых из выгрузок.")
            + " " + _fresh()
        )  # fmt: skip
    return found, found.memory


def _fresh() -> str:
    return _("Выгрузите новую (zavuch workbook export) и перенесите в неё свои строки.")


def enter(plan: Plan, journal: Journal, *, author: str | None, at: datetime) -> Batch:
    """Enter what a plan says, as one batch, and write the regulation file where answers changed."""
    if plan.answers is not None:
        plan.answers.write(author=author, at=at)
    return journal.append(plan.entries, author=author, entered_at=at, how="workbook")


@dataclass
class _Reading:
    """The sheet of one register while it is read.

    entered: what stands in the register. again: keys of what stood there once. years: those of its days.
    """

    register: Register
    table: Table
    memory: Memory
    entered: Sequence[Entry]
    again: frozenset[Key]
    years: Years
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._written = [row for row in self.memory.rows if row.register == self.register.name]
        self._stands = {entry.key: entry for entry in self.entered}
        self._shown: dict[Key, int] = {}  # key of each entry that the sheet shows → its line
        self._wished: dict[Key, Entry] = {}
        self._unclear: list[Values] = []  # of rows with faults: the keys that could be read
        self._by_cells: dict[tuple[tuple[str, Value], ...], list[Remembered]] = {}
        for row in self._written:
            self._by_cells.setdefault(self._cells(row.values), []).append(row)

    def _cells(self, values: Values) -> tuple[tuple[str, Value], ...]:
        """What of a row stands in columns that the sheet has."""
        return tuple(sorted((name, value) for name, value in values.items() if name in self.table.columns))

    def read(self) -> None:
        """Go through the rows."""
        lacking = [about.title for about in self.table.missing if about.required]
        if not self.table.heading:
            self._fault(0, "", _("Заголовки таблицы не найдены"), _("Верните строку заголовков, как в шаблоне."))
        elif lacking:
            self._fault(0, "", _("Нет столбца: {titles}").format(titles=", ".join(lacking)),
                        _("Верните столбец с этим заголовком."))  # fmt: skip
        else:
            for line in self.table.lines:
                self._line(line)
            return
        self._unclear.append({})

    def _fault(self, line: int, name: str, reason: str, advice: str) -> None:
        column = self.register.field(name).title if name else ""
        self.faults.append(Fault(self.register.title, line, column, reason, advice))

    def _line(self, line: Line) -> None:
        values, faults = self._values(line)
        if faults:
            self._put_aside(line, values, faults)
            return
        same = self._by_cells.get(self._cells(values), [])
        if same:
            for row in same:
                if row.origin == "entered":
                    self._stays(line, values, row.entry.key)
            return
        try:
            entry = self._entry(values)
        except EntryError as error:
            self._put_aside(line, values, error.faults)
            return
        before = self._shown.setdefault(entry.key, line.number)
        if before == line.number:
            self._wished[entry.key] = entry
        elif self._wished.get(entry.key) != entry:
            self._disputed(line, values, entry.key)

    def _stays(self, line: Line, values: Values, key: Key) -> None:
        """Take note that an entry is shown as it was written."""
        if self._shown.setdefault(key, line.number) != line.number and key in self._wished:
            self._disputed(line, values, key)

    def _disputed(self, line: Line, values: Values, key: Key) -> None:
        """Two rows say different things about the same: neither counts."""
        self._wished.pop(key, None)
        reason = _("О том же говорит строка {n}").format(n=self._shown[key])
        self._put_aside(line, values, {"": (reason, _("Оставьте одну из двух строк."))})

    def _values(self, line: Line) -> tuple[dict[str, Value], dict[str, tuple[str, str]]]:
        values: dict[str, Value] = {}
        faults = {
            name: (_("В ячейке ошибка формулы"), _("Напишите в ней само значение.")) for name in line.broken()
        }  # fmt: skip
        for about in self.register.fields:
            if about.name in line.given and about.name not in faults:
                try:
                    value = parse_beside(about, line.given[about.name], values)
                except NotUnderstoodError as error:
                    faults[about.name] = error.reason, error.advice
                else:
                    values |= {} if value is None else {about.name: value}
        return values, faults

    def _put_aside(self, line: Line, values: Values, faults: Mapping[str, tuple[str, str]]) -> None:
        for name, (reason, advice) in faults.items():
            self._fault(line.number, name, reason, advice)
        self._unclear.append({about.name: values[about.name] for about in self.register.keys if about.name in values})

    def _entry(self, values: Values) -> Entry:
        """Make an entry; a field whose column is gone stays as it was. Raises EntryError."""
        missing, year = self.table.missing, self.memory.academic_year
        if missing:
            known = [entry for entry in self._known() if self._about_same(values, entry.values)]
            keys = [about.title for about in missing if about.key]
            if len(known) > 1:
                told = _("Нет столбца: {titles}").format(titles=", ".join(keys))
                advice = _("Верните его: без него не понять, о какой записи эта строка.")
                raise EntryError({"": (told, advice)})
            kept = known[0].values if known else {}
            values = {**{about.name: kept[about.name] for about in missing if about.name in kept}, **values}
        return read_entry(self.register, values, year, years=self.years)

    def _known(self) -> Iterable[Entry]:
        """Entries that the sheet may speak of: as they stand, else as the book remembers them."""
        remembered = {row.entry.key: row.entry for row in self._written if row.origin == "entered"}
        return {**remembered, **self._stands}.values()

    def _about_same(self, values: Values, other: Values) -> bool:
        return all(
            folded(values.get(about.name, "")) == folded(other.get(about.name, ""))
            for about in self.register.keys if about.name in self.table.columns
        )  # fmt: skip

    def rows(self) -> Iterator[tuple[int, Entry]]:
        """Give the entries that the sheet shows and that would stand, with their lines."""
        for key, line in self._shown.items():
            entry = self._wished.get(key) or self._stands.get(key)
            if entry is not None:
                yield line, entry

    def pupils(self) -> Iterator[str]:
        """Give the names of pupils that stand on the sheet as it was written."""
        columns = [about.name for about in self.register.fields if about.kind == "pupil"]
        return (str(row.values[name]) for row in self._written for name in columns if name in row.values)

    def changes(self) -> Changes:
        """Tell what would change."""
        new, changed = [], []
        for key, entry in self._wished.items():
            now = self._stands.get(key)
            if now is None:
                new.append(entry)
            elif now != entry:
                changed.append((now, entry))
        again = self.again & {entry.key for entry in new}
        return Changes(self.register, tuple(new), tuple(changed), tuple(self._taken_back()), again)

    def _taken_back(self) -> list[Entry]:
        gone = [row.entry for row in self._written if row.origin == "entered" and row.entry.key not in self._shown]
        gone = [entry for entry in gone if entry.key in self._stands]
        kept = [entry for entry in gone if self._stands[entry.key] != entry]
        if kept:
            self._note(_("Лист «{title}»: удалённые строки, которые с тех пор изменены другими, оставлены: {n}."), kept)
        gone = [entry for entry in gone if entry not in kept]
        held = gone if self._is_anything_unclear() else [entry for entry in gone if self._is_unclear(entry)]
        if held:
            self._note(_("Лист «{title}»: пока есть непонятые строки, пропавшие строки не отзываются: {n}."), held)
        return [
            Entry(entry.register, entry.values, entry.academic_year, taken_back=True)
            for entry in gone if entry not in held
        ]  # fmt: skip

    def _note(self, text: str, entries: Sequence[Entry]) -> None:
        self.notes.append(text.format(title=self.register.title, n=len(entries)))

    def _is_unclear(self, entry: Entry) -> bool:
        """Whether a row with faults may be about an entry."""
        return any(self._fits(keys, entry) for keys in self._unclear)

    def _is_anything_unclear(self) -> bool:
        """Whether there is a row with faults of which nobody can say which of the known entries it is about."""
        known = [row.entry for row in self._written if row.origin == "entered"]
        return any(not any(self._fits(keys, entry) for entry in known) for keys in self._unclear)

    def _fits(self, keys: Values, entry: Entry) -> bool:
        return all(folded(value) == folded(entry.values.get(name, "")) for name, value in keys.items())
