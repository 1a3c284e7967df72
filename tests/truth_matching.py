"""The truth file of a demo school held against what the warehouse says."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.identity.subjects import full

FLAGGED = ("late", "missing", "violated")

CHECKS = """
select c.rule, c.status, c.subject_key, coalesce(k.class_name, '') as class_name,
    coalesce(s.subject_name, '') as subject_name, coalesce(p.pupil_name, '') as pupil_name,
    coalesce(cast(c.date as varchar), '') as date, coalesce(cast(d.ordinal as varchar), '') as ordinal, c.subject_kind,
    coalesce(strftime(c.due_at, '%Y-%m-%dT%H:%M:%S'), '') as due, coalesce(t.teacher_name, '') as teacher_name
from marts.fct_journal_checks c
left join marts.dim_class k using (school_id, academic_year, class_id)
left join marts.dim_subject s using (school_id, subject_id)
left join marts.dim_pupil p on c.school_id = p.school_id and c.pupil_id = p.pupil_id
left join marts.dim_teacher t on c.school_id = t.school_id and c.teacher_id = t.teacher_id
left join marts.dim_period d on c.school_id = d.school_id and c.academic_year = d.academic_year
    and c.class_id = d.class_id and c.period_id = d.period_id
where c.school_id = $school and (
    c.status in ('late', 'missing', 'violated')
    or c.rule || ' ' || c.subject_key in (select unnest($keys))
    or c.rule in (select unnest($unkeyed))
)
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
    due: str
    teacher_name: str

    @property
    def names(self) -> tuple[str, ...]:
        """What tells a row of a printed layout, where the reader makes the ids."""
        return key_of(
            self.rule, self.class_name, self.subject_name, self.pupil_name, self.date, self.ordinal, self.subject_kind
        )

    def differs(self, fault: dict[str, str]) -> str:
        """How this check is not what the truth expects; '' where it is."""
        expected = {
            "status": (self.status, fault["expected_status"]),
            "due": (self.due, fault["expected_due"] or self.due),
            "teacher": (self.teacher_name, short(fault["teacher_name"]) or self.teacher_name),
        }
        return ", ".join(f"{name} {is_} ≠ {should}" for name, (is_, should) in expected.items() if is_ != should)


def short(name: str) -> str:
    """A full name as teachers are shown: surname and initials."""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{other[0]}." for other in others)])


def key_of(
    rule: str, class_name: str, subject: str, pupil: str, date: str, ordinal: str, subject_kind: str
) -> tuple[str, ...]:
    """The parts of a name key that matter for its kind of subject."""
    subject = full(subject or "")  # a print's «ИЗО» goes under the name that the journal CSV gives it
    if subject_kind == "pupil_day":
        return (rule, class_name, pupil, date)
    if subject_kind == "mark_change":
        return (rule, class_name, subject, pupil, date)
    if subject_kind == "class_period":
        return (rule, class_name, ordinal)
    if subject_kind in {"pupil_subject", "class_subject"}:
        return (rule, class_name, subject, pupil if subject_kind == "pupil_subject" else "", ordinal)
    return (rule, class_name, subject, date)


@dataclass
class Match:
    """missed: faults not found; wrong: found with another status, due moment or teacher; extra: flagged for nothing."""

    missed: list[str]
    wrong: list[str]
    extra: list[str]
    found: int


def compare(school_file: Path, faults: Path, profile: str, school_id: str = "demo") -> Match:
    """Match every fault with a check and every flagged check with a fault, as this regulation judges."""
    with faults.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["profile"] == profile]
    wanted = {
        "school": school_id,
        "keys": [f"{row['rule']} {row['subject_key']}" for row in rows if row["subject_key"]],
        "unkeyed": sorted({row["rule"] for row in rows if not row["subject_key"]}),
    }
    with duckdb.connect(school_file, read_only=True) as con:
        checks = [Check(*row) for row in con.execute(CHECKS, wanted).fetchall()]
    by_key = {(check.rule, check.subject_key): check for check in checks}
    by_names: dict[tuple[str, ...], list[Check]] = {}
    for check in checks:
        by_names.setdefault(check.names, []).append(check)
    kinds = {check.rule: check.subject_kind for check in checks}
    match = Match([], [], [], 0)
    explained: set[tuple[str, str]] = set()
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
        right = [check for check in candidates if not check.differs(fault)]
        if right:
            match.found += 1
            explained.add((rule, right[0].subject_key))
        elif fault["provable"] == "true":
            told = [check.differs(fault) for check in candidates]
            (match.wrong if candidates else match.missed).append(f"{label}: {'; '.join(told)}")
        for check in candidates:
            explained.add((rule, check.subject_key))
    match.extra = [
        f"{check.rule} {check.status} {check.class_name} {check.subject_name} {check.date} {check.subject_key}"
        for check in checks
        if check.status in FLAGGED and (check.rule, check.subject_key) not in explained
    ]
    return match
