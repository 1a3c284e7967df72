"""Documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.common import PUT_ASIDE, WRONG_USAGE, example, fail, group, load_settings, say
from warehouse import console as terminal
from warehouse.language import gettext as _

report_app = group(_("Документы."))


@report_app.command(
    "remarks",
    cls=terminal.Command,
    help=example(
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

    settings = load_settings()
    published = publish.current(settings.home)
    if published is None:
        fail(_("Хранилище ещё не собрано: сначала zavuch run."), WRONG_USAGE)
    file = report.school_file(published, school)
    if len(published.files) > 1 and out.suffix.lower().removeprefix(".") not in remarks.FORMATS:
        out /= file.stem
    try:
        written = remarks.remarks(file, out, teacher=teacher)
    except remarks.UnknownTeacherError as error:
        fail(error.advice, WRONG_USAGE)
    except PermissionError as error:
        fail(_("Файл {path} занят: закройте его и повторите.").format(path=error.filename or out), PUT_ASIDE)
    say(_("Сохранено файлов: {n} → {out}").format(n=len(written.files), out=out))
    say(_("Листов: {n}, из них с замечаниями: {some}, без замечаний: {none}.").format(
        n=written.sheets, some=written.with_remarks, none=written.sheets - written.with_remarks
    ))  # fmt: skip
    if written.replaced:
        say(_("Заменено прежних файлов за этот же период: {n}.").format(n=written.replaced))
    if written.put_away:
        say(_("Прежние листы – за другой период или без нынешних данных – перенесены в {folder}: {n}.").format(
            folder=written.put_away[0].parent, n=len(written.put_away)
        ))  # fmt: skip
    quiet_until = report.quiet_until(file)
    if quiet_until is not None:
        say(_("Тихий режим до {day:%d.%m.%Y}: листы – только для заместителя директора.").format(day=quiet_until))


@report_app.command(
    "oneroster",
    cls=terminal.Command,
    help=example(
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
        fail(_("Версии OneRoster {version} нет. Есть: {known}.").format(version=version, known=known), WRONG_USAGE)
    published = publish.current(load_settings().home)
    if published is None:
        fail(_("Хранилище ещё не собрано: сначала zavuch run."), WRONG_USAGE)
    try:
        written = oneroster.oneroster(
            report.school_file(published, school), out, version=version, academic_year=year, attendance=attendance
        )
    except oneroster.NothingToExportError as error:
        fail(str(error), WRONG_USAGE)
    say(_("Учебный год {year} → {out}").format(year=written.academic_year, out=written.path))
    for name, n in written.rows.items():
        say(f"    {name}.csv: {n}")
