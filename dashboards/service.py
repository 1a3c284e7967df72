"""What the running dashboards serve: one home, its people and its published version."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from argon2 import PasswordHasher

from warehouse import publish
from warehouse.access import Data, Viewer, open_for
from warehouse.accounts import DEMO_SCHOOL, AccessLog, Account, Accounts, Role, cookie_secret

PEOPLE_ORDER: tuple[Role, ...] = ("deputy", "class_teacher", "administration")


@dataclass(frozen=True)
class Service:
    """One home being served. `demo`: visitors may choose a person instead of signing in."""

    home: Path
    demo: bool
    accounts: Accounts
    log: AccessLog
    secret: str

    @property
    def cookie(self) -> str:
        """Name of the session cookie; differs between homes, since a browser mixes the ports of one host."""
        return f"zavuch_{sha256(self.secret.encode()).hexdigest()[:8]}"

    def published(self) -> publish.Published | None:
        """The version in service right now."""
        return publish.current(self.home)

    def open(self, account: Account, published: publish.Published) -> Data:
        """The account's data of a version."""
        return open_for(Viewer(account), published)

    def people_to_choose(self) -> tuple[Account, ...]:
        """Whom a visitor of the demo may be; nobody elsewhere, and never anybody of a real school."""
        if not self.demo:
            return ()
        people = [each for each in self.accounts.list() if each.school_id == DEMO_SCHOOL and not each.disabled]
        return tuple(sorted(people, key=lambda each: (PEOPLE_ORDER.index(each.role), each.login)))


_service: Service | None = None


def configure(home: Path, *, demo: bool = False, hasher: PasswordHasher | None = None) -> Service:
    """Serve this home in this process (Streamlit runs one app a process)."""
    global _service
    home = home.expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    _service = Service(home, demo, Accounts(home, hasher=hasher), AccessLog(home), cookie_secret(home))
    return _service


def service() -> Service:
    """The service of this process."""
    if _service is None:
        raise RuntimeError("the dashboards are not configured")
    return _service
