"""What `zavuch regulation` does: find a regulation by what a person calls it, start one, check it, show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from warehouse.language import gettext as _
from warehouse.regulation import file, profiles
from warehouse.regulation.answers import Answer, AnswerError, Regulation, day_of, ordered, with_later
from warehouse.regulation.compare import worded
from warehouse.regulation.interview import Ask, Tell, interview
from warehouse.regulation.questions import QUESTIONS
from warehouse.settings import Settings


class WrongRequestError(Exception):
    """Nothing is called so, it is not there yet, or it cannot be done; the text is Russian and says what to do."""


@dataclass(frozen=True)
class Named:
    """A regulation and where it comes from. title: whose it is, as a page prints it."""

    name: str
    title: str
    path: Path
    regulation: Regulation


def named(settings: Settings, what: str) -> Named:
    """Find a shipped profile, a file, or the regulation of a school, in this order.

    Raises WrongRequestError, and RegulationError where the file is at fault.
    """
    if what in profiles.NAMES:
        path = profiles.FOLDER / f"{what}.toml"
        return Named(what, _("Образец {name}").format(name=what), path, profiles.profile(what))
    if (path := Path(what)).suffix == ".toml" and path.is_file():
        return Named(path.stem, path.stem, path, file.read(path))
    if what not in settings.schools:
        known = ", ".join((*profiles.NAMES, *settings.schools))
        raise WrongRequestError(
            _("Нет ни образца, ни школы, ни файла «{what}». Есть: {known}.").format(what=what, known=known)
        )
    path = file.file_of(settings.home, what)
    if not path.exists():
        raise WrongRequestError(
            _("У школы {school} положения ещё нет: zavuch regulation init --school {school}").format(school=what)
        )
    return Named(what, settings.schools[what].name, path, file.read(path))


@dataclass(frozen=True)
class Wanted:
    """What a regulation is started or changed with. since: the first day of its answers."""

    profile: str = ""
    answers: Path | None = None
    since: date | None = None
    document: str = ""


def begin(settings: Settings, school_id: str, wanted: Wanted, asking: tuple[Ask, Tell] | None) -> Iterator[str]:
    """Start the file of a school, or add answers to it; tell what was done.

    asking: how to ask a person, None where nobody sits there. Raises WrongRequestError, RegulationError.
    """
    path = file.file_of(settings.home, school_id)
    known = file.read(path) if path.exists() else None
    if known is not None and wanted.profile:
        raise WrongRequestError(
            _("Положение уже есть: {path}. Чтобы начать заново, уберите этот файл.").format(path=path)
        )
    if asking is None and wanted.answers is None and not (wanted.profile and known is None):
        raise WrongRequestError(_("Спросить некого: укажите --from ОБРАЗЕЦ или --answers ФАЙЛ."))
    if asking is not None:
        wanted = _asked(wanted, known, *asking)
    wanted = replace(wanted, document=" ".join(wanted.document.split()))
    if not file.fits_head(wanted.document):
        raise WrongRequestError(
            _("Название положения длиннее {n} знаков. Оставьте главное.").format(n=file.LONGEST_HEAD)
        )
    made = _started(wanted) if known is None else replace(known, document=wanted.document or known.document)
    if wanted.answers is not None:
        made = _with_answers(made, file.read(wanted.answers), wanted, fresh=known is None)
    elif asking is not None:
        changed = interview(made, *asking, wanted.since)
        made = replace(made, answers=_merged(made, ordered(changed), fresh=known is None))
    with settings.lock():
        file.write(path, made)
    yield _("Положение записано: {path}").format(path=path)
    yield from remarks(made)


def _asked(wanted: Wanted, known: Regulation | None, ask: Ask, tell: Tell) -> Wanted:
    """Ask for what stands above the questions, where it was not given."""
    document = wanted.document
    if not document and not (known and known.document):
        document = ask(_("Положение: название, номер и дата приказа (Enter – вписать потом): ")).strip()
    since = wanted.since
    while since is None:
        text = ask(_("С какого дня действуют ответы, например 01.09.2026 (Enter – не менять): ")).strip()
        if not text:
            break
        try:
            since = day_of(text)
        except AnswerError as error:
            tell("    " + error.reason)
    return replace(wanted, document=document, since=since)


def _started(wanted: Wanted) -> Regulation:
    if not wanted.profile:
        return Regulation((), document=wanted.document)
    shipped = profiles.profile(wanted.profile)
    answers = shipped.answers
    if wanted.since is not None:
        answers = tuple(replace(answer, valid_from=wanted.since) for answer in answers)
    return replace(shipped, answers=answers, document=wanted.document)


def _with_answers(made: Regulation, given: Regulation, wanted: Wanted, *, fresh: bool) -> Regulation:
    dated = ordered(replace(one, valid_from=one.valid_from or wanted.since) for one in given.answers)
    return replace(
        made,
        answers=_merged(made, dated, fresh=fresh),
        document=wanted.document or given.document or made.document,
    )


def _merged(made: Regulation, given: tuple[Answer, ...], *, fresh: bool) -> tuple[Answer, ...]:
    """Lay answers over those that stand: in a new file instead of what the profile says, later beside the earlier.

    Later an answer without a day corrects the newest one.
    """
    if not fresh:
        newest = {one.question: one.valid_from for one in made.answers}
        dated = (replace(one, valid_from=one.valid_from or newest.get(one.question)) for one in given)
        return with_later(made.answers, dated)
    replaced = {answer.question for answer in given}
    return ordered((*(one for one in made.answers if one.question not in replaced), *given))


def remarks(regulation: Regulation) -> Iterator[str]:
    """Tell what is no fault and still needs a look: open questions, and words taken over from a profile."""
    if regulation.open:
        asked = ", ".join(question.id for question in regulation.open)
        yield _("Без ответа, как будто в положении об этом не сказано: {asked}").format(asked=asked)
    n = len(taken_over(regulation))
    if n:
        yield _(
            "Пункты и цитаты из образца {name}, ответов: {n}. Сверьте их с положением своей школы: "
            "чужой срок не действует."
        ).format(name=regulation.profile, n=n)


def taken_over(regulation: Regulation) -> tuple[str, ...]:
    """Questions whose clause and quote are those of the profile, where the document is not that of the profile."""
    if regulation.profile not in profiles.FIVE:
        return ()
    shipped = profiles.profile(regulation.profile)
    if regulation.document == shipped.document:
        return ()
    pairs = ((regulation.newest(name), shipped.newest(name)) for name in QUESTIONS)
    return tuple(own.question for own, theirs in pairs if own and theirs and own.quote and own.says_the_same(theirs))


def checked(path: Path, say: Callable[[str], None]) -> bool:
    """Check a file and tell each fault with its place; whether it is fine."""
    try:
        regulation = file.read(path)
    except file.RegulationError as error:
        for fault in error.faults:
            say(f"{path}: {fault}")
        return False
    n = len({answer.question for answer in regulation.answers})
    say(_("{path}: ошибок нет, ответов {n} из {all}.").format(path=path, n=n, all=len(QUESTIONS)))
    for line in remarks(regulation):
        say(line)
    return True


def shown(found: Named) -> Iterator[str]:
    """All answers with basis and dates, earlier ones too."""
    yield f"{found.title}: {found.path}"
    yield from [found.regulation.document] if found.regulation.document else []
    for number, question in enumerate(QUESTIONS.values(), start=1):
        yield f"{number}. {question.text}"
        rows = [row for row in found.regulation.rows if row.answer.question == question.id]
        yield from (f"    {dates(row.answer.valid_from, row.valid_to)}{worded(row.answer)}" for row in rows)
        if not rows:
            yield "    " + _("нет ответа")


def dates(since: date | None, until: date | None) -> str:
    """Say when an answer applies, before the answer itself; nothing where it always does."""
    first = _("с {day:%d.%m.%Y}").format(day=since) if since else ""
    last = _("по {day:%d.%m.%Y}").format(day=until) if until else ""
    return " ".join(filter(None, (first, last))) + ": " if first or last else ""
