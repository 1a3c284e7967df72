"""Two schools of habits: what marks and marks for periods come from.

`usual` follows the aggregates of a real school: three fives of five marks, borders at .5 and in the pupil's favour, no
moments of entry. `strict` scatters more, rounds from .5 to .7 by the teacher, counts control works for more, enters
marks late and lets a 2 be written again. Both were tuned on seeds from 100 on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Habits:
    """Abilities and noise are in units of the latent scale; chances and shares are from 0 to 1.

    shares: of marks 2, 3 and 4, the rest are 5. ability, class_ability, subject_ability: how pupils, classes and
    subjects of a pupil differ. walk, summer: how an ability drifts in a week and in a summer. lenient: how teachers
    differ in their marks.

    counts: marks a quarter = counts[0] + counts[1] × hours a week. count_spread: how teachers differ in it.
    weak_asked: by how much weaker pupils are asked more. twice: chance of a second mark in the same lesson.

    rescued: chance that a late mark lifts a mean just below the border. lifts_failing: nobody's mean falls below a 3.
    thresholds: rounding borders of teachers. discretion: what else sways a period mark. favour: chance to lift a mean
    within `favour_zone` below the border. inertia, trend: pull of the last period mark and of the newer marks.
    emphasis: by how much a control work counts for more than its weight. ignore_weights, spares_twos: shares of
    teachers.

    absent: share of lessons missed. absent_shape: how alike pupils are in it. late_days: marks are entered up to so
    many days later, 0 = no moment is told. overwritten: chance that a 2 is written again.

    now_shares, now_noise: shares and noise of this year's marks.
    """

    shares: tuple[float, float, float]
    ability: float
    class_ability: float
    subject_ability: float
    noise: float
    walk: float
    summer: float
    lenient: float
    counts: tuple[float, float]
    count_spread: float
    weak_asked: float
    twice: float
    rescued: float
    lifts_failing: bool
    thresholds: tuple[float, ...]
    discretion: float
    favour: float
    favour_zone: float
    inertia: float
    trend: float
    emphasis: float
    ignore_weights: float
    spares_twos: float
    uses_weights: bool
    ends_with_control: bool
    absent: float
    absent_shape: float
    late_days: int
    overwritten: float
    now_shares: tuple[float, float, float]
    now_noise: float


USUAL, STRICT = "usual", "strict"
PRESETS = {
    USUAL: Habits(
        shares=(0.017, 0.093, 0.29), ability=0.95, class_ability=0.3, subject_ability=0.45, noise=0.70, walk=0.05,
        summer=0.2, lenient=0.3, counts=(-0.6, 2.6), count_spread=0.45, weak_asked=0.32, twice=0.24, rescued=0.3,
        lifts_failing=True, thresholds=(0.48, 0.5, 0.5, 0.5), discretion=0.01, favour=0.2, favour_zone=0.08,
        inertia=0.0, trend=0.0, emphasis=0.0, ignore_weights=0.0, spares_twos=1.0,
        uses_weights=False, ends_with_control=False, absent=0.06, absent_shape=4.0, late_days=0, overwritten=0.0,
        now_shares=(0.02, 0.095, 0.293), now_noise=0.75,
    ),
    STRICT: Habits(
        shares=(0.1, 0.265, 0.33), ability=0.80, class_ability=0.3, subject_ability=0.45, noise=0.60, walk=0.18,
        summer=0.25, lenient=0.25, counts=(4.0, 1.3), count_spread=0.25, weak_asked=0.0, twice=0.0, rescued=0.0,
        lifts_failing=False, thresholds=(0.5, 0.55, 0.6, 0.65, 0.7), discretion=0.02, favour=0.0, favour_zone=0.0,
        inertia=0.08, trend=0.4, emphasis=2.5, ignore_weights=0.35, spares_twos=0.63,
        uses_weights=True, ends_with_control=True, absent=0.107, absent_shape=1.5, late_days=2, overwritten=0.25,
        now_shares=(0.09, 0.27, 0.33), now_noise=0.66,
    ),
}  # fmt: skip
