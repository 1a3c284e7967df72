"""The forecast engine on public data: UCI Student Performance and OULAD, read from a folder outside the repository.

Every model here is made by `warehouse.forecast.ordinal.fit`, the entry point that the product uses; `benchmarks.hurdle`
asks it the product's two questions (any mark, which one) of one table. Settings were chosen on other seeds (UCI:
100-102) or inside the training years (OULAD: fitted on 2013B, tried on 2013J); the tables use seeds 0-19 and the test
year.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
from numpy.typing import NDArray

from benchmarks import hurdle
from warehouse.forecast import metrics, ordinal

Floats = NDArray[np.float64]

# UCI ------------------------------------------------------------------------------------------------------------------

NUMBERS = (
    "age", "Medu", "Fedu", "traveltime", "studytime", "failures", "famrel", "freetime", "goout", "Dalc", "Walc",
    "health", "absences",
)  # fmt: skip
YES_NO = ["schoolsup", "famsup", "paid", "activities", "nursery", "higher", "internet", "romantic"]
BINARY = {"school": "MS", "sex": "M", "address": "U", "famsize": "GT3", "Pstatus": "T"}
NOMINAL = ("Mjob", "Fjob", "reason", "guardian")
# what a school itself would know; the rest is background and is held nearer to nothing
KNOWN = {
    "failures", "higher", "schoolsup", "school", "studytime", "absences", "Medu", "age", "goout", "Fedu", "Dalc",
    "Walc", "romantic", "internet", "health",
}  # fmt: skip
KNOWN_STRENGTH, STEP_STRENGTH, PASS_STRENGTH, MARK_STRENGTH = 20.0, 15.0, 5.0, 1.0
BACKGROUND_STRENGTH = {True: 300.0, False: 60.0}  # with marks of earlier terms, and without
ATTESTED_SHARE = 0.25
LEVEL_STEPS, PASS_STEP = (11.5, 13.5, 15.5), 9.5
FIVE = (9.5, 11.5, 13.5, 15.5)
SETUPS = {"A": ("G1", "G2"), "B": ("G1",), "C": ()}
# grade 0 (not attested) and the grade as two questions, as one ordinal question of 0 … 20, and the mean of both answers
Asked = Literal["apart", "at once", "both"]


def uci_inputs(  # noqa: C901
    rows: list[dict[str, str]], marks: tuple[str, ...]
) -> tuple[Floats, Floats]:
    """Features (n, P) and the strength of the prior of each (P)."""
    columns: list[tuple[Floats, float]] = []
    background = BACKGROUND_STRENGTH[bool(marks)]

    def add(values: Iterable[object], strength: float) -> None:
        columns.append((np.array([float(value) for value in values]), strength))  # type: ignore[arg-type]

    for name in NUMBERS:
        add((row[name] for row in rows), KNOWN_STRENGTH if name in KNOWN else background)
    for name in YES_NO:
        add((row[name] == "yes" for row in rows), KNOWN_STRENGTH if name in KNOWN else background)
    for name, value in BINARY.items():
        add((row[name] == value for row in rows), KNOWN_STRENGTH if name in KNOWN else background)
    for name in NOMINAL:
        for value in sorted({row[name] for row in rows})[1:]:
            add((row[name] == value for row in rows), background)
    absences = np.array([float(row["absences"]) for row in rows])
    for values in (absences == 0, np.log1p(absences), np.array([float(row["failures"]) > 0 for row in rows])):
        add(values, KNOWN_STRENGTH)
    for name in marks:
        add((row[name] for row in rows), MARK_STRENGTH)
    if len(marks) > 1:
        add((float(row[marks[-1]]) == 0 for row in rows), 3.0)
    if marks:
        last = np.array([float(row[marks[-1]]) for row in rows])
        for step in LEVEL_STEPS:
            add(np.clip(last - step, -0.5, 0.5), STEP_STRENGTH)
        add(np.clip(last - PASS_STEP, -1.5, 1.5), PASS_STRENGTH)
    return np.stack([values for values, _ in columns], axis=1), np.array([strength for _, strength in columns])


@dataclass(frozen=True)
class UciFigures:
    """One cell of the tables: means over the runs, with the half width of a 95 % t interval."""

    five: float
    five_pm: float
    five_rps: float
    binary: float
    binary_pm: float
    rmse: float
    rmse_pm: float


def uci_run(x: Floats, strength: Floats, grades: Floats, seed: int, asked: Asked) -> Floats:
    """One run of 10-fold cross-validation: probabilities of the grades 0 … 20, each row from the fold it was out of."""
    n = len(grades)
    fold = np.empty(n, dtype=np.int64)
    fold[np.random.default_rng(seed).permutation(n)] = np.arange(n) % 10
    p = np.zeros((n, 21))
    for one in range(10):
        train, test = fold != one, fold == one
        if asked != "at once":
            outcome = np.where(grades[train] > 0, grades[train], np.nan)
            model = hurdle.fit(
                x[train], outcome, levels=np.arange(1.0, 21), strength=strength,
                attested_strength=ATTESTED_SHARE * strength,
            )  # fmt: skip
            p[test] += model.probabilities(x[test])
        if asked != "apart":
            single = ordinal.fit(x[train], grades[train], levels=np.arange(21.0), strength=strength, cut_strength=0.05)
            p[test] += single.probabilities(x[test])
    if asked == "both":
        p /= 2
    return p


def uci_figures(p: Floats, grades: Floats) -> Floats:
    """Five levels: accuracy and RPS; pass or fail: accuracy; RMSE on 0 … 20."""
    five = np.add.reduceat(p, (0, 10, 12, 14, 16), axis=1)
    passed = np.add.reduceat(p, (0, 10), axis=1)
    y_five = np.searchsorted(FIVE, grades)
    return np.array(
        [
            100 * metrics.accuracy(five, y_five),
            metrics.rps(five, y_five),
            100 * metrics.accuracy(passed, (grades >= 10).astype(np.int64)),
            float(np.sqrt(np.mean((p @ np.arange(21.0) - grades) ** 2))),
        ]
    )


def uci(folder: Path, subject: str, setup: str, seeds: range, asked: Asked = "both") -> UciFigures:
    """The protocol of Cortez and Silva 2008: runs of 10-fold cross-validation, figures over all rows of a run."""
    with (folder / "uci_student" / f"student-{subject}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    x, strength = uci_inputs(rows, SETUPS[setup])
    grades = np.array([float(row["G3"]) for row in rows])
    found = np.array([uci_figures(uci_run(x, strength, grades, seed, asked), grades) for seed in seeds])
    mean = found.mean(axis=0)
    wide = 2.093 * found.std(axis=0, ddof=1) / np.sqrt(len(found)) if len(found) > 1 else np.zeros(4)
    return UciFigures(mean[0], wide[0], mean[1], mean[2], wide[2], mean[3], wide[3])


# OULAD ----------------------------------------------------------------------------------------------------------------

OULAD_STRENGTH = 100.0
EDUCATION = {
    "No Formal quals": 0, "Lower Than A Level": 1, "A Level or Equivalent": 2, "HE Qualification": 3,
    "Post Graduate Qualification": 4,
}  # fmt: skip
MODULES = ("BBB", "CCC", "DDD", "EEE", "FFF", "GGG")
KEY = "id_student, code_module, code_presentation"


def oulad_rows(folder: Path, share: float) -> dict[str, NDArray[np.generic]]:
    """One row a student still registered at `share` of the course, from what had been handed in by then."""
    of = {name: f"'{(folder / 'oulad' / name).as_posix()}.parquet'" for name in (
        "assessment", "course", "student", "student_assessment", "student_registration",
    )}  # fmt: skip
    return duckdb.sql(
        f"""
        with works as (select * from {of["assessment"]} where assessment_type <> 'Exam'),
        courses as (select *, floor({share} * module_presentation_length) as day from {of["course"]}),
        students as (
            select s.*, c.day, c.module_presentation_length as length, r.date_registration
            from {of["student"]} s
            join courses c using (code_module, code_presentation)
            join {of["student_registration"]} r using ({KEY})
            where coalesce(r.date_unregistration, 9999) > c.day and coalesce(r.date_registration, -9999) <= c.day
        ),
        due as (
            select w.*, row_number() over (partition by code_module, code_presentation order by date desc) as place
            from works w join courses c using (code_module, code_presentation) where coalesce(w.date, 999) <= c.day
        ),
        handed_in as (
            select a.id_student, w.code_module, w.code_presentation, w.id_assessment, w.assessment_type, w.date,
                w.weight, a.score, a.date_submitted, a.is_banked,
                row_number() over (partition by {KEY} order by w.date desc, a.date_submitted desc) as place
            from {of["student_assessment"]} a
            join works w using (id_assessment)
            join courses c using (code_module, code_presentation)
            where a.date_submitted <= c.day
        ),
        summed as (
            select {KEY}, avg(score) as mean, sum(score * weight) as weighted, count(*) as n,
                avg(score) filter (where place = 1) as last, avg(score) filter (where place <= 2) as last2,
                min(score) as lowest, avg(date_submitted - date) as lateness, max(date_submitted) as last_day,
                avg(cast(date_submitted > date as double)) as late, avg(cast(is_banked as double)) as banked,
                avg(score) filter (where assessment_type = 'TMA') as tma,
                avg(score) filter (where assessment_type = 'CMA') as cma
            from handed_in group by {KEY}
        ),
        dues as (
            select code_module, code_presentation, sum(weight) as due_weight, count(*) as n_due
            from due group by code_module, code_presentation
        ),
        missed as (
            select {KEY}, count(*) as n_missed, sum(d.weight) as missed_weight,
                max(cast(d.place = 1 as int)) as missed_last
            from students s join due d using (code_module, code_presentation)
            left join handed_in h using (id_student, code_module, code_presentation, id_assessment)
            where h.score is null and h.date_submitted is null group by {KEY}
        )
        select students.*, summed.* exclude ({KEY.replace("id_student, ", "id_student, ")}),
            due_weight, coalesce(n_due, 0) as n_due, coalesce(n_missed, 0) as n_missed,
            coalesce(missed_weight, 0) as missed_weight, coalesce(missed_last, 0) as missed_last
        from students
        left join summed using ({KEY})
        left join dues using (code_module, code_presentation)
        left join missed using ({KEY})
        order by {KEY}
        """
    ).fetchnumpy()


def _numbers(values: object) -> Floats:
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)


def oulad_inputs(rows: dict[str, NDArray[np.generic]]) -> Floats:
    """Features (n, P): marks and deadlines so far, against the same course, and what was known at registration."""
    n = {name: _numbers(rows[name]) for name in rows if np.ma.asarray(rows[name]).dtype.kind in "ifb"}
    n_due, count, mean = n["n_due"], np.nan_to_num(n["n"]), n["mean"]
    share = count / np.maximum(n_due, 1)
    by_weight = np.nan_to_num(n["weighted"]) / np.where(n["due_weight"] > 0, n["due_weight"], np.nan)
    score = np.clip(np.where(np.isnan(by_weight), np.nan_to_num(mean) * np.minimum(share, 1), by_weight), 0, 110)
    usual = np.where(np.isnan(mean), 40.0, mean)
    columns = {"score": score, "none": (count == 0) * 1.0}
    for name in ("mean", "last", "lowest", "tma", "cma", "last2"):
        columns[name] = np.where(np.isnan(n[name]), usual, n[name])
    columns |= {
        "share": np.minimum(share, 1.5),
        "missed": n["n_missed"] / np.maximum(n_due, 1),
        "missed_last": n["missed_last"],
        "any_missed": (n["n_missed"] > 0) * 1.0,
        "missed_weight": n["missed_weight"] / 100,
        "late": np.nan_to_num(n["late"]),
        "lateness": np.clip(np.nan_to_num(n["lateness"]), -30, 30),
        "silent": (n["day"] - np.nan_to_num(n["last_day"])) / n["length"],
        "banked": np.nan_to_num(n["banked"]),
        "attempts": np.minimum(n["num_of_prev_attempts"], 3),
        "credits": np.log(n["studied_credits"]),
        "education": np.array([EDUCATION.get(str(one), 2) for one in rows["highest_education"]], dtype=float),
        "deprivation": np.array([_first_number(str(one)) for one in rows["imd_band"]]),
        "age": np.array([{"0-35": 0.0, "35-55": 1.0}.get(str(one), 2.0) for one in rows["age_band"]]),
        "registered": np.clip(np.nan_to_num(n["date_registration"]), -200, 0),
        "just_registered": np.exp(np.clip(np.nan_to_num(n["date_registration"]), -200, 0) / 10),
        "disability": n["disability"],
    }
    columns |= {f"score>{k}": np.clip(score - k, 0, None) for k in (40, 60, 80)}
    columns |= {f"last>{k}": np.clip(columns["last"] - k, 0, None) for k in (60, 80)}
    module = np.array(rows["code_module"], dtype=str)
    course = np.char.add(module, np.array(rows["code_presentation"], dtype=str))
    for name in ("score", "mean", "last"):
        columns[f"{name} in the course"] = _within(columns[name], course)
    for one in MODULES:
        mine = (module == one) * 1.0
        columns |= {one: mine, f"{one} score": mine * (score - 60) / 25, f"{one} missed": mine * columns["missed"]}
    return np.stack(list(columns.values()), axis=1)


def _first_number(band: str) -> float:
    head = band.partition("-")[0]
    return float(head) if head.isdigit() else np.nan


def _within(values: Floats, group: NDArray[np.str_]) -> Floats:
    found = np.zeros(len(values))
    for one in np.unique(group):
        inside = group == one
        found[inside] = (values[inside] - values[inside].mean()) / (values[inside].std() + 1)
    return found


@dataclass(frozen=True)
class OuladFigures:
    """Pass or fail (withdrawn = fail), and fail < pass < distinction without the withdrawn."""

    n_test: int
    accuracy: float
    auc: float
    rps: float
    ece: float
    three: float


def oulad(
    folder: Path, share: float, *, train: str = "2013", test: str = "2014", strength: float = OULAD_STRENGTH
) -> OuladFigures:
    """Fit on presentations whose name begins with `train`, judge on those of `test`."""
    rows = oulad_rows(folder, share)
    x = oulad_inputs(rows)
    result, course = np.array(rows["final_result"], dtype=str), np.array(rows["code_presentation"], dtype=str)
    trained, tested = np.char.startswith(course, train), np.char.startswith(course, test)
    level = np.select([result == "Withdrawn", result == "Fail", result == "Pass"], [-1, 0, 1], 2)
    passed = (level >= 1).astype(np.int64)
    p = ordinal.fit(x[trained], passed[trained], levels=[0, 1], strength=strength).probabilities(x[tested])
    stayed = level >= 0
    three = ordinal.fit(x[trained & stayed], level[trained & stayed], levels=[0, 1, 2], strength=strength)
    return OuladFigures(
        int(tested.sum()),
        100 * metrics.accuracy(p, passed[tested]),
        metrics.auc(p[:, 1], passed[tested] == 1),
        metrics.rps(p, passed[tested]),
        metrics.ece(p, passed[tested]),
        100 * metrics.accuracy(three.probabilities(x[tested & stayed]), level[tested & stayed]),
    )
