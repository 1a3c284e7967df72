"""Names that nothing knows: told once, with the known name they are like, and only where there is something to know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.school_names import Named, Names, known
from ingest.school_words import MOST_NAMES, doubt_lines
from tests.conftest import Run
from tests.school_book import DAY, Edited, entry, exported, journal, names_of, published, put_in_service
from warehouse.registers.entries import Entry
from warehouse.registers.journal import Journal
from warehouse.settings import School, Settings


@pytest.fixture
def names(tmp_path: Path) -> Names:
    return names_of(tmp_path)


def lines(names: Names, *entries: Entry, shown: tuple[str, ...] = ()) -> list[str]:
    told = [(one.definition.title, number, one) for number, one in enumerate(entries, start=4)]
    return list(doubt_lines(names.doubts(told, shown)))


def leave(teacher: str) -> Entry:
    return entry("teacher_absences", teacher=teacher, starts_on=DAY)


def release(pupil: str, class_: str, subject: str = "Алгебра") -> Entry:
    return entry("releases", pupil=pupil, class_=class_, subject=subject, starts_on=DAY)


@pytest.mark.parametrize("teacher", ["Ёлкина Анна Петровна", "елкина  анна петровна", "Юрьев Ян"])
def test_a_known_name_is_known_in_any_spelling(names: Names, teacher: str) -> None:
    assert lines(names, leave(teacher)) == []


OTHER = "если это другой {}, ничего делать не нужно"
RIGHT = "если имя верное, ничего делать не нужно"
SHORT = "имя неполное, лучше написать его целиком"


@pytest.mark.parametrize(
    ("told", "what", "more"),
    [
        (leave("Ёлкина Ана Петровна"), "учителя «Ёлкина Ана Петровна»",
         ["похоже на «Ёлкина Анна Петровна»", OTHER.format("человек")]),
        (leave("Ёлкина А.П."), "учителя «Ёлкина А.П.»",
         ["похоже на «Ёлкина Анна Петровна»", SHORT, OTHER.format("человек")]),
        (leave("Совсем Иной Человек"), "учителя «Совсем Иной Человек»", [RIGHT]),
        (entry("outages", starts_at=DAY, class_="99Щ"), "класса «99Щ»", [RIGHT]),
        (entry("outages", starts_at=DAY, subject="Алгибра"), "предмета «Алгибра»",
         ["похоже на «Алгебра»", OTHER.format("предмет")]),
        (entry("periods", kind="каникулы", starts_on=DAY, ends_on=DAY, classes="7 «Б», 17Б"), "класса «17Б»",
         ["похоже на «7Б»", OTHER.format("класс")]),
    ],
    ids=["slip", "initials", "alone", "class", "subject", "classes"],
)  # fmt: skip
def test_a_new_name_is_told_with_the_one_it_is_like(names: Names, told: Entry, what: str, more: list[str]) -> None:
    (line,) = lines(names, told)
    assert line == f"Новое имя: {what} нет ни в одной выгрузке; {'; '.join(more)} – {told.definition.title}, строка 4"


def test_a_short_word_of_a_subject_leads_to_its_full_name(names: Names) -> None:
    names.add([Named("subject", "Физическая культура")])
    assert lines(names, entry("outages", starts_at=DAY, subject="Физкультура")) == []
    (line,) = lines(names, entry("outages", starts_at=DAY, subject="Физра"))
    assert "похоже на «Физическая культура»" in line


def test_a_name_is_told_once_with_every_place(names: Names) -> None:
    (line,) = lines(names, leave("Иная Анна"), leave("иная анна"), entry(
        "substitutions", date=DAY, lesson_number=1, class_="7Б", subject="Алгебра", teacher="Юрьев Ян",
        substitute="Иная Анна", kind="замена"))  # fmt: skip
    assert line.endswith(" – Отсутствие учителей, строки 4, 5; Замены, строка 6")


def test_what_its_own_sheet_introduces_is_summed_up_and_not_warned_of_elsewhere(names: Names) -> None:
    told = lines(
        names,
        leave("Новая Нина Ивановна"),
        *(entry("teaching_assignments", teacher=teacher, subject="Труд", class_="5А")
          for teacher in ("Новая Нина Ивановна", "Юрьев Ян", "Ёлкина Анна Петровн")),
        entry("grading", subject="Труд", graded="отметки"),
        entry("classes", class_="5А"),
        *(entry("enrollments", pupil=f"Новый{letter} Ученик", class_="5А") for letter in "абвгдеж"),
    )  # fmt: skip
    assert told[:3] == [
        "Новых классов: 1 – «5А»",
        "Новых предметов: 1 – «Труд»",
        "Новых учителей: 2 – «Ёлкина Анна Петровн» (похоже на «Ёлкина Анна Петровна»), «Новая Нина Ивановна»",
    ]
    assert told[3].startswith("Новых учеников: 7 – «Новыйа Ученик»")
    assert told[3].endswith("… и ещё 2")
    assert told[3].count("«") == MOST_NAMES
    assert len(told) == 4


def test_a_teacher_on_the_sheet_of_classes_alone_is_warned_of(names: Names) -> None:
    (line,) = lines(names, entry("classes", class_="7Б", teacher="Новая Нина Ивановна"))
    assert line.startswith("Новое имя: учителя")


def test_a_pupil_is_known_with_his_class_and_goes_up_with_it(names: Names) -> None:
    assert lines(names, release("Абрамова Зоя", "7б")) == []
    last_year = entry("releases", pupil="Абрамова Зоя", class_="6Б", subject="Химия", starts_on="06.10.2024")
    assert not any("ученика" in line for line in lines(names, last_year))
    (line,) = lines(names, release("Абрамова Зоя", "10А"))
    assert "ученика «Абрамова Зоя» (10А) нет ни в одной выгрузке; такое имя есть в 7Б" in line


def test_the_name_of_a_child_is_told_only_where_it_stands_in_the_person_s_own_file(names: Names) -> None:
    slip = release("Абромова Зоя", "7Б")
    (hidden,) = lines(names, slip)
    assert "Абрамова" not in hidden
    assert "в этом классе есть похожее имя, сверьте его с журналом" in hidden
    (open_,) = lines(names, slip, shown=("Абрамова Зоя",))
    assert "похоже на «Абрамова Зоя»" in open_


def test_what_stands_in_a_register_is_known(tmp_path: Path) -> None:
    journal(tmp_path, leave("Новая Нина Ивановна"))
    assert lines(names_of(tmp_path), leave("Новая Нина Ивановна")) == []


def test_an_empty_school_knows_nothing_to_compare_with_and_short_names_are_told_all_the_same() -> None:
    assert lines(Names(), leave("Иная Анна"), release("Кто То", "99Щ", "Физра")) == []
    (line,) = lines(Names(), leave("Иная А. П."))
    assert line.startswith("«Иная А. П.» – Отсутствие учителей, строка 4. Имя неполное: после сборки проверьте")


def test_a_school_of_registers_alone_is_as_empty(tmp_path: Path) -> None:
    entered = journal(tmp_path, leave("Юрьев Ян"))
    assert lines(known(Settings(entered.folder.parent.parent), "s1"), leave("Иная Анна")) == []


WORDS = st.text("абвёжАБЁ", min_size=2, max_size=6)


SPELLINGS = st.sampled_from([str.upper, str.lower, lambda text: text.replace("ё", "е")])


@given(st.lists(WORDS, min_size=2, max_size=3), SPELLINGS)
@settings(max_examples=60, deadline=None)
def test_no_spelling_of_a_known_teacher_is_new(words: list[str], spell: Callable[[str], str]) -> None:
    names = Names(DAY)
    names.add([Named("teacher", " ".join(words))])
    assert not any(one.is_new for one in names.doubts([("", 0, leave(spell("  ".join(words))))]))


# On the command line


@pytest.fixture
def school(home: Path, tmp_path: Path) -> Settings:
    put_in_service(home, tmp_path)
    return Settings(home).add_school(School("s1", "СОШ № 1"))


def test_the_command_enters_a_new_name_and_warns(run_zavuch: Run, school: Settings) -> None:
    done = run_zavuch("register", "add", "leave", "--teacher", "Ёлкина Ана Петровна", "--from", "06.10.2025")
    assert (done.returncode, done.stdout.startswith("Внесено: ")) == (0, True), done.stderr
    assert "похоже на «Ёлкина Анна Петровна»; если это другой человек, ничего делать не нужно\n" in done.stdout
    usual = run_zavuch("register", "add", "leave", "--teacher", "Ёлкина Анна Петровна", "--from", "06.10.2025")
    assert "Новое имя" not in usual.stdout
    short = run_zavuch("register", "add", "leave", "--teacher", "Юрьев", "--from", "06.10.2025")
    assert "похоже на «Юрьев Ян»; имя неполное" in short.stdout
    odd = run_zavuch("register", "add", "leave", "--teacher", "Юрьев Ян", "--from", "06.10.1925")
    assert odd.returncode == 2
    assert "--from: В дате «06.10.1925» не тот год. Возможны годы с 1995 по 2030" in odd.stderr


def test_the_plan_names_what_is_new_before_anything_changes(run_zavuch: Run, school: Settings, tmp_path: Path) -> None:
    book = Edited(exported(Journal(school, "s1"), published(tmp_path)))
    row = book.add("teacher_absences", teacher="Ёлкина А. П.", starts_on=DAY)
    book.add("releases", pupil="Абромова Зоя", class_="7Б", starts_on=DAY)
    file = tmp_path / "книга.xlsx"
    file.write_bytes(book.bytes())
    told = run_zavuch("workbook", "import", file)
    assert "похоже на «Ёлкина Анна Петровна»; имя неполное" in told.stdout, told.stderr
    assert f"– Отсутствие учителей, строка {row}" in told.stdout
    assert "похоже на «Абрамова Зоя»" in told.stdout  # it stands in the book itself
    assert told.stdout.index("Новое имя") < told.stdout.index("Что изменится")
    assert Journal(school, "s1").files() == []
