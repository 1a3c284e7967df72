"""Objects of the Дневник.ру partner interface: told apart by their fields, wherever they stand in an answer.

Answers are lists of one kind, or schedules, feeds and «recent marks» that hold several kinds. An object that several
answers repeat is taken once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ingest.readers import labels
from ingest.readers.gathering import Gathering
from ingest.readers.json_export import Manifest, Node, foreign, load
from ingest.reading import Export, UnreadableExportError

_KINDS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (kind, frozenset(fields.split()))
    for kind, fields in (
        ("finals", "per-subject-final-marks person"), ("mark", "work person textValue"), ("mark", "work person value"),
        ("work", "workType displayInJournal"), ("work", "type status targetDate lesson"),
        ("log", "person lesson status"), ("work_type", "kind abbr"), ("work_type", "kind abbreviation"),
        ("lesson", "date number subject"), ("lesson", "date number subjectId"), ("group", "parallel name"),
        ("group", "studyyear name"), ("period", "start finish number type"), ("person", "lastName firstName"),
        ("person", "LastName FirstName"), ("subject", "knowledgeArea name"), ("subject", "knowledgeAreaId name"),
        ("school", "markType name educationType"),
    )
)  # fmt: skip
_TABLES = {
    "finals": "period_marks", "mark": "marks", "work": "assignments", "log": "attendance", "work_type": "work_types",
    "lesson": "lessons", "group": "classes", "period": "periods", "person": "pupils", "subject": "subjects",
    "school": "",
}  # fmt: skip
_DEEPEST = 12


class Objects:
    """The known objects of an export, by kind and id."""

    def __init__(self, export: Export, about: Manifest, out: Gathering) -> None:
        """Find the objects of all files; raises UnreadableExportError where there is none or a file is cut."""
        self._out, self._about = out, about
        self._found: dict[str, dict[str, Node]] = defaultdict(dict)
        self._told: set[str] = set()
        self._seen = 0
        self.teachers: set[str] = set()
        """Ids of persons that an answer lists as teachers."""
        foreign(export, out)
        for file, content in load(export).items():
            before = self._seen
            self._collect(content, f"{file}: ", "", 0)
            if self._seen == before and content not in ([], {}):
                out.warn("", file, "", "В файле нет известных записей; он не прочитан", "Уберите файл из папки.")
        if not self._seen:
            raise UnreadableExportError("В ответах журнала нет ни одной записи.", "Выгрузите ответы заново.")

    def of(self, kind: str) -> Iterator[Node]:
        """Yield the objects of a kind: mark, work, log, work_type, lesson, group, period, person, subject, finals."""
        yield from self._found.get(kind, {}).values()

    def one(self, kind: str, external: str) -> Node | None:
        """Give the object of an id."""
        return self._found.get(kind, {}).get(external) if external else None

    def _collect(self, value: object, address: str, name: str, depth: int) -> None:
        """Take an object, or look for objects in it; `name`: of the field that it stands in."""
        if depth > _DEEPEST:
            return
        if isinstance(value, list):
            for place, item in enumerate(value):
                self._collect(item, f"{address}[{place}]", name, depth + 1)
        elif isinstance(value, dict):
            kind = _kind_of(value, name)
            if kind:
                self._take(kind, Node(value, address, _TABLES[kind], self._out, self._about.zone, self._told), name)
            if not kind or kind == "lesson":
                dot = "" if address.endswith(": ") else "."
                role = "teachers" if str(value.get("role")).casefold() == "teacher" else ""
                for inner, item in value.items():
                    self._collect(item, f"{address}{dot}{inner}", role or inner, depth + 1)

    def _take(self, kind: str, node: Node, name: str) -> None:
        key = id_of(node, "id") or node.text("Id") or repr(sorted(node.value.items(), key=lambda item: item[0]))
        if kind == "person" and name in {"teachers", "teacher"}:
            self.teachers.add(key)
        self._seen += 1
        self._found[kind].setdefault(key, node)


def id_of(node: Node | None, name: str) -> str:
    """Give an id: the interface writes it as a number and, for languages that round, as text beside it."""
    if node is None:
        return ""
    twin = node.value.get(f"{name}_str")
    text = labels.clean(twin) if isinstance(twin, str) else ""
    if not text and not isinstance(node.value.get(name), dict | list | bool):
        text = node.text(name)
    return "" if text == "0" else text


def ids_of(node: Node, name: str) -> list[str]:
    """Give a list of ids, numbers or text; objects in it are asked for theirs."""
    items = node.value.get(f"{name}_str") or node.value.get(name)
    found = []
    for item in items if isinstance(items, list) else []:
        value = item.get("id_str") or item.get("id") if isinstance(item, dict) else item
        if isinstance(value, str | int) and not isinstance(value, bool):
            found.append(labels.clean(str(value)))
    return [one for one in found if one not in {"", "0"}]


def full_name(person: Node) -> str:
    """Give last, first and middle name; one answer writes its fields with capitals."""
    parts = (person.text(name) or person.text(name[0].upper() + name[1:]) for name in _NAME_PARTS)
    return " ".join(filter(None, parts))


_NAME_PARTS = ("lastName", "firstName", "middleName")


def _kind_of(value: dict[str, object], name: str) -> str:
    """Tell what an object is by its fields, a subject also by the list that it stands in."""
    fields = value.keys()
    found = next((kind for kind, needed in _KINDS if needed <= fields), "")
    if not found and name in {"subjects", "subject"} and {"id", "name"} <= fields:
        return "subject"
    return found
