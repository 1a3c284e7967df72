"""A table too large to hold, checked and typed a piece at a time.

Each piece goes through the same checks as a whole table and then to the sink. What only the whole table can tell –
a key that occurs twice – is found by keeping a hash of every key: of rows with one key in different pieces the first
is taken and the later ones are rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from ingest.contract import Table
from ingest.reading import Rejected, Sink
from ingest.table_files import RawTable
from ingest.validate import MOST_REJECTED, Conformed, Context, Known, conform

Hashes = npt.NDArray[np.uint64]
_SEEDS = {"seed": 1, "seed_1": 2, "seed_2": 3, "seed_3": 4}


class SeenKeys:
    """Hashes of keys met so far, in sorted runs that are merged as they grow alike."""

    def __init__(self) -> None:
        self._runs: list[Hashes] = []

    def repeated(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Say which of the hashes were met in earlier calls, and remember them all."""
        order = np.argsort(hashes)
        ordered = hashes[order]
        met = np.zeros(len(hashes), np.bool_)
        for run in self._runs:
            places = np.searchsorted(run, ordered)
            places[places == len(run)] = 0
            met[order] |= run[places] == ordered
        while self._runs and len(self._runs[-1]) <= 2 * len(ordered):
            ordered = np.sort(np.concatenate([self._runs.pop(), ordered]), kind="stable")
        self._runs.append(ordered)
        return met


def conform_pieces(
    table: Table,
    pieces: Iterable[RawTable],
    context: Context,
    known: Sequence[Known],
    periods: pl.DataFrame | None,
    sink: Sink,
) -> Conformed:
    """Check and type every piece and hand its rows to the sink.

    The result's frame has the columns that were carried and no rows; only the ids stay, for what points into them.
    """
    seen = SeenKeys()
    told: list[Rejected] = []
    warnings: list[Rejected] = []
    listed: list[pl.Series] = []
    taken: list[pl.Series] = []
    n_rejected = 0
    carried: dict[str, pl.DataType] = {}
    key = list(table.key)
    for raw in pieces:
        done = conform(table, raw.frame, raw.place, context, known, periods)
        met = seen.repeated(done.frame.select(key).hash_rows(**_SEEDS).to_numpy())
        frame = done.frame
        if met.any():
            frame = frame.filter(~pl.Series(met))
            told.append(_repeated(table, raw.file, int(met.sum())))
        n_rejected += done.n_rejected + len(raw.misfits) + int(met.sum())
        told += [*raw.misfits, *done.rejected]
        warnings += done.warnings
        if done.listed is not None:
            listed.append(done.listed)
            taken.append(frame[table.key[0]])
        carried |= frame.schema
        sink(table.name, frame)
    return Conformed(
        pl.DataFrame(schema=carried),
        told[:MOST_REJECTED],
        warnings,
        n_rejected,
        pl.concat(listed) if listed else None,
        pl.concat(taken) if taken else None,
    )


def _repeated(table: Table, file: str, count: int) -> Rejected:
    return Rejected(
        table.name,
        file,
        "",
        f"Ключ повторяется: строк, чей ключ ({', '.join(table.key)}) уже встретился выше в этом файле: {count}.",
        "Оставьте одну из строк или дайте им разные ключи; учтена первая.",
    )
