"""Planted faults in time: topics and marks entered late, on the edge, never, or late with an excuse."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np

from ingest.demo_school.calendar import DAY, OUTAGE_STARTS, WINDOW_DAYS, is_study_day
from ingest.demo_school.entries import later_day
from ingest.demo_school.lessons import Lesson
from ingest.demo_school.life import absent
from ingest.demo_school.marks import graded_course
from ingest.demo_school.plan import EXCURSION_DAY, Planned, lesson_fault, shuffled
from ingest.demo_school.regulations import Due, end_of, says
from ingest.demo_school.subjects import ORDINARY, WORK_INDEX
from ingest.demo_school.truth import Expected, Judgements, Negative, Truth, banned, entry_judged, excused, verdict
from ingest.demo_school.world import CURRENT, FOREVER, RELEASED, Moments, Work, World, moment

LATE_TOPICS = (1, 1, 1, 1, 3, 5)
MISSING_TOPICS = 4
MISSING_TOPICS_IN_A_ROW = 6
EDGE_TOPICS = 4
LATE_MARKS = 6
EDGE_MARKS = 3
LATE_WORKS = 2
EDGE_WORKS = 2
UNMARKED_WORKS = 2
BEFORE_MIDNIGHT = time(23, 55)


class Planter:
    """Moves moments of entry and tells the truth about it; every lesson and mark is used once."""

    def __init__(self, rng: np.random.Generator, world: World, truth: Truth, planned: Planned) -> None:
        self.rng, self.world, self.truth, self.planned = rng, world, truth, planned
        self.used: set[int] = set(planned.untold)
        self.topic_row = {int(lesson): row for row, lesson in enumerate(world.topics["lesson"].tolist())}
        self.lessons = [
            n
            for n in shuffled(rng, len(world.lessons))
            if world.lessons[n].held
            and world.layout(n) == "a"
            and n in self.topic_row
            and world.lessons[n].day <= world.last - timedelta(days=10)
            and not world.schedule.away(world.lessons[n].teacher, world.lessons[n].day)
            and not self._excluded(world.lessons[n])
        ]

    def _excluded(self, lesson: Lesson) -> bool:
        return not self.world.is_counted(self.world.course(lesson.index).class_index, lesson.day)

    def tells(self, lesson: Lesson) -> bool:
        """True where the journal itself tells when marks of a lesson were entered."""
        return self.world.course(lesson.index).class_index == self.world.source_class

    def free(self, count: int, *, weekday: int = 0, marked: bool = False) -> list[Lesson]:
        """Lessons not yet used, which count as used from now on. marked: of courses with marks and homework only."""
        found: list[Lesson] = []
        for n in self.lessons:
            lesson = self.world.lessons[n]
            fits = not weekday or lesson.day.isoweekday() == weekday
            if (
                len(found) < count
                and n not in self.used
                and fits
                and (not marked or graded_course(self.world, lesson.course))
            ):
                found.append(lesson)
                self.used.add(n)
        return found

    def grade(self, lesson: Lesson) -> int:
        """The grade of a lesson's class."""
        return self.world.grade_of_course(lesson.course)

    def excused(self, lesson: Lesson, due: datetime | None) -> bool:
        """True where the rules do not count a term (or, without one, what stands at a lesson)."""
        return excused(
            self.world,
            teacher=lesson.teacher,
            class_index=self.world.course(lesson.index).class_index,
            first=lesson.day,
            day=lesson.day,
            due=due,
            is_timely=due is not None,
        )

    # Topics

    def topic(self, lesson: Lesson, entered: datetime | None, note: str) -> None:
        """Move the entry of a topic (None = it was never entered) and note what can be proved."""
        row = self.topic_row[lesson.index]
        self.world.topics["since"][row] = FOREVER if entered is None else moment(entered)
        self.tell("topic_filled", "topic", lesson, entered, note)

    def tell(
        self,
        rule: str,
        question: str,
        lesson: Lesson,
        entered: datetime | None,
        note: str,
        *,
        told: datetime | None = None,
        **values: str,
    ) -> None:
        """Note a record of a lesson that was entered then: what each regulation makes of it."""

        def is_excused(due: Due) -> bool:
            return self.excused(lesson, due.last)

        fault = lesson_fault(
            self.world,
            rule,
            lesson,
            true_entered_at=entered.isoformat() if entered else "",
            note=note,
            **values,
        )
        expected = entry_judged(self.world, question, lesson, entered, told=told, is_excused=is_excused)
        self.truth.add(fault, expected)

    def topics(self) -> None:
        """Topics entered on later days, just before midnight, on Sunday, twice, or never."""
        for days, lesson in zip(LATE_TOPICS, self.free(len(LATE_TOPICS)), strict=False):
            entered = datetime.combine(later_day(self.world, lesson.day, days), time(10, int(self.rng.integers(60))))
            self.topic(lesson, entered, f"тема внесена через {days} уч. дн.")
        for lesson in self.free(EDGE_TOPICS):
            note = "внесена в 23:55: после вечерней выгрузки, но до конца дня"
            self.topic(lesson, datetime.combine(lesson.day, BEFORE_MIDNIGHT), note)
        for lesson in self.free(1, weekday=6):
            entered = datetime.combine(lesson.day + DAY, time(12, 10))
            self.topic(lesson, entered, "урок в субботу, тема внесена в воскресенье: между выгрузками")
        for lesson in self.free(MISSING_TOPICS, marked=True):
            self.topic(lesson, None, "тема не внесена")
        self._row_of_missing_topics()
        self._erased_topic()
        self._changed_topic()

    def _row_of_missing_topics(self) -> None:
        """One teacher fills in nothing for some weeks: his six lessons make one line of remarks."""
        for n in shuffled(self.rng, len(self.world.school.courses)):
            course = self.world.school.courses[n]
            school_class = self.world.school.classes[course.class_index]
            held = [lesson for lesson in self.world.held_of_course[n] if lesson in set(self.lessons) - self.used]
            plain = school_class.layout == "a" and course.subgroup < 0 and 6 <= school_class.grade <= 9
            if not plain or course.hours != 2 or course.subject.graded != "marks":
                continue
            if len(held) < MISSING_TOPICS_IN_A_ROW + 4:
                continue
            for lesson in held[4 : 4 + MISSING_TOPICS_IN_A_ROW]:
                self.used.add(lesson)
                self.topic(self.world.lessons[lesson], None, "шесть уроков подряд без темы у одного учителя")
            return

    def _erased_topic(self) -> None:
        """A topic entered in time, erased, and entered again two days later: it counts from the second entry."""
        for lesson in self.free(1):
            row = self.topic_row[lesson.index]
            text = self.world.topics["text"][row]
            since = self.world.topics["since"][row]
            erased = datetime.combine(later_day(self.world, lesson.day, 1), time(9, 40))
            again = datetime.combine(later_day(self.world, lesson.day, 3), time(11, 5))
            self.topic(lesson, again, "тема внесена в срок, стёрта и внесена снова")
            self.world.topics.add(lesson=lesson.index, text=text, since=since, until=moment(erased))

    def _changed_topic(self) -> None:
        """A topic entered in time and worded anew later: still in time."""
        for lesson in self.free(1):
            row = self.topic_row[lesson.index]
            changed = moment(datetime.combine(later_day(self.world, lesson.day, 3), time(12, 30)))
            text = str(self.world.topics["text"][row])
            self.world.topics["until"][row] = changed
            self.world.topics.add(lesson=lesson.index, text=f"{text}. Повторение", since=changed, until=FOREVER)
            self._negative("topic_changed", lesson, "тема внесена в срок, потом уточнена")

    def _negative(self, kind: str, lesson: Lesson, note: str) -> None:
        course, school_class = self.world.course(lesson.index), self.world.school_class(lesson.index)
        self.truth.negatives.append(
            Negative(
                kind, school_class.layout, school_class.name, course.subject.name, "", lesson.day.isoformat(), note
            )
        )

    # Ordinary marks

    def ordinary_rows(self, lesson: int) -> list[int]:
        """Rows of ordinary marks of present pupils at a lesson that were entered once and never changed."""
        marks = self.world.marks
        seats = self.world.seats(lesson)
        rows = np.flatnonzero(np.isin(marks["seat"], seats) & (marks["until"] == FOREVER) & (marks["kind"] == CURRENT))
        codes = self.world.final_code()
        plain = [WORK_INDEX[name] for name in ORDINARY]
        versions = np.bincount(marks["seat"] * 10 + marks["ordinal"], minlength=10)
        return [
            row
            for row in rows.tolist()
            if marks["assignment"][row] < 0
            and marks["work"][row] in plain
            and not absent(codes[marks["seat"][row] : marks["seat"][row] + 1])[0]
            and versions[int(marks["seat"][row]) * 10 + int(marks["ordinal"][row])] == 1
        ]

    def mark(self, row: int, entered: datetime, note: str, *, told: datetime | None = None) -> None:
        """Move the entry of an ordinary mark. told: the moment that the journal itself gives."""
        self.world.marks["since"][row] = moment(entered)
        seat = int(self.world.marks["seat"][row])
        lesson = self.world.lessons[int(self.world.seat_lesson[seat])]
        person = self.world.school.pupils[int(self.world.seat_pupil[seat])]
        values = {"pupil_name": person.full, "subject_key": self.world.mark_ids()[row]}
        self.tell("ordinary_mark", "ordinary_mark", lesson, entered, note, told=told, **values)
        if told or seen_on_later_day(self.world, lesson, entered):
            fault = lesson_fault(self.world, "backdated_mark", lesson, note=note, **values)
            self.truth.add(fault, backdated(is_excused=self.excused(lesson, None)))

    def marks(self) -> None:
        """Ordinary marks entered two days later, or just before midnight."""
        late, edge = LATE_MARKS, EDGE_MARKS
        for lesson in self.free(60, marked=True):
            rows = [] if self.tells(lesson) else self.ordinary_rows(lesson.index)
            if len(rows) >= 2 and late:
                late -= 1
                entered = datetime.combine(later_day(self.world, lesson.day, 2), time(14, int(self.rng.integers(60))))
                self.mark(rows[0], entered, "отметка за ответ внесена через два учебных дня")
            elif len(rows) >= 2 and edge:
                edge -= 1
                note = "отметка за ответ внесена в 23:55"
                self.mark(rows[0], datetime.combine(lesson.day, BEFORE_MIDNIGHT), note)
            else:
                self.used.discard(lesson.index)

    def told_marks(self) -> None:
        """Where the journal tells the moment: just before midnight is in time, after it is late, and one lie."""
        stories = [self._before_midnight, self._after_midnight, self._untrue]
        for n in self.lessons:
            lesson = self.world.lessons[n]
            rows = self.ordinary_rows(n) if n not in self.used and self.tells(lesson) else []
            if stories and len(rows) >= 2:
                self.used.add(n)
                stories.pop(0)(lesson, rows[0])

    def _before_midnight(self, lesson: Lesson, row: int) -> None:
        self.world.marks["since"][row] = moment(datetime.combine(lesson.day, BEFORE_MIDNIGHT))
        self._negative("told_in_time", lesson, "отметка внесена в 23:55, и журнал сам называет этот момент: в срок")

    def _after_midnight(self, lesson: Lesson, row: int) -> None:
        entered = datetime.combine(lesson.day + DAY, time(0, 20))
        self.mark(row, entered, "отметка внесена в 00:20, и журнал сам называет этот момент", told=entered)

    def _untrue(self, lesson: Lesson, row: int) -> None:
        marks = self.world.marks
        claim = moment(datetime.combine(lesson.day, time(16, 5)))
        self.world.claimed[int(marks["seat"][row]), int(marks["ordinal"][row])] = claim
        entered = datetime.combine(later_day(self.world, lesson.day, 2), time(13, 40))
        note = "журнал называет день урока, но в выгрузках отметки тогда не было: судят выгрузки"
        self.mark(row, entered, note)

    # Written works

    def _work_rows(self, work: Work) -> tuple[np.ndarray, list[int]]:
        """Rows of a work by pupils who were there, and their seats (all who were there)."""
        codes = self.world.final_code()
        seats = self.world.seats(work.lesson)
        present = seats[~absent(codes[seats]) & (codes[seats] != RELEASED)]
        marks = self.world.marks
        rows = np.flatnonzero((marks["assignment"] == work.index) & np.isin(marks["seat"], present))
        return rows, present.tolist()

    def _works(self) -> list[tuple[Work, date, np.ndarray, list[int]]]:
        """Unused works with the day by which they are due: lessons soon after, marks entered once."""
        free = set(self.lessons) - self.used
        found = []
        for n in shuffled(self.rng, len(self.world.works)):
            work = self.world.works[n]
            if work.lesson not in free:
                continue
            lesson = self.world.lessons[work.lesson]
            due = self.world.next_lesson_day(work.lesson)
            rows, present = self._work_rows(work)
            plain = bool((self.world.marks["kind"][rows] == CURRENT).all()) and len(rows) == len(present)
            plain = plain and bool((self.world.marks["until"][rows] == FOREVER).all())
            room = due is not None and later_day(self.world, due, 3) < lesson.day + (WINDOW_DAYS - 1) * DAY
            counted = due is not None and not self.excused(lesson, end_of(due)) and not self.tells(lesson)
            if due is not None and room and plain and counted and len(present) >= 8:
                found.append((work, due, rows, present))
        return found

    def work(self, work: Work, entered: datetime | None, note: str) -> None:
        """Tell when the mark that makes four fifths of a work was entered."""
        self.used.add(work.lesson)
        lesson, title = self.world.lessons[work.lesson], f"{work.title}: {note}"
        self.tell("written_marks", "written_mark", lesson, entered, title, subject_key=work.assignment_id)

    def works(self) -> None:
        """Works checked after the next lesson, partly, on its last evening, or never by four fifths."""
        queue = self._works()
        for _ in range(LATE_WORKS):
            if queue:
                work, due, rows, _present = queue.pop()
                entered = datetime.combine(later_day(self.world, due, 3), time(16, 20))
                self.world.marks["since"][rows] = moment(entered)
                self.work(work, entered, "отметки через три учебных дня после следующего урока")
        if queue:
            work, due, rows, present = queue.pop()
            entered = datetime.combine(later_day(self.world, due, 2), time(15, 10))
            self.world.marks["since"][rows[: len(rows) - int(0.7 * len(present))]] = moment(entered)
            self.work(work, entered, "к сроку отметки у 70 % присутствовавших")
        for _ in range(EDGE_WORKS):
            if queue:
                work, due, rows, _present = queue.pop()
                entered = datetime.combine(due, BEFORE_MIDNIGHT)
                self.world.marks["since"][rows] = moment(entered)
                self.work(work, entered, "отметки внесены в 23:55 последнего дня")
        if queue:
            work, due, rows, present = queue.pop()
            enough = int(np.ceil(0.8 * len(present)))
            entered = datetime.combine(later_day(self.world, due, 3), time(15, 45))
            self.world.marks["since"][rows[enough:]] = moment(entered)
            self.used.add(work.lesson)
            note = f"в срок отметки у {enough} из {len(present)}, остальные позже: срок соблюдён"
            self._negative("four_fifths", self.world.lessons[work.lesson], note)
        self._unmarked_works(queue)

    def _unmarked_works(self, queue: list[tuple[Work, date, np.ndarray, list[int]]]) -> None:
        """Works where a third of the pupils never get a mark (those who have enough others)."""
        left = UNMARKED_WORKS
        for work, _due, rows, present in queue:
            if not left:
                return
            spare = [row for row in rows.tolist() if self._can_spare(int(self.world.marks["seat"][row]))]
            drop = len(present) - int(np.ceil(0.8 * len(present))) + 2
            if len(spare) < drop:
                continue
            left -= 1
            for row in spare[:drop]:
                self.world.marks["since"][row] = FOREVER
            self.work(work, None, f"отметки стоят у {len(present) - drop} из {len(present)} присутствовавших")

    def _can_spare(self, seat: int) -> bool:
        """True where a pupil stays above any norm without one mark of the course, and nothing else leans on it."""
        if (int(self.world.seat_pupil[seat]), int(self.world.seat_day[seat])) in self.planned.contradictions:
            return False
        marks = self.world.marks
        mine = (self.world.seat_pupil == self.world.seat_pupil[seat]) & (
            self.world.seat_course == self.world.seat_course[seat]
        )
        standing = (marks["until"] == FOREVER) & (marks["since"] < FOREVER)
        return int((mine[marks["seat"]] & standing).sum()) >= 10

    # Excused

    def with_reasons(self) -> None:
        """Late entries with a reason: the journal was down, the class was on an excursion, the teacher was ill."""
        evening = OUTAGE_STARTS.date()
        if evening < self.world.last:
            entered = datetime.combine(later_day(self.world, evening, 1), time(12, 15))
            self._late_day(evening, -1, entered, "вечером журнал не работал")
        if self.planned.excursion >= 0:
            entered = datetime.combine(later_day(self.world, EXCURSION_DAY, 2), time(10, 5))
            self._late_day(EXCURSION_DAY, self.planned.excursion, entered, "класс был на экскурсии")
        self._absent_teachers()

    def _late_day(self, day: date, class_index: int, entered: datetime, note: str) -> None:
        """Two topics and two marks of a day, of one class or of any."""
        lessons = [
            lesson
            for lesson in self.world.lessons
            if lesson.day == day
            and lesson.held
            and lesson.index in self.topic_row
            and lesson.index not in self.used
            and self.world.layout(lesson.index) == "a"
            and self.grade(lesson) >= 2
            and class_index in {-1, self.world.course(lesson.index).class_index}
            and not self.world.schedule.away(lesson.teacher, day)
        ]
        topics = marks = 0
        for n in shuffled(self.rng, len(lessons)):
            rows = self.ordinary_rows(lessons[n].index)
            if topics < 2:
                topics += 1
                self.topic(lessons[n], entered, f"тема внесена позже: {note}")
            elif marks < 2 and len(rows) >= 2:
                marks += 1
                self.mark(rows[0], entered, f"отметка внесена позже: {note}")
            else:
                continue
            self.used.add(lessons[n].index)

    def _absent_teachers(self) -> None:
        """A teacher who fell ill in the middle of a day, and some who had works to check when they went away."""
        for absence in self.world.schedule.absences:
            back = absence.ends_on + DAY
            while not is_study_day(back):
                back += DAY
            if back > self.world.last - DAY:
                continue
            if absence.after_first_lesson:
                taught = [
                    lesson
                    for lesson in self.world.lessons
                    if lesson.day == absence.starts_on and lesson.teacher == absence.teacher and lesson.held
                ]
                for lesson in taught:
                    entered = datetime.combine(back, time(10, 20))
                    self.topic(lesson, entered, "учитель заболел в тот же день, внёс по выходе")
                    for row in self.ordinary_rows(lesson.index)[:2]:
                        self.mark(row, entered, "учитель заболел в тот же день, внёс по выходе")
                    self.used.add(lesson.index)
            self._works_of_absent(absence.teacher, absence.starts_on, absence.ends_on, back)

    def _works_of_absent(self, teacher: int, first: date, last: date, back: date) -> None:
        for work in self.world.works:
            lesson = self.world.lessons[work.lesson]
            due = self.world.next_lesson_day(work.lesson)
            rows, present = self._work_rows(work)
            fits = (
                lesson.teacher == teacher
                and self.world.layout(work.lesson) == "a"
                and lesson.day < first
                and due is not None
                and first <= due <= last
                and back < lesson.day + (WINDOW_DAYS - 1) * DAY
                and len(present) >= 8
                and work.lesson not in self.used
                and bool((self.world.marks["until"][rows] == FOREVER).all())
            )
            if fits and due is not None:
                entered = datetime.combine(back, time(16, 40))
                self.world.marks["since"][rows] = moment(entered)
                self.work(work, entered, "учитель отсутствовал в день срока")
                return


def seen_on_later_day(world: World, lesson: Lesson, entered: datetime) -> bool:
    """True where an export after the day's last look at the lesson still did not show the mark."""
    due = Due(end_of(lesson.day), end_of(lesson.day))
    return verdict(world, lesson.day, entered, due) == "late"


def backdated(*, is_excused: bool = False) -> Judgements:
    """A mark of an earlier day: judged by its own term where there is one, else by the ban alone."""
    expected = dict(banned("backdating", "violated", is_excused=is_excused))
    judged_by_term = {name: Expected("not_applicable") for name in expected if says(name, "ordinary_mark")}
    return expected | {name: one for name, one in judged_by_term.items() if says(name, "backdating")}


def plant_in_moments(rng: np.random.Generator, world: World, truth: Truth, planned: Planned) -> Planter:
    """Plant everything that has to do with when topics and marks were entered."""
    planter = Planter(rng, world, truth, planned)
    planter.with_reasons()
    planter.topics()
    planter.works()
    planter.marks()
    planter.told_marks()
    return planter


def forget(world: World) -> None:
    """Drop rows that were never entered."""
    for rows in (world.marks, world.topics, world.homework):
        moments: Moments = rows["since"]
        rows.keep(moments < FOREVER)
