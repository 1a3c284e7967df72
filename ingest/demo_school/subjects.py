"""What is taught: subjects, weekly hours by grade, kinds of work, and where topics of a plan come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """A subject with its habits.

    graded: marks, credit or none. written: share of a work that is written (0 = oral and practical only).
    family: teachers of one family teach all its subjects. printed_b, printed_c: names in the printed layouts.
    split: classes are taught in two subgroups (`half`, or `sex` for boys and girls). easy: shift of ability.
    """

    subject_id: str
    name: str
    family: str
    area: str
    graded: str = "marks"
    works: tuple[str, ...] = ()
    uses_weights: bool = False
    threshold: float = 0.5
    split: str = ""
    easy: float = 0.0
    printed_b: str = ""
    printed_c: str = ""


SUBJECTS = (
    Subject(
        "s01",
        "Русский язык",
        "philology",
        "Русский язык и литература",
        works=("dictation", "test", "control"),
        uses_weights=True,
        easy=-0.15,
    ),
    Subject("s02", "Литературное чтение", "primary", "Русский язык и литература", works=("test",), easy=0.1),
    Subject("s03", "Литература", "philology", "Русский язык и литература", works=("essay", "test"), easy=0.05),
    Subject(
        "s04",
        "Английский язык",
        "english",
        "Иностранные языки",
        works=("test", "control"),
        split="half",
        printed_b="Ин.яз./Английский язык",
        printed_c="Иностранный язык (английский)",
    ),
    Subject("s05", "Немецкий язык", "german", "Иностранные языки", works=("test", "control")),
    Subject(
        "s06",
        "Математика",
        "maths",
        "Математика и информатика",
        works=("selfwork", "test", "control"),
        uses_weights=True,
        easy=-0.15,
    ),
    Subject(
        "s07",
        "Алгебра",
        "maths",
        "Математика и информатика",
        works=("selfwork", "control"),
        uses_weights=True,
        easy=-0.25,
    ),
    Subject(
        "s08",
        "Геометрия",
        "maths",
        "Математика и информатика",
        works=("selfwork", "control"),
        uses_weights=True,
        easy=-0.25,
    ),
    Subject("s09", "Вероятность и статистика", "maths", "Математика и информатика", works=("selfwork",)),
    Subject("s10", "Информатика", "informatics", "Математика и информатика", works=("test",), split="half", easy=0.15),
    Subject("s11", "История", "history", "Общественно-научные предметы", works=("test",)),
    Subject("s12", "Обществознание", "history", "Общественно-научные предметы", works=("test",)),
    Subject("s13", "География", "geography", "Общественно-научные предметы", works=("lab", "test")),
    Subject("s14", "Окружающий мир", "primary", "Естественно-научные предметы", works=("test",), easy=0.1),
    Subject("s15", "Биология", "biology", "Естественно-научные предметы", works=("lab", "test")),
    Subject(
        "s16",
        "Физика",
        "physics",
        "Естественно-научные предметы",
        works=("lab", "selfwork", "control"),
        uses_weights=True,
        threshold=0.6,
        easy=-0.25,
    ),
    Subject(
        "s17",
        "Химия",
        "chemistry",
        "Естественно-научные предметы",
        works=("lab", "control"),
        uses_weights=True,
        threshold=0.6,
        easy=-0.2,
    ),
    Subject("s18", "Изобразительное искусство", "art", "Искусство", easy=0.6, printed_b="ИЗО"),
    Subject("s19", "Музыка", "music", "Искусство", easy=0.7),
    Subject("s20", "Труд (технология)", "technology", "Технология", split="sex", easy=0.5),
    Subject("s21", "Физическая культура", "sport", "Физическая культура", easy=0.55, printed_b="Физкультура"),
    Subject("s22", "Основы безопасности и защиты Родины", "sport", "ОБЗР", works=("test",), easy=0.3, printed_b="ОБЗР"),
    Subject("s23", "Основы религиозных культур и светской этики", "primary", "ОРКСЭ", graded="none"),
    Subject("s24", "Индивидуальный проект", "informatics", "Проектная деятельность", graded="credit"),
    Subject("s25", "Разговоры о важном", "home", "Внеурочная деятельность", graded="none"),
)
BY_ID = {subject.subject_id: subject for subject in SUBJECTS}
HOME_HOUR = "s25"
SPORT = "s21"
TECHNOLOGY = "s20"
ENGLISH = "s04"
GERMAN = "s05"

_HOURS = {
    1: "s01:5 s02:4 s06:4 s14:2 s18:1 s19:1 s20:1 s21:2 s25:1",
    2: "s01:5 s02:4 s06:4 s04:2 s14:2 s18:1 s19:1 s20:1 s21:2 s25:1",
    3: "s01:5 s02:4 s06:4 s04:2 s14:2 s18:1 s19:1 s20:1 s21:2 s25:1",
    4: "s01:5 s02:3 s06:4 s04:2 s14:2 s23:1 s18:1 s19:1 s20:1 s21:2 s25:1",
    5: "s01:5 s03:3 s04:3 s06:5 s11:2 s13:1 s15:1 s18:1 s19:1 s20:2 s21:2 s25:1",
    6: "s01:6 s03:3 s04:3 s06:5 s11:2 s12:1 s13:1 s15:1 s18:1 s19:1 s20:2 s21:2 s25:1",
    7: "s01:4 s03:2 s04:3 s07:3 s08:2 s09:1 s10:1 s11:2 s12:1 s13:2 s15:1 s16:2 s18:1 s19:1 s20:2 s21:2 s25:1",
    8: "s01:3 s03:2 s04:3 s07:3 s08:2 s09:1 s10:1 s11:2 s12:1 s13:2 s15:2 s16:2 s17:2 s19:1 s20:1 s21:2 s22:1 s25:1",
    9: "s01:3 s03:3 s04:3 s07:3 s08:2 s09:1 s10:1 s11:2 s12:1 s13:2 s15:2 s16:3 s17:2 s20:1 s21:2 s22:1 s25:1",
    10: "s01:2 s03:3 s04:3 s07:4 s08:2 s09:1 s10:1 s11:2 s12:2 s13:1 s15:1 s16:2 s17:1 s21:2 s22:1 s24:1 s25:1",
    11: "s01:2 s03:3 s04:3 s07:4 s08:2 s09:1 s10:1 s11:2 s12:2 s13:1 s15:1 s16:2 s17:1 s21:2 s22:1 s24:1 s25:1",
}
HOURS: dict[int, dict[str, int]] = {
    grade: {pair.split(":")[0]: int(pair.split(":")[1]) for pair in line.split()} for grade, line in _HOURS.items()
}
PRIMARY_SUBJECTS = ("s01", "s02", "s06", "s14", "s18", "s20", "s23")
SHIFT_OF_GRADE = {1: 1, 2: 2, 3: 2, 4: 1, 5: 1, 6: 2, 7: 2, 8: 1, 9: 1, 10: 1, 11: 1}
WEEK_DAYS_OF_GRADE = {grade: 5 if grade <= 5 else 6 for grade in range(1, 12)}


@dataclass(frozen=True)
class WorkType:
    """A kind of work: who sees it written down, and how heavy its mark weighs."""

    work_type: str
    name: str
    is_written: bool
    is_oral: bool
    is_control: bool
    weight: float
    difficulty: float


WORK_TYPES = (
    WorkType("answer", "Ответ на уроке", is_written=False, is_oral=True, is_control=False, weight=1, difficulty=0.15),
    WorkType(
        "classwork", "Работа на уроке", is_written=False, is_oral=False, is_control=False, weight=1, difficulty=0.2
    ),
    WorkType(
        "homework", "Домашнее задание", is_written=False, is_oral=False, is_control=False, weight=1, difficulty=0.1
    ),
    WorkType(
        "selfwork",
        "Самостоятельная работа",
        is_written=True,
        is_oral=False,
        is_control=False,
        weight=2,
        difficulty=-0.2,
    ),
    WorkType("test", "Тест", is_written=True, is_oral=False, is_control=False, weight=2, difficulty=-0.1),
    WorkType("dictation", "Диктант", is_written=True, is_oral=False, is_control=False, weight=2, difficulty=-0.25),
    WorkType("essay", "Сочинение", is_written=True, is_oral=False, is_control=False, weight=2, difficulty=-0.05),
    WorkType("lab", "Практическая работа", is_written=True, is_oral=False, is_control=False, weight=1, difficulty=0.15),
    WorkType(
        "control", "Контрольная работа", is_written=True, is_oral=False, is_control=True, weight=3, difficulty=-0.35
    ),
)
WORK_INDEX = {work.work_type: index for index, work in enumerate(WORK_TYPES)}
ORDINARY = ("answer", "classwork", "homework")

_TOPICS = {
    "s01": "Повторение изученного|Текст и его признаки|Состав слова|Правописание корней|Приставки и суффиксы|"
    "Имя существительное|Имя прилагательное|Глагол|Причастие и деепричастие|Наречие|Служебные части речи|"
    "Словосочетание|Простое предложение|Однородные члены|Обособленные члены|Прямая речь|Сложное предложение",
    "s02": "Устное народное творчество|Русские народные сказки|Люблю природу русскую. Осень|Русские писатели|"
    "О братьях наших меньших|Из детских журналов|Писатели детям|Стихи о природе|Былины|Поэтическая тетрадь",
    "s03": "Введение. Книга в жизни человека|Устное народное творчество|Древнерусская литература|Басни|"
    "Лирика А. С. Пушкина|Повесть «Капитанская дочка»|Лирика М. Ю. Лермонтова|Проза Н. В. Гоголя|"
    "Рассказы И. С. Тургенева|Поэзия второй половины XIX века|Проза Л. Н. Толстого|Рассказы А. П. Чехова",
    "s04": "Знакомство и приветствие|Моя семья|Мой день|Школа и школьные предметы|Внешность и характер|"
    "Свободное время|Еда и напитки|Покупки|Времена года|Город и село|Путешествия|Страны изучаемого языка",
    "s05": "Знакомство|Моя семья|Моя школа|Свободное время|Еда и напитки|Времена года|Мой город|Путешествия",
    "s06": "Натуральные числа|Сложение и вычитание|Умножение и деление|Единицы длины|Решение задач|Периметр и площадь|"
    "Уравнения|Обыкновенные дроби|Десятичные дроби|Проценты|Углы и треугольники|Отношения и пропорции",
    "s07": "Числовые выражения|Выражения с переменными|Линейные уравнения|Функции и графики|Степень числа|Одночлены|"
    "Многочлены|Формулы сокращённого умножения|Квадратные корни|Квадратные уравнения|Неравенства|Прогрессии",
    "s08": "Прямая и отрезок|Смежные и вертикальные углы|Признаки равенства треугольников|Медианы, биссектрисы, высоты|"
    "Параллельные прямые|Сумма углов треугольника|Четырёхугольники|Площади фигур|Теорема Пифагора|Окружность",
    "s09": "Представление данных|Таблицы и диаграммы|Среднее и медиана|Случайная изменчивость|Графы|"
    "Вероятность события",
    "s10": "Информация и её свойства|Кодирование информации|Системы счисления|Логические выражения|Алгоритмы|Циклы|"
    "Электронные таблицы|Базы данных",
    "s11": "Введение в предмет|Первобытное общество|Древний Восток|Античный мир|Средние века|Русь в IX–XII веках|"
    "Московское государство|Эпоха Петра I|Россия в XIX веке|Реформы и их итоги|Первая половина XX века",
    "s12": "Человек и общество|Деятельность человека|Семья|Право и закон|Экономика и её роль|Духовная культура|"
    "Политика и власть",
    "s13": "Источники географической информации|План местности|Географическая карта|Литосфера|Гидросфера|Атмосфера|"
    "Природные зоны|Население России|Хозяйство регионов",
    "s14": "Мир вокруг нас|Живая и неживая природа|Вода и воздух|Растения|Животные|Человек и здоровье|Наш край|"
    "Правила безопасности",
    "s15": "Биология – наука о живом|Клетка|Ткани и органы|Бактерии и грибы|Растения|Животные|Кровообращение|Дыхание|"
    "Основы генетики",
    "s16": "Физические величины|Механическое движение|Плотность вещества|Силы в природе|Давление|Работа и мощность|"
    "Тепловые явления|Электрический ток|Закон Ома|Световые явления",
    "s17": "Предмет химии|Чистые вещества и смеси|Строение атома|Периодический закон|Химическая связь|"
    "Простые вещества|Оксиды и кислоты|Реакции обмена|Растворы",
    "s18": "Осенний пейзаж|Натюрморт|Народные промыслы|Портрет|Линия и цвет",
    "s19": "Музыка моего народа|Песня и танец|Инструменты оркестра|Музыкальный образ|Композиторы-классики",
    "s20": "Материалы и инструменты|Разметка деталей|Обработка материалов|Сборка изделия|Проект «Полезная вещь»",
    "s21": "Бег на короткие дистанции|Прыжки в длину|Метание мяча|Кроссовая подготовка|Баскетбол: ведение мяча|"
    "Волейбол: передачи|Гимнастика: акробатика",
    "s22": "Безопасность в быту|Дорожное движение|Пожарная безопасность|Первая помощь|Основы обороны",
    "s23": "Россия – наша Родина|Культура и традиции|Добро и зло|Совесть и долг",
    "s24": "Выбор темы проекта|Цели и задачи|Работа с источниками|План исследования",
    "s25": "День знаний|Наша страна|Труд и профессии|День учителя|Семья и традиции|Герои нашего времени|День отца|"
    "Родной язык",
}
_FACETS = ("", ": решение заданий", ": закрепление", ": практикум", ": обобщение")


def topics(subject_id: str, count: int, start: int) -> list[str]:
    """`count` topics of a subject's plan; `start` moves the beginning, so that grades differ.

    A topic of the list takes several lessons in a row, told apart by what is done with it.
    """
    listed = _TOPICS[subject_id].split("|")
    facets = _FACETS if count > 2 * len(listed) else _FACETS[:3]
    return [
        listed[(start + n // len(facets)) % len(listed)]
        + facets[n % len(facets)]
        + ("" if n < len(listed) * len(facets) else f" ({n // (len(listed) * len(facets)) + 1})")
        for n in range(count)
    ]
