"""A simulated school whose teachers have habits, as the tables that the forecast's models read.

Two presets. `strict` follows `forecast.md` §6: weighted marks, rounding borders of .5 to .7, control works count for
more, marks entered late, a 2 overwritten by a re-sit. `usual` follows the aggregates of a real school: 60 % fives, no
weights, no entry times, borders at .5 and in the pupil's favour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.regulation.limits import SEED

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SCHOOL = "sim"
FIRST_YEAR = 2023
TERMS = (((9, 1), 8), ((11, 5), 8), ((1, 12), 10), ((4, 1), 8))
HOURS = (5, 4, 4, 3, 2, 2, 2, 2, 1, 1, 2, 3)  # of 12 subjects, lessons a week
KINDS = ("answer", "homework", "selfwork", "control")
RESCUE_FROM = 0.75
KIND_WEIGHT = np.array([1.0, 1.0, 2.0, 3.0])


@dataclass(frozen=True)
class Habits:
    """What marks and period marks of a school come from. Abilities and noise in units of the latent scale."""

    shares: tuple[float, float, float]  # of marks 2, 3, 4
    ability: float
    subject_ability: float
    noise: float
    walk: float
    summer: float
    marks_a_term: float
    thresholds: tuple[float, ...]
    discretion: float
    favour: float  # chance to lift a mean that lies within `favour_zone` below the border
    favour_zone: float
    inertia: float
    trend: float
    control_emphasis: float
    ignore_weights: float
    spares_twos: float
    absent: float
    late_days: int
    overwritten: float
    lenient: float = 0.25
    class_ability: float = 0.3
    spread_of_counts: float = 0.25
    uses_weights: bool = True
    ends_with_control: bool = False
    rescued: float = 0.0


PRESETS = {
    "strict": Habits(
        (0.09, 0.27, 0.33), 0.80, 0.45, 0.56, 0.21, 0.25, 7.2, (0.5, 0.55, 0.6, 0.65, 0.7), 0.08, 0.0, 0.0, 0.08, 0.25,
        0.9, 0.35, 0.7, 0.107, 2, 0.25, ends_with_control=True,
    ),
    "usual": Habits(
        (0.016, 0.091, 0.289), 0.95, 0.45, 0.66, 0.09, 0.22, 8.0, (0.48, 0.5, 0.5, 0.5), 0.02, 0.5, 0.08, 0.0, 0.0,
        0.0, 1.0, 1.0, 0.09, 0, 0.0, uses_weights=False, spread_of_counts=0.45, rescued=0.3,
    ),
}  # fmt: skip


@dataclass
class School:
    """Drawn marks and period marks, one row each, as columns."""

    marks: pl.DataFrame
    outcomes: pl.DataFrame
    absences: pl.DataFrame
    lessons: pl.DataFrame
    periods: pl.DataFrame


def simulate(habits: Habits, seed: int, *, classes: int = 20, pupils: int = 25, years: int = 3) -> School:
    """Draw a school of `classes` × `pupils`, with whole years of four terms."""
    return _Draw(habits, np.random.default_rng(seed), classes, pupils, years).school()


class _Draw:
    def __init__(self, habits: Habits, rng: np.random.Generator, classes: int, pupils: int, years: int) -> None:
        self.h, self.rng, self.classes, self.pupils, self.years = habits, rng, classes, pupils, years
        n, s = classes * pupils, len(HOURS)
        h = habits
        self.class_of = np.repeat(np.arange(classes), pupils)
        self.ability = rng.normal(0, h.ability, n) + rng.normal(0, h.class_ability, classes)[self.class_of]
        self.subject = rng.normal(0, h.subject_ability, (n, s))
        self.now = rng.normal(0, 2 * h.walk, (n, s))
        self.diligence = np.exp(rng.normal(0, 0.2, n))
        self.misses = np.clip(rng.gamma(1.2, h.absent / 1.2, n), 0.005, 0.6)
        self.n_teachers = 3 * s
        self.teacher_of = np.array([[3 * j + int(rng.integers(3)) for j in range(s)] for _ in range(classes)])
        t = self.n_teachers
        self.leniency = rng.normal(0, h.lenient, t)
        self.threshold = rng.choice(h.thresholds, t)
        self.ignores = rng.random(t) < h.ignore_weights
        self.emphasis = rng.random(t) * 2 * h.control_emphasis
        self.trend = rng.random(t) * 2 * h.trend
        self.inertia = rng.random(t) * 2 * h.inertia
        self.favour = np.clip(rng.normal(h.favour, 0.2, t), 0, 1) * (h.favour > 0)
        self.spares = rng.random(t) < h.spares_twos
        self.rate = np.exp(rng.normal(0, h.spread_of_counts, (classes, s)))
        self.difficulty = np.array([0.1, 0.25, -0.1, -0.25])
        self.borders = self._borders()
        self.last = np.full((n, s), np.nan)

    def _borders(self) -> Floats:
        n = 200_000
        rng, h = np.random.default_rng(0), self.h
        total = np.sqrt(
            h.ability**2 + h.class_ability**2 + h.subject_ability**2 + 6 * h.walk**2 + h.noise**2 + h.lenient**2
            + 0.035
        )  # fmt: skip
        borders: Floats = np.quantile(rng.normal(0, total, n), np.cumsum(h.shares))
        return borders

    def school(self) -> School:
        parts: dict[str, list[pl.DataFrame]] = {name: [] for name in ("marks", "outcomes", "absences", "lessons")}
        periods = []
        for year in range(self.years):
            for term, ((month, day), weeks) in enumerate(TERMS):
                start = date(FIRST_YEAR + year + (month < 9), month, day)
                end = start + timedelta(days=7 * weeks - 1)
                periods.append(
                    (f"{FIRST_YEAR + year}/{FIRST_YEAR + year + 1}", f"{year}q{term + 1}", term + 1, start, end)
                )
                self._term(periods[-1], weeks, parts)
            self.now = self.now * 0.7 + self.rng.normal(0, self.h.summer, self.now.shape)
        frame = pl.DataFrame(
            periods, schema=["academic_year", "period_id", "ordinal", "starts_on", "ends_on"], orient="row"
        )
        return School(*(pl.concat(parts[name]) for name in ("marks", "outcomes", "absences", "lessons")), frame)

    def _term(self, period: tuple, weeks: int, parts: dict[str, list[pl.DataFrame]]) -> None:  # type: ignore[type-arg]
        rng, h = self.rng, self.h
        n, s = self.now.shape
        walk = np.zeros((weeks, n, s))
        state = self.now
        for week in range(weeks):
            state = 0.93 * state + rng.normal(0, h.walk, (n, s))
            walk[week] = state
        self.now = state
        ill_from = rng.integers(0, 7 * weeks, n)
        ill_days = np.where(rng.random(n) < 0.35, rng.integers(3, 12, n), 0)
        for j in range(s):
            for c in range(self.classes):
                self._course(c, j, period, weeks, walk[:, :, j], ill_from, ill_days, parts)

    def _course(
        self, c: int, j: int, period: tuple, weeks: int, walk: Floats, ill_from: Ints, ill_days: Ints,
        parts: dict[str, list[pl.DataFrame]],
    ) -> None:  # type: ignore[type-arg]  # fmt: skip
        year, period_id, _, start, end = period
        rng, h = self.rng, self.h
        mine = np.flatnonzero(self.class_of == c)
        m, teacher = len(mine), int(self.teacher_of[c, j])
        per_week = HOURS[j]
        weekdays = np.sort(rng.permutation(5)[: min(per_week, 5)])
        offsets = np.array([7 * w + d for w in range(weeks) for d in weekdays if 7 * w + d <= (end - start).days])
        n_lessons = len(offsets)
        away = rng.random((n_lessons, m)) < self.misses[mine] * 0.6
        ill = (offsets[:, None] >= ill_from[mine]) & (offsets[:, None] < (ill_from + ill_days)[mine])
        away |= ill
        kind = np.zeros(n_lessons, dtype=np.int64)
        kind[rng.random(n_lessons) < 0.3] = 1
        first = int(rng.integers(1, 3)) if h.uses_weights else int(rng.integers(3, 6))
        tests = np.arange(first, n_lessons, max(4, 2 + per_week))
        kind[tests] = 2
        if n_lessons > 3:
            kind[tests[1::2]] = 3
            if h.ends_with_control:
                kind[[int(0.86 * n_lessons), n_lessons - 1]] = 3
        target = h.marks_a_term * self.rate[c, j] * (0.55 + 0.18 * per_week)
        written = kind >= 2
        rest = max(target - written.sum() * 0.9, 0.8) / max((~written).sum(), 1)
        chance = np.where(written[:, None], 0.98, np.clip(rest * self.diligence[mine][None, :] / 0.9, 0.02, 0.85))
        marked = (rng.random((n_lessons, m)) < chance) & ~away
        at, who = np.nonzero(marked)
        week = offsets[at] // 7
        share_away = away.mean(axis=0)
        latent = (
            self.ability[mine][who] + self.subject[mine, j][who] + walk[week, mine[who]] + self.leniency[teacher]
            + self.difficulty[kind[at]] - 1.2 * (share_away[who] - 0.08) + rng.normal(0, h.noise, len(at))
        )  # fmt: skip
        value = 2 + np.searchsorted(self.borders, latent)
        weight = KIND_WEIGHT[kind[at]] if h.uses_weights else np.ones(len(at))
        value = self._rescued(c, j, who, offsets[at] / offsets[-1], value)
        late = rng.integers(0, h.late_days + 1, len(at)) if h.late_days else np.zeros(len(at), dtype=np.int64)
        entered = offsets[at] + late
        again = (value == 2) & (rng.random(len(at)) < h.overwritten)
        new = np.where(again, 3 + (rng.random(len(at)) < 0.35), value)
        changed = entered + rng.integers(3, 15, len(at))
        again &= changed <= (end - start).days
        final = np.where(again, new, value)
        self._outcomes(c, j, period, mine, who, at, kind, final, weight, share_away, parts)
        base = np.datetime64(start)
        keys = {"academic_year": year, "period_id": period_id, "class_id": f"c{c}", "subject_id": f"s{j}"}
        parts["marks"].append(
            pl.DataFrame(
                {
                    "pupil": mine[who], "date": base + offsets[at], "value": value, "new": np.where(again, final, -1),
                    "weight": weight, "kind": kind[at], "entered": base + entered, "changed": base + changed,
                }
            ).with_columns(**{name: pl.lit(text) for name, text in keys.items()})
        )  # fmt: skip
        absent_at, absent_who = np.nonzero(away)
        parts["absences"].append(
            pl.DataFrame({"pupil": mine[absent_who], "date": base + offsets[absent_at]}).with_columns(
                **{name: pl.lit(text) for name, text in keys.items()}
            )
        )
        parts["lessons"].append(
            pl.DataFrame({"date": base + offsets}).with_columns(
                teacher_id=pl.lit(f"t{teacher}"), **{name: pl.lit(text) for name, text in keys.items()}
            )
        )

    def _rescued(self, c: int, j: int, who: Ints, elapsed: Floats, value: Ints) -> Ints:
        """In the last weeks a pupil just below the border gets a better mark, the more so where he had it before."""
        if not self.h.rescued:
            return value
        mine = np.flatnonzero(self.class_of == c)
        border = self.threshold[int(self.teacher_of[c, j])]
        value = value.copy()
        early = elapsed < RESCUE_FROM
        for one in np.unique(who).tolist():
            rows = np.flatnonzero(who == one)
            if not early[rows].any() or early[rows].all():
                continue
            mean = value[rows[early[rows]]].mean()
            last = self.last[mine[one], j]
            wanted = np.floor(mean - border + 1e-9) + 2
            short = wanted - 1 + border - mean
            if short > 0.25 or wanted > 5:
                continue
            chance = self.h.rescued * (1.5 if last >= wanted else 0.7)
            late = rows[~early[rows]]
            lifted = self.rng.random(len(late)) < chance
            value[late[lifted]] = np.maximum(value[late[lifted]], int(wanted))
        return value

    def _outcomes(
        self, c: int, j: int, period: tuple, mine: Ints, who: Ints, at: Ints, kind: Ints, final: Ints, weight: Floats,
        share_away: Floats, parts: dict[str, list[pl.DataFrame]],
    ) -> None:  # type: ignore[type-arg]  # fmt: skip
        rng, h = self.rng, self.h
        m, teacher = len(mine), int(self.teacher_of[c, j])
        used = np.ones(len(final)) if self.ignores[teacher] else weight
        used = used * np.where(kind[at] == 3, 1 + self.emphasis[teacher], 1.0)
        count = np.bincount(who, minlength=m)
        total = np.bincount(who, used, minlength=m)
        mean = np.divide(np.bincount(who, used * final, minlength=m), total, out=np.zeros(m), where=total > 0)
        late = at >= np.median(at) if len(at) else np.zeros(0, dtype=bool)
        second = np.bincount(who[late], minlength=m)
        newer = np.divide(np.bincount(who[late], final[late], minlength=m), second, out=mean.copy(), where=second > 0)
        judged = mean + self.trend[teacher] * (newer - mean) + rng.normal(0, h.discretion, m)
        last = self.last[mine, j]
        judged = np.where(np.isnan(last), judged, judged + self.inertia[teacher] * (last - judged))
        border = self.threshold[teacher]
        mark = np.floor(judged - border + 1e-9).astype(np.int64) + 1
        near = np.floor(judged + h.favour_zone - border + 1e-9).astype(np.int64) + 1
        mark = np.where((near > mark) & (rng.random(m) < self.favour[teacher]), near, mark)
        mark = np.clip(mark, 2, 5)
        if self.spares[teacher]:
            mark = np.where((mark == 2) & (rng.random(m) < 0.9), 3, mark)
        none = (count < (3 if h.uses_weights else 1)) | (share_away > 0.6)
        self.last[mine, j] = np.where(none, last, mark)
        keys = {"academic_year": period[0], "period_id": period[1], "class_id": f"c{c}", "subject_id": f"s{j}"}
        if not h.uses_weights:
            mine, mark, none = mine[count > 0], mark[count > 0], none[count > 0]
        parts["outcomes"].append(
            pl.DataFrame({"pupil": mine, "mark": np.where(none, -1, mark)}).with_columns(
                teacher_id=pl.lit(f"t{teacher}"), **{name: pl.lit(text) for name, text in keys.items()}
            )
        )


def write(school: School, habits: Habits, path: Path) -> None:
    """Put a school into a build file, as if staging and the intermediate models had been run; all periods are over."""
    path.unlink(missing_ok=True)
    as_of = datetime.combine(max(school.periods["ends_on"]), datetime.min.time()) + timedelta(days=40)
    told = "entered + interval 12 hours" if habits.late_days else "cast(null as timestamp)"
    with duckdb.connect(str(path)) as con:
        for name in ("marks", "outcomes", "absences", "lessons", "periods"):
            con.register(name, getattr(school, name))
        con.execute("create schema staging; create schema intermediate")
        con.execute(
            f"create table staging.stg_meta__schools as select '{SCHOOL}' as school_id, 'sim' as school_name,"
            f" timestamp '{as_of}' as as_of, date '{as_of.date()}' as as_of_date, timestamp '{as_of}' as entries_until"
        )
        con.execute(
            f"""
            create table intermediate.int_periods as
            select '{SCHOOL}' as school_id, p.academic_year, c.class_id, p.period_id, 'quarter' as kind,
                cast(p.ordinal as bigint) as ordinal, p.period_id as period_name, p.starts_on, p.ends_on,
                'stated' as evidence, 1.0 as norm_factor
            from periods p cross join (select distinct class_id from lessons) c;
            create table intermediate.int_subjects as
            select distinct '{SCHOOL}' as school_id, subject_id, subject_id as subject_name, 'marks' as graded,
                cast(null as double) as rounding_threshold, {str(habits.uses_weights).lower()} as uses_weights
            from lessons;
            create table intermediate.int_classes as
            select distinct '{SCHOOL}' as school_id, academic_year, class_id, 7 as grade from lessons;
            create table staging.period_presets as
            select * from read_csv('{SEED.with_name("period_presets.csv")}');
            create table intermediate.int_limits as
            select '{SCHOOL}' as school_id, name, cast(value as double) as value, false as is_own,
                date '1900-01-01' as valid_from, date '2999-12-31' as valid_to
            from read_csv('{SEED}');
            create table intermediate.int_lessons as
            select distinct '{SCHOOL}' as school_id, academic_year, class_id, subject_id, period_id, date, teacher_id,
                class_id || '/' || subject_id || '/' || cast(date as varchar) as lesson_id
            from lessons;
            create table numbered as
            select *, 'm' || row_number() over (order by class_id, subject_id, date, pupil) as mark_id,
                class_id || '/' || subject_id || '/' || cast(date as varchar) as lesson_id,
                'p' || pupil as pupil_id
            from marks;
            create table staging.stg_journal__marks as
            with told as (select *, {told} as entered_at from numbered)
            select '{SCHOOL}' as school_id, academic_year, mark_id, lesson_id, pupil_id, '' as assignment_id,
                cast(value as varchar) as value, '' as kind, 'k' || kind as work_type, weight,
                cast(null as boolean) as counts_in_mean, entered_at, false as entered_at_is_day,
                cast(null as timestamp) as updated_at, false as updated_at_is_day,
                coalesce(entered_at, cast(date as timestamp) + interval 20 hours) as known_from,
                case when new > 0 then changed + interval 12 hours end as known_to,
                case when entered_at is not null then entered_at - interval 1 hour end as not_before,
                (new < 0) as is_current
            from told
            union all
            select '{SCHOOL}', academic_year, mark_id, lesson_id, pupil_id, '', cast(new as varchar), '',
                'k' || kind, weight, null, entered_at, false, null, false, changed + interval 12 hours, null,
                changed, true
            from told where new > 0;
            create view intermediate.int_counted_marks as
            select school_id, mark_id, lesson_id from staging.stg_journal__marks where is_current;
            create table intermediate.int_contested_records (school_id varchar, field_group varchar, row_key varchar);
            create table staging.stg_journal__assignments (
                school_id varchar, assignment_id varchar, work_type varchar, weight double, is_current boolean);
            create table staging.stg_journal__work_types as
            select '{SCHOOL}' as school_id, 'k' || kind as work_type, cast(null as double) as weight,
                (kind = 3) as is_control, cast(null as boolean) as counts_in_mean, true as is_current
            from range(4) as k(kind);
            create table members as
            select distinct 'p' || pupil as pupil_id, class_id from outcomes;
            create table intermediate.int_lesson_pupils as
            select '{SCHOOL}' as school_id, l.academic_year, l.lesson_id, m.pupil_id, l.class_id, l.period_id,
                true as is_expected, false as is_released
            from intermediate.int_lessons l join members m using (class_id);
            create table intermediate.int_attendance as
            select p.school_id, p.academic_year, p.class_id, p.pupil_id, l.subject_id, l.date, p.period_id,
                true as is_expected, case when a.pupil is null then 'present' else 'ill' end as state,
                (a.pupil is not null) as is_absent
            from intermediate.int_lesson_pupils p join intermediate.int_lessons l using (lesson_id)
            left join absences a on p.pupil_id = 'p' || a.pupil and a.subject_id = l.subject_id and a.date = l.date;
            create table intermediate.int_pupil_classes as
            select '{SCHOOL}' as school_id, y.academic_year, m.pupil_id, m.class_id, y.starts_on,
                date '2999-12-31' as ends_on
            from members m cross join (select academic_year, min(starts_on) as starts_on from periods group by 1) y;
            create table intermediate.int_pupil_subject_periods as
            select '{SCHOOL}' as school_id, o.academic_year, o.class_id, 'p' || o.pupil as pupil_id, o.subject_id,
                o.period_id, o.teacher_id, p.starts_on, p.ends_on, 'quarter' as period_kind, 1 as n_marks,
                {str(habits.uses_weights).lower()} as is_weighted, true as is_graded,
                case when o.mark < 0 then 'н/а' else cast(o.mark as varchar) end as period_mark,
                case when o.mark > 0 then cast(o.mark as bigint) end as period_mark_number
            from outcomes o join periods p using (academic_year, period_id);
            create table intermediate.int_period_mark_entry (school_id varchar, academic_year varchar, pupil_id varchar,
                subject_id varchar, period_id varchar, entered_after timestamp, entered_by timestamp);
            """
        )
