"""The shipped profiles: five real regulations, each answer with its clause and its words, and `default`.

A profile is a file like that of a school. What a regulation does not say stands in it as «в положении не сказано» and
is never filled from another one. `default` has no regulation behind it: every answer of it is set by the school.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from warehouse.regulation import file
from warehouse.regulation.answers import Regulation

FOLDER = Path(__file__).parent / "profiles"
FIVE = ("novoaltaysk-2016", "mbou", "izhevskoe-2018", "kirishi-2018", "pogorelka")
DEFAULT = "default"
NAMES = (*FIVE, DEFAULT)


@cache
def profile(name: str) -> Regulation:
    """Give a shipped profile. Raises KeyError for a name that is not shipped."""
    if name not in NAMES:
        raise KeyError(name)
    return file.read(FOLDER / f"{name}.toml")
