"""Cells checked by hand: `samples/<school>/0001.json`, one file a draw, and the share that people confirmed.

A draw names its cells by ids only; names stand on the paper alone. What came of it is a list of results that only
grows: a correction is a new result, and the last one counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from math import sqrt
from pathlib import Path
from typing import Any

from warehouse.files import write_atomically
from warehouse.language import gettext as _
from warehouse.settings import Settings, SettingsError

FORMAT = 1
RIGHT, WRONG, MISSING, UNCHECKED = "right", "wrong", "missing", "unchecked"
Z_95 = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: 95 % lie within ± this."""


class SamplesError(SettingsError):
    """A draw or result that cannot be kept or found; the text is Russian and says what to do."""


@dataclass(frozen=True)
class Lesson:
    """What is held of one lesson. number: None where no export tells it; code: '' where none stands."""

    number: int | None
    marks: tuple[str, ...]
    code: str


@dataclass(frozen=True)
class Cell:
    """A pupil's cell of a day. kind: mark, code or empty. looked: `marks`, `attendance` – what exports speak of.

    observations: ids of the exports that it was read from.
    """

    class_id: str
    class_name: str
    subject_id: str
    date: date
    pupil_id: str
    kind: str
    lessons: tuple[Lesson, ...]
    looked: tuple[str, ...]
    observations: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What one person found, by numbers of cells; all others agreed with the journal. at: wall time."""

    author: str
    at: datetime
    wrong: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    unchecked: tuple[int, ...] = ()

    def of(self, number: int) -> str:
        """What came of a cell."""
        for name in (WRONG, MISSING, UNCHECKED):
            if number in getattr(self, name):
                return name
        return RIGHT


@dataclass(frozen=True)
class Draw:
    """Cells of one version, numbered from 1. wanted and class_name: what was asked for ('' = every class)."""

    school_id: str
    number: int
    version: str
    as_of: datetime
    academic_year: str
    wanted: int
    class_name: str
    cells: tuple[Cell, ...]
    results: tuple[Result, ...] = ()

    @property
    def result(self) -> Result | None:
        """The last word, if any."""
        return self.results[-1] if self.results else None


@dataclass(frozen=True)
class Share:
    """How many of the cells that were looked up agreed, over all draws with a result.

    missing: not found in the journal; they count as not confirmed. classes: class name → (confirmed, checked).
    """

    confirmed: int = 0
    checked: int = 0
    missing: int = 0
    last: datetime | None = None
    classes: Mapping[str, tuple[int, int]] | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which shares the truth lies with 95 % confidence."""
        return wilson(self.confirmed, self.checked)


class Samples:
    """The draws of one school."""

    def __init__(self, settings: Settings, school_id: str) -> None:
        self._settings = settings
        self.school_id = school_id
        self.folder = settings.home / "samples" / school_id

    def draws(self) -> list[Draw]:
        """Every draw, in the order of their numbers."""
        return [_read(path) for path in sorted(self.folder.glob("[0-9]*.json"))]

    def draw(self, number: int) -> Draw | None:
        """A draw by its number."""
        path = self._path(number)
        return _read(path) if path.exists() else None

    def next_number(self) -> int:
        """The next number that no draw has."""
        return max((int(path.stem) for path in self.folder.glob("[0-9]*.json")), default=0) + 1

    def keep(self, new: Draw) -> Draw:
        """Keep a draw. The same cells once more change nothing; other cells under a known number are refused."""
        with self._settings.lock():
            known = self.draw(new.number)
            if known is None:
                self._write(new)
                return new
        if replace(known, results=()) != replace(new, results=()):
            raise SamplesError(
                _("Выборка {number} уже взята из версии {version}; новая получит свой номер без --draw.").format(
                    number=known.number, version=known.version
                )
            )
        return known

    def enter(self, number: int, result: Result) -> Draw:
        """Add a result to a draw. Raises SamplesError for a number that is not known or named twice."""
        with self._settings.lock():
            known = self.draw(number)
            if known is None:
                raise SamplesError(_("Выборки {number} нет. Какие есть: zavuch sample list").format(number=number))
            _check(result, len(known.cells))
            entered = replace(known, results=(*known.results, result))
            self._write(entered)
        return entered

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:04}.json"

    def _write(self, draw: Draw) -> None:
        told = {"zavuch": "sample", "format": FORMAT, **asdict(draw)}
        write_atomically(self._path(draw.number), json.dumps(told, ensure_ascii=False, indent=1, default=_plain))


def share(draws: Iterable[Draw], academic_year: str = "") -> Share:
    """Count the last result of each draw of an academic year ('' = all)."""
    confirmed = checked = missing = 0
    last: datetime | None = None
    classes: dict[str, tuple[int, int]] = {}
    for draw in draws:
        result = draw.result
        if result is None or academic_year not in {"", draw.academic_year}:
            continue
        last = max(last or result.at, result.at)
        for number, cell in enumerate(draw.cells, start=1):
            came = result.of(number)
            if came != UNCHECKED:
                right, all_of_class = classes.get(cell.class_name, (0, 0))
                classes[cell.class_name] = (right + (came == RIGHT), all_of_class + 1)
                confirmed, checked, missing = confirmed + (came == RIGHT), checked + 1, missing + (came == MISSING)
    return Share(confirmed, checked, missing, last, classes)


def wilson(confirmed: int, checked: int) -> tuple[float, float]:
    """The 95 % score interval of a share, as fractions; (0, 1) where nothing was checked.

    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n): E. B. Wilson, «Probable inference, the law of succession, and
    statistical inference», JASA 22 (1927) 209–212; NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.4.1. It holds
    for cells drawn independently; ours are spread over classes and kinds, so it speaks of such cells.
    """
    if not checked:
        return 0.0, 1.0
    p, grown = confirmed / checked, Z_95**2 / checked
    centre, half = p + grown / 2, Z_95 * sqrt(p * (1 - p) / checked + grown / (4 * checked))
    return max(0.0, (centre - half) / (1 + grown)), min(1.0, (centre + half) / (1 + grown))


def _check(result: Result, n: int) -> None:
    named = [*result.wrong, *result.missing, *result.unchecked]
    foreign = sorted({number for number in named if not 1 <= number <= n})
    if foreign:
        raise SamplesError(
            _("В этой выборке нет ячейки {numbers}: они пронумерованы от 1 до {n}.").format(
                numbers=", ".join(map(str, foreign)), n=n
            )
        )
    twice = sorted({number for number in named if named.count(number) > 1})
    if twice:
        raise SamplesError(_("Ячейка {numbers} названа дважды.").format(numbers=", ".join(map(str, twice))))
    if len(result.unchecked) == n:
        raise SamplesError(_("Ни одна ячейка не проверена: вносить нечего."))


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _read(path: Path) -> Draw:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        cells = tuple(_cell(one) for one in told["cells"])
        results = tuple(_result(one) for one in told["results"])
        return Draw(
            told["school_id"], told["number"], told["version"], datetime.fromisoformat(told["as_of"]),
            told["academic_year"], told["wanted"], told["class_name"], cells, results,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise SamplesError(
            _("Выборка {file} не читается. Верните папку samples из копии.").format(file=path.name)
        ) from error


def _cell(told: dict[str, Any]) -> Cell:
    lessons = tuple(Lesson(one["number"], tuple(one["marks"]), one["code"]) for one in told["lessons"])
    return Cell(
        told["class_id"], told["class_name"], told["subject_id"], date.fromisoformat(told["date"]), told["pupil_id"],
        told["kind"], lessons, tuple(told["looked"]), tuple(told["observations"]),
    )  # fmt: skip


def _result(told: dict[str, Any]) -> Result:
    at = datetime.fromisoformat(told["at"])
    return Result(told["author"], at, tuple(told["wrong"]), tuple(told["missing"]), tuple(told["unchecked"]))
