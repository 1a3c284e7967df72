"""The demo: a synthetic school taken through the whole pipeline."""

from __future__ import annotations

import json
import os
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypedDict, cast

import typer

from commands.common import DONE, WRONG_USAGE, example, fail, say, state
from commands.intake import take_in
from commands.pipeline import build_warehouse, serve_pages
from warehouse import console as terminal
from warehouse.language import gettext as _
from warehouse.settings import HOME_VARIABLE, School, Settings

app = typer.Typer()
DEMO_STAMP = "demo.json"


class Habits(StrEnum):
    """What `--habits` takes: the names of the generator's presets."""

    usual = "usual"
    strict = "strict"


class Wanted(TypedDict):
    """The school that is asked for; a demo of the same is not built again."""

    pupils: int
    weeks: int
    years: int
    habits: str
    seed: int


@app.command(
    cls=terminal.Command,
    help=example(_("Построить вымышленную школу, провести её выгрузки и показать панели."), "zavuch demo --no-serve"),
)
def demo(
    pupils: Annotated[int, typer.Option("--pupils", min=60, help=_("Сколько учеников."))] = 700,
    weeks: Annotated[int, typer.Option("--weeks", min=2, help=_("Сколько недель учебного года."))] = 9,
    years: Annotated[int, typer.Option("--years", min=1, help=_("Сколько учебных лет."))] = 1,
    habits: Annotated[
        Habits,
        typer.Option(
            "--habits",
            help=_("Как в школе ставят отметки: usual – как в обычной школе, strict – строго и с разными порогами."),
        ),
    ] = Habits.usual,
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
        fail(
            _("Папка {home} занята, демонстрация в ней не строится. Укажите другую: --home").format(home=home),
            WRONG_USAGE,
        )
    wanted = Wanted(pupils=pupils, weeks=weeks, years=years, habits=habits.value, seed=seed)
    stamp = home / DEMO_STAMP
    if not (stamp.exists() and json.loads(stamp.read_text(encoding="utf-8")) == wanted):
        code = _make_demo(home, wanted)
        if code:
            raise typer.Exit(code)
        stamp.write_text(json.dumps(wanted), encoding="utf-8")
    settings = Settings.load(home)
    _tell_demo(settings)
    if show:
        serve_pages(settings, host, port)


def _make_demo(home: Path, wanted: Wanted) -> int:
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
            **wanted,
            progress=lambda what, share: progress(what, round(share * 100), 100),
        )
    settings = settings.add_school(School(plan.school_id, plan.school_name, tuple(plan.printed_names)))
    file.write(file.file_of(settings.home, plan.school_id), profiles.profile(plan.regulation))
    code = take_in(settings, [plan.exports], None, [])
    if code:
        return code
    code = build_warehouse(settings)
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
    say(_("Демонстрационная школа готова: {home}").format(home=settings.home))
    for person in facts["accounts"]:
        say(f"    {person['login']} / {person['password']}  – {person['display_name']}")
    say(_("Что посмотреть: {tour}").format(tour=facts["tour"]))
