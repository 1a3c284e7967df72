"""Codes by which people name findings: `rule:subject_key` or `rule:subject_key:academic_year`.

A code is `finding_id` of `rpt_deputy__findings`. The year stands only where the subject comes anew every year; which
subjects do not is said here once more, for entries are read without a warehouse (`tests/dbt/test_objections.py` holds
the two together).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RULES = Path(__file__).resolve().parents[2] / "dbt" / "seeds" / "rules.csv"
WITHOUT_YEAR = frozenset({"lesson", "mark", "assignment", "pupil_day"})
"""Kinds of subject whose key is enough over all years."""

_WITH_YEAR = re.compile(r"(?P<key>.+):(\d{4}/\d{4})?", re.DOTALL)


@dataclass(frozen=True)
class Address:
    """What a code stands for in `fct_journal_checks`."""

    rule: str
    subject_key: str


@cache
def _kinds() -> dict[str, str]:
    """Rule → kind of its subjects."""
    with RULES.open(encoding="utf-8", newline="") as file:
        return {row["rule"]: row["subject_kind"] for row in csv.DictReader(file)}


def is_code(text: str) -> bool:
    """Say whether a text is whole and names a rule that there is."""
    rule, _colon, rest = text.partition(":")
    kind = _kinds().get(rule)
    return bool(kind and rest) and (kind in WITHOUT_YEAR or _WITH_YEAR.fullmatch(rest) is not None)


def address(code: str) -> Address:
    """Give what a code stands for; of a rule that is no longer there, by the look of its end."""
    rule, _colon, rest = code.partition(":")
    found = None if _kinds().get(rule) in WITHOUT_YEAR else _WITH_YEAR.fullmatch(rest)
    return Address(rule, found["key"] if found else rest)
