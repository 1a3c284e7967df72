"""МЭШ: the objects of its answers, told apart by their fields wherever they stand.

Answers come as `{payload: […]}`, `{response: […]}`, a bare list or one object; marks stand alone, within a lesson or
within a subject of a term. An object that several answers repeat is taken once: as the one that tells its time of
entry, with the subject and lesson that any of them stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.readers.gathering import Gathering
from ingest.readers.json_export import AGAIN, Manifest, Node, foreign, load
from ingest.reading import Export, UnreadableExportError

_KINDS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (kind, frozenset(fields.split()))
    for kind, fields in (
        ("attendance", "absence_reason_id schedule_lesson_id student_profile_id"),
        ("mark", "is_point weight value"), ("mark", "is_point weight name"), ("mark", "is_point weight values"),
        ("mark", "control_form_name value"), ("lesson", "lesson_homeworks subject_name"),
        ("lesson", "begin_time end_time subject_name date"), ("event", "start_at finish_at subject_name"),
        ("item", "schedule_id group_id date"), ("item", "iso_date_time group_id"),
        ("group", "class_unit_ids student_ids"), ("group", "class_unit_ids subgroup_ids"),
        ("profile", "class_unit short_name"), ("form", "grade_system weight name"),
        ("homework", "homework_entry_id homework"), ("homework", "homework_created_at homework"),
        ("homework", "homework_entry_id date_prepared_for"), ("reason", "id name is_parent_available"),
        ("subject", "subject_name periods"), ("subject", "subject_name marks"),
    )
)  # fmt: skip
_TABLES = {
    "attendance": "attendance", "mark": "marks", "lesson": "lessons", "event": "lessons", "item": "lessons",
    "group": "subgroups", "profile": "pupils", "form": "work_types", "homework": "homework", "reason": "attendance",
    "subject": "marks",
}  # fmt: skip
_ENTERED = ("created_at", "homework_created_at")
_HOLDERS = {"subject", "lesson", "event"}
_DEEPEST = 8


@dataclass(frozen=True)
class Found:
    """An object with the subject or lesson that it stands in, where there is one."""

    kind: str
    node: Node
    subject: str = ""
    lesson: Node | None = None


class Objects:
    """The known objects of an export, by kind."""

    def __init__(self, export: Export, about: Manifest, out: Gathering) -> None:
        """Find the objects of all files; raises UnreadableExportError where there is none or a file is cut."""
        self._out, self._about = out, about
        self._told: set[str] = set()
        self._found: dict[tuple[str, str], Found] = {}
        foreign(export, out)
        for file, content in load(export).items():
            if not self._collect(content, f"{file}: ", Found("", Node({}, "", "marks", out)), 0):
                out.warn("", file, "", "В ответе журнала нет известных записей; он не прочитан")
        if not self._found:
            raise UnreadableExportError("В ответах журнала нет ни одной записи.", AGAIN)

    def of(self, *kinds: str) -> Iterator[Found]:
        """Yield the objects of some kinds: mark, attendance, lesson, event, item, group, profile, form, homework."""
        yield from (found for found in self._found.values() if found.kind in kinds)

    def _collect(self, value: object, address: str, within: Found, depth: int) -> int:
        """Take an object, or look for objects in it; give how many were found."""
        if depth > _DEEPEST:
            return 0
        if isinstance(value, list):
            return sum(
                self._collect(item, f"{address}[{place}]", within, depth + 1) for place, item in enumerate(value)
            )
        if not isinstance(value, dict):
            return 0
        kind = next((kind for kind, needed in _KINDS if needed <= value.keys()), "")
        count = 0
        if kind:
            node = Node(value, address, _TABLES[kind], self._out, self._about.zone, self._told)
            lesson = node if kind in {"lesson", "event"} else within.lesson
            subject = node.plain("subject_name") if "subject_name" in node.fields else ""
            within = Found(kind, node, subject or within.subject, lesson)
            count = self._take(within)
        if kind and kind not in _HOLDERS:
            return count
        dot = "" if address.endswith(": ") else "."
        for name, item in value.items():
            count += self._collect(item, f"{address}{dot}{name}", within, depth + 1)
        return count

    def _take(self, found: Found) -> int:
        node = found.node
        key = node.text("homework_entry_id") if found.kind == "homework" else node.text("id")
        key = key or repr(sorted(node.value.items(), key=lambda item: item[0]))
        known = self._found.get((found.kind, key))
        if known is not None:
            fuller = any(node.text(name) and not known.node.text(name) for name in _ENTERED)
            found = Found(
                found.kind, node if fuller else known.node, known.subject or found.subject, known.lesson or found.lesson
            )
        self._found[found.kind, key] = found
        return 1
