"""The canonical journal tables: the one place that says what a journal is.

Every reader yields rows of these tables, history keeps them, dbt reads them. One declaration gives the
Polars schema (`Table.schema`), the DuckDB DDL (`Table.ddl`) and the page `docs/contract.md`
(`zavuch docs contract` prints it).

Names are fixed: columns may be added, never renamed. Ids are strings, unique within a school.
Absent key parts are '' and never NULL. Moments are naive wall time of the school; where a source gives
only a day, `<column>_is_day` says so and the moment is the start of that day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

Kind = Literal["text", "int", "float", "bool", "date", "moment", "time"]

POLARS: dict[Kind, pl.DataType] = {
    "text": pl.String(),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "moment": pl.Datetime("us"),
    "time": pl.Time(),
}
DUCKDB: dict[Kind, str] = {
    "text": "varchar",
    "int": "bigint",
    "float": "double",
    "bool": "boolean",
    "date": "date",
    "moment": "timestamp",
    "time": "time",
}

CORE = "core"
# What a row of a lesson carries of its lesson in history.
LESSON_SCOPE = ("lesson_class_id", "lesson_subject_id", "lesson_date")


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, what it means, and whether an export must carry and fill it."""

    name: str
    kind: Kind
    doc: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One canonical table.

    key: columns that identify a row within a school (and an academic year where `yearly`).
    alternative_key: what an absent single key column is put together from (mark_id, homework_id).
    groups: field groups judged apart; columns named in no group belong to `core`.
    scope: which column (here or on the lesson) tells class, subject, pupil and date, so that a statement
        knows whether it covers the row. A table without such a column is covered by whole-school statements.
    yearly: rows carry `academic_year`, given or taken from the date.
    """

    name: str
    doc: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    alternative_key: tuple[str, ...] = ()
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    date_column: str = ""
    yearly: bool = False
    history: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns an export of this table must carry and fill."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def by_lesson(self) -> bool:
        """True where class, subject and date of a row are those of its lesson."""
        return "lesson_id" in self.names and self.name != "lessons"

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Polars schema: name → dtype."""
        return {column.name: POLARS[column.kind] for column in self.columns}

    def group_columns(self, group: str) -> tuple[str, ...]:
        """Columns of one field group, keys left out."""
        if group != CORE:
            return self.groups[group]
        elsewhere = {name for names in self.groups.values() for name in names}
        elsewhere |= {*self.key, "academic_year"}
        return tuple(name for name in self.names if name not in elsewhere)

    def history_tables(self) -> dict[str, tuple[str, ...]]:
        """History table name → its payload columns, such as `lessons` and `lessons__topic`."""
        tables = {self.name: self.group_columns(CORE)}
        return tables | {f"{self.name}__{group}": names for group, names in self.groups.items()}

    def ddl(self, schema: str = "journal") -> str:
        """DuckDB DDL of the canonical table."""
        lines = []
        for column in self.columns:
            not_null = " not null" if column.required or column.name in self.key else ""
            lines.append(f"    {column.name} {DUCKDB[column.kind]}{not_null}")
        return f"create table {schema}.{self.name} (\n" + ",\n".join(lines) + "\n)"


def _columns(text: str) -> tuple[Column, ...]:
    """Parse the compact declaration: one `name kind[!] meaning` a line; `!` = required; `{a|b}` = choices."""
    columns: list[Column] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, kind, doc = [*line.split(maxsplit=2), ""][:3]
        choices: tuple[str, ...] = ()
        if doc.startswith("{"):
            listed, doc = doc[1:].split("}", 1)
            choices = tuple(listed.split("|"))
        required = kind.endswith("!")
        bare: Kind = kind.rstrip("!")  # type: ignore[assignment]
        columns.append(Column(name, bare, doc.strip(), required, choices))
        if bare == "moment" and name.endswith("_at") and name not in {"starts_at", "ends_at"}:
            columns.append(Column(f"{name}_is_day", "bool", f"true where the source gives only the day of {name}"))
    return tuple(columns)


def _table(name: str, doc: str, key: str, columns: str, **options: object) -> Table:
    declared = _columns(columns)
    names = {column.name for column in declared}
    if options.get("yearly") and "class_id" in names and "academic_year" not in names:
        declared += _columns("academic_year text `2025/2026`; пусто = по дате")
    return Table(name, doc, tuple(key.split()), declared, **options)  # type: ignore[arg-type]


_DECLARED = (
    _table(
        "periods",
        "Учебные периоды",
        "period_id",
        """
        period_id text!
        academic_year text! учебный год, `2025/2026`
        kind text! {quarter|trimester|half_year|year} вид периода
        ordinal int! номер внутри года
        starts_on date!
        ends_on date!
        grade_from int
        grade_to int
        class_ids text классы через `;`, пусто = все
        subject_id text
        """,
        yearly=True,
    ),
    _table(
        "calendar",
        "Календарь школы по дням",
        "date class_id",
        """
        date date!
        class_id text класс, пусто = вся школа
        day_kind text! {lesson|holiday|vacation|remote|cancelled} чем был день
        working_5 bool рабочий при пятидневке
        working_6 bool рабочий при шестидневке
        order_no text приказ
        entered_at moment
        """,
        date_column="date",
        yearly=True,
    ),
    _table(
        "bells",
        "Расписание звонков",
        "shift weekday lesson_number date starts_on grade_from",
        """
        shift int! смена
        weekday int день недели, 1 = понедельник; пусто = все
        lesson_number int!
        starts_at time!
        ends_at time!
        starts_on date
        ends_on date
        date date только на этот день
        grade_from int
        grade_to int
        """,
    ),
    _table(
        "timetable",
        "Расписание уроков",
        "class_id subgroup_id weekday week_parity lesson_number starts_on",
        """
        class_id text!
        subgroup_id text
        weekday int!
        week_parity text {odd|even} чётность недели, пусто = каждая
        lesson_number int!
        starts_on date!
        subject_id text!
        teacher_id text
        ends_on date
        """,
        yearly=True,
    ),
    _table(
        "classes",
        "Классы",
        "academic_year class_id",
        """
        academic_year text
        class_id text!
        grade int! параллель
        letter text
        name text! как печатается: 7Б
        shift int
        week_days int 5 или 6
        """,
        yearly=True,
    ),
    _table(
        "class_teachers",
        "Классные руководители",
        "class_id teacher_id starts_on",
        "class_id text!\nteacher_id text!\nstarts_on date!\nends_on date",
        yearly=True,
    ),
    _table("subgroups", "Подгруппы", "subgroup_id", "subgroup_id text!\nname text!\nsubject_id text"),
    _table("subgroup_classes", "Классы подгруппы", "subgroup_id class_id", "subgroup_id text!\nclass_id text!"),
    _table(
        "subgroup_members",
        "Состав подгрупп",
        "pupil_id subgroup_id starts_on",
        "pupil_id text!\nsubgroup_id text!\nstarts_on date!\nends_on date\nentered_at moment",
    ),
    _table(
        "pupils",
        "Ученики",
        "pupil_id",
        "pupil_id text!\nlast_name text!\nfirst_name text\nmiddle_name text",
    ),
    _table(
        "enrollments",
        "Зачисления в класс",
        "pupil_id class_id starts_on",
        """
        pupil_id text!
        class_id text!
        starts_on date!
        ends_on date последний день в классе
        form text {school|home|family} форма обучения
        individual_plan bool
        left_to text
        evidence text {roster|inferred} список класса или вывод из отчётов
        """,
        yearly=True,
    ),
    _table(
        "releases",
        "Освобождения от предмета",
        "pupil_id subject_id starts_on",
        "pupil_id text!\nsubject_id text предмет, пусто = все\nstarts_on date!\nends_on date",
    ),
    _table(
        "teachers",
        "Учителя",
        "teacher_id",
        "teacher_id text!\nlast_name text!\nfirst_name text\nmiddle_name text",
    ),
    _table(
        "teacher_absences",
        "Отсутствие учителей",
        "teacher_id starts_on",
        "teacher_id text!\nstarts_on date!\nends_on date\nreason text",
    ),
    _table(
        "subjects",
        "Предметы",
        "subject_id",
        """
        subject_id text!
        name text!
        area text
        graded text {marks|credit|none} система оценивания
        controlled bool контролируется ли ведение
        rounding_threshold float порог округления среднего, 0.5…0.7
        uses_weights bool
        """,
    ),
    _table(
        "grading",
        "Система оценивания по параллелям",
        "subject_id grade_from starts_on",
        """
        subject_id text!
        grade_from int пусто = с первой
        grade_to int пусто = по последнюю
        starts_on date пусто = всегда
        ends_on date
        graded text! {marks|credit|none|uncontrolled} отметки, зачёт, без отметок, не контролируется
        """,
    ),
    _table(
        "teaching_assignments",
        "Нагрузка",
        "teacher_id class_id subject_id subgroup_id starts_on",
        "teacher_id text!\nclass_id text!\nsubject_id text!\nsubgroup_id text\nstarts_on date!\nends_on date",
        yearly=True,
    ),
    _table(
        "curriculum",
        "Учебный план",
        "class_id subject_id subgroup_id",
        "class_id text!\nsubject_id text!\nsubgroup_id text\nhours_per_week float\nhours_per_year float",
        yearly=True,
    ),
    _table(
        "plan_topics",
        "Тематическое планирование",
        "plan_topic_id",
        """
        plan_topic_id text!
        plan_id text
        class_id text!
        subject_id text!
        subgroup_id text
        ordinal int!
        topic text!
        hours float!
        lesson_kind text
        period_id text
        planned_on date
        approved_on date
        """,
        yearly=True,
    ),
    _table(
        "planned_works",
        "График оценочных процедур",
        "class_id subject_id date",
        """
        class_id text!
        subject_id text!
        date date!
        work_type text
        level text {school|region|federal}
        minutes int
        """,
        date_column="date",
        yearly=True,
    ),
    _table(
        "corrections",
        "Корректировка программы",
        "class_id subject_id period_id kind",
        "class_id text!\nsubject_id text!\nperiod_id text!\nkind text!\nhours float!\nreason text",
        yearly=True,
    ),
    _table(
        "work_types",
        "Виды работ",
        "work_type",
        """
        work_type text!
        name text!
        is_written bool письменная
        is_oral bool
        is_control bool контрольная
        weight float
        counts_in_mean bool
        """,
    ),
    _table(
        "checking_norms",
        "Нормы проверки работ",
        "work_type subject_id grade",
        "work_type text!\nsubject_id text\ngrade int\ndays int!",
    ),
    _table(
        "lessons",
        "Уроки",
        "lesson_id",
        """
        lesson_id text!
        class_id text!
        subgroup_id text
        subject_id text!
        teacher_id text кто провёл
        planned_teacher_id text
        date date!
        lesson_number int
        starts_at time
        ends_at time
        hours float
        status text {held|cancelled|remote|planned} пусто = проведён, если дата наступила
        status_changed_at moment
        lesson_kind text
        topic text
        topic_entered_at moment
        plan_topic_id text
        attendance_entered_at moment
        recorded_at moment
        recorded_by text
        recorded_source text {journal|temporary}
        evidence text {stated|inferred} назван в выгрузке или виден только по записям
        """,
        groups={"topic": ("topic", "topic_entered_at", "topic_entered_at_is_day", "plan_topic_id")},
        date_column="date",
        yearly=True,
    ),
    _table(
        "substitutions",
        "Замены",
        "date lesson_number class_id subject_id subgroup_id",
        """
        date date!
        lesson_number int!
        class_id text!
        subject_id text!
        subgroup_id text
        absent_teacher_id text!
        substitute_id text
        kind text! {replace|merge|cancel|move}
        reason text
        ordered_at moment
        entered_at moment
        """,
        date_column="date",
        yearly=True,
    ),
    _table(
        "homework",
        "Домашние задания",
        "homework_id",
        """
        homework_id text
        lesson_id text!
        subgroup_id text
        pupil_id text
        text text
        none bool «не задано»
        due_on date
        minutes int
        entered_at moment
        """,
        alternative_key=("lesson_id", "subgroup_id", "pupil_id"),
        yearly=True,
    ),
    _table(
        "assignments",
        "Работы урока",
        "assignment_id",
        """
        assignment_id text!
        lesson_id text!
        work_type text
        title text
        weight float
        max_score float
        is_control bool
        minutes int
        due_on date
        entered_at moment
        """,
        yearly=True,
    ),
    _table(
        "marks",
        "Отметки",
        "mark_id",
        """
        mark_id text
        lesson_id text!
        pupil_id text!
        assignment_id text
        ordinal int
        value text! как напечатано: 5, 4-, зач, точка
        kind text {current|retake|second_criterion|debt}
        work_type text
        weight float
        counts_in_mean bool
        point_date date
        entered_at moment
        updated_at moment
        entered_by text
        comment text
        """,
        alternative_key=("lesson_id", "pupil_id", "assignment_id", "ordinal"),
        yearly=True,
    ),
    _table(
        "attendance",
        "Посещаемость",
        "lesson_id pupil_id ordinal",
        """
        lesson_id text!
        pupil_id text!
        ordinal int
        code text! как напечатано: Н, Б, УП
        reason text
        minutes_late int
        page text {lesson|class}
        entered_at moment
        updated_at moment
        entered_by text
        """,
        groups={"reason": ("reason",)},
        yearly=True,
    ),
    _table(
        "period_marks",
        "Отметки за период",
        "pupil_id subject_id academic_year kind period_id",
        """
        pupil_id text!
        subject_id text!
        academic_year text!
        kind text! {period|year|exam|state_exam|final}
        period_id text
        class_id text
        value text! 5…2, н/а, осв, зач
        teacher_id text
        entered_at moment
        updated_at moment
        entered_by text
        """,
        yearly=True,
    ),
    _table(
        "absence_documents",
        "Документы о пропусках",
        "document_id",
        """
        document_id text!
        pupil_id text!
        starts_on date!
        ends_on date
        kind text! {ill|excused|other}
        received_at moment
        registered_at moment
        """,
        date_column="starts_on",
        yearly=True,
    ),
    _table(
        "outages",
        "Сбои журнала",
        "starts_at class_id subject_id",
        "starts_at moment!\nclass_id text\nsubject_id text\nends_at moment\nrestored_at moment",
    ),
    _table(
        "exclusions",
        "Исключённые дни и уроки",
        "exclusion_id",
        """
        exclusion_id text!
        date_from date!
        date_to date!
        class_id text
        teacher_id text
        lesson_numbers text
        reason text!
        order_no text
        """,
        date_column="date_from",
        yearly=True,
    ),
    _table(
        "school_details",
        "Сведения о школе",
        "item",
        "item text! что: `director`, `remarks_from`\nvalue text!",
    ),
    _table("orders", "Приказы", "order_no signed_on", "order_no text!\nsigned_on date!\ntitle text!"),
    _table(
        "objections",
        "Возражения на замечания",
        "rule subject_key made_at",
        """
        rule text!
        subject_key text!
        made_at moment!
        teacher_id text!
        reason text!
        answer text {withdrawn|kept}
        answered_at moment
        answer_text text
        """,
    ),
    _table(
        "parent_statements",
        "Заявления родителей",
        "pupil_id starts_on",
        "pupil_id text!\nstarts_on date!\nends_on date\nkind text!",
    ),
    _table("print_issues", "Выданные распечатки", "pupil_id week", "pupil_id text!\nweek text!\nissued_at moment"),
    _table(
        "exam_results",
        "Результаты экзаменов",
        "exam_id pupil_id",
        """
        exam_id text!
        pupil_id text!
        subject_id text!
        kind text
        value text
        received_at moment
        published_at moment
        """,
    ),
    _table(
        "reported_averages",
        "Напечатанные средние (для сверки)",
        "pupil_id subject_id period_id printed_in",
        """
        pupil_id text!
        subject_id text!
        period_id text!
        printed_in text вид отчёта, где напечатано: два отчёта могут округлять по-разному
        class_id text
        academic_year text
        date_from date
        date_to date
        mean float
        weighted_mean float
        n_marks int
        as_printed text
        computed float среднее разобранных отметок той же строки отчёта
        """,
        yearly=True,
    ),
    _table(
        "journal_accounts",
        "Учётные записи журнала",
        "person_id role",
        "person_id text!\nrole text!\nstarts_on date\nends_on date\nlast_login_at moment",
    ),
    _table(
        "card_flags",
        "Заполненность карточек",
        "pupil_id field",
        "pupil_id text!\nfield text!\nfilled bool!",
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _DECLARED}

MANIFEST = _columns(
    """
    format_version text
    school_id text!
    school_name text
    system text
    export_kind text
    taken_at moment!
    timezone text
    scope_from date
    scope_to date
    complete bool
    attendance_mode text {absences_only|every_pupil}
    """
)

STATEMENTS = _columns(
    """
    table text!
    columns text названия столбцов через `;`, пусто = все
    class_id text
    subject_id text
    pupil_id text
    date_from date
    date_to date
    complete bool!
    """
)


def academic_year(day: pl.Expr) -> pl.Expr:
    """`2025/2026` of a date column; a year starts on 1 September."""
    first = day.dt.year() - (day.dt.month() < 9).cast(pl.Int32)
    return first.cast(pl.String) + "/" + (first + 1).cast(pl.String)
