"""What `zavuch regulation` does: find a regulation by what a person calls it, start one, check it, show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from warehouse.language import gettext as _
from warehouse.language import is_yes
from warehouse.regulation import file, profiles
from warehouse.regulation.answers import Answer, AnswerError, Regulation, day_of, ordered, severity_word, with_later
from warehouse.regulation.compare import worded
from warehouse.regulation.interview import Ask, Tell, interview
from warehouse.regulation.limits import LIMITS, Limit, last_days, limits_with_later, number_ru
from warehouse.regulation.questions import KNOWN, QUESTIONS, Question
from warehouse.regulation.record import LIMIT, Change, How, Record, Said
from warehouse.settings import Settings


class WrongRequestError(Exception):
    """Nothing is called so, it is not there yet, or it cannot be done; the text is Russian and says what to do."""


class NotAgreedError(Exception):
    """Nobody agreed to a change; the text is Russian and says how to make it."""


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
        return Named(what, _("Образец {name}").format(name=what), profiles.TERMS, profiles.profile(what))
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
    """What a regulation is started or changed with. since: the first day of its answers.

    again: ask also what is answered. yes: do not ask whether to take answers of a profile into a regulation that is
    there already.
    """

    profile: str = ""
    answers: Path | None = None
    since: date | None = None
    document: str = ""
    again: bool = False
    yes: bool = False


def begin(
    settings: Settings,
    school_id: str,
    wanted: Wanted,
    asking: tuple[Ask, Tell] | None,
    *,
    author: str | None,
    at: datetime,
) -> Iterator[str]:
    """Start the file of a school, or go on from the answers that stand in it; tell what was done.

    An answer that stands is changed only by the person who is asked about it, or by a file of answers; what was
    answered before somebody breaks off is kept. asking: how to ask a person, None where nobody sits there.
    Raises WrongRequestError, NotAgreedError, RegulationError, RecordError.
    """
    record = Record(file.file_of(settings.home, school_id))
    known = record.read()
    if asking is None and wanted.answers is None and not wanted.profile:
        raise WrongRequestError(_("Спросить некого: укажите --from ОБРАЗЕЦ или --answers ФАЙЛ."))
    _check_document(wanted.document)
    yield from _present(record, known, wanted)
    if known.answers and wanted.profile:
        yield from _filled_in(known, wanted)
        if not (wanted.yes or (asking and is_yes(asking[0](_("Дополнить? [да/нет]: "))))):
            raise NotAgreedError(_("Ничего не записано. Дополнить без вопроса: --yes"))
    asked = () if asking is None or wanted.answers else tuple(QUESTIONS.values()) if wanted.again else known.open
    if asking is not None and asked:
        wanted = _asked(wanted, known, *asking)
        _check_document(wanted.document)
    started = _started(known, wanted)
    if wanted.answers is not None:
        given = file.read(wanted.answers)
        since = (replace(one, valid_from=one.valid_from or wanted.since) for one in given.limits)
        started = replace(
            started,
            document=wanted.document or given.document or started.document,
            limits=limits_with_later(started.limits, since),
        )
        answers = [replace(one, valid_from=one.valid_from or wanted.since) for one in given.answers]
    else:
        answers = []
    is_new = not record.path.exists()

    def keep(made: Regulation) -> tuple[Regulation, tuple[Change, ...]]:
        after = replace(made, answers=_merged(made, answers, known.open))
        return record.keep(known, after, author=author, at=at, how="command")

    try:
        for answer in interview(started, *asking, wanted.since, asked) if asking else ():
            answers.append(answer)
    except BaseException:
        if answers:
            keep(known)
        raise
    then, changed = keep(started)
    done = _("Положение записано: {path}") if changed or is_new else _("Ничего не изменилось: {path}")
    yield done.format(path=record.path)
    yield from remarks(then)


def _check_document(text: str) -> None:
    if not file.fits_head(" ".join(text.split())):
        raise WrongRequestError(
            _("Название положения длиннее {n} знаков. Оставьте главное.").format(n=file.LONGEST_HEAD)
        )


def _present(record: Record, known: Regulation, wanted: Wanted) -> Iterator[str]:
    """Say what stands already and what is asked of it."""
    if not known.answers:
        return
    n = len(QUESTIONS) - len(known.open)
    yield _("Положение уже есть: {path}. Ответов {n} из {all}, они остаются.").format(
        path=record.path, n=n, all=len(QUESTIONS)
    )
    if wanted.profile or wanted.answers or wanted.again:
        return
    if known.open:
        yield _("Спрашиваем только то, на что ответа нет: {n}. Обо всём заново: --again").format(n=len(known.open))
    else:
        yield _("Ответы есть на все вопросы. Изменить их: --again или лист «Положение» книги школы.")


def _filled_in(known: Regulation, wanted: Wanted) -> Iterator[str]:
    """Say which open questions a profile would answer, and where the school has answered otherwise."""
    shipped = profiles.profile(wanted.profile)
    more = [answer for answer in shipped.answers if known.newest(answer.question) is None]
    yield _("Из образца {name} добавятся ответы: {n}.").format(name=wanted.profile, n=len(more))
    yield from (f"    + {KNOWN[answer.question].label}: {worded(answer)}" for answer in more)
    pairs = [(known.newest(name), shipped.newest(name)) for name in QUESTIONS]
    others = [(own, theirs) for own, theirs in pairs if own and theirs and own.meaning != theirs.meaning]
    if others:
        yield _("Отвечено иначе, чем в образце, и останется так: {n}.").format(n=len(others))
    for own, theirs in others:
        in_profile = _("в образце: {answer}").format(answer=theirs.text)
        yield f"    = {QUESTIONS[own.question].label}: {own.text} ({in_profile})"


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


def _started(known: Regulation, wanted: Wanted) -> Regulation:
    """What stands, with the answers of a profile to questions that are open."""
    document = " ".join(wanted.document.split()) or known.document
    if not wanted.profile:
        return replace(known, document=document)
    shipped = profiles.profile(wanted.profile)
    answers = [answer for answer in shipped.answers if known.newest(answer.question) is None]
    if wanted.since is not None:
        answers = [replace(answer, valid_from=wanted.since) for answer in answers]
    names = dict.fromkeys(filter(None, (*known.profile.split(", "), wanted.profile if answers else "")))
    return replace(known, answers=ordered((*known.answers, *answers)), profile=", ".join(names), document=document)


def _merged(made: Regulation, given: Sequence[Answer], fresh: Iterable[Question]) -> tuple[Answer, ...]:
    """Lay answers over those that stand: at fresh questions in place of what a profile says, else beside the earlier.

    An answer without a day corrects the newest earlier one.
    """
    replaced = {question.id for question in fresh} & {answer.question for answer in given}
    kept = [one for one in made.answers if one.question not in replaced]
    newest = {one.question: one.valid_from for one in kept}
    dated = (replace(one, valid_from=one.valid_from or newest.get(one.question)) for one in given)
    return with_later(kept, dated)


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
    shipped = [profiles.profile(name) for name in regulation.profile.split(", ") if name in profiles.FIVE]
    others = [one for one in shipped if one.document != regulation.document]
    return tuple(
        own.question for own in filter(None, map(regulation.newest, QUESTIONS))
        if own.quote and any((theirs := one.newest(own.question)) and own.says_the_same(theirs) for one in others)
    )  # fmt: skip


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
    if regulation.limits:
        say(_("Своих чисел: {n}.").format(n=len({limit.name for limit in regulation.limits})))
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
    if found.regulation.limits:
        yield _("Свои числа вместо чисел программы:")
    yield from listed_limits(found.regulation, only_own=True)


def listed_limits(regulation: Regulation, *, only_own: bool = False) -> Iterator[str]:
    """All numbers: the product's own with their bounds, and those that the school set, with basis and dates."""
    own = last_days(regulation.limits)
    for known in LIMITS.values():
        rows = [(limit, until) for limit, until in own if limit.name == known.name]
        if only_own and not rows:
            continue
        yield f"{known.name}. {known.title}"
        yield "    " + _("в программе {value}, можно от {least} до {most}; {basis}").format(
            value=number_ru(known.value), least=number_ru(known.least), most=number_ru(known.most), basis=known.basis
        )
        yield from (f"    {dates(limit.valid_from, until)}{limit.worded()}" for limit, until in rows)


def set_limit(settings: Settings, school_id: str, limit: Limit, *, author: str | None, at: datetime) -> Iterator[str]:
    """Write a number into the regulation of a school; an earlier one stays for its days. Tell what was done.

    A number without a day holds from the start, in place of the one that did. Raises RegulationError, RecordError.
    """
    record = Record(file.file_of(settings.home, school_id))
    known = record.read()
    after = replace(known, limits=limits_with_later(known.limits, [limit]))
    _then, changed = record.keep(known, after, author=author, at=at, how="limit")
    done = _("Положение записано: {path}") if changed else _("Ничего не изменилось: {path}")
    yield done.format(path=record.path)
    yield f"    {LIMITS[limit.name].title}: {dates(limit.valid_from, None)}{limit.worded()}"


def history(record: Record) -> Iterator[str]:
    """Tell who changed what and when, the oldest first; then what was changed past Zavuch since."""
    for one in record.all():
        author = one.author or _("кто – неизвестно")
        yield f"{one.number}. {one.entered_at:%d.%m.%Y %H:%M}, {author}, {_how(one.how)}"
        yield from map(_change, one.changes)
    by_hand = record.by_hand()
    if by_hand:
        yield _("Изменено в самом файле и ещё не записано, будет записано со следующим изменением:")
        yield from map(_change, by_hand)
    elif not record.all():
        yield _("Положение ещё не меняли.")


def _how(how: How) -> str:
    names = {
        "command": "zavuch regulation init", "limit": "zavuch regulation limit", "workbook": _("книга школы"),
        "file": _("изменён сам файл"),
    }  # fmt: skip
    return names[how]


def _change(change: Change) -> str:
    heads = {"document": _("Название положения"), "profile": _("Образец")}
    asked = KNOWN.get(change.question)
    number_of = LIMITS.get(change.question.removeprefix(LIMIT))
    label = heads.get(change.question) or (asked.label if asked else number_of.title if number_of else change.question)
    since = " " + _("с {day:%d.%m.%Y}").format(day=change.valid_from) if change.valid_from else ""
    return f"    {label}{since}: {_said(change.old)} → {_said(change.new)}"


def _said(said: Said | None) -> str:
    if said is None:
        return _("ничего")
    quote = f": «{said.quote}»" if said.quote else ""
    word = severity_word(said.severity)
    shown_as = f" ({word})" if word else ""
    return f"«{said.answer}»{shown_as}" + (f" – {said.clause}{quote}" if said.clause else "")


def dates(since: date | None, until: date | None) -> str:
    """Say when an answer applies, before the answer itself; nothing where it always does."""
    first = _("с {day:%d.%m.%Y}").format(day=since) if since else ""
    last = _("по {day:%d.%m.%Y}").format(day=until) if until else ""
    return " ".join(filter(None, (first, last))) + ": " if first or last else ""
