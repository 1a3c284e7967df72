"""Printed pages: our whole reading, from bytes to typed rows, beside parsing the same page and doing nothing with it.

    .venv/bin/python benchmarks/pages.py

`figures()` are for `benchmarks/run.py`. The pages are those of Сетевой Город, written with the indents and, in version
5.0, the 23 KB of styles that its real files have.
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from lxml import etree
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.history import Figure  # noqa: E402
from benchmarks.sheets import best  # noqa: E402
from ingest.readers import (  # noqa: E402
    sgo_parentinfoletter,
    sgo_studentgrades,
    sgo_studenttotal,
    sgo_studenttotalmarks,
)
from ingest.reading import Export, Reader  # noqa: E402
from ingest.registry import reader_for  # noqa: E402
from tests.ingest.readers.layouts import Total  # noqa: E402
from tests.ingest.readers.layouts_sgo import Grades, Letter, TotalMarks  # noqa: E402

DAYS = tuple((9, day) for day in range(1, 26)) + tuple((10, day) for day in range(1, 26))
STYLES = "".join(
    f".table-print td.c{n}, .body{n} > tr {{ border: 1px solid #{n:06x}; padding: 0 20px }}\n" for n in range(300)
)
INDENT = "\t\t\t\t\t"
LONG = 20  # runs of what takes milliseconds only, so that a busy moment does not count


def report(number: int = 0, subjects: int = 16) -> Total:
    """A report of 50 days: of its cells 13 % hold marks and 7 % absences, and the means are right."""
    chance = np.random.default_rng(number)
    rows = {}
    for subject in range(subjects):
        cells, numbers = {}, []
        for day in DAYS:
            met = chance.random()
            if met < 0.13:
                numbers.append(int(chance.choice([5, 5, 4, 4, 3])))
                cells[day] = ("", str(numbers[-1]))
            elif met < 0.2:
                cells[day] = ("УП" if met > 0.19 else "Б", "")
        hundredths = (200 * sum(numbers) + len(numbers)) // (2 * len(numbers)) if numbers else 0
        rows[f"Предмет {subject}"] = cells, f"{hundredths / 100:g}".replace(".", ",") if numbers else ""
    return Total(rows, days=DAYS, pupil=f"Пробный Иван{number}")


def as_printed(page: str) -> bytes:
    """Give a page the indents and styles of a real file."""
    page = page.replace("td { color: red }", STYLES).replace("<th", f"{INDENT}<th").replace("</th>", "</th>\n")
    return page.replace("<td", f"{INDENT}<td").replace("</td>", "</td>\n").replace("\n\t\t\t", f"\n{INDENT}\t").encode()


def parsed(page: bytes) -> object:
    """Parse a page and do nothing with it."""
    return etree.fromstring(page, etree.HTMLParser())


def pages() -> list[tuple[str, Reader, bytes]]:
    """What is read, with what, and the page."""
    one, thirty = report(), [report(number) for number in range(30)]
    grades = Grades(rows=(("Диктант", "Тема урока", "02.09.25", "03.09.25", "5"),) * 30, mean="5")
    marks = TotalMarks(marks={f"Предмет {n}": ("4", "4", "5", "5", "5", "", "5") for n in range(16)})
    letter = Letter(subjects={f"Предмет {n}": ("3", "2", "1", "0", "4,33") for n in range(16)})
    return [
        ("studenttotal 5.0, 50 days × 16 subjects", sgo_studenttotal, as_printed(one.v50())),
        ("30 such reports in one file", sgo_studenttotal, b"".join(as_printed(each.v50()) for each in thirty)),
        (
            "studenttotal 5.56, 50 days × 16 subjects",
            sgo_studenttotal,
            as_printed(replace(one, term="1 триместр").v556()),
        ),
        ("30 such reports in one file", sgo_studenttotal, b"".join(as_printed(each.v556()) for each in thirty)),
        ("studentgrades, 30 marks", sgo_studentgrades, as_printed(grades.v50())),
        ("studenttotalmarks, 16 subjects", sgo_studenttotalmarks, as_printed(marks.v50())),
        ("parentinfoletter, 16 subjects", sgo_parentinfoletter, as_printed(letter.v50())),
    ]


def figures() -> list[Figure]:
    """Measure all pages."""
    found = []
    for what, reader, page in pages():
        export = Export("bench", {"a.xls": page})
        assert reader_for(export) is reader
        assert not reader.read(export).rejected
        runs = LONG if len(page) > 200_000 else 10 * LONG
        ours = best(lambda reader=reader, export=export: reader.read(export), runs)
        found.append(Figure(what, ours, best(lambda page=page: parsed(page), runs), "bare lxml parse"))
    what, _, page = pages()[0]
    found.append(
        Figure(
            what,
            found[0].ours,
            best(lambda: pd.read_html(io.BytesIO(page), thousands=None)),
            "pandas.read_html (tables only)",
        )
    )
    return found


def main() -> None:
    """Measure and print."""
    table = Table("what", "ours, ms", "the other, ms", "ours / other", "the other")
    for one in figures():
        table.add_row(
            one.what, f"{one.ours * 1e3:.2f}", f"{one.other * 1e3:.2f}", f"{one.ours / one.other:.2f}", one.other_name
        )
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
