"""Who is who in printed reports, which know pupils by name and class only.

A person keeps one id within a school over the years, and two children are never mixed:
- the same name in the same cohort (year of entry = first year of the academic year − grade) is one person;
- where one academic year shows the name in two classes of a cohort, these are two persons, told apart
  by the letter of the class;
- a report without a class belongs to the only person of that name in that year, else to a person of its own.

Ids are digests of these parts and hold no names.
"""

from __future__ import annotations

import hashlib
import re

import polars as pl

LABEL = re.compile(r"^(\d{1,2})(.*)$")

RESOLVED = {"placeholder": pl.String, "pupil_id": pl.String, "class_id": pl.String, "academic_year": pl.String}


def _digest(*parts: object) -> str:
    return "p" + hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:15]


def _cohort_and_letter(class_id: str, academic_year: str) -> tuple[str, str]:
    """(cohort, letter) of a class label such as `9Б` in `2025/2026`; a label without a grade is its own cohort."""
    found = LABEL.match(class_id)
    if not found:
        return class_id, ""
    first_year = int(academic_year[:4]) if academic_year[:4].isdigit() else 0
    return str(first_year - int(found[1])), found[2]


def resolve(printed: pl.DataFrame) -> pl.DataFrame:
    """Placeholder → (pupil_id, class_id, academic_year).

    printed: placeholder, full_name, class_id, academic_year, one row a sighting; class_id may be ''.
    The placeholder already tells namesakes within one file apart, so it takes part in the person's key only
    through its `#2` suffix, kept in `full_name` by the reader.
    """
    seen = printed.unique(["placeholder", "full_name", "class_id", "academic_year"]).sort("placeholder")
    classes: dict[tuple[str, str], set[str]] = {}
    for name, class_id, year in seen.select("full_name", "class_id", "academic_year").iter_rows():
        if class_id:
            classes.setdefault((name, year), set()).add(class_id)
    split = {
        (name, cohort)
        for (name, year), labels in classes.items()
        for cohort, _ in [_cohort_and_letter(label, year) for label in labels]
        if sum(_cohort_and_letter(label, year)[0] == cohort for label in labels) > 1
    }
    rows: list[tuple[str, str, str, str]] = []
    for placeholder, name, class_id, year in seen.select(
        "placeholder", "full_name", "class_id", "academic_year"
    ).iter_rows():
        known = classes.get((name, year), set())
        actual = class_id or (next(iter(known)) if len(known) == 1 else "")
        if not actual:
            rows.append((placeholder, _digest("no class", name, year), "", year))
            continue
        cohort, letter = _cohort_and_letter(actual, year)
        parts = (name, cohort, letter) if (name, cohort) in split else (name, cohort)
        rows.append((placeholder, _digest(*parts), actual, year))
    return pl.DataFrame(rows, schema=RESOLVED, orient="row").unique("placeholder", keep="first", maintain_order=True)
