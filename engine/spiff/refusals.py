"""Why tokens can't be changed as an operator asked: each reason is a typed refusal of its own."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class TokenGone(TuidanError):
    """There is no token {element_instance} in this instance any more; look where it stands now."""

    code = "tokens.gone"
    kind = Kind.CONFLICT


class ElementUnknown(NotFound):
    """The instance's version has no element {element_id} in {process_id}."""

    code = "tokens.element_unknown"


class EntersBoundaryEvent(TuidanError):
    """{name} is attached to an activity and reached only from there; enter the activity or what follows."""

    code = "tokens.enters_boundary_event"


class EntersStartEvent(TuidanError):
    """{name} starts a process when something happens; enter the element behind it."""

    code = "tokens.enters_start_event"


class EntersJoin(TuidanError):
    """{name} waits for a token on each of its flows; enter an element before it or behind it."""

    code = "tokens.enters_join"


class EntersUnconnected(TuidanError):
    """No flow leads to {name}, so it can't be entered by hand."""

    code = "tokens.enters_unconnected"


class EntersRepeated(TuidanError):
    """{name} is inside an activity that runs several times; enter that activity as a whole."""

    code = "tokens.enters_repeated"


class ScopeAmbiguous(TuidanError):
    """{process_id} runs in {count} places; it isn't clear which is meant. Move a token that is in it."""

    code = "tokens.scope_ambiguous"


class CancelsAttached(TuidanError):
    """{name} belongs to the activity that it is attached to; cancel that activity."""

    code = "tokens.cancels_attached"


class CancelsRepeated(TuidanError):
    """{name} is one of several runs of an activity, all of which must end; cancel the whole activity."""

    code = "tokens.cancels_repeated"


class LeavesNothing(TuidanError):
    """No token would be left. To end the instance, cancel it."""

    code = "tokens.leaves_nothing"


class LeavesJoinWaiting(TuidanError):
    """{name} would wait for ever: no token is left that could reach it on each of its flows."""

    code = "tokens.leaves_join_waiting"


__all__ = [
    "CancelsAttached",
    "CancelsRepeated",
    "ElementUnknown",
    "EntersBoundaryEvent",
    "EntersJoin",
    "EntersRepeated",
    "EntersStartEvent",
    "EntersUnconnected",
    "LeavesJoinWaiting",
    "LeavesNothing",
    "ScopeAmbiguous",
    "TokenGone",
]
