"""Make the site of the dbt project: every model, column, rule and test, with the graph of what rests on what.

    .venv/bin/python docs/site.py docs/site

writes `docs/site/index.html`, one file that opens without a server and asks no other host. It needs no warehouse.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from warehouse.dbt_run import PROJECT, environment


def make(folder: Path) -> Path:
    """Write the site into a folder and give its page. Raises CalledProcessError where dbt cannot read the project."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        subprocess.run(
            [
                sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", "docs", "generate",
                "--static", "--empty-catalog",
                "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
            ],
            env={**os.environ, **environment(work / "empty.duckdb", work)},
            check=True,
        )  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(work / "target" / "static_index.html", folder / "index.html"))


def main() -> None:
    """Make the site in the folder that is named."""
    if len(sys.argv) != 2:
        raise SystemExit("Usage: .venv/bin/python docs/site.py FOLDER")
    print(make(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
