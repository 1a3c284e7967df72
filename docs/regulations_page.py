"""The page docs/regulations.md: clause by clause, what Zavuch does with the five regulations and what it does not.

Made of docs/clauses.csv and of the titles in the code. Here stand only the conflicts between the regulations, the
checks for which there is no data, and the words around the tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from clauses import LATER, REASONS, REGULATIONS, Clause, Reference, State, read, references, rules, silent

PAGES = {
    "deputy": "Контроль журнала",
    "class_teacher": "Мой класс",
    "administration": "Школа и прогноз",
    "exports_page": "Выгрузки",
}
ROLES = {
    "deputy": "заместитель директора",
    "administration": "администрация",
    "class_teacher": "классный руководитель",
}
KINDS = {
    "rule": ("правило", "правила"),
    "mart": ("витрина", "витрины"),
    "report": ("отчёт", "отчёты"),
    "document": ("документ", "документы"),
    "page": ("страница", "страницы"),
    "command": ("команда", "команды"),
    "register": ("реестр", "реестры"),
    "right": ("доступ", "доступ"),
}
"""Kind of reference → one, several; in the order in which they are told."""
NOTHING = "–"
GUIDELINE = "*"


@dataclass(frozen=True)
class Conflict:
    """What regulations say differently. positions: with ids of clauses; answer: what Zavuch does about it."""

    id: str
    topic: str
    positions: str
    answer: str
    served_by: tuple[Reference, ...]


def _conflict(number: int, topic: str, positions: str, answer: str, served_by: str) -> Conflict:
    return Conflict(f"C{number}", topic, positions, answer, references(served_by))


CONFLICTS = (
    _conflict(
        1, "Срок домашнего задания",
        "90 минут после последнего урока класса (S000-17); день урока и 2 часа после занятий этих учеников (S003-25, "
        "S003-26); день урока (S001-24, S002-10, S004-19)",
        "Судится по ответу своей школы. Что изменилось бы по другому положению, показывает предпросмотр.",
        "rule:homework_given;command:zavuch regulation preview",
    ),
    _conflict(
        2, "Отметки за письменную работу",
        "К следующему уроку, в пределах периода (S002-12, S002-13); неделя (S003-28); нормы проверки (S001-28) – и "
        "запрет «задним числом» (S001-25); локальный акт (S000-12); срок проверки не сказан (S004-19)",
        "Где срока нет, он не судится и не берётся у другой школы. Пока открыт срок работы, отметка за неё не «задним "
        "числом».",
        "rule:written_marks;rule:backdated_mark",
    ),
    _conflict(
        3, "Отметки за период",
        "Последняя учебная неделя (S000-13); не позже последнего дня (S002-14); до этого – прогноз (S003-36); проверка "
        "в конце четверти, когда отметки уже нужны (S004-33)",
        "Окно – ответ школы; выставленное раньше окна – только для сведения. Прогноз отметок за период не ждёт.",
        "rule:period_mark_in_time;rule:period_mark_missing;mart:forecast_period_marks",
    ),
    _conflict(
        4, "Два рабочих дня",
        "Причина пропуска (S000-19) и временный журнал (S000-24): не сказано, пятидневная ли неделя и считается ли "
        "первый день",
        "Рабочие дни – по производственному календарю и неделе школы; день документа и день восстановления – нулевые.",
        "rule:absence_reason;rule:temporary_journal",
    ),
    _conflict(
        5, "Распечатка раз в неделю",
        "По письменному заявлению, выдаёт администрация (S000-22); всем, кто заявил о невозможности или нежелании "
        "(S003-35)",
        "Один список учеников с заявлением; считаются учебные недели. Учителю это не вменяется.",
        "rule:printouts_issued;register:parent_statements;register:print_issues",
    ),
    _conflict(
        6, "Бумага и архив",
        "Двусторонняя копия за четверть, если нужно (S001-32, S001-33); бумажный журнал рядом (S002-09, S003-01); "
        "сводная ведомость и два носителя (S003-30, S003-32); архив раз в год (S004-39)",
        "Что из этого обязательно, решает школа. Прежние редакции ГОСТ и приказа № 9 в бумагах не называются.",
        "later:document paper_copy;later:document summary_sheet;later:archive copies",
    ),
    _conflict(
        7, "Ученики в журнале",
        "Никогда (S001-46, S002-04, S003-15, S004-29) – и «доступ учащихся (только просмотр)» (S001-43)",
        "В журнале – никогда: чтение для учеников есть в дневнике.",
        "rule:pupil_has_journal_access",
    ),
    _conflict(
        8, "Кто выставляет отметку за период",
        "Учитель предмета (S000-10, S002-14); классный руководитель – по всем предметам (S000-28)",
        "Судится срок отметки, а не то, кто её выставил.",
        "rule:period_mark_in_time;mart:mark_changes",
    ),
    _conflict(
        9, "Что главнее: бумага или журнал",
        "Электронная запись равна бумажной (S000-02); ведутся обе и совпадают (S002-09, S003-01)",
        "Судится электронный журнал. С бумажным его сверяет человек.",
        "",
    ),
    _conflict(
        10, "Кто отвечает за записи",
        "Директор (S000-03, S003-21); учитель (S001-38, S002-15); руководитель – за содержание дневника (S001-04); "
        "директор и заместитель – за бесперебойность (S004-31)",
        "Замечание адресовано тому, кто провёл урок; администрация видит все. Вину Завуч не распределяет.",
        "document:remarks;right:administration/rpt_deputy__findings",
    ),
    _conflict(
        11, "Бумажные отчёты классного руководителя",
        "Сдавать на бумаге (S001-36); отчёты составляет программа (S001-08, S004-09)",
        "Отчёт составит программа, человек его подтвердит: с 2025 года список бумаг, которых можно требовать от "
        "учителя, закрыт.",
        "later:document class_report",
    ),
    _conflict(
        12, "Кто выдаёт реквизиты",
        "Системный администратор и классный руководитель (S001-14, S001-16); госуслуги и школа (S002-03, S002-05); по "
        "параллелям (S003-08, S003-12); администратор АСИОУ и классный руководитель (S004-13); нужны паспорт и СНИЛС "
        "родителей (S000-05)",
        "Кто выдаёт, скажет школа. Паспорт и СНИЛС не хранятся.",
        "later:register journal_access",
    ),
    _conflict(
        13, "Кто и как часто проверяет",
        "Системный администратор – неделя и месяц (S001-30, S001-31); технический специалист (S002-22), которого нет "
        "среди пользователей (S002-02); заместитель систематически (S003-18); классный руководитель каждый день "
        "(S004-15), заместитель раз в месяц (S004-32)",
        "Все смотрят на одни и те же проверки; что показать, решает роль.",
        "page:deputy;mart:compliance_by_teacher_week;later:right technician;later:page class_today",
    ),
    _conflict(
        14, "Кому показывают результат",
        "Доска для учителей (S001-30) и меры (S001-22); доводятся до сведения (S004-38)",
        "Учителю – только его лист. В общем виде нет имён учеников и нет мест; порядок – по фамилии.",
        "document:remarks;later:document weekly_analysis",
    ),
    _conflict(
        15, "Кто отмечает отсутствующих",
        "Каждый учитель на уроке (S000-11); классный руководитель на странице «Посещаемость» (S001-35); оба (S003-13)",
        "Хранятся обе отметки, расхождение – «проверьте». За урок отвечает тот, кто его провёл.",
        "rule:attendance_marked;rule:attendance_pages_differ;mart:substitutions",
    ),
    _conflict(
        16, "Кто делит класс на подгруппы",
        "Ответственный за информатизацию с учителями (S003-07); учителя групп с классным руководителем (S004-27)",
        "Судится состав: каждый ученик ровно в одной подгруппе. Состав хранится с датами.",
        "rule:subgroup_members;rule:subgroup_records;register:subgroup_members",
    ),
    _conflict(
        17, "Кто правит расписание",
        "Диспетчер (S003-09) и классный руководитель (S003-10)",
        "Действует расписание, которое стояло на день урока; кто его правил, не судится.",
        "rule:lesson_not_in_timetable;rule:timetable_covers_period;register:timetable",
    ),
)  # fmt: skip

FED = {
    "E01": "rule:topic_filled;rule:lesson_without_records",
    "E02": "rule:attendance_marked",
    "E03": "rule:homework_given",
    "E04": "rule:ordinary_mark",
    "E05": "rule:written_marks",
    "E06": "rule:period_mark_in_time",
    "E07": "rule:absence_reason",
    "E08": "rule:temporary_journal",
    "E09": "rule:backdated_mark;rule:corrected_mark",
    "E10": "rule:topic_in_plan",
    "E11": "rule:work_type_set;rule:work_named",
    "E12": "rule:homework_content",
    "E13": "rule:entries_in_russian",
    "E14": "rule:plan_hours",
    "E15": "rule:plan_approved",
    "E16": "rule:substitution_recorded",
    "E17": "rule:subgroup_records;rule:subgroup_members",
    "E18": "rule:control_works_held",
    "E19": "rule:period_mark_differs;rule:year_mark_differs",
    "E20": "rule:final_marks_complete",
    "E21": "rule:exam_results_published",
    "E22": "rule:printouts_issued;register:print_issues",
    "E25": "mart:fct_remarks;register:objections",
    "E28": "rule:pupil_has_journal_access",
    "E31": "mart:mark_changes",
    "E37": "rule:timetable_covers_period",
    "E39": "mart:forecast_period_marks",
    "E42": "rule:marks_gap;rule:marks_below_norm",
    "E44": "rule:final_marks_complete",
    "E46": "register:outages",
    "Q01": "rule:mark_outside_scale",
    "Q02": "rule:mark_with_absence",
    "Q03": "rule:lesson_on_day_off",
    "Q04": "rule:mark_of_outsider",
    "Q05": "rule:slot_taken_twice",
    "Q06": "rule:teacher_in_two_places",
    "Q07": "rule:lesson_not_in_timetable;rule:missing_lesson",
    "Q08": "rule:lesson_number_beyond_bells",
    "Q09": "rule:plan_topic_order",
    "Q10": "rule:period_mark_without_marks",
    "Q12": "rule:repeated_text",
}
"""Expectation or check of validity of the study of the field → what serves it."""

UNFED = {
    "E23": ("Недельный анализ вывешен", "Следа в журнале нет; отмечаться будет вместе с самим анализом."),
    "E24": ("Месячные отчёты готовы", "Следа в журнале нет; отмечаться будет вместе с самими отчётами."),
    "E26": ("Отчёты классных руководителей сданы", "Сдают бумагу; отмечаться будет вместе с самим отчётом."),
    "E27": ("Бумажный журнал равен электронному", "Бумагу видит только человек."),
    "E29": ("Каждый видит только своё", "Права внутри журнала и дневника не выгружаются."),
    "E30": ("У каждого своя учётная запись", "Логины, входы, устройства и адреса не выгружаются."),
    "E32": ("Резервные копии делаются", "Копии журнала хранит его поставщик или школа; в выгрузках их нет."),
    "E33": ("Архив на двух носителях, в двух помещениях", "Где лежат носители, знает только школа."),
    "E34": ("Архив цел", "Архива года у Завуча пока нет; архив самого журнала не выгружается."),
    "E35": ("Списки класса совпадают с приказами", "В приказах книги школы нет имён: сверять не с чем."),
    "E36": ("Родителям выданы реквизиты", "Выдача следа в журнале не оставляет; реестра пока нет."),
    "E38": ("Внесённое сразу видно в дневнике", "Когда запись стала видна в дневнике, не выгружается."),
    "E40": ("Проверка за месяц проведена", "Просмотр журнала следа в нём не оставляет; отметок о проверках пока нет."),
    "E41": ("Классный руководитель смотрит журнал каждый день", "Просмотр журнала следа в нём не оставляет."),
    "E43": ("Контакты родителей получены по правилам", "Контактов родителей Завуч не читает и не хранит."),
    "E45": ("Учителя ознакомлены с результатами", "Знакомятся под подпись, на бумаге."),
    "Q11": (
        "«2» сразу после болезни, на первом или последнем уроке, не исправленная",
        "Данные есть; судить не станем: это работа учителя с учеником, а не ведение журнала.",
    ),
}
"""Those that nothing serves → what would be checked, and why it is not."""


# Words


class Wording:
    """Puts references into words, with the titles that the code gives them."""

    def __init__(self) -> None:
        from warehouse.access import OBJECTS
        from warehouse.registers.definitions import REGISTERS

        self._titles = {
            "rule": rules(),
            "report": {name: one.title for name, one in OBJECTS.items()},
            "document": {
                name.removeprefix("rpt_document__"): one.title
                for name, one in OBJECTS.items()
                if name.startswith("rpt_document__")
            },
            "page": PAGES,
            "register": {name: one.title for name, one in REGISTERS.items()},
        }

    def served(self, every: Iterable[Reference], profile: str = "") -> str:
        """Say what serves a clause, kind by kind. profile: whose clause it is; '' = of no regulation in particular."""
        order = list(KINDS)
        told = sorted(every, key=lambda one: (order.index(one.kind), _role(one)))
        kinds = groupby(told, key=lambda one: (one.kind, _role(one)))
        return "<br>".join(self._kind(kind, role, list(ones), profile) for (kind, role), ones in kinds)

    def _kind(self, kind: str, role: str, ones: list[Reference], profile: str) -> str:
        if role:
            return f"{ROLES[role]} видит: {', '.join(self._name('report', one.name.partition('/')[2]) for one in ones)}"
        guidelines = [name for name, how in silent(profile).items() if how == "guideline"] if profile else []
        marks = (GUIDELINE if kind == "rule" and one.name in guidelines else "" for one in ones)
        named = ", ".join(self._name(kind, one.name) + mark for one, mark in zip(ones, marks, strict=True))
        return f"{KINDS[kind][len(ones) > 1]}: {named}"

    def _name(self, kind: str, name: str) -> str:
        title = self._titles.get(kind, {}).get(name)
        return f"«{title}»" if title else f"`{name}`"


def _role(one: Reference) -> str:
    """The role of a right; '' for anything else."""
    return one.name.partition("/")[0] if one.kind == "right" else ""


def _later(every: Iterable[Reference]) -> str:
    words = "; ".join(LATER[one.name] for one in every if one.kind == "later")
    return f"появится: {words}" if words else ""


def _lines(*parts: str) -> str:
    return "<br>".join(filter(None, parts)) or NOTHING


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *map(list, rows)]
    return [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]


# The page

INTRO = """\
# Пять положений: что Завуч проверяет и чего нет

Страница для заместителя директора. Она составлена `docs/generate.py` из `docs/clauses.csv`; руками не правится. В ней
каждый пункт пяти положений о журнале, по которым сделан Завуч: слова пункта, что должно быть, чем это проверяется или
показывается и что остаётся открытым.

**Итог пункта:**

- **судится** – есть правило, которое находит расхождение с пунктом;
- **показано** – правила нет, но нужное видно: страница, отчёт, документ, реестр, доступ, витрина хранилища;
- **позже** – пока ничем не обеспечено, появится в следующих версиях;
- **нет в выгрузках** – такого следа журнал не отдаёт, и реестра для него нет;
- **не вычисляется** – цель, право, совет или решение человека: судить нечего.

Звёздочка* у правила: в образце положения об этом нет ответа, правило судит как ориентир программы и пункта не называет.

Правило судит то, что есть в загруженных выгрузках и реестрах ([systems.md](systems.md)), и по положению своей школы:
срок, которого в нём нет, не судится. Как изменились бы проверки по другому положению, показывает
`zavuch regulation preview`.
"""


def regulations_page() -> str:
    """Every clause of the five regulations and what serves it."""
    return page(read())


def page(clauses: list[Clause]) -> str:
    """Make the page of these clauses."""
    wording = Wording()
    lines = [INTRO, *_summary(clauses), "", *_to_come(clauses), ""]
    for profile in REGULATIONS.values():
        lines += [*_regulation(profile, [one for one in clauses if one.profile == profile], wording), ""]
    lines += [*_conflicts(wording), "", *_unfed(), ""]
    return "\n".join(lines)


def _summary(clauses: list[Clause]) -> Iterator[str]:
    asked = [clause for clause in clauses if clause.asks]
    columns = [asked, *([one for one in asked if one.profile == profile] for profile in REGULATIONS.values())]
    yield from ("## Коротко", "", f"Пунктов, которые чего-то требуют, {len(asked)}. Из них:", "")
    yield from _table(
        ["итог", "всего", *(f"{profile} ({begins})" for begins, profile in REGULATIONS.items())],
        [
            *(
                [state.value, *(_count(sum(one.state is state for one in column)) for column in columns)]
                for state in State
            ),
            ["**всего**", *(f"**{len(column)}**" for column in columns)],
        ],
    )
    yield ""
    partly = sum(one.state in {State.JUDGED, State.SHOWN} and bool(one.to_come) for one in asked)
    yield f"Из тех, что судятся или показаны, {partly} ждут ещё и того, что появится позже."
    apart = len(clauses) - len(asked)
    yield f"Остальные пункты – цели, определения, организация работы – записаны отдельно: их {apart}."


def _count(n: int) -> str:
    return str(n or NOTHING)


def _to_come(clauses: list[Clause]) -> Iterator[str]:
    waiting = Counter(one.name for clause in clauses for one in clause.to_come)
    yield from ("## Что появится позже", "")
    yield from _table(
        ["что", "пунктов"], [[LATER[name], str(waiting[name])] for name in sorted(waiting, key=list(LATER).index)]
    )


def _regulation(profile: str, own: list[Clause], wording: Wording) -> Iterator[str]:
    from warehouse.regulation.profiles import profile as shipped

    head = ["№", "пункт", "слова положения", "что должно быть", "итог", "чем служит Завуч", "что открыто"]
    yield from (f"## {profile}", "", f"{shipped(profile).document}.", "")
    yield from _table(head, (_row(clause, wording) for clause in own if clause.asks))
    yield from ("", f"### {profile}: цели, определения, организация", "")
    yield from _table(head, (_row(clause, wording) for clause in own if not clause.asks))


def _row(clause: Clause, wording: Wording) -> list[str]:
    return [
        clause.id,
        clause.place,
        f"«{clause.quote}»" if clause.quote else NOTHING,
        clause.demand,
        clause.state.value,
        _lines(wording.served(clause.at_work, clause.profile)),
        _lines(_reason(clause), _later(clause.to_come)),
    ]


def _reason(clause: Clause) -> str:
    """The reason without what the column of states says already."""
    reason = clause.reason.removeprefix(REASONS.get(clause.state, ""))
    return reason[:1].upper() + reason[1:]


def _conflicts(wording: Wording) -> Iterator[str]:
    def means(served_by: tuple[Reference, ...]) -> str:
        return _lines(wording.served(one for one in served_by if one.kind != "later"), _later(served_by))

    yield from ("## Где положения расходятся", "")
    yield from _table(
        ["№", "о чём", "как говорят положения", "как делает Завуч", "чем"],
        ([one.id, one.topic, one.positions, one.answer, means(one.served_by)] for one in CONFLICTS),
    )


def _unfed() -> Iterator[str]:
    yield from ("## Чего Завуч не проверяет", "")
    yield f"Из {len(FED) + len(UNFED)} проверок, которые можно вывести из положений и школьной практики, не делаются:"
    yield ""
    yield from _table(["№", "что проверялось бы", "почему нет"], ([name, *told] for name, told in UNFED.items()))
