"""The header of a list: which column of the sheet is which of the profile."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.readers.profiled.model import Listing
from ingest.readers.profiled.tables import Row, Sheet, Table, shown

_WITHIN = 60
_STOREYS = 2


@dataclass(frozen=True)
class Header:
    """A header: its first row, the first row below it, place of a profile's column → column of the sheet.

    untitled: columns of the sheet that the profile does not name, with their titles.
    """

    row: int
    below: int
    places: dict[int, int]
    unread: dict[int, str]


def find_header(listing: Listing, sheet: Sheet) -> Header | None:
    """Find the header of a sheet; None where there is none with all needed columns."""
    table = Table(sheet, 0, len(sheet.rows))
    return next(
        (found for row in range(min(_WITHIN, len(sheet.rows))) if (found := header_at(listing, table, row))), None
    )


def header_at(listing: Listing, table: Table, row: int) -> Header | None:
    """Read a row, alone or with the one below it, as the header."""
    if sum(value is not None for value in table.rows[row]) < _fewest(listing):
        return None
    best: Header | None = None
    for storeys in range(1, min(_STOREYS, table.last - row) + 1):
        rows = list(range(row, row + storeys))
        titles = {at: table.storeys(rows, at) for at in range(table.width)}
        places = _places(listing, titles)
        if places is not None and (best is None or len(places) > len(best.places)):
            bottom = max([row + storeys - 1, *_hanging(table, row)])
            unread = {
                at: " / ".join(texts) for at, texts in titles.items() if texts and at not in places.values()
            }  # fmt: skip
            best = Header(row, bottom + 1, places, unread)
    return best


def _fewest(listing: Listing) -> int:
    """Give how many columns make a header: one title alone may stand anywhere."""
    return min(2, len(listing.columns))


def _hanging(table: Table, row: int) -> list[int]:
    """Give the last rows of the merges that begin in a row and hang below it."""
    return [down for top, _, down, _ in table.sheet.merges if top == row and down > row]


def _places(listing: Listing, titles: dict[int, list[str]]) -> dict[int, int] | None:
    places: dict[int, int] = {}
    for number, column in enumerate(listing.columns):
        found = next(
            (
                at for at, texts in titles.items()
                if texts and (column.titles.match(texts[-1]) or column.titles.match(" / ".join(texts)))
            ),
            None,
        )  # fmt: skip
        if found is not None:
            places[number] = found
        elif column.required:
            return None
    return places if len(set(places.values())) >= _fewest(listing) else None


def repeats(listing: Listing, header: Header, row: Row) -> bool:
    """Say whether a row below prints the header again, as every page of a long print does."""
    texts = {number: shown(row[at]) for number, at in header.places.items() if at < len(row)}
    return (
        bool(texts)
        and all(listing.columns[number].titles.match(text) for number, text in texts.items() if text)
        and any(texts.values())
    )
