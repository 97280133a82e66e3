"""After an erasure a person's words are nowhere in the database; everything else is as it was."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from engine.actors import Actor
from engine.tables import HistoryEvent, ProcessInstance
from processes.append_only import allow_erasure
from processes.cases.tables import CancellationCase, CaseEvent
from processes.conversation.posting import WriteMessage, write_message
from processes.disputes.tables import Appeal, Ruling, Statement
from processes.people.tables import Account
from processes.privacy.erasing import carry_out_erasures
from processes.privacy.requesting import accept_erasure, holdings_of, latest_request, request_erasure
from processes.privacy.tables import ErasedCase, ErasureRequest
from processes.privacy.words import ERASED
from processes.ratings.rating import answer_rating, rate
from tests.integration.cases.play import DAY, HOUR, Play
from tests.integration.cases.test_disputing import senior
from webapp.tables import all_tables

OF_BUYER = {
    "request": "我母亲住院了不再需要这件大衣",
    "escalation": "店家并没有说明是定制商品",
    "statement": "附上我和店家的聊天内容",
    "hearing": "第二次说明里我再讲一遍经过",
    "message": "请尽快处理我的手机是一三八",
    "rating": "处理得太慢让我很难受",
    "why": "这些都是我的私事",
}
OF_SELLER = {
    "offer": "我私人补您三十元差价如何",
    "refusal": "裁缝老李已经按尺寸裁好了",
    "statement": "裁缝老李可以作证",
    "appeal": "裁缝老李另有录像为证",
    "hearing": "录像里能看到老李在裁剪",
    "answer": "对不起老李当天请假了",
}
REASONS = "没有定制约定平台认定卖家有责"


def quarrel(play: Play) -> str:
    """Let both sides write wherever a case lets them write, until it has ended; returns its number."""
    case_no = play.ask(play.order(), text=OF_BUYER["request"])
    buyer, seller = play.buyer, play.seller
    given = {"offer_kind": "amount", "offer_amount": "30.00", "offer_text": OF_SELLER["offer"]}
    play.do(case_no, seller, decision="offer", **given)
    play.do(case_no, buyer, offer_answer="decline")
    given = {"refusal_code": "CUSTOM_MADE", "explanation": OF_SELLER["refusal"]}
    play.do(case_no, seller, decision="refuse", **given)
    play.do(case_no, buyer, answer="escalate", escalation_text=OF_BUYER["escalation"])
    play.do(case_no, seller, text=OF_SELLER["statement"])
    play.do(case_no, buyer, text=OF_BUYER["statement"])
    given = {"reasons": REASONS, "fault": "seller", "freight_payer": "seller"}
    play.do(case_no, play.market.agent, ruling="buyer", **given)
    play.do(case_no, buyer, ruling_answer_given="accept")
    play.do(case_no, seller, ruling_answer_given="appeal", appeal_text=OF_SELLER["appeal"])
    play.do(case_no, seller, text=OF_SELLER["hearing"])
    play.do(case_no, buyer, text=OF_BUYER["hearing"])
    write(play, case_no)
    play.wait(2 * DAY + HOUR)
    play.do(case_no, senior("乙"), ruling="buyer", **given)
    with play.tuidan.transaction() as session:
        now = play.clock.now()
        rate(session, case_no, stars=1, text=OF_BUYER["rating"], actor=buyer, now=now)
        answer_rating(session, case_no, text=OF_SELLER["answer"], actor=seller, now=now)
    return case_no


def write(play: Play, case_no: str) -> None:
    with play.tuidan.transaction() as session:
        command = WriteMessage(case_no=case_no, text=OF_BUYER["message"], key="1")
        write_message(session, command, play.buyer, play.clock.now())


def ask(play: Play, actor: Actor) -> None:
    now = play.clock.now()
    with play.tuidan.transaction() as session:
        request_erasure(session, uuid.UUID(actor.id), words=OF_BUYER["why"], now=now)
        request = latest_request(session, uuid.UUID(actor.id))
        assert request is not None
        accept_erasure(session, request.id, actor=play.market.agent, now=now)


def work(play: Play) -> None:
    tuidan = play.tuidan
    while carry_out_erasures(tuidan.transaction, tuidan.evidence, tuidan.clock.now()):
        pass


def places(play: Play, words: str) -> list[str]:
    """The tables in which words stand, in any column."""
    found = []
    with play.tuidan.transaction() as session:
        for name in all_tables().tables:
            # Bytes are shown in hexadecimal.
            row: sa.ColumnElement[str] = sa.literal_column(f"{name}::text")
            inside = sa.or_(row.contains(words), row.contains(words.encode().hex()))
            query = sa.select(sa.func.count()).select_from(sa.table(name))
            if session.scalar(query.where(inside)):
                found.append(name)
    return found


def test_nothing_that_somebody_wrote_is_left_anywhere(play: Play) -> None:
    case_no = quarrel(play)
    for words in (*OF_BUYER.values(), *OF_SELLER.values()):
        assert words == OF_BUYER["why"] or places(play, words), words
    before = facts(play, case_no)
    ask(play, play.buyer)
    work(play)
    assert [places(play, words) for words in OF_BUYER.values()] == [[]] * len(OF_BUYER)
    for words in (*OF_SELLER.values(), REASONS):
        assert places(play, words), words
    assert facts(play, case_no) == before
    ask(play, play.seller)
    work(play)
    assert [places(play, words) for words in OF_SELLER.values()] == [[]] * len(OF_SELLER)
    assert places(play, REASONS)
    assert facts(play, case_no) == before
    with play.tuidan.transaction() as session:
        assert session.scalars(sa.select(ErasureRequest.status)).all() == ["done", "done"]
        assert session.scalars(sa.select(ErasureRequest.cases)).all() == [1, 1]
        erased = session.scalars(sa.select(ErasedCase)).all()
        assert {str(one.account_id) for one in erased} == {play.buyer.id, play.seller.id}
        assert session.scalars(sa.select(CancellationCase.text)).all() == [ERASED]
        assert holdings_of(session, uuid.UUID(play.buyer.id)).cases == 0


def facts(play: Play, case_no: str) -> list[object]:
    """What must not change: who did what and when, decisions, amounts, and the values that aren't words."""
    with play.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        events = sa.select(CaseEvent.kind, CaseEvent.at, CaseEvent.actor_name).order_by(CaseEvent.id)
        history = sa.select(
            HistoryEvent.kind, HistoryEvent.at, HistoryEvent.actor_id, HistoryEvent.element_id
        )
        variables = session.scalars(sa.select(ProcessInstance.variables).order_by(ProcessInstance.id)).all()
        return [
            (case.decision, case.decided_how, case.refusal_code, case.amount, case.refunded, case.outcome),
            session.execute(events).all(),
            session.execute(history.order_by(HistoryEvent.id)).all(),
            [without_words(one) for one in variables],
            session.execute(sa.select(Statement.at, Statement.author_name).order_by(Statement.id)).all(),
            session.execute(sa.select(Appeal.at, Appeal.author_name).order_by(Appeal.side)).all(),
            session.execute(sa.select(Ruling.ruling, Ruling.reasons).order_by(Ruling.ruled_at)).all(),
            session.scalar(sa.select(Account.display_name).where(Account.id == case.buyer_id)),
        ]


def without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_words(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_words(item) for item in value]
    return "words" if value in (ERASED, *OF_BUYER.values(), *OF_SELLER.values()) else value


def test_what_belongs_to_a_case_that_goes_on_is_kept_until_it_has_ended(play: Play) -> None:
    case_no = play.ask(play.order(), text=OF_BUYER["request"])
    ask(play, play.buyer)
    work(play)
    assert {"cancellation_case", "execution"} & set(places(play, OF_BUYER["request"]))
    with play.tuidan.transaction() as session:
        assert holdings_of(session, uuid.UUID(play.buyer.id)).open_cases == 1
    play.do(case_no, play.seller, decision="agree")
    work(play)
    assert places(play, OF_BUYER["request"]) == []
    with play.tuidan.transaction() as session:
        assert session.get_one(CancellationCase, case_no).outcome == "refunded"


def test_only_words_change_in_what_is_only_added_to(play: Play) -> None:
    play.ask(play.order())
    for allowed, change in (
        (False, "UPDATE case_event SET params = '{}'"),
        (True, "UPDATE case_event SET actor_name = ''"),
        (True, "DELETE FROM case_event"),
    ):
        with play.tuidan.sessions() as session:
            if allowed:
                allow_erasure(session)
            with pytest.raises(sa.exc.DBAPIError, match="append-only"):
                session.execute(sa.text(change))
