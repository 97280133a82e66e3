"""Small amounts of buyers in good standing are agreed to at once, and everybody can read why."""

from __future__ import annotations

import sqlalchemy as sa

from engine.queries.decisions import explained_decision
from engine.tables import DecisionRecord
from processes.people.accounts import find_account, hash_password
from tests.integration.cases.play import Play
from webapp.app import create_app

PASSWORD = "a-password-for-buyers"


def test_a_small_amount_of_a_good_buyer_is_agreed_to_at_once(play: Play) -> None:
    for _ in range(3):
        play.order()
    order_no = play.order(lines=[(1500, 2)])
    case_no = play.ask(order_no)
    view = play.view(case_no)
    assert (view.case.decided_how, view.case.decision_basis) == ("automatic", "small_amount")
    assert (view.case.outcome, view.case.refunded) == ("refunded", 3000)
    with play.tuidan.transaction() as session:
        why = explained_decision(play.tuidan.engine, session, case_no, "automatic_decision")
        record = session.scalars(
            sa.select(DecisionRecord).where(
                DecisionRecord.business_key == case_no, DecisionRecord.decision_id == "automatic_decision"
            )
        ).one()
        account = find_account(session, "buyer1")
        assert account is not None
        account.password_hash = hash_password(PASSWORD)
    assert why is not None
    assert (why.version, [rule.number for rule in why.rules]) == (1, [5])
    assert "信誉良好" in why.rules[0].description
    assert record.inputs is not None
    assert record.inputs["buyer_standing"] == "good"
    assert record.rules == ["rule_small_cny"]
    client = create_app(play.tuidan).test_client()
    client.application.config["WTF_CSRF_ENABLED"] = False
    client.post("/sign-in", data={"login": "buyer1", "password": PASSWORD})
    page = client.get(f"/cases/{case_no}").text
    assert "金额较小，且买家信誉良好" in page
    assert "第 5 行" in page
    assert "规则版本 1" in page


def test_a_new_buyer_or_a_larger_amount_waits_for_the_seller(play: Play) -> None:
    fresh = play.ask(play.order(lines=[(1500, 2)]))
    assert play.view(fresh).case.status == "awaiting_seller"
    for _ in range(9):
        play.order()
    larger = play.ask(play.order(lines=[(1501, 2)]))
    assert play.view(larger).case.status == "awaiting_seller"
