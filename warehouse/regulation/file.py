"""The regulation file of a school: `HOME/regulations/<school_id>.toml`.

A home may hold several schools, so the file is named by the school even where there is one, as its registers and its
published file are; whoever copies the home takes it along. The file is complete in itself: what a profile said when it
was started is copied into it, so a newer Zavuch with other profiles never changes what a director has signed. A later
answer stands beside the earlier one with a later `valid_from` and does not erase it.

    profile = "mbou"
    document = "Положение об электронном журнале, приказ № 8 от 15.01.2018"

    # Когда вносится домашнее задание?
    # Ответы: «в день урока»; …
    [[homework]]
    answer = "в день урока"
    clause = "п. 4.2"
    quote = "…"
    valid_from = 2018-01-15

    [[limit]]
    name = "written_marks.share"
    value = 0.9
    valid_from = 2026-09-01
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from warehouse.files import write_atomically
from warehouse.language import gettext as _
from warehouse.regulation.answers import Answer, AnswerError, Regulation, answered, ordered
from warehouse.regulation.limits import LIMITS, Limit, limited, ordered_limits, plain
from warehouse.regulation.questions import DEMANDS, KNOWN, QUESTIONS, Question

FOLDER = "regulations"
HEAD = ("profile", "document")
PARTS = ("answer", "clause", "quote", "severity", "valid_from")
LIMIT, LIMIT_PARTS = "limit", ("name", "value", "clause", "quote", "valid_from")
LONGEST_HEAD = 250
_FILE_HEAD = """\
# Что сказано в положении школы о ведении электронного журнала. Завуч их хранит, сравнивает и печатает.
# Проверить файл: zavuch regulation check    Ответить на вопросы: zavuch regulation init
#
# answer      ответ теми словами, которые названы у вопроса, или "в положении не сказано"
# clause      пункт положения, quote – его слова дословно; обоих нет – срок установлен школой
# severity    "замечание" или "проверьте": как показывать то, что судят по ответу; нет – как обычно
# valid_from  с какого дня действует ответ; нет – действует с начала
# Новый ответ пишут рядом с прежним, с более поздним valid_from; прежний остаётся для прежних дней.
"""
_LIMITS_HEAD = "Свои числа вместо чисел программы. Какие есть: zavuch regulation limits"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one place. where: line and question, in words; reason says why and what to do."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class RegulationError(Exception):
    """A file that cannot be used, with every fault of it."""

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))
        self.path = path
        self.faults = faults


def file_of(home: Path, school_id: str) -> Path:
    """Where the regulation of a school is kept."""
    return home / FOLDER / f"{school_id}.toml"


def digest_of(path: Path) -> str:
    """The SHA-256 of a file: what a signed page is tied to."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(path: Path) -> Regulation:
    """Read a file. Raises RegulationError with all faults at once."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        data = tomllib.loads(text)
    except OSError as error:
        raise RegulationError(path, [Fault(_("файл"), _("Файл не открывается. Проверьте имя и права."))]) from error
    except UnicodeDecodeError as error:
        advice = _("Файл не в кодировке UTF-8. Сохраните его в ней заново.")
        raise RegulationError(path, [Fault(_("файл"), advice)]) from error
    except tomllib.TOMLDecodeError as error:
        raise RegulationError(path, [_unreadable(str(error), text)]) from error
    faults: list[Fault] = []
    lines = text.split("\n")
    head = {name: _head(name, data.get(name, ""), lines, faults) for name in HEAD}
    answers = ordered(_answers(data, lines, faults))
    limits = ordered_limits(_limits(data.get(LIMIT, []), lines, faults))
    if faults:
        raise RegulationError(path, faults)
    return Regulation(answers, **head, limits=limits)


def _unreadable(message: str, text: str) -> Fault:
    place = re.search(r"at line (\d+)", message)
    line = int(place[1]) if place else max(1, text.rstrip("\n").count("\n") + 1)
    return Fault(
        _("строка {line}").format(line=line),
        _("Строка написана не по правилам TOML: тексты берут в кавычки, даты пишут без кавычек, 2026-09-01."),
    )


def _head(name: str, value: object, lines: list[str], faults: list[Fault]) -> str:
    if isinstance(value, str) and fits_head(plain := " ".join(value.split())):
        return plain
    reason = _("Нужен текст в кавычках, не длиннее {n} знаков.").format(n=LONGEST_HEAD)
    faults.append(Fault(_where(_line(lines, name), name), reason))
    return ""


def fits_head(text: str) -> bool:
    """Whether a text can stand above the answers."""
    return len(text) <= LONGEST_HEAD and text.isprintable()


def _answers(data: dict[str, Any], lines: list[str], faults: list[Fault]) -> Iterator[Answer]:
    for name, versions in data.items():
        if name in (*HEAD, LIMIT):
            continue
        question = KNOWN.get(name)
        if question is None:
            known = ", ".join(KNOWN)
            reason = _("Такого вопроса нет. Вопросы: {known}.").format(known=known)
            faults.append(Fault(_where(_line(lines, name), name), reason))
        elif not isinstance(versions, list) or not all(isinstance(one, dict) for one in versions):
            reason = _("Ответ начинают строкой [[{name}]], с двумя скобками.").format(name=name)
            faults.append(Fault(_where(_line(lines, name), name), reason))
        else:
            yield from _versions(question, versions, lines, faults)


def _versions(
    question: Question, versions: list[dict[str, Any]], lines: list[str], faults: list[Fault]
) -> Iterator[Answer]:
    days: set[date | None] = set()
    for number, parts in enumerate(versions):
        try:
            answer = _answer(question, parts)
            if answer.valid_from in days:
                raise AnswerError(
                    "valid_from", _("На этот день ответ уже есть. Оставьте один или укажите другой день.")
                )
            days.add(answer.valid_from)
            yield answer
        except AnswerError as error:
            line = _line(lines, question.id, number, error.part)
            faults.append(Fault(_where(line, question.id, question), error.reason))


def _answer(question: Question, parts: dict[str, Any]) -> Answer:
    since = _since(parts, PARTS)
    texts = {name: str(parts.get(name, "")) for name in PARTS[:4]}
    return answered(question, texts["answer"], texts["clause"], texts["quote"], since, texts["severity"].strip())


def _since(parts: dict[str, Any], known: tuple[str, ...]) -> date | None:
    """Give the first day of an answer or a number, whose words are all known. Raises AnswerError."""
    for name, value in parts.items():
        if name not in known:
            raise AnswerError(name, _("Слово {name} здесь не значит ничего. Есть: {known}.").format(
                name=name, known=", ".join(known)))  # fmt: skip
        if name not in ("valid_from", "value") and not isinstance(value, str):
            raise AnswerError(name, _("{name}: нужен текст в кавычках.").format(name=name))
    since = parts.get("valid_from")
    if since is not None and (isinstance(since, datetime) or not isinstance(since, date)):
        raise AnswerError("valid_from", _("Дата пишется без кавычек и времени: valid_from = 2026-09-01."))
    return since


def _limits(versions: object, lines: list[str], faults: list[Fault]) -> Iterator[Limit]:
    if not isinstance(versions, list) or not all(isinstance(one, dict) for one in versions):
        reason = _("Число начинают строкой [[{name}]], с двумя скобками.").format(name=LIMIT)
        faults.append(Fault(_where(_line(lines, LIMIT), LIMIT), reason))
        return
    days: set[tuple[str, date | None]] = set()
    for number, parts in enumerate(versions):
        try:
            limit = _limit(parts)
            if (limit.name, limit.valid_from) in days:
                raise AnswerError(
                    "valid_from", _("На этот день число уже есть. Оставьте одно или укажите другой день.")
                )
            days.add((limit.name, limit.valid_from))
            yield limit
        except AnswerError as error:
            said = f"{LIMIT} {name}" if isinstance(name := parts.get("name"), str) else LIMIT
            faults.append(Fault(_where(_line(lines, LIMIT, number, error.part), said), error.reason))


def _limit(parts: dict[str, Any]) -> Limit:
    since = _since(parts, LIMIT_PARTS)
    value = parts.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AnswerError("value", _("Число пишется без кавычек и с точкой: value = 0.8."))
    return limited(str(parts.get("name", "")).strip(), value, parts.get("clause", ""), parts.get("quote", ""), since)


def _where(line: int | None, name: str, question: Question | None = None) -> str:
    asked = f"«{question.text}» ({name})" if question else name
    return (_("строка {line}").format(line=line) + ", " if line else "") + asked


def _line(lines: list[str], name: str, number: int = 0, part: str = "") -> int | None:
    """Give the line of a key of the head, or of a part of the n-th answer to a question (else where it begins)."""
    starts = [at for at, text in enumerate(lines) if re.match(rf'\s*(\[+\s*)?"?{re.escape(name)}"?\s*[\]=.]', text)]
    if number >= len(starts):
        return starts[0] + 1 if starts else None
    start = starts[number]
    for at in range(start + 1, len(lines)):
        if lines[at].lstrip().startswith("["):
            break
        if part and re.match(rf'\s*"?{re.escape(part)}"?\s*=', lines[at]):
            return at + 1
    return start + 1


def text_of(regulation: Regulation) -> str:
    """Write a regulation as the text of its file: every question, in order; equal regulations give equal texts."""
    blocks = [_FILE_HEAD + "".join(f"\n{name} = {_quoted(getattr(regulation, name))}" for name in HEAD)]
    demanded = [question for question in DEMANDS.values() if regulation.of(question.id)]
    for question in (*QUESTIONS.values(), *demanded):
        versions = regulation.of(question.id)
        asked = f"# {question.text}\n# Ответы: {question.hint}"
        written = [_block(answer) for answer in versions] or [f'# [[{question.id}]]\n# answer = ""']
        blocks.append("\n".join([asked, *written]))
    written = [_limit_block(limit) for limit in regulation.limits] or [f'# [[{LIMIT}]]\n# name = ""\n# value = ']
    blocks.append("\n".join([f"# {_LIMITS_HEAD}", *written]))
    return "\n\n".join(blocks) + "\n"


def _block(answer: Answer) -> str:
    lines = [f"[[{answer.question}]]", f"answer = {_quoted(answer.text)}"]
    lines += _based(answer)
    if answer.severity:
        lines.append(f"severity = {_quoted(answer.severity_word)}")
    return "\n".join(lines + _begun(answer))


def _limit_block(limit: Limit) -> str:
    lines = [f"[[{LIMIT}]]", f"name = {_quoted(limit.name)}", f"value = {plain(limit.value)}"]
    return "\n".join([f"# {LIMITS[limit.name].title}", *lines, *_based(limit), *_begun(limit)])


def _based(one: Answer | Limit) -> list[str]:
    return [f"{name} = {_quoted(text)}" for name, text in (("clause", one.clause), ("quote", one.quote)) if text]


def _begun(one: Answer | Limit) -> list[str]:
    return [f"valid_from = {one.valid_from.isoformat()}"] if one.valid_from else []


def _quoted(text: str) -> str:
    """Write a TOML string; single quotes where that spares backslashes."""
    if '"' in text and "'" not in text and "\\" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def write(path: Path, regulation: Regulation) -> None:
    """Write the file whole or not at all."""
    write_atomically(path, text_of(regulation))
