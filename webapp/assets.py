"""Addresses of static files, with a fingerprint so that browsers may keep them for long."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

STATIC = Path(__file__).parent / "static"
LONG = "public, max-age=31536000, immutable"


@functools.lru_cache(maxsize=256)
def _fingerprint(name: str, _modified: int) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, which changes when its content does."""
    path = STATIC / name
    version = _fingerprint(name, path.stat().st_mtime_ns) if path.exists() else None
    return url_for("static", filename=name, v=version)


def has_asset(name: str) -> bool:
    """Whether a file has been built."""
    return (STATIC / name).exists()


def init_app(app: Flask) -> None:
    """Give templates ``asset`` and ``has_asset``."""
    app.jinja_env.globals.update(asset=asset, has_asset=has_asset)

    @app.after_request
    def _cache(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args:
            response.headers["Cache-Control"] = LONG
        return response
