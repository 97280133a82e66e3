"""What a request for a cancellation says, and the checks that it has to pass before any table is asked."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import uuid
from dataclasses import dataclass

from engine.actors import Actor
from processes.cases.errors import (
    ExplanationMissing,
    LineAlreadyInCase,
    LinesMissing,
    LineUnknown,
    QuantityInvalid,
    ReasonInvalid,
    TextTooLong,
    UnitsNotShipped,
    UnitsShipped,
)
from processes.cases.reasons import REASONS, flow_of
from processes.cases.rules import Flow, Initiator, text_length
from processes.cases.units import About, about, askable
from processes.evidence.errors import EvidenceMissing
from processes.orders.tables import Order, OrderLine

TEXT_MAXIMUM = 2000


@dataclass(frozen=True, kw_only=True)
class RequestCancellation:
    """What is asked for.

    Attributes:
        lines: Order line ids and how many units of each.
        reason: A code of ``processes.cases.reasons.REASONS``.
        text: What the asker says to it.
        initiator: ``buyer``, ``seller`` or ``system``.
        idempotency_key: Names the request: sent again, it is the same case. Empty for one
            that can't be told apart from another.
        photo_count: How many photos go with it, counted by whoever holds them.
        video_count: How many videos do.
        evidence: SHA-256 of each file that goes with it, sorted.
        flow: For a reason that fits several flows; by default it follows from the order's state.
        offer: The offer of the shipment watch that it takes: its records are the evidence.
    """

    order_no: str
    lines: tuple[tuple[uuid.UUID, int], ...]
    reason: str
    text: str = ""
    initiator: Initiator | str = Initiator.BUYER
    idempotency_key: str = ""
    photo_count: int = 0
    video_count: int = 0
    evidence: tuple[str, ...] = ()
    flow: Flow | str | None = None
    offer: str = ""

    def content_hash(self) -> str:
        """Return a hash that two sendings of the same request share."""
        values = dataclasses.asdict(self)
        del values["idempotency_key"]
        if not self.offer:
            del values["offer"]  # so that requests of older versions keep their hash
        text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def may_ask(order: Order, initiator: Initiator, actor: Actor) -> bool:
    """Whether somebody may ask for an order's cancellation in that capacity."""
    match initiator:
        case Initiator.BUYER:
            return actor.may_act_for(f"buyer:{order.buyer_id}")
        case Initiator.SELLER:
            return actor.may_act_for(f"shop:{order.shop_id}")
        case Initiator.SYSTEM:
            return actor.id == "system"


def flow_for(request: RequestCancellation, order: Order, initiator: Initiator) -> Flow:
    """Return the flow that a request takes.

    Raises:
        ReasonInvalid: No such reason, or not for this asker or flow.
    """
    reason = REASONS.get(request.reason)
    if reason is None or initiator not in reason.initiators:
        raise ReasonInvalid(reason=request.reason)
    try:
        flow = Flow(request.flow) if request.flow else flow_of(request.reason, order.state)
    except ValueError:
        raise ReasonInvalid(reason=request.reason) from None
    if flow not in reason.flows:
        raise ReasonInvalid(reason=request.reason)
    return flow


def check_text(request: RequestCancellation) -> None:
    """Check the words of a request.

    Raises:
        ExplanationMissing: The reason needs more of them.
        TextTooLong: There are more than ``TEXT_MAXIMUM`` characters.
    """
    given, minimum = text_length(request.text), REASONS[request.reason].text_length
    if given < minimum:
        raise ExplanationMissing(minimum=minimum, given=given)
    if len(request.text) > TEXT_MAXIMUM:
        raise TextTooLong(given=len(request.text), maximum=TEXT_MAXIMUM)


def check_evidence(request: RequestCancellation) -> None:
    """Check that a buyer shows what his reason asks for.

    Raises:
        EvidenceMissing: He shows fewer photos.
    """
    reason = REASONS[request.reason]
    given = request.photo_count + (request.video_count if reason.video else 0)
    if request.offer:
        return
    if Initiator(request.initiator) is Initiator.BUYER and given < reason.photos:
        raise EvidenceMissing(minimum=reason.photos, given=given)


def units_of(order: Order, request: RequestCancellation, flow: Flow) -> list[tuple[OrderLine, int]]:
    """Return the lines that a request names, each with its units.

    Raises:
        LinesMissing: It names none.
        LineUnknown: A line of another order.
        QuantityInvalid: More units than nobody has cancelled, or none.
        UnitsShipped: Some have left, and the reason is about those that haven't.
        UnitsNotShipped: The other way round.
    """
    wanted: dict[uuid.UUID, int] = {}
    for line_id, quantity in request.lines:
        wanted[line_id] = wanted.get(line_id, 0) + quantity
    if not wanted:
        raise LinesMissing
    known = {line.id: line for line in order.lines}
    if not wanted.keys() <= known.keys():
        raise LineUnknown
    units = [(line, wanted[line.id]) for line in order.lines if line.id in wanted]
    for line, quantity in units:
        if not 1 <= quantity <= line.quantity_live:
            raise QuantityInvalid(asked=quantity, line_no=line.line_no, available=line.quantity_live)
    which = about(flow, request.reason)
    for line, quantity in units:
        possible = askable(which, order.state, live=line.quantity_live, unshipped=line.quantity_unshipped)
        if quantity > possible:
            wrong = UnitsShipped if which is About.UNSHIPPED else UnitsNotShipped
            raise wrong(asked=quantity, line_no=line.line_no, available=possible)
    return units


def check_free(order: Order, units: list[tuple[OrderLine, int]], taken: dict[str, str]) -> None:
    """Check that no line is in an open case; ``taken`` names the case of each line that is.

    Raises:
        LineAlreadyInCase: One is.
    """
    for line, _ in units:
        if case_no := taken.get(str(line.id)):
            raise LineAlreadyInCase(line_no=line.line_no, case_no=case_no, order_no=order.order_no)
