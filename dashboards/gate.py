"""The gate before Streamlit: nothing passes without a session but the sign-in page and /healthz.

An ASGI middleware: it checks the host, drops whatever a client says about who it is, finds the session behind
the signed cookie, tells the pages which session it is in a header of its own, and adds the security headers.
A websocket lives long, so the session is looked up again at every message: a closed account is out at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlsplit

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards.service import Service
from warehouse.accounts import Account, digest
from warehouse.language import gettext as _
from warehouse.language import language

SESSION_HEADER = "x-zavuch-session"
IDENTITY_HEADERS = (
    "x-zavuch-", "x-forwarded-", "x-remote-", "x-auth-", "x-authenticated-", "x-user", "x-webauth-", "x-real-ip",
    "remote-user", "remote_user", "forwarded", "x-streamlit-user", "authorization", "proxy-authorization",
)  # fmt: skip
OPEN_PATHS = frozenset({"/login", "/healthz", "/login.css", "/icon.svg"})
CLOSED_PREFIXES = ("/_stcore/agent", "/_stcore/metrics", "/_stcore/script-health-check", "/auth/", "/oauth2callback")
NOT_PAGES = ("/_stcore", "/static", "/media", "/component", "/download", "/app/static")
POLICY_VIOLATION = 1008

PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
DOOR_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def seal(service: Service, token: str) -> str:
    """The value of the session cookie."""
    return str(URLSafeSerializer(service.secret, salt="session").dumps(token))


def unseal(service: Service, value: str) -> str:
    """The session token in a cookie; '' when it was not signed by this home."""
    try:
        token = URLSafeSerializer(service.secret, salt="session").loads(value)
    except BadSignature:
        return ""
    return token if isinstance(token, str) else ""


def cookie_of(headers: Headers, name: str) -> str:
    """The value of a cookie, '' when there is none or the header is broken."""
    for line in headers.getlist("cookie"):
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(line)
        except CookieError:
            continue
        if name in jar:
            return jar[name].value
    return ""


def local_path(wanted: str) -> str:
    """A path to return to after signing in, or `/`: never another site."""
    parts = urlsplit(wanted)
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if plain and wanted.isprintable() and parts.path not in OPEN_PATHS | {"/logout"} else "/"


class Gate:
    """The middleware. `hosts`: names under which the server may be asked; empty = any."""

    def __init__(self, app: ASGIApp, service: Service, hosts: Sequence[str] = ()) -> None:
        self.app = app
        self.service = service
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it here."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def account(self, headers: Headers) -> tuple[Account | None, str]:
        """Whose request this is, and the hash of its session token."""
        token = unseal(self.service, cookie_of(headers, self.service.cookie))
        return self.service.accounts.session(token), digest(token) if token else ""

    def known_host(self, headers: Headers) -> bool:
        """Whether the server was asked by a name of its own (a foreign name means DNS rebinding)."""
        if not self.hosts:
            return True
        try:
            return (urlsplit(f"//{headers.get('host', '')}").hostname or "") in self.hosts
        except ValueError:
            return False

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, path = Headers(scope=scope), scope["path"]
        door = path in OPEN_PATHS or path == "/logout"
        send = with_headers(send, DOOR_POLICY if door else PAGE_POLICY, is_page=not path.startswith(NOT_PAGES))
        if not self.known_host(headers):
            await PlainTextResponse("unknown host", 400)(scope, receive, send)
            return
        if path in OPEN_PATHS:
            await self.app(identified(scope, ""), receive, send)
            return
        account, session = await run_in_threadpool(self.account, headers)
        if account is None:
            await self._refuse(scope, receive, send)
            return
        if path.startswith(CLOSED_PREFIXES):
            await PlainTextResponse("not found", 404)(scope, receive, send)
            return
        scope = identified(scope, session)
        scope["zavuch.account"] = account
        if scope["method"] in {"GET", "HEAD"} and not path.startswith((*NOT_PAGES, "/logout")):
            await self._page(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        wants_page = (
            scope["method"] in {"GET", "HEAD"}
            and "text/html" in Headers(scope=scope).get("accept", "")
            and not path.startswith(tuple(each for each in NOT_PAGES if each != "/download"))
        )
        response: Response
        if wants_page:
            query = scope["query_string"].decode("latin-1")
            back = local_path(path + (f"?{query}" if query else ""))
            response = RedirectResponse(f"/login?next={quote(back)}" if back != "/" else "/login", 303)
        else:
            response = PlainTextResponse(_("Нужен вход."), 401)
        response.headers["cache-control"] = "no-store"
        await response(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a page through, in the reader's language and under the product's name."""
        held: list[Message] = []
        body = b""

        async def rewrite(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                held.append(message)
                return
            kind = Headers(raw=held[0]["headers"]).get("content-type", "") if held else ""
            if not held or "text/html" not in kind:
                if held:
                    await send(held.pop())
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            start = held.pop()
            page = body.replace(b'<html lang="en">', f'<html lang="{language()}">'.encode())
            page = page.replace(b"<title>Streamlit</title>", f"<title>{_('Завуч')}</title>".encode())
            page = page.replace(b'href="./favicon.png"', b'href="/icon.svg"')
            answer = MutableHeaders(raw=start["headers"])
            answer["content-length"] = str(len(page))
            for stale in ("etag", "last-modified"):
                if stale in answer:
                    del answer[stale]
            await send(start)
            await send({"type": "http.response.body", "body": page})

        plain = [
            (name, value)
            for name, value in scope["headers"]
            if name not in {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
        ]
        await self.app({**scope, "headers": plain}, receive, rewrite)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin = urlsplit(headers.get("origin", "")).netloc
        if not self.known_host(headers) or not origin or origin != headers.get("host"):
            await shut(receive, send)
            return
        account, session = await run_in_threadpool(self.account, headers)
        if account is None:
            await shut(receive, send)
            return
        closed = False

        async def watched() -> Message:
            nonlocal closed
            message = await receive()
            if message["type"] != "websocket.receive" or closed:
                return message
            still = await run_in_threadpool(self.service.accounts.session_by_hash, session)
            if still is None or still.login != account.login:
                closed = True
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
                return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
            return message

        async def until_closed(message: Message) -> None:
            if not closed:
                await send(message)

        await self.app(identified(scope, session), watched, until_closed)


def identified(scope: Scope, session: str) -> Scope:
    """The request without anything the client says about itself, and with what the gate found out."""
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if not name.decode("latin-1").lower().startswith(IDENTITY_HEADERS)
    ]
    if session:
        kept.append((SESSION_HEADER.encode(), session.encode()))
    return {**scope, "headers": kept}


def with_headers(send: Send, policy: str, *, is_page: bool) -> Send:
    """Add the security headers to every answer; what is a page or a file of people's data is never kept."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            headers = MutableHeaders(raw=message["headers"])
            for name, value in SECURITY_HEADERS.items():
                headers[name] = value
            headers["content-security-policy"] = policy
            if is_page or "cache-control" not in headers:
                headers["cache-control"] = "no-store"
            if "server" in headers:
                del headers["server"]
        await send(message)

    return wrapped


async def shut(receive: Receive, send: Send) -> None:
    """Refuse a websocket before it opens."""
    await receive()
    await send({"type": "websocket.close", "code": POLICY_VIOLATION})
