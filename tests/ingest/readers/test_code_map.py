"""Code maps: what each source's codes mean."""

from __future__ import annotations

import pytest

from ingest import code_map

CANONICAL = {
    "attendance": {
        "present", "late", "left_early", "ill", "excused", "unexcused", "unknown_reason", "released", "remote",
    },
    "mark": {"0", "1", "2", "3", "4", "5", "debt", "credit", "no_credit", "not_assessed", "released"},
    "period_mark": {"1", "2", "3", "4", "5", "credit", "no_credit", "not_assessed", "released"},
}  # fmt: skip


def test_every_row_has_a_known_meaning_and_a_source() -> None:
    frame = code_map.load()
    assert tuple(frame.columns) == code_map.COLUMNS
    assert frame.select("system", "export_kind", "scope", "raw_code").is_unique().all()
    for row in frame.iter_rows(named=True):
        assert row["canonical"] in CANONICAL[row["scope"]], row
        assert row["source"], row
        assert row["confidence"] in {"file", "code", "contract", "inferred"}, row


@pytest.mark.parametrize(
    ("system", "export_kind", "code", "meaning"),
    [
        ("sgo", "studenttotal", "ОТ", "unknown_reason"),
        ("sgo", "studenttotal", "уп", "excused"),
        ("sgo", "studenttotal", "Н", None),
        ("ves_klass", "class_report", "Н", "unexcused"),
        ("ves_klass", "class_report", "H", "unexcused"),
        ("ves_klass", "class_report", "O", "late"),
        ("journal_csv", "journal_csv", "Н", "unknown_reason"),
        ("eljur", "journal_csv", "н", "unknown_reason"),
        ("journal_csv", "journal_csv", "present", "present"),
    ],
)
def test_a_code_means_what_its_source_says(system: str, export_kind: str, code: str, meaning: str | None) -> None:
    assert code_map.canonical(system, export_kind, "attendance", code) == meaning
