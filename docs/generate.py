"""Write the pages that are made from code.

docs/contract.md (canonical tables), docs/commands.md (the CLI), docs/systems.md (what each kind of export carries
and which rule it feeds), docs/regulations.md (every clause of the five regulations and what serves it) and
docs/metrics.md (every figure of attendance, progress and the forecast and how it is computed).

    .venv/bin/python docs/generate.py

A test compares the committed pages with what this script would write.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ingest.contract import MANIFEST, STATEMENTS, TABLES, Column

DOCS = Path(__file__).resolve().parent
sys.path.append(str(DOCS))  # a test loads this file by its path

from metrics_page import metrics_page  # noqa: E402
from regulations_page import regulations_page  # noqa: E402
from systems_page import systems_page  # noqa: E402

COMMANDS = (
    (), ("demo",), ("school",), ("school", "add"), ("school", "list"), ("ingest",), ("exclude",), ("codes",),
    ("codes", "check"), ("codes", "list"), ("profile",), ("profile", "list"),
    ("profile", "show"), ("profile", "check"), ("profile", "new"),
    ("identity",), ("build",), ("run",), ("watch",), ("serve",), ("status",), ("drift",),
    ("history",), ("report",), ("report", "remarks"), ("report", "oneroster"), ("account",), ("account", "add"),
    ("account", "list"), ("account", "disable"), ("register",), ("register", "add"), ("register", "list"),
    ("register", "remove"), ("workbook",), ("workbook", "export"), ("workbook", "import"),
    ("regulation",), ("regulation", "init"), ("regulation", "show"), ("regulation", "history"),
    ("regulation", "check"), ("regulation", "compare"), ("regulation", "limits"), ("regulation", "limit"),
    ("regulation", "preview"), ("regulation", "print"), ("forecast",), ("forecast", "fit"), ("forecast", "backtest"),
    ("sample",), ("sample", "enter"), ("sample", "list"),
)  # fmt: skip


def _columns(columns: tuple[Column, ...]) -> list[str]:
    lines = ["| column | kind | must be filled | meaning |", "|---|---|---|---|"]
    for column in columns:
        choices = " / ".join(f"`{choice}`" for choice in column.choices)
        meaning = " ".join(filter(None, (column.doc.replace("|", "/"), choices)))
        lines.append(f"| `{column.name}` | {column.kind} | {'yes' if column.required else ''} | {meaning} |")
    return lines


def contract_page() -> str:
    """The canonical tables as a page."""
    lines = [
        "# The canonical journal tables",
        "",
        "Made from `ingest/contract.py` by `docs/generate.py`; do not edit. Any school may hand these tables in as a",
        "folder or zip of CSV files («journal CSV»), one XLSX workbook with a sheet a table, or Parquet files.",
        "",
        "## manifest (one row)",
        "",
        *_columns(MANIFEST),
        "",
        "## statements (optional: what the export speaks about)",
        "",
        *_columns(STATEMENTS),
        "",
    ]
    for table in TABLES.values():
        key = ", ".join(f"`{name}`" for name in table.key)
        alternative = ", ".join(f"`{name}`" for name in table.alternative_key)
        lines += [f"## {table.name}: {table.doc}", "", f"Key: {key}" + (f" (or {alternative})" if alternative else "")]
        if table.groups:
            groups = "; ".join(f"{name}: {', '.join(columns)}" for name, columns in table.groups.items())
            lines += ["", f"Judged apart from the rest of the row: {groups}."]
        lines += ["", *_columns(table.columns), ""]
    return "\n".join(lines)


def help_of(command: tuple[str, ...]) -> str:
    """What `zavuch … --help` prints, 100 columns wide, without colours."""
    code = "import sys, zavuch; sys.argv[0] = 'zavuch'; zavuch.main()"
    wide = os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "ZAVUCH_LANG": "ru"}
    wide.pop("ZAVUCH_HOME", None)
    done = subprocess.run(
        [sys.executable, "-c", code, *command, "--help"], capture_output=True, check=True, env=wide, encoding="utf-8"
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def commands_page() -> str:
    """Every command with its help."""
    lines = ["# Команды", "", "Страница составлена `docs/generate.py` из справки самой программы.", ""]
    for command in COMMANDS:
        lines += [f"## zavuch {' '.join(command)}".rstrip(), "", "```", help_of(command), "```", ""]
    return "\n".join(lines)


PAGES = {
    "contract.md": contract_page,
    "commands.md": commands_page,
    "systems.md": systems_page,
    "regulations.md": regulations_page,
    "metrics.md": metrics_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
