"""The feature model of the warehouse as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEVELS = np.array([2.0, 3.0, 4.0, 5.0])
PHASES = (25, 50, 75, 100)
RELATION = "intermediate.int_forecast_features"
MARGIN, INPUT, ATTESTED = "m_", "x_", "a_"


@dataclass(frozen=True)
class Questions:
    """n rows of the feature model.

    x: (n, P) inputs; margins: (n, 3, M); attested_x: (n, A). mark: the period mark, NaN = none (yet, or not
    attested). started, ended, known: days since 1970 of the period and of its mark. pupil: number of the pupil.
    """

    inputs: tuple[str, ...]
    margin_names: tuple[str, ...]
    attested_names: tuple[str, ...]
    x: Floats
    margins: Floats
    attested_x: Floats
    mark: Floats
    not_attested: Flags
    is_now: Flags
    phase: Ints
    started: Ints
    ended: Ints
    known: Ints
    n_marks: Ints
    mean: Floats
    projected: Floats
    spread: Floats
    last: Floats
    class_mark: Floats
    threshold: Floats
    pupil: Ints
    teacher: NDArray[np.object_]
    subject: NDArray[np.object_]
    period: NDArray[np.object_]
    class_id: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.mark)

    def where(self, chosen: Flags) -> Questions:
        """The chosen rows."""
        arrays = {name: value[chosen] for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        return Questions(self.inputs, self.margin_names, self.attested_names, **arrays)


def together(parts: Sequence[Questions]) -> Questions:
    """The rows of several schools as one table; they were read by the same feature model."""
    first = parts[0]
    arrays = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name, value in vars(first).items()
        if isinstance(value, np.ndarray)
    }
    return Questions(first.inputs, first.margin_names, first.attested_names, **arrays)


def names(con: duckdb.DuckDBPyConnection) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Inputs, margins and inputs of attestation, read off the columns of the feature model."""
    schema, table = RELATION.split(".")
    columns = [
        row[0]
        for row in con.execute(
            "select column_name from duckdb_columns() where schema_name = ? and table_name = ? order by column_index",
            [schema, table],
        ).fetchall()
    ]
    inputs = tuple(name.removeprefix(INPUT) for name in columns if name.startswith(INPUT))
    margins = tuple(
        name.removeprefix(MARGIN)[:-2] for name in columns if name.startswith(MARGIN) and name.endswith("_2")
    )
    attested = tuple(name.removeprefix(ATTESTED) for name in columns if name.startswith(ATTESTED))
    return inputs, margins, attested


def read(con: duckdb.DuckDBPyConnection, school_id: str | None = None) -> Questions:
    """All questions of a school, or of all schools, in the order of their keys."""
    inputs, margins, attested = names(con)
    columns = [f"{INPUT}{name}" for name in inputs]
    columns += [f"{ATTESTED}{name}" for name in attested]
    columns += [f"{MARGIN}{name}_{level}" for level in (2, 3, 4) for name in margins]
    chosen, values = ("where features.school_id = ?", [school_id]) if school_id is not None else ("", [])
    found = con.execute(
        f"""
        select {", ".join(columns)}, mark, is_not_attested, is_now, phase, n_marks,
            mean_mark, projected, spread, last_mark, class_mark,
            threshold, date_diff('day', date '1970-01-01', starts_on) as started,
            date_diff('day', date '1970-01-01', ends_on) as ended,
            coalesce(date_diff('day', date '1970-01-01', cast(mark_known_at as date)), 99999) as known,
            dense_rank() over (order by features.pupil_id) as pupil, features.teacher_id as teacher,
            features.subject_id as subject, features.class_id as class_id,
            features.academic_year || ' ' || features.period_id as period
        from {RELATION} as features
        {chosen}
        order by features.school_id, starts_on, features.class_id, features.pupil_id, features.subject_id, as_of, is_now
        """,
        values,
    ).fetchnumpy()

    def numbers(name: str) -> Floats:
        return np.ma.filled(np.ma.asarray(found[name], dtype=float), np.nan)

    n = len(found["phase"])
    x = np.stack([numbers(f"{INPUT}{name}") for name in inputs], axis=1) if inputs else np.zeros((n, 0))
    shape = np.stack(
        [np.stack([numbers(f"{MARGIN}{name}_{level}") for name in margins], axis=1) for level in (2, 3, 4)], axis=1
    )
    return Questions(
        inputs,
        margins,
        attested,
        x,
        shape,
        np.stack([numbers(f"{ATTESTED}{name}") for name in attested], axis=1),
        mark=numbers("mark"),
        not_attested=np.asarray(found["is_not_attested"], dtype=bool),
        is_now=np.asarray(found["is_now"], dtype=bool),
        phase=np.asarray(found["phase"], dtype=np.int64),
        started=np.asarray(found["started"], dtype=np.int64),
        ended=np.asarray(found["ended"], dtype=np.int64),
        known=np.asarray(found["known"], dtype=np.int64),
        n_marks=np.asarray(found["n_marks"], dtype=np.int64),
        mean=numbers("mean_mark"),
        projected=numbers("projected"),
        spread=numbers("spread"),
        last=numbers("last_mark"),
        class_mark=numbers("class_mark"),
        threshold=numbers("threshold"),
        pupil=np.asarray(found["pupil"], dtype=np.int64),
        teacher=np.asarray(found["teacher"], dtype=object),
        subject=np.asarray(found["subject"], dtype=object),
        period=np.asarray(found["period"], dtype=object),
        class_id=np.asarray(found["class_id"], dtype=object),
    )
