"""Planted faults in terms: homework, lists of the absent, documents, a journal that was down, substitutions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from ingest.demo_school.calendar import CANCELLED_DAYS, DAY, DAY_OUTAGE_ENDS, DAY_OUTAGE_STARTS, WINDOW_DAYS
from ingest.demo_school.entries import later_day
from ingest.demo_school.lessons import Lesson
from ingest.demo_school.life import absent
from ingest.demo_school.moments import BEFORE_MIDNIGHT, Planter
from ingest.demo_school.plan import EXCURSION_DAY, lesson_fault, shuffled
from ingest.demo_school.regulations import Due, class_end, end_of, event_due
from ingest.demo_school.truth import Expected, Fault, Judgements, alike, excused, judged, seen_verdict
from ingest.demo_school.world import (
    CURRENT,
    EXCUSED,
    FOREVER,
    ILL,
    UNKNOWN,
    Document,
    moment,
)

LATE_HOMEWORK = (1, 2)
MISSING_HOMEWORK = 3
TOLD_HOMEWORK = (100, 130)
LATE_LISTS = 2
LATE_DOCUMENTS = 2
FORGOTTEN_DOCUMENTS = 1
KINDS = {ILL: "ill", EXCUSED: "excused"}
NEVER = np.datetime64("NaT", "s")


def plant(planter: Planter) -> None:
    """Plant everything whose term counts from a lesson or an event."""
    terms = _Terms(planter)
    terms.transfers()
    terms.homework()
    terms.lists_of_absent()
    terms.substitutions()
    _Documents(planter).plant()


class _Terms:
    """Records of lessons that came late."""

    def __init__(self, planter: Planter) -> None:
        self.planter, self.world, self.truth = planter, planter.world, planter.truth
        self.homework_row = {int(lesson): row for row, lesson in enumerate(self.world.homework["lesson"].tolist())}
        self.coded = set(self.world.seat_lesson[self.world.attendance["seat"]].tolist())

    def _enter_homework(self, lesson: Lesson, entered: datetime | None, note: str, *, is_told: bool = False) -> None:
        row = self.homework_row[lesson.index]
        self.world.homework["since"][row] = FOREVER if entered is None else moment(entered)
        told = entered if is_told else None
        self.planter.tell("homework_given", "homework", lesson, entered, note, told=told)

    def homework(self) -> None:
        """Homework entered on later days, just before midnight, never, or after what a regulation allows in minutes."""
        usual = [one for one in self.planter.free(12, marked=True) if not self.planter.tells(one)]
        for days, lesson in zip(LATE_HOMEWORK, usual, strict=False):
            entered = datetime.combine(later_day(self.world, lesson.day, days), time(9, 35))
            self._enter_homework(lesson, entered, f"задание внесено через {days} уч. дн.")
        usual = usual[len(LATE_HOMEWORK) :]
        for lesson in usual[:1]:
            entered = datetime.combine(lesson.day, BEFORE_MIDNIGHT)
            self._enter_homework(lesson, entered, "задание внесено в 23:55, после вечерней выгрузки")
        for lesson in usual[1 : 1 + MISSING_HOMEWORK]:
            self._enter_homework(lesson, None, "нет ни задания, ни отметки «не задано»")
        told = (n for n in self.planter.lessons if n not in self.planter.used and self._is_told(n))
        for minutes, n in zip(TOLD_HOMEWORK, told, strict=False):
            lesson = self.world.lessons[n]
            self.planter.used.add(n)
            entered = class_end(self.world, lesson) + timedelta(minutes=minutes)
            note = f"задание внесено через {minutes} минут после последнего урока класса"
            self._enter_homework(lesson, entered, note, is_told=True)

    def _is_told(self, n: int) -> bool:
        """Where the journal tells when homework was entered, on a day on which no lesson was called off."""
        lesson = self.world.lessons[n]
        if not self.planter.tells(lesson):
            return False
        today = [
            one
            for one in self.world.lessons
            if one.day == lesson.day and self.world.course(one.index).class_index == self.world.course(n).class_index
        ]
        whole = all(one.held for one in today) and self.world.course(n).subgroup < 0
        return n in self.homework_row and whole

    def lists_of_absent(self) -> None:
        """The list of the absent saved on the next day, or never (which a journal of absences alone cannot show)."""
        lessons = [one for one in self.planter.free(40) if one.index not in self.coded]
        for lesson in lessons[:LATE_LISTS]:
            entered = datetime.combine(later_day(self.world, lesson.day, 1), time(8, 15))
            self._save_list(lesson, entered, "отсутствующие отмечены на следующий день")
        for lesson in lessons[LATE_LISTS : LATE_LISTS + 1]:
            self.world.attendance_entered[lesson.index] = NEVER
            note = "отсутствующие не отмечены: по выгрузке это не отличить от урока, где были все"
            fault = lesson_fault(self.world, "attendance_marked", lesson, note=note)
            self.truth.add(fault, alike("undetermined", end_of(lesson.day)))

    def _save_list(self, lesson: Lesson, entered: datetime, note: str) -> None:
        self.world.attendance_entered[lesson.index] = moment(entered)
        self.planter.tell("attendance_marked", "absentees", lesson, entered, note, told=entered)

    def transfers(self) -> None:
        """Lessons held while the journal was down, carried over from the temporary journal in time or late."""
        held = [
            one
            for one in self.world.lessons
            if one.held
            and DAY_OUTAGE_STARTS <= one.ends <= DAY_OUTAGE_ENDS
            and self.world.layout(one.index) == "a"
            and one.index in self.planter.topic_row
            and one.index not in self.coded | self.planter.used
            and not self.planter.tells(one)
            and self.world.schedule.is_steady(one.teacher)
            and self._marks_are_plain(one.index)
        ]
        for n in list(shuffled(self.planter.rng, len(held)))[:2]:
            lesson = held[n]
            self.planter.used.add(lesson.index)
            entered = datetime.combine(later_day(self.world, lesson.day, 4), time(10, 30))
            self._carry_over(lesson, entered)

    def _marks_are_plain(self, lesson: int) -> bool:
        rows = np.flatnonzero(np.isin(self.world.marks["seat"], self.world.seats(lesson)))
        marks = self.world.marks
        plain = (marks["until"][rows] == FOREVER) & (marks["kind"][rows] == CURRENT) & (marks["assignment"][rows] < 0)
        seats = marks["seat"][rows]
        return bool(plain.all()) and not absent(self.world.final_code()[seats]).any()

    def _carry_over(self, lesson: Lesson, entered: datetime) -> None:
        """Everything about the lesson was entered at one moment."""
        note = "урок во время сбоя, внесено позже"
        self.planter.topic(lesson, entered, note)
        for row in np.flatnonzero(np.isin(self.world.marks["seat"], self.world.seats(lesson.index))).tolist():
            self.planter.mark(row, entered, note)
        self._save_list(lesson, entered, note)
        if lesson.index in self.homework_row:
            self._enter_homework(lesson, entered, note)

        def tell(due: Due) -> Expected:
            exact = seen_verdict([], entered, due, exact=True)
            return Expected(exact, due.last, self._excused_by_other(lesson, due.last))

        expected = judged(lambda profile: event_due(profile, "temporary_journal", DAY_OUTAGE_ENDS), tell)
        note = "запись временного журнала перенесена позже"
        fault = lesson_fault(self.world, "temporary_journal", lesson, note=note, true_entered_at=entered.isoformat())
        self.truth.add(fault, expected)

    def _excused_by_other(self, lesson: Lesson, due: datetime) -> bool:
        """Leave or exclusion; an outage does not excuse what is to be made up for after it."""
        course = self.world.course(lesson.index)
        out = any(
            one.class_index == course.class_index and one.date_from <= lesson.day <= one.date_to
            for one in self.world.exclusions
        )
        return out or self.world.schedule.away(lesson.teacher, due.date())

    def substitutions(self) -> None:
        """A lesson told as held by the absent teacher; a substitution entered on the day after the record."""
        troubled = {EXCURSION_DAY, *(one.starts.date() for one in self.world.outages)}
        replaced = [
            one
            for one in self.world.schedule.substitutions
            if one.substitute >= 0
            and self.world.layout(one.lesson) == "a"
            and self.world.lessons[one.lesson].held
            and self.world.lessons[one.lesson].day not in troubled
            and self.world.lessons[one.lesson].day <= self.world.last - timedelta(days=5)
            and one.lesson not in self.planter.used | set(self.world.shown)
        ]
        order = list(shuffled(self.planter.rng, len(replaced)))
        for n in order[:1]:
            one = replaced[n]
            absent_teacher = self.world.school.teachers[one.absent]
            self.world.shown[one.lesson] = {"teacher_id": absent_teacher.teacher_id}
            self.planter.used.add(one.lesson)
            note = f"урок провёл другой учитель, записан {' '.join(absent_teacher.name)}"
            self.truth.add(self._substitution_fault(one.lesson, note))
        for n in order[1:2]:
            one = replaced[n]
            lesson = self.world.lessons[one.lesson]
            entered = datetime.combine(later_day(self.world, lesson.day, 1), time(9, 10))
            self.world.substitutions_entered[one.lesson] = entered
            self.planter.used.add(one.lesson)
            recorded = self.world.attendance_entered[one.lesson].item()
            note = "замена внесена на день позже записи об уроке"
            fault = self._substitution_fault(one.lesson, note)
            fault.true_entered_at = entered.isoformat()
            self.truth.add(fault, self._entered_after_record(recorded))

    def _entered_after_record(self, recorded: datetime) -> Judgements:
        late = Expected("late", recorded)
        found = judged(lambda profile: event_due(profile, "substitution", recorded), lambda _due: late)
        return {profile: one if one.verdict == "late" else Expected("ok") for profile, one in found.items()}

    def _substitution_fault(self, n: int, note: str) -> Fault:
        lesson, course = self.world.lessons[n], self.world.course(n)
        group = self.world.school.subgroups[course.subgroup].subgroup_id if course.subgroup >= 0 else ""
        class_id = self.world.school_class(n).class_id
        key = f"{lesson.day.isoformat()}|{lesson.number}|{class_id}|{course.subject.subject_id}|{group}"
        return lesson_fault(self.world, "substitution_recorded", lesson, note=note, subject_key=key)


@dataclass(frozen=True)
class _Spell:
    """Absences of a pupil whose reason was put right when he came back: rows of `world.attendance`."""

    pupil: int
    first_rows: list[int]
    second_rows: list[int]
    first: date
    last: date
    back: datetime
    code: int


class _Documents:
    """A document for every absence that was explained on return; some were brought and not written down in time."""

    def __init__(self, planter: Planter) -> None:
        self.planter, self.world, self.truth = planter, planter.world, planter.truth

    def plant(self) -> None:
        late, forgotten = LATE_DOCUMENTS, FORGOTTEN_DOCUMENTS
        for spell in self._spells():
            received = spell.back - timedelta(minutes=20)
            corrected = datetime.combine(later_day(self.world, received.date(), 4), time(14, 10))
            due = event_due("default", "absence_reason", received)
            in_sight = corrected.date() <= spell.first + (WINDOW_DAYS - 1) * DAY
            judgeable = due is not None and corrected > due.last + timedelta(days=1) and in_sight
            entered: datetime | None = spell.back
            if judgeable and corrected.date() < self.world.last - DAY and not self._excused(spell, received):
                if late:
                    late, entered = late - 1, corrected
                elif forgotten:
                    forgotten, entered = forgotten - 1, None
            self._write(spell, received, entered)

    def _excused(self, spell: _Spell, received: datetime) -> bool:
        home = self.world.school.pupils[spell.pupil].home
        due = event_due("default", "absence_reason", received)
        return excused(
            self.world, teacher=self.world.school.classes[home].head, class_index=home, first=received.date(),
            day=received.date(), due=due.last if due else None, is_timely=True,
        )  # fmt: skip

    def _write(self, spell: _Spell, received: datetime, entered: datetime | None) -> None:
        """Keep the document; entered = when the codes were put right, None = never."""
        documents = self.world.papers.documents
        name = f"d{len(documents) + 1:04d}"
        documents.append(Document(name, spell.pupil, spell.first, spell.last, KINDS[spell.code], received))
        if entered == spell.back:
            return
        at = FOREVER if entered is None else moment(entered)
        self.world.attendance["until"][spell.first_rows] = at
        self.world.attendance["since"][spell.second_rows] = at
        person = self.world.school.pupils[spell.pupil]
        school_class = self.world.school.classes[person.home]
        looks = [one for one in self.world.exports if one.date() - WINDOW_DAYS * DAY <= spell.first and one > received]

        def tell(due: Due) -> Expected:
            return Expected(seen_verdict(looks, entered, due), due.last)

        self.truth.add(
            Fault(
                rule="absence_reason",
                layout="a",
                class_name=school_class.name,
                pupil_name=person.full,
                date=received.date().isoformat(),
                true_entered_at=entered.isoformat() if entered else "",
                note="документ принесён, причина исправлена позже"
                if entered
                else "документ принесён, причина не исправлена",
                subject_key=name,
                teacher_name=" ".join(self.world.school.teachers[school_class.head].name),
            ),
            judged(lambda profile: event_due(profile, "absence_reason", received), tell),
        )

    def _spells(self) -> list[_Spell]:
        """Spells of pupils of journal CSV in random order, all absences of whose days were put right at one moment."""
        rows = self.world.attendance
        until, since = rows["until"], rows["since"]
        groups: dict[tuple[int, int], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for row in np.flatnonzero((until < FOREVER) & (rows["code"] == UNKNOWN)).tolist():
            groups[int(self.world.seat_pupil[rows["seat"][row]]), int(until[row].astype("int64"))][0].append(row)
        for row in np.flatnonzero((until == FOREVER) & np.isin(rows["code"], list(KINDS))).tolist():
            key = (int(self.world.seat_pupil[rows["seat"][row]]), int(since[row].astype("int64")))
            if key in groups:
                groups[key][1].append(row)
        found = []
        final = absent(self.world.final_code())
        for (pupil, back), (first, second) in groups.items():
            seats = rows["seat"][first]
            days = self.world.seat_day[seats]
            mine = (
                (self.world.seat_pupil == pupil)
                & (self.world.seat_day >= min(days))
                & (self.world.seat_day <= max(days))
            )
            whole = (
                set(np.flatnonzero(mine & final).tolist()) == set(seats.tolist()) == set(rows["seat"][second].tolist())
            )
            codes = set(rows["code"][second].tolist())
            csv = self.world.school.classes[self.world.school.pupils[pupil].home].layout == "a"
            quiet = not any(one.starts.toordinal() in days for one in self.world.outages) and pupil not in {
                self.world.school.mover,
                self.world.school.long_ill,
            }
            if whole and len(codes) == 1 and csv and quiet and not any(d.toordinal() in days for d in CANCELLED_DAYS):
                moment_back = np.datetime64(back, "s").item()
                span = (date.fromordinal(int(min(days))), date.fromordinal(int(max(days))))
                found.append(_Spell(pupil, first, second, *span, moment_back, codes.pop()))
        return [found[n] for n in shuffled(self.planter.rng, len(found))]
