"""The page docs/systems.md: what each kind of export carries and which rule it feeds.

Made of the readers' own declarations (`ExportKind`) and of dbt/seeds/rules.csv and rule_needs.csv; nothing about a
system is written here but its name in words.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.reading import ExportKind

SEEDS = Path(__file__).resolve().parent.parent / "dbt" / "seeds"

SYSTEMS = {
    "sgo": "Сетевой Город",
    "dnevnik_ru": "Дневник.ру",
    "eljur": "ЭлЖур",
    "asiou": "АСИОУ",
    "bars": "БАРС «Электронная школа»",
    "mesh": "МЭШ",
    "fgis_my_school": "ФГИС «Моя школа»",
    "ves_klass": "Отчёты «весь класс»",
    "generic": "Таблица любого журнала",
    "oneroster": "OneRoster",
    "journal_csv": "Журнал CSV",
}
"""System → its name in words, in the order of the page."""

EVIDENCE = {
    "file": "файл", "code": "программы", "doc": "описание", "own": "свой формат", "example": "пример",
}  # fmt: skip
SCOPES = {"pupil": "ученик", "class": "класс", "school": "школа"}
WHOLE = {"pupil": "ученика", "subject": "предмета", "class": "класса", "school": "школы"}
RECORDS = {
    "lessons": "уроки", "homework": "домашние задания", "assignments": "работы урока", "marks": "отметки",
    "attendance": "посещаемость", "period_marks": "отметки за период", "reported_averages": "средние",
}  # fmt: skip
LISTS = {
    "pupils": "ученики", "enrollments": "список класса", "classes": "классы", "class_teachers": "классные руководители",
    "subgroups": "подгруппы", "teachers": "учителя", "teaching_assignments": "нагрузка", "periods": "учебные периоды",
    "calendar": "календарь", "bells": "звонки", "timetable": "расписание", "substitutions": "замены",
    "curriculum": "учебный план", "plan_topics": "тематическое планирование", "planned_works": "график работ",
    "releases": "освобождения", "teacher_absences": "отсутствие учителей", "absence_documents": "справки",
    "outages": "сбои журнала", "exclusions": "исключённые дни",
}  # fmt: skip
"""Tables that an export may hold beside the records of lessons; the rest of the contract is in docs/contract.md."""
TRIED = (
    "topic_filled", "ordinary_mark", "written_marks", "marks_gap", "marks_below_norm", "lesson_without_records",
    "day_absent_but_one", "day_single_contradiction", "period_mark_missing", "period_mark_differs",
    "averages_disagree",
)  # fmt: skip
LACKS = {
    ("lessons", "topic"): "нет тем",
    ("lessons", "date"): "названы не все уроки",
    ("marks", "value"): "нет отметок",
    ("marks", "work_type"): "неизвестен вид работы",
    ("work_types", "is_written"): "неизвестно, какие работы письменные",
    ("assignments", "work_type"): "нет работ урока",
    ("attendance", "code"): "нет посещаемости",
    ("period_marks", "value"): "нет отметок за период",
    ("reported_averages", "mean"): "нет средних",
    ("reported_averages", "computed"): "не с чем сверить средние",
}
"""Need of a rule → what is said where a kind of export does not meet it."""
NOT_WHOLE = "сведения неполные"
IMPLIED = {
    "неизвестно, какие работы письменные": {"нет отметок", "нет работ урока", "неизвестен вид работы"},
    "неизвестен вид работы": {"нет отметок"},
    "названы не все уроки": {"нет отметок", "нет посещаемости"},
    "не с чем сверить средние": {"нет средних"},
    NOT_WHOLE: {"названы не все уроки", "нет отметок", "нет посещаемости"},
}
"""What need not be said where something more basic is lacking."""

JUDGED, BOUNDS, NO_DATA = "судится", "только границы", "нет данных"
BLANKS_UNSEEN = "¹"
YES, NO = "да", "–"
OF_CLASS = ("subject", "class", "school")


@dataclass(frozen=True)
class Need:
    """What a rule must find in an export, a row of rule_needs.csv."""

    table: str
    column: str
    how: str


@dataclass(frozen=True)
class Verdict:
    """What an export of a kind gives a rule: `state`, what is lacking, and whether blanks are seen."""

    state: str
    lacks: tuple[str, ...] = ()
    sees_blanks: bool = True

    def __str__(self) -> str:
        """Give the text of a cell."""
        if self.lacks:
            return f"{self.state}: {', '.join(self.lacks)}"
        return self.state + ("" if self.sees_blanks else BLANKS_UNSEEN)


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def rules() -> dict[str, str]:
    """Rule → its title, in the order of the seed: rules that every kind of export is tried for (tests/test_systems)."""
    return {row["rule"]: row["title"] for row in _seed("rules.csv") if row["rule"] in TRIED}


def further_rules() -> dict[str, str]:
    """Title → what it needs, of the other rules: they feed on what people enter, or on richer exports."""
    asks = "этой выгрузкой не проверяется: "
    others = [row for row in _seed("rules.csv") if row["rule"] not in TRIED]
    return {row["title"]: row["needs"].removeprefix(asks).partition(" ")[2] for row in others}


def needs() -> dict[str, list[Need]]:
    """Rule → what it needs."""
    found: dict[str, list[Need]] = {}
    for row in _seed("rule_needs.csv"):
        found.setdefault(row["rule"], []).append(Need(row["table_name"], row["column_name"], row["how"]))
    return found


def kinds() -> list[ExportKind]:
    """All kinds of exports that Zavuch ships a reader for, by system; what a person saves comes first."""
    from ingest.registry import READERS

    places = list(SYSTEMS)
    every = [kind for reader in READERS for kind in reader.KINDS]
    return sorted(
        every,
        key=lambda kind: (
            places.index(kind.system), "JSON" in kind.title, "marks" not in kind.carries, kind.scope == "pupil",
            kind.title,
        ),
    )  # fmt: skip


# What an export gives a rule


def meets(kind: ExportKind, need: Need) -> bool:
    """Say whether exports of a kind meet a need."""
    carried = need.column in kind.carries.get(need.table, ())
    whole = kind.complete.get(need.table)
    return {
        "value": carried,
        "whole": carried and whole is not None,
        "all_lessons": carried and kind.lists_lessons,
        "whole_of_class": carried and (whole in OF_CLASS or (whole is not None and kind.scope != "pupil")),
        "blanks": carried and whole in OF_CLASS and (need.table != "lessons" or kind.lists_lessons),
        "entry_time": carried and need.table in kind.entry_times,
    }[need.how]


def verdict(kind: ExportKind, rule_needs: Iterable[Need]) -> Verdict:
    """Say what one export of a kind gives a rule."""
    unmet = [need for need in rule_needs if not meets(kind, need)]
    lacks = dict.fromkeys(_lack(kind, need) for need in unmet if need.how not in {"blanks", "entry_time"})
    if lacks:
        return Verdict(NO_DATA, tuple(lack for lack in lacks if not IMPLIED.get(lack, set()) & lacks.keys()))
    hows = {need.how for need in unmet}
    return Verdict(BOUNDS if "entry_time" in hows else JUDGED, sees_blanks="blanks" not in hows)


def _lack(kind: ExportKind, need: Need) -> str:
    incomplete = need.how in {"whole", "whole_of_class"} and need.column in kind.carries.get(need.table, ())
    return NOT_WHOLE if incomplete else LACKS[need.table, need.column]


# What an export carries


def _has(kind: ExportKind, table: str, column: str) -> bool:
    return column in kind.carries.get(table, ())


def _lessons(kind: ExportKind) -> str:
    if not _has(kind, "lessons", "date"):
        return NO
    return "все" if kind.lists_lessons else "с записью"


def _marks(kind: ExportKind) -> str:
    if not _has(kind, "marks", "value"):
        return NO
    weighted = any(_has(kind, table, "weight") for table in ("marks", "assignments", "work_types"))
    return "да, с весом" if weighted else YES


def _works(kind: ExportKind) -> str:
    told = _has(kind, "marks", "work_type") or _has(kind, "assignments", "work_type")
    if not told:
        return NO
    return YES if _has(kind, "work_types", "is_written") else "название"


def _attendance(kind: ExportKind) -> str:
    if not _has(kind, "attendance", "code"):
        return NO
    return "код и причина" if _has(kind, "attendance", "reason") else "код"


def _averages(kind: ExportKind) -> str:
    if not _has(kind, "reported_averages", "mean"):
        return NO
    return "и взвешенные" if _has(kind, "reported_averages", "weighted_mean") else YES


def _entry_times(kind: ExportKind) -> str:
    spoken = {"lessons": "темы"} | {name: words for name, words in RECORDS.items() if name != "lessons"}
    told = [(spoken[table], how) for table, how in kind.entry_times.items() if table in spoken]
    days = [words for words, how in told if how == "day"]
    moments = [words for words, how in told if how == "moment"]
    parts = [", ".join(moments), f"день: {', '.join(days)}" if days else ""]
    return "; ".join(filter(None, parts)) or NO


COLUMNS: dict[str, Callable[[ExportKind], str]] = {
    "один файл": lambda kind: SCOPES[kind.scope],
    "уроки": _lessons,
    "темы": lambda kind: YES if _has(kind, "lessons", "topic") else NO,
    "д/з": lambda kind: YES if _has(kind, "homework", "text") else NO,
    "отметки": _marks,
    "вид работы": _works,
    "пропуски": _attendance,
    "за период": lambda kind: YES if _has(kind, "period_marks", "value") else NO,
    "средние": _averages,
    "время внесения": _entry_times,
    "вид известен": lambda kind: EVIDENCE[kind.evidence],
}


def _lists(kind: ExportKind) -> str:
    return ", ".join(words for table, words in LISTS.items() if table in kind.carries)


def _complete(kind: ExportKind) -> str:
    scopes: dict[str, list[str]] = {}
    for table, scope in kind.complete.items():
        if table in RECORDS:
            scopes.setdefault(WHOLE[scope], []).append(RECORDS[table])
    return "; ".join(f"{', '.join(tables)} {scope}" for scope, tables in scopes.items())


# The page


def title(kind: ExportKind) -> str:
    """Give the title of a kind without what the heading over it says."""
    text = kind.title.removeprefix(f"{SYSTEMS[kind.system]}: ").removesuffix(" (таблица)")
    return text[:1].upper() + text[1:]


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *map(list, rows)]
    return [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]


INTRO = """\
# Что читается и что по этому проверяется

Страница для заместителя директора и того, кто в школе отвечает за журнал. Она составлена `docs/generate.py` из
описаний, которые дают сами читатели выгрузок; руками не правится. Кто и когда выгружает – в [выгрузки.md](выгрузки.md).

## Как читать

**Что даёт правилу одна выгрузка:**

- **судится** – одной хватает;
- **только границы** – времени внесения в ней нет. Не заполненное видно сразу, а «внесено позже срока» – только по
  нескольким выгрузкам: чего не было в одной и что есть в следующей, внесено между ними;
- **нет данных** – и чего не хватает;
- **¹** – судится то, что внесено; не заполненное по такой выгрузке не видно.

**Уроки**: *все* – назван каждый урок, и пустой тоже; *с записью* – урок виден, только если на нём что-то есть.

**Вид известен** – откуда мы знаем устройство файла: *файл* – разобран настоящий; *программы* – по открытым программам,
которые его читают; *описание* – по документации; *свой формат* – наш; *пример* – настоящего файла не видели, образец
правится под свой ([профили.md](профили.md)).

**Оговорки.** Файл об одном ученике говорит о классе, когда выгружены все ученики класса. Ответы программных интерфейсов
(JSON) и журнал CSV полны, только если так сказано в их `manifest.json` (`"complete": true`, `scope_from`, `scope_to`).
Виды работ понимаются по названию: незнакомые школа объясняет в `codes.csv`. В таблицах по профилю читаются те столбцы,
которые в таблице есть.
"""


def page(every: list[ExportKind]) -> str:
    """Make the page of these kinds."""
    titles, of_rule = rules(), needs()
    verdicts = {id(kind): {rule: verdict(kind, of_rule[rule]) for rule in titles} for kind in every}
    lines = [INTRO, *_overview(every, titles, verdicts), "", *_further(), ""]
    for system, name in SYSTEMS.items():
        own = [kind for kind in every if kind.system == system]
        if own:
            lines += [f"## {name}", "", *_system(own, titles, verdicts), ""]
    return "\n".join(lines)


def _overview(
    every: list[ExportKind], titles: Mapping[str, str], verdicts: Mapping[int, Mapping[str, Verdict]]
) -> Iterator[str]:
    """The shortest answer: how many of the rules each kind feeds."""
    yield from ("## Коротко", "", f"Сколько из {len(titles)} правил проверяет одна выгрузка:", "")
    rows = []
    for kind in every:
        states = [one.state for one in verdicts[id(kind)].values()]
        if states.count(NO_DATA) < len(states):
            counts = [str(states.count(state) or NO) for state in (JUDGED, BOUNDS, NO_DATA)]
            rows.append([SYSTEMS[kind.system], title(kind), *counts])
    yield from _table(["журнал", "выгрузка", JUDGED, BOUNDS, NO_DATA], rows)


def _further() -> Iterator[str]:
    """Rules beside those of the tables, with what each needs."""
    found = further_rules()
    yield f"Остальные правила ({len(found)}) судят, когда есть то, что им нужно, в выгрузке или в книге школы:"
    yield ""
    yield from _table(["правило", "что нужно"], [[title, needs] for title, needs in found.items()])


def _system(
    own: list[ExportKind], titles: Mapping[str, str], verdicts: Mapping[int, Mapping[str, Verdict]]
) -> Iterator[str]:
    yield from _table(
        ["выгрузка", *COLUMNS], [[title(kind), *(tell(kind) for tell in COLUMNS.values())] for kind in own]
    )
    yield ""
    for kind in own:
        told = {"ещё читаются": _lists(kind), "полностью видны": _complete(kind)}
        words = "; ".join(f"{what}: {names}" for what, names in told.items() if names)
        if words:
            yield f"- {title(kind)} – {words}."
    feeding = [kind for kind in own if any(one.state != NO_DATA for one in verdicts[id(kind)].values())]
    silent = [kind for kind in own if kind not in feeding]
    if feeding:
        yield ""
        yield from _table(
            ["правило", *(title(kind) for kind in feeding)],
            [[words, *(str(verdicts[id(kind)][rule]) for kind in feeding)] for rule, words in titles.items()],
        )
    if silent:
        names = ", ".join(f"«{title(kind)}»" for kind in silent)
        yield from ("", f"Сами по себе правил не проверяют: {names}. Они дополняют другие выгрузки.")


def systems_page() -> str:
    """What each kind of export carries and which rule it feeds."""
    return page(kinds())
