"""The top of every page: whose data, of which moment, how much of it can be judged, and who is looking."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from dashboards.parts import html, words
from dashboards.parts.reader import Reader
from warehouse.access import role_title, why_visible
from warehouse.accounts import ClassRef
from warehouse.language import gettext as _

ENOUGH_JUDGED = 0.7


def judged_share(reader: Reader) -> float | None:
    """Which share of the school's records can be judged at all."""
    share = reader.status().get("judged_share")
    return float(share) if isinstance(share, int | float) else None


def top(reader: Reader, title: str) -> None:
    """Heading, school, freshness, judged share, version; a notice when the last build failed."""
    status, share = reader.status(), judged_share(reader)
    facts = [
        ("", f"{_('Данные на')} <b>{escape(words.full_moment(reader.as_of))}</b>"),
        (
            "" if share is None or share >= ENOUGH_JUDGED else " warm",
            f"{_('Можно судить о')} <b>{escape(words.percent(share))}</b> {_('записей')}",
        ),
        ("", f"{_('Версия')} {escape(reader.published.version)}"),
    ]
    chips = "".join(f'<span class="zv-fact{look}">{text}</span>' for look, text in facts)
    html.show(
        f'<div class="zv-head"><div><h1>{escape(title)}</h1>'
        f'<div class="soft">{escape(str(status.get("school_name") or ""))}</div></div>'
        f'<div class="who"><strong>{escape(reader.account.display_name)}</strong><br>'
        f'{escape(role_title(reader.account.role))} · <a href="/logout">{escape(_("Выйти"))}</a></div></div>'
        f'<div class="zv-facts">{chips}</div>'
    )
    if reader.published.failed:
        html.show(
            html.notice(
                _("Последнее обновление не удалось, поэтому показаны прежние данные. {message}").format(
                    message=reader.published.failed
                ),
                warm=True,
            )
        )


def explain(
    reader: Reader, names: Iterable[str], formulas: Iterable[tuple[str, str]], ref: ClassRef | None = None
) -> None:
    """«Почему» behind the numbers: formula, denominator, exclusions, and why this person sees the rows."""
    with st.popover(_("Как посчитано и почему я это вижу")):
        rows = "".join(f"<p><b>{escape(name)}</b> – {escape(text)}</p>" for name, text in formulas)
        seen = "".join(f'<p class="soft">{escape(why_visible(reader.viewer, name, ref))}</p>' for name in names)
        html.show(rows + html.heading(_("Почему я это вижу")) + seen)
