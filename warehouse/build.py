"""The build: history → private file → dbt → checks → published version. A failure leaves the old one in service."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from warehouse import publish, store
from warehouse.forecast import learn as forecast
from warehouse.language import gettext as _
from warehouse.regulation.file import digest_of, file_of
from warehouse.settings import Settings

# A municipality is built a few schools at a time, so that its build needs no more memory than theirs.
SCHOOLS_AT_ONCE = 4

Progress = Callable[[str, int, int], None]
Check = Callable[[Path], "CheckOutcome"]


@dataclass(frozen=True)
class CheckOutcome:
    """What the expectations found: how many were asked, which blocking ones do not hold."""

    n_expectations: int = 0
    n_findings: int = 0
    blocking: tuple[str, ...] = ()

    def and_also(self, other: CheckOutcome) -> CheckOutcome:
        """Together with what was found in other schools."""
        return CheckOutcome(
            max(self.n_expectations, other.n_expectations),
            self.n_findings + other.n_findings,
            self.blocking + other.blocking,
        )


class BuildFailedError(Exception):
    """The build failed; the old warehouse stays. The text says what failed."""


class IntegrityError(Exception):
    """A blocking integrity check failed; nothing was published."""


@dataclass
class BuildOutcome:
    """`published` is None where there is nothing to build; `changed` names the schools built anew."""

    published: publish.Published | None = None
    changed: list[str] = field(default_factory=list)
    check: CheckOutcome = field(default_factory=CheckOutcome)


def fingerprint(school: store.SchoolState, as_of: datetime | None, project: str, regulation: str) -> str:
    """Digest of everything that decides a school's published file."""
    moment = min(as_of, school.newest) if as_of else school.newest
    text = f"{school.digest} {school.name} {moment.isoformat()} {project} {regulation}"
    return hashlib.sha256(text.encode()).hexdigest()


def _said_of_sources(settings: Settings) -> str:
    """Digest of what every school's marts depend on beside its history: code maps and the ranks of sources."""
    codes = settings.history / "_meta" / "code_map.parquet"
    ranks = repr([settings.source_ranks(school) for school in sorted(settings.schools)])
    return hashlib.sha256((codes.read_bytes() if codes.exists() else b"") + ranks.encode()).hexdigest()


def _regulation(settings: Settings, school_id: str) -> str:
    """Digest of a school's own regulation; empty where it has none."""
    path = file_of(settings.home, school_id)
    return digest_of(path) if path.exists() else ""


def build(
    settings: Settings,
    *,
    as_of: datetime | None = None,
    check: Check | None = None,
    progress: Progress | None = None,
) -> BuildOutcome:
    """Build and publish what changed.

    Raises BuildFailedError where dbt or publishing fails, IntegrityError where a blocking check does not hold.
    """
    from warehouse import dbt_run

    with settings.lock():
        before = publish.current(settings.home)
        project = f"{dbt_run.project_digest()} {forecast.digest()} {_said_of_sources(settings)}"
        schools = store.states(settings)
        wanted = {
            school.school_id: fingerprint(school, as_of, project, _regulation(settings, school.school_id))
            for school in schools
        }
        known = before.fingerprints if before else {}
        stale = [school for school in schools if known.get(school.school_id) != wanted[school.school_id]]
        if not stale:
            (settings.warehouse / "failed.json").unlink(missing_ok=True)
            return BuildOutcome(published=publish.current(settings.home))
        outcome = CheckOutcome()
        edition = publish.Edition(settings.home, {school.school_id: wanted[school.school_id] for school in stale})
        try:
            for first in range(0, len(stale), SCHOOLS_AT_ONCE):
                few = stale[first : first + SCHOOLS_AT_ONCE]
                build_file, found = _build_some(settings, few, as_of, check, progress)
                edition.add(build_file)
                outcome = outcome.and_also(found)
                build_file.unlink()
            published = edition.publish()
        except IntegrityError as error:
            publish.note_failure(settings.home, _("Проверка целостности не прошла: {what}").format(what=error))
            raise
        except Exception as error:
            publish.note_failure(settings.home, _("Сборка не удалась: {what}").format(what=_first_line(error)))
            if isinstance(error, BuildFailedError):
                raise
            raise BuildFailedError(str(error)) from error
        return BuildOutcome(published, [school.school_id for school in stale], outcome)


def _build_some(
    settings: Settings,
    schools: list[store.SchoolState],
    as_of: datetime | None,
    check: Check | None,
    progress: Progress | None,
) -> tuple[Path, CheckOutcome]:
    """Build and check some schools in a private file."""
    from warehouse import dbt_run

    work = settings.warehouse / "build"
    build_file = work / "work.duckdb"
    store.prepare(settings, build_file, schools, as_of)
    result = dbt_run.build(build_file, work, progress, forecast.learn)
    if result.errors:
        raise BuildFailedError("\n".join(result.errors))
    if result.failures:
        raise IntegrityError("\n".join(result.failures))
    outcome = check(build_file) if check else CheckOutcome()
    if outcome.blocking:
        raise IntegrityError("\n".join(outcome.blocking))
    return build_file, outcome


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
