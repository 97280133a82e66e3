"""Trying things out: moving the demo clock, and letting the refund gateway misbehave.

None of it exists in production.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import cast, get_args

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.record import NO_PROCESS, record
from engine.demo_clock import DemoClock
from engine.errors import NotFound
from engine.queries.overview import next_timers
from engine.values import Variables
from processes.money.ledger.faults import Mode, clear_faults, current_faults, set_fault
from processes.money.ledger.gateway import LedgerGateway
from processes.orders.rules import TENDERS
from webapp.context import now, reader, tuidan
from webapp.formatting import instant
from webapp.operator import blueprint

log = logging.getLogger(__name__)

PRESETS = {
    "PT1H": dt.timedelta(hours=1),
    "PT24H": dt.timedelta(hours=24),
    "PT48H": dt.timedelta(hours=48),
    "P7D": dt.timedelta(days=7),
    "P10D": dt.timedelta(days=10),
}
MODES = tuple(mode for mode in get_args(Mode) if mode != "ok")
MOST_FAULTS = 1000
LATEST_SECONDS = 7 * 24 * 3600


def demo_clock() -> DemoClock:
    """The clock that can be moved.

    Raises:
        NotFound: This is production, or the clock was switched off.
    """
    clock = tuidan().clock
    if tuidan().settings.production or not isinstance(clock, DemoClock):
        raise NotFound
    return clock


def has_ledger() -> bool:
    """Whether some refunds go through the embedded gateway, which can be told to fail."""
    product = tuidan()
    return not product.settings.production and any(
        product.gateway.provider_of(tender) == LedgerGateway.NAME for tender in TENDERS
    )


@blueprint.app_context_processor
def _trials() -> dict[str, object]:
    product = tuidan()
    return {"trials_offered": not product.settings.production and isinstance(product.clock, DemoClock)}


@blueprint.get("/trials")
def trials() -> str:
    """Show the demo clock and the gateway's faults."""
    clock = demo_clock()
    with tuidan().transaction() as session:
        return render_template(
            "operator/trials.html",
            time=clock.now(),
            ahead=clock.offset(),
            presets=PRESETS,
            timers=next_timers(session),
            ledger=has_ledger(),
            faults=current_faults(session) if has_ledger() else [],
            modes=MODES,
        )


@blueprint.post("/trials/clock")
def forward() -> Response:
    """Move the clock forward by a preset, or to the next timer."""
    clock = demo_clock()
    by = PRESETS.get(request.form.get("by", "")) or _until_next_timer()
    if by is None:
        flash(gettext("No timer is waiting, so there is nothing to move forward to."), "warn")
    else:
        time = clock.forward(by)
        changes: Variables = {"seconds": int(by.total_seconds()), "to": time.isoformat()}
        with tuidan().transaction() as session:
            actor = reader().actor
            record(session, "move_clock", NO_PROCESS, now=time, actor=actor, reason="", changes=changes)
        log.info("%s moved the demo clock forward by %s", reader().actor.name, by)
        flash(gettext("The product's clock now says %(time)s.", time=instant(time)), "good")
    return redirect(url_for("operator.trials"), code=303)


def _until_next_timer() -> dt.timedelta | None:
    present = now()
    with tuidan().transaction() as session:
        due = [timer.due_at for timer in next_timers(session, limit=100) if timer.due_at > present]
    return due[0] - present + dt.timedelta(seconds=1) if due else None


@blueprint.post("/trials/gateway")
def gateway() -> Response:
    """Let the gateway's next answers go wrong, or take all faults away."""
    demo_clock()
    if not has_ledger():
        raise NotFound
    mode = request.form.get("mode", "")
    with tuidan().transaction() as session:
        if request.form.get("clear"):
            clear_faults(session)
            flash(gettext("The refund gateway works as it should again."), "good")
        elif mode in MODES:
            set_fault(
                session,
                cast("Mode", mode),
                now=now(),
                count=_number("count", 1, MOST_FAULTS),
                delay_seconds=_number("delay_minutes", 0, LATEST_SECONDS // 60) * 60,
            )
            flash(gettext("The refund gateway will misbehave as you asked."), "warn")
    log.info("%s set the gateway's fault to %s", reader().actor.name, mode or "none")
    return redirect(url_for("operator.trials"), code=303)


def _number(name: str, low: int, high: int) -> int:
    text = request.form.get(name, "")
    return min(max(int(text), low), high) if text.isascii() and text.isdigit() and len(text) < 9 else low
