"""The truth file of a demo school held against what the warehouse says."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.identity.subjects import full

FLAGGED = ("late", "missing", "violated")

CHECKS = """
select c.rule, c.status, c.subject_key, k.class_name, s.subject_name, coalesce(p.pupil_name, ''),
    coalesce(cast(c.date as varchar), ''), coalesce(cast(d.ordinal as varchar), ''), c.subject_kind
from marts.fct_journal_checks c
left join marts.dim_class k using (school_id, academic_year, class_id)
left join marts.dim_subject s using (school_id, subject_id)
left join marts.dim_pupil p on c.school_id = p.school_id and c.pupil_id = p.pupil_id
left join marts.dim_period d on c.school_id = d.school_id and c.academic_year = d.academic_year
    and c.class_id = d.class_id and c.period_id = d.period_id
"""


@dataclass(frozen=True)
class Check:
    """A row of fct_journal_checks in the words of the truth file."""

    rule: str
    status: str
    subject_key: str
    class_name: str
    subject_name: str
    pupil_name: str
    date: str
    ordinal: str
    subject_kind: str

    @property
    def names(self) -> tuple[str, ...]:
        """What tells a row of a printed layout, where the reader makes the ids."""
        return key_of(
            self.rule, self.class_name, self.subject_name, self.pupil_name, self.date, self.ordinal, self.subject_kind
        )


def key_of(
    rule: str, class_name: str, subject: str, pupil: str, date: str, ordinal: str, subject_kind: str
) -> tuple[str, ...]:
    """The parts of a name key that matter for its kind of subject."""
    subject = full(subject or "")  # a print's «ИЗО» goes under the name that the journal CSV gives it
    if subject_kind == "pupil_day":
        return (rule, class_name, pupil, date)
    if subject_kind in {"pupil_subject", "class_subject"}:
        return (rule, class_name, subject, pupil if subject_kind == "pupil_subject" else "", ordinal)
    return (rule, class_name, subject, date)


@dataclass
class Match:
    """missed: faults not found; wrong: found with another status; extra: flagged without a fault."""

    missed: list[str]
    wrong: list[str]
    extra: list[str]
    found: int


def compare(school_file: Path, faults: Path) -> Match:
    """Match every fault with a check and every flagged check with a fault."""
    with duckdb.connect(school_file, read_only=True) as con:
        checks = [Check(*row) for row in con.execute(CHECKS).fetchall()]
    by_key = {(check.rule, check.subject_key): check for check in checks}
    by_names: dict[tuple[str, ...], list[Check]] = {}
    for check in checks:
        by_names.setdefault(check.names, []).append(check)
    kinds = {check.rule: check.subject_kind for check in checks}
    match = Match([], [], [], 0)
    explained: set[tuple[str, str]] = set()
    with faults.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for fault in rows:
        rule = fault["rule"]
        label = " ".join(fault[name] for name in ("fault_id", "rule", "layout", "class_name", "subject_name", "date"))
        if fault["subject_key"]:
            known = by_key.get((rule, fault["subject_key"]))
            candidates = [known] if known else []
        else:
            names = key_of(
                rule, fault["class_name"], fault["subject_name"], fault["pupil_name"], fault["date"],
                fault["period_ordinal"], kinds.get(rule, ""),
            )  # fmt: skip
            candidates = by_names.get(names, [])
        right = [check for check in candidates if check.status == fault["expected_status"]]
        if right:
            match.found += 1
            explained.add((rule, right[0].subject_key))
        elif fault["provable"] == "true":
            statuses = [check.status for check in candidates]
            (match.wrong if candidates else match.missed).append(f"{label}: {statuses} ≠ {fault['expected_status']}")
        for check in candidates:
            explained.add((rule, check.subject_key))
    match.extra = [
        f"{check.rule} {check.status} {check.class_name} {check.subject_name} {check.date} {check.subject_key}"
        for check in checks
        if check.status in FLAGGED and (check.rule, check.subject_key) not in explained
    ]
    return match
