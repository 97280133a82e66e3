"""Headers that every response carries, and where a redirect may lead."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

# The diagram and form tools of these pages write style attributes into their own drawings.
DRAWING_BLUEPRINTS = frozenset({"operator", "analyst"})


def content_security_policy(*, drawing: bool = False) -> str:
    """The policy as a header value; pages that draw diagrams may style inline."""
    policy = {**POLICY, "style-src": "'self' 'unsafe-inline'"} if drawing else POLICY
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def is_local_address(target: str | None) -> bool:
    """Whether a redirect target stays on this site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if any(ord(character) < 32 or character == "\\" for character in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def init_app(app: Flask, *, secure: bool) -> None:
    """Attach the headers to an application.

    Args:
        app: The application.
        secure: It is served over HTTPS only, as in production.
    """

    @app.after_request
    def _headers(response: Response) -> Response:
        blueprint = (request.blueprint or "").split(".")[0]
        policy = content_security_policy(drawing=blueprint in DRAWING_BLUEPRINTS)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if request.endpoint != "static":
            # Pages show people's own data: no cache between them and us may keep it.
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.update(["Cookie", "Accept-Language"])
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
