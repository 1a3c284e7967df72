"""The script that Streamlit runs for every visitor: who it is, which version, which pages."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboards.pages import administration, class_teacher, deputy, exports_page
from dashboards.parts import html
from dashboards.parts.reader import Reader, account_of, open_reader
from dashboards.service import service
from warehouse.accounts import Role
from warehouse.language import gettext as _

STATIC = Path(__file__).parent / "static"
ICON, LOGO = STATIC / "icon.svg", STATIC / "logo.svg"
LOOK_EVERY_SECONDS = 5


def pages_for(role: Role, reader: Reader) -> list[st.Page]:
    """The pages this role may open, its own first."""
    all_pages = {
        "deputy": st.Page(lambda: deputy.show(reader), title=_("Контроль журнала"), url_path="zhurnal"),
        "exports": st.Page(lambda: exports_page.show(reader), title=_("Выгрузки"), url_path="vygruzki"),
        "class_teacher": st.Page(
            lambda: class_teacher.show(reader),
            title=_("Мой класс") if role == "class_teacher" else _("Класс"),
            url_path="klass",
        ),
        "administration": st.Page(lambda: administration.show(reader), title=_("Школа и прогноз"), url_path="shkola"),
    }
    mine: dict[Role, tuple[str, ...]] = {
        "deputy": ("deputy", "exports", "class_teacher", "administration"),
        "administration": ("administration", "deputy", "class_teacher", "exports"),
        "class_teacher": ("class_teacher",),
    }
    return [all_pages[name] for name in mine[role]]


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def follow(version: str) -> None:
    """Move an open page to the next version by itself."""
    published = service().published()
    if published is not None and f"{published.version}{published.failed}" != version:
        st.rerun()


def run() -> None:
    """One run."""
    st.set_page_config(page_title=_("Завуч"), page_icon=ICON, layout="wide", initial_sidebar_state="collapsed")
    st.logo(LOGO, size="medium", icon_image=LOGO)
    html.style()
    serving = service()
    account = account_of(serving)
    if account is None:
        html.show(
            html.empty(_("Сеанс завершён"), _("Войдите ещё раз."))
            + f'<p style="text-align:center"><a href="/login">{_("Войти")}</a></p>'
        )
        return
    published = serving.published()
    reader = open_reader(account, published) if published else None
    if published is None or reader is None:
        st.navigation([st.Page(waiting, title=_("Завуч"))], position="hidden").run()
        follow("")
        return
    st.navigation(pages_for(account.role, reader), position="top").run()
    follow(f"{published.version}{published.failed}")


def waiting() -> None:
    """Before the first build."""
    html.show(
        html.empty(
            _("Данных пока нет"),
            _("Положите выгрузки журнала в папку inbox и запустите zavuch run. Страница обновится сама."),
        )
    )


run()
