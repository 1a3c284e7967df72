"""Reading on several cores gives the same as reading on one, whatever happens to the processes."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from typing import Self

import pytest

from ingest import reading_pool
from ingest.reading import Export
from ingest.reading_pool import Job, Read, read, read_all

MARKS = "mark_id,lesson_id,pupil_id,value\n"


def jobs(n: int) -> list[Job[int]]:
    """Readable exports with an unreadable one and one that needs no reading among them."""
    made = [Job(k, Export(f"{k}", {"marks.csv": f"{MARKS}m{k},l1,p1,5\n".encode()})) for k in range(n)]
    made[3] = Job(3, Export("3", {"photo.xls": b"\xff\xd8\xff\xe0"}))
    made[5] = Job(5, None)
    return made


def told(results: list[tuple[int, Read | None]]) -> list[tuple[int, str]]:
    return [
        (tag, "known" if result is None else result.cause or str(result.reading.tables["marks"]["mark_id"][0]))
        for tag, result in results
    ]


def test_many_are_read_in_order() -> None:
    many = told(list(read_all(jobs(60))))
    assert [tag for tag, _ in many] == list(range(60))
    assert many[:7] == [(0, "m0"), (1, "m1"), (2, "m2"), (3, "unknown_layout"), (4, "m4"), (5, "known"), (6, "m6")]


def test_a_few_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_pool, "ProcessPoolExecutor", None)
    assert len(told(list(read_all(jobs(10))))) == 10


@pytest.mark.parametrize("dies_at", ["submit", "result"])
def test_processes_that_die_cost_time_and_nothing_else(monkeypatch: pytest.MonkeyPatch, dies_at: str) -> None:
    class Dead:
        def result(self) -> Read:
            raise BrokenProcessPool

    class Pool:
        def __init__(self, *_arguments: object, **_more: object) -> None: ...
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_arguments: object) -> None: ...
        def submit(self, *_arguments: object) -> Dead:
            if dies_at == "submit":
                raise BrokenProcessPool
            return Dead()

    healthy = told([(job.tag, read(job.export) if job.export else None) for job in jobs(40)])
    monkeypatch.setattr(reading_pool, "ProcessPoolExecutor", Pool)
    assert told(list(read_all(jobs(40)))) == healthy
