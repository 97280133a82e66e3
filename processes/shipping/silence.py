"""When a parcel that a case makes necessary is overdue, by what is known of it. Pure: standard library only.

After how many days is the analysts', in the table ``case_parcel_rules``.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from processes.shipping.rules import Direction, ShipmentState


class Stage(enum.StrEnum):
    """How a parcel of a case stands, for who watches it."""

    WAITING = "waiting"
    UNSCANNED = "unscanned"
    STALLED = "stalled"
    MISSING = "missing"
    OVER = "over"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Days, by the table ``case_parcel_rules``.

    Attributes:
        remind: Without any scan, until its sender is reminded.
        remind_again: Without any scan, until both sides are told.
        missing: Without any scan, until it counts as missing.
        stalled: Since the last news, until both sides are told.
        lost: Since the last news, until it counts as missing.
    """

    remind: int
    remind_again: int
    missing: int
    stalled: int
    lost: int


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What is known of a parcel.

    Attributes:
        sent_at: When its sender said that it is on its way.
        last_event_at: When its carrier was last heard of it; None if it was never scanned.
        settled: Nobody waits for it any more.
    """

    direction: Direction
    state: ShipmentState
    sent_at: dt.datetime
    last_event_at: dt.datetime | None
    settled: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a parcel stands.

    Attributes:
        step: Which reminder of its stage it is, from 1; 0 if there is none.
        next_at: When to look again; None if nothing more comes by itself.
    """

    stage: Stage
    step: int = 0
    next_at: dt.datetime | None = None


def standing_of(heard: Heard, limits: Limits, now: dt.datetime) -> Standing:
    """Return how a parcel stands at an instant.

    A return that couldn't be delivered is with the buyer again: he has to send it anew, and the days count on
    from there. Any other parcel that came back to its sender is missing to who waits for it.
    """
    if heard.settled or heard.state is ShipmentState.DELIVERED:
        return Standing(stage=Stage.OVER)
    came_back = heard.state is ShipmentState.RETURNED and heard.direction is not Direction.RETURN
    if came_back or heard.state is ShipmentState.LOST:
        return Standing(stage=Stage.MISSING)
    since = heard.last_event_at or heard.sent_at
    steps = [(limits.stalled, Stage.STALLED), (limits.lost, Stage.MISSING)]
    if heard.last_event_at is None:
        steps = [
            (limits.remind, Stage.UNSCANNED),
            (limits.remind_again, Stage.UNSCANNED),
            (limits.missing, Stage.MISSING),
        ]
    due = sorted(
        (since + dt.timedelta(days=days), number, stage) for number, (days, stage) in enumerate(steps)
    )
    passed = [stage for at, _, stage in due if at <= now]
    if Stage.MISSING in passed:
        return Standing(stage=Stage.MISSING)
    stage = passed[-1] if passed else Stage.WAITING
    return Standing(stage=stage, step=len(passed), next_at=due[len(passed)][0])
