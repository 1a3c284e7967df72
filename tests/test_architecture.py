"""The rooms and their doors: imports run downwards only, and some things may be nowhere."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"commands", "ingest", "expectations", "dashboards", "exports", "warehouse"}
MAY_IMPORT = {
    "commands": ROOMS,
    "warehouse": {"warehouse"},
    "ingest": {"ingest", "warehouse"},
    "expectations": {"expectations", "warehouse"},
    "dashboards": {"dashboards", "warehouse"},
    "exports": {"exports", "warehouse"},
}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Top names of everything a module imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_room_imports_only_itself_and_the_ground_floor(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert imported(path) & ROOMS <= MAY_IMPORT[room]


def test_writers_of_the_demo_school_share_no_code_with_readers() -> None:
    for path in (ROOT / "ingest" / "demo_school").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "ingest.readers" not in text, path.name
        assert "ingest.validate" not in text, path.name


def test_great_expectations_is_imported_by_one_module_only() -> None:
    users = {path.name for path in MODULES if "great_expectations" in imported(path)}
    assert users == {"duckdb_bridge.py"}


def test_the_dbt_folder_never_becomes_a_package() -> None:
    assert not list((ROOT / "dbt").rglob("__init__.py"))


def test_pins_name_no_addresses() -> None:
    for path in ROOT.glob("requirements*"):
        assert "://" not in path.read_text(encoding="utf-8"), path.name
