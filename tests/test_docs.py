"""Docs are kept true: generated pages match the code, every command has help and an example, README commands run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from ingest.demo_school.generate import PRINTED_B, PRINTED_C
from tests.docs_pages import docs_module

ROOT = Path(__file__).resolve().parent.parent


GENERATE = docs_module("generate")


@pytest.mark.parametrize("name", sorted(GENERATE.PAGES))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == GENERATE.PAGES[name]()


def test_every_command_is_on_the_page_and_has_an_example() -> None:
    import zavuch

    leaves = set()
    for name, command in get_command(zavuch.app).commands.items():  # type: ignore[attr-defined]
        inside = getattr(command, "commands", {})
        leaves |= {(name, one) for one in inside} or {(name,)}
    assert leaves <= set(GENERATE.COMMANDS)
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for leaf in leaves:
        section = page.split(f"## zavuch {' '.join(leaf)}\n", 1)[1].split("\n## ", 1)[0]
        assert f"Пример: zavuch {' '.join(leaf)}" in section


def commands(page: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("page", ["README.md", "README.ru.md", "CONTRIBUTING.md"])
def test_make_targets_of_the_docs_exist(page: str) -> None:
    for line in commands(page):
        if line.startswith("make "):
            done = subprocess.run(["make", "-n", *line.split()[1:]], cwd=ROOT, capture_output=True, check=False)
            assert done.returncode == 0, line


def test_both_readmes_show_the_same_commands() -> None:
    assert commands("README.md") == commands("README.ru.md")


@pytest.mark.slow
def test_the_commands_of_the_readme_run(tmp_path: Path, demo_exports: Path, run_zavuch) -> None:
    """Everything but `make` and the endless `serve`, in order, on the exports of a small school."""
    printed = "МБОУ СОШ № 1 г. Образцова (демо)"
    for line in commands("README.md"):
        words = shlex.split(line)
        if words[0] != "zavuch" or words[1] == "serve":
            continue
        words = [str(demo_exports) if word == "exports/" else word for word in words[1:]]
        if words[:2] == ["school", "add"]:
            words[2] = "demo"
            words[words.index("--name") + 1] = printed
            words += ["--printed", PRINTED_B, "--printed", PRINTED_C]
        done = run_zavuch(*words, stdin="очень длинный пароль\n")
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert list((tmp_path / "cwd" / "remarks").glob("*.pdf"))


def test_pictures_of_the_readme_exist() -> None:
    for page in ("README.md", "README.ru.md"):
        for picture in re.findall(r"\]\((docs/pictures/[^)]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert (ROOT / picture).stat().st_size > 10_000


def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "zavuch.py"), "--help"], capture_output=True, check=False)
    assert done.returncode == 0
