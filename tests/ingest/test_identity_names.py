"""Names as sources spell them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identity.names import parse


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("Тестов Алексей", "Тестов Алексей Иванович", True),
        ("Тестов А. И.", "Тестов Алексей Иванович", True),
        ("Тестов А.И.", "Тестов Алексей Иванович", True),
        ("Тестов А.", "Тестов Алексей", True),
        ("Тестов А. П.", "Тестов Алексей Иванович", False),
        ("Тестов Андрей", "Тестов Алексей Иванович", False),
        ("Тестов", "Тестов Алексей Иванович", False),
        ("Тестов Алексей Иванович", "Тестов Алексей Иванович", False),
        ("Тестова Алексей", "Тестов Алексей Иванович", False),
        ("Тестов-Пробный Алексей", "Тестов Пробный Алексей Иванович", True),
        ("Тестов Пробный", "Тестов-Пробный Алексей Иванович", False),
        ("Мамедов Али", "Мамедов Али Вагиф оглы", True),
    ],
)
def test_a_shorter_form_fits_the_whole_name(one: str, other: str, fits: bool) -> None:
    assert parse(one).fits(parse(other)) is fits
    assert parse(other).fits(parse(one)) is fits


def test_a_roster_tells_the_last_name_apart() -> None:
    told = parse("Тестов Пробный Алексей", "Тестов Пробный")
    assert told.surname == 2
    assert told.given == ("алексей",)
    assert told.fits(parse("Тестов-Пробный Алексей Иванович"))


def test_a_file_numbers_its_namesakes() -> None:
    first, second = parse("Тестов Алексей"), parse("Тестов Алексей #2")
    assert first.key == second.key
    assert (first.namesake, second.namesake) == (1, 2)
    assert not first.may_be(second)


@given(st.text())
def test_any_text_is_a_name_that_is_never_a_short_form_of_itself(text: str) -> None:
    name = parse(text)
    assert not name.fits(name)
    assert name.surname >= 1
