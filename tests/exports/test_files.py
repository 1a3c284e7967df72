"""File names and whole files."""

from __future__ import annotations

from pathlib import Path

import pytest

from exports.files import LONGEST, distinct_stems, safe_stem, write_whole


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("Замечания Иванова А. П.", "Замечания Иванова А. П"),
        ("a/b", "a_b"),
        ("..", "_"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("й", "й"),
        ("a\u202eb\u200bc", "abc"),
        ("a\nb\tc", "a_b_c"),
        ("", "_"),
    ],
)
def test_safe_stem(text: str, stem: str) -> None:
    assert safe_stem(text) == stem


def test_long_stem_is_cut() -> None:
    assert len(safe_stem("я" * 500)) == LONGEST


def test_stems_do_not_depend_on_order() -> None:
    texts = {"1": "Иванова", "2": "ИВАНОВА", "3": "Петров"}
    stems = distinct_stems(texts)
    assert stems == {"1": "Иванова (1)", "2": "ИВАНОВА (2)", "3": "Петров"}
    assert stems == distinct_stems(dict(reversed(texts.items())))


def test_stem_that_looks_like_a_disambiguated_one_stays_apart() -> None:
    stems = distinct_stems({"1": "А", "2": "а", "3": "А (1)"})
    assert len({stem.casefold() for stem in stems.values()}) == 3


def test_failed_write_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    target = tmp_path / "лист.pdf"
    target.mkdir()
    with pytest.raises(OSError, match=r"."):
        write_whole(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["лист.pdf"]
