"""The forecast of marks: what it has learned, and how right it has been."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from commands.common import (
    BUILD_FAILED,
    WRONG_USAGE,
    alone,
    chosen_school,
    example,
    fail,
    group,
    load_settings,
    moment_of,
    say,
)
from warehouse import console as terminal
from warehouse.language import gettext as _

forecast_app = group(_("Прогноз отметок: чему научился и насколько точен."))


@forecast_app.command(
    "fit",
    cls=terminal.Command,
    help=example(
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

    settings = load_settings()
    with alone(settings):
        try:
            found = fitting.fit(settings, moment_of(as_of, "--as-of"))
        except fitting.FittingError as error:
            fail(str(error), BUILD_FAILED)
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n")
        return
    for line in fitting.lines(found):
        say(line)


@forecast_app.command(
    "backtest",
    cls=terminal.Command,
    help=example(
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

    settings = load_settings()
    chosen = chosen_school(settings, school)
    published = publish.current(settings.home)
    if published is None or chosen not in published.files:
        fail(_("Хранилище ещё не собрано: zavuch run."), WRONG_USAGE)
    begins, ends = moment_of(first, "--from"), moment_of(last, "--to")
    found = backtest.backtest(
        published.files[chosen], chosen, begins.date() if begins else None, ends.date() if ends else None
    )
    if as_json:
        sys.stdout.write(json.dumps(backtest.as_json(found), ensure_ascii=False, indent=1, default=str) + "\n")
        return
    for line in backtest.lines(found):
        say(line)
