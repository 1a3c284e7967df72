"""Zavuch on the command line: exports → history → warehouse → dashboards and papers.

The commands, in the way of the data: `demo`, `school`, `ingest`, `build`, `run`, `serve`, `status`, `report`,
`account`, `forecast`, `exclude`, `identity`, `codes`, `profile`; what no export carries: `register`, `workbook`,
`regulation`; to check by hand: `sample`. Exit codes: 0 done; 1 something was put aside,
rejected or left for a person to settle, or a blocking integrity check does not hold; 2 wrong usage; 3 the build failed
and the old warehouse stays.
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, cast

import typer
from filelock import Timeout

from warehouse import console as terminal
from warehouse import language
from warehouse.language import gettext as _
from warehouse.registers.definitions import WORDS
from warehouse.settings import HOME_VARIABLE, School, Settings, SettingsError, default_home

DONE, PUT_ASIDE, WRONG_USAGE, BUILD_FAILED = 0, 1, 2, 3
DEMO_STAMP = "demo.json"
LONGEST_WAIT = 3600  # seconds that a run waits for another one


def _language_asked_for(arguments: list[str]) -> None:
    """`--lang en` anywhere on the line decides before any help text is put together."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            language.choose(arguments[position + 1])
        elif argument.startswith("--lang="):
            language.choose(argument.split("=", 1)[1])


_language_asked_for(sys.argv[1:])
terminal.prepare_typer()

HELP = {"help_option_names": ["--help", "-h"]}
app = typer.Typer(
    help=_("Завуч: хранилище и панели по выгрузкам электронного журнала."),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    cls=terminal.Group,
    pretty_exceptions_enable=False,
    context_settings=HELP,
)
school_app = typer.Typer(help=_("Школы этой папки."), no_args_is_help=True, cls=terminal.Group, context_settings=HELP)
account_app = typer.Typer(
    help=_("Учётные записи панелей."), no_args_is_help=True, cls=terminal.Group, context_settings=HELP
)
report_app = typer.Typer(help=_("Документы."), no_args_is_help=True, cls=terminal.Group, context_settings=HELP)
codes_app = typer.Typer(
    help=_("Что значат коды журналов."), no_args_is_help=True, cls=terminal.Group, context_settings=HELP
)
register_app = typer.Typer(
    help=_("Реестры школы: то, чего нет ни в одной выгрузке."), no_args_is_help=True, cls=terminal.Group,
    context_settings=HELP,
)  # fmt: skip
sample_app = typer.Typer(cls=terminal.Group, context_settings=HELP)
workbook_app = typer.Typer(
    help=_("Книга школы: реестры на листах таблицы."), no_args_is_help=True, cls=terminal.Group, context_settings=HELP
)
profile_app = typer.Typer(
    help=_("Профили: как читать таблицы любого журнала."),
    no_args_is_help=True,
    cls=terminal.Group,
    context_settings=HELP,
)
regulation_app = typer.Typer(
    help=_("Положение школы о журнале: сроки, пункты, цитаты."), no_args_is_help=True, cls=terminal.Group,
    context_settings=HELP,
)  # fmt: skip
forecast_app = typer.Typer(
    help=_("Прогноз отметок: чему научился и насколько точен."), no_args_is_help=True, cls=terminal.Group,
    context_settings=HELP,
)  # fmt: skip
app.add_typer(school_app, name="school")
app.add_typer(account_app, name="account")
app.add_typer(report_app, name="report")
app.add_typer(codes_app, name="codes")
app.add_typer(profile_app, name="profile")
app.add_typer(register_app, name="register")
app.add_typer(regulation_app, name="regulation")
app.add_typer(workbook_app, name="workbook")
app.add_typer(sample_app, name="sample")
app.add_typer(forecast_app, name="forecast")

state: dict[str, Path] = {}


def _example(text: str, command: str) -> str:
    return f"{text}\n\n{_('Пример')}: {command}"


def _settings() -> Settings:
    return Settings.load(state["home"])


def _say(text: str) -> None:
    terminal.console().print(text, markup=False)


def _fail(text: str, code: int) -> NoReturn:
    terminal.errors().print(text, markup=False)
    raise typer.Exit(code)


def _moment(text: str | None, name: str) -> datetime | None:
    """A moment of wall time; a bare date means its end."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        _fail(_("{name}: «{text}» – не момент. Пример: 2026-10-31T23:50").format(name=name, text=text), WRONG_USAGE)
    if len(text) == len("2026-10-31"):
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.replace(tzinfo=None)


@app.callback()
def everywhere(
    home: Annotated[
        Path | None, typer.Option("--home", envvar=HOME_VARIABLE, help=_("Папка установки; по умолчанию ./var."))
    ] = None,
    lang: Annotated[str, typer.Option("--lang", envvar=language.VARIABLE, help=_("Язык: ru или en."))] = "ru",
) -> None:
    """Remember the home folder of this call."""
    language.choose(lang)
    state["home"] = home or default_home()


# Exports in


@app.command(
    cls=terminal.Command,
    help=_example(_("Загрузить выгрузки журнала: файлы, архивы, папки."), "zavuch ingest ~/Загрузки/7А.zip"),
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
        _fail(_("Укажите файлы или папки с выгрузками."), WRONG_USAGE)
    missing = [path for path in paths or [] if not path.exists()]
    if missing:
        _fail(_("Нет такого файла или папки: {path}").format(path=missing[0]), WRONG_USAGE)
    settings = _settings()
    with _alone(settings):
        raise typer.Exit(_ingest(settings, paths or [], _moment(taken_at, "--taken-at"), accept or []))


def _ingest(settings: Settings, paths: list[Path], taken_at: datetime | None, accept: list[str]) -> int:
    from ingest import load

    with terminal.reporting() as progress:
        outcome = load.ingest(settings, paths, taken_at=taken_at, accept=accept, progress=progress)
    _tell_ingest(outcome)
    return DONE if outcome.clean else PUT_ASIDE


def _tell_ingest(outcome: Any) -> None:  # noqa: ANN401  (ingest is imported only when needed)
    _say(
        _("Загружено выгрузок: {loaded}, уже были: {repeated}, прочитано строк: {rows}, отклонено: {rejected}.").format(
            loaded=outcome.loaded, repeated=outcome.repeated, rows=outcome.rows, rejected=outcome.rejected
        )
    )
    if outcome.rejected or outcome.warnings:
        _say(_("Отклонённые ячейки и расхождения показывает zavuch status."))
    for item in outcome.quarantined:
        _say(_("В карантине [{id}]: {file}").format(id=item.quarantine_id, file=item.file_name))
        _say(f"    {item.reason}\n    {item.advice}")


@app.command(
    cls=terminal.Command,
    help=_example(_("Отозвать выгрузку и пересчитать историю без неё."), "zavuch exclude 3fa9 --reason тест"),
)
def exclude(
    observation: Annotated[str, typer.Argument(help=_("Номер выгрузки из zavuch status."))],
    reason: Annotated[str, typer.Option("--reason", help=_("Почему."))],
) -> None:
    """Withdraw an export."""
    from ingest import load

    if not load.exclude(_settings(), observation, reason):
        _fail(_("Выгрузки с номером «{id}» нет, или их несколько.").format(id=observation), WRONG_USAGE)
    _say(_("Выгрузка отозвана. Теперь: zavuch build"))


@codes_app.command(
    "check",
    cls=terminal.Command,
    help=_example(
        _("Какие коды встретились и не объяснены: сколько раз, где, какую строку внести в codes.csv."),
        "zavuch codes check",
    ),
)
def codes_check() -> None:
    """Codes seen but not mapped; 1 when there are any."""
    from ingest import codes_check

    settings = _settings()
    found = codes_check.check(settings)
    for line in codes_check.lines(found, settings):
        _say(line)
    raise typer.Exit(PUT_ASIDE if found else DONE)


@codes_app.command(
    "list",
    cls=terminal.Command,
    help=_example(_("Что значат коды: таблицы Завуча и codes.csv этой папки."), "zavuch codes list --system sgo"),
)
def codes_list(
    system: Annotated[str, typer.Option("--system", help=_("Журнал: sgo, ves_klass, journal_csv, …"))] = "",
    kind: Annotated[str, typer.Option("--kind", help=_("Вид выгрузки: studenttotal, class_report, …"))] = "",
) -> None:
    """Meanings of codes in use."""
    from ingest import codes_check

    for line in codes_check.listed(_settings(), system, kind):
        _say(line)


@app.command(
    cls=terminal.Command,
    help=_example(
        _("Кого выгрузки называют по-разному и какими строками identity.toml это решить."), "zavuch identity"
    ),
)
def identity(
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Who may be who; 1 when somebody has to say."""
    from ingest.identity import listing

    settings = _settings()
    if school is not None and school not in settings.schools:
        _fail(_("Школы «{school}» нет: zavuch school list").format(school=school), WRONG_USAGE)
    cases = listing.open_cases(settings, school)
    for line in listing.lines(cases, settings):
        _say(line)
    raise typer.Exit(PUT_ASIDE if cases else DONE)


@profile_app.command(
    "list", cls=terminal.Command, help=_example(_("Какие профили есть и что они читают."), "zavuch profile list")
)
def profile_list() -> None:
    """Profiles shipped and of this home."""
    from ingest import profile_look

    for line in profile_look.listed(_settings().home / "profiles"):
        _say(line)


@profile_app.command(
    "show",
    cls=terminal.Command,
    help=_example(
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

    folder = _settings().home / "profiles"
    found = next((reader.profile for reader in profile_look.readers(folder) if name == reader.NAME), None)
    if found is None:
        _fail(_("Профиля «{name}» нет. Какие есть: zavuch profile list").format(name=name), WRONG_USAGE)
    if as_toml:
        sys.stdout.write(profile_look.text_of(found, folder))
        return
    for line in profile_look.described(found):
        _say(line)


@profile_app.command(
    "check",
    cls=terminal.Command,
    help=_example(
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
        _fail(_("Нет такого файла или папки: {path}").format(path=missing[0]), WRONG_USAGE)
    look = profile_look.checked(profile, _settings().home / "profiles", table)
    for line in look.lines:
        _say(line)
    raise typer.Exit(DONE if look.fine else PUT_ASIDE)


@profile_app.command(
    "new",
    cls=terminal.Command,
    help=_example(
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
        _fail(_("Нет такого файла или папки: {path}").format(path=table), WRONG_USAGE)
    if out is not None and out.exists():
        _fail(_("Файл {path} уже есть: назовите другой.").format(path=out), WRONG_USAGE)
    try:
        proposal = proposing.propose(table, proposing.code_of((out or table).stem))
    except UnreadableExportError as error:
        _fail(f"{error.reason}\n{error.advice}", PUT_ASIDE)
    if out is not None:
        out.write_text(proposal.toml, encoding="utf-8")
    else:
        sys.stdout.write(proposal.toml + "\n")
    for line in proposal.look.lines:
        _say(line)
    if out is not None:
        _say(_("Профиль записан: {path}. Чтобы он работал, положите его в {folder}").format(
            path=out, folder=_settings().home / "profiles"
        ))  # fmt: skip
    raise typer.Exit(DONE if proposal.look.fine else PUT_ASIDE)


# The warehouse


@app.command(
    cls=terminal.Command, help=_example(_("Собрать и опубликовать хранилище."), "zavuch build --as-of 2026-10-31")
)
def build(
    as_of: Annotated[str | None, typer.Option("--as-of", help=_("На какой момент; позднее скрывается."))] = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help=_("Проверить собранное ожиданиями."))] = True,
) -> None:
    """Build, check, publish."""
    settings = _settings()
    with _alone(settings):
        raise typer.Exit(_build(settings, _moment(as_of, "--as-of"), check=check))


def _build(settings: Settings, as_of: datetime | None = None, *, check: bool = True) -> int:
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
        _fail(_("Проверка целостности не прошла, осталось прежнее хранилище:\n{what}").format(what=error), PUT_ASIDE)
    except building.BuildFailedError as error:
        _fail(_("Сборка не удалась, осталось прежнее хранилище:\n{what}").format(what=error), BUILD_FAILED)
    if outcome.published is None:
        _say(_("Собирать нечего: нет загруженных выгрузок."))
    elif not outcome.changed:
        _say(_("Изменений нет, версия {version}.").format(version=outcome.published.version))
    else:
        _say(
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
            _say(summary)


@app.command(
    cls=terminal.Command, help=_example(_("Забрать новое из папки inbox, собрать и опубликовать."), "zavuch run")
)
def run() -> None:
    """Inbox → ingest → build."""
    from ingest import inbox

    settings = _settings()
    settings.create()
    with _alone(settings):
        raise typer.Exit(_run(settings, inbox.entries(settings.inbox)))


def _run(settings: Settings, some: list[Path]) -> int:
    """Load some entries of the inbox, put away what loaded whole, build."""
    from ingest import inbox, load

    with terminal.reporting() as progress:
        outcome = load.ingest(settings, some, progress=progress)
    _tell_ingest(outcome)
    for entry in some:
        inside = [found for found in outcome.containers if found == entry or entry in found.parents]
        if inside and all(outcome.containers[found] for found in inside):
            days = [outcome.first_taken[found] for found in inside if found in outcome.first_taken]
            inbox.put_away(settings.inbox, entry, min(days, default=None))
    return _build(settings) or (DONE if outcome.clean else PUT_ASIDE)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One run at a time, whichever process it is in; a second one waits."""
    lock = settings.run_lock()
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _say(_("Идёт другой запуск: жду, пока он закончится…"))
        try:
            lock.acquire(timeout=LONGEST_WAIT)
        except Timeout:
            _fail(_("Другой запуск так и не закончился; этот не начат. Повторите позже."), PUT_ASIDE)
    try:
        yield
    finally:
        lock.release()


@app.command(
    cls=terminal.Command,
    help=_example(
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

    settings = _settings()
    settings.create()
    watching = Watch(settings.inbox, settle)
    _say(_("Слежу за папкой {inbox}  (остановить – Ctrl+C)").format(inbox=settings.inbox))
    started, code = time.monotonic(), DONE
    with suppress(KeyboardInterrupt):
        while not once or time.monotonic() - started <= settle + 2 * every:
            ready = watching.at_rest(time.monotonic())
            if ready:
                watching.dealt_with(ready)
                with _alone(settings):
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
    cls=terminal.Command, help=_example(_("Что загружено, что собрано, что ждёт внимания."), "zavuch status --json")
)
def status(
    as_json: Annotated[bool, typer.Option("--json", help=_("Для программ."))] = False,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Exports, rows, quality, freshness."""
    from warehouse import status as report

    settings = _settings()
    facts = report.status(settings, school)
    if as_json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=1, default=str) + "\n")
        return
    for line in report.lines(facts):
        _say(line)


@app.command(
    cls=terminal.Command,
    help=_example(
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

    settings = _settings()
    known = cell_life.schools(settings)
    if (school not in known) if school else len(known) != 1:
        _fail(_("Укажите школу: --school КОД. Загружены: {known}.").format(known=", ".join(known) or "–"), WRONG_USAGE)
    chosen = school or known[0]
    date = printed_day(day)
    if date is None:
        _fail(_("«{text}» – не дата. Пример: 2026-10-05").format(text=day), WRONG_USAGE)
    try:
        told = cell_life.life(settings, chosen, pupil, date, subject=subject, class_name=class_name)
    except cell_life.UnknownPupilError as error:
        if not error.candidates:
            _fail(_("Такого ученика в выгрузках нет. Укажите фамилию и имя, как в журнале, или код."), WRONG_USAGE)
        listed = "\n".join(f"    {each}  {classes}" for each, classes in error.candidates)
        _fail(_("Подходят несколько; укажите код или --class:\n{listed}").format(listed=listed), WRONG_USAGE)
    for line in cell_words.lines(told):
        _say(line)


@register_app.command(
    "add",
    cls=terminal.Command,
    help=_example(
        _("Внести запись: {words}.").format(words=", ".join(sorted(WORDS))),
        'zavuch register add outage --from "06.10.2025 10:30" --to "06.10.2025 14:00"',
    ),
)
def register_add(
    word: Annotated[str, typer.Argument(help=_("Что внести: outage, leave, substitution…"))],
    starts: Annotated[str | None, typer.Option("--from", help=_("С какого дня или момента."))] = None,
    ends: Annotated[str | None, typer.Option("--to", help=_("По какой день или момент."))] = None,
    date: Annotated[str | None, typer.Option("--date", help=_("День."))] = None,
    lesson: Annotated[str | None, typer.Option("--lesson", help=_("Номер урока."))] = None,
    class_name: Annotated[str | None, typer.Option("--class", help=_("Класс: 7Б."))] = None,
    subject: Annotated[str | None, typer.Option("--subject", help=_("Предмет."))] = None,
    subgroup: Annotated[str | None, typer.Option("--subgroup", help=_("Подгруппа."))] = None,
    teacher: Annotated[str | None, typer.Option("--teacher", help=_("Учитель: фамилия, имя, отчество."))] = None,
    substitute: Annotated[str | None, typer.Option("--substitute", help=_("Кто заменяет."))] = None,
    pupil: Annotated[str | None, typer.Option("--pupil", help=_("Ученик: фамилия, имя, отчество."))] = None,
    kind: Annotated[str | None, typer.Option("--kind", help=_("Вид: отмена, болезнь…"))] = None,
    received: Annotated[str | None, typer.Option("--received", help=_("Когда принесён документ."))] = None,
    reason: Annotated[str | None, typer.Option("--reason", help=_("Причина."))] = None,
    order: Annotated[str | None, typer.Option("--order", help=_("Приказ."))] = None,
    week: Annotated[str | None, typer.Option("--week", help=_("За какую неделю: любой её день."))] = None,
    finding: Annotated[
        str | None, typer.Option("--finding", help=_("Код замечания: последний столбец списка «Все замечания»."))
    ] = None,
    answer: Annotated[
        str | None, typer.Option("--answer", help=_("Решение о возражении: снято или оставлено."))
    ] = None,
    answer_text: Annotated[str | None, typer.Option("--answer-text", help=_("Пояснение к решению."))] = None,
    answered: Annotated[str | None, typer.Option("--answered", help=_("Когда решено; по умолчанию сегодня."))] = None,
    author: Annotated[str | None, typer.Option("--author", help=_("Кто вносит; иначе имя входа в компьютер."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Enter what no export carries."""
    from ingest import school_names, school_words
    from warehouse.registers import commands, objections

    settings = _settings()
    chosen = _chosen_school(settings, school)
    names = school_names.known(settings, chosen)
    given = {
        "--from": starts, "--to": ends, "--date": date, "--lesson": lesson, "--class": class_name,
        "--subject": subject, "--subgroup": subgroup, "--teacher": teacher, "--substitute": substitute,
        "--pupil": pupil, "--kind": kind, "--received": received, "--reason": reason, "--order": order,
        "--week": week, "--finding": finding, "--answer": answer, "--answer-text": answer_text, "--answered": answered,
    }  # fmt: skip
    options = {option: text for option, text in given.items() if text is not None}
    now = datetime.now(settings.zone(chosen))
    try:
        if word == objections.WORD:
            options = objections.completed(settings, chosen, options, now.date())
        entry = commands.entry(word, options, names.years)
    except commands.WrongEntryError as error:
        _fail(str(error), WRONG_USAGE)
    _say(commands.add(settings, chosen, entry, author=author, at=now))
    if word == objections.WORD:
        for line in objections.lines(settings, chosen, entry):
            _say(line)
    for line in school_words.doubt_lines(names.doubts([(entry.definition.title, 0, entry)])):
        _say(line)


@register_app.command(
    "list",
    cls=terminal.Command,
    help=_example(_("Показать, что внесено и действует."), "zavuch register list outages"),
)
def register_list(
    register: Annotated[str | None, typer.Argument(help=_("Какой реестр; по умолчанию все."))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("И исправленное, и отменённое."))] = False,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Show entries with who entered them and when."""
    from warehouse.registers import commands

    settings = _settings()
    try:
        lines = commands.listed(settings, _chosen_school(settings, school), register, everything=everything)
    except commands.WrongEntryError as error:
        _fail(str(error), WRONG_USAGE)
    for line in lines:
        _say(line)


@register_app.command(
    "remove",
    cls=terminal.Command,
    help=_example(_("Отменить запись по её номеру из списка."), "zavuch register remove 3.1"),
)
def register_remove(
    number: Annotated[str, typer.Argument(help=_("Номер записи: zavuch register list."))],
    author: Annotated[
        str | None, typer.Option("--author", help=_("Кто отменяет; иначе имя входа в компьютер."))
    ] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Take an entry back; it stays in the journal of registers."""
    from warehouse.registers import commands

    settings = _settings()
    chosen = _chosen_school(settings, school)
    try:
        _say(commands.remove(settings, chosen, number, author=author, at=datetime.now(settings.zone(chosen))))
    except commands.WrongEntryError as error:
        _fail(str(error), WRONG_USAGE)


@workbook_app.command(
    "export",
    cls=terminal.Command,
    help=_example(
        _("Выгрузить книгу школы: внесённое и то, что уже видно из выгрузок. Её правят и загружают обратно."),
        "zavuch workbook export --year 2025/2026",
    ),
)
def workbook_export(
    file: Annotated[
        Path | None, typer.Argument(help=_("Имя файла .xlsx; по умолчанию в папке documents."), show_default=False)
    ] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
    year: Annotated[
        str | None, typer.Option("--year", help=_("Учебный год, 2026/2027; по умолчанию новейший."))
    ] = None,
) -> None:
    """Write the school workbook."""
    from exports.school_workbook import WrongYearError, write
    from warehouse.registers.book import FILE_NAME
    from warehouse.registers.journal import RegistersError
    from warehouse.regulation.file import RegulationError

    settings = _settings()
    chosen = _chosen_school(settings, school)
    out = file or settings.documents / FILE_NAME
    try:
        written = write(settings, chosen, out, year=year, at=datetime.now(settings.zone(chosen)))
    except WrongYearError as error:
        _fail(str(error), WRONG_USAGE)
    except (RegistersError, RegulationError) as error:
        _fail(str(error), PUT_ASIDE)
    except PermissionError:
        _fail(_("Файл {path} занят: закройте его и повторите.").format(path=out), PUT_ASIDE)
    _say(_("Книга школы на {year} учебный год: {path}").format(year=written, path=out))
    _say(_("Исправьте её и загрузите: zavuch workbook import"))


@workbook_app.command(
    "import",
    cls=terminal.Command,
    help=_example(
        _("Загрузить исправленную книгу школы: показать, что изменится и что не понято, и внести, если вы согласны."),
        'zavuch workbook import "Шаблон школы.xlsx"',
    ),
)
def workbook_import(
    file: Annotated[Path, typer.Argument(help=_("Книга: XLSX, ODS или XLS."))],
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
    yes: Annotated[bool, typer.Option("--yes", help=_("Внести, не спрашивая."))] = False,
    skip_faulty: Annotated[
        bool, typer.Option("--skip-faulty", help=_("Внести понятое, если есть и непонятые строки."))
    ] = False,
    author: Annotated[str | None, typer.Option("--author", help=_("Кто вносит; иначе имя входа в компьютер."))] = None,
) -> None:
    """Show what a workbook would change, ask, enter it; 1 where something was not understood or nobody agreed."""
    from ingest.reading import UnreadableExportError
    from ingest.school_workbook import NotOurBookError
    from warehouse.registers.journal import RegistersError
    from warehouse.regulation.file import RegulationError
    from warehouse.regulation.record import RecordError

    if not file.is_file():
        _fail(_("Нет такого файла или папки: {path}").format(path=file), WRONG_USAGE)
    try:
        raise typer.Exit(_import_workbook(_settings(), file, school, author, yes=yes, skip_faulty=skip_faulty))
    except UnreadableExportError as error:
        _fail(f"{error.reason}\n{error.advice}", PUT_ASIDE)
    except (NotOurBookError, RegistersError, RegulationError, RecordError) as error:
        _fail(str(error), PUT_ASIDE)


def _import_workbook(
    settings: Settings, file: Path, school: str | None, author: str | None, *, yes: bool, skip_faulty: bool
) -> int:
    """Plan, tell, ask, enter."""
    from ingest import school_names, school_words, school_workbook
    from warehouse.registers import objections
    from warehouse.registers.journal import Journal
    from warehouse.regulation.file import file_of

    data = file.read_bytes()
    chosen = _chosen_school(settings, school or school_workbook.school_of(data, settings))
    journal = Journal(settings, chosen)
    names = school_names.known(settings, chosen)
    plan = school_workbook.plan(data, journal, file_of(settings.home, chosen), names)
    for line in (
        *school_words.fault_lines(plan),
        *objections.unknown_lines(settings, chosen, plan.entries),
        *school_words.plan_lines(plan),
    ):
        _say(line)
    code = PUT_ASIDE if plan.faults else DONE
    if plan.faults and not skip_faulty:
        _say(_("Ничего не внесено. Исправьте эти строки или внесите остальное: --skip-faulty"))
        return code
    if plan.is_empty:
        return code
    if not (yes or (sys.stdin.isatty() and _agreed(_("Внести? [да/нет]")))):
        _say(_("Ничего не внесено. Внести без вопроса: --yes"))
        return PUT_ASIDE
    batch = school_workbook.enter(plan, journal, author=author, at=datetime.now(settings.zone(chosen)))
    n = len(batch.entries) + (len(plan.answers.changed) if plan.answers else 0)
    _say(_("Внесено записей: {n}. Учтутся при следующей сборке: zavuch run").format(n=n))
    return code


def _agreed(question: str) -> bool:
    """Ask a person at the terminal; anything but a yes is a no."""
    return language.is_yes(str(typer.prompt(question, default=_("нет"))))


def _chosen_school(settings: Settings, school: str | None) -> str:
    """Give the school that is asked for, or the only one."""
    if (school not in settings.schools) if school else len(settings.schools) != 1:
        known = ", ".join(settings.schools) or "–"
        _fail(_("Укажите школу: --school КОД. Внесены: {known}.").format(known=known), WRONG_USAGE)
    return school or next(iter(settings.schools))


@sample_app.callback(
    invoke_without_command=True,
    help=_example(
        _("Взять наугад ячейки журнала и напечатать лист, по которому их сверяют с журналом вручную."),
        "zavuch sample --cells 10 --class 7А",
    ),
)
def sample(
    context: typer.Context,
    cells: Annotated[
        int | None, typer.Option("--cells", min=1, max=15, help=_("Сколько ячеек; по умолчанию 10."))
    ] = None,
    number: Annotated[
        int | None,
        typer.Option("--draw", min=1, max=9999, help=_("Номер выборки: тот же номер – те же ячейки; иначе следующий.")),
    ] = None,
    class_name: Annotated[str | None, typer.Option("--class", help=_("Только этот класс: 7А."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Draw cells and print the sheet."""
    if context.invoked_subcommand is not None:
        return
    from exports.letterhead import letterhead_of
    from exports.sample_paper import Row, sample_paper
    from ingest import sampling
    from warehouse.samples import Samples

    settings = _settings()
    chosen = _chosen_school(settings, school)
    samples = Samples(settings, chosen)
    chosen_number = number or samples.next_number()
    known = samples.draw(chosen_number)
    if known is not None:
        cells, class_name = cells or known.wanted, known.class_name if class_name is None else class_name
    drawn, named = sampling.draw(settings, chosen, chosen_number, n=cells or 10, class_name=class_name or "")
    drawn = samples.keep(drawn)
    rows = [
        Row(each.cell, each.subject, each.pupil, tuple((file.name, file.taken_at, file.place) for file in each.files))
        for each in named
    ]
    folder = settings.documents if len(settings.schools) == 1 else settings.documents / chosen
    out = sample_paper(drawn, rows, letterhead_of(settings, chosen), folder)
    _say(_("Выборка {number}, ячеек: {n} → {out}").format(number=drawn.number, n=len(rows), out=out))
    _say(_("На листе имена детей и их отметки – это персональные данные: не пересылайте его и потом уничтожьте."))
    _say(_("Сверив, внесите итог, например: {command}").format(
        command=f"zavuch sample enter {drawn.number} --wrong 3,7 --missing 5"
    ))  # fmt: skip


@sample_app.command(
    "enter",
    cls=terminal.Command,
    help=_example(
        _("Внести итог сверки; не названные ячейки совпали. Исправление – внести ещё раз: считается последний итог."),
        "zavuch sample enter 1 --wrong 3,7 --missing 5",
    ),
)
def sample_enter(
    number: Annotated[int, typer.Argument(help=_("Номер выборки, он напечатан на листе."))],
    wrong: Annotated[str, typer.Option("--wrong", help=_("Номера ячеек, где в журнале другое: 3,7."))] = "",
    missing: Annotated[str, typer.Option("--missing", help=_("Номера ячеек, которых в журнале не нашлось."))] = "",
    unchecked: Annotated[
        str, typer.Option("--unchecked", help=_("Номера ячеек, до которых не дошли: они не считаются."))
    ] = "",
    author: Annotated[str | None, typer.Option("--author", help=_("Кто сверял; иначе имя входа в компьютер."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Enter what came of a draw."""
    from warehouse.samples import Result, Samples
    from warehouse.samples_words import came

    settings = _settings()
    chosen = _chosen_school(settings, school)
    given = [_cell_numbers(text, name) for text, name in (
        (wrong, "--wrong"), (missing, "--missing"), (unchecked, "--unchecked")
    )]  # fmt: skip
    at = datetime.now(settings.zone(chosen)).replace(tzinfo=None, microsecond=0)
    result = Result(author or getpass.getuser(), at, *given)
    drawn = Samples(settings, chosen).enter(number, result)
    _say(_("Итог выборки {number} внесён: {came}.").format(number=number, came=came(result, len(drawn.cells))))


def _cell_numbers(text: str, option: str) -> tuple[int, ...]:
    """«3,7» or «3 7»."""
    words = text.replace(",", " ").replace(";", " ").split()
    if not all(word.isascii() and word.isdigit() for word in words):
        _fail(_("{option}: «{text}» – не номера ячеек. Пример: 3,7").format(option=option, text=text), WRONG_USAGE)
    return tuple(map(int, words))


@sample_app.command(
    "list",
    cls=terminal.Command,
    help=_example(_("Показать выборки, их итоги и долю совпавших ячеек."), "zavuch sample list"),
)
def sample_list(
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Show draws with their results."""
    from warehouse import samples, samples_words

    settings = _settings()
    draws = samples.Samples(settings, _chosen_school(settings, school)).draws()
    for line in samples_words.lines(draws, samples.share(draws)):
        _say(line)


@app.command(
    cls=terminal.Command,
    help=_example(_("Что принесли последние выгрузки и что в них странно."), "zavuch drift --school s12"),
)
def drift(
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Для программ."))] = False,
) -> None:
    """Compare the newest exports with earlier ones, with the timetable and with themselves."""
    from warehouse import drift as exports

    told = exports.report(_settings(), school)
    if as_json:
        sys.stdout.write(json.dumps(exports.as_json(told), ensure_ascii=False, indent=1, default=str) + "\n")
        return
    for line in exports.lines(told):
        _say(line)


# The forecast


@forecast_app.command(
    "fit",
    cls=terminal.Command,
    help=_example(
        _("Выучить коэффициенты по закрытым периодам и показать, чьи действуют; сборка делает то же сама."),
        "zavuch forecast fit",
    ),
)
def forecast_fit(
    as_of: Annotated[str | None, typer.Option("--as-of", help=_("На какой момент; позднее скрывается."))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Для программ."))] = False,
) -> None:
    """Fit every school in a private file; the warehouse in service is not touched."""
    from warehouse.forecast import fitting

    settings = _settings()
    with _alone(settings):
        try:
            found = fitting.fit(settings, _moment(as_of, "--as-of"))
        except fitting.FittingError as error:
            _fail(str(error), BUILD_FAILED)
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n")
        return
    for line in fitting.lines(found):
        _say(line)


@forecast_app.command(
    "backtest",
    cls=terminal.Command,
    help=_example(
        _("Насколько точен был прогноз закрытых периодов, рядом с простым округлением."),
        "zavuch forecast backtest --from 2025-09-01 --to 2026-05-31",
    ),
)
def forecast_backtest(
    first: Annotated[str | None, typer.Option("--from", help=_("Периоды, которые закончились не раньше."))] = None,
    last: Annotated[str | None, typer.Option("--to", help=_("Периоды, которые закончились не позже."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Для программ."))] = False,
) -> None:
    """Tell how good the forecasts were; the warehouse is only read."""
    from warehouse import publish
    from warehouse.forecast import backtest

    settings = _settings()
    chosen = _chosen_school(settings, school)
    published = publish.current(settings.home)
    if published is None or chosen not in published.files:
        _fail(_("Хранилище ещё не собрано: zavuch run."), WRONG_USAGE)
    begins, ends = _moment(first, "--from"), _moment(last, "--to")
    found = backtest.backtest(
        published.files[chosen], chosen, begins.date() if begins else None, ends.date() if ends else None
    )
    if as_json:
        sys.stdout.write(json.dumps(backtest.as_json(found), ensure_ascii=False, indent=1, default=str) + "\n")
        return
    for line in backtest.lines(found):
        _say(line)


@app.command(cls=terminal.Command, help=_example(_("Открыть панели в браузере."), "zavuch serve --port 8501"))
def serve(
    host: Annotated[str, typer.Option("--host", help=_("Адрес."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help=_("Порт."))] = 8501,
) -> None:
    """Serve the dashboards until stopped."""
    _serve(_settings(), host, port)


def _serve(settings: Settings, host: str, port: int) -> None:
    from dashboards import server
    from warehouse import publish

    if publish.current(settings.home) is None:
        _say(_("Хранилище ещё не собрано: страницы появятся после zavuch run."))
    _say(_("Панели: {address}  (остановить – Ctrl+C)").format(address=f"http://{host}:{port}"))
    try:
        server.serve(settings.home, host, port, demo=settings.demo)
    except server.PortTakenError:
        _fail(_("Порт {port} занят. Укажите другой: --port").format(port=port), WRONG_USAGE)


# What the school's regulation says


@regulation_app.command(
    "init",
    cls=terminal.Command,
    help=_example(
        _("Ответить на вопросы о положении школы – с образца или с чистого листа; позже – на те, что остались."),
        "zavuch regulation init --from kirishi-2018",
    ),
)
def regulation_init(
    profile: Annotated[
        str, typer.Option("--from", help=_("Образец: novoaltaysk-2016, mbou, izhevskoe-2018, kirishi-2018, …"))
    ] = "",
    answers: Annotated[
        Path | None, typer.Option("--answers", help=_("Файл с ответами вместо вопросов, такой же, как файл положения."))
    ] = None,
    valid_from: Annotated[
        str | None, typer.Option("--valid-from", help=_("С какого дня действуют ответы: 01.09.2026."))
    ] = None,
    document: Annotated[
        str, typer.Option("--document", help=_("Как называется положение, номер и дата приказа."))
    ] = "",
    again: Annotated[bool, typer.Option("--again", help=_("Спросить и о том, на что ответ уже есть."))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Дополнить положение из образца, не спрашивая."))] = False,
    author: Annotated[str | None, typer.Option("--author", help=_("Кто вносит; иначе имя входа в компьютер."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Start the regulation of a school, or go on from the answers that stand."""
    from warehouse.regulation import commands, profiles
    from warehouse.regulation.answers import AnswerError, day_of
    from warehouse.regulation.file import RegulationError
    from warehouse.regulation.record import RecordError

    if profile and profile not in profiles.NAMES:
        known = ", ".join(profiles.NAMES)
        _fail(_("Образца «{name}» нет. Есть: {known}.").format(name=profile, known=known), WRONG_USAGE)
    settings = _settings()
    chosen = _chosen_school(settings, school)
    asking = (_answer, _say) if answers is None and sys.stdin.isatty() else None
    try:
        since = day_of(valid_from) if valid_from else None
        wanted = commands.Wanted(profile, answers, since, document, again=again, yes=yes)
        at = datetime.now(settings.zone(chosen))
        for line in commands.begin(settings, chosen, wanted, asking, author=author, at=at):
            _say(line)
    except (commands.WrongRequestError, AnswerError) as error:
        _fail(str(error), WRONG_USAGE)
    except (commands.NotAgreedError, RegulationError, RecordError) as error:
        _fail(str(error), PUT_ASIDE)


def _answer(question: str) -> str:
    try:
        return input(question)
    except EOFError as error:
        raise typer.Abort from error


def _regulation(settings: Settings, what: str | None, school: str | None) -> Any:  # noqa: ANN401  (imported only when needed)
    """Find the regulation that is meant: by name, else that of the school."""
    from warehouse.regulation import commands
    from warehouse.regulation.file import RegulationError

    try:
        return commands.named(settings, what or _chosen_school(settings, school))
    except commands.WrongRequestError as error:
        _fail(str(error), WRONG_USAGE)
    except RegulationError as error:
        _fail(str(error), PUT_ASIDE)


@regulation_app.command(
    "show",
    cls=terminal.Command,
    help=_example(
        _("Показать ответы с пунктами, цитатами и днями, в которые они действуют."), "zavuch regulation show mbou"
    ),
)
def regulation_show(
    what: Annotated[
        str | None, typer.Argument(help=_("Школа, образец или файл; по умолчанию положение школы."))
    ] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Show a regulation."""
    from warehouse.regulation import commands

    for line in commands.shown(_regulation(_settings(), what, school)):
        _say(line)


@regulation_app.command(
    "history",
    cls=terminal.Command,
    help=_example(
        _("Кто, когда и какой ответ о положении изменил: что было и что стало."), "zavuch regulation history"
    ),
)
def regulation_history(
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Show who changed which answer when."""
    from warehouse.regulation import commands
    from warehouse.regulation.file import RegulationError, file_of
    from warehouse.regulation.record import Record, RecordError

    settings = _settings()
    try:
        for line in commands.history(Record(file_of(settings.home, _chosen_school(settings, school)))):
            _say(line)
    except (RegulationError, RecordError) as error:
        _fail(str(error), PUT_ASIDE)


@regulation_app.command(
    "check",
    cls=terminal.Command,
    help=_example(_("Проверить файл положения: где ошибка, в чём она и что сделать."), "zavuch regulation check"),
)
def regulation_check(
    file: Annotated[Path | None, typer.Argument(help=_("Файл; по умолчанию положение школы."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Check a regulation file; 1 when something is at fault."""
    from warehouse.regulation import commands
    from warehouse.regulation.file import file_of

    settings = _settings()
    path = file or file_of(settings.home, _chosen_school(settings, school))
    if not path.is_file():
        _fail(_("Нет такого файла или папки: {path}").format(path=path), WRONG_USAGE)
    raise typer.Exit(DONE if commands.checked(path, _say) else PUT_ASIDE)


@regulation_app.command(
    "compare",
    cls=terminal.Command,
    help=_example(
        _("Сравнить два положения по вопросам, с цитатами; без второго – с пятью образцами."),
        "zavuch regulation compare mbou kirishi-2018",
    ),
)
def regulation_compare(
    first: Annotated[
        str | None, typer.Argument(help=_("Школа, образец или файл; по умолчанию положение школы."))
    ] = None,
    second: Annotated[str | None, typer.Argument(help=_("С чем сравнить; по умолчанию с пятью образцами."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Compare regulations question by question."""
    from warehouse.regulation import profiles
    from warehouse.regulation.compare import compare, lines

    settings = _settings()
    ours = _regulation(settings, first, school)
    names = (second,) if second else tuple(name for name in profiles.FIVE if name != ours.name)
    others = {name: _regulation(settings, name, school).regulation for name in names}
    for line in lines(ours.name, compare(ours.regulation, others)):
        _say(line)


@regulation_app.command(
    "preview",
    cls=terminal.Command,
    help=_example(
        _("Что было бы не в срок, если бы школа вела журнал по другому образцу, и какие записи судились бы иначе."),
        'zavuch regulation preview kirishi-2018 --period "1 четверть"',
    ),
)
def regulation_preview(
    profile: Annotated[str, typer.Argument(help=_("Образец: novoaltaysk-2016, mbou, izhevskoe-2018, kirishi-2018, …"))],
    period: Annotated[
        str, typer.Option("--period", help=_("Период, как он назван на страницах; по умолчанию все."))
    ] = "",
    listed: Annotated[int, typer.Option("--lines", min=0, help=_("Сколько записей показать."))] = 20,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Show what another regulation would judge; the warehouse is only read."""
    from warehouse import publish
    from warehouse.regulation import profiles
    from warehouse.regulation.preview import NoPeriodError, lines, preview

    if profile not in profiles.NAMES:
        known = ", ".join(profiles.NAMES)
        _fail(_("Образца «{name}» нет. Есть: {known}.").format(name=profile, known=known), WRONG_USAGE)
    settings = _settings()
    chosen = _chosen_school(settings, school)
    published = publish.current(settings.home)
    if published is None or chosen not in published.files:
        _fail(_("Хранилище ещё не собрано: zavuch run."), WRONG_USAGE)
    try:
        found = preview(published.files[chosen], profile, period)
    except NoPeriodError as error:
        _fail(str(error), WRONG_USAGE)
    for line in lines(found, listed):
        _say(line)


@regulation_app.command(
    "print",
    cls=terminal.Command,
    help=_example(
        _("Напечатать положение на одной странице, на подпись директору."),
        "zavuch regulation print --out положение.pdf",
    ),
)
def regulation_print(
    what: Annotated[
        str | None, typer.Argument(help=_("Школа, образец или файл; по умолчанию положение школы."))
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=_("Имя файла .pdf; по умолчанию в папке documents."))
    ] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Print the page that the director signs."""
    from exports.files import write_whole
    from exports.letterhead import Letterhead, letterhead_of
    from exports.regulation_paper import paper, regulation_pdf
    from warehouse.regulation.commands import taken_over
    from warehouse.regulation.file import digest_of

    settings = _settings()
    found = _regulation(settings, what, school)
    moment = datetime.now(settings.zone(found.name)).replace(microsecond=0, tzinfo=None)
    head = letterhead_of(settings, found.name) if found.name in settings.schools else Letterhead(found.title)
    page = paper(head, found.regulation, digest_of(found.path), moment, taken_over=taken_over(found.regulation))
    path = out or settings.documents / _("Положение {name}.pdf").format(name=found.name)
    try:
        write_whole(path, regulation_pdf(page, moment))
    except PermissionError:
        _fail(_("Файл {path} занят: закройте его и повторите.").format(path=path), PUT_ASIDE)
    _say(_("Сохранено: {path}").format(path=path))


# People and papers


@school_app.command(
    "add",
    cls=terminal.Command,
    help=_example(_("Внести школу, чьи выгрузки загружаются."), 'zavuch school add s12 --name "МБОУ СОШ № 12"'),
)
def school_add(
    school_id: Annotated[str, typer.Argument(help=_("Код школы латиницей."))],
    name: Annotated[str, typer.Option("--name", help=_("Название."))],
    printed: Annotated[
        list[str] | None, typer.Option("--printed", help=_("Как школу печатает журнал; можно несколько раз."))
    ] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help=_("Часовой пояс, например Asia/Barnaul."))] = None,
) -> None:
    """Map printed school names to an id."""
    settings = _settings()
    settings.add_school(School(school_id, name, tuple(printed or ()), timezone or settings.timezone))
    _say(
        _("Школа внесена: {id}. Ожидавшие её выгрузки загрузит следующая zavuch ingest или zavuch run.").format(
            id=school_id
        )
    )


@school_app.command("list", cls=terminal.Command, help=_example(_("Показать школы."), "zavuch school list"))
def school_list() -> None:
    """Schools of this home."""
    for school in _settings().schools.values():
        _say(f"{school.school_id}  {school.name}" + "".join(f"\n    {name}" for name in school.printed_names))


@account_app.command(
    "add",
    cls=terminal.Command,
    help=_example(
        _("Завести учётную запись; пароль спрашивается или читается из потока."),
        "zavuch account add petrova --role class_teacher --class 7Б",
    ),
)
def account_add(
    login: Annotated[str, typer.Argument(help=_("Имя для входа."))],
    role: Annotated[str, typer.Option("--role", help=_("deputy, administration или class_teacher."))],
    name: Annotated[str, typer.Option("--name", help=_("Как обращаться."))] = "",
    school: Annotated[
        str | None, typer.Option("--school", help=_("Код школы; если она одна, можно не указывать."))
    ] = None,
    classes: Annotated[list[str] | None, typer.Option("--class", help=_("Класс классного руководителя."))] = None,
    year: Annotated[str, typer.Option("--year", help=_("Учебный год класса, 2026/2027."))] = "",
    reasons: Annotated[
        bool, typer.Option("--reasons/--no-reasons", help=_("Видит причины пропусков (сведения о здоровье)."))
    ] = True,
    password: Annotated[str | None, typer.Option("--password", hidden=True)] = None,
) -> None:
    """Add an account."""
    from warehouse import accounts

    settings = _settings()
    settings.create()
    school_id = school or (next(iter(settings.schools)) if len(settings.schools) == 1 else None)
    if school_id is None or school_id not in settings.schools:
        _fail(_("Укажите школу: --school КОД (zavuch school list)."), WRONG_USAGE)
    secret = password or (
        typer.prompt(_("Пароль"), hide_input=True, confirmation_prompt=_("Ещё раз"))
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    try:
        accounts.Accounts(settings.home).add(
            login,
            password=secret,
            display_name=name or login,
            role=cast("accounts.Role", role),
            school_id=school_id,
            classes=_class_refs(settings, school_id, classes or [], year),
            may_see_reasons=reasons,
        )
    except accounts.AccountError as error:
        _fail(str(error), WRONG_USAGE)
    _say(_("Учётная запись заведена: {login}").format(login=login))


def _class_refs(settings: Settings, school_id: str, labels: list[str], year: str) -> list[Any]:
    """Classes by the names people use («7Б») or by id, in the given or the newest academic year."""
    from warehouse import access, publish

    if not labels:
        return []
    published = publish.current(settings.home)
    if published is None or school_id not in published.files:
        _fail(_("Класс можно указать после первой сборки: zavuch run."), WRONG_USAGE)
    known = access.classes_of(published, school_id)
    wanted_year = year or max((ref.academic_year for ref in known), default="")
    by_name = {
        key.casefold(): ref
        for ref, name in known.items()
        if ref.academic_year == wanted_year
        for key in (ref.class_id, name)
    }
    missing = [label for label in labels if label.casefold() not in by_name]
    if missing:
        names = ", ".join(sorted({name for ref, name in known.items() if ref.academic_year == wanted_year}))
        _fail(
            _("Класса {label} нет в {year}. Есть: {names}.").format(label=missing[0], year=wanted_year, names=names),
            WRONG_USAGE,
        )
    return [by_name[label.casefold()] for label in labels]


@account_app.command("list", cls=terminal.Command, help=_example(_("Показать учётные записи."), "zavuch account list"))
def account_list() -> None:
    """Accounts of this home."""
    from warehouse import accounts

    for account in accounts.Accounts(_settings().home).list():
        off = "" if not account.disabled else "  " + _("отключена")
        _say(f"{account.login}  {account.role}  {account.display_name}{off}")


@account_app.command(
    "disable", cls=terminal.Command, help=_example(_("Отключить учётную запись."), "zavuch account disable petrova")
)
def account_disable(login: Annotated[str, typer.Argument(help=_("Имя для входа."))]) -> None:
    """Disable an account; its sessions end at once."""
    from warehouse import accounts

    try:
        accounts.Accounts(_settings().home).disable(login)
    except accounts.AccountError as error:
        _fail(str(error), WRONG_USAGE)
    _say(_("Учётная запись отключена: {login}").format(login=login))


@report_app.command(
    "remarks",
    cls=terminal.Command,
    help=_example(
        _("Замечания по ведению журнала: PDF и XLSX на каждого учителя; прежние листы переносятся в папку «прежние»."),
        "zavuch report remarks --out замечания",
    ),
)
def report_remarks(
    out: Annotated[Path, typer.Option("--out", help=_("Папка; с --teacher – папка или имя файла."))],
    teacher: Annotated[str | None, typer.Option("--teacher", help=_("Код или фамилия учителя."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Write the remarks documents."""
    from exports import remarks
    from warehouse import publish
    from warehouse import status as report

    settings = _settings()
    published = publish.current(settings.home)
    if published is None:
        _fail(_("Хранилище ещё не собрано: сначала zavuch run."), WRONG_USAGE)
    file = report.school_file(published, school)
    if len(published.files) > 1 and out.suffix.lower().removeprefix(".") not in remarks.FORMATS:
        out /= file.stem
    try:
        written = remarks.remarks(file, out, teacher=teacher)
    except remarks.UnknownTeacherError as error:
        _fail(error.advice, WRONG_USAGE)
    except PermissionError as error:
        _fail(_("Файл {path} занят: закройте его и повторите.").format(path=error.filename or out), PUT_ASIDE)
    _say(_("Сохранено файлов: {n} → {out}").format(n=len(written.files), out=out))
    _say(_("Листов: {n}, из них с замечаниями: {some}, без замечаний: {none}.").format(
        n=written.sheets, some=written.with_remarks, none=written.sheets - written.with_remarks
    ))  # fmt: skip
    if written.replaced:
        _say(_("Заменено прежних файлов за этот же период: {n}.").format(n=written.replaced))
    if written.put_away:
        _say(_("Прежние листы – за другой период или без нынешних данных – перенесены в {folder}: {n}.").format(
            folder=written.put_away[0].parent, n=len(written.put_away)
        ))  # fmt: skip
    quiet_until = report.quiet_until(file)
    if quiet_until is not None:
        _say(_("Тихий режим до {day:%d.%m.%Y}: листы – только для заместителя директора.").format(day=quiet_until))


@report_app.command(
    "oneroster",
    cls=terminal.Command,
    help=_example(
        _("Выгрузить учебный год школы в OneRoster CSV: классы, ученики, работы, отметки, посещаемость."),
        "zavuch report oneroster --version 1.2 --out школа.zip",
    ),
)
def report_oneroster(
    out: Annotated[Path, typer.Option("--out", help=_("Имя архива .zip."))],
    version: Annotated[str, typer.Option("--version", help=_("Версия OneRoster: 1.1 или 1.2."))] = "1.1",
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
    year: Annotated[
        str | None, typer.Option("--year", help=_("Учебный год, 2026/2027; по умолчанию новейший."))
    ] = None,
    attendance: Annotated[
        bool, typer.Option("--attendance/--no-attendance", help=_("Добавить посещаемость – файл сверх стандарта."))
    ] = True,
) -> None:
    """Write the OneRoster package of a school."""
    from exports import oneroster
    from warehouse import publish
    from warehouse import status as report

    if version not in oneroster.VERSIONS:
        known = ", ".join(oneroster.VERSIONS)
        _fail(_("Версии OneRoster {version} нет. Есть: {known}.").format(version=version, known=known), WRONG_USAGE)
    published = publish.current(_settings().home)
    if published is None:
        _fail(_("Хранилище ещё не собрано: сначала zavuch run."), WRONG_USAGE)
    try:
        written = oneroster.oneroster(
            report.school_file(published, school), out, version=version, academic_year=year, attendance=attendance
        )
    except oneroster.NothingToExportError as error:
        _fail(str(error), WRONG_USAGE)
    _say(_("Учебный год {year} → {out}").format(year=written.academic_year, out=written.path))
    for name, n in written.rows.items():
        _say(f"    {name}.csv: {n}")


# The demo


@app.command(
    cls=terminal.Command,
    help=_example(_("Построить вымышленную школу, провести её выгрузки и показать панели."), "zavuch demo --no-serve"),
)
def demo(
    pupils: Annotated[int, typer.Option("--pupils", min=60, help=_("Сколько учеников."))] = 700,
    weeks: Annotated[int, typer.Option("--weeks", min=2, help=_("Сколько недель учебного года."))] = 9,
    years: Annotated[int, typer.Option("--years", min=1, help=_("Сколько учебных лет."))] = 1,
    seed: Annotated[int, typer.Option("--seed", help=_("Зерно: одинаковое зерно – одинаковая школа."))] = 1,
    show: Annotated[bool, typer.Option("--serve/--no-serve", help=_("Открыть панели в конце."))] = True,
    host: Annotated[str, typer.Option("--host", help=_("Адрес."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help=_("Порт."))] = 8501,
) -> None:
    """Build the demo in a home of its own and serve it."""
    named = HOME_VARIABLE in os.environ or any(word.split("=")[0] == "--home" for word in sys.argv)
    home = state["home"] if named else state["home"] / "demo"
    settings = Settings.load(home)
    if not settings.demo and settings.home.exists() and any(settings.home.iterdir()):
        _fail(
            _("Папка {home} занята, демонстрация в ней не строится. Укажите другую: --home").format(home=home),
            WRONG_USAGE,
        )
    wanted = {"pupils": pupils, "weeks": weeks, "years": years, "seed": seed}
    stamp = home / DEMO_STAMP
    if not (stamp.exists() and json.loads(stamp.read_text(encoding="utf-8")) == wanted):
        code = _make_demo(home, wanted)
        if code:
            raise typer.Exit(code)
        stamp.write_text(json.dumps(wanted), encoding="utf-8")
    settings = Settings.load(home)
    _tell_demo(settings)
    if show:
        _serve(settings, host, port)


def _make_demo(home: Path, wanted: dict[str, int]) -> int:
    """Generate, ingest, build, open accounts. Returns the exit code of what stopped it, or 0."""
    from ingest.demo_school import generate
    from warehouse import accounts
    from warehouse.regulation import file, profiles

    if home.exists():
        shutil.rmtree(home)
    settings = Settings(home.resolve(), demo=True)
    settings.create()
    with terminal.reporting() as progress:
        plan = generate(
            home / "demo",
            pupils=wanted["pupils"],
            weeks=wanted["weeks"],
            years=wanted["years"],
            seed=wanted["seed"],
            progress=lambda what, share: progress(what, round(share * 100), 100),
        )
    settings = settings.add_school(School(plan.school_id, plan.school_name, tuple(plan.printed_names)))
    file.write(file.file_of(settings.home, plan.school_id), profiles.profile(plan.regulation))
    code = _ingest(settings, [plan.exports], None, [])
    if code:
        return code
    code = _build(settings)
    if code:
        return code
    book = accounts.Accounts(settings.home)
    for person in plan.accounts:
        book.add(
            person.login,
            password=person.password,
            display_name=person.display_name,
            role=cast("accounts.Role", person.role),
            school_id=plan.school_id,
            classes=[accounts.ClassRef(*one) for one in person.classes],
            may_see_reasons=person.role != "administration",
        )
    facts = {
        "accounts": [vars(person) | {"classes": list(person.classes)} for person in plan.accounts],
        "truth": str(plan.truth),
        "tour": str(plan.tour),
    }
    (home / "demo" / "plan.json").write_text(json.dumps(facts, ensure_ascii=False, default=str), encoding="utf-8")
    return DONE


def _tell_demo(settings: Settings) -> None:
    facts = json.loads((settings.home / "demo" / "plan.json").read_text(encoding="utf-8"))
    _say(_("Демонстрационная школа готова: {home}").format(home=settings.home))
    for person in facts["accounts"]:
        _say(f"    {person['login']} / {person['password']}  – {person['display_name']}")
    _say(_("Что посмотреть: {tour}").format(tour=facts["tour"]))


def main() -> None:
    """Run the command line; wrong usage ends with 2, broken settings with 2."""
    terminal.utf8_streams()
    try:
        code = app(standalone_mode=False)
    except SettingsError as error:
        terminal.errors().print(str(error), markup=False)
        sys.exit(WRONG_USAGE)
    except typer.Abort:
        terminal.errors().print(_("Прервано."), markup=False)
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # typer's usage errors have no public class; they know how to phrase themselves.
        if not hasattr(error, "format_message"):
            raise
        terminal.errors().print(terminal.usage_in_russian(error.format_message()), markup=False)
        terminal.errors().print(_("Справка: zavuch --help"), markup=False)
        sys.exit(WRONG_USAGE)
    sys.exit(code if isinstance(code, int) else DONE)


if __name__ == "__main__":
    main()
