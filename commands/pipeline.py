"""From history to the pages: build, run, watch, look, serve."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.common import (
    BUILD_FAILED,
    DONE,
    PUT_ASIDE,
    WRONG_USAGE,
    alone,
    example,
    fail,
    load_settings,
    moment_of,
    say,
)
from commands.intake import tell_ingest
from warehouse import console as terminal
from warehouse.language import gettext as _
from warehouse.settings import Settings

app = typer.Typer()


@app.command(
    cls=terminal.Command, help=example(_("Собрать и опубликовать хранилище."), "zavuch build --as-of 2026-10-31")
)
def build(
    as_of: Annotated[str | None, typer.Option("--as-of", help=_("На какой момент; позднее скрывается."))] = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help=_("Проверить собранное ожиданиями."))] = True,
) -> None:
    """Build, check, publish."""
    settings = load_settings()
    with alone(settings):
        raise typer.Exit(build_warehouse(settings, moment_of(as_of, "--as-of"), check=check))


def build_warehouse(settings: Settings, as_of: datetime | None = None, *, check: bool = True) -> int:
    """Build, check and publish, and tell what came of it. Returns the exit code."""
    from warehouse import build as building

    def expectations(build_file: Path) -> building.CheckOutcome:
        from expectations import run

        try:
            outcome = run.check(build_file)
        except run.ExpectationsBrokenError as error:
            raise building.BuildFailedError(str(error)) from error
        return building.CheckOutcome(outcome.n_expectations, outcome.n_failed, outcome.blocking)

    try:
        with terminal.reporting() as progress:
            outcome = building.build(settings, as_of=as_of, check=expectations if check else None, progress=progress)
    except building.IntegrityError as error:
        fail(_("Проверка целостности не прошла, осталось прежнее хранилище:\n{what}").format(what=error), PUT_ASIDE)
    except building.BuildFailedError as error:
        fail(_("Сборка не удалась, осталось прежнее хранилище:\n{what}").format(what=error), BUILD_FAILED)
    if outcome.published is None:
        say(_("Собирать нечего: нет загруженных выгрузок."))
    elif not outcome.changed:
        say(_("Изменений нет, версия {version}.").format(version=outcome.published.version))
    else:
        say(
            _("Опубликована версия {version}; школ: {n}; проверок: {checks}, с находками: {found}.").format(
                version=outcome.published.version,
                n=len(outcome.changed),
                checks=outcome.check.n_expectations,
                found=outcome.check.n_findings,
            )
        )
        _tell_drift(settings, outcome.changed)
    return DONE


def _tell_drift(settings: Settings, changed: list[str]) -> None:
    """One line for each school whose exports ask for a look."""
    from warehouse import drift as exports

    for school in changed:
        summary = exports.summary(exports.report(settings, school))
        if summary:
            say(summary)


@app.command(
    cls=terminal.Command, help=example(_("Забрать новое из папки inbox, собрать и опубликовать."), "zavuch run")
)
def run() -> None:
    """Inbox → ingest → build."""
    from ingest import inbox

    settings = load_settings()
    settings.create()
    with alone(settings):
        raise typer.Exit(_run(settings, inbox.entries(settings.inbox)))


def _run(settings: Settings, some: list[Path]) -> int:
    """Load some entries of the inbox, put away what loaded whole, build."""
    from ingest import inbox, load

    with terminal.reporting() as progress:
        outcome = load.ingest(settings, some, progress=progress)
    tell_ingest(outcome)
    for entry in some:
        inside = [found for found in outcome.containers if found == entry or entry in found.parents]
        if inside and all(outcome.containers[found] for found in inside):
            days = [outcome.first_taken[found] for found in inside if found in outcome.first_taken]
            inbox.put_away(settings.inbox, entry, min(days, default=None))
    return build_warehouse(settings) or (DONE if outcome.clean else PUT_ASIDE)


@app.command(
    cls=terminal.Command,
    help=example(
        _("Следить за папкой inbox: как только файлы в ней долежат спокойно, забрать их, собрать и опубликовать."),
        "zavuch watch --settle 30",
    ),
)
def watch(
    settle: Annotated[float, typer.Option("--settle", min=0, help=_("Сколько секунд файл не должен меняться."))] = 10,
    every: Annotated[float, typer.Option("--every", min=0.05, help=_("Как часто смотреть, секунд."))] = 2,
    once: Annotated[bool, typer.Option("--once", help=_("Забрать то, что долежит, один раз и закончить."))] = False,
) -> None:
    """Run the pipeline whenever files have come to rest in the inbox."""
    from ingest.inbox import Watch

    settings = load_settings()
    settings.create()
    watching = Watch(settings.inbox, settle)
    say(_("Слежу за папкой {inbox}  (остановить – Ctrl+C)").format(inbox=settings.inbox))
    started, code = time.monotonic(), DONE
    with suppress(KeyboardInterrupt):
        while not once or time.monotonic() - started <= settle + 2 * every:
            ready = watching.at_rest(time.monotonic())
            if ready:
                watching.dealt_with(ready)
                with alone(settings):
                    code = max(code if once else DONE, _watched_run(settings, ready))
            time.sleep(every)
    raise typer.Exit(code)


def _watched_run(settings: Settings, ready: list[Path]) -> int:
    """One run of the watch; a build that fails is told and does not end it."""
    try:
        return _run(settings, ready)
    except typer.Exit as failed:
        return failed.exit_code


@app.command(
    cls=terminal.Command, help=example(_("Что загружено, что собрано, что ждёт внимания."), "zavuch status --json")
)
def status(
    as_json: Annotated[bool, typer.Option("--json", help=_("Для программ."))] = False,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Exports, rows, quality, freshness."""
    from warehouse import status as report

    settings = load_settings()
    facts = report.status(settings, school)
    if as_json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=1, default=str) + "\n")
        return
    for line in report.lines(facts):
        say(line)


@app.command(
    cls=terminal.Command,
    help=example(
        _("Что стояло в клетках ученика за день в каждой выгрузке и когда менялось."),
        'zavuch history --pupil "Иванов Иван" --class 7Б --date 2026-10-05',
    ),
)
def history(
    pupil: Annotated[str, typer.Option("--pupil", help=_("Код ученика или фамилия и имя."))],
    day: Annotated[str, typer.Option("--date", help=_("День урока: 2026-10-05 или 05.10.2026."))],
    subject: Annotated[str, typer.Option("--subject", help=_("Предмет; по умолчанию все."))] = "",
    class_name: Annotated[str, typer.Option("--class", help=_("Класс, если однофамильцев несколько."))] = "",
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Tell a cell's life from the exports as they stood."""
    from ingest import cell_life, cell_words
    from ingest.readers.labels import printed_day

    settings = load_settings()
    known = cell_life.schools(settings)
    if (school not in known) if school else len(known) != 1:
        fail(_("Укажите школу: --school КОД. Загружены: {known}.").format(known=", ".join(known) or "–"), WRONG_USAGE)
    chosen = school or known[0]
    date = printed_day(day)
    if date is None:
        fail(_("«{text}» – не дата. Пример: 2026-10-05").format(text=day), WRONG_USAGE)
    try:
        told = cell_life.life(settings, chosen, pupil, date, subject=subject, class_name=class_name)
    except cell_life.UnknownPupilError as error:
        if not error.candidates:
            fail(_("Такого ученика в выгрузках нет. Укажите фамилию и имя, как в журнале, или код."), WRONG_USAGE)
        listed = "\n".join(f"    {each}  {classes}" for each, classes in error.candidates)
        fail(_("Подходят несколько; укажите код или --class:\n{listed}").format(listed=listed), WRONG_USAGE)
    for line in cell_words.lines(told):
        say(line)


@app.command(
    cls=terminal.Command,
    help=example(_("Что принесли последние выгрузки и что в них странно."), "zavuch drift --school s12"),
)
def drift(
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Для программ."))] = False,
) -> None:
    """Compare the newest exports with earlier ones, with the timetable and with themselves."""
    from warehouse import drift as exports

    told = exports.report(load_settings(), school)
    if as_json:
        sys.stdout.write(json.dumps(exports.as_json(told), ensure_ascii=False, indent=1, default=str) + "\n")
        return
    for line in exports.lines(told):
        say(line)


@app.command(cls=terminal.Command, help=example(_("Открыть панели в браузере."), "zavuch serve --port 8501"))
def serve(
    host: Annotated[str, typer.Option("--host", help=_("Адрес."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help=_("Порт."))] = 8501,
) -> None:
    """Serve the dashboards until stopped."""
    serve_pages(load_settings(), host, port)


def serve_pages(settings: Settings, host: str, port: int) -> None:
    """Serve the pages until somebody stops it."""
    from dashboards import server
    from warehouse import publish

    if publish.current(settings.home) is None:
        say(_("Хранилище ещё не собрано: страницы появятся после zavuch run."))
    say(_("Панели: {address}  (остановить – Ctrl+C)").format(address=f"http://{host}:{port}"))
    try:
        server.serve(settings.home, host, port, demo=settings.demo)
    except server.PortTakenError:
        fail(_("Порт {port} занят. Укажите другой: --port").format(port=port), WRONG_USAGE)
