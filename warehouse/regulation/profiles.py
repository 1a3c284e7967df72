"""The shipped profiles: five real regulations, each answer with its clause and its words, and `default`.

They are seeds of the dbt project, so that checks and previews read the same rows. What a regulation does not say stands
in it as «в положении не сказано» and is never filled from another one. `default` has no regulation behind it: every
answer of it is set by the school.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from warehouse.regulation.answers import Regulation
from warehouse.regulation.terms import answers_of

SEEDS = Path(__file__).resolve().parents[2] / "dbt" / "seeds"
TERMS = SEEDS / "regulation_terms.csv"
HEADS = SEEDS / "regulation_profiles.csv"
FIVE = ("novoaltaysk-2016", "mbou", "izhevskoe-2018", "kirishi-2018", "pogorelka")
DEFAULT = "default"
NAMES = (*FIVE, DEFAULT)


@cache
def profile(name: str) -> Regulation:
    """Give a shipped profile. Raises KeyError for a name that is not shipped."""
    if name not in NAMES:
        raise KeyError(name)
    (head,) = _rows(HEADS, name)
    return Regulation(answers_of(_rows(TERMS, name)), profile=name, document=head["document"])


def _rows(seed: Path, name: str) -> list[dict[str, str]]:
    with seed.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["profile"] == name]
