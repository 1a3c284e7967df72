"""Which teacher is meant: by id, by printed name or by the beginning of one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from warehouse.language import gettext as _

SHOWN = 8


class UnknownTeacherError(LookupError):
    """No teacher, or more than one, answers to what was asked.

    The message holds no name, so it may be logged; `suggestions` are «name (id)» for the person who asked,
    and `advice` is both together.
    """

    def __init__(self, message: str, suggestions: Sequence[str]) -> None:
        super().__init__(message)
        self.suggestions = tuple(suggestions)

    @property
    def advice(self) -> str:
        """The message and, a line each, who may have been meant."""
        return "\n".join([str(self), *(f"  {name}" for name in self.suggestions)])


def plain(name: str) -> str:
    """Fold what people type differently: letter case, ё, dots, spaces."""
    return " ".join(name.casefold().replace("ё", "е").replace(".", " ").split())


def find_teacher(wanted: str, names: Mapping[str, str]) -> str:
    """Return the id of the teacher meant; names: id → printed name.

    Raises UnknownTeacherError.
    """
    if wanted in names:
        return wanted
    asked = plain(wanted)
    folded = {key: plain(name) for key, name in names.items()}
    found: list[str] = []
    if asked:
        found = [key for key, name in folded.items() if name == asked]
        found = found or [key for key, name in folded.items() if name.startswith(asked)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownTeacherError(
            _("Подходит несколько учителей: {n}. Уточните имя или укажите код.").format(n=len(found)),
            _labels(found, names),
        )
    near = difflib.get_close_matches(asked, folded.values(), n=SHOWN, cutoff=0.5) if asked else []
    surnames = [key for key, name in folded.items() if asked and plain(wanted).split()[0][:3] == name[:3]]
    suggested = [key for key, name in folded.items() if name in near] or surnames
    raise UnknownTeacherError(_("Такого учителя в данных нет."), _labels(suggested, names))


def _labels(keys: Sequence[str], names: Mapping[str, str]) -> list[str]:
    return sorted(f"{names[key]} ({key})" for key in keys)[:SHOWN]
