"""Exports in: load them, take one back, settle who is who; what codes mean and how tables are read."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.common import DONE, PUT_ASIDE, WRONG_USAGE, alone, example, fail, group, load_settings, moment_of, say
from warehouse import console as terminal
from warehouse.language import gettext as _
from warehouse.settings import Settings

app = typer.Typer()
codes_app = group(_("Что значат коды журналов."))
profile_app = group(_("Профили: как читать таблицы любого журнала."))


@app.command(
    cls=terminal.Command,
    help=example(_("Загрузить выгрузки журнала: файлы, архивы, папки."), "zavuch ingest ~/Загрузки/7А.zip"),
)
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help=_("Файлы, архивы и папки."), show_default=False)] = None,
    taken_at: Annotated[
        str | None, typer.Option("--taken-at", help=_("Когда снята выгрузка, если этого нет в ней самой."))
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option("--accept", help=_("Принять выгрузку, после которой исчезнет много записей."))
    ] = None,
) -> None:
    """Load exports; what cannot be loaded waits in quarantine."""
    if not paths and not accept:
        fail(_("Укажите файлы или папки с выгрузками."), WRONG_USAGE)
    missing = [path for path in paths or [] if not path.exists()]
    if missing:
        fail(_("Нет такого файла или папки: {path}").format(path=missing[0]), WRONG_USAGE)
    settings = load_settings()
    with alone(settings):
        raise typer.Exit(take_in(settings, paths or [], moment_of(taken_at, "--taken-at"), accept or []))


def take_in(settings: Settings, paths: list[Path], taken_at: datetime | None, accept: list[str]) -> int:
    """Load exports and tell what came of it. Returns the exit code."""
    from ingest import load

    with terminal.reporting() as progress:
        outcome = load.ingest(settings, paths, taken_at=taken_at, accept=accept, progress=progress)
    tell_ingest(outcome)
    return DONE if outcome.clean else PUT_ASIDE


def tell_ingest(outcome: Any) -> None:  # noqa: ANN401  (ingest is imported only when needed)
    """Tell what a load came to."""
    say(
        _("Загружено выгрузок: {loaded}, уже были: {repeated}, прочитано строк: {rows}, отклонено: {rejected}.").format(
            loaded=outcome.loaded, repeated=outcome.repeated, rows=outcome.rows, rejected=outcome.rejected
        )
    )
    if outcome.rejected or outcome.warnings:
        say(_("Отклонённые ячейки и расхождения показывает zavuch status."))
    for item in outcome.quarantined:
        say(_("В карантине [{id}]: {file}").format(id=item.quarantine_id, file=item.file_name))
        say(f"    {item.reason}\n    {item.advice}")


@app.command(
    cls=terminal.Command,
    help=example(_("Отозвать выгрузку и пересчитать историю без неё."), "zavuch exclude 3fa9 --reason тест"),
)
def exclude(
    observation: Annotated[str, typer.Argument(help=_("Номер выгрузки из zavuch status."))],
    reason: Annotated[str, typer.Option("--reason", help=_("Почему."))],
) -> None:
    """Withdraw an export."""
    from ingest import load

    if not load.exclude(load_settings(), observation, reason):
        fail(_("Выгрузки с номером «{id}» нет, или их несколько.").format(id=observation), WRONG_USAGE)
    say(_("Выгрузка отозвана. Теперь: zavuch build"))


@app.command(
    cls=terminal.Command,
    help=example(_("Кого выгрузки называют по-разному и какими строками identity.toml это решить."), "zavuch identity"),
)
def identity(
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Who may be who; 1 when somebody has to say."""
    from ingest.identity import listing

    settings = load_settings()
    if school is not None and school not in settings.schools:
        fail(_("Школы «{school}» нет: zavuch school list").format(school=school), WRONG_USAGE)
    cases = listing.open_cases(settings, school)
    for line in listing.lines(cases, settings):
        say(line)
    raise typer.Exit(PUT_ASIDE if cases else DONE)


@codes_app.command(
    "check",
    cls=terminal.Command,
    help=example(
        _("Какие коды встретились и не объяснены: сколько раз, где, какую строку внести в codes.csv."),
        "zavuch codes check",
    ),
)
def codes_check() -> None:
    """Codes seen but not mapped; 1 when there are any."""
    from ingest import codes_check

    settings = load_settings()
    found = codes_check.check(settings)
    for line in codes_check.lines(found, settings):
        say(line)
    raise typer.Exit(PUT_ASIDE if found else DONE)


@codes_app.command(
    "list",
    cls=terminal.Command,
    help=example(_("Что значат коды: таблицы Завуча и codes.csv этой папки."), "zavuch codes list --system sgo"),
)
def codes_list(
    system: Annotated[str, typer.Option("--system", help=_("Журнал: sgo, ves_klass, journal_csv, …"))] = "",
    kind: Annotated[str, typer.Option("--kind", help=_("Вид выгрузки: studenttotal, class_report, …"))] = "",
) -> None:
    """Meanings of codes in use."""
    from ingest import codes_check

    for line in codes_check.listed(load_settings(), system, kind):
        say(line)


@profile_app.command(
    "list", cls=terminal.Command, help=example(_("Какие профили есть и что они читают."), "zavuch profile list")
)
def profile_list() -> None:
    """Profiles shipped and of this home."""
    from ingest import profile_look

    for line in profile_look.listed(load_settings().home / "profiles"):
        say(line)


@profile_app.command(
    "show",
    cls=terminal.Command,
    help=example(
        _("Что читает профиль и как он узнаёт файл; --toml – его текст, чтобы взять за образец."),
        "zavuch profile show asiou__class_journal",
    ),
)
def profile_show(
    name: Annotated[str, typer.Argument(help=_("Имя профиля из zavuch profile list."))],
    as_toml: Annotated[bool, typer.Option("--toml", help=_("Показать текст профиля."))] = False,
) -> None:
    """What one profile says."""
    from ingest import profile_look

    folder = load_settings().home / "profiles"
    found = next((reader.profile for reader in profile_look.readers(folder) if name == reader.NAME), None)
    if found is None:
        fail(_("Профиля «{name}» нет. Какие есть: zavuch profile list").format(name=name), WRONG_USAGE)
    if as_toml:
        sys.stdout.write(profile_look.text_of(found, folder))
        return
    for line in profile_look.described(found):
        say(line)


@profile_app.command(
    "check",
    cls=terminal.Command,
    help=example(
        _("Проверить профиль; с файлом таблицы – показать, что по нему читается. Имена показаны буквами."),
        "zavuch profile check мой.toml журнал.xls",
    ),
)
def profile_check(
    profile: Annotated[Path, typer.Argument(help=_("Файл профиля."))],
    table: Annotated[Path | None, typer.Argument(help=_("Файл таблицы, который он должен читать."))] = None,
) -> None:
    """Check a profile; 1 where the table is not read whole."""
    from ingest import profile_look

    missing = [path for path in (profile, table) if path is not None and not path.is_file()]
    if missing:
        fail(_("Нет такого файла или папки: {path}").format(path=missing[0]), WRONG_USAGE)
    look = profile_look.checked(profile, load_settings().home / "profiles", table)
    for line in look.lines:
        say(line)
    raise typer.Exit(DONE if look.fine else PUT_ASIDE)


@profile_app.command(
    "new",
    cls=terminal.Command,
    help=example(
        _("Предложить профиль по файлу таблицы и показать, что он прочитает. Имена показаны буквами."),
        "zavuch profile new журнал.xls --out мой.toml",
    ),
)
def profile_new(
    table: Annotated[Path, typer.Argument(help=_("Файл таблицы: XLS, XLSX, ODS, HTML, MHTML."))],
    out: Annotated[Path | None, typer.Option("--out", help=_("Куда записать профиль; без него – на экран."))] = None,
) -> None:
    """Propose a profile; 1 where nothing sensible is found or not all is read."""
    from ingest import profile_new as proposing
    from ingest.reading import UnreadableExportError

    if not table.is_file():
        fail(_("Нет такого файла или папки: {path}").format(path=table), WRONG_USAGE)
    if out is not None and out.exists():
        fail(_("Файл {path} уже есть: назовите другой.").format(path=out), WRONG_USAGE)
    try:
        proposal = proposing.propose(table, proposing.code_of((out or table).stem))
    except UnreadableExportError as error:
        fail(f"{error.reason}\n{error.advice}", PUT_ASIDE)
    if out is not None:
        out.write_text(proposal.toml, encoding="utf-8")
    else:
        sys.stdout.write(proposal.toml + "\n")
    for line in proposal.look.lines:
        say(line)
    if out is not None:
        say(_("Профиль записан: {path}. Чтобы он работал, положите его в {folder}").format(
            path=out, folder=load_settings().home / "profiles"
        ))  # fmt: skip
    raise typer.Exit(DONE if proposal.look.fine else PUT_ASIDE)
