"""Two schools of habits: what marks and marks for periods come from.

`usual` follows the aggregates of a real school and what boosting gains there over rounding: three fives of five marks,
borders a little below .5, late marks that lift a mean just below, no moments of entry. `strict` scatters more, rounds
from .5 to .7 by the teacher, counts control works for more, enters marks late and lets a 2 be written again. Both were
tuned on seeds from 100 on.
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

    rescued: chance that late marks lift a mean at the border itself, above 1 = surely near it; it falls to nothing
    `rescue_zone` below. lifts_failing: nobody's mean falls below a 3. thresholds: rounding borders of teachers.
    discretion: what else sways a period mark. inertia, trend: pull of the last period mark and of the newer marks.
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
    rescue_zone: float
    lifts_failing: bool
    thresholds: tuple[float, ...]
    discretion: float
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
        shares=(0.017, 0.093, 0.288), ability=0.9, class_ability=0.3, subject_ability=0.6, noise=0.72, walk=0.22,
        summer=0.2, lenient=0.3, counts=(-0.9, 2.4), count_spread=0.55, weak_asked=0.25, twice=0.24, rescued=1.5,
        rescue_zone=0.25, lifts_failing=True, thresholds=(0.45, 0.45, 0.45, 0.5), discretion=0.02, inertia=0.0,
        trend=0.0, emphasis=0.0, ignore_weights=0.0, spares_twos=1.0,
        uses_weights=False, ends_with_control=False, absent=0.06, absent_shape=4.0, late_days=0, overwritten=0.0,
        now_shares=(0.02, 0.095, 0.293), now_noise=0.75,
    ),
    STRICT: Habits(
        shares=(0.1, 0.265, 0.33), ability=0.8, class_ability=0.25, subject_ability=0.47, noise=0.68, walk=0.165,
        summer=0.33, lenient=0.2, counts=(3.0, 1.25), count_spread=0.24, weak_asked=0.0, twice=0.0, rescued=0.0,
        rescue_zone=0.0, lifts_failing=False, thresholds=(0.5, 0.55, 0.6, 0.65, 0.7), discretion=0.075, inertia=0.09,
        trend=0.4, emphasis=1.6, ignore_weights=0.4, spares_twos=0.7,
        uses_weights=True, ends_with_control=True, absent=0.107, absent_shape=1.5, late_days=2, overwritten=0.25,
        now_shares=(0.09, 0.27, 0.33), now_noise=0.66,
    ),
}  # fmt: skip
