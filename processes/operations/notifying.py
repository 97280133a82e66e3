"""The operation that tells people, and what other operations tell them besides."""

from __future__ import annotations

from typing import Any

from engine.operations import OperationContext, OperationRegistry
from engine.values import Variables
from processes.cases.carrying import case_of
from processes.cases.rules import Initiator
from processes.cases.tables import CancellationCase
from processes.notifications.sending import notify


def register(registry: OperationRegistry) -> None:
    """Register the operation ``notify.send``."""

    @registry.operation("notify.send")
    def send(ctx: OperationContext, *, case_id: str, to: str, template: str) -> Variables:
        case = case_of(ctx.session, case_id)
        tell(ctx, case, to, template)
        return {}


def tell(ctx: OperationContext, case: CancellationCase, to: str, template: str) -> None:
    """Tell a side of a case what an operation brings about; the operation again tells nobody twice.

    A buyer whose shop began the case hears that the shop cancelled: he had asked for nothing to be agreed to.
    """
    if (to, template) == ("buyer", "decided_agree") and case.initiator == Initiator.SELLER:
        template = "shop_cancelled" if case.amount else "shop_cancelled_unpaid"
    notify(
        ctx.session,
        to=to,
        template=template,
        params=_params(case, template),
        link=f"case:{case.case_no}",
        key=f"{ctx.idempotency_key}:{to}:{template}",
        now=ctx.now,
        buyer_id=case.buyer_id,
        shop_id=case.shop_id,
    )


def _params(case: CancellationCase, template: str) -> dict[str, Any]:
    params: dict[str, Any] = {
        "case_no": case.case_no,
        "order_no": case.order_no,
        "reason": case.reason,
        "amount": case.amount,
        "currency": case.currency,
    }
    if template == "decided_refuse":
        params |= {"refusal_code": case.refusal_code or "", "explanation": case.explanation}
    if template.startswith("shop_cancelled"):
        params["explanation"] = case.text
    if template == "refund_settled":
        params["amount"] = case.refunded
    if template == "closed":
        params["outcome"] = case.outcome or ""
    return params
