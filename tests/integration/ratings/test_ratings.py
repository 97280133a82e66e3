"""Ratings on the pages of buyer, shop and platform: given once, answered once, hidden with a reason."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import sqlalchemy as sa

from engine.clock import FixedClock
from processes.cases.tables import CaseEvent
from processes.ratings.tables import CaseRating
from tests.integration.offers.test_offers import answer
from tests.integration.web.conftest import Person, Street

DAY = dt.timedelta(days=1)


def ended(street: Street, work: Callable[[], int], buyer: str = "buyer1", shop: str = "shop1") -> str:
    """A case that its seller agreed to, refunded."""
    person = street.person(buyer)
    case_no = street.case(person, street.order(buyer=buyer, shop=shop))
    seller = street.person("seller1" if shop == "shop1" else "seller2")
    answer(seller, f"/seller/cases/{case_no}", {"decision": "agree"})
    work()
    return case_no


def rate(person: Person, case_no: str, stars: str, text: str = "") -> int:
    return person.post(f"/ratings/{case_no}", {"stars": stars, "text": text}).status_code


def rows(street: Street) -> list[CaseRating]:
    with street.tuidan.transaction() as session:
        return list(session.scalars(sa.select(CaseRating)))


def test_a_rating_is_given_changed_and_answered_once(
    street: Street, clock: FixedClock, work: Callable[[], int]
) -> None:
    case_no = ended(street, work)
    buyer, seller = street.person("buyer1"), street.person("seller1")
    assert "去评价" in buyer.get("/cases").text
    assert "处理得怎么样？" in buyer.get(f"/cases/{case_no}").text
    assert rate(buyer, case_no, "2", "回复太慢") == 302
    assert rate(buyer, case_no, "2", "回复太慢") == 302
    assert "去评价" not in buyer.get("/cases").text
    assert rate(buyer, case_no, "4", "后来处理得很好") == 302
    page = seller.get("/ratings/").text
    assert "后来处理得很好" in page
    assert "回复太慢" not in page
    assert "新评价" in seller.get("/notifications").text
    clock.advance(7 * DAY)
    assert rate(buyer, case_no, "1") == 409
    path = f"/ratings/{case_no}/answer"
    assert seller.post(path, {"answer": " "}).status_code == 400
    assert [seller.post(path, {"answer": "谢谢您！"}).status_code for _ in range(2)] == [302, 302]
    assert seller.post(path, {"answer": "再说一句"}).status_code == 409
    assert "谢谢您！" in buyer.get(f"/cases/{case_no}").text
    with street.tuidan.transaction() as session:
        kinds = session.scalars(
            sa.select(CaseEvent.kind).where(CaseEvent.kind.startswith("rating_")).order_by(CaseEvent.id)
        ).all()
    assert kinds == ["rating_given", "rating_changed", "rating_answered"]


def test_a_hidden_rating_says_why_and_cannot_be_changed(street: Street, work: Callable[[], int]) -> None:
    case_no = ended(street, work)
    buyer, seller, agent = (street.person(login) for login in ("buyer1", "seller1", "agent1"))
    rate(buyer, case_no, "1", "骂人的话")
    assert "骂人的话" in agent.get("/ratings/").text
    path = f"/ratings/{case_no}/hide"
    assert agent.post(path, {"reason": ""}).status_code == 400
    assert seller.post(path, {"reason": "不喜欢"}).status_code == 403
    assert agent.post(path, {"reason": "含辱骂内容"}).status_code == 302
    assert agent.post(path, {"reason": "再来一次"}).status_code == 409
    for person, page in ((seller, f"/seller/cases/{case_no}"), (seller, "/ratings/"), (agent, "/ratings/")):
        text = person.get(page).text
        assert "含辱骂内容" in text
        assert "骂人的话" not in text
    assert rate(buyer, case_no, "1", "又骂") == 409
    assert seller.post(f"/ratings/{case_no}/answer", {"answer": "?"}).status_code == 409
    assert rows(street)[0].hidden_by_name == "客服小何"


def test_who_may_rate_what(street: Street, clock: FixedClock, work: Callable[[], int]) -> None:
    buyer = street.person("buyer1")
    running, withdrawn = (street.case(buyer, street.order()) for _ in range(2))
    buyer.post(f"/cases/{withdrawn}/withdraw")
    done = ended(street, work)
    assert rate(buyer, running, "5") == rate(buyer, withdrawn, "5") == 409
    for stars in ("0", "6", "", "x", "55"):
        assert rate(buyer, done, stars) == 400
    assert rate(buyer, done, "5", "长" * 501) == 400
    assert rate(street.person("buyer2"), done, "1") == 404
    assert rate(street.person("seller1"), done, "5") == 403
    assert street.person("seller2").post(f"/ratings/{done}/answer", {"answer": "?"}).status_code == 404
    assert street.person("seller1").post(f"/ratings/{done}/answer", {"answer": "?"}).status_code == 404
    assert buyer.get("/ratings/").status_code == 403
    clock.advance(30 * DAY)
    assert rate(buyer, done, "5") == 409
    assert rows(street) == []


def test_two_tabs_give_one_rating(street: Street, work: Callable[[], int]) -> None:
    case_no = ended(street, work)
    answers: list[int] = []
    people = [street.person("buyer1") for _ in range(3)]

    def give(person: Person) -> None:
        answers.append(rate(person, case_no, "5", "很好"))

    threads = [threading.Thread(target=give, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302, 302]
    assert len(rows(street)) == 1
    with street.tuidan.transaction() as session:
        given = session.scalar(sa.select(sa.func.count()).where(CaseEvent.kind == "rating_given"))
    assert given == 1
