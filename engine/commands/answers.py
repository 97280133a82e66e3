"""What an operator gives in place of what failed: whether it is what is asked for."""

from __future__ import annotations

from typing import Any

from engine.commands.variables import check_variables
from engine.errors import TuidanError
from engine.spiff.skipping import Question, given_instant
from engine.values import JSON


class AnswerInvalid(TuidanError):
    """What is given in place of it doesn't fit."""

    code = "skip.answer_invalid"


class WayUnknown(AnswerInvalid):
    """“{way}” is none of the element's ways; they are {ways}."""

    code = "skip.way_unknown"


class WayAmbiguous(AnswerInvalid):
    """Several flows lead to “{way}”; say which: {ways}."""

    code = "skip.way_ambiguous"


class WaysMissing(AnswerInvalid):
    """Say where it goes on, as a list with at least one of {ways}."""

    code = "skip.ways_missing"


class OneWayOnly(AnswerInvalid):
    """It goes one way only; choose one of {ways}."""

    code = "skip.one_way_only"


class NotTrueOrFalse(AnswerInvalid):
    """Say whether the condition holds: true or false."""

    code = "skip.not_true_or_false"


class InstantInvalid(AnswerInvalid):
    """That is no instant with its zone, such as 2026-03-10T10:00:00+08:00."""

    code = "skip.instant_invalid"


class ResultInvalid(TuidanError):
    """The result of an operation is a JSON object, such as {{"ok": true}}; it lands in {variable}."""

    code = "skip.result_invalid"


def checked_answer(question: Question, given: JSON) -> Any:
    """An answer that fits what is asked for.

    Raises:
        AnswerInvalid: If it isn't what is asked for; each of its kinds says why.
        ResultInvalid: If it has to be an object and is none.
        VariableInvalid: If something in it can't be kept.
        VariablesTooLarge: If it is too large.
    """
    if question.kind == "ways":
        return _checked_ways(question, given)
    if question.kind == "condition":
        if not isinstance(given, bool):
            raise NotTrueOrFalse
        return given
    if question.kind == "instant":
        try:
            given_instant(str(given))
        except ValueError as error:
            raise InstantInvalid from error
        return given
    if not isinstance(given, dict):
        raise ResultInvalid(variable=question.variable)
    check_variables({question.variable or "result": given} if question.kind == "result" else given)
    return given


def _checked_ways(question: Question, given: JSON) -> list[str]:
    """The ids of the flows that are given, by their own ids or by the elements that they lead to."""
    ways = ", ".join(way.flow_id for way in question.ways)
    if not isinstance(given, list) or not (given or question.none):
        raise WaysMissing(ways=ways)
    chosen = set()
    for wanted in given:
        found = [way.flow_id for way in question.ways if way.flow_id == wanted]
        found = found or [way.flow_id for way in question.ways if way.element_id == wanted]
        if not found:
            raise WayUnknown(way=str(wanted)[:100], ways=ways)
        if len(found) > 1:
            raise WayAmbiguous(way=str(wanted)[:100], ways=", ".join(found))
        chosen.update(found)
    if len(chosen) > 1 and not question.several:
        raise OneWayOnly(ways=ways)
    return sorted(chosen)
