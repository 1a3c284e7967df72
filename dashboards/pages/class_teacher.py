"""«Мой класс»: who was absent and when, what to check, and how marks stand."""

from __future__ import annotations

from datetime import date
from html import escape
from itertools import pairwise
from typing import Any

import polars as pl
import streamlit as st

from dashboards.parts import banner, choose, html, words
from dashboards.parts.html import Cell, Line
from dashboards.parts.reader import Reader, note_visit
from warehouse.access import allow
from warehouse.accounts import ClassRef
from warehouse.language import gettext as _

PUPIL_PICK = "class.pupil"
REASONS = "rpt_class_teacher__absence_reasons"
NAMING = (
    "rpt_class_teacher__contradictions",
    "rpt_class_teacher__attendance_map",
    "rpt_class_teacher__progress",
    "rpt_deputy__fill_grid",
)
FRIDAY_GAP = 2
WEIGHTED = "средневзвеш"  # how the prepared explanation begins where weights count


def show(reader: Reader) -> None:
    """The page."""
    days = reader.read("rpt_class_teacher__attendance_map")
    marks = reader.read("rpt_class_teacher__progress")
    own = reader.account.role == "class_teacher"
    if days is None and marks is None:
        banner.top(reader, _("Мой класс") if own else _("Класс"))
        html.show(html.empty(_("Этот отчёт не открыт"), _("Он не входит в опубликованные данные или в ваши права.")))
        return
    ref = choose_class(reader, days, marks)
    note_visit(reader, "class_teacher", f"{ref.class_id} {ref.academic_year}" if ref else "")
    names = class_names(reader)
    name = f" {names.get(ref, ref.class_id)}" if ref else ""
    banner.top(reader, (_("Мой класс") if own else _("Класс")) + name)
    if ref is None:
        html.show(
            html.empty(_("По вашему классу записей нет"), _("В загруженных выгрузках вашего класса пока не было."))
        )
        return
    pick_class(reader, ref, names, days, marks)
    days, marks = of_class(days, ref), of_class(marks, ref)
    found = of_class(reader.read("rpt_class_teacher__contradictions"), ref)
    reasons = of_class(reader.read(REASONS), ref)
    tiles(days, marks, found)
    views = {"days": _("Посещаемость"), "check": _("Проверьте"), "marks": _("Успеваемость")}
    if found is not None and found.height:
        views["check"] = _("Проверьте: {n}").format(n=found.height)
    view = choose.views(views, key="class.view", default="days")
    if view == "days":
        attendance(reader, days, ref)
        absences(reader, reasons, ref)
    elif view == "check":
        contradictions(found, ref, reader.status())
    else:
        progress(reader, marks, ref)


def refs(days: pl.DataFrame | None, marks: pl.DataFrame | None) -> list[ClassRef]:
    """Classes in the data: newest year first, then by number and letter."""
    found: set[ClassRef] = set()
    for frame in (days, marks):
        if frame is not None:
            found |= {ClassRef(*row) for row in frame.select("academic_year", "class_id").unique().iter_rows()}
    newest = sorted({each.academic_year for each in found}, reverse=True)
    return sorted(found, key=lambda each: (newest.index(each.academic_year), choose.natural(each.class_id)))


def class_names(reader: Reader) -> dict[ClassRef, str]:
    """What classes are called, from any prepared table that says so (an id may be a code of the journal)."""
    names: dict[ClassRef, str] = {}
    for table in NAMING:
        frame = reader.read(table)
        if frame is not None and "class_name" in frame.columns:
            for year, class_id, name in frame.select("academic_year", "class_id", "class_name").unique().iter_rows():
                if name:
                    names[ClassRef(year, class_id)] = str(name)
    return names


def choose_class(reader: Reader, days: pl.DataFrame | None, marks: pl.DataFrame | None) -> ClassRef | None:
    """The class chosen before, else the first that the person may see."""
    options = [each for each in refs(days, marks) if reader.viewer.whole_school or each in reader.account.classes]
    if not options:
        return None
    chosen = st.session_state.get("class.ref")
    return chosen if chosen in options else options[0]


def pick_class(
    reader: Reader, ref: ClassRef, names: dict[ClassRef, str], days: pl.DataFrame | None, marks: pl.DataFrame | None
) -> None:
    """A choice of class for those who have several."""
    options = sorted(
        (each for each in refs(days, marks) if reader.viewer.whole_school or each in reader.account.classes),
        key=lambda each: (-int(each.academic_year[:4] or 0), choose.natural(names.get(each, each.class_id))),
    )
    if len(options) <= 1:
        return
    years = {each.academic_year for each in options}

    def text(each: ClassRef) -> str:
        name = names.get(each, each.class_id)
        return f"{name} · {each.academic_year}" if len(years) > 1 else name

    st.session_state.setdefault("class.ref", ref)
    with st.container(width=260):
        choose.select(_("Класс"), {each: text(each) for each in options}, key="class.ref")


def of_class(frame: pl.DataFrame | None, ref: ClassRef) -> pl.DataFrame | None:
    """The rows of one class."""
    if frame is None:
        return None
    return frame.filter((pl.col("academic_year") == ref.academic_year) & (pl.col("class_id") == ref.class_id))


def tiles(days: pl.DataFrame | None, marks: pl.DataFrame | None, found: pl.DataFrame | None) -> None:
    """The numbers of the last school day and of the class."""
    items: list[tuple[str, str, str, bool]] = []
    if days is not None and days.height:
        last = days["date"].max()
        today = days.filter(pl.col("date") == last)
        absent = today.filter(pl.col("missed") > 0)
        whole = today.filter((pl.col("missed") > 0) & (pl.col("missed") >= pl.col("lessons")))
        items.append(
            (
                _("Отсутствовали {day}").format(day=words.day(last if isinstance(last, date) else None)),
                f"{absent.height}",
                _("из {n}; весь день – {whole}").format(n=today.height, whole=whole.height),
                True,
            )
        )
        lessons, missed, blank = (int(days[name].sum() or 0) for name in ("lessons", "missed", "not_recorded"))
        known = lessons - blank
        items.append(
            (
                _("Посещаемость"),
                words.percent((known - missed) / known) if known else "–",
                _("без записи: {share} уроков").format(share=words.percent(blank / lessons) if lessons else "–"),
                False,
            )
        )
    if marks is not None and marks.height:
        low = marks.filter(pl.col("forecast_mark") <= 2)["pupil_id"].n_unique()
        thin = marks.filter(pl.col("forecast_mark").is_null())["pupil_id"].n_unique()
        items.append((_("Учеников с прогнозом «2»"), f"{low}", _("хотя бы по одному предмету"), False))
        items.append((_("Мало отметок"), f"{thin}", _("учеников, по кому прогноз не везде возможен"), False))
    if found is not None:
        items.append((_("Проверьте"), f"{found.height}", _("дней, где записи спорят между собой"), False))
    if items:
        html.show(html.tiles(items))


def attendance(reader: Reader, days: pl.DataFrame | None, ref: ClassRef) -> None:
    """Pupil × day for a month."""
    if days is None or not days.height:
        html.show(html.empty(_("Посещаемость не выгружалась"), _("Нужна выгрузка с отметками об отсутствии.")))
        return
    absent_today(days)
    months = sorted({(each.year, each.month) for each in days["date"].unique() if each})
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        month = choose.switch(
            _("Месяц"), {each: month_name(*each) for each in months}, key="class.month", default=months[-1]
        )
    with right:
        banner.explain(
            reader,
            ["rpt_class_teacher__attendance_map", REASONS],
            [
                (_("«н»"), _("нет ни на одном уроке дня")),
                (_("Число"), _("сколько уроков дня пропущено")),
                (_("«·»"), _("на уроках дня нет ни одной записи: сказать нечего")),
                (_("Пусто"), _("присутствовал; журнал отмечает только отсутствие, поэтому это вывод, а не запись")),
                (
                    _("«Н» в журнале"),
                    _("причина не выяснена, пока вы её не уточните; сама неуважительной не становится"),
                ),
            ],
            ref,
        )
    shown = days.filter((pl.col("date").dt.year() == month[0]) & (pl.col("date").dt.month() == month[1]))
    html.show_clickable(map_html(shown), key="class.map", end=True)
    html.show(
        html.legend(
            [
                ("o4", "н", _("весь день")),
                ("o2", "2", _("часть уроков")),
                ("hatch", "·", _("нет записей")),
                ("", _("о"), _("ученик опоздал на урок")),
                ("", "", _("присутствовал")),
            ]
        )
    )


def absent_today(days: pl.DataFrame) -> None:
    """Who was absent on the newest day, by name: the line a class teacher opens the page for."""
    last = days["date"].max()
    today = days.filter((pl.col("date") == last) & (pl.col("missed") > 0)).sort("pupil_name")
    if not isinstance(last, date):
        return
    if not today.height:
        html.show(html.notice(_("{day}: отсутствовавших нет.").format(day=words.full_day(last))))
        return
    names = [
        row["pupil_name"]
        if row["symbol"] == "н"
        else _("{name} ({missed} из {lessons})").format(
            name=row["pupil_name"], missed=row["missed"], lessons=row["lessons"]
        )
        for row in today.iter_rows(named=True)
    ]
    html.show(html.notice(_("Отсутствовали {day}: {names}.").format(day=words.full_day(last), names=", ".join(names))))


def month_name(year: int, month: int) -> str:
    """Сентябрь 2025 → «09.2025» in words."""
    names = _("январь|февраль|март|апрель|май|июнь|июль|август|сентябрь|октябрь|ноябрь|декабрь").split("|")
    return f"{names[month - 1]} {year}"


def map_html(days: pl.DataFrame) -> str:
    """The attendance map as a table."""
    dates: list[date] = sorted(each for each in days["date"].unique() if each)
    pupils = sorted({(row["pupil_name"], row["pupil_id"]) for row in days.iter_rows(named=True)})
    cells = {(row["pupil_id"], row["date"]): row for row in days.iter_rows(named=True)}
    heads = [
        (_("Ученик"), "first"),
        *((words.day(each), "c") for each in dates),
        (_("уроков"), "n"),
        (_("дней"), "n"),
    ]
    starts = {later for earlier, later in pairwise(dates) if (later - earlier).days >= FRIDAY_GAP}
    lines = []
    for name, pupil in pupils:
        mine = [cells.get((pupil, each)) for each in dates]
        known = [row for row in mine if row]
        missed = sum(int(row["missed"] or 0) for row in known)
        whole = sum(1 for row in known if row["symbol"] == "н")
        lines.append(
            Line(
                [
                    Cell(name, "first"),
                    *(day_cell(row, opens_week=each in starts) for each, row in zip(dates, mine, strict=True)),
                    Cell(str(missed) if missed else "", "n"),
                    Cell(str(whole) if whole else "", "n"),
                ]
            )
        )
    return html.table(heads, lines, look="grid", tall=True, label=_("Карта посещаемости"))


def day_cell(row: dict[str, Any] | None, *, opens_week: bool) -> Cell:
    """One pupil's day."""
    look = "c weekend" if opens_week else "c"
    if row is None:
        return Cell("", look)
    symbol, missed, lessons = str(row["symbol"] or ""), int(row["missed"] or 0), int(row["lessons"] or 0)
    hint = _("{day}: уроков {lessons}, пропущено {missed}, без записи {blank}").format(
        day=words.day(row["date"]), lessons=lessons, missed=missed, blank=int(row["not_recorded"] or 0)
    )
    if symbol == "н":
        return Cell("н", f"{look} o4", hint)
    if symbol == "·":
        return Cell("·", f"{look} hatch", hint)
    if missed:
        return Cell(str(missed), f"{look} {'o3' if missed * 2 >= lessons else 'o2'}", hint)
    return Cell(_("о") if row["late"] else "", f"{look} none" if not row["late"] else look, hint)


def absences(reader: Reader, frame: pl.DataFrame | None, ref: ClassRef) -> None:
    """Absences by reason: only for those to whom it was granted."""
    decision = allow(reader.viewer, REASONS, ref)
    if not decision.allowed:
        html.show(html.heading(_("Причины пропусков")) + html.notice(decision.reason))
        return
    if frame is None or not frame.height:
        html.show(
            html.heading(_("Причины пропусков")) + html.empty(_("Пропусков нет"), _("За период никто не отсутствовал."))
        )
        return
    periods = {
        row["period_id"]: row["period_name"] or _("весь срок") for row in frame.sort("period_id").iter_rows(named=True)
    }
    html.show(html.heading(_("Причины пропусков"), _("Сведения о здоровье: не показывайте экран посторонним")))
    period = choose.switch(_("Период"), periods, key="class.period", default=next(reversed(periods)))
    frame = frame.filter(pl.col("period_id") == period).sort("pupil_name")
    evidence(frame)
    names = ("missed", "ill", "excused", "unexcused", "unknown_reason", "late", "days_missed")
    titles = (
        _("Пропущено уроков"),
        _("по болезни"),
        _("уважительная"),
        _("неуважительная"),
        _("не выяснена"),
        _("опозданий на урок"),
        _("дней"),
    )
    heads = [(_("Ученик"), "first"), *((each, "n") for each in titles), (_("Посещаемость"), "n")]
    lines = [
        Line(
            [
                Cell(row["pupil_name"], "first"),
                *(
                    Cell(
                        words.number(row[name]) if row[name] else "",
                        "n o1" if name == "unknown_reason" and row[name] else "n",
                    )
                    for name in names
                ),
                Cell(words.percent(row["attendance_rate"]), "n"),
            ]
        )
        for row in frame.iter_rows(named=True)
    ]
    lines.append(
        Line(
            [Cell(_("Класс"), "first"), *(Cell(words.number(frame[name].sum()), "n") for name in names), Cell("", "n")],
            "total",
        )
    )
    html.show(html.table(heads, lines, tall=True, label=_("Причины пропусков")))
    html.show(
        html.downloads(
            "absences",
            [("academic_year", ref.academic_year), ("class_id", ref.class_id), ("period_id", str(period))],
            frame.height,
        )
    )


def evidence(frame: pl.DataFrame) -> None:
    """How attendance is known: recorded, implied by other records, or not at all."""
    weights = pl.col("lessons_expected")
    summed = frame.select(
        [
            (pl.col(name) * weights).sum() / weights.sum()
            for name in ("share_stated", "share_implied", "share_not_recorded")
        ]
    ).row(0)
    stated, implied, blank = (float(each or 0) for each in summed)
    parts = [
        (stated, "b3", _("записано {share}").format(share=words.percent(stated))),
        (implied, "b1", _("следует из других записей {share}").format(share=words.percent(implied))),
        (blank, "hatch", _("нет записей {share}").format(share=words.percent(blank))),
    ]
    html.show(f'<p class="soft">{escape(_("Откуда известно о присутствии"))}</p>' + html.bar(parts))


def contradictions(found: pl.DataFrame | None, ref: ClassRef, status: dict[str, Any]) -> None:
    """Days whose records argue with each other."""
    if status.get("is_quiet"):
        until = words.full_day(status["quiet_until"])
        html.show(
            html.empty(
                _("Тихий режим до {day}").format(day=until),
                _("Первые недели проверки дня видит только заместитель директора."),
            )
        )
        return
    if found is None or not found.height:
        html.show(html.empty(_("Противоречий нет"), _("Записи каждого дня согласуются между собой.")))
        return
    html.show(
        html.heading(
            _("Проверьте записи дня"),
            _("Это не ошибка ученика или учителя, а место, где записи разных уроков расходятся."),
        )
    )
    cards = "".join(
        f'<div class="zv-card"><b>{escape(words.full_day(row["date"]))}</b> · {escape(row["pupil_name"] or "")}'
        f"<div>{escape(row['finding'] or '')}</div></div>"
        for row in found.sort("date", "pupil_name", descending=[True, False]).iter_rows(named=True)
    )
    html.show(f'<div class="zv-cards">{cards}</div>')
    html.show(
        html.downloads(
            "contradictions", [("academic_year", ref.academic_year), ("class_id", ref.class_id)], found.height
        )
    )


def progress(reader: Reader, marks: pl.DataFrame | None, ref: ClassRef) -> None:
    """Pupil × subject with the forecast, and the pupil's own table."""
    if marks is None or not marks.height:
        html.show(html.empty(_("Отметок нет"), _("В этом классе отметки не ставятся или ещё не выгружались.")))
        return
    periods = {
        row["period_id"]: row["period_name"] or _("весь срок") for row in marks.sort("period_id").iter_rows(named=True)
    }
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        period = choose.switch(_("Период"), periods, key="class.marks.period", default=next(reversed(periods)))
    with right:
        banner.explain(
            reader,
            ["rpt_class_teacher__progress"],
            [
                (_("Верхнее число"), _("средняя отметок периода (средневзвешенная, если предмет ведётся с весами)")),
                (
                    _("После стрелки"),
                    _("прогноз отметки за период; два числа – границы, в которых она вероятнее всего"),
                ),
                (_("«мало»"), _("отметок слишком мало: прогноз был бы гаданием")),
                (_("Прогноз"), _("не план и не обещание: он меняется с каждой отметкой")),
            ],
            ref,
        )
    marks = marks.filter(pl.col("period_id") == period)
    html.show_clickable(
        marks_html(marks, st.session_state.get(PUPIL_PICK, "")),
        key="class.marks",
        on_pick=choose.remember(PUPIL_PICK),
        picked=st.session_state.get(PUPIL_PICK, ""),
    )
    html.show(
        html.legend(
            [
                ("o4", "", _("прогноз «2»")),
                ("o2", "", _("прогноз «3»")),
                ("b0", "", _("на границе двух отметок")),
                ("hatch", "", _("мало отметок")),
            ]
        )
    )
    html.show(
        html.downloads(
            "progress",
            [("academic_year", ref.academic_year), ("class_id", ref.class_id), ("period_id", str(period))],
            marks.height,
        )
    )
    pupil = st.session_state.get(PUPIL_PICK, "")
    mine = marks.filter(pl.col("pupil_id") == pupil).sort("subject_name")
    if mine.height:
        pupil_table(mine)
    else:
        html.show(f'<p class="soft">{escape(_("Нажмите на строку ученика – ниже откроются его предметы."))}</p>')


def marks_html(marks: pl.DataFrame, picked: str) -> str:
    """Pupils down, subjects across."""
    subjects = sorted({(row["subject_name"], row["subject_id"]) for row in marks.iter_rows(named=True)})
    pupils = sorted({(row["pupil_name"], row["pupil_id"]) for row in marks.iter_rows(named=True)})
    cells = {(row["pupil_id"], row["subject_id"]): row for row in marks.iter_rows(named=True)}
    heads = [(_("Ученик"), "first"), *((short(name), "c") for name, _id in subjects)]
    lines = [
        Line(
            [
                Cell(name, "first", pick=pupil),
                *(mark_cell(cells.get((pupil, subject)), pupil) for _name, subject in subjects),
            ]
        )
        for name, pupil in pupils
    ]
    return html.table(heads, lines, look="grid", picked=picked, tall=True, label=_("Успеваемость"))


def short(name: str) -> str:
    """A subject's name that fits over a narrow column."""
    return name if len(name) <= 10 else f"{name[:8].rstrip()}."


def mean_of(row: dict[str, Any]) -> float | None:
    """The mean that counts in the subject."""
    told = str(row["computed_explained"] or "").lower()
    mean = row["weighted_mean"] if told.startswith(WEIGHTED) else row["mean_mark"]
    return None if mean is None else float(mean)


def mark_cell(row: dict[str, Any] | None, pupil: str) -> Cell:
    """One pupil × subject."""
    if row is None or not row["n_marks"]:
        return Cell("", "c")
    mean = words.number(mean_of(row), 1)
    hint = f"{row['pupil_name']}, {row['subject_name']}: {row['computed_explained'] or ''}"
    if row["forecast_mark"] is None:
        return Cell(f"{mean} {_('мало')}", "c hatch small", hint, pupil)
    forecast, edge = int(row["forecast_mark"]), row["set_low"] != row["set_high"]
    text = f"{row['set_low']}–{row['set_high']}" if edge else str(forecast)
    look = {2: "o4", 3: "o2"}.get(forecast, "b0" if edge else "")
    return Cell(f"{mean} → {text}", f"c {look}", hint, pupil)


def pupil_table(mine: pl.DataFrame) -> None:
    """All subjects of one pupil."""
    html.show(html.heading(str(mine["pupil_name"][0]), behind=True))
    heads = [
        (_("Предмет"), "first"),
        (_("Отметок"), "n"),
        (_("Средняя"), "n"),
        (_("Средневзв."), "n"),
        (_("Расчётная"), "c"),
        (_("Прогноз"), "c"),
        (_("Стоит за период"), "c"),
        (_("Как посчитано"), ""),
    ]
    lines = []
    for row in mine.iter_rows(named=True):
        forecast = _("мало отметок")
        if row["forecast_mark"] is not None:
            edge = row["set_low"] != row["set_high"]
            forecast = f"{row['forecast_mark']}" + (f" ({row['set_low']}–{row['set_high']})" if edge else "")
        lines.append(
            Line(
                [
                    Cell(row["subject_name"], "first"),
                    Cell(words.number(row["n_marks"]), "n"),
                    Cell(words.number(row["mean_mark"], 2), "n"),
                    Cell(words.number(row["weighted_mean"], 2), "n"),
                    Cell(str(row["computed_mark"] if row["computed_mark"] is not None else "–"), "c"),
                    Cell(forecast, "c"),
                    Cell(str(row["period_mark"] or _("нет")), "c"),
                    Cell(row["computed_explained"] or "", "small soft"),
                ]
            )
        )
    html.show(html.table(heads, lines, label=_("Предметы ученика")))
