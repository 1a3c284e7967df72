"""What every paper of a school bears: its full name above, and the names of those who sign.

They come from the particulars of the school («Школа и реквизиты»). Where a name is not known the line stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from warehouse import publish
from warehouse.registers.journal import Journal
from warehouse.settings import Settings
from warehouse.store import QUIET

DETAILS = "rpt_document__school_details"


@dataclass(frozen=True)
class Letterhead:
    """A school on paper. director, deputy: «Образцова А. П.», '' where nobody is named."""

    school: str
    director: str = ""
    deputy: str = ""


def letterhead(details: Mapping[str, str], name: str) -> Letterhead:
    """Make it of the particulars of a school, by item. name: of the settings, where no full name was entered."""
    return Letterhead(
        details.get("full_name", "").strip() or name,
        signed(details.get("director", "")),
        signed(details.get("deputy", "")),
    )


def published_details(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Read the particulars of a published school; none where it was built by an older Zavuch."""
    known = connection.execute("select 1 from duckdb_tables() where table_name = ?", [DETAILS]).fetchall()
    return dict(connection.execute(f"select item, value from reports.{DETAILS}").fetchall()) if known else {}


def letterhead_of(settings: Settings, school_id: str) -> Letterhead:
    """Make it of what is known now: what the published school shows, and what was entered in the registers since."""
    file = publish.file_of(settings.home, school_id)
    details = {}
    if file is not None:
        with duckdb.connect(file, read_only=True, config=QUIET) as connection:
            details = published_details(connection)
    for entry in Journal(settings, school_id).entries("school_details"):
        details[str(entry.values["item"])] = str(entry.values["value"])
    return letterhead(details, settings.schools[school_id].name)


def signed(name: str) -> str:
    """Give a name as it stands beside a signature: «Образцова А. П.» of «Образцова Анна Петровна», else as it is."""
    words = name.split()
    if len(words) != 3 or any("." in word for word in words):
        return " ".join(words)
    return f"{words[0]} {words[1][0]}. {words[2][0]}."
