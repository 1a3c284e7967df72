"""What many tests share: the command line in a home of its own, and a small demo school."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent
SMALL_SCHOOL = {"pupils": 150, "weeks": 9, "years": 1, "seed": 3}

Run = Callable[..., "subprocess.CompletedProcess[str]"]
MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Streamlit makes the script of a page the main module, and a process that is then spawned would run that page."""
    yield
    sys.modules["__main__"] = MAIN


def zavuch(
    *arguments: str, home: Path, cwd: Path, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a person would."""
    program = shutil.which("zavuch", path=str(Path(sys.executable).parent))
    assert program, "the product is not installed beside this Python"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZAVUCH_")}
    environment |= {"ZAVUCH_HOME": str(home), **variables}
    return subprocess.run(
        [program, *arguments], cwd=cwd, env=environment, input=stdin, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with a space and Cyrillic letters in its path."""
    return tmp_path / "Наша школа" / "дом"


@pytest.fixture
def run_zavuch(tmp_path: Path, home: Path) -> Run:
    """`run_zavuch("ingest", path)` in the test's own home and working folder."""
    cwd = tmp_path / "cwd"
    cwd.mkdir()

    def run(*arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        return zavuch(*map(str, arguments), home=home, cwd=cwd, stdin=stdin, **variables)

    return run


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that one of the test processes makes and the others wait for."""
    root = factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / name
    with FileLock(folder.with_suffix(".lock")):
        if not folder.with_suffix(".done").exists():
            folder.mkdir()
            make(folder)
            folder.with_suffix(".done").touch()
    return folder


@pytest.fixture(scope="session")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo home of a small school: generated, ingested, built. Read it, do not change it."""

    def make(folder: Path) -> None:
        options = [word for name, value in SMALL_SCHOOL.items() for word in (f"--{name}", str(value))]
        done = zavuch("demo", *options, "--no-serve", home=folder / "demo home", cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr

    made = made_once(tmp_path_factory, "демо", make)
    # each process has its own copy: commands write logs and locks beside what they read
    return Path(shutil.copytree(made / "demo home", tmp_path_factory.mktemp("демо") / "demo home"))


@pytest.fixture(scope="session")
def demo_exports(small_demo: Path) -> Path:
    """The exports that the small demo school was built from."""
    return small_demo / "demo" / "exports"
