"""What the exports of a school already show, as rows of its workbook: names as printed, no ids.

It is read from the published file. Where a name is not known there, the row is left out: an id is nothing to correct.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from warehouse.registers.definitions import REGISTERS
from warehouse.registers.values import Value, folded
from warehouse.store import QUIET, dictionaries

Row = dict[str, Value]

_FULL_NAME = "trim(concat_ws(' ', last_name, nullif(first_name, ''), nullif(middle_name, '')))"
_PEOPLE = f"""
create temp table teachers as
select teacher_id, {_FULL_NAME} as teacher from marts.dim_teacher where last_name <> '';
create temp table pupils as
select pupil_id, academic_year, class_id, {_FULL_NAME} as pupil from marts.dim_pupil where last_name <> '';
create temp table groups (subgroup_id varchar, subgroup varchar);
"""
_GROUPS = "insert into groups select subgroup_id, subgroup_name from marts.dim_subgroup where subgroup_name <> ''"

# Lessons that the export lists without a subgroup's name are left out whole: they are not lessons of the class.
# Who gave most lessons is the teacher, others have stood in for him; nobody, where no lesson has a teacher with a name.
_TAUGHT = """
with lessons as (
    select
        subject_name as subject, class_name as class, coalesce(subgroup, '') as subgroup, teacher,
        count(*) as n_told  -- a lesson stands in the facts once a pupil
    from marts.fct_attendance as told
    join marts.dim_subject as subjects on told.subject_id = subjects.subject_id
    join marts.dim_class as classes on told.class_id = classes.class_id and told.academic_year = classes.academic_year
    left join teachers on told.teacher_id = teachers.teacher_id
    left join groups on told.subgroup_id = groups.subgroup_id
    where told.academic_year = $year and (told.subgroup_id = '' or subgroup is not null)
    group by subject_name, class_name, subgroup, teacher
)
select coalesce(teacher, '') as teacher, subject, class, subgroup from lessons
qualify row_number() over (
    partition by subject, class, subgroup order by teacher is null, n_told desc, teacher
) = 1
"""
_QUERIES = {
    "school_details": "select 'short_name' as item, school_name as value from reports.rpt_school__status",
    "classes": """
        select class_name as class, coalesce(teacher, '') as teacher
        from marts.dim_class left join teachers on class_teacher_id = teacher_id where academic_year = $year
    """,
    "enrollments": """
        with stays as (
            select pupil_id, class_id from pupils where academic_year = $year
            union  -- earlier years: a pupil's card tells only of his newest
            select pupil_id, class_id from marts.fct_attendance where academic_year = $year and is_expected
            and pupil_id not in (select pupil_id from pupils where academic_year = $year)
        )
        select pupil, class_name as class
        from stays join pupils using (pupil_id)
        join marts.dim_class as classes on stays.class_id = classes.class_id and classes.academic_year = $year
    """,
    "teaching_assignments": _TAUGHT,
    "subgroup_members": """
        select distinct  -- a pupil is on many lessons of his subgroup
            class_name as class, subject_name as subject, subgroup, pupil
        from marts.fct_attendance as told
        join groups using (subgroup_id) join pupils on told.pupil_id = pupils.pupil_id
        join marts.dim_subject as subjects on told.subject_id = subjects.subject_id
        join marts.dim_class as classes
            on told.class_id = classes.class_id and told.academic_year = classes.academic_year
        where told.academic_year = $year and is_expected
    """,
    "grading": """
        select
            subject_name as subject,
            case when graded in ('marks', 'credit', 'none') then graded else '' end as graded
        from marts.dim_subject
    """,
    "periods": """
        select
            kind, ordinal, strftime(starts_on, '%Y-%m-%d') as starts_on, strftime(ends_on, '%Y-%m-%d') as ends_on,
            case
                when count(*) < any_value(n_classes) then string_agg(class_name, ', ' order by grade, letter) else ''
            end as classes
        from marts.dim_period as periods
        join (select *, count(*) over () as n_classes from marts.dim_class where academic_year = $year) as classes
            using (class_id, academic_year)
        where evidence <> 'preset' group by kind, ordinal, starts_on, ends_on
    """,
    "curriculum": f"select class, subject, subgroup from ({_TAUGHT})",
}  # fmt: skip


def years(school_file: Path) -> list[str]:
    """Academic years that the exports of a school show, the oldest first."""
    with duckdb.connect(school_file, read_only=True, config=QUIET) as con:
        found = con.execute(
            "select distinct academic_year from marts.dim_class where academic_year <> '' order by 1"
        ).fetchall()
    return [str(year) for (year,) in found]


def shown_by_exports(school_file: Path, year: str) -> dict[str, list[Row]]:
    """Give rows by register for an academic year; what is not told is not in a row."""
    with duckdb.connect(school_file, read_only=True, config=QUIET) as con:
        con.execute(_PEOPLE)
        if con.execute("select 1 from duckdb_tables() where table_name = 'dim_subgroup'").fetchall():
            con.execute(_GROUPS)
        return {name: _rows(con, query, year) for name, query in _QUERIES.items()}


def _rows(con: duckdb.DuckDBPyConnection, query: str, year: str) -> list[Row]:
    found = con.execute(f"select * from ({query}) order by all", {"year": year} if "$year" in query else None)
    return [{name: value for name, value in row.items() if value not in {None, ""}} for row in dictionaries(found)]


def asked(rows: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """Add what exports cannot show and every school is asked for: each item of its particulars, still blank."""
    told = list(rows.get("school_details", []))
    items = REGISTERS["school_details"].field("item").choices.values()
    known = {row["item"] for row in told}
    blank: list[Row] = [{"item": item} for item in items if item not in known]
    return {**rows, "school_details": [*told, *blank]}


_ABOUT = {"periods": ["kind", "ordinal"], "teaching_assignments": ["class", "subject", "subgroup"]}
"""What rows are about, where it is not the keys of the register."""


def untold(register: str, rows: Iterable[Row], entered: Iterable[Mapping[str, Value]]) -> list[Row]:
    """Leave out rows about what the register already speaks of, from whatever day on and whoever teaches it.

    A pupil whom the register puts into another class of the grade has left the one in which exports show him.
    """
    keys = [field.name for field in REGISTERS[register].keys if field.kind not in {"date", "grade"}]
    about = _ABOUT.get(register, keys)

    def key(values: Mapping[str, Value]) -> tuple[str, ...]:
        return tuple(folded(values.get(name, "")) for name in about)

    shown, known = list(rows), {key(values) for values in entered}
    if register == "enrollments":
        # Where exports show the name in that class too, there are two of them, and neither has moved.
        moved = {(pupil, _grade(name)) for pupil, name in known - {key(row) for row in shown}}
        shown = [row for row in shown if (key(row)[0], _grade(key(row)[1])) not in moved]
    return [row for row in shown if key(row) not in known]


def _grade(class_name: str) -> str:
    """The number that a class begins with; the whole name where it begins with none."""
    found = re.match(r"[0-9]+", class_name)
    return found[0] if found else class_name
