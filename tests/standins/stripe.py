"""What Stripe's stand-ins can't do: refunds that are pending or fail, disputes, and events."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from tests.standins.notifying import Letter, Write
from tests.standins.proxy import KEY, Answer, Request

_numbers = itertools.count(1)
REFUNDS = "/v1/refunds"
DISPUTES = "/v1/disputes/"
PAYMENT_KEYS = ("charge", "payment_intent")
SETTLED_FOR_US = frozenset({"won", "warning_needs_response"})
DISPUTE_FEE = 1500
WEBHOOK_SECRET = "whsec_of_the_tests"


class StripeOverlay:
    """Lays other states over the refunds of a stand-in, which knows ``succeeded`` alone.

    Attributes:
        refuse_next: The next refund is refused with this code, and none is made.
        next_is_late: The next refund stays pending until :meth:`settle`.
        pending: Ids of refunds that are to be pending.
        failed: Ids of refunds that are to have failed, and why.
        disputes: Statuses of disputes, by their ids.
    """

    def __init__(self) -> None:
        self.refuse_next = ""
        self.next_is_late = False
        self.pending: set[str] = set()
        self.failed: dict[str, str] = {}
        self.disputes: dict[str, str] = {}
        self._refused: dict[str, Answer] = {}
        self._made: dict[str, dict[str, Any]] = {}
        self._opened: dict[str, dict[str, Any]] = {}
        self._events: list[bytes] = []

    def answer(self, request: Request) -> Answer | None:
        dispute = self._opened.get(request.path.removeprefix(DISPUTES))
        if dispute is not None:
            return _json(200, dispute | {"status": self.disputes[dispute["id"]]})
        if not self._makes_refund(request):
            return None
        key = request.headers[KEY]
        refusal = self.refuse_next or ("charge_disputed" if self._is_disputed(request) else "")
        if refusal and key not in self._refused:
            error = {"type": "invalid_request_error", "code": refusal, "message": "Refused."}
            self.refuse_next = ""
            self._refused[key] = _json(400, {"error": error})
        # As Stripe does: the same key gets the same refusal.
        return self._refused.get(key)

    def amend(self, request: Request, answer: Answer) -> Answer:
        if answer.status == 200 and request.path.startswith(DISPUTES):
            dispute = json.loads(answer.body)
            return _json(200, {**dispute, "status": self.disputes.get(dispute["id"], dispute["status"])})
        if answer.status != 200 or not request.path.startswith(REFUNDS):
            return answer
        content = json.loads(answer.body)
        if self._makes_refund(request):
            self._note(content)
        for refund in content["data"] if content["object"] == "list" else [content]:
            refund.update(self._standing(refund["id"]))
        return _json(200, content)

    def settle(self) -> None:
        """What is pending succeeds."""
        settled, self.pending = self.pending, set()
        for number in sorted(settled):
            self._tell("refund.updated", number)

    def fail(self, number: str, why: str) -> None:
        """A refund that has succeeded fails after all."""
        self.failed[number] = why
        self._tell("refund.failed", number)

    def tell_wrongly(self, number: str) -> None:
        """An event says that a refund has failed, which it hasn't."""
        self._event("refund.failed", self._made[number] | {"status": "failed"})

    def dispute(self, payment: str, amount: int) -> str:
        """The buyer disputes a payment at his bank; the dispute's number."""
        number = f"dp_{next(_numbers)}"
        self._opened[number] = {
            "id": number,
            "object": "dispute",
            "amount": amount,
            "currency": "cny",
            _payment_key(payment): payment,
            "balance_transactions": [_movement(-amount, DISPUTE_FEE)],
        }
        self.disputes[number] = "needs_response"
        self._event("charge.dispute.created", self._opened[number] | {"status": "needs_response"})
        return number

    def decide(self, number: str, status: str, *, fee_back: bool = False) -> None:
        """The bank decides: ``won`` by us, and perhaps the fee comes back with the money, or ``lost``."""
        self.disputes[number] = status
        dispute = self._opened[number]
        self._event("charge.dispute.closed", dispute | {"status": status})
        if status == "won":
            back = _movement(dispute["amount"], -DISPUTE_FEE if fee_back else 0)
            dispute["balance_transactions"] = [*dispute["balance_transactions"], back]
            self._event("charge.dispute.funds_reinstated", dispute | {"status": status})

    def charged(self, number: str) -> int:
        """What is charged for a dispute, less what was given back."""
        return sum(one["fee"] for one in self._opened[number]["balance_transactions"])

    def news(self) -> Iterator[Write]:
        """What Stripe has to tell since it was last asked, in the order in which it happened."""
        told, self._events = self._events, []
        return (partial(letter, body) for body in told)

    def _note(self, refund: dict[str, Any]) -> None:
        """A refund has been made, unless this is the answer to a request that was repeated."""
        if refund["id"] in self._made:
            return
        self._made[refund["id"]] = dict(refund)
        if self.next_is_late:
            self.next_is_late = False
            self.pending.add(refund["id"])
        self._tell("refund.created", refund["id"])

    def _standing(self, number: str) -> dict[str, str]:
        if number in self.failed:
            return {"status": "failed", "failure_reason": self.failed[number]}
        return {"status": "pending"} if number in self.pending else {}

    def _tell(self, kind: str, number: str) -> None:
        if number in self._made:
            self._event(kind, self._made[number] | self._standing(number))

    def _event(self, kind: str, content: dict[str, Any]) -> None:
        event = {"id": f"evt_{next(_numbers)}", "type": kind, "data": {"object": content}}
        self._events.append(json.dumps(event).encode())

    def _makes_refund(self, request: Request) -> bool:
        return request.method == "POST" and request.path == REFUNDS

    def _is_disputed(self, request: Request) -> bool:
        """Whether the bank has the money of a payment, which Stripe then doesn't refund."""
        asked = parse_qs(request.body.decode())
        payment = next(asked[key][0] for key in PAYMENT_KEYS if key in asked)
        return any(
            dispute.get(_payment_key(payment)) == payment and self.disputes[number] not in SETTLED_FOR_US
            for number, dispute in self._opened.items()
        )


def letter(body: bytes, *, secret: str = WEBHOOK_SECRET, at: float | None = None) -> Letter:
    """An event as Stripe sends it: signed with the endpoint's secret."""
    moment = int(at or time.time())
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "Stripe-Signature": f"t={moment},v1={digest}"}, body


def _movement(amount: int, fee: int) -> dict[str, Any]:
    """A balance transaction of a dispute."""
    content = {"object": "balance_transaction", "amount": amount, "fee": fee, "net": amount - fee}
    return {"id": f"txn_{next(_numbers)}", "currency": "cny", "type": "adjustment", **content}


def _payment_key(payment: str) -> str:
    return "payment_intent" if payment.startswith("pi_") else "charge"


def _json(status: int, content: Any) -> Answer:
    return Answer(
        status=status, headers={"Content-Type": "application/json"}, body=json.dumps(content).encode()
    )
