"""`identity.toml`: what may stand in it, what is refused and where, and the lines that the program offers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identity import Settled, load_settled, settled_of
from ingest.identity.settled import FILE, KINDS, Decision
from warehouse.settings import SettingsError

GOOD = """\
# решения завуча
same.pupil."s1"."~1f3a" = "p1"                  # 7А: Тестов Алексей
different.pupil."s1"."~1f3a" = ["p2", "sgo:3"]
same.subject."s1"."рус. яз." = "rus"
same.class."s1"."2026/2027"."7Б" = "c7"
different.teacher."s2"."t1" = "t2"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_every_kind_of_line_is_understood(tmp_path: Path) -> None:
    found = load_settled(written(tmp_path, GOOD), {"s1", "s2"})
    assert found["s1"].same == {
        Decision("pupil", "p1", "~1f3a"),
        Decision("subject", "rus", "рус. яз."),
        Decision("class", "7Б", "c7", "2026/2027"),
    }
    assert found["s1"].different == {Decision("pupil", "p2", "~1f3a"), Decision("pupil", "sgo:3", "~1f3a")}
    assert found["s2"].different == {Decision("teacher", "t1", "t2")}
    assert settled_of(tmp_path, "s2") == found["s2"]


def test_a_home_without_the_file_has_settled_nothing(tmp_path: Path) -> None:
    assert load_settled(tmp_path / FILE) == {}
    assert settled_of(tmp_path, "s1") == Settled("s1")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('same.pupil."s1"."~1f3a" = ', "не читается"),
        ('same.pupil."s1"."~1f3a" = "p9"\nsame.pupil."s1"."~1f3a" = "p8"', "не читается"),
        ('equal.pupil."s1"."~1" = "p1"', "same или different"),
        ('same.puple."s1"."~1" = "p1"', "вид «puple» неизвестен"),
        ('same.pupil."s9"."~1" = "p1"', "школы «s9» нет"),
        ('same.pupil."s1" = "p1"', "строка выглядит так"),
        ('same.class."s1"."7Б" = "c7"', "у классов после школы – год"),
        ('same.pupil."s1"."~1" = 5', "код в кавычках"),
        ('same.pupil."s1"."~1" = ["p1", 5]', "код в кавычках"),
        ('same.pupil."s1"."~1" = ""', "код в кавычках"),
        ('same.pupil."s1"."p1" = "p1"', "сам с собой"),
        ('same = "p1"', "строка выглядит так"),
    ],
    ids=lambda value: value if " = " in value else "",
)
def test_a_line_that_cannot_stand_is_refused_with_its_place(tmp_path: Path, line: str, words: str) -> None:
    path = written(tmp_path, f"# решения\n\n{line}\n")
    with pytest.raises(SettingsError, match=words) as refused:
        load_settled(path, {"s1"})
    assert str(path) in str(refused.value)
    if "не читается" not in words:
        assert "строка 3" in str(refused.value)


def test_one_and_two_at_once_is_refused_also_through_a_third(tmp_path: Path) -> None:
    text = 'same.pupil."s1"."~1" = ["p1", "p2"]\ndifferent.pupil."s1"."p1" = "p2"\n'
    with pytest.raises(SettingsError, match="и одним, и разными"):
        load_settled(written(tmp_path, text))


def test_a_broken_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes('same.pupil."s1"."Тестов" = "p1"'.encode("cp1251"))
    with pytest.raises(SettingsError, match="не читается"):
        load_settled(tmp_path / FILE)


def test_the_digest_tells_other_decisions_and_no_other_order(tmp_path: Path) -> None:
    first = load_settled(written(tmp_path, GOOD))["s1"].digest
    lines = GOOD.splitlines()[1:]
    assert load_settled(written(tmp_path, "\n".join(reversed(lines))))["s1"].digest == first
    assert load_settled(written(tmp_path, "\n".join(lines[1:])))["s1"].digest != first
    assert Settled("s1").digest != first


IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text.strip())


@given(
    kind=st.sampled_from(KINDS), school=IDS, one=IDS, others=st.lists(IDS, min_size=1, max_size=3, unique=True),
    decision=st.sampled_from(["same", "different"]), year=IDS,
)  # fmt: skip
def test_an_offered_line_is_read_back_as_it_was_meant(
    tmp_path_factory: pytest.TempPathFactory,
    kind: str, school: str, one: str, others: list[str], decision: str, year: str,
) -> None:  # fmt: skip
    others = [other for other in others if other != one]
    if not others:
        return
    line = Settled(school).line(decision, kind, one, others, year)
    found = load_settled(written(tmp_path_factory.mktemp("s"), line + "\n"))[school]
    assert "\n" not in line
    assert (found.same if decision == "same" else found.different) == {
        Decision(kind, min(one, other), max(one, other), year if kind == "class" else "") for other in others
    }
