"""docs/выгрузки.md is true where that can be asked: commands, systems, kinds, links, figures, quarantine."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs_pages import docs_module

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


GENERATE = docs_module("generate")
SYSTEMS = importlib.import_module("systems_page")
TEXT = (DOCS / "выгрузки.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### ([^\n]+)\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))


def commands() -> list[tuple[str, ...]]:
    """Every command that the page names, without what is given to it."""
    found = set()
    for line in re.findall(r"`zavuch ([^`]+)`", TEXT):
        words = re.match(r"[a-z]+(?: [a-z]+)?", line)
        assert words, line
        pair = tuple(words[0].split())
        found.add(pair if pair in GENERATE.COMMANDS else pair[:1])
    return sorted(found)


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_a_command_of_the_page_exists(command: tuple[str, ...]) -> None:
    assert command in GENERATE.COMMANDS
    assert f"zavuch {' '.join(command)}" in GENERATE.help_of(command)


def test_options_of_the_page_exist() -> None:
    for line in re.findall(r"`zavuch ([^`]+ --[^`]+)`", TEXT):
        words = tuple(word for word in line.split(" --")[0].split() if word.isascii() and word.isalpha())
        command = words if words in GENERATE.COMMANDS else words[:1]
        for option in re.findall(r"--[a-z-]+", line):
            assert option in GENERATE.help_of(command), line


def test_the_commands_that_a_deputy_needs_are_told() -> None:
    asked = ("status", "drift", "codes check", "identity", "profile new", "watch", "exclude", "history")
    assert {tuple(one.split()) for one in asked} <= set(commands())


@pytest.mark.parametrize("system", SYSTEMS.SYSTEMS.values())
def test_every_system_has_a_section_that_names_all_its_kinds(system: str) -> None:
    section = " ".join(SECTIONS[system].split())
    code = next(code for code, name in SYSTEMS.SYSTEMS.items() if name == system)
    for kind in SYSTEMS.kinds():
        if kind.system == code:
            # «Итоговую страницу журнала» names «Итоговая страница журнала»: beginnings of words are compared
            stems = [word[: max(4, len(word) - 3)].lower() for word in re.findall(r"[\w/.]+", SYSTEMS.title(kind))]
            assert all(stem in section.lower() for stem in stems), SYSTEMS.title(kind)


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_link_leads_somewhere() -> None:
    for place, anchor in re.findall(r"\]\(([^)#]+)(?:#([^)]+))?\)", TEXT):
        page = (DOCS / place).read_text(encoding="utf-8")
        assert not anchor or anchor in {slug(head) for head in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}, anchor
    for system in SYSTEMS.kinds():
        name = SYSTEMS.SYSTEMS[system.system]
        assert f"(systems.md#{slug(name)})" in SECTIONS[name]


def test_one_page_is_enough_to_start() -> None:
    first = TEXT.split("\n## ")[1]
    assert first.startswith("Начните с этого\n\n|")


def test_figures_of_the_page_are_reckoned_right() -> None:
    classes, pupils, subjects = map(int, re.search(r"(\d+) классов, (\d+) учеников, по (\d+) предметов", TEXT).groups())
    table = TEXT.split("## Сколько это работы")[1].split("\n## ")[0]
    assert f"| {classes * subjects} | около" in table
    assert f"| {classes} | около {classes * 5} | раз в день – {classes} файлов, в неделю – {classes * 5} |" in table
    assert f"| {pupils} | около {pupils * 5} |" in table
    assert f"3 класса – {3 * pupils // classes} файлов в неделю" in table
    assert f"все {len(SYSTEMS.rules())} правил" in TEXT


def test_the_quarantine_speaks_as_the_page_says(tmp_path: Path, run_zavuch: Callable[..., object]) -> None:
    said = re.search(r"```\n(В карантине.*?)```", TEXT, re.DOTALL)[1]
    foreign = tmp_path / "похоже.html"
    foreign.write_text("<html><body><table><tr><td>привет</td></tr></table></body></html>", encoding="utf-8")
    done = run_zavuch("ingest", foreign)
    assert done.returncode == 1
    assert said in done.stdout


def test_a_moment_may_be_given_as_the_page_writes_it(tmp_path: Path, run_zavuch: Callable[..., object]) -> None:
    moment = re.search(r'`zavuch ingest --taken-at "([^"]+)"', TEXT)[1]
    foreign = tmp_path / "a.html"
    foreign.write_text("<html></html>", encoding="utf-8")
    assert run_zavuch("ingest", "--taken-at", moment, foreign).returncode == 1


@pytest.mark.parametrize(("page", "heading"), [("README.md", "What it reads"), ("README.ru.md", "Что читается")])
def test_the_readme_lists_every_system(page: str, heading: str) -> None:
    section = (ROOT / page).read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    for system in SYSTEMS.SYSTEMS.values():
        assert system in section, system
