"""A chromium for tests and pictures, and a server to look at."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")
STARTS_WITHIN, WAIT = 60, 30_000


def chromium() -> str:
    """The browser of the system; '' when there is none."""
    return next((found for found in map(shutil.which, NAMES) if found), "")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, *, demo: bool = True) -> Iterator[str]:
    """A server of the home in a process of its own; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.dashboards.serving", str(home), str(port), *(["demo"] if demo else [])]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(STARTS_WITHIN * 4):
            if process.poll() is not None:
                raise RuntimeError(f"the server stopped with {process.returncode}")
            try:
                if httpx.get(f"{address}/healthz", timeout=1).is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.25)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def browser() -> Iterator[Any]:
    """A headless chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()


def sign_in(page: Any, address: str, login: str) -> None:
    """Choose a person of the demo and wait for the first page."""
    page.goto(f"{address}/login", timeout=WAIT)
    page.locator(f'button[name="person"][value="{login}"]').click()
    settled(page)


def settled(page: Any) -> None:
    """Wait until the page has its heading and nothing runs any more."""
    page.locator(".zv h1").first.wait_for(timeout=WAIT)
    page.wait_for_function(
        "() => { const app = document.querySelector('[data-testid=\"stApp\"]');"
        " return app && app.getAttribute('data-test-script-state') !== 'running'"
        " && !document.querySelector('[data-stale=\"true\"]'); }",
        timeout=WAIT,
    )
    page.wait_for_timeout(400)


def choose(page: Any, text: str) -> None:
    """Press a button of a row of buttons."""
    page.get_by_role("radio", name=text, exact=False).or_(
        page.get_by_role("button", name=text, exact=True)
    ).first.click()
    settled(page)
