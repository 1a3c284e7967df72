"""The site of the dbt project: one file, opened in a browser without a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboards.browsing import ARGUMENTS, chromium
from tests.docs_pages import docs_module

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.browser
@pytest.mark.skipif(not chromium(), reason="no chromium")
def test_the_site_opens_by_itself_and_asks_nobody(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    page_file = docs_module("site").make(tmp_path / "site")

    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        page.get_by_text("turn the history of a school's electronic journal").wait_for()
        page.goto(f"{page_file.as_uri()}#!/model/model.zavuch.fct_journal_checks")
        page.get_by_text("subject_kind", exact=True).first.wait_for()
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
