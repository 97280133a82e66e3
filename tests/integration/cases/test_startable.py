"""What may be started in cases, as its people list it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.tables import ActivityChoice
from processes.cases.startable import startable, startable_in
from processes.cases.views import case_view
from tests.integration.cases.test_reading import HOUR, a_case, market, runtime, shop_group
from tests.integration.cases.waiting import Runtime
from tests.marketplace import NOW, Marketplace

__all__ = ["market", "runtime"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_go_on_from_what_has_been_offered_longest(
    market: Marketplace, runtime: Runtime, limit: int
) -> None:
    group, case_nos = shop_group(market), [a_case(market).case_no for _ in range(3)]
    choices = [runtime.choice(case_nos[n % 3], group, NOW - HOUR * (n // 2)) for n in range(7)]
    expected = sorted(choices, key=lambda choice: (choice.offered_at, choice.id))
    seen, after = [], None
    for _ in range(8):
        page = startable(market.session, market.seller.groups, after=after, limit=limit)
        assert page.count == 7
        seen += [row.choice.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert seen == [choice.id for choice in expected]


def test_only_what_can_be_started_now_by_oneself_is_listed(market: Marketplace, runtime: Runtime) -> None:
    case, other = a_case(market), a_case(market)
    mine = runtime.choice(case.case_no, shop_group(market), NOW)
    theirs = runtime.choice(case.case_no, "platform", NOW)
    runtime.choice(case.case_no, shop_group(market), NOW, enabled=False)
    runtime.choice(case.case_no, shop_group(market), NOW, held=True)
    beside = runtime.choice("no case at all", shop_group(market), NOW + HOUR)
    groups = market.seller.groups
    page = startable(market.session, groups)
    assert ([row.choice.id for row in page.rows], page.count) == ([mine.id, beside.id], 2)
    assert [(row.case is None, row.process) for row in page.rows] == [(False, ""), (True, "买家取消订单")]
    assert [row.choice.id for row in startable(market.session, {"platform"}).rows] == [theirs.id]
    assert startable(market.session, market.buyer.groups).rows == []
    for words, found in (
        (case.case_no, [mine.id]),
        (other.case_no, []),
        ("%", []),
        ("no case at all", [beside.id]),
    ):
        rows = startable(market.session, groups, search=words).rows
        assert [row.choice.id for row in rows] == found
    for nonsense in ("x", f"{NOW.isoformat()}_nothing", "_", "\0"):
        assert len(startable(market.session, groups, after=nonsense).rows) == 2
    assert set(startable_in(market.session, [case.case_no, other.case_no])) == {case.case_no}
    view = case_view(market.session, case.case_no, market.seller)
    assert ([one.id for one in view.my_choices], len(view.choices)) == ([mine.id], 2)


def test_a_page_walks_its_index(market: Marketplace) -> None:
    market.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    query = (
        sa.select(ActivityChoice.id)
        .where(ActivityChoice.candidate_group == "platform", ActivityChoice.enabled, ~ActivityChoice.held)
        .order_by(ActivityChoice.offered_at, ActivityChoice.id)
        .limit(5)
    )
    compiled = query.compile(market.session.connection(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(market.session.scalars(sa.text(f"EXPLAIN {compiled}")))
    assert "ix_activity_choice_inbox" in plan
    assert "Sort" not in plan
