"""Languages: which one a reader gets, and the catalogs that hold it.

Source texts are English; every other language is a catalog under ``translations``. The
compiled form is not kept in version control: it is made when it is missing or stale. The
folder of the Chinese one carries the script in its name, since Babel reads ``zh_CN`` so.
"""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, request, session
from flask_babel import Babel, get_locale

from webapp.context import current_reader

LOCALES = {"zh_CN": "中文", "en": "English"}
DEFAULT_LOCALE = "zh_CN"
DEFAULT_TIMEZONE = "Asia/Shanghai"
TRANSLATIONS = Path(__file__).parent / "translations"


def compile_catalogs(directory: Path = TRANSLATIONS) -> list[Path]:
    """Compile every catalog whose compiled form is missing or older; return what was written."""
    written = []
    for source in sorted(directory.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parts[-3])
        # Written aside and moved into place, since several processes may start at once.
        partial = target.with_suffix(f".{os.getpid()}.partial")
        with partial.open("wb") as output:
            write_mo(output, catalog)
        partial.replace(target)
        written.append(target)
    return written


def select_locale() -> str:
    """The language of this request: chosen by hand, else the account's, else the browser's."""
    chosen = session.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    reader = current_reader()
    if reader is not None and reader.locale in LOCALES:
        return reader.locale
    # "zh" alone, "zh-TW" and a browser that names no language all get the Chinese pages.
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh-CN")
    return "en" if best == "en" else DEFAULT_LOCALE


def select_timezone() -> str:
    """The zone in which this request's reader sees instants."""
    reader = current_reader()
    return reader.timezone if reader is not None else DEFAULT_TIMEZONE


def init_app(app: Flask) -> None:
    """Attach the languages to an application."""
    compile_catalogs()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(
        app,
        default_locale=DEFAULT_LOCALE,
        default_timezone=DEFAULT_TIMEZONE,
        locale_selector=select_locale,
        timezone_selector=select_timezone,
    )

    @app.context_processor
    def _language() -> dict[str, object]:
        return {"locales": LOCALES, "locale": select_locale()}


def in_chinese() -> bool:
    """Whether the reader reads Chinese; data of diagrams and forms comes in both languages."""
    locale = get_locale()
    return locale is None or locale.language == "zh"
