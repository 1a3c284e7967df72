"""The whole thing in a real browser: three people, no outside host, a new version without a restart."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.dashboards import published as fake
from tests.dashboards.browsing import WAIT, browser, choose, chromium, serving, settled, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not chromium() and os.environ.get("CI", "") not in {"1", "true"},
        reason="no chromium on this machine (in CI these tests must run)",
    ),
]
FIRST_WORDS = {"zavuch": "Контроль журнала", "klass": "Мой класс 7Б", "direktor": "Школа и прогноз"}
PAGES = {"zavuch": 4, "klass": 1, "direktor": 4}

# A busy machine may show the parts of a page seconds apart: every look waits for what it expects.
expect.set_options(timeout=WAIT)


@pytest.fixture(scope="module")
def chrome():
    with browser() as opened:
        yield opened


@pytest.fixture
def visit(chrome):
    """A fresh page that remembers what it asked for and what went wrong."""
    made = []

    def open_page(width=1440, height=900):
        context = chrome.new_context(viewport={"width": width, "height": height}, locale="ru-RU")
        page = context.new_page()
        page.hosts, page.trouble = set(), []
        page.on("request", lambda request: page.hosts.add(urlsplit(request.url).hostname))
        page.on("websocket", lambda socket: page.hosts.add(urlsplit(socket.url).hostname))
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on("console", lambda said: page.trouble.append(said.text) if said.type == "error" else None)
        made.append(context)
        return page

    yield open_page
    for context in made:
        context.close()


@pytest.mark.parametrize("login", FIRST_WORDS)
def test_each_person_signs_in_and_sees_the_own_page(server, visit, login):
    page = visit()
    page.goto(server)
    assert urlsplit(page.url).path == "/login"
    sign_in(page, server, login)
    expect(page.locator(".zv h1")).to_have_text(FIRST_WORDS[login])
    expect(page.locator(".zv-facts")).to_contain_text("Данные на 24.10.2025")
    expect(page.locator('[data-testid="stTopNavLink"]')).to_have_count(PAGES[login] if PAGES[login] > 1 else 0)
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator('[data-testid="stException"]')).to_have_count(0)
    assert page.hosts - {None, ""} == {"127.0.0.1"}
    assert page.trouble == []


def test_all_sections_open_and_ask_no_outside_host(server, visit):
    page = visit()
    sign_in(page, server, "zavuch")
    for section in ("Своевременность", "Все замечания", "Чего не видно", "Проверка данных"):
        choose(page, section)
    for link in ("Класс", "Школа и прогноз"):
        page.get_by_role("link", name=link, exact=True).click()
        page.locator(".zv h1", has_text=link).wait_for()
        settled(page)
    page.locator(".js-plotly-plot").wait_for()
    assert page.hosts - {None, ""} == {"127.0.0.1"}
    assert page.trouble == []


def test_a_click_on_a_number_opens_the_list_behind_it(server, visit):
    page = visit()
    sign_in(page, server, "zavuch")
    cell = page.locator("td[data-pick]").first
    told = cell.get_attribute("title")
    cell.click()
    expect(page.locator("#behind")).to_have_text(told.partition(":")[0])
    page.wait_for_function("() => document.querySelector('#behind').getBoundingClientRect().top < window.innerHeight")
    expect(page.locator("td.picked")).to_have_count(1)
    with page.expect_download() as got:
        page.get_by_role("link", name="Скачать в Excel").click()
    assert got.value.suggested_filename == "замечания 2025-10-24.xlsx"


def test_the_keyboard_is_enough(server, visit):
    page = visit()
    sign_in(page, server, "zavuch")
    page.locator("td[data-pick]").nth(3).focus()
    page.keyboard.press("Enter")
    page.locator("#behind").wait_for()


def test_a_class_teacher_can_use_a_phone(server, visit):
    page = visit(390, 844)
    sign_in(page, server, "klass")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    told = re.compile("Отсутствовали 24.10.2025|24.10.2025: отсутствовавших нет")
    expect(page.get_by_text(told).first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_exports_can_be_looked_through_at_a_desk_and_on_a_phone(server, visit, width):
    page = visit(width)
    sign_in(page, server, "zavuch")
    page.goto(f"{server}/vygruzki")
    page.locator(".zv h1", has_text="Выгрузки").wait_for()
    settled(page)
    page.locator("td.o3").last.click()
    page.locator("#behind").wait_for()
    expect(page.get_by_text("За эту неделю выгрузок класса нет")).to_be_visible()
    choose(page, "Что изменилось")
    page.get_by_text("Поимённо").click()
    expect(page.get_by_text(f"7А: + {fake.School().pupils['7А'][0]}")).to_be_visible()
    choose(page, "Контрольные числа")
    with page.expect_download() as got:
        page.get_by_role("link", name="Скачать в Excel").click()
    assert got.value.suggested_filename == "контрольные числа 2025-10-24.xlsx"
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    # opened by its address, Streamlit first looks for its own files below it
    assert [each for each in page.trouble if "404" not in each] == []


def test_signing_out_leads_to_the_door(server, visit):
    page = visit()
    sign_in(page, server, "klass")
    page.get_by_role("link", name="Выйти").click()
    page.wait_for_url("**/login")
    page.goto(f"{server}/klass")
    assert urlsplit(page.url).path == "/login"


def test_a_new_version_comes_by_itself_and_a_failed_build_is_told(tmp_path, visit):
    fake.publish(tmp_path, "v00001")
    accounts = fake.people(tmp_path)
    with serving(tmp_path) as address:
        page = visit()
        sign_in(page, address, "zavuch")
        page.get_by_text("Версия v00001").wait_for()
        fake.publish(tmp_path, "v00002", fake.School(seed=2))
        page.get_by_text("Версия v00002").wait_for(timeout=40_000)
        fake.publish(tmp_path, "v00002", failed="проба")
        page.get_by_text("Последнее обновление не удалось").wait_for(timeout=40_000)
        accounts.disable("zavuch")
        page.wait_for_timeout(500)
        page.goto(address)
        assert urlsplit(page.url).path == "/login"
        assert page.trouble == [] or all("WebSocket" in each or "401" in each for each in page.trouble)
