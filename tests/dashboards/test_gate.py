"""Nothing passes the gate without a session, and nobody can say who they are but by signing in."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from dashboards.doors import routes
from dashboards.gate import OPEN_PATHS, SESSION_HEADER, Gate, local_path, seal
from tests.dashboards import published as fake
from warehouse.accounts import digest

HTML = {"accept": "text/html,application/xhtml+xml"}
STREAMLIT_PATHS = [
    "/",
    "/zhurnal",
    "/klass",
    "/shkola",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/stream",
    "/_stcore/upload_file/session/file",
    "/_stcore/agent",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp",
    "/_stcore/script-health-check",
    "/media/file.png",
    "/component/any/index.html",
    "/_stcore/bidi-components/any/a.js",
    "/static/js/index.js",
    "/favicon.png",
    "/app/static/file",
    "/auth/login",
    "/auth/logout",
    "/oauth2callback",
    "/download/findings.xlsx",
    "/download/absences.csv",
    "/logout",
    "/index.html",
    "//login",
    "/login/",
    "/login/../zhurnal",
    "/healthz/",
    "/LOGIN",
    "/login.css/x",
    "/%2e%2e/zhurnal",
]


async def who(request):
    told = {
        name: value for name, value in request.headers.items() if name.startswith(("x-", "remote", "author", "forw"))
    }
    return JSONResponse(told)


async def echo(websocket):
    await websocket.accept()
    with suppress(WebSocketDisconnect):
        while True:
            await websocket.send_text(await websocket.receive_text())


async def page(_request):
    return PlainTextResponse('<html lang="en"><title>Streamlit</title></html>', media_type="text/html")


@pytest.fixture
def site(service):
    app = Starlette(
        routes=[*routes(service), Route("/who", who), Route("/zhurnal", page), WebSocketRoute("/_stcore/stream", echo)],
        middleware=[Middleware(Gate, service=service, hosts=("testserver",))],
    )
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def signed(site, service):
    """The client with the deputy's session."""
    token = service.accounts.open_session("zavuch")
    site.cookies.set(service.cookie, seal(service, token))
    site.token = token
    return site


def form_token(site):
    return re.search(r'name="form" value="([^"]+)"', site.get("/login").text)[1]


def sign_in(site, **given):
    return site.post(
        "/login", data={"form": form_token(site), "next": "/", **given}, headers={"origin": "http://testserver"}
    )


@pytest.mark.parametrize("path", STREAMLIT_PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_every_path_is_closed_without_a_session(site, method, path):
    if path == "//login":
        path = "http://testserver//login"
    answer = site.request(method, path)
    assert answer.status_code in {401, 405} or answer.headers.get("location", "").startswith("/login")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", [path for path in STREAMLIT_PATHS if path != "//login"])
def test_the_running_server_is_closed_too(server, path):
    answer = httpx.get(server + path, headers=HTML, follow_redirects=False)
    assert answer.status_code in {303, 401}
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/login")


def test_no_route_of_streamlit_is_an_open_door():
    class Stub:
        def __getattr__(self, _name):
            return Stub()

        def __call__(self, *_args, **_kwargs):
            return Stub()

    paths = {getattr(route, "path", "") for route in create_streamlit_routes(Stub())}
    assert len(paths) > 10
    assert not paths & OPEN_PATHS
    assert {path for path in OPEN_PATHS if path.startswith(("/_stcore", "/media", "/static", "/download"))} == set()


def test_pages_send_to_the_door_and_back(site):
    answer = site.get("/zhurnal?week=1", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/zhurnal%3Fweek%3D1")
    back = sign_in(site, login="zavuch", password=fake.PASSWORD, next="/zhurnal?week=1")
    assert (back.status_code, back.headers["location"]) == (303, "/zhurnal?week=1")
    assert site.get("/zhurnal", headers=HTML).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/login",
        "/logout",
        "/a\nb",
    ],
)
def test_the_way_back_never_leaves_the_house(wanted):
    assert local_path(wanted) == "/"


def test_the_door_is_open(site):
    assert site.get("/healthz").text == "ok"
    assert site.get("/login").status_code == 200
    assert site.get("/login.css").headers["content-type"].startswith("text/css")
    assert site.get("/icon.svg").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("way", ["none", "garbage", "unsigned", "other key", "other salt", "altered", "unknown token"])
def test_a_cookie_must_be_ours(site, service, way, tmp_path):
    token = service.accounts.open_session("zavuch")
    good = seal(service, token)
    cookies = {
        "none": "",
        "garbage": "\x01;;=",
        "unsigned": token,
        "other key": seal(type("S", (), {"secret": "другой"})(), token),
        "other salt": form_token(site),
        "altered": good[:-2] + ("aa" if good[-2:] != "aa" else "bb"),
        "unknown token": seal(service, "not a token"),
    }
    answer = site.get("/who", headers={"cookie": f"{service.cookie}={cookies[way]}".encode("latin-1", "replace")})
    assert answer.status_code == 401
    assert site.get("/who", headers={"cookie": f"{service.cookie}={good}"}).status_code == 200


def test_the_cookie_is_for_the_server_only(site):
    answer = sign_in(site, login="zavuch", password=fake.PASSWORD)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_what_a_client_says_about_itself_is_dropped(signed):
    forged = {
        SESSION_HEADER: "forged",
        "X-Zavuch-User": "direktor",
        "X-Forwarded-User": "direktor",
        "X-Forwarded-For": "1.2.3.4",
        "Remote-User": "direktor",
        "X-Remote-User": "direktor",
        "Authorization": "Basic eA==",
        "X-Auth-Request-User": "direktor",
        "Forwarded": "for=1.2.3.4",
        "X-Real-IP": "1.2.3.4",
    }
    assert signed.get("/who", headers=forged).json() == {SESSION_HEADER: digest(signed.token)}


def test_a_disabled_account_is_out_at_its_next_request(signed, service):
    assert signed.get("/who").status_code == 200
    service.accounts.disable("zavuch")
    try:
        assert signed.get("/who").status_code == 401
    finally:
        service.accounts.disable("zavuch", disabled=False)
    assert signed.get("/who").status_code == 401


def test_an_expired_session_is_out(signed, service, monkeypatch):
    now = service.accounts.clock()
    monkeypatch.setattr(service.accounts, "clock", lambda: now + timedelta(days=1))
    assert signed.get("/who").status_code == 401


def test_signing_out_ends_the_session_not_just_the_cookie(signed, service):
    cookie = signed.cookies.get(service.cookie)
    asked = signed.get("/logout")
    assert asked.status_code == 200
    assert "Выйти из Завуча?" in asked.text
    assert signed.post("/logout", headers={"origin": "http://evil.example"}).status_code == 200
    assert signed.get("/who").status_code == 200
    assert signed.post("/logout", headers={"origin": "http://testserver"}).status_code == 303
    assert signed.get("/who", headers={"cookie": f"{service.cookie}={cookie}"}).status_code == 401


def test_a_link_on_the_page_signs_out_at_once(signed):
    assert signed.get("/logout", headers={"sec-fetch-site": "cross-site"}).status_code == 200
    assert signed.get("/logout", headers={"sec-fetch-site": "same-origin"}).status_code == 303


@pytest.mark.parametrize("token", ["", "forged", None])
def test_a_form_of_another_site_is_refused(site, token):
    real = form_token(site)
    given = {"login": "zavuch", "password": fake.PASSWORD, "form": real if token is None else token}
    headers = {"origin": "http://evil.example"} if token is None else {}
    answer = site.post("/login", data=given, headers=headers)
    assert answer.status_code == 403
    assert "Форма устарела" in answer.text


def test_a_form_without_its_cookie_is_refused(site):
    token = form_token(site)
    site.cookies.clear()
    assert site.post("/login", data={"login": "zavuch", "password": fake.PASSWORD, "form": token}).status_code == 403


def test_a_wrong_password_says_so_and_is_noted(site, service):
    answer = sign_in(site, login="zavuch", password="не тот пароль")
    assert answer.status_code == 401
    assert "не подошли" in answer.text
    assert service.cookie not in answer.headers.get("set-cookie", "")
    last = service.log.lines()[-1]
    assert (last.action, last.allowed, last.login) == ("sign-in", False, "")


def test_too_many_tries_must_wait(site, service, monkeypatch):
    monkeypatch.setattr("warehouse.accounts.LOGIN_FAILURES", 2)
    for _attempt in range(2):
        sign_in(site, login="nobody-here", password="не тот пароль")
    answer = sign_in(site, login="nobody-here", password="не тот пароль")
    assert answer.status_code == 429
    assert "Попробуйте через" in answer.text


def test_a_person_is_chosen_in_the_demo_only(site, service, filled_home):
    assert sign_in(site, person="klass").status_code == 303
    assert site.get("/who").status_code == 200
    object.__setattr__(service, "demo", False)
    site.cookies.clear()
    assert "person" not in site.get("/login").text
    assert sign_in(site, person="klass").status_code == 401


def test_nobody_of_a_real_school_can_be_chosen(site, service):
    if not service.accounts.find("real"):
        service.accounts.add("real", display_name="", role="deputy", school_id="school-12", password=fake.PASSWORD)
    assert "real" not in {each.login for each in service.people_to_choose()}
    assert sign_in(site, person="real").status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "", "[", "testserver.evil.example"])
def test_a_foreign_host_name_is_refused(site, host):
    assert site.get("/healthz", headers={"host": host}).status_code == 400


def test_every_answer_carries_the_security_headers(signed):
    for path in ("/login", "/healthz", "/who", "/zhurnal", "/nothing"):
        headers = signed.get(path, headers=HTML).headers
        policy = headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in policy
        assert "http:" not in policy
        assert "https:" not in policy
        assert "*" not in policy
        assert headers["cache-control"] == "no-store"


def test_a_page_speaks_the_language_and_the_name_of_the_product(signed):
    assert signed.get("/zhurnal", headers=HTML).text == '<html lang="ru"><title>Завуч</title></html>'


def socket(site, origin="http://testserver"):
    return site.websocket_connect("/_stcore/stream", headers={"origin": origin} if origin else {})


def test_a_websocket_opens_only_with_a_session_and_from_our_own_page(signed, service):
    with socket(signed) as opened:
        opened.send_text("слышно")
        assert opened.receive_text() == "слышно"
    for origin in ("http://evil.example", "http://testserver:99", "", "null"):
        with pytest.raises(WebSocketDisconnect), socket(signed, origin):
            pass
    signed.cookies.clear()
    with pytest.raises(WebSocketDisconnect), socket(signed):
        pass


def test_an_open_websocket_closes_when_the_session_ends(signed, service):
    with socket(signed) as opened:
        opened.send_text("раз")
        opened.receive_text()
        service.accounts.sign_out(signed.token)
        opened.send_text("два")
        with pytest.raises(WebSocketDisconnect):
            opened.receive_text()


def test_the_running_server_s_websocket_is_closed_too(server):
    host = server.removeprefix("http://")
    with (
        pytest.raises((InvalidStatus, ConnectionClosed)),
        connect(f"ws://{host}/_stcore/stream", origin=server) as opened,
    ):
        opened.recv(timeout=3)


@pytest.mark.parametrize(
    "path", ["/_stcore/agent", "/_stcore/agent/openapi.json", "/_stcore/metrics", "/_stcore/script-health-check"]
)
def test_what_nobody_needs_is_closed_even_with_a_session(signed, path):
    assert signed.get(path).status_code == 404
