"""A table too large to hold, checked and typed a piece at a time.

Each piece goes through the same checks as a whole table and then to the sink. What only the whole table can tell –
a key that occurs twice – is found by keeping a hash of every key: of rows with one key in different pieces the first
is taken and the later ones are rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import polars as pl

from ingest.contract import Table
from ingest.reading import Rejected, Sink
from ingest.table_files import RawTable
from ingest.validate import MOST_REJECTED, Conformed, Context, Known, conform

_POINTED_INTO = ("pupils", "lessons")
Hashes = npt.NDArray[np.uint64]


class SeenKeys:
    """Hashes of keys met so far, in sorted runs that are merged as they grow alike."""

    def __init__(self) -> None:
        self._runs: list[Hashes] = []

    def repeated(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Say which of the hashes were met in earlier calls, and remember them all."""
        if not len(hashes):
            return np.zeros(0, np.bool_)
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
    told: list[Rejected] = []
    warnings: list[Rejected] = []
    listed: list[pl.Series] = []
    taken: list[pl.Series] = []
    n_rejected = 0
    carried: dict[str, pl.DataType] = {}
    key = list(table.key)
    keeper = _Keeper(table, key, sink)
    # The next piece is parsed while this one is checked and the one before is written.
    with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
        source = iter(pieces)
        coming: Future[RawTable | None] = reader.submit(next, source, None)
        writing: Future[tuple[int, pl.Series]] | None = None
        file = ""

        def written() -> None:
            nonlocal n_rejected
            if writing is not None:
                repeated, ids = writing.result()
                n_rejected += repeated
                if repeated:
                    told.append(_repeated(table, file, repeated))
                if len(key) == 1 and table.name in _POINTED_INTO:
                    taken.append(ids)

        while (raw := coming.result()) is not None:
            coming = reader.submit(next, source, None)
            done = conform(table, raw.frame, raw.place, context, known, periods)
            file = raw.file
            n_rejected += done.n_rejected + len(raw.misfits)
            told += [*raw.misfits, *done.rejected]
            warnings += done.warnings
            if done.listed is not None and table.name in _POINTED_INTO:
                listed.append(done.listed)
            carried |= done.frame.schema
            written()
            writing = writer.submit(keeper.keep, done.frame)
        written()
    return Conformed(
        pl.DataFrame(schema=carried),
        told[:MOST_REJECTED],
        warnings,
        n_rejected,
        pl.concat(listed) if listed else None,
        pl.concat(taken) if taken else None,
    )


class _Keeper:
    """Hands rows to the sink, those of a key met before left out."""

    def __init__(self, table: Table, key: list[str], sink: Sink) -> None:
        self._table, self._key, self._sink = table, key, sink
        self._seen = SeenKeys()

    def keep(self, frame: pl.DataFrame) -> tuple[int, pl.Series]:
        """Give how many rows repeat a key, and the first key column of those taken."""
        met = self._seen.repeated(frame.select(self._key).hash_rows().to_numpy())
        repeated = int(met.sum())
        if repeated:
            frame = frame.filter(~pl.Series(met))
        self._sink(self._table.name, frame)
        return repeated, frame[self._key[0]]


def _repeated(table: Table, file: str, count: int) -> Rejected:
    return Rejected(
        table.name,
        file,
        "",
        f"Ключ повторяется: строк, чей ключ ({', '.join(table.key)}) уже встретился выше в этом файле: {count}.",
        "Оставьте одну из строк или дайте им разные ключи; учтена первая.",
    )
