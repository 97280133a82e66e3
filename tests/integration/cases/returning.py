"""Goods on their way back to the shop, and the shop that counts them."""

from __future__ import annotations

import io
from collections.abc import Mapping

from processes.cases.tables import CancellationCase
from processes.evidence.inspecting import inspect
from processes.evidence.keeping import attach
from processes.returns.inspecting import record_findings
from processes.returns.rules import Finding
from tests.integration.cases.play import Play
from tests.pictures import photo

SENT = {"carrier": "圆通", "tracking_no": "YT1234"}


def sent(play: Play, reason: str = "Q_VARIANT", units: int = 3) -> str:
    """A case whose goods are on their way back."""
    case_no = play.ask(
        play.order(lines=[(5000, units)], delivered=True), reason, units, text="发错款了", photo_count=1
    )
    play.do(case_no, play.seller, decision="agree")
    play.do(case_no, play.buyer, **SENT)
    return case_no


def count(play: Play, case_no: str, code: str = "RESALE_IMPAIRED", **found: int) -> None:
    """The shop counts what came back."""
    with play.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        (line,) = case.lines
        findings: Mapping[object, Finding] = {line.order_line_id: Finding(**found)}
        record_findings(session, case, findings, actor=play.seller, now=play.clock.now())  # type: ignore[arg-type]
        (task,) = play.view(case_no).tasks
        values = {"inspection": "partly", "refusal_code": code, "explanation": "有一件不符，见照片"}
        play.tuidan.engine.complete_task(session, task.id, values=values, actor=play.seller)
    play.work()


def prove(play: Play, case_no: str) -> None:
    with play.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        proof = [inspect("proof.jpg", io.BytesIO(photo()))]
        attach(session, case, proof, occasion="test", actor=play.seller, now=play.clock.now())
