"""Planted faults of lessons: in the schedule (before life begins), in slots as the journal shows them, and in texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np

from ingest.demo_school.calendar import CANCELLED_DAYS, REMOTE_DAYS
from ingest.demo_school.entries import plan_of
from ingest.demo_school.lessons import Lesson
from ingest.demo_school.moments import Planter
from ingest.demo_school.plan import EXCURSION_DAY, class_subject_key, lesson_fault, shuffled
from ingest.demo_school.subjects import ENGLISH, HOME_HOUR, TECHNOLOGY
from ingest.demo_school.timetable import STARTS
from ingest.demo_school.truth import Truth, alike
from ingest.demo_school.works import CONTROL
from ingest.demo_school.world import World

MIDDLE = range(3, 5)
BEYOND_BELLS = 9
FOREIGN_TOPIC = "Посещение краеведческого музея"
ENGLISH_HOMEWORK = "Read the story about London, learn new words and answer questions"
EMPTY_HOMEWORK = ("см. тетрадь", "Запись в тетради")


def _plain(world: World, lesson: Lesson) -> bool:
    """A lesson held as planned, far from the end, on a day like others, in a class of journal CSV."""
    troubled = {EXCURSION_DAY, *CANCELLED_DAYS, *REMOTE_DAYS, *(one.starts.date() for one in world.outages)}
    return (
        lesson.status == "held"
        and world.layout(lesson.index) == "a"
        and lesson.teacher == lesson.planned_teacher
        and world.schedule.is_steady(lesson.teacher)
        and world.course(lesson.index).subject.subject_id != HOME_HOUR
        and lesson.day not in troubled
        and date(2026, 9, 7) <= lesson.day <= world.last - timedelta(days=10)
    )


class ScheduleFaults:
    """Lessons that are not in the journal, not in the timetable, on a day off, or of a subgroup and told of a class."""

    def __init__(self, rng: np.random.Generator, world: World, truth: Truth) -> None:
        self.rng, self.world, self.truth = rng, world, truth
        self.days: set[tuple[int, date]] = set()

    def plant(self) -> None:
        """Each fault once; every one on a day of its own."""
        self._whole_class_instead_of_subgroup()
        self._lost()
        self._extra()
        self._on_day_off()

    def _day(self, lesson: Lesson) -> tuple[int, date]:
        return self.world.course(lesson.index).class_index, lesson.day

    def _lessons(self) -> list[Lesson]:
        lessons = [self.world.lessons[n] for n in shuffled(self.rng, len(self.world.lessons))]
        return [one for one in lessons if _plain(self.world, one) and self._day(one) not in self.days]

    def _same_place(self, lesson: Lesson) -> list[Lesson]:
        """Other lessons of the class at that moment."""
        return [
            one
            for one in self.world.lessons
            if one.day == lesson.day
            and one.number == lesson.number
            and one is not lesson
            and self._day(one) == self._day(lesson)
        ]

    def _same_subject(self, one: Lesson, other: Lesson) -> bool:
        return self.world.course(one.index).subject == self.world.course(other.index).subject

    def _lost(self) -> None:
        """A lesson of the timetable that the journal does not have at all, of a course that lost no other hour."""
        for lesson in self._lessons():
            course = self.world.course(lesson.index)
            plain = course.subgroup < 0 and course.hours >= 2 and lesson.number in MIDDLE
            whole = all(one.held for one in self.world.lessons if one.course == lesson.course)
            if plain and whole and not self._same_place(lesson):
                lesson.status = "lost"
                self.days.add(self._day(lesson))
                key = f"{self.world.school_class(lesson.index).class_id}||{course.subject.subject_id}"
                note = "урок есть в расписании, в журнале его нет"
                key = f"{key}|{lesson.day.isoformat()}|{lesson.number}"
                self.truth.add(lesson_fault(self.world, "missing_lesson", lesson, note=note, subject_key=key))
                return

    def _extra(self) -> None:
        """A lesson after the last one, of a subject that the timetable does not have on that day."""
        for lesson in self._lessons():
            course, school_class = self.world.course(lesson.index), self.world.school_class(lesson.index)
            today = [one for one in self.world.lessons if one.day == lesson.day]
            mine = [one for one in today if self._day(one) == self._day(lesson)]
            if max(one.number for one in mine) != lesson.number or lesson.number >= len(STARTS[school_class.shift]):
                continue
            starts = datetime.combine(lesson.day, STARTS[school_class.shift][lesson.number])
            subjects = {self.world.course(one.index).subject.subject_id for one in mine}
            busy = {one.teacher for one in today if abs(one.starts - starts) < timedelta(minutes=40)}
            for other in self.world.school.courses:
                fits = other.class_index == course.class_index and other.subgroup < 0 and other.hours >= 2
                steady = self.world.schedule.is_steady(other.teacher)
                if fits and other.subject.subject_id not in subjects and other.teacher not in busy and steady:
                    extra = replace(
                        lesson,
                        index=len(self.world.lessons),
                        lesson_id=f"l{len(self.world.lessons) + 1:06d}",
                        course=other.index,
                        number=lesson.number + 1,
                        starts=starts,
                        teacher=other.teacher,
                        planned_teacher=other.teacher,
                    )
                    self.world.lessons.append(extra)
                    self.days.add(self._day(lesson))
                    note = "урока в этот день в расписании нет, замены не записаны"
                    self.truth.add(lesson_fault(self.world, "lesson_not_in_timetable", extra, note=note))
                    return

    def _on_day_off(self) -> None:
        """A lesson told as held on a day on which all lessons were called off."""
        for n in shuffled(self.rng, len(self.world.lessons)):
            lesson = self.world.lessons[n]
            course = self.world.course(n)
            fits = lesson.day in CANCELLED_DAYS and lesson.status == "cancelled" and self.world.layout(n) == "a"
            steady = self.world.schedule.is_steady(lesson.teacher)
            early = lesson.day <= self.world.last - timedelta(days=10)
            if fits and early and steady and course.subgroup < 0 and course.hours >= 2:
                lesson.status = "held"
                note = "урок записан на день, когда занятия отменены приказом"
                self.truth.add(lesson_fault(self.world, "lesson_on_day_off", lesson, note=note))
                return

    def _whole_class_instead_of_subgroup(self) -> None:
        """Two subgroups had their lessons; the journal has one of them, as a lesson of the whole class."""
        for lesson in self._lessons():
            course = self.world.course(lesson.index)
            others = self._same_place(lesson)
            divided = course.subgroup >= 0 and course.subject.subject_id == TECHNOLOGY and len(others) == 1
            if divided and _plain(self.world, others[0]) and self._same_subject(lesson, others[0]):
                others[0].status = "lost"
                self.world.shown[lesson.index] = {"subgroup_id": None}
                self.world.quiet.add(self._day(lesson))
                self.days.add(self._day(lesson))
                note = "урок записан на весь класс, хотя предмет ведётся по подгруппам"
                self.truth.add(lesson_fault(self.world, "subgroup_records", lesson, note=note))
                return


class SlotFaults:
    """Lessons that the journal shows at a wrong number or with a wrong teacher."""

    def __init__(self, planter: Planter) -> None:
        self.planter, self.world, self.truth = planter, planter.world, planter.truth
        self.worked = {work.lesson for work in self.world.works}
        away = self.world.final_code()
        self.quiet = {
            (self.world.school.pupils[int(pupil)].home, int(day))
            for pupil, day, code in zip(self.world.seat_pupil, self.world.seat_day, away, strict=True)
            if code
        }

    def plant(self) -> None:
        """Each fault once."""
        self._taken_twice()
        self._two_places()
        self._beyond_bells()

    def _lessons(self) -> list[Lesson]:
        """Unused lessons of whole classes without written works, on days on which everybody was there."""
        return [
            lesson
            for n in self.planter.lessons
            if n not in self.planter.used | self.worked | set(self.world.shown)
            and _plain(self.world, lesson := self.world.lessons[n])
            and self.world.course(n).subgroup < 0
            and not self.planter.tells(lesson)
            and (self.world.course(n).class_index, lesson.day.toordinal()) not in self.quiet
        ]

    def _of_day(self, lesson: Lesson) -> list[Lesson]:
        index = self.world.course(lesson.index).class_index
        return [
            one
            for one in self.world.lessons
            if one.day == lesson.day and self.world.course(one.index).class_index == index and one.status != "lost"
        ]

    def _alone(self, lesson: Lesson) -> bool:
        """The only lesson of its course that day."""
        return sum(one.course == lesson.course for one in self._of_day(lesson)) == 1

    def _taken_twice(self) -> None:
        """A lesson that the journal has under the number of another lesson of the class.

        Only where the class's journal names subgroups: elsewhere two lessons at one time may be those of two.
        """
        courses = self.world.school.courses
        divided = {course.class_index for course in courses if course.subgroup >= 0}
        controlled = {self.world.lessons[one.lesson].course for one in self.world.works if one.work_type == CONTROL}
        lessons = [
            one
            for one in self._lessons()
            if courses[one.course].class_index in divided and one.course not in controlled
        ]
        for one in lessons:
            numbers = [lesson.number for lesson in self._of_day(one)]
            inner = min(numbers) < one.number < max(numbers) and self._alone(one)
            for other in lessons if inner else []:
                free = not any(
                    lesson.teacher == one.teacher and lesson.starts == other.starts for lesson in self.world.lessons
                )
                same_day = other.day == one.day and other.index != one.index
                same_class = self.world.course(other.index).class_index == self.world.course(one.index).class_index
                if same_day and same_class and free and self._alone(other):
                    self.world.shown[one.index] = {
                        "lesson_number": other.number,
                        "starts_at": other.starts.time(),
                        "ends_at": other.ends.time(),
                    }
                    for lesson in (one, other):
                        self.planter.used.add(lesson.index)
                        note = "два урока класса записаны под одним номером"
                        self.truth.add(lesson_fault(self.world, "slot_taken_twice", lesson, note=note))
                    return

    def _two_places(self) -> None:
        """A lesson that the journal gives to a teacher who was with another class."""
        lessons = self._lessons()
        for one in lessons:
            for other in lessons:
                apart = self.world.course(other.index).class_index != self.world.course(one.index).class_index
                subjects = self.world.course(one.index).subject != self.world.course(other.index).subject
                if one.starts == other.starts and apart and subjects and one.teacher != other.teacher:
                    self.world.shown[one.index] = {"teacher_id": self.world.school.teachers[other.teacher].teacher_id}
                    for lesson in (one, other):
                        self.planter.used.add(lesson.index)
                        name = " ".join(self.world.school.teachers[other.teacher].name)
                        note = "учитель записан в двух классах в одно время"
                        fault = lesson_fault(self.world, "teacher_in_two_places", lesson, note=note, teacher_name=name)
                        self.truth.add(fault)
                    return

    def _beyond_bells(self) -> None:
        """The last lesson of a day under a number that no bell rings for."""
        for lesson in self._lessons():
            last = lesson.number == max(one.number for one in self._of_day(lesson))
            if last and self._alone(lesson):
                self.world.shown[lesson.index] = {"lesson_number": BEYOND_BELLS, "starts_at": None}
                self.planter.used.add(lesson.index)
                note = f"урока № {BEYOND_BELLS} нет в расписании звонков"
                fault = lesson_fault(
                    self.world, "lesson_number_beyond_bells", lesson, note=note, lesson_number=str(BEYOND_BELLS)
                )
                self.truth.add(fault)
                return


class TextFaults:
    """Topics and homework that say the wrong thing or nothing."""

    def __init__(self, planter: Planter) -> None:
        self.planter, self.world, self.truth = planter, planter.world, planter.truth
        self.homework_row = {int(lesson): row for row, lesson in enumerate(self.world.homework["lesson"].tolist())}

    def plant(self) -> None:
        """Each fault once or twice."""
        for lesson in self.planter.free(1, marked=True):
            self._topic(lesson, FOREIGN_TOPIC)
            self._tell("topic_in_plan", lesson, "темы нет в планировании")
        worked = {work.lesson for work in self.world.works}
        for lesson in [one for one in self.planter.free(6, marked=True) if one.index not in worked][:1]:
            self._topic(lesson, "Экскурсия")
            self.world.shown[lesson.index] = {"lesson_kind": "экскурсия"}
            self._tell("work_named", lesson, "вид урока – экскурсия, в теме назван только вид")
            self._tell("topic_in_plan", lesson, "темы «Экскурсия» нет в планировании")
        for text in EMPTY_HOMEWORK:
            for lesson in self._with_homework(1):
                self._homework(lesson, text)
                self._tell("homework_content", lesson, f"записано только «{text}»")
        for lesson in self._with_homework(1, ENGLISH):
            self._homework(lesson, ENGLISH_HOMEWORK)
            self._tell("entries_in_russian", lesson, "задание записано по-английски")
        self._repeated_homework()
        self._repeated_topic()
        self._skipped_topic()

    def _tell(self, rule: str, lesson: Lesson, note: str) -> None:
        fault = lesson_fault(self.world, rule, lesson, note=note)
        self.truth.add(fault, alike(is_excused=self.planter.excused(lesson, None)))

    def _topic(self, lesson: Lesson, text: str) -> None:
        self.world.topics["text"][self.planter.topic_row[lesson.index]] = text

    def _homework(self, lesson: Lesson, text: str) -> None:
        self.world.homework["text"][self.homework_row[lesson.index]] = text

    def _has_task(self, lesson: int) -> bool:
        row = self.homework_row.get(lesson, -1)
        return row >= 0 and bool(self.world.homework["text"][row])

    def _with_homework(self, count: int, subject_id: str = "") -> list[Lesson]:
        found: list[Lesson] = []
        for n in self.planter.lessons:
            subject = self.world.course(n).subject.subject_id
            if len(found) < count and n not in self.planter.used and self._has_task(n) and subject_id in {"", subject}:
                found.append(self.world.lessons[n])
                self.planter.used.add(n)
        return found

    def _courses(self, lessons_needed: int) -> list[tuple[int, list[int]]]:
        """Untouched courses of whole classes of journal CSV with two hours a week, and their lessons in order."""
        found: list[tuple[int, list[int]]] = []
        usable = set(self.planter.lessons)
        for n in shuffled(self.planter.rng, len(self.world.school.courses)):
            course = self.world.school.courses[n]
            held = self.world.held_of_course[n]
            plain = course.subgroup < 0 and course.hours == 2 and course.subject.graded == "marks"
            known = [lesson for lesson in held if lesson in usable]
            untouched = not set(held) & self.planter.used and not any(k in self.world.shown for k in held)
            steady = self.world.schedule.is_steady(course.teacher)
            days = [self.world.lessons[k].day for k in held]
            if plain and untouched and steady and len(known) >= lessons_needed and len(days) == len(set(days)):
                found.append((n, held))
        return found

    def _repeated_homework(self) -> None:
        """One homework for three lessons in a row."""
        usable = set(self.planter.lessons)
        for _, held in self._courses(6):
            three = held[2:5]
            if all(n in usable and n in self.homework_row for n in three):
                self._say_again(three)
                return

    def _say_again(self, three: list[int]) -> None:
        for n in three:
            self.planter.used.add(n)
            self._homework(self.world.lessons[n], "Упражнение 15, повторить правило")
        self._tell("repeated_text", self.world.lessons[three[-1]], "одно задание три урока подряд")

    def _repeated_topic(self) -> None:
        """A topic of one hour of the plan that went to two lessons."""
        for n, held in self._courses(8):
            self.planter.used.update(held)
            texts = self.world.topics["text"]
            first, second = (self.planter.topic_row[k] for k in held[3:5])
            texts[second] = texts[first]
            self._tell_of_course(n, held[4], "тема одного часа записана на двух уроках")
            return

    def _skipped_topic(self) -> None:
        """A topic of the plan that no lesson was on: from there on every lesson has the next one."""
        for n, held in self._courses(8):
            self.planter.used.update(held)
            planned = plan_of(self.world, n)
            for place, lesson in enumerate(held[4:], start=4):
                self._topic(self.world.lessons[lesson], planned[place + 1])
            self._tell_of_course(n, held[4], "тема планирования пропущена")
            return

    def _tell_of_course(self, n: int, lesson: int, note: str) -> None:
        course = self.world.school.courses[n]
        school_class = self.world.school.classes[course.class_index]
        period = self.world.periods_of_class(school_class)[0]
        fault = lesson_fault(
            self.world, "plan_topic_order", self.world.lessons[lesson], date="", lesson_number="",
            period_ordinal=str(period.ordinal), note=note,
            subject_key=class_subject_key(self.world, course, period.period_id),
        )  # fmt: skip
        self.truth.add(fault)
