"""What people read of cases, and that nobody reads what isn't his."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine.actors import SYSTEM, Actor
from processes.cases.carrying import case_of, close, record_decision
from processes.cases.errors import CaseNotFound
from processes.cases.queries import (
    InboxFilters,
    buyer_cases,
    buyer_history,
    case_view,
    decided_cases,
    order_cases,
    platform_queue,
    seller_inbox,
    shop_cases,
)
from processes.cases.requesting import RequestCancellation, request_cancellation
from processes.cases.tables import CancellationCase
from processes.fakes import FakeProcessEngine
from processes.people.accounts import account_of
from tests.integration.cases.waiting import Runtime
from tests.marketplace import NOW, Marketplace, marketplace

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def market(session: Session) -> Marketplace:
    return marketplace(session)


@pytest.fixture
def runtime(session: Session) -> Runtime:
    return Runtime(session)


def a_case(market: Marketplace, reason: str = "B_MIND", **changes: Any) -> CancellationCase:
    order = market.order([(5000, 1)])
    return request_cancellation(
        market.session,
        FakeProcessEngine(),
        RequestCancellation(
            order_no=order.order_no,
            lines=tuple((line.id, line.quantity) for line in order.lines),
            reason=reason,
            **changes,
        ),
        market.buyer,
        NOW + HOUR * next(market.numbers),
    )


def inbox(market: Marketplace, **filters: Any) -> list[str]:
    page = seller_inbox(market.session, market.seller.groups, InboxFilters(**filters), now=NOW)
    return [row.task.business_key for row in page.rows]


def shop_group(market: Marketplace) -> str:
    return f"shop:{market.shop.id}"


def test_the_inbox_is_sorted_by_deadline_and_those_without_come_last(
    market: Marketplace, runtime: Runtime
) -> None:
    cases = [a_case(market).case_no for _ in range(4)]
    for case_no, due in zip(cases, [30, None, -2, 5], strict=True):
        runtime.task(case_no, shop_group(market), NOW + HOUR * due if due is not None else None)
    page = seller_inbox(market.session, market.seller.groups, now=NOW)
    assert [row.task.business_key for row in page.rows] == [cases[2], cases[3], cases[0], cases[1]]
    assert [row.overdue(NOW) for row in page.rows] == [True, False, False, False]
    assert page.rows[0].task.due_effect == "自动同意"
    assert (page.counts.total, page.counts.overdue, page.counts.soon) == (4, 1, 2)
    assert page.next is None


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_follow_each_other_without_gap_or_repetition(
    market: Marketplace, runtime: Runtime, limit: int
) -> None:
    cases = [a_case(market).case_no for _ in range(7)]
    for case_no, due in zip(cases, [1, 1, 1, 2, 3, None, None], strict=True):
        runtime.task(case_no, shop_group(market), NOW + HOUR * due if due else None)
    seen, after = [], None
    for _ in range(8):
        page = seller_inbox(market.session, market.seller.groups, now=NOW, after=after, limit=limit)
        seen += [row.task.business_key for row in page.rows]
        after = page.next
        if after is None:
            break
    assert seen == cases


def test_filters_narrow_the_inbox(market: Marketplace, runtime: Runtime) -> None:
    mind, oos = a_case(market), a_case(market, "OTHER", text="想换一个颜色,麻烦了")
    runtime.task(mind.case_no, shop_group(market), NOW - HOUR)
    runtime.task(oos.case_no, shop_group(market), NOW + HOUR, "task_confirm_return")
    assert inbox(market, reason="OTHER") == [oos.case_no]
    assert inbox(market, flow="product") == []
    assert inbox(market, overdue=True) == [mind.case_no]
    assert inbox(market, due_within=HOUR * 2) == [mind.case_no, oos.case_no]
    assert inbox(market, element="task_confirm_return") == [oos.case_no]
    assert inbox(market, search=mind.order_no) == [mind.case_no]
    assert inbox(market, search=oos.case_no.lower()) == [oos.case_no]
    assert inbox(market, search="商品") == [mind.case_no, oos.case_no]
    assert inbox(market, search="王芳") == [mind.case_no, oos.case_no]
    assert inbox(market, search="100%") == []


def test_nobody_sees_what_waits_for_others(market: Marketplace, runtime: Runtime) -> None:
    case_no = a_case(market).case_no
    runtime.task(case_no, shop_group(market), NOW + HOUR)
    runtime.task(case_no, "platform", NOW + HOUR)
    groups = frozenset({"shop:other", "platform", f"buyer:{market.buyer.id}"})
    assert seller_inbox(market.session, groups, now=NOW).rows == []
    assert seller_inbox(market.session, [], now=NOW).counts.total == 0
    assert len(platform_queue(market.session, market.agent.groups, now=NOW).rows) == 1
    assert platform_queue(market.session, market.seller.groups, now=NOW).rows == []


@pytest.mark.parametrize("token", ["", "x", "_", "2026-03-10_x", "2026-03-10T00:00:00_nonsense"])
def test_a_broken_page_token_starts_at_the_beginning(
    market: Marketplace, runtime: Runtime, token: str
) -> None:
    case = a_case(market)
    runtime.task(case.case_no, shop_group(market), NOW + HOUR)
    assert len(seller_inbox(market.session, market.seller.groups, now=NOW, after=token).rows) == 1
    assert len(buyer_cases(market.session, case.buyer_id, after=token).rows) == 1


def test_the_view_shows_what_waits_and_who_may_act(market: Marketplace, runtime: Runtime) -> None:
    case = a_case(market)
    task = runtime.task(case.case_no, shop_group(market), NOW + HOUR)
    market.session.flush()
    buyer = case_view(market.session, case.case_no, market.buyer)
    assert (buyer.my_tasks, buyer.can_withdraw, buyer.can_reopen) == ([], True, False)
    assert [(d.name, d.due_at, d.task_id) for d in buyer.deadlines] == [("自动同意", NOW + HOUR, task.id)]
    assert [event.kind for event in buyer.timeline] == ["requested"]
    assert buyer.order.buyer.display_name == "王芳"
    seller = case_view(market.session, case.case_no, market.seller)
    assert (seller.my_tasks, seller.can_withdraw) == ([task], False)
    assert case_view(market.session, case.case_no, market.agent).tasks == [task]


def test_a_case_of_others_does_not_exist(market: Marketplace) -> None:
    case = a_case(market)
    stranger = Actor(id="x", name="x", groups=frozenset({"shop:x", "buyer:x", "analyst"}))
    for case_no in (case.case_no, "C0"):
        with pytest.raises(CaseNotFound):
            case_view(market.session, case_no, stranger)


def test_lists_go_back_in_time(market: Marketplace, runtime: Runtime) -> None:
    cases = [a_case(market) for _ in range(5)]
    runtime.task(cases[4].case_no, f"buyer:{market.buyer.id}", NOW)
    close(market.session, cases[0], "withdrawn", actor=SYSTEM, now=NOW)
    market.session.flush()
    first = buyer_cases(market.session, cases[0].buyer_id, limit=3)
    assert [row.case for row in first.rows] == cases[:1:-1]
    assert first.rows[0].waits_for(f"buyer:{market.buyer.id}")
    rest = buyer_cases(market.session, cases[0].buyer_id, limit=3, after=first.next)
    assert [row.case for row in rest.rows] == cases[1::-1]
    assert rest.next is None
    shop = [market.shop.id]
    assert [row.case for row in shop_cases(market.session, shop, show="closed").rows] == [cases[0]]
    assert len(shop_cases(market.session, shop, show="open").rows) == 4
    assert [row.case for row in shop_cases(market.session, shop, search=cases[2].case_no).rows] == [cases[2]]
    assert order_cases(market.session, cases[3].order_id) == [cases[3]]


def test_decided_cases_are_listed_by_decision(market: Marketplace) -> None:
    cases = [a_case(market) for _ in range(3)]
    for hours, case in ((2, cases[0]), (1, cases[2])):
        record_decision(
            market.session,
            case_of(market.session, case.case_no),
            decision="agree",
            how="seller",
            refusal_code="",
            explanation="",
            basis="",
            actor=market.seller,
            now=NOW + HOUR * hours,
        )
    market.session.flush()
    page = decided_cases(market.session, [market.shop.id], limit=1)
    assert [row.case for row in page.rows] == [cases[0]]
    assert [row.case for row in decided_cases(market.session, [market.shop.id], after=page.next).rows] == [
        cases[2]
    ]
    history = buyer_history(market.session, account_of(market.session, market.buyer.id).id)
    assert (history.orders, history.cases, history.open_cases) == (3, 3, 3)
    assert (history.decided, history.agreed, history.approval_percent) == (2, 2, 100)


def test_a_newcomer_has_no_history(market: Marketplace) -> None:
    history = buyer_history(market.session, account_of(market.session, market.agent.id).id)
    assert (history.orders, history.cases, history.approval_percent) == (0, 0, None)
    assert history.member_since == NOW
