"""What the newest exports brought and what is odd about them, in words for a deputy head.

The mart `rpt_deputy__drift` holds the facts; here they are gathered into findings that say what, where, since which
export, and what to do. Names of pupils stand in `Finding.people` alone: the page shows them to those who see the
whole school, the command line and logs never do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

import duckdb

from warehouse import drift_words as words
from warehouse import publish
from warehouse.language import gettext as _
from warehouse.language import plural
from warehouse.settings import Settings
from warehouse.status import quarantine, school_file
from warehouse.store import QUIET, dictionaries

Severity = Literal["attention", "need", "note", "fine"]
SEVERITIES: tuple[Severity, ...] = ("attention", "need", "note", "fine")
TABLE = "rpt_deputy__drift"
SHOWN_WEEKS, SHOWN_REASONS = 3, 3

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One thing to know about the exports.

    what: a sentence; where: classes and kinds of export; since: the export since which it is so; advice: what to do,
    '' where there is nothing to be done; people: who it is about («7А: Иванов Иван»), for the page alone.
    """

    code: str
    severity: Severity
    what: str
    where: str = ""
    since: datetime | None = None
    advice: str = ""
    n: int = 0
    classes: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The findings of a school, the worst first, with the moment of its data and the looks that were compared."""

    school: str
    as_of: datetime | None
    findings: tuple[Finding, ...]
    compared: tuple[str, ...] = ()

    def of(self, severity: Severity) -> list[Finding]:
        """The findings of one severity."""
        return [each for each in self.findings if each.severity == severity]


def severity_title(severity: Severity) -> str:
    """The heading over findings of a severity."""
    return {
        "attention": _("Проверьте"),
        "need": _("Пока не с чем сравнить"),
        "note": _("К сведению"),
        "fine": _("Сверено"),
    }[severity]


def report(settings: Settings, school: str | None = None) -> Report:
    """The findings of the published school, and what waits in quarantine.

    Raises SettingsError where the school is not named or not known.
    """
    published = publish.current(settings.home)
    waiting = quarantined(settings.home)
    put_aside = (waiting,) if waiting else ()
    if published is None:
        return Report("", None, put_aside)
    file = school_file(published, school)
    chosen = next(name for name, path in published.files.items() if path == file)
    rows = _rows(file)
    return Report(chosen, published.as_of[chosen], (*put_aside, *findings(rows)), compared(rows))


def _rows(file: Path) -> list[dict[str, Any]]:
    """Rows of the mart without the names; none where the file was published before there was such a table."""
    with duckdb.connect(file, read_only=True, config=QUIET) as con:
        if not con.execute("select 1 from duckdb_tables() where table_name = ?", [TABLE]).fetchall():
            return []
        return dictionaries(con.execute(f"select * replace ('' as pupil_name) from reports.{TABLE} order by all"))


# From facts to findings


def findings(rows: Iterable[Row]) -> list[Finding]:
    """Gather rows of the mart into findings, the worst first.

    rows: columns of `rpt_deputy__drift` by name; an empty `pupil_name` gives findings without people.
    """
    listed = list(rows)
    made: list[Finding] = []
    for codes, key, word in WORDED:
        groups: dict[Hashable, list[Row]] = {}
        for row in listed:
            if row["finding"] in codes:
                groups.setdefault(key(row), []).append(row)
        made += [word(group) for group in groups.values()]
    order = {severity: place for place, severity in enumerate(SEVERITIES)}
    return sorted(made, key=lambda each: order[each.severity])


def compared(rows: Iterable[Row]) -> tuple[str, ...]:
    """Which look of each kind of export is held against which earlier one."""
    return tuple(
        _("{export}: {newest} и {earlier}").format(
            export=_export(row), newest=words.moment(row["since"]), earlier=words.moment(row["compared_with"])
        )
        for row in rows
        if row["finding"] == "compared"
    )


def quarantined(home: Path) -> Finding | None:
    """What waits in quarantine, counted by cause; None when nothing does. File names stay out: they may be names."""
    waiting = quarantine(home)
    if not waiting:
        return None
    causes = {
        "unreadable": _("не читается"),
        "unknown_layout": _("вид отчёта не распознан"),
        "unknown_school": _("школа не внесена в настройки"),
        "shrinks": _("после загрузки исчезло бы много записей: нужно ваше решение"),
    }
    counted = Counter(causes.get(item["cause"], _("другая причина")) for item in waiting)
    n = len(waiting)
    return Finding(
        "quarantine",
        "attention",
        _("Не загружено: {n} {files}.").format(n=n, files=plural(n, _("файл|файла|файлов"))),
        "; ".join(f"{cause} – {count}" for cause, count in counted.most_common()),
        advice=_("Тому, кто ведёт Завуч: что сделать с каждым файлом, пишет zavuch status."),
        n=n,
    )


def _code(group: list[Row]) -> Finding:
    first, n = group[0], _sum(group)
    kind = {"attendance": _("Код посещаемости"), "marks": _("Отметка"), "period_marks": _("Отметка за период")}
    named = f"{kind[first['table_name']]} «{words.cut(first['item'])}»"
    records = plural(n, _("запись|записи|записей"))
    if first["finding"] == "code_unmapped":
        if first["table_name"] == "attendance":
            advice = _("Эти записи не учтены ни как присутствие, ни как пропуск.")
        else:
            advice = _("Эти записи видны, но в среднее не входят.")
        return _made(
            group,
            _("{code}: значение не описано, {n} {records}.").format(code=named, n=n, records=records),
            advice=advice + " " + _("Тому, кто ведёт Завуч: что внести в codes.csv, пишет zavuch codes check."),
        )
    return _made(
        group,
        _("{code} встретился впервые, {n} {records}; понят как «{meaning}».").format(
            code=named, n=n, records=records, meaning=words.meaning(first["item_before"])
        ),
        advice=_("Если у вас он значит другое, скажите тому, кто ведёт Завуч: значение вносится в codes.csv."),
    )


def _lost(group: list[Row]) -> Finding:
    first = group[0]
    if first["finding"] == "table_lost":
        tables = words.joined(words.table(row["table_name"]) for row in group)
        what = _("Больше не приходит: {what}.").format(what=tables)
        advice = _(
            "Если эти сведения выгружаются реже остальных, всё в порядке. Иначе проверьте, что выбрано в отчёте."
        )
    else:
        what = _("{table}: больше не приходит {columns}.").format(
            table=words.capital(words.table(first["table_name"])),
            columns=words.joined(words.column(first["table_name"], row["item"]) for row in group),
        )
        advice = _("Проверьте, те же ли столбцы и галочки выбраны при выгрузке: без них часть проверок замолчит.")
    return _made(group, what, advice=advice)


def _renamed(group: list[Row]) -> Finding:
    first = group[0]
    kind = _("Класс") if first["finding"].startswith("class") else _("Предмет")
    names = {"kind": kind, "before": first["item_before"], "now": first["item"]}
    if "maybe" not in first["finding"]:
        return _made(group, _("{kind} «{before}» теперь называется «{now}».").format(**names))
    n, n_of = _sum(group), sum(row["n_of"] for row in group)
    if first["finding"].startswith("class"):
        proof = _("тех же учеников: {n} из {total}").format(n=n, total=n_of)
    else:
        proof = _("тех же уроков: {n} из {total}").format(n=n, total=n_of)
    return _made(
        group,
        _("{kind} «{before}» исчез, появился «{now}» – похоже, переименовано ({proof}).").format(**names, proof=proof),
        advice=_(
            "Записи не объединены. Если это одно и то же, верните прежнее название или скажите тому, кто ведёт Завуч."
        ),
    )


def _pupils(group: list[Row]) -> Finding:
    came, left = Counter[str](), Counter[str]()
    people = []
    for row in group:
        name = row["class_name"]
        (came if row["finding"] == "pupil_came" else left)[name] += 1
        if row["pupil_name"]:
            people.append(_person(row))
    classes = sorted({row["class_name"] for row in group}, key=words.natural)
    n_came, n_left = sum(came.values()), sum(left.values())
    parts = []
    if n_came:
        parts.append(_("пришли {n}").format(n=n_came))
    if n_left:
        parts.append(_("выбыли {n}").format(n=n_left))
    much = group[0]["severity"] == "attention"
    what = _("Состав классов сильно изменился: {parts}.") if much else _("Состав классов изменился: {parts}.")
    return Finding(
        "pupils_changed",
        group[0]["severity"],
        what.format(parts=", ".join(parts)),
        words.few([f"{name} ({_change(came[name], left[name])})" for name in classes]),
        max((row["since"] for row in group if row["since"]), default=None),
        _("Сверьте с приказами о зачислении и выбытии; если их не было, список класса выгружен не целиком."),
        len(group),
        tuple(classes),
        tuple(sorted(people, key=words.natural)),
    )


def _change(came: int, left: int) -> str:
    """«+2 −1»."""
    return " ".join(filter(None, (f"+{came}" if came else "", f"−{left}" if left else "")))


def _person(row: Row) -> str:
    """«7А: + Иванов Иван (из 7Б)»: a sign, so that nobody guesses who is a boy."""
    came, other = row["finding"] == "pupil_came", row["item_before"]
    place = ""
    if other:
        place = " " + (_("(из {other})") if came else _("(в {other})")).format(other=other)
    return f"{row['class_name']}: {'+' if came else '−'} {row['pupil_name']}{place}"


def _weeks(group: list[Row]) -> Finding:
    first = group[0]
    listed = sorted(group, key=lambda row: row["item"], reverse=True)
    weeks = [
        _("{week} – {n} из {total}").format(
            week=words.week(date.fromisoformat(row["item"])), n=row["n"], total=row["n_before"]
        )
        for row in listed[:SHOWN_WEEKS]
    ]
    if len(listed) > SHOWN_WEEKS:
        weeks.append(_("и ещё недель: {n}").format(n=len(listed) - SHOWN_WEEKS))
    if first["finding"] == "lessons_below_timetable":
        what = _("Уроков в журнале меньше, чем в расписании: {weeks}.")
        advice = _("Возможно, уроки не созданы в журнале, выгружена не вся неделя или расписание устарело.")
    else:
        what = _("Уроков меньше, чем было в прошлой выгрузке: {weeks}.")
        advice = _("Уроки удалены в журнале или выгрузка неполная: выгрузите этот класс за эту неделю ещё раз.")
    return _made(group, what.format(weeks="; ".join(weeks)), advice=advice)


def _averages(group: list[Row]) -> Finding:
    row = group[0]
    if not row["n"]:
        return _made(
            group,
            _("Напечатанные средние сошлись с прочитанными отметками: все {n}.").format(n=row["n_of"]),
            since=False,
        )
    return _made(
        group,
        _("Напечатанные средние не сошлись с прочитанными отметками: {n} из {total} ({share}).").format(
            n=row["n"], total=row["n_of"], share=words.share(row["n"], row["n_of"])
        ),
        advice=_(
            "Какие именно – «Контроль журнала» → «Все замечания», правило о средних. Возможно, часть отметок не видна."
        ),
    )


def _bare(group: list[Row]) -> Finding:
    row = group[0]
    return _made(
        group,
        _("Уроков без единой записи о посещаемости и отметках: {n} из {total} ({share}).").format(
            n=row["n"], total=row["n_of"], share=words.share(row["n"], row["n_of"])
        ),
        advice=_("Если все присутствовали и отметок не ставили, так и должно быть: сама доля ни о чём не говорит."),
        n=row["n"],
    )


def _stopped(group: list[Row]) -> Finding:
    what = (
        _("Посещаемость перестала приходить: за две недели почти все уроки пусты, раньше так не было.")
        if len(group) > 1
        else _(
            "Посещаемость перестала приходить: за две недели пусты {n} из {total} уроков, раньше – {before} %."
        ).format(n=group[0]["n"], total=group[0]["n_of"], before=group[0]["n_before"])
    )
    return _made(group, what, advice=_("Проверьте в журнале, отмечают ли отсутствующих, и входит ли это в выгрузку."))


def _cells(group: list[Row]) -> Finding:
    first, n = group[0], _sum(group)
    listed = sorted(group, key=lambda row: (-row["n"], row["item"]))
    reasons = "; ".join(f"{row['item'].rstrip('.')} – {row['n']}" for row in listed[:SHOWN_REASONS])
    if len(listed) > SHOWN_REASONS:
        reasons += "; " + _("и ещё причин: {n}").format(n=len(listed) - SHOWN_REASONS)
    cells = plural(n, _("ячейка|ячейки|ячеек"))
    if first["finding"] == "cells_odd":
        return _made(
            group, _("Прочитано, но странно: {n} {cells}. {reasons}.").format(n=n, cells=cells, reasons=reasons)
        )
    return _made(
        group,
        _("Не понято и не загружено: {n} {cells}. {reasons}.").format(n=n, cells=cells, reasons=reasons),
        advice=_("Остальное прочитано. Тому, кто ведёт Завуч: место каждой ячейки показывает zavuch status."),
    )


def _agreeing(group: list[Row]) -> Finding:
    row = group[0]
    what = {
        "lessons_as_timetable": _("Уроки сходятся с расписанием: {n} из {total} недель (все классы с расписанием)."),
        "lessons_as_before": _(
            "Уроков не меньше, чем в прошлой выгрузке: {n} из {total} недель (классы без расписания)."
        ),
        "pupils_as_before": _("Список учеников прежний: {n} из {total} классов."),
    }[row["finding"]]
    return _made(group, what.format(n=row["n"], total=row["n_of"]), n=row["n"])


def _alone(group: list[Row]) -> Finding:
    return _made(
        group,
        _("Есть только одна такая выгрузка, сравнивать её не с чем."),
        advice=_("Нужна ещё одна выгрузка того же вида, снятая позже."),
    )


_SOURCE = itemgetter("system", "export_kind")
_NAMES = itemgetter("finding", "item_before", "item")

# finding codes, what belongs together, and how it is worded
WORDED: tuple[tuple[tuple[str, ...], Callable[[Row], Hashable], Callable[[list[Row]], Finding]], ...] = (
    (("cells_rejected",), _SOURCE, _cells),
    (("code_unmapped",), itemgetter("system", "export_kind", "table_name", "item"), _code),
    (("table_lost",), itemgetter("system", "export_kind", "since"), _lost),
    (("column_lost",), itemgetter("system", "export_kind", "table_name", "since"), _lost),
    (("class_maybe_renamed", "subject_maybe_renamed"), _NAMES, _renamed),
    (("lessons_below_timetable", "lessons_below_before"), itemgetter("finding", "academic_year", "class_id"), _weeks),
    (("attendance_stopped",), itemgetter("finding"), _stopped),
    (("averages",), itemgetter("system", "export_kind", "academic_year"), _averages),
    (("pupil_came", "pupil_left"), itemgetter("severity"), _pupils),
    (("class_renamed", "subject_renamed"), _NAMES, _renamed),
    (("code_new",), itemgetter("system", "export_kind", "table_name", "item"), _code),
    (("cells_odd",), _SOURCE, _cells),
    (("attendance_bare",), itemgetter("finding"), _bare),
    (("lessons_as_timetable", "lessons_as_before", "pupils_as_before"), itemgetter("finding"), _agreeing),
    (("nothing_to_compare",), _SOURCE, _alone),
)


def _made(group: list[Row], what: str, *, advice: str = "", n: int | None = None, since: bool = True) -> Finding:
    """A finding of rows that belong together: where it is and since when are the same for all."""
    first = group[0]
    classes = sorted({row["class_name"] for row in group if row["class_name"]}, key=words.natural)
    exports = sorted({_export(row) for row in group if row["export_kind"]})
    moments = [row["since"] for row in group if row["since"]]
    return Finding(
        first["finding"],
        first["severity"],
        what,
        "; ".join(filter(None, (words.few(classes), ", ".join(exports)))),
        min(moments) if moments and since else None,
        advice,
        _sum(group) if n is None else n,
        tuple(classes),
    )


def _sum(group: list[Row]) -> int:
    return sum(int(row["n"] or 0) for row in group)


def _export(row: Row) -> str:
    return f"«{row['export_title']}»"


# For the command line


def as_json(told: Report) -> dict[str, Any]:
    """The report for programs: no names."""
    return {
        "school": told.school,
        "as_of": told.as_of.isoformat() if told.as_of else None,
        "compared": list(told.compared),
        "findings": [
            {name: value for name, value in asdict(each).items() if name != "people"} for each in told.findings
        ],
    }


def lines(told: Report) -> list[str]:
    """The report for people at a terminal: counts and classes, no names."""
    if told.as_of is None and not told.findings:
        return [_("Хранилище ещё не собрано: zavuch run")]
    moment = words.moment(told.as_of)
    said = [_("Выгрузки школы {school}, данные на {moment}").format(school=told.school, moment=moment)]
    if not told.of("attention"):
        said += ["", _("Того, что нужно проверить, не найдено.")]
    for severity in SEVERITIES:
        listed = told.of(severity)
        if not listed:
            continue
        said += ["", severity_title(severity)]
        for each in listed:
            said.append(f"  • {each.what}")
            place = "; ".join(filter(None, (each.where, since(each))))
            said += [f"    {place}"] if place else []
            said += [f"    → {each.advice}"] if each.advice and severity != "fine" else []
    if told.compared:
        said += ["", _("Сравнивались выгрузки:"), *(f"  {each}" for each in told.compared)]
    return said


def since(each: Finding) -> str:
    """«с выгрузки 19.09 23:50», '' where no export in particular is meant."""
    return _("с выгрузки {moment}").format(moment=words.moment(each.since)) if each.since else ""


def summary(told: Report) -> str:
    """One line for the end of a load; '' where nothing asks for a look."""
    n = len(told.of("attention"))
    if not n:
        return ""
    return _("В выгрузках нужно проверить: {n}. Что именно: zavuch drift --school {school}").format(
        n=n, school=told.school
    )
