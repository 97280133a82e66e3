"""What requests of operators' programs may say."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from engine.commands.record import REASON_MAXIMUM
from webapp.api.schemas import Body, Name, Readable

Reason = Annotated[str, Field(min_length=1, max_length=REASON_MAXIMUM), Readable]


class SendIn(Body):
    """``POST /operations/messages``; with ``keep_for`` it is kept if nobody waits for it yet."""

    name: Name
    business_key: Name
    payload: dict[str, JsonValue] = Field(default_factory=dict)
    keep_for: Annotated[str, Field(max_length=40), Readable] = ""
    reason: Reason


class SignalIn(Body):
    """``POST /operations/signals``."""

    name: Name
    payload: dict[str, JsonValue] = Field(default_factory=dict)
    reason: Reason


class StartIn(Body):
    """``POST /operations/instances``: an instance of the released version of a process."""

    process_id: Name
    business_key: Name
    variables: dict[str, JsonValue] = Field(default_factory=dict)
    reason: Reason


class SkipPreviewIn(Body):
    """``POST /operations/incidents/<incident_id>/skip/preview``: what is given in place of what failed."""

    given: JsonValue


class SkipIn(Body):
    """``POST /operations/incidents/<incident_id>/skip``: the same, with the reason for the record."""

    given: JsonValue
    reason: Reason
