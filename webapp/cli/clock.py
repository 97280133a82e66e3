"""The command ``clock``: the demo clock."""

from __future__ import annotations

import datetime as dt
import re

import click

from engine.demo_clock import DemoClock
from engine.errors import Kind, TuidanError
from webapp.bootstrap import Tuidan
from webapp.cli.authoring import reason_option, write_down
from webapp.cli.composed import composed

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


class DemoClockMissing(TuidanError):
    """There is no demo clock here: production runs by the real one."""

    code = "clock.no_demo_clock"
    kind = Kind.FORBIDDEN


class Duration(click.ParamType[dt.timedelta]):
    """An ISO 8601 duration without months or years."""

    name = "duration"

    def convert(
        self, value: str | dt.timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.timedelta:
        """Return the span of time."""
        if isinstance(value, dt.timedelta):
            return value
        match = _DURATION.fullmatch(value.upper())
        parts = {name: int(text) for name, text in match.groupdict().items() if text} if match else {}
        span = dt.timedelta(**parts)
        if not span:
            self.fail(f"{value!r} is no duration such as PT24H, P7D or PT30M", param, ctx)
        return span


@click.group(invoke_without_command=True)
@click.pass_context
def clock(context: click.Context) -> None:
    """Show the demo clock, or move it forward: `./tuidan clock forward PT24H`."""
    if context.invoked_subcommand is None:
        with composed() as tuidan:
            _show(tuidan)


@clock.command()
@click.argument("duration", type=Duration())
@reason_option
def forward(duration: dt.timedelta, reason: str) -> None:
    """Move the clock forward by DURATION, such as PT24H; timers that fall due then fire.

    There is no way back: what has happened has happened.
    """
    with composed() as tuidan:
        at = _demo_clock(tuidan).forward(duration)
        with tuidan.transaction() as session:
            seconds = int(duration.total_seconds())
            write_down(tuidan, session, "move_clock", reason, seconds=seconds, to=at.isoformat())
        _show(tuidan)


def _demo_clock(tuidan: Tuidan) -> DemoClock:
    if not isinstance(tuidan.clock, DemoClock):
        raise DemoClockMissing
    return tuidan.clock


def _show(tuidan: Tuidan) -> None:
    ahead = tuidan.clock.offset() if isinstance(tuidan.clock, DemoClock) else dt.timedelta()
    now = tuidan.clock.now().astimezone().isoformat(timespec="seconds")
    click.echo(f"{now}  (ahead by {ahead})" if ahead else f"{now}  (the machine's own time)")
