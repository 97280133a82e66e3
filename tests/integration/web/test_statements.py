"""Statements on pages and as files: a shop's own, all for the platform, and none for others."""

from __future__ import annotations

import csv
import io

import sqlalchemy as sa

from processes.chargebacks.recording import note_standing, record_chargeback
from processes.liability.posting_chargebacks import post_chargeback
from processes.money.gateway import ChargebackStanding, ChargebackStatus
from processes.orders.tables import Payment
from tests.integration.web.conftest import Street
from tests.integration.web.test_pages import check, task_of
from tests.jobs import run_due_work


def settled(street: Street) -> str:
    buyer, seller = street.person("buyer1"), street.person("seller1")
    case_no = street.case(buyer, street.order())
    seller.post(f"/seller/cases/{case_no}/tasks/{task_of(street, case_no)}", {"decision": "agree"})
    run_due_work(street.tuidan.engine)
    return case_no


def test_statements(street: Street) -> None:
    case_no = settled(street)
    seller, other, agent, operator = (
        street.person(login) for login in ("seller1", "seller2", "agent1", "ops1")
    )
    seller.post("/language", {"locale": "en"})
    page = check(seller, "/seller/statement")
    assert f"/seller/cases/{case_no}" in page
    assert "-CN¥208.00" in page
    assert "No longer wanted; at fault: nobody" in page
    shop = page.split("shop=")[1][:36]
    assert case_no not in check(other, "/seller/statement")
    for path in ("/seller/statement", "/seller/statement.csv"):
        assert other.get(f"{path}?shop={shop}").status_code == 404
        assert seller.get(f"{path}?kind=buyer").status_code == 404
        assert street.person("buyer1").get(path).status_code == 403
    check(seller, f"/seller/statement?shop={shop}&kind=advance&month=2026-02&after=nonsense")
    file = seller.get("/seller/statement.csv?month=2026-03")
    rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
    assert [(row[1], row[4], row[5], row[6]) for row in rows[1:]] == [
        (case_no, "-198.00", "-198.00", "CNY"),
        (case_no, "-10.00", "-208.00", "CNY"),
    ]
    assert "attachment" in file.headers["Content-Disposition"]
    listed = check(agent, "/platform/statements")
    assert "店铺1" in listed
    assert case_no in check(agent, f"/platform/statement?account=shop:{shop}")
    check(agent, "/platform/statement?account=platform")
    check(agent, "/platform/statements?kind=carrier&after=x%00|y")
    for account in ("buyer:1", "", "shop"):
        assert agent.get(f"/platform/statement?account={account}").status_code == 404
    assert seller.get("/platform/statements").status_code == 403
    assert "还没有核对过" in check(operator, "/operator/books")
    assert seller.post("/operator/books/check").status_code == 403
    assert operator.post("/operator/books/check").status_code == 302
    run_due_work(street.tuidan.engine)
    assert "账目正确" in check(operator, "/operator/books")


def test_chargebacks(street: Street) -> None:
    case_no = settled(street)
    agent, operator, seller = (street.person(login) for login in ("agent1", "ops1", "seller1"))
    assert "没有拒付" in check(agent, "/platform/chargebacks")
    with street.tuidan.transaction() as session:
        payment = session.scalars(sa.select(Payment)).one()
        chargeback = record_chargeback(
            session,
            provider="stripe",
            reference="dp_1",
            payment_references=[payment.reference],
            amount=20_800,
            now=street.tuidan.clock.now(),
        )
        assert chargeback is not None
        standing = ChargebackStanding(status=ChargebackStatus.OPEN, fees={"CNY": 1500})
        at = street.tuidan.clock.now()
        note_standing(session, chargeback, standing, asked_at=at, now=at)
        post_chargeback(session, chargeback, cause="chargeback", now=street.tuidan.clock.now())
    for person, path in ((agent, "/platform/chargebacks"), (operator, "/operator/chargebacks")):
        page = check(person, f"{path}?status=open&after=nonsense")
        assert "dp_1" in page
        assert "另有手续费 ¥15.00" in page
        assert case_no in page
        assert "平台" in page
        assert "dp_1" not in check(person, f"{path}?status=lost")
        assert seller.get(path).status_code == 403
    for person, path in ((agent, "platform"), (seller, "seller"), (street.person("buyer1"), "buyer")):
        where = f"/cases/{case_no}" if path == "buyer" else f"/{path}/cases/{case_no}"
        page = check(person, where)
        assert "dp_1" in page
        # What the provider charges is no business of the buyer's.
        assert ("¥15.00" in page) == (path != "buyer")
    assert "account=provider:stripe" in check(agent, "/platform/statements?kind=provider")
    assert "拒付手续费" in check(agent, "/platform/statement?account=provider:stripe")
    page = check(agent, "/platform/statement?account=bank:stripe")
    assert f"/platform/orders/{payment.order.order_no}" in page
