"""The home folder: where everything of one installation lives, and what `zavuch.toml` says.

    var/ (or ZAVUCH_HOME)
      zavuch.toml  inbox/  landing/  quarantine/  history/  registers/  regulations/  samples/  warehouse/
      accounts.sqlite  access_log.sqlite  runs.sqlite  documents/  archive/

Copying the folder moves the school. Nothing outside it is written.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from filelock import FileLock

HOME_VARIABLE = "ZAVUCH_HOME"
DEFAULT_TIMEZONE = "Europe/Moscow"
SETTINGS_FILE = "zavuch.toml"
SCHOOL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

FIELD_GROUPS = ("lessons", "marks", "attendance")
"""Groups of fields for which `[sources]` may say whose rows lead."""

NEW_SETTINGS = """\
# Настройки Завуча. Школы добавляет команда
#   zavuch school add ID --name "Название" --printed "Название, как его печатает журнал"
# Если об одном классе рассказывают два журнала, считаются записи того, который назван первым:
#   [sources]
#   marks = ["sgo", "journal_csv"]        # так же lessons и attendance
timezone = "{timezone}"
"""


class SettingsError(Exception):
    """`zavuch.toml` cannot be used; the text is Russian and says where and what to do."""


@dataclass(frozen=True)
class School:
    """A school of this home and the names under which its journal prints it."""

    school_id: str
    name: str
    printed_names: tuple[str, ...] = ()
    timezone: str = DEFAULT_TIMEZONE
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)


def normalised_name(text: str) -> str:
    """A school name without differences of case, quotes, dashes and spaces."""
    text = re.sub(r"[\"'«»„“”`]", " ", text.replace("№", " № ")).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[‐‑‒–—-]", "-", text).split())


@dataclass(frozen=True)
class Settings:
    """One home and its settings."""

    home: Path
    demo: bool = False
    timezone: str = DEFAULT_TIMEZONE
    schools: dict[str, School] = field(default_factory=dict)
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """`zavuch.toml` of this home."""
        return self.home / SETTINGS_FILE

    @property
    def inbox(self) -> Path:
        """Where people drop exports; loaded files move to `done/` in it."""
        return self.home / "inbox"

    @property
    def landing(self) -> Path:
        """Kept bytes, the ledger of observations and the rows read from them."""
        return self.home / "landing"

    @property
    def quarantine(self) -> Path:
        """Notes on what could not be loaded."""
        return self.home / "quarantine"

    @property
    def history(self) -> Path:
        """Parquet history of every record."""
        return self.home / "history"

    @property
    def registers(self) -> Path:
        """What people enter because no export carries it; append-only, a folder a school."""
        return self.home / "registers"

    @property
    def warehouse(self) -> Path:
        """Published versions and the private build."""
        return self.home / "warehouse"

    @property
    def documents(self) -> Path:
        """Papers that were made."""
        return self.home / "documents"

    @property
    def accounts_db(self) -> Path:
        """Accounts of the dashboards."""
        return self.home / "accounts.sqlite"

    def zone(self, school_id: str = "") -> ZoneInfo:
        """The time zone of a school."""
        school = self.schools.get(school_id)
        return ZoneInfo(school.timezone if school else self.timezone)

    def source_ranks(self, school_id: str) -> list[tuple[str, str, int]]:
        """(field group, system, rank from 1) as the school says it, else as the home does; unnamed systems follow."""
        school = self.schools.get(school_id)
        said = self.sources | (school.sources if school else {})
        return [(group, system, rank) for group in said for rank, system in enumerate(said[group], start=1)]

    def lock(self) -> FileLock:
        """One writer a home; waits a minute."""
        self.home.mkdir(parents=True, exist_ok=True)
        return FileLock(self.home / ".lock", timeout=60)

    def run_lock(self) -> FileLock:
        """One run of the pipeline a home, over all processes."""
        self.home.mkdir(parents=True, exist_ok=True)
        return FileLock(self.home / ".run.lock")

    def school_of(self, printed: str) -> School | None:
        """The school that a printed name belongs to."""
        wanted = normalised_name(printed)
        for school in self.schools.values():
            names = (school.name, *school.printed_names)
            if wanted and wanted in map(normalised_name, names):
                return school
        return None

    @classmethod
    def load(cls, home: Path) -> Settings:
        """Read the home's settings; a home without a file has the defaults.

        Raises SettingsError with the place and the mend when the file is broken.
        """
        home = home.expanduser().resolve()
        path = home / SETTINGS_FILE
        if not path.exists():
            return cls(home)
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: файл настроек не читается ({error}). Исправьте эту строку.") from error
        return cls(
            home,
            demo=bool(data.get("demo", False)),
            timezone=_zone_name(data.get("timezone", DEFAULT_TIMEZONE), path),
            schools={key: _school(key, value, data, path) for key, value in data.get("schools", {}).items()},
            sources=_sources(data.get("sources", {}), "sources", path),
        )

    def create(self) -> None:
        """Make the folders and a commented `zavuch.toml` where there is none."""
        for folder in (self.home, self.inbox, self.landing, self.quarantine, self.history, self.warehouse):
            folder.mkdir(parents=True, exist_ok=True)
        if not self.file.exists():
            text = NEW_SETTINGS.format(timezone=self.timezone) + ("demo = true\n" if self.demo else "")
            self.file.write_text(text, encoding="utf-8")

    def add_school(self, school: School) -> Settings:
        """Append a school to `zavuch.toml`, or new printed names to a known one, and read the file again."""
        if not SCHOOL_ID.fullmatch(school.school_id):
            raise SettingsError("Код школы: латинские буквы, цифры, точка, дефис и подчёркивание, до 64 знаков.")
        self.create()
        known = self.schools.get(school.school_id)
        if known is None:
            quoted = [json.dumps(name, ensure_ascii=False) for name in school.printed_names]
            block = (
                f"\n[schools.{json.dumps(school.school_id)}]\n"
                f"name = {json.dumps(school.name, ensure_ascii=False)}\n"
                f"printed_names = [{', '.join(quoted)}]\n"
                f"timezone = {json.dumps(school.timezone)}\n"
            )
            with self.file.open("a", encoding="utf-8") as stream:
                stream.write(block)
        elif set(school.printed_names) - set(known.printed_names):
            raise SettingsError(
                f"Школа {school.school_id} уже есть. Допишите её название в printed_names раздела "
                f"[schools.{school.school_id}] файла {self.file}."
            )
        return Settings.load(self.home)


def _zone_name(name: str, path: Path) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError) as error:
        raise SettingsError(f"{path}: часовой пояс «{name}» неизвестен. Пример: Europe/Moscow.") from error
    return name


def _school(key: str, value: object, data: dict[str, object], path: Path) -> School:
    if not isinstance(value, dict) or not isinstance(value.get("name", ""), str):
        raise SettingsError(f'{path}: раздел [schools.{key}] должен содержать name = "Название школы".')
    printed = value.get("printed_names", [])
    if not isinstance(printed, list) or not all(isinstance(name, str) for name in printed):
        raise SettingsError(f"{path}: [schools.{key}] printed_names – это список названий в кавычках.")
    zone = _zone_name(str(value.get("timezone", data.get("timezone", DEFAULT_TIMEZONE))), path)
    sources = _sources(value.get("sources", {}), f"schools.{key}.sources", path)
    return School(key, str(value.get("name", key)), tuple(printed), zone, sources)


def _sources(value: object, section: str, path: Path) -> dict[str, tuple[str, ...]]:
    """Whose rows lead where several systems tell of the same lessons, marks or attendance."""
    if not isinstance(value, dict):
        raise SettingsError(f'{path}: раздел [{section}] состоит из строк вида marks = ["sgo", "journal_csv"].')
    for group, systems in value.items():
        if group not in FIELD_GROUPS:
            raise SettingsError(f"{path}: [{section}] {group} неизвестно; есть: {', '.join(FIELD_GROUPS)}.")
        good = isinstance(systems, list) and all(isinstance(one, str) and one for one in systems)
        if not good or len(set(systems)) < len(systems):
            raise SettingsError(f"{path}: [{section}] {group} – это список систем в кавычках, каждая один раз.")
    return {group: tuple(systems) for group, systems in sorted(value.items())}


def default_home() -> Path:
    """`ZAVUCH_HOME`, else `./var`."""
    return Path(os.environ.get(HOME_VARIABLE) or "var")
