"""Serving the dashboards on this machine until stopped."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

import uvicorn

from dashboards.app import create_app
from dashboards.service import configure

HOST, PORT = "127.0.0.1", 8501
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
STOP_WITHIN = 5


class PortTakenError(OSError):
    """Another program listens on the port."""


def allowed_hosts(host: str) -> tuple[str, ...]:
    """Names under which the server may be asked: on a loopback address only its own, elsewhere any."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    return LOOPBACK_NAMES if loopback else ()


def serve(home: Path, host: str = HOST, port: int = PORT, *, demo: bool = False) -> None:
    """Serve the home's dashboards until interrupted; blocks.

    demo: visitors may choose a person of the demo school instead of signing in. The server never touches the
    build: it keeps answering from the version in service and shows the next one as soon as it is published.
    Raises PortTakenError.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1" if host == "0.0.0.0" else host, port)) == 0:  # noqa: S104
            raise PortTakenError(f"{host}:{port}")
    app = create_app(
        configure(home, demo=demo),
        hosts=allowed_hosts(host),
        options={"server.port": port, "server.address": host, "browser.serverAddress": host},
    )
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    uvicorn.Server(config).run()
