"""Choices on a page: sorted as people expect, remembered over reruns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import polars as pl
import streamlit as st

T = TypeVar("T")


def natural(name: str) -> tuple[int, str]:
    """Order of class names: 2А before 10А, what has no number last."""
    found = re.match(r"\s*(\d+)\s*(.*)", name)
    return (int(found[1]), found[2]) if found else (999, name)


def select(label: str, options: Mapping[T, str], *, key: str) -> T:
    """A drop-down over value → text; the first is the default, a stale choice falls back to it."""
    values = list(options)
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]
    return st.selectbox(label, values, format_func=lambda value: options[value], key=key)


def switch(label: str, options: Mapping[T, str], *, key: str, default: T) -> T:
    """A row of buttons of which one is chosen."""
    values = list(options)
    if st.session_state.get(key) not in options:
        st.session_state[key] = default
    chosen = st.segmented_control(
        label, values, format_func=lambda value: options[value], key=key, label_visibility="collapsed", required=True
    )
    return default if chosen is None else chosen


def views(options: Mapping[T, str], *, key: str, default: T) -> T:
    """The sections of a page, as tabs of which only the chosen one is worked out."""
    with st.container(key=f"views-{key.replace('.', '-')}"):
        return switch(key, options, key=key, default=default)


def remember(key: str) -> Callable[[str], None]:
    """A click that is remembered; a second click on the same cell takes it back."""

    def keep(pick: str) -> None:
        st.session_state[key] = "" if st.session_state.get(key) == pick else pick

    return keep


def latest_year(frames: Sequence[pl.DataFrame | None]) -> list[str]:
    """Academic years present in the frames, newest first."""
    years: set[str] = set()
    for frame in frames:
        if frame is not None and "academic_year" in frame.columns:
            years.update(str(year) for year in frame["academic_year"].unique() if year)
    return sorted(years, reverse=True)


def year(frames: Sequence[pl.DataFrame | None], *, label: str, key: str) -> str:
    """The academic year shown; asked only when there are several."""
    years = latest_year(frames)
    if len(years) <= 1:
        return years[0] if years else ""
    return select(label, {each: each for each in years}, key=key)
