"""The commands, a module for each part of the way: thin words over what the rooms do.

The language is chosen before anything else: help texts are put together when the modules are read.
"""

from __future__ import annotations

import sys

from warehouse import console, language


def _language_asked_for(arguments: list[str]) -> None:
    """`--lang en` anywhere on the line decides before any help text is put together."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            language.choose(arguments[position + 1])
        elif argument.startswith("--lang="):
            language.choose(argument.split("=", 1)[1])


_language_asked_for(sys.argv[1:])
console.prepare_typer()
