"""Holding a command to what its author saw: who comes later is told who was faster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import Kind, TuidanError
from engine.failures import LostRace, Stalled, cause_of
from engine.runtime import Engine
from engine.stepping import Step
from engine.tables import HistoryEvent

T = TypeVar("T")


class ChangedMeanwhile(TuidanError):
    """The instance has moved on since you looked: {by} was faster, at {at}. Look again before you decide."""

    code = "instance.changed_meanwhile"
    kind = Kind.CONFLICT


class WouldStall(TuidanError):
    """The instance would wait for nothing afterwards, though it hasn't ended."""

    code = "command.would_stall"


class WouldFail(TuidanError):
    """It would fail at {name}: {why}."""

    code = "command.would_fail"


class _Discarded(Exception):
    """Rolls a trial back."""


def refuse_stale(step: Step, version: int) -> None:
    """Refuse a command on an instance that isn't as its author saw it.

    Args:
        version: Of the execution, when the author looked.

    Raises:
        ChangedMeanwhile: If another step came between.
    """
    if step.version == version:
        return
    last = step.session.scalars(
        sa.select(HistoryEvent)
        .where(HistoryEvent.instance_id == step.instance_id)
        .order_by(HistoryEvent.id.desc())
        .limit(1)
    ).one()
    raise ChangedMeanwhile(by=last.actor_name, at=last.at)


def tried(engine: Engine, work: Callable[[Session], T]) -> T:
    """Do something to the end, operations included, and take it all back; what it returned stays."""
    result: list[T] = []
    with suppress(_Discarded), engine.transaction() as session:
        result.append(work(session))
        raise _Discarded
    return result[0]


@contextmanager
def told_at_once(step: Step) -> Iterator[None]:
    """Tell the author of a command why its step can't be done; nothing has changed, so there is no incident.

    Raises:
        WouldStall: If the instance would wait for nothing.
        WouldFail: If an element that it comes to fails.
        LostRace: If somebody else was faster.
    """
    try:
        yield
    except (TuidanError, sa.exc.OperationalError) as error:
        if isinstance(error, TuidanError):
            raise
        raise LostRace from error
    except Exception as error:
        raise would_fail(step, error) from error


def would_fail(step: Step, error: BaseException) -> WouldStall | WouldFail:
    """What the author of a command is told of a step that has failed in a trial."""
    cause = cause_of(error)
    if isinstance(cause, Stalled):
        return WouldStall()
    element = step.instance.current_element
    name = (element[1] or element[0]) if element else step.definition.process_id
    return WouldFail(name=name, why=f"{type(cause).__name__}: {cause}"[:500])
