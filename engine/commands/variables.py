"""Changing the variables of a running instance by hand: of the whole, or of one token.

Conditional events look at the new values in the same step, as at any others. What a call was
asked with stays as it is, and so do the group that a task was offered to and the instant of a timer:
they were computed when the element was reached.
"""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.commands.fencing import refuse_stale, told_at_once, tried
from engine.commands.outcome import Outcome, outcome_of
from engine.commands.record import checked_reason
from engine.errors import Kind, TuidanError
from engine.runtime import Engine
from engine.stepping import Step
from engine.values import JSON, Variables

VALUES_MAXIMUM = 64 * 1024
NAME_MAXIMUM = 100
DEPTH_MAXIMUM = 32


class VariableInvalid(TuidanError):
    """The variable {name} can't be that: {why}."""

    code = "variables.invalid"


class VariablesTooLarge(TuidanError):
    """Together the new values have more than {maximum} KB."""

    code = "variables.too_large"
    kind = Kind.TOO_LARGE

    def __init__(self) -> None:
        super().__init__(maximum=VALUES_MAXIMUM // 1024)


class NothingToChange(TuidanError):
    """The variables are that already; there is nothing to change."""

    code = "variables.nothing_to_change"


def preview_edit(
    engine: Engine,
    instance_id: uuid.UUID,
    *,
    values: Variables,
    removed: Collection[str] = (),
    element_instance: int | None = None,
    actor: Actor,
) -> Outcome:
    """Find out what a change of variables would do, such as which conditions it lets come true.

    Raises:
        TuidanError: What :func:`edit_variables` would raise, but for the version and the reason.
    """

    def attempt(session: Session) -> Outcome:
        step = engine.open_whole(session, instance_id, actor)
        return _apply(step, element_instance, values, removed, reason="")

    check_variables(values, removed)
    return tried(engine, attempt)


def edit_variables(
    engine: Engine,
    session: Session,
    instance_id: uuid.UUID,
    *,
    values: Variables,
    removed: Collection[str] = (),
    element_instance: int | None = None,
    version: int,
    reason: str,
    actor: Actor,
) -> Outcome:
    """Set and remove variables, and go on to the next wait state; a suspended instance stays suspended.

    Args:
        values: New values by name.
        removed: Names of variables to take away.
        element_instance: Only of this token and of what runs in it; None means the whole instance.
        version: Of the execution, as the author saw it.

    Raises:
        ChangedMeanwhile: If the instance has moved on since.
        InstanceEnded: If it has ended.
        InstanceNotFound: If there is none of that id.
        NothingToChange: If that changes nothing.
        ReasonMissing: If no reason is given.
        TokenGone: If there is no such token.
        VariableInvalid: If a name is none, or a value isn't JSON.
        VariablesTooLarge: If the values are.
        WouldFail: If something that waits can't be computed from them any more.
        WouldStall: If a condition comes true, and what follows waits for nothing.
    """
    reason = checked_reason(reason)
    check_variables(values, removed)
    step = engine.open_whole(session, instance_id, actor)
    refuse_stale(step, version)
    return _apply(step, element_instance, values, removed, reason=reason)


def _apply(
    step: Step, element_instance: int | None, values: Variables, removed: Collection[str], *, reason: str
) -> Outcome:
    edited = step.instance.edit_variables(element_instance, values, removed)
    gone = set(removed)
    if all(
        one.before == {name: value for name, value in values.items() if name not in gone} for one in edited
    ):
        raise NothingToChange
    meant = next((one for one in edited if one.element_instance == element_instance), None)
    with told_at_once(step):
        step.note(
            "variables_edited",
            element_id=meant.element_id if meant else None,
            element_name=meant.element_id if meant else None,
            element_instance=element_instance,
            data={
                "reason": reason,
                "set": values,
                "removed": sorted(gone),
                "before": [
                    {
                        "element_id": one.element_id,
                        "element_instance": one.element_instance,
                        "values": one.before,
                    }
                    for one in edited
                ],
            },
        )
        step.finish()
    return outcome_of(step, step.instance.waits(), step.instance.tokens())


def read_value(name: str, text: str) -> JSON:
    """Read a value that a person wrote as JSON.

    Raises:
        VariableInvalid: If it isn't.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise VariableInvalid(name=name, why=str(error)) from error


def check_variables(values: Variables, removed: Collection[str] = ()) -> None:
    """Check names and values before they go into an instance.

    Raises:
        VariableInvalid: If a name is none, or a value isn't JSON that can be kept.
        VariablesTooLarge: If they are.
    """
    for name in (*values, *removed):
        if not name.isidentifier() or name.startswith("_") or len(name) > NAME_MAXIMUM:
            raise VariableInvalid(name=name[:NAME_MAXIMUM], why="a name has letters, digits and _")
    for name, value in values.items():
        why = _wrong_with(value, DEPTH_MAXIMUM)
        if why:
            raise VariableInvalid(name=name, why=why)
    try:
        size = len(orjson.dumps(values))
    except TypeError as error:
        raise VariableInvalid(name=", ".join(values), why=str(error)) from error
    if size > VALUES_MAXIMUM:
        raise VariablesTooLarge


def _wrong_with(value: Any, depth: int) -> str:
    """Why a value can't be kept as JSON; empty if it can."""
    if depth == 0:
        return f"it is nested more than {DEPTH_MAXIMUM} deep"
    if isinstance(value, float) and not math.isfinite(value):
        return "it isn't a finite number"
    if isinstance(value, str) and "\x00" in value:
        return "it holds a NUL character"
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            return "a key isn't a text"
        inner: list[Any] = [*value, *value.values()]
    elif isinstance(value, list):
        inner = value
    else:
        known = value is None or isinstance(value, str | bool | int | float)
        return "" if known else f"{type(value).__name__} isn't JSON"
    return next(filter(None, (_wrong_with(item, depth - 1) for item in inner)), "")


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is no JSON number")
