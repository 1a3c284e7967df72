"""A guided tour of the demo school, in Russian: what is to be seen, where, and which fault stands behind it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ingest.demo_school.calendar import CANCELLED_DAYS, OUTAGE_ENDS, OUTAGE_STARTS, REMOTE_DAYS
from ingest.demo_school.people import SchoolClass
from ingest.demo_school.truth import FAULT_COLUMNS, Fault, Truth
from ingest.demo_school.world import World

LAYOUTS = {
    "a": "журнал CSV: архив с таблицами, окно в две недели, темы, виды работ, номера уроков",
    "b": "«Сетевой Город», отчёт по каждому ученику (HTML под именем .xls): ни тем, ни номеров уроков",
    "c": "XLSX «весь класс» и «Табель»: уроки видны, темы и виды работ – нет",
}
DEPUTY = "«Контроль журнала»"
CLASS = "«Класс»"
TIMELY = f"{DEPUTY} → «Своевременность»"
ALL = f"{DEPUTY} → «Все замечания»"
RULES = {
    "topic_filled": ("Темы уроков", f"{TIMELY}; без темы – «Не заполнено»"),
    "attendance_marked": ("Отметки об отсутствующих", TIMELY),
    "homework_given": ("Домашние задания", f"{TIMELY}; без задания – «Не заполнено»"),
    "ordinary_mark": ("Отметки за ответы", TIMELY),
    "backdated_mark": ("Отметки задним числом", ALL),
    "written_marks": ("Отметки за письменные работы", TIMELY),
    "period_mark_in_time": ("Отметки за четверть в срок", TIMELY),
    "absence_reason": ("Причины пропусков по документам", TIMELY),
    "temporary_journal": ("Перенос из временного журнала", TIMELY),
    "substitution_recorded": ("Замены в журнале", TIMELY),
    "exam_results_published": ("Результаты экзаменов", TIMELY),
    "printouts_issued": ("Распечатки по заявлениям", ALL),
    "corrected_mark": ("Отметки исправлены после срока", ALL),
    "marks_gap": ("Долго нет отметок", ALL),
    "marks_below_norm": ("Отметок меньше нормы", ALL),
    "work_type_set": ("Не указан вид работы", ALL),
    "mark_outside_scale": ("Отметка вне шкалы", ALL),
    "mark_of_outsider": ("Отметка чужого ученика", ALL),
    "mark_with_absence": ("Отметка у отсутствовавшего", ALL),
    "topic_in_plan": ("Темы нет в планировании", ALL),
    "work_named": ("Работа не названа", ALL),
    "homework_content": ("Задание без содержания", ALL),
    "entries_in_russian": ("Записи не на русском языке", ALL),
    "repeated_text": ("Одно и то же несколько уроков", ALL),
    "lesson_on_day_off": ("Урок в нерабочий день", ALL),
    "slot_taken_twice": ("Два урока в одно время", ALL),
    "teacher_in_two_places": ("Учитель в двух классах сразу", ALL),
    "lesson_number_beyond_bells": ("Номера урока нет в звонках", ALL),
    "lesson_not_in_timetable": ("Урока нет в расписании", ALL),
    "missing_lesson": ("Урока из расписания нет в журнале", ALL),
    "subgroup_records": ("Урок подгруппы записан на весь класс", ALL),
    "one_control_work_a_day": ("Две контрольные в день", ALL),
    "control_work_edge_lesson": ("Контрольная на крайнем уроке", ALL),
    "control_work_spacing": ("Контрольные слишком часто", ALL),
    "control_works_held": ("Контрольных за четверть не было", ALL),
    "plan_topic_order": ("Порядок тем планирования", ALL),
    "plan_hours": ("Часы планирования", ALL),
    "plan_approved": ("Планирование утверждено после начала года", ALL),
    "timetable_covers_period": ("Расписание не на всю четверть", ALL),
    "subgroup_members": ("Состав подгрупп", ALL),
    "pupil_has_journal_access": ("Доступ ученика к журналу", ALL),
    "final_marks_complete": ("Не все отметки за четверть", ALL),
    "period_mark_without_marks": ("Отметка за четверть без отметок", ALL),
    "lesson_without_records": ("Урок без единой записи", f"{DEPUTY} → «Не заполнено», «Проверьте»"),
    "day_absent_but_one": ("Пропущены все уроки дня, кроме одного", f"{CLASS} → «Проверьте»"),
    "day_single_contradiction": ("Одна запись спорит с остальным днём", f"{CLASS} → «Проверьте»"),
    "period_mark_missing": ("Нет отметки за четверть", f"{DEPUTY} → «Все замечания»; {CLASS} → «Успеваемость»"),
    "period_mark_differs": ("Отметка за четверть не та, что по правилам", f"{CLASS} → «Успеваемость»"),
    "averages_disagree": ("Напечатанное среднее не сходится с отметками", f"{DEPUTY} → «Проверка данных»"),
}
VERDICTS = {
    "late": "внесено позже срока",
    "missing": "не внесено",
    "violated": "найдено",
    "undetermined": "не доказать",
    "in_time": "по положению школы в срок",
    "early": "раньше срока, замечания нет",
    "ok": "по положению школы в порядке",
    "not_set": "в положении школы срока нет",
    "not_applicable": "судится по другому правилу",
}


class _Account(Protocol):
    """What the tour says of a demo account."""

    @property
    def login(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def display_name(self) -> str: ...


def most_interesting_class(world: World, truth: Truth) -> SchoolClass:
    """The journal CSV class with most findings that its class teacher sees, and with most kinds of them."""
    mine = {
        "day_absent_but_one",
        "day_single_contradiction",
        "period_mark_missing",
        "period_mark_differs",
        "marks_below_norm",
    }
    kinds: dict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for fault in truth.faults:
        if fault.layout == "a" and fault.rule in mine:
            kinds[fault.class_name].add(fault.rule)
            counts[fault.class_name] += 1
    exported = [c for c in world.school.classes if c.layout == "a"] or [c for c in world.school.classes if c.layout]
    return max(exported, key=lambda c: (len(kinds[c.name]), counts[c.name], -c.index))


def write(world: World, truth: Truth, target: Path, accounts: Sequence[_Account]) -> None:
    """Write `tour.md` and `README.md` beside the truth."""
    (target / "tour.md").write_text(_tour(world, truth, accounts), encoding="utf-8", newline="\n")
    (target / "README.md").write_text(_readme(), encoding="utf-8", newline="\n")


def _tour(world: World, truth: Truth, accounts: Sequence[_Account]) -> str:
    school = world.school
    first, last = world.exports[0], world.exports[-1]
    lines = [
        "# Прогулка по демо-школе",
        "",
        "Школа вымышлена: имена составлены случайно, отметки выдуманы. Всё, что показывают панели, получено из",
        f"выгрузок, снятых дважды в день с {first:%d.%m.%Y %H:%M} по {last:%d.%m.%Y %H:%M}.",
        "",
        f"Учеников {len(school.pupils)}, классов {len(school.classes)}, учителей {len(school.teachers)},",
        f"уроков {len(world.lessons)}, отметок {int(world.final_marks().sum())}.",
        "",
        "## Кем войти",
        "",
        "| логин | пароль | кто |",
        "|---|---|---|",
        *(f"| {one.login} | {one.password} | {one.display_name} |" for one in accounts),
        "",
        "## Какие классы в каком виде выгружены",
        "",
    ]
    for layout, what in LAYOUTS.items():
        names = ", ".join(c.name for c in school.classes if c.layout == layout)
        if names:
            lines.append(f"- {names} – {what}.")
    lines += ["", "## Что посмотреть за десять минут", "", *_steps(world, truth), ""]
    lines += ["## Что было не как всегда", "", *_events(world), ""]
    lines += ["## Что найти", ""]
    for rule, (title, where) in RULES.items():
        found = [fault for fault in truth.faults if fault.rule == rule]
        if found:
            lines += [f"### {title}", "", f"Смотреть: {where}.", "", *(_line(fault) for fault in found), ""]
    lines += [
        "## Что находить нельзя",
        "",
        "Похоже на промах, но всё по правилам; сюда указывать панели не должны.",
        "",
        *(
            f"- {one.class_name}{', ' + one.subject_name if one.subject_name else ''}"
            f"{', ' + one.pupil_name if one.pupil_name else ''}{', ' + one.date if one.date else ''}: {one.note}."
            for one in truth.negatives
        ),
        "",
    ]
    return "\n".join(lines)


def _steps(world: World, truth: Truth) -> list[str]:
    """The walk: where to click, and what there is to see."""
    row = [fault for fault in truth.faults if "подряд" in fault.note and fault.rule == "topic_filled"]
    edge = [fault for fault in truth.faults if fault.own.verdict == "undetermined"]
    excused = [fault for fault in truth.faults if fault.own.status == "excused"]
    late = [fault for fault in truth.faults if fault.rule == "ordinary_mark" and fault.own.status == "late"]
    mine = most_interesting_class(world, truth).name
    days = [fault for fault in truth.faults if fault.class_name == mine and fault.pupil_name]
    steps = [f"Завуч (`zavuch`): {DEPUTY} → «Не заполнено». Сетка «класс × предмет»; нажмите на число – ниже список."]
    if row:
        steps.append(
            f"Там же {row[0].class_name}, {row[0].subject_name}: {len(row)} уроков подряд без темы, учитель "
            f"{row[0].teacher_name}. В документе «Замечания» (`zavuch report remarks`) это одна строка."
        )
    if late:
        steps.append(
            f"«Своевременность»: {late[0].teacher_name}, {late[0].class_name}, {late[0].subject_name}, "
            f"{late[0].date} – отметка внесена на самом деле {late[0].true_entered_at.replace('T', ' ')}. Панель знает "
            "только промежуток между двумя выгрузками и показывает оба его конца."
        )
    if edge:
        steps.append(
            f"Там же записи, о которых судить нельзя: {len(edge)} внесены между вечерней и утренней выгрузкой. Поэтому "
            "у доли «в срок» две границы."
        )
    if excused:
        steps.append(f"Не учтено: {len(excused)} записей – больничный, сбой журнала, экскурсия. В долю они не входят.")
    steps.append(
        f"{DEPUTY} → «Чего не видно»: для классов, выгруженных отчётами, сроки тем и отметок не проверяются, и "
        "сказано, какой выгрузки не хватает."
    )
    if days:
        steps.append(f"Классный руководитель (`klassruk`): «Мой класс», {mine} → «Проверьте»: {days[0].note}.")
    steps.append("Директор (`direktor`): «Школа и прогноз» – прогноз по классам и ученики на границе отметок.")
    return [f"{number}. {step}" for number, step in enumerate(steps, start=1)]


def _events(world: World) -> list[str]:
    lines = []
    for absence in world.schedule.absences:
        name = " ".join(world.school.teachers[absence.teacher].name)
        early = ", ушёл после первого урока" if absence.after_first_lesson else ""
        days = f"{absence.starts_on:%d.%m}–{absence.ends_on:%d.%m}"
        lines.append(f"- {days}: отсутствует {name} ({absence.reason}{early}); уроки заменены или отменены.")
    lines += [
        f"- {day:%d.%m}: уроки отменены приказом {order}." for day, order in CANCELLED_DAYS.items() if day <= world.last
    ]
    lines += [
        f"- {day:%d.%m}: уроки шли дистанционно, приказ {order}."
        for day, order in REMOTE_DAYS.items()
        if day <= world.last
    ]
    if OUTAGE_STARTS.date() <= world.last:
        lines.append(f"- {OUTAGE_STARTS:%d.%m с %H:%M} до {OUTAGE_ENDS:%H:%M}: журнал не работал, вносить было нельзя.")
    lines += [
        f"- {one.date_from:%d.%m}: {world.school.classes[one.class_index].name}, {one.reason}, приказ {one.order_no}."
        for one in world.exclusions
    ]
    return lines


def _line(fault: Fault) -> str:
    what = [fault.class_name, fault.subject_name, fault.subgroup_name, fault.pupil_name, fault.date]
    number = f"урок {fault.lesson_number}" if fault.lesson_number else ""
    said = "не учтено: есть причина" if fault.own.status == "excused" else VERDICTS[fault.own.verdict]
    named = ", ".join(part for part in (*what, number) if part)
    return f"- {fault.fault_id} · {named}: {fault.note} – **{said}**."


def _readme() -> str:
    return "\n".join(
        (
            "# Правда о демо-школе",
            "",
            "`faults.csv` – каждый подложенный промах, по строке на каждое положение (`profile`): одно и то же по",
            "одному положению в срок, по другому поздно, третье срока не называет. `izhevskoe-2018` – своё положение,",
            "`untimed` – положение по умолчанию без срока отметок за ответы.",
            "",
            "`hard_negatives.csv` – что похоже на промах, но им не является; `tour.md` – прогулка по панелям.",
            "",
            "Столбцы `faults.csv`: " + ", ".join(f"`{name}`" for name in FAULT_COLUMNS) + ".",
            "",
            "- `true_entered_at` – когда запись внесена на самом деле; пусто, если её не вносили.",
            "- `expected_due` – до какого момента срок; пусто, если срока нет.",
            "- `expected_verdict` – что можно доказать по моментам выгрузок: `in_time`, `early`, `late`, `missing`,",
            "  `violated`, `not_set` (положение срока не называет), `undetermined` (запись появилась между двумя",
            "  выгрузками, срок – между ними).",
            "- `expected_status` – `excused`, если есть причина не учитывать; иначе то же, что `expected_verdict`.",
            "- `provable` – `false`, где выгрузки оставляют вопрос открытым.",
            "- `subject_key` – ключ проверки там, где у выгрузки есть свои обозначения (журнал CSV).",
            "",
            "Кроме перечисленного, в выгрузках не должно находиться ничего.",
            "",
        )
    )
