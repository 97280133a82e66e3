"""Refusals about the conversation of a case. Nothing is written when one is raised."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class ConversationNotFound(NotFound):
    """There is no such conversation."""

    code = "conversation.not_found"


class MessageEmpty(TuidanError):
    """A message needs words or a file."""

    code = "conversation.empty"


class MessageTooLong(TuidanError):
    """The message has {given} characters; {maximum} are allowed."""

    code = "conversation.too_long"


class MessagesTooMany(TuidanError):
    """One side can write {maximum} messages in a case."""

    code = "conversation.too_many"
    kind = Kind.CONFLICT


class ConversationEnded(TuidanError):
    """The conversation became read-only at {at}, some time after the case had ended."""

    code = "conversation.ended"
    kind = Kind.CONFLICT


class MessageKeyReused(TuidanError):
    """This message was sent before with other words."""

    code = "conversation.key_reused"
    kind = Kind.CONFLICT
