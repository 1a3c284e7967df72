"""What cannot be told from the exports and waits for a person's word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

AMBIGUOUS = dict.fromkeys(("kind", "what", "candidates", "class_id", "academic_year", "settle"), pl.String)


@dataclass(frozen=True, order=True)
class Case:
    """One case: what is seen (Russian, with names), the ids in question, and the lines that would settle it."""

    kind: str
    academic_year: str
    class_id: str
    what: str
    candidates: tuple[str, ...]
    settle: tuple[str, ...]


def frame(cases: Iterable[Case]) -> pl.DataFrame:
    """Cases in order, each once; ids and lines are joined by line breaks."""
    rows = [
        (case.kind, case.what, "\n".join(case.candidates), case.class_id, case.academic_year, "\n".join(case.settle))
        for case in sorted(set(cases))
    ]
    return pl.DataFrame(rows, schema=AMBIGUOUS, orient="row")
