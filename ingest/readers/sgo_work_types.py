"""Types of assignments in Сетевой Город: a directory of each server, matched by name.

`grade/assignment/types` of a server tells its names. Without it the usual names stand in (ids and names as programs
for several regions list them; servers have others too, so nothing is judged by such a name: a control work is known
as one only where the server's own directory says so).
"""

from __future__ import annotations

from ingest import code_map
from ingest.readers.gathering import Gathering
from ingest.readers.json_export import Node

USUAL_NAMES = {
    "1": "Практическая работа", "2": "Тематическая работа", "3": "Домашнее задание", "4": "Контрольная работа",
    "5": "Самостоятельная работа", "6": "Лабораторная работа", "7": "Проект", "8": "Диктант", "9": "Реферат",
    "10": "Ответ на уроке", "11": "Сочинение", "12": "Изложение", "13": "Зачёт", "14": "Тестирование",
    "16": "Диагностическая контрольная работа", "17": "Диагностическая работа", "18": "Контрольное списывание",
    "21": "Работа на уроке", "22": "Работа в тетради", "23": "Ведение рабочей тетради", "24": "Доклад/Презентация",
    "25": "Проверочная работа", "26": "Чтение наизусть", "27": "Пересказ", "29": "Предметный диктант",
    "31": "Дифференцированный зачёт", "32": "Работа с контурными картами", "33": "Экзамен",
    "34": "Изложение с элементами сочинения", "35": "Контроль аудирования", "36": "Контроль грамматики",
    "37": "Контроль лексики", "38": "Устный развёрнутый ответ",
}  # fmt: skip
HOMEWORK = "homework"
COLUMNS = ("work_type", "name", "is_control", "is_written", "is_oral")


class WorkTypes:
    """The directory of types, as far as an export tells it."""

    def __init__(self, out: Gathering) -> None:
        self._out = out
        self._names: dict[str, str] = {}

    def learn(self, type_id: str, name: str) -> None:
        """Take a name from the server's own words and add the type."""
        if not type_id or not name:
            return
        self._names[type_id] = name
        meaning = self._meaning(name)
        self._out.add(
            "work_types", work_type=self._out.own(type_id), name=name, **code_map.WORK_NATURES.get(meaning or "", {}),
        )  # fmt: skip

    def learn_directory(self, types: Node) -> None:
        """Take one entry `{id, name, abbr, order}` of the server's directory."""
        type_id, name = types.text("id"), types.text("name")
        if not type_id or not name:
            types.fault("id" if not type_id else "name", "Вид работы без номера или названия", "work_types")
        self.learn(type_id, name)

    def of(self, type_id: str) -> str:
        """Give the id of a type for rows, adding it under its usual name where the server's is not known."""
        if not type_id:
            return ""
        work_type = self._out.own(type_id)
        if not self._out.has("work_types", work_type):
            self._out.add("work_types", work_type=work_type, name=USUAL_NAMES.get(type_id, f"Вид работы {type_id}"))
        return work_type

    def is_homework(self, type_id: str) -> bool:
        """Say whether assignments of a type are homework, by its name."""
        return self._meaning(self._names.get(type_id) or USUAL_NAMES.get(type_id, "")) == HOMEWORK

    def _meaning(self, name: str) -> str | None:
        reading = self._out.reading
        return code_map.canonical(reading.system, reading.export_kind, "work_type", name)
