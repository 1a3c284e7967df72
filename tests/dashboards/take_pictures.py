"""Pictures of the three pages for the documentation: python tests/dashboards/take_pictures.py HOME OUT.

Serves HOME (a built demo home) and shoots each person's first page, and the class teacher's on a phone.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.dashboards.browsing import browser, choose, serving, settled, sign_in  # noqa: E402
from warehouse.accounts import Accounts  # noqa: E402

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def take(home: Path, out: Path) -> list[Path]:
    """Shoot the pages of one person of each role; gives the files."""
    out.mkdir(parents=True, exist_ok=True)
    people = {account.role: account.login for account in reversed(Accounts(home).list())}
    made: list[Path] = []
    with serving(home) as address, browser() as opened:

        def shoot(name: str, role: str, size: dict[str, int], section: str = "") -> None:
            context = opened.new_context(viewport=size, locale="ru-RU", device_scale_factor=1.5)
            page = context.new_page()
            sign_in(page, address, people[role])
            if section:
                choose(page, section)
            settled(page)
            page.wait_for_timeout(1200)
            made.append(out / f"{name}.png")
            page.screenshot(path=made[-1])
            context.close()

        shoot("deputy", "deputy", DESK)
        shoot("deputy-timeliness", "deputy", DESK, "Своевременность")
        shoot("class_teacher", "class_teacher", DESK)
        shoot("class_forecast", "class_teacher", DESK, "Прогноз")
        shoot("class_teacher-phone", "class_teacher", PHONE)
        shoot("administration", "administration", DESK)
    return made


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
