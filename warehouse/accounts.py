"""Local accounts, sign-in sessions and the log of who looked at what.

`accounts.sqlite` holds people, the classes they lead, sessions and failed sign-ins; `access_log.sqlite`
holds one line for every page and download, allowed or denied, chained by hash so that a removed line shows.
Neither holds a pupil's name. The clock and the password hasher are given from outside, so tests use their own.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from warehouse.language import gettext as _

Role = Literal["deputy", "administration", "class_teacher"]
ROLES: tuple[Role, ...] = get_args(Role)
WHOLE_SCHOOL: frozenset[Role] = frozenset({"deputy", "administration"})
MIN_PASSWORD = 10
ACADEMIC_YEAR = re.compile(r"\d{4}/\d{4}")
DEMO_SCHOOL = "demo"
SESSION_LASTS = timedelta(hours=12)
THROTTLE_WINDOW = timedelta(minutes=15)
LOGIN_FAILURES = 6
ADDRESS_FAILURES = 30
WORD_SYLLABLES = ("ба", "ве", "го", "да", "жу", "зи", "ка", "ло", "му", "не", "пи", "ро", "са", "ту", "фи", "ша")

Clock = Callable[[], datetime]

SCHEMA = """
create table if not exists people (
    login text primary key, display_name text not null, role text not null, school_id text not null,
    password_hash text not null, disabled integer not null default 0, may_see_reasons integer not null default 0,
    created_at text not null
);
create table if not exists people_classes (
    login text not null references people (login), academic_year text not null, class_id text not null,
    primary key (login, academic_year, class_id)
);
create table if not exists sessions (
    token_hash text primary key, login text not null references people (login), created_at text not null,
    expires_at text not null, revoked integer not null default 0
);
create table if not exists failures (happened_at text not null, login text not null, address text not null);
create index if not exists failures_by_time on failures (happened_at);
"""

LINE = "happened_at, login, role, address, action, object, scope, allowed, reason"
LOG_SCHEMA = """
create table if not exists access (
    id integer primary key autoincrement, happened_at text not null, login text not null, role text not null,
    address text not null, action text not null, object text not null, scope text not null,
    allowed integer not null, reason text not null, previous_hash text not null, hash text not null
);
create trigger if not exists access_never_changes before update on access
begin select raise(abort, 'the access log is append-only'); end;
create trigger if not exists access_never_shrinks before delete on access
begin select raise(abort, 'the access log is append-only'); end;
"""


class AccountError(ValueError):
    """An account cannot be made or changed; the message is for the person at the command line."""


@dataclass(frozen=True, order=True)
class ClassRef:
    """A class of one academic year, as in the marts («2025/2026», «7Б»)."""

    academic_year: str
    class_id: str


@dataclass(frozen=True)
class Account:
    """A person who may sign in. `classes` matters for class teachers only."""

    login: str
    display_name: str
    role: Role
    school_id: str
    classes: tuple[ClassRef, ...] = ()
    may_see_reasons: bool = False
    disabled: bool = False


@dataclass(frozen=True)
class SignIn:
    """The result of a sign-in: a session token, or why not (`wrong`, `throttled`) and how long to wait."""

    token: str = ""
    account: Account | None = None
    problem: Literal["", "wrong", "throttled"] = ""
    wait_minutes: int = 0


def now() -> datetime:
    """The present moment, UTC, aware."""
    return datetime.now(UTC)


def new_password() -> str:
    """A password that is easy to read aloud: twelve syllables' worth of chance, e.g. «бака-рове-нелоту-47»."""
    syllables = [secrets.choice(WORD_SYLLABLES) for _ in range(9)]
    words = ["".join(syllables[start : start + 3]) for start in range(0, 9, 3)]
    return f"{'-'.join(words)}-{secrets.randbelow(90) + 10}"


def cookie_secret(home: Path) -> str:
    """The key that signs cookies: made once for a home, readable by its owner only where the system can say so."""
    path = home / "cookie.key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"cookie.key.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48))
        if path.exists():
            draft.unlink()
        else:
            draft.replace(path)
    return path.read_text(encoding="ascii").strip()


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for one transaction: committed at the end, rolled back on error, always closed."""
    connection = sqlite3.connect(path, timeout=20)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma foreign_keys = on")
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def create(path: Path, schema: str) -> None:
    """Make the file with its tables where they are absent, closed to other users where the system can say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    with opened(path) as connection:
        connection.executescript(schema)


def digest(token: str) -> str:
    """What is kept of a session token: a stolen accounts file opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()


class Accounts:
    """The people of one home and their sessions."""

    def __init__(self, home: Path, *, clock: Clock = now, hasher: PasswordHasher | None = None) -> None:
        self.path = home / "accounts.sqlite"
        self.clock = clock
        self.hasher = hasher or PasswordHasher()
        self._decoy = ""
        create(self.path, SCHEMA)

    def add(
        self,
        login: str,
        *,
        display_name: str,
        role: Role,
        school_id: str,
        password: str,
        classes: Sequence[ClassRef] = (),
        may_see_reasons: bool = False,
    ) -> Account:
        """Make an account; AccountError when the login is taken or the request makes no sense."""
        login = login.strip().lower()
        if not login:
            raise AccountError(_("Логин пуст."))
        if role not in ROLES:
            raise AccountError(_("Роль «{role}» неизвестна; есть: {known}.").format(role=role, known=", ".join(ROLES)))
        if role == "class_teacher" and not classes:
            raise AccountError(_("Классному руководителю нужен хотя бы один класс."))
        for each in classes:
            if not ACADEMIC_YEAR.fullmatch(each.academic_year):
                raise AccountError(
                    _("Укажите учебный год класса {name}, например 2025/2026.").format(name=each.class_id)
                )
        if len(password) < MIN_PASSWORD:
            raise AccountError(_("Пароль короче {n} знаков.").format(n=MIN_PASSWORD))
        hashed = self.hasher.hash(password)
        with opened(self.path) as connection:
            if connection.execute("select 1 from people where login = ?", (login,)).fetchone():
                raise AccountError(_("Логин «{login}» уже занят.").format(login=login))
            connection.execute(
                "insert into people (login, display_name, role, school_id, password_hash, may_see_reasons, created_at)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                (login, display_name, role, school_id, hashed, int(may_see_reasons), self.clock().isoformat()),
            )
            connection.executemany(
                "insert into people_classes (login, academic_year, class_id) values (?, ?, ?)",
                [(login, each.academic_year, each.class_id) for each in sorted(set(classes))],
            )
        return self.get(login)

    def get(self, login: str) -> Account:
        """The account; AccountError when there is none."""
        found = self.find(login)
        if found is None:
            raise AccountError(_("Учётной записи «{login}» нет.").format(login=login))
        return found

    def find(self, login: str) -> Account | None:
        """The account, or None."""
        with opened(self.path) as connection:
            row = connection.execute("select * from people where login = ?", (login.strip().lower(),)).fetchone()
            return self._account(connection, row) if row else None

    def list(self) -> tuple[Account, ...]:
        """All accounts, by login."""
        with opened(self.path) as connection:
            rows = connection.execute("select * from people order by login").fetchall()
            return tuple(self._account(connection, row) for row in rows)

    def disable(self, login: str, *, disabled: bool = True) -> Account:
        """Close (or open again) an account; its sessions end at their next request."""
        account = self.get(login)
        with opened(self.path) as connection:
            connection.execute("update people set disabled = ? where login = ?", (int(disabled), account.login))
            if disabled:
                connection.execute("update sessions set revoked = 1 where login = ?", (account.login,))
        return self.get(login)

    def set_password(self, login: str, password: str) -> None:
        """Set a new password and end every session of the account."""
        account = self.get(login)
        if len(password) < MIN_PASSWORD:
            raise AccountError(_("Пароль короче {n} знаков.").format(n=MIN_PASSWORD))
        hashed = self.hasher.hash(password)
        with opened(self.path) as connection:
            connection.execute("update people set password_hash = ? where login = ?", (hashed, account.login))
            connection.execute("update sessions set revoked = 1 where login = ?", (account.login,))

    def sign_in(self, login: str, password: str, address: str) -> SignIn:
        """Check a password and open a session.

        An unknown login costs the same hashing as a known one, and too many failures of a login or an address
        within a quarter of an hour stop further tries without looking at the password.
        """
        login = login.strip().lower()[:200]
        wait = self._throttled(login, address)
        if wait:
            return SignIn(problem="throttled", wait_minutes=wait)
        with opened(self.path) as connection:
            row = connection.execute("select password_hash, disabled from people where login = ?", (login,)).fetchone()
        stored = str(row["password_hash"]) if row else self._decoy_hash()
        if not (self._fits(stored, password[:1000]) and row and not row["disabled"]):
            with opened(self.path) as connection:
                connection.execute(
                    "insert into failures (happened_at, login, address) values (?, ?, ?)",
                    (self.clock().isoformat(), login, address),
                )
            return SignIn(problem="wrong")
        if self.hasher.check_needs_rehash(stored):
            with opened(self.path) as connection:
                connection.execute(
                    "update people set password_hash = ? where login = ?", (self.hasher.hash(password), login)
                )
        return SignIn(token=self.open_session(login), account=self.get(login))

    def open_session(self, login: str) -> str:
        """A new session of the account (the caller has established who it is); returns its token."""
        account = self.get(login)
        if account.disabled:
            raise AccountError(_("Учётная запись «{login}» закрыта.").format(login=login))
        token, moment = secrets.token_urlsafe(32), self.clock()
        with opened(self.path) as connection:
            connection.execute("delete from sessions where expires_at < ?", (moment.isoformat(),))
            connection.execute("delete from failures where login = ?", (account.login,))
            connection.execute(
                "insert into sessions (token_hash, login, created_at, expires_at) values (?, ?, ?, ?)",
                (digest(token), account.login, moment.isoformat(), (moment + SESSION_LASTS).isoformat()),
            )
        return token

    def session(self, token: str) -> Account | None:
        """Whose session the token opens right now; None when ended, expired, unknown or the account is closed."""
        return self.session_by_hash(digest(token)) if token else None

    def session_by_hash(self, token_hash: str) -> Account | None:
        """As `session`, from what `digest` gave: pages know a session by its hash and never hold the token."""
        with opened(self.path) as connection:
            row = connection.execute(
                "select people.* from sessions join people on people.login = sessions.login"
                " where token_hash = ? and revoked = 0 and disabled = 0 and expires_at > ?",
                (token_hash, self.clock().isoformat()),
            ).fetchone()
            return self._account(connection, row) if row else None

    def sign_out(self, token: str) -> None:
        """End the session."""
        with opened(self.path) as connection:
            connection.execute("update sessions set revoked = 1 where token_hash = ?", (digest(token),))

    def _throttled(self, login: str, address: str) -> int:
        """Minutes to wait before another try; 0 when a try is allowed."""
        moment = self.clock()
        since = (moment - THROTTLE_WINDOW).isoformat()
        with opened(self.path) as connection:
            connection.execute("delete from failures where happened_at <= ?", (since,))
            by_login = connection.execute(
                "select happened_at from failures where login = ? order by happened_at desc limit ?",
                (login, LOGIN_FAILURES),
            ).fetchall()
            by_address = connection.execute(
                "select happened_at from failures where address = ? order by happened_at desc limit ?",
                (address, ADDRESS_FAILURES),
            ).fetchall()
        waits = [
            datetime.fromisoformat(rows[-1]["happened_at"]) + THROTTLE_WINDOW - moment
            for rows, limit in ((by_login, LOGIN_FAILURES), (by_address, ADDRESS_FAILURES))
            if len(rows) >= limit
        ]
        return max((int(wait.total_seconds() // 60) + 1 for wait in waits), default=0)

    def _fits(self, stored: str, password: str) -> bool:
        """Tell whether the password opens the stored hash."""
        try:
            return bool(self.hasher.verify(stored, password))
        except (VerificationError, InvalidHashError):
            return False

    def _decoy_hash(self) -> str:
        """A hash that no password opens, checked in place of an unknown login's."""
        if not self._decoy:
            self._decoy = self.hasher.hash(secrets.token_urlsafe(32))
        return self._decoy

    @staticmethod
    def _account(connection: sqlite3.Connection, row: sqlite3.Row) -> Account:
        classes = connection.execute(
            "select academic_year, class_id from people_classes where login = ? order by 1, 2", (row["login"],)
        ).fetchall()
        return Account(
            login=row["login"],
            display_name=row["display_name"],
            role=row["role"],
            school_id=row["school_id"],
            classes=tuple(ClassRef(each["academic_year"], each["class_id"]) for each in classes),
            may_see_reasons=bool(row["may_see_reasons"]),
            disabled=bool(row["disabled"]),
        )


@dataclass(frozen=True)
class Access:
    """One line of the access log."""

    happened_at: str
    login: str
    role: str
    address: str
    action: str
    object: str
    scope: str
    allowed: bool
    reason: str


class AccessLog:
    """The append-only log of pages opened and files taken; no pupil's name ever enters it."""

    def __init__(self, home: Path, *, clock: Clock = now) -> None:
        self.path = home / "access_log.sqlite"
        self.clock = clock
        create(self.path, LOG_SCHEMA)

    def record(
        self,
        account: Account | None,
        *,
        action: str,
        subject: str,
        scope: str = "",
        allowed: bool,
        reason: str = "",
        address: str = "",
    ) -> None:
        """Add a line. action: open, download, sign-in, sign-out; subject: the page, file or table."""
        line: list[str | int] = [
            self.clock().isoformat(),
            account.login if account else "",
            account.role if account else "",
            address,
            action,
            subject,
            scope,
            int(allowed),
            reason,
        ]
        connection = sqlite3.connect(self.path, timeout=20, isolation_level=None)
        try:
            connection.execute("begin immediate")
            last = connection.execute("select hash from access order by id desc limit 1").fetchone()
            previous = str(last[0]) if last else ""
            connection.execute(
                f"insert into access ({LINE}, previous_hash, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*line, previous, chained(previous, line)),
            )
            connection.execute("commit")
        finally:
            connection.close()

    def lines(self) -> tuple[Access, ...]:
        """All lines, oldest first."""
        with opened(self.path) as connection:
            rows = connection.execute(f"select {LINE} from access order by id").fetchall()
        return tuple(Access(**{**dict(row), "allowed": bool(row["allowed"])}) for row in rows)

    def is_whole(self) -> bool:
        """Whether every line still follows from the one before it."""
        previous = ""
        with opened(self.path) as connection:
            rows = connection.execute(f"select {LINE}, previous_hash, hash from access order by id").fetchall()
        for row in rows:
            if row["previous_hash"] != previous or row["hash"] != chained(previous, list(row)[:9]):
                return False
            previous = row["hash"]
        return True


def chained(previous: str, line: list[str | int]) -> str:
    """The hash that binds a line to the one before it."""
    return hashlib.sha256((previous + json.dumps(line, ensure_ascii=False)).encode()).hexdigest()
