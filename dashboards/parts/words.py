"""Dates, shares, intervals and counts as people in a school write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from warehouse.language import gettext as _
from warehouse.language import language, plural

NBSP = "\u00a0"
HOUR, DAY = 60, 24 * 60


def day(value: date | None) -> str:
    """24.10."""
    return value.strftime("%d.%m") if value else "–"


def full_day(value: date | None) -> str:
    """24.10.2025."""
    return value.strftime("%d.%m.%Y") if value else "–"


def moment(value: datetime | None) -> str:
    """23:50 24.10; the end of a day is said in words by the caller."""
    return value.strftime(f"%H:%M{NBSP}%d.%m") if value else "–"


def full_moment(value: datetime | None) -> str:
    """24.10.2025 23:50."""
    return value.strftime(f"%d.%m.%Y{NBSP}%H:%M") if value else "–"


def due(value: datetime | None) -> str:
    """The due time; midnight's eve reads as «конец дня 24.10»."""
    if value is None:
        return "–"
    if (value.hour, value.minute) == (23, 59):
        return _("до конца дня {day}").format(day=day(value))
    return _("до {moment}").format(moment=moment(value))


def week(start: date) -> str:
    """20–26.10, or 29.09–05.10 across months."""
    end = start + timedelta(days=6)
    return f"{start:%d}–{end:%d.%m}" if start.month == end.month else f"{start:%d.%m}–{end:%d.%m}"


def number(value: float | Decimal | None, places: int = 0) -> str:
    """12 345,6 (12,345.6 in English)."""
    if value is None:
        return "–"
    text = f"{value:,.{places}f}"
    return text if language() == "en" else text.replace(",", NBSP).replace(".", ",")


def percent(share: float | None) -> str:
    """82 %; rounding never claims all or nothing that is not."""
    if share is None:
        return "–"
    whole = round(share * 100)
    if whole == 100 and share < 1:
        whole = 99
    if whole == 0 and share > 0:
        return f"<1{NBSP}%"
    return f"{whole}{NBSP}%"


def bounds(low: float | None, high: float | None) -> str:
    """78–91 %, or one number where both agree."""
    if low is None or high is None:
        return "–"
    first, last = percent(low), percent(high)
    return last if first == last else f"{first.removesuffix(f'{NBSP}%')}–{last}"


def duration(minutes: float) -> str:
    """15 мин, 7 ч 25 мин, 3 дн. 4 ч."""
    whole = round(minutes)
    days, hours, rest = whole // DAY, whole % DAY // HOUR, whole % HOUR
    parts = []
    if days:
        parts.append(_("{n} дн.").format(n=days))
    if hours:
        parts.append(_("{n} ч").format(n=hours))
    if (rest and not days) or not parts:
        parts.append(_("{n} мин").format(n=rest))
    return " ".join(parts).replace(" ", NBSP)


def entered(after: datetime | None, by: datetime | None, verdict: str, observed_until: datetime | None) -> str:
    """When it was entered, as far as the exports can tell."""
    if by is None and verdict in {"missing", "violated"}:
        return _("на {moment} нет").format(moment=moment(observed_until)) if observed_until else ""
    if by is None:
        return ""
    if after is None:
        return _("внесено до {by}").format(by=moment(by))
    if (by - after).total_seconds() <= 1:
        return _("внесено в {by}").format(by=moment(by))
    return _("внесено между {after} и {by}").format(after=moment(after), by=moment(by))


def delay(low: float | None, high: float | None, verdict: str) -> str:
    """How much later than due; bounds where only an interval is known."""
    if verdict == "missing" and low is not None:
        return _("срок прошёл {duration} назад").format(duration=duration(low))
    if verdict != "late" or high is None:
        return ""
    least = round(low or 0)
    if least == round(high):
        return _("на {duration} позже срока").format(duration=duration(high))
    if least < 1:
        return _("позже срока, не более чем на {duration}").format(duration=duration(high))
    return _("позже срока на {low} – {high}").format(low=duration(least), high=duration(high))


def counted(n: int, forms: str) -> str:
    """The number with its noun; forms (translated): «урок|урока|уроков»."""
    return f"{number(n)}{NBSP}{plural(n, forms)}"


def rule(name: str, title: str) -> str:
    """A rule's short name for a button; its own title where there is none."""
    return {
        "topic_filled": _("Темы уроков"),
        "ordinary_mark": _("Отметки за урок"),
        "written_marks": _("Письменные работы"),
        "attendance_marked": _("Отсутствующие"),
        "homework_given": _("Домашние задания"),
        "period_mark_in_time": _("Отметки за период"),
        "period_mark_missing": _("Не выставлено за период"),
        "temporary_journal": _("Временный журнал"),
        "substitution_recorded": _("Замены"),
    }.get(name, title)


def absent(name: str, n: int) -> str:
    """What is not there, counted: «3 урока без темы»."""
    forms = {
        "topic_filled": _("урок без темы|урока без темы|уроков без темы"),
        "written_marks": _("письменная работа без отметок|письменные работы без отметок|письменных работ без отметок"),
        "lesson_without_records": _("урок без записей|урока без записей|уроков без записей"),
        "homework_given": _("урок без домашнего задания|урока без домашнего задания|уроков без домашнего задания"),
        "attendance_marked": _(
            "урок без отметки об отсутствующих|урока без отметки об отсутствующих|уроков без отметки об отсутствующих"
        ),
        "absence_reason": _(
            "документ, по которому причина не исправлена|документа, по которым причина не исправлена"
            "|документов, по которым причина не исправлена"
        ),
        "temporary_journal": _(
            "урок не перенесён из временного журнала|урока не перенесены из временного журнала"
            "|уроков не перенесено из временного журнала"
        ),
        "exam_results_published": _(
            "результат экзамена не открыт|результата экзаменов не открыты|результатов экзаменов не открыто"
        ),
        "printouts_issued": _("не выданная распечатка|не выданные распечатки|не выданных распечаток"),
        "period_mark_missing": _(
            "не выставлена отметка за период|не выставлены отметки за период|не выставлено отметок за период"
        ),
    }.get(name, _("запись|записи|записей"))
    return counted(n, forms)


def verdict(value: str, excuse: str = "", severity: str = "check") -> str:
    """A verdict in the words of the screen."""
    if excuse:
        return _("не учтено: {excuse}").format(excuse=excuse)
    if value == "violated" and severity == "remark":
        return _("замечание")
    if value == "violated" and severity == "data":
        return _("сверка выгрузки")
    return {
        "late": _("внесено позже срока"),
        "missing": _("не заполнено"),
        "undetermined": _("нельзя сказать"),
        "violated": _("проверьте"),
        "pending": _("срок не наступил"),
        "in_time": _("в срок"),
        "ok": _("в порядке"),
        "no_data": _("не проверялось"),
        "not_set": _("срок не указан"),
        "not_applicable": _("не проверяется"),
        "excused": _("не учтено"),
        "withdrawn": _("снято"),
    }.get(value, value)
