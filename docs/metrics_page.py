"""The page docs/metrics.md: every figure of attendance, progress and the forecast, and the limits that they go by.

Made of dbt/seeds/metrics.csv and dbt/seeds/limits.csv, which pages and papers print from too. Here stand only the
order of the chapters and the words around them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

DBT = Path(__file__).resolve().parent.parent / "dbt"
UNITS = {"percent": "проценты или доля", "count": "число", "days": "дни", "lessons": "уроки", "mark": "отметка"}
CHAPTERS = (("progress", "Успеваемость"), ("attendance", "Посещаемость"), ("forecast", "Прогноз"), ("", "Остальное"))
INTRODUCTION = """\
# Показатели: как считается каждое число

Страница составлена `docs/generate.py` из `dbt/seeds/metrics.csv` и `dbt/seeds/limits.csv`; руками не правится. Из тех
же строк подписи к числам печатают страницы и документы.

- Чего в выгрузках нет, то не считается нулём: число не показывается, а рядом сказано, какая доля известна.
- Пока период идёт и выставлены не все отметки, проценты за него не показываются.
- Где число стоит одно, рядом есть его расчёт: «(5 + 10 + 8)/25 = 92 %», «(5·4 + 4·5)/9 = 4,44 → порог 0,5 → 4».
- Показатели описывают отметки и пропуски; по ним не составляют рейтингов учителей.
"""
LIMITS = """\
## Настройки, от которых зависят показатели и правила

Школа может назначить своё число с любого дня; судится по числу, действовавшему в последний день периода (пока он идёт –
сегодня). Слово «настройка школы» значит, что норм закона о нём нет; «ориентир программы» – что число принято в Завуче,
пока школа не назначит своё.
"""


def _rows(seed: str) -> list[dict[str, str]]:
    with (DBT / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _rooms() -> dict[str, str]:
    """Model → the folder of marts that it stands in; '' of reports."""
    return {path.stem: path.parent.name for path in (DBT / "models").glob("marts/*/*.sql")}


def _chapter(row: dict[str, str], rooms: dict[str, str]) -> str:
    rooms_of_row = {rooms.get(name.partition(".")[0], "") for name in row["models"].split()}
    return next((room for room, _ in CHAPTERS if room in rooms_of_row), "")


def _columns(models: str) -> str:
    """«model: column, column; model: column»."""
    by_model: dict[str, list[str]] = {}
    for name in models.split():
        model, _, column = name.partition(".")
        by_model.setdefault(model, []).append(column)
    return "; ".join(
        f"`{model}`: " + ", ".join(f"`{column}`" for column in columns) for model, columns in by_model.items()
    )


def _metric(row: dict[str, str]) -> Iterator[str]:
    yield f"### {row['title']}"
    yield ""
    yield f"- **Как считается:** {row['formula']}"
    if row["denominator"]:
        yield f"- **От чего:** {row['denominator']}"
    if row["exclusions"]:
        yield f"- **Не входит:** {row['exclusions']}"
    yield f"- **Единица:** {UNITS[row['unit']]}"
    yield f"- **Основание:** {row['source']}"
    yield f"- **Где стоит:** {_columns(row['models'])}"
    yield ""


def _limits(rows: Iterable[dict[str, str]]) -> Iterator[str]:
    yield LIMITS
    yield "| настройка | имя | число | от | до | основание |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in rows:
        figures = " | ".join(row[name].replace(".", ",") for name in ("value", "least", "most"))
        yield f"| {row['title']} | `{row['name']}` | {figures} | {row['basis']} |"
    yield ""


def metrics_page() -> str:
    """Every metric with its formula, denominator, exclusions and source; then the limits."""
    rooms = _rooms()
    lines = [INTRODUCTION]
    rows = _rows("metrics")
    for room, title in CHAPTERS:
        of_room = [row for row in rows if _chapter(row, rooms) == room]
        if of_room:
            lines += [f"## {title}", ""]
            lines += [line for row in of_room for line in _metric(row)]
    lines += _limits(_rows("limits"))
    return "\n".join(lines)
