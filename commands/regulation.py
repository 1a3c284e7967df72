"""What the school's regulation says: answer, show, check, compare, try, print."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.common import DONE, PUT_ASIDE, WRONG_USAGE, chosen_school, example, fail, group, load_settings, say
from warehouse import console as terminal
from warehouse.language import gettext as _
from warehouse.settings import Settings

regulation_app = group(_("Положение школы о журнале: сроки, пункты, цитаты."))


@regulation_app.command(
    "init",
    cls=terminal.Command,
    help=example(
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
        fail(_("Образца «{name}» нет. Есть: {known}.").format(name=profile, known=known), WRONG_USAGE)
    settings = load_settings()
    chosen = chosen_school(settings, school)
    asking = (_answer, say) if answers is None and sys.stdin.isatty() else None
    try:
        since = day_of(valid_from) if valid_from else None
        wanted = commands.Wanted(profile, answers, since, document, again=again, yes=yes)
        at = datetime.now(settings.zone(chosen))
        for line in commands.begin(settings, chosen, wanted, asking, author=author, at=at):
            say(line)
    except (commands.WrongRequestError, AnswerError) as error:
        fail(str(error), WRONG_USAGE)
    except (commands.NotAgreedError, RegulationError, RecordError) as error:
        fail(str(error), PUT_ASIDE)


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
        return commands.named(settings, what or chosen_school(settings, school))
    except commands.WrongRequestError as error:
        fail(str(error), WRONG_USAGE)
    except RegulationError as error:
        fail(str(error), PUT_ASIDE)


@regulation_app.command(
    "show",
    cls=terminal.Command,
    help=example(
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

    for line in commands.shown(_regulation(load_settings(), what, school)):
        say(line)


@regulation_app.command(
    "history",
    cls=terminal.Command,
    help=example(_("Кто, когда и какой ответ о положении изменил: что было и что стало."), "zavuch regulation history"),
)
def regulation_history(
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Show who changed which answer when."""
    from warehouse.regulation import commands
    from warehouse.regulation.file import RegulationError, file_of
    from warehouse.regulation.record import Record, RecordError

    settings = load_settings()
    try:
        for line in commands.history(Record(file_of(settings.home, chosen_school(settings, school)))):
            say(line)
    except (RegulationError, RecordError) as error:
        fail(str(error), PUT_ASIDE)


@regulation_app.command(
    "check",
    cls=terminal.Command,
    help=example(_("Проверить файл положения: где ошибка, в чём она и что сделать."), "zavuch regulation check"),
)
def regulation_check(
    file: Annotated[Path | None, typer.Argument(help=_("Файл; по умолчанию положение школы."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Check a regulation file; 1 when something is at fault."""
    from warehouse.regulation import commands
    from warehouse.regulation.file import file_of

    settings = load_settings()
    path = file or file_of(settings.home, chosen_school(settings, school))
    if not path.is_file():
        fail(_("Нет такого файла или папки: {path}").format(path=path), WRONG_USAGE)
    raise typer.Exit(DONE if commands.checked(path, say) else PUT_ASIDE)


@regulation_app.command(
    "compare",
    cls=terminal.Command,
    help=example(
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
    from warehouse.regulation.compare import compare, compared_limits, lines

    settings = load_settings()
    ours = _regulation(settings, first, school)
    names = (second,) if second else tuple(name for name in profiles.FIVE if name != ours.name)
    others = {name: _regulation(settings, name, school).regulation for name in names}
    for line in lines(ours.name, compare(ours.regulation, others)):
        say(line)
    for line in compared_limits(ours.name, ours.regulation, others):
        say(line)


@regulation_app.command(
    "limits",
    cls=terminal.Command,
    help=example(
        _("Все числа, по которым судят правила: какие они в программе, в каких границах их меняют и что своё у школы."),
        "zavuch regulation limits",
    ),
)
def regulation_limits(
    what: Annotated[
        str | None, typer.Argument(help=_("Школа, образец или файл; по умолчанию положение школы."))
    ] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """List every number, the product's own and the school's."""
    from warehouse.regulation import commands
    from warehouse.regulation.answers import Regulation
    from warehouse.regulation.file import file_of

    settings = load_settings()
    if what is None and not file_of(settings.home, chosen_school(settings, school)).exists():
        regulation = Regulation(())
    else:
        regulation = _regulation(settings, what, school).regulation
    for line in commands.listed_limits(regulation):
        say(line)


@regulation_app.command(
    "limit",
    cls=terminal.Command,
    help=example(
        _("Установить своё число вместо числа программы; прежнее остаётся для прежних дней."),
        "zavuch regulation limit written_marks.share 0,9 --from 01.09.2026",
    ),
)
def regulation_limit(
    name: Annotated[str, typer.Argument(help=_("Имя числа: zavuch regulation limits."))],
    value: Annotated[str, typer.Argument(help=_("Само число, например 0,9, 90 % или 3."))],
    clause: Annotated[str, typer.Option("--clause", help=_("Пункт положения; нет – число установлено школой."))] = "",
    quote: Annotated[str, typer.Option("--quote", help=_("Слова пункта дословно."))] = "",
    valid_from: Annotated[
        str | None, typer.Option("--from", help=_("С какого дня оно действует; нет – действует с начала."))
    ] = None,
    author: Annotated[str | None, typer.Option("--author", help=_("Кто вносит; иначе имя входа в компьютер."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Set a number of the school."""
    from warehouse.regulation import commands
    from warehouse.regulation.answers import AnswerError, day_of
    from warehouse.regulation.file import RegulationError
    from warehouse.regulation.limits import limited, number_of
    from warehouse.regulation.record import RecordError

    settings = load_settings()
    chosen = chosen_school(settings, school)
    at = datetime.now(settings.zone(chosen))
    try:
        limit = limited(name, number_of(value), clause, quote, day_of(valid_from) if valid_from else None)
        for line in commands.set_limit(settings, chosen, limit, author=author, at=at):
            say(line)
    except AnswerError as error:
        fail(error.reason, WRONG_USAGE)
    except (RegulationError, RecordError) as error:
        fail(str(error), PUT_ASIDE)


@regulation_app.command(
    "preview",
    cls=terminal.Command,
    help=example(
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
        fail(_("Образца «{name}» нет. Есть: {known}.").format(name=profile, known=known), WRONG_USAGE)
    settings = load_settings()
    chosen = chosen_school(settings, school)
    published = publish.current(settings.home)
    if published is None or chosen not in published.files:
        fail(_("Хранилище ещё не собрано: zavuch run."), WRONG_USAGE)
    try:
        found = preview(published.files[chosen], profile, period)
    except NoPeriodError as error:
        fail(str(error), WRONG_USAGE)
    for line in lines(found, listed):
        say(line)


@regulation_app.command(
    "print",
    cls=terminal.Command,
    help=example(
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

    settings = load_settings()
    found = _regulation(settings, what, school)
    moment = datetime.now(settings.zone(found.name)).replace(microsecond=0, tzinfo=None)
    head = letterhead_of(settings, found.name) if found.name in settings.schools else Letterhead(found.title)
    page = paper(head, found.regulation, digest_of(found.path), moment, taken_over=taken_over(found.regulation))
    path = out or settings.documents / _("Положение {name}.pdf").format(name=found.name)
    try:
        write_whole(path, regulation_pdf(page, moment))
    except PermissionError:
        fail(_("Файл {path} занят: закройте его и повторите.").format(path=path), PUT_ASIDE)
    say(_("Сохранено: {path}").format(path=path))
