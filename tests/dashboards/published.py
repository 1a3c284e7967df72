"""A made-up published school: the prepared tables of one version, big enough to look at and cheap to build.

It shares no code with the pipeline: it only writes the columns that the pages are promised.
"""

from __future__ import annotations

import json
import math
import random
import sqlite3
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import polars as pl
from argon2 import PasswordHasher

from warehouse.accounts import Accounts, ClassRef, Role
from warehouse.files import write_atomically
from warehouse.publish import Published, current, note_failure

SCHOOL = "demo"
SCHOOL_NAME = "МБОУ СОШ № 1 г. Образцова (демо)"
YEAR = "2025/2026"
PERIOD = "2025-q1"
PERIOD_KEY = "quarter-1"
FIRST_DAY = date(2025, 9, 1)
LAST_DAY = date(2025, 10, 24)
AS_OF = datetime.fromisoformat("2025-10-24T23:50")

SURNAMES = [
    "Алексеев",
    "Белов",
    "Виноградов",
    "Громов",
    "Давыдов",
    "Ершов",
    "Журавлёв",
    "Зайцев",
    "Игнатьев",
    "Калинин",
    "Лазарев",
    "Макаров",
    "Назаров",
    "Орлов",
    "Панин",
    "Родионов",
    "Савин",
    "Титов",
    "Ушаков",
    "Фомин",
    "Харитонов",
    "Чернов",
    "Широков",
    "Щукин",
    "Юдин",
    "Яковлев",
    "Беляев",
    "Воронин",
    "Голубев",
    "Денисов",
]
BOYS = [
    "Артём",
    "Борис",
    "Глеб",
    "Денис",
    "Егор",
    "Иван",
    "Кирилл",
    "Лев",
    "Максим",
    "Никита",
    "Пётр",
    "Роман",
    "Семён",
    "Тимур",
    "Фёдор",
]
GIRLS = [
    "Алина",
    "Вера",
    "Дарья",
    "Ева",
    "Жанна",
    "Злата",
    "Ирина",
    "Кира",
    "Лиза",
    "Мария",
    "Нина",
    "Ольга",
    "Полина",
    "Софья",
    "Юлия",
]
SUBJECTS = {
    "Русский язык": (1, 11),
    "Литература": (5, 11),
    "Математика": (1, 6),
    "Алгебра": (7, 11),
    "Геометрия": (7, 11),
    "Английский язык": (2, 11),
    "История": (5, 11),
    "Обществознание": (6, 11),
    "География": (5, 11),
    "Биология": (5, 11),
    "Физика": (7, 11),
    "Химия": (8, 11),
    "Информатика": (7, 11),
    "Окружающий мир": (1, 4),
    "Литературное чтение": (1, 4),
    "Технология": (1, 8),
    "Музыка": (1, 7),
    "Физкультура": (1, 11),
}
RULES = {
    "topic_filled": ("Тема урока", "remark", "п. 2.7", "Тема урока записывается в день его проведения"),
    "ordinary_mark": ("Отметка за урок", "remark", "п. 2.6", "Отметки за устный ответ выставляются в день урока"),
    "written_marks": ("Отметки за письменную работу", "remark", "п. 2.6", "К следующему уроку по предмету"),
    "marks_below_norm": ("Мало отметок", "remark", "", ""),
    "marks_gap": ("Нет отметок долго", "remark", "", ""),
    "lesson_without_records": ("Урок без записей", "check", "", ""),
    "day_absent_but_one": ("Весь день «н», кроме одного урока", "check", "", ""),
    "period_mark_missing": ("Нет отметки за период", "remark", "п. 2.6", "В последнюю неделю периода"),
}
TIMELINESS = ("topic_filled", "ordinary_mark", "written_marks")


@dataclass
class School:
    """Classes, pupils and teachers of the made-up school."""

    seed: int = 1
    letters: str = "АБ"
    pupils_a_class: int = 27
    judged: float = 0.82
    as_of: datetime = AS_OF
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311
        self.classes = [(grade, letter) for grade in range(1, 12) for letter in self.letters]
        self.teachers = [
            f"{self.chance.choice(SURNAMES)}а {a}. {b}."
            for a, b in zip("АБВГДЕИКЛМНОПРСТ", "ПСВАНИОЛРТГДЕМКБ", strict=True)
        ] + [f"{self.chance.choice(SURNAMES)}а {a}. {b}." for a, b in zip("ВГЕЗИКЛМНО", "ЮАВГДЕЖЗИК", strict=True)]
        self.pupils = {
            f"{grade}{letter}": sorted(
                f"{surname}а {self.chance.choice(GIRLS)}" if index % 2 else f"{surname} {self.chance.choice(BOYS)}"
                for index, surname in enumerate(
                    self.chance.sample(SURNAMES, min(len(SURNAMES), self.pupils_a_class + self.chance.randint(-4, 2)))
                )
            )
            for grade, letter in self.classes
        }
        self.leads = {
            (f"{grade}{letter}", subject): self.teachers[(index * 7 + grade) % len(self.teachers)]
            for grade, letter in self.classes
            for index, subject in enumerate(SUBJECTS)
        }
        self.habits = {teacher: self.chance.betavariate(2, 9) for teacher in self.teachers}

    def subjects(self, grade: int) -> list[str]:
        """Subjects of a grade."""
        return [name for name, (low, high) in SUBJECTS.items() if low <= grade <= high]

    def days(self) -> list[date]:
        """School days (five-day week)."""
        span = (LAST_DAY - FIRST_DAY).days + 1
        return [d for d in (FIRST_DAY + timedelta(days=n) for n in range(span)) if d.weekday() < 5]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A naive moment of a day."""
    return datetime.combine(day, time(hour, minute))


def week_start(day: date) -> date:
    """Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def findings(school: School) -> list[dict[str, object]]:
    """Lessons and pupils with something to look at."""
    rows: list[dict[str, object]] = []
    chance = school.chance
    for grade, letter in school.classes:
        name = f"{grade}{letter}"
        for subject in school.subjects(grade):
            teacher = school.leads[name, subject]
            habit = school.habits[teacher]
            for number in range(
                chance.choices(range(9), weights=[9, 3 + 20 * habit, 3, 2, 1 + 8 * habit, 1, 1, 1, 1])[0]
            ):
                rule = chance.choices(list(RULES), weights=[9, 5, 4, 2, 1, 2, 1, 1])[0]
                title, severity, clause, quote = RULES[rule]
                day = chance.choice(school.days())
                timed = rule in TIMELINESS
                verdict = chance.choices(["late", "missing", "undetermined"], [5, 3, 2])[0] if timed else "violated"
                due = moment(day, 23, 59) if timed else None
                after = moment(day, 23, 50) if verdict == "late" else None
                by = after + timedelta(hours=7 + 24 * chance.randint(0, 4), minutes=10) if after else None
                excused = timed and chance.random() < 0.12
                pupil = (
                    chance.choice(school.pupils[name]) if rule in ("marks_below_norm", "day_absent_but_one") else None
                )
                rows.append(
                    {
                        "school_id": SCHOOL,
                        "academic_year": YEAR,
                        "finding_id": f"{rule}|{name}|{subject}|{day}|{number}",
                        "rule": rule,
                        "rule_title": title,
                        "severity": severity,
                        "class_id": name,
                        "class_name": name,
                        "subject_id": subject.casefold(),
                        "subject_name": subject,
                        "teacher_id": teacher,
                        "teacher_name": teacher,
                        "pupil_id": f"p-{pupil}" if pupil else "",
                        "pupil_name": pupil or "",
                        "date": day,
                        "lesson_number": chance.randint(1, 6),
                        "due_at": due,
                        "entered_after": after,
                        "entered_by": by,
                        "observed_until": school.as_of,
                        "delay_min_low": 0 if verdict == "late" else None,
                        "delay_min_high": int((by - due).total_seconds() // 60) if by and due else None,
                        "verdict": verdict,
                        "status": "excused" if excused else verdict,
                        "excuse": chance.choice(["больничный", "сбой системы 09.10"]) if excused else "",
                        "clause": clause,
                        "quote": quote,
                        "finding": {
                            "late": f"{title}: внесено позже срока",
                            "missing": f"{title}: на момент выгрузки нет",
                            "undetermined": f"{title}: по этим выгрузкам нельзя сказать, в срок ли",
                            "violated": title,
                        }[verdict],
                        "week_start": week_start(day),
                        "is_remark": True,
                    }
                )
    return rows


def timeliness(school: School) -> list[dict[str, object]]:
    """Teacher × week × rule."""
    rows: list[dict[str, object]] = []
    chance = school.chance
    for teacher in sorted(set(school.leads.values())):
        for day in sorted({week_start(each) for each in school.days()}):
            for rule in TIMELINESS:
                due = chance.randint(6, 24) // (1 if rule == "topic_filled" else 2)
                judged = min(due, round(due * min(1.0, chance.gauss(school.judged, 0.08))))
                bad = sum(chance.random() < school.habits[teacher] for _ in range(judged))
                missing = min(bad, bad // 3)
                excused = 1 if bad > missing and chance.random() < 0.15 else 0
                low = (judged - bad) / due if due else None
                rows.append(
                    {
                        "school_id": SCHOOL,
                        "academic_year": YEAR,
                        "teacher_id": teacher,
                        "teacher_name": teacher,
                        "week_start": day,
                        "rule": rule,
                        "rule_title": RULES[rule][0],
                        "n_due": due,
                        "n_judged": judged,
                        "in_time": judged - bad,
                        "late": bad - missing - excused,
                        "missing": missing,
                        "undetermined": due - judged,
                        "no_data": 0,
                        "excused": excused,
                        "share_judged": judged / due if due else None,
                        "share_in_time_low": low,
                        "share_in_time_high": (judged - bad + due - judged) / due if due else None,
                    }
                )
    return rows


def fill_grid(school: School, found: list[dict[str, object]]) -> list[dict[str, object]]:
    """Class × subject."""
    rows: list[dict[str, object]] = []
    for grade, letter in school.classes:
        name = f"{grade}{letter}"
        for subject in school.subjects(grade):
            mine = [each for each in found if each["class_id"] == name and each["subject_name"] == subject]
            due = school.chance.randint(16, 40)
            rows.append(
                {
                    "school_id": SCHOOL,
                    "academic_year": YEAR,
                    "class_id": name,
                    "class_name": name,
                    "grade": grade,
                    "letter": letter,
                    "subject_id": subject.casefold(),
                    "subject_name": subject,
                    "lessons_due": due,
                    "not_filled": sum(
                        e["verdict"] in ("missing", "violated") and e["severity"] == "remark" for e in mine
                    ),
                    "late": sum(e["verdict"] == "late" for e in mine),
                    "undetermined": sum(e["verdict"] == "undetermined" for e in mine),
                    "no_data": due if grade == 11 and subject == "Химия" else 0,
                    "checks": sum(e["severity"] == "check" for e in mine),
                }
            )
    return rows


def coverage(school: School) -> list[dict[str, object]]:
    """What the classes' exports feed: two classes come from a print without topics."""
    return [
        {
            "school_id": SCHOOL,
            "academic_year": YEAR,
            "class_id": f"{grade}{letter}",
            "class_name": f"{grade}{letter}",
            "rule": rule,
            "rule_title": title,
            "is_fed": not (grade == 10 and rule in ("topic_filled", "lesson_without_records")),
            "needs": ""
            if grade != 10 or rule not in ("topic_filled", "lesson_without_records")
            else "этой выгрузкой не проверяется: нужна выгрузка с темами уроков",
        }
        for grade, letter in school.classes
        for rule, (title, *_rest) in RULES.items()
    ]


def attendance(school: School) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Map of days, and absences by reason."""
    days, reasons = [], []
    chance = school.chance
    for grade, letter in school.classes:
        name = f"{grade}{letter}"
        for pupil in school.pupils[name]:
            key = {
                "school_id": SCHOOL,
                "academic_year": YEAR,
                "class_id": name,
                "pupil_id": f"p-{name}-{pupil}",
                "pupil_name": pupil,
            }
            frail, ill_until = chance.betavariate(1, 9), FIRST_DAY
            missed = missed_days = late = 0
            kinds = dict.fromkeys(("ill", "excused", "unexcused", "unknown_reason"), 0)
            for day in school.days():
                lessons = 4 + min(grade // 3, 3)
                if chance.random() < frail * 0.12:
                    ill_until = day + timedelta(days=chance.randint(1, 6))
                gone = lessons if day < ill_until else chance.choices([0, 1, 2], [96, 3, 1])[0]
                blank = 1 if chance.random() < 0.01 else 0
                tardy = 1 if chance.random() < 0.02 else 0
                missed += gone
                missed_days += gone == lessons
                late += tardy
                if gone:
                    kinds["ill" if gone == lessons else chance.choice(["excused", "unexcused", "unknown_reason"])] += (
                        gone
                    )
                symbol = "н" if gone == lessons else str(gone) if gone else "·" if blank else ""
                days.append(
                    {
                        **key,
                        "date": day,
                        "lessons": lessons,
                        "missed": gone,
                        "late": tardy,
                        "not_recorded": blank,
                        "symbol": symbol,
                    }
                )
            expected = len(school.days()) * (4 + min(grade // 3, 3))
            reasons.append(
                {
                    **key,
                    "period_id": PERIOD,
                    "period_name": "I четверть",
                    "lessons_expected": expected,
                    "missed": missed,
                    **kinds,
                    "late": late,
                    "days_missed": missed_days,
                    "attendance_rate": 1 - missed / expected,
                    "share_stated": 0.31,
                    "share_implied": 0.67,
                    "share_not_recorded": 0.02,
                }
            )
    return days, reasons


def progress(school: School) -> tuple[list[dict[str, object]], list[dict[str, object]], list[dict[str, object]]]:
    """Marks of pupils, the forecast of classes, and marks on the edge."""
    rows, edge, classes = [], [], []
    chance = school.chance
    for grade, letter in school.classes:
        name = f"{grade}{letter}"
        quality: list[bool] = []
        n_edge = 0
        for pupil in school.pupils[name]:
            ability, good = chance.gauss(4.0, 0.45), True
            for subject in school.subjects(grade):
                if grade == 1:
                    continue
                n = chance.randint(2, 11)
                marks = [min(5, max(2, round(chance.gauss(ability, 0.7)))) for _ in range(n)]
                mean = sum(marks) / n
                base, rest = math.floor(mean), mean - math.floor(mean)
                computed = base + (rest >= 0.5)
                p_up = 1 / (1 + math.exp(-(rest - 0.5) * 9))
                forecast = computed if n >= 3 else None
                good = good and (forecast or 4) >= 4
                key = {
                    "school_id": SCHOOL,
                    "academic_year": YEAR,
                    "class_id": name,
                    "pupil_id": f"p-{name}-{pupil}",
                    "pupil_name": pupil,
                    "subject_id": subject.casefold(),
                    "subject_name": subject,
                    "period_id": PERIOD,
                    "period_name": "I четверть",
                }
                rows.append(
                    {
                        **key,
                        "n_marks": n,
                        "mean_mark": mean,
                        "weighted_mean": mean + chance.gauss(0, 0.05),
                        "computed_mark": computed,
                        "computed_explained": f"({' + '.join(map(str, marks))}) / {n} = {mean:.2f}".replace(".", ",")
                        + f" → {computed}",
                        "period_mark": str(computed) if chance.random() < 0.6 else None,
                        "forecast_mark": computed,
                        "set_low": max(2, base),
                        "set_high": min(5, base + 1) if 0.3 < rest < 0.7 else computed,
                        "reliability": "данных достаточно" if forecast else "данных мало",
                    }
                )
                if n >= 3 and 0.4 < rest < 0.6 and 2 <= base < 5:
                    n_edge += 1
                    p = dict.fromkeys((2, 3, 4, 5), 0.0)
                    p[base], p[base + 1] = 1 - p_up, p_up
                    edge.append(
                        {
                            **key,
                            "class_name": name,
                            "period_key": PERIOD_KEY,
                            "n_marks": n,
                            "mean_mark": mean,
                            **{f"p{k}": v for k, v in p.items()},
                            "expected_mark": base + p_up,
                            "forecast_mark": computed,
                            "side": "up" if rest < 0.5 else "down",
                            "explanation": f"средняя {mean:.2f} при границе {base},50; отметок {n}".replace(
                                ".", ",", 1
                            ),
                        }
                    )
            quality.append(good)
        if grade == 1:
            continue
        classes.append(
            {
                "school_id": SCHOOL,
                "academic_year": YEAR,
                "class_id": name,
                "class_name": name,
                "grade": grade,
                "period_id": PERIOD,
                "period_name": "I четверть",
                "period_key": PERIOD_KEY,
                "n_pupils": len(quality),
                "n_forecast": (counted := len(quality) - chance.randint(0, 2)),
                "n_counted": counted,
                "expected_quality": (share := sum(quality) / len(quality) * 0.9 + 0.1 * chance.random()),
                "quality_low": max(0.0, share - 0.1),
                "quality_high": min(1.0, share + 0.1),
                "expected_success": min(1.0, 0.9 + 0.1 * chance.random()),
                "success_low": 0.85,
                "success_high": 1.0,
                "n_edge": n_edge,
                "mean_expected": chance.gauss(4.0, 0.12),
                "reliability": chance.choice(["высокая", "средняя", "низкая"]),
            }
        )
    return rows, classes, edge


def forecasts(marks: list[dict[str, object]]) -> list[dict[str, object]]:
    """The forecast of every pair whose mark does not stand yet; the last of each class is on the way to a 2."""
    rows = []
    still_open = [each for each in marks if each["period_mark"] is None and int(str(each["n_marks"])) > 2]
    last_of_class = {row["class_id"]: row for row in still_open}
    for place, row in enumerate(each for each in marks if each["period_mark"] is None):
        mean = float(str(row["mean_mark"]))
        mark = 2 if row is last_of_class[row["class_id"]] else int(str(row["forecast_mark"]))
        near = {0: mark + 1, 1: mark - 1}.get(place % 3, 0)
        close = near if 2 <= near <= 5 else None
        chances = dict.fromkeys((2, 3, 4, 5), 0.02)
        if close:
            chances[close] = 0.3
        chances[mark] = 1 - sum(chance for each, chance in chances.items() if each != mark)
        last = min(5, mark + 1) if place % 4 == 0 else mark
        rows.append(
            {
                **{
                    name: row[name]
                    for name in (
                        *("school_id", "academic_year", "class_id", "pupil_id", "pupil_name", "subject_id"),
                        *("subject_name", "period_id", "period_name", "n_marks", "mean_mark", "reliability"),
                    )
                },
                "forecast_mark": mark,
                "class_name": row["class_id"],
                "close_to": close,
                "words": f"выходит {mark}" + (f", близко к {close}" if close else ""),
                "family_words": "" if mark == 2 else f"выходит {mark}",
                **{f"p{each}": chance for each, chance in chances.items()},
                "p_not_attested": 0.01,
                "set_low": min(mark, close or mark),
                "set_high": max(mark, close or mark),
                "expected_mean": mean,
                "mean_low": max(2.0, mean - 0.4),
                "mean_high": min(5.0, mean + 0.4),
                "reasons": "среднее 4,10 по 7 отметкам, в классе 3,90 (+0,12); последние отметки выше прежних (+0,05)",
                "target_mark": mark + 1 if mark < 5 else None,
                "path": f"до {mark + 1}: нужна одна 5 за контрольную или две 4" if mark < 5 else "по среднему уже 5",
                "is_reachable": True if mark < 5 else None,
                "mark_if_5": min(5, mark + 1),
                "mark_if_4": mark,
                "mark_if_3": max(2, mark - 1),
                "mark_if_2": max(2, mark - 1),
                "last_mark": last,
                "p_fall": sum(chance for each, chance in chances.items() if each < last),
                "is_falling": mark < last,
                "is_at_risk": mark == 2,
                "is_risk_repeated": mark == last == 2,
                "year_mark": mark,
                "year_expected": mean,
                "year_low": mark,
                "year_high": min(5, mark + 1),
                "model_version": "shipped",
            }
        )
    return rows


def forecast_school() -> list[dict[str, object]]:
    """The school, its levels and two grades in the quarter; the oldest grades have half-years."""
    return [
        {
            "school_id": SCHOOL,
            "academic_year": YEAR,
            "period_key": key,
            "period_name": "I четверть" if key == PERIOD_KEY else "I полугодие",
            "scope": scope,
            "scope_id": scope_id,
            "scope_name": name,
            "n_pupils": n,
            "n_counted": n - 1,
            "n_forecast": n - 2,
            "expected_quality": 0.62,
            "quality_low": 0.58,
            "quality_high": 0.66,
            "expected_success": 0.97,
            "success_low": 0.95,
            "success_high": 0.98,
            "n_edge": n // 5,
            "reliability": "достаточная",
        }
        for key, scope, scope_id, name, n in (
            (PERIOD_KEY, "school", "", "школа", 430),
            (PERIOD_KEY, "level", "2-4", "2–4 классы", 150),
            (PERIOD_KEY, "level", "5-9", "5–9 классы", 280),
            (PERIOD_KEY, "grade", "10", "10 классы", 50),
            (PERIOD_KEY, "grade", "7", "7 классы", 54),
            ("half_year-1", "school", "", "школа", 100),
        )
    ]


LAST_YEAR = "2024/2025"


def forecast_quality() -> list[dict[str, object]]:
    """How right the forecast of last year was: enough of everything, but too little of one subject."""
    rows = []
    for phase, right, rounded in ((25, 0.751, 0.592), (50, 0.78, 0.668), (75, 0.82, 0.733), (100, 0.914, 0.834)):
        for grouped_by, value, name, n in (
            ("all", "", "все", 5799),
            ("subject", "физика", "Физика", 612),
            ("subject", "химия", "Химия", 120),
            ("grade", "7", "7 класс", 900),
            ("grade", "10", "10 класс", 640),
            ("history", "none", "прошлых отметок нет", 800),
        ):
            rows.append(
                {
                    "school_id": SCHOOL,
                    "academic_year": LAST_YEAR,
                    "phase": phase,
                    "grouped_by": grouped_by,
                    "group_value": value,
                    "group_name": name,
                    "n": n,
                    "n_periods": 4,
                    "accuracy": right,
                    "rounded_accuracy": rounded,
                    "within_one": 0.998,
                    "bias": -0.02,
                    "ece": 0.005,
                    "coverage": 0.901,
                    "set_size": 1.33,
                }
            )
    return rows


def forecast_calibration() -> list[dict[str, object]]:
    """What was told and what came; of forty per cent too few."""
    return [
        {
            "school_id": SCHOOL,
            "academic_year": LAST_YEAR,
            "phase": phase,
            "told_tenth": tenth,
            "n": 12 if tenth == 4 else 200 * tenth,
            "told": tenth / 10 + 0.05,
            "came": tenth / 10 + 0.04,
        }
        for phase in (25, 50, 75, 100)
        for tenth in range(4, 10)
    ]


def contradictions(school: School) -> list[dict[str, object]]:
    """Days whose lessons tell different stories."""
    texts = (
        "Отмечен «н» на всех уроках дня, кроме одного, и на нём записей нет.",
        "«н» на уроках дня, но на одном из них стоит отметка.",
        "«н» только на 3-м уроке, хотя на уроках до и после стоят отметки.",
    )
    rows = []
    for name, pupils in school.pupils.items():
        for _index in range(school.chance.randint(0, 4)):
            pupil = school.chance.choice(pupils)
            rows.append(
                {
                    "school_id": SCHOOL,
                    "academic_year": YEAR,
                    "class_id": name,
                    "class_name": name,
                    "pupil_id": f"p-{name}-{pupil}",
                    "pupil_name": pupil,
                    "date": school.chance.choice(school.days()),
                    "finding": school.chance.choice(texts),
                }
            )
    return rows


def a_row_a_class(school: School, **told: object) -> list[dict[str, object]]:
    """One row of each class, for reports whose pages are not looked at here."""
    return [
        {"school_id": SCHOOL, "academic_year": YEAR, "class_id": name, "class_name": name, **told}
        for name in school.pupils
    ]


EXPORTS = {
    "journal_csv": "Журнал CSV",
    "studenttotal": "Отчёт об успеваемости и посещаемости ученика",
    "report_card": "Табель успеваемости учащегося",
}


def exports_grid(school: School) -> list[dict[str, object]]:
    """Class × week: one class is exported pupil by pupil, one is behind, one has a gap; grade 10 sends no topics."""
    rows = []
    weeks = sorted({week_start(each) for each in school.days()})
    for grade, letter in school.classes:
        name = f"{grade}{letter}"
        for week in weeks:
            friday = week + timedelta(days=4)
            behind = name == "8А" and week == weeks[-1]
            gap = (name == "6Б" and week == weeks[3]) or (name == "11Б" and week >= weeks[-2])
            kind = "" if gap else "studenttotal" if grade == 7 else "journal_csv"
            through = friday - timedelta(days=2) if behind else week + timedelta(days=6)
            rows.append(
                {
                    "school_id": SCHOOL,
                    "academic_year": YEAR,
                    "class_id": name,
                    "class_name": name,
                    "grade": grade,
                    "week_start": week,
                    "is_vacation": False,
                    "system": "sgo" if kind == "studenttotal" else kind,
                    "export_kind": kind,
                    "export_title": EXPORTS.get(kind, ""),
                    "taken_at": None if gap else moment(friday - timedelta(days=2 if behind else 0), 23, 50),
                    "covered_through": None if gap else through,
                    "is_whole": not gap and not behind,
                    "has_marks": not gap,
                    "has_attendance": not gap,
                    "has_topics": kind == "journal_csv" and grade != 10,
                    "has_homework": kind == "journal_csv" and grade < 10,
                    "n_pupils": len(school.pupils[name]) - (3 if name == "7А" else 0) if grade == 7 else None,
                    "n_class_pupils": len(school.pupils[name]),
                }
            )
    return rows


def drift(school: School) -> list[dict[str, object]]:
    """What the newest exports brought: something of every kind."""
    newest, earlier = school.as_of, school.as_of - timedelta(days=7)

    def row(finding: str, severity: str, **values: object) -> dict[str, object]:
        blank = dict.fromkeys(
            ("class_id", "system", "export_kind", "table_name", "item", "item_before", "pupil_name"), ""
        )
        numbers = dict.fromkeys(("n", "n_of", "n_before"))
        key = {"school_id": SCHOOL, "finding": finding, "severity": severity, "academic_year": YEAR}
        made = key | blank | numbers | {"since": newest, "compared_with": earlier} | values
        return made | {"class_name": made["class_id"], "export_title": EXPORTS.get(str(made["export_kind"]), "")}

    sgo = {"system": "sgo", "export_kind": "studenttotal"}
    csv = {"system": "journal_csv", "export_kind": "journal_csv"}
    came, left = school.pupils["7А"][0], school.pupils["7Б"][-1]
    return [
        row("code_unmapped", "attention", **sgo, class_id="7А", table_name="attendance", item="ДО", n=9),
        row("code_unmapped", "attention", **sgo, class_id="7Б", table_name="attendance", item="ДО", n=3),
        row("column_lost", "attention", **csv, table_name="lessons", item="topic", n=1),
        row("column_lost", "attention", **csv, table_name="lessons", item="topic_entered_at", n=1),
        row("class_maybe_renamed", "attention", **csv, class_id="8К", item="8К", item_before="8Б", n=26, n_of=27),
        row("lessons_below_timetable", "attention", **csv, class_id="9А", item="2025-10-20", n=12, n_before=30),
        row("cells_rejected", "attention", **sgo, table_name="marks", item="Код «Ъ» неизвестен.", n=4, n_of=2),
        row("pupil_came", "note", **csv, class_id="7А", item="p1", pupil_name=came, n=1, n_of=27, n_before=26),
        row("pupil_left", "note", **csv, class_id="7Б", item="p2", item_before="7А", pupil_name=left, n=1, n_of=25),
        row("code_new", "note", **sgo, class_id="7А", table_name="attendance", item="ОСВ", item_before="released", n=2),
        row("averages", "fine", **sgo, table_name="reported_averages", n=0, n_of=412),
        row("attendance_bare", "fine", table_name="attendance", n=812, n_of=5210, since=None),
        row("lessons_as_timetable", "fine", table_name="lessons", n=150, n_of=151, since=None),
        row("nothing_to_compare", "need", system="ves_klass", export_kind="report_card"),
        row("compared", "fine", **sgo),
        row("compared", "fine", **csv),
    ]


def control_numbers(school: School) -> list[dict[str, object]]:
    """Pupils, marks and absences of each class."""
    return [
        {
            "school_id": SCHOOL,
            "academic_year": YEAR,
            "class_id": f"{grade}{letter}",
            "class_name": f"{grade}{letter}",
            "grade": grade,
            "period_id": PERIOD,
            "period_name": "1 четверть",
            "date_from": FIRST_DAY,
            "date_to": LAST_DAY,
            "taken_at": school.as_of,
            "n_pupils": len(school.pupils[f"{grade}{letter}"]),
            "n_marks": 0 if grade == 1 else 1200 + 10 * grade,
            "n_debts": 4 if grade == 7 else 0,
            "n_absences": 150 + grade,
        }
        for grade, letter in school.classes
    ]


def objections() -> list[dict[str, object]]:
    """Three rules that teachers objected to; of one of them too much was taken back."""

    def row(
        rule: str, question: str, findings: int, still: int, kept: int, withdrawn: int, **more: object
    ) -> dict[str, object]:
        return {
            "school_id": SCHOOL,
            "academic_year": YEAR,
            "rule": rule,
            "rule_title": RULES[rule][0],
            "n_findings": findings,
            "n_objected": still + kept + withdrawn,
            "n_open": still,
            "n_kept": kept,
            "n_withdrawn": withdrawn,
            "share_withdrawn": withdrawn / findings,
            "is_proposed_off": withdrawn / findings > 0.1 and kept + withdrawn >= 5,
            "question": question,
            "when_not_said": "guideline",
            "n_rules": 1,
            "has_own_regulation": False,
        } | more

    return [
        row("topic_filled", "topic", 240, 1, 0, 5, when_not_said="not_set"),
        row("marks_gap", "regular_marks", 18, 2, 0, 0, n_rules=2),
        row("day_absent_but_one", "validity", 36, 0, 1, 9, n_rules=13),
    ]


def regulation_preview() -> list[dict[str, object]]:
    """Topics and written works under two regulations, in two periods; the school goes by the common terms."""

    def row(profile: str, period: str, rule: str, counts: tuple[int, ...]) -> dict[str, object]:
        names = ("n_expected", "n_not_in_time", "n_own_not_in_time", "n_undetermined", "n_not_set", "n_flip_to_late")
        question = {"topic_filled": "topic", "written_marks": "written_mark"}[rule]
        return {
            "school_id": SCHOOL,
            "academic_year": YEAR,
            "profile": profile,
            "period_name": period,
            "starts_on": FIRST_DAY if period == "1 четверть" else date(2025, 11, 5),
            "rule": rule,
            "rule_title": RULES[rule][0],
            "question": question,
            "own_profile": "default",
            **dict(zip(names, counts, strict=True)),
            "n_flip_from_late": counts[2] + counts[5] - counts[1],
        }

    return [
        row("kirishi-2018", "1 четверть", "topic_filled", (1200, 48, 40, 12, 0, 8)),
        row("kirishi-2018", "1 четверть", "written_marks", (60, 2, 9, 1, 0, 0)),
        row("mbou", "1 четверть", "topic_filled", (1200, 40, 40, 12, 0, 0)),
        row("mbou", "1 четверть", "written_marks", (60, 0, 9, 0, 60, 0)),
        row("kirishi-2018", "2 четверть", "topic_filled", (300, 3, 3, 0, 0, 0)),
    ]


def regulation_flips() -> list[dict[str, object]]:
    """A topic of a lesson that would be late, and two marks of one work that would not be."""

    def row(key: str, rule: str, own: str, verdict: str, class_name: str, lesson: int) -> dict[str, object]:
        return {
            "school_id": SCHOOL,
            "academic_year": YEAR,
            "profile": "kirishi-2018",
            "rule": rule,
            "subject_kind": "lesson",
            "subject_key": key,
            "rule_title": RULES[rule][0],
            "class_name": class_name,
            "subject_name": "Физика",
            "date": LAST_DAY,
            "lesson_number": lesson,
            "due_at": datetime.combine(LAST_DAY, time(15, 20)) if verdict == "late" else None,
            "own_status": own,
            "verdict": verdict,
        }

    return [
        row("l1", "topic_filled", "in_time", "late", "10А", 3),
        row("w1", "written_marks", "missing", "not_set", "7Б", 2),
        row("w2", "written_marks", "missing", "not_set", "7Б", 2),
    ]


def source_differences(school: School) -> list[dict[str, object]]:
    """A mark that two sources of 7Б show differently."""
    pupil = school.pupils["7Б"][0]
    return [
        {
            "school_id": SCHOOL,
            "academic_year": YEAR,
            "class_id": "7Б",
            "class_name": "7Б",
            "subject_id": "физика",
            "subject_name": "Физика",
            "date": FIRST_DAY,
            "pupil_id": f"p-7Б-{pupil}",
            "pupil_name": pupil,
            "lesson_id": "",
            "field_group": "marks",
            "leading_source": "journal_csv/other",
            "leading_name": "journal_csv",
            "leading_value": "5",
            "is_in_leading": True,
            "other_source": "sgo/place",
            "other_name": "sgo",
            "other_value": "4",
            "is_in_other": True,
            "place": 1,
        }
    ]


def tables(school: School) -> dict[str, pl.DataFrame]:
    """Every table of the published file that pages read."""
    found = findings(school)
    days, reasons = attendance(school)
    marks, forecast, edge = progress(school)
    status = {
        "school_id": SCHOOL,
        "school_name": SCHOOL_NAME,
        "as_of": school.as_of,
        "n_classes": len(school.classes),
        "n_pupils": sum(map(len, school.pupils.values())),
        "n_teachers": len(set(school.leads.values())),
        "n_lessons": 21480,
        "n_marks": 61234,
        "first_date": FIRST_DAY,
        "last_date": LAST_DAY,
        "judged_share": school.judged,
        "remarks_from": None,
        "quiet_until": FIRST_DAY + timedelta(days=21),
        "is_quiet": False,
    }
    results = [
        ("topics_filled", "Темы уроков заполнены к концу дня", 21480, 212, False),
        ("known_codes", "Все коды посещаемости известны", 8412, 0, True),
        ("averages_agree", "Напечатанные средние равны посчитанным", 5120, 3, False),
        ("unique_lessons", "Каждый урок встречается один раз", 21480, 0, True),
    ]
    return {
        "reports.rpt_school__status": pl.DataFrame([status]),
        "reports.rpt_deputy__fill_grid": frame(fill_grid(school, found)),
        "reports.rpt_deputy__timeliness": frame(timeliness(school)),
        "reports.rpt_deputy__findings": frame(found),
        "reports.rpt_deputy__coverage": frame(coverage(school)),
        "reports.rpt_deputy__objections": frame(objections()),
        "reports.rpt_deputy__regulation_preview": frame(regulation_preview()),
        "reports.rpt_deputy__regulation_flips": frame(regulation_flips()),
        "reports.rpt_deputy__exports_grid": frame(exports_grid(school)),
        "reports.rpt_deputy__drift": frame(drift(school)),
        "reports.rpt_deputy__control_numbers": frame(control_numbers(school)),
        "reports.rpt_deputy__source_differences": frame(source_differences(school)),
        "reports.rpt_class_teacher__attendance_map": frame(days),
        "reports.rpt_class_teacher__absence_reasons": frame(reasons),
        "reports.rpt_class_teacher__contradictions": frame(contradictions(school)),
        "reports.rpt_class_teacher__progress": frame(marks),
        "reports.rpt_class_teacher__forecast": frame(forecasts(marks)),
        "reports.rpt_class_teacher__reserve": frame(a_row_a_class(school, needed_explained="нужна одна 5")),
        "reports.rpt_class_teacher__reasons_waiting": frame(a_row_a_class(school, days=2, lessons=9)),
        "reports.rpt_class_teacher__documents_to_apply": frame(a_row_a_class(school, line="10–14.11, Б, 27 уроков")),
        "reports.rpt_class_teacher__systematic_absence": frame(a_row_a_class(school, verdict="exceeded")),
        "reports.rpt_administration__attendance_heatmap": frame(a_row_a_class(school, missed_share=0.08)),
        "reports.rpt_administration__class_table": frame(a_row_a_class(school, quality_percent=60.0)),
        "reports.rpt_administration__reserve": frame(a_row_a_class(school, needed_explained="нужна одна 5")),
        "reports.rpt_administration__forecast_class": frame(forecast),
        "reports.rpt_administration__forecast_school": frame(forecast_school()),
        "reports.rpt_administration__edge": frame(edge),
        "reports.rpt_administration__forecast_quality": frame(forecast_quality()),
        "reports.rpt_administration__forecast_calibration": frame(forecast_calibration()),
        "reports.rpt_document__remarks": pl.DataFrame(
            {"school_id": [SCHOOL], "remark": ["7Б, физика: 6 уроков без темы, 03–14.11"]}
        ),
        "reports.rpt_document__school_details": frame(
            [{"school_id": SCHOOL, "item": "director", "value": "Соколов Илья Петрович"}]
        ),
        "quality.expectation_results": frame(
            [
                {
                    "school_id": SCHOOL,
                    "suite": "warehouse",
                    "expectation": name,
                    "description": text,
                    "success": failed == 0,
                    "n_checked": checked,
                    "n_failed": failed,
                    "blocking": blocking,
                }
                for name, text, checked, failed, blocking in results
            ]
        ),
        "quality.expectation_failures": frame(
            [{"school_id": SCHOOL, "expectation": "topics_filled", "row_number": 1, "row_key": "l-1", "row": "{}"}]
        ),
        "marts.fct_attendance": frame([{"school_id": SCHOOL, "class_id": "7Б", "pupil_id": "p", "state": "ill"}]),
    }


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows as a frame, types taken from all of them."""
    return pl.DataFrame(rows, infer_schema_length=None)


def write(file: Path, content: dict[str, pl.DataFrame]) -> Path:
    """One published school file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(file))
    for name, rows in content.items():
        schema, _, table = name.partition(".")
        connection.register("rows_given", rows)
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(f"create table {schema}.{table} as select * from rows_given")
        connection.unregister("rows_given")
    connection.close()
    return file


def publish(home: Path, version: str, school: School | None = None, *, failed: str = "") -> Published:
    """Write a version into the home and point to it, as the pipeline does."""
    school = school or School()
    folder = home / "warehouse"
    file = folder / "versions" / version / f"{SCHOOL}.duckdb"
    if not file.exists():
        write(file, tables(school))
    entry = {"file": f"{version}/{SCHOOL}.duckdb", "as_of": school.as_of.isoformat(), "fingerprint": version}
    write_atomically(folder / "current.json", json.dumps({"version": version, "schools": {SCHOOL: entry}}))
    (folder / "failed.json").unlink(missing_ok=True)
    if failed:
        note_failure(home, failed)
    published = current(home)
    assert published is not None
    return published


def put_aside(home: Path, file_name: str, cause: str) -> None:
    """A file that waits in quarantine."""
    (home / "landing").mkdir(exist_ok=True)
    ledger = sqlite3.connect(home / "landing" / "ledger.sqlite")
    ledger.execute("create table quarantine (quarantine_id, file_name, cause, reason, advice, open)")
    ledger.execute("insert into quarantine values ('q1', ?, ?, 'причина', 'совет', 1)", [file_name, cause])
    ledger.commit()
    ledger.close()


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "верный-пароль-1"


def people(home: Path, *, hasher: PasswordHasher = CHEAP) -> Accounts:
    """The three people of the made-up school: zavuch, klass (7Б), direktor."""
    accounts = Accounts(home, hasher=hasher)
    asked: list[tuple[str, str, Role, list[ClassRef], bool]] = [
        ("zavuch", "Лебедева Ольга Викторовна", "deputy", [], True),
        ("klass", "Смирнова Анна Павловна", "class_teacher", [ClassRef(YEAR, "7Б")], True),
        ("direktor", "Соколов Игорь Петрович", "administration", [], False),
    ]
    for login, name, role, classes, reasons in asked:
        accounts.add(
            login,
            display_name=name,
            role=role,
            school_id=SCHOOL,
            password=PASSWORD,
            classes=classes,
            may_see_reasons=reasons,
        )
    return accounts
