"""Objections: codes of findings lead back to what was judged, what was taken back is counted by rule."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

from ingest.readers import register
from ingest.reading import Export
from tests.dbt.conftest import PROJECT
from tests.dbt.history_files import School
from tests.dbt.schools import Built, school
from warehouse.registers.codes import WITHOUT_YEAR, address, is_code
from warehouse.registers.definitions import REGISTERS
from warehouse.registers.entries import Entry, read_entry
from warehouse.registers.journal import Journal
from warehouse.settings import School as Place
from warehouse.settings import Settings

TAKEN = "2025-10-27T23:00"
LESSONS = [f"l{n}" for n in range(1, 11)]
PUPIL = "Пробный Иван Ильич"


def enter(s: School, folder: Path, *entries: Entry) -> None:
    """Write into the history what ingest reads of entries, as it stands in the rows."""
    settings = Settings.load(folder).add_school(Place("s1", "Школа"))
    journal = Journal(settings, "s1")
    journal.append(entries, author="завуч", entered_at=datetime(2025, 10, 27, 9), how="command")
    (path,) = journal.files()
    for table, frame in register.read(Export(path.name, {path.name: path.read_bytes()})).tables.items():
        if table in {"classes", "subjects"}:
            continue  # of the basics
        for row in frame.iter_rows(named=True):
            values = {name: value for name, value in row.items() if name != "deleted" and name in s.file.tables[table]}
            s.row(table, **{name: value for name, value in values.items() if name != "academic_year"})


def objection(finding: str, **more: str) -> Entry:
    given = {"finding": finding, "made_on": "20.10.2025", "teacher": "Образцова А. П.", "reason": "тема внесена"}
    return read_entry(REGISTERS["objections"], given | more)


@school("objected", as_of="2025-10-28T08:00", known=TAKEN)
def teachers_object(s: School) -> None:
    s.basics()
    s.regulation("mbou")
    for number, lesson in enumerate(LESSONS, start=1):
        s.lesson(lesson, f"2025-10-{number:02}", number=2)
    s.seen(TAKEN)
    answered = {"answer": "снято", "answer_text": "сверено"}
    enter(
        s, s.file.path.parent / "objected",
        objection("topic_filled:l1", **answered), objection("topic_filled:l2", **answered),
        *(objection(f"topic_filled:l{n}", answer="оставлено", answer_text="темы нет") for n in (3, 5, 6)),
        objection("topic_filled:l4"),
        objection("marks_gap:7Б||физика|q1:2025/2026", **answered),
    )  # fmt: skip


@school("asked-for-printouts", as_of="2025-10-28T08:00", known=TAKEN)
def a_parent_asks_for_printouts(s: School) -> None:
    s.file.meta("regulation_terms", school_id=s.school_id, profile="own", question="printout", says="often",
                every="week")  # fmt: skip
    s.basics(class_id="7А", pupils=1)
    for day in ("2025-10-06", "2025-10-13", "2025-10-20"):
        s.lesson(day, day, class_id="7А")
    given = {"pupil": PUPIL, "class": "7А"}
    enter(
        s, s.file.path.parent / "printouts",
        read_entry(REGISTERS["parent_statements"], {**given, "starts_on": "01.10.2025", "kind": "распечатка отметок"}),
        read_entry(REGISTERS["print_issues"], {**given, "week": "08.10.2025", "issued_on": "10.10.2025"}),
        read_entry(REGISTERS["print_issues"], {**given, "week": date(2025, 10, 24), "issued_on": "24.10.2025"}),
        read_entry(REGISTERS["enrollments"], {**given, "starts_on": "01.09.2025"}, "2025/2026"),
    )  # fmt: skip


def test_a_code_leads_back_to_what_was_judged_in_every_school(built: Built) -> None:
    found = built.rows("""
        select distinct finding_id, checks.rule, subject_kind, subject_key
        from marts.fct_journal_checks as checks
        join reports.rpt_deputy__findings as found
            on found.school_id = checks.school_id and found.rule = checks.rule
            and (found.finding_id = checks.rule || ':' || checks.subject_key
                or found.finding_id = checks.rule || ':' || checks.subject_key || ':' || checks.academic_year)
    """)
    assert {row["subject_kind"] for row in found} & WITHOUT_YEAR
    assert {row["subject_kind"] for row in found} - WITHOUT_YEAR
    for row in found:
        there = address(row["finding_id"])
        assert (there.rule, there.subject_key) == (row["rule"], row["subject_key"])
        assert is_code(row["finding_id"])
    codes = built.one("select count(distinct finding_id) as n from reports.rpt_deputy__findings")["n"]
    assert len({row["finding_id"] for row in found}) == codes


def test_kinds_without_a_year_are_those_of_the_model() -> None:
    model = (PROJECT / "models" / "reports" / "rpt_deputy__findings.sql").read_text(encoding="utf-8")
    (listed,) = re.findall(r"subject_kind in \(([^)]*)\)", model)
    assert set(re.findall(r"'(\w+)'", listed)) == WITHOUT_YEAR


def test_an_objection_that_was_granted_takes_its_finding_back(built: Built) -> None:
    checks = built.checks("objected", "topic_filled")
    assert {lesson: checks[lesson]["status"] for lesson in LESSONS[:5]} == {
        "l1": "withdrawn", "l2": "withdrawn", "l3": "missing", "l4": "missing", "l5": "missing",
    }  # fmt: skip
    (gap,) = built.checks("objected", "marks_gap").values()
    assert gap["status"] == "withdrawn"


def test_the_deputy_sees_by_rule_what_became_of_objections(built: Built) -> None:
    rows = built.rows("select * from reports.rpt_deputy__objections where school_id = 'objected' order by rule")
    seen = {row.pop("rule"): row for row in rows}
    assert set(seen) == {"marks_gap", "topic_filled"}
    topic = seen["topic_filled"]
    names = ("n_findings", "n_objected", "n_open", "n_kept", "n_withdrawn", "share_withdrawn", "is_proposed_off")
    assert tuple(topic[name] for name in names) == (10, 6, 1, 3, 2, 0.2, True)
    assert (topic["question"], topic["when_not_said"], topic["n_rules"]) == ("topic", "not_set", 1)
    assert topic["has_own_regulation"]
    gap = seen["marks_gap"]
    assert tuple(gap[name] for name in names) == (1, 1, 0, 0, 1, 1.0, False), "one of one says nothing of a rule"
    assert gap["n_rules"] == 1


def test_what_is_entered_in_both_registers_makes_a_printout_issued_or_missing(built: Built) -> None:
    found = {key.partition("|")[2]: verdict for key, verdict in
             built.verdicts("asked-for-printouts", "printouts_issued").items()}  # fmt: skip
    assert found == {"2025-10-06": "ok", "2025-10-13": "missing", "2025-10-20": "ok"}
