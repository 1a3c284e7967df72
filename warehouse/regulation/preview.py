"""What-if: what would be late if the school went by another regulation, read from the published warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.language import gettext as _
from warehouse.store import QUIET, dictionaries

Row = Mapping[str, Any]


class NoPeriodError(Exception):
    """No such period in the warehouse; the text names those that are there."""


@dataclass(frozen=True)
class Preview:
    """Counts by rule, and the records of the last month that would be judged otherwise.

    rules: rows of `rpt_deputy__regulation_preview` summed over the periods asked for; flips: rows of
    `rpt_deputy__regulation_flips`, the newest first.
    """

    profile: str
    period: str
    as_of: datetime
    rules: Sequence[Row]
    flips: Sequence[Row]


_RULES = """
select rule_title, sum(n_expected)::bigint as n_expected, sum(n_own_not_in_time)::bigint as own,
    sum(n_not_in_time)::bigint as theirs, sum(n_not_set)::bigint as not_set,
    sum(n_undetermined)::bigint as undetermined
from reports.rpt_deputy__regulation_preview
where profile = $profile and ($period = '' or lower(period_name) = lower($period))
group by rule_title order by rule_title
"""
_FLIPS = """
select rule_title, class_name, subject_name, date, lesson_number, due_at, own_status, verdict
from reports.rpt_deputy__regulation_flips
where profile = $profile order by date desc, class_name, lesson_number nulls last, rule_title, subject_key
"""
_PERIODS = """
select period_name from reports.rpt_deputy__regulation_preview group by period_name order by min(starts_on), period_name
"""


def preview(file: Path, profile: str, period: str = "") -> Preview:
    """Read what `profile` would judge. period: its name as on the pages, '' = all of them. Raises NoPeriodError."""
    with duckdb.connect(file, read_only=True, config=QUIET) as con:
        periods = [name for (name,) in con.execute(_PERIODS).fetchall()]
        if period and period.casefold() not in {name.casefold() for name in periods}:
            known = ", ".join(periods)
            raise NoPeriodError(_("Периода «{name}» в данных нет. Есть: {known}.").format(name=period, known=known))
        (as_of,) = con.execute("select max(as_of) from meta.schools").fetchall()[0]
        rules = dictionaries(con.execute(_RULES, {"profile": profile, "period": period}))
        flips = dictionaries(con.execute(_FLIPS, {"profile": profile}))
    return Preview(profile, period, as_of, rules, flips)


def lines(found: Preview, listed: int) -> Iterator[str]:
    """Tell it: the counts by rule, then `listed` of the records that would be judged otherwise."""
    head = _("Если бы школа вела журнал по образцу {profile} (данные на {as_of:%d.%m.%Y %H:%M}, {period}):")
    yield head.format(profile=found.profile, as_of=found.as_of, period=found.period or _("все периоды"))
    if not found.rules:
        yield _("Судить не о чем: в данных нет записей со сроком.")
    for row in found.rules:
        if row["not_set"] == row["n_expected"]:
            told = _("срок не указан, сейчас не в срок {own} из {all}")
        else:
            told = _("не в срок {theirs} из {all}, сейчас {own}; не определить {undetermined}")
        numbers = {"own": row["own"], "theirs": row["theirs"], "undetermined": row["undetermined"]}
        yield f"  {row['rule_title']}: " + told.format(all=row["n_expected"], **numbers)
    yield ""
    yield _("Записи последнего месяца, о которых этот образец судит иначе: {n}").format(n=len(found.flips))
    for row in found.flips[:listed]:
        yield "  " + _told(row)
    if len(found.flips) > listed:
        yield _("  … и ещё {n}; показать больше: --lines {all}").format(
            n=len(found.flips) - listed, all=len(found.flips)
        )


def _told(row: Row) -> str:
    number = "" if row["lesson_number"] is None else _(", урок {n}").format(n=row["lesson_number"])
    subject = f", {row['subject_name']}" if row["subject_name"] else ""
    due = "" if row["due_at"] is None else _(" (срок {due:%d.%m %H:%M})").format(due=row["due_at"])
    change = _("стало бы не в срок") if row["verdict"] in {"late", "missing"} else _("перестало бы быть не в срок")
    return f"{row['date']:%d.%m} {row['class_name']}{subject}{number}: {row['rule_title']} – {change}{due}"
