"""The ASGI application: the gate, the door and Streamlit behind them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.middleware import Middleware
from streamlit import App
from streamlit.web import bootstrap

from dashboards.doors import routes
from dashboards.gate import Gate
from dashboards.service import Service
from dashboards.theme import OPTIONS

SCRIPT = Path(__file__).parent / "main.py"


def create_app(service: Service, *, hosts: Sequence[str] = (), options: dict[str, object] | None = None) -> App:
    """The application for uvicorn. One a process: Streamlit knows a single script.

    hosts: names under which it may be asked (empty = any). options: Streamlit settings over the product's own.
    """
    bootstrap.load_config_options({**OPTIONS, **(options or {})})
    return App(
        SCRIPT,
        routes=routes(service),
        middleware=[Middleware(Gate, service=service, hosts=tuple(hosts))],
    )
