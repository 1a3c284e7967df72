"""The language of screen and paper: Russian in the source, English from a gettext catalogue."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locale"
VARIABLE = "ZAVUCH_LANG"
DEFAULT = "ru"


def language() -> str:
    """`ru` or another language that has a catalogue; asked for by the environment."""
    wanted = os.environ.get(VARIABLE, DEFAULT)[:2].lower()
    return wanted if (LOCALES / f"{wanted}.po").exists() else DEFAULT


def choose(wanted: str) -> None:
    """Set the language of this process."""
    os.environ[VARIABLE] = wanted


@cache
def catalogue(name: str) -> dict[str, str]:
    """Russian text → text in the language `name`; empty for Russian itself."""
    path = LOCALES / f"{name}.po"
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream) if m.id and m.string}


def gettext(text: str) -> str:
    """The text in the language of this process; the Russian original where no translation stands."""
    return catalogue(language()).get(text, text)


def plural(n: int, forms: str) -> str:
    """The form of a noun that goes with a number; forms (translated): «урок|урока|уроков»."""
    one, few, many = forms.split("|")
    if language() == "en":
        return one if n == 1 else many
    if n % 10 == 1 and n % 100 != 11:
        return one
    return few if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else many


def is_yes(reply: str) -> bool:
    """Whether a reply agrees; anything but a yes is a no."""
    return reply.strip().casefold() in {"да", "д", "yes", "y"}
