"""«Контроль журнала»: what is not filled, what came later than due, and the list behind every number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from dashboards.lists import settled
from dashboards.parts import banner, choose, html, objections, what_if, words
from dashboards.parts.html import Cell, Line
from dashboards.parts.reader import Reader, note_visit
from warehouse.language import gettext as _

GRID_PICK, TIME_PICK = "deputy.grid.pick", "deputy.time.pick"
SHOWN = 150
MANY = 0.25
TERM = re.compile(r" \(срок — [^)]*\)$")  # the term has a column of its own


@dataclass(frozen=True)
class Measure:
    """A number of the class × subject grid."""

    column: str
    title: str
    hint: str


def measures() -> dict[str, Measure]:
    """What the grid can show."""
    return {
        each.column: each
        for each in (
            Measure("not_filled", _("Не заполнено"), _("на момент выгрузки нет записи, срок которой прошёл")),
            Measure("late", _("Внесено позже срока"), _("запись есть, внесена после срока")),
            Measure(
                "undetermined", _("Нельзя сказать"), _("запись есть, но по этим выгрузкам не видно, когда внесена")
            ),
            Measure("checks", _("Проверьте"), _("записи дня противоречат друг другу")),
        )
    }


def show(reader: Reader) -> None:
    """The page."""
    note_visit(reader, "deputy")
    banner.top(reader, _("Контроль журнала"))
    grid, found = reader.read("rpt_deputy__fill_grid"), reader.read("rpt_deputy__findings")
    timeliness = reader.read("rpt_deputy__timeliness")
    if grid is None or found is None or timeliness is None:
        html.show(html.empty(_("Этот отчёт не открыт"), _("Он не входит в опубликованные данные или в ваши права.")))
        return
    year = choose.year([grid, found, timeliness], label=_("Учебный год"), key="deputy.year")
    grid, found, timeliness = (
        frame.filter(pl.col("academic_year") == year) if year else frame for frame in (grid, found, timeliness)
    )
    manners(reader.status(), found)
    objected = reader.read("rpt_deputy__objections")
    if objected is not None:
        objected = objected.filter(pl.col("academic_year") == year) if year else objected
        objections.notice(objected)
    share = banner.judged_share(reader)
    enough = share is None or share >= banner.ENOUGH_JUDGED
    summary(grid, found, timeliness, enough=enough)
    views = {
        "fill": _("Не заполнено"),
        "time": _("Своевременность"),
        "list": _("Все замечания"),
        "objections": _("Возражения"),
        "whatif": _("Если бы положение было другим"),
        "coverage": _("Чего не видно"),
        "quality": _("Проверка данных"),
    }
    view = choose.views(views, key="deputy.view", default="fill")
    if view == "fill":
        fill(reader, grid, found, year)
    elif view == "time":
        time(reader, timeliness, found, year, enough=enough)
    elif view == "list":
        everything(reader, found, year)
    elif view == "objections":
        objections.show(objected, reader.account.school_id)
    elif view == "whatif":
        what_if.show(reader, year)
    elif view == "coverage":
        coverage(reader, year)
    else:
        quality(reader)


def manners(status: dict[str, Any], found: pl.DataFrame) -> None:
    """Say from which day remarks are kept, and that in the first weeks nobody else sees what is found."""
    if status.get("is_quiet"):
        until = words.full_day(status["quiet_until"])
        html.show(
            html.notice(
                _(
                    "Тихий режим до {day}: найденное видите только вы. Это три недели с первой загрузки, если в книге "
                    "школы не назначен другой день."
                ).format(day=until)
            )
        )
    earlier = found.filter(~pl.col("is_remark")).height
    if status.get("remarks_from") and earlier:
        html.show(
            html.notice(
                _("Замечания ведём с {day}. Более ранние пробелы ({n}) – отдельным списком, в листы не входят.").format(
                    day=words.full_day(status["remarks_from"]), n=words.number(earlier)
                )
            )
        )


def total(frame: pl.DataFrame, column: str) -> int:
    """Sum of a column."""
    return int(frame[column].sum() or 0)


def summary(grid: pl.DataFrame, found: pl.DataFrame, timeliness: pl.DataFrame, *, enough: bool) -> None:
    """The two measures apart, the one that can be trusted first."""
    unfilled, late = total(grid, "not_filled"), total(timeliness, "late")
    low, high = in_time(timeliness)
    excused = found.filter(pl.col("status").is_in(["excused", "withdrawn"])).height
    first = (
        _("Не заполнено на момент выгрузки"),
        words.number(unfilled),
        _("из {n} проведённых уроков").format(n=words.number(total(grid, "lessons_due"))),
    )
    second = (
        _("Внесено в срок"),
        words.bounds(low, high),
        _("внесено позже срока: {n}").format(n=words.number(late)),
    )
    third = (
        _("Нельзя сказать, в срок ли"),
        words.number(total(timeliness, "undetermined")),
        _("выгрузки реже, чем сроки"),
    )
    fourth = (_("Не учтено"), words.number(excused), _("больничный, сбой системы, решение школы"))
    order = [second, first, third, fourth] if enough else [first, third, second, fourth]
    html.show(html.tiles((*each, index == 0) for index, each in enumerate(order)))
    if not enough:
        html.show(
            html.notice(
                _(
                    "Выгрузки слишком редкие, чтобы судить о сроках: показано прежде всего то, чего в журнале нет "
                    "на момент выгрузки. Чтобы видеть сроки, выгружайте журнал хотя бы два раза в день."
                )
            )
        )


def in_time(frame: pl.DataFrame) -> tuple[float | None, float | None]:
    """Bounds of the share in time: [in time, in time + undetermined] of all that is counted."""
    counted = sum(total(frame, name) for name in ("in_time", "late", "missing", "undetermined"))
    if not counted:
        return None, None
    sure = total(frame, "in_time")
    return sure / counted, (sure + total(frame, "undetermined")) / counted


def fill(reader: Reader, grid: pl.DataFrame, found: pl.DataFrame, year: str) -> None:
    """Class × subject."""
    known = measures()
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        measure = known[
            choose.switch(
                _("Показать"),
                {name: each.title for name, each in known.items()},
                key="deputy.measure",
                default="not_filled",
            )
        ]
    with right:
        banner.explain(
            reader,
            ["rpt_deputy__fill_grid", "rpt_deputy__findings"],
            [
                *((each.title, each.hint) for each in known.values()),
                (_("Цвет"), _("доля от проведённых уроков; число – сколько уроков")),
                (_("Штриховка"), _("нет выгрузки, по которой это можно проверить")),
            ],
        )
    if not grid.height:
        html.show(
            html.empty(
                _("Проведённых уроков ещё нет"), _("Заполнение появится с первой выгрузкой после начала занятий.")
            )
        )
        return
    html.show_clickable(
        grid_html(grid, measure, st.session_state.get(GRID_PICK, "")),
        key="deputy.grid",
        on_pick=choose.remember(GRID_PICK),
        picked=st.session_state.get(GRID_PICK, ""),
    )
    html.show(
        html.legend(
            [
                ("o1", "", _("до {n} % уроков").format(n=5)),
                ("o3", "", _("около {n} %").format(n=15)),
                ("o5", "", _("{n} % и больше").format(n=25)),
                ("", "·", _("всё заполнено")),
                ("hatch", "", _("этой выгрузкой не проверяется")),
            ]
        )
    )
    pick = st.session_state.get(GRID_PICK, "")
    class_id, _bar, subject_id = pick.partition("|")
    picked = found.filter((pl.col("class_id") == class_id) & (pl.col("subject_id") == subject_id)) if pick else None
    if picked is None:
        html.show(f'<p class="soft">{escape(_("Нажмите на число – ниже откроется список уроков."))}</p>')
        reminders(found)
        return
    chosen = grid.filter((pl.col("class_id") == class_id) & (pl.col("subject_id") == subject_id))
    name = f"{chosen['class_name'][0]}, {chosen['subject_name'][0]}" if chosen.height else ""
    html.show(html.heading(name, _("Все замечания по этому классу и предмету"), behind=True))
    findings_list(picked, [("academic_year", year), ("class_id", class_id), ("subject_id", subject_id)])


def grid_html(grid: pl.DataFrame, measure: Measure, picked: str) -> str:
    """The grid as a table: subjects down, classes across, totals at the end."""
    classes = sorted(
        {(row["class_id"], row["class_name"]) for row in grid.iter_rows(named=True)},
        key=lambda each: choose.natural(each[1]),
    )
    subjects = sorted({row["subject_name"] or "" for row in grid.iter_rows(named=True)}, key=str.casefold)
    cells = {(row["class_id"], row["subject_name"] or ""): row for row in grid.iter_rows(named=True)}
    heads = [(_("Предмет"), "first"), *((name, "c") for _id, name in classes), (_("Всего"), "c")]
    lines = [
        Line(
            [
                Cell(name, "first"),
                *(fill_cell(cells.get((class_id, name)), measure) for class_id, _name in classes),
                sum_cell(grid.filter(pl.col("subject_name").fill_null("") == name), measure),
            ]
        )
        for name in subjects
    ]
    lines.append(
        Line(
            [
                Cell(_("Всего"), "first"),
                *(sum_cell(grid.filter(pl.col("class_id") == class_id), measure) for class_id, _name in classes),
                sum_cell(grid, measure),
            ],
            "total",
        )
    )
    return html.table(heads, lines, look="grid", picked=picked, label=f"{measure.title}: {_('класс и предмет')}")


def fill_cell(row: dict[str, Any] | None, measure: Measure) -> Cell:
    """One class × subject."""
    if row is None:
        return Cell("", "c")
    due, n = int(row["lessons_due"] or 0), int(row[measure.column] or 0)
    hint = f"{row['class_name']}, {row['subject_name']}: " + "; ".join(
        [
            _("уроков {n}").format(n=due),
            *(f"{each.title.lower()} {int(row[each.column] or 0)}" for each in measures().values()),
        ]
    )
    if n:
        return Cell(str(n), f"c {ochre(n / due if due else 1)}", hint, f"{row['class_id']}|{row['subject_id']}")
    if int(row["no_data"] or 0) >= max(due, 1):
        return Cell("", "c hatch", _("{hint}; этой выгрузкой не проверяется").format(hint=hint))
    return Cell("·", "c none", hint)


def sum_cell(rows: pl.DataFrame, measure: Measure) -> Cell:
    """A total of the grid."""
    return Cell(words.number(total(rows, measure.column)), "c")


def ochre(share: float) -> str:
    """The class of the ochre scale: the darkest from a quarter of the lessons on."""
    return f"o{min(5, max(1, round(share / MANY * 5)))}"


def reminders(found: pl.DataFrame) -> None:
    """«Кому напомнить»: what is absent now, teacher by teacher, by name."""
    open_now = found.filter(
        (pl.col("status") == "missing")
        | ((pl.col("status") == "violated") & (pl.col("rule") == "lesson_without_records"))
    )
    if not open_now.height:
        return
    grouped = (
        open_now.group_by("teacher_name", "class_name", "subject_name", "rule")
        .agg(n=pl.len(), first=pl.col("date").min(), last=pl.col("date").max())
        .sort("teacher_name", "class_name", "subject_name")
    )
    cards: dict[str, list[str]] = {}
    for row in grouped.iter_rows(named=True):
        span = (
            words.day(row["first"])
            if row["first"] == row["last"]
            else f"{words.day(row['first'])}–{words.day(row['last'])}"
        )
        cards.setdefault(row["teacher_name"], []).append(
            f"{place(row)}: {words.absent(row['rule'], row['n'])} ({span})"
        )
    html.show(
        html.heading(_("Кому напомнить"), _("Чего нет в журнале сейчас; по алфавиту, без не учтённого"))
        + '<div class="zv-cards">'
        + "".join(
            f'<div class="zv-card"><b>{escape(name)}</b>'
            + "".join(f"<div>{escape(line)}</div>" for line in lines)
            + "</div>"
            for name, lines in cards.items()
        )
        + "</div>"
    )


def place(row: dict[str, Any]) -> str:
    """«7Б, физика», or the class alone."""
    return ", ".join(part for part in (row["class_name"], row["subject_name"].lower()) if part)


def time(reader: Reader, frame: pl.DataFrame, found: pl.DataFrame, year: str, *, enough: bool) -> None:
    """Teacher × week."""
    rules = {
        name: words.rule(name, title)
        for title, name in sorted({(row["rule_title"], row["rule"]) for row in frame.iter_rows(named=True)})
    }
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        rule = choose.switch(_("Правило"), {"": _("Все сроки"), **rules}, key="deputy.rule", default="")
    with right:
        banner.explain(
            reader,
            ["rpt_deputy__timeliness", "rpt_deputy__findings"],
            [
                (_("Число"), _("доля внесённого в срок; две границы – «точно в срок» и «в срок или нельзя сказать»")),
                (_("Знаменатель"), _("записи, срок которых прошёл; без не учтённых и без не проверявшихся")),
                (_("Можно судить"), _("доля записей, о которых выгрузки позволяют сказать «в срок» или «позже»")),
                (_("Порядок"), _("по алфавиту: это не сравнение учителей между собой")),
            ],
        )
    shown = frame.filter(pl.col("rule") == rule) if rule else frame
    if not shown.height or in_time(shown)[1] is None:
        html.show(
            html.empty(
                _("О сроках судить пока нельзя"),
                _("Нужны выгрузки с моментом внесения записей или не реже двух раз в день."),
            )
        )
        return
    if not enough:
        html.show(html.notice(_("Можно судить меньше чем о 70 % записей: смотрите на обе границы."), warm=True))
    note = _("Доля внесённого в срок, %: от «точно в срок» до «в срок или нельзя сказать»")
    html.show(f'<p class="soft">{escape(note)}</p>')
    html.show_clickable(
        time_html(shown, st.session_state.get(TIME_PICK, "")),
        key="deputy.time",
        on_pick=choose.remember(TIME_PICK),
        picked=st.session_state.get(TIME_PICK, ""),
    )
    html.show(
        html.legend(
            [
                ("b1", "", _("в срок 95 % и больше")),
                ("o1", "", _("от 85 %")),
                ("o3", "", _("от 60 %")),
                ("o5", "", _("меньше 40 %")),
                ("hatch", "", _("можно судить меньше чем о половине")),
            ]
        )
    )
    pick = st.session_state.get(TIME_PICK, "")
    if not pick:
        html.show(f'<p class="soft">{escape(_("Нажмите на число – ниже откроется список уроков."))}</p>')
        return
    teacher_id, _bar, start = pick.rpartition("|")
    picked = found.filter(pl.col("teacher_id") == teacher_id)
    asked = [("academic_year", year), ("teacher_id", teacher_id)]
    name = str(picked["teacher_name"][0]) if picked.height else teacher_id
    if start:
        picked = picked.filter(pl.col("week_start") == date.fromisoformat(start))
        asked.append(("week_start", start))
        name = _("{teacher}, неделя {week}").format(teacher=name, week=words.week(date.fromisoformat(start)))
    timed = sorted({str(each) for each in shown["rule"].unique()})
    picked = picked.filter(pl.col("rule").is_in(timed))
    html.show(html.heading(name, behind=True))
    findings_list(picked, [*asked, *(("rule", each) for each in timed)])


def time_html(frame: pl.DataFrame, picked: str) -> str:
    """The heat map: teachers by name, weeks across, the whole time at the end."""
    weeks: list[date] = sorted(each for each in frame["week_start"].unique() if each)
    teachers = sorted({(row["teacher_name"], row["teacher_id"]) for row in frame.iter_rows(named=True)}, key=by_name)
    counted = frame.group_by("teacher_id", "week_start").agg(
        pl.col("n_due", "n_judged", "in_time", "late", "missing", "undetermined", "excused").sum()
    )
    cells = {(row["teacher_id"], row["week_start"]): row for row in counted.iter_rows(named=True)}
    whole = {
        row["teacher_id"]: row
        for row in counted.group_by("teacher_id").agg(pl.exclude("week_start").sum()).iter_rows(named=True)
    }
    heads = [
        (_("Учитель"), "first"),
        *((words.week(start), "c") for start in weeks),
        (_("За всё время"), "c"),
        (_("Можно судить"), "c"),
        (_("Не учтено"), "c"),
    ]
    lines = [
        Line(
            [
                Cell(name, "first"),
                *(time_cell(cells.get((teacher, start)), f"{teacher}|{start}") for start in weeks),
                time_cell(whole[teacher], f"{teacher}|"),
                Cell(
                    words.percent(
                        share(whole[teacher]["n_judged"], whole[teacher]["n_due"] - whole[teacher]["excused"])
                    ),
                    "c",
                ),
                Cell(words.number(whole[teacher]["excused"]) if whole[teacher]["excused"] else "", "c"),
            ]
        )
        for name, teacher in teachers
    ]
    return html.table(heads, lines, look="grid", picked=picked, tall=True, label=_("Внесено в срок: учитель и неделя"))


def by_name(teacher: tuple[str, str]) -> tuple[bool, str]:
    """Alphabetical; those whom the export does not name come last."""
    return (not teacher[1], teacher[0])


def share(part: float, whole: float) -> float | None:
    """A share, or None of nothing."""
    return part / whole if whole else None


def time_cell(row: dict[str, Any] | None, pick: str) -> Cell:
    """One teacher × week."""
    if row is None or not row["n_due"]:
        return Cell("", "c")
    counted = row["in_time"] + row["late"] + row["missing"] + row["undetermined"]
    if not counted:
        return Cell("–", "c none", _("всё не учтено или не проверялось"))
    low, high = row["in_time"] / counted, (row["in_time"] + row["undetermined"]) / counted
    judged = row["n_judged"] / (row["n_due"] - row["excused"])
    hint = _(
        "в срок {a}, позже {b}, не заполнено {c}, нельзя сказать {d}, не учтено {e}; можно судить о {share}"
    ).format(
        a=row["in_time"],
        b=row["late"],
        c=row["missing"],
        d=row["undetermined"],
        e=row["excused"],
        share=words.percent(judged),
    )
    text = words.bounds(low, high).removesuffix(f"{words.NBSP}%")
    look = "hatch" if judged < 0.5 else timely(high)
    troubled = row["late"] + row["missing"] + row["undetermined"] + row["excused"]
    return Cell(text, f"c {look}", hint, pick if troubled else "")


def timely(high: float) -> str:
    """The colour of a share in time, judged by its upper bound: nobody looks worse than is proved."""
    for least, look in ((0.95, "b1"), (0.85, "o1"), (0.75, "o2"), (0.6, "o3"), (0.4, "o4")):
        if high >= least:
            return look
    return "o5"


def everything(reader: Reader, found: pl.DataFrame, year: str) -> None:
    """The whole list with filters."""
    asked = [("academic_year", year)]
    if not found["is_remark"].all():
        kinds = {"true": _("Замечания"), "false": _("Более ранние пробелы")}
        kind = choose.switch(_("Показать"), kinds, key="deputy.f.kind", default="true")
        found = found.filter(pl.col("is_remark") == (kind == "true"))
        asked.append(("is_remark", kind))
    every = {"": _("Все")}
    weeks = {
        str(start): words.week(start)
        for start in sorted((each for each in found["week_start"].unique() if each), reverse=True)
    }
    classes = sorted(
        {(r["class_id"], r["class_name"]) for r in found.iter_rows(named=True)}, key=lambda e: choose.natural(e[1])
    )
    teachers = sorted({(r["teacher_name"], r["teacher_id"]) for r in found.iter_rows(named=True)}, key=by_name)
    rules = sorted({(r["rule_title"], r["rule"]) for r in found.iter_rows(named=True)})
    columns = st.columns(5)
    with columns[0]:
        week = choose.select(_("Неделя"), {**every, **weeks}, key="deputy.f.week")
    with columns[1]:
        class_id = choose.select(_("Класс"), {"*": _("Все"), **dict(classes)}, key="deputy.f.class")
    with columns[2]:
        teacher = choose.select(
            _("Учитель"), {"*": _("Все"), **{key: name for name, key in teachers}}, key="deputy.f.teacher"
        )
    with columns[3]:
        rule = choose.select(_("Правило"), {**every, **{key: name for name, key in rules}}, key="deputy.f.rule")
    with columns[4]:
        verdict = choose.select(
            _("Состояние"),
            {**every, **{each: words.verdict(each) for each in ("missing", "late", "undetermined", "violated")}},
            key="deputy.f.verdict",
        )
    for name, value, all_of_them in (
        ("week_start", week, ""),
        ("class_id", class_id, "*"),
        ("teacher_id", teacher, "*"),
        ("rule", rule, ""),
        ("verdict", verdict, ""),
    ):
        if value != all_of_them:
            asked.append((name, value))
            wanted: date | str = date.fromisoformat(value) if name == "week_start" else value
            found = found.filter(pl.col(name) == wanted)
    findings_list(found, asked)
    banner.explain(
        reader,
        ["rpt_deputy__findings"],
        [
            (_("Срок"), _("из положения школы, с пунктом и цитатой; без пункта – установлен самой школой")),
            (_("Внесено между … и …"), _("момент внесения известен с точностью до двух соседних выгрузок")),
            (_("Не учтено"), _("больничный, сбой системы или решение школы: в долю внесённого в срок не входит")),
            (_("Код"), _("его называют, возражая на замечание; щелчок выделяет его целиком – тогда скопируйте")),
        ],
    )


def findings_list(found: pl.DataFrame, asked: Iterable[tuple[str, str]]) -> None:
    """The list behind a number, newest first, and the files with it."""
    if not found.height:
        html.show(html.empty(_("Замечаний нет"), _("По выбранному всё, что можно проверить, заполнено.")))
        return
    shown = found.sort("date", "class_name", "lesson_number", descending=[True, False, False], nulls_last=True).head(
        SHOWN
    )
    heads = [
        (_("Урок"), ""),
        (_("Класс, предмет"), ""),
        (_("Учитель"), ""),
        (_("Что замечено"), ""),
        (_("Срок и внесение"), ""),
        (_("Основание"), ""),
        (_("Состояние"), ""),
        (_("Код"), ""),
    ]
    lines = [Line(finding_cells(row)) for row in shown.iter_rows(named=True)]
    count = words.counted(found.height, _("строка|строки|строк"))
    note = (
        count
        if found.height <= SHOWN
        else _("{count}; показаны последние {n}, все – в файле").format(count=count, n=SHOWN)
    )
    html.show(
        f'<div class="zv-head"><span class="soft">{escape(note)}</span>'
        f"{html.downloads('findings', [each for each in asked if each[1]], found.height)}</div>"
    )
    html.show(html.table(heads, lines, tall=True, label=_("Замечания")))


def finding_cells(row: dict[str, Any]) -> list[Cell]:
    """A row of the list."""
    lesson = _("{n}-й урок").format(n=row["lesson_number"]) if row["lesson_number"] else ""
    term = f"{_('срок')} {words.due(row['due_at'])}" if row["due_at"] else ""
    entered = (
        words.entered(row["entered_after"], row["entered_by"], row["verdict"], row["observed_until"])
        if row["due_at"]
        else ""
    )
    late = words.delay(row["delay_min_low"], row["delay_min_high"], row["verdict"])
    basis = escape(row["clause"] or _("Ориентир программы; в положении не указан"))
    if row["clause"] and row["quote"]:
        basis = (
            f"<details><summary>{escape(row['clause'])}</summary><div>«{escape(row['quote'] or '')}»</div></details>"
        )
    excuse = row["excuse"] or ""
    return [
        Cell("", "nowrap", html=two(words.day(row["date"]), lesson)),
        Cell("", "nowrap", html=two(row["class_name"], row["subject_name"])),
        Cell(row["teacher_name"] or "", "nowrap"),
        Cell("", html=two(TERM.sub("", row["finding"] or ""), row["pupil_name"] or "")),
        Cell("", html=two("; ".join(filter(None, (term, entered))), late)),
        Cell("", "small", html=basis),
        Cell(
            "",
            html=html.chip(words.verdict(settled(row), excuse, row["severity"]), "excused" if excuse else settled(row)),
        ),
        Cell(row["finding_id"], "code", row["finding_id"]),
    ]


def two(first: str, second: str) -> str:
    """A text and a softer one under it."""
    return escape(first or "") + (f'<span class="sub">{escape(second)}</span>' if second else "")


def coverage(reader: Reader, year: str) -> None:
    """Which rules the exports cannot feed, and what export would."""
    frame = reader.read("rpt_deputy__coverage")
    if frame is None or not frame.height:
        html.show(html.empty(_("Сведений о проверках нет"), _("Они появятся со следующим обновлением данных.")))
        return
    frame = frame.filter(pl.col("academic_year") == year) if year else frame
    n_classes = frame["class_id"].n_unique()
    lines = []
    for (rule,), rows in frame.group_by("rule_title", maintain_order=True):
        missing = rows.filter(~pl.col("is_fed"))
        names = sorted(missing["class_name"].to_list(), key=choose.natural)
        needs = "; ".join(sorted({str(each) for each in missing["needs"].unique() if each}))
        fed = n_classes - missing["class_id"].n_unique()
        lines.append(
            Line(
                [
                    Cell(str(rule)),
                    Cell(_("{n} из {total}").format(n=fed, total=n_classes), "c"),
                    Cell(
                        "",
                        html=html.chip(_("проверяется везде"), "good") if not names else two(needs, ", ".join(names)),
                    ),
                ]
            )
        )
    html.show(
        html.heading(
            _("Что этими выгрузками не проверяется"),
            _("Пустая клетка не значит «всё в порядке»: здесь видно, о чём выгрузки молчат."),
        )
    )
    html.show(
        html.table(
            [(_("Правило"), ""), (_("Классов"), "c"), (_("Чего не хватает"), "")], lines, label=_("Что не проверяется")
        )
    )


def quality(reader: Reader) -> None:
    """Results of the checks of the data itself."""
    frame = reader.read("expectation_results")
    if frame is None or not frame.height:
        html.show(html.empty(_("Проверка данных не проводилась"), _("Она идёт при каждом обновлении данных.")))
        return
    lines = []
    for row in frame.sort("success", "description").iter_rows(named=True):
        failed = int(row["n_failed"] or 0)
        state = (
            html.chip(_("сошлось"), "good")
            if row["success"]
            else html.chip(words.counted(failed, _("строка|строки|строк")), "late")
        )
        lines.append(
            Line(
                [
                    Cell("", "nowrap", html=state),
                    Cell(row["description"] or row["expectation"]),
                    Cell(words.number(row["n_checked"]), "n"),
                    Cell(_("останавливает публикацию") if row["blocking"] else "", "soft"),
                ]
            )
        )
    passed = frame.filter(pl.col("success")).height
    html.show(
        html.heading(
            _("Проверка данных"),
            _("Сошлось {n} из {total} проверок этого обновления.").format(n=passed, total=frame.height),
        )
    )
    html.show(
        html.table(
            [(_("Итог"), ""), (_("Что проверено"), ""), (_("Строк"), "n"), ("", "")], lines, label=_("Проверка данных")
        )
    )
