"""What is said wherever a forecast is shown: on a page, on paper, in a file."""

from __future__ import annotations

from warehouse.language import gettext as _


def not_a_plan() -> str:
    """The sentence that no forecast is shown without."""
    return _("Прогноз – не план и не основание для оценки работы учителя.")
