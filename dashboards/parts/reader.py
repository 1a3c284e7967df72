"""Who reads this run of a page, and from which version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl
import streamlit as st

from dashboards.gate import SESSION_HEADER
from dashboards.service import Service, service
from warehouse.access import AccessDeniedError, Data, NotPublishedError, Viewer
from warehouse.accounts import Account
from warehouse.publish import Published

OWNER = "_owner"


@dataclass(frozen=True)
class Reader:
    """A person before a page, the version in service and what the person may read of it."""

    account: Account
    published: Published
    data: Data

    @property
    def viewer(self) -> Viewer:
        """The person as the gate to the data sees them."""
        return self.data.viewer

    @property
    def as_of(self) -> datetime | None:
        """Moment of the newest data of the school."""
        return self.published.as_of.get(self.account.school_id)

    def status(self) -> dict[str, object]:
        """The one row about the school; {} when it is absent."""
        rows = self.read("rpt_school__status")
        return rows.row(0, named=True) if rows is not None and rows.height else {}

    def read(self, name: str) -> pl.DataFrame | None:
        """A prepared table as far as the person may read it; None when it is closed or absent."""
        return self.data.table(name) if self.data.has(name) else None


def session_hash() -> str:
    """The session that the gate found behind this page."""
    return str(st.context.headers.get(SESSION_HEADER) or "")


def address() -> str:
    """Where the visitor comes from; '' on this very machine."""
    return st.context.ip_address or ""


def account_of(serving: Service) -> Account | None:
    """Whose page this is right now. Another person in the same tab starts with nothing chosen."""
    account = serving.accounts.session_by_hash(session_hash())
    owner = account.login if account else ""
    if st.session_state.get(OWNER, owner) != owner:
        st.session_state.clear()
    st.session_state[OWNER] = owner
    return account


def open_reader(account: Account, published: Published) -> Reader | None:
    """The reader, or None when the person's school has no data yet."""
    try:
        return Reader(account, published, service().open(account, published))
    except (NotPublishedError, AccessDeniedError):
        return None


def note_visit(reader: Reader, page: str, detail: str = "") -> None:
    """Write a line into the access log when a page is opened (not at every click on it)."""
    visit = (page, detail, reader.published.version)
    if st.session_state.get("_visit") == visit:
        return
    st.session_state["_visit"] = visit
    scope = f"{reader.viewer.scope}{f'; {detail}' if detail else ''}"
    service().log.record(reader.account, action="open", subject=page, scope=scope, allowed=True, address=address())
