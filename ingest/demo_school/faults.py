"""Planted faults in the records: what is missing, contradicts itself, or differs from what the rules give."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import numpy as np

from ingest.demo_school.life import MINUTE, absent
from ingest.demo_school.marks import graded_course, norm_to_date
from ingest.demo_school.people import Course
from ingest.demo_school.period_marks import FEWEST_MARKS, Pair, computed, distance, pairs
from ingest.demo_school.plan import Planned, printed_name, shuffled
from ingest.demo_school.regulations import end_of
from ingest.demo_school.subjects import WORK_INDEX
from ingest.demo_school.truth import Fault, Negative, Truth, alike
from ingest.demo_school.world import CURRENT, FOREVER, RELEASED, RETAKE, UNKNOWN, PeriodMark, World
from ingest.demo_school.write_studenttotal import is_old

LONELY_PRESENCES = {"a": 2, "c": 1}
LONELY_MARKS = {"a": 2, "b": 1, "c": 1}
LONELY_ABSENCES = {"a": 2}
TOO_FEW = {"a": 3, "b": 2, "c": 2}
MISSING_PERIOD_MARKS = {"a": 3, "b": 1, "c": 2}
DIFFERENT_PERIOD_MARKS = {"a": 3, "b": 1, "c": 2}
WRONG_AVERAGES = {"b": 2, "c": 2}
WRONG_BY = 0.2
CLEAR = 0.2

Wanted = dict[str, int]
Share = tuple[Wanted, set[int]]


def plant_in_records(rng: np.random.Generator, world: World, truth: Truth, planned: Planned) -> None:
    """Change attendance and marks before moments of entry are set."""
    used = planned.contradictions
    for share in _passes(world, planned, LONELY_PRESENCES):
        _lonely_presences(rng, world, truth, used, share)
    for share in _passes(world, planned, LONELY_MARKS):
        _lonely_marks(rng, world, truth, used, share)
    for share in _passes(world, planned, LONELY_ABSENCES):
        _lonely_absences(rng, world, truth, used, share)
    for share in _passes(world, planned, TOO_FEW):
        _too_few_marks(rng, world, truth, planned, share)


def _passes(world: World, planned: Planned, wanted: Wanted) -> list[Share]:
    """How many faults to plant in each layout, and in which pupils: one in the class of the tour, then elsewhere."""
    here = {pupil.index for pupil in world.school.pupils if pupil.home == planned.showcase}
    elsewhere = {pupil.index for pupil in world.school.pupils} - here
    if not here or not wanted.get("a"):
        return [(wanted, elsewhere)]
    return [({"a": 1}, here), (wanted | {"a": wanted["a"] - 1}, elsewhere)]


def pupil_fault(world: World, rule: str, course: Course, pupil: int, **values: str) -> Fault:
    """A fault of a pupil in a subject."""
    school_class = world.school.classes[course.class_index]
    person = world.school.pupils[pupil]
    group = world.school.subgroups[course.subgroup].name if course.subgroup >= 0 else ""
    known = school_class.layout == "a"
    named = {
        "subject_name": printed_name(world, course),
        "subgroup_name": group,
        "pupil_name": person.full if known else person.short,
        "teacher_name": " ".join(world.school.teachers[course.teacher].name) if known else "",
    }
    return Fault(rule=rule, layout=school_class.layout, class_name=school_class.name, **(named | values))


def _day_fault(world: World, rule: str, seat: int, note: str) -> Fault:
    """A fault of a pupil's day; it names the lesson that sticks out."""
    lesson = world.lessons[int(world.seat_lesson[seat])]
    person = world.school.pupils[int(world.seat_pupil[seat])]
    fault = pupil_fault(world, rule, world.course(lesson.index), person.index, date=lesson.day.isoformat(), note=note)
    fault.class_name = world.school.classes[person.home].name
    if fault.layout == "a":
        fault.teacher_name = " ".join(world.school.teachers[lesson.teacher].name)
        fault.lesson_number = str(lesson.number)
        fault.subject_key = f"{person.pupil_id}|{lesson.day.isoformat()}"
    return fault


def _whole_days_away(rng: np.random.Generator, world: World) -> list[tuple[int, int]]:
    """Days (first seat, end) wholly away without any mark, of four lessons or more, in random order."""
    codes = world.final_code()
    away = absent(codes)
    marked = np.bincount(world.marks["seat"], minlength=len(codes)) > 0
    starts = np.unique(world.seat_day_start)
    found = []
    for n in shuffled(rng, len(starts)):
        start = int(starts[n])
        end = int(world.seat_day_end[start])
        known = world.seat_pupil[start] not in {world.school.long_ill, world.school.mover}
        if end - start >= 5 and away[start:end].all() and not marked[start:end].any() and known:
            found.append((start, end))
    return found


def _sticking_out(world: World, start: int, end: int) -> int:
    """A lesson in the middle of a day that can stand alone: graded, no written work, seen once that day. -1 = none."""
    written = {work.lesson for work in world.works}
    marked_lessons = set(world.seat_lesson[world.marks["seat"]].tolist())
    subjects = [world.course(int(world.seat_lesson[n])).subject.subject_id for n in range(start, end)]
    for n in range(start + 1, end - 1):
        lesson = int(world.seat_lesson[n])
        course = world.lessons[lesson].course
        alone = subjects.count(subjects[n - start]) == 1
        here = not world.schedule.away(world.lessons[lesson].teacher, world.lessons[lesson].day)
        if alone and here and lesson not in written and lesson in marked_lessons and graded_course(world, course):
            return n
    return -1


def _drop_codes(world: World, seat: int) -> None:
    world.attendance.keep(world.attendance["seat"] != seat)


def _take_days(rng: np.random.Generator, world: World, share: Share, used: set[tuple[int, int]]) -> list[int]:
    """Seats that stick out of whole days away, as many of each layout as wanted."""
    left, chosen = dict(share[0]), []
    for start, end in _whole_days_away(rng, world):
        layout = str(world.seat_layout[start])
        key = (int(world.seat_pupil[start]), int(world.seat_day[start]))
        late_enough = world.seat_day[start] <= (world.last - timedelta(days=9)).toordinal()
        if not left.get(layout) or not late_enough or key[0] in {pupil for pupil, _ in used} or key[0] not in share[1]:
            continue
        if not world.is_counted(world.school.pupils[key[0]].home, date.fromordinal(key[1])):
            continue
        seat = _sticking_out(world, start, end)
        if seat >= 0 and world.seat_layout[seat] == layout:
            left[layout] -= 1
            used.add(key)
            chosen.append(seat)
    return chosen


def _lonely_presences(
    rng: np.random.Generator, world: World, truth: Truth, used: set[tuple[int, int]], share: Share
) -> None:
    """Away all day but one lesson, at which nothing is recorded of the pupil."""
    for seat in _take_days(rng, world, share, used):
        _drop_codes(world, seat)
        truth.add(_day_fault(world, "day_absent_but_one", seat, "пропуск на всех уроках дня, кроме этого"))


def _lonely_marks(
    rng: np.random.Generator, world: World, truth: Truth, used: set[tuple[int, int]], share: Share
) -> None:
    """Away all day but one lesson, at which the pupil got a mark."""
    for seat in _take_days(rng, world, share, used):
        _drop_codes(world, seat)
        add_mark(world, seat, 4)
        note = "отметка на единственном уроке дня, остальные пропущены"
        truth.add(_day_fault(world, "day_single_contradiction", seat, note))


def add_mark(world: World, seat: int, value: int) -> None:
    """One more answer of a pupil; its moment is set with the others."""
    ordinal = 1 + max(world.marks["ordinal"][world.marks["seat"] == seat], default=0)
    world.marks.add(
        seat=seat,
        ordinal=ordinal,
        work=WORK_INDEX["answer"],
        value=value,
        kind=CURRENT,
        weight=1.0,
        counts=True,
        assignment=-1,
        since=FOREVER,
        until=FOREVER,
    )


def _lonely_absences(
    rng: np.random.Generator, world: World, truth: Truth, used: set[tuple[int, int]], share: Share
) -> None:
    """One lesson missed in the middle of a day with marks before and after it; needs lesson numbers."""
    codes = world.final_code()
    marked = np.bincount(world.marks["seat"], minlength=len(codes)) > 0
    written = {work.lesson for work in world.works}
    plain = set(world.seat_lesson[world.marks["seat"]].tolist()) - written
    starts = np.unique(world.seat_day_start)
    left = share[0].get("a", 0)
    for n in shuffled(rng, len(starts)):
        start = int(starts[n])
        end = int(world.seat_day_end[start])
        key = (int(world.seat_pupil[start]), int(world.seat_day[start]))
        fits = left and world.seat_layout[start] == "a" and end - start >= 5 and not codes[start:end].any()
        if not fits or key in used or key[0] not in share[1] or marked[start:end].sum() < 2:
            continue
        if not world.is_counted(world.school.pupils[key[0]].home, date.fromordinal(key[1])):
            continue
        first, last = start + int(np.argmax(marked[start:end])), end - 1 - int(np.argmax(marked[start:end][::-1]))
        free = [
            seat
            for seat in range(first + 1, last)
            if not marked[seat]
            and int(world.seat_lesson[seat]) in plain
            and graded_course(world, int(world.seat_course[seat]))
            and world.seat_layout[seat] == "a"
            and not world.schedule.away(world.lessons[int(world.seat_lesson[seat])].teacher, date.fromordinal(key[1]))
        ]
        if free:
            left -= 1
            used.add(key)
            lesson = world.lesson_starts[world.seat_lesson[free[0]]]
            world.attendance.add(seat=free[0], code=UNKNOWN, since=lesson + 10 * MINUTE, until=FOREVER)
            note = "пропущен один урок в середине дня, до и после него есть отметки"
            truth.add(_day_fault(world, "day_single_contradiction", free[0], note))


def _too_few_marks(rng: np.random.Generator, world: World, truth: Truth, planned: Planned, share: Share) -> None:
    """Pupils who were at every lesson and have fewer marks than the norm: their ordinary marks are taken away."""
    left = dict(share[0])
    taken = {pupil for pupil, _ in planned.contradictions} | planned.few_marks
    away = absent(world.final_code()) | (world.final_code() == RELEASED)
    numbers = np.bincount(world.marks["seat"], minlength=len(away))
    keys = world.seat_pupil * 10_000 + world.seat_course
    of_pair: dict[int, list[int]] = defaultdict(list)
    for seat, key in enumerate(keys.tolist()):
        of_pair[key].append(seat)
    unchanged = {world.school.mover, world.school.newcomer, world.school.leaver, world.school.long_ill}
    candidates = sorted(of_pair)
    for n in shuffled(rng, len(candidates)):
        seats = np.array(of_pair[candidates[n]])
        course = world.school.courses[int(world.seat_course[seats[0]])]
        pupil = int(world.seat_pupil[seats[0]])
        layout = world.school.classes[course.class_index].layout
        if not left.get(layout) or not graded_course(world, course.index) or pupil in unchanged | taken:
            continue
        if pupil not in share[1]:
            continue
        period = world.periods_of_class(world.school.classes[course.class_index])[0]
        seats = seats[world.seat_day[seats] <= period.ends_on.toordinal()]
        norm = int(norm_to_date(world, period, course.hours, layout))
        steady = world.schedule.is_steady(course.teacher)
        judged = period.kind == "quarter" and world.is_over(period) and norm >= 3 and course.hours <= 5 and steady
        if not judged or away[seats].any():
            continue
        wanted = norm - 1 if norm <= 4 else norm - 2
        rows = np.flatnonzero(np.isin(world.marks["seat"], seats))
        rows = rows[(world.marks["assignment"][rows] < 0)]
        spare = int(numbers[seats].sum()) - wanted
        removable = [row for row in rows.tolist() if _others_marked(world, numbers, int(world.marks["seat"][row]))]
        if spare <= 0 or len(removable) < spare or wanted < 1:
            continue
        left[layout] -= 1
        taken.add(pupil)
        planned.few_marks.add(pupil)
        keep = np.ones(len(world.marks), dtype=bool)
        keep[removable[:spare]] = False
        world.marks.keep(keep)
        numbers = np.bincount(world.marks["seat"], minlength=len(away))
        person = world.school.pupils[pupil]
        key = f"{person.pupil_id}|{course.subject.subject_id}|{period.period_id}" if layout == "a" else ""
        truth.add(
            pupil_fault(
                world,
                "marks_below_norm",
                course,
                pupil,
                period_ordinal=str(period.ordinal),
                subject_key=key,
                note=f"отметок {wanted}, норма {norm}, пропусков нет",
            )
        )


def _others_marked(world: World, numbers: np.ndarray, seat: int) -> bool:
    """True where at least two other pupils have marks at the lesson of a seat."""
    others = [n for n in world.seats(int(world.seat_lesson[seat])).tolist() if n != seat]
    return int((numbers[others] > 0).sum()) >= 2


def plant_in_period_marks(rng: np.random.Generator, world: World, truth: Truth, planned: Planned) -> set[int]:
    """Take away or change period marks; print wrong averages. Returns the pupils whose marks were planted upon."""
    touched: set[int] = set()
    for share in _passes(world, planned, MISSING_PERIOD_MARKS):
        _missing_period_marks(rng, world, truth, touched, share)
    for share in _passes(world, planned, DIFFERENT_PERIOD_MARKS):
        _different_period_marks(rng, world, truth, touched, share)
    _wrong_averages(rng, world, truth, touched)
    return touched


def closed_pairs(
    rng: np.random.Generator, world: World, touched: set[int], *, few: bool = False
) -> list[tuple[Pair, PeriodMark]]:
    """Pairs of the newest finished period with their period marks, in random order; few: with hardly any marks."""
    over = [period for period in world.periods_seen() if world.is_over(period)]
    if not over:
        return []
    marks = {(m.pupil, m.course, m.period_id): m for m in world.period_marks}
    found = [
        (pair, marks[pair.pupil, pair.course, pair.period.period_id])
        for period in over
        if period.kind == "quarter" and period.ends_on == max(p.ends_on for p in over)
        for pair in pairs(world, period)
        if (pair.pupil, pair.course, pair.period.period_id) in marks
        and pair.pupil != world.school.long_ill
        and (len(pair.rows) < FEWEST_MARKS) == few
    ]
    return [found[n] for n in shuffled(rng, len(found)) if found[n][0].pupil not in touched]


def _prints_period_marks(world: World, pair: Pair) -> bool:
    """v5.0 of the pupil report has no column for them."""
    if pair.layout != "b":
        return True
    home = world.school.pupils[pair.pupil].home
    return not is_old([p for p in world.school.pupils if p.home == home], world.school.pupils[pair.pupil])


def pair_fault(world: World, rule: str, pair: Pair, note: str, **values: str) -> Fault:
    """A fault of a pupil in a subject in a period."""
    person = world.school.pupils[pair.pupil]
    course = world.school.courses[pair.course]
    key = f"{person.pupil_id}|{course.subject.subject_id}|{pair.period.period_id}" if pair.layout == "a" else ""
    ordinal = str(pair.period.ordinal)
    return pupil_fault(world, rule, course, pair.pupil, period_ordinal=ordinal, subject_key=key, note=note, **values)


def _missing_period_marks(
    rng: np.random.Generator, world: World, truth: Truth, touched: set[int], share: Share
) -> None:
    left = dict(share[0])
    for pair, mark in closed_pairs(rng, world, touched):
        wanted = left.get(pair.layout) and pair.pupil in share[1] and pair.pupil not in touched
        if wanted and len(pair.rows) >= 4 and _prints_period_marks(world, pair):
            left[pair.layout] -= 1
            touched.add(pair.pupil)
            world.period_marks.remove(mark)
            note = f"отметок {len(pair.rows)}, отметки за период нет"
            fault = pair_fault(world, "period_mark_missing", pair, note)
            truth.add(fault, alike("missing", end_of(pair.period.ends_on)))


def _different_period_marks(
    rng: np.random.Generator, world: World, truth: Truth, touched: set[int], share: Share
) -> None:
    """A mark that rounding cannot give; the first one in journal CSV forgets that the subject weighs works."""
    left = dict(share[0])
    ordered = sorted(closed_pairs(rng, world, touched), key=lambda one: not _forgets_weights(world, one[0]))
    for pair, mark in ordered:
        mean = pair.mean(world)
        clear = distance(mean, pair.threshold) > CLEAR and len(pair.rows) >= 4 and mark.value.isdigit()
        if not left.get(pair.layout) or not clear or not _prints_period_marks(world, pair):
            continue
        steady = world.schedule.is_steady(world.school.courses[pair.course].teacher)
        if pair.pupil in touched or pair.pupil not in share[1] or not steady:
            continue
        right = computed(mean, pair.threshold)
        wrong = computed(pair.plain_mean(world), 0.5)
        if wrong == right:
            wrong = right + 1 if right < 5 and mean - right < CLEAR else right - 1
        if not 3 <= wrong <= 5:
            continue
        left[pair.layout] -= 1
        touched.add(pair.pupil)
        mark.value = str(wrong)
        note = f"среднее {mean:.2f}, по правилам {right}, выставлено {wrong}"
        truth.add(pair_fault(world, "period_mark_differs", pair, note))


def _forgets_weights(world: World, pair: Pair) -> bool:
    plain = computed(pair.plain_mean(world), 0.5)
    return pair.uses_weights and plain != computed(pair.mean(world), pair.threshold)


def _wrong_averages(rng: np.random.Generator, world: World, truth: Truth, touched: set[int]) -> None:
    """Print an average that its own marks do not give; the period mark stays right by either."""
    left = dict(WRONG_AVERAGES)
    old_seen: set[bool] = set()
    for pair, _mark in closed_pairs(rng, world, touched):
        mean = pair.plain_mean(world)
        fits = left.get(pair.layout) and 0.6 <= mean % 1 <= 0.75 and len(pair.rows) >= 4 and pair.pupil not in touched
        markup = not _prints_period_marks(world, pair)
        if not fits or (pair.layout == "b" and markup in old_seen):
            continue
        if pair.layout == "b":
            old_seen.add(markup)
        left[pair.layout] -= 1
        touched.add(pair.pupil)
        course = world.school.courses[pair.course]
        world.wrong_averages[pair.pupil, course.subject.subject_id, pair.period.period_id] = WRONG_BY
        note = f"напечатано {mean + WRONG_BY:.2f}, по отметкам {mean:.2f}"
        truth.add(pair_fault(world, "averages_disagree", pair, note))


def note_negatives(world: World, truth: Truth) -> None:
    """List what looks like a fault and is none."""
    school = world.school

    def add(kind: str, pupil: int, note: str, day: date | None = None) -> None:
        if pupil >= 0:
            person = school.pupils[pupil]
            school_class = school.classes[person.home]
            when = day.isoformat() if day else ""
            truth.negatives.append(Negative(kind, school_class.layout, school_class.name, "", person.full, when, note))

    def first_day(pupil: int) -> date | None:
        return school.pupils[pupil].stays[-1][1] if pupil >= 0 else None

    add(
        "newcomer",
        school.newcomer,
        "прибытие посреди четверти: норма считается с этого дня",
        first_day(school.newcomer),
    )
    add("leaver", school.leaver, "выбытие посреди четверти: отметка за период не нужна")
    add("mover", school.mover, "переход в другой класс: отметки из обоих классов", first_day(school.mover))
    add("long_ill", school.long_ill, "болезнь с 8 сентября: «н/а» за четверть, отметок мало по праву")
    for pupil, _, start, _ in school.releases:
        add("released", pupil, "освобождение от физкультуры", start)
    add("released", school.printed_release, "освобождение от физкультуры: в отчёте пустые клетки, кода нет")
    for kind, row, note in _unusual_marks(world):
        lesson = world.lessons[int(world.seat_lesson[world.marks["seat"][row]])]
        add(kind, int(world.seat_pupil[world.marks["seat"][row]]), note, lesson.day)
    for pupil in school.namesakes:
        add("namesake", pupil, "в классе есть ученик с той же фамилией и именем")


def _unusual_marks(world: World) -> list[tuple[str, int, str]]:
    """Two marks of each lawful kind that a careless check would flag: (kind, row, note)."""
    marks = world.marks
    csv = world.seat_layout[marks["seat"]] == "a"
    standing = csv & world.final_marks()
    late = standing & absent(world.final_code())[marks["seat"]]
    corrected = csv & ~world.final_marks() & marks["counts"] & (marks["kind"] == CURRENT) & (marks["assignment"] >= 0)
    kinds = (
        ("made_up", late, "отметка за пропущенный урок, сдано позже"),
        ("retake", standing & (marks["kind"] == RETAKE), "пересдача: прежняя отметка больше не учитывается"),
        ("corrected", corrected, "отметка за письменную работу внесена в срок, исправлена или пересдана до срока"),
    )
    return [(kind, row, note) for kind, rows, note in kinds for row in np.flatnonzero(rows)[:2].tolist()]
