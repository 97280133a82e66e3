"""What refunds come to on real orders, and that they are reserved once."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.cases.cancelling import cancel_lines
from processes.cases.carrying import case_of, close
from processes.cases.tables import CancellationCase
from processes.money.preparing import prepare_refund
from processes.money.tables import Refund, RefundLine
from processes.orders.tables import Order, Payment
from processes.shipping.tables import Interception, Shipment
from tests.integration.money.desk import cancelled, open_case, total_refunded
from tests.marketplace import NOW, Marketplace, Transactions, marketplace


@pytest.fixture
def market(session: Session) -> Marketplace:
    return marketplace(session)


def test_a_whole_unshipped_order_gives_back_everything(market: Marketplace) -> None:
    order = market.order([(9900, 1), (4500, 2)], freight=800, discount=1000)
    refund = cancelled(market, order)
    assert refund.amount == order.total == 9900 + 9000 - 1000 + 800
    assert (refund.goods, refund.freight, refund.deducted) == (17900, 800, 0)
    assert [step["code"] for step in refund.explanation] == [
        "line_units",
        "line_units",
        "freight_refunded",
        "total",
        "tender_share",
    ]


@pytest.mark.parametrize("cuts", list(itertools.permutations([1, 2, 4])))
def test_any_order_of_partial_refunds_clears_the_line(market: Marketplace, cuts: tuple[int, ...]) -> None:
    order = market.order([(333, 7)], discount=100, tenders=[("wechat", 1000), ("points", 1231)])
    amounts = [cancelled(market, order, {1: cut}).amount for cut in cuts]
    assert sum(amounts) == order.total == 2231
    payments = market.session.scalars(sa.select(Payment)).all()
    assert all(payment.refundable == 0 for payment in payments)


def test_freight_goes_back_with_the_last_line_only(market: Marketplace) -> None:
    order = market.order([(1000, 1), (2000, 1)], freight=500)
    first = cancelled(market, order, {1: 1})
    assert (first.amount, first.freight) == (1000, 0)
    assert first.explanation[1]["params"]["because"] == "others_remain"
    assert cancelled(market, order, {2: 1}).amount == 2500
    assert total_refunded(market.session, order) == order.total


def test_freight_stays_when_something_shipped_unless_the_seller_is_at_fault(market: Marketplace) -> None:
    order = market.order([(1000, 2), (2000, 1)], freight=500)
    market.ship(order, [(1, 1)])
    assert cancelled(market, order, {2: 1}).freight == 0
    assert cancelled(market, order, {1: 1}, seller_at_fault=True).amount == 1500
    assert cancelled(market, order, {1: 1}, seller_at_fault=True).freight == 0


def test_the_buyer_bears_the_carriage_of_what_had_left(market: Marketplace) -> None:
    order = market.order([(1000, 1), (300, 1)], freight=500)
    market.ship(order, [(1, 1)], "A")
    market.ship(order, [(2, 1)], "B")
    refund = stopped(market, order, {1: 1}, "A")
    assert (refund.amount, refund.deducted) == (750, 250)
    assert "freight_share_borne" in [step["code"] for step in refund.explanation]
    assert stopped(market, order, {2: 1}, "B").amount == 50


def test_carriage_back_is_that_of_the_parcels_that_were_stopped(market: Marketplace) -> None:
    order = market.order([(1000, 3)], freight=500)
    market.ship(order, [(1, 2)], "A")
    # The parcel wasn't stopped, and the third unit never left: nothing comes back, nobody bears anything.
    refund = stopped(market, order, {1: 1}, "A", intercepted=False)
    assert (refund.amount, refund.deducted) == (1000, 0)


def stopped(
    market: Marketplace, order: Order, units: dict[int, int], parcel: str, *, intercepted: bool = True
) -> Refund:
    """The refund of units of which the parcel was to be stopped, at the buyer's cost."""
    case = open_case(market, order, units)
    shipment_id = market.session.scalars(
        sa.select(Shipment.id).where(Shipment.tracking_no == f"{parcel}-{order.order_no}")
    ).one()
    market.session.add(
        Interception(shipment_id=shipment_id, case_no=case.case_no, requested_at=NOW, intercepted=intercepted)
    )
    market.session.flush()
    cancel_lines(market.session, case, actor=SYSTEM, now=NOW)
    refund = prepare_refund(
        market.session, case, freight_payer="buyer", seller_at_fault=False, actor=SYSTEM, now=NOW
    )
    close(market.session, case, "refunded", actor=SYSTEM, now=NOW)
    return refund


def test_nothing_left_means_nothing_borne(market: Marketplace) -> None:
    order = market.order([(1000, 1)], freight=500)
    assert cancelled(market, order, freight_payer="buyer").amount == 1500


def test_an_unpaid_order_gives_back_nothing(market: Marketplace) -> None:
    refund = cancelled(market, market.order(paid=False))
    assert (refund.amount, refund.parts) == (0, [])


def test_a_refund_is_prepared_once(market: Marketplace) -> None:
    case = open_case(market, market.order([(1000, 3)]), {1: 2})
    refunds = {
        prepare_refund(
            market.session, case, freight_payer="", seller_at_fault=False, actor=SYSTEM, now=NOW
        ).refund_no
        for _ in range(3)
    }
    assert len(refunds) == 1
    payment = market.session.scalars(sa.select(Payment)).one()
    assert (payment.refunded_pending, payment.refunded_succeeded) == (2000, 0)


def test_tenders_share_in_proportion_to_what_is_left(market: Marketplace) -> None:
    order = market.order([(1000, 4)], tenders=[("wechat", 3000), ("coupon", 1000)])
    refund = cancelled(market, order, {1: 2})
    assert [(part.tender, part.amount) for part in refund.parts] == [("wechat", 1500), ("coupon", 500)]


def test_a_shop_or_the_platform_can_name_the_tenders_that_are_used_up_first(market: Marketplace) -> None:
    orders = [market.order([(1000, 4)], tenders=[("wechat", 3000), ("coupon", 1000)]) for _ in range(3)]
    cases = [open_case(market, order, {1: 1}) for order in orders]

    def tenders(case: CancellationCase) -> list[tuple[str, int]]:
        refund = prepare_refund(
            market.session,
            case,
            freight_payer="",
            seller_at_fault=False,
            actor=SYSTEM,
            now=NOW,
            tender_order=("coupon",),
        )
        return [(part.tender, part.amount) for part in refund.parts]

    assert tenders(cases[0]) == [("coupon", 1000)]
    market.shop.tender_order = "wechat"
    assert tenders(cases[1]) == [("wechat", 1000)]
    market.shop.tender_order = ""
    assert tenders(cases[2]) == [("wechat", 750), ("coupon", 250)]


def test_an_agreed_amount_caps_the_refund_and_later_units_get_their_own_share(market: Marketplace) -> None:
    order = market.order([(1000, 3), (500, 1)], freight=300)
    case = open_case(market, order, {1: 2})
    case.agreed_amount = 1500
    refund = prepare_refund(
        market.session, case, freight_payer="", seller_at_fault=True, actor=SYSTEM, now=NOW
    )
    assert (refund.amount, refund.goods, refund.freight, refund.deducted) == (1500, 2000, 300, 800)
    assert (refund.withheld, refund.lines[0].amount, refund.lines[0].withheld) == (800, 2000, 500)
    agreed = next(step for step in refund.explanation if step["code"] == "agreed")
    assert (agreed["params"], agreed["amount"]) == ({"refund": 2300, "limit": 1500}, -800)
    close(market.session, case, "refunded", actor=SYSTEM, now=NOW)
    assert cancelled(market, order, {1: 1}).amount == 1000


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE refund_part SET amount = amount + 1", "more than its payment has left"),
        ("UPDATE refund SET amount = amount - 1, goods = goods - 1", "do not add up"),
    ],
)
def test_the_database_holds_what_refunds_come_to(market: Marketplace, statement: str, message: str) -> None:
    cancelled(market, market.order([(1000, 1)]))
    market.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(IntegrityError, match=message):
        market.session.execute(sa.text(statement))


BEYOND = "never_refunded_beyond_captured"
MORE = "UPDATE refund_part SET amount = amount + 1"
AGAIN = (
    "INSERT INTO refund_part (id, refund_no, position, payment_id, tender, amount, status, failure_code,"
    " gateway_reference) SELECT gen_random_uuid(), refund_no, 2, payment_id, tender, 1, 'prepared', '', ''"
    " FROM refund_part"
)


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        (["UPDATE payment SET refunded_pending = captured + 1"], BEYOND),
        (["UPDATE payment SET refunded_succeeded = captured - refunded_pending + 1"], BEYOND),
        (["UPDATE payment SET refunded_pending = -1"], BEYOND),
        (["UPDATE payment SET captured = captured - 1"], BEYOND),
        (["UPDATE payment SET forfeited = 1"], "used_up_within_captured"),
        # Counters that were set back let nothing more go back: the parts themselves are added up.
        (["UPDATE payment SET refunded_pending = 0", MORE], "more than its payment has left"),
        (["UPDATE refund_part SET status = 'failed'", MORE], "more than its payment has left"),
        ([AGAIN], "refund_no_payment_id"),
        (["UPDATE order_line SET refunded = paid + 1"], "refunded_within"),
        (["UPDATE customer_order SET freight_refunded = freight + 1"], "freight_refunded_within"),
    ],
)
def test_the_database_holds_the_cap_whatever_it_is_told(
    market: Marketplace, statements: list[str], message: str
) -> None:
    cancelled(market, market.order([(1000, 1)]))
    market.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
    *before, last = statements
    for statement in before:
        market.session.execute(sa.text(statement))
    with pytest.raises(IntegrityError, match=message):
        market.session.execute(sa.text(last))


def test_two_who_write_past_the_code_at_once_go_no_further_together(database: sa.Engine) -> None:
    with Transactions(database)() as session:
        market = marketplace(session)
        order = market.order([(1000, 1), (1000, 1), (1000, 1)])
        numbers = [cancelled(market, order, {line_no: 1}).refund_no for line_no in (1, 2)]
    both_written = threading.Barrier(2, timeout=30)

    def write(refund_no: str) -> bool:
        """A thousand is left, of which each takes six hundred before the other has committed."""
        with database.connect() as connection:
            statement = "UPDATE refund_part SET amount = amount + 600 WHERE refund_no = :refund_no"
            connection.execute(sa.text(statement), {"refund_no": refund_no})
            both_written.wait()
            try:
                connection.commit()
            except IntegrityError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(write, numbers)) == [False, True]


def test_refunds_that_race_never_exceed_what_was_paid(database: sa.Engine) -> None:
    transaction = Transactions(database)
    with transaction() as session:
        market = marketplace(session)
        order = market.order([(333, 1), (334, 1), (335, 1), (336, 1)], freight=7)
        cases = [open_case(market, order, {n: 1}).case_no for n in (1, 2, 3, 4)]

    def prepare(case_no: str) -> int:
        with transaction() as session:
            case = case_of(session, case_no)
            return prepare_refund(
                session, case, freight_payer="", seller_at_fault=True, actor=SYSTEM, now=NOW
            ).amount

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(prepare, cases * 4))
    with transaction() as session:
        amounts = session.scalars(sa.select(Refund.amount)).all()
        assert len(amounts) == 4
        assert sum(amounts) == order.total == 1345
        assert session.scalars(sa.select(Payment.refunded_pending)).one() == 1345
        assert len(session.scalars(sa.select(RefundLine)).all()) == 4
