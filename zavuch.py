"""Zavuch on the command line: exports → history → warehouse → dashboards and papers.

The commands, in the way of the data: `demo`, `school`, `ingest`, `build`, `run`, `serve`, `status`, `report`,
`account`, `exclude`. Exit codes: 0 done; 1 something was put aside or rejected, or a blocking integrity check
does not hold; 2 wrong usage; 3 the build failed and the old warehouse stays.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, cast

import typer

from warehouse import console as terminal
from warehouse import language
from warehouse.language import gettext as _
from warehouse.settings import HOME_VARIABLE, School, Settings, SettingsError, default_home

DONE, PUT_ASIDE, WRONG_USAGE, BUILD_FAILED = 0, 1, 2, 3
DEMO_STAMP = "demo.json"


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
app.add_typer(school_app, name="school")
app.add_typer(account_app, name="account")
app.add_typer(report_app, name="report")

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
    raise typer.Exit(_ingest(_settings(), paths or [], _moment(taken_at, "--taken-at"), accept or []))


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


# The warehouse


@app.command(
    cls=terminal.Command, help=_example(_("Собрать и опубликовать хранилище."), "zavuch build --as-of 2026-10-31")
)
def build(
    as_of: Annotated[str | None, typer.Option("--as-of", help=_("На какой момент; позднее скрывается."))] = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help=_("Проверить собранное ожиданиями."))] = True,
) -> None:
    """Build, check, publish."""
    raise typer.Exit(_build(_settings(), _moment(as_of, "--as-of"), check=check))


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
    return DONE


@app.command(
    cls=terminal.Command, help=_example(_("Забрать новое из папки inbox, собрать и опубликовать."), "zavuch run")
)
def run() -> None:
    """Inbox → ingest → build."""
    from ingest import load

    settings = _settings()
    settings.create()
    entries = sorted(path for path in settings.inbox.iterdir() if path.name != "done" and not path.name.startswith("."))
    with terminal.reporting() as progress:
        outcome = load.ingest(settings, entries, progress=progress)
    _tell_ingest(outcome)
    for path in entries:
        fine = [ok for found, ok in outcome.containers.items() if found == path or path in found.parents]
        if fine and all(fine):
            _move_to_done(settings, path, outcome.first_taken)
    code = _build(settings)
    raise typer.Exit(code or (DONE if outcome.clean else PUT_ASIDE))


def _move_to_done(settings: Settings, path: Path, taken: dict[Path, Any]) -> None:
    """`inbox/done/DATE/`, by the day the export was taken; a name in use gets a number."""
    days = [day for found, day in taken.items() if found == path or path in found.parents]
    folder = settings.inbox / "done" / (min(days).isoformat() if days else "unknown")
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem} ({number}){path.suffix}"
    shutil.move(path, target)


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
        _("Замечания по ведению журнала: PDF и XLSX на каждого учителя."), "zavuch report remarks --out замечания"
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
    try:
        written = remarks.remarks(report.school_file(published, school), out, teacher=teacher)
    except remarks.UnknownTeacherError as error:
        _fail(error.advice, WRONG_USAGE)
    _say(_("Сохранено файлов: {n} → {out}").format(n=len(written), out=out))


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
