"""The remarks documents, as files that are opened and read."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from exports.remarks import UnknownTeacherError, remarks
from tests.exports.school_file import AS_OF, build, days, finding, remark, term

IVANOVA = ("t1", "Иванова А. П.")
PETROV = ("t2", "Петров-Водкин К. С.")
GOOD = ("t3", "Щёголева Ё. Ю.")
LINE = "7Б, физика: 6 уроков без темы, 03–14.11"
CLAUSE = {"clause": "п. 2.7", "quote": "заполняет темы уроков"}


@pytest.fixture
def school(tmp_path: Path) -> Path:
    found = [finding(IVANOVA, day, **CLAUSE) for day in (*days(5), date(2025, 11, 14))]
    check = {"severity": "check", "rule": "day_absent_but_one", "verdict": "violated", "status": "violated"}
    found.append(finding(IVANOVA, date(2025, 11, 5), pupil_name="Ёлкин Пётр", **check))
    found += [finding(IVANOVA, day, status="excused", excuse="не учтено: больничный") for day in days(3)]
    found += [finding(IVANOVA, day, verdict="undetermined", status="undetermined") for day in days(2)]
    lines = [
        remark(IVANOVA, LINE, **CLAUSE),
        remark(
            IVANOVA, "7Б: 1 день ученика с пропуском всех уроков, кроме одного, 05.11", severity="check", n=1,
            rule="day_absent_but_one", verdict="violated", date_from=date(2025, 11, 5), date_to=date(2025, 11, 5),
        ),
        remark(IVANOVA, "средние не сходятся", severity="data", rule="averages_disagree"),
        remark(PETROV, "10А, физика: 1 урок без темы, 03.11", class_name="10А", class_id="10А", n=1),
        remark(PETROV, "9А, физика: 1 урок без темы, 03.11", class_name="9А", class_id="9А", n=1),
    ]  # fmt: skip
    terms = [term(IVANOVA, 103, excused=3), term(IVANOVA, 12, 12), term(PETROV), term(GOOD, 300, 300)]
    return build(tmp_path / "школа 1.duckdb", remarks=lines, findings=found, terms=terms)


def text_of(path: Path) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(path).pages))


def sheet_of(path: Path) -> Worksheet:
    return openpyxl.load_workbook(path).worksheets[0]


def cells(path: Path) -> list[str]:
    return [str(cell.value) for row in sheet_of(path).iter_rows() for cell in row if cell.value is not None]


def pdf(school: Path, folder: Path, teacher: tuple[str, str]) -> str:
    (path,) = remarks(school, folder, teacher=teacher[0], formats=("pdf",)).files
    return text_of(path)


def test_every_teacher_gets_both_files(school: Path, tmp_path: Path) -> None:
    written = remarks(school, tmp_path / "на подпись").files

    assert [path.name for path in written] == [
        "Замечания 01.09.2025–14.11.2025 Иванова А. П.pdf",
        "Замечания 01.09.2025–14.11.2025 Иванова А. П.xlsx",
        "Замечания 01.09.2025–14.11.2025 Петров-Водкин К. С.pdf",
        "Замечания 01.09.2025–14.11.2025 Петров-Водкин К. С.xlsx",
        "Замечания 01.09.2025–14.11.2025 Щёголева Ё. Ю.pdf",
        "Замечания 01.09.2025–14.11.2025 Щёголева Ё. Ю.xlsx",
    ]
    assert sorted(path.name for path in (tmp_path / "на подпись").iterdir()) == sorted(path.name for path in written)


def test_paper_says_all_that_is_needed(school: Path, tmp_path: Path) -> None:
    text = pdf(school, tmp_path, IVANOVA)

    for part in (
        "МБОУ СОШ № 1 г. Образцова", "Замечания по ведению журнала", "№ п/п", "Учитель Иванова А. П.",
        "Учебный год 2025/2026", "Период 01.09.2025–14.11.2025", "Данные на 14.11.2025 07:00",
        "Записей со сроком 112, из них можно судить о 108 (96 %)", "Дата и замечание", "Пункт положения",
        LINE, "03.11, 05.11, 07.11, 09.11, 11.11, 14.11", "п. 2.7", "п. 2.7 — «заполняет темы уроков»",
        "Просим проверить", "Ёлкин Пётр", "Ориентир программы; в положении не указан.",
        "Не учтено:", "больничный — записей: 3 (03.11–07.11)",
        "по выгрузкам не определить, внесено ли в срок — записей: 2 (03.11–05.11)",
        "Заместитель директора", "Ознакомлен(а)", "подпись", "стр. 1 из 1",
    ):  # fmt: skip
        assert part in text
    assert text.index(LINE) < text.index("Просим проверить") < text.index("Не учтено")
    assert "средние не сходятся" not in text
    assert "Замечаний нет" not in text


def test_sheet_without_remarks_says_so(school: Path, tmp_path: Path) -> None:
    text = pdf(school, tmp_path, GOOD)
    assert "Замечаний нет." in text
    assert "300, из них можно судить о 300 (100 %)" in text
    assert "Пункт положения" not in text


def test_only_checks_are_no_remarks(tmp_path: Path) -> None:
    line = remark(IVANOVA, "7Б: 1 урок без записей", severity="check", rule="lesson_without_records")
    text = pdf(build(tmp_path / "s.duckdb", remarks=[line]), tmp_path, IVANOVA)
    assert text.index("Замечаний нет.") < text.index("Просим проверить") < text.index("1 урок без записей")


def test_long_clause_is_shortened_in_the_column_and_whole_below(tmp_path: Path) -> None:
    basis = "Установлено школой; в положении срок не указан"
    lines = [remark(IVANOVA, "первое", clause=basis), remark(IVANOVA, "второе", clause=basis)]
    file = build(tmp_path / "s.duckdb", remarks=lines)
    (book,) = remarks(file, tmp_path, teacher="t1", formats=("xlsx",)).files
    assert pdf(file, tmp_path, IVANOVA).count("срок не указан") == 1
    assert cells(book).count("Установлено школой") == 2
    assert cells(book).count(f"{basis}.") == 1


def test_classes_stand_in_school_order(school: Path, tmp_path: Path) -> None:
    text = pdf(school, tmp_path, PETROV)
    assert text.index("9А, физика") < text.index("10А, физика")


def test_findings_of_two_clauses_stand_in_two_lines(tmp_path: Path) -> None:
    first, second = days(2), days(2, date(2025, 12, 1))
    lines = [
        remark(IVANOVA, "по-прежнему", n=2, date_from=first[0], date_to=first[-1], **CLAUSE),
        remark(IVANOVA, "по-новому", n=2, date_from=second[0], date_to=second[-1]),
    ]
    found = [finding(IVANOVA, day, **CLAUSE) for day in first] + [finding(IVANOVA, day) for day in second]
    text = pdf(build(tmp_path / "s.duckdb", remarks=lines, findings=found), tmp_path, IVANOVA)
    assert "03.11, 05.11" in text
    assert "01.12, 03.12" in text


def test_places_are_left_out_when_findings_do_not_fit_the_line(tmp_path: Path) -> None:
    found = [finding(IVANOVA, day) for day in days(4)]
    file = build(tmp_path / "s.duckdb", remarks=[remark(IVANOVA, LINE)], findings=found)
    assert "05.11" not in pdf(file, tmp_path, IVANOVA)


def test_check_over_days_names_day_and_pupil(tmp_path: Path) -> None:
    own = {"severity": "check", "rule": "day_absent_but_one", "verdict": "violated"}
    line = remark(IVANOVA, "7Б: 3 дня учеников", n=3, **own)
    found = [finding(IVANOVA, day, status="violated", pupil_name="Ёлкин Пётр", **own) for day in days(3)]
    text = pdf(build(tmp_path / "s.duckdb", remarks=[line], findings=found), tmp_path, IVANOVA)
    assert "03.11 Ёлкин Пётр, 05.11 Ёлкин Пётр, 07.11 Ёлкин Пётр" in text


def test_marks_of_one_day_are_counted(tmp_path: Path) -> None:
    own = {"rule": "ordinary_mark", "verdict": "late"}
    found = [finding(IVANOVA, day, status="late", pupil_name=f"У {k}", **own) for day in days(2) for k in range(3)]
    line = remark(IVANOVA, "6 отметок", **own)
    assert "03.11 ×3, 05.11 ×3" in pdf(build(tmp_path / "s.duckdb", remarks=[line], findings=found), tmp_path, IVANOVA)


def test_nothing_to_judge_by_is_said(tmp_path: Path) -> None:
    text = pdf(build(tmp_path / "s.duckdb", terms=[term(IVANOVA, 50, 0)]), tmp_path, IVANOVA)
    assert "50, по этим выгрузкам о сроках судить нельзя" in text


def test_pupils_are_named_where_days_do_not_tell(tmp_path: Path) -> None:
    day = date(2025, 10, 31)
    line = remark(IVANOVA, "25 отметок за период не выставлено", rule="period_mark_missing", n=25, date_from=day)
    found = [
        finding(IVANOVA, day, rule="period_mark_missing", pupil_name=f"Ученик {k:02d}", verdict="missing")
        for k in range(25)
    ]
    file = build(tmp_path / "s.duckdb", remarks=[line | {"date_to": day}], findings=found)
    text = pdf(file, tmp_path, IVANOVA)
    (book,) = remarks(file, tmp_path, teacher="t1", formats=("xlsx",)).files
    assert "Ученик 19 и ещё 5" in text
    assert any("Ученик 24" in cell for cell in cells(book))


def test_long_table_repeats_its_header_and_keeps_signatures_with_content(tmp_path: Path) -> None:
    lines, found = [], []
    for k in range(60):
        name = f"{5 + k // 9}{'АБВ'[k % 3]}"
        subject = ("алгебра", "иностранный язык (английский)", "физика")[k // 3 % 3]
        own = {"class_id": name, "class_name": name, "subject_id": subject, "subject_name": subject}
        lines.append(remark(IVANOVA, f"{name}, {subject}: 6 уроков без темы, 03–13.11", n=6, **own))
        lines[-1]["date_to"] = date(2025, 11, 13)
        found += [finding(IVANOVA, day, class_id=name, subject_id=subject) for day in days(6)]
    (path,) = remarks(
        build(tmp_path / "s.duckdb", remarks=lines, findings=found), tmp_path, teacher="t1", formats=("pdf",)
    ).files
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(path).pages]

    assert len(pages) == 3
    assert all("Отметка о выполнении" in page for page in pages)
    assert [f"стр. {n} из 3" in page for n, page in enumerate(pages, start=1)] == [True] * 3
    assert "Заместитель директора" in pages[-1]
    assert "6 уроков без темы" in pages[-1]


@pytest.mark.parametrize("n", range(18, 30))
def test_signatures_never_stand_alone(n: int, tmp_path: Path) -> None:
    lines = [remark(IVANOVA, f"{k} урок без темы", **CLAUSE) for k in range(n)]
    (path,) = remarks(build(tmp_path / "s.duckdb", remarks=lines), tmp_path, teacher="t1", formats=("pdf",)).files
    last = PdfReader(path).pages[-1].extract_text()
    assert "Заместитель директора" in last
    assert "заполняет темы уроков" in last


def test_fonts_are_ours_and_embedded(school: Path, tmp_path: Path) -> None:
    (path,) = remarks(school, tmp_path, teacher="t1", formats=("pdf",)).files
    names = set()
    for page in PdfReader(path).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            names.add(str(descriptor["/FontName"]).split("+")[1])
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
    assert names == {"PTSans-Regular", "PTSans-Bold", "PTSerif-Bold"}


def test_pdf_is_a4_portrait_small_and_dated_by_its_data(school: Path, tmp_path: Path) -> None:
    (path,) = remarks(school, tmp_path, teacher="t1", formats=("pdf",)).files
    reader = PdfReader(path)
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    assert reader.metadata is not None
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.replace(tzinfo=None) == AS_OF
    assert path.stat().st_size < 100_000


def test_workbook_holds_the_same_lines_and_is_ready_to_print(school: Path, tmp_path: Path) -> None:
    (path,) = remarks(school, tmp_path, teacher="t1", formats=("xlsx",)).files
    sheet = sheet_of(path)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=4)]
    head = next(k for k, row in enumerate(rows) if row[0] == "№ п/п")

    assert rows[head] == ["№ п/п", "Дата и замечание", "Пункт положения", "Отметка о выполнении"]
    assert rows[head + 1][:3] == ["1", f"{LINE}\n03.11, 05.11, 07.11, 09.11, 11.11, 14.11", "п. 2.7"]
    assert any("Иванова А. П." in str(row[1]) for row in rows[:head])
    assert sheet.freeze_panes == f"A{head + 2}"
    assert sheet.print_title_rows == f"${head + 1}:${head + 1}"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.column_dimensions["B"].width > 50
    assert sheet.cell(head + 2, 2).alignment.wrap_text
    texts = cells(path)
    for part in ("Просим проверить", "Не учтено:", "• больничный — записей: 3 (03.11–07.11)", "Ёлкин Пётр"):
        assert any(part in text for text in texts)


def test_workbook_takes_nothing_for_a_formula(tmp_path: Path) -> None:
    evil = ("t1", "=HYPERLINK(1)")
    file = build(tmp_path / "s.duckdb", remarks=[remark(evil, "=1+1"), remark(evil, "+7", clause="@SUM(A1)")])
    (path,) = remarks(file, tmp_path, teacher="t1", formats=("xlsx",)).files
    sheet = sheet_of(path)
    risky = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(("=", "+", "@"))]
    assert len(risky) == 3
    assert {cell.data_type for cell in risky} == {"s"}
    assert all(cell.quotePrefix for cell in risky)


def test_same_data_give_the_same_bytes(school: Path, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in remarks(school, tmp_path / "a").files]
    assert first == [path.read_bytes() for path in remarks(school, tmp_path / "b").files]
    assert first == [path.read_bytes() for path in remarks(school, tmp_path / "a").files]
    assert not list((tmp_path / "a").glob("*.part"))


def test_one_teacher_alone_gets_the_same_file_as_with_all(school: Path, tmp_path: Path) -> None:
    everybody = {path.name: path.read_bytes() for path in remarks(school, tmp_path / "a").files}
    alone = remarks(school, tmp_path / "b", teacher="Петров").files
    assert {path.name: path.read_bytes() for path in alone} == {
        name: content for name, content in everybody.items() if "Петров" in name
    }


def test_out_may_name_the_file(school: Path, tmp_path: Path) -> None:
    out = tmp_path / "новая" / "Лист.PDF"
    assert remarks(school, out, teacher="иванова").files == (out,)
    assert out.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("wanted", ["t1", "Иванова А. П.", "иванова", "ИВАНОВА А", "Иванова А.П."])
def test_teacher_is_found_by_id_name_or_beginning(wanted: str, school: Path, tmp_path: Path) -> None:
    (path,) = remarks(school, tmp_path, teacher=wanted, formats=("pdf",)).files
    assert path.name == "Замечания 01.09.2025–14.11.2025 Иванова А. П.pdf"


def test_unknown_teacher_is_told_who_may_be_meant_but_not_in_the_message(school: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownTeacherError) as raised:
        remarks(school, tmp_path, teacher="Ивонова")
    assert raised.value.suggestions == ("Иванова А. П. (t1)",)
    assert "Иванова" not in str(raised.value)
    assert "Иванова А. П. (t1)" in raised.value.advice


def test_beginning_that_fits_two_is_refused(tmp_path: Path) -> None:
    file = build(tmp_path / "s.duckdb", terms=[term(IVANOVA), term(("t9", "Иванов Б. Б."))])
    with pytest.raises(UnknownTeacherError) as raised:
        remarks(file, tmp_path, teacher="Иван")
    assert raised.value.suggestions == ("Иванов Б. Б. (t9)", "Иванова А. П. (t1)")
    assert "2" in str(raised.value)


@pytest.mark.parametrize("wanted", ["", "  .", "Ю"])
def test_asking_for_nobody_is_an_error(wanted: str, school: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownTeacherError):
        remarks(school, tmp_path, teacher=wanted)


def test_odd_names_and_namesakes_get_files_of_their_own(tmp_path: Path) -> None:
    names = [
        ("t1", "Иванова А. П."), ("t2", "иванова А. П."), ("t:3", "Иванова А. П."), ("t4", "О'Нил, «Пётр» \"Пит\" М."),
        ("t5", "a/b\\..\\c:?*<>|"), ("t6", "Очень-Длинная " * 30), ("t7", "Очень-Длинная " * 30), ("t8", "..."),
        ("", "учитель не указан в выгрузке"),
    ]  # fmt: skip
    file = build(tmp_path / "s.duckdb", terms=[term(name) for name in names])
    written = remarks(file, tmp_path / "out", formats=("xlsx",)).files

    assert len({path.name.casefold() for path in written}) == len(names)
    for path in written:
        assert path.parent == tmp_path / "out"
        assert len(path.name.encode()) < 255
        assert not re.search(r'[<>:"/\\|?*]', path.name)
        assert path.exists()


def test_newest_academic_year_is_meant_unless_said(tmp_path: Path) -> None:
    old = {"academic_year": "2024/2025", "date_from": date(2025, 3, 3)}
    lines = [remark(IVANOVA, "прошлогоднее", **old), remark(IVANOVA, LINE)]
    file = build(tmp_path / "s.duckdb", remarks=lines, terms=[term(PETROV, academic_year="2024/2025")])
    (path,) = remarks(file, tmp_path / "new", formats=("pdf",)).files
    assert "прошлогоднее" not in text_of(path)
    assert "Период 03.11.2025" in text_of(path)
    both = remarks(file, tmp_path / "old", formats=("pdf",), academic_year="2024/2025").files
    assert ["прошлогоднее" in text_of(path) for path in both] == [True, False]


def test_empty_school_has_no_sheets(tmp_path: Path) -> None:
    assert remarks(build(tmp_path / "s.duckdb"), tmp_path / "out").files == ()


def test_school_file_is_closed_afterwards(school: Path, tmp_path: Path) -> None:
    remarks(school, tmp_path / "out")
    with duckdb.connect(school) as connection:
        connection.execute("create table free (x integer)")


def test_unknown_format_is_refused(school: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="docx"):
        remarks(school, tmp_path, formats=("docx",))


def test_sheet_speaks_english(school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZAVUCH_LANG", "en")
    text = pdf(school, tmp_path, IVANOVA)
    for part in ("Remarks on journal keeping", "Teacher Иванова А. П.", "Clause", "Please check", "page 1 of 1"):
        assert part in text


# The school and its people


DETAILS = {
    "full_name": "Муниципальное бюджетное общеобразовательное учреждение «Школа № 12» города Образцова",
    "deputy": "Лебедева Ольга Викторовна",
}


def test_full_name_and_who_signs_stand_on_both_papers(tmp_path: Path) -> None:
    file = build(tmp_path / "s.duckdb", remarks=[remark(IVANOVA, LINE)], details=DETAILS)
    (book,) = remarks(file, tmp_path, teacher="t1", formats=("xlsx",)).files
    for text in (pdf(file, tmp_path, IVANOVA), " ".join(cells(book))):
        assert DETAILS["full_name"] in text.replace("- ", "")
        assert re.search(r"Заместитель директора по УВР[ _/]*Лебедева О. В.", text)
        assert re.search(r"Ознакомлен\(а\)[ _/]*Иванова А. П.", text)


def test_a_name_that_is_not_known_is_an_empty_line(school: Path, tmp_path: Path) -> None:
    (book,) = remarks(school, tmp_path, teacher="t1", formats=("xlsx",)).files
    assert any(text.startswith("Заместитель директора по УВР ____") and "/ ____" in text for text in cells(book))


def test_a_file_of_an_older_zavuch_has_no_particulars(school: Path, tmp_path: Path) -> None:
    with duckdb.connect(school) as connection:
        connection.execute("drop table reports.rpt_document__school_details")
    assert "МБОУ СОШ № 1 г. Образцова" in pdf(school, tmp_path, IVANOVA)


# From which day, and what lies in the folder already


def test_the_period_never_begins_before_remarks_do(tmp_path: Path) -> None:
    file = build(
        tmp_path / "s.duckdb", remarks=[remark(IVANOVA, LINE)], remarks_from=date(2025, 11, 3),
        terms=[term(IVANOVA, 100, 90), term(IVANOVA, 40, 30, week_start=date(2025, 11, 3))],
    )  # fmt: skip
    (path,) = remarks(file, tmp_path, teacher="t1", formats=("pdf",)).files
    assert "03.11.2025–14.11.2025" in path.name
    text = text_of(path)
    assert "Период 03.11.2025–14.11.2025 (замечания ведём с 03.11.2025)" in text
    assert "Записей со сроком 40, из них можно судить о 30 (75 %)" in text
    later = build(tmp_path / "s.duckdb", remarks=[remark(IVANOVA, LINE)], remarks_from=date(2025, 12, 1))
    assert "01.12.2025–01.12.2025" in pdf(later, tmp_path, IVANOVA)


def test_sheets_of_the_same_days_are_replaced_whole(school: Path, tmp_path: Path) -> None:
    first = remarks(school, tmp_path / "листы")
    assert (first.sheets, first.with_remarks, first.replaced, first.put_away) == (3, 2, 0, ())
    build(school, remarks=[remark(PETROV, LINE)], terms=[term(PETROV), term(GOOD)])  # mended; Иванова is no teacher now
    second = remarks(school, tmp_path / "листы")
    assert (second.sheets, second.with_remarks, second.replaced) == (2, 1, 4)
    assert {path.name for path in second.put_away} == {path.name for path in first.files if "Иванова" in path.name}
    lying = sorted(path for path in (tmp_path / "листы").iterdir() if path.is_file())
    assert lying == sorted(second.files)
    assert {path.parent.name for path in second.put_away} == {"прежние"}


def test_earlier_sheets_are_put_away_and_nothing_else_is(school: Path, tmp_path: Path) -> None:
    folder = tmp_path / "листы"
    folder.mkdir()
    earlier = (
        "Замечания 01.09.2025–07.11.2025 Иванова А. П.pdf", "Замечания 01.09.2025–07.11.2025 Ушедшая А. А.xlsx",
        "Замечания Петров-Водкин К. С.pdf",
    )  # fmt: skip
    others = ("Замечания директора.pdf", "Замечания 01.09.2025–07.11.2025 Иванова А. П.docx", "план.xlsx")
    for name in (*earlier, *others):
        (folder / name).write_bytes(b"x")
    alone = remarks(school, folder, teacher="иванова")
    assert [path.name for path in alone.put_away] == [earlier[0]]
    everybody = remarks(school, folder)
    assert sorted(path.name for path in everybody.put_away) == sorted(earlier[1:])
    assert all((folder / name).exists() for name in others)
    assert sorted(path.name for path in (folder / "прежние").iterdir()) == sorted(earlier)


def test_what_is_below_the_norm_is_told_for_each_pupil(tmp_path: Path) -> None:
    day = date(2025, 10, 26)
    line = remark(IVANOVA, "7Б, физика: 2 ученика с числом отметок ниже нормы, 26.10", rule="marks_below_norm", n=2,
                  verdict="violated", date_from=day, date_to=day)  # fmt: skip
    found = [
        finding(IVANOVA, day, rule="marks_below_norm", verdict="violated", status="violated", pupil_name=name,
                finding=f"I четверть: {fact}") for name, fact in (
            ("Ёлкин Пётр", "1 отметка при норме 3 на 26.10"), ("Абрамова Зоя", "2 отметки при норме 3 на 26.10"))
    ]  # fmt: skip
    text = pdf(build(tmp_path / "s.duckdb", remarks=[line], findings=found), tmp_path, IVANOVA)
    assert "Абрамова Зоя (2 отметки при норме 3 на 26.10), Ёлкин Пётр (1 отметка при норме 3 на 26.10)" in text
    assert "Ориентир программы" in text
    assert "Установлено школой" not in text


def test_rows_of_the_workbook_are_as_high_as_their_texts(tmp_path: Path) -> None:
    many = [finding(IVANOVA, day) for day in days(20, step=1)]
    long = {"full_name": f"{DETAILS['full_name']} имени первого учителя Образцовского района"}
    file = build(tmp_path / "s.duckdb", remarks=[remark(IVANOVA, LINE, n=20)], findings=many, details=long)
    (book,) = remarks(file, tmp_path, teacher="t1", formats=("xlsx",)).files
    sheet = sheet_of(book)
    heights = {str(row[1].value)[:20]: sheet.row_dimensions[row[0].row].height for row in sheet.iter_rows()}
    one = heights["Учитель: Иванова А. П."[:20]]
    assert heights[LINE[:20]] > 3 * one
    assert heights[DETAILS["full_name"][:20]] > 1.5 * one


def test_every_finding_of_a_sheet_has_its_code_in_the_workbook(tmp_path: Path) -> None:
    found = [finding(IVANOVA, day, finding_id=f"topic_filled:l{day:%d%m}") for day in days(6)]
    check = {"severity": "check", "rule": "day_absent_but_one", "verdict": "violated", "status": "violated"}
    found.append(finding(
        IVANOVA, date(2025, 11, 5), pupil_name="Ёлкин Пётр", finding_id="day_absent_but_one:u1|2025-11-05", **check
    ))  # fmt: skip
    found.append(finding(IVANOVA, days(1)[0], status="withdrawn", finding_id="topic_filled:withdrawn"))
    of_check = {name: value for name, value in check.items() if name != "status"}
    lines = [remark(IVANOVA, LINE), remark(IVANOVA, "7Б: 1 день", n=1, **of_check)]
    file = build(tmp_path / "s.duckdb", remarks=lines, findings=found)
    (path,) = remarks(file, tmp_path, teacher="t1", formats=("xlsx",)).files
    book = openpyxl.load_workbook(path)
    first = book.worksheets[0]
    assert [cell.value for cell in first["E"] if cell.value] == [
        "Код", "кодов 6: лист «Коды»", "day_absent_but_one:u1|2025-11-05",
    ]  # fmt: skip
    assert first.print_area.endswith(f"$D${first.max_row}"), "codes are not printed"
    rows = [[cell.value for cell in row] for row in book["Коды"].iter_rows(min_row=3)]
    assert [row[4] for row in rows] == [one["finding_id"] for one in found[:7]]
    assert rows[0][:4] == ["1", "03.11.2025", "", LINE]
    assert rows[-1][:3] == ["2", "05.11.2025", "Ёлкин Пётр"]


def test_a_sheet_without_remarks_has_no_codes(school: Path, tmp_path: Path) -> None:
    (path,) = remarks(school, tmp_path, teacher=GOOD[0], formats=("xlsx",)).files
    assert openpyxl.load_workbook(path).sheetnames == ["Замечания"]
    assert "Код" not in cells(path)
