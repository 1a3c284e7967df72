"""The checks of rows by themselves: typing, places, duplicates and bounds."""

from datetime import date, datetime, time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import typing_cells
from ingest.contract import TABLES
from ingest.validate import Conformed, Context, Known, conform

at = datetime.fromisoformat
CONTEXT = Context(taken_at=at("2025-11-14T23:50"), reference=date(2025, 11, 14), timezone="Europe/Moscow")


def place(row: int) -> str:
    return f"файл, строка {row + 2}"


def checked(table: str, columns: dict[str, list[str | None]], known: list[Known] | None = None) -> Conformed:
    raw = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return conform(TABLES[table], raw, place, CONTEXT, known or [])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "2025-09-01", date(2025, 9, 1)),
        ("date", "01.09.2025", date(2025, 9, 1)),
        ("date", "2025-09-01 00:00:00", date(2025, 9, 1)),
        ("date", "2025-09-01T10:00", None),
        ("date", "31.02.2025", None),
        ("date", "45901", None),
        ("moment", "2025-09-01T08:30:15", at("2025-09-01T08:30:15")),
        ("moment", "2025-09-01 08:30", at("2025-09-01T08:30")),
        ("moment", "2025-09-01T08:30:15.250", at("2025-09-01T08:30:15.250")),
        ("moment", "01.09.2025 8:30", at("2025-09-01T08:30")),
        ("moment", "2025-09-01", at("2025-09-01")),
        ("moment", "08:30", None),
        ("int", "7", 7),
        ("int", "7.0", 7),
        ("int", "7,5", None),
        ("int", "VII", None),
        ("float", "0,65", 0.65),
        ("float", ".5", 0.5),
        ("float", "nan", None),
        ("float", "inf", None),
        ("bool", "Да", True),
        ("bool", "0", False),
        ("bool", "может быть", None),
        ("time", "8:30", time(8, 30)),
        ("time", "08:30:30", time(8, 30, 30)),
        ("time", "24:00", None),
    ],
)
def test_cell(kind: str, text: str, value: object) -> None:
    column = pl.Series("x", [None, text, None], dtype=pl.String)
    assert typing_cells.PARSERS[kind](column).to_list() == [None, value, None]  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "zone", "value"),
    [
        ("2025-09-01T05:30:00Z", "Europe/Moscow", at("2025-09-01T08:30")),
        ("2025-09-01T08:30+03:00", "Asia/Yekaterinburg", at("2025-09-01T10:30")),
        ("2025-09-01 08:30:00+0300", "", at("2025-09-01T08:30")),
        ("2025-09-01T08:30:00+05:30", "", at("2025-09-01T08:30")),
        ("2025-09-01T05:30:00Z", "", None),
        ("2025-09-01T05:30:00+00:00", "", None),
        ("2025-09-01T05:30:00Z", "+07:00", at("2025-09-01T12:30")),
    ],
)
def test_moment_with_offset(text: str, zone: str, value: datetime | None) -> None:
    parsed, is_day = typing_cells.moments(pl.Series([text]), zone)
    assert parsed.to_list() == [value]
    assert is_day.to_list() == [False]


def test_bare_day_is_marked() -> None:
    frame = checked(
        "assignments",
        {
            "assignment_id": ["a", "b", "c"],
            "lesson_id": ["L"] * 3,
            "entered_at": ["2025-11-03", "2025-11-03T00:00", ""],
        },
    ).frame
    assert frame["entered_at_is_day"].to_list() == [True, False, False]


@settings(deadline=None)
@given(
    st.lists(st.none() | st.dates(date(1990, 1, 1), date(2026, 12, 18)), min_size=1, max_size=30),
    st.lists(st.sampled_from(["%Y-%m-%d", "%d.%m.%Y"]), min_size=30, max_size=30),
)
def test_dates_of_mixed_spelling(days: list[date | None], forms: list[str]) -> None:
    text = [day and day.strftime(form) for day, form in zip(days, forms, strict=False)]
    assert typing_cells.dates(pl.Series(text, dtype=pl.String)).to_list() == days


@settings(deadline=None)
@given(st.lists(st.none() | st.datetimes(at("1990-01-01"), at("2026-12-18")), min_size=1, max_size=30), st.booleans())
def test_moments_read_back(moments: list[datetime | None], spaced: bool) -> None:
    text = [moment and moment.isoformat(" " if spaced else "T") for moment in moments]
    parsed, is_day = typing_cells.moments(pl.Series(text, dtype=pl.String))
    assert parsed.to_list() == moments
    assert not is_day.any()


def test_row_is_told_once_by_its_first_fault_and_the_rest_is_kept() -> None:
    conformed = checked(
        "teacher_absences",
        {
            "teacher_id": ["t1", "", "t3"],
            "starts_on": ["2025-09-01", "когда-то", "2025-09-03"],
            "reason": ["", "", " "],
        },
    )
    assert conformed.frame.rows() == [("t1", date(2025, 9, 1), None), ("t3", date(2025, 9, 3), None)]
    (told,) = conformed.rejected
    assert (told.address, told.raw) == ("файл, строка 3", "")
    assert "teacher_id" in told.reason


def test_names_of_people_are_not_told() -> None:
    conformed = checked("pupils", {"pupil_id": ["p1", "p1"], "last_name": ["Образцов", "Примеров"]})
    assert conformed.n_rejected == 2
    assert "Образцов" not in str(conformed.rejected)


def test_values_to_choose_from() -> None:
    conformed = checked(
        "calendar", {"date": ["2025-11-03", "2025-11-04", "2025-11-05"], "day_kind": ["Lesson", "holiday", "выходной"]}
    )
    assert conformed.frame["day_kind"].to_list() == ["lesson", "holiday"]
    assert conformed.rejected[0].raw == "выходной"
    assert "vacation" in conformed.rejected[0].advice


def test_believable_days_end_some_time_after_the_export() -> None:
    table = {"teacher_id": ["a", "b", "c"], "starts_on": ["1989-12-31", "2026-12-19", "2026-12-20"]}
    assert checked("teacher_absences", table).frame["teacher_id"].to_list() == ["b"]


def test_believable_days_without_a_moment_of_export() -> None:
    days = ["2025-11-03"] * 5 + ["2099-01-01"]
    raw = pl.DataFrame({"teacher_id": list("abcdef"), "starts_on": days})
    assert conform(TABLES["teacher_absences"], raw, place).n_rejected == 1
    assert conform(TABLES["teacher_absences"], raw.tail(1), place).n_rejected == 1


@pytest.mark.parametrize("value", ["5", "5-", "4+", "0", "4,5", "5.0", "зач", "н/а", "осв", ".", "2*"])
def test_marks_on_the_scale_or_in_words(value: str) -> None:
    assert checked("marks", {"mark_id": ["m"], "lesson_id": ["L"], "pupil_id": ["p"], "value": [value]}).n_rejected == 0


@pytest.mark.parametrize("value", ["7", "6", "5.1", "5,5", "12", "100", "-1", "7-", "55"])
def test_marks_off_the_scale(value: str) -> None:
    conformed = checked("marks", {"mark_id": ["m"], "lesson_id": ["L"], "pupil_id": ["p"], "value": [value]})
    assert "вне шкалы" in conformed.rejected[0].reason


def test_points_of_a_state_exam_are_no_marks() -> None:
    columns = {"pupil_id": ["p"] * 2, "subject_id": ["s"] * 2, "value": ["78"] * 2, "kind": ["state_exam", "year"]}
    assert checked("period_marks", columns).frame["kind"].to_list() == ["state_exam"]


def test_same_key_in_another_year_is_another_row() -> None:
    columns = {"class_id": ["7Б"] * 3, "teacher_id": ["t"] * 3, "starts_on": ["2025-09-01"] * 3}
    years = {"academic_year": ["2024/2025", "2025/2026", "2025/2026"]}
    assert checked("class_teachers", columns | years).frame.height == 2
    assert checked("class_teachers", columns).frame.height == 1


def test_conflicting_rows_are_all_refused_and_equal_ones_collapse() -> None:
    conformed = checked(
        "attendance",
        {
            "lesson_id": ["L1", "L1", "L2", "L2", "L3", "L4"],
            "pupil_id": ["p"] * 6,
            "code": ["Н", "Б", "Н", "Н", "Н", "Н"],
            "ordinal": ["1", "", "1", None, "1", ""],
        },
    )
    assert conformed.frame["lesson_id"].to_list() == ["L2", "L3", "L4"]
    assert [(one.address, one.raw) for one in conformed.rejected] == [
        ("файл, строка 2", "L1|p|1"),
        ("файл, строка 3", "L1|p|1"),
    ]
    assert "ordinal" in conformed.warnings[0].advice


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["5", "4", "7"])), max_size=12))
def test_no_row_is_lost_without_a_word(rows: list[tuple[str, str]]) -> None:
    """Every row is taken, equal to a taken one, or rejected; a key is taken at most once and never in doubt."""
    conformed = checked(
        "marks",
        {
            "mark_id": [key for key, _ in rows],
            "lesson_id": ["L"] * len(rows),
            "pupil_id": ["p"] * len(rows),
            "value": [value for _, value in rows],
        },
    )
    taken = conformed.frame.select("mark_id", "value").rows()
    good = {row for row in rows if row[1] != "7"}
    keys = [key for key, _ in good]
    assert sorted(taken) == sorted((key, value) for key, value in good if keys.count(key) == 1)
    expected = sum(value == "7" or keys.count(key) > 1 for key, value in rows)
    assert conformed.n_rejected == len(conformed.rejected) == expected
    assert {one.address for one in conformed.rejected} == {
        place(number) for number, (key, value) in enumerate(rows) if value == "7" or keys.count(key) > 1
    }


def pupils(*, partial: bool) -> Known:
    return Known("pupils", "pupil_id", pl.Series(["p1"]), pl.Series(["p1", "p2"]), partial)


def test_pupil_who_is_not_listed() -> None:
    marks: dict[str, list[str | None]] = {
        "mark_id": ["a", "b", "c"],
        "lesson_id": ["L"] * 3,
        "pupil_id": ["p1", "p2", "p3"],
        "value": ["5"] * 3,
    }
    conformed = checked("marks", marks, [pupils(partial=False)])
    assert conformed.frame["mark_id"].to_list() == ["a", "b"]  # p2 is listed, only his own row was refused
    assert conformed.rejected[0].raw == "p3"
    conformed = checked("marks", marks, [pupils(partial=True)])
    assert (conformed.n_rejected, conformed.frame.height, len(conformed.warnings)) == (0, 3, 1)


def test_places_stay_right_after_blank_rows() -> None:
    conformed = checked("subgroup_classes", {"subgroup_id": ["a", " ", None, "b"], "class_id": ["7Б", "", None, ""]})
    assert conformed.frame.height == 1
    assert [one.address for one in conformed.rejected] == ["файл, строка 5"]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_of_the_contract_takes_an_empty_and_a_full_row(name: str) -> None:
    samples = {
        "text": "x",
        "int": "1",
        "float": "1.5",
        "bool": "да",
        "date": "2025-09-01",
        "moment": "2025-09-01",
        "time": "8:30",
    }
    table = TABLES[name]
    values = {
        column.name: column.choices[0] if column.choices else samples[column.kind] for column in table.columns
    } | ({"academic_year": "2025/2026"} if table.yearly else {})
    conformed = checked(name, {column: ["", value] for column, value in values.items()})
    assert (conformed.n_rejected, conformed.frame.height) == (0, 1)
    assert {column: conformed.frame.schema[column] for column in table.names} == table.schema
    required = {column: [values[column]] for column in dict.fromkeys([*table.required, *table.alternative_key])}
    least = checked(name, required).frame
    assert set(table.key) <= set(least.columns)
    texts = [column for column in table.key if table.schema[column] == pl.String]
    assert not any(least[column].null_count() for column in texts)
