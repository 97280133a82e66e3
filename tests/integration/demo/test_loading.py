"""The demo data is loaded once, goes on where it was interrupted, and fills everybody's pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.clock import FixedClock
from engine.tables import Incident, UserTask
from processes.cases.tables import CancellationCase
from processes.catalog.shops import find_shop
from processes.chargebacks.tables import Chargeback
from processes.conversation.tables import CaseMessage
from processes.demo import load_demo
from processes.demo.tables import DemoLoad
from processes.liability.balances import balances
from processes.liability.checking import check_books
from processes.money.ledger.disputes import FEE
from processes.money.ledger.tables import LedgerPosting
from processes.offers.tables import CaseOffer
from processes.orders.tables import Order
from processes.people.accounts import authenticate, find_account
from processes.ratings.tables import CaseRating
from processes.record.counting import rebuild
from processes.record.reading import record_of
from processes.returns.tables import ReturnFinding
from processes.shipping.tables import CancellationOffer
from processes.wallet.tables import Voucher, VoucherMovement
from tests.jobs import run_due_work
from webapp.bootstrap import Tuidan, build
from webapp.bundles import read_bundle
from webapp.settings import Settings


class Interrupted(Exception):
    """Somebody pulled the plug."""


@pytest.fixture
def tuidan(database_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[Tuidan]:
    made = build(Settings(database_url=database_url, data_dir=tmp_path), clock=clock)
    with made.transaction() as session:
        made.engine.deploy(session, read_bundle(made.settings.bpmn_dir), actor=SYSTEM, note="test")
    yield made
    made.close()


def count(session: Session, table: type[Order | CancellationCase | Incident]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_the_demo_fills_everybodys_pages_once(tuidan: Tuidan) -> None:
    said: list[str] = []
    report = load_demo(tuidan.engine, tuidan.transaction, tuidan.evidence, tuidan.clock.now(), said.append)
    assert report.orders >= 300
    assert (report.cases >= 40, report.left_out) == (True, 0)
    assert (
        load_demo(tuidan.engine, tuidan.transaction, tuidan.evidence, tuidan.clock.now(), said.append).orders
        == 0
    )
    run_due_work(tuidan.engine)
    with tuidan.transaction() as session:
        assert count(session, Incident) == 0
        shop = find_shop(session, "yunduan")
        waiting = sa.select(sa.func.count()).where(UserTask.candidate_group == f"shop:{shop.id}")
        assert (session.scalar(waiting) or 0) >= 12
        buyer_id = find_account_id(session, "buyer1")
        ended = sa.select(CancellationCase.outcome).where(CancellationCase.buyer_id == buyer_id)
        assert {"refunded", "refusal_accepted"} <= set(session.scalars(ended))
        for group in (f"buyer:{buyer_id}", "platform"):
            tasks = sa.select(sa.func.count()).where(UserTask.candidate_group == group)
            assert (session.scalar(tasks) or 0) >= 1
        statuses = set(session.scalars(sa.select(CancellationCase.status).distinct()))
        assert {"awaiting_seller", "offered", "refused", "withdrawn", "refunded", "in_dispute"} <= statuses
        talked = sa.select(CaseMessage.case_no).group_by(CaseMessage.case_no)
        assert len(session.scalars(talked).all()) == 3
        answers = set(session.scalars(sa.select(CaseOffer.answer)))
        assert answers == {"accepted", "declined", None}
        assert {2, 3, 4, 5} == set(session.scalars(sa.select(CaseRating.stars)))
        back = sa.select(Voucher.instrument).join(VoucherMovement).where(VoucherMovement.kind == "returned")
        assert set(session.scalars(back.where(Voucher.buyer_id == buyer_id))) == {"coupon", "points"}
        assert {"exchanging", "return_in_transit"} <= statuses
        (found,) = session.scalars(sa.select(ReturnFinding).where(ReturnFinding.damaged > 0))
        assert (found.good >= 1, found.damaged) == (True, 1)
        appeals = sa.select(UserTask.candidate_group).where(UserTask.element_id == "task_rule_appeal")
        assert session.scalars(appeals).all() == ["platform_senior"]
        offered = set(session.scalars(sa.select(CancellationOffer.reason).distinct()))
        assert {"L_DELAY", "L_LOST", "L_DAMAGE"} <= offered
        # Won, lost and open; the embedded gateway can be asked how each stands.
        disputes = session.scalars(sa.select(Chargeback).order_by(Chargeback.status)).all()
        assert [(one.status, one.watched) for one in disputes] == [
            ("cleared", False),
            ("lost", False),
            ("open", True),
        ]
        assert check_books(session).right
        assert balances(session, "provider").rows[0].amount == 3 * FEE
        assert session.scalar(sa.select(sa.func.sum(LedgerPosting.amount))) == 0
    rebuild(tuidan.transaction, tuidan.clock.now())
    with tuidan.transaction() as session:
        weeks = record_of(session, find_shop(session, "yunduan"), 90, tuidan.clock.now()).trend
        assert sum(week.counts.answered > 0 and week.counts.closed > 0 for week in weeks) >= 6
        assert sum(week.counts.ratings > 0 for week in weeks) >= 5
        assert sum(week.counts.at_fault > 0 for week in weeks) >= 3
        for login in ("buyer1", "seller1", "seller2", "agent1", "senior1", "ops1", "analyst1"):
            authenticate(session, login, "tuidan-demo")


def find_account_id(session: Session, login: str) -> str:
    account = find_account(session, login)
    assert account is not None
    return str(account.id)


def test_an_interrupted_load_goes_on_where_it_was(tuidan: Tuidan, clock: FixedClock) -> None:
    calls = 0

    def failing() -> AbstractContextManager[Session]:
        nonlocal calls
        calls += 1
        if calls > 8:
            raise Interrupted
        return tuidan.transaction()

    with pytest.raises(Interrupted):
        load_demo(tuidan.engine, failing, tuidan.evidence, clock.now(), lambda _: None)
    with tuidan.transaction() as session:
        done = session.get_one(DemoLoad, 1).cases_loaded
        assert (done, count(session, CancellationCase)) == (5, 5)
    report = load_demo(tuidan.engine, tuidan.transaction, tuidan.evidence, clock.now(), lambda _: None)
    assert report.orders == 0
    with tuidan.transaction() as session:
        load = session.get_one(DemoLoad, 1)
        assert load.finished_at is not None
        assert load.cases_loaded == count(session, CancellationCase) == report.cases + done
