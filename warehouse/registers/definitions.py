"""The registers of a school: what no export carries and people enter. One list for workbook, command line and ingest.

Headings and hints are Russian data, as the sheets of the workbook are; words of choices stand for canonical values of
`docs/contract.md`. Entries hold names and never ids.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.registers.values import Field

WEEKDAYS = {
    "понедельник": "1", "вторник": "2", "среда": "3", "четверг": "4", "пятница": "5", "суббота": "6",
}  # fmt: skip
_DATES = (
    Field("starts_on", "С какого дня", "date", key=True),
    Field("ends_on", "По какой день", "date", hint="включительно; пусто – и дальше"),
)
_REQUIRED_DATES = (
    Field("starts_on", "С какого дня", "date", key=True, required=True),
    Field("ends_on", "По какой день", "date", hint="включительно; пусто – и дальше"),
)
_GRADES = (
    Field("grade_from", "Параллель от", "grade", key=True, lowest=1, highest=12),
    Field("grade_to", "Параллель до", "grade", lowest=1, highest=12),
)


@dataclass(frozen=True)
class Register:
    """One register: a sheet of the workbook, a kind of entry, one or more canonical tables.

    word: what `zavuch register add` calls an entry, '' where it is kept in the workbook only. about: what it is for
    (Russian). of_year: entries belong to an academic year even where they have no dates. together: fields that stand
    all or not at all.
    """

    name: str
    title: str
    about: str
    tables: tuple[str, ...]
    fields: tuple[Field, ...]
    word: str = ""
    of_year: bool = False
    together: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[Field, ...]:
        """Fields that tell entries apart."""
        return tuple(field for field in self.fields if field.key)

    def field(self, name: str) -> Field:
        """Give a field by its name."""
        return next(field for field in self.fields if field.name == name)


_DECLARED = (
    Register(
        "school_details", "Школа и реквизиты", "Что печатается на документах.", ("school_details",),
        (
            Field("item", "Что", "choice", key=True, required=True, choices={
                "Полное название": "full_name", "Краткое название": "short_name", "Адрес": "address",
                "Населённый пункт": "town", "Телефон": "phone", "Электронная почта": "email", "ИНН": "inn",
                "ОГРН": "ogrn", "Директор": "director", "Заместитель директора": "deputy",
                "Ответственный за журнал": "journal_keeper", "Часовой пояс": "timezone",
                "Учебных дней в неделе": "week_days", "Замечания ведём с": "remarks_from",
                "Тихий режим до": "quiet_until",
            }),
            Field("value", "Значение", "text", required=True),
        ),
    ),
    Register(
        "classes", "Классы и классные руководители",
        "Классы года, их смены и классные руководители. Сменился руководитель – новая строка с датой.",
        ("classes", "class_teachers"),
        (
            Field("class", "Класс", "class", key=True, required=True),
            Field("shift", "Смена", "int", lowest=1, highest=3),
            Field("week_days", "Учебных дней в неделе", "int", lowest=5, highest=6),
            Field("teacher", "Классный руководитель", "teacher", hint="фамилия, имя, отчество полностью"),
            *_DATES,
        ),
        of_year=True,
    ),
    Register(
        "enrollments", "Ученики", "Кто в каком классе учится. Выбыл или перешёл – дата в последнем столбце.",
        ("pupils", "enrollments"),
        (
            Field("pupil", "Ученик", "pupil", key=True, required=True, hint="фамилия, имя, отчество полностью"),
            Field("class", "Класс", "class", key=True, required=True),
            Field("form", "Форма обучения", "choice", choices={
                "в школе": "school", "на дому": "home", "семейная": "family"}),
            Field("individual_plan", "Индивидуальный план", "bool"),
            *_DATES,
        ),
        of_year=True,
    ),
    Register(
        "teaching_assignments", "Учителя и нагрузка",
        "Кто какой предмет в каком классе ведёт. Сменился учитель – закройте прежнюю строку и добавьте новую.",
        ("teachers", "teaching_assignments"),
        (
            Field("teacher", "Учитель", "teacher", key=True, required=True, hint="фамилия, имя, отчество полностью"),
            Field("subject", "Предмет", "subject", key=True, required=True),
            Field("class", "Класс", "class", key=True, required=True),
            Field("subgroup", "Подгруппа", "subgroup", key=True),
            *_DATES,
        ),
        of_year=True,
    ),
    Register(
        "subgroup_members", "Подгруппы", "Кто в какой подгруппе занимается.",
        ("subgroups", "subgroup_classes", "subgroup_members"),
        (
            Field("class", "Класс", "class", key=True, required=True),
            Field("subject", "Предмет", "subject", key=True),
            Field("subgroup", "Подгруппа", "subgroup", key=True, required=True),
            Field("pupil", "Ученик", "pupil", key=True, required=True),
            *_DATES,
        ),
        of_year=True,
    ),
    Register(
        "grading", "Предметы и система оценивания",
        "Как оценивается предмет в каких параллелях. Чего здесь нет, о том судят по отметкам.",
        ("subjects", "grading"),
        (
            Field("subject", "Предмет", "subject", key=True, required=True),
            *_GRADES,
            Field("graded", "Система", "choice", required=True, choices={
                "отметки": "marks", "зачёт": "credit", "без отметок": "none", "не контролируется": "uncontrolled"}),
            *_DATES,
        ),
    ),
    Register(
        "timetable", "Расписание", "Расписание уроков по дням недели.", ("timetable",),
        (
            Field("class", "Класс", "class", key=True, required=True),
            Field("weekday", "День недели", "choice", key=True, required=True, choices=WEEKDAYS),
            Field("lesson_number", "№ урока", "int", key=True, required=True, lowest=0, highest=15),
            Field("week_parity", "Неделя", "choice", key=True, choices={"нечётная": "odd", "чётная": "even"}),
            Field("subgroup", "Подгруппа", "subgroup", key=True),
            Field("subject", "Предмет", "subject", required=True),
            Field("teacher", "Учитель", "teacher"),
            *_DATES,
        ),
        of_year=True,
    ),
    Register(
        "bells", "Звонки", "Начало и конец уроков. День недели пуст – каждый день; дата – только этот день.",
        ("bells",),
        (
            Field("shift", "Смена", "int", key=True, required=True, lowest=1, highest=3),
            Field("lesson_number", "№ урока", "int", key=True, required=True, lowest=0, highest=15),
            Field("starts_at", "Начало", "time", required=True),
            Field("ends_at", "Конец", "time", required=True),
            Field("weekday", "День недели", "choice", key=True, choices=WEEKDAYS),
            Field("date", "Только в этот день", "date", key=True),
            *_GRADES,
            *_DATES,
        ),
    ),
    Register(
        "periods", "Периоды и каникулы", "Четверти, триместры, полугодия, год; каникулы, праздники и переносы.",
        ("periods", "calendar"),
        (
            Field("kind", "Что", "choice", key=True, required=True, choices={
                "четверть": "quarter", "триместр": "trimester", "полугодие": "half_year", "год": "year",
                "каникулы": "vacation", "праздник": "holiday", "учебный день (перенос)": "lesson",
                "дистанционно": "remote", "занятия отменены": "cancelled"}),
            Field("ordinal", "Номер", "int", key=True, lowest=1, highest=6, hint="четверти, триместра, полугодия"),
            Field("starts_on", "С какого дня", "date", key=True, required=True),
            Field("ends_on", "По какой день", "date", required=True),
            *_GRADES,
            Field("classes", "Классы", "classes", key=True, hint="через запятую; пусто – все"),
            Field("order", "Приказ", "text"),
        ),
        of_year=True,
    ),
    Register(
        "curriculum", "Учебный план", "Сколько часов предмета положено классу.", ("curriculum",),
        (
            Field("class", "Класс", "class", key=True, required=True),
            Field("subject", "Предмет", "subject", key=True, required=True),
            Field("subgroup", "Подгруппа", "subgroup", key=True),
            Field("hours_per_week", "Часов в неделю", "float", lowest=0, highest=20),
            Field("hours_per_year", "Часов в год", "float", lowest=0, highest=700),
        ),
        of_year=True,
    ),
    Register(
        "substitutions", "Замены", "Кто кого заменил: за урок отвечает тот, кто его провёл.", ("substitutions",),
        (
            Field("date", "Дата", "date", key=True, required=True),
            Field("lesson_number", "№ урока", "int", key=True, required=True, lowest=0, highest=15),
            Field("class", "Класс", "class", key=True, required=True),
            Field("subject", "Предмет", "subject", key=True, required=True),
            Field("subgroup", "Подгруппа", "subgroup", key=True),
            Field("teacher", "Кого заменяют", "teacher", required=True),
            Field("substitute", "Кто заменяет", "teacher"),
            Field("kind", "Вид", "choice", required=True, choices={
                "замена": "replace", "объединение": "merge", "отмена": "cancel", "перенос": "move"}),
            Field("reason", "Причина", "text"),
        ),
        word="substitution",
    ),
    Register(
        "teacher_absences", "Отсутствие учителей",
        "Больничный, отпуск, командировка: сроки этих дней учителю не засчитываются.", ("teacher_absences",),
        (
            Field("teacher", "Учитель", "teacher", key=True, required=True, hint="фамилия, имя, отчество полностью"),
            *_REQUIRED_DATES,
            Field("reason", "Причина", "text", hint="больничный, командировка, курсы"),
        ),
        word="leave",
    ),
    Register(
        "outages", "Сбои", "Когда журнал был недоступен: сроки, выпавшие на это время, не засчитываются.", ("outages",),
        (
            Field("starts_at", "Начало", "moment", key=True, required=True, hint="06.10.2025 10:30"),
            Field("ends_at", "Конец", "moment", hint="пусто – ещё не устранён"),
            Field("class", "Класс", "class", key=True, hint="пусто – вся школа"),
            Field("subject", "Предмет", "subject", key=True),
        ),
        word="outage",
    ),
    Register(
        "absence_documents", "Документы о пропусках", "Справки и иные документы о причинах пропусков.",
        ("absence_documents",),
        (
            Field("pupil", "Ученик", "pupil", key=True, required=True),
            Field("class", "Класс", "class", key=True, required=True),
            *_REQUIRED_DATES,
            Field("kind", "Документ", "choice", key=True, required=True, choices={
                "справка о болезни": "ill", "уважительная причина": "excused", "иной": "other"}),
            Field("received_at", "Когда принесён", "moment"),
        ),
        word="document",
    ),
    Register(
        "parent_statements", "Заявления родителей",
        "Заявления об отсутствии ученика; кто просит распечатку отметок, потому что не пользуется дневником.",
        ("parent_statements",),
        (
            Field("pupil", "Ученик", "pupil", key=True, required=True),
            Field("class", "Класс", "class", key=True, required=True),
            *_REQUIRED_DATES,
            Field("kind", "О чём", "choice", required=True, choices={
                "семейные обстоятельства": "family", "болезнь": "ill", "соревнования, конкурс": "contest",
                "распечатка отметок": "printout", "иное": "other"}),
        ),
        word="application",
    ),
    Register(
        "print_issues", "Выданные распечатки", "Кому из подавших заявление выдана распечатка отметок, за какую неделю.",
        ("print_issues",),
        (
            Field("pupil", "Ученик", "pupil", key=True, required=True),
            Field("class", "Класс", "class", key=True, required=True),
            Field("week", "За какую неделю", "date", key=True, required=True, hint="любой её день", whole_week=True),
            Field("issued_on", "Когда выдана", "date", required=True),
        ),
        word="printout",
    ),
    Register(
        "releases", "Освобождения от предмета", "Кто от какого предмета освобождён: отметок от него не ждут.",
        ("releases",),
        (
            Field("pupil", "Ученик", "pupil", key=True, required=True),
            Field("class", "Класс", "class", key=True, required=True),
            Field("subject", "Предмет", "subject", key=True, hint="пусто – от всех"),
            *_REQUIRED_DATES,
        ),
        word="release",
    ),
    Register(
        "exclusions", "Исключённые дни", "Экскурсии, праздники, карантин: эти уроки не проверяются.", ("exclusions",),
        (
            Field("date_from", "С какого дня", "date", key=True, required=True),
            Field("date_to", "По какой день", "date", required=True),
            Field("class", "Класс", "class", key=True, hint="пусто – вся школа"),
            Field("teacher", "Учитель", "teacher", key=True),
            Field("lesson_numbers", "№ уроков", "text", key=True, hint="через запятую; пусто – все"),
            Field("reason", "Причина", "text", required=True),
            Field("order", "Приказ", "text"),
        ),
        word="excursion",
    ),
    Register(
        "orders", "Приказы", "Приказы, на которые ссылаются документы.", ("orders",),
        (
            Field("order_no", "Номер", "text", key=True, required=True),
            Field("signed_on", "Дата", "date", key=True, required=True),
            Field("title", "О чём", "text", required=True),
        ),
    ),
    Register(
        "objections", "Возражения",
        "Учитель возражает на замечание, заместитель директора снимает его или оставляет. Снятое не считается.",
        ("objections",),
        (
            Field("finding", "Код замечания", "finding", key=True, required=True,
                  hint="последний столбец списка «Все замечания»"),
            Field("made_on", "Когда подано", "date", key=True, required=True),
            Field("teacher", "Учитель", "teacher", required=True, hint="кто возражает"),
            Field("reason", "Что возражает", "text", required=True),
            Field("answer", "Решение", "choice", hint="пусто – ответа ещё нет", choices={
                "снято": "withdrawn", "оставлено": "kept"}),
            Field("answer_text", "Пояснение к решению", "text", hint="обязательно, если есть решение"),
            Field("answered_on", "Когда решено", "date"),
        ),
        word="objection", together=("answer", "answer_text"),
    ),
)  # fmt: skip
DETAILS: dict[str, Field] = {
    "week_days": Field("value", "Значение", "int", lowest=5, highest=6),
    "remarks_from": Field("value", "Значение", "date"),
    "quiet_until": Field("value", "Значение", "date"),
}
"""What a value of `school_details` must be, where it is more than a text; kept as text."""

REGISTERS: dict[str, Register] = {register.name: register for register in _DECLARED}
WORDS: dict[str, Register] = {register.word: register for register in _DECLARED if register.word}
