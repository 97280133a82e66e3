"""A dispute before the platform: heard in the dark, ruled on in part, appealed once, and by somebody else."""

from __future__ import annotations

import dataclasses
import io

import pytest

from engine.actors import Actor
from processes.cases.queries import case_view, platform_queue
from processes.cases.tables import CancellationCase
from processes.disputes.appealing import appeals_for_others
from processes.disputes.errors import OwnRuling, RuledAmountInvalid
from processes.evidence.errors import EvidenceNotFound
from processes.evidence.inspecting import inspect
from processes.evidence.keeping import attach, evidence_of, find_evidence
from tests.integration.cases.play import DAY, HOUR, Play
from tests.pictures import photo

BOTH = frozenset({"platform", "platform_senior"})
RULED = {"reasons": "没有定制约定", "fault": "seller", "freight_payer": "seller"}


def escalated(play: Play, reason: str = "B_MIND", **order: bool) -> str:
    case_no = play.ask(play.order(**order), reason)
    play.do(case_no, play.seller, decision="refuse", refusal_code="CUSTOM_MADE", explanation="已按要求定制")
    play.do(case_no, play.buyer, answer="escalate", escalation_text="并没有定制任何东西")
    return case_no


def senior(name: str) -> Actor:
    return Actor(id=name, name=name, groups=BOTH)


def accept(play: Play, case_no: str) -> None:
    for actor in (play.buyer, play.seller):
        play.do(case_no, actor, ruling_answer_given="accept")


def read(play: Play, case_no: str, actor: Actor) -> list[str]:
    with play.tuidan.transaction() as session:
        dispute = case_view(session, case_no, actor).dispute
        assert dispute is not None
        return [one.text for one in dispute.statements]


def test_neither_side_reads_the_other_before_both_have_spoken(play: Play) -> None:
    case_no = escalated(play)
    play.do(case_no, play.seller, text="我们已经开工了")
    with play.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        shown = [inspect("proof.jpg", io.BytesIO(photo()))]
        now = play.clock.now()
        attach(session, case, shown, occasion="task_seller_statement", actor=play.seller, now=now)
        (piece,) = evidence_of(session, case, play.seller)
        assert evidence_of(session, case, play.buyer) == []
        with pytest.raises(EvidenceNotFound):
            find_evidence(session, piece.id, play.buyer)
        assert find_evidence(session, piece.id, play.market.agent).id == piece.id
    asked = "并没有定制任何东西"
    assert read(play, case_no, play.buyer) == [asked]
    assert read(play, case_no, play.seller) == [asked, "我们已经开工了"]
    assert read(play, case_no, play.market.agent) == [asked, "我们已经开工了"]
    play.do(case_no, play.buyer, text="订单里没有定制要求")
    assert len(read(play, case_no, play.buyer)) == len(read(play, case_no, play.seller)) == 3
    with play.tuidan.transaction() as session:
        assert find_evidence(session, piece.id, play.buyer).id == piece.id


def test_a_ruling_takes_effect_when_both_accept_it(play: Play) -> None:
    case_no = escalated(play)
    play.wait(3 * DAY)
    play.do(case_no, play.market.agent, ruling="buyer", **RULED)
    assert play.view(case_no).case.decided_how == "seller"
    accept(play, case_no)
    ended = play.ended(case_no, "refunded", 10_000)
    assert ended.case.decided_how == "ruling"
    assert ended.liability is not None
    assert (ended.liability.fault, ended.liability.freight_payer) == ("seller", "seller")


def test_a_ruling_in_part_refunds_its_amount_and_the_goods_stay_with_the_buyer(play: Play) -> None:
    case_no = escalated(play, "Q_EXPECT", delivered=True)
    play.wait(3 * DAY)
    given = {**RULED, "ruling": "partial", "keep_goods": True, "fault": "buyer", "freight_payer": "nobody"}
    for amount in (100.01, 12.345):
        with pytest.raises(RuledAmountInvalid):
            play.do(case_no, play.market.agent, ruled_amount=amount, **given)
    play.do(case_no, play.market.agent, ruled_amount=30.5, **given)
    play.wait(4 * DAY)
    ended = play.ended(case_no, "refunded", 3_050)
    assert ended.goods_return is None
    assert ended.liability is not None
    assert ended.liability.fault == "buyer"
    assert play.stock() == (98, 0, 0, 0)


def test_an_appeal_is_heard_again_and_ruled_on_by_another_senior(play: Play) -> None:
    case_no = escalated(play)
    play.wait(3 * DAY, 4 * DAY)
    first = senior("甲")
    play.do(case_no, first, ruling="buyer", **RULED)
    play.do(case_no, play.buyer, ruling_answer_given="accept")
    play.do(case_no, play.seller, ruling_answer_given="appeal", appeal_text="有新的聊天记录")
    play.do(case_no, play.seller, text="附上聊天记录")
    assert "附上聊天记录" not in read(play, case_no, play.buyer)
    play.wait(2 * DAY + HOUR)
    with play.tuidan.transaction() as session:
        (row,) = platform_queue(session, BOTH, now=play.clock.now()).rows
        assert (row.task.element_id, row.task.due_at is not None) == ("task_rule_appeal", True)
        assert appeals_for_others(session, [row.task], first) == {case_no}
        assert appeals_for_others(session, [row.task], senior("乙")) == set()
        blocked = case_view(session, case_no, first)
        assert (blocked.my_tasks, blocked.own_ruling_appealed) == ([], True)
        with pytest.raises(OwnRuling):
            play.tuidan.engine.complete_task(
                session, row.task.id, values={"ruling": "buyer", **RULED}, actor=first
            )
    play.wait(4 * DAY)
    play.do(case_no, senior("乙"), ruling="seller", reasons="聊天记录写明了定制")
    ended = play.ended(case_no, "ruled_for_seller", 0)
    assert ended.dispute is not None
    assert ended.dispute.appealed is not None
    before, after = ended.dispute.appealed
    assert [(one.ruling, one.ruled_by_name, one.on_appeal) for one in (before, after)] == [
        ("buyer", "甲", False),
        ("seller", "乙", True),
    ]
    assert [appeal.text for appeal in before.appeals] == ["有新的聊天记录"]
    assert {"appeal_made", "dispute_overrun"} <= set(play.told())


def test_nobody_is_ruled_on_by_the_clock(play: Play) -> None:
    case_no = escalated(play)
    play.wait(3 * DAY, 365 * DAY)
    (task,) = play.view(case_no).tasks
    assert (task.element_id, task.candidate_group) == ("task_rule_senior", "platform_senior")
    agent = dataclasses.replace(play.market.agent)
    with play.tuidan.transaction() as session:
        assert case_view(session, case_no, agent).my_tasks == []
