"""All that is seen of people, classes and subjects, resolved at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from ingest.identity import cases, pupil_cases
from ingest.identity.cases import Case
from ingest.identity.classes import Classes
from ingest.identity.pupils import Pupils
from ingest.identity.settled import Decision, Settled
from ingest.identity.sightings import Sightings
from ingest.identity.subjects import Subjects
from ingest.identity.teachers import Teachers

IDS = dict.fromkeys(("kind", "raw_id", "academic_year", "id"), pl.String()) | {"described": pl.Boolean()}
FOUND_CLASSES = dict.fromkeys(("placeholder", "class_id", "academic_year"), pl.String)


@dataclass(frozen=True)
class Identity:
    """Who is who in one school.

    ids: kind (pupil, teacher, subject, class, subgroup), raw_id, academic_year ('' = any year), id; only where the id
        is another than the raw one, and for every placeholder. described: some source describes the id itself, so
        that what goes under the raw one says nothing new of names and lists.
    classes: placeholder, class_id, academic_year; classes found for reports that print none, spelt as a print would,
        so that lesson ids made of them agree; put class_id through `ids` like any other.
    ambiguous: kind, what, candidates, class_id, academic_year, settle; see `ingest.identity.cases`.
    """

    ids: pl.DataFrame
    classes: pl.DataFrame
    ambiguous: pl.DataFrame


def resolve(
    people: pl.DataFrame,
    rosters: pl.DataFrame,
    subjects: pl.DataFrame,
    classes: pl.DataFrame,
    teachers: pl.DataFrame,
    settled: Settled,
    *,
    teaching: pl.DataFrame | None = None,
    listing: Iterable[tuple[str, str]] = (),
) -> Identity:
    """Find out who is who; a pure function of the set of sightings, whatever their order and number.

    people: role, placeholder, full_name, class_id, academic_year, external_id, system, export_kind, a row a sighting.
    rosters: pupil_id, last_name, first_name, middle_name, class_id, academic_year, system, of ids that are no
        placeholders; class_id may be ''. teachers: teacher_id, last_name, first_name, middle_name, system, likewise.
    subjects: subject_id, name, system, and `content` (which export) where known: what stands side by side in an
        export is told apart; without it, what stands in one system.
    classes: class_id, name, academic_year, grade, letter, and `system` where known.
    teaching: teacher_id, class_id, subject_id, academic_year, raw ids, a row a combination seen in lessons.
    listing: (system, export_kind) of exports that list whole classes by name.
    """
    of_classes = Classes(classes, settled)
    of_subjects = Subjects(subjects, settled)
    sightings = Sightings(people.filter(pl.col("role") == "pupil"), rosters, of_classes)
    pupils = Pupils(sightings, frozenset(listing), settled)
    of_teachers = Teachers(people.filter(pl.col("role") == "teacher"), teachers, settled)
    of_teachers.join(teaching, of_classes, of_subjects)
    own = {"pupil": {*rosters["pupil_id"]}, "teacher": {*teachers["teacher_id"]}}
    ids = [
        *(("pupil", raw, "", found, found in own["pupil"]) for raw, found in pupils.ids()),
        *(("teacher", raw, "", found, found in own["teacher"]) for raw, found in of_teachers.ids()),
        *(("subject", raw, "", found, True) for raw, found in of_subjects.rows()),
        *(("class", raw, year, found, of_classes.describes(found, year)) for raw, year, found in of_classes.rows()),
        *(("subgroup", line.other, "", line.one, False) for line in settled.of("subgroup")[0]),
    ]
    ambiguous = [
        *pupil_cases.cases(pupils),
        *of_teachers.cases(),
        *of_subjects.cases(),
        *of_classes.cases(),
        *_without_effect([*pupils.unknown, *of_teachers.unknown, *of_subjects.unknown, *of_classes.unknown]),
    ]
    return Identity(
        pl.DataFrame(ids, schema=IDS, orient="row"),
        pl.DataFrame(list(pupils.classes()), schema=FOUND_CLASSES, orient="row"),
        cases.frame(ambiguous),
    )


def _without_effect(lines: Iterable[Decision]) -> Iterator[Case]:
    """Lines of `identity.toml` that name somebody whom no export shows."""
    for line in lines:
        yield Case(
            line.kind, line.academic_year, "",
            f"Строка identity.toml о «{line.one}» и «{line.other}» не действует: такого кода нет ни в одной выгрузке."
            " Уберите её или исправьте код.",
            (line.one, line.other), (),
        )  # fmt: skip
