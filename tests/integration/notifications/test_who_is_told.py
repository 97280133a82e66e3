"""Who is told what besides what the diagrams say, and that it is once: sellers, agents and operators."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import sqlalchemy as sa

from engine.tables import Incident
from processes.money.ledger.faults import set_fault
from processes.notifications.incidents import tell_of_incidents
from processes.notifications.sending import notify
from processes.notifications.tables import Notification
from processes.people.accounts import create_account
from processes.people.roles import Role
from processes.people.tables import Account
from processes.privacy.requesting import request_erasure
from tests.integration.cases.play import DAY, HOUR, Play
from tests.racing import race


def told(play: Play, login: str) -> Counter[str]:
    """How often somebody was told what."""
    with play.tuidan.transaction() as session:
        query = sa.select(Notification.template).join(Account, Account.id == Notification.account_id)
        return Counter(session.scalars(query.where(Account.login == login)))


def test_a_shop_hears_of_what_the_rules_agreed_to_in_its_place(play: Play) -> None:
    order_no = play.order()
    play.clock.advance(-HOUR + dt.timedelta(minutes=5))
    play.ended(play.ask(order_no), "refunded", 10_000)
    assert told(play, "seller1") == {"decided_automatically": 1}
    assert told(play, "buyer1")["decided_agree"] == 1


def test_a_shop_hears_that_its_refusal_holds_and_goods_may_leave_again(play: Play) -> None:
    refusal = {"decision": "refuse", "refusal_code": "CUSTOM_MADE", "explanation": "已按要求定制"}
    accepted = play.ask(play.order())
    play.do(accepted, play.seller, **refusal)
    play.do(accepted, play.buyer, answer="accept")
    play.ended(accepted, "refusal_accepted", 0)
    lapsed = play.ask(play.order())
    play.do(lapsed, play.seller, **refusal)
    play.wait(8 * DAY)
    play.ended(lapsed, "refusal_stood", 0)
    assert told(play, "seller1")["closed"] == 2
    assert told(play, "buyer1")["closed"] == 0
    with play.tuidan.transaction() as session:
        outcomes = session.scalars(sa.select(Notification.params).where(Notification.template == "closed"))
        assert {params["outcome"] for params in outcomes} == {"refusal_accepted", "refusal_stood"}


def test_a_shop_that_does_not_look_at_what_came_back_hears_what_that_means(play: Play) -> None:
    case_no = play.ask(play.order(delivered=True), "Q_DEFECT", text="屏幕有裂纹", photo_count=1)
    play.do(case_no, play.seller, decision="agree")
    play.do(case_no, play.buyer, carrier="圆通", tracking_no="YT123")
    play.wait(40 * DAY)
    play.ended(case_no, "refunded", 10_000)
    assert told(play, "seller1")["return_unseen"] == 1
    assert told(play, "seller1")["closed"] == 0


def test_agents_hear_that_somebody_wants_words_erased(play: Play) -> None:
    with play.tuidan.transaction() as session:
        buyer = session.scalars(sa.select(Account).where(Account.login == "buyer1")).one()
        request_erasure(session, buyer.id, words="", now=play.clock.now())
    assert told(play, "agent1") == {"erasure_asked": 1}
    assert told(play, "buyer1") == {}


def test_operators_hear_once_a_day_of_each_place_that_fails(play: Play) -> None:
    now = play.clock.now()
    with play.tuidan.transaction() as session:
        for login, role in (("ops1", Role.OPERATOR), ("analyst1", Role.ANALYST)):
            create_account(session, login=login, display_name=login, role=role, password=None, now=now)
        set_fault(session, "fail", count=20, now=now)
    cases = [play.ask(play.order()) for _ in range(2)]
    for case_no in cases:
        play.do(case_no, play.seller, decision="agree")
    play.wait(HOUR)
    with play.tuidan.transaction() as session:
        places = {(one.process_id, one.element_id) for one in session.scalars(sa.select(Incident))}
        assert (session.scalar(sa.select(sa.func.count()).select_from(Incident)), len(places)) == (2, 1)

    def tell() -> int:
        with play.tuidan.transaction() as session:
            return tell_of_incidents(session, play.clock.now())

    assert sorted(map(str, race([[tell, tell, tell]])[0])) == ["0", "0", "1"]
    assert told(play, "ops1") == {"incident_opened": 1}
    assert told(play, "analyst1") == {}
    with play.tuidan.transaction() as session:
        # It fails elsewhere as well, and then again the next day.
        first = session.scalars(sa.select(Incident)).first()
        assert first is not None
        values = {c.name: getattr(first, c.name) for c in Incident.__table__.columns}
        values |= {"id": sa.func.gen_random_uuid(), "key": "other", "element_id": "task_other"}
        session.execute(sa.insert(Incident).values(**values))
    assert (tell(), tell()) == (1, 0)
    play.clock.advance(dt.timedelta(hours=18))
    with play.tuidan.transaction() as session:
        again = sa.update(Incident).where(Incident.key == "other").values(occurred_at=play.clock.now())
        session.execute(again)
    assert (tell(), tell()) == (1, 0)
    with play.tuidan.transaction() as session:
        session.execute(sa.update(Incident).values(resolved_at=play.clock.now(), resolved_by="ops1"))
        session.execute(sa.delete(Notification))
    assert tell() == 0


def test_an_event_that_comes_twice_at_once_tells_once(play: Play) -> None:
    case_no = play.ask(play.order())
    shop_id = play.view(case_no).case.shop_id
    with play.tuidan.transaction() as session:
        session.execute(sa.delete(Notification))

    def tell() -> int:
        with play.tuidan.transaction() as session:
            return notify(
                session,
                to="seller",
                template="closed",
                params={},
                link=f"case:{case_no}",
                key="an occasion",
                now=play.clock.now(),
                buyer_id=shop_id,
                shop_id=shop_id,
            )

    assert sorted(map(str, race([[tell] * 4])[0])) == ["0", "0", "0", "1"]
    assert told(play, "seller1") == {"closed": 1}
