"""The routes before Streamlit: signing in and out, the health check, and files to take away."""

from __future__ import annotations

import secrets
from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

from anyio import CapacityLimiter, to_thread
from itsdangerous import BadSignature, URLSafeSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboards.gate import local_path, seal, unseal
from dashboards.lists import MEDIA_TYPES, UnknownListError, export
from dashboards.service import Service
from warehouse.access import AccessDeniedError, NotPublishedError, Viewer, role_title
from warehouse.accounts import SESSION_LASTS, Account, SignIn
from warehouse.language import gettext as _
from warehouse.language import language

STATIC = Path(__file__).parent / "static"
FORM_COOKIE = "zavuch_form"
FORM_LIMIT = 8


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """A page of the door in the product's look; needs nothing but its own style sheet."""
    return HTMLResponse(
        f"""<!doctype html>
<html lang="{language()}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><link rel="stylesheet" href="/login.css"><link rel="icon" href="/icon.svg"></head>
<body><main><div class="brand"><img src="/icon.svg" alt=""><div><strong>{escape(_("Завуч"))}</strong>
<span>{escape(_("журналы школы в одном месте"))}</span></div></div>
{body}</main></body></html>""",
        status,
    )


def stamp(service: Service, value: str) -> str:
    """The form's token: the form cookie signed by this home, so that no other site can make one."""
    return str(URLSafeSerializer(service.secret, salt="form").dumps(value))


def is_own_form(service: Service, request: Request, token: str) -> bool:
    """Whether a form was filled in on our page by the same browser."""
    origin = request.headers.get("origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    try:
        told = URLSafeSerializer(service.secret, salt="form").loads(token)
    except BadSignature:
        return False
    kept = request.cookies.get(FORM_COOKIE, "")
    return bool(kept) and isinstance(told, str) and secrets.compare_digest(told.encode(), kept.encode())


def sign_in_page(
    service: Service, request: Request, *, problem: str = "", back: str = "/", status: int = 200
) -> Response:
    """The form; in the demo also a choice of person."""
    kept = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    hidden = (
        f'<input type="hidden" name="form" value="{escape(stamp(service, kept))}">'
        f'<input type="hidden" name="next" value="{escape(back)}">'
    )
    notice = f'<p class="notice" role="alert">{escape(problem)}</p>' if problem else ""
    form = f"""<form method="post" action="/login">{hidden}
<label for="login">{escape(_("Логин"))}</label>
<input id="login" name="login" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required>
<label for="password">{escape(_("Пароль"))}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="go" type="submit">{escape(_("Войти"))}</button></form>"""
    people = service.people_to_choose()
    if people:
        buttons = "".join(
            f'<button class="person" name="person" value="{escape(each.login)}">'
            f"{escape(role_title(each.role).capitalize())}"
            f"<small>{escape(each.display_name)}</small></button>"
            for each in people
        )
        body = f"""<div class="card"><h1>{escape(_("Демонстрационная школа"))}</h1>{notice}
<p>{escape(_("Все люди и записи здесь вымышлены. Кем войти?"))}</p>
<form method="post" action="/login">{hidden}{buttons}</form></div>
<div class="card"><details><summary>{escape(_("Войти по логину и паролю"))}</summary>{form}</details></div>"""
    else:
        hint = _("Нет логина или забыли пароль? Его выдаёт тот, кто ведёт Завуч в вашей школе.")
        body = (
            f"""<div class="card"><h1>{escape(_("Вход"))}</h1>{notice}{form}</div><p class="fine">{escape(hint)}</p>"""
        )
    response = page(_("Завуч – вход"), body, status)
    response.set_cookie(FORM_COOKIE, kept, httponly=True, samesite="strict", secure=is_secure(request), path="/login")
    return response


def is_secure(request: Request) -> bool:
    """Whether the browser speaks to us over TLS."""
    return request.url.scheme == "https"


def address_of(request: Request) -> str:
    """The peer's address; what a client says about it is not believed."""
    return request.client.host if request.client else ""


class Doors:
    """The routes of the door over one service."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.hashing = CapacityLimiter(2)

    async def sign_in(self, request: Request) -> Response:
        """Show the form, or take it."""
        service, back = self.service, local_path(request.query_params.get("next", "/"))
        if request.method != "POST":
            if await run_in_threadpool(signed_in, service, request):
                return RedirectResponse(back, 303)
            return await run_in_threadpool(lambda: sign_in_page(service, request, back=back))
        form = await request.form(max_fields=FORM_LIMIT, max_files=0)
        given = {name: str(value) for name, value in form.items()}
        back = local_path(given.get("next", "/"))
        if not is_own_form(service, request, given.get("form", "")):
            problem = _("Форма устарела. Попробуйте ещё раз.")
            return await run_in_threadpool(
                lambda: sign_in_page(service, request, problem=problem, back=back, status=403)
            )
        return await to_thread.run_sync(lambda: admit(service, request, given, back), limiter=self.hashing)

    async def sign_out(self, request: Request) -> Response:
        """End the session when asked from our own page; from elsewhere ask first."""
        if not asked_here(request):
            question = escape(_("Выйти из Завуча?"))
            return page(
                _("Завуч – выход"),
                f'<div class="card"><h1>{question}</h1><form method="post" action="/logout">'
                f'<button class="go">{escape(_("Выйти"))}</button></form></div>',
            )
        await run_in_threadpool(leave, self.service, request)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(self.service.cookie, path="/")
        return response

    async def health(self, _request: Request) -> Response:
        """Say that the server answers."""
        return PlainTextResponse("ok")

    async def download(self, request: Request) -> Response:
        """Give a list as a file."""
        return await run_in_threadpool(take, self.service, request)

    async def style(self, _request: Request) -> Response:
        """The style sheet of the sign-in page."""
        return FileResponse(STATIC / "login.css", media_type="text/css")

    async def icon(self, _request: Request) -> Response:
        """The product's sign."""
        return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")


def routes(service: Service) -> list[Route]:
    """All routes of the door."""
    doors = Doors(service)
    return [
        Route("/login", doors.sign_in, methods=["GET", "POST"]),
        Route("/logout", doors.sign_out, methods=["GET", "POST"]),
        Route("/healthz", doors.health, methods=["GET"]),
        Route("/download/{name}", doors.download, methods=["GET"]),
        Route("/login.css", doors.style, methods=["GET"]),
        Route("/icon.svg", doors.icon, methods=["GET"]),
    ]


def asked_here(request: Request) -> bool:
    """Whether our own page (and not a link on another site) asked to sign out."""
    if request.method == "POST":
        return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")
    return request.headers.get("sec-fetch-site") in {"same-origin", "none"}


def leave(service: Service, request: Request) -> None:
    """End the session and note it."""
    account: Account = request.scope["zavuch.account"]
    service.accounts.sign_out(unseal(service, request.cookies.get(service.cookie, "")))
    service.log.record(account, action="sign-out", subject="/logout", allowed=True, address=address_of(request))


def signed_in(service: Service, request: Request) -> bool:
    """Whether the browser holds an open session already."""
    return service.accounts.session(unseal(service, request.cookies.get(service.cookie, ""))) is not None


def admit(service: Service, request: Request, given: dict[str, str], back: str) -> Response:
    """Check who it is and open a session, or show the form again with the reason."""
    address = address_of(request)
    chosen = {each.login: each for each in service.people_to_choose()}.get(given.get("person", ""))
    if chosen:
        signed = SignIn(token=service.accounts.open_session(chosen.login), account=chosen)
    else:
        signed = service.accounts.sign_in(given.get("login", ""), given.get("password", ""), address)
    service.log.record(
        signed.account,
        action="sign-in",
        subject="/login",
        allowed=not signed.problem,
        reason=signed.problem,
        address=address,
    )
    if signed.problem == "throttled":
        problem = _("Слишком много неудачных попыток. Попробуйте через {n} мин.").format(n=signed.wait_minutes)
        return sign_in_page(service, request, problem=problem, back=back, status=429)
    if signed.problem:
        return sign_in_page(service, request, problem=_("Логин или пароль не подошли."), back=back, status=401)
    response = RedirectResponse(back, 303)
    response.set_cookie(
        service.cookie,
        seal(service, signed.token),
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
        path="/",
    )
    return response


def take(service: Service, request: Request) -> Response:
    """A list as a file, made from what the person may see and nothing else."""
    account: Account = request.scope["zavuch.account"]
    name, _dot, kind = request.path_params["name"].rpartition(".")
    scope, address = str(Viewer(account).scope), address_of(request)

    def refused(status: int, text: str, reason: str) -> Response:
        service.log.record(
            account,
            action="download",
            subject=f"{name}.{kind}"[:100],
            scope=scope,
            allowed=False,
            reason=reason,
            address=address,
        )
        return PlainTextResponse(text, status)

    published = service.published()
    if published is None or kind not in MEDIA_TYPES:
        return refused(404, _("Такого файла нет."), "unknown file")
    try:
        made = export(service.open(account, published), name, kind, request.query_params.multi_items(), published)
    except AccessDeniedError as denied:
        return refused(403, str(denied), "denied")
    except (NotPublishedError, UnknownListError):
        return refused(404, _("Такого файла нет."), "not published")
    service.log.record(
        account,
        action="download",
        subject=made.name,
        scope=scope,
        allowed=True,
        reason=f"{made.rows} rows",
        address=address,
    )
    return Response(
        made.content,
        media_type=MEDIA_TYPES[kind],
        headers={
            "content-disposition": f"attachment; filename=\"{name}.{kind}\"; filename*=UTF-8''{quote(made.name)}",
            "cache-control": "no-store",
        },
    )
