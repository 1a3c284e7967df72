"""Objections to findings: a teacher objects, the deputy head takes the finding back or leaves it, with a text.

An answer completes the objection that stands: it is an entry of the same key that says more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse import publish
from warehouse.language import gettext as _
from warehouse.registers.codes import is_code
from warehouse.registers.commands import WrongEntryError
from warehouse.registers.definitions import REGISTERS
from warehouse.registers.entries import Entry, shown_beside
from warehouse.registers.journal import Journal
from warehouse.settings import Settings
from warehouse.store import QUIET

NAME = "objections"
WORD = REGISTERS[NAME].word
_KEPT = {"--teacher": "teacher", "--reason": "reason", "--date": "made_on"}
_ANSWER = {"--answer": "answer", "--answer-text": "answer_text", "--answered": "answered_on"}
MOST_CODES = 5
"""Codes told in one line."""

_FOUND = """
select finding_id, class_name, subject_name, teacher_name, finding, date
from reports.rpt_deputy__findings where list_contains($codes, finding_id)
"""


@dataclass(frozen=True)
class Finding:
    """A finding as the newest build shows it; '' and None where it is about no class, subject, day."""

    class_name: str
    subject_name: str
    teacher_name: str
    text: str
    date: date | None


def look_up(settings: Settings, school_id: str, codes: Collection[str]) -> dict[str, Finding] | None:
    """Give the findings of the published file that have these codes; None where nothing is published yet."""
    school_file = publish.file_of(settings.home, school_id)
    if school_file is None:
        return None
    with duckdb.connect(school_file, read_only=True, config=QUIET) as con:
        rows = con.execute(_FOUND, {"codes": list(codes)}).fetchall() if codes else []
    return {
        code: Finding(class_name or "", subject_name or "", teacher_name or "", text or "", day)
        for code, class_name, subject_name, teacher_name, text, day in rows
    }


def completed(settings: Settings, school_id: str, given: Mapping[str, str], today: date) -> dict[str, str]:
    """Fill in the options of an objection what the one that stands says already, and the days.

    Raises WrongEntryError where the newest build has no such finding and nobody objected to it before.
    """
    code, full = given.get("--finding", "").strip(), {"--date": f"{today:%d.%m.%Y}"}
    if not is_code(code):
        return {**full, **given}  # what is wrong with the code is told with all the rest
    before = _newest(settings, school_id, code)
    found = look_up(settings, school_id, [code])
    if before is None and found is not None and code not in found:
        raise WrongEntryError(
            _(
                "Замечания с кодом {code} в последней сборке нет. Скопируйте код целиком: это последний столбец списка "
                "«Все замечания» на странице «Контроль журнала» и его файла Excel."
            ).format(code=code)
        )
    answers = given.keys() & _ANSWER.keys()
    if before is not None and (answers or "answer" not in before.values):
        full |= _told(before, _KEPT if "--answer" in given else _KEPT | _ANSWER)
    if "--answer" in given:
        full["--answered"] = f"{today:%d.%m.%Y}"
    return {**full, **given, "--finding": code}


def _newest(settings: Settings, school_id: str, code: str) -> Entry | None:
    """Give the objection to a finding that was made last."""
    made = [entry for entry in Journal(settings, school_id).entries(NAME) if entry.values["finding"] == code]
    return max(made, key=lambda entry: str(entry.values["made_on"]), default=None)


def _told(entry: Entry, options: Mapping[str, str]) -> dict[str, str]:
    fields = {option: entry.definition.field(name) for option, name in options.items() if name in entry.values}
    return {option: shown_beside(about, entry.values) for option, about in fields.items()}


def lines(settings: Settings, school_id: str, entry: Entry) -> Iterator[str]:
    """Tell which finding an objection is about, and what comes of it."""
    code = str(entry.values["finding"])
    found = look_up(settings, school_id, [code])
    if found is None:
        yield _("Хранилище ещё не собрано, поэтому замечание с этим кодом не найдено: проверьте код после сборки.")
    elif code not in found:
        yield _("В последней сборке этого замечания уже нет.")
    else:
        yield _("Замечание: {finding}").format(finding=sentence(found[code]))
    answer = entry.values.get("answer")
    if answer == "withdrawn":
        yield _("Снято: после сборки замечание не считается и в листы не входит.")
    elif answer == "kept":
        yield _("Оставлено: замечание остаётся.")
    else:
        yield _("Ответа ещё нет. Ответить: {command}").format(
            command=f'zavuch register add {WORD} --finding "{code}" --answer снято --answer-text "…"'
        )


def sentence(finding: Finding) -> str:
    """Tell a finding in a line, without names of pupils: «7А, алгебра, 06.10.2025: тема не внесена (Иванова А. П.)»."""
    day = f"{finding.date:%d.%m.%Y}" if finding.date else ""
    where = ", ".join(part for part in (finding.class_name, finding.subject_name, day) if part)
    return f"{where}: {finding.text} ({finding.teacher_name})"


def unknown_lines(settings: Settings, school_id: str, entries: Collection[Entry]) -> Iterator[str]:
    """Tell which objections of a workbook are about findings that the newest build does not have."""
    codes = [str(entry.values["finding"]) for entry in entries if entry.register == NAME and not entry.taken_back]
    found = look_up(settings, school_id, codes)
    lacking = [code for code in dict.fromkeys(codes) if found is not None and code not in found]
    if lacking:
        more = " " + _("… и ещё {n}").format(n=len(lacking) - MOST_CODES) if len(lacking) > MOST_CODES else ""
        yield _(
            "{title}: замечаний с такими кодами в последней сборке нет: {codes}. Если они с тех пор устранены, ничего "
            "делать не нужно; если код переписан с ошибкой, возражение ничего не снимет."
        ).format(title=REGISTERS[NAME].title, codes=", ".join(lacking[:MOST_CODES]) + more)
