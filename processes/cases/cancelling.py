"""What a process does with the units of its case: counts them as cancelled, and puts them back into stock.

Both are harmless when repeated. The process instance is locked by the engine while they run;
whatever touches an order's counters locks the order besides.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.carrying import release_goods
from processes.cases.locking import keep_locked
from processes.cases.rules import Flow
from processes.cases.tables import CancellationCase, CaseLine
from processes.cases.timeline import record_event
from processes.catalog.rules import Treatment
from processes.catalog.stock import apply_treatment
from processes.orders.cancelling import cancel_units
from processes.returns.restoring import count_returned, restored_units
from processes.returns.rules import Restored
from processes.shipping.concluding import stopped_units


def cancel_lines(session: Session, case: CancellationCase, *, actor: Actor, now: dt.datetime) -> str:
    """Count a case's units as cancelled, as far as they are granted, and return the order's state.

    Goods that are not received, or not as they should be, are units that were shipped; a
    case about anything else cancels units that have not left, as far as there are any. Of a case
    that had parcels stopped, those that come back are cancelled, and what never left.
    """
    pending = [line for line in case.lines if line.granted and not _cancelled(line)]
    if pending:
        release_goods(session, case, actor=actor, now=now)
    shipped_first = case.flow != Flow.BUYER and case.reason != "L_NOSHIP"
    stopped = stopped_units(session, case.case_no) if pending else {}
    for line in pending:
        units = cancel_units(
            session,
            line.order_line,
            line.granted,
            now=now,
            shipped_first=shipped_first,
            stopped=stopped.get(line.order_line_id, 0) if stopped else None,
        )
        line.cancelled_unshipped, line.cancelled_shipped = units.unshipped, units.shipped
    if pending:
        keep_locked(session, case.order)
        record_event(
            session, case.case_no, "lines_cancelled", actor=actor, now=now, order_state=str(case.order.state)
        )
    return str(case.order.state)


def restock(
    session: Session,
    case: CancellationCase,
    treatment: str,
    *,
    actor: Actor,
    now: dt.datetime,
    good: str = "",
    bad: str = "",
) -> None:
    """Do with a case's units what the table of stock disposition says, once.

    Units that left count only if they are known to be back.

    Args:
        session: The caller's transaction.
        case: Whose units.
        treatment: Of units that never left, and of those that nobody has looked at.
        actor: For the timeline.
        now: When.
        good: Of units that came back as they should be; by default the same.
        bad: Of units that came back damaged; by default the same.
    """
    cancel_lines(session, case, actor=actor, now=now)
    back = restored_units(session, case)
    moved = False
    # In the order of the variants, so that two cases lock stock in the same order.
    for line in sorted(case.lines, key=lambda line: line.order_line.variant_id):
        units = back.get(line, Restored())
        reference = f"{case.case_no}:{line.order_line_id}"
        again = not apply_treatment(
            session,
            line.order_line.variant_id,
            Treatment(treatment),
            shipped=units.unseen,
            unshipped=line.cancelled_unshipped,
            reference=reference,
            now=now,
        )
        for condition, count, chosen in (("good", units.good, good), ("bad", units.bad, bad)):
            if count:
                apply_treatment(
                    session,
                    line.order_line.variant_id,
                    Treatment(chosen or treatment),
                    shipped=count,
                    unshipped=0,
                    reference=f"{reference}:{condition}",
                    now=now,
                )
        if not again:
            count_returned(session, line, units)
        moved |= not again
    if moved:
        record_event(session, case.case_no, "restocked", actor=actor, now=now, treatment=treatment)


def _cancelled(line: CaseLine) -> bool:
    return line.cancelled_unshipped + line.cancelled_shipped > 0
