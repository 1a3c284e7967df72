"""Accounts, sessions and the access log."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from warehouse.accounts import (
    ADDRESS_FAILURES,
    LOGIN_FAILURES,
    SESSION_LASTS,
    THROTTLE_WINDOW,
    AccessLog,
    AccountError,
    Accounts,
    ClassRef,
    cookie_secret,
    new_password,
)

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "верный-пароль-1"
HERE = "10.0.0.7"


class Watch:
    def __init__(self) -> None:
        self.moment = datetime(2025, 10, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def accounts(tmp_path: Path, watch: Watch) -> Accounts:
    made = Accounts(tmp_path / "дом с пробелом", clock=watch, hasher=CHEAP)
    made.add("zavuch", display_name="О. В. Лебедева", role="deputy", school_id="s1", password=PASSWORD)
    return made


def test_the_right_password_opens_a_session_of_that_person(accounts):
    signed = accounts.sign_in(" Zavuch ", PASSWORD, HERE)
    assert signed.problem == ""
    assert accounts.session(signed.token) == accounts.get("zavuch")


@pytest.mark.parametrize(("login", "password"), [("zavuch", "не тот пароль"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_login_and_a_wrong_password_look_the_same(accounts, login, password):
    signed = accounts.sign_in(login, password, HERE)
    assert (signed.problem, signed.token, signed.account) == ("wrong", "", None)


def test_an_unknown_login_costs_a_verification_too(accounts, monkeypatch):
    checked = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *args: checked.append(1) or verify(self, *args))
    accounts.sign_in("nobody", PASSWORD, HERE)
    assert checked == [1]


def test_disabling_ends_open_sessions_and_stops_new_ones(accounts):
    token = accounts.sign_in("zavuch", PASSWORD, HERE).token
    accounts.disable("zavuch")
    assert accounts.session(token) is None
    assert accounts.sign_in("zavuch", PASSWORD, HERE).problem == "wrong"
    accounts.disable("zavuch", disabled=False)
    assert accounts.session(token) is None
    assert accounts.sign_in("zavuch", PASSWORD, HERE).token


def test_a_session_ends_by_itself_by_signing_out_and_by_a_new_password(accounts, watch):
    first, second, third = (accounts.sign_in("zavuch", PASSWORD, HERE).token for _ in range(3))
    accounts.sign_out(first)
    assert accounts.session(first) is None
    assert accounts.session(second)
    accounts.set_password("zavuch", "другой-пароль-2")
    assert accounts.session(second) is None
    fourth = accounts.sign_in("zavuch", "другой-пароль-2", HERE).token
    watch.moment += SESSION_LASTS
    assert accounts.session(third) is None
    assert accounts.session(fourth) is None
    assert accounts.session("") is None


def test_a_stolen_file_holds_neither_passwords_nor_tokens(accounts):
    token = accounts.sign_in("zavuch", PASSWORD, HERE).token
    content = accounts.path.read_bytes()
    assert token.encode() not in content
    assert PASSWORD.encode() not in content


def test_failures_of_a_login_stop_further_tries_even_with_the_right_password(accounts, watch):
    for index in range(LOGIN_FAILURES):
        assert accounts.sign_in("zavuch", "не тот", f"10.0.0.{index}").problem == "wrong"
    stopped = accounts.sign_in("zavuch", PASSWORD, HERE)
    assert stopped.problem == "throttled"
    assert 0 < stopped.wait_minutes <= 16
    watch.moment += THROTTLE_WINDOW
    assert accounts.sign_in("zavuch", PASSWORD, HERE).token


def test_failures_from_an_address_stop_that_address_only(accounts):
    for index in range(ADDRESS_FAILURES):
        accounts.sign_in(f"nobody{index}", "не тот", HERE)
    assert accounts.sign_in("zavuch", PASSWORD, HERE).problem == "throttled"
    assert accounts.sign_in("zavuch", PASSWORD, "10.0.0.8").token


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": "zavuch"},
        {"login": " "},
        {"password": "short"},
        {"role": "class_teacher"},
        {"role": "class_teacher", "classes": [ClassRef("", "7Б")]},
        {"role": "superuser"},
    ],
    ids=["taken", "empty login", "short password", "no class", "no year", "unknown role"],
)
def test_senseless_accounts_are_refused(accounts, wrong):
    asked = {"login": "new", "display_name": "", "role": "deputy", "school_id": "s1", "password": PASSWORD, **wrong}
    with pytest.raises(AccountError):
        accounts.add(asked.pop("login"), **asked)


def test_a_class_teacher_keeps_the_classes(accounts):
    classes = (ClassRef("2025/2026", "7Б"), ClassRef("2024/2025", "6Б"))
    accounts.add("klass", display_name="", role="class_teacher", school_id="s1", password=PASSWORD, classes=classes)
    assert accounts.get("klass").classes == tuple(sorted(classes))
    assert [each.login for each in accounts.list()] == ["klass", "zavuch"]


def test_the_cookie_secret_is_made_once(tmp_path):
    assert cookie_secret(tmp_path) == cookie_secret(tmp_path)
    assert len(cookie_secret(tmp_path)) > 40
    assert [each.name for each in tmp_path.iterdir()] == ["cookie.key"]


def test_generated_passwords_are_long_and_differ():
    assert len({new_password() for _ in range(20)}) == 20
    assert min(len(new_password()) for _ in range(20)) >= 20


def test_the_access_log_only_grows(tmp_path, accounts):
    log = AccessLog(tmp_path)
    person = accounts.get("zavuch")
    log.record(person, action="open", subject="deputy", scope="s1", allowed=True, address=HERE)
    log.record(None, action="open", subject="/", allowed=False, reason="no session", address=HERE)
    assert [(each.login, each.object, each.allowed) for each in log.lines()] == [
        ("zavuch", "deputy", True),
        ("", "/", False),
    ]
    with sqlite3.connect(log.path) as connection:
        for statement in ("delete from access", "update access set login = ''"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    assert log.is_whole()


def test_a_line_removed_behind_the_log_s_back_shows(tmp_path, accounts):
    log = AccessLog(tmp_path)
    for page in ("deputy", "administration", "class_teacher"):
        log.record(accounts.get("zavuch"), action="open", subject=page, allowed=True)
    with sqlite3.connect(log.path) as connection:
        connection.execute("drop trigger access_never_shrinks")
        connection.execute("delete from access where object = 'administration'")
    assert not log.is_whole()


def test_sessions_last_half_a_day():
    assert timedelta(hours=8) <= SESSION_LASTS <= timedelta(hours=24)
