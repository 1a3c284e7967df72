"""The words of the report on exports: tables, columns, codes and dates as people in a school call them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from warehouse.language import gettext as _

SHOWN_NAMES = 8


def moment(value: datetime | None) -> str:
    """19.09 23:50."""
    return value.strftime("%d.%m\u00a0%H:%M") if value else "–"


def week(start: date) -> str:
    """07–13.09, or 28.09–04.10 across months."""
    end = start + timedelta(days=6)
    return f"{start:%d}–{end:%d.%m}" if start.month == end.month else f"{start:%d.%m}–{end:%d.%m}"


def natural(name: str) -> tuple[int, str]:
    """Order of class names: 2А before 10А, what has no number last."""
    found = re.match(r"\s*(\d+)\s*(.*)", name)
    return (int(found[1]), found[2]) if found else (999, name)


def share(part: int, whole: int) -> str:
    """35 %; rounding never claims all or nothing that is not."""
    percent = round(100 * part / whole) if whole else 0
    if not percent and part:
        return "<1\u00a0%"
    return f"{min(percent, 99) if part < whole else percent}\u00a0%"


def few(names: list[str]) -> str:
    """The first names of a list, and how many more there are."""
    if len(names) <= SHOWN_NAMES:
        return ", ".join(names)
    return _("{names} и ещё {n}").format(names=", ".join(names[:SHOWN_NAMES]), n=len(names) - SHOWN_NAMES)


def joined(names: Iterable[str]) -> str:
    """Each name once, in the order of the first meeting."""
    return ", ".join(dict.fromkeys(names))


def cut(code: str) -> str:
    """A code as printed; what is too long for a code is shown by its beginning."""
    return code if len(code) <= 12 else f"{code[:11]}…"


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def meaning(meaning: str) -> str:
    """What a code is understood as."""
    return {
        "present": _("был"),
        "late": _("опоздал"),
        "left_early": _("ушёл раньше"),
        "ill": _("болел"),
        "excused": _("отсутствовал по уважительной причине"),
        "unexcused": _("отсутствовал без уважительной причины"),
        "unknown_reason": _("отсутствовал, причина не указана"),
        "released": _("освобождён"),
        "remote": _("учился дистанционно"),
        "not_recorded": _("не отмечено"),
        "debt": _("долг, не отметка"),
        "credit": _("зачёт"),
        "no_credit": _("незачёт"),
        "not_assessed": _("не аттестован"),
    }.get(meaning, meaning)


def table(name: str) -> str:
    """A table of the journal as people call it."""
    return {
        "lessons": _("уроки"),
        "marks": _("отметки"),
        "attendance": _("посещаемость"),
        "homework": _("домашние задания"),
        "assignments": _("работы на уроках"),
        "period_marks": _("отметки за период"),
        "reported_averages": _("средние баллы"),
        "pupils": _("ученики"),
        "enrollments": _("списки классов"),
        "classes": _("классы"),
        "subjects": _("предметы"),
        "teachers": _("учителя"),
        "timetable": _("расписание"),
        "calendar": _("календарь"),
        "bells": _("звонки"),
        "substitutions": _("замены"),
        "plan_topics": _("тематическое планирование"),
        "teaching_assignments": _("нагрузка"),
        "subgroups": _("подгруппы"),
        "subgroup_members": _("состав подгрупп"),
        "periods": _("учебные периоды"),
        "work_types": _("виды работ"),
    }.get(name, _("таблица {name}").format(name=name))


def column(table: str, name: str) -> str:
    """A column as people call it."""
    if table == "lessons" and name == "teacher_id":
        return _("кто вёл урок")
    if table == "homework" and name == "text":
        return _("текст задания")
    return {
        "topic": _("тема урока"),
        "topic_entered_at": _("время внесения темы"),
        "lesson_number": _("номер урока"),
        "lesson_kind": _("вид урока"),
        "hours": _("часы"),
        "status": _("состоялся ли урок"),
        "starts_at": _("начало урока"),
        "ends_at": _("конец урока"),
        "subgroup_id": _("подгруппа"),
        "plan_topic_id": _("связь с планированием"),
        "attendance_entered_at": _("время отметки посещаемости"),
        "entered_at": _("время внесения"),
        "updated_at": _("время исправления"),
        "entered_by": _("кто внёс"),
        "value": _("отметка"),
        "work_type": _("вид работы"),
        "weight": _("вес"),
        "counts_in_mean": _("входит ли в среднее"),
        "comment": _("комментарий"),
        "code": _("код"),
        "reason": _("причина пропуска"),
        "minutes_late": _("минуты опоздания"),
        "title": _("название"),
        "due_on": _("срок сдачи"),
        "teacher_id": _("учитель"),
    }.get(name, _("столбец {name}").format(name=name))
