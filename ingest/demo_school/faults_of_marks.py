"""Planted faults of marks: off the scale, of a stranger, of the absent, changed later, without a kind of work."""

from __future__ import annotations

from datetime import datetime, time

import numpy as np

from ingest.demo_school.entries import later_day, version
from ingest.demo_school.faults import add_mark, pupil_fault
from ingest.demo_school.lessons import Lesson
from ingest.demo_school.life import absent
from ingest.demo_school.marks import graded_course
from ingest.demo_school.moments import Planter
from ingest.demo_school.plan import lesson_fault
from ingest.demo_school.truth import Fault, alike, banned
from ingest.demo_school.world import StrayMark, moment

CORRECTED = 3
OUTSIDE = "отл"
AFTERNOON = time(14, 25)


def plant(planter: Planter) -> None:
    """Plant every fault of marks that stand at lessons."""
    marks = _Marks(planter)
    marks.corrected()
    marks.outside_the_scale()
    marks.without_work_type()
    marks.of_a_stranger()
    marks.of_the_absent()


class _Marks:
    """Marks as they should not be."""

    def __init__(self, planter: Planter) -> None:
        self.planter, self.world, self.truth = planter, planter.world, planter.truth

    def _lessons(self, count: int) -> list[tuple[Lesson, list[int]]]:
        """Unused lessons with ordinary marks of two pupils or more, one mark each."""
        found: list[tuple[Lesson, list[int]]] = []
        for n in self.planter.lessons:
            lesson = self.world.lessons[n]
            if len(found) == count:
                break
            if n in self.planter.used or n in self.world.shown or self.planter.tells(lesson):
                continue
            numbers = np.bincount(self.world.marks["seat"], minlength=len(self.world.seat_pupil))
            rows = [
                row
                for row in self.planter.ordinary_rows(n)
                if numbers[self.world.marks["seat"][row]] == 1
                and moment(datetime.combine(lesson.day, time(23))) > self.world.marks["since"][row]
            ]
            if len(rows) >= 2 and graded_course(self.world, lesson.course):
                self.planter.used.add(n)
                found.append((lesson, rows))
        return found

    def _mark_fault(self, rule: str, lesson: Lesson, pupil: int, note: str) -> Fault:
        course = self.world.course(lesson.index)
        return pupil_fault(
            self.world, rule, course, pupil, date=lesson.day.isoformat(), lesson_number=str(lesson.number),
            teacher_name=" ".join(self.world.school.teachers[lesson.teacher].name), note=note,
        )  # fmt: skip

    def corrected(self) -> None:
        """An ordinary mark put in time and changed two days later."""
        for lesson, rows in self._lessons(CORRECTED):
            row = rows[0]
            value = int(self.world.marks["value"][row])
            self.world.marks["value"][row] = value - 1 if value > 2 else 3
            changed = datetime.combine(later_day(self.world, lesson.day, 2), time(15, 35))
            version(self.world, row, moment(changed), value=value)
            pupil = int(self.world.seat_pupil[self.world.marks["seat"][row]])
            fault = self._mark_fault("corrected_mark", lesson, pupil, "отметка исправлена через два учебных дня")
            fault.true_entered_at = changed.isoformat()
            fault.subject_key = f"{self.world.mark_ids()[row]}|1"
            self.truth.add(fault, banned("backdating", "violated", is_excused=self.planter.excused(lesson, None)))

    def outside_the_scale(self) -> None:
        """A mark of another scale."""
        for lesson, _rows in self._lessons(1):
            seat = self._unmarked_seat(lesson)
            self._add(seat, 5, lesson)
            self.world.marks["counts"][-1] = False
            self._show(seat, value=OUTSIDE)
            self._tell("mark_outside_scale", lesson, f"отметка «{OUTSIDE}»")

    def _unmarked_seat(self, lesson: Lesson) -> int:
        seats = self.world.seats(lesson.index)
        there = seats[self.world.final_code()[seats] == 0]
        free = [seat for seat in there.tolist() if seat not in set(self.world.marks["seat"].tolist())]
        return free[0] if free else int(there[0])

    def _add(self, seat: int, value: int, lesson: Lesson) -> None:
        add_mark(self.world, seat, value)
        self.world.marks["since"][-1] = moment(datetime.combine(lesson.day, AFTERNOON))
        self.world.marks["since"][-1] = max(self.world.marks["since"][-1], moment(lesson.ends))

    def _show(self, seat: int, **columns: object) -> None:
        self.world.shown_marks[seat, int(self.world.marks["ordinal"][-1])] = columns

    def _tell(self, rule: str, lesson: Lesson, note: str) -> None:
        fault = lesson_fault(self.world, rule, lesson, note=note)
        self.truth.add(fault, alike(is_excused=self.planter.excused(lesson, None)))

    def without_work_type(self) -> None:
        """A mark of which nobody knows what it is for."""
        written = {self.world.lessons[work.lesson].course for work in self.world.works}
        for lesson, rows in [one for one in self._lessons(5) if one[0].course in written][:1]:
            key = (int(self.world.marks["seat"][rows[0]]), int(self.world.marks["ordinal"][rows[0]]))
            self.world.shown_marks[key] = {"work_type": None}
            self._tell("work_type_set", lesson, "у отметки не указан вид работы")

    def of_a_stranger(self) -> None:
        """A mark of a pupil of another class, who was at his own lessons."""
        home = {pupil.index: pupil.home for pupil in self.world.school.pupils}
        for lesson, _rows in self._lessons(12):
            course, school_class = self.world.course(lesson.index), self.world.school_class(lesson.index)
            for other in self.world.school.courses:
                strange = other.class_index != course.class_index and other.subject == course.subject
                layout = self.world.school.classes[other.class_index].layout
                if not strange or course.subgroup >= 0 or other.subgroup >= 0 or layout != "a":
                    continue
                pupils = [p for p, index in home.items() if index == other.class_index and self._was_there(p, lesson)]
                if pupils and graded_course(self.world, other.index):
                    since = datetime.combine(lesson.day, time(19, 20))
                    self.world.stray_marks.append(StrayMark("m900000001", lesson.index, pupils[0], 5, since))
                    theirs = self.world.school.classes[other.class_index].name
                    note = f"отметка ученика {theirs} в журнале {school_class.name}"
                    self._tell("mark_of_outsider", lesson, note)
                    return

    def _was_there(self, pupil: int, lesson: Lesson) -> bool:
        """At every lesson of that day, in one class since September."""
        mine = (self.world.seat_pupil == pupil) & (self.world.seat_day == lesson.day.toordinal())
        return (
            bool(mine.any())
            and not self.world.final_code()[mine].any()
            and len(self.world.school.pupils[pupil].stays) == 1
        )

    def of_the_absent(self) -> None:
        """A mark for an answer on the very day on which the pupil was away all day."""
        away = absent(self.world.final_code())
        marked = set(self.world.marks["seat"].tolist())
        lessons = {n: self.world.lessons[n] for n in self.planter.lessons if n not in self.planter.used}
        for seat in np.flatnonzero(away).tolist():
            lesson = lessons.get(int(self.world.seat_lesson[seat]))
            pupil = int(self.world.seat_pupil[seat])
            whole = slice(int(self.world.seat_day_start[seat]), int(self.world.seat_day_end[seat]))
            seats = range(whole.start, whole.stop)
            if lesson is None or not away[whole].all() or marked & set(seats) or self.planter.tells(lesson):
                continue
            known = (pupil, int(self.world.seat_day[seat])) not in self.planter.planned.contradictions
            others = len([n for n in self.world.seats(lesson.index).tolist() if n in marked])
            if known and others >= 2 and graded_course(self.world, lesson.course):
                self._add(seat, 4, lesson)
                note = "пропуск отмечен, и в тот же день стоит отметка за ответ"
                fault = self._mark_fault("mark_with_absence", lesson, pupil, note)
                fault.subject_key = f"{lesson.lesson_id}|{self.world.school.pupils[pupil].pupil_id}"
                self.truth.add(fault, alike(is_excused=self.planter.excused(lesson, None)))
                return
