"""What a healthy warehouse must show: the list of expectations, in our words.

Nothing here imports Great Expectations (that takes seconds): an expectation names its type and
arguments, and `duckdb_bridge` makes the object. Two suites: `journal` tells how the journal is kept
and never changes an exit code; `integrity` tells whether the marts can be trusted and blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

JOURNAL = "journal"
INTEGRITY = "integrity"

VERDICTS = (
    "in_time", "early", "late", "missing", "undetermined", "pending", "ok", "violated",
    "not_applicable", "not_set", "no_data",
)  # fmt: skip
STATUSES = (*VERDICTS, "excused", "withdrawn")
JUDGED = ("in_time", "early", "late", "missing", "ok", "violated")
STATES = (
    "present", "late", "left_early", "ill", "excused", "unexcused", "unknown_reason", "released", "remote",
    "not_recorded",
)  # fmt: skip
EVIDENCE = ("stated", "implied", "none", "unknown_code")


@dataclass(frozen=True)
class Expected:
    """One expectation.

    name: stands in `quality.*`. description: Russian, for the page. rows: a query for the rows it speaks of;
    it carries `school_id`, `keys`, `shows` and the columns of `arguments`. keys: columns that tell one row
    from another. shows: further columns kept with a failing row; none holds a person's name.
    kind, arguments: the Great Expectations class and its arguments.
    """

    name: str
    description: str
    rows: str
    keys: tuple[str, ...]
    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    blocking: bool = False

    @property
    def suite(self) -> str:
        """The suite it belongs to."""
        return INTEGRITY if self.blocking else JOURNAL

    @property
    def broken(self) -> str:
        """The SQL condition that a failing row of `rows` meets; made from `kind` and `arguments`."""
        return CONDITIONS[self.kind](self.arguments)


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


CONDITIONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "ExpectColumnValuesToBeInSet": lambda a: f"{a['column']} not in ({_quoted(a['value_set'])})",
    "ExpectColumnValuesToNotBeInSet": lambda a: f"{a['column']} in ({_quoted(a['value_set'])})",
    "ExpectColumnValuesToBeBetween": lambda a: f"{a['column']} not between {a['min_value']} and {a['max_value']}",
    "ExpectColumnValuesToNotBeNull": lambda a: f"{a['column']} is null",
    "ExpectColumnPairValuesAToBeGreaterThanB": lambda a: f"{a['column_A']} < {a['column_B']}",
    "ExpectCompoundColumnsToBeUnique": lambda a: f"count(*) over (partition by {', '.join(a['column_list'])}) > 1",
}


def _code(column: str) -> str:
    """Fold a code as dbt does: letter case and Latin look-alikes of Cyrillic letters do not matter."""
    return f"translate(upper(trim({column})), 'ABCEHKMOPTXY', 'АВСЕНКМОРТХУ')"


def _rule(name: str, rule: str, bad: str, description: str) -> Expected:
    """No judged row of a journal rule bears the status `bad`."""
    return Expected(
        name=name,
        description=description,
        rows=f"select * from marts.fct_journal_checks where rule = '{rule}' and status in ({_quoted(JUDGED)})",
        keys=("rule", "subject_kind", "subject_key"),
        shows=(
            "academic_year",
            "class_id",
            "subject_id",
            "lesson_id",
            "date",
            "due_at",
            "entered_after",
            "entered_by",
            "observed_until",
            "status",
        ),
        kind="ExpectColumnValuesToNotBeInSet",
        arguments={"column": "status", "value_set": [bad]},
    )


def _unique(table: str, keys: tuple[str, ...], what: str) -> Expected:
    """Hold a mart to its grain."""
    return Expected(
        name=f"{table}_grain",
        description=f"{what}: каждая строка встречается один раз",
        rows=f"select * from marts.{table}",
        keys=keys,
        kind="ExpectCompoundColumnsToBeUnique",
        arguments={"column_list": ["school_id", *keys]},
        blocking=True,
    )


def _accepted(table: str, column: str, keys: tuple[str, ...], values: tuple[str, ...], text: str) -> Expected:
    """Hold a column to the words agreed upon; NULL is none of them."""
    return Expected(
        name=f"{table}_{column}",
        description=text,
        rows=f"select * replace (coalesce({column}, '') as {column}) from marts.{table}",
        keys=keys,
        kind="ExpectColumnValuesToBeInSet",
        arguments={"column": column, "value_set": list(values)},
        blocking=True,
    )


CHECK = ("academic_year", "rule", "subject_kind", "subject_key")
ATTENDANCE = ("academic_year", "lesson_id", "pupil_id", "ordinal")
MARK = ("academic_year", "mark_id")
ATTENDANCE_PERIOD = ("academic_year", "class_id", "pupil_id", "period_id")
PROGRESS = ("academic_year", "class_id", "pupil_id", "subject_id", "period_id")
FORECAST = ("pupil_id", "subject_id", "period_id", "as_of")

_JOURNAL: tuple[Expected, ...] = (
    _rule("topics_filled", "topic_filled", "missing", "Тема урока заполнена к сроку"),
    _rule("topics_in_time", "topic_filled", "late", "Тема урока внесена не позже срока"),
    _rule("ordinary_marks_in_time", "ordinary_mark", "late", "Отметки за работу на уроке внесены не позже срока"),
    _rule("written_marks_set", "written_marks", "missing", "Отметки за письменные работы выставлены к сроку"),
    _rule("written_marks_in_time", "written_marks", "late", "Отметки за письменные работы внесены не позже срока"),
    _rule("marks_without_gaps", "marks_gap", "violated", "По предмету нет долгих промежутков без отметок"),
    _rule("marks_enough", "marks_below_norm", "violated", "Отметок не меньше, чем требует норма"),
    _rule("lessons_recorded", "lesson_without_records", "violated", "На каждом уроке есть хотя бы одна запись"),
    _rule("days_absent_whole", "day_absent_but_one", "violated", "Пропуск дня отмечен на всех уроках"),
    _rule("days_consistent", "day_single_contradiction", "violated", "Записи одного дня не противоречат друг другу"),
    _rule("period_marks_set", "period_mark_missing", "missing", "Отметки за период выставлены"),
    _rule("period_marks_follow", "period_mark_differs", "violated", "Отметка за период следует из текущих отметок"),
    _rule("averages_reconciled", "averages_disagree", "violated", "Средние в выгрузке сходятся с отметками"),
    Expected(
        name="attendance_codes_known",
        description="Все коды посещаемости известны",
        rows=(
            "select *, case when evidence = 'unknown_code' or state = 'not_recorded' then 'unknown' else 'known' end"
            " as reading from marts.fct_attendance where coalesce(code, '') <> ''"
        ),
        keys=("lesson_id", "pupil_id", "ordinal"),
        shows=("academic_year", "class_id", "subject_id", "date", "code", "state"),
        kind="ExpectColumnValuesToBeInSet",
        arguments={"column": "reading", "value_set": ["known"]},
    ),
    Expected(
        name="mark_codes_known",
        description="Все отметки без числа известны",
        rows=(
            f"select m.*, case when m.kind = 'debt' or {_code('m.value')} in"
            f" (select {_code('raw_code')} from meta.code_map where scope in ('mark', 'period_mark'))"
            " then 'known' else 'unknown' end as reading from marts.fct_marks m where m.numeric_value is null"
        ),
        keys=("mark_id",),
        shows=("academic_year", "class_id", "subject_id", "date", "value"),
        kind="ExpectColumnValuesToBeInSet",
        arguments={"column": "reading", "value_set": ["known"]},
    ),
    Expected(
        name="marks_within_scale",
        description="Отметки лежат в пределах шкалы от 0 до 5",
        rows="select * from marts.fct_marks where numeric_value is not null",
        keys=("mark_id",),
        shows=("academic_year", "class_id", "subject_id", "date", "value"),
        kind="ExpectColumnValuesToBeBetween",
        arguments={"column": "numeric_value", "min_value": 0, "max_value": 5},
    ),
)

_INTEGRITY: tuple[Expected, ...] = (
    _unique("fct_journal_checks", CHECK, "Проверки журнала"),
    _unique("fct_attendance", ATTENDANCE, "Посещаемость"),
    _unique("fct_marks", MARK, "Отметки"),
    _unique("attendance_by_pupil_period", ATTENDANCE_PERIOD, "Посещаемость за период"),
    _unique("progress_by_pupil_subject_period", PROGRESS, "Успеваемость за период"),
    _unique("forecast_period_marks", FORECAST, "Прогноз отметок"),
    _accepted("fct_journal_checks", "verdict", CHECK, VERDICTS, "Вердикт проверки — из списка"),
    _accepted("fct_journal_checks", "status", CHECK, STATUSES, "Состояние проверки — из списка"),
    _accepted("fct_attendance", "state", ATTENDANCE, STATES, "Состояние посещаемости — из списка"),
    _accepted("fct_attendance", "evidence", ATTENDANCE, EVIDENCE, "Основание посещаемости — из списка"),
    Expected(
        name="checks_have_school",
        description="У каждой проверки указана школа",
        rows="select * replace (nullif(school_id, '') as school_id) from marts.fct_journal_checks",
        keys=CHECK,
        kind="ExpectColumnValuesToNotBeNull",
        arguments={"column": "school_id"},
        blocking=True,
    ),
    Expected(
        name="entry_intervals_ordered",
        description="Начало промежутка внесения не позже его конца",
        rows="select * from marts.fct_journal_checks where entered_after is not null and entered_by is not null",
        keys=CHECK,
        shows=("entered_after", "entered_by"),
        kind="ExpectColumnPairValuesAToBeGreaterThanB",
        arguments={"column_A": "entered_by", "column_B": "entered_after", "or_equal": True},
        blocking=True,
    ),
    Expected(
        name="attendance_shares_whole",
        description="Доли посещаемости (указано, выведено, не отмечено) складываются в целое",
        rows=(
            "select *,"
            " coalesce(share_stated, 0) + coalesce(share_implied, 0) + coalesce(share_not_recorded, 0) as total"
            " from marts.attendance_by_pupil_period where lessons_expected > coalesce(released, 0)"
        ),
        keys=ATTENDANCE_PERIOD,
        shows=("lessons_expected", "total"),
        kind="ExpectColumnValuesToBeBetween",
        arguments={"column": "total", "min_value": 0.999, "max_value": 1.001},
        blocking=True,
    ),
    Expected(
        name="forecast_probabilities_whole",
        description="Вероятности прогноза складываются в целое",
        rows=(
            "select *, coalesce(p2, 0) + coalesce(p3, 0) + coalesce(p4, 0) + coalesce(p5, 0) as total"
            " from marts.forecast_period_marks"
        ),
        keys=FORECAST,
        shows=("p2", "p3", "p4", "p5"),
        kind="ExpectColumnValuesToBeBetween",
        arguments={"column": "total", "min_value": 0.999, "max_value": 1.001},
        blocking=True,
    ),
    Expected(
        name="marks_have_pupil",
        description="Ученик каждой отметки есть в списке учеников",
        rows=(
            "select m.*, p.pupil_id as known_pupil_id from marts.fct_marks m"
            " left join (select distinct school_id, pupil_id from marts.dim_pupil) p"
            " on p.school_id = m.school_id and p.pupil_id = m.pupil_id"
        ),
        keys=MARK,
        shows=("pupil_id", "class_id"),
        kind="ExpectColumnValuesToNotBeNull",
        arguments={"column": "known_pupil_id"},
        blocking=True,
    ),
)

SUITE: tuple[Expected, ...] = _JOURNAL + _INTEGRITY
