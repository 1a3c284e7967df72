"""Which statements speak of which records: the one place that says when a complete statement covers a key.

`spoken` holds every complete statement at every observation of its export. A record `k` is covered by a statement
`s` where its class, subject, pupil and day lie in the statement's scope, and where an export that names periods or
academic years names those of the record: it is silent about the others.
"""

from __future__ import annotations

from ingest.contract import CORE, Table
from ingest.history.layout import HistoryTable

RECORD = ("class_id", "subject_id", "pupil_id", "date", "period_id")
"""What a relation of records must show beside academic_year and row_key to be asked for coverage."""


def carries(column: str, table: HistoryTable) -> str:
    """SQL: a statement's list of columns carries the field group ('' carries all)."""
    if table.group == CORE:
        return "true"
    tests = " or ".join(f"list_contains(string_split({column}, ';'), '{name}')" for name in table.fields)
    return f"({column} = '' or {tests})"


def names_periods(table: Table) -> bool:
    """Say whether an export speaks only of the periods that it names."""
    return "period_id" in table.key


def names_years(table: Table) -> bool:
    """Say whether an export speaks only of the academic years that it names: this year's list is no word about last."""
    return table.yearly and not (table.date_column or table.by_lesson)


def speaking(table: HistoryTable, where: str) -> str:
    """SQL of the complete statements about a history table; `where` picks observations (columns of `spoken`)."""
    return f"select * from spoken where table_name = '{table.table.name}' and {carries('columns', table)} and ({where})"


def _rest(table: Table) -> str:
    conditions = ["(s.subject_id = '' or s.subject_id = k.subject_id)"]
    if table.date_column or table.by_lesson:
        conditions += ["(s.date_from is null or k.date >= s.date_from)", "(s.date_to is null or k.date <= s.date_to)"]
    named = {
        "period": (names_periods(table), "k.period_id"),
        "year": (names_years(table), "k.academic_year"),
    }
    conditions += [
        f"exists (select 1 from named n where n.table_name = '{table.name}' and n.what = '{what}'"
        f" and n.observation_id = s.observation_id and n.value = {value})"
        for what, (asked, value) in named.items()
        if asked
    ]
    return " and ".join(conditions)


def covered(table: Table, records: str, statements: str, picked: str, when: str) -> str:
    """SQL of the pairs of a record `k` and a statement `s` that covers it.

    records, statements: relations. picked: what to select. when: a further condition on the pair. Three joins, each
    with the equality that makes it quick; a pair is given once.
    """
    has_class = "class_id" in table.names or table.by_lesson
    same_class = "(s.class_id = '' or s.class_id = k.class_id)" if has_class else "true"
    scopes = (
        f"k.pupil_id = s.pupil_id and s.pupil_id <> '' and {same_class}",
        "k.class_id = s.class_id and s.pupil_id = '' and s.class_id <> ''",
        "s.pupil_id = '' and s.class_id = ''",
    )
    rest = _rest(table)
    return " union all ".join(
        f"select {picked} from {records} k join {statements} s on {scope} where {rest} and {when}" for scope in scopes
    )
