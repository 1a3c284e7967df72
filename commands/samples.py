"""Cells taken at random and checked by hand."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import Annotated

import typer

from commands.common import HELP, WRONG_USAGE, chosen_school, example, fail, load_settings, say
from warehouse import console as terminal
from warehouse.language import gettext as _

sample_app = typer.Typer(cls=terminal.Group, context_settings=HELP)


@sample_app.callback(
    invoke_without_command=True,
    help=example(
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

    settings = load_settings()
    chosen = chosen_school(settings, school)
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
    say(_("Выборка {number}, ячеек: {n} → {out}").format(number=drawn.number, n=len(rows), out=out))
    say(_("На листе имена детей и их отметки – это персональные данные: не пересылайте его и потом уничтожьте."))
    say(_("Сверив, внесите итог, например: {command}").format(
        command=f"zavuch sample enter {drawn.number} --wrong 3,7 --missing 5"
    ))  # fmt: skip


@sample_app.command(
    "enter",
    cls=terminal.Command,
    help=example(
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

    settings = load_settings()
    chosen = chosen_school(settings, school)
    given = [_cell_numbers(text, name) for text, name in (
        (wrong, "--wrong"), (missing, "--missing"), (unchecked, "--unchecked")
    )]  # fmt: skip
    at = datetime.now(settings.zone(chosen)).replace(tzinfo=None, microsecond=0)
    result = Result(author or getpass.getuser(), at, *given)
    drawn = Samples(settings, chosen).enter(number, result)
    say(_("Итог выборки {number} внесён: {came}.").format(number=number, came=came(result, len(drawn.cells))))


def _cell_numbers(text: str, option: str) -> tuple[int, ...]:
    """«3,7» or «3 7»."""
    words = text.replace(",", " ").replace(";", " ").split()
    if not all(word.isascii() and word.isdigit() for word in words):
        fail(_("{option}: «{text}» – не номера ячеек. Пример: 3,7").format(option=option, text=text), WRONG_USAGE)
    return tuple(map(int, words))


@sample_app.command(
    "list",
    cls=terminal.Command,
    help=example(_("Показать выборки, их итоги и долю совпавших ячеек."), "zavuch sample list"),
)
def sample_list(
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Show draws with their results."""
    from warehouse import samples, samples_words

    settings = load_settings()
    draws = samples.Samples(settings, chosen_school(settings, school)).draws()
    for line in samples_words.lines(draws, samples.share(draws)):
        say(line)
