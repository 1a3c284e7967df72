"""Zavuch on the command line: exports → history → warehouse → dashboards and papers.

The commands, in the way of the data: `demo`, `school`, `ingest`, `build`, `run`, `serve`, `status`, `report`,
`account`, `exclude`, `identity`, `codes`, `profile`; what no export carries: `register`, `workbook`, `regulation`; to
check by hand: `sample`. Exit codes: 0 done; 1 something was put aside, rejected or left for a person to settle, or a
blocking integrity check does not hold; 2 wrong usage; 3 the build failed and the old warehouse stays.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands import demo, forecast, intake, papers, people, pipeline, registers, regulation, samples
from commands.common import DONE, HELP, WRONG_USAGE, state
from warehouse import console as terminal
from warehouse import language
from warehouse.language import gettext as _
from warehouse.settings import HOME_VARIABLE, SettingsError, default_home

app = typer.Typer(
    help=_("Завуч: хранилище и панели по выгрузкам электронного журнала."),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    cls=terminal.Group,
    pretty_exceptions_enable=False,
    context_settings=HELP,
)
app.add_typer(intake.app)
app.add_typer(pipeline.app)
app.add_typer(demo.app)
app.add_typer(people.school_app, name="school")
app.add_typer(people.account_app, name="account")
app.add_typer(papers.report_app, name="report")
app.add_typer(intake.codes_app, name="codes")
app.add_typer(intake.profile_app, name="profile")
app.add_typer(registers.register_app, name="register")
app.add_typer(regulation.regulation_app, name="regulation")
app.add_typer(registers.workbook_app, name="workbook")
app.add_typer(samples.sample_app, name="sample")
app.add_typer(forecast.forecast_app, name="forecast")


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
