"""What Stripe's stand-ins can't do: refunds that are pending, fail at once, or fail afterwards."""

from __future__ import annotations

import itertools
import json
from typing import Any

from tests.standins.proxy import KEY, Answer, Request

_numbers = itertools.count(1)
REFUNDS = "/v1/refunds"
DISPUTES = "/v1/disputes/"


class StripeOverlay:
    """Lays other states over the refunds of a stand-in, which knows ``succeeded`` alone.

    Attributes:
        refuse_next: The next refund is refused with this code, and none is made.
        next_is_late: The next refund stays pending until ``pending`` is emptied.
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

    def answer(self, request: Request) -> Answer | None:
        if not self._makes_refund(request):
            return None
        key = request.headers[KEY]
        if self.refuse_next:
            error = {"type": "invalid_request_error", "code": self.refuse_next, "message": "Refused."}
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
        if self._makes_refund(request) and self.next_is_late:
            self.next_is_late = False
            self.pending.add(content["id"])
        for refund in content["data"] if content["object"] == "list" else [content]:
            if refund["id"] in self.pending:
                refund["status"] = "pending"
            if refund["id"] in self.failed:
                refund.update(status="failed", failure_reason=self.failed[refund["id"]])
        return _json(200, content)

    def _makes_refund(self, request: Request) -> bool:
        return request.method == "POST" and request.path == REFUNDS


def _json(status: int, content: Any) -> Answer:
    return Answer(
        status=status, headers={"Content-Type": "application/json"}, body=json.dumps(content).encode()
    )
