"""Make the virtual environment `.venv` ready. Standard library only, so any Python 3.11+ can run it.

    python bootstrap.py          what the product needs
    python bootstrap.py --dev    and what tests, linters and benchmarks need

`uv` is used when it is installed, else `venv` and pip. Versions and hashes come from
`requirements.txt` or `requirements-dev.txt`. A finished environment is left alone until those
files change: their digest is kept inside it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / ".zavuch-stamp"
MINIMUM = (3, 11)


def digest(requirements: Path) -> str:
    """Digest of everything that decides what the environment holds."""
    parts = [requirements.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def run(*command: str | Path) -> None:
    """Run one step; its failure ends the bootstrap with the step's own message."""
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT)


def install(requirements: Path) -> None:
    """Fill `.venv` with the pinned packages and the product itself (editable)."""
    uv = shutil.which("uv")
    if uv:
        os.environ["VIRTUAL_ENV"] = str(VENV)
        if not PYTHON.exists():
            run(uv, "venv", "--quiet", "--python", sys.executable, VENV)
        run(uv, "pip", "sync", "--quiet", "--require-hashes", requirements)
        run(uv, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ".")
        return
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    pip: list[str | Path] = [PYTHON, "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input"]
    # --no-deps: the list is complete, and older pips refuse extras of hashed packages.
    run(*pip, "install", "--no-deps", "--require-hashes", "-r", requirements)
    run(*pip, "install", "--no-deps", "--no-build-isolation", "--editable", ".")


def main(arguments: list[str]) -> int:
    """Bootstrap, unless the environment already is what the pins say."""
    if sys.version_info < MINIMUM:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.stderr.write(f"Нужен Python 3.11 или новее, а запущен {found}.\n")
        return 2
    dev = "--dev" in arguments
    requirements = ROOT / ("requirements-dev.txt" if dev else "requirements.txt")
    wanted = f"{'dev' if dev else 'run'} {digest(requirements)}"
    present = STAMP.read_text(encoding="utf-8").split() if STAMP.exists() else []
    dev_wanted = f"dev {digest(ROOT / 'requirements-dev.txt')}".split()
    if PYTHON.exists() and present in (wanted.split(), dev_wanted):
        return 0
    sys.stderr.write("Готовлю окружение .venv (первый раз это занимает пару минут)…\n")
    STAMP.unlink(missing_ok=True)
    install(requirements)
    STAMP.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        step = " ".join(error.cmd[1:6])
        sys.stderr.write(f"Окружение не собрано: шаг «{step} …» завершился с кодом {error.returncode}.\n")
        sys.exit(3)
