"""How values read on a page: money, instants, spans of time, and names of enumerations."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from flask import Flask
from flask_babel import format_date, format_datetime, get_locale, get_timezone, gettext, ngettext

from webapp import context
from webapp.wording import WORDS, word
from webapp.wording.eligibility import ineligible
from webapp.wording.tones import tone


def money(amount: int, currency: str = "CNY") -> str:
    """An amount of minor units, as the reader writes it."""
    digits = get_currency_precision(currency)
    value = Decimal(amount).scaleb(-digits)
    return format_currency(value, currency, locale=get_locale())


def instant(moment: dt.datetime | str | None) -> str:
    """An absolute instant in the reader's zone, to the minute."""
    moment = _parsed(moment)
    if moment is None:
        return "—"
    this_year = moment.year == context.now().year
    chinese = str(get_locale()).startswith("zh")
    if chinese:
        pattern = "M月d日 HH:mm" if this_year else "yyyy年M月d日 HH:mm"
    else:
        pattern = "d MMM HH:mm" if this_year else "d MMM yyyy HH:mm"
    return str(format_datetime(moment, pattern))


def full_day(day: dt.date) -> str:
    """A day of any year, with its weekday."""
    return str(
        format_date(day, "yyyy年M月d日 EEEE" if str(get_locale()).startswith("zh") else "EEEE, d MMM yyyy")
    )


def full_instant(moment: dt.datetime | str | None) -> str:
    """An absolute instant with its zone: what a tooltip says."""
    moment = _parsed(moment)
    if moment is None:
        return ""
    return f"{format_datetime(moment, 'yyyy-MM-dd HH:mm:ss')} {get_timezone()}"


def span(length: dt.timedelta) -> str:
    """A length of time in its two largest units, such as 1 day 3 hours."""
    seconds = int(abs(length).total_seconds())
    parts: list[str] = []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(_exactly(count, unit))
    return " ".join(parts[:2]) or str(gettext("less than a minute"))


def _exactly(count: int, unit: str) -> str:
    match unit:
        case "day":
            return str(ngettext("%(num)d day", "%(num)d days", count))
        case "hour":
            return str(ngettext("%(num)d hour", "%(num)d hours", count))
        case _:
            return str(ngettext("%(num)d minute", "%(num)d minutes", count))


def remaining(moment: dt.datetime) -> str:
    """How far an instant is from now, before or after."""
    left = moment - context.now()
    if left < -dt.timedelta(minutes=1):
        return str(gettext("%(span)s ago", span=span(left)))
    if left <= dt.timedelta():
        return str(gettext("now"))
    return str(gettext("%(span)s left", span=span(left)))


def ago(moment: dt.datetime | str | None) -> str:
    """How long ago something happened."""
    moment = _parsed(moment)
    if moment is None:
        return "—"
    passed = context.now() - moment
    if passed < dt.timedelta(minutes=1):
        return str(gettext("just now"))
    return str(gettext("%(span)s ago", span=span(passed)))


def urgency(moment: dt.datetime) -> str:
    """How pressing a deadline is: ``over``, ``soon`` (six hours), ``near`` (a day) or ``far``."""
    left = moment - context.now()
    if left <= dt.timedelta():
        return "over"
    if left <= dt.timedelta(hours=6):
        return "soon"
    return "near" if left <= dt.timedelta(hours=24) else "far"


def iso(moment: dt.datetime | str | None) -> str:
    """The machine's form of an instant, for ``<time datetime>``."""
    moment = _parsed(moment)
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds") if moment else ""


def _parsed(moment: dt.datetime | str | None) -> dt.datetime | None:
    if isinstance(moment, str):
        return dt.datetime.fromisoformat(moment) if moment else None
    return moment


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        money=money,
        instant=instant,
        full_day=full_day,
        full_instant=full_instant,
        span=span,
        remaining=remaining,
        ago=ago,
        urgency=urgency,
        iso=iso,
        word=word,
        tone=tone,
        ineligible=ineligible,
    )
    app.jinja_env.globals.update(now=context.now, WORDS=WORDS)
