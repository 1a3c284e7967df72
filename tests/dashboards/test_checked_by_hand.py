"""«Выгрузки» says how many cells people found just so in the journal."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.dashboards import published as fake
from tests.dashboards.test_pages import open_page, signed_in, text_of  # noqa: F401  (fixtures)
from warehouse.samples import Cell, Draw, Lesson, Result, Samples
from warehouse.settings import Settings


@pytest.fixture(scope="module")
def filled_home(tmp_path_factory):
    """A published school of this module's own."""
    home = tmp_path_factory.mktemp("сверка") / "дом"
    fake.publish(home, "v00001")
    fake.people(home)
    return home


def drawn(number: int, school: str = fake.SCHOOL) -> Draw:
    cells = tuple(
        Cell("7А", "7А", "s", date(2025, 10, 6), f"p{n}", "mark", (Lesson(1, ("5",), ""),), ("marks",), ("x",))
        for n in range(15)
    )
    return Draw(school, number, "v00001", fake.AS_OF, fake.YEAR, 15, "", cells)


def test_the_share_is_told_with_its_bound_its_day_and_by_class(filled_home, open_page):  # noqa: F811
    assert "ещё никто не проверял" in text_of(open_page("zavuch", "exports"))

    samples = Samples(Settings(filled_home), fake.SCHOOL)
    other = Samples(Settings(filled_home), "other")
    for number in (1, 2):
        samples.keep(drawn(number))
    other.keep(drawn(1, "other"))
    at = datetime(2025, 10, 12, 15, 0)
    samples.enter(1, Result("Петрова", at, wrong=(3,)))
    samples.enter(2, Result("Петрова", at, missing=(5,)))
    other.enter(1, Result("Петрова", at, wrong=(1, 2, 3, 4)))
    said = text_of(open_page("zavuch", "exports"))
    assert "Проверено вручную: 28 из 30 ячеек совпали (93 %), последняя проверка 12.10.2025." in said
    assert "не меньше 78 %" in said
    assert "7А: 28 из 30" in said

    (samples.folder / "0002.json").write_text("{", encoding="utf-8")
    said = text_of(open_page("zavuch", "exports"))
    assert "0002.json не читается" in said
    assert "Кто ещё не выгрузил" in said
