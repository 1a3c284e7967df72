"""The questions that a regulation answers: what is asked, which answers are valid, which rules read the answer.

Questions and answers are Russian data, as the sheets of the workbook are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from warehouse.regulation.meanings import Cap, Event, Meaning, NotSaid, Often, Term, Unit, YesNo, say

Kind = Literal["term", "often", "yes_no"]
_BY_DAY: tuple[Unit, ...] = ("minutes", "calendar_days", "working_days", "school_days")
_LONGER: tuple[Unit, ...] = ("calendar_days", "working_days", "school_days", "study_weeks", "months")


@dataclass(frozen=True)
class Question:
    """One question.

    label: its name in a table. events, units, caps: of what a valid term is made. examples: answers that are offered.
    rules: rows of `dbt/seeds/rules.csv` that judge by the answer.
    """

    id: str
    label: str
    text: str
    kind: Kind
    examples: tuple[Meaning, ...]
    events: tuple[Event, ...] = ()
    units: tuple[Unit, ...] = ()
    caps: tuple[Cap, ...] = ()
    rules: tuple[str, ...] = ()

    def takes(self, meaning: Meaning) -> bool:
        """Whether it is an answer to this question; «в положении не сказано» always is."""
        match meaning:
            case NotSaid():
                return True
            case YesNo():
                return self.kind == "yes_no"
            case Often():
                return self.kind == "often"
            case Term(event, _scope, _amount, unit, cap):
                fits = event in self.events and (not unit or unit in self.units) and (not cap or cap in self.caps)
                return self.kind == "term" and fits

    @property
    def hint(self) -> str:
        """Answers that are offered, in words."""
        return "; ".join(f"«{say(example)}»" for example in self.examples)


_IN_THE_DAY = Term("lesson")
_DAY_ENDS: tuple[Cap, ...] = ("day_end",)
_YES_OR_NO = (YesNo(True), YesNo(False))
_OFTEN = (Often("day"), Often("week"), Often("month"), Often("period"))

_DECLARED = (
    Question(
        "topic", "Тема урока", "Когда вносятся запись об уроке и его тема?", "term",
        (_IN_THE_DAY, Term("lesson", "", 1, "working_days")),
        ("lesson", "last_lesson"), _BY_DAY, _DAY_ENDS, ("topic_filled",),
    ),
    Question(
        "absentees", "Отсутствующие", "Когда отмечаются отсутствующие на уроке?", "term",
        (_IN_THE_DAY, Term("lesson", "", 15, "minutes")),
        ("lesson", "last_lesson"), _BY_DAY, _DAY_ENDS,
    ),
    Question(
        "homework", "Домашнее задание", "Когда вносится домашнее задание?", "term",
        (_IN_THE_DAY, Term("last_lesson", "class", 90, "minutes"),
         Term("last_lesson", "pupils", 120, "minutes", "day_end")),
        ("lesson", "last_lesson", "next_lesson"), _BY_DAY, _DAY_ENDS,
    ),
    Question(
        "homework_none", "Урок без задания", "Может ли урок быть без домашнего задания?", "yes_no", _YES_OR_NO,
    ),
    Question(
        "ordinary_mark", "Отметка за урок", "Когда выставляется отметка за обычную работу на уроке?", "term",
        (_IN_THE_DAY, Term("next_lesson")),
        ("lesson", "last_lesson", "next_lesson"), (*_BY_DAY, "study_weeks"), ("day_end", "period_end"),
        ("ordinary_mark",),
    ),
    Question(
        "written_mark", "Отметка за письменную работу", "Когда выставляются отметки за письменную работу?", "term",
        (Term("next_lesson", cap="period_end"), Term("lesson", "", 7, "calendar_days"), Term("norms"), _IN_THE_DAY),
        ("lesson", "next_lesson", "norms"), _LONGER, ("period_end",), ("written_marks",),
    ),
    Question(
        "period_mark", "Отметка за период",
        "Когда выставляются отметки за четверть, триместр, полугодие, год?", "term",
        (Term("last_week"), Term("period_end"), Term("period_end", "", 2, "working_days")),
        ("last_week", "period_end"), ("calendar_days", "working_days", "school_days"), (), ("period_mark_missing",),
    ),
    Question(
        "absence_reason", "Причина пропуска",
        "В какой срок исправляется причина пропуска, когда принесён документ?", "term",
        (Term("document", "", 2, "working_days"),),
        ("document",), _BY_DAY,
    ),
    Question(
        "temporary_journal", "Временный журнал",
        "В какой срок записи временного журнала переносятся после сбоя?", "term",
        (Term("restored", "", 2, "working_days"),),
        ("restored",), (*_BY_DAY, "study_weeks"),
    ),
    Question(
        "exam_result", "Итоги и экзамены",
        "В какой срок родителям открывают результаты итогового оценивания и экзаменов?", "term",
        (Term("results", "", 24 * 60, "minutes"), Term("results", "", 1, "working_days")),
        ("results",), _BY_DAY,
    ),
    Question(
        "backdating", "Запрет «задним числом»",
        "Запрещено ли исправлять отметки и выставлять их «задним числом»?", "yes_no", _YES_OR_NO,
    ),
    Question(
        "substitution", "Замена урока", "Когда отмечается, что урок провёл другой учитель?", "term",
        (Term("entry"), _IN_THE_DAY),
        ("entry", "lesson"), _BY_DAY, _DAY_ENDS,
    ),
    Question(
        "remark_weekly", "Замечания анализа журналов",
        "В какой срок устраняются замечания еженедельного анализа журналов?", "term",
        (Term("remark", "", 1, "study_weeks"), Term("remark", "", 3, "working_days")),
        ("remark",), _LONGER,
    ),
    Question(
        "remark_deputy", "Замечания заместителя директора",
        "В какой срок устраняются замечания заместителя директора?", "term",
        (Term("remark", "", 1, "months"), Term("remark", "", 1, "study_weeks")),
        ("remark",), _LONGER,
    ),
    Question(
        "printout", "Распечатка родителям",
        "Как часто распечатку отметок получают родители, которые не пользуются дневником?", "often", _OFTEN[1:],
    ),
    Question(
        "class_teacher_check", "Контроль классного руководителя",
        "Как часто классный руководитель проверяет, заполнен ли журнал его класса?", "often", _OFTEN[:2],
    ),
    Question(
        "analysis", "Анализ журналов", "Как часто проводится анализ ведения журналов для учителей?", "often",
        (Often("week"), Often("week", 1), Often("month")),
    ),
    Question(
        "deputy_check", "Контроль заместителя директора",
        "Как часто заместитель директора проверяет ведение журналов?", "often",
        (Often("week"), Often("month"), Often("period")),
    ),
)  # fmt: skip
QUESTIONS = {question.id: question for question in _DECLARED}
"""Questions by id, in the order in which they are asked."""

_DEMANDED = (
    ("topic_plan", "Тема по планированию", "Темы уроков соответствуют тематическому планированию?"),
    ("work_type", "Вид работы", "Указывается вид работы, за которую выставлена отметка?"),
    ("work_names", "Название работы", "Записываются темы контрольных, практических, лабораторных работ и экскурсий?"),
    ("homework_text", "Содержание задания", "Домашнее задание записывается содержательно (страницы, номера)?"),
    ("language", "Язык записей", "Записи ведутся на русском языке?"),
    ("regular_marks", "Регулярность отметок", "Отметки по предмету выставляются систематически?"),
    ("mark_norm", "Норма отметок", "Сказано, сколько отметок нужно ученику за период?"),
    ("plan_hours", "Часы планирования", "Часы тематического планирования соответствуют учебному плану?"),
    ("plan_approved", "Планирование до начала года", "Тематическое планирование составляется до начала учебного года?"),
    ("programme", "Прохождение программы", "Программа проходится полностью и в срок?"),
    ("subgroup_records", "Записи подгрупп", "Каждый учитель подгруппы ведёт свои записи?"),
    ("subgroup_members", "Состав подгрупп", "Состав подгрупп определён?"),
    ("control_works", "Контрольные работы", "Контрольные и проверочные работы проводятся?"),
    ("objective_marks", "Объективность отметок", "Отметка за период соответствует текущим отметкам?"),
    ("substitution_rows", "Запись замен", "Замены уроков записываются в журнал?"),
    ("facts", "Соответствие фактам", "Записи журнала соответствуют проведённым урокам?"),
    ("validity", "Достоверность данных", "Проверяется достоверность вносимых данных?"),
    ("attendance_page", "Страница «Посещаемость»", "Классный руководитель ведёт страницу «Посещаемость»?"),
    ("rosters", "Списки классов", "Списки классов достоверны?"),
    ("no_pupil_access", "Журнал без учеников", "Ученики к работе с журналом не допускаются?"),
    ("timetable", "Расписание в журнале", "Расписание внесено на весь учебный период?"),
    ("work_calendar", "График контрольных работ", "Контрольные работы распределяются по графику?"),
)  # fmt: skip
DEMANDS = {name: Question(name, label, text, "yes_no", _YES_OR_NO) for name, label, text in _DEMANDED}
"""What a regulation may ask for without a term, by id. It is not asked about: a profile or the file says it, and where
nothing is said a check by it is no remark."""
KNOWN = QUESTIONS | DEMANDS
"""All that a regulation file may answer."""
