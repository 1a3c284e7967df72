"""Code maps: what each source's codes mean, and what a school adds to them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from ingest import code_map, school_codes
from ingest.readers.labels import fold
from ingest.reading import ExportKind
from ingest.registry import READERS
from warehouse.settings import SettingsError

CANONICAL = {
    "attendance": {
        "present", "late", "left_early", "ill", "excused", "unexcused", "unknown_reason", "released", "remote",
        "not_recorded",
    },
    "mark": {"0", "1", "2", "3", "4", "5", "debt", "credit", "no_credit", "not_assessed", "released"},
    "period_mark": {"1", "2", "3", "4", "5", "credit", "no_credit", "not_assessed", "released"},
    "work_type": {"control", "written", "oral", "classwork", "homework", "practical", "project", "other"},
}  # fmt: skip
FILES = sorted(code_map.FOLDER.glob("*.csv"))
CODED = {"attendance": ("attendance", "code"), "mark": ("marks", "value"), "period_mark": ("period_marks", "value")}
HEADER = "system,export_kind,scope,raw_code,canonical,source\n"


@pytest.fixture(autouse=True)
def only_shipped_maps() -> Iterator[None]:
    yield
    school_codes.use(None)


# Shipped maps


def test_every_row_has_a_known_meaning_and_a_source() -> None:
    frame = school_codes.load()
    assert tuple(frame.columns) == code_map.COLUMNS
    assert frame.select("system", "export_kind", "scope", "raw_code").is_unique().all()
    for row in frame.iter_rows(named=True):
        assert row["canonical"] in CANONICAL[row["scope"]], row
        assert row["source"], row
        assert row["confidence"] in {"file", "code", "doc", "contract", "inferred"}, row


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_map_is_well_formed(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert path.stem.count("__") == 1
    assert rows
    assert set(rows[0]) == set(code_map.COLUMNS[2:])
    assert all(value == value.strip() for row in rows for value in row.values())
    assert all(row["raw_code"] for row in rows)
    folded = [(row["scope"], fold(row["raw_code"])) for row in rows]
    assert sorted({key for key in folded if folded.count(key) > 1}) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_shipped_code_is_made_a_figure_and_no_figure_another(path: Path) -> None:
    system, export_kind = path.stem.split("__")
    for scope in ("mark", "period_mark"):
        for raw, meaning in code_map.codes(system, export_kind, scope).items():
            assert raw == meaning or not (raw.isdigit() or meaning.isdigit()), (raw, meaning)
    assert code_map.canonical(system, export_kind, "mark", ".") in {"debt", None}


def test_a_bare_absence_is_of_unknown_reason_unless_a_legend_of_a_file_says_otherwise() -> None:
    for row in school_codes.load().iter_rows(named=True):
        if row["scope"] == "attendance" and fold(row["raw_code"]) == "н" and row["canonical"] != "unknown_reason":
            assert row["confidence"] == "file", row
            assert "легенда" in row["source"], row


def lacking(kinds: list[ExportKind]) -> list[str]:
    """What the maps of these kinds lack: «system__kind: scope»."""
    mapped = {(row[0], row[1], row[2]) for row in school_codes.load().iter_rows()}
    return [
        f"{kind.system}__{kind.export_kind}.csv: {scope}"
        for kind in kinds
        for scope, (table, column) in CODED.items()
        if column in kind.carries.get(table, ()) and (kind.system, kind.export_kind, scope) not in mapped
    ]


def test_every_kind_of_export_that_carries_codes_has_a_map_of_its_own() -> None:
    missing = lacking([kind for reader in READERS for kind in reader.KINDS])
    assert missing == [], "Нет таблицы кодов в ingest/codes или области в ней: " + "; ".join(missing)


def test_a_kind_without_a_map_is_told() -> None:
    kind = ExportKind("eljur", "diary", "Дневник", "pupil", {"attendance": ("code",), "lessons": ("topic",)})
    assert lacking([kind]) == ["eljur__diary.csv: attendance"]


@pytest.mark.parametrize(
    ("system", "export_kind", "code", "meaning"),
    [
        ("sgo", "studenttotal", "ОТ", "unknown_reason"),
        ("sgo", "studenttotal", "уп", "excused"),
        ("sgo", "studenttotal", "Н", None),
        ("ves_klass", "class_report", "Н", "unexcused"),
        ("ves_klass", "class_report", "H", "unexcused"),
        ("ves_klass", "class_report", "O", "late"),
        ("journal_csv", "journal_csv", "Н", "unknown_reason"),
        ("eljur", "journal_csv", "н", "unknown_reason"),
        ("journal_csv", "journal_csv", "present", "present"),
        ("journal_csv", "journal_csv", "not_recorded", "not_recorded"),
        ("journal_csv", "journal_csv", "Ъ", None),
    ],
)
def test_a_code_means_what_its_source_says(system: str, export_kind: str, code: str, meaning: str | None) -> None:
    assert code_map.canonical(system, export_kind, "attendance", code) == meaning


# The school's own


def own(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "codes.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_a_school_adds_codes_and_says_otherwise(tmp_path: Path) -> None:
    before = school_codes.load().height
    own(
        tmp_path,
        "sgo,studenttotal,attendance,ДО,remote,учительская",
        "sgo,studenttotal,attendance,yп,unexcused,приказ 12",  # Latin y: the same code as УП
        "sgo,studenttotal,work_type,Диктант,written,",
    )
    school_codes.use(tmp_path)
    assert code_map.canonical("sgo", "studenttotal", "attendance", "до") == "remote"
    assert code_map.canonical("sgo", "studenttotal", "attendance", "УП") == "unexcused"
    assert code_map.canonical("sgo", "studenttotal", "attendance", "Б") == "ill"
    assert code_map.canonical("sgo", "studenttotal", "work_type", "диктант") == "written"
    assert code_map.canonical("ves_klass", "class_report", "attendance", "ДО") is None
    frame = school_codes.load(tmp_path)
    assert frame.height == before + 2
    assert frame.filter(confidence="school").height == 3
    assert frame.equals(school_codes.load(tmp_path / "codes.csv"))


def test_without_a_file_only_the_shipped_maps_stand(tmp_path: Path) -> None:
    school_codes.use(tmp_path)
    assert school_codes.load(tmp_path).equals(school_codes.load())
    assert code_map.canonical("sgo", "studenttotal", "attendance", "ДО") is None


def test_another_home_forgets_the_first(tmp_path: Path) -> None:
    own(tmp_path, "sgo,studenttotal,attendance,ДО,remote,")
    school_codes.use(tmp_path)
    assert code_map.codes("sgo", "studenttotal")["ДО"] == "remote"
    school_codes.use(None)
    assert "ДО" not in code_map.codes("sgo", "studenttotal")


def test_a_source_that_only_the_school_knows_keeps_the_usual_codes(tmp_path: Path) -> None:
    own(tmp_path, "eljur,journal_csv,attendance,ДО,remote,", "eljur,journal_csv,attendance,Н,unexcused,так печатают")
    school_codes.use(tmp_path)
    meanings = [code_map.canonical("eljur", "journal_csv", "attendance", code) for code in ("ДО", "Н", "УП")]
    assert meanings == ["remote", "unexcused", "excused"]
    assert code_map.canonical("eljur", "journal_csv", "mark", "зач") == "credit"
    assert code_map.canonical("journal_csv", "journal_csv", "attendance", "Н") == "unknown_reason"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path, encoding: str) -> None:
    text = HEADER.replace(",", ";") + "sgo;studenttotal;attendance; ДО ;remote;«учительская; 12»\r\n\r\n;;;;;\r\n"
    (tmp_path / "codes.csv").write_bytes(text.replace("«учительская; 12»", '"учительская; 12"').encode(encoding))
    (row,) = school_codes.load(tmp_path).filter(confidence="school").rows()
    assert row == ("sgo", "studenttotal", "attendance", "ДО", "remote", "school", "учительская; 12")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            ["sgo,studenttotal,attendance,ДО,дистанционно,"],
            "строка 2: значение «дистанционно» неизвестно; есть: present",
        ),
        (["sgo,studenttotal,пропуск,ДО,remote,"], "строка 2: область «пропуск» неизвестна; есть: attendance, mark"),
        (["sgo,studenttotal,attendance,ДО,,"], "строка 2: не заполнен столбец canonical"),
        ([",,attendance,ДО,remote,"], "строка 2: не заполнен столбец system, export_kind"),
        (["sgo,studenttotal,attendance,ДО"], "строка 2: В строке столбцов: 4, а в заголовке: 6"),
        (["sgo,studenttotal,mark,Н,2,"], "строка 2: код «Н» не может значить «2»"),
        (["sgo,studenttotal,mark,.,2,"], "код «.» не может значить «2»"),
        (["sgo,studenttotal,mark,3,2,"], "код «3» не может значить «2»"),
        (["sgo,studenttotal,mark,5,credit,"], "код «5» не может значить «credit»"),
        (
            ["sgo,studenttotal,attendance,ДО,remote,", "sgo,studenttotal,attendance,дo,ill,"],
            "строка 3: код «дo» уже внесён в строке 2 с другим значением",
        ),
    ],
)
def test_a_broken_line_is_refused_with_its_number(tmp_path: Path, rows: list[str], told: str) -> None:
    own(tmp_path, *rows)
    with pytest.raises(SettingsError) as raised:
        school_codes.use(tmp_path)
    assert told in str(raised.value)
    assert "codes.csv" in str(raised.value)
    with pytest.raises(SettingsError):
        school_codes.load(tmp_path)


def test_all_broken_lines_are_told_at_once(tmp_path: Path) -> None:
    good = "sgo,studenttotal,attendance,ДО,remote,"
    own(tmp_path, "sgo,studenttotal,attendance,А,1,", good, "sgo,studenttotal,x,Б,ill,", "короткая")
    with pytest.raises(SettingsError) as raised:
        school_codes.load(tmp_path)
    assert [line for line in ("строка 2", "строка 3", "строка 4", "строка 5") if line in str(raised.value)] == [
        "строка 2", "строка 4", "строка 5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "нет столбца system"),
        (b"system,export_kind,scope,raw_code,source\n", "нет столбца canonical"),
        (b"PK\x03\x04\x00\x00", "повреждён"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "codes.csv").write_bytes(data)
    with pytest.raises(SettingsError, match=told):
        school_codes.use(tmp_path)


def test_equal_repeated_lines_are_no_fault(tmp_path: Path) -> None:
    own(tmp_path, *["sgo,studenttotal,attendance,ДО,remote,"] * 2)
    assert school_codes.load(tmp_path).filter(confidence="school").height == 1


def test_the_digest_tells_a_changed_map(tmp_path: Path) -> None:
    shipped = school_codes.digest()
    assert school_codes.digest(tmp_path) == shipped
    own(tmp_path, "sgo,studenttotal,attendance,ДО,remote,")
    first = school_codes.digest(tmp_path)
    own(tmp_path, "sgo,studenttotal,attendance,ДО,ill,")
    assert len({shipped, first, school_codes.digest(tmp_path)}) == 3


def test_a_worker_process_sees_the_school_s_codes(tmp_path: Path) -> None:
    own(tmp_path, "sgo,studenttotal,attendance,ДО,remote,")
    with ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=school_codes.use, initargs=(tmp_path,)
    ) as pool:
        assert pool.submit(code_map.canonical, "sgo", "studenttotal", "attendance", "ДО").result() == "remote"
