"""Every clause of the five regulations and what serves it, read from docs/clauses.csv, and whether that is true.

A row is a clause: its words, what must hold, what of Zavuch serves it, and the reason where nothing does. Ids with an X
are clauses for which a journal can give no rule: goals, definitions, organisation. `faults` is what the tests ask.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "clauses.csv"
SEEDS = ROOT / "dbt" / "seeds"
JOINT = ";"

REGULATIONS = {
    "S000": "novoaltaysk-2016",
    "S001": "mbou",
    "S002": "izhevskoe-2018",
    "S003": "kirishi-2018",
    "S004": "pogorelka",
}
"""How ids of a regulation begin → its profile, in the order of the page."""

LATER = {
    "document weekly_analysis": "недельный «Анализ работы с классными журналами»",
    "document monthly_analysis": "месячный анализ ведения журналов",
    "document inspection_report": "справка по итогам проверки журналов",
    "document class_report": "отчёт классного руководителя за период",
    "document school_report": "сводный отчёт об успеваемости по школе",
    "document summary_sheet": "сводная ведомость успеваемости класса за год",
    "document attendance_sheet": "сводная ведомость посещаемости",
    "document paper_copy": "печатная копия журнала с местом для заверения",
    "document parent_sheet": "лист успеваемости для родителей",
    "document pupil_card": "карточка ученика за все годы",
    "document transfer_act": "акт переноса из временного журнала",
    "page class_today": "«Мой класс»: что не заполнено сегодня",
    "register inspections": "отметки о проверках и об ознакомлении с ними",
    "register journal_access": "реестр выданных реквизитов и ролей",
    "archive copies": "архив года и резервные копии с контрольными суммами",
    "right teacher": "роль учителя",
    "right technician": "роль технического специалиста (без имён учеников)",
    "right access_log": "показ записей о том, кто что смотрел",
}
"""What later steps bring, in words; `later:` names nothing else."""


class State(StrEnum):
    """How far a clause is served."""

    JUDGED = "судится"
    SHOWN = "показано"
    LATER = "позже"
    NOT_EXPORTED = "нет в выгрузках"
    NOT_COMPUTED = "не вычисляется"


REASONS = {State.NOT_EXPORTED: "в выгрузках этого нет: ", State.NOT_COMPUTED: "не вычисляется: "}
"""How the reason begins where nothing serves a clause and nothing will."""


@dataclass(frozen=True)
class Reference:
    """Something of Zavuch that serves a clause: `rule:topic_filled`, `page:deputy`, `later:document paper_copy`."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


def references(joined: str) -> tuple[Reference, ...]:
    """Take references apart."""
    pairs = (one.partition(":") for one in joined.split(JOINT) if one)
    return tuple(Reference(kind, name) for kind, _colon, name in pairs)


@dataclass(frozen=True)
class Clause:
    """One clause. place: where it stands, several places joined; quote: its words; demand: what must hold."""

    id: str
    profile: str
    place: str
    quote: str
    demand: str
    served_by: tuple[Reference, ...]
    reason: str

    @property
    def places(self) -> tuple[str, ...]:
        """Each place by itself, worded as in the profiles."""
        return tuple(place.strip() for place in self.place.split(JOINT))

    @property
    def asks(self) -> bool:
        """Whether it asks for something that a journal could show; else it is a goal, a definition, organisation."""
        return "-X" not in self.id

    @property
    def at_work(self) -> tuple[Reference, ...]:
        """What serves it today."""
        return tuple(one for one in self.served_by if one.kind != "later")

    @property
    def to_come(self) -> tuple[Reference, ...]:
        """What will serve it."""
        return tuple(one for one in self.served_by if one.kind == "later")

    @property
    def state(self) -> State:
        """The best that can be said: a rule judges it, else something shows it, else it comes later, else why not."""
        if any(one.kind == "rule" for one in self.at_work):
            return State.JUDGED
        if self.at_work:
            return State.SHOWN
        if self.to_come:
            return State.LATER
        return State.NOT_EXPORTED if self.reason.startswith(REASONS[State.NOT_EXPORTED]) else State.NOT_COMPUTED


def read(path: Path = FILE) -> list[Clause]:
    """Read the clauses, in the order of the file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Clause(
                row["id"], row["profile"], row["clause"], row["quote"], row["demand"],
                references(row["served_by"]), row["reason"],
            )
            for row in csv.DictReader(lines)
        ]  # fmt: skip


# Whether it is true

Known = Mapping[str, frozenset[str]]


@cache
def known() -> Known:
    """Kind of reference → the names that exist, asked of the code itself."""
    from warehouse.access import OBJECTS
    from warehouse.registers.definitions import REGISTERS

    commands = _commands()
    report = "zavuch report "
    return {
        "rule": frozenset(rules()),
        "mart": _stems("dbt/models/marts", "*.sql"),
        "report": _stems("dbt/models/reports", "*.sql"),
        "page": _stems("dashboards/pages", "*.py") - {"__init__"},
        "document": frozenset(line.removeprefix(report) for line in commands if line.startswith(report)),
        "command": commands,
        "register": frozenset(REGISTERS),
        "right": frozenset(f"{role}/{one.name}" for one in OBJECTS.values() for role in one.roles),
        "later": frozenset(LATER),
    }


def rules() -> dict[str, str]:
    """Rule → its title."""
    return {row["rule"]: row["title"] for row in _seed("rules")}


@cache
def silent(profile: str) -> dict[str, str]:
    """Rules of whose question a profile says nothing → `not_set` (not judged) or `guideline` (no clause is named)."""
    own = [row for row in _seed("regulation_terms") if row["profile"] == profile]
    said = {row["question"] for row in own if row["says"] != "not_said"}
    return {row["rule"]: row["when_not_said"] for row in _seed("rules") if row["question"] not in said}


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _stems(folder: str, pattern: str) -> frozenset[str]:
    return frozenset(path.stem for path in (ROOT / folder).rglob(pattern))


def _commands() -> frozenset[str]:
    from typer.core import TyperGroup
    from typer.main import get_command

    import zavuch

    def under(command: object, line: str) -> Iterator[str]:
        yield line
        if isinstance(command, TyperGroup):
            for name, one in command.commands.items():
                yield from under(one, f"{line} {name}")

    return frozenset(under(get_command(zavuch.app), "zavuch"))


def faults(clauses: Iterable[Clause], names: Known | None = None) -> list[str]:
    """Tell everything that is wrong with the clauses, each with its id. names: what exists; by default `known()`."""
    every = list(clauses)
    seen = Counter(clause.id for clause in every)
    twice = [f"{name}: the id stands {n} times" for name, n in seen.items() if n > 1]
    exists = known() if names is None else names
    return twice + [f"{clause.id}: {fault}" for clause in every for fault in _faults_of(clause, exists)]


def _faults_of(clause: Clause, exists: Known) -> Iterator[str]:
    begins = clause.id[:4]
    if not re.fullmatch(r"S00\d-(\d\d|X[1-9]\d?)", clause.id) or REGULATIONS.get(begins) != clause.profile:
        yield f"the id is none of {clause.profile}"
    if not (clause.place and clause.demand):
        yield "clause or demand is empty"
    if not clause.quote and clause.served_by:
        yield "no quote"
    yield from unknown(clause.served_by, exists)
    if len(set(clause.served_by)) < len(clause.served_by):
        yield "a reference stands twice"
    if not clause.at_work and not clause.reason:
        yield "nothing serves it and no reason is given"
    for one in clause.at_work:
        if one.kind == "rule" and silent(clause.profile).get(one.name) == "not_set" and not clause.reason:
            yield f"{one}: {clause.profile} sets no term for it, and no reason is given"
    if not clause.served_by and not clause.reason.startswith(tuple(REASONS.values())):
        yield f"the reason begins with none of {', '.join(map(repr, REASONS.values()))}"


def unknown(served_by: Iterable[Reference], names: Known | None = None) -> Iterator[str]:
    """Tell the references that lead nowhere. names: what exists; by default `known()`."""
    exists = known() if names is None else names
    for one in served_by:
        if one.kind not in exists:
            yield f"{one}: there is no such kind of reference"
        elif one.name not in exists[one.kind]:
            yield f"{one}: there is no such {one.kind}"
